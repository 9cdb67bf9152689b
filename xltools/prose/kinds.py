"""What lists are divided by: the kinds of an official classification, the media of publication, the units that one list may mix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from xltools.prose.statements import Statement

COUNT_UNITS = frozenset("条件篇份个项则宗起部")
"""Units that one list may mix and still be whole: 18条、2件."""
GRANTED = frozenset({"granted"})
DENIED = frozenset(
    [
        "denied",
        "state_secret",
        "prohibited_by_law",
        "three_security_one_stability",
        "third_party_rights",
        "internal_affairs",
        "deliberative_process",
        "enforcement_file",
        "administrative_query",
    ]
)
UNAVAILABLE = frozenset({"unavailable", "not_held", "needs_creation", "unclear"})
NOT_PROCESSED = frozenset({"not_processed", "petition", "repeat", "publication", "excessive", "reissue"})
OTHERWISE = frozenset({"otherwise", "correction_overdue", "fee_overdue", "withdrawn", "rest"})
CARRIED_OUT = frozenset({"carry_out", "carry"})


class Classification(NamedTuple):
    """The kinds that something is divided into, each known by any of some meanings; a list that names `enough` is meant whole.

    A list of an `official` one needs no 其中 in front of it.
    """

    kinds: tuple[frozenset[str], ...]
    enough: int
    official: bool = False


def _each(*keys: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset({key}) for key in keys)


SETTLED = Classification((frozenset({"handle"}), CARRIED_OUT), 2, official=True)
CLASSIFICATIONS = (
    Classification((GRANTED, frozenset({"partly_granted"}), DENIED, UNAVAILABLE, NOT_PROCESSED, OTHERWISE, CARRIED_OUT), 3, official=True),
    Classification((frozenset({"natural_person"}), frozenset({"legal_person", "organisations"})), 2, official=True),
    SETTLED,
    Classification(_each("upheld", "corrected", "other_result", "pending"), 2, official=True),
    Classification(_each("suit_direct", "suit_after"), 2, official=True),
    Classification(_each("online", "offline"), 2),
    Classification(_each("make", "revise", "repeal"), 3),
)
MEDIA = Classification(_each("site", "media", "board"), 2)


def family(one: Statement) -> str:
    """Return what an amount's unit counts: the same for all units that one list may mix."""
    unit = one.amount.unit
    return "count" if not unit or (unit[0] in COUNT_UNITS and unit[1:] in ("", "次")) or "(" in unit else unit


def kinds_named(parts: Iterable[Statement], classification: Classification) -> int:
    """Return how many of a classification's kinds the parts name."""
    return sum(1 for kind in classification.kinds if any(not kind.isdisjoint(one.kinds) for one in parts))


def names_kind(one: Statement, classification: Classification) -> bool:
    """Tell whether a part names a kind of this classification."""
    return any(not kind.isdisjoint(one.kinds) for kind in classification.kinds)


def names_kinds(parts: Sequence[Statement]) -> bool:
    """Tell whether a list names enough kinds of some classification."""
    return any(kinds_named(parts, classification) >= classification.enough for classification in CLASSIFICATIONS)


def names_media(parts: Sequence[Statement]) -> bool:
    """Tell whether a list has one part for each medium of publication."""
    return kinds_named(parts, MEDIA) >= MEDIA.enough and all(names_kind(one, MEDIA) for one in parts)


def names_the_rest(parts: Sequence[Statement]) -> bool:
    """Tell whether a list of three or more ends in all others."""
    return len(parts) > 2 and not parts[-1].kinds.isdisjoint({"rest", "otherwise", "other_result"})
