"""Tables in plain text whose cells stand between pipes: Markdown, drawn with plus signs or box characters, AsciiDoc."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from xltools.readers.published.pages import TextLine
from xltools.readers.published.table_rows import BLANK
from xltools.readers.published.text_tables import NUMBER, Found, Plain, TextRow, row_of
from xltools.readers.published.wrapping import columns

RULE_CELL = r"\s*:?-{1,}:?\s*"
RULE_ROW = re.compile(rf"\s*\|?{RULE_CELL}(?:[|+]{RULE_CELL})*\|?\s*$|\s*\+(?:[-=]+\+)+\s*$")
"""|---|:--:|, or +----+----+."""
PARTIAL_RULE = re.compile(r"\+(?:[-=]{2,}\+)+")
"""A rule under some of the cells; a cell beside it goes on."""
PIPE = re.compile(r"(?<!\\)\|")
BOX = range(0x2500, 0x2580)
DRAWN = dict.fromkeys(BOX, "+") | {ord(char): "|" for char in "│┃║┆┇┊┋╎╏"} | {ord(char): "-" for char in "─━═┄┅┈┉╌╍"}
"""Box characters, and the ASCII characters that mean the same."""
UPRIGHT = re.compile("[\u2502\u2503\u2506\u2507\u250a-\u254b\u254e-\u2570]")
"""Box characters that only a table has; a level line may be a dash in prose."""
FENCE = re.compile(r"\s*\|={3,}\s*$")
"""Around a table in AsciiDoc."""
COLUMNS = re.compile(r"""\s*\[.*\bcols=(?:"([^"]*)"|'([^']*)'|(\d+\*?))""")
SPANNED = re.compile(r"\d\+\|")
CHINESE = re.compile("[\u4e00-\u9fff]")
DIGITS = re.compile(r"[\d.,]+")
SHORT = 4
"""A line that leaves so many columns of its cell free was not broken there."""


@dataclass
class Drawing:
    """The lines of a table as they stand between its rules, and what kinds of rules it has."""

    groups: list[list[TextLine]] = field(default_factory=lambda: [[]])
    crossed: bool = False
    """Whether a rule is drawn with plus signs from end to end: +---+---+."""
    doubled: bool = False
    """Whether one is +===+===+, under the head; programs that write it put a rule under each row."""

    def rule(self, text: str) -> None:
        """Ends the group of lines at a rule."""
        self.groups.append([])
        if text.strip().startswith("+"):
            self.crossed = True
            self.doubled = self.doubled or "=" in text

    @property
    def is_empty(self) -> bool:
        """Whether there are only rules so far."""
        return not any(self.groups)


def pipe_table(lines: Sequence[TextLine], at: int, plain: Plain) -> Found | None:
    """A table written with pipes. It ends where another table's head begins, that is, in front of a row with a rule under it."""
    fenced = _fenced_table(lines, at, plain)
    if fenced:
        return fenced
    if not _begins(lines, at):
        return None
    drawing, end = _drawing(lines, at)
    rows = list(_ruled_rows(drawing, plain) if drawing.crossed else _open_rows(drawing, plain))
    return Found(rows, end) if rows else None


def _begins(lines: Sequence[TextLine], at: int) -> bool:
    """Whether a table begins: a row between pipes, or any line with pipes over a rule."""
    text = _ascii(lines[at].text).strip()
    if "|" not in text and "+" not in text:
        return False
    following = _ascii(lines[at + 1].text) if at + 1 < len(lines) else ""
    if _is_rule(text):
        return "|" in following
    return (text.count("|") > 1 and text.startswith("|")) or ("|" in text and _is_rule(following))


def _ascii(text: str) -> str:
    """The text with a table's lines drawn in ASCII."""
    return text.translate(DRAWN) if UPRIGHT.search(text) else text


def _is_rule(text: str) -> bool:
    """Whether a line is a rule between rows."""
    return ("|" in text or "+" in text) and RULE_ROW.match(text) is not None


def _drawing(lines: Sequence[TextLine], at: int) -> tuple[Drawing, int]:
    """The lines of the table that begins here, and where it ends."""
    drawing = Drawing()
    end = at
    while end < len(lines):
        text = _ascii(lines[end].text)
        if _is_rule(text):
            drawing.rule(text)
            end += 1
            continue
        following = _ascii(lines[end + 1].text) if end + 1 < len(lines) else ""
        # a table drawn with plus signs has a rule under each row
        if "|" not in text or (not drawing.is_empty and _is_rule(following) and "+" not in following):
            break
        partial = PARTIAL_RULE.search(text)
        if partial and drawing.crossed:
            drawing.groups.append([])
            text = PARTIAL_RULE.sub(lambda found: re.sub("[-=]", " ", found[0]).replace("+", "|"), text)
        drawing.groups[-1].append(TextLine(text, lines[end].page))
        end += 1
    return drawing, end


def _cells(text: str) -> list[str]:
    """The cells of a line, with the blanks around them."""
    text = text.strip()
    text = text[1:] if text.startswith("|") else text
    text = text[:-1] if text.endswith("|") and not text.endswith("\\|") else text
    return [cell.replace("\\|", "|") for cell in PIPE.split(text)]


def _row(cells: Sequence[str], page: int, plain: Plain) -> TextRow:
    return row_of([plain(cell.strip()) for cell in cells], page)


# ----------------------------------------------------------------------------------------------- rows without rules between


def _open_rows(drawing: Drawing, plain: Plain) -> Iterator[TextRow]:
    """A row for each line, or for several where a line is not closed by a pipe though its table's first one is."""
    lines = [line for group in drawing.groups for line in group]
    width = len(_cells(lines[0].text)) if lines and _is_closed(lines[0].text) else 0
    held: list[str] = []
    page, is_open = 0, False
    for line in lines:
        text, cells = line.text.strip(), _cells(line.text)
        if is_open and _goes_on(held, cells, text, width):
            if not text.startswith("|"):  # it begins within a cell
                cells = [f"{held.pop().strip()}\n{cells[0].strip()}", *cells[1:]]
            held += cells
        else:
            if held:
                yield _row(held, page, plain)
            held, page = cells, line.page
        is_open = width > 0 and not _is_closed(text)
    if held:
        yield _row(held, page, plain)


def _is_closed(text: str) -> bool:
    """Whether a row ends in a pipe."""
    return text.rstrip().endswith("|")


def _goes_on(held: Sequence[str], cells: Sequence[str], text: str, width: int) -> bool:
    """Whether a line continues the row above it: it has fewer cells, and where that row has enough of them, only numbers."""
    if len(cells) >= width:
        return False
    return len(held) < width or not text.startswith("|") or all(NUMBER.fullmatch(cell.strip()) for cell in cells)


# -------------------------------------------------------------------------------------------------- rows with rules between


def _ruled_rows(drawing: Drawing, plain: Plain) -> Iterator[TextRow]:
    """A row for the lines between two rules, unless they are rows each: some programs draw no rules between them."""
    for group in drawing.groups:
        if not group:
            continue
        lines = [_cells(line.text) for line in group]
        if len(lines) > 1 and not drawing.doubled and _are_rows(lines):
            for line, cells in zip(group, lines, strict=True):
                yield _row(cells, line.page, plain)
        else:
            doubtful = len({len(cells) for cells in lines}) > 1 or (not drawing.doubled and _may_be_rows(lines))
            yield _row(_merged(lines, doubtful), group[0].page, plain)


def _are_rows(lines: Sequence[Sequence[str]]) -> bool:
    """Whether lines without a rule between them are rows: several have a label and a number, and a label ends early."""
    whole = [cells for cells in lines if _is_whole(cells)]
    return len(whole) > 1 and any(_is_short(next(cell for cell in cells if CHINESE.search(cell))) for cells in whole[:-1])


def _may_be_rows(lines: Sequence[Sequence[str]]) -> bool:
    """Whether lines may be rows each or one row: all of several are complete."""
    return sum(map(_is_whole, lines)) > 1 and all(all(cell.strip() for cell in cells) for cells in lines)


def _is_whole(cells: Sequence[str]) -> bool:
    return any(CHINESE.search(cell) for cell in cells) and any(NUMBER.fullmatch(cell.strip()) for cell in cells)


def _is_short(cell: str) -> bool:
    return _width(cell) - 2 - _width(cell.strip(BLANK)) >= SHORT


def _width(text: str) -> float:
    """The columns that a text takes; spaces count whole here."""
    return columns(text) + text.count(" ") / 2


def _merged(lines: Sequence[Sequence[str]], doubtful: bool) -> list[str]:
    """The cells of a row that takes several lines. Where that is doubtful, no number is put together."""
    count = max(map(len, lines))
    merged = []
    for column in range(count):
        pieces = [cells[column] for cells in lines if column < len(cells)]
        inner = max(map(_width, pieces)) - 2
        filled = [piece.strip(BLANK) for piece in pieces if piece.strip(BLANK)]
        text = filled[0] if filled else ""
        for piece in filled[1:]:
            text += ("\n" if doubtful else _joint(text, piece, inner)) + piece
        merged.append(text)
    return merged


def _joint(text: str, piece: str, inner: float) -> str:
    """What stands between two lines of a cell: nothing in Chinese, and within a number that the cell is too narrow for."""
    if DIGITS.fullmatch(piece) and text[-1] in "0123456789.,":
        last = text.rsplit("\n", 1)[-1]
        return "" if _width(last) + _width(piece) > inner else "\n"
    return " " if text[-1].isascii() and text[-1].isalpha() and piece[0].isascii() and piece[0].isalpha() else ""


# ------------------------------------------------------------------------------------------------------------ AsciiDoc


def _fenced_table(lines: Sequence[TextLine], at: int, plain: Plain) -> Found | None:
    """A table in AsciiDoc, whose rows may be broken anywhere; None for another one, or where its columns are not known."""
    count = _column_count(lines[at].text)
    start = at + 1 if count else at
    if start >= len(lines) or not FENCE.match(lines[start].text):
        return None
    end = next((number for number in range(start + 1, len(lines)) if FENCE.match(lines[number].text)), None)
    if end is None:
        return None
    region = [line for line in lines[start + 1 : end] if not line.is_blank]
    cells = _fenced_cells(region)
    if not count:  # then each row stands on one line
        counts = {len(PIPE.split(line.text)) - 1 for line in region}
        count = counts.pop() if len(counts) == 1 else 0
    if count < 2 or not cells or len(cells) % count or any(SPANNED.search(line.text) for line in region):
        return None
    rows = [cells[place : place + count] for place in range(0, len(cells), count)]
    return Found([_row([text for text, _ in row], row[0][1], plain) for row in rows], end + 1)


def _column_count(text: str) -> int:
    """How many columns the line in front of a table says it has; 0 for none."""
    found = COLUMNS.match(text)
    widths = next((group for group in found.groups() if group), "") if found else ""
    times = re.fullmatch(r"(\d+)\*?", widths)
    return min(int(times[1][:4]), 100) if times else widths.count(",") + 1 if widths else 0


def _fenced_cells(region: Sequence[TextLine]) -> list[tuple[str, int]]:
    """The cells one after the other, each with its page; what stands in front of a line's first pipe continues the last one."""
    cells: list[tuple[str, int]] = []
    for line in region:
        first, *others = PIPE.split(line.text)
        if first.strip() and cells:
            text, page = cells[-1]
            cells[-1] = f"{text.strip()}\n{first.strip()}" if text.strip() else first.strip(), page
        cells += [(text, line.page) for text in others]
    return cells
