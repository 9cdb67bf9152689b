"""Finds where things stand by their labels: in a workbook of another version of its form, or one whose rows or columns were moved."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from xltools.form.book import CHECK_COLUMNS, CHECKS, GUIDE, LABEL_COLUMN, REVIEW, UNIT_SHEET, Book, Check, CheckLine, Place, TableSheet
from xltools.numerals import understand
from xltools.readers.published.recognition import recognise
from xltools.readers.published.source import Source
from xltools.readers.workbook.facts import BookFacts
from xltools.readers.workbook.grids import table_rows
from xltools.readers.workbook.located import FORMER_CHECKS, MOVED, NOWHERE, Located, header_columns, moved_totals, squeeze
from xltools.readers.workbook.prose_areas import find_prose
from xltools.readers.workbook.sheets import Sheets, cell_text
from xltools.report.origin import Publication, Remark

NOT_FOUND = "没有找到这一格的行名或列名。"
BY_ORDER = "有{count}行的行名与统一格式不同，按前后各行的次序识别：{rows}。"


def locate_by_labels(book: Book, sheets: Sheets, facts: BookFacts, why: str) -> Located:
    """Return where the things of a form stand by their labels, and what stands in the file that the form has no place for."""
    figures, doubts = _find_figures(book, sheets, facts)
    prose = find_prose(book, sheets)
    details = _find_details(book, sheets)
    checks = {line.id: line for line in _find_checks(book, sheets)}
    found = replace(
        book,
        figures={id: figures.get(id, place) for id, place in book.figures.items()},
        texts=book.texts | prose.texts,
        breakdowns=tuple(prose.breakdowns.get(area.number, area) for area in book.breakdowns),
        details=book.details | details,
        checks=tuple(checks.get(line.id, line) for line in book.checks),
    )
    breakdowns = tuple(area for area in found.breakdowns if area.number in prose.breakdowns)
    labels = {squeeze(cell.text) for table in book.tables.values() for cell in table.layout.headings if cell.text}
    swapped = (place.sheet for place in found.figures.values() if squeeze(str(sheets.at(place))) in labels)
    # figures have moved without their labels: totals are gone, or a label stands in a figure's cell
    displaced = frozenset((*(change.place.sheet for change in moved_totals(found, sheets, facts)), *swapped))
    unread = {
        id: MOVED if id in figures else NOT_FOUND for id, place in found.figures.items() if id not in figures or place.sheet in displaced
    }
    extra = _left_over(found, sheets, figures.values())
    return Located(
        book=found,
        unread=unread,
        lost={key: "没有找到这一部分的标题。" for key in book.texts if key not in prose.texts},
        details=frozenset(details),
        breakdowns=breakdowns,
        checks=tuple(checks.values()),
        by_labels=why,
        publication=Publication(extra_rows=tuple(extra), doubts=doubts, unplaced=tuple(prose.unplaced)),
    )


def _find_figures(book: Book, sheets: Sheets, facts: BookFacts) -> tuple[dict[str, Place], tuple[Remark, ...]]:
    """Return the cells of the figures, found by the shift of their table, else by its content, and what is doubtful of them."""
    figures: dict[str, Place] = {}
    others: list[str] = []
    for key, table in book.tables.items():
        if shift := next(_shifts(table, sheets), None):
            down, right = shift
            cells = table.layout.figures.items()
            figures |= {id: Place(table.section.sheet, cell.row + down, cell.column + right) for id, cell in cells}
        else:
            others.append(key)
    if not others:
        return figures, ()
    used = {GUIDE, UNIT_SHEET, CHECKS, REVIEW, *(area.title.sheet for area in book.texts.values()), *(at.sheet for at in figures.values())}
    names = [name for name in sheets.names if name not in used]
    recognised = recognise(Source("sheet", tuple(table_rows(sheets, facts, names))), (book.form,), None)
    figures |= {
        id: Place(value.spot.sheet, value.spot.row - 1, value.spot.column - 1)
        for id, value in recognised.values.items()
        if book.form.figures[id].table in others and value.spot.column and not value.merged
    }
    matches = [match for match in recognised.by_order if match.wanted.ids[0].partition(".")[0] in others]
    rows = "、".join(f"“{match.wanted.name}”" for match in matches)
    ids = tuple(id for match in matches for id in match.wanted.ids if id in book.form.figures)
    return figures, (Remark(BY_ORDER.format(count=len(matches), rows=rows), figures=ids),) if matches else ()


def _shifts(table: TableSheet, sheets: Sheets) -> Iterator[tuple[int, int]]:
    """Yield the cell at which a table begins on its sheet, if all its labels stand from there as the layout has them."""
    labels = [(cell.row, cell.column, squeeze(cell.text)) for cell in table.layout.headings if squeeze(cell.text)]
    texts = {(at.row, at.column): squeeze(cell) for at, cell in sheets.cells(table.section.sheet) if isinstance(cell, str)}
    for (row, column), text in texts.items() if labels else ():
        down, right = row - labels[0][0], column - labels[0][1]
        if text == labels[0][2] and all(texts.get((down + r, right + c)) == label for r, c, label in labels):
            yield down, right


def _find_details(book: Book, sheets: Sheets) -> dict[str, Place]:
    """Return the cells of the details of the unit; what stands in brackets behind a label does not count."""
    keys = {squeeze(detail.label): detail.key for detail in book.form.details}
    found: dict[str, Place] = {}
    for place, cell in sheets.cells(UNIT_SHEET):
        key = keys.get(squeeze(str(cell).partition("（")[0]))
        if place.column == LABEL_COLUMN and key:
            found.setdefault(key, place._replace(column=book.details[key].column))
    return found


def _find_checks(book: Book, sheets: Sheets) -> Iterator[CheckLine]:
    """Yield the lines of 校验 that the file has, by what they compare, with its columns; version 0.1 had the names there that prose uses."""
    axes = [axis for table in book.form.tables for block in table.blocks for axis in (block.rows, block.columns)]
    former = {node.shown: node.name for axis in axes for node in axis.nodes}
    names = re.compile("|".join(map(re.escape, sorted(former, key=len, reverse=True))))
    lines = {key: line for line in book.checks for key in (squeeze(names.sub(lambda name: former[name[0]], line.what)), squeeze(line.what))}
    columns: tuple[int, ...] = ()
    for number, row in enumerate(sheets.rows(CHECKS)):
        if not columns:
            found = header_columns(row, CHECK_COLUMNS, FORMER_CHECKS)
            columns = found if found[Check.WHAT] < NOWHERE else ()
        elif line := lines.pop(squeeze(cell_text(row[columns[Check.WHAT]])), None):
            yield line._replace(row=number, columns=columns)


def _left_over(book: Book, sheets: Sheets, placed: Iterable[Place]) -> Iterator[Remark]:
    """Yield the rows of tables with numbers in cells that are no figure of the form, nor one of its labels."""
    known = set(placed)
    labels = {squeeze(text) for text in book.labels.values()}
    for sheet in dict.fromkeys(place.sheet for place in known):
        rows: dict[int, str] = {}
        for place, cell in sheets.cells(sheet):
            text = squeeze(cell_text(cell))
            if place not in known and text not in labels and understand(text) is not None:
                rows[place.row] = " ".join(cell_text(cell) for cell in sheets.rows(sheet)[place.row] if cell != "")
        yield from (Remark(f"{sheet}第{row + 1}行：{content}") for row, content in rows.items())
