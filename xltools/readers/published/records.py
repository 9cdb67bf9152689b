"""Finds the rows of numbers of a file, whether they stand in tables or in lines of text, each with its label."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from xltools.form.characters import plain
from xltools.numerals import EDGES, is_blank, understand
from xltools.readers.published.source import UNSEEN, Cell, Line, Row, Source
from xltools.report.origin import Spot

MARK = re.compile(r"[/／∕\-—–－\\×]+|无。?|不适用|空|[零〇○]|N/A", re.IGNORECASE)  # what people write where there is nothing to write
NOTED = re.compile(r"\s*([+-]?\d[\d,]*(?:\.\d+)?)\s*(?:件|个|项|条|元|万元)?\s*([(（【\[].*[)）】\]]。?|[*＊†①-⑳]+)\s*", re.DOTALL)
"""A number with a remark or a mark behind it: 22（其中修订 16 件）, 5*."""
TOKEN = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|0|[1-9]\d*)(?:\.\d+)?(?:万?元|件)?|[/／—－-]")
MEASURE = re.compile(r"(?<=[0-9０-９])\s*[件宗个項项条條份次]\s*$")  # what counts are of, behind a number
UNIT_CELL = re.compile(r"[件宗个项条份次元]|万元")  # in a column of its own between label and numbers
SPACED = re.compile(r"[1-9]\d{0,2}(?:[ \u00a0\u2009\u202f]\d{3})+")  # a number with blanks between the thousands: 1 234
LOST_SPACE = re.compile(r"^\s*\?\s+(?=[+-]?\d)")  # a no-break space in front of a number, saved in another encoding
MONEY = re.compile(r"(?:人民币)?((?:百万|千万|[百千万亿])?元)")  # a unit of money, as it stands in headings and behind amounts


@lru_cache(maxsize=4096)
def is_value(text: str) -> bool:
    """Return whether a cell's text can be what was filled in for a figure: a number, a number with a remark, a mark for nothing, or blank."""
    if is_blank(text) or text == UNSEEN:
        return True
    if MARK.fullmatch(EDGES.sub("", text)) or SPACED.fullmatch(EDGES.sub("", text)) or NOTED.fullmatch(text):
        return True
    return understand(MEASURE.sub("", split_unit(text)[0])) is not None


def split_unit(text: str) -> tuple[str, str]:
    """Return an amount without the unit of money behind it, and that unit, "" where none stands there: 0.03亿元."""
    text = EDGES.sub("", text)
    found = next((found for found in MONEY.finditer(text) if found.end() == len(text)), None)
    return (text[: found.start()], found[1]) if found else (text, "")


class Value(NamedTuple):
    """What stands in the place of a figure; `merged`: for several of them; `unit` is the one that the heading above gives."""

    text: str
    spot: Spot
    merged: bool = False
    unit: str = ""


def ran_together(values: Sequence[Value]) -> bool:
    """Return whether one cell holds the numbers of two, the second of which is empty."""
    return any(re.search(r"\d\s+\d", value.text) and is_blank(after.text) for value, after in pairwise(values))


@dataclass(frozen=True, eq=False)
class Record:
    """A row: its cells, the first and the last of the source's items that it takes, and how wide its table is."""

    index: int
    last: int
    cells: tuple[Cell, ...]
    spot: Spot
    width: int  # 0 where the columns of the cells tell nothing, as in lines of text
    loose: bool = False  # whether its label stood on a line of its own, and may belong to another row

    @cached_property
    def tail(self) -> tuple[Cell, ...]:
        """Return the cells behind the last one that is no value."""
        return tuple(takewhile(lambda cell: is_value(cell.text), reversed(self.cells)))[::-1]

    @cached_property
    def _head(self) -> int:
        """Return how many cells stand in front of the values: up to the last of the first cells that are none, whatever numbers the row in front of them."""
        first = next((number for number, cell in enumerate(self.cells) if not is_value(cell.text)), len(self.cells))
        end = 0
        for number, cell in enumerate(self.cells[first:], start=first):
            if not is_value(cell.text):
                end = number + 1
            elif not is_blank(cell.text):
                break
        return end

    @cached_property
    def label(self) -> str:
        """Return the text of the last cell in front of the values that is no mere unit, "" where none stands there."""
        return next((text for text in reversed(self.labels) if not UNIT_CELL.fullmatch(EDGES.sub("", text))), "".join(self.labels[-1:]))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Return the texts in front of the values, outermost first."""
        return tuple(cell.text for cell in self.cells[: self._head] if not is_value(cell.text))

    @cached_property
    def body(self) -> tuple[Cell, ...]:
        """Return the cells behind the label."""
        return self.cells[self._head :]

    @cached_property
    def end(self) -> int:
        """Return the number of the grid column behind its last cell."""
        return self.cells[-1].column + self.cells[-1].colspan if self.cells else 0

    @property
    def in_grid(self) -> bool:
        """Return whether the columns of its cells can be trusted: the row reaches just to the edge of its table."""
        return bool(self.width) and self.end == self.width

    def values(self, count: int) -> tuple[Value, ...] | None:
        """Return the values of `count` figures from left to right, empty cells too many passed over; None where it is open whose each is."""
        if len(self.tail) < len(self.body):  # words among them: another row, with a label of its own, has come in
            return None
        filled = [cell for cell in self.tail if not is_blank(cell.text)]
        if len(self.tail) == 1 < count and filled and filled[0].colspan > 1 and understand(filled[0].text) == 0:
            return (Value(filled[0].text, self.at(filled[0]), merged=True),) * count
        # a merged cell and an empty one may be as many as the figures and yet stand elsewhere
        merged = self.width and len({cell.colspan for cell in self.tail}) > 1 and len(filled) < len(self.tail)
        packed = all(is_blank(cell.text) for cell in self.tail[count:])
        if 0 < self.width < self.end and len(filled) < count < len(self.tail):  # any of the empty ones may be the one too many
            return None
        cells = self.tail[:count] if packed else filled
        if len(cells) != count or (merged and len(self.tail) == count):
            return None
        return tuple(Value(cell.text, self.at(cell)) for cell in cells)

    def at(self, cell: Cell) -> Spot:
        """Return where in the file one of its cells stands."""
        return self.spot._replace(column=cell.column + 1 if self.width else 0, line=0)


def find_records(source: Source) -> tuple[Record, ...]:
    """Return the records of a source, in order: each row of a table, and each line of text that holds numbers as a row does."""
    widths = _widths(source)
    records: list[Record] = []
    lines: list[tuple[int, Line]] = []
    for index, item in enumerate(source.items):
        if isinstance(item, Line):
            lines.append((index, item))
        else:
            records += _from_lines(lines)
            lines = []
            cells = tuple(replace(cell, text=LOST_SPACE.sub("", cell.text)) if "?" in cell.text else cell for cell in item.cells)
            records.append(Record(index, index, cells, Spot(item.page, item.table, item.number, sheet=item.sheet), widths[item.table]))
    return (*records, *_from_lines(lines))


def _widths(source: Source) -> dict[int, int]:
    """Return how wide each table is; 0 where cells just follow each other and rows are of different length."""
    ends: dict[int, list[int]] = {}
    for item in source.items:
        if isinstance(item, Row):
            ends.setdefault(item.table, []).append(item.cells[-1].column + item.cells[-1].colspan if item.cells else 0)
    rectangular = source.kind != "text"
    # the width of most rows: one with a cell too many is wider
    return {table: Counter(found).most_common(1)[0][0] if rectangular or len(set(found)) == 1 else 0 for table, found in ends.items()}


def _from_lines(lines: Sequence[tuple[int, Line]]) -> Iterator[Record]:
    """Yield rows in lines of text: a label and numbers on one line, or numbers on the lines below a label."""
    first = last = page = 0
    label, values, loose, single = "", list[str](), False, False
    for index, line in (*lines, (0, Line(""))):  # an empty line ends the last row
        words, numbers = _split(line.text)
        # a row stands on one line, or each of its numbers on a line: a mixture is one that was torn
        if numbers and not words and (label or values) and (not values or (loose and single and len(numbers) == 1)):
            values += numbers
            single = len(numbers) == 1
        else:
            if values:
                cells = tuple(Cell(text, column) for column, text in enumerate((label, *values) if label else values))
                yield Record(first, last, cells, Spot(page, line=first + 1), 0, loose)
            first, page = index, line.page
            label, values, loose = words, numbers, not numbers
        last = index


def _split(text: str) -> tuple[str, list[str]]:
    """Return the words of a line and the numbers behind them, separated by blanks; no numbers where the line goes on after them."""
    pieces = plain(text).split()
    numbers: list[str] = []
    while pieces and TOKEN.fullmatch(pieces[-1]):
        numbers.append(pieces.pop())
    return " ".join(pieces), numbers[::-1]
