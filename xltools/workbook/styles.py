"""The cell formats of the workbook: one light fill for inputs, none for anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the annotator writes in these formats without xlsxwriter
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

INPUT_FILL = "#FFF8DC"
BROKEN_FILL, BROKEN_FONT = "#F8C9C4", "#9C0006"
COUNT_FORMAT, AMOUNT_FORMAT = "0", "General"

BODY: dict[str, Any] = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
GRID: dict[str, Any] = {**BODY, "border": 1, "text_wrap": True}
INPUT: dict[str, Any] = {**GRID, "locked": False, "bg_color": INPUT_FILL}

STYLES: dict[str, dict[str, Any]] = {
    "title": {**BODY, "font_name": "黑体", "font_size": 14},
    "heading": {**BODY, "font_name": "黑体", "font_size": 12},
    "plain": {**BODY, "text_wrap": True},
    "hint": {**BODY, "font_size": 9, "font_color": "#595959", "text_wrap": True},
    "hint_line": {**BODY, "font_size": 9, "font_color": "#595959"},
    "hint_cell": {**GRID, "font_size": 9},
    "verdict": {**BODY, "bold": True, "align": "right", "text_wrap": True},
    "label": {**GRID},
    "header": {**GRID, "align": "center"},
    "link": {**GRID, "font_color": "#0563C1", "underline": 1},
    "key": {**BODY, "font_size": 6, "font_color": "#BFBFBF", "align": "fill"},
    "number": {**GRID, "align": "center", "font_color": "#7F7F7F"},
    "total": {**GRID, "align": "center", "bold": True, "num_format": COUNT_FORMAT},
    "difference": {**GRID, "align": "center"},
    "count": {**INPUT, "align": "center", "num_format": COUNT_FORMAT},
    "amount": {**INPUT, "align": "center", "num_format": AMOUNT_FORMAT},
    "text": {**INPUT, "num_format": "@"},
    "paragraph": {**INPUT, "num_format": "@", "valign": "top"},
}


class Styles:
    """The formats of one workbook, by name; made when first asked for."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._made:
            self._made[name] = self._workbook.add_format(STYLES[name])
        return self._made[name]

    @property
    def broken(self) -> Format:
        """The format of a cell whose relation is broken, for conditional formatting."""
        if "broken" not in self._made:
            self._made["broken"] = self._workbook.add_format({"bg_color": BROKEN_FILL, "font_color": BROKEN_FONT})
        return self._made["broken"]
