"""Finds the headings of a file's tables, and tells which official column each cell below them is of."""

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from functools import cache

from xltools.form.characters import plain
from xltools.form.definition import Block, Form
from xltools.numerals import is_blank, leading_number, understand
from xltools.readers.published.column_names import ColumnNames, names_years
from xltools.readers.published.header_grid import Columns, read_columns
from xltools.readers.published.labels import Labels, core, likeness, without_blanks
from xltools.readers.published.records import MONEY, Record, Value, is_value, ran_together
from xltools.readers.published.source import Line, Row, Source

REACH = 12  # the items above a row of figures in which its header is looked for
LONGEST_TABLE, LONGEST_LINE = 400, 120  # the lines of text that a table has at most, and the characters of a line of headings
LONG = 60  # a cell or a line with more characters holds prose; the longest official label has 42
LONG_LABEL = 8  # characters of a text that may hold several headings
ENOUGH = 2  # so many headings of a block make a header of it
TORN = re.compile(r"\s*0\d")
DIGITS = re.compile(r"[,，.]?\d[\d,，.]*")
UNIT_LINE = re.compile(r"\(?(?:金额)?(?:计量)?单位\s*:")
ABOVE_TABLE = 3  # the lines above a table in which its unit may stand


class Headers:
    """The headings of a source's tables."""

    def __init__(self, source: Source, forms: Sequence[Form], records: Sequence[Record]) -> None:
        """`forms` are those whose tables may be recognised."""
        tables = [table for form in forms for table in form.tables]
        blocks = [block for table in tables for block in table.blocks]
        same = {table.key: [block for other in tables if other.key == table.key for block in other.blocks] for table in tables}
        self._names = {id(block): ColumnNames(block, same[table.key]) for table in tables for block in table.blocks}
        self._items = source.items
        self._is_text = source.kind == "text"
        self.is_pdf = source.kind == "pdf"
        self._titles = Labels((s.key, wording) for form in forms for s in form.sections if s.heading for wording in (s.title, *s.also))
        self.column_labels = Labels((node.label, node.label) for block in blocks for node in block.columns.nodes)
        self._labels = tuple({core(node.label) for block in blocks for node in block.columns.leaves if len(node.label) > LONG_LABEL // 2})
        self.row_labels = Labels((node.label, node.label) for block in blocks for node in block.rows.leaves)
        self._row_words = frozenset(core(node.label) for block in blocks for node in block.rows.nodes)
        self._corners = Labels((block.corner, block.corner) for block in blocks)
        self._columns_of: dict[tuple[int, int, int], Columns] = {}
        self._values_of: dict[tuple[Record, int], tuple[Value, ...] | None] = {}
        self.is_header = cache(self._is_header)
        self._above: dict[int, tuple[Record, ...]] = {}
        self.two_years = False  # whether a header is of two years
        self._read(records)

    def _read(self, records: Sequence[Record]) -> None:
        """Note for each row of a table the rows of headings above it; a table that goes on without any has those before it."""
        current: tuple[Record, ...] = ()
        closed = True
        before: Record | None = None
        for record in records:
            if not record.spot.table:
                continue
            if before and record.spot.table != before.spot.table and current and current[0].width != record.width:
                goes_on = record.index == before.index + 1 and record.spot.page > before.spot.page  # a table that a page's end broke
                current = current if goes_on else ()
            before = record
            if self.is_header(record) or (not closed and names_years(cell.text for cell in record.cells)):
                current = (record,) if closed else (*current, record)
                closed = False
            elif record.body:
                self._above[record.index] = current
                closed = True

    def _is_header(self, record: Record) -> bool:
        """Return whether a row holds headings of columns and no number."""
        filled = [cell for cell in record.cells if not is_blank(cell.text)]
        filled = filled[1:] if filled and filled[0].text.isdigit() else filled  # a number in front counts the rows
        if any(is_value(cell.text) for cell in filled) or not filled:
            return False
        # several columns run together into one cell
        if any(sum(label in core(cell.text) for label in self._labels) >= ENOUGH for cell in filled if len(core(cell.text)) > LONG_LABEL):
            return True
        named = sum(self.column_labels.find(cell.text) is not None for cell in filled)
        return named >= ENOUGH or (named == 1 and not (record.tail and self.row_labels.exactly(record.label)))

    def may_be_piece(self, record: Record) -> bool:
        """Return whether a row may be a piece of the one beside it: digits without words, or with a piece of an official label."""
        digits = [cell.text.strip() for cell in record.cells if DIGITS.fullmatch(cell.text.strip())]
        words = core(record.label)
        counted = digits == [str(number) for number in range(1, len(digits) + 1)] and len(digits) > 1
        torn = words.isdigit() or (any(words in label for label in self._row_words) and not self.row_labels.exactly(record.label))
        return bool(digits) and torn and not counted and not self.is_header(record)

    def around(self, first: int, last: int, taken: Container[int]) -> tuple[int, int]:
        """Return the first and the last item of the tables that two items stand in; they end at items of other tables, at titles and prose."""
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

    def values(self, record: Record, block: Block) -> tuple[Value, ...] | None:
        """Return what stands in a row for each official column of a block; None where it cannot be told which cell is whose."""
        key = record, id(block)
        if key not in self._values_of:
            values = self._values(record, block)
            # an official label among them tells that they are not the figures
            words = [value.text for value in values or () if not is_value(value.text)]
            labelled = any(self.row_labels.exactly(text) or self.column_labels.exactly(text) for text in words)
            # or the end of a number that was broken over two lines, or one that touches the label
            touching = record.label[-1:].isdigit() and is_blank(values[0].text) if values else False
            torn = (self._is_text or self.is_pdf) and (touching or any(TORN.match(value.text) for value in values or ()))
            self._values_of[key] = None if labelled or torn or ran_together(values or ()) else values
        return self._values_of[key]

    def _values(self, record: Record, block: Block) -> tuple[Value, ...] | None:
        columns = self.columns(record, block)
        cells = columns.cells(record)
        if cells is None:
            moved = columns.known and record.in_grid
            return None if moved or columns.order == "against" else record.values(len(block.columns.leaves))
        times = Counter(map(id, cells))
        # one cell can only be that of several figures where it is blank or 0, since no count is less
        if any(times[id(cell)] > 1 and not is_blank(cell.text) and understand(cell.text) != 0 for cell in cells):
            return None
        return tuple(Value(cell.text, record.at(cell), times[id(cell)] > 1) for cell in cells)

    def names_all(self, record: Record, block: Block) -> bool:
        """Return whether the headings name the columns of all values of a row; else only their number and order tell whose they are."""
        columns = self.columns(record, block)
        if columns.cells(record) is not None:
            return not columns.guessed
        return columns.order == "agrees" or len(self.some(record, block)) == len(record.tail)

    def unit(self, record: Record, block: Block, number: int) -> str:
        """Return the unit of money that the label of a row names, or the heading of an official column, or a line above the table; "" where none does."""
        above = self._above.get(record.index, ())
        own = [heading.text for heading in self.columns(record, block).headings if heading.leaf == number]
        texts = own or [cell.text for row in above for cell in row.cells]
        texts = texts or [word for line in self._lines_above(record, block) for word in line]
        place = above[0].index if above else record.index
        top = place
        while top and isinstance(self._items[top - 1], Row):
            top -= 1
        for item in reversed(self._items[max(0, top - ABOVE_TABLE) : place]):
            cells = [item.text] if isinstance(item, Line) else [cell.text for cell in item.cells]
            texts += [text for text in cells if UNIT_LINE.match(without_blanks(text))]
        return next((found[1] for text in (*record.labels, *texts) if (found := MONEY.search(without_blanks(text)))), "")

    def some(self, record: Record, block: Block) -> dict[int, Value]:
        """Return what stands in a row for the official columns that its headings name, where that is just one or more whole groups of them."""
        # a group may be named in front of the row
        headings = tuple(heading.under(self._names[id(block)], record.labels) for heading in self.columns(record, block).headings)
        numbers = sorted(heading.leaf for heading in headings if heading.leaf is not None)
        groups: dict[str, set[int]] = {}
        for n, leaf in enumerate(block.columns.leaves):
            groups.setdefault(leaf.parent or leaf.key, set()).add(n)
        whole = sorted(n for group in groups.values() if group.issubset(numbers) for n in group)
        named = whole == numbers and len(numbers) == len(headings) < len(block.columns.leaves)
        cells = Columns(headings, True, "agrees").cells(record) if named and headings else None
        if cells is None or len(set(map(id, cells))) < len(cells):
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
        names = self._names[id(block)]
        self.two_years = self.two_years or names.are_of_two_years([[cell.text for cell in row.cells] for row in above])
        filled = max((cell.column + cell.colspan for row in above for cell in row.cells if not is_blank(cell.text)), default=0)
        if above and record.width and max(row.end for row in above) >= record.width >= filled:
            columns = read_columns(above, start, names, len(block.columns.leaves))
            if columns.known or not self._is_text:
                return columns
        rows = [[cell.text for cell in row.cells if not is_blank(cell.text)] for row in above] or self._lines_above(record, block)
        return Columns((), False, names.order(rows))

    def _lines_above(self, record: Record, block: Block) -> list[list[str]]:
        """Return the words of the nearest lines of text above a row that name columns, without lines of records, titles and prose."""
        last = next((n for n in range(record.index, max(record.index - LONGEST_TABLE, -1), -1) if self._header_words(n)), None)
        if last is None:
            return []
        first = last
        while first and (self._header_words(first - 1) or self._header_part(first - 1, block)):
            first -= 1
        while last + 1 < record.index and self._header_part(last + 1, block):
            last += 1
        return [words for number in range(first, last + 1) if (words := self._words(number))]

    def _words(self, number: int) -> list[str]:
        """Return the words of a line that may be one of headings."""
        item = self._items[number]
        if not isinstance(item, Line) or len(item.text) > LONGEST_LINE or leading_number(item.text):
            return []
        return plain(item.text).split()

    def _header_words(self, number: int) -> bool:
        """Return whether a line names columns: several of them, or in other words only one."""
        words = self._words(number)
        named = sum(self.column_labels.find(word) is not None for word in words)
        return named >= ENOUGH or (named == 1 and all(self.column_labels.find(word) or self._corners.find(word) for word in words))

    def _header_part(self, number: int, block: Block) -> bool:
        """Return whether a line holds nothing but parts of headings."""
        words = self._words(number)
        return bool(words) and all(self._names[id(block)].meaning(word).kind not in ("unknown", "foreign") for word in words)

    def fit(self, record: Record, block: Block) -> float | None:
        """Return how like the headings above a record are to those of a block, from 0 to 100; None where none stand there."""
        above = self._above.get(record.index, ())
        if not above or above[0].width != record.width:
            return None
        leaves = block.columns.leaves
        texts = [heading.text for heading in self.columns(record, block).headings]
        texts = texts or [cell.text for cell in above[-1].cells[1:] if not is_blank(cell.text)]
        if len(texts) != len(leaves):
            return 0.0
        return sum(likeness(text, leaf.label) for text, leaf in zip(texts, leaves, strict=True)) / len(leaves)
