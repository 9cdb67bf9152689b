"""A workbook taken down as a list of xlsxwriter calls, and written again from that list alone: what writing costs without planning."""

from __future__ import annotations

import io
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet as Read
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

VALIDATIONS = {"whole": "integer", "custom": "custom", "list": "list", None: "any"}
CRITERIA = {"greaterThanOrEqual": ">=", "between": "between", None: "between"}

Formats = list[Any]
Call = Callable[[Worksheet, Formats], object]


@dataclass
class Recording:
    """The formats of a workbook, and for each sheet the calls that write it."""

    formats: list[dict[str, Any]] = field(default_factory=list)
    sheets: list[tuple[str, list[Call]]] = field(default_factory=list)

    def format(self, properties: dict[str, Any]) -> int:
        """The number of the format with these properties."""
        if properties not in self.formats:
            self.formats.append(properties)
        return self.formats.index(properties)


def record(data: bytes) -> Recording:
    """Takes down a workbook's cells, merges, sizes, validations, conditional formats and protection."""
    rich = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    results = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    recording = Recording()
    for sheet in rich.worksheets:
        calls = [*_sizes(sheet), *_cells(recording, sheet, results[sheet.title]), *_validations(sheet), *_conditions(recording, sheet)]
        recording.sheets.append((sheet.title, calls))
    return recording


def replay(recording: Recording) -> bytes:
    """Writes the workbook again."""
    buffer = io.BytesIO()
    workbook = Workbook(buffer, {"in_memory": True})
    formats = [workbook.add_format(properties) for properties in recording.formats]
    for name, calls in recording.sheets:
        sheet = workbook.add_worksheet(name)
        sheet.protect()
        for call in calls:
            call(sheet, formats)
    workbook.close()
    return buffer.getvalue()


def contents(data: bytes) -> dict[str, dict[str, object]]:
    """What stands in the cells of a workbook, by sheet and address, to tell that the replay is the same workbook."""
    return {
        sheet.title: {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}
        for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets
    }


def _sizes(sheet: Read) -> list[Call]:
    calls: list[Call] = []
    for column in sheet.column_dimensions.values():
        first, last, width = column.min - 1, column.max - 1, column.width
        calls.append(lambda out, _, a=first, b=last, w=width: out.set_column(a, b, w))
    for number, row in sheet.row_dimensions.items():
        if row.height:
            calls.append(lambda out, _, n=number - 1, h=row.height: out.set_row(n, h))
    if sheet.freeze_panes:
        calls.append(lambda out, _, cell=sheet.freeze_panes: out.freeze_panes(cell))
    return calls


def _cells(recording: Recording, sheet: Read, results: Read) -> list[Call]:
    merged = {cells.start_cell.coordinate: cells.bounds for cells in sheet.merged_cells.ranges}
    covered = {(row, column) for cells in sheet.merged_cells.ranges for row, column in cells.cells}
    calls: list[Call] = []
    for row in sheet.iter_rows():
        for cell in row:
            if not cell.has_style or (cell.coordinate not in merged and (cell.row, cell.column) in covered):
                continue
            at, style = (cell.row - 1, cell.column - 1), recording.format(_format(cell))
            if cell.coordinate in merged:
                left, top, right, bottom = (bound - 1 for bound in merged[cell.coordinate])
                text = cell.value if isinstance(cell.value, str) and cell.data_type != "f" else ""
                calls.append(lambda out, f, b=(top, left, bottom, right), t=text, s=style: out.merge_range(*b, t, f[s]))
                if text:
                    continue
            calls += _cell(recording, at, style, cell.value, results[cell.coordinate].value, cell.coordinate in merged)
    return calls


def _cell(recording: Recording, at: tuple[int, int], style: int, value: Any, result: Any, merged: bool) -> list[Call]:
    match value:
        case None if merged:
            return []
        case None:
            return [lambda out, f: out.write_blank(*at, None, f[style])]
        case CellRichText():
            runs = [(recording.format(_font(run.font, "rFont")), run.text) for run in value if isinstance(run, TextBlock)]
            return [lambda out, f: out.write_rich_string(*at, *(part for s, text in runs for part in (f[s], text)), f[style])]
        case str() if value.startswith("="):
            return [lambda out, f: out.write_formula(*at, value, f[style], result)]
        case str():
            return [lambda out, f: out.write_string(*at, value, f[style])]
    return [lambda out, f: out.write_number(*at, value, f[style])]


def _format(cell: Any) -> dict[str, Any]:
    properties = _font(cell.font, "name") | {"locked": cell.protection.locked, "num_format": cell.number_format}
    if cell.fill.fill_type == "solid":
        properties["bg_color"] = f"#{cell.fill.fgColor.rgb[2:]}"
    if cell.border.left and cell.border.left.style:
        properties["border"] = 1
    if cell.alignment.horizontal:
        properties["align"] = cell.alignment.horizontal
    valign = {"center": "vcenter", "top": "top"}.get(cell.alignment.vertical)
    return properties | ({"valign": valign} if valign else {}) | {"text_wrap": bool(cell.alignment.wrap_text)}


def _font(font: Any, name: str) -> dict[str, Any]:
    properties = {"font_name": getattr(font, name), "font_size": font.sz, "bold": bool(font.b)}
    color = font.color.rgb if font.color else None
    return properties | ({"font_color": f"#{color[2:]}"} if isinstance(color, str) else {})


def _validations(sheet: Read) -> list[Call]:
    calls: list[Call] = []
    for rule in sheet.data_validations.dataValidation:
        first, *others = [_box(str(cells)) for cells in str(rule.sqref).split()]
        options: dict[str, Any] = {"validate": VALIDATIONS[rule.type], "other_cells": [list(box) for box in others]}
        if rule.type == "whole":
            options |= {"criteria": CRITERIA[rule.operator], "value": rule.formula1, "minimum": rule.formula1, "maximum": rule.formula2}
        elif rule.type == "custom":
            options["value"] = f"={rule.formula1}"
        elif rule.type == "list":
            options["source"] = rule.formula1.strip('"').split(",")
        texts = {"input_title": rule.promptTitle, "input_message": rule.prompt, "error_title": rule.errorTitle, "error_message": rule.error}
        options |= {key: text for key, text in texts.items() if text}
        # xlsxwriter changes the options that it is given
        calls.append(lambda out, _, b=first, o=options: out.data_validation(*b, {**o, "other_cells": [list(x) for x in o["other_cells"]]}))
    return calls


def _conditions(recording: Recording, sheet: Read) -> list[Call]:
    calls: list[Call] = []
    for area in sheet.conditional_formatting:
        cells = str(area.sqref)
        for rule in area.rules:
            style = recording.format(_difference(rule.dxf))
            options = {"type": "formula", "criteria": f"={rule.formula[0]}", "multi_range": cells}
            first = cells.split()[0]
            calls.append(lambda out, f, c=first, o=options, s=style: out.conditional_format(c, {**o, "format": f[s]}))
    return calls


def _difference(style: DifferentialStyle) -> dict[str, Any]:
    return {"bg_color": f"#{style.fill.bgColor.rgb[2:]}", "font_color": f"#{copy(style.font).color.rgb[2:]}"}


def _box(cells: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = range_boundaries(cells)
    return top - 1, left - 1, bottom - 1, right - 1
