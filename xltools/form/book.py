"""Plans the workbook of a form: which cell of which sheet holds each thing. Writers, reader and findings all ask here."""

import re
import zlib
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache, reduce
from typing import NamedTuple

from xltools.form.definition import BreakdownSlot, Form, Section
from xltools.form.layout import TableLayout, lay_out
from xltools.form.relations import Relation
from xltools.numerals import grouped

GUIDE, UNIT_SHEET, CHECKS = "填报说明", "基本信息", "校验"

# The columns of 基本信息, of the prose sheets and of 校验, counted from 0; Check, as Review below, is the number of each.
LABEL_COLUMN, TEXT_COLUMN, HELP_COLUMN = 0, 1, 2
PARAGRAPH_NUMBER, PARAGRAPH, AMOUNT = 0, 1, 2
CHECK_COLUMNS = ("序号", "检查内容", "位置", "等号左边", "等号右边", "差额", "结果", "依据或口径", "说明", "说明时的差额", "公布数")
Check = IntEnum("Check", "NUMBER WHAT WHERE LEFT RIGHT DIFFERENCE RESULT BASIS EXPLANATION EXCUSED PUBLISHED", start=0)
CHECKS_TOP = 4  # the row of the first line of 校验, below its header

REVIEW = "审核意见"  # the sheet that `check --annotate` adds behind 校验; no part of the form
REVIEW_COLUMNS = ("编号", "严重程度", "规则代码", "位置", "问题", "依据或口径", "起因（编号）", "说明", "标识", "说明时的差额")
Review = IntEnum("Review", "ID SEVERITY CODE WHERE PROBLEM BASIS CAUSE EXPLANATION KEY STAKE", start=0)
REVIEW_TOP = 4  # the row of its first finding, below its header

SOURCES = "汇总来源"  # the sheet of a sum of reports that tells what it is the sum of, behind 校验; no part of the form
SOURCE_COLUMNS = ("情况", "单位", "日期", "文件", "说明", "涉及的格", "内容标识", "随哪一份汇总")
SOURCE_TOP = 4  # the row of its first line, below its header

UNREAD = "未识别"  # what 校验 says of a cell that could not be read from the file that the workbook was made of, until somebody fills it in
BLANK_PUBLISHED = "空白"  # what stands in 校验 for a total that was published blank
CAPTION_GAP = "　"

IDENTITY = re.compile(r"表式：(?P<form>[\w.-]+)　版次：(?P<version>\d+)　(?:识别码|版式指纹)：(?P<fingerprint>[0-9a-f]{8})")
ALL_ROWS = 2**20
TABLE_TOP = 1  # the row of a table sheet where the official table begins, below the title and the verdict


class Place(NamedTuple):
    """A cell of the workbook; row and column count from 0."""

    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        """Return the cell's address within its sheet: `D5`."""
        return address(self.row, self.column)

    @property
    def quoted(self) -> str:
        """Return the cell as messages name it: `“校验”D5`."""
        return f"“{self.sheet}”{self.address}"

    @property
    def reference(self) -> str:
        """Return the cell's absolute reference in a formula on any sheet: `'校验'!$D$5`."""
        return f"'{self.sheet}'!${column_name(self.column)}${self.row + 1}"


@lru_cache(maxsize=4096)
def address(row: int, column: int) -> str:
    """Return the address of a cell counted from 0: `D5`."""
    return f"{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    """Return the letters of a column counted from 0: `A`, `AB`."""
    return (column_name(column // 26 - 1) if column > 25 else "") + chr(65 + column % 26)


@lru_cache
def column_number(name: str) -> int:
    """Return the number of a column, counted from 1: 1 for `A`, 28 for `AB`."""
    return reduce(lambda number, letter: number * 26 + ord(letter) - 64, name, 0)


class TableSheet(NamedTuple):
    """An official table on its sheet, below the section's title and the verdict."""

    section: Section
    layout: TableLayout


class TextArea(NamedTuple):
    """The rows of a section's prose: a line with its title, then one row for each paragraph."""

    section: Section
    title: Place
    paragraphs: tuple[Place, ...]

    @property
    def caption(self) -> str:
        """Return the title, with the help where there is one."""
        return f"{self.section.title}{CAPTION_GAP}{self.section.help}" if self.section.help else self.section.title


class BreakdownArea(NamedTuple):
    """A breakdown table: a title line, label and unit, the total, a row for each part, their sum; `number` counts from 1."""

    number: int
    slot: BreakdownSlot
    title: Place
    label: Place
    unit: Place
    total: Place
    names: tuple[Place, ...]
    amounts: tuple[Place, ...]
    sum: Place

    @property
    def title_text(self) -> str:
        """Return the name of the table: `分项表1`."""
        return f"分项表{self.number}"

    @property
    def labels(self) -> dict[Place, str]:
        """Return the locked labels by their place."""
        header = self.total.row + 1
        return {
            self.title: f"{self.title_text}{CAPTION_GAP}正文写明总数和各分项的，填在这里校验；没有的不填。",
            Place(self.label.sheet, self.label.row, PARAGRAPH_NUMBER): "名称",
            Place(self.total.sheet, self.total.row, PARAGRAPH_NUMBER): "总数",
            Place(self.total.sheet, self.total.row, PARAGRAPH): "正文中所说的总数（上一行右侧填单位）",
            Place(self.total.sheet, header, PARAGRAPH_NUMBER): "序号",
            Place(self.total.sheet, header, PARAGRAPH): "分项名称",
            Place(self.total.sheet, header, AMOUNT): "数量",
            Place(self.sum.sheet, self.sum.row, PARAGRAPH_NUMBER): "合计",
        }


class CheckLine(NamedTuple):
    """A line of 校验: a relation, or the sum of a breakdown. `id` is what explanations are kept by."""

    id: str
    row: int
    relation: Relation | None
    breakdown: BreakdownArea | None
    where: str  # the sheet that it speaks of
    columns: tuple[int, ...] = tuple(range(len(CHECK_COLUMNS)))  # where each of CHECK_COLUMNS stands in 校验

    @property
    def what(self) -> str:
        """Return what the line compares, in words; a long sum is shortened."""
        return self.relation.what if self.relation else f"{self.breakdown.title_text if self.breakdown else ''}：总数＝各分项之和"

    @property
    def basis(self) -> str:
        """Return the source of the relation."""
        source = self.relation or (self.breakdown and self.breakdown.slot)
        return source.basis if source else ""

    def place(self, column: int) -> Place:
        """Return the line's cell in a column of 校验."""
        return Place(CHECKS, self.row, self.columns[column])


@dataclass(frozen=True, eq=False, repr=False)
class Book:
    """The workbook of a form."""

    form: Form
    sheets: tuple[str, ...]
    identity: Place
    details: dict[str, Place]
    texts: dict[str, TextArea]
    breakdowns: tuple[BreakdownArea, ...]
    tables: dict[str, TableSheet]
    figures: dict[str, Place]
    checks: tuple[CheckLine, ...]

    @property
    def known_sheets(self) -> tuple[str, ...]:
        """Return the sheets that a workbook of this form may have."""
        return (*self.sheets, REVIEW, SOURCES)

    @cached_property
    def inputs(self) -> frozenset[Place]:
        """Return the unlocked cells."""
        return frozenset().union(
            self.details.values(),
            *(area.paragraphs for area in self.texts.values()),
            *((area.label, area.unit, area.total, *area.names, *area.amounts) for area in self.breakdowns),
            (self.figures[figure.id] for figure in self.form.inputs),
            (line.place(column) for line in self.checks for column in (Check.EXPLANATION, Check.EXCUSED)),
        )

    @cached_property
    def labels(self) -> dict[Place, str]:
        """Return the locked cells that tell what their neighbours mean, and their text."""
        labels = {Place(UNIT_SHEET, self.details[detail.key].row, LABEL_COLUMN): detail.caption for detail in self.form.details}
        labels |= {area.title: area.caption for area in self.texts.values()}
        labels |= {place: text for area in self.breakdowns for place, text in area.labels.items()}
        for table in self.tables.values():
            labels |= {Place(table.section.sheet, TABLE_TOP + cell.row, cell.column): cell.text for cell in table.layout.headings}
        labels |= {Place(CHECKS, CHECKS_TOP - 1, column): text for column, text in enumerate(CHECK_COLUMNS)}
        labels |= {line.place(Check.WHAT): line.what for line in self.checks}
        return labels

    @cached_property
    def ends(self) -> dict[str, tuple[int, int]]:
        """Return the first row and the first column of each sheet that are not the form's; below prose and tables hints may stand."""
        planned = grouped((place.sheet, place.row) for place in (*self.labels, *self.inputs))
        rows = {sheet: max(planned.get(sheet, [0])) + 1 for sheet in self.sheets}
        tables = {table.section.sheet: (TABLE_TOP + table.layout.rows, table.layout.columns) for table in self.tables.values()}
        texts = {area.title.sheet: (rows[area.title.sheet] + 1, AMOUNT + 1) for area in self.texts.values()}
        lists = {GUIDE: (ALL_ROWS, LABEL_COLUMN + 1), CHECKS: (ALL_ROWS, len(CHECK_COLUMNS))}
        return {**lists, UNIT_SHEET: (rows[UNIT_SHEET], HELP_COLUMN + 1), **texts, **tables}

    @cached_property
    def fingerprint(self) -> str:
        """Return eight hexadecimal digits that change when any position, label or relation does."""
        parts = [
            repr((self.sheets, self.details, self.figures, self.labels)),
            repr([area.paragraphs for area in self.texts.values()]),
            repr([(area.names, area.amounts) for area in self.breakdowns]),
            repr([(line.id, line.row, line.relation and line.relation.figures) for line in self.checks]),
        ]
        return f"{zlib.crc32(chr(10).join(parts).encode()):08x}"

    @property
    def identity_text(self) -> str:
        """Return the text of the identity cell, by which the reader knows form and version."""
        return f"表式：{self.form.id}　版次：{self.form.version}　识别码：{self.fingerprint}　（{self.form.edition}）"


def breakdown_id(number: int) -> str:
    """Return the id that explanations of a breakdown are kept by; `number` counts from 1 in the order of the workbook."""
    return f"breakdown:{number}"


@lru_cache(maxsize=8)
def plan_book(form: Form) -> Book:
    """Plan the workbook of a form; done once per form."""
    sheets = tuple(dict.fromkeys([GUIDE, UNIT_SHEET, *(section.sheet for section in form.sections), CHECKS]))
    texts: dict[str, TextArea] = {}
    breakdowns: list[BreakdownArea] = []
    for sheet in sheets:
        row = 1
        for section in (section for section in form.texts if section.sheet == sheet):
            paragraphs = tuple(Place(sheet, row + 1 + number, PARAGRAPH) for number in range(section.paragraphs))
            texts[section.key] = TextArea(section, Place(sheet, row, LABEL_COLUMN), paragraphs)
            row += section.paragraphs + 2
            for slot in (slot for slot in form.breakdowns if slot.section == section.key):
                breakdowns.append(_breakdown_area(len(breakdowns) + 1, slot, sheet, row))
                row += slot.parts + 6
    tables = {table.key: TableSheet(form.section_of_table[table.key], lay_out(table)) for table in form.tables}
    placed = ((table.section.sheet, id, cell) for table in tables.values() for id, cell in table.layout.figures.items())
    figures = {id: Place(sheet, TABLE_TOP + cell.row, cell.column) for sheet, id, cell in placed}
    lines = [CheckLine(relation.id, 0, relation, None, tables[relation.table].section.sheet) for relation in form.relations]
    lines += [CheckLine(breakdown_id(area.number), 0, None, area, area.title.sheet) for area in breakdowns]
    return Book(
        form=form,
        sheets=sheets,
        identity=Place(GUIDE, 1, 0),
        details={detail.key: Place(UNIT_SHEET, 2 + number, TEXT_COLUMN) for number, detail in enumerate(form.details)},
        texts=texts,
        breakdowns=tuple(breakdowns),
        tables=tables,
        figures={id: figures[id] for id in form.figures},
        checks=tuple(line._replace(row=row) for row, line in enumerate(lines, start=CHECKS_TOP)),
    )


def _breakdown_area(number: int, slot: BreakdownSlot, sheet: str, row: int) -> BreakdownArea:
    parts = range(row + 4, row + 4 + slot.parts)
    return BreakdownArea(
        number=number,
        slot=slot,
        title=Place(sheet, row, LABEL_COLUMN),
        label=Place(sheet, row + 1, PARAGRAPH),
        unit=Place(sheet, row + 1, AMOUNT),
        total=Place(sheet, row + 2, AMOUNT),
        names=tuple(Place(sheet, r, PARAGRAPH) for r in parts),
        amounts=tuple(Place(sheet, r, AMOUNT) for r in parts),
        sum=Place(sheet, row + 4 + slot.parts, AMOUNT),
    )
