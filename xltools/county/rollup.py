"""roll_up: the report of the office above as the sum of its units' reports, each looked at once and let go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from xltools.form.definition import Form
from xltools.form.unit import Unit
from xltools.numerals import Number, is_number
from xltools.report.conversion import convert_report
from xltools.report.filled import Report, still_unread
from xltools.report.sums import addition, name_figures, plus

Sums = dict[str, Number | None]
"""The sum of each input, None as long as it is blank everywhere."""
ENOUGH = 8
"""So many figures of the office that are all as large as those of its units together are no coincidence."""


@dataclass(frozen=True)
class RollUp:
    """The roll-up of `units` reports and of the office's own, and what could not be added, in words."""

    report: Report
    units: int
    remarks: tuple[str, ...]


def roll_up(form: Form, unit: Unit, year: int, own: Report | None, units: Iterable[Report]) -> RollUp:
    """Return the units' reports and the office's own as one report of the office, its totals left to the form.

    Blank adds nothing; text is not added, but told. Reports of another edition are converted. What the form marks as the
    office's `own` comes from its own report alone. Its prose is kept, the units' is not.
    """
    sums: Sums = {figure.id: None for figure in form.inputs}
    remarks = _add(form, sums, own, is_own=True) if own else []
    held = dict(sums)
    count = 0
    for report in units:
        count += 1
        remarks += _add(form, sums, report, is_own=False)
    written = convert_report(own, form).report if own else None
    report = Report(
        form=form,
        year=year,
        unit=unit,
        figures=sums,
        texts=written.texts if written else {},
        breakdowns=written.breakdowns if written else (),
        unread=still_unread(written.unread, sums, written.texts) if written else (),
    )
    return RollUp(report, count, (*remarks, *_left_to_the_office(form, own), *_own_like_a_sum(sums, held, count)))


def keep_written(rolled: RollUp, earlier: Report) -> RollUp:
    """Return the roll-up with what the office has written into an earlier one: prose, breakdowns, details, explanations; all but its figures."""
    report = replace(
        rolled.report,
        unit=earlier.unit,
        texts=earlier.texts,
        breakdowns=earlier.breakdowns,
        unread=still_unread(rolled.report.unread, rolled.report.figures, earlier.texts),
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


def _own_like_a_sum(sums: Sums, held: Sums, count: int) -> Iterator[str]:
    """Yield that the office's own report may be an earlier roll-up, which would count every unit twice: each number is as large as all units' together."""
    both = [(held[id] or 0, total - (held[id] or 0)) for id, total in sums.items() if total]
    if count > 1 and sum(units > 0 for _, units in both) >= ENOUGH and all(own >= units for own, units in both):
        yield "本级自己的报告中，每一格都不小于各单位之和，像是以前汇总出来的。如果是，请把它从文件夹中移走，再汇总一次，以免重复相加。"


def _add(form: Form, sums: Sums, report: Report, *, is_own: bool) -> list[str]:
    """Add one report, and return what of it could not be added. Blank stays blank where nobody gave a number."""
    name = report.unit.name or "（没有单位名称的报告）"
    added = addition(report, form)
    for id, value in added.values.items():
        if is_number(value) and (is_own or form.figures[id].across_units == "sum"):
            before = sums[id]
            sums[id] = value if before is None else plus(before, value)
    return [f"{name}：{remark}" for remark in added.remarks]
