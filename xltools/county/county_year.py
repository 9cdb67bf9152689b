"""One year of an office's units, as the store holds it: what counts, judged anew in every run, its sum, and the state of every unit."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from xltools.county.hand_ins import OF_NO_USE
from xltools.county.store.access import Store
from xltools.county.store.rows import StoredReport
from xltools.county.store.writing import Result
from xltools.county.summary.state import MISSING, UNUSABLE, State, Summary, UnitLine, figure_row, last_row, state_of
from xltools.form.definition import FindForm, Form
from xltools.form.loader import find_form
from xltools.form.unit import Unit, plain_name
from xltools.numerals import is_number
from xltools.output import Checked, checked
from xltools.output.json import finding_data
from xltools.report.filled import Value
from xltools.report.provenance import Addition, Counted, Part, Provenance
from xltools.report.reading import parse_reading
from xltools.report.sums import RollUp, addition, digest_of, outdated, roll_up, sort_out
from xltools.rules.hand_in import filing_findings
from xltools.rules.review import review
from xltools.rules.rule import Filing, Finding
from xltools.workers.pool import Pool

BATCH = 16  # the reports that a worker is given at once

Kept = tuple[str, str]  # a report as the store keeps it: its JSON, and what only its reader knew


class Verdict(NamedTuple):
    """What a worker says of a report: its findings, those on how it was handed in, what it adds, and its figures of both years."""

    checked: Checked
    filed: tuple[Finding, ...] = ()
    addition: Addition = Addition({}, remarks=("检查这份报告时程序出错，未计入汇总。",))
    provenance: Provenance | None = None
    this: tuple[Value, ...] = ()
    last: tuple[Value, ...] = ()
    digest: str = ""  # the report's SHA-256


class Judged(NamedTuple):
    """A report that counts for its unit and year, without its text, and what was found."""

    stored: StoredReport
    verdict: Verdict


class _Task(NamedTuple):
    file: str
    report: Kept
    last: Kept | None
    filing: Filing


def in_its_folder(file: str) -> str:
    """Return a file with the folder that it is in, since two files of one unit often have the same name."""
    return "/".join(file.replace("\\", "/").split("/")[-2:])


# in other processes and on other machines: plain values
def _judge_one(form_name: str | None, form_id: str, task: _Task) -> Verdict:
    find = find_form(form_name)
    form = find(form_id)
    report = parse_reading(*task.report, find)
    last = parse_reading(*task.last, find) if task.last else None
    # under the name that the unit has now: the store has joined them, by the roster where the name changed
    found = review(report, last and replace(last, unit=replace(last.unit, name=report.unit.name)))
    added = addition(report, form)
    rows = (figure_row(added.values, form), last_row(last, form) if last else ())
    filed = filing_findings(report, task.filing, len(found.findings))
    return Verdict(checked(task.file, found), filed, added, report.provenance, *rows, digest_of(task.report[0]))


NOT_LISTED: State = "不在名册"
NOT_IN_ROSTER = "不在名册，没有计入。"


@dataclass(frozen=True)
class CountyYear:
    """One year of an office's units: those of its roster, else all whose files were collected for it; `files` were found this time."""

    store: Store
    form: Form
    find_form: FindForm
    office: Unit
    year: int
    has_roster: bool
    files: frozenset[str] = frozenset()
    judged: tuple[Judged, ...] = ()

    def judge(self, pool: Pool, form_name: str | None) -> Iterator[Judged]:
        """Yield every report that counts for its unit, judged against what is known now and last year's in the store."""
        given: list[StoredReport] = []

        def tasks() -> Iterator[_Task]:
            for stored in self.store.current(self.year, self.form.family):
                belongs = self._belongs(stored)
                if belongs or not self.files.isdisjoint(stored.files):  # units of other offices in the same store are no matter of this one
                    name = stored.name_in_report if stored.branch else stored.name
                    last = self.store.find(stored.code or name, self.year - 1, stored.family, stored.branch)
                    filing = Filing(self.year, belongs, tuple(map(in_its_folder, stored.rivals)), stored.differing)
                    given.append(replace(stored, json="", reading=""))
                    yield _Task(stored.file, (stored.json, stored.reading), (last.json, last.reading) if last else None, filing)

        verdicts = pool.run(partial(_judge_one, form_name, self.form.id), tasks(), lambda task: Verdict(Checked(task.file)), BATCH)
        for number, verdict in enumerate(chain.from_iterable(verdicts)):
            yield Judged(given[number], verdict)

    def _is_office(self, stored: StoredReport) -> bool:
        return plain_name(self.office.name) in (plain_name(stored.name), plain_name(stored.name_in_report))

    def _belongs(self, stored: StoredReport) -> bool:
        """Tell whether a report's unit is one that the office collects from."""
        is_own = not self._own_files.isdisjoint(stored.files)
        by_roster = self.has_roster and not self._is_office(stored)
        return stored.in_roster and (is_own or not stored.branch) if by_roster else is_own

    @cached_property
    def _own_files(self) -> frozenset[str]:
        return self.store.files_of(self.office.name)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The reports as parts of the sum, in the order of `judged`; those that are not in it have a reason."""
        return tuple(sort_out(self.form, self.office.name, (self._part(judged.stored, judged.verdict) for judged in self.judged)))

    def _part(self, stored: StoredReport, verdict: Verdict) -> Part:
        date = datetime.fromtimestamp(stored.modified / 1e9).astimezone().date().isoformat()
        counted = Counted(stored.name, date, stored.sha256, report=verdict.digest)
        is_own, reason = self._is_office(stored) and not verdict.provenance, "" if self._belongs(stored) else NOT_IN_ROSTER
        return Part(counted, verdict.addition, verdict.provenance, stored.code, stored.file, is_own, reason, name=stored.name_in_report)

    def roll_up(self, lines: Iterable[UnitLine]) -> RollUp:
        """Return the sum of the units' reports, the office's own among them; `lines` tell of every unit and file how it stands."""
        added = {part.counted.unit for part in self.parts if not part.reason}
        tied = {line.path for line in lines if line.state == UNUSABLE}  # a report that names no unit is among the parts, too
        unusable = [self._unusable(line) for line in lines if line.state in (UNUSABLE, *OF_NO_USE) and line.name not in added]
        own = next((j.stored for j, part in zip(self.judged, self.parts, strict=True) if part.is_own and not part.reason), None)
        report = self.store.report(own.name, self.year, self.find_form) if own else None
        missing = [line.name for line in lines if line.state == MISSING]
        rolled = roll_up(
            self.form, self.office, self.year, (*(part for part in self.parts if part.file not in tied), *unusable), report, missing
        )
        told = [f"{part.counted.unit}：{part.reason}" for part in self.parts if part.reason not in ("", NOT_IN_ROSTER)]
        if others := self.store.of_other_years(self.year, self.files):
            told.append(f"所给的文件中有{len(others)}份是其他年度的报告，已计入各自的年度，本次没有计入。")
        stale = outdated(self.parts, self.store.contents(self.year, self.form.family))
        return replace(rolled, remarks=(*rolled.remarks, *told, *stale))

    def _unusable(self, line: UnitLine) -> Part:
        """Return what cannot be added as a part left out: lacking, unless it is nobody's and the roster tells which units are missing."""
        counted = Counted("" if line.name == line.file else line.name, "", "")
        return Part(counted, Addition({}), file=line.file, reason=line.reason, is_lacking=line.state == UNUSABLE or not self.has_roster)

    def record(self) -> tuple[str, ...]:
        """Keep in the store what this run found; return the files of which it is another than what the last run found."""
        results = []
        for judged, part in zip(self.judged, self.parts, strict=True):
            findings = [finding_data(finding) for finding in judged.verdict.checked.findings]
            adds = {} if part.reason else {id: v for id, v in zip(self.form.figures, judged.verdict.this, strict=True) if is_number(v)}
            results.append(Result(judged.stored.id, findings, part.reason, self.form.id, adds))
        return self.store.record(self.year, self.form.family, results)

    def summary(self, copies: Mapping[str, Path]) -> Summary:
        """Return the state of every unit, and of each file that belongs to none; `copies` are the annotated ones by file."""
        lines = [*self._reported(copies), *self._unreported(), *self._of_other_years()]
        return Summary(self.form, self.office.name, self.year, tuple(lines))

    def _reported(self, copies: Mapping[str, Path]) -> Iterator[UnitLine]:
        for judged, part in zip(self.judged, self.parts, strict=True):
            stored, verdict = judged.stored, judged.verdict
            belongs = self._belongs(stored)
            findings = (*verdict.checked.findings, *verdict.filed)
            state, note = (state_of(findings), part.reason) if belongs else (NOT_LISTED, "")
            copy = copies[stored.file].name if stored.file in copies else ""
            this, last = ((), ()) if part.reason else (verdict.this, verdict.last)
            yield UnitLine(stored.code, stored.name, state, Path(stored.file).name, copy, note, this, last, findings, stored.file)
            for rival in stored.rivals:
                is_beside = Path(rival).parent == Path(stored.file).parent
                note = f"计入的是 {in_its_folder(stored.file)}{'' if is_beside else '。不是同一单位的，单位名称请写全称。'}"
                yield UnitLine(stored.code, stored.name, "重复报送", in_its_folder(rival), note=note, path=rival)

    def _unreported(self) -> Iterator[UnitLine]:
        """Yield the units of the roster without a report, and the files that cannot be read."""
        unreadable = [file for file in self.store.unreadable() if file.path in self.files or file.year == self.year]
        named = {file.unit for file in unreadable}
        for unit in self.store.missing(self.year, self.form.family) if self.has_roster else ():
            if unit.name not in named and plain_name(unit.name) != plain_name(self.office.name):
                last = self.store.report(unit.code or unit.name, self.year - 1, self.find_form)
                yield UnitLine(unit.code, unit.name, MISSING, last=last_row(last, self.form) if last else ())
        for file in unreadable:
            name = Path(file.path).name
            yield UnitLine(file.code, file.unit or name, "无法读取", name, note=file.error, path=file.path)

    def _of_other_years(self) -> Iterator[UnitLine]:
        """Yield the reports of another form, or of another year for which they do not count, among the files."""
        for stored in self.store.elsewhere(self.year, self.form.family, self.files):
            findings = filing_findings(stored.report(self.find_form), Filing(self.year))
            state: State = "年度不符" if stored.year != self.year else "表式不符"
            note = "" if stored.year != self.year else f"所用表式是{stored.form}，没有计入。"
            yield UnitLine(stored.code, stored.name, state, Path(stored.file).name, note=note, findings=findings, path=stored.file)
