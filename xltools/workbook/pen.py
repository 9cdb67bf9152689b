"""Writing on one sheet: values in the house's formats, validations and conditional formats over places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from xltools.errors import XltoolsError
from xltools.form.book import Place
from xltools.form.definition import Domain
from xltools.form.formulas import ranges
from xltools.numerals import Number
from xltools.report.filled import Value
from xltools.workbook.styles import Styles

CELL_LIMIT = 32_767
"""The most characters that a cell of an Excel workbook holds, counted as UTF-16 does: a rare one may be two."""
PROMPT_TITLE_LIMIT, PROMPT_LIMIT = 32, 255
"""The most characters of a validation's title and text."""


class Pen:
    """Writes on one sheet."""

    def __init__(self, sheet: Worksheet, styles: Styles) -> None:
        self.sheet, self.styles = sheet, styles

    def label(self, row: int, column: int, text: str, style: str, rowspan: int = 1, colspan: int = 1) -> None:
        """Writes a locked text, merged over its span."""
        if rowspan == colspan == 1:
            self.sheet.write_string(row, column, text, self.styles[style])
        else:
            self.sheet.merge_range(row, column, row + rowspan - 1, column + colspan - 1, text, self.styles[style])

    def formula(self, place: Place, formula: str, result: Number | str, style: str) -> None:
        """Writes a formula, given without the equals sign, with its result as of now."""
        value = result if isinstance(result, str) else float(result)
        self.sheet.write_formula(place.row, place.column, f"={formula}", self.styles[style], value)

    def text(self, place: Place, text: str, style: str = "text") -> None:
        """Writes an input of text. Raises XltoolsError where it is longer than a cell can hold."""
        length = len(text) if len(text) <= CELL_LIMIT // 2 else len(text.encode("utf-16-le")) // 2
        if length > CELL_LIMIT:
            raise XltoolsError(f"“{place.sheet}”{place.address} 的文字有 {length} 字，超过一格的上限 {CELL_LIMIT} 字。请分段后重试。")
        if text:
            self.sheet.write_string(place.row, place.column, text, self.styles[style])
        else:
            self.sheet.write_blank(place.row, place.column, None, self.styles[style])

    def number(self, place: Place, value: Value, style: str = "count") -> None:
        """Writes an input of a number: blank, the number, or the text that stands in its stead."""
        if value is None or isinstance(value, str):
            self.text(place, value or "", style)
        else:
            self.sheet.write_number(place.row, place.column, value, self.styles[style])

    def expect_number(self, places: Sequence[Place], domain: Domain, title: str, help: str, decimals: int = 0) -> None:
        """Lets the cells take numbers of the domain only, an amount with so many decimals, and prompts with the help text."""
        options: dict[str, Any] = {"error_title": "填写有误"}
        if domain == "amount":
            cell = places[0].address
            options |= {"validate": "custom", "value": f"=AND(ISNUMBER({cell}),{cell}>=0,ROUND({cell},{decimals})={cell})"}
            options["error_message"] = f"请填不小于 0 的数，单位按表头，小数最多 {decimals} 位；没有的填 0。"
        elif domain == "count":
            options |= {"validate": "integer", "criteria": ">=", "value": 0}
            options["error_message"] = "请填不小于 0 的整数，不带单位；没有的填 0。"
        else:
            options |= {"validate": "integer", "criteria": "between", "minimum": -(10**9), "maximum": 10**9}
            options["error_message"] = "请填整数，减少的填负数，不带单位；没有的填 0。"
        self.validate(places, options, title, help)

    def validate(self, places: Sequence[Place], options: dict[str, Any], title: str = "", help: str = "") -> None:
        """Adds one data validation over all the places."""
        first, *others = ((p.row, p.column, p.row, p.column) for p in places)
        prompt = {"input_title": title[:PROMPT_TITLE_LIMIT], "input_message": help[:PROMPT_LIMIT]} if help else {}
        self.sheet.data_validation(*first, {**options, **prompt, "other_cells": [list(cells) for cells in others]})

    def redden(self, places: Sequence[Place], condition: str) -> None:
        """Turns the places red while the condition, a formula without the equals sign, holds."""
        areas = ranges(places)
        options = {"type": "formula", "criteria": f"={condition}", "format": self.styles.broken, "multi_range": " ".join(areas)}
        self.sheet.conditional_format(areas[0], options)
