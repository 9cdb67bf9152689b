"""Finds the paragraphs and breakdown tables of a workbook by the titles above them, wherever they stand."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from operator import itemgetter

from xltools.form.book import CAPTION_GAP, LABEL_COLUMN, PARAGRAPH, Book, BreakdownArea, Place, TextArea
from xltools.numerals import is_blank
from xltools.readers.workbook.located import squeeze
from xltools.readers.workbook.sheets import Sheets, cell_text
from xltools.report.origin import Remark

BREAKDOWN = re.compile(r"分项表(\d+)")
NAME, TOTAL, HEADER, SUM = LINES = ("名称", "总数", "序号", "合计")
PART, COUNT = "分项名称", "数量"  # what stands in front of the lines of a breakdown table, and over its columns


@dataclass(frozen=True, slots=True)
class FoundProse:
    """The areas of a file's prose: of sections by key, of breakdown tables by number; `unplaced` are texts below no title that is known."""

    texts: dict[str, TextArea]
    breakdowns: dict[int, BreakdownArea]
    unplaced: list[Remark]


@dataclass(frozen=True, slots=True)
class _Block:
    """A title, "" where it is gone, and the numbers of the rows below it, each with what stands in front of it."""

    title: str
    place: Place
    rows: list[tuple[int, str]] = field(default_factory=list)


def find_prose(book: Book, sheets: Sheets) -> FoundProse:
    """Return the areas of prose and the breakdown tables that a file has."""
    titles = {squeeze(title): key for key, area in book.texts.items() for title in (*area.section.also, area.section.title)}
    tables = {area.number: area for area in book.breakdowns}
    found = FoundProse({}, {}, [])
    known = set(book.labels.values())
    for sheet in dict.fromkeys(area.title.sheet for area in book.texts.values()):
        for block in _blocks(sheets, sheet):
            key, number = titles.get(block.title), BREAKDOWN.fullmatch(block.title)
            table = tables.get(int(number[1])) if number else None
            if key and key not in found.texts and block.rows:
                cells = tuple(_text_place(sheets, sheet, row) for row, _ in block.rows)
                found.texts[key] = TextArea(book.texts[key].section, block.place, cells)
            elif table and table.number not in found.breakdowns and (placed := _breakdown(table, block, sheets)):
                found.breakdowns[table.number] = placed
            else:
                found.unplaced.extend(_texts(block, sheets, known))
    return found


def _blocks(sheets: Sheets, sheet: str) -> list[_Block]:
    """Return a sheet's titles, each with the rows below it. The numbers of paragraphs that begin anew tell of a title that is gone."""
    blocks = [_Block("", Place(sheet, 0, LABEL_COLUMN))]
    last = 0
    for number, row in enumerate(sheets.rows(sheet)):
        front = cell_text(row[LABEL_COLUMN]) if row else ""
        label = squeeze(front.partition(CAPTION_GAP)[0])
        order = int(label) if label.isdecimal() else 0
        in_table = BREAKDOWN.fullmatch(blocks[-1].title) is not None
        if label and not order and not (in_table and label in LINES):
            blocks.append(_Block(label, Place(sheet, number, LABEL_COLUMN)))
            last = 0
            continue
        if order == 1 and last > 1 and not in_table:
            blocks.append(_Block("", Place(sheet, number, LABEL_COLUMN)))
        last = order or last
        if label or sheets.at(_text_place(sheets, sheet, number)) != "":
            blocks[-1].rows.append((number, label))
    return blocks


def _text_place(sheets: Sheets, sheet: str, row: int) -> Place:
    """Return the cell of a row's text: the first one that is filled behind the label, whatever columns have been put between them."""
    cells = enumerate(sheets.row(Place(sheet, row, PARAGRAPH)))
    return Place(sheet, row, next((column for column, cell in cells if column >= PARAGRAPH and not is_blank(cell_text(cell))), PARAGRAPH))


def _breakdown(table: BreakdownArea, block: _Block, sheets: Sheets) -> BreakdownArea | None:
    """Return where a breakdown table stands in a file, None where one of its lines is gone."""
    rows = {label: row for row, label in reversed(block.rows) if label in LINES}
    if [label for label, _ in sorted(rows.items(), key=itemgetter(1))] != list(LINES):
        return None
    sheet = block.place.sheet
    header = [cell_text(cell) for cell in sheets.row(Place(sheet, rows[HEADER], LABEL_COLUMN))]
    if not {PART, COUNT} <= set(header):
        return None
    name, amount = header.index(PART), header.index(COUNT)
    parts = [row for row in range(rows[TOTAL] + 1, rows[SUM]) if row != rows[HEADER]]
    return table._replace(
        title=block.place,
        label=Place(sheet, rows[NAME], name),
        unit=Place(sheet, rows[NAME], amount),
        total=Place(sheet, rows[TOTAL], amount),
        names=tuple(Place(sheet, row, name) for row in parts),
        amounts=tuple(Place(sheet, row, amount) for row in parts),
        sum=Place(sheet, rows[SUM], amount),
    )


def _texts(block: _Block, sheets: Sheets, known: Container[str]) -> Iterator[Remark]:
    """Yield the texts of a block that has no place in the form, without labels that are known."""
    for row, _ in block.rows:
        place = _text_place(sheets, block.place.sheet, row)
        if (text := cell_text(sheets.at(place))) and text not in known:
            yield Remark(f"{place.sheet}第{row + 1}行：{text}")
