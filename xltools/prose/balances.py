"""find_balances: requests received and carried in against those answered and carried out, as one passage states them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xltools.numerals import Number
from xltools.prose.statements import FLOW, REQUEST, Statement

NEAR = 1
"""The sentences between two of the four numbers of one balance."""


class ProseBalance(NamedTuple):
    """Requests received, carried in, answered and carried out as one passage states them, with its wording's place.

    What is None is not stated there.
    """

    received: Number
    carried_in: Number | None
    answered: Number
    carried_out: Number | None
    start: int
    end: int

    def holds(self, carried_in: Number, carried_out: Number) -> bool:
        """Tell whether both sides are equal with these numbers carried over, which may have been counted with those received."""
        return self.answered + carried_out in (self.received + carried_in, self.received)


def find_balances(statements: Sequence[Statement]) -> Iterator[ProseBalance]:
    """Yield the passages that state how many requests were received, how many answered, and how many carried over."""
    passage: list[Statement] = []
    for statement in statements:
        if _is_of_all_requests(statement):
            begins = statement.events[0] == "receive" and any(one.events[0] == "receive" for one in passage)
            if passage and (begins or statement.sentence - passage[-1].sentence > NEAR):
                yield from _balance(passage)
                passage = []
            passage.append(statement)
    yield from _balance(passage)


def _is_of_all_requests(one: Statement) -> bool:
    """Whether a statement counts all requests that were received, answered or carried over this year."""
    if one.objects != REQUEST or len(one.events) != 1 or FLOW.isdisjoint(one.events) or one.who or one.results or one.elsewhen:
        return False
    return one.counts


def _balance(passage: Sequence[Statement]) -> Iterator[ProseBalance]:
    first: dict[str, Statement] = {}
    for one in passage:
        # 共处理1261件(含上年结转74件),答复1181件: what was taken up is what was received
        key = "receive" if one.events[0] == "handle" and "handle" in first and "receive" not in first else one.events[0]
        if key == "receive" and one.events[0] == "handle":
            first["receive"], first["handle"] = first["handle"], one
        else:
            first.setdefault(key, one)
    if not {"receive", "handle"} <= first.keys() or first.keys().isdisjoint({"carry_in", "carry_out"}):
        return
    used = [first[key] for key in ("receive", "carry_in", "handle", "carry_out") if key in first]
    yield ProseBalance(
        received=first["receive"].value,
        carried_in=first["carry_in"].value if "carry_in" in first else None,
        answered=first["handle"].value,
        carried_out=first["carry_out"].value if "carry_out" in first else None,
        start=min(one.start for one in used),
        end=max(one.end for one in used),
    )
