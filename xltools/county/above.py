"""check_above: an office's report held against those of the units below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from xltools.checks.batch import read_last
from xltools.county.below import expect_source, expected_below, reports_below
from xltools.form.loader import find_form
from xltools.output.checked import Checked, checked
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.report.sums import Named, gather_children
from xltools.rules.review import Review, review


def check_children(
    parent: Report,
    children: Iterable[Named],
    expected: Sequence[str] = (),
    *,
    previous: Report | None = None,
    former: Iterable[Named] = (),
) -> Review:
    """All findings of the parent's report, among them every figure that is not the sum of the children's, and who is missing.

    `children` are names and reports, looked at once; the office's own row is one of them. `expected` are the names of the
    roster; `former` are reports that some children have replaced since, to tell a sum that still has the old numbers.
    """
    return review(parent, previous, gather_children(parent.form, children, expected, former))


def check_above(file: Path, form_name: str | None, previous: Path | None, below: Path, tell: Callable[[str], None]) -> Checked:
    """The outcome of the report of an office, held against those of the units below it; `tell` takes what was passed over there.

    Raises XltoolsError where the file, `previous` or the place of the units' reports cannot be read.
    """
    expect_source(below)
    report = read_report(file, find_form(form_name))
    children = reports_below(below, file, report, form_name, tell)
    expected = expected_below(below, report.unit.name)
    return checked(str(file), check_children(report, children, expected, previous=read_last(form_name, previous)))
