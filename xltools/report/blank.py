"""blank_report: the report that a year begins with."""

from __future__ import annotations

from dataclasses import replace

from xltools.form.definition import Form
from xltools.form.unit import Unit
from xltools.report.conversion import comparable_report
from xltools.report.filled import Report, Value


def blank_report(form: Form, year: int, *, unit: str = "", previous: Report | None = None, zeros: bool = False) -> Report:
    """A report with nothing filled in but the year, the unit, and what last year's report tells.

    From `previous`, which may be of another edition, come the unit's details and the figures that the form says carry over
    unchanged (上年结转). `zeros` fills every other input with 0.
    """
    figures: dict[str, Value] = {figure.id: 0 if zeros else None for figure in form.inputs}
    if previous:
        figures |= _carried(form, comparable_report(previous, form))
    # the name before last year's report is no longer asked for
    details = replace(previous.unit, former_name="") if previous else Unit()
    if unit and unit != details.name:
        details = replace(details, name=unit, short_name="", former_name=details.name)
    return Report(form=form, year=year, unit=details, figures=figures, texts={})


def _carried(form: Form, previous: Report) -> dict[str, Value]:
    """The inputs that equal one figure of last year's report, where that one is known."""
    inputs = {figure.id for figure in form.inputs}
    return {
        relation.this[0].figure: previous.numbers[relation.last[0].figure]
        for relation in form.year_relations
        if len(relation.this) == len(relation.last) == 1 and not relation.plus
        if relation.this[0].figure in inputs and previous.is_known(relation.last[0].figure)
    }
