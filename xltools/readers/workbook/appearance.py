"""Looks at what a person sees in the cells of a workbook that was filled in: what is seen should be what is read."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from xltools.form.book import CHECKS, Book, Place
from xltools.numerals import Number, from_float, show
from xltools.readers.workbook.facts import Area, BookFacts, SheetFacts, parse_area
from xltools.readers.workbook.located import Located
from xltools.readers.workbook.number_formats import shown_number
from xltools.readers.workbook.sheets import LARGEST, Sheets
from xltools.report.origin import Oddity


def find_oddities(located: Located, sheets: Sheets, facts: BookFacts) -> Iterator[Oddity]:
    """Yield the inputs and totals that are not seen as they are read, and those that cannot be filled in as the form means it."""
    book = located.book
    figures = {place: id for id, place in book.figures.items() if id not in located.unread}
    inputs = {place for place in book.inputs if place.sheet not in (CHECKS, *located.displaced)}
    visible = sheets.visible
    for name in book.sheets:
        own = facts.sheet(name)
        merged = [parse_area(reference) for reference in own.merged]
        for place in sorted(place for place in {*figures, *inputs} if place.sheet == name and sheets.at(place) != ""):
            if place in figures:
                yield from _shown_otherwise(book, place, figures[place], sheets, facts)
                if place.address in own.raised:
                    yield Oddity("raised", place)
                if any(_is_covered(place, area) for area in merged):
                    yield Oddity("covered", place)
            if name not in visible or is_hidden(place.row, place.column, own):
                yield Oddity("hidden", place)
        if facts.styles and not located.by_labels:
            yield from _guards_lost(sorted(place for place in inputs if place.sheet == name), figures, own, facts)


def _shown_otherwise(book: Book, place: Place, id: str, sheets: Sheets, facts: BookFacts) -> Iterator[Oddity]:
    """Yield a number whose format shows another one, or none; a fraction of a count that is rounded is a fault of its own."""
    raw = sheets.at(place)
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or abs(raw) >= LARGEST:
        return
    value: Number = from_float(raw)
    seen = shown_number(value, facts.style(place.sheet, place.address).number_format)
    is_rounded = book.form.figures[id].domain == "count" and value != int(value)
    if seen != value and not is_rounded:
        yield Oddity("format", place, "" if seen is None else show(seen))


def _is_covered(place: Place, area: Area) -> bool:
    """Return whether a cell lies under a merged area, of which only the first cell is seen."""
    return _is_within(place, area) and (place.row, place.column) != (area.top, area.left)


def is_hidden(row: int, column: int, facts: SheetFacts) -> bool:
    """Return whether a cell stands in a hidden row or column."""
    return row in facts.hidden_rows or any(column in columns for columns in facts.hidden_columns)


def _guards_lost(inputs: Sequence[Place], figures: Container[Place], own: SheetFacts, facts: BookFacts) -> Iterator[Oddity]:
    """Yield the inputs of a sheet that are locked though it is protected, and those of figures that take whatever is typed."""
    validated = [parse_area(reference) for reference in own.validated]
    for place in inputs:
        if own.protected and facts.style(place.sheet, place.address).locked:
            yield Oddity("locked", place)
        elif place in figures and not any(_is_within(place, area) for area in validated):
            yield Oddity("unchecked", place)


def _is_within(place: Place, area: Area) -> bool:
    """Return whether a cell lies within an area."""
    return area.top <= place.row <= area.bottom and area.left <= place.column <= area.right
