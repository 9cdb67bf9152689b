"""A real county's report, typed in, pasted over, cut to pieces and mended again, with LibreOffice between the steps."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill, Protection

from tests.conftest import Run
from tests.engines import convert, fill_by_hand
from xltools.form.book import Book, Place
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report

SHARED = Path(__file__).parents[2] / "shared"
TABLE = "三、依申请公开"
PASTED, CUT = range(5, 9), ("J5", "J6")
"""The rows of the table that are pasted over, and the totals that are cut out of it."""


@pytest.fixture(scope="module")
def published() -> Report:
    file = SHARED / "reports" / "hongze_district_2023.pdf"
    if not file.is_file():
        pytest.skip("the real report is not there")
    return read_report(file, find_form(None))


def _opened_and_saved(path: Path) -> Path:
    """The workbook as LibreOffice saves it."""
    folder = path.parent / f"{path.stem}-saved"
    folder.mkdir()
    (saved,) = convert([path], "xlsx", folder)
    return saved


def _pasted_over(path: Path) -> Path:
    """The workbook after cells of another sheet were pasted into it: their format and lock came along, the validations are gone."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[TABLE]
    for row in PASTED:
        for cell in sheet[row][3:9]:
            cell.fill, cell.font, cell.protection = PatternFill(), Font(name="Calibri"), Protection(locked=True)
    validations = sheet.data_validations
    validations.dataValidation = [v for v in validations.dataValidation if not any(area.min_row in PASTED for area in v.sqref.ranges)]
    for address in CUT:
        sheet[address].value = None
    target = path.with_name("pasted.xlsx")
    workbook.save(target)
    return target


def _inputs(path: Path, book: Book) -> dict[Place, bool]:
    """Which inputs of the workbook can be typed into."""
    workbook = openpyxl.load_workbook(path)
    return {place: not workbook[place.sheet].cell(place.row + 1, place.column + 1).protection.locked for place in book.inputs}


@pytest.mark.trial
def test_a_real_report_survives_typing_pasting_and_cutting(published: Report, book: Book, run: Run, tmp_path: Path) -> None:
    blank, typed, repaired, document = (tmp_path / name for name in ("blank.xlsx", "typed.xlsx", "repaired.xlsx", "report.docx"))
    assert run("template", "--year", 2023, "--unit", published.unit.name, "-o", blank).code == 0
    fill_by_hand(blank, typed, book, published)
    saved = _opened_and_saved(typed)
    wanted = {figure.id: published.figures[figure.id] for figure in book.form.inputs}
    read = read_report(saved, find_form(None))
    assert {id: read.figures[id] for id in wanted} == wanted
    assert {key: text for key, text in read.texts.items() if text} == {key: text for key, text in published.texts.items() if text}

    wrecked = _pasted_over(saved)
    assert not all(_inputs(wrecked, book).values())
    assert run("check", wrecked).code == 1
    assert run("import", wrecked, "-o", repaired).code == 0
    assert all(_inputs(repaired, book).values())
    mended = read_report(_opened_and_saved(repaired), find_form(None))
    assert {id: mended.figures.get(id) for id in wanted} == wanted
    assert mended.texts == read.texts

    assert run("export", repaired, "-o", document, "--draft").code == 0
    printed = read_report(document, find_form(None))
    assert {id: printed.figures.get(id) for id in wanted} == wanted
