"""Tables in plain text: tabs, one cell per line, pipes or commas between cells. Each function takes lines and a place, and gives a table's rows and where it ends."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from xltools.readers.published.pages import TextLine
from xltools.readers.published.source import Cell
from xltools.readers.published.table_rows import BLANK


class TextRow(NamedTuple):
    """The cells of a row, and the page it stands on."""

    cells: tuple[Cell, ...]
    page: int


class Found(NamedTuple):
    """The rows of a table, and the first line behind it."""

    rows: list[TextRow]
    end: int


SECTION = re.compile(r"[一二三四五六七八九十]{1,3}、")
TITLE = re.compile(rf"{SECTION.pattern}|[(（][一二三四五六七八九十]{{1,3}}[)）]|注[:：]")
"""What begins a line behind a table rather than in it."""
NUMBER = re.compile(r"[+-]?\d[\d,.]*\s*(?:%|万?元|件)?|[/／—–-]")
LONG = 60
"""Characters of a cell that is rather an indented paragraph."""
LABEL = 45
"""Characters of the longest official label."""
MANY = 4
"""So many numbers on a line are a row, even alone."""
HEADERS_BETWEEN = 40
"""Lines that may stand between two rows of numbers."""
PROSE_END = tuple("。；;：:，、！？!?")
BARE_PIPE = re.compile(r"(?<!\\)[|｜│]")
PART_OF_NUMBER = re.compile(r"0\d+|.*[^\d.]\s+\d{1,3}")
"""What stands in front of a comma or behind it where that groups the digits of a number: 行政许可 1,234 or 1,006."""

Plain = Callable[[str], str]


def row_of(texts: Sequence[str], page: int) -> TextRow:
    """A row with a cell in each column."""
    return TextRow(tuple(Cell(text.strip(BLANK), column) for column, text in enumerate(texts)), page)


# --------------------------------------------------------------------------------------------------------------- tabs


def tab_table(lines: Sequence[TextLine], at: int, plain: Plain) -> Found | None:
    """A table written with tabs: a row on each line, or a cell on each line and a blank line behind each row.

    It has no rows where tabs do something else.
    """
    if "\t" not in lines[at].text:
        return None
    end = _tab_end(lines, at)
    tabbed = [line.text for line in lines[at:end] if "\t" in line.text]
    several = sum("\t" in text.strip("\t ") for text in tabbed)
    cell_per_line = several * 2 < len(tabbed)
    if cell_per_line:
        rows = _cell_per_line(lines[at:end], plain)
    else:
        while "\t" not in lines[end - 1].text:
            end -= 1
        rows = _row_per_line(lines[at:end], plain)
    return Found(rows if _is_tabular(rows, 1 if cell_per_line else 2) else [], end)


def _tab_end(lines: Sequence[TextLine], at: int) -> int:
    """Where the tabbed lines end: at two blank lines, at one without tabs behind it, at a section's title or a long line."""
    end = at
    while end < len(lines):
        text = lines[end].text
        if "\t" in text:
            end += 1
        elif lines[end].is_blank:
            if end + 1 >= len(lines) or "\t" not in lines[end + 1].text:
                return end
            end += 1
        elif TITLE.match(text) or len(text) > LONG or lines[end].joint or text.endswith("。"):
            return end
        else:
            end += 1
    return end


def _row_per_line(region: Sequence[TextLine], plain: Plain) -> list[TextRow]:
    return [row_of([plain(cell) for cell in line.text.split("\t")], line.page) for line in region if not line.is_blank]


def _cell_per_line(region: Sequence[TextLine], plain: Plain) -> list[TextRow]:
    """The rows where a tab begins a cell, lines without one continue it, and a blank line ends the row."""
    rows: list[TextRow] = []
    cells: list[str] = []
    page = 0
    for line in (*region, TextLine("")):
        if (line.is_blank or line.joint) and cells:
            rows.append(row_of([plain(cell) for cell in cells], page))
            cells = []
        if line.is_blank:
            continue
        page = page if cells else line.page
        first, *others = line.text.split("\t")
        if not cells:
            cells = [first] if first.strip(BLANK) or not others else []
        elif first.strip(BLANK):
            cells[-1] += f"\n{first.strip(BLANK)}"
        cells += others
    return rows


def _is_tabular(rows: Sequence[TextRow], least: int) -> bool:
    """Whether tabs make a table, with at least so many rows of numbers: they may only indent paragraphs, or follow items' numbers."""
    texts = [cell.text for row in rows for cell in row.cells]
    prose = sum(len(text) > LONG or text.endswith("。") for text in texts)
    if len(rows) < 2 or prose * 3 > len(texts):
        return False
    counted = sum(1 for row in rows if len(row.cells) > 1 and NUMBER.fullmatch(row.cells[-1].text))
    return counted >= least or any(len(row.cells) > 2 for row in rows)


# --------------------------------------------------------------------------------------------------- separators on one line


def separated_table(lines: Sequence[TextLine], at: int, plain: Plain) -> Found | None:
    """A table with pipes or commas between its cells and nothing around them; rows only where numbers end them."""
    for split in (_at_pipes, _at_commas):
        if len(split(lines[at].text)) > 1:
            found = _separated(lines, at, split, plain)
            if found:
                return found
    return None


def _separated(lines: Sequence[TextLine], at: int, split: Callable[[str], list[str]], plain: Plain) -> Found | None:
    rows: list[list[str]] = []
    kept = counted = most = 0
    for line in lines[at:]:
        cells = [cell.strip(BLANK) for cell in split(line.text)]
        last = next((cell for cell in reversed(cells) if cell), "")
        if len(rows) - kept > HEADERS_BETWEEN or _ends_table(line, cells):
            break
        rows.append(cells)
        if len(cells) > 1 and NUMBER.fullmatch(last):
            kept = len(rows)
            counted += 1
            most = max(most, sum(NUMBER.fullmatch(cell) is not None for cell in cells))
    if (counted < 2 and most < MANY) or (split is _at_commas and _are_grouped(rows[:kept])):
        return None
    placed = [row_of([plain(cell) for cell in cells], line.page) for cells, line in zip(rows[:kept], lines[at:], strict=False)]
    return Found(placed, at + kept)


def _ends_table(line: TextLine, cells: Sequence[str]) -> bool:
    """Whether a line stands behind a table: it is blank, a title, or prose."""
    if line.is_blank or "\t" in line.text or any(len(cell) > LONG or cell.endswith(PROSE_END) for cell in cells):
        return True
    return len(cells) == 1 and TITLE.match(cells[0]) is not None


def _at_pipes(text: str) -> list[str]:
    # blanks in the expression would take time that grows with the square of their number
    return [cell.strip() for cell in BARE_PIPE.split(text)]


def _at_commas(text: str) -> list[str]:
    """The cells between commas; quotes around one may hold others."""
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text]), [text])
    except csv.Error:
        return [text]


def _are_grouped(rows: Sequence[Sequence[str]]) -> bool:
    """Whether commas rather stand within numbers: a part begins with 0, or a label ends in a number of its own."""
    return any(PART_OF_NUMBER.fullmatch(cell) for cells in rows for cell in cells)
