"""A comparison as JSON; the keys are the contract of docs/json.md."""

import json
from dataclasses import asdict
from typing import Any

from xltools.comparison.differences import Comparison, FigureChange, Side
from xltools.numerals import is_number, show


def render(comparison: Comparison) -> str:
    """Return the comparison as one JSON document."""
    data = {
        "comparison": {"form": comparison.form.id, "last": _side(comparison.last), "this": _side(comparison.this)},
        "notes": list(comparison.notes),
        "figures": {change.figure.id: _figure(change) for change in comparison.figures},
        "texts": {key: asdict(text) for key, text in comparison.texts.items()},
    }
    return json.dumps(data, ensure_ascii=False, indent=1, default=show) + "\n"


def _side(side: Side) -> dict[str, Any]:
    return {key: value for key, value in asdict(side).items() if key != "edition"}


def _figure(change: FigureChange) -> dict[str, Any]:
    """Return the values as the JSON of a report has them: counts as integers, amounts and decimals as strings."""
    values = {"last": change.last, "this": change.this, "difference": change.difference}
    told = {key: show(value) if change.figure.has_decimals and is_number(value) else value for key, value in values.items()}
    return {**told, "percent": None if change.percent is None else str(change.percent)}
