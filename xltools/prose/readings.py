"""Reading: one way to read a list, these amounts as the parts of the sum of those, and what lists are divided by."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from xltools.numerals import Number
from xltools.prose.lexicon import CARRIED, CASES, REQUEST
from xltools.prose.sentences import Sentence
from xltools.prose.statements import Statement

COUNT_UNITS = frozenset("条件篇份个项则宗起部例")  # units that one list may mix and still be whole: 18条、2件
HELD = dict.fromkeys(("场次", "场", "次"), "场")  # units of meetings and trainings
EVIDENT = 0.97  # parts that cover so much of their total are evidently meant as all of it
MOST_TOTALS = 6  # the nearest amounts ahead of a list that it may break down


class Classification(NamedTuple):
    """Kinds, each known by any of some meanings; a list that names `enough` is meant whole, an `official` one without 其中 in front."""

    name: str
    kinds: tuple[frozenset[str], ...]
    enough: int = 2
    official: bool = False

    def is_named(self, one: Statement) -> bool:
        """Tell whether a part names one of the kinds."""
        return any(not kind.isdisjoint(one.kinds) for kind in self.kinds)

    def has_enough(self, parts: Iterable[Statement]) -> bool:
        """Tell whether the parts name enough of the kinds."""
        named = frozenset(kind for one in parts for kind in one.kinds)
        return sum(not kind.isdisjoint(named) for kind in self.kinds) >= self.enough

    def may_divide(self, total: Statement) -> bool:
        """Tell whether a total may be divided by them: it names none, or several."""
        return not self.is_named(total) or self.has_enough((total,))

    def named_in(self, outer: Sequence[Statement]) -> list[list[Statement]]:
        """Return the amounts that name enough kinds: within one segment, else in the whole sentence."""
        named = [one for one in outer if self.is_named(one)]
        segments = [list(items) for _, items in groupby(named, lambda one: one.item.segment)]
        telling = [items for items in (*segments, named) if len(items) > 1 and self.has_enough(items)]
        return telling[:-1] or telling  # all that is named stands last


MEDIA = Classification("media", (frozenset({"site"}), frozenset({"media"}), frozenset({"board"})))
WAYS = (MEDIA, Classification("channels", (frozenset({"online"}), frozenset({"offline"}))))  # in which something is told, or comes


@cache
def load_classifications() -> tuple[Classification, ...]:
    """Return what lists are known to be divided by."""
    found = tomllib.loads(Path(__file__).with_name("classifications.toml").read_text(encoding="utf-8"))
    return tuple(Classification(name, **{**one, "kinds": tuple(map(frozenset, one["kinds"]))}) for name, one in found.items())


class Reading(NamedTuple):
    """One way to read a list: these statements as the parts of the sum of these totals.

    `divided`: the wording claims to be complete; `examples`: it picks some; `more`: it says that it goes on (等); `tentative`: only of use where it adds up; `ambiguous`: another
    total may be meant; `mixed`: amounts of other units were left out; `unsaid`: no word tells that it is a list.
    """

    totals: tuple[Statement, ...]
    parts: tuple[Statement, ...]
    divided: bool = False
    examples: bool = False
    more: bool = False
    tentative: bool = False
    ambiguous: bool = False
    mixed: bool = False
    unsaid: bool = False

    @property
    def total(self) -> Number:
        """What the parts should add up to."""
        return sum(one.value for one in self.totals)

    @property
    def sum(self) -> Number:
        """The sum of the parts."""
        return sum(one.value for one in self.parts)

    @property
    def whole(self) -> bool:
        """Whether the wording claims to be complete, or the parts name the kinds of a classification or end in all others."""
        return self.surely_whole or (len(self.parts) > 1 and any(one.has_enough(self.parts) for one in load_classifications()))

    @property
    def surely_whole(self) -> bool:
        """The same, with the kinds of an official classification only: others may be divided in more."""
        official = any(one.official and one.has_enough(self.parts) for one in load_classifications())
        return self.divided or (len(self.parts) > 1 and (official or names_the_rest(self.parts)))

    @property
    def crosses(self) -> bool:
        """Whether the total counts requests and the parts cases that came of them, or one suits and the other reconsiderations."""
        total, cases = self.totals[0], {"reconsideration" in one.objects for one in self.parts if not CASES.isdisjoint(one.objects)}
        own = {"reconsideration" in total.objects} if CASES.issuperset(total.objects) and total.objects else cases
        return total.said and bool(cases) and (total.objects == REQUEST or cases != own)

    @property
    def holds(self) -> bool:
        """Whether it adds up, to the last one."""
        return self.sum == self.total and all(one.amount.exact for one in self.parts)


class Spoken(NamedTuple):
    """A sentence, its amounts, the `outer` ones that stand in no bracket and compare nothing, and where 其中 and its like stand."""

    line: Sentence
    all: tuple[Statement, ...]
    outer: tuple[Statement, ...]
    cues: tuple[int, ...]


@cache
def family(unit: str) -> str:
    """Return what a unit counts: the same for all units that one list may mix."""
    if not unit or (unit[0] in COUNT_UNITS and unit[1:] in ("", "次")) or "(" in unit:
        return "count"
    return HELD.get(unit, unit.removesuffix("次") or unit)


def names_the_rest(parts: Sequence[Statement]) -> bool:
    """Tell whether a list of three or more ends in all others."""
    return len(parts) > 1 and not parts[-1].kinds.isdisjoint({"rest", "otherwise", "other_result"})


def adding_up(total: Statement, parts: Sequence[Statement]) -> list[Reading]:
    """Return a tentative reading of a list where it adds up, to the last one."""
    reading = Reading((total,), tuple(parts), tentative=True)
    return [reading] if len(parts) > 1 and reading.sum == total.value else []


def by_unit(items: Sequence[Statement], total: Statement) -> Iterator[tuple[tuple[Statement, ...], bool]]:
    """Yield the parts with the total's unit, and those with any that a list may mix with it, all if they come to it; each with whether other amounts were left out."""
    same = alike(items, total)
    mixed = tuple(one for one in items if family(one.amount.unit) == family(total.amount.unit))
    left_out = len(mixed) < len(items) and any(one.amount.unit not in ("元", "万元") and one not in mixed for one in items)
    yield same, left_out
    if len(mixed) > len(same):
        yield mixed, left_out
    if left_out and EVIDENT <= float(sum(one.value for one in items)) / max(float(total.value), 1.0) <= 1 / EVIDENT:
        yield tuple(items), False  # 148篇,其中报告25篇、简报11期、…


def alike(items: Sequence[Statement], total: Statement) -> tuple[Statement, ...]:
    """Return the parts with the total's unit."""
    return tuple(one for one in items if one.amount.unit == total.amount.unit)


def without_carried(reading: Reading) -> Iterator[Reading]:
    """Yield a reading, and of what was answered another one without what was carried over, which may stand beside the results."""
    yield reading
    kept = tuple(one for one in reading.parts if CARRIED.isdisjoint(one.events))
    if "receive" not in reading.totals[0].events and 1 < len(kept) < len(reading.parts):
        yield Reading(reading.totals, kept, tentative=True)
