"""T4: the report of an office against those of the units below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xltools.numerals import Number, gap, list_some, show
from xltools.report.units_below import Children, known_number
from xltools.rules.rule import Case, Fault, rule

SUM = "汇总的报告，各格为本级与各下级单位所报之和（统计汇总的一般要求）"
NAMED = 3
"""How many units a message names."""


@rule(
    "T401",
    "children-mismatch",
    "error",
    title="与下级单位之和不符",
    explanation="汇总的报告，每一格应等于本级与各下级单位同一格之和。先看是不是漏了或重复计了某个单位，再看有没有单位后来改报；确属不应相加的（如同一诉讼两家都报），在“说明”里写明。",
    basis=SUM,
)
def children_mismatch(case: Case) -> Iterator[Fault]:
    """A figure that is not the sum of the children's; blank counts as 0, and what the form marks as the office's own is not summed."""
    children = case.children
    for id, figure in case.form.figures.items() if children else ():
        number = known_number(case.report, id) if figure.across_units == "sum" else None
        if children and number is not None and number != children.sums[id]:
            yield _fault(case, children, id, number)


def _fault(case: Case, children: Children, id: str, number: Number) -> Fault:
    figure, total = case.form.figures[id], children.sums[id]
    blank = case.report.figures.get(id, 0) is None
    message = (
        f"“{figure.label}”：本报告{'没有填' if blank else f' {show(number)}'}，{children.count} 个单位合计 {show(total)}，"
        f"{'少' if number < total else '多'} {show(gap(number, total))}。{_clue(children, id, number - total)}请核对。"
    )
    return Fault(
        message,
        place=case.book.figures[id],
        figures=(id,),
        section=case.form.section_of_table[figure.table].key,
        actual=None if blank else show(number),
        expected=show(total),
        difference=show(number - total),
        # a child's cell that could not be added may be what is lacking
        severity="warning" if id in children.unusable else None,
    )


def _clue(children: Children, id: str, difference: Number) -> str:
    """The units that make the difference, as far as that can be told."""
    for revision in children.revisions.get(id, ()):
        if revision.before - revision.now == difference:
            return f"“{revision.unit}”原报 {show(revision.before)}，后改报 {show(revision.now)}，本报告可能仍按原数计。"
    if id in children.unusable:
        return f"{name_units(children.unusable[id])}的这一格没有读出或不是数字，没有相加。"
    units = units_of(children, id, difference)
    if units and difference < 0:
        return f"{name_units(units)}所报正好是 {show(-difference)}，可能{_one_of(units)}没有计入。"
    if units:
        return f"{name_units(units)}所报正好是 {show(difference)}，可能{_one_of(units)}计了两次。"
    if children.missing and difference > 0:
        return f"没有报来的{name_units(children.missing)}可能已计入。"
    return ""


def units_of(children: Children, id: str, difference: Number) -> tuple[str, ...]:
    """The units whose number is as large as the difference."""
    size = gap(difference, 0)
    return tuple(dict.fromkeys(unit for unit, number in children.contributions.get(id, ()) if number == size))


def name_units(units: Sequence[str]) -> str:
    """The names of the first of some units, and how many there are where they are more."""
    return list_some((f"“{unit}”" for unit in units), NAMED, "等 {} 个单位")


def _one_of(units: Sequence[str]) -> str:
    return "其中一个" if len(units) > 1 else ""


@rule(
    "T402",
    "missing-child",
    "warning",
    title="没有下级单位的报告",
    explanation="名册上的这个单位没有报告，或者它的文件没有读出，汇总数里没有它。请催报；已撤销或不需要报告的，从名册中去掉。",
    basis=SUM,
)
def missing_child(case: Case) -> Iterator[Fault]:
    """A unit of the roster without a report among the children."""
    for name in case.children.missing if case.children else ():
        yield Fault(f"没有“{name}”的报告。请催报，或从名册中去掉。", expected=name, key=f"missing-child:{name}")


RULES = (children_mismatch, missing_child)
