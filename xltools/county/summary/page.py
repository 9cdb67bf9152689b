"""A sheet of the summary: values in the house's formats, row by row from the top, and how it is printed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from xltools.form.book import address
from xltools.form.layout import text_width
from xltools.numerals import Number
from xltools.report.filled import Value
from xltools.workbook.geometry import A4, FOOTER_CENTRE, FOOTER_RIGHT, LINE_HEIGHT, MARGIN
from xltools.workbook.review_lines import TEXT_LIMIT, clean
from xltools.workbook.styles import Styles

OPEN = "打开"
"""What a link to an annotated copy says."""
OVERVIEW, MATRIX, FINDINGS, RULES, YEARS, CHARTS, CHART_DATA = "总览", "数据矩阵", "问题清单", "按规则", "与上年比较", "图表", "图表数据"
TALLEST_ROW = 409.0
"""Points; Excel knows no taller row."""
LINK_LIMIT = 60_000
"""The most links of a sheet; Excel refuses more than 65,530."""
ADDRESS_LIMIT = 250
"""The most characters of a link that every program follows."""


class Page:
    """Writes on one sheet, whose rows must be written in their order: the workbook keeps none of them in memory."""

    def __init__(self, workbook: Workbook, styles: Styles, name: str, widths: Sequence[float]) -> None:
        self.sheet: Worksheet = workbook.add_worksheet(name)
        self.styles, self.name, self.widths = styles, name, widths
        self.links = 0
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self.sheet.set_landscape()
        self.sheet.set_paper(A4)
        self.sheet.set_margins(MARGIN, MARGIN, MARGIN, MARGIN)
        self.sheet.set_footer(f"&C{FOOTER_CENTRE}&R{FOOTER_RIGHT}")

    def title(self, text: str, *lines: str) -> int:
        """Writes what stands at the top, a small line for each of `lines`, and gives the row below it."""
        self.sheet.set_row(0, LINE_HEIGHT * 2)
        self.text(0, 0, text, "title")
        for row, line in enumerate(lines, start=1):
            self.text(row, 0, " ".join(line.split()), "hint_line")
        return len(lines) + 1

    def header(self, row: int, names: Sequence[str], count: int, frozen: int = 0) -> None:
        """Writes the header above `count` rows: it stays in view, repeats on every page and filters them."""
        self.height(row, list(enumerate(names)), least=LINE_HEIGHT + 6)
        for column, name in enumerate(names):
            self.text(row, column, name, "head")
        self.sheet.freeze_panes(row + 1, frozen)
        self.sheet.repeat_rows(row)
        self.sheet.autofilter(row, 0, row + max(count, 1), len(names) - 1)

    def fit(self) -> None:
        """Prints all columns on the width of a page."""
        self.sheet.fit_to_pages(1, 0)

    def height(self, row: int, texts: Sequence[tuple[int, str]], least: float = LINE_HEIGHT + 3) -> None:
        """Makes a row as high as its texts, each wrapped in its column, need."""
        lines = max((math.ceil(text_width(text) / (self.widths[column] - 1)) for column, text in texts if text), default=1)
        self.sheet.set_row(row, min(max(LINE_HEIGHT * lines + 3, least), TALLEST_ROW))

    def text(self, row: int, column: int, text: str, style: str) -> None:
        """Writes a text as text, whatever it begins with."""
        if text:
            self.sheet.write_string(row, column, clean(text, TEXT_LIMIT), self.styles[style])
        else:
            self.sheet.write_blank(row, column, None, self.styles[style])

    def value(self, row: int, column: int, value: Value, style: str) -> None:
        """Writes a number, the text that stands in its stead, or nothing."""
        if value is None or isinstance(value, str):
            self.text(row, column, value or "", style)
        else:
            self.sheet.write_number(row, column, value, self.styles[style])

    def formula(self, row: int, column: int, formula: str, result: Number | float | str, style: str) -> None:
        """Writes a formula, given without the equals sign, with its result as of now."""
        value = result if isinstance(result, str) else float(result)
        self.sheet.write_formula(row, column, f"={formula}", self.styles[style], value)

    def link(self, row: int, column: int, target: str, text: str) -> None:
        """Writes a link to a place of the workbook (`internal:…`) or a file beside it (`external:…`); as plain text where there are too many."""
        kind, _, rest = target.partition(":")
        target = f"{kind}:{rest.replace('%', '%25').replace('#', '%23').replace(' ', '%20')}" if kind == "external" else target
        if not rest or self.links == LINK_LIMIT or len(target) > ADDRESS_LIMIT:
            self.text(row, column, text if rest else "", "cell")
            return
        self.links += 1
        self.sheet.write_url(row, column, target, self.styles["link"], clean(text, TEXT_LIMIT))

    def merged(self, row: int, first: int, last: int, text: str, style: str) -> None:
        """Writes a text over several cells of a row."""
        if first == last:
            self.text(row, first, text, style)
        else:
            self.sheet.merge_range(row, first, row, last, text, self.styles[style])

    def colour(self, area: tuple[int, int, int, int], condition: str, style: str) -> None:
        """Colours cells, from top left to bottom right, while a condition on the first of them holds."""
        options = {"type": "formula", "criteria": f"={condition}", "format": self.styles.condition(style)}
        self.sheet.conditional_format(*area, options)


def column_range(sheet: str, column: int, first: int, last: int) -> str:
    """The absolute reference of some rows of a column on a sheet."""
    return f"'{sheet}'!{fixed(first, column)}:{fixed(last, column)}"


def fixed(row: int, column: int) -> str:
    """The absolute address of a cell."""
    place = address(row, column)
    letters = place.rstrip("0123456789")
    return f"${letters}${place[len(letters) :]}"
