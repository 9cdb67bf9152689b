"""Headers: the headings of a file's tables, and which cell below them is whose."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from xltools.form.definition import Block, Form, Node
from xltools.numerals import is_blank, understand
from xltools.prose.amounts import plain
from xltools.readers.published.labels import Labels, core, likeness
from xltools.readers.published.records import Record, Value, is_value
from xltools.readers.published.source import Cell, Line, Row, Source

REACH = 12
"""The items above a row of figures in which its header is looked for."""
LONGEST_TABLE, LONGEST_LINE, TORN_LINES = 100, 120, 4
"""The lines of text that a table has at most, the characters of a line of headings, and the lines that headings are torn over."""
LONG = 60
"""A cell with more characters holds prose."""
ENOUGH = 2
"""So many headings of a block make a header of it."""
TORN = re.compile(r"\s*0\d")
UNIT = re.compile(r"单位[:]?\s*([^\W\d]{1,3})\s*\)")


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """The heading over one or several grid columns: its own text, those above it, and the number of the official column that it is."""

    column: int
    colspan: int
    text: str
    above: tuple[str, ...]
    leaf: int | None = None

    @property
    def unit(self) -> str:
        """Return the unit that it gives in brackets, "" where none: 万元 in 本年收费金额（单位：万元）."""
        found = UNIT.search(plain(self.text))
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the headings above a row say: they are `headings`, from the first official one on, with any others between and behind.

    `known` tells whether each official column has its heading, `usual` whether nothing speaks against the official order. Where
    the headings do not stand over the cells, but one row of them names all official columns, `sequence` has for each the number of
    its value.
    """

    headings: tuple[ColumnHeading, ...]
    known: bool
    usual: bool
    sequence: tuple[int, ...] = ()

    def cells(self, record: Record) -> tuple[Cell, ...] | None:
        """Return the cells of a row below these headings, in the order of the official columns; None where it cannot be told which is whose."""
        if self.sequence and len(record.body) == len(self.sequence):
            return tuple(record.body[number] for number in self.sequence)
        if not (self.known and record.in_grid):
            return None
        first = self.headings[0].column
        below = [cell for cell in record.cells if cell.column + cell.colspan > first]
        # a number that stands under no heading of a column tells that the cells have moved
        if any(not is_blank(cell.text) and is_value(cell.text) for cell in record.body if cell.column + cell.colspan <= first):
            return None
        if not below or below[0].column < first or sum(not is_value(cell.text) for cell in below) > len(below) // 2:
            return None
        official = sorted((heading for heading in self.headings if heading.leaf is not None), key=lambda heading: heading.leaf or 0)
        if len(below) > len(self.headings) and len(alone := _without_repeats(below)) == len(self.headings):
            below = alone
        if len(below) == len(self.headings):
            return tuple(below[self.headings.index(heading)] for heading in official)
        under = [[cell for cell in below if cell.column < h.column + h.colspan and h.column < cell.column + cell.colspan] for h in official]
        if any(len({cell.text for cell in cells}) != 1 for cells in under):
            return None
        return tuple(cells[0] for cells in under)


class Headers:
    """The headings of a source's tables."""

    def __init__(self, source: Source, forms: Sequence[Form], records: Sequence[Record]) -> None:
        """`forms` are those whose tables may be recognised."""
        blocks = [block for form in forms for table in form.tables for block in table.blocks]
        self._items = source.items
        self._may_be_torn = source.kind in ("text", "pdf")
        self._titles = Labels((s.key, wording) for form in forms for s in form.sections if s.heading for wording in (s.title, *s.also))
        self._columns = Labels((node.label, node.label) for block in blocks for node in block.columns.nodes)
        self._rows = Labels((node.label, node.label) for block in blocks for node in block.rows.leaves)
        self._is_header: dict[int, bool] = {}
        self._columns_of: dict[tuple[int, int, int], Columns] = {}
        self._values_of: dict[tuple[Record, int], tuple[Value, ...] | None] = {}
        self._above: dict[int, tuple[Record, ...]] = {}
        self._header_lines = dict(self._find_header_lines())
        self._read(records)

    def _find_header_lines(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the lines of text that name several columns, each as its words."""
        for index, item in enumerate(self._items):
            if isinstance(item, Line) and len(item.text) <= LONGEST_LINE:
                words = tuple(plain(item.text).split())
                if sum(self._columns.exactly(word) is not None for word in words) >= ENOUGH:
                    yield index, words

    def _read(self, records: Sequence[Record]) -> None:
        """Note for each row of a table the rows of headings above it; a table that goes on without any has those before it."""
        current: tuple[Record, ...] = ()
        table, closed = 0, True
        for record in records:
            if not record.spot.table:
                continue
            if record.spot.table != table and current and current[0].width != record.width:
                current = ()
            table = record.spot.table
            if self.is_header(record):
                current = (record,) if closed else (*current, record)
                closed = False
            elif record.body:
                self._above[record.index] = current
                closed = True

    def is_header(self, record: Record) -> bool:
        """Return whether a row holds headings of columns and no number."""
        if record.index not in self._is_header:
            self._is_header[record.index] = self._names_columns(record)
        return self._is_header[record.index]

    def _names_columns(self, record: Record) -> bool:
        filled = [cell for cell in record.cells if not is_blank(cell.text)]
        if any(is_value(cell.text) for cell in filled) or not filled:
            return False
        named = sum(self._columns.exactly(cell.text) is not None for cell in filled)
        return named >= ENOUGH or (named == 1 and not (record.tail and self._rows.exactly(record.label)))

    def is_heading(self, text: str) -> bool:
        """Return whether a text is, to the letter, the heading of some column."""
        return self._columns.exactly(text) is not None

    def around(self, first: int, last: int, taken: Container[int]) -> tuple[int, int]:
        """Return the first and the last item of the tables that two items stand in, up to items that others have taken, titles and prose."""
        while first - 1 not in taken and self._belongs(first - 1, first):
            first -= 1
        while last + 1 not in taken and self._belongs(last + 1, last):
            last += 1
        return first, last

    def _belongs(self, number: int, beside: int) -> bool:
        """Return whether an item is a row of the same table as the one beside it, and neither prose nor the title of a section."""
        item, other = (self._items[n] if 0 <= n < len(self._items) else None for n in (number, beside))
        if not isinstance(item, Row) or not isinstance(other, Row) or item.table != other.table:
            return False
        filled = [cell.text for cell in item.cells if not is_blank(cell.text)]
        return len(filled) != 1 or (len(filled[0]) <= LONG and not self._titles.find(filled[0]))

    def is_below(self, record: Record, block: Block) -> bool:
        """Return whether the headings of a block without rows stand above a record, before any other row of numbers."""
        words = "".join(reversed(list(self._words_above(record))))
        named = {core(node.label) for node in block.columns.nodes}
        return sum(label in words for label in named) >= min(ENOUGH, len(named))

    def _words_above(self, record: Record) -> Iterator[str]:
        for item in reversed(self._items[max(0, record.index - REACH) : record.index]):
            if isinstance(item, Line):
                yield core(item.text)
            elif any(is_value(cell.text) and not is_blank(cell.text) for cell in item.cells):
                return
            else:
                yield from (core(cell.text) for cell in item.cells)

    # -------------------------------------------------------------------------------------------------- of a block

    def values(self, record: Record, block: Block) -> tuple[Value, ...] | None:
        """Return what stands in a row for each official column of a block; None where it cannot be told which cell is whose."""
        key = record, id(block)
        if key not in self._values_of:
            self._values_of[key] = self._judged(record, block)
        return self._values_of[key]

    def _judged(self, record: Record, block: Block) -> tuple[Value, ...] | None:
        """Return the values, where nothing about them tells that they are no figures."""
        values = self._values(record, block)
        # an official label among them tells that they are not the figures
        if values is None or any(not is_value(v.text) and (self._rows.exactly(v.text) or self.is_heading(v.text)) for v in values):
            return None
        # the end of a number that was broken over two lines
        return None if self._may_be_torn and any(TORN.match(value.text) for value in values) else values

    def _values(self, record: Record, block: Block) -> tuple[Value, ...] | None:
        columns = self.columns(record, block)
        cells = columns.cells(record)
        if cells is None:
            return record.values(len(block.columns.leaves)) if columns.usual else None
        filled = [cell for cell in record.body if not is_blank(cell.text)]
        if len(cells) == 1 and is_blank(cells[0].text) and len(filled) == 1:
            cells = (filled[0],)  # a merged cell that was taken apart
        times = Counter(map(id, cells))
        if any(not _may_stand_for_several(cell) for cell in cells if times[id(cell)] > 1):
            return None
        units = {heading.leaf: heading.unit for heading in columns.headings}
        return tuple(Value(cell.text, record.at(cell), times[id(cell)] > 1, units.get(n, "")) for n, cell in enumerate(cells))

    def some(self, record: Record, block: Block) -> dict[int, Value]:
        """Return what stands in a row for the official columns that its headings name, where that is just one or more whole groups of them."""
        columns = self.columns(record, block)
        cells = Columns(columns.headings, True, True).cells(record) if columns.headings else None
        numbers = sorted(heading.leaf for heading in columns.headings if heading.leaf is not None)
        groups = [[n for n, leaf in enumerate(block.columns.leaves) if leaf.parent == node.key] for node in named_groups(block)]
        whole = [n for group in groups if set(group) <= set(numbers) for n in group]
        if cells is None or sorted(whole) != numbers or len(numbers) != len(columns.headings):
            return {}
        return {n: Value(cell.text, record.at(cell)) for n, cell in zip(numbers, cells, strict=True)}

    def columns(self, record: Record, block: Block) -> Columns:
        """Return what the headings above a row say of a block's columns."""
        above = self._above.get(record.index, ())
        start = record.body[0].column if record.body and record.in_grid else -1
        key = (above[-1].index if above else -1 - record.index, start, id(block))
        if key not in self._columns_of:
            self._columns_of[key] = self._columns_below(above, start, record, block)
        return self._columns_of[key]

    def _columns_below(self, above: Sequence[Record], start: int, record: Record, block: Block) -> Columns:
        if not above or not record.width or max(row.end for row in above) != record.width:
            rows = [tuple(cell.text for cell in row.cells) for row in above] or self._lines_above(record)
            usual = all(_in_order(texts, block) for texts in rows)
            sequence = next(filter(None, (_sequence(texts, block) for texts in rows)), ())
            return Columns((), known=False, usual=usual, sequence=sequence)
        headings = [_named(heading, block) for heading in _lowest(above)]
        first = next((number for number, heading in enumerate(headings) if heading.leaf is not None), len(headings))
        # where the row has moved against its headings, the first official one must do
        behind_label = [h.leaf for number, h in enumerate(headings) if (h.column >= start if start >= 0 else number >= first)]
        count = len(block.columns.leaves)
        known = sorted(heading.leaf for heading in headings if heading.leaf is not None) == list(range(count))
        usual = len(behind_label) <= count and all(n is None or n == place for place, n in enumerate(behind_label))
        return Columns(tuple(headings[first:]), known, usual)

    def _lines_above(self, record: Record) -> list[tuple[str, ...]]:
        """Return the words of the nearest lines of text above a row that name several columns."""
        nearest = max((index for index in self._header_lines if index < record.index), default=None)
        if nearest is None or record.index - nearest > LONGEST_TABLE:
            return []
        return [words for index, words in self._header_lines.items() if nearest - TORN_LINES < index <= nearest]

    def fit(self, record: Record, block: Block) -> float | None:
        """Return how like the headings above a record are to those of a block, from 0 to 100; None where none stand there."""
        above = self._above.get(record.index, ())
        if not above:
            return None
        leaves = block.columns.leaves
        texts = [heading.text for heading in self.columns(record, block).headings]
        texts = texts or [cell.text for cell in above[-1].cells[1:] if not is_blank(cell.text)]
        if len(texts) != len(leaves):
            return 0.0
        return sum(likeness(text, leaf.label) for text, leaf in zip(texts, leaves, strict=True)) / len(leaves)


def _lowest(above: Sequence[Record]) -> list[ColumnHeading]:
    """Return the headings that stand lowest over the columns of a table, from left to right."""
    found: list[ColumnHeading] = []
    column, width, found_start = 0, above[-1].width, 0
    while column < width:
        over = [
            cell for row in above for cell in row.cells if cell.column <= column < cell.column + cell.colspan and not is_blank(cell.text)
        ]
        start = max((cell.column for cell in over[-1:]), default=column)
        end = min((cell.column + cell.colspan for cell in over[-1:]), default=column + 1)
        if over and start == column:
            heading = ColumnHeading(column, over[-1].colspan, over[-1].text, tuple(cell.text for cell in over[:-1]))
            if found and (found[-1].text, found[-1].above) == (heading.text, heading.above):  # a merged cell taken apart
                heading = replace(found.pop(), colspan=column + heading.colspan - found_start)
            else:
                found_start = column
            found.append(heading)
        column = max(end, column + 1)
    return found


def _without_repeats(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells without those that repeat the one before, as where a merged cell was taken apart and its text written into each part."""
    return [cell for number, cell in enumerate(cells) if not number or cell.text != cells[number - 1].text]


def _may_stand_for_several(cell: Cell) -> bool:
    """Return whether one cell can be that of several figures: a blank one, and a 0, since no count is less."""
    return is_blank(cell.text) or understand(cell.text) == 0


def _named(heading: ColumnHeading, block: Block) -> ColumnHeading:
    """Return the heading with the number of the official column that it is: by its own words, or with those above where it is broken over two rows."""
    labels = _labels(block)
    wordings = (heading.text, f"{heading.above[-1]}{heading.text}" if heading.above else "", heading.above[-1] if heading.above else "")
    for wording in wordings:
        if wording and (label := labels.find(wording)):
            leaf = _under(heading, [n for n, node in enumerate(block.columns.leaves) if node.label == label], block)
            return ColumnHeading(heading.column, heading.colspan, heading.text, heading.above, leaf)
    return heading


def _under(heading: ColumnHeading, leaves: Sequence[int], block: Block) -> int | None:
    """Return of columns with the same label the one whose group stands above the heading; None where that cannot be told."""
    if len(leaves) == 1:
        return leaves[0]
    groups = {n: block.columns.path(block.columns.leaves[n])[-2:-1] for n in leaves}
    above = [core(text) for text in heading.above]
    right = [n for n, path in groups.items() if path and core(path[0].label) in above]
    return right[0] if len(right) == 1 else None


@lru_cache(maxsize=64)
def _labels(block: Block) -> Labels:
    return Labels((node.label, node.label) for node in block.columns.leaves)


def _in_order(texts: Iterable[str], block: Block) -> bool:
    """Return whether the official headings among the cells of one row, or the words of one line, stand in the official order."""
    places = _places(block)
    numbers = [places[words] for text in texts if (words := core(text)) in places]
    return numbers == sorted(numbers)


def _sequence(texts: Sequence[str], block: Block) -> tuple[int, ...]:
    """Return for each official column the place of its heading among those of one row; nothing where the row does not name all of them."""
    labels = [core(leaf.label) for leaf in block.columns.leaves]
    named = [words for text in texts if (words := core(text)) in labels]
    return tuple(named.index(label) for label in labels) if sorted(named) == sorted(labels) and len(set(labels)) == len(labels) else ()


@lru_cache(maxsize=64)
def _places(block: Block) -> Mapping[str, int]:
    """Return the place of each official heading that stands once in a block, among all of them."""
    words = [core(node.label) for node in block.columns.nodes]
    return {word: number for number, word in enumerate(words) if words.count(word) == 1}


def named_groups(block: Block) -> tuple[Node, ...]:
    """Return the headings right above columns, such as 未经复议直接起诉."""
    return tuple(dict.fromkeys(path[-2] for leaf in block.columns.leaves if len(path := block.columns.path(leaf)) > 1))
