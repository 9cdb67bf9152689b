"""What the live checks of a workbook say of a report: each formula, and its result as of now."""

from __future__ import annotations

from functools import cached_property

from xltools.form.book import CHECK_RESULT, CHECKS, CHECKS_TOP, Book, BreakdownArea, CheckLine, address
from xltools.form.formulas import absolute, ranges
from xltools.numerals import Number, is_number
from xltools.report.filled import Breakdown, Report, Value, add_up, place_breakdowns

OK, BROKEN = "✓", "✗"

Cell = tuple[str, str]
"""A formula without the equals sign, and its result."""


class Verdicts:
    """The results of 校验 for one report."""

    def __init__(self, book: Book, report: Report) -> None:
        self.book, self.report = book, report
        placed = zip(place_breakdowns(report), report.breakdowns, strict=True)
        self._breakdowns = {area.number: breakdown for area, breakdown in placed if area}

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
        return formula, f"{BROKEN} {count}项中有{self.faults}项不平" if self.faults else f"{OK} {count}项全部无误"

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
