"""Statement: what a text says of an amount, or that there was none of something, as slots that the words around it fill."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xltools.numerals import Number
from xltools.prose.amounts import Amount
from xltools.prose.lexicon import AREA, CASES, DECISIONS, DOCUMENTS, OWN, WHOLES, Word, Words, of
from xltools.prose.sentences import Item, Sentence

NO_EVENT = frozenset({"occur", "involve"})
OTHERS = frozenset({"other", "thing"})
HAPPENS = frozenset({"receive", "occur", "involve"})  # what may happen to a request or a case of which there was none
JOINT = r"(?:案件|申请|案)?(?:[、和及与或]|以及|或者|或是)(?:被?(?:申请|提起|发生|引发))?(?:行政)?"


class Statement(NamedTuple):
    """What a text says of an amount, or that there was none of something: `none` is True then.

    `events` are what happened (`own`: in its own clause); `objects` are counted together (行政复议和行政诉讼2件); `results` are alternatives, each
    of kinds counted together; `who` names the part of the whole; `kinds` is all in its clause that lists are divided by, and "disclosure".
    `elsewhen`: not of this year; `inner`: behind 其中; not `said`: its clause names no object.
    """

    item: Item
    start: int
    sentence: int
    events: tuple[str, ...] = ()
    own: bool = False
    objects: tuple[str, ...] = ()
    results: tuple[tuple[str, ...], ...] = ()
    who: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    elsewhen: bool = False
    compared: bool = False
    inner: bool = False
    said: bool = True
    disclosure: bool = True
    none: bool = False

    @property
    def amount(self) -> Amount:
        """The amount; 0 where it is said that there was none."""
        return self.item.amount

    @property
    def value(self) -> Number:
        """The number that is stated."""
        return self.item.amount.value

    @property
    def end(self) -> int:
        """Where its wording ends."""
        return self.item.amount.end

    @property
    def counts(self) -> bool:
        """Whether it is an exact count and no comparison with another year."""
        return self.amount.exact and not self.amount.change and (isinstance(self.value, int) or self.amount.unit in ("元", "万元", "亿元"))

    @property
    def office(self) -> str:
        """Return whether it speaks of all offices of an area, or of one, "" where it does not say."""
        return AREA if AREA in self.kinds else OWN if {"another", OWN} & self.kinds else ""


class Prose(NamedTuple):
    """A text that `plain` has made alike, its sentences with their words, and what each of them states."""

    text: str
    lines: tuple[Sentence, ...]
    stated: tuple[tuple[Statement, ...], ...]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Return the statements of all sentences."""
        return tuple(one for stated in self.stated for one in stated)


def of_nothing(events: tuple[str, ...], objects: tuple[str, ...]) -> Statement:
    """Return a statement without an amount or a place, for what a text names only."""
    return Statement(Item(Amount(0, 0, 0)), 0, 0, events=events, objects=objects, none=True)


def happened(words: Words) -> tuple[str, ...]:
    """Return what happened, in the order of the words."""
    return tuple(word.key for word in words if word.slot == "event" and word.key not in NO_EVENT)


def heads(line: Sentence, words: Words) -> tuple[str, ...]:
    """Return what the last of these objects counts, with those joined to it by 、 or 和."""
    chosen: list[Word] = []
    for word in reversed(words):
        both_cases = chosen and {word.key, chosen[0].key} <= CASES and word.end == chosen[0].start
        if chosen and not both_cases and not joined(line, word.end, chosen[0].start):
            break
        chosen.insert(0, word)
    return tuple(dict.fromkeys(word.key for word in chosen))


def joined(line: Sentence, start: int, end: int) -> bool:
    """Tell whether nothing stands between two positions but 、 or 和."""
    return end - start < len("案件或者被申请行政") + 1 and bool(re.fullmatch(JOINT, line.between(start, end)))


class Scope(NamedTuple):
    """A negation, the words it reaches in its clause, and what there was none of, each with what did not happen to it."""

    clause: int
    start: int
    end: int
    words: tuple[Word, ...]
    heads: tuple[tuple[str, tuple[str, ...]], ...]


def find_scopes(line: Sentence) -> list[Scope]:
    """Return the negations of a sentence with what they reach, in order."""
    scopes: list[Scope] = []
    for none in of(line.words, "mark", "none"):
        if not (scopes and none.start < scopes[-1].end):
            scopes.append(_scope(line, none))
    return scopes


def _scope(line: Sentence, none: Word) -> Scope:
    clause, stop = line.clause(none.start)
    end = min([stop, *(item.amount.start for item in line.items if item.amount.start >= none.end)])
    words = line.within(none.end, end)
    denied = words
    if not any(word.slot in ("object", "result") for word in words):
        # 行政复议、行政诉讼均未发生
        denied = line.within(clause, none.start)
        if not words or not all(word.slot in ("event", "mark") and word.key in ("receive", "occur", "all") for word in words):
            denied = ()
        if not words and line.between(clause - 1, clause) == ":" and not of(line.within(clause, none.start), "object"):
            denied = line.within(line.clause(clause - 1)[0], clause)  # 行政复议、行政诉讼情况:无
    # 未发生行政复议、行政诉讼败诉情况: what became of one is said of all
    # 未发生复议、诉讼和申诉案件
    named = [one for one in _conjuncts(line, denied) if not (keys := {word.key for word in of(one, "object")}) or keys - OTHERS]
    heads = [_head(conjunct) for conjunct in named] if not of(denied, "result") else []
    return Scope(clause, none.start, end, words, tuple(filter(None, heads)) if heads and heads[-1] else ())


def _conjuncts(line: Sentence, words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Yield the words of each thing that is named, parted by 、 and 和."""
    found: list[Word] = []
    for word in words:
        parted = found and (line.marks(found[-1].end, word.start) or (word.slot == "mark" and word.key == "joint"))
        parted = parted or (found and {found[-1].key, word.key} <= CASES and found[-1].end == word.start)
        if parted and any(other.slot == "object" for other in found):
            yield found
            found = []
        found.append(word)
    yield found


def _head(words: Sequence[Word]) -> tuple[str, tuple[str, ...]] | None:
    """Return what a conjunct says there was none of and what did not happen to it; None where it says it of something else."""
    objects = [number for number, word in enumerate(words) if word.slot == "object"]
    if not objects:
        return None
    number = objects[-1]
    key, before, behind = words[number].key, words[:number], words[number + 1 :]
    events = [word.key for word in before if word.slot == "event"]
    if key == "thing" and len(objects) > 1 and words[objects[-2]].key in ("request", *CASES):
        number = objects[-2]
        key, before = words[number].key, words[:number]
    if of(words, "object", "other") or of(words, "mark", "none"):  # 无应公开未公开的规范性文件
        return None
    if key == "request":
        # 未收到上级转办的申请 is of a part, 未收到公民、法人的申请 of all
        parts = {word.key for word in before if word.slot == "who" and word.key not in {*WHOLES - {"another"}, "organisations"}}
        parts = set() if parts == {"online", "offline"} else parts  # 未收到通过网络、信函等形式提出的申请
        taken_up = {"handle"} if "receive" in events else set()  # 未收到和处理申请
        charged = of(behind, "event", "charge")  # 未对申请收取费用
        return ("request", ("receive",)) if not (parts or charged) and HAPPENS.issuperset({*events} - taken_up) else None
    if key in DOCUMENTS:
        published = all(word.slot != "event" or word.key in ("publish", "make") for word in behind)
        if {"make", "issue"}.intersection(events) or (published and not events):
            return (key, ("make",))
        return (key, ("repeal",)) if "repeal" in events else None
    if key in CASES | DECISIONS:
        return (key, ()) if not {"publish", "hold"}.intersection(events) else None
    return (key, ()) if key not in ("thing", "other") and HAPPENS.issuperset(events) else None
