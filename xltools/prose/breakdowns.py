"""find_breakdowns: totals and their parts in prose; benchmarks/prose.py measures how sure of a list each threshold makes."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate, islice
from typing import NamedTuple

from xltools.numerals import Number, swapped
from xltools.prose.amounts import Amount
from xltools.prose.lexicon import FLOW
from xltools.prose.lists import find_lists
from xltools.prose.readings import COUNT_UNITS, EVIDENT, MEDIA, WAYS, Reading, family, names_the_rest
from xltools.prose.statements import Prose

ENOUGH = {2: 0.85, 3: 0.75, 4: 0.65}  # how much of a total that many parts must cover to be asked about
MANY_ENOUGH = 0.6  # the same of more parts, and of one for each medium of publication
EVIDENTLY_MANY = 4  # so many parts that cover nearly all are evidently meant as all
NEARLY_ALL = 0.9  # so many parts behind 包括 that cover so much may be meant as all of it
WHOLE_ENOUGH, FEW_ENOUGH = 0.3, 0.5  # how much of a total a list must cover whose wording says that it is whole; up to three parts
UNSAID = 0.8  # the same of one for each medium without a word that it is a list, and no more than so far above its total
NEARLY = 1.1  # two parts whose wording says nothing are surely of their total only if they come to no more of it
OTHER_CALIBRE = 3  # parts that sum to more times the total than this count something else than the total does
FEW = 10  # so few too many are a slip, however small the total
FAR_OFF = 10  # the same for a list whose wording says that it is whole
SURELY_SWAPPED = 3  # so many digits of a total are hardly by chance those of another sum
SURE, OPEN, DOUBTFUL = 0, 1, 2  # how far the text leaves open that its list is not all of the total: not at all, a way out, several


class ProseBreakdown(NamedTuple):
    """A total and its parts as written, with the wording's place."""

    total: Number
    unit: str
    parts: tuple[Amount, ...]
    start: int
    end: int
    complete: bool  # the list is meant to be all of the total, no examples
    certain: bool = True  # that it is
    received: bool = False  # the total is of requests received: where the parts are answers, those carried over may be the difference

    @property
    def sum(self) -> Number:
        """The sum of the parts."""
        return sum(part.value for part in self.parts)

    @property
    def holds(self) -> bool:
        """Whether the parts add up to the total."""
        return self.sum == self.total

    @property
    def nearly_holds(self) -> bool:
        """Whether they come so near to it that they are evidently meant as all of it, however few they are."""
        return EVIDENT <= float(self.sum) / max(float(self.total), 1.0) <= 1 / EVIDENT


def find_breakdowns(prose: Prose) -> list[ProseBreakdown]:
    """Return the breakdowns in a text, in order: those that add up, those that are meant to and do not, and lists of examples."""
    return _distinct([breakdown for readings in find_lists(prose) if (breakdown := _best(readings))])


def _best(readings: Sequence[Reading]) -> ProseBreakdown | None:
    """Return the reading that adds up, else the one that comes nearest to it, with how surely it is meant to be complete."""
    usable = [reading for reading in readings if reading.parts and all(one.counts for one in reading.totals) and not reading.crosses]
    chosen, doubt = next((reading for reading in usable if reading.holds), None), SURE
    if chosen is None:
        unequal = [reading for reading in usable if not reading.tentative]
        if not unequal:
            return None
        several = [reading for reading in unequal if len(reading.parts) > 1]
        chosen = min(several or unequal, key=lambda reading: abs(float(reading.sum - reading.total)) / max(float(reading.total), 1.0))
        doubt = _doubt(chosen)
    parts = tuple(one.amount for one in chosen.parts)
    amounts = (*(one.amount for one in chosen.totals), *parts)
    start, end = min(amount.start for amount in amounts), max(amount.end for amount in amounts)
    meant = {event for reading in usable if reading.total == chosen.total for event in reading.totals[-1].events}
    became = any(one.results or not FLOW.isdisjoint(one.events) for one in chosen.parts)
    received = became and "receive" in meant and "handle" not in meant
    return ProseBreakdown(chosen.total, amounts[0].unit, parts, start, end, doubt < DOUBTFUL, doubt == SURE, received)


def _doubt(reading: Reading) -> int:
    """Return how far the text leaves another meaning open, of a reading that does not add up."""
    if not all(one.amount.exact for one in reading.parts):
        return DOUBTFUL
    share = float(reading.sum) / max(float(reading.total), 1.0)
    if reading.unsaid:
        near = UNSAID if any(one.has_enough(reading.parts) for one in WAYS) else EVIDENT
        return OPEN if near <= share <= 1 / near else DOUBTFUL
    if any(family(one.amount.unit) != family(reading.totals[0].amount.unit) for one in reading.parts):
        return OPEN if len(reading.parts) >= EVIDENTLY_MANY else DOUBTFUL
    doubt = _too_many(reading, share) if share > 1 else _too_few(reading, share)
    if reading.total in islice(accumulate(one.value for one in reading.parts), 1, None):
        return max(doubt, OPEN)  # the first parts make up all: what follows may be no part
    return min(doubt, OPEN) if _is_mistyped(reading) else doubt


def _is_mistyped(reading: Reading) -> bool:
    """Return whether a list adds up to its total with two neighbouring digits swapped: 711条,其中甲类103条、乙类68条."""
    total, added = str(reading.total), str(reading.sum)
    left_open = reading.examples or reading.more or reading.mixed or reading.ambiguous
    return len(total.rstrip("0")) >= SURELY_SWAPPED and added in swapped(total) and not left_open


def _too_few(reading: Reading, share: float) -> int:
    count = len(reading.parts)
    if count < 2 or reading.more:
        return DOUBTFUL
    if reading.examples and not names_the_rest(reading.parts):
        # 包括 may name all, and seems to where many parts come near the total
        nearly_all = share >= (NEARLY_ALL if count >= EVIDENTLY_MANY else EVIDENT) and not (reading.mixed or reading.ambiguous)
        return OPEN if nearly_all else DOUBTFUL
    if reading.whole:
        sure = SURE if reading.surely_whole else OPEN
        return sure if share >= (WHOLE_ENOUGH if count > 3 else FEW_ENOUGH) else DOUBTFUL
    if reading.mixed or reading.ambiguous:
        return DOUBTFUL
    if count >= EVIDENTLY_MANY and share >= EVIDENT:
        return SURE
    media = MEDIA.has_enough(reading.parts) and all(map(MEDIA.is_named, reading.parts))
    enough = MANY_ENOUGH if media else ENOUGH.get(count, MANY_ENOUGH)
    return OPEN if share >= enough else DOUBTFUL


def _too_many(reading: Reading, share: float) -> int:
    """Return the same of parts that sum to more than their total, which is a fault if they count what it counts."""
    if reading.whole:
        return SURE if share <= FAR_OFF else DOUBTFUL
    everywhere = MEDIA.has_enough(reading.parts) and any(one.value == reading.total for one in reading.parts)
    if reading.ambiguous or everywhere:  # 共公开100条,网站公开100条,微信公开60条
        return DOUBTFUL
    if len(reading.parts) > 1:
        if share > OTHER_CALIBRE and reading.sum - reading.total >= FEW:  # one part that is larger than the total, of several
            one_only = sum(part.value > reading.total for part in reading.parts) == 1
            return OPEN if one_only and share <= FAR_OFF and not reading.mixed else DOUBTFUL
        return SURE if len(reading.parts) > 2 or share <= NEARLY else OPEN
    # one part alone may count what happened in it: 培训3次,其中线上点击5000次
    unit = reading.parts[0].amount.unit
    return OPEN if share <= OTHER_CALIBRE and (not unit or unit[0] in COUNT_UNITS | {"元"}) else DOUBTFUL


def _distinct(found: Sequence[ProseBreakdown]) -> list[ProseBreakdown]:
    """Return each breakdown once; a list that adds up says nothing more about another total, and what follows it is no part."""
    holding = [breakdown for breakdown in found if breakdown.holds]
    held = {part for breakdown in holding for part in breakdown.parts}
    begun: dict[tuple[object, ...], list[ProseBreakdown]] = defaultdict(list)
    for one in holding:
        begun[one.total, one.parts[0]].append(one)
    kept: dict[tuple[object, ...], ProseBreakdown] = {}
    for breakdown in sorted(found, key=lambda breakdown: not breakdown.complete):
        alike = begun.get((breakdown.total, breakdown.parts[0]), ())
        goes_on = any(breakdown.parts[: len(other.parts)] == other.parts for other in alike)
        if breakdown.holds or not ((goes_on and not breakdown.certain) or held.issuperset(breakdown.parts)):
            kept.setdefault((breakdown.total, breakdown.parts), breakdown)
    return sorted(kept.values(), key=lambda breakdown: breakdown.start)
