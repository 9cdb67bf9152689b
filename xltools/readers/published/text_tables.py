"""Finds the tables in a text file: tabs or bars between the cells of a row, or a tab in front of each cell on a line of its own."""

import re
from collections.abc import Callable, Iterable, Sequence

from xltools.numerals import leading_number
from xltools.readers.published.source import Cell, Row
from xltools.readers.published.table_rows import BLANK
from xltools.readers.published.text_lines import FileLine

BAR = re.compile(r"(?<!\\)[|｜]")
EDGE_BAR = re.compile(r"\A[|｜]|(?:(?<!\\)\||｜)\Z")
EDGE_BARS = BLANK + "|｜"
RULE = re.compile(r"[\s|:+]*--[\s|:+-]*")  # the line under the head of a table in Markdown: |---|:--:|
NUMBER = re.compile(r"[+-]?\d[\d,.]*\s*(?:%|万?元|件)?|[/／—–-]")
LONG = 60  # characters of a cell that is rather a paragraph
TITLE = 20  # characters of a line without separators that may stand within a table, such as 第二十条第（五）项
MANY = 4  # so many numbers on a line are a row, even alone

Stretch = tuple[list[Row], int]  # lines with separators: the rows of their table, none where they are no table, and the first line behind


def find_table(lines: Sequence[FileLine], at: int, plain: Callable[[str], str]) -> Stretch:
    """Return the stretch of lines with tabs or bars that begins at a line, an empty one where none does. `plain` takes marks out of a cell."""
    if "\t" in lines[at].text:
        return _tab_table(lines, at, plain)
    return _bar_table(lines, at, plain) if BAR.search(lines[at].text) else ([], at)


def _row(texts: Iterable[str], page: int) -> Row:
    return Row(tuple(Cell(text.strip(BLANK), column) for column, text in enumerate(texts)), 0, 0, page)


def _filled(row: Row) -> list[str]:
    return [cell.text for cell in row.cells if cell.text]


def _is_table(rows: Sequence[Row], least: int) -> bool:
    """Return whether rows are those of a table: little prose, and at least so many rows that end with a number, or one full of them."""
    filled = [_filled(row) for row in rows]
    texts = [text for row in filled for text in row]
    if sum(len(text) > LONG or text.endswith("。") for text in texts) * 3 > len(texts):
        return False
    numbered = sum(len(row) > 1 and NUMBER.fullmatch(row[-1]) is not None for row in filled)
    return numbered >= least or any(sum(NUMBER.fullmatch(text) is not None for text in row) >= MANY for row in filled)


def _bar_table(lines: Sequence[FileLine], at: int, plain: Callable[[str], str]) -> Stretch:
    """Read a row from each line, or where lines hold pieces of rows, from the bars alone."""
    behind = range(at + 1, len(lines))
    end = next((n for n in behind if not BAR.search(lines[n].text) and not _stands_within(lines, n)), len(lines))
    ruled = any(RULE.fullmatch(line.text) for line in lines[at:end])
    region = [line for line in lines[at:end] if not RULE.fullmatch(line.text)]
    rows = [_row((plain(cell) for cell in _cells(line.text)), line.page) for line in region]
    single = sum(len(_filled(row)) < 2 for row in rows)
    uneven = len({len(row.cells) for row in rows}) > 1 or single == len(rows)
    if uneven and not ruled and (broken := _broken_rows(lines, at, plain, single * 2 > len(rows))):
        return broken
    framed = ruled or all(line.text.lstrip().startswith("|") for line in region)
    is_table = single * 2 <= len(rows) and (framed or _is_table(rows, 2))
    return [row for row in rows if is_table and _filled(row)], end


def _broken_rows(lines: Sequence[FileLine], at: int, plain: Callable[[str], str], flat: bool) -> Stretch | None:
    """Read rows of which each cell ends with a bar, wherever lines break; one that ends with an empty cell ends a row, where not all are `flat`."""
    leading = not BAR.split(lines[at].text)[0].strip(BLANK) and any(BAR.search(line.text) for line in lines[at + 1 : at + 2])
    cells, ends, open_cell, end = list[str](), list[int](), "", at
    while end < len(lines) and (lines[end].is_blank or _holds_cells(lines, end, leading)):
        *closed, rest = BAR.split(lines[end].text)
        open_cell, closed = (rest, [f"{open_cell}\n{closed[0]}", *closed[1:]]) if closed else (f"{open_cell}\n{rest}", [])
        cells += closed
        if len(closed) > 1 and not closed[-1].strip(BLANK):
            ends.append(len(cells))
        end += 1
    if not ends and not leading:
        rows = _flat_rows([plain(cell).strip(BLANK) for cell in cells], lines[at].page) if flat else []
        return (rows, end) if _is_table(rows, 2) else None
    width = ends[0] if ends else 0
    if not width or len(cells) % width or any(place % width for place in ends) or open_cell.strip(BLANK):
        return None
    starts = range(0, len(cells), width)
    before = 1 if all(not cells[start].strip(BLANK) for start in starts) else 0  # a bar in front of each row
    rows = [_row(map(plain, cells[start + before : start + width]), lines[at].page) for start in starts]
    return ([row for row in rows if _filled(row)], end) if _is_table(rows, 1) else None


def _flat_rows(cells: Sequence[str], page: int) -> list[Row]:
    """Return rows of cells that follow each other without an end of rows: each begins with a label, and its values follow."""
    rows: list[list[str]] = []
    for cell in cells[0 if cells[0] else 1 :]:  # the text in front of the first bar stands on the line above
        if rows and (not cell or NUMBER.fullmatch(cell)):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return [_row(row, page) for row in rows]


def _holds_cells(lines: Sequence[FileLine], at: int, leading: bool) -> bool:
    """Return whether a line has bars, or is a cell whose bar stands on the next line; where bars lead rows, that begins another table."""
    if BAR.search(lines[at].text) or _stands_within(lines, at):
        return True
    text = lines[at].text.strip(BLANK)
    reach = 3 if len(text) <= TITLE and not leading_number(text) else 2  # a short label may take two lines
    return not leading and any(line.text.lstrip(BLANK).startswith("|") for line in lines[at + 1 : at + reach])


def _stands_within(lines: Sequence[FileLine], at: int) -> bool:
    """Return whether a line without bars is a row of one cell: short, without a number in front, and more rows behind it."""
    text = lines[at].text.strip(BLANK)
    following = lines[at + 1].text if at + 1 < len(lines) else ""
    return bool(text and len(text) <= TITLE and not leading_number(text) and not text.endswith("。") and BAR.search(following))


def _cells(text: str) -> list[str]:
    """Return the cells of a line; a bar at either end of it only closes the cell there."""
    return [cell.replace("\\|", "|") for cell in BAR.split(EDGE_BAR.sub("", text.strip()))]


def _tab_table(lines: Sequence[FileLine], at: int, plain: Callable[[str], str]) -> Stretch:
    """Read a row from each line, or a cell from each line and a blank line behind each row."""
    end = _tab_end(lines, at)
    tabbed = [line.text for line in lines[at:end] if "\t" in line.text]
    if sum("\t" in text.strip("\t ") for text in tabbed) * 2 < len(tabbed):
        rows = _cell_a_line(lines[at:end], plain)
    else:
        end = max(place for place in range(at, end) if "\t" in lines[place].text) + 1
        rows = [_row((plain(cell) for cell in line.text.split("\t")), line.page) for line in lines[at:end] if not line.is_blank]
    # a tab may also stand between an item's number and its text
    return rows if len(rows) > 1 and _is_table(rows, 1) and max(len(row.cells) for row in rows) > 1 else [], end


def _tab_end(lines: Sequence[FileLine], at: int) -> int:
    """Return where the lines with tabs end: at two blank lines, at one with no tab behind it, at a numbered title, at a long line."""
    for end in range(at, len(lines)):
        line, text = lines[end], lines[end].text
        alone = line.is_blank and not any("\t" in following.text for following in lines[end + 1 : end + 2])
        begins = leading_number(text) or text.startswith("注") or (line.joint and not line.is_blank)
        if "\t" not in text and (alone or begins or len(text) > LONG or text.endswith("。")):
            return end
    return len(lines)


def _cell_a_line(region: Sequence[FileLine], plain: Callable[[str], str]) -> list[Row]:
    """Return the rows where a tab begins a cell, a line without one continues it, and a blank line ends the row."""
    rows, cells, page = list[Row](), list[str](), 0
    for line in (*region, FileLine("")):
        if (line.is_blank or line.joint) and cells:
            rows.append(_row(map(plain, cells), page))
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
