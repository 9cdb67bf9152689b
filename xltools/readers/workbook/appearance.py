"""Looks at what a person sees in the cells of a workbook that was filled in: what is seen should be what is read."""

from collections.abc import Iterator, Mapping, Sequence, Set

from xltools.form.book import CHECKS, Place
from xltools.form.definition import Figure
from xltools.numerals import Number, grouped, show
from xltools.readers.workbook.facts import BookFacts, SheetFacts, parse_area
from xltools.readers.workbook.located import Located
from xltools.readers.workbook.number_formats import shown_number, written_number
from xltools.readers.workbook.sheets import Content, Sheets, stored_number
from xltools.report.origin import Oddity


def find_oddities(located: Located, sheets: Sheets, facts: BookFacts) -> Iterator[Oddity]:
    """Yield the inputs and totals that are not seen as they are read, and those that cannot be filled in as the form means it."""
    book = located.book
    read = ((id, place) for id, place in book.figures.items() if id not in located.unread)
    figures = grouped((place.sheet, (place, book.form.figures[id])) for id, place in read)
    inputs = grouped((place.sheet, place) for place in book.inputs if place.sheet not in (CHECKS, *located.displaced))
    visible = sheets.visible
    for name in book.sheets:
        own = facts.sheet(name)
        here, may_be_typed = dict(figures.get(name, ())), set(inputs.get(name, ()))
        filled = {place: raw for place in here.keys() | may_be_typed if (raw := sheets.at(place)) != ""}
        odd = [
            *_numbers_shown_otherwise(filled, here, facts),
            *(Oddity("raised", place) for place in here if place.address in own.raised),
        ]
        odd += [Oddity("covered", place) for place in _within(own.merged, here & filled.keys(), but_first=True)]
        odd += [Oddity("hidden", place) for place in filled if name not in visible or is_hidden(place.row, place.column, own)]
        if facts.styles and not located.by_labels:
            odd += _without_guards(may_be_typed, here.keys(), own, facts)
        yield from sorted(odd, key=lambda one: one.place)


def _numbers_shown_otherwise(filled: Mapping[Place, Content], figures: Mapping[Place, Figure], facts: BookFacts) -> Iterator[Oddity]:
    """Yield the numbers whose format shows another one, or none; a fraction of a count that is rounded is a fault of its own."""
    for place, raw in filled.items():
        figure, number = figures.get(place), stored_number(raw)
        if number is None or figure is None or (figure.domain == "count" and number != int(number)):
            continue
        if figure.is_words or (figure.domain == "percent" and facts.shows_percent(place.sheet, place.address)):  # read as it is shown
            continue
        seen = seen_number(number, place, facts)
        if seen != number:
            yield Oddity("format", place, "" if seen is None else show(seen))


def seen_number(number: Number, place: Place, facts: BookFacts) -> Number | None:
    """Return the number that is seen in a cell that holds `number`; None where none is, or it cannot be told which."""
    text = facts.sheet(place.sheet).seen.get(place.address)
    return shown_number(number, facts.style(place.sheet, place.address).number_format) if text is None else written_number(text)


def _within(references: Sequence[str], places: Set[Place], *, but_first: bool = False) -> set[Place]:
    """Return the places that lie within one of these areas of their sheet, on request without the first cell of each."""
    rows = grouped((place.row, place) for place in places)
    cells = {reference for reference in references if reference.isalnum() and reference.isupper()}  # nearly all are of one cell
    found = set() if but_first else {place for place in places if place.address in cells}
    for area in (parse_area(reference) for reference in references if reference not in cells):
        for row in [row for row in rows if area.top <= row <= area.bottom] if area.top < area.bottom else rows.keys() & {area.top}:
            own = (place for place in rows[row] if area.left <= place.column <= area.right)
            found.update(place for place in own if not but_first or (row, place.column) != (area.top, area.left))
    return found


def is_hidden(row: int, column: int, facts: SheetFacts) -> bool:
    """Return whether a cell stands in a hidden row or column."""
    return row in facts.hidden_rows or any(column in columns for columns in facts.hidden_columns)


def _without_guards(inputs: Set[Place], figures: Set[Place], own: SheetFacts, facts: BookFacts) -> Iterator[Oddity]:
    """Yield the inputs of a sheet that are locked though it is protected, and those of figures that take whatever is typed."""
    locked = {str(number) for number, style in enumerate(facts.styles) if style.locked}
    lost = {place for place in inputs if own.protected and own.styles.get(place.address, "0") in locked}
    yield from (Oddity("locked", place) for place in lost)
    typed = inputs & figures
    yield from (Oddity("unchecked", place) for place in typed - lost - _within(own.validated, typed))
