"""reports_below: the reports of the units below an office, from a store, a folder or files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from xltools.county.store.access import open_store
from xltools.errors import UnreadableFileError, XltoolsError
from xltools.form.loader import find_form
from xltools.readers.dispatch import find_files, read_reports
from xltools.report.filled import Report
from xltools.report.sums import Named

STORES = (".sqlite", ".sqlite3", ".db")


def reports_below(source: Path, parent: Path, report: Report, form_name: str | None, tell: Callable[[str], None]) -> Iterator[Named]:
    """The names and reports of the units at `source`, for the year of the parent's report; its own file is none of them.

    A file that cannot be read, or is of another year, is told and passed over.
    """
    if source.suffix.lower() in STORES:
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


def expected_below(source: Path, office: str) -> Sequence[str]:
    """The units of the store's roster; none where the source is a folder, which does not say who should be there."""
    if source.suffix.lower() not in STORES:
        return ()
    with open_store(source, create=False) as store:
        return [unit.name for unit in store.units() if unit.in_roster and unit.name != office]


def expect_source(source: Path) -> None:
    """Raises XltoolsError for a place where no reports can be."""
    if not source.exists():
        raise XltoolsError(f"没有找到 {source}。请给出放下级报告的文件夹，或 xltools collect --store 存的文件。")
