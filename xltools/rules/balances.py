"""find_balances: how many requests prose says were received, answered and carried over."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xltools.numerals import Number
from xltools.prose.lexicon import FLOW, REQUEST
from xltools.prose.statements import Statement

NEAR_SENTENCES = 1  # the sentences between two of the four numbers of one balance


class ProseBalance(NamedTuple):
    """Requests received, carried in, answered and carried out as one passage states them, with its place; None: not stated there."""

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
    spoken = (one for one in statements if one.objects == REQUEST and one.counts and not (one.results or one.elsewhen))
    of_all = (one for one in spoken if not one.who or (one.inner and one.who == {"part"} and "handle" in one.events))
    for statement in (one for one in of_all if len(one.events) == 1 and not FLOW.isdisjoint(one.events)):
        begins = statement.events[0] == "receive" and any(one.events[0] == "receive" for one in passage)
        if passage and (begins or statement.sentence - passage[-1].sentence > NEAR_SENTENCES):
            yield from _balance(passage)
            passage = []
        passage.append(statement)
    yield from _balance(passage)


def _balance(spoken: Sequence[Statement]) -> Iterator[ProseBalance]:
    passage = [one for one in spoken if not one.who]
    first = {one.events[0]: one for one in reversed(passage)}
    handled = [one for one in passage if one.events[0] == "handle"]
    if len(handled) > 1:
        # 共处理1261件(含上年结转74件),答复1181件: what was taken up is what was received, or that with what was carried over
        taken_up = [first[key].value for key in ("receive", "carry_in") if key in first]
        if "receive" not in first or handled[0].value == sum(taken_up):
            first = {"receive": handled[0], **first, "handle": handled[1]}
    if not {"receive", "handle"} <= first.keys() or first.keys().isdisjoint({"carry_in", "carry_out"}):
        return
    among = "carry_out" not in first or len(spoken) > len(passage)
    if among and "carry_in" in first and first["handle"].value == first["receive"].value + first["carry_in"].value:
        return  # 新收58件,上年结转4件,共办理62件(,其中办结59件): taken up; how many of all were answered is not said
    used = [first[key] for key in ("receive", "carry_in", "handle", "carry_out") if key in first]
    values = {key: one.value for key, one in first.items()}
    start, end = min(one.start for one in used), max(one.end for one in used)
    yield ProseBalance(values["receive"], values.get("carry_in"), values["handle"], values.get("carry_out"), start, end)
