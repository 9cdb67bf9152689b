"""A reading: all that a reader made of a file, kept as text. Beside the report's JSON it has what no JSON of a report tells.

Which totals stood there, what was typed as text, and the origin: what was altered, overwritten, moved or doubtful, and where it stood.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from xltools.form.definition import FindForm
from xltools.numerals import show
from xltools.report.filled import Report
from xltools.report.origin import Origin
from xltools.report.report_json import parse_report

DECIMAL = "decimal"
"""What an amount is kept under, since JSON would make a text of it."""


def dump_reading(report: Report) -> str:
    """Return, as JSON text, what of a report `dump_report` does not tell; of a workbook read by its labels, not where things stood."""
    data = {"stored": report.stored_totals, "typed": dict(report.typed), "origin": _packed(report.origin._replace(book=None))}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def parse_reading(report: str, reading: str, find_form: FindForm) -> Report:
    """Return the report as it was read, from its JSON and from what `dump_reading` gave; "" for one that only its JSON was kept of."""
    parsed = parse_report(report, find_form)
    if not reading:
        return parsed
    data = json.loads(reading)
    computed = parsed.form.definitions.keys() - set(data["stored"])
    figures = {id: value for id, value in parsed.figures.items() if id not in computed}
    return replace(parsed, figures=figures, typed=data["typed"], origin=_unpacked(Origin, data["origin"]))


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
