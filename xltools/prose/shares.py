"""find_shares: the percentages that a text states of the amounts in it, and what they should be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from xltools.numerals import Number
from xltools.prose.amounts import SHARE
from xltools.prose.breakdowns import ProseBreakdown
from xltools.prose.readings import family
from xltools.prose.sentences import Sentence
from xltools.prose.statements import REQUEST, Prose, Statement, by_sentence

RATE = re.compile(r"(?<!期)(?<!时)(?<!限)(?P<what>办结|答复|办理|回复)率(?:为|达|达到|均为|均达)?\s{0,3}(?P<share>\d{1,3}(?:\.\d{1,4})?)%")
NEAREST = 6
"""The amounts ahead of another one that it may be a share of."""
NEAR = 40
"""Behind a total no farther than this, an example's percentage is its share of that total."""


class Share(NamedTuple):
    """A percentage that a text states: of what number it is which part, as stated, and what it should be, to as many places.

    `holds` is True where it is right, for any of the totals that may be meant.
    """

    part: Number
    total: Number
    stated: Decimal
    expected: Decimal
    holds: bool
    start: int
    end: int


def find_shares(prose: Prose, breakdowns: Sequence[ProseBreakdown]) -> Iterator[Share]:
    """Yield the percentages of the parts of a text's breakdowns, of other amounts in it, and of the requests answered."""
    if "%" not in prose.text:
        return
    told: set[int] = set()
    for breakdown in breakdowns:
        for share in _of_parts(prose.text, breakdown):
            told.add(share.end)
            yield share
    for line, stated in zip(prose.lines, by_sentence(prose), strict=True):
        if "%" in line.text:
            yield from (share for share in _of_amounts(prose.text, stated) if share.end not in told)
            yield from _rates(line, stated)


def _of_parts(text: str, breakdown: ProseBreakdown) -> Iterator[Share]:
    """Yield the percentages behind the parts of a breakdown; where they make 100 together, the last place may differ by one."""
    found = [
        (part, share) for part in breakdown.parts if (share := SHARE.match(text, part.end)) and not (share["about"] or share["nearly"])
    ]
    stated = [Decimal(share["share"]) for _, share in found]
    settled = len(found) == len(breakdown.parts) and sum(stated) == 100
    for (part, share), number in zip(found, stated, strict=True):
        near = breakdown.complete or part.start - breakdown.start < NEAR
        if near and breakdown.total and part.value <= breakdown.total:
            exact = Decimal(part.value) * 100 / Decimal(breakdown.total)
            holds = number == _rounded(exact, number) or (settled and abs(exact - number) < _places(number))
            yield Share(part.value, breakdown.total, number, _rounded(exact, number), holds, part.start, share.end())


def _of_amounts(text: str, stated: Sequence[Statement]) -> Iterator[Share]:
    """Yield the percentages behind 占 of amounts that stand in no breakdown: of the amounts ahead of them in the sentence."""
    totals: list[Statement] = []
    for one in stated:
        found = SHARE.match(text, one.end)
        if found is None:
            totals += [one] if one.counts and not one.none else []
        elif found["of"] and not found["about"] and not found["nearly"]:
            meant = [total.value for total in totals[-NEAREST:] if family(total) == family(one) and total.value >= one.value > 0]
            if meant:
                yield _best(one.value, meant[::-1], Decimal(found["share"]), one.start, found.end())


def _rates(line: Sentence, stated: Sequence[Statement]) -> Iterator[Share]:
    """Yield the rates of requests answered that stand in a sentence with both numbers; 按期办结率 is of something else."""
    for found in RATE.finditer(line.text):
        start, end = line.start + found.start(), line.start + found.end()
        near = [one for one in stated if one.objects == REQUEST and not (one.who or one.results) and one.start < start]
        values = {event: one.value for one in reversed(near) for event in one.events}
        if "receive" in values and ("handle" in values or "carry_out" in values):
            received, carried = values["receive"], values.get("carry_in", 0)
            answered = values["handle"] if "handle" in values else received + carried - values["carry_out"]
            if received and answered:
                yield _best(answered, (received + carried, received), Decimal(found["share"]), start, end)


def _best(part: Number, totals: Sequence[Number], stated: Decimal, start: int, end: int) -> Share:
    """Return a share of the total that makes it right, else of the likeliest one, which is the first."""
    expected = [_rounded(Decimal(part) * 100 / Decimal(total), stated) for total in totals]
    holds = stated in expected
    number = expected.index(stated) if holds else 0
    return Share(part, totals[number], stated, expected[number], holds, start, end)


def _rounded(number: Decimal, like: Decimal) -> Decimal:
    return number.quantize(_places(like), ROUND_HALF_UP)


def _places(number: Decimal) -> Decimal:
    return Decimal(1).scaleb(int(number.as_tuple().exponent))
