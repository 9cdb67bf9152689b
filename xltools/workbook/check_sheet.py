"""校验: every relation and every breakdown as a line that a spreadsheet program keeps up to date, and its result as of now."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

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
    SOURCES,
    UNREAD,
    Book,
    BreakdownArea,
    CheckLine,
    Place,
    address,
)
from xltools.form.formulas import absolute, breakdown_sides, ranges, side_formula
from xltools.form.layout import text_width
from xltools.numerals import Number, is_number, understand
from xltools.report.filled import Breakdown, Report, Value, add_up, place_breakdowns
from xltools.report.provenance import Lack
from xltools.workbook.pen import Pen
from xltools.workbook.styles import LINE_HEIGHT

CHECK_WIDTHS = (6, 40, 15, 9, 9, 9, 6, 44, 30, 9, 12)
EXCUSED_HELP = "写了说明的，把左边“差”一栏的数抄在这里。以后数字改了、差变了，原来的说明就自动失效。"
PUBLISHED_HELP = "导入的报告里，这个总计与各项之和不等，原来的数记在这里。核实以后删去此格，就以公式为准。"


def write_checks(pen: Pen, verdicts: Verdicts) -> None:
    """Write 校验."""
    checks, report = verdicts.book.checks, verdicts.report
    # the totals that the report states otherwise than its inputs add up
    published = frozenset(id for id in report.stored_totals if report.numbers[id] != report.computed[id] and not report.is_unread(id))
    pen.set_widths(CHECK_WIDTHS)
    pen.sheet.set_column(CHECK_PUBLISHED, CHECK_PUBLISHED, CHECK_WIDTHS[CHECK_PUBLISHED], None, {"hidden": not published})
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
    if verdicts.lacks:
        _list_lacks(pen, verdicts)
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


def _list_lacks(pen: Pen, verdicts: Verdicts) -> None:
    """List at the bottom what a sum lacks, each with room for an explanation, until which the report is not exported."""
    top = verdicts.bottom + UNREAD_GAP
    pen.label(top - 1, CHECK_NUMBER, LACKS_HEADING, "heading")
    for row, lack in enumerate(verdicts.lacks, start=top):
        what, explanation = lack.what, Place(CHECKS, row, CHECK_EXPLANATION)
        text = verdicts.report.explanations.get(lack.key, "")
        pen.number(row, CHECK_NUMBER, row - top + 1, "number")
        pen.text(row, CHECK_WHAT, what, "label")
        pen.label(row, CHECK_WHERE, SOURCES, "label")
        pen.formula(row, CHECK_RESULT, f'IF({explanation.address}="","{BROKEN}","{EXPLAINED}")', EXPLAINED if text else BROKEN, "header")
        pen.text(row, CHECK_EXPLANATION, text)
        pen.height(row, {CHECK_WHAT: what})
    results = [Place(CHECKS, row, CHECK_RESULT) for row in range(top, top + len(verdicts.lacks))]
    pen.redden(results, f'{results[0].address}="{BROKEN}"')


def _bind_explanations(pen: Pen, checks: tuple[CheckLine, ...]) -> None:
    """Bind an explanation to the difference that it excuses, as far as staff tell it."""
    places = [line.place(CHECK_EXCUSED) for line in checks]
    condition = f"={places[0].address}={checks[0].place(CHECK_DIFFERENCE).address}"
    options = {"validate": "custom", "value": condition, "error_title": "所说明的差", "error_message": "应与左边“差”一栏相同。"}
    pen.validate(places, options, "所说明的差", EXCUSED_HELP)


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
        # to be deleted by the staff once they have verified it
        value = report.figures[line.relation.total]
        pen.number(row, CHECK_PUBLISHED, value if is_number(value) else value or BLANK_PUBLISHED)
        pen.validate([line.place(CHECK_PUBLISHED)], {"validate": "any"}, "原报告中的数", PUBLISHED_HELP)
    pen.sheet.set_row(row, LINE_HEIGHT * max(2, 1 + text_width(line.what) // 38, 1 + text_width(line.basis) // 50))


def _sides(verdicts: Verdicts, line: CheckLine, published: frozenset[str]) -> tuple[str, str]:
    """Return the formulas of both sides."""
    if line.relation is None:
        return breakdown_sides(line)
    left, right = (side_formula(verdicts.book, terms, published) for terms in (line.relation.left, line.relation.right))
    return left, right


OK, BROKEN = "✓", "✗"
UNREAD_HEADING = f"{UNREAD}的内容：原文件里没有读出，不是空白，也不是 0。请对照原文件填写，填好以后显示 {OK}。"
LACKS_HEADING = "汇总数里缺的：补齐后重新汇总；确需这样报出的，在“说明”栏写明，导出时不再拦阻。"
EXPLAINED = "已说明"
UNREAD_GAP = 2  # the rows between the last line of 校验 and the first one on what was not read; the second of them is their heading

FormulaCell = tuple[str, str]  # a formula without the equals sign, and its result


class UnreadLine(NamedTuple):
    """A line of 校验 on what could not be read: its row, the cells that are to be filled in, what they are, and the reason."""

    row: int
    places: tuple[Place, ...]
    what: str
    reason: str

    @property
    def where(self) -> str:
        """Return the first of the cells: `三、依申请公开!D5`."""
        return f"{self.places[0].sheet}!{self.places[0].address}"

    @property
    def is_blank(self) -> str:
        """Return the condition, in a formula on any sheet, that nobody has filled in anything."""
        return f"COUNTA({self.places[0].reference}:{absolute(self.places[-1].address)})=0"


class Verdicts:
    """The results of 校验 for one report."""

    def __init__(self, book: Book, report: Report) -> None:
        self.book, self.report = book, report
        placed = zip(place_breakdowns(report), report.breakdowns, strict=True)
        self._breakdowns = {area.number: breakdown for area, breakdown in placed if area}

    @cached_property
    def unread(self) -> tuple[UnreadLine, ...]:
        """Return the lines on what could not be read: one for each input, and for each section of prose."""
        found: list[tuple[tuple[Place, ...], str, str]] = []
        for unread in self.report.unread:
            inputs = (self.book.form.figures[id] for id in unread.figures if self.book.form.figures[id].kind == "input")
            found += [((self.book.figures[figure.id],), figure.label, unread.reason) for figure in inputs]
            if unread.section:
                area = self.book.texts[unread.section]
                found.append((area.paragraphs, area.section.title, unread.reason))
        top = CHECKS_TOP + len(self.book.checks) + UNREAD_GAP
        return tuple(UnreadLine(row, *line) for row, line in enumerate(found, start=top))

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """Return what the report lacks, where it is a sum of others."""
        return self.report.provenance.lacks if self.report.provenance else ()

    @property
    def bottom(self) -> int:
        """Return the row below the last line on a relation, or on what could not be read."""
        return self.unread[-1].row + 1 if self.unread else CHECKS_TOP + len(self.book.checks)

    def breakdown(self, area: BreakdownArea) -> Breakdown | None:
        """Return the report's breakdown that stands in this breakdown table."""
        return self._breakdowns.get(area.number)

    def sides(self, line: CheckLine) -> tuple[Number, Number]:
        """Return both sides of a line of 校验."""
        if line.relation:
            return add_up(line.relation.left, self.report.numbers), add_up(line.relation.right, self.report.numbers)
        given = self.breakdown(line.breakdown) if line.breakdown else None
        return given.sides if given else (0, 0)

    def result(self, line: CheckLine) -> str:
        """✓ or ✗."""
        left, right = self.sides(line)
        return OK if left == right else BROKEN

    @cached_property
    def faults(self) -> int:
        """How many lines of 校验 are broken."""
        return sum(self.result(line) == BROKEN for line in self.book.checks)

    @property
    def results(self) -> str:
        """The cells of 校验 that hold ✓ or ✗."""
        first, last = (address(row, CHECK_RESULT) for row in (CHECKS_TOP, CHECKS_TOP + max(1, len(self.book.checks)) - 1))
        return f"'{CHECKS}'!{absolute(f'{first}:{last}')}"

    @property
    def _broken(self) -> str:
        return f'COUNTIF({self.results},"{BROKEN}")'

    def overall(self) -> FormulaCell:
        """Return the verdict at the top of 校验."""
        count = len(self.book.checks)
        formula = f'IF({self._broken}=0,"{OK} {count}项全部无误","{BROKEN} {count}项中有"&{self._broken}&"项不平")'
        result = f"{BROKEN} {count}项中有{self.faults}项不平" if self.faults else f"{OK} {count}项全部无误"
        if not self.unread:
            return formula, result
        left = f'COUNTIF({address(self.unread[0].row, CHECK_RESULT)}:{address(self.unread[-1].row, CHECK_RESULT)},"{UNREAD}")'
        told = (f"{BROKEN} 有", f"处{UNREAD}，见本表末尾，请对照原文件填写")
        return f'IF({left}>0,"{told[0]}"&{left}&"{told[1]}",{formula})', f"{told[0]}{len(self.unread)}{told[1]}"

    def of_table(self, table: str) -> FormulaCell:
        """Return the verdict at the top of a table's sheet: the overall one, and how many of its inputs hold no number."""
        inputs = [figure.id for figure in self.book.form.inputs if figure.table == table]
        blank = f"{len(inputs)}-COUNT({','.join(ranges(self.book.figures[id] for id in inputs))})"
        formula = (
            f'IF({self._broken}>0,"{BROKEN} 有"&{self._broken}&"项不平，详见“{CHECKS}”",'
            f'IF({blank}>0,"校验无误，本表还有"&({blank})&"格未填","{OK} 校验全部无误"))'
        )
        left = sum(not is_number(self.report.figures.get(id)) for id in inputs)
        if self.faults:
            return formula, f"{BROKEN} 有{self.faults}项不平，详见“{CHECKS}”"
        return formula, f"校验无误，本表还有{left}格未填" if left else f"{OK} 校验全部无误"

    def of_breakdown(self, line: CheckLine) -> FormulaCell:
        """Return the verdict below a breakdown table."""
        good, bad = f"{OK} 总数等于各分项之和", f"{BROKEN} 总数不等于各分项之和，请核对"
        formula = f'IF({line.place(CHECK_RESULT).reference}="{OK}","{good}","{bad}")'
        return formula, good if self.result(line) == OK else bad


def number(value: Value) -> Number:
    """Return a figure as a spreadsheet program adds it up: blank and text count as 0."""
    return value if is_number(value) else 0
