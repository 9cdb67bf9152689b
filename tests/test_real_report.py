"""A real county's report, typed in, pasted over, cut to pieces and mended again, with LibreOffice between the steps."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.needed import SHARED, need_file
from tests.office import CALC, run_in_office
from xltools.form.book import Book, Place
from xltools.form.loader import find_form
from xltools.numerals import is_number, show
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report

TABLE = "三、依申请公开"
PASTED, CUT, FIRST = "D5:I8", "J5:J6", "requests.received.natural_person"
"""The figures of the table that are pasted over, the totals that are cut out of it, and the figure of its cell D5."""
TYPING = (
    CALC
    + """
Sub Main(blank As String, entries As String, target As String)
  doc = Opened(blank)
  EnterAll(doc, entries)
  SaveAs(doc, target)
End Sub
"""
)
WRECKING = (
    CALC
    + f"""
Sub Main(filled As String, entries As String, target As String)
  doc = Opened(filled)
  other = Opened("")
  other.Sheets.getByIndex(0).setName("{TABLE}")
  EnterAll(other, entries)
  doc.Sheets.getByName("{TABLE}").unprotect("")
  Go(doc, "{TABLE}", "{CUT}") : Send(doc, ".uno:Cut")
  Go(other, "{TABLE}", "{PASTED}") : Send(other, ".uno:Copy")
  Go(doc, "{TABLE}", "{PASTED}") : Send(doc, ".uno:Paste")
  doc.Sheets.getByName("{TABLE}").protect("")
  Enter(doc, "{TABLE}", "D5", "4711")
  other.close(True)
  SaveAs(doc, target)
End Sub
"""
)
"""Takes the protection away, cuts totals, pastes cells of another workbook, protects again, and types into a pasted cell in vain."""


@pytest.fixture(scope="module")
def published() -> Report:
    return read_report(need_file(SHARED / "reports" / "hongze_district_2023.pdf"), find_form(None))


def _entries(report: Report, book: Book, path: Path) -> Path:
    """What a clerk types: the sheet, the cell and the text of each, a line."""
    cells = [
        (place, show(value)) for id, place in book.figures.items() if is_number(value := report.figures.get(id)) and place in book.inputs
    ]
    cells.append((book.details["short_name"], report.unit.short_name))
    for key, text in report.texts.items():
        cells += zip(book.texts[key].paragraphs, text.splitlines(), strict=False)
    path.write_text("".join(f"{place.sheet}\t{place.address}\t{text}\n" for place, text in cells if text), encoding="utf-8")
    return path


def _inputs(path: Path, book: Book) -> dict[Place, bool]:
    """Which inputs of the workbook can be typed into."""
    workbook = openpyxl.load_workbook(path)
    return {place: not workbook[place.sheet].cell(place.row + 1, place.column + 1).protection.locked for place in book.inputs}


@pytest.mark.trial
def test_a_real_report_survives_typing_pasting_and_cutting(published: Report, book: Book, run: Run, tmp_path: Path) -> None:
    blank, typed, wrecked, repaired, corrected = (
        tmp_path / f"{name}.xlsx" for name in ("blank", "typed", "wrecked", "repaired", "corrected")
    )
    assert run("template", "--year", 2023, "--unit", published.unit.name, "-o", blank).code == 0
    entries = _entries(published, book, tmp_path / "entries.tsv")
    run_in_office(TYPING, blank, entries, typed)
    wanted = {figure.id: published.figures[figure.id] for figure in book.form.inputs}
    read = read_report(typed, find_form(None))
    assert {id: read.figures[id] for id in wanted} == wanted
    assert {key: text for key, text in read.texts.items() if text} == {key: text for key, text in published.texts.items() if text}

    elsewhere = tmp_path / "elsewhere.tsv"
    elsewhere.write_text("".join(line for line in entries.read_text(encoding="utf-8").splitlines(True) if line.startswith(TABLE)), "utf-8")
    run_in_office(WRECKING, typed, elsewhere, wrecked)
    assert not all(_inputs(wrecked, book).values())
    told = run("check", wrecked).out
    assert "24个要填的格被锁定" in told
    assert "2个总计的公式被改写" in told
    assert run("import", wrecked, "-o", repaired).code == 0
    assert all(_inputs(repaired, book).values())
    (tmp_path / "more.tsv").write_text(f"{TABLE}\tD5\t4711\n{TABLE}\tJ5\t1\n", encoding="utf-8")
    run_in_office(TYPING, repaired, tmp_path / "more.tsv", corrected)
    mended = read_report(corrected, find_form(None))
    assert {id: mended.figures.get(id) for id in wanted} == wanted | {FIRST: 4711}, "an input takes what is typed, nothing else has changed"
    assert not mended.origin.overwritten, "a total does not"
    assert mended.texts == read.texts

    document = tmp_path / "report.docx"
    assert run("export", repaired, "-o", document).code == 0
    printed = read_report(document, find_form(None))
    assert {id: printed.figures.get(id) for id in wanted} == wanted
