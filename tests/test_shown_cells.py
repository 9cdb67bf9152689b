"""What is seen is what is read: cells of a workbook that show another number, hide one, or have lost their guards are told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Protection
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidationList

from tests.conftest import Run
from tests.engines import convert
from tests.reports import FORM, balanced_figures, report
from xltools.form.book import plan_book
from xltools.form.loader import find_form
from xltools.numerals import Number
from xltools.readers.dispatch import read_report
from xltools.readers.workbook.number_formats import shown_number
from xltools.report.filled import Report
from xltools.rules.review import review
from xltools.rules.rule import Finding
from xltools.workbook.locked_workbook import write_workbook

FILLED = report(balanced_figures(5) | {"disclosure.fees.amount": Decimal("12.34")})
BOOK = plan_book(FORM)
MADE, REPEALED, FEES = (BOOK.figures[f"disclosure.{id}"] for id in ("rules.made", "rules.repealed", "fees.amount"))
RECEIVED = BOOK.figures["requests.received.natural_person"]
CODES = ("S101", "S102", "S109", "S110", "S111", "S112", "S113")
Edit = Callable[[Workbook], None]


def _edited(path: Path, edit: Edit) -> Path:
    workbook = openpyxl.load_workbook(io.BytesIO(write_workbook(FILLED)))
    edit(workbook)
    workbook.save(path)
    return path


def _read(path: Path) -> Report:
    return read_report(path, find_form(None))


def _found(path: Path) -> list[Finding]:
    return [finding for finding in review(_read(path)).findings if finding.rule.code in CODES]


def _told(path: Path) -> list[tuple[str, str]]:
    return [(finding.rule.code, finding.fault.message) for finding in _found(path)]


def test_nothing_is_told_of_a_workbook_as_it_was_written_or_saved_by_another_program(tmp_path: Path) -> None:
    assert _told(_edited(tmp_path / "a.xlsx", lambda _: None)) == []
    (tmp_path / "b.xlsx").write_bytes(write_workbook(FILLED))
    assert _told(tmp_path / "b.xlsx") == []


@pytest.mark.trial
@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
def test_nothing_is_told_of_one_that_libreoffice_saved(suffix: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(write_workbook(FILLED))
    (tmp_path / "out").mkdir()
    (saved,) = convert([tmp_path / "a.xlsx"], suffix, tmp_path / "out")
    assert _told(saved) == []


@pytest.mark.parametrize(
    ("value", "number_format", "seen"),
    [
        (12, "General", 12),
        (1234, "#,##0", 1234),
        (12, '0"件"', 12),
        (12, "0_ ;[Red]-0 ", 12),
        (-12, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', -12),
        (0, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', 0),
        (12, "[$-804]0", 12),
        (12, "+General;-General;0", 12),
        (Decimal("12.34"), "0.00", Decimal("12.34")),
        (Decimal("12.345"), "0.0", Decimal("12.3")),
        (12, "0!.0000", None),
        (12_345_678, "#,##0.00,", Decimal("12345.68")),
        (12, ";;;", None),
        (12, '"1"0', None),
        (12, '0"万"', None),
        (12, '0.00"万元"', 12),
        (12, "0%", 1200),
        (12, "yyyy-mm-dd", None),
        (-12, "0;0", 12),
        (Decimal("12.34"), "0.00;-0", Decimal("12.34")),
        (10**17, "0.000000000", 10**17),
    ],
)
def test_the_number_that_a_format_shows(value: Number, number_format: str, seen: Number | None) -> None:
    assert shown_number(value, number_format) == seen


@pytest.mark.parametrize("number_format", ["0!.0000", "#,##0.00,", ";;;"])
def test_a_format_that_shows_another_number_is_one_finding_a_sheet(number_format: str, tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        for place, value in ((MADE, 12), (REPEALED, 3_000)):
            workbook[place.sheet][place.address] = value
            workbook[place.sheet][place.address].number_format = number_format

    (found,) = _found(_edited(tmp_path / "a.xlsx", edit))
    assert (found.rule.code, found.fault.place) == ("S110", MADE)
    assert f"{MADE.address}实为12，显示" in found.message
    assert f"{REPEALED.address}实为3000" in found.message
    assert found.fault.figures == ("disclosure.rules.made", "disclosure.rules.repealed")


def test_a_number_under_a_merged_cell_is_told(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        sheet = workbook[MADE.sheet]
        sheet.merge_cells(f"{MADE.address}:{REPEALED.address}")
        sheet._cells[REPEALED.row + 1, REPEALED.column + 1] = openpyxl.cell.cell.Cell(sheet, REPEALED.row + 1, REPEALED.column + 1, 7)

    assert [(code, text) for code, text in _told(_edited(tmp_path / "a.xlsx", edit)) if code == "S111"] == [
        ("S111", f"1个数被合并的格盖住，看不见：{REPEALED.address}。请核对。请用 xltools import 旧.xlsx -o 新.xlsx 转入新工作簿。")
    ]


def test_hidden_rows_and_columns_with_figures_are_told_and_empty_ones_are_not(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook[MADE.sheet].row_dimensions[MADE.row + 1].hidden = True
        workbook["五六、问题与其他"].row_dimensions[40].hidden = True

    ((code, message),) = _told(_edited(tmp_path / "a.xlsx", edit))
    assert code == "S112"
    assert message == f"3格有内容而被隐藏：{'、'.join(f'{c}{MADE.row + 1}' for c in 'BCD')}。请取消隐藏后核对。"


def test_a_hidden_sheet_with_figures_is_told(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        workbook[MADE.sheet].sheet_state = "hidden"

    assert [code for code, _ in _told(_edited(tmp_path / "a.xlsx", edit))] == ["S112"]


def test_a_raised_digit_is_told(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        raised = CellRichText("12", TextBlock(InlineFont(vertAlign="superscript"), "3"))
        workbook[MADE.sheet][MADE.address] = raised

    ((code, message),) = _told(_edited(tmp_path / "a.xlsx", edit))
    assert (code, message) == ("S113", f"数中有上标或下标：{MADE.address}识别为123。请重新填写。")


@pytest.mark.trial
def test_an_ods_tells_what_an_xlsx_tells(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        sheet = workbook[MADE.sheet]
        sheet[MADE.address] = CellRichText("12", TextBlock(InlineFont(vertAlign="superscript"), "3"))
        for place, number_format in ((FEES, "#,##0.00,"), (REPEALED, ";;;")):
            sheet[place.address] = 3_000
            sheet[place.address].number_format = number_format
        workbook["三、依申请公开"].row_dimensions[7].hidden = True
        workbook["四、复议诉讼"].column_dimensions["E"].hidden = True

    path = _edited(tmp_path / "a.xlsx", edit)
    told = {}
    for kind in ("xlsx", "ods"):
        (tmp_path / kind).mkdir()
        (saved,) = convert([path], kind, tmp_path / kind)
        told[kind] = _told(saved)
    assert [code for code, _ in told["xlsx"]] == ["S110", "S112", "S112", "S113"]
    assert told["ods"] == told["xlsx"]


class TestAPlainOds:
    """An .ods has beside each number the text that is seen."""

    @staticmethod
    def _read(path: Path, made: str, *, row: str = "", columns: str = "") -> Report:
        names = " ".join(
            f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "style", "text")
        )
        raising = '<style:style style:name="up"><style:text-properties style:text-position="33% 58%"/></style:style>'

        def cells(texts: Iterable[str]) -> str:
            return "".join(
                text if text.startswith("<") else f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
                for text in texts
            )

        def number(value: int) -> str:
            return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'

        rows = [
            cells(("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")),
            cells(("规章", made, number(3), number(45))),
            cells(("行政规范性文件", number(1), number(2), number(3))),
        ]
        table = "".join(f"<table:table-row{row if n == 1 else ''}>{text}</table:table-row>" for n, text in enumerate(rows))
        sheet = f'<table:table table:name="表">{columns}{table}</table:table>'
        content = f"<office:document-content {names}>{raising}{sheet}</office:document-content>"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("content.xml", content)
        return _read(path)

    @pytest.mark.parametrize(
        ("cell", "seen"),
        [
            ("<text:p>12</text:p>", 12),
            ("", 12),  # whoever wrote the file did not say
            ("<office:annotation><text:p>2023</text:p></office:annotation><text:p>12</text:p>", 12),
            ("<text:p>12 件</text:p>", 12),
            ("<text:p>1,200</text:p>", 1200),
            ("<text:p>-12</text:p>", -12),
            ("<text:p/>", None),
            ("<text:p>12万</text:p>", None),
            ("<text:p>12/3</text:p>", None),
            ('<text:p>1<text:span text:style-name="up">2</text:span></text:p>', None),
        ],
    )
    def test_what_is_seen_is_read_and_what_cannot_be_told_is_unread(self, cell: str, seen: int | None, tmp_path: Path) -> None:
        read = self._read(tmp_path / "a.ods", f'<table:table-cell office:value-type="float" office:value="12">{cell}</table:table-cell>')
        assert (read.figures["disclosure.rules.made"], read.is_unread("disclosure.rules.made")) == (seen, seen is None)
        assert read.figures["disclosure.normative_documents.made"] == 1

    def test_hidden_rows_and_columns_are_not_read(self, tmp_path: Path) -> None:
        made = '<table:table-cell office:value-type="float" office:value="12"/>'
        assert self._read(tmp_path / "a.ods", made).figures["disclosure.rules.repealed"] == 3
        assert self._read(tmp_path / "b.ods", made, row=' table:visibility="collapse"').figures["disclosure.rules.repealed"] is None
        hidden = (
            '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column table:number-columns-repeated="2"/>'
        )
        read = self._read(tmp_path / "c.ods", made, columns=hidden)
        assert read.figures["disclosure.rules.made"] is None
        assert read.is_unread("disclosure.rules.made")


class TestAPlainWorkbook:
    """Its figures are what is seen: another number than the cell holds is read where it can be told, else the figure is unread."""

    @staticmethod
    def _read(path: Path, number_format: str, *, raised: bool = False) -> Report:
        workbook = xlsxwriter.Workbook(path)
        sheet, style = workbook.add_worksheet("表"), workbook.add_format({"num_format": number_format})
        up = workbook.add_format({"font_script": 1})
        for row, line in enumerate(
            (("第二十条第（一）项",), ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"), ("规章", 12, 3, 45))
        ):
            sheet.write_row(row, 0, line, None if row < 2 else style)
        sheet.write_row(3, 0, ("行政规范性文件", 1, 2, 3))
        if raised:
            sheet.write_rich_string(2, 1, "12", up, "3")
        workbook.close()
        return _read(path)

    def test_reads_what_is_seen(self, tmp_path: Path) -> None:
        assert self._read(tmp_path / "a.xlsx", "0").figures["disclosure.rules.made"] == 12
        assert self._read(tmp_path / "b.xlsx", "0.00%").figures["disclosure.rules.made"] != 12

    def test_does_not_read_what_cannot_be_told(self, tmp_path: Path) -> None:
        for name, number_format, raised in (("a", ";;;", False), ("b", "0!.0000", False), ("c", "0", True)):
            read = self._read(tmp_path / f"{name}.xlsx", number_format, raised=raised)
            assert read.is_unread("disclosure.rules.made"), name
            assert read.figures["disclosure.normative_documents.made"] == 1


@pytest.mark.trial
class TestAfterPasting:
    def test_locked_inputs_and_lost_validations_are_one_notice_a_sheet(self, tmp_path: Path) -> None:
        def edit(workbook: Workbook) -> None:
            for place in (MADE, REPEALED):
                workbook[place.sheet][place.address].protection = Protection(locked=True)
            sheet = workbook["三、依申请公开"]
            sheet.data_validations = DataValidationList()

        found = _found(_edited(tmp_path / "a.xlsx", edit))
        assert [(one.rule.code, one.severity, one.fault.place) for one in found] == [
            ("S109", "notice", MADE),
            ("S109", "notice", RECEIVED),
        ]
        assert found[0].fault.message == (
            f"2个要填的格被锁定或失去填写限制：{MADE.address}、{REPEALED.address}。内容照常识别。请用 xltools import 旧.xlsx -o 新.xlsx 转入新工作簿。"
        )

    def test_import_repairs_it(self, run: Run, tmp_path: Path) -> None:
        def edit(workbook: Workbook) -> None:
            sheet = workbook[MADE.sheet]
            sheet[MADE.address].protection = Protection(locked=True)
            sheet[FEES.address].number_format = "0!.0000"
            for place in (BOOK.figures[id] for id in FORM.definitions):
                workbook[place.sheet][place.address] = FILLED.numbers[next(id for id, at in BOOK.figures.items() if at == place)]

        path = _edited(tmp_path / "a.xlsx", edit)
        assert {code for code, _ in _told(path)} == {"S102", "S109", "S110"}
        assert run("import", path, "-o", tmp_path / "b.xlsx").code == 0
        assert _told(tmp_path / "b.xlsx") == []
        assert {f.id: _read(tmp_path / "b.xlsx").figures[f.id] for f in FORM.inputs} == {f.id: FILLED.figures[f.id] for f in FORM.inputs}


def test_lost_formulas_are_one_finding(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        for id in FORM.definitions:
            place = BOOK.figures[id]
            workbook[place.sheet][place.address] = FILLED.numbers[id] + (id == "requests.received.total")

    ((code, message),) = _told(_edited(tmp_path / "a.xlsx", edit))
    total, right = BOOK.figures["requests.received.total"], FILLED.numbers["requests.received.total"]
    assert code == "S102"
    assert message == (
        f"34个总计的公式被改写。其中1个与各格之和不同：“{total.sheet}”{total.address}现为{right + 1}，按各格计算为{right}。"
        "请用 xltools import 旧.xlsx -o 新.xlsx 转入新工作簿。"
    )


def test_the_row_that_was_inserted_is_named(tmp_path: Path) -> None:
    def edit(workbook: Workbook) -> None:
        sheet = workbook["二、主动公开"]
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet.insert_rows(5)

    (message,) = [message for code, message in _told(_edited(tmp_path / "a.xlsx", edit)) if code == "S101"]
    assert message.endswith("行列已移位，本表未识别。请删去多出的第5行，或者用 xltools import 旧.xlsx -o 新.xlsx 转入新工作簿。")
