"""Line: a sentence with the words of the vocabulary and the marks of punctuation in it, to be asked for those of any stretch."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from xltools.prose.lexicon import Lexicon, Word
from xltools.prose.sentences import Sentence

TITLE = re.compile(r"《[^《》\n]{0,80}》")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=\s{0,3}年)")
BLANK = frozenset(" \n\t\u3000")
"""What may stand within a word where a line was broken."""
CLAUSE_ENDS = frozenset(",;:。()!?")
MARK = re.compile(r"[,;:。()!?、]")
BRACKETS = re.compile(r"\([^()]{0,60}\)")


@dataclass(frozen=True)
class Line:
    """A sentence with its words; positions are those of the whole text."""

    sentence: Sentence
    words: tuple[Word, ...]

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.sentence.start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.sentence.start + len(self.sentence.text)

    @cached_property
    def slots(self) -> frozenset[str]:
        """The slots that any of its words fills."""
        return frozenset(word.slot for word in self.words)

    @cached_property
    def _starts(self) -> list[int]:
        return [word.start for word in self.words]

    @cached_property
    def _marks(self) -> list[int]:
        """Where marks of punctuation stand, without brackets that hold no amount: 无法提供(本机关不掌握)14件 is one clause."""
        text, start = self.sentence.text, self.sentence.start
        amounts = [item.amount.start - start for item in self.sentence.items]
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
        return [mark for mark in self._marks if self.mark(mark) in CLAUSE_ENDS]

    def clause(self, position: int) -> tuple[int, int]:
        """Return where the clause at a position begins and ends."""
        after = bisect_left(self._ends, position)
        start = self._ends[after - 1] + 1 if after else self.start
        return start, self._ends[after] if after < len(self._ends) else self.end

    def mark(self, position: int) -> str:
        """Return the character at a position."""
        return self.sentence.text[position - self.sentence.start]

    def between(self, start: int, end: int) -> str:
        """Return the text between two positions."""
        return self.sentence.between(start, end)


def read_line(sentence: Sentence, lexicon: Lexicon) -> Line:
    """Return a sentence with its words; titles of documents have none, and years are words of their own."""
    text = TITLE.sub(lambda title: "|" * len(title[0]), sentence.text) if "《" in sentence.text else sentence.text
    if BLANK.isdisjoint(text):
        return Line(sentence, _words(text, sentence.start, lexicon))
    kept = [place for place, character in enumerate(text, start=sentence.start) if character not in BLANK]
    closed = "".join(character for character in text if character not in BLANK)
    words = _words(closed, 0, lexicon)
    return Line(sentence, tuple(Word(kept[start], kept[end - 1] + 1, slot, key) for start, end, slot, key in words))


def _words(text: str, at: int, lexicon: Lexicon) -> tuple[Word, ...]:
    years = [Word(at + found.start(), at + found.end(), "year", found[0]) for found in YEAR.finditer(text)]
    words = lexicon.find(text, at)
    return tuple(sorted((*words, *years)) if years else words)
