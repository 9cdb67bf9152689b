"""A workbook that is not ours is read like a published report, by the official tables that are seen in it."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import olefile
import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.conftest import Run
from tests.engines import convert
from tests.fuzz.packages import parts_of, zipped
from tests.needed import SHARED, beside
from tests.reports import FORM, balanced_figures, report
from xltools.errors import UnreadableFileError
from xltools.form.book import plan_book
from xltools.form.loader import find_form
from xltools.numerals import understand
from xltools.readers.dispatch import read_report
from xltools.readers.published.source import Line
from xltools.readers.published.web import read_html
from xltools.report.filled import Report
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook

FILLED = report(balanced_figures(5))
BOOK = plan_book(FORM)
TABLES = [table.section for table in BOOK.tables.values()]
Change = Callable[[Workbook], None]


def _copied(names: list[str] | None = None, *, below: int = 0) -> Workbook:
    """The official tables of a filled workbook as somebody copies them, values only, each into a sheet or all into one."""
    source = openpyxl.load_workbook(io.BytesIO(write_workbook(FILLED)))
    target = openpyxl.Workbook()
    assert target.active
    target.remove(target.active)
    top = 0
    for number, section in enumerate(TABLES):
        sheet = source[section.sheet]
        if names or not target.worksheets:
            target.create_sheet(names[number] if names else "Sheet1")
        copy = target.worksheets[-1]
        top = 0 if names else top
        copy.cell(top + 1, 1, section.title)
        for id, place in BOOK.figures.items():
            if place.sheet == section.sheet:
                copy.cell(place.row + 1 + top, place.column + 1, FILLED.numbers[id])
        for cell in (cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None and cell.row > 1):
            here = copy.cell(cell.row + top, cell.column)
            if here.value is None and not str(cell.value).startswith("="):
                here.value = cell.value
        for area in sheet.merged_cells.ranges:
            if area.min_row > 1:
                copy.merge_cells(
                    start_row=area.min_row + top, end_row=area.max_row + top, start_column=area.min_col, end_column=area.max_col
                )
        top = copy.max_row + below
    return target


def _saved(workbook: Workbook, path: Path) -> Path:
    workbook.save(path)
    return path


def _read(path: Path) -> Report:
    return read_report(path, find_form(None))


def _assert_read(read: Report) -> None:
    assert read.origin.kind == "sheet"
    assert not read.unread
    assert {id: read.figures[id] for id in FORM.figures} == dict(FILLED.numbers)


@pytest.mark.parametrize("names", [["二、主动公开", "三、依申请公开", "四、复议诉讼"], ["a", "b", "c"], None])
def test_the_official_tables_are_read_by_their_content(names: list[str] | None, tmp_path: Path) -> None:
    _assert_read(_read(_saved(_copied(names, below=2), tmp_path / "plain.xlsx")))


SAVED = Path(__file__).parent / "saved"
"""The tables with two formulas as LibreOffice saves them: `_with_formulas()` as .xls and .ods."""
FORMULA, FAILED, DECIMALS = (f"requests.received.{column}" for column in ("business", "other", "research"))


def _with_formulas() -> Workbook:
    """The tables with a number that is the result of a formula, a formula that gives an error, and a number with decimals."""
    workbook = _copied(["主动公开", "依申请公开", "复议诉讼"])
    cells = {id: workbook["依申请公开"][BOOK.figures[id].address] for id in (FORMULA, FAILED, DECIMALS)}
    cells[FORMULA].value = f"={FILLED.numbers[FORMULA] - 1}+1"
    cells[FAILED].value, cells[DECIMALS].value = "=1/0", 12.345678
    return workbook


def _assert_results_are_read(read: Report) -> None:
    assert not read.unread
    assert {id for id in FORM.figures if read.figures[id] != FILLED.numbers[id]} == {FAILED, DECIMALS}
    assert isinstance(read.figures[FAILED], str)
    assert read.figures[DECIMALS] == Decimal("12.345678")


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_in_an_old_or_open_format_the_results_of_formulas_are_read_and_errors_are_no_numbers(suffix: str) -> None:
    _assert_results_are_read(_read(SAVED / f"tables.{suffix}"))


@pytest.mark.parametrize("end", [b"</office:spreadsheet>", b"</table:table>", b"</office:document-content>"])
def test_an_open_document_whose_end_was_cut_off_is_a_damaged_file(end: bytes, tmp_path: Path) -> None:
    parts = parts_of((SAVED / "tables.ods").read_bytes())
    content = parts["content.xml"]
    path = tmp_path / "cut.ods"
    path.write_bytes(zipped({**parts, "content.xml": content[: content.rindex(end)]}))
    with pytest.raises(UnreadableFileError, match="已损坏或不完整"):
        _read(path)


def test_an_error_typed_into_an_xls_is_no_blank(tmp_path: Path) -> None:
    place, data = BOOK.figures[DECIMALS], (SAVED / "tables.xls").read_bytes()
    at = data.index(struct.pack("<HHHH", 0x0203, 14, place.row, place.column))  # the record of a number
    error = struct.pack("<HHHHHBB", 0x0205, 8, place.row, place.column, 0, 0x0F, 1)  # that of #VALUE!, which is shorter
    filler = struct.pack("<HHH", 0x0FFF, 2, 0)
    path = tmp_path / "tables.xls"
    path.write_bytes(data[:at] + error + filler + data[at + 18 :])
    assert _read(path).figures[DECIMALS] == "#VALUE!"


def test_an_xls_that_claims_more_texts_than_it_has_room_for_is_a_damaged_file(tmp_path: Path) -> None:
    data = bytearray((SAVED / "tables.xls").read_bytes())
    with olefile.OleFileIO(io.BytesIO(bytes(data))) as package:
        stream = package.openstream("Workbook").read()
    at = 0
    while (record := struct.unpack_from("<HH", stream, at))[0] != 0x00FC:  # that of the texts
        at += 4 + record[1]
    struct.pack_into("<I", data, bytes(data).index(stream[:512]) + at + 8, 0x7FFFFFFF)
    path = tmp_path / "tables.xls"
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError, match="已损坏或不完整"):
        _read(path)


TABLE_SPACE = b'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'


@pytest.mark.parametrize(
    ("old", "new"),
    [(TABLE_SPACE, b'xmlns:table="urn:q"'), (b"<table:table-row ", b"<table:table-row " + TABLE_SPACE + b" ")],
    ids=["another meaning", "declared within"],
)
def test_an_open_document_whose_prefixes_programs_take_differently_is_refused(old: bytes, new: bytes, tmp_path: Path) -> None:
    parts = parts_of((SAVED / "tables.ods").read_bytes())
    assert old in parts["content.xml"]
    path = tmp_path / "prefixes.ods"
    path.write_bytes(zipped({**parts, "content.xml": parts["content.xml"].replace(old, new, 1)}))
    with pytest.raises(UnreadableFileError, match="请在 Excel 或 WPS 中打开并另存"):
        _read(path)


@pytest.mark.trial
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_what_libreoffice_saves_today_is_read_like_what_is_kept(suffix: str, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (converted,) = convert([_saved(_with_formulas(), tmp_path / "tables.xlsx")], suffix, tmp_path / "out")
    _assert_results_are_read(_read(converted))
    (converted,) = convert([_saved(_copied(below=2), tmp_path / "plain.xlsx")], suffix, tmp_path / "out")
    _assert_read(_read(converted))


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    workbook = _copied(["a", "b", "c"])
    old = workbook.copy_worksheet(workbook["b"])
    old.sheet_state = "hidden"
    old["D8"] = 777
    _assert_read(_read(_saved(workbook, tmp_path / "plain.xlsx")))


LAYOUTS = SHARED / "layouts" / "cases"
PAGES = sorted(LAYOUTS.glob("*.html")) if LAYOUTS.is_dir() else []


def _as_sheet(page: Path, path: Path) -> Path:
    """The paragraphs and tables of a page below each other on one sheet, as somebody copies them."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    top, table, end = 1, 0, 1
    for item in read_html(page).items:
        if isinstance(item, Line):
            sheet.cell(end, 1, item.text)
            end += 1
            continue
        if item.table != table:
            top, table = end - item.number, item.table
        row = top + item.number
        for cell in item.cells:
            with suppress(AttributeError):  # of a cell that is covered
                sheet.cell(row, cell.column + 1, int(cell.text) if cell.text.strip().isdecimal() else cell.text)
            if cell.colspan * cell.rowspan > 1:
                last = row + cell.rowspan - 1, cell.column + cell.colspan
                sheet.merge_cells(start_row=row, start_column=cell.column + 1, end_row=last[0], end_column=last[1])
        end = max(end, row + 1)
    return _saved(workbook, path)


@pytest.mark.trial
@beside(LAYOUTS)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_tables_in_the_layouts_of_real_sites_are_read_or_told(page: Path, tmp_path: Path) -> None:
    true = json.loads(page.with_name(f"{page.stem}.truth.json").read_text(encoding="utf-8"))["figures"]
    try:
        read = _read(_as_sheet(page, tmp_path / "plain.xlsx"))
    except UnreadableFileError:
        return
    told = {id for finding in review(read).findings if finding.rule.code in ("C111", "C112") for id in finding.fault.figures}
    for id, value in true.items():
        figure = read.figures.get(id)
        stated = value if value is None or understand(str(value)) is None else understand(str(value))
        assert figure == stated or (figure is None and (read.is_unread(id) or id in told)), id


def test_more_merged_cells_than_there_are_is_a_damaged_file(tmp_path: Path) -> None:
    workbook = _copied(["a", "b", "c"])
    for row in range(1, 30):
        workbook["b"].merged_cells.add(f"A{row}:XFD1048576")
    with pytest.raises(UnreadableFileError, match="损坏"):
        _read(_saved(workbook, tmp_path / "plain.xlsx"))


def test_a_total_that_was_never_calculated_is_no_blank(tmp_path: Path) -> None:
    workbook = _copied(["a", "b", "c"])
    place = BOOK.figures["requests.received.total"]
    workbook["b"][place.address] = "=SUM(D6:I6)"
    read = _read(_saved(workbook, tmp_path / "plain.xlsx"))
    assert read.figures["requests.received.total"] is not None or read.is_unread("requests.received.total")


def test_import_makes_our_workbook_of_it(run: Run, tmp_path: Path) -> None:
    path = _saved(_copied(["a", "b", "c"]), tmp_path / "plain.xlsx")
    assert run("import", path, "-o", tmp_path / "ours.xlsx").code == 0
    ours = read_report(tmp_path / "ours.xlsx", find_form(None))
    assert ours.origin.kind == "workbook"
    assert {figure.id: ours.figures[figure.id] for figure in FORM.inputs} == {f.id: FILLED.figures[f.id] for f in FORM.inputs}
    assert not [finding for finding in review(ours).findings if finding.rule.code.startswith("T")]


def test_a_workbook_without_official_tables_is_refused_in_one_line(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    assert workbook.active
    workbook.active["A1"] = "值班表"
    with pytest.raises(UnreadableFileError, match="不是 xltools 生成的填报工作簿，其中也没有年度报告的表格"):
        _read(_saved(workbook, tmp_path / "plain.xlsx"))
