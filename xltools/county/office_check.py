"""check_office: an office's report held against those of the units below it, from a store, a folder or files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from xltools.checks.batch import read_last
from xltools.county.store.access import STORE_KINDS, open_store
from xltools.errors import UnreadableFileError, XltoolsError
from xltools.form.loader import find_form
from xltools.output.checked import Checked, checked
from xltools.readers.dispatch import find_files, read_report, read_reports
from xltools.report.filled import Report
from xltools.report.sums import Named, gather_children
from xltools.rules.review import review


def check_office(file: Path, form_name: str | None, previous: Path | None, below: Path, tell: Callable[[str], None]) -> Checked:
    """Return the findings of the report of an office, held against those of the units below it; `tell` takes what was passed over there.

    Raise XltoolsError where the file, `previous` or the place of the units' reports cannot be read.
    """
    if not below.exists():
        raise XltoolsError(f"没有找到 {below}。请给出放下级报告的文件夹，或 xltools collect --store 存的文件。")
    report = read_report(file, find_form(form_name))
    children = _reports_below(below, file, report, form_name, tell)
    expected = _expected(below, report.unit.name)
    return checked(str(file), review(report, read_last(form_name, previous), gather_children(report.form, children, expected)), keep=True)


def _reports_below(source: Path, parent: Path, report: Report, form_name: str | None, tell: Callable[[str], None]) -> Iterator[Named]:
    """Yield the names and reports of the units at `source`, for the year of the parent's report; its own file is none of them.

    A file that cannot be read, or is of another year, is told and passed over.
    """
    if source.suffix.lower() in STORE_KINDS:
        with open_store(source, create=False) as store:
            for stored in store.current(report.year):
                yield stored.name or stored.name_in_report, stored.report(find_form(form_name))
        return
    files = [file for file in find_files(source) if file.resolve() != parent.resolve()]
    for file, child in read_reports(files, form_name):
        if isinstance(child, UnreadableFileError):
            tell(str(child))
        elif child.year == report.year:
            yield child.unit.name, child
        else:
            tell(f"{file} 是 {child.year or '没有写明'} 年度的报告，没有计入。")


def _expected(source: Path, office: str) -> Sequence[str]:
    """Return the units of the store's roster; none where the source is a folder, which does not say who should be there."""
    if source.suffix.lower() not in STORE_KINDS:
        return ()
    with open_store(source, create=False) as store:
        return [unit.name for unit in store.units() if unit.in_roster and unit.name != office]
