"""What the live checks of a workbook say of a report: each formula, and its result as of now."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from xltools.form.book import CHECK_RESULT, CHECKS, CHECKS_TOP, UNREAD, Book, BreakdownArea, CheckLine, Place, address
from xltools.form.formulas import absolute, ranges
from xltools.numerals import Number, is_number
from xltools.report.filled import Breakdown, Report, Value, add_up, place_breakdowns

OK, BROKEN = "✓", "✗"
UNREAD_GAP = 2
"""The rows between the last line of 校验 and the first one on what was not read; the second of them is their heading."""

Cell = tuple[str, str]
"""A formula without the equals sign, and its result."""


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

    def overall(self) -> Cell:
        """Return the verdict at the top of 校验."""
        count = len(self.book.checks)
        formula = f'IF({self._broken}=0,"{OK} {count}项全部无误","{BROKEN} {count}项中有"&{self._broken}&"项不平")'
        result = f"{BROKEN} {count}项中有{self.faults}项不平" if self.faults else f"{OK} {count}项全部无误"
        if not self.unread:
            return formula, result
        left = f'COUNTIF({address(self.unread[0].row, CHECK_RESULT)}:{address(self.unread[-1].row, CHECK_RESULT)},"{UNREAD}")'
        told = (f"{BROKEN} 有", f"处{UNREAD}，见本表末尾，请对照原文件填写")
        return f'IF({left}>0,"{told[0]}"&{left}&"{told[1]}",{formula})', f"{told[0]}{len(self.unread)}{told[1]}"

    def of_table(self, table: str) -> Cell:
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

    def of_breakdown(self, line: CheckLine) -> Cell:
        """Return the verdict below a breakdown table."""
        good, bad = f"{OK} 总数等于各分项之和", f"{BROKEN} 总数不等于各分项之和，请核对"
        formula = f'IF({line.place(CHECK_RESULT).reference}="{OK}","{good}","{bad}")'
        return formula, good if self.result(line) == OK else bad


def number(value: Value) -> Number:
    """Return a figure as a spreadsheet program adds it up: blank and text count as 0."""
    return value if is_number(value) else 0
