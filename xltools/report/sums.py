"""Sums of reports: what one report adds to the sum of many, cell by cell, and what the units below an office report together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import NamedTuple

from xltools.form.definition import Form
from xltools.numerals import BLANKS, Number, from_decimal, is_number, list_some, show
from xltools.report.conversion import Conversion, convert_report, matching_figures
from xltools.report.filled import Report, Value, settle

NAMED, MORE_CELLS = 5, " 等 {} 格"
"""How many cells a remark names, and what follows where they are more."""
DIGITS = 60
"""More than the sum of any number of amounts has."""

Named = tuple[str, Report]
"""A unit's name and its report."""


class Addition(NamedTuple):
    """What a report adds to the inputs of a form, a number or blank or the text of what is none; and what it could not add, in words."""

    values: Mapping[str, Value]
    remarks: tuple[str, ...]


def addition(report: Report, form: Form) -> Addition:
    """Return what a report, of this or of another edition of the form, adds to each of its inputs; nothing where it is of another form."""
    if not matching_figures(report.form, form):
        return Addition({}, (f"表式是 {report.form.id}，与 {form.id} 不是同一种报告，没有计入。",))
    conversion = convert_report(report, form)
    converted = conversion.report
    zero = 0 if converted.blank_is_zero else None
    values = {figure.id: zero if (value := converted.figures.get(figure.id)) is None else value for figure in form.inputs}
    unread = [id for id in values if id in converted.unread_figures]
    no_counts = {id: value for id, value in values.items() if is_number(value) and not _is_count(form, id, value)}
    values |= dict.fromkeys(unread) | {id: show(value) for id, value in no_counts.items()}
    return Addition(values, tuple(_not_added(report, conversion, values, unread)))


def _is_count(form: Form, id: str, value: Number) -> bool:
    """Tell whether a number can be one of its figure: below 0 only where the form knows a sign, whole where things are counted."""
    domain = form.figures[id].domain
    return (value >= 0 or domain == "signed") and (isinstance(value, int) or domain == "amount")


def _not_added(report: Report, conversion: Conversion, values: Mapping[str, Value], unread: Sequence[str]) -> Iterator[str]:
    """Yield remarks on what is not in the sum, or is there otherwise than the report has it."""
    source, form = report.form, conversion.report.form
    stated = {id: conversion.report.figures.get(id) for id, value in values.items() if isinstance(value, str)}
    if texts := [f"“{form.figures[id].label}”填的是“{value}”" for id, value in stated.items() if isinstance(value, str)]:
        yield f"{list_some(texts, NAMED, MORE_CELLS)}，不是数字，没有计入。"
    if numbers := [f"“{form.figures[id].label}”填的是 {show(value)}" for id, value in stated.items() if is_number(value)]:
        yield f"{list_some(numbers, NAMED, MORE_CELLS)}，负数和有小数的件数没有计入。"
    if unread:
        yield f"有 {len(unread)} 格未识别，未计入：{name_figures(form, unread)}。"
    differ = [id for id in report.stored_totals if report.numbers[id] != report.computed[id] and report.figures[id] is not None]
    if told := [f"“{source.figures[id].label}”为 {_shown(report.figures[id])}" for id in differ]:
        yield f"所报合计与各格之和不等，按各格相加：{list_some(told, NAMED, MORE_CELLS)}。"
    if lost := [id for id in conversion.dropped if id in source.figures]:
        yield f"用的是 {source.id} 的格式，其中 {len(lost)} 格在 {form.id} 中没有对应，没有计入：{name_figures(source, lost)}。"
    if conversion.uncertain:
        yield f"用的是 {source.id} 的格式，其中 {len(conversion.uncertain)} 格含义不完全相同，请核对：{name_figures(form, conversion.uncertain)}。"


def _shown(value: Value) -> str:
    return show(value) if is_number(value) else f"“{value}”"


def name_figures(form: Form, ids: Iterable[str]) -> str:
    """Return the labels of the first of these cells, in the order of the form, and how many there are where they are more."""
    inside = set(ids)
    return list_some([f"“{figure.label}”" for id, figure in form.figures.items() if id in inside], NAMED, MORE_CELLS)


def plus(one: Number, other: Number) -> Number:
    """Return the exact sum of two numbers, an int where it is whole."""
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    with localcontext(prec=DIGITS):
        return from_decimal(Decimal(one) + Decimal(other))


def total(numbers: Iterable[Number]) -> Number:
    """Return the exact sum of numbers, 0 of none."""
    sum: Number = 0
    for number in numbers:
        sum = plus(sum, number)
    return sum


# --------------------------------------------------------------------------------------------- the units below an office


@dataclass(frozen=True)
class Children:
    """The reports of the units below an office, under the cell ids of its form.

    `sums` has every figure, totals computed from the inputs. `contributions` has, for each figure, the units whose number is
    not 0, `unusable` those whose number could not be added. `missing` are the units that should have reported and did not.
    """

    count: int
    sums: Mapping[str, Number]
    contributions: Mapping[str, tuple[tuple[str, Number], ...]]
    unusable: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]


def gather_children(form: Form, children: Iterable[Named], expected: Sequence[str] = ()) -> Children:
    """Add up the children's reports, each looked at once and let go; the office's own is one of them where it reports, too.

    `expected` are the names of the units that should report.
    """
    sums: dict[str, Number] = dict.fromkeys(form.figures, 0)
    contributions: dict[str, list[tuple[str, Number]]] = {}
    unusable: dict[str, list[str]] = {}
    names: list[str] = []
    for name, report in children:
        names.append(name)
        numbers, unknown = _numbers(report, form)
        for id, number in numbers.items():
            sums[id] = plus(sums[id], number)
            contributions.setdefault(id, []).append((name, number))
        for id in unknown:
            unusable.setdefault(id, []).append(name)
    present = {BLANKS.sub("", name) for name in names}
    return Children(
        count=len(names),
        sums=sums,
        contributions={id: tuple(parts) for id, parts in contributions.items()},
        unusable={id: tuple(units) for id, units in unusable.items()},
        missing=tuple(name for name in dict.fromkeys(expected) if BLANKS.sub("", name) not in present),
    )


def _numbers(report: Report, form: Form) -> tuple[dict[str, Number], list[str]]:
    """Return a report's figures that are not 0, totals computed from the inputs; and the inputs that are no number or were not read."""
    values = addition(report, form).values
    unknown = [id for id, value in values.items() if isinstance(value, str)]
    unknown += [id for id in report.unread_figures if id in values]
    return {id: number for id, number in settle(form, values).items() if number}, unknown
