"""An office's own table as its spreadsheet has it, and the blocks, rows and columns that its headings make."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby, product
from typing import NamedTuple

from xltools.errors import XltoolsError
from xltools.form.definition import Domain
from xltools.form.table_reader import default_name

NOT_TO_FILL = re.compile(r"[-—–－/／×＊*…\\]+")  # what stands in a cell that nobody fills in
MARK = re.compile(r"[甲乙丙丁戊己庚辛]|[(（]?\d{1,4}[)）]?")  # what only numbers the heading beside it
UNIT_HEADINGS, HELP_HEADINGS = ("单位", "计量单位", "数量单位"), ("备注", "说明", "填报说明", "填报要求", "指标解释")
NUMBER_HEADINGS = ("序号", "行次", "代码", "编号", "指标代码", "行号")  # of columns whose numbers are headings
MOST_LEVELS = 6  # how many headings may stand above, or before, a cell
UNCLEAR = "工作表“{}”第{}行：{}。请另存一份，改成上边和左边是标题、其余是填报格的一张表，再试；只要别的工作表的，加 --sheet 名称。"


class OfficeCell(NamedTuple):
    """A cell of an office's table, merged over `rowspan` × `colspan`; rows and columns count from 0 within its sheet."""

    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    text: str = ""
    is_number: bool = False
    formula: str = ""  # without the sign of equality in front
    is_open: bool | None = None  # whether it can be filled in; None where the office protects nothing
    domain: Domain | None = None  # the kind, as far as validation and number format say it
    places: int | None = None
    choices: tuple[str, ...] = ()

    @property
    def lines(self) -> range:
        """Return the rows that it takes."""
        return range(self.row, self.row + self.rowspan)

    @property
    def columns(self) -> range:
        """Return the columns that it takes."""
        return range(self.column, self.column + self.colspan)

    @property
    def is_label(self) -> bool:
        """Tell whether it is a heading: words that nobody is to change."""
        return bool(self.text) and not (self.is_number or self.formula or self.is_open or NOT_TO_FILL.fullmatch(self.text))

    @property
    def is_barred(self) -> bool:
        """Tell whether it is a cell that nobody is to fill in: marked so, or locked among open ones."""
        return not self.formula and (self.is_open is False or bool(NOT_TO_FILL.fullmatch(self.text)))


class OfficeHeading(NamedTuple):
    """A row or column, or a heading above some, with how many lines of the grid it takes."""

    key: str
    label: str
    span: int
    is_leaf: bool
    name: str | None = None  # what it is called, where its label only numbers or measures what it stands below


class OfficeBlock(NamedTuple):
    """Rows and columns under one header, with the cells of the figures by the keys of both."""

    title: str
    corner: str
    rows: tuple[OfficeHeading, ...]
    columns: tuple[OfficeHeading, ...]
    figures: Mapping[tuple[str, str], OfficeCell]
    spans: tuple[int, ...]
    has_header: bool
    units: Mapping[str, str]  # by the key of the row, where a column of the table tells them
    helps: Mapping[str, str]


def tidy(text: str) -> str:
    """Return a label in one line, without the blanks that stretch it: 合　计 is 合计."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", " ".join(text.split()))


@dataclass(frozen=True)
class OfficeTable:
    """One table on a sheet, with what stands above and below it."""

    sheet: str
    cells: tuple[OfficeCell, ...]
    title: str = ""
    around: tuple[str, ...] = ()

    @cached_property
    def grid(self) -> Mapping[tuple[int, int], OfficeCell]:
        """Return the cell that each place belongs to."""
        return {place: cell for cell in self.cells for place in product(cell.lines, cell.columns)}

    @cached_property
    def rows(self) -> range:
        """Return the rows of the table."""
        return range(min(row for row, _ in self.grid), max(row for row, _ in self.grid) + 1)

    @cached_property
    def columns(self) -> range:
        """Return the columns of the table."""
        return range(min(column for _, column in self.grid), max(column for _, column in self.grid) + 1)

    def unclear(self, row: int, what: str) -> XltoolsError:
        """Return the error that says what in a row, counted from 0, is not understood."""
        return XltoolsError(UNCLEAR.format(self.sheet, row + 1, what))

    def blocks(self) -> tuple[OfficeBlock, ...]:
        """Return the blocks of the table. Raise XltoolsError where headings and cells to fill in cannot be told apart."""
        if gaps := [place for place in product(self.rows, self.columns) if place not in self.grid]:
            raise self.unclear(gaps[0][0], "有合并的格伸到了表外")
        kinds = {row: self._kind(row) for row in self.rows}
        starts = [row for row in self.rows if row == self.rows[0] or (kinds[row] != "data" and kinds[row - 1] == "data")]
        split = [range(row, end) for row, end in zip(starts, [*starts[1:], self.rows[-1] + 1], strict=True)]
        found: list[OfficeBlock] = []
        for part in [self.rows] if self._corner(self.rows) else split:
            if not (corner := self._corner(part)):
                raise self.unclear(part[0], "从这里起标题和填报格混在一起，分不清哪些格要填")
            found.append(self._block(part, corner, sum(len(block.rows) for block in found)))
        return tuple(found)

    def _kind(self, row: int) -> str:
        """Return what a row is: the title of a block, headings only, or data."""
        cells = {self.grid[row, column] for column in self.columns}
        if not all(cell.is_label for cell in cells):
            return "data"
        return "title" if len(cells) == 1 else "header"

    def _corner(self, part: range) -> tuple[int, int, int] | None:
        """Return how many rows of headings stand on top, below a title, and how many columns of them left and right; None where others stand within."""
        rows = part[1:] if self._kind(part[0]) == "title" else part
        if any(self._kind(row) == "title" for row in rows):
            return None
        tail = self._tail(rows)
        columns = self.columns[: len(self.columns) - tail]
        sizes = product(range(min(MOST_LEVELS, len(rows) - 1) + 1), range(min(MOST_LEVELS, len(columns) - 1) + 1))
        for height, labels in sorted(sizes, key=sum):
            is_free = not any(self.grid[place].is_label for place in product(rows[height:], columns[labels:]))
            if is_free and not any(self._is_line(row, columns, labels) for row in rows[1:height]):
                return height, labels, tail
        return None

    def _is_line(self, row: int, columns: range, labels: int) -> bool:
        """Tell whether a row has a heading of its own on the left, and cells to fill in."""
        has_own = any(self.grid[row, column].is_label and self.grid[row, column].row == row for column in columns[:labels])
        return has_own and not all(self.grid[row, column].is_label for column in columns[labels:])

    def _tail(self, rows: range) -> int:
        """Return how many columns at the right end only say something of their rows: a unit of measure, a remark."""
        for tail, column in enumerate(reversed(self.columns[1:])):
            first, *others = dict.fromkeys(self.grid[row, column] for row in rows)
            is_said = any(cell.is_label and not MARK.fullmatch(cell.text) for cell in others)
            if tidy(first.text) not in (*UNIT_HEADINGS, *HELP_HEADINGS) or not is_said:
                return tail
        return 0

    def _block(self, part: range, corner: tuple[int, int, int], before: int) -> OfficeBlock:
        """Return the block in some rows of the table; `before` is how many row headings stand in the blocks above."""
        height, labels, tail = corner
        is_titled = self._kind(part[0]) == "title"
        top = part[is_titled:]
        header, body = top[:height], top[height:]
        end = len(self.columns) - tail
        left, inner = self.columns[:labels], self.columns[labels:end]
        of_units = {column for column in self.columns if any(tidy(self.grid[row, column].text) in UNIT_HEADINGS for row in header)}
        measured = {level for level, column in enumerate(left) if column in of_units}
        rows = tuple(self._headings([[(row, column) for row in body] for column in left], f"r{before}", measured))
        columns = tuple(self._headings([[(row, column) for column in inner] for row in header], "c0"))
        lines = self._lines(body, inner)
        if not height and len(lines[0]) == 1:
            columns = (OfficeHeading("c1", "填写", len(inner), True, ""),)
        leaves, across = [row.key for row in rows if row.is_leaf] or [""], [column.key for column in columns if column.is_leaf]
        if (len(leaves), len(across)) != (len(lines), len(lines[0])):
            missing = "各行左边没有标题" if not labels else "填报格与上边、左边的标题对不齐" if height else "各列上边没有标题"
            raise self.unclear(body[0], missing)
        told = {
            column: {leaf: text for row, leaf in zip(body, leaves, strict=True) if (text := tidy(self.grid[row, column].text))}
            for column in (*(left[level] for level in measured), *self.columns[end:])
        }
        corners = dict.fromkeys(tidy(self.grid[place].text) for place in product(header, left))
        return OfficeBlock(
            title=tidy(self.grid[part[0], self.columns[0]].text) if is_titled else "",
            corner="　".join(text for text in corners if text and not MARK.fullmatch(text)) if height else "项目",
            rows=rows,
            columns=columns,
            figures=dict(zip(product(leaves, across), chain(*lines), strict=True)),
            spans=tuple(cell.colspan for cell in lines[0]),
            has_header=bool(height),
            units={leaf: text for column in told.keys() & of_units for leaf, text in told[column].items()},
            helps={leaf: text for column in told.keys() - of_units for leaf, text in told[column].items()},
        )

    def _lines(self, body: range, inner: range) -> list[list[OfficeCell]]:
        """Return the cells to fill in, row by row. Raise XltoolsError where they are merged otherwise in one row than in others."""
        lines = [list(dict.fromkeys(self.grid[row, column] for column in inner)) for row in body]
        for row, cells in zip(body, lines, strict=True):
            if [cell.colspan for cell in cells] != [cell.colspan for cell in lines[0]] or any(cell.rowspan > 1 for cell in cells):
                raise self.unclear(row, "填报格的合并与别的行不同")
        return lines

    def _headings(self, zone: Sequence[Sequence[tuple[int, int]]], first: str, measured: Set[int] = frozenset()) -> Iterator[OfficeHeading]:
        """Yield the headings in a zone, whose places are given level by level; an empty one belongs to what stands above it, or beside it.

        `first` is the letter and the number that their keys begin with; the levels that are `measured` hold units of measure.
        """
        levels = len(zone)
        owners: dict[tuple[int, int], OfficeCell] = {}
        for level, places in enumerate(zone):
            for line, place in enumerate(places):
                is_inside = any(self.grid[deeper[line]].is_label for deeper in zone[level + 1 :])
                cell = self.grid[place] if self.grid[place].is_label else owners.get((level, line - 1) if is_inside else (level - 1, line))
                if cell is None:
                    raise self.unclear(place[0], f"第 {place[1] + 1} 列应为标题，却是空的（标题和填报格不能混排）")
                owners[level, line] = cell

        def below(level: int, lines: Iterable[int], parent: OfficeHeading | None) -> Iterator[OfficeHeading]:
            for number, (cell, group) in enumerate(groupby(lines, key=lambda line: owners[level, line]), 1):
                members = list(group)
                depth = max(deep for deep in range(level, levels) if owners[deep, members[0]] is cell)
                key = f"{parent.key}.{first[0]}{number}" if parent else f"{first[0]}{int(first[1:]) + number}"
                label, is_leaf = tidy(cell.text), depth == levels - 1
                is_mark = parent and (MARK.fullmatch(label) or depth in measured)
                name = parent.name or default_name(parent.label) if parent and is_mark else None
                heading = OfficeHeading(key, label, len(members), is_leaf, name)
                yield heading
                if not is_leaf:
                    yield from below(depth + 1, members, heading)

        if zone:
            yield from below(0, range(len(zone[0])), None)
