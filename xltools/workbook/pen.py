"""NewWorkbook and Pen: an .xlsx written sheet by sheet, in the formats of `styles`. The only user of xlsxwriter."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xltools.errors import XltoolsError
from xltools.form.book import Place, address
from xltools.form.definition import Domain
from xltools.form.formulas import ranges
from xltools.form.layout import wrapped_lines
from xltools.numerals import Number
from xltools.report.filled import Value
from xltools.workbook.styles import LINE_HEIGHT, STYLES, clean

CELL_LIMIT = 32_767  # the most characters that a cell of an Excel workbook holds, counted as UTF-16 does: a rare one may be two
PROMPT_TITLE_LIMIT, PROMPT_LIMIT = 32, 255  # the most characters of a validation's title and text
TALLEST_ROW = 409.0  # points; Excel knows no taller row
LINK_LIMIT = 60_000  # the most links of a sheet; Excel refuses more than 65,530
EARLIEST_DAY, LATEST_DAY = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)
TEXT_LIMIT = 1000  # the most characters of a text in a table
ADDRESS_LIMIT = 250  # the most characters of a link that every program follows

ALLOWED: Mapping[str, tuple[dict[str, Any], str]] = {
    "date": ({"validate": "date", "criteria": "between", "minimum": EARLIEST_DAY, "maximum": LATEST_DAY}, "请填日期，如 2025-1-20。"),
    "count": ({"validate": "integer", "criteria": ">=", "value": 0}, "请填不小于0的整数，不带单位；没有的填0。"),
    "signed": (
        {"validate": "integer", "criteria": "between", "minimum": -(10**9), "maximum": 10**9},
        "请填整数，减少的填负数，不带单位；没有的填0。",
    ),
    **dict.fromkeys(("text", "url"), ({"validate": "length", "criteria": "<=", "value": TEXT_LIMIT}, f"请不要超过 {TEXT_LIMIT} 字。")),
}
"""What a cell takes, by its domain, and what is told to who types anything else."""


class _LockableWorkbook(Workbook):
    """xlsxwriter's workbook with a locked structure, which xlsxwriter does not offer; `lock` is the password's hash, "" for none."""

    lock: str | None = None

    def _write_workbook_pr(self) -> None:
        super()._write_workbook_pr()
        if self.lock is not None:
            password = [("workbookPassword", self.lock)] if self.lock else []
            self._xml_empty_tag("workbookProtection", [*password, ("lockStructure", 1)])


class _PlainSheet(Worksheet):
    """xlsxwriter's sheet, which would look into each formula for three dozen functions of the newest Excel: ours have none of them."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


class NewWorkbook:
    """A workbook that is being written; the same content gives the same bytes."""

    def __init__(self, properties: Mapping[str, str], year: int, *, rows_in: str = "") -> None:
        """`properties` are the document's (title, author …). Rows are kept in memory, or in the folder `rows_in`, and written from the top then."""
        self._buffer = io.BytesIO()
        options = {"constant_memory": True, "tmpdir": rows_in} if rows_in else {"in_memory": True}
        self._workbook = _LockableWorkbook(self._buffer, options)
        # xlsxwriter would write the time of day: a fixed date, so that the bytes repeat
        self._workbook.set_properties({**properties, "created": datetime.datetime(year, 12, 31)})
        self._formats: dict[str, Format] = {}

    def add_sheet(self, name: str, widths: Sequence[float] = ()) -> Pen:
        """Add a sheet behind the others, its columns of these widths, and return what writes on it."""
        return Pen(self, self._workbook.add_worksheet(name, _PlainSheet), widths)

    def add_chart(self, kind: Mapping[str, str]) -> Any:
        """Return a new chart of xlsxwriter, to be inserted into a sheet."""
        return self._workbook.add_chart(kind)

    def style(self, name: str) -> Format:
        """Return one of STYLES as a format of this workbook."""
        if name not in self._formats:
            self._formats[name] = self._workbook.add_format(STYLES[name])
        return self._formats[name]

    def lock_structure(self, password_hash: str) -> None:
        """Let no sheet be added, moved or removed."""
        self._workbook.lock = password_hash

    def finish(self) -> bytes:
        """Return the file; nothing can be written any more."""
        self._workbook.close()
        return self._buffer.getvalue()

    def give_up(self) -> None:
        """Close the files of the rows, so that their folder can be removed."""
        for sheet in self._workbook.worksheets():
            sheet.row_data_fh.close()


class Pen:
    """Writes on one sheet, rows and columns counted from 0. `sheet` is xlsxwriter's, for what that does in one call."""

    def __init__(self, workbook: NewWorkbook, sheet: Worksheet, widths: Sequence[float] = ()) -> None:
        self.workbook, self.sheet, self.name = workbook, sheet, sheet.name
        self._links = 0
        self.set_widths(widths)
        sheet.set_paper(9)  # A4
        sheet.set_margins(0.6, 0.6, 0.6, 0.6)  # inches
        sheet.set_footer("&C第 &P 页，共 &N 页&R&A")

    def set_widths(self, widths: Sequence[float]) -> None:
        """Make the first columns so many characters wide."""
        self.widths = widths
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)

    def label(self, row: int, column: int, text: str, style: str, rowspan: int = 1, colspan: int = 1) -> None:
        """Write a text to be read, merged over its span; it is cut off where it is longer than anyone reads."""
        if rowspan > 1 or colspan > 1:
            self.sheet.merge_range(row, column, row + rowspan - 1, column + colspan - 1, clean(text), self.workbook.style(style))
        else:
            self.text(row, column, clean(text), style)

    def text(self, row: int, column: int, text: str, style: str = "text") -> None:
        """Write a text that somebody filled in, whole. Raises XltoolsError where it is longer than a cell can hold."""
        length = len(text.encode("utf-16-le")) // 2
        if length > CELL_LIMIT:
            where = f"“{self.name}”{address(row, column)}"
            raise XltoolsError(f"{where} 的文字有 {length} 字，超过一格的上限 {CELL_LIMIT} 字。请分段后重试。")
        if text:
            self.sheet.write_string(row, column, text, self.workbook.style(style))
        else:
            self.sheet.write_blank(row, column, None, self.workbook.style(style))

    def number(self, row: int, column: int, value: Value, style: str = "count") -> None:
        """Write a number, the text that was filled in in its stead, or nothing for None."""
        if value is None or isinstance(value, str):
            self.text(row, column, value or "", style)
        else:
            self.sheet.write_number(row, column, value, self.workbook.style(style))

    def cells(self, row: int, *cells: tuple[Value, str], first: int = 0) -> None:
        """Write texts to be read and numbers, each with its style, into the columns of a row from the first one on."""
        for column, (value, style) in enumerate(cells, start=first):
            if isinstance(value, str):
                self.label(row, column, value, style)
            else:
                self.number(row, column, value, style)

    def formula(self, row: int, column: int, formula: str, result: Number | float | str, style: str) -> None:
        """Write a formula, given without the equals sign, with its result as of now."""
        value = result if isinstance(result, str) else float(result)
        self.sheet.write_formula(row, column, f"={formula}", self.workbook.style(style), value)

    def link(self, row: int, column: int, target: str, text: str) -> None:
        """Write a link to a place of the workbook (`internal:…`) or a file beside it (`external:…`); as plain text where there are too many."""
        kind, _, rest = target.partition(":")
        target = f"{kind}:{rest.replace('%', '%25').replace('#', '%23').replace(' ', '%20')}" if kind == "external" else target
        if not rest or self._links == LINK_LIMIT or len(target) > ADDRESS_LIMIT:
            self.label(row, column, text if rest else "", "cell")
            return
        self._links += 1
        self.sheet.write_url(row, column, target, self.workbook.style("link"), clean(text))

    def title(self, text: str, *lines: str) -> int:
        """Write what stands at the top, a small line for each of `lines`, and return the row below it."""
        self.sheet.set_row(0, LINE_HEIGHT * 2)
        self.label(0, 0, text, "title")
        for row, line in enumerate(lines, start=1):
            self.label(row, 0, " ".join(line.split()), "hint_line")
        return len(lines) + 1

    def header(self, row: int, names: Sequence[str], count: int, frozen: int = 0, style: str = "head", *, fitted: bool = True) -> None:
        """Write the header above `count` rows: it stays in view with the `frozen` first columns, repeats on every page and filters the rows."""
        if fitted:
            self.height(row, dict(enumerate(names)), least=LINE_HEIGHT + 6)
        self.cells(row, *((name, style) for name in names))
        self.sheet.freeze_panes(row + 1, frozen)
        self.sheet.repeat_rows(row)
        self.sheet.autofilter(row, 0, row + max(count, 1), len(names) - 1)

    def height(self, row: int, texts: Mapping[int, str], least: float = LINE_HEIGHT + 3) -> None:
        """Make a row as high as its texts, given by column, each wrapped in its column, need."""
        lines = max((wrapped_lines(text, self.widths[column] - 1) for column, text in texts.items()), default=1)
        self.sheet.set_row(row, min(max(LINE_HEIGHT * lines + 3, least), TALLEST_ROW))

    def colour(self, area: tuple[int, int, int, int], condition: str, style: str) -> None:
        """Colour cells, from top left to bottom right, while a condition on the first of them holds."""
        self.sheet.conditional_format(*area, {"type": "formula", "criteria": f"={condition}", "format": self.workbook.style(style)})

    def redden(self, places: Sequence[Place], condition: str) -> None:
        """Turn the places red while the condition, a formula without the equals sign, holds."""
        areas = ranges(places)
        options = {"type": "formula", "criteria": f"={condition}", "format": self.workbook.style("broken"), "multi_range": " ".join(areas)}
        self.sheet.conditional_format(areas[0], options)

    def validate(self, places: Sequence[Place], options: dict[str, Any], title: str = "", help: str = "") -> None:
        """Add one data validation over all the places."""
        first, *others = ((p.row, p.column, p.row, p.column) for p in places)
        prompt = {"input_title": title[:PROMPT_TITLE_LIMIT], "input_message": help[:PROMPT_LIMIT]} if help else {}
        self.sheet.data_validation(*first, {**options, **prompt, "other_cells": [list(cells) for cells in others]})

    def expect(self, places: Sequence[Place], domain: Domain, title: str, help: str, digits: int = 0, choices: Sequence[str] = ()) -> None:
        """Let the cells take only what the domain allows: a choice, or so many digits behind the point; and prompt with the help text."""
        cell, rule = places[0].address, ALLOWED.get(domain)
        if domain in ("choice", "yes_no"):
            rule = {"validate": "list", "source": list(choices)}, "请从下拉列表中选一项。"
        if rule is None:
            what = "百分数，不带百分号，如 93.25" if domain == "percent" else "不小于0的数，单位按表头"
            condition = f"=AND(ISNUMBER({cell}),{cell}>=0,ROUND({cell},{digits})={cell})"
            rule = {"validate": "custom", "value": condition}, f"请填{what}，小数最多 {digits} 位；没有的填0。"
        self.validate(places, {"error_title": "填写有误", **rule[0], "error_message": rule[1]}, title, help)
