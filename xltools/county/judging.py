"""The reports of a year, judged anew in every run against what is known now: their findings, and what they add to the office's sum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import NamedTuple

from xltools.county.store.access import Store
from xltools.county.store.rows import StoredReport
from xltools.county.summary.state import figure_row, last_row
from xltools.form.definition import FindForm, Form
from xltools.form.loader import find_form
from xltools.output.checked import Checked, checked
from xltools.report.filled import Value
from xltools.report.provenance import Counted, Provenance
from xltools.report.reading import parse_reading
from xltools.report.sums import Addition, Part, addition
from xltools.rules.hand_in import filing_findings
from xltools.rules.review import review
from xltools.rules.rule import Filing, Finding
from xltools.workers.pool import Pool

BATCH = 16
"""The reports that a worker is given at once."""
DIED = "检查这份报告时程序出错，未计入汇总。"

Kept = tuple[str, str]
"""A report as the store keeps it: its JSON, and what only its reader knew."""


class Verdict(NamedTuple):
    """What a worker says of a report: its findings, those on how it was handed in, what it adds, and its figures of both years."""

    checked: Checked
    filed: tuple[Finding, ...] = ()
    addition: Addition = Addition({}, remarks=(DIED,))
    provenance: Provenance | None = None
    this: tuple[Value, ...] = ()
    last: tuple[Value, ...] = ()


class Judged(NamedTuple):
    """A report that counts for its unit and year, without its text, and what was found."""

    stored: StoredReport
    verdict: Verdict

    def part(self, *, is_own: bool, reason: str) -> Part:
        """Return it as a part of the office's sum, left out where there is a reason."""
        stored = self.stored
        date = datetime.fromtimestamp(stored.modified / 1e9).astimezone().date().isoformat()
        counted = Counted(stored.name or stored.name_in_report, date, stored.sha256)
        return Part(counted, self.verdict.addition, self.verdict.provenance, stored.code, stored.file, is_own, reason)


class _Task(NamedTuple):
    file: str
    report: Kept
    last: Kept | None
    filing: Filing


def judge(
    current: Iterable[tuple[StoredReport, bool]], store: Store, pool: Pool, form: Form, form_name: str | None, year: int
) -> Iterator[Judged]:
    """Yield reports of a year, each judged against last year's in the store; with each is told whether its unit is the office's to collect from."""
    given: list[StoredReport] = []

    def tasks() -> Iterator[_Task]:
        for stored, belongs in current:
            last = store.find(stored.code or stored.name or stored.name_in_report, year - 1, stored.family)
            filing = Filing(year, belongs, tuple(map(in_its_folder, stored.rivals)), stored.differing)
            given.append(replace(stored, json="", reading=""))
            yield _Task(stored.file, (stored.json, stored.reading), (last.json, last.reading) if last else None, filing)

    work = partial(_judge_batch, form_name, form.id)
    done = 0
    for _, verdicts in pool.run(work, _batches(tasks()), lambda task: Verdict(Checked(task.file))):
        for verdict in verdicts:
            yield Judged(given[done], verdict)
            done += 1


def _batches(tasks: Iterable[_Task]) -> Iterator[Sequence[_Task]]:
    tasks = iter(tasks)
    while batch := list(islice(tasks, BATCH)):
        yield batch


def in_its_folder(file: str) -> str:
    """Return a file with the folder that it is in, since two files of one unit often have the same name."""
    return "/".join(file.replace("\\", "/").split("/")[-2:])


# in other processes and on other machines: plain values
def _judge_batch(form_name: str | None, form: str, tasks: Sequence[_Task]) -> list[Verdict]:
    find = find_form(form_name)
    return [_judge_one(find, find(form), task) for task in tasks]


def _judge_one(find: FindForm, form: Form, task: _Task) -> Verdict:
    report = parse_reading(*task.report, find)
    last = parse_reading(*task.last, find) if task.last else None
    # under the name that the unit has now: the store has joined them, by the roster where the name changed
    found = review(report, last and replace(last, unit=replace(last.unit, name=report.unit.name)))
    added = addition(report, form)
    return Verdict(
        checked(task.file, found),
        filing_findings(report, task.filing, len(found.findings)),
        added,
        report.provenance,
        figure_row(added.values, form),
        last_row(last, form) if last else (),
    )
