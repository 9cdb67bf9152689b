"""Sentence: amounts, each with the words around it and how deep in brackets it stands, the words of the vocabulary, the punctuation."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from xltools.prose.amounts import Amount, find_amounts
from xltools.prose.lexicon import Lexicon, Word

# A line that does not end with a full stop goes on in the next one, unless that is a heading: lines of a list end with a
# semicolon or with nothing, and text taken from a PDF breaks anywhere.
SENTENCE_END = re.compile(
    r"[。！？!?…]+\n?|(?<=[^\W\d])\.(?:\n|$)|\n(?=[^\S\n]{0,8}(?:\([一二三四五六七八九十]{1,3}\)|[一二三四五六七八九十]{1,3}、))"
)
LIST_ITEM = re.compile(r"\s{0,8}\(?[2-9]\d?[.、)](?!\d)")
LIST_BEGINS = re.compile(r":\s{0,8}\(?1[.、)](?!\d)")
CLAUSE_END = re.compile(r"[,、;。:()！？!?]")
MARKS = re.compile(r"[();。]")
TITLE = re.compile(r"《[^《》\n]{0,80}》")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=\s{0,3}年)")
BLANK = frozenset(" \n\t\u3000")  # what may stand within a word where a line was broken
CLAUSE_ENDS = frozenset(",;:。()!?")
MARK = re.compile(r"[,;:。()!?、]")
BRACKETS = re.compile(r"\([^()]{0,60}\)")


class Item(NamedTuple):
    """An amount in its sentence.

    `depth` counts the brackets around it, the innermost opens at `bracket`; `segment` counts the semicolons before it; `clause` is where its
    clause begins, of which `before` stands in front of it and `after` behind.
    """

    amount: Amount
    depth: int = 0
    bracket: int = -1
    segment: int = 0
    clause: int = 0
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Sentence:
    """A sentence with its amounts and, once they are read, its words; positions are those of the whole text."""

    start: int
    text: str
    items: tuple[Item, ...]
    words: tuple[Word, ...] = ()

    @property
    def end(self) -> int:
        """Return where it ends."""
        return self.start + len(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        return [word.start for word in self.words]

    @cached_property
    def _marks(self) -> list[int]:
        """Return where marks of punctuation stand, without brackets that hold no amount: 无法提供(本机关不掌握)14件 is one clause."""
        text, start = self.text, self.start
        amounts = [item.amount.start - start for item in self.items]
        skipped: set[int] = set()
        for found in BRACKETS.finditer(text) if "(" in text else ():
            first = bisect_left(amounts, found.start())
            if first == len(amounts) or amounts[first] > found.end():
                skipped.update(range(found.start(), found.end()))
        return [start + found.start() for found in MARK.finditer(text) if found.start() not in skipped]

    def within(self, start: int, end: int) -> tuple[Word, ...]:
        """Return the words that begin between two positions."""
        return self.words[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def marks(self, start: int, end: int) -> list[int]:
        """Return where marks stand between two positions."""
        return self._marks[bisect_left(self._marks, start) : bisect_left(self._marks, end)]

    @cached_property
    def _ends(self) -> list[int]:
        return [mark for mark in self._marks if self.text[mark - self.start] in CLAUSE_ENDS]

    def clause(self, position: int) -> tuple[int, int]:
        """Return where the clause at a position begins and ends."""
        after = bisect_left(self._ends, position)
        start = self._ends[after - 1] + 1 if after else self.start
        return start, self._ends[after] if after < len(self._ends) else self.end

    def between(self, start: int, end: int) -> str:
        """Return the text between two positions."""
        return self.text[max(start - self.start, 0) : max(end - self.start, 0)]


@lru_cache(maxsize=64)
def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text that `plain` has made alike."""
    amounts = find_amounts(text)
    starts = [amount.start for amount in amounts]
    within = ((start, end, amounts[bisect_left(starts, start) : bisect_left(starts, end)]) for start, end in _bounds(text))
    return tuple(Sentence(start, text[start:end], tuple(_items(start, text[start:end], inside))) for start, end, inside in within)


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    """Yield where sentences begin and end; the numbered items behind a colon belong to its sentence."""
    start = end = 0
    listing = False
    for stop in [*(found.end() for found in SENTENCE_END.finditer(text)), len(text)]:
        goes_on = listing and LIST_ITEM.match(text, end)
        if end > start and not goes_on:
            yield start, end
            start = end
        listing = bool(goes_on or LIST_BEGINS.search(text, end, stop))
        end = stop
    if end > start:
        yield start, end


def _items(start: int, text: str, amounts: list[Amount]) -> Iterator[Item]:
    places = _nesting(text, [amount.start - start for amount in amounts])
    previous = 0
    for number, (amount, (depth, bracket, segment)) in enumerate(zip(amounts, places, strict=True)):
        first, last = amount.start - start, amount.end - start
        if text[first - 1 : first] + text[last : last + 1] == "()":
            depth, bracket = depth - 1, -1 - start  # 网站(800条)、微信(400条)
        following = amounts[number + 1].start - start if number + 1 < len(amounts) else len(text)
        before = CLAUSE_END.split(text[previous:first])[-1].lstrip()
        behind = CLAUSE_END.search(text, last, following)
        after = text[last : behind.start() if behind else following]
        one_line = (words.replace("\n", "").strip() for words in (before, after))
        yield Item(amount, depth, start + bracket, segment, amount.start - len(before), *one_line)
        previous = last


def _nesting(text: str, positions: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield for each position the brackets around it that have their match, where the innermost one opens, and the semicolons before it."""
    marks = dict.fromkeys(positions, "")
    opened: list[int] = []
    for found in MARKS.finditer(text):
        if found[0] == "(":
            opened.append(found.start())
        elif found[0] != ")":
            marks[found.start()] = found[0]
        elif opened:
            marks |= {opened.pop(): "(", found.start(): ")"}
    stack: list[int] = []
    segment = 0
    for place, mark in sorted(marks.items()):
        if not mark:
            yield len(stack), stack[-1] if stack else -1, segment
        elif mark == "(":
            stack.append(place)
        elif mark == ")":
            stack.pop()
        elif not stack:
            segment += 1


def with_words(sentence: Sentence, lexicon: Lexicon) -> Sentence:
    """Return a sentence with its words; titles of documents have none, and years are words of their own."""
    text = TITLE.sub(lambda title: "|" * len(title[0]), sentence.text) if "《" in sentence.text else sentence.text
    kept = [place for place, character in enumerate(text, start=sentence.start) if character not in BLANK]
    text = "".join(character for character in text if character not in BLANK)
    years = (Word(kept[found.start()], kept[found.end() - 1] + 1, "year", found[0]) for found in YEAR.finditer(text))
    words = tuple(sorted((*lexicon.find(text, kept), *years)))
    return Sentence(sentence.start, sentence.text, sentence.items, words)
