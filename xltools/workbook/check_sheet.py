"""校验: every relation and every breakdown as a line that a spreadsheet program keeps up to date."""

from __future__ import annotations

from xltools.form.book import (
    BLANK_PUBLISHED,
    CHECK_BASIS,
    CHECK_COLUMNS,
    CHECK_DIFFERENCE,
    CHECK_EXCUSED,
    CHECK_EXPLANATION,
    CHECK_LEFT,
    CHECK_NUMBER,
    CHECK_PUBLISHED,
    CHECK_RESULT,
    CHECK_RIGHT,
    CHECK_WHAT,
    CHECK_WHERE,
    CHECKS,
    CHECKS_TOP,
    UNREAD,
    CheckLine,
    Place,
)
from xltools.form.formulas import breakdown_sides, side_formula
from xltools.form.layout import text_width
from xltools.numerals import is_number, understand
from xltools.report.filled import Report, Value
from xltools.workbook.pen import Pen
from xltools.workbook.styles import LINE_HEIGHT
from xltools.workbook.verdicts import BROKEN, OK, Verdicts

WIDTHS = (6, 40, 15, 9, 9, 9, 6, 44, 30, 9, 12)
UNREAD_HEADING = f"{UNREAD}的内容：原文件里没有读出，不是空白，也不是 0。请对照原文件填写，填好以后显示 {OK}。"
EXCUSED_HELP = "写了说明的，把左边“差”一栏的数抄在这里。以后数字改了、差变了，原来的说明就自动失效。"
PUBLISHED_HELP = "导入的报告里，这个总计与各项之和不等，原来的数记在这里。核实以后删去此格，就以公式为准。"


def write_checks(pen: Pen, verdicts: Verdicts) -> None:
    """Write 校验."""
    checks, published = verdicts.book.checks, _published_totals(verdicts.report)
    pen.set_widths(WIDTHS)
    pen.sheet.set_column(CHECK_PUBLISHED, CHECK_PUBLISHED, WIDTHS[CHECK_PUBLISHED], None, {"hidden": not published})
    pen.sheet.set_landscape()
    pen.label(0, 0, f"{CHECKS}：各项勾稽关系", "title")
    pen.formula(1, 0, *verdicts.overall(), "heading")
    pen.label(2, 0, "不平的先核对数字；确有原因的，在“说明”栏写明。", "hint_line")
    header = CHECKS_TOP - 1
    for column, label in enumerate(CHECK_COLUMNS):
        pen.label(header, column, label, "header")
    for number, line in enumerate(checks, start=1):
        _line(pen, verdicts, number, line, published)
    if checks:  # a form may have none
        pen.redden([line.place(CHECK_RESULT) for line in checks], f'{checks[0].place(CHECK_RESULT).address}="{BROKEN}"')
        _bind_explanations(pen, checks)
    if verdicts.unread:
        _list_unread(pen, verdicts)
    pen.sheet.freeze_panes(header + 1, CHECK_WHAT + 1)
    pen.sheet.repeat_rows(header)


def _list_unread(pen: Pen, verdicts: Verdicts) -> None:
    """List below the relations what could not be read; the reader finds it here again, as long as nobody has filled it in."""
    pen.label(verdicts.unread[0].row - 1, CHECK_NUMBER, UNREAD_HEADING, "heading")
    for number, line in enumerate(verdicts.unread, start=1):
        pen.number(line.row, CHECK_NUMBER, number, "number")
        pen.label(line.row, CHECK_WHAT, line.what, "label")
        pen.label(line.row, CHECK_WHERE, line.where, "label")
        pen.formula(line.row, CHECK_RESULT, f'IF({line.is_blank},"{UNREAD}","{OK}")', UNREAD, "header")
        pen.label(line.row, CHECK_BASIS, line.reason, "hint_cell")
        pen.sheet.set_row(line.row, LINE_HEIGHT * 2)
    results = [Place(CHECKS, line.row, CHECK_RESULT) for line in verdicts.unread]
    pen.redden(results, f'{results[0].address}="{UNREAD}"')


def _bind_explanations(pen: Pen, checks: tuple[CheckLine, ...]) -> None:
    """Bind an explanation to the difference that it excuses, as far as staff tell it."""
    places = [line.place(CHECK_EXCUSED) for line in checks]
    condition = f"={places[0].address}={checks[0].place(CHECK_DIFFERENCE).address}"
    options = {"validate": "custom", "value": condition, "error_title": "所说明的差", "error_message": "应与左边“差”一栏相同。"}
    pen.validate(places, options, "所说明的差", EXCUSED_HELP)


def _published_totals(report: Report) -> frozenset[str]:
    """Return the totals that the report states otherwise than its inputs add up."""
    return frozenset(id for id in report.stored_totals if report.numbers[id] != report.computed[id] and not report.is_unread(id))


def _line(pen: Pen, verdicts: Verdicts, number: int, line: CheckLine, published: frozenset[str]) -> None:
    row, report = line.row, verdicts.report
    results = verdicts.sides(line)
    pen.number(row, CHECK_NUMBER, number, "number")
    pen.label(row, CHECK_WHAT, line.what, "label")
    pen.label(row, CHECK_WHERE, line.where, "label")
    for column, formula, result in zip((CHECK_LEFT, CHECK_RIGHT), _sides(verdicts, line, published), results, strict=True):
        pen.formula(row, column, formula, result, "difference")
    a, b, difference = (line.place(column).address for column in (CHECK_LEFT, CHECK_RIGHT, CHECK_DIFFERENCE))
    pen.formula(row, CHECK_DIFFERENCE, f"ROUND({a}-{b},6)", results[0] - results[1], "difference")
    pen.formula(row, CHECK_RESULT, f'IF({difference}=0,"{OK}","{BROKEN}")', verdicts.result(line), "header")
    pen.label(row, CHECK_BASIS, line.basis, "hint_cell")
    pen.text(row, CHECK_EXPLANATION, report.explanations.get(line.id, ""))
    pen.number(row, CHECK_EXCUSED, understand(report.excused.get(line.id, "")))
    if line.relation and line.relation.total in published:
        _published(pen, line, report.figures[line.relation.total])
    pen.sheet.set_row(row, LINE_HEIGHT * max(2, 1 + text_width(line.what) // 38, 1 + text_width(line.basis) // 50))


def _sides(verdicts: Verdicts, line: CheckLine, published: frozenset[str]) -> tuple[str, str]:
    """Return the formulas of both sides."""
    if line.relation is None:
        return breakdown_sides(line)
    left, right = (side_formula(verdicts.book, terms, published) for terms in (line.relation.left, line.relation.right))
    return left, right


def _published(pen: Pen, line: CheckLine, value: Value) -> None:
    """Write the total as it was published, to be deleted by the staff once they have verified it."""
    pen.number(line.row, CHECK_PUBLISHED, value if is_number(value) else value or BLANK_PUBLISHED)
    pen.validate([line.place(CHECK_PUBLISHED)], {"validate": "any"}, "原报告中的数", PUBLISHED_HELP)
