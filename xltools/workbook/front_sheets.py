"""Writes 填报说明 and 基本信息."""

from __future__ import annotations

from collections.abc import Iterator

from xltools.form.book import CHECKS, HELP_COLUMN, LABEL_COLUMN, TEXT_COLUMN, UNIT_SHEET, Book, Place
from xltools.form.layout import text_width
from xltools.form.unit import BLANK_IS_ZERO, DETAILS, YEAR, YES
from xltools.report.filled import Report
from xltools.workbook.pen import Pen
from xltools.workbook.styles import LINE_HEIGHT

GUIDE_WIDTH = 76.0
UNIT_WIDTHS = (20, 44, 46)
EARLIEST_YEAR, LATEST_YEAR = 2008, 2100
"""The years that a form without bounds of its own may report on; the Regulation is in force since 2008."""


def write_guide(pen: Pen, book: Book) -> None:
    """Write 填报说明."""
    pen.set_widths([GUIDE_WIDTH])
    pen.label(0, 0, f"{book.form.title}　填报说明", "title")
    pen.label(book.identity.row, book.identity.column, book.identity_text, "hint")
    for row, (line, heading) in enumerate(_guide_lines(book), start=book.identity.row + 1):
        pen.label(row, 0, line, "heading" if heading else "plain")
        pen.sheet.set_row(row, LINE_HEIGHT * (1 + text_width(line) // int(GUIDE_WIDTH - 4)) + 4)


def _guide_lines(book: Book) -> Iterator[tuple[str, bool]]:
    """Yield each line of the guide, and whether it is a heading."""
    tables = "、".join(f"“{table.section.sheet}”" for table in book.tables.values())
    yield "一、怎样填", True
    yield f"1. 先填“{UNIT_SHEET}”，再从左到右逐张填写。浅黄色的格是要填的格，按 Tab 键从一格跳到下一格；其他格已锁定，不能也不用改。", False
    yield f"2. {tables}中，没有的填 0。空白、“/”、“-”、“无”都不等于 0，会被提示。总计由公式自动计算，不用填。", False
    yield "3. 只填数字，不带单位，不加说明。单位按表头：件为整数，万元最多六位小数。选中一格会显示这一行填什么、依据哪一条。", False
    yield "4. 正文一段填一格，可以从 Word 里整段复制；一格里换行的，导出时也分段。段落不够时在一格内按 Alt+Enter 换行接着写。", False
    yield "5. 正文里可以用花括号写数的名称，如“收到申请{新收申请总数}件”，导出时换成表中的数，正文和表格就不会对不上。", False
    yield "6. 标明“留空时自动成文”的部分可以不写，导出时按统一句式由表中的数写成。", False
    yield "7. 分项表：正文写“共公开 100 条，其中……”的，把总数和各分项填进去，表下自动核对。没有就不填。", False
    yield "二、颜色", True
    yield "浅黄色：要填的格。　红色：这一格所在的勾稽关系不平，须核对。　其他：已锁定。", False
    yield f"三、各项校验的意思（逐条结果见“{CHECKS}”）", True
    seen: list[str] = []
    for relation in book.form.relations:
        if relation.basis not in seen:
            seen.append(relation.basis)
            yield f"{len(seen)}. {relation.basis}", False
    if book.breakdowns:
        yield f"{len(seen) + 1}. {book.breakdowns[0].slot.basis}", False
    yield (
        f"确有原因、数字无误却仍不平的，在“{CHECKS}”该行的“说明”格写明原因，并把“差”抄在“所说明的差”格，导出时不再拦阻；以后差变了，说明自动失效。",
        False,
    )
    yield "四、填完之后", True
    yield "保存，然后运行：xltools check 文件名.xlsx（检查），xltools export 文件名.xlsx -o 报告.docx（导出报告）。", False
    yield "用 Excel、WPS 表格、LibreOffice 都可以填写和保存。请勿改动工作表名称、行列和锁定的格。", False


def write_unit(pen: Pen, book: Book) -> None:
    """Write the labels of 基本信息."""
    pen.set_widths(UNIT_WIDTHS)
    pen.label(0, 0, UNIT_SHEET, "title")
    pen.label(1, 0, "单位名称和报告年度必填。", "hint")
    for detail in DETAILS:
        row = book.details[detail.key].row
        pen.sheet.set_row(row, LINE_HEIGHT * 2)
        pen.label(row, LABEL_COLUMN, detail.caption, "label")
        pen.label(row, HELP_COLUMN, detail.help, "hint")


def write_details(pen: Pen, book: Book, report: Report) -> None:
    """Write what 基本信息 says of the unit and the report."""
    for detail in DETAILS:
        place = book.details[detail.key]
        if detail.key == YEAR:
            pen.number(place.row, TEXT_COLUMN, report.year)
            _expect_year(pen, book, place)
        elif detail.key == BLANK_IS_ZERO:
            pen.text(place.row, TEXT_COLUMN, YES if report.blank_is_zero else "")
            pen.validate([place], {"validate": "list", "source": [YES]})
        else:
            pen.text(place.row, TEXT_COLUMN, getattr(report.unit, detail.key))


def _expect_year(pen: Pen, book: Book, place: Place) -> None:
    first, last = book.form.first_year or EARLIEST_YEAR, book.form.last_year or LATEST_YEAR
    options = {"validate": "integer", "criteria": "between", "minimum": first, "maximum": last}
    pen.validate([place], {**options, "error_title": "报告年度", "error_message": f"请填 {first} 到 {last} 之间的四位年份。"})
