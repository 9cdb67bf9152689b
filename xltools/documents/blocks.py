"""The finished report as blocks and cells, the same for every format: title, headings, paragraphs, tables and how wide their columns are."""

import math
import re
from collections.abc import Iterator, Mapping
from itertools import product, zip_longest
from pathlib import Path
from typing import NamedTuple

from xltools.documents.skeleton import TOPIC_NUMBER, TYPED, UNPRINTABLE, clean, render_skeleton
from xltools.errors import FormError
from xltools.form.layout import LayoutCell, TableLayout, lay_out
from xltools.numerals import COUNTING, is_number, show
from xltools.report.filled import UNREAD_MARK, Report


class HeadingBlock(NamedTuple):
    """The title of the report (level 0), or the heading of a section (1) or of a topic within it (2 and 3)."""

    level: int
    text: str


class ParagraphBlock(NamedTuple):
    """A paragraph of prose; so many characters at its beginning, its `lead`, are set like the heading of a topic."""

    text: str
    lead: int = 0


class SignatureBlock(NamedTuple):
    """A line of the signature at the end, 落款: the unit, or the date."""

    text: str


class TableBlock(NamedTuple):
    """The place of an official table."""

    table: str


DRAFT_MARK = "草稿"  # what marks every page of a draft
INCOMPLETE_MARK = "〔不全〕"  # what stands behind a sum that lacks some unit's number

Block = HeadingBlock | ParagraphBlock | SignatureBlock | TableBlock

HEADING = re.compile(r"(?:#+\s+)*(#{1,4})\s+(.*)")  # with marks of its own, of which heading("…") brings the ones that count
SIGNATURE = re.compile(r">\s*(.*)")
DATE = re.compile(r"(?:\d{4}|[〇○零一二三四五六七八九]{4})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日$")
SIGNED_BY = re.compile(r"[^。，；：、！？,;:!?\d]{2,30}")  # the name of a unit
TABLE = re.compile(r"\|\s*(.+?)\s*\|")
TOPIC = 2  # the level of a heading numbered （一）, below which stand those numbered 1.
ITEM_NUMBER = re.compile(r"\d{1,2}\s*[.．、]\s*(?!\d)")
NAME = re.compile(r"[^。；：，！？;:,!?]{1,27}")  # 工作中存在的主要问题: short, and not a sentence
SENTENCE_NAME = re.compile(r"[^。；：！？;:!?\d]{1,32}。?")  # 强化组织领导，健全工作机制。
LEAD = re.compile(r"[^。；：！？;:!?\d]{1,32}。(?=.)")


def compose(report: Report) -> tuple[Block, ...]:
    """Return the blocks of the finished report. Raise FormError where the skeleton is broken, or a table is not there or stands already."""
    path, text = render_skeleton(report)
    blocks = [_block(line.strip(), report, path) for line in text.split("\n") if line.strip().strip(f"{TYPED}>").strip()]
    tables = [block.table for block in blocks if isinstance(block, TableBlock)]
    if twice := [table for table in tables if tables.count(table) > 1]:  # a page knows its tables by their names
        raise FormError(path, "表写了不止一次", table=twice[0])
    return tuple(_with_signature([*_with_subheadings(_without_empty_topics(blocks))]))


def _block(line: str, report: Report, path: Path) -> Block:
    text = UNPRINTABLE.sub("", line).strip()  # TYPED, and what a skeleton may have written
    if line.startswith(TYPED):
        return ParagraphBlock(text)
    if found := HEADING.fullmatch(line):
        return HeadingBlock(len(found[1]) - 1, UNPRINTABLE.sub("", found[2]).strip())
    if found := TABLE.fullmatch(text):
        if found[1] not in {table.key for table in report.form.tables}:
            raise FormError(path, "表不存在", table=found[1])
        return TableBlock(found[1])
    if found := SIGNATURE.fullmatch(text):
        return SignatureBlock(found[1])
    return ParagraphBlock(text)


def _without_empty_topics(blocks: list[Block]) -> list[Block]:
    """Return the blocks without headings of level 2 and 3 that nothing stands under; a section's heading always stands."""
    kept: list[Block] = []
    for block in reversed(blocks):
        if isinstance(block, HeadingBlock) and block.level > 1:
            below = kept[-1] if kept else None
            if below is None or (isinstance(below, HeadingBlock) and below.level <= block.level):
                continue
        kept.append(block)
    return kept[::-1]


def _with_signature(blocks: list[Block]) -> list[Block]:
    """Return the blocks with the unit and the date that staff typed below their last paragraph, or published there, as the signature."""
    last = blocks[-1] if blocks else None
    if not isinstance(last, ParagraphBlock) or not DATE.search(last.text):
        return blocks
    own_line = DATE.fullmatch(last.text)
    above = blocks[-2] if own_line else None
    names = [above] if isinstance(above, ParagraphBlock) and SIGNED_BY.fullmatch(above.text) else []
    if not own_line and not SIGNED_BY.fullmatch(DATE.sub("", last.text).strip()):
        return blocks
    signed = [SignatureBlock(block.text) for block in (*names, last)]
    return [*blocks[: -len(signed)], *signed]


def _with_subheadings(blocks: list[Block]) -> Iterator[Block]:
    """Yield the blocks: headings that staff typed among their prose as headings, the topics of a section numbered without a gap."""
    within = depth = 0  # the level of the form's last heading, and of the last heading at all
    topics: int | None = None  # since the section began; not known where staff numbered some in another way
    for block, after in zip_longest(blocks, blocks[1:]):
        if isinstance(block, ParagraphBlock):
            topics = None if within < TOPIC and ITEM_NUMBER.match(block.text) else topics
            block = _subheading(block, within, depth, after)
        elif isinstance(block, HeadingBlock):
            within = block.level
            own = TOPIC_NUMBER.match(block.text)
            if block.level == TOPIC and own and topics is not None and topics < len(COUNTING):  # those before it may have been left out
                block = HeadingBlock(TOPIC, f"（{COUNTING[topics]}）{block.text[own.end() :]}")
        if isinstance(block, HeadingBlock):
            depth = block.level
            topics = 0 if depth < TOPIC else None if topics is None else topics + (depth == TOPIC)
        yield block


def _subheading(block: ParagraphBlock, within: int, depth: int, after: Block | None) -> Block:
    """Return what a paragraph is by its number: a heading, a paragraph whose first sentence is set as one, or just a paragraph."""
    text, below = block.text, after.text if isinstance(after, ParagraphBlock) else ""
    if within < TOPIC and (found := TOPIC_NUMBER.match(text)):
        name = text[found.end() :]
        if NAME.fullmatch(name) or (SENTENCE_NAME.fullmatch(name) and below and not TOPIC_NUMBER.match(below)):
            return HeadingBlock(TOPIC, text)
        if lead := LEAD.match(name):
            return ParagraphBlock(text, found.end() + lead.end())
    elif depth >= TOPIC and (found := ITEM_NUMBER.match(text)) and NAME.fullmatch(text[found.end() :]):
        return HeadingBlock(TOPIC + 1, text) if below and not ITEM_NUMBER.match(below) else block
    return block


FEW_COLUMNS = 6  # a table with more columns is set in smaller type
SHORT_TABLE, PAGE_TABLE = 16, 34  # the most rows that are kept on one page, and that have a page of their own
FIGURE_ROOMS = (3.0, 2.0)  # what a column of figures should hold, in Chinese characters of two digits each: rather six digits than four
WRITTEN_ROOM = 3  # how many times that is the room of a column of words
LABEL_LINES = range(1, 6)
MERGED_LINES, HEADING_LINES = 3, 2  # the lines that a label over several rows, and a column's heading, may always take


class Slot(NamedTuple):
    """What stands at one place of a row: a cell in its own row, a later row of a merged cell, or nothing."""

    span: int
    cell: LayoutCell | None
    first: bool = True

    def text(self, shown: Mapping[str, str]) -> str:
        """Return what is printed there; `shown` says what stands in the cell of each figure."""
        if self.cell is None or not self.first:
            return ""
        return shown[self.cell.figure] if self.cell.figure else self.cell.text


def slots(layout: TableLayout, row: int) -> Iterator[Slot]:
    """Yield the slots of a row from left to right; places that no cell covers are filled with empty ones."""
    column = 0
    covering = (cell for cell in layout.cells if cell.row <= row < cell.row + cell.rowspan)
    for cell in sorted(covering, key=lambda cell: cell.column):
        yield from (Slot(1, None) for _ in range(column, cell.column))
        yield Slot(cell.colspan, cell, first=cell.row == row)
        column = cell.column + cell.colspan
    yield from (Slot(1, None) for _ in range(column, layout.columns))


def fills_a_page(layout: TableLayout) -> bool:
    """Tell whether a table has a page of its own: one that would break over two pages and fits on one."""
    return SHORT_TABLE < layout.rows <= PAGE_TABLE


def begins_a_page(report: Report, before: Block | None, after: Block | None) -> bool:
    """Tell whether the heading between two blocks begins a page: that of a table which has one of its own, unless there is but a title above."""
    return isinstance(after, TableBlock) and fills_a_page(layout_of(report, after)) and not isinstance(before, HeadingBlock)


def even_lines(text: str, room: float) -> int:
    """Return how many characters each line should hold, at most `room`: lines are equal, and even where the text is, as most words are."""
    each = math.ceil(len(text) / math.ceil(len(text) / max(math.floor(room), 1)))
    return each - 1 if len(text) > each > 2 and each % 2 and not len(text) % 2 and text.isalpha() else each


def layout_of(report: Report, block: TableBlock) -> TableLayout:
    """Return the layout of the table that stands at a block."""
    return lay_out(next(table for table in report.form.tables if table.key == block.table))


def shown_figures(report: Report, layout: TableLayout) -> dict[str, str]:
    """Return what is printed in the cell of each figure of a table."""
    values = {id: UNREAD_MARK if report.is_unread(id) else report.shown(id) for id in layout.figures}
    lacking = {id for lack in report.lacks for id in lack.figures}
    marks = {id: INCOMPLETE_MARK for id in layout.figures if not lacking.isdisjoint(report.sources(id))} if lacking else {}
    shown = {id: clean(value) if isinstance(value, str) else "" if value is None else show(value) for id, value in values.items()}
    return {id: text + marks.get(id, "") if is_number(values[id]) else text for id, text in shown.items()}


def draft_notes(report: Report) -> tuple[str, ...]:
    """Return what a draft of a sum of reports says of what is lacking in it."""
    return tuple(f"{DRAFT_MARK}：汇总数不全。{lack.what}" for lack in report.lacks)


def column_widths(layout: TableLayout, total: int, em: int, padding: int) -> list[int]:
    """Return the widths of columns, `total` together, so that labels wrap little, by those of a character and of what a cell keeps free."""
    for room, lines in product(FIGURE_ROOMS, LABEL_LINES):
        wishes = [math.ceil(wish * em) + padding for wish in _wishes(layout, room, lines)]
        if sum(wishes) <= total:
            return _widened(wishes, total, layout)
    return _widened([0] * layout.columns, total, layout)


def is_wide(layout: TableLayout, total: int, em: int, padding: int) -> bool:
    """Tell whether the columns of a table do not fit on an upright page, `total` wide, however often labels wrap."""
    return sum(math.ceil(wish * em) + padding for wish in _wishes(layout, FIGURE_ROOMS[-1], LABEL_LINES[-1])) > total


def _wishes(layout: TableLayout, room: float, lines: int) -> list[float]:
    """Return the characters that each column should hold for labels to take no more than so many lines."""
    wishes = [room * WRITTEN_ROOM if column in layout.written else room for column in range(layout.columns)]
    for cell in (cell for cell in layout.headings if cell.colspan == 1):
        characters = sum(0.5 if char.isascii() else 1.0 for char in cell.text)
        # one more than the average line holds: lines break early, since no punctuation stands at the beginning of one
        wish = min(characters, math.ceil(characters / max(lines, min(cell.rowspan, MERGED_LINES))) + 1)
        wishes[cell.column] = max(wishes[cell.column], math.ceil(characters / HEADING_LINES) if cell.kind == "column" else wish)
    return wishes


def _widened(widths: list[int], total: int, layout: TableLayout) -> list[int]:
    """Return the widths, with what is left of `total` shared equally; in a list its only column has it where words are written."""
    if layout.written == {layout.label_columns} == {layout.columns - 1}:
        return [*widths[:-1], total - sum(widths[:-1])]
    each, rest = divmod(total - sum(widths), len(widths))
    return [width + each + (number < rest) for number, width in enumerate(widths)]
