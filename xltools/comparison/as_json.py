"""A comparison as JSON; the keys are the contract of docs/json.md."""

import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from xltools.comparison.differences import Comparison, FigureChange, Side
from xltools.numerals import show
from xltools.report.filled import Value


def render(comparison: Comparison) -> str:
    """Return the comparison as one JSON document."""
    data = {
        "comparison": {"form": comparison.form.id, "last": _side(comparison.last), "this": _side(comparison.this)},
        "notes": list(comparison.notes),
        "figures": {change.figure.id: _figure(change) for change in comparison.figures},
        "texts": {key: asdict(text) for key, text in comparison.texts.items()},
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _side(side: Side) -> dict[str, Any]:
    told = {key: value for key, value in asdict(side).items() if key != "edition"}
    return told | {"dropped": [{**one, "value": _value(one["value"])} for one in told["dropped"]]}


def _figure(change: FigureChange) -> dict[str, Any]:
    values: dict[str, Any] = {key: _value(getattr(change, key), change.figure.has_decimals) for key in ("last", "this", "difference")}
    return values | {"percent": None if change.percent is None else str(change.percent)}


def _value(value: Value, amount: bool = False) -> int | str | None:
    """Return a value as the JSON of a report has it: counts as integers, amounts and decimals as strings."""
    return show(value) if isinstance(value, Decimal) or (amount and isinstance(value, int)) else value
