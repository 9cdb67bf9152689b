"""Writes 校验: every relation and every breakdown as a line that a spreadsheet program keeps up to date."""

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
    CheckLine,
    Place,
)
from xltools.form.formulas import breakdown_sides, side_formula
from xltools.form.layout import text_width
from xltools.numerals import is_number, understand
from xltools.workbook.geometry import LINE_HEIGHT
from xltools.workbook.pen import Pen
from xltools.workbook.verdicts import BROKEN, OK, Verdicts

WIDTHS = {
    CHECK_NUMBER: 6,
    CHECK_WHAT: 40,
    CHECK_WHERE: 15,
    CHECK_LEFT: 9,
    CHECK_RIGHT: 9,
    CHECK_DIFFERENCE: 9,
    CHECK_RESULT: 6,
    CHECK_BASIS: 44,
    CHECK_EXPLANATION: 30,
    CHECK_EXCUSED: 9,
    CHECK_PUBLISHED: 12,
}
EXCUSED_HELP = "写了说明的，把左边“差”一栏的数抄在这里。以后数字改了、差变了，原来的说明就自动失效。"
PUBLISHED_HELP = "导入的报告里，这个总计与各项之和不等，原来的数记在这里。核实以后删去此格，就以公式为准。"


def write_checks(pen: Pen, verdicts: Verdicts) -> None:
    """Writes 校验."""
    checks, published = verdicts.book.checks, published_totals(verdicts)
    for column, width in WIDTHS.items():
        hidden = column == CHECK_PUBLISHED and not published
        pen.sheet.set_column(column, column, width, None, {"hidden": hidden})
    pen.sheet.set_landscape()
    pen.label(0, 0, f"{CHECKS}：各项勾稽关系", "title")
    pen.formula(Place(CHECKS, 1, 0), *verdicts.overall(), "heading")
    pen.label(2, 0, "不平的先核对数字；确有原因的，在“说明”栏写明。", "hint_line")
    header = CHECKS_TOP - 1
    for column, label in enumerate(CHECK_COLUMNS):
        pen.label(header, column, label, "header")
    for number, line in enumerate(checks, start=1):
        _line(pen, verdicts, number, line, published)
    if checks:  # a form may have none
        pen.redden([line.place(CHECK_RESULT) for line in checks], f'{checks[0].place(CHECK_RESULT).address}="{BROKEN}"')
    _excuses(pen, checks)
    pen.sheet.freeze_panes(header + 1, CHECK_WHAT + 1)
    pen.sheet.repeat_rows(header)


def _excuses(pen: Pen, checks: tuple[CheckLine, ...]) -> None:
    """Binds an explanation to the difference that it excuses, as far as staff tell it."""
    if checks:
        places = [line.place(CHECK_EXCUSED) for line in checks]
        condition = f"={places[0].address}={checks[0].place(CHECK_DIFFERENCE).address}"
        options = {"validate": "custom", "value": condition, "error_title": "所说明的差", "error_message": "应与左边“差”一栏相同。"}
        pen.validate(places, options, "所说明的差", EXCUSED_HELP)


def published_totals(verdicts: Verdicts) -> frozenset[str]:
    """The totals that the report states otherwise than its inputs add up."""
    report = verdicts.report
    return frozenset(id for id in report.stored_totals if report.numbers[id] != report.computed[id])


def _line(pen: Pen, verdicts: Verdicts, number: int, line: CheckLine, published: frozenset[str]) -> None:
    what, basis = line.what, line.basis
    left, right = verdicts.sides(line)
    pen.sheet.write_number(line.row, CHECK_NUMBER, number, pen.styles["number"])
    pen.label(line.row, CHECK_WHAT, what, "label")
    pen.label(line.row, CHECK_WHERE, line.where, "label")
    for column, formula, result in zip((CHECK_LEFT, CHECK_RIGHT), _sides(verdicts, line, published), (left, right), strict=True):
        pen.formula(line.place(column), formula, result, "difference")
    a, b, difference = (line.place(column).address for column in (CHECK_LEFT, CHECK_RIGHT, CHECK_DIFFERENCE))
    pen.formula(line.place(CHECK_DIFFERENCE), f"ROUND({a}-{b},6)", left - right, "difference")
    pen.formula(line.place(CHECK_RESULT), f'IF({difference}=0,"{OK}","{BROKEN}")', verdicts.result(line), "header")
    pen.label(line.row, CHECK_BASIS, basis, "hint_cell")
    pen.text(line.place(CHECK_EXPLANATION), verdicts.report.explanations.get(line.id, ""))
    pen.number(line.place(CHECK_EXCUSED), understand(verdicts.report.excused.get(line.id, "")))
    if line.relation and line.relation.total in published:
        _published(pen, verdicts, line.place(CHECK_PUBLISHED), line.relation.total)
    pen.sheet.set_row(line.row, LINE_HEIGHT * max(2, 1 + text_width(what) // 38, 1 + text_width(basis) // 50))


def _sides(verdicts: Verdicts, line: CheckLine, published: frozenset[str]) -> tuple[str, str]:
    if line.relation is None:
        return breakdown_sides(line)
    left, right = (side_formula(verdicts.book, terms, published) for terms in (line.relation.left, line.relation.right))
    return left, right


def _published(pen: Pen, verdicts: Verdicts, place: Place, total: str) -> None:
    """The total as it was published, to be deleted by the staff once they have verified it."""
    value = verdicts.report.figures[total]
    pen.number(place, value if is_number(value) else value or BLANK_PUBLISHED)
    pen.validate([place], {"validate": "any"}, "原报告中的数", PUBLISHED_HELP)
