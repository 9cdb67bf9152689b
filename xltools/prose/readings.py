"""Reading: one way to read a list, and what makes its parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xltools.numerals import Number
from xltools.prose.sentences import Item, Sentence
from xltools.prose.wording import MORE_BEHIND, family, names_kinds, names_the_rest

MOST_TOTALS = 6
"""The nearest amounts ahead of a list that it may break down."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a list: these items as the parts of the sum of these totals.

    `divided` tells that the wording claims to be complete, `examples` that it picks some; a `tentative` reading is only of use
    where it adds up; in an `ambiguous` one another total may be meant.
    """

    totals: tuple[Item, ...]
    parts: tuple[Item, ...]
    divided: bool = False
    examples: bool = False
    tentative: bool = False
    ambiguous: bool = False

    @property
    def total(self) -> Number:
        """What the parts should add up to."""
        return sum(item.amount.value for item in self.totals)

    @property
    def sum(self) -> Number:
        """The sum of the parts."""
        return sum(item.amount.value for item in self.parts)

    @property
    def whole(self) -> bool:
        """Whether the wording claims to be complete, or the parts name the kinds of a classification or end in all others."""
        return self.divided or (len(self.parts) > 1 and (names_the_rest(self.parts) or names_kinds(self.parts)))

    @property
    def holds(self) -> bool:
        """Whether it adds up, to the last one."""
        return self.sum == self.total and all(item.amount.exact for item in self.parts)


@dataclass(frozen=True, slots=True)
class Around:
    """A sentence and the text of the one before it; the amounts ahead of it that its lists may break down, those behind that may end them."""

    sentence: Sentence
    before: str
    earlier: tuple[Item, ...]
    later: tuple[Item, ...]


def counted(items: Sequence[Item]) -> tuple[Item, ...]:
    """The amounts that count something of this year."""
    return tuple(item for item in items if not item.amount.change)


def by_unit(items: Sequence[Item], total: Item) -> Iterator[tuple[Item, ...]]:
    """The parts with the total's unit; and, where one of them has it, those with any unit that a list may mix with it."""
    same = alike(items, total)
    yield same
    mixed = tuple(item for item in items if family(item) == family(total))
    if len(mixed) > len(same):
        yield mixed


def alike(items: Sequence[Item], total: Item) -> tuple[Item, ...]:
    """The parts with the total's unit."""
    return tuple(item for item in items if item.amount.unit == total.amount.unit)


def has_more(sentence: Sentence, parts: Sequence[Item]) -> bool:
    """Whether 等 behind the last part says that the list goes on."""
    return bool(parts) and bool(MORE_BEHIND.match(sentence.between(parts[-1].amount.end, parts[-1].amount.end + 4)))
