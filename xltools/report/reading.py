"""Keeps a reading as text: all that a reader made of a file and the report's JSON does not tell (stored totals, what was typed, the origin)."""

import json
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from xltools.form.book import Book, BreakdownArea, Place, TextArea, plan_book
from xltools.form.definition import FindForm
from xltools.numerals import show
from xltools.report.filled import Report
from xltools.report.origin import Origin
from xltools.report.report_json import parse_report

DECIMAL = "decimal"  # what an amount is kept under, since JSON would make a text of it


def dump_reading(report: Report) -> str:
    """Return, as JSON text, what of a report `dump_report` does not tell."""
    book = report.origin.book
    data = {"stored": report.stored_totals, "typed": dict(report.typed), "origin": report.origin._replace(book=None)}
    if book:
        data["places"] = _places(book)
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_packed)


def parse_reading(report: str, reading: str, find_form: FindForm) -> Report:
    """Return the report as it was read, from its JSON and from what `dump_reading` gave; "" for one that only its JSON was kept of."""
    parsed = parse_report(report, find_form)
    if not reading:
        return parsed
    data = json.loads(reading)
    computed = parsed.form.definitions.keys() - set(data["stored"])
    figures = {id: value for id, value in parsed.figures.items() if id not in computed}
    book = _moved(plan_book(parsed.form), data["places"]) if "places" in data else None
    origin: Origin = _unpacked(Origin, data["origin"])._replace(book=book)
    return replace(parsed, figures=figures, typed=data["typed"], origin=origin)


def _places(book: Book) -> Any:
    """Return where things stand in a workbook that is not as the form plans it; areas without what the plan knows of them."""
    texts = {key: places for key, (_, *places) in book.texts.items()}
    breakdowns = [places for _, _, *places in book.breakdowns]
    return book.figures, book.details, texts, breakdowns, {line.id: (line.row, line.columns) for line in book.checks}


def _moved(plan: Book, places: Any) -> Book:
    """Return a form's plan with the places that `_places` gave, as JSON has them."""
    figures, details, texts, breakdowns, checks = places
    return replace(
        plan,
        figures={id: Place(*place) for id, place in figures.items()},
        details={key: Place(*place) for key, place in details.items()},
        texts={key: TextArea(plan.texts[key].section, *map(_place, area)) for key, area in texts.items()},
        breakdowns=tuple(BreakdownArea(*known[:2], *map(_place, area)) for known, area in zip(plan.breakdowns, breakdowns, strict=True)),
        checks=tuple(line._replace(row=checks[line.id][0], columns=tuple(checks[line.id][1])) for line in plan.checks),
    )


def _place(packed: Any) -> Any:
    """Return a place, or the places of several lines."""
    return Place(*packed) if packed and isinstance(packed[0], str) else tuple(map(_place, packed))


def _packed(value: frozenset[str] | Decimal) -> Any:
    """Return a value of a type that JSON lacks as one that it has; tuples need no help, they become lists."""
    return sorted(value) if isinstance(value, frozenset) else {DECIMAL: show(value)}


def _unpacked(kind: Any, value: Any) -> Any:
    """Return a value of this kind, as its type is declared."""
    if type(value) not in (list, dict):  # most are plain
        return value
    if hasattr(kind, "_fields"):
        # what a later version of the program has added, at the end, is as where nothing is known of it
        return kind(*(_unpacked(of, item) for of, item in zip(_fields(kind), value, strict=False)))
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (tuple, frozenset):
        return origin(_unpacked(parts[0], item) for item in value)
    return Decimal(value[DECIMAL]) if DECIMAL in value else {key: _unpacked(parts[1], item) for key, item in value.items()}


@cache
def _fields(kind: Any) -> tuple[Any, ...]:
    """Return the types of the fields of a named tuple."""
    return tuple(get_type_hints(kind).values())
