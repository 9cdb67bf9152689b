"""One year of an office's units, as the store holds it: their reports summed up, each looked at once and let go, and the state of every unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xltools.county.store.access import Store, StoredReport
from xltools.county.summary.state import MISSING, Summary, UnitLine, figure_row, finding_line, last_row, state_of
from xltools.form.definition import FindForm, Form
from xltools.form.loader import find_form
from xltools.form.unit import Unit, plain_name
from xltools.numerals import Number, is_number
from xltools.output.json import finding_data
from xltools.report.conversion import convert_report, matching_figures
from xltools.report.filled import Report, still_unread
from xltools.report.sums import addition, name_figures, plus
from xltools.rules.hand_in import filing_findings
from xltools.rules.rule import Filing


@dataclass(frozen=True)
class CountyYear:
    """One year of an office's units in a store. `has_roster` tells whether a roster says who belongs to it; else all do."""

    store: Store
    form: Form
    find_form: FindForm
    office: Unit
    year: int
    has_roster: bool

    def roll_up(self) -> RollUp:
        """Return the units' reports summed up, the office's own among them."""
        own = self.store.report(self.office.name, self.year, self.find_form)
        return roll_up(self.form, self.office, self.year, own, self._others())

    def _others(self) -> Iterator[Report]:
        own = plain_name(self.office.name)
        for stored in self.store.current(self.year):
            if self._counts(stored) and own not in (plain_name(stored.name), plain_name(stored.name_in_report)):
                yield stored.report(self.find_form)

    def _counts(self, stored: StoredReport) -> bool:
        """Tell whether a report enters the roll-up."""
        return stored.in_roster or not self.has_roster or plain_name(stored.name) == plain_name(self.office.name)

    def to_annotate(self) -> dict[str, str | None]:
        """Return the files of the reports with errors or warnings, each with the JSON of the report of the year before where there is one."""
        found: dict[str, str | None] = {}
        for stored in self.store.current(self.year):
            if stored.errors or stored.warnings:
                last = self.store.find(stored.code or stored.name or stored.name_in_report, self.year - 1)
                found[stored.file] = last.json if last else None
        return found

    def summary(self, files: Collection[str], copies: Mapping[str, Path], remarks: Iterable[str]) -> Summary:
        """Return the state of every unit and of each of these files that belongs to none; `copies` are the annotated ones by file."""
        lines = [*self._reported(copies), *self._unreported(), *self._of_other_years(files)]
        return Summary(self.form, self.office.name, self.year, tuple(lines), tuple(remarks))

    def _reported(self, copies: Mapping[str, Path]) -> Iterator[UnitLine]:
        for stored, findings in self.store.findings(self.year):
            report = stored.report(self.find_form)
            same = bool(matching_figures(report.form, self.form))
            counts = self._counts(stored)
            filing = Filing(self.year, in_roster=counts, rivals=tuple(map(_in_its_folder, stored.rivals)))
            told = [*findings, *_filed(report, filing, len(findings))]
            lines = tuple(finding_line(data) for data in told)
            yield UnitLine(
                code=stored.code,
                name=stored.name or stored.name_in_report,
                state=state_of(lines) if counts else "不在名册",
                file=Path(stored.file).name,
                copy=copies[stored.file].name if stored.file in copies else "",
                this=figure_row(report, self.form) if same and counts else (),
                last=self._last(stored.code or stored.name or stored.name_in_report) if counts else (),
                findings=lines,
                path=stored.file,
            )
            for rival in stored.rivals:
                note = f"计入的是 {_in_its_folder(stored.file)}"
                yield UnitLine(stored.code, stored.name, "重复报送", _in_its_folder(rival), note=note, path=rival)

    def _last(self, unit: str) -> tuple[Any, ...]:
        last = self.store.report(unit, self.year - 1, self.find_form)
        return last_row(last, self.form) if last else ()

    def _unreported(self) -> Iterator[UnitLine]:
        """Yield the units of the roster without a report, and the files that cannot be read."""
        unreadable = {file.unit for file in self.store.unreadable()}
        for unit in self.store.missing(self.year) if self.has_roster else ():
            if unit.name not in unreadable and plain_name(unit.name) != plain_name(self.office.name):
                yield UnitLine(unit.code, unit.name, MISSING, last=self._last(unit.code or unit.name))
        for file in self.store.unreadable():
            name = Path(file.path).name
            yield UnitLine(file.code, file.unit or name, "无法读取", name, note=file.error, path=file.path)

    def _of_other_years(self, files: Collection[str]) -> Iterator[UnitLine]:
        """Yield the reports among these files that are not of this year; in a later year those of the year before are none of them."""
        for year in (*self.store.years(), None):
            for stored in self.store.current(year) if year != self.year else ():
                if stored.file in files:
                    report = stored.report(self.find_form)
                    lines = tuple(finding_line(data) for data in _filed(report, Filing(self.year), 0))
                    name = stored.name or stored.name_in_report
                    yield UnitLine(stored.code, name, "年度不符", Path(stored.file).name, findings=lines, path=stored.file)


def _filed(report: Report, filing: Filing, before: int) -> list[Mapping[str, Any]]:
    """Return what is wrong with how a report was handed in, numbered behind the findings that it has."""
    return [finding_data(finding) for finding in filing_findings(report, filing, before)]


def _in_its_folder(file: str) -> str:
    """Return a file with the folder that it is in, since two files of one unit often have the same name."""
    return "/".join(Path(file).parts[-2:])


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


def add_up(reports: Iterable[Report], *, unit: str, year: int, form: str | None = None) -> RollUp:
    """Return the roll-up of reports as one report of the office `unit`; its remarks tell what could not be added.

    The office's own report, where it is among them, is the one that bears its name: its prose is kept, the others' is not.
    `form` is the id or the folder of a form.
    """
    given = list(reports)
    own = next((report for report in given if plain_name(report.unit.name) == plain_name(unit)), None)
    units = (report for report in given if report is not own)
    return roll_up(find_form(form)(None), own.unit if own else Unit(unit), year, own, units)


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
