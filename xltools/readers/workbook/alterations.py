"""Finds what was changed of a workbook's locked cells, and the sheets on which nothing can be trusted to stand in its cell any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xltools.form.book import PARAGRAPH, Book, Place
from xltools.numerals import BLANKS, is_blank
from xltools.readers.workbook.facts import BookFacts
from xltools.readers.workbook.sheets import Sheets, cell_text
from xltools.report.origin import Alteration

TOTALS = "合计的公式"  # stands for what the first total of a table should hold where all have moved


def find_alterations(book: Book, sheets: Sheets, facts: BookFacts) -> tuple[Alteration, ...]:
    """Return the labels that are not what the form put there, totals that have moved, and paragraphs that have left their area."""
    labels = (
        Alteration(place, expected, found)
        for place, expected in book.labels.items()
        if (raw := sheets.at(place)) != expected and place.sheet in sheets.names
        if squeeze(found := cell_text(raw)) != squeeze(expected)
    )
    return (*labels, *moved_totals(book, sheets, facts), *_lost_paragraphs(book, sheets))


def moved_totals(book: Book, sheets: Sheets, facts: BookFacts) -> Iterator[Alteration]:
    """Yield, of each sheet without anything in its totals, the first one, where its figures are gone, too, or numbers stand beside their places.

    A table whose rows bear no label shows by nothing else that it has moved.
    """
    totals: dict[str, list[Place]] = {}
    for id in book.form.definitions:
        totals.setdefault(book.figures[id].sheet, []).append(book.figures[id])
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
            if not is_blank(found := cell_text(cell)):
                yield Alteration(place._replace(column=column), "", found)
    for sheet, end in book.prose_ends.items():
        for number, row in enumerate(sheets.rows(sheet)[end:], end):
            if len(row) > PARAGRAPH and not is_blank(found := cell_text(row[PARAGRAPH])):
                yield Alteration(Place(sheet, number, PARAGRAPH), "", found)


def displaced_sheets(book: Book, sheets: Sheets, altered: Iterable[Alteration]) -> frozenset[str]:
    """Return the sheets whose labels have moved, so that nothing can be trusted to stand in its cell; those that are gone, too."""
    by_sheet: dict[str, list[Alteration]] = {}
    for change in altered:
        if change.expected:
            by_sheet.setdefault(change.place.sheet, []).append(change)
    gone = (name for name in book.sheets if name not in sheets.names)
    return frozenset([*gone, *(sheet for sheet, changes in by_sheet.items() if _is_displaced(book, sheets, sheet, changes))])


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
