"""Two spreadsheet engines that know nothing of each other: headless LibreOffice and IronCalc."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import ironcalc
import openpyxl

from tests.needed import need_program
from xltools.form.book import CHECKS, Book, Check, Place
from xltools.report.filled import Report
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook

Cells = Callable[[Place], object]
"""Gives the calculated content of a cell."""


def fill_by_hand(blank: Path, target: Path, book: Book, report: Report) -> None:
    """Fills a blank workbook the way a program without a calculation engine does: inputs only, no results stored."""
    workbook = openpyxl.load_workbook(blank)

    def put(place: Place, value: object) -> None:
        if value not in (None, ""):
            workbook[place.sheet].cell(place.row + 1, place.column + 1).value = value  # type: ignore[assignment]

    for figure in book.form.inputs:
        put(book.figures[figure.id], report.figures[figure.id])
    put(book.details["name"], report.unit.name)
    put(book.details["short_name"], report.unit.short_name)
    for key, text in report.texts.items():
        for place, paragraph in zip(book.texts[key].paragraphs, text.split("\n"), strict=False):
            put(place, paragraph)
    for area, breakdown in zip(book.breakdowns, report.breakdowns, strict=False):
        put(area.total, breakdown.total)
        for name, amount, (label, value) in zip(area.names, area.amounts, breakdown.parts, strict=False):
            put(name, label)
            put(amount, value)
    workbook.save(target)


def write(report: Report, target: Path) -> Path:
    """The report's workbook as a file."""
    target.write_bytes(write_workbook(report))
    return target


LIBREOFFICE = ("soffice", "libreoffice")
"""Its command, by either name."""


@cache
def _profile() -> TemporaryDirectory[str]:
    """LibreOffice's settings, which it takes a while to make: one folder for all runs of a test process, gone with it."""
    return TemporaryDirectory(prefix="libreoffice-")


def convert(files: Iterable[Path], suffix: str, folder: Path) -> list[Path]:
    """The files as LibreOffice saves them in another format, recalculated, in one run of it."""
    sources = [str(file) for file in files]
    profile = Path(_profile().name).as_uri()
    command = [
        need_program(*LIBREOFFICE),
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        suffix,
        "--outdir",
        str(folder),
        *sources,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=150)
    return [folder / Path(source).with_suffix(f".{suffix.partition(':')[0]}").name for source in sources]


def stored_cells(path: Path) -> Cells:
    """The results that are stored in a file."""
    workbook = openpyxl.load_workbook(path, data_only=True)
    return lambda place: workbook[place.sheet].cell(place.row + 1, place.column + 1).value


def ironcalc_cells(path: Path, book: Book) -> Cells:
    """What IronCalc calculates of a file."""
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    return lambda place: model.get_cell_value(book.sheets.index(place.sheet), place.row + 1, place.column + 1)


def expected_results(book: Book, reviewed: Report) -> dict[str, str]:
    """What each line of 校验 must say, from the findings of `check`."""
    broken = {finding.fault.key for finding in review(reviewed).findings}
    return {line.id: "✗" if line.id in broken else "✓" for line in book.checks}


def assert_agrees(book: Book, cells: Cells, reviewed: Report) -> None:
    """The totals, each line of 校验 with its difference, and the verdicts are those of `check`."""
    for id in book.form.definitions:
        assert cells(book.figures[id]) == reviewed.computed[id], id
    expected = expected_results(book, reviewed)
    assert {line.id: cells(line.place(Check.RESULT)) for line in book.checks} == expected
    differences = {f.fault.key: float(f.fault.difference) for f in review(reviewed).findings if f.fault.key and f.fault.difference}
    for line in book.checks:
        assert float(str(cells(line.place(Check.DIFFERENCE)))) == differences.get(line.id, 0), line.id
    faults = list(expected.values()).count("✗")
    verdict = str(cells(Place(CHECKS, 1, 0)))
    assert verdict == (f"✗ {len(expected)}项中有{faults}项不平" if faults else f"✓ {len(expected)}项全部无误")
