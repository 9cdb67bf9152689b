"""roll_up: the report of the office above as the sum of its units' reports, each looked at once and let go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from xltools.form.definition import Form
from xltools.form.unit import Unit
from xltools.numerals import Number, is_number
from xltools.report.conversion import convert_report
from xltools.report.filled import Report, Value
from xltools.report.sums import addition, name_figures, plus

LARGEST = 3
"""How many of the units that a figure comes from are kept; all of them would make memory grow with their number."""

ENOUGH = 8
"""So many figures of the office that are all as large as those of its units together are no coincidence."""


@dataclass(frozen=True, slots=True)
class Part:
    """What an input of the roll-up is made of: how many reports gave a number, were blank, or held something that is none.

    `own` is the office's own number in it, `largest` are the units with the largest numbers, the office among them.
    """

    total: Number | None
    filled: int
    blank: int
    unusable: int
    own: Number | None
    largest: tuple[tuple[str, Number], ...]


@dataclass(frozen=True)
class RollUp:
    """The roll-up of `units` reports and of the office's own, what each input is made of, and what could not be added, in words."""

    report: Report
    units: int
    parts: Mapping[str, Part]
    remarks: tuple[str, ...]


def roll_up(form: Form, unit: Unit, year: int, own: Report | None, units: Iterable[Report]) -> RollUp:
    """The units' reports and the office's own as one report of the office, its totals left to the form.

    Blank adds nothing; text is not added, but told. Reports of another edition are converted. What the form marks as the
    office's `own` comes from its own report alone. Its prose is kept, the units' is not.
    """
    sums = {figure.id: _Sum() for figure in form.inputs}
    remarks: list[str] = []
    if own:
        remarks += _add(form, sums, own, is_own=True)
    count = 0
    for report in units:
        count += 1
        remarks += _add(form, sums, report, is_own=False)
    parts = {id: total.part for id, total in sums.items()}
    written = convert_report(own, form).report if own else None
    report = Report(
        form=form,
        year=year,
        unit=unit,
        figures={id: part.total for id, part in parts.items()},
        texts=written.texts if written else {},
        breakdowns=written.breakdowns if written else (),
    )
    return RollUp(report, count, parts, (*remarks, *_left_to_the_office(form, own), *_own_like_a_sum(parts, count)))


def keep_written(rolled: RollUp, earlier: Report) -> RollUp:
    """The roll-up with what the office has written into an earlier one: prose, breakdowns, details, explanations; all but its figures."""
    report = replace(
        rolled.report,
        unit=earlier.unit,
        texts=earlier.texts,
        breakdowns=earlier.breakdowns,
        explanations=earlier.explanations,
        excused=earlier.excused,
    )
    changed = [id for id, value in report.figures.items() if earlier.figures.get(id) != value]
    remark = (f"原来的汇总工作簿中有 {len(changed)} 格，已换成现在的合计；正文、说明没有动。",) if changed else ()
    return replace(rolled, report=report, remarks=(*rolled.remarks, *remark))


def _left_to_the_office(form: Form, own: Report | None) -> Iterator[str]:
    left = [figure.id for figure in form.inputs if figure.across_units == "own"]
    if left and own is None:
        yield f"以下 {len(left)} 格不由下级相加，请由本级填写：{name_figures(form, left)}。"


def _own_like_a_sum(parts: Mapping[str, Part], count: int) -> Iterator[str]:
    """That the office's own report may be an earlier roll-up, which would count every unit twice: each number is as large as all units' together."""
    held = [(part.own or 0, part.total - (part.own or 0)) for part in parts.values() if part.total]
    if count > 1 and sum(units > 0 for _, units in held) >= ENOUGH and all(own >= units for own, units in held):
        yield "本级自己的报告中，每一格都不小于各单位之和，像是以前汇总出来的。如果是，请把它从文件夹中移走，再汇总一次，以免重复相加。"


def _add(form: Form, sums: Mapping[str, _Sum], report: Report, *, is_own: bool) -> list[str]:
    """Adds one report, and gives what of it could not be added."""
    name = report.unit.name or "（没有单位名称的报告）"
    added = addition(report, form)
    for id, value in added.values.items():
        if is_own or form.figures[id].across_units == "sum":
            sums[id].add(name, value, is_own=is_own)
    return [f"{name}：{remark}" for remark in added.remarks]


# ------------------------------------------------------------------------------------------------------------ one figure


@dataclass(slots=True)
class _Sum:
    """An input of the roll-up while it is being added up."""

    total: Number | None = None
    filled: int = 0
    blank: int = 0
    unusable: int = 0
    own: Number | None = None
    largest: list[tuple[str, Number]] = field(default_factory=list)

    def add(self, name: str, value: Value, *, is_own: bool) -> None:
        if value is None:
            self.blank += 1
            return
        if not is_number(value):
            self.unusable += 1
            return
        self.filled += 1
        self.total = value if self.total is None else plus(self.total, value)
        if is_own:
            self.own = value
        if value and (len(self.largest) < LARGEST or value > self.largest[-1][1]):
            self.largest = sorted((*self.largest, (name, value)), key=lambda part: -part[1])[:LARGEST]

    @property
    def part(self) -> Part:
        return Part(self.total, self.filled, self.blank, self.unusable, self.own, tuple(self.largest))
