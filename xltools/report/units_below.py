"""gather_children: what the units below an office report together, to hold its own report against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xltools.form.definition import Form
from xltools.numerals import BLANKS, Number, is_number
from xltools.report.addition import addends, plus
from xltools.report.filled import Report, settle

Named = tuple[str, Report]
"""A unit's name and its report."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A figure that a unit reported otherwise before."""

    unit: str
    before: Number
    now: Number


@dataclass(frozen=True)
class Children:
    """The reports of the units below an office, under the cell ids of its form.

    `sums` has every figure, totals computed from the inputs. `contributions` has, for each figure, the units whose number is
    not 0, `revisions` those that changed theirs, `unusable` those whose number could not be added. `missing` are the units
    that should have reported and did not.
    """

    count: int
    sums: Mapping[str, Number]
    contributions: Mapping[str, tuple[tuple[str, Number], ...]]
    revisions: Mapping[str, tuple[Revision, ...]]
    unusable: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]


def gather_children(form: Form, children: Iterable[Named], expected: Sequence[str] = (), former: Iterable[Named] = ()) -> Children:
    """The children's reports together, each looked at once and let go; the office's own is one of them where it reports, too.

    `expected` are the names of the units that should report, `former` reports that some of the children have replaced.
    """
    sums: dict[str, Number] = dict.fromkeys(form.figures, 0)
    contributions: dict[str, list[tuple[str, Number]]] = {}
    unusable: dict[str, list[str]] = {}
    names: list[str] = []
    for name, report in children:
        names.append(name)
        numbers, unknown = _numbers(report, form)
        for id, number in numbers.items():
            sums[id] = plus(sums[id], number)
            contributions.setdefault(id, []).append((name, number))
        for id in unknown:
            unusable.setdefault(id, []).append(name)
    present = {BLANKS.sub("", name) for name in names}
    return Children(
        count=len(names),
        sums=sums,
        contributions={id: tuple(parts) for id, parts in contributions.items()},
        revisions=_revisions(form, former, contributions),
        unusable={id: tuple(units) for id, units in unusable.items()},
        missing=tuple(name for name in dict.fromkeys(expected) if BLANKS.sub("", name) not in present),
    )


def _numbers(report: Report, form: Form) -> tuple[dict[str, Number], list[str]]:
    """A report's figures that are not 0, totals computed from the inputs; and the inputs that hold what is no number."""
    values = addends(report, form).values
    unknown = [id for id, value in values.items() if isinstance(value, str)]
    unknown += [id for id in report.unread if id in values]
    return {id: number for id, number in settle(form, values).items() if number}, unknown


def _revisions(
    form: Form, former: Iterable[Named], contributions: Mapping[str, Sequence[tuple[str, Number]]]
) -> dict[str, tuple[Revision, ...]]:
    """For each figure the units that reported it otherwise before."""
    found: dict[str, list[Revision]] = {}
    for name, report in former:
        before, _ = _numbers(report, form)
        for id in form.figures:
            now = next((number for unit, number in contributions.get(id, ()) if unit == name), 0)
            if before.get(id, 0) != now:
                found.setdefault(id, []).append(Revision(name, before.get(id, 0), now))
    return {id: tuple(revisions) for id, revisions in found.items()}


def known_number(report: Report, id: str) -> Number | None:
    """The number that a figure of the office's report stands for, 0 where blank; None where it rests on text or was not read."""
    if id in report.unread:
        return None
    if id in report.figures:
        value = report.figures[id]
        return 0 if value is None else value if is_number(value) else None
    if any(known_number(report, term.figure) is None for term in report.form.definitions[id].right):
        return None
    return report.numbers[id]
