"""find_growths: how much a claimed figure is said to have changed since last year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xltools.prose.amounts import plain
from xltools.prose.claims import Claim

# a bracket with a breakdown may stand between the amount and its growth
GROWTH = re.compile(
    r"\s*(?:\([^()]*\))?\s*[,，]?\s*(?:同比|环比|较|比)(?:上年|去年|上一年)?(?:度)?(?:同期)?(?:相比)?[,，]?\s*(?P<way>增长|上升|增加|增幅|下降|减少|回落|降低|降幅)"
    r"(?:了|为|达)?\s*(?P<stated>\d+(?:\.\d+)?)\s*(?P<unit>%|[件条份宗起项个])"
)
DOWN = re.compile("下降|减少|回落|降")


@dataclass(frozen=True, slots=True)
class Growth:
    """A stated change of a claimed figure: signed, in per cent or in the figure's unit, with as many places as written."""

    claim: Claim
    stated: Decimal
    percent: bool
    end: int


def find_growths(text: str, claims: Sequence[Claim]) -> Iterator[Growth]:
    """The changes that the text states right behind its claims."""
    alike = plain(text)
    for claim in claims:
        if found := GROWTH.match(alike, claim.end):
            stated = Decimal(found["stated"])
            yield Growth(claim, -stated if DOWN.search(found["way"]) else stated, found["unit"] == "%", found.end())
