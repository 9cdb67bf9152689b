"""find_breakdowns: totals and their parts in prose, judged by how they are written.

A list is a breakdown of a total where it adds up to it, or where its wording says that it is all of it. 其中 with a few
examples is none. Thresholds were set on labelled prose of published reports; benchmarks/prose.py measures them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from xltools.numerals import Number
from xltools.prose.amounts import Amount, plain
from xltools.prose.lists import find_lists
from xltools.prose.readings import Reading
from xltools.prose.sentences import Item, split_sentences
from xltools.prose.wording import COUNT_UNITS, MEDIA, SITE

ENOUGH = {2: 0.85, 3: 0.75, 4: 0.65}
"""How much of a total that many parts must cover to be meant as all of it; more parts, `MANY_ENOUGH`."""
MANY_ENOUGH = 0.5
WHOLE_ENOUGH, FEW_ENOUGH = 0.3, 0.5
"""The same for a list whose wording says that it is whole; the latter of up to three parts."""
SURELY = 0.9
"""Two parts whose wording says nothing are a certain breakdown only from this share on."""
OTHER_CALIBRE = 3
"""Parts that sum to more times the total than this count something else than the total does."""
FEW = 10
"""So few too many are a slip, however small the total."""
FAR_OFF = 10
"""The same for a list whose wording says that it is whole."""


@dataclass(frozen=True, slots=True)
class ProseBreakdown:
    """A total and its parts as written: `start` and `end` are where the wording stands in the text.

    `complete` tells whether the list is meant to be all of the total; where it is not, it names examples. `certain` is False
    where it may not be.
    """

    total: Number
    unit: str
    parts: tuple[Amount, ...]
    start: int
    end: int
    complete: bool
    certain: bool = True

    @property
    def sum(self) -> Number:
        """The sum of the parts."""
        return sum(part.value for part in self.parts)

    @property
    def holds(self) -> bool:
        """Whether the parts add up to the total."""
        return self.sum == self.total


def find_breakdowns(text: str) -> list[ProseBreakdown]:
    """The breakdowns in a text, in order: those that add up, those that are meant to and do not, and lists of examples."""
    found = [breakdown for readings in find_lists(split_sentences(plain(text))) if (breakdown := _best(readings))]
    return _corroborated(_distinct(found))


def _best(readings: Sequence[Reading]) -> ProseBreakdown | None:
    """The reading that adds up, else the one that comes nearest to it, with whether it is meant to be complete."""
    usable = [reading for reading in readings if reading.parts and all(item.amount.exact for item in reading.totals)]
    for reading in usable:
        if reading.holds:
            return _breakdown(reading, complete=True)
    unequal = [reading for reading in usable if not reading.tentative]
    if not unequal:
        return None
    several = [reading for reading in unequal if len(reading.parts) > 1]
    nearest = min(several or unequal, key=_distance)
    return _breakdown(nearest, complete=_is_meant_complete(nearest), certain=_is_certain(nearest))


def _distance(reading: Reading) -> float:
    """How far the sum is from the total, as a share of the total."""
    return abs(float(reading.sum - reading.total)) / max(float(reading.total), 1.0)


def _share(reading: Reading) -> float:
    return float(reading.sum) / max(float(reading.total), 1.0)


def _is_meant_complete(reading: Reading) -> bool:
    if not all(item.amount.exact for item in reading.parts):
        return False
    share = _share(reading)
    if share > 1:
        return _exceeds(reading, share)
    if len(reading.parts) < 2 or reading.examples:
        return False
    if reading.whole:
        return share >= (WHOLE_ENOUGH if len(reading.parts) > 3 else FEW_ENOUGH)
    return not reading.ambiguous and share >= ENOUGH.get(len(reading.parts), MANY_ENOUGH)


def _exceeds(reading: Reading, share: float) -> bool:
    """Whether parts that sum to more than their total are a fault, and not a count of something else."""
    if reading.whole:
        return share <= FAR_OFF
    if reading.ambiguous or _are_elsewhere(reading):
        return False
    if len(reading.parts) > 1:
        return share <= OTHER_CALIBRE or reading.sum - reading.total < FEW
    # one part alone may count what happened in it: 培训3次,其中线上点击5000次
    return share <= OTHER_CALIBRE and reading.parts[0].amount.unit[0] in COUNT_UNITS | {"元"}


def _are_elsewhere(reading: Reading) -> bool:
    """Whether the total is of the website and the parts are of other media."""
    return bool(SITE.search(_words(reading.totals))) and bool(MEDIA.search(_words(reading.parts)))


def _words(items: Sequence[Item]) -> str:
    return "".join(item.words for item in items)


def _is_certain(reading: Reading) -> bool:
    share = _share(reading)
    return reading.whole or len(reading.parts) > 2 or (len(reading.parts) == 2 and SURELY <= share <= 1 / SURELY)


def _breakdown(reading: Reading, complete: bool, certain: bool = True) -> ProseBreakdown:
    items = (*reading.totals, *reading.parts)
    return ProseBreakdown(
        total=reading.total,
        unit=reading.totals[0].amount.unit,
        parts=tuple(item.amount for item in reading.parts),
        start=min(item.amount.start for item in items),
        end=max(item.amount.end for item in items),
        complete=complete,
        certain=certain,
    )


def _distinct(found: Sequence[ProseBreakdown]) -> list[ProseBreakdown]:
    """Each breakdown once; a list that adds up to one total says nothing more about another one."""
    held = {part for breakdown in found if breakdown.holds for part in breakdown.parts}
    kept: dict[tuple[object, ...], ProseBreakdown] = {}
    for breakdown in sorted(found, key=lambda breakdown: not breakdown.complete):
        if breakdown.holds or not held.issuperset(breakdown.parts):
            kept.setdefault((breakdown.total, breakdown.parts), breakdown)
    return sorted(kept.values(), key=lambda breakdown: breakdown.start)


def _corroborated(found: Sequence[ProseBreakdown]) -> list[ProseBreakdown]:
    """The same, where a list that does not add up is complete if another one of the text bears it out."""
    return [
        replace(one, complete=True, certain=False)
        if not one.complete and not one.holds and any(_bears_out(other, one) for other in found if other is not one)
        else one
        for one in found
    ]


def _bears_out(other: ProseBreakdown, one: ProseBreakdown) -> bool:
    """Whether two lists go side by side and one adds up (1件,收取500元;2件,收取300元), or both make the same sum of one total."""
    if len(other.parts) < 2 or len(one.parts) < 2:
        return False
    if other.holds:
        pairs = zip(one.parts, other.parts, strict=False)
        return (
            len(one.parts) == len(other.parts) and one.unit != other.unit and all(abs(a.start - b.start) < SIDE_BY_SIDE for a, b in pairs)
        )
    return other.total == one.total and other.sum == one.sum and not set(other.parts) & set(one.parts)


SIDE_BY_SIDE = 20
"""The characters between two amounts of one entry of a list."""
