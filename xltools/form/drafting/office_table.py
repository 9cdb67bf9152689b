"""An office's own table as its spreadsheet has it, and the blocks, rows and columns that its headings make."""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, product
from typing import NamedTuple

from xltools.errors import XltoolsError
from xltools.form.definition import Domain
from xltools.form.table_reader import default_name

NOT_TO_FILL = re.compile(r"[-—–－/／×＊*…\\]+")  # what stands in a cell that nobody fills in
MARK = re.compile(r"[甲乙丙丁戊己庚辛]|[(（]?\d{1,4}[)）]?")  # what only numbers the heading beside it
UNIT_HEADINGS, HELP_HEADINGS = ("单位", "计量单位", "数量单位"), ("备注", "说明", "填报说明", "填报要求", "指标解释")
NUMBER_HEADINGS = ("序号", "行次", "代码", "编号", "指标代码", "行号")  # of columns whose numbers are headings
MOST_LEVELS = 6  # how many headings may stand above, or before, a cell
UNCLEAR = (
    "工作表“{sheet}”第 {row} 行：{what}。请另存一份，改成上边和左边是标题、其余是填报格的一张表，再试；只要别的工作表的，加 --sheet 名称。"
)


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
    def is_label(self) -> bool:
        """Tell whether it is a heading: words that nobody is to change."""
        return bool(self.text) and not (self.is_number or self.formula or self.is_open or NOT_TO_FILL.fullmatch(self.text))

    @property
    def is_barred(self) -> bool:
        """Tell whether it is a cell that nobody is to fill in: marked so, or locked among open ones."""
        return not self.formula and (self.is_open is False or bool(NOT_TO_FILL.fullmatch(self.text)))


class OfficeHeading(NamedTuple):
    """A row or column, or a heading above some: the lines of the grid that it takes, counted from 0 within its block."""

    key: str
    label: str
    first: int
    last: int
    is_leaf: bool
    name: str | None = None  # what it is called, where its label only numbers or measures what it stands below

    @property
    def span(self) -> int:
        """Return how many lines it takes."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class OfficeBlock:
    """Rows and columns under one header, with the cells of the figures by the keys of both."""

    title: str
    corner: str
    rows: tuple[OfficeHeading, ...]
    columns: tuple[OfficeHeading, ...]
    figures: Mapping[tuple[str, str], OfficeCell]
    spans: tuple[int, ...]
    has_header: bool
    units: Mapping[str, str] = field(default_factory=dict)  # by the key of the row, where a column of the table tells them
    helps: Mapping[str, str] = field(default_factory=dict)


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
        across = ((cell, range(cell.column, cell.column + cell.colspan)) for cell in self.cells)
        return {place: cell for cell, columns in across for place in product(cell.lines, columns)}

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
        return XltoolsError(UNCLEAR.format(sheet=self.sheet, row=row + 1, what=what))

    def blocks(self) -> tuple[OfficeBlock, ...]:
        """Return the blocks of the table. Raise XltoolsError where headings and cells to fill in cannot be told apart."""
        if gaps := [place for place in product(self.rows, self.columns) if place not in self.grid]:
            raise self.unclear(gaps[0][0], "有合并的格伸到了表外")
        kinds = {row: self._kind(row) for row in self.rows}
        starts = [row for row in self.rows if row == self.rows[0] or (kinds[row] != "data" and kinds[row - 1] == "data")]
        split = [range(row, end) for row, end in zip(starts, [*starts[1:], self.rows[-1] + 1], strict=True)]
        for parts in ([self.rows], split):
            corners = [self._corner(part) for part in parts]
            if None not in corners:
                break
        else:
            raise self.unclear(parts[corners.index(None)][0], "从这里起标题和填报格混在一起，分不清哪些格要填")
        found: list[OfficeBlock] = []
        for part, corner in zip(parts, corners, strict=True):
            assert corner
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
        tail = 0
        for column in reversed(self.columns[1:]):
            first, *others = dict.fromkeys(self.grid[row, column] for row in rows)
            says_something = any(cell.is_label and not MARK.fullmatch(cell.text) for cell in others)
            if tidy(first.text) not in (*UNIT_HEADINGS, *HELP_HEADINGS) or not says_something:
                break
            tail += 1
        return tail

    def _block(self, part: range, corner: tuple[int, int, int], before: int) -> OfficeBlock:
        """Return the block in some rows of the table; `before` is how many row headings stand in the blocks above."""
        height, labels, tail = corner
        is_titled = self._kind(part[0]) == "title"
        top = part[is_titled:]
        header, body = top[:height], top[height:]
        left, inner = self.columns[:labels], self.columns[labels : len(self.columns) - tail]
        if not labels and len(body) > 1:
            raise self.unclear(body[0], "各行左边没有标题")
        lines = [list(dict.fromkeys(self.grid[row, column] for column in inner)) for row in body]
        spans = tuple(cell.colspan for cell in lines[0])
        for row, cells in zip(body, lines, strict=True):
            if tuple(cell.colspan for cell in cells) != spans or any(cell.rowspan > 1 for cell in cells):
                raise self.unclear(row, "填报格的合并与别的行不同")
        heads = {column: {tidy(self.grid[row, column].text) for row in header} for column in self.columns}
        measured = {level for level, column in enumerate(left) if not heads[column].isdisjoint(UNIT_HEADINGS)}
        beside = {(n, m): (row, column) for m, row in enumerate(body) for n, column in enumerate(left)}
        rows = tuple(self._headings(beside, f"r{before}", measured))
        columns = tuple(self._headings({(n, m): (row, column) for n, row in enumerate(header) for m, column in enumerate(inner)}, "c0"))
        if not height:
            if len(spans) > 1:
                raise self.unclear(body[0], "各列上边没有标题")
            columns = (OfficeHeading("c1", "填写", 0, spans[0] - 1, True),)
        leaves, across = [row for row in rows if row.is_leaf], [column for column in columns if column.is_leaf]
        if len(across) != len(spans) or (labels and len(leaves) != len(body)):
            raise self.unclear(body[0], "填报格与上边、左边的标题对不齐")
        units: dict[str, str] = {}
        helps: dict[str, str] = {}
        remarks = (*(left[level] for level in measured), *self.columns[len(self.columns) - tail :])
        for (number, row), column in product(enumerate(body), remarks):
            if text := tidy(self.grid[row, column].text) if labels else "":
                (helps if heads[column].isdisjoint(UNIT_HEADINGS) else units)[leaves[number].key] = text
        corners = dict.fromkeys(tidy(self.grid[place].text) for place in product(header, left))
        return OfficeBlock(
            title=tidy(self.grid[part[0], self.columns[0]].text) if is_titled else "",
            corner="　".join(text for text in corners if text and not MARK.fullmatch(text)) if height else "项目",
            rows=rows,
            columns=columns,
            figures={
                (row, column.key): cell
                for row, cells in zip([leaf.key for leaf in leaves] or [""], lines, strict=True)
                for column, cell in zip(across, cells, strict=True)
            },
            spans=spans,
            has_header=bool(height),
            units=units,
            helps=helps,
        )

    def _headings(
        self, zone: Mapping[tuple[int, int], tuple[int, int]], first: str, measured: Set[int] = frozenset()
    ) -> Iterator[OfficeHeading]:
        """Yield the headings in a zone, given by level and line; keys begin with `first`, `measured` levels hold units of measure."""
        # an empty cell belongs to what stands above it, or beside it
        levels = max((level for level, _ in zone), default=-1) + 1
        owners: dict[tuple[int, int], OfficeCell] = {}
        for (level, line), place in sorted(zone.items()):
            cell = self.grid[place]
            if not cell.is_label:
                is_inside = any(self.grid[zone[deeper, line]].is_label for deeper in range(level + 1, levels))
                source = owners.get((level, line - 1) if is_inside else (level - 1, line))
                if source is None:
                    raise self.unclear(place[0], f"第 {place[1] + 1} 列应为标题，却是空的（标题和填报格不能混排）")
                cell = source
            owners[level, line] = cell

        def below(level: int, lines: range, parent: OfficeHeading | None) -> Iterator[OfficeHeading]:
            for number, (cell, group) in enumerate(groupby(lines, key=lambda line: owners[level, line]), 1):
                members = list(group)
                depth = max(deep for deep in range(level, levels) if owners[deep, members[0]] is cell)
                key = f"{parent.key}.{first[0]}{number}" if parent else f"{first[0]}{int(first[1:]) + number}"
                label, is_leaf = tidy(cell.text), depth == levels - 1
                is_mark = parent and is_leaf and (MARK.fullmatch(label) or depth in measured)
                name = default_name(parent.label) if parent and is_mark else None
                heading = OfficeHeading(key, label, members[0], members[-1], is_leaf, name)
                yield heading
                if not is_leaf:
                    yield from below(depth + 1, range(members[0], members[-1] + 1), heading)

        if levels:
            yield from below(0, range(max(line for _, line in zone) + 1), None)
