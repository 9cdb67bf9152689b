"""find_shares: the percentages written behind the parts of a breakdown, and what they should be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from xltools.numerals import Number
from xltools.prose.amounts import Amount, plain
from xltools.prose.breakdowns import ProseBreakdown

SHARE = re.compile(
    r"\s{0,3}(?:[(,]\s{0,3})?(?:(?P<nearly>约)?占(?:比|总数|全部|办结总数|申请总数|总量)?(?:的|为|比)?\s{0,3})?(?P<about>约)?(?P<share>\d{1,3}(?:\.\d{1,4})?)%"
)

NEAR = 40
"""Behind a total no farther than this, an example's percentage is its share of that total."""


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage written behind an amount, and what it should be, to as many places."""

    part: Amount
    total: Number
    stated: Decimal
    expected: Decimal
    start: int
    end: int


def find_shares(text: str, breakdowns: Sequence[ProseBreakdown]) -> Iterator[Share]:
    """The percentages behind the parts of these breakdowns of the text."""
    alike = plain(text)
    for breakdown in breakdowns:
        for part in breakdown.parts:
            found = SHARE.match(alike, part.end)
            near = breakdown.complete or part.start - breakdown.start < NEAR
            if found and near and breakdown.total and not (found["about"] or found["nearly"]) and part.value <= breakdown.total:
                stated = Decimal(found["share"])
                expected = (Decimal(part.value) * 100 / Decimal(breakdown.total)).quantize(_places(stated), ROUND_HALF_UP)
                yield Share(part, breakdown.total, stated, expected, part.start, found.end())


def _places(number: Decimal) -> Decimal:
    return Decimal(1).scaleb(int(number.as_tuple().exponent))
