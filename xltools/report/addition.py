"""addends: what one report adds to the sum of many, cell by cell, and what of it cannot be added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from xltools.form.definition import Form
from xltools.numerals import Number, from_decimal, is_number, list_some, show
from xltools.report.conversion import convert_report, counterparts
from xltools.report.filled import Report, Value

NAMED = 5
"""How many cells a remark names."""
MORE = " 等 {} 格"
DIGITS = 60
"""More than the sum of any number of amounts has."""


@dataclass(frozen=True, slots=True)
class Addends:
    """What a report adds to the inputs of a form, a number or blank or text that is none; and what it could not add, in words."""

    values: Mapping[str, Value]
    remarks: tuple[str, ...]


def addends(report: Report, form: Form) -> Addends:
    """What a report, of this or of another edition of the form, adds to each of its inputs; nothing where it is of another form."""
    if not counterparts(report.form, form):
        return Addends({}, (f"表式是 {report.form.id}，与 {form.id} 不是同一种报告，没有计入。",))
    conversion = convert_report(report, form)
    converted = conversion.report
    zero = 0 if converted.blank_is_zero else None
    values = {figure.id: zero if (value := converted.figures.get(figure.id)) is None else value for figure in form.inputs}
    unread = [id for id in converted.unread if id in values]
    values |= dict.fromkeys(unread)
    remarks = [*_texts(form, values), *_unread(form, unread), *_other_totals(report)]
    if converted is not report:
        remarks += _cost(report.form, form, conversion.dropped, conversion.uncertain)
    return Addends(values, tuple(remarks))


def _texts(form: Form, values: Mapping[str, Value]) -> Iterator[str]:
    texts = [id for id, value in values.items() if isinstance(value, str)]
    if texts:
        told = (f"“{form.figures[id].label}”填的是“{values[id]}”" for id in texts)
        yield f"{list_some(told, NAMED, MORE)}，不是数字，没有计入。"


def _unread(form: Form, unread: Sequence[str]) -> Iterator[str]:
    if unread:
        yield f"有 {len(unread)} 格没有读出，没有计入：{labels(form, unread)}。"


def _other_totals(report: Report) -> Iterator[str]:
    """The totals that stand in the report and are not the sum of its inputs: the inputs count."""
    other = [id for id in report.stored_totals if report.numbers[id] != report.computed[id] and report.figures[id] is not None]
    if other:
        told = (f"“{report.form.figures[id].label}”为 {_shown(report.figures[id])}" for id in other)
        yield f"所报合计与各格之和不等，按各格相加：{list_some(told, NAMED, MORE)}。"


def _cost(source: Form, form: Form, dropped: Sequence[str], uncertain: Sequence[str]) -> Iterator[str]:
    lost = [id for id in dropped if id in source.figures]
    if lost:
        yield f"用的是 {source.id} 的格式，其中 {len(lost)} 格在 {form.id} 中没有对应，没有计入：{labels(source, lost)}。"
    if uncertain:
        yield f"用的是 {source.id} 的格式，其中 {len(uncertain)} 格含义不完全相同，请核对：{labels(form, uncertain)}。"


def _shown(value: Value) -> str:
    return show(value) if is_number(value) else f"“{value}”"


def labels(form: Form, ids: Sequence[str]) -> str:
    """The labels of the first of these cells, and how many there are where they are more."""
    inside = set(ids)
    return list_some((f"“{figure.label}”" for id, figure in form.figures.items() if id in inside), NAMED, MORE)


def plus(one: Number, other: Number) -> Number:
    """The exact sum of two numbers, an int where it is whole."""
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    with localcontext(prec=DIGITS):
        return from_decimal(Decimal(one) + Decimal(other))


def total(numbers: Iterable[Number]) -> Number:
    """The exact sum of numbers, 0 of none."""
    sum: Number = 0
    for number in numbers:
        sum = plus(sum, number)
    return sum
