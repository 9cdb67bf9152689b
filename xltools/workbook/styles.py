"""How cells look, in xlsxwriter's words, and what they hold."""

import re
from typing import Any

LINE_HEIGHT = 17.0  # points, of a line of text in a cell
TEXT_LIMIT = 8_000  # the most characters of a text that is only to be read; beyond them no one does
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what no XML can hold, though a report may

INPUT_FILL = "#FFF8DC"  # of what is to be filled in
BROKEN_FILL, BROKEN_FONT = "#F8C9C4", "#9C0006"
BAND_FILL = "#C6D9F1"  # of 第二十条第（一）项 and its like, as in the official table
HEAD_FILL, SUM_FILL = "#DDEBF7", "#F2F2F2"
COUNT_FORMAT, AMOUNT_FORMAT, LARGE_FORMAT = "0", "General", "#,##0"

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
    "band": {**GRID, "bg_color": BAND_FILL},
    "number": {**GRID, "align": "center", "font_color": "#7F7F7F"},
    "total": {**GRID, "align": "center", "bold": True, "num_format": COUNT_FORMAT},
    "count": {**INPUT, "align": "center", "num_format": COUNT_FORMAT},
    "amount": {**INPUT, "align": "center", "num_format": AMOUNT_FORMAT},
    "total_amount": {**GRID, "align": "center", "bold": True, "num_format": AMOUNT_FORMAT},
    "words_input": {**INPUT, "align": "center", "num_format": "@"},
    "date": {**INPUT, "align": "center", "num_format": "yyyy-mm-dd"},
    "text": {**INPUT, "num_format": "@"},
    "paragraph": {**INPUT, "num_format": "@", "valign": "top"},
    "figure": {**GRID, "align": "right", "num_format": AMOUNT_FORMAT},
    "signed": {**GRID, "align": "right", "num_format": "+0;-0;0"},
    "signed_amount": {**GRID, "align": "right", "num_format": "+General;-General;0"},
    "percent": {**GRID, "align": "right", "num_format": "+0.0%;-0.0%;0.0%"},
    "share": {**INPUT, "align": "center", "num_format": "0%"},
    "words": {**GRID, "valign": "top", "num_format": "@"},
    # the summary of many units
    "head": {**GRID, "align": "center", "bg_color": HEAD_FILL},
    "head_left": {**GRID, "bg_color": HEAD_FILL, "text_wrap": False},
    "head_small": {**GRID, "font_size": 9, "align": "center", "valign": "top", "bg_color": HEAD_FILL},
    "cell": {**GRID, "num_format": "@"},
    "middle": {**GRID, "align": "center", "num_format": "@"},
    "large": {**GRID, "align": "right", "indent": 1, "num_format": LARGE_FORMAT},
    "large_amount": {**GRID, "align": "right", "indent": 1, "num_format": AMOUNT_FORMAT},
    "change": {**GRID, "align": "right", "indent": 1, "num_format": "+#,##0;-#,##0;0"},
    "part": {**GRID, "align": "right", "indent": 1, "num_format": "0.0%"},
    "sum_label": {**GRID, "bold": True, "bg_color": SUM_FILL},
    "sum": {**GRID, "bold": True, "align": "right", "num_format": LARGE_FORMAT, "bg_color": SUM_FILL, "text_wrap": False},
    "sum_amount": {**GRID, "bold": True, "align": "right", "num_format": AMOUNT_FORMAT, "bg_color": SUM_FILL, "text_wrap": False},
    "tally": {**GRID, "bold": True, "font_size": 14, "align": "center", "num_format": LARGE_FORMAT},
    # a hundred thousand cells: no border, the sheet shows its grid
    "data": {**BODY, "font_size": 10, "align": "right", "num_format": LARGE_FORMAT},
    "data_amount": {**BODY, "font_size": 10, "align": "right", "num_format": AMOUNT_FORMAT},
    "data_text": {**BODY, "font_size": 10, "num_format": "@"},
    # colours that a condition brings
    "broken": {"bg_color": BROKEN_FILL, "font_color": BROKEN_FONT},
    "rise": {"bg_color": "#FCE4D6"},
    "fall": {"bg_color": "#DDEBF7"},
    "missing": {"bg_color": BROKEN_FILL, "font_color": BROKEN_FONT, "bold": True},
    "bad": {"bg_color": "#F8CBAD"},
    "doubt": {"bg_color": "#FFE699"},
    "good": {"bg_color": "#E2EFDA"},
    "odd": {"bg_color": "#D9D9D9"},
    "faint": {"font_color": "#BFBFBF"},
}


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """Return the text without what XML cannot hold, cut off at so many characters."""
    text = NOT_XML.sub("", text)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
