"""Tables whose columns are set with spaces, as `pdftotext -layout` prints them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter

from xltools.readers.published.pages import TextLine
from xltools.readers.published.source import Cell
from xltools.readers.published.table_rows import BLANK
from xltools.readers.published.text_pieces import GAP, Piece, Printed, Span, pieces_of, with_whole_labels
from xltools.readers.published.text_tables import HEADERS_BETWEEN, LABEL, MANY, SECTION, Found, TextRow

LONGEST = 400
"""Characters of a line that can be a row."""
BLANKS_BETWEEN, LABELS_BETWEEN = 4, 4
"""Lines that may stand between two rows: blank, with a label each."""


Measure = Callable[[Piece], Span]
MEASURES: tuple[Measure, ...] = (attrgetter("characters"), attrgetter("columns"))


def column_table(lines: Sequence[TextLine], at: int) -> Found | None:
    """A table set with spaces; rows only where numbers stand below each other. Labels on lines of their own are rows of one cell."""
    if not _has_gap(lines[at].text):
        return None
    end, rows = _region(lines, at)
    numbers = [sum(piece.is_number for piece in row.pieces) for row in rows]
    if sum(map(bool, numbers)) < 2 and max(numbers, default=0) < MANY:
        return None
    placed: list[TextRow] = []
    for page, group in groupby(with_whole_labels(rows), key=lambda row: row.page):  # each page has its own columns
        placed += [TextRow(cells, page) for cells in _in_columns([row.pieces for row in group])]
    return Found(placed, end)


def _in_columns(rows: Sequence[Sequence[Piece]]) -> list[tuple[Cell, ...]]:
    """The rows' cells; of the two measures the one counts by which more pieces stand below each other."""
    bands, measure = min(((_bands(rows, measure), measure) for measure in MEASURES), key=lambda found: len(found[0]))
    return [_placed(row, bands, measure) for row in rows]


def _has_gap(text: str) -> bool:
    return len(text) <= LONGEST and GAP.search(text.strip(BLANK)) is not None


def _region(lines: Sequence[TextLine], at: int) -> tuple[int, list[Printed]]:
    """Where the table ends, behind its last line with numbers, and its lines up to there."""
    rows: list[Printed] = []
    kept, end, blanks, labels = 0, at, 0, 0
    for place in range(at, len(lines)):
        if place - end > HEADERS_BETWEEN or len(lines[place].text) > LONGEST:
            break
        line = lines[place]
        text = line.text.strip(BLANK)
        pieces = pieces_of(line.text)
        numbered = len(pieces) > 1 and pieces[-1].is_number
        blanks = blanks + 1 if not text else 0
        labels = 0 if len(pieces) > 1 or numbered else labels + bool(text)
        if blanks > BLANKS_BETWEEN or labels > LABELS_BETWEEN or "\t" in line.text or "|" in line.text:
            break
        if len(pieces) == 1 and (SECTION.match(text) or len(text) > LABEL or text.endswith("。")):
            break
        if text:
            rows.append(Printed(place, line.page, pieces))
        if numbered or (len(pieces) == 1 and pieces[0].is_number and rows):
            kept, end = len(rows), place + 1
    return end, rows[:kept]


def _bands(rows: Sequence[Sequence[Piece]], measure: Measure) -> list[Span]:
    """The columns: what the numbers take, those below each other taken together, and one for the labels in front."""
    bands: list[Span] = []
    for start, end in sorted(measure(piece) for row in rows for piece in row if piece.is_number):
        if bands and start < bands[-1][1]:
            bands[-1] = bands[-1][0], max(bands[-1][1], end)
        else:
            bands.append((start, end))
    edge = bands[0][0] if bands else 0.0
    labels = not bands or any(not piece.is_number and measure(piece)[0] < edge for row in rows for piece in row)
    return [(0.0, edge), *bands] if labels else bands


def _placed(pieces: Sequence[Piece], bands: Sequence[Span], measure: Measure) -> tuple[Cell, ...]:
    """The pieces as cells, each in the column it stands over, none in the place of another."""
    cells = []
    free = 0
    for piece in pieces:
        start, end = measure(piece)
        column = max(free, min(range(len(bands)), key=lambda number: _distance(start, end, bands[number])))
        cells.append(Cell(piece.text, column))
        free = column + 1
    return tuple(cells)


def _distance(start: float, end: float, band: Span) -> float:
    """How far a piece is from a column; less than 0 where it stands over it."""
    return max(band[0] - end, start - band[1])
