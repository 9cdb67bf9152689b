"""A reading: all that a reader made of a file, kept as text; beside the report's JSON stored totals, what was typed as text, the origin."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from xltools.form.book import Book, Place, plan_book
from xltools.form.definition import FindForm
from xltools.numerals import show
from xltools.report.filled import Report
from xltools.report.origin import Origin
from xltools.report.report_json import parse_report

DECIMAL = "decimal"  # what an amount is kept under, since JSON would make a text of it
BREAKDOWN_PLACES = ("title", "label", "unit", "total", "names", "amounts", "sum")


def dump_reading(report: Report) -> str:
    """Return, as JSON text, what of a report `dump_report` does not tell."""
    book = report.origin.book
    data = {"stored": report.stored_totals, "typed": dict(report.typed), "origin": _packed(report.origin._replace(book=None))}
    if book:
        data["places"] = _packed_places(book)
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def parse_reading(report: str, reading: str, find_form: FindForm) -> Report:
    """Return the report as it was read, from its JSON and from what `dump_reading` gave; "" for one that only its JSON was kept of."""
    parsed = parse_report(report, find_form)
    if not reading:
        return parsed
    data = json.loads(reading)
    computed = parsed.form.definitions.keys() - set(data["stored"])
    figures = {id: value for id, value in parsed.figures.items() if id not in computed}
    book = _unpacked_places(plan_book(parsed.form), data["places"]) if "places" in data else None
    origin: Origin = _unpacked(Origin, data["origin"])._replace(book=book)
    return replace(parsed, figures=figures, typed=data["typed"], origin=origin)


def _packed_places(book: Book) -> Any:
    """Return where things stand in a workbook that is not as the form plans it."""
    texts = {key: (area.title, area.paragraphs) for key, area in book.texts.items()}
    breakdowns = [tuple(getattr(area, name) for name in BREAKDOWN_PLACES) for area in book.breakdowns]
    checks = {line.id: (line.row, line.columns) for line in book.checks}
    return [_packed(part) for part in (book.figures, book.details, texts, tuple(breakdowns), checks)]


def _unpacked_places(plan: Book, places: Any) -> Book:
    """Return a form's plan with the places that `_packed_places` gave."""
    figures, details, texts, breakdowns, checks = places
    return replace(
        plan,
        figures={id: Place(*place) for id, place in figures.items()},
        details={key: Place(*place) for key, place in details.items()},
        texts={
            key: plan.texts[key]._replace(title=Place(*title), paragraphs=tuple(Place(*place) for place in paragraphs))
            for key, (title, paragraphs) in texts.items()
        },
        breakdowns=tuple(
            area._replace(**{name: _place(place) for name, place in zip(BREAKDOWN_PLACES, found, strict=True)})
            for area, found in zip(plan.breakdowns, breakdowns, strict=True)
        ),
        checks=tuple(line._replace(row=checks[line.id][0], columns=tuple(checks[line.id][1])) for line in plan.checks),
    )


def _place(packed: Any) -> Any:
    """Return a place, or the places of several lines."""
    return Place(*packed) if packed and isinstance(packed[0], str) else tuple(map(_place, packed))


def _packed(value: Any) -> Any:
    """Return a value as JSON has it: a tuple, whether named or not, as a list."""
    if isinstance(value, (tuple, frozenset)):
        return [_packed(item) for item in (sorted(value) if isinstance(value, frozenset) else value)]
    if isinstance(value, Mapping):
        return {key: _packed(item) for key, item in value.items()}
    return {DECIMAL: show(value)} if isinstance(value, Decimal) else value


def _unpacked(kind: Any, value: Any) -> Any:
    """Return a value of this kind, as its type is declared."""
    if hasattr(kind, "_fields"):
        return kind(*(_unpacked(of, item) for of, item in zip(_fields(kind), value, strict=True)))
    parts = get_args(kind)
    match get_origin(kind):
        case origin if origin in (tuple, frozenset):
            return origin(_unpacked(parts[0], item) for item in value)
        case origin if isinstance(value, dict) and DECIMAL not in value and isinstance(origin, type):
            return {key: _unpacked(parts[1], item) for key, item in value.items()}
    return Decimal(value[DECIMAL]) if isinstance(value, dict) else value


@cache
def _fields(kind: Any) -> tuple[Any, ...]:
    """Return the types of the fields of a named tuple."""
    return tuple(get_type_hints(kind).values())
