"""校验: every relation and every breakdown as a line that a spreadsheet program keeps up to date, and its result as of now."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from xltools.form import formulas
from xltools.form.book import BLANK_PUBLISHED, CHECK_COLUMNS, CHECKS, CHECKS_TOP, SOURCES, UNREAD, Book, Check, CheckLine, Place
from xltools.form.definition import Figure
from xltools.form.layout import text_width
from xltools.form.relations import Relation
from xltools.form.unit import BLANK_IS_ZERO, YES
from xltools.numerals import Number, is_number, understand
from xltools.report.filled import Report, left_side, place_breakdowns, right_side
from xltools.report.provenance import Lack
from xltools.workbook.pen import Pen
from xltools.workbook.styles import LINE_HEIGHT

CHECK_WIDTHS = (5, 36, 14, 9, 9, 8, 6, 34, 34, 9, 12)
PUBLISHED_HELP = "导入的报告，这个总计与各项之和不等，公布的数记在这里。核实后删去，即以公式为准。"


def write_checks(pen: Pen, verdicts: Verdicts) -> None:
    """Write 校验."""
    checks, published = verdicts.book.checks, verdicts.published
    pen.set_widths(CHECK_WIDTHS)
    pen.sheet.set_column(Check.PUBLISHED, Check.PUBLISHED, CHECK_WIDTHS[Check.PUBLISHED], None, {"hidden": not published})
    pen.sheet.set_landscape()
    pen.title(f"{CHECKS}：各项勾稽关系")
    pen.formula(1, 0, *verdicts.overall(), "heading")
    pen.label(2, 0, "不平的先核对数字；确有原因的，在“说明”栏写明。", "hint_line")
    header = CHECKS_TOP - 1
    pen.cells(header, *((label, "header") for label in CHECK_COLUMNS))
    pen.sheet.set_row(header, LINE_HEIGHT * 2)
    for number, line in enumerate(checks, start=1):
        _line(pen, verdicts, number, line)
    if checks:  # a form may have none
        pen.redden([line.place(Check.RESULT) for line in checks], f'{checks[0].place(Check.RESULT).address}="{BROKEN}"')
        excused = [line.place(Check.EXCUSED) for line in checks]
        title, same = CHECK_COLUMNS[Check.EXCUSED], f"={excused[0].address}={checks[0].place(Check.DIFFERENCE).address}"
        bound = {"validate": "custom", "value": same, "error_title": title, "error_message": "应与“差额”栏相同；差额变化后须重新说明。"}
        pen.validate(excused, bound, title, "写了说明的，把“差额”栏的数抄在这里。数据改动后差额变了的，原来的说明自动失效。")
    if verdicts.unread:
        _list_unread(pen, verdicts)
    if verdicts.report.provenance and verdicts.report.provenance.lacks:
        _list_lacks(pen, verdicts, verdicts.report.provenance.lacks)
    pen.sheet.freeze_panes(header + 1, Check.BASIS)  # both sides stay in view while an explanation is typed
    pen.sheet.repeat_rows(header)


def _list_unread(pen: Pen, verdicts: Verdicts) -> None:
    """List below the relations what could not be read; the reader finds it here again, as long as nobody has filled it in."""
    pen.label(verdicts.unread[0].row - 1, Check.NUMBER, UNREAD_HEADING, "heading")
    for number, line in enumerate(verdicts.unread, start=1):
        pen.cells(line.row, (number, "number"), (line.what, "label"), (line.where, "label"))
        pen.formula(line.row, Check.RESULT, f'IF({line.is_blank},"{UNREAD}","{OK}")', UNREAD, "header")
        pen.label(line.row, Check.BASIS, line.reason, "hint_cell")
        pen.sheet.set_row(line.row, LINE_HEIGHT * 2)
    results = [Place(CHECKS, line.row, Check.RESULT) for line in verdicts.unread]
    pen.redden(results, f'{results[0].address}="{UNREAD}"')


def _list_lacks(pen: Pen, verdicts: Verdicts, lacks: Sequence[Lack]) -> None:
    """List at the bottom what a sum lacks, each with room for an explanation, until which the report is not exported."""
    top = (verdicts.unread[-1].row + 1 if verdicts.unread else CHECKS_TOP + len(verdicts.book.checks)) + UNREAD_GAP
    pen.label(top - 1, Check.NUMBER, "汇总数里缺的：补齐后重新汇总；确需这样报出的，在“说明”栏写明，导出时不再拦阻。", "heading")
    for row, lack in enumerate(lacks, start=top):
        explanation = Place(CHECKS, row, Check.EXPLANATION)
        text = verdicts.report.explanations.get(lack.key, "")
        pen.number(row, Check.NUMBER, row - top + 1, "number")
        pen.text(row, Check.WHAT, lack.what, "label")
        pen.label(row, Check.WHERE, SOURCES, "label")
        pen.formula(row, Check.RESULT, f'IF({explanation.address}="","{BROKEN}","{EXPLAINED}")', EXPLAINED if text else BROKEN, "header")
        pen.text(row, Check.EXPLANATION, text)
        pen.height(row, {Check.WHAT: lack.what})
    results = [Place(CHECKS, row, Check.RESULT) for row in range(top, top + len(lacks))]
    pen.redden(results, f'{results[0].address}="{BROKEN}"')


def _line(pen: Pen, verdicts: Verdicts, number: int, line: CheckLine) -> None:
    row, report = line.row, verdicts.report
    results = verdicts.sides(line)
    pen.cells(row, (number, "number"), (line.what, "label"), (line.where, "label"))
    sides = _sides(verdicts, line)
    for column, formula, result in zip((Check.LEFT, Check.RIGHT), sides, results, strict=False):
        pen.formula(row, column, formula, "" if result is None else result, "header")
    a, b = (line.place(column).address for column in (Check.LEFT, Check.RIGHT))
    difference = "" if not results or results[1] is None else results[0] - results[1]
    if sides:
        is_rate = line.relation is not None and line.relation.is_rate
        pen.formula(row, Check.DIFFERENCE, f'IF({b}="","",ROUND({a}-{b},6))' if is_rate else f"ROUND({a}-{b},6)", difference, "header")
    else:
        pen.cells(row, *[("", "header")] * 3, first=Check.LEFT)
    pen.formula(row, Check.RESULT, verdicts.result_formula(line), verdicts.result(line), "header")
    pen.label(row, Check.BASIS, line.basis, "hint_cell")
    pen.text(row, Check.EXPLANATION, report.explanations.get(line.id, ""))
    pen.number(row, Check.EXCUSED, understand(report.excused.get(line.id, "")))
    if line.relation and line.relation.total in verdicts.published:
        value = report.figures[line.relation.total]  # to be deleted by the staff once they have verified it
        pen.number(row, Check.PUBLISHED, value if is_number(value) else value or BLANK_PUBLISHED)
        pen.validate([line.place(Check.PUBLISHED)], {"validate": "any"}, "原报告中的数", PUBLISHED_HELP)
    pen.sheet.set_row(row, LINE_HEIGHT * max(2, 1 + text_width(line.what) // 34, 1 + text_width(line.basis) // 40))


def _sides(verdicts: Verdicts, line: CheckLine) -> tuple[str, ...]:
    """Return both sides of a line as formulas; none for a condition, which has no sides."""
    relation, book = line.relation, verdicts.book
    if line.breakdown:
        total, below = line.breakdown.total, line.breakdown.sum
        parts = f"'{total.sheet}'!{formulas.absolute(formulas.ranges(line.breakdown.amounts)[0])}"
        return total.reference, f"IF(COUNT({parts})=0,{total.reference},{below.reference})"  # without parts there is nothing to compare
    if relation is None or relation.need:
        return ()
    left = formulas.side_formula(book, relation.left, relation.constants[0], verdicts.published)
    if relation.is_rate:
        return left, formulas.right_formula(book, relation)
    return left, formulas.side_formula(book, relation.right, relation.constants[1], verdicts.published)


OK, BROKEN, UNFILLED, DOUBTFUL, IDLE = "✓", "✗", "未填", "待核", "—"
NOT_BROKEN = f"{OK} 没有不平的，“{DOUBTFUL}”的请核对"
UNTOUCHED, UNFINISHED = "尚未填写", ("尚未填完：还有", "格未填")
UNREAD_HEADING = f"{UNREAD}的内容：原文件中未识别，不是空白，也不是0。请对照原文填写，填好后显示 {OK}。"
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
        return f"COUNTA({self.places[0].reference}:{formulas.absolute(self.places[-1].address)})=0"


class Verdicts:
    """The results of 校验 for one report."""

    def __init__(self, book: Book, report: Report) -> None:
        self.book, self.report = book, report
        placed = zip(place_breakdowns(report), report.breakdowns, strict=True)
        self.breakdowns = {area.number: breakdown for area, breakdown in placed if area}  # by the numbers of their tables

    @cached_property
    def published(self) -> frozenset[str]:
        """Return the totals that the report states otherwise than its inputs add up."""
        report = self.report
        return frozenset(id for id in report.stored_totals if report.numbers[id] != report.computed[id] and not report.is_unread(id))

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
        return tuple(UnreadLine(row, *line) for row, line in enumerate(found, start=CHECKS_TOP + len(self.book.checks) + UNREAD_GAP))

    def sides(self, line: CheckLine) -> tuple[Number, Number | None] | tuple[()]:
        """Return both sides of a line of 校验, None for a rate of nothing; a condition has none."""
        if line.relation:
            numbers = self.report.numbers
            return () if line.relation.need else (left_side(line.relation, numbers), right_side(line.relation, numbers))
        given = self.breakdowns.get(line.breakdown.number) if line.breakdown else None
        return given.sides if given else (0, 0)

    def result(self, line: CheckLine) -> str:
        """Return ✓ or ✗, or that there is nothing to compare as long as a part of it is blank."""
        relation = line.relation
        if relation is None:
            left, right = self.sides(line) or (0, 0)
            return OK if left == right else BROKEN
        if relation.when and not self.report.is_met(relation.when):
            return IDLE
        if not relation.need and not self._is_filled(relation):
            return UNFILLED
        if relation.is_rate and right_side(relation, self.report.numbers) is None:
            return IDLE
        return OK if self.report.fulfils(relation) else DOUBTFUL if relation.severity else BROKEN

    def _is_filled(self, relation: Relation) -> bool:
        report = self.report
        if report.blank_is_zero or any(id in self.published for id in relation.figures):
            return True
        return all(report.figures.get(id) is not None for id in formulas.input_ids(self.book.form, (*relation.left, *relation.parts)))

    def result_formula(self, line: CheckLine) -> str:
        """Return the formula of a line's result."""
        relation, cell = line.relation, line.place(Check.DIFFERENCE).address
        if relation is None:
            return f'IF({cell}=0,"{OK}","{BROKEN}")'
        needed = formulas.need_formula(self.book, relation, self._blank_is_zero) if relation.need else ""
        formula = f'IF({needed or formulas.compared_formula(cell, relation)},"{OK}","{DOUBTFUL if relation.severity else BROKEN}")'
        if relation.is_rate:
            formula = f'IF({line.place(Check.RIGHT).address}="","{IDLE}",{formula})'
        if not relation.need and not any(id in self.published for id in relation.figures):
            formula = f'IF(OR({self._blank_is_zero},{formulas.filled_formula(self.book, relation)}),{formula},"{UNFILLED}")'
        return f'IF({formulas.condition_formula(self.book, relation.when)},{formula},"{IDLE}")' if relation.when else formula

    @property
    def _blank_is_zero(self) -> str:
        return f'{self.book.details[BLANK_IS_ZERO].reference}="{YES}"' if BLANK_IS_ZERO in self.book.details else "FALSE"

    def overall(self) -> FormulaCell:
        """Return the verdict at the top of 校验."""
        count = len(self.book.checks)
        told = (f"{BROKEN} {count}项中有", "项不平")
        formula, result = self._verdict(self.book.checks, self.book.form.inputs, told, f"{OK} {count}项全部无误")
        if not self.unread:
            return formula, result
        first, last = (Place(CHECKS, line.row, Check.RESULT).address for line in (self.unread[0], self.unread[-1]))
        left = f'COUNTIF({first}:{last},"{UNREAD}")'
        told = (f"{BROKEN} 有", f"处{UNREAD}，见本表末尾，请对照原文件填写")
        return f'IF({left}>0,"{told[0]}"&{left}&"{told[1]}",{formula})', f"{told[0]}{len(self.unread)}{told[1]}"

    def of_table(self, table: str) -> FormulaCell:
        """Return the verdict at the top of a table's sheet, on its own relations and inputs."""
        lines = tuple(line for line in self.book.checks if line.relation and line.relation.table == table)
        inputs = tuple(figure for figure in self.book.form.inputs if figure.table == table)
        told = (f"{BROKEN} 本表有", f"项不平，详见“{CHECKS}”")
        return self._verdict(lines, inputs, told, f"{OK} 校验全部无误" if lines else f"{OK} 已填完，“{CHECKS}”中没有本表的项目")

    def _verdict(self, lines: tuple[CheckLine, ...], inputs: tuple[Figure, ...], told: tuple[str, str], good: str) -> FormulaCell:
        """Return how many lines are broken, else how many inputs hold no number, else that all is well: as a formula and as of now."""
        inputs = tuple(figure for figure in inputs if figure.must_be_filled)
        good = NOT_BROKEN if any(line.relation and line.relation.severity for line in lines) else good
        words = [figure for figure in inputs if figure.is_words]
        numbers = [figure for figure in inputs if not figure.is_words]
        left = 0 if self.report.blank_is_zero else sum(not is_number(self.report.figures.get(figure.id)) for figure in numbers)
        left += sum(self.report.figures.get(figure.id) is None for figure in words)
        faults = sum(self.result(line) == BROKEN for line in lines)
        cells, texts = (",".join(formulas.references(self.book.figures[figure.id] for figure in some)) for some in (numbers, words))
        blank = f"IF({self._blank_is_zero},0,{len(numbers)}-COUNT({cells}))" if numbers else "0"
        blank = f"({blank}+{len(words)}-COUNTA({texts}))" if words else blank
        formula = f'IF({blank}={len(inputs)},"{UNTOUCHED}",IF({blank}>0,"{UNFINISHED[0]}"&{blank}&"{UNFINISHED[1]}","{good}"))'
        result = UNTOUCHED if left == len(inputs) else f"{UNFINISHED[0]}{left}{UNFINISHED[1]}" if left else good
        if not lines:
            return formula, result
        first, last = (formulas.absolute(line.place(Check.RESULT).address) for line in (lines[0], lines[-1]))
        broken = f"COUNTIF('{CHECKS}'!{first}:{last},\"{BROKEN}\")"
        return f'IF({broken}>0,"{told[0]}"&{broken}&"{told[1]}",{formula})', f"{told[0]}{faults}{told[1]}" if faults else result

    def of_breakdown(self, line: CheckLine) -> FormulaCell:
        """Return the verdict below a breakdown table."""
        assert line.breakdown
        good, bad, none = f"{OK} 总数等于各分项之和", f"{BROKEN} 总数不等于各分项之和，请核对", "没有填写"
        numbers = ",".join([line.breakdown.total.address, *formulas.ranges(line.breakdown.amounts)])
        formula = f'IF(COUNT({numbers})=0,"{none}",IF({line.place(Check.RESULT).reference}="{OK}","{good}","{bad}"))'
        given = self.breakdowns.get(line.breakdown.number)
        if not given or not any(is_number(value) for value in (given.total, *(value for _, value in given.parts))):
            return formula, none
        return formula, good if self.result(line) == OK else bad
