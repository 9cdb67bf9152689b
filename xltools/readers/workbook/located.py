"""Tells where each thing of a form stands in a workbook: where the form's plan has it, unless locked cells there were changed."""

from collections.abc import Container, Iterator, Mapping, Sequence, Set
from itertools import zip_longest
from typing import NamedTuple

from xltools.form.book import CHECKS, LABEL_COLUMN, PARAGRAPH, UNIT_SHEET, Book, BreakdownArea, CheckLine, Place
from xltools.numerals import BLANKS, grouped, is_blank, list_some
from xltools.readers.workbook.facts import BookFacts
from xltools.readers.workbook.sheets import Content, Sheets, cell_text
from xltools.report.origin import Alteration, Publication, Remark

FORMER_CHECKS = ("序号", "检查内容", "位置", "左边", "右边", "差", "结果", "依据", "说明", "所说明的差", "原报告数")
FORMER_REVIEW = ("编号", "严重程度", "代码", "位置", "问题", "依据", "因何引起", "说明", "标识", "所说明的差")
"""The headers of 校验 and of 审核意见 as version 0.1 wrote them, in the order of CHECK_COLUMNS and REVIEW_COLUMNS."""
NOWHERE = 16_383  # stands for a column that a header lacks: no sheet that is read goes so far
MOVED, MISSING = "行列已移位，本表未识别。", "缺少工作表，本表未识别。"
PROSE_MOVED, PROSE_MISSING = "行列已移位，这一部分的文字未识别。", "缺少工作表，这一部分的文字未识别。"

LISTED = 3  # how many cells outside of the form a remark names
TOTALS = "合计的公式"  # stands for what the first total of a table should hold where all have moved


class Located(NamedTuple):
    """Where things stand in a workbook: `details`, `breakdowns` and `checks` are those that are read."""

    book: Book  # with a place for everything
    unread: Mapping[str, str]  # why figures are not read
    lost: Mapping[str, str]  # why sections are not
    details: frozenset[str]
    breakdowns: tuple[BreakdownArea, ...]
    checks: tuple[CheckLine, ...]
    displaced: frozenset[str] = frozenset()
    altered: tuple[Alteration, ...] = ()
    by_labels: str = ""  # why the plan was not followed
    publication: Publication = Publication()


def header_columns(cells: Sequence[Content], names: Sequence[str], former: Sequence[str]) -> tuple[int, ...]:
    """Return which cell of a header has each of these names, or the former name for it; NOWHERE for one that is missing."""
    texts = [squeeze(cell_text(cell)) for cell in cells]
    pairs = zip_longest(names, former[: len(names)], fillvalue="")
    return tuple(next((texts.index(name) for name in pair if name and name in texts), NOWHERE) for pair in pairs)


def locate_as_planned(book: Book, sheets: Sheets, facts: BookFacts) -> Located:
    """Return the places of the plan, without those on sheets whose rows or columns have moved or that are gone."""
    labels = (
        Alteration(place, expected, found)
        for place, expected in book.labels.items()
        if (raw := sheets.at(place)) != expected and place.sheet in sheets.names
        if squeeze(found := cell_text(raw)) != squeeze(expected)
    )
    altered = (*labels, *moved_totals(book, sheets, facts), *_lost_paragraphs(book, sheets))
    changes = {name: [change for change in altered if change.expected and change.place.sheet == name] for name in book.sheets}
    moved = {name for name, own in changes.items() if own and _is_displaced(book, sheets, name, own)}
    displaced = frozenset(name for name in book.sheets if name in moved or name not in sheets.names)
    lost = {key: area.title.sheet for key, area in book.texts.items() if area.title.sheet in displaced}
    return Located(
        book=book,
        unread={id: MOVED if place.sheet in sheets.names else MISSING for id, place in book.figures.items() if place.sheet in displaced},
        lost={key: PROSE_MOVED if sheet in sheets.names else PROSE_MISSING for key, sheet in lost.items()},
        details=frozenset(() if UNIT_SHEET in displaced else book.details),
        breakdowns=tuple(area for area in book.breakdowns if area.title.sheet not in displaced),
        checks=() if CHECKS in displaced else book.checks,
        displaced=displaced,
        altered=altered,
        publication=Publication(unplaced=tuple(_find_outside(book, sheets, displaced, {change.place for change in altered}))),
    )


def moved_totals(book: Book, sheets: Sheets, facts: BookFacts) -> Iterator[Alteration]:
    """Yield the first total of each sheet where all are blank, and its figures are gone, too, or numbers stand beside their places."""
    totals = grouped((book.figures[id].sheet, book.figures[id]) for id in book.form.definitions)
    for sheet, places in totals.items():
        held = facts.sheet(sheet).formulas.keys() | facts.sheet(sheet).errors.keys()
        if sheet in sheets.names and all(sheets.at(place) == "" and place.address not in held for place in places):
            known = set(book.figures.values())
            numbers = {place for place, cell in sheets.cells(sheet) if isinstance(cell, (int, float))}
            if numbers - known or not numbers:
                yield Alteration(places[0], TOTALS, "")


def _lost_paragraphs(book: Book, sheets: Sheets) -> Iterator[Alteration]:
    """Yield the texts beside paragraphs, and below a sheet's last place: rows inserted into an area that was full have pushed them out."""
    for place in (place for area in book.texts.values() for place in area.paragraphs):
        for column, cell in enumerate(sheets.row(place)[PARAGRAPH + 1 :], PARAGRAPH + 1):
            if cell != "" and not is_blank(found := cell_text(cell)):
                yield Alteration(place._replace(column=column), "", found)
    for sheet in dict.fromkeys(area.title.sheet for area in book.texts.values()):
        end = book.ends[sheet][0] - 1
        for number, row in enumerate(sheets.rows(sheet)[end:], end):
            if len(row) > PARAGRAPH and not is_blank(found := cell_text(row[PARAGRAPH])):
                yield Alteration(Place(sheet, number, PARAGRAPH), "", found)


def _find_outside(book: Book, sheets: Sheets, moved: Container[str], told: Set[Place]) -> Iterator[Remark]:
    """Yield what stands on a sheet outside of what the form has there, such as a remark beside a table: one line a sheet."""
    for sheet, (end, width) in ((sheet, end) for sheet, end in book.ends.items() if sheet not in moved):
        hints = {Place(sheet, end + below, LABEL_COLUMN) for below in (1, 2)}
        rows = enumerate(sheets.rows(sheet))
        places = (Place(sheet, number, column) for number, row in rows for column in range(width if number < end else 0, len(row)))
        known = hints | told
        found = [f"{place.address}：{text}" for place in places if place not in known and (text := cell_text(sheets.at(place)))]
        if found:
            yield Remark(f"{sheet}{list_some(found, LISTED, '等{}格', between='；')}")


def _is_displaced(book: Book, sheets: Sheets, sheet: str, changes: list[Alteration]) -> bool:
    """Return whether labels stand where others or figures should, or somewhere else, totals have moved, or hardly a label is left."""
    known = {squeeze(text) for text in book.labels.values()}
    labels = {place: squeeze(text) for place, text in book.labels.items() if place.sheet == sheet}
    texts = {place: squeeze(cell) for place, cell in sheets.cells(sheet) if isinstance(cell, str)}
    filled = {texts[place] for place in book.figures.values() if place in texts}
    strayed = ({squeeze(change.found) for change in changes} | filled) & known
    elsewhere = {text for place, text in texts.items() if labels.get(place) != text}
    moved = {squeeze(change.expected) for change in changes} & elsewhere
    totals = {book.figures[id] for id in book.form.definitions}
    return bool(strayed or moved or totals & {change.place for change in changes}) or len(changes) > max(1, len(labels) // 2)


def squeeze(text: str) -> str:
    """Return a label without blanks and line breaks."""
    return BLANKS.sub("", text)
