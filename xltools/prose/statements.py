"""Statement: what a text says of an amount, or that there was none of something, as slots that the words around it fill."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from xltools.numerals import Number
from xltools.prose.amounts import Amount
from xltools.prose.lexicon import Word
from xltools.prose.sentences import Item, Line

Words = Sequence[Word]
REQUEST = ("request",)
CASES = frozenset({"reconsideration", "suit", "suit_direct", "suit_after"})
DOCUMENTS = frozenset({"normative", "rules"})
DECISIONS = frozenset({"licensing", "penalty", "coercion", "fee"})
FLOW = frozenset({"receive", "handle", "carry_in", "carry_out", "carry"})
"""What happens to requests, so that what it happened to needs not be said again."""
CARRIED = frozenset({"carry", "carry_in", "carry_out"})
NO_EVENT = frozenset({"occur", "involve"})
JOINT = re.compile(r"(?:案件|申请|案)?(?:[、和及与或]|以及|或者|或是)(?:被?(?:申请|提起|发生|引发))?(?:行政)?")


class Statement(NamedTuple):
    """What a text says of an amount, or that there was none of something: `none` is True then.

    `events` are what happened, in the order of the words, and `own` tells whether its own clause says so. `objects` are counted
    together (行政复议和行政诉讼2件). `results` are alternatives, each of kinds that are counted together. `who` names the part of
    the whole that is meant, `another` tells that another office's count may be meant, `elsewhen` that it is not of this year, `compared`
    that it is there for comparison, `inner` that it stands behind 其中. `said` is False where its own clause names no object, `disclosure` where no word near by
    tells that the disclosure of information is spoken of. `kinds` are all that its clause names which lists are divided by.
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
    another: bool = False
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
        return self.item.amount.exact and not self.item.amount.change


class Prose(NamedTuple):
    """A text that `plain` has made alike, its sentences with their words, and what they state."""

    text: str
    lines: tuple[Line, ...]
    statements: tuple[Statement, ...]


def by_sentence(prose: Prose) -> list[list[Statement]]:
    """Return the statements of each sentence."""
    found: list[list[Statement]] = [[] for _ in prose.lines]
    for one in prose.statements:
        found[one.sentence].append(one)
    return found


def of_nothing(events: tuple[str, ...], objects: tuple[str, ...]) -> Statement:
    """Return a statement without an amount or a place, for what a text names only."""
    return Statement(
        Item(Amount(0, 0, 0, "", exact=True, change=False), 0, -1, 0, 0, "", ""), 0, 0, events=events, objects=objects, none=True
    )


def of(words: Words, slot: str, *keys: str) -> list[Word]:
    """Return the words of a slot, and of these meanings if any are given."""
    if keys:
        return [word for word in words if word.slot == slot and word.key in keys]
    return [word for word in words if word.slot == slot]


def happened(words: Words) -> tuple[str, ...]:
    """Return what happened, in the order of the words."""
    return tuple(word.key for word in words if word.slot == "event" and word.key not in NO_EVENT)


def heads(line: Line, words: Words) -> tuple[str, ...]:
    """Return what the last of these objects counts, with those joined to it by 、 or 和."""
    if len(words) < 2:
        return tuple(word.key for word in words)
    chosen: list[Word] = []
    for word in reversed(words):
        both_cases = chosen and {word.key, chosen[0].key} <= CASES and word.end == chosen[0].start
        if chosen and not both_cases and not joined(line, word.end, chosen[0].start):
            break
        chosen.insert(0, word)
    return tuple(dict.fromkeys(word.key for word in chosen))


def joined(line: Line, start: int, end: int) -> bool:
    """Tell whether nothing stands between two positions but 、 or 和."""
    return end - start < len("案件或者被申请行政") + 1 and bool(JOINT.fullmatch(line.between(start, end)))
