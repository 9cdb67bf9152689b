"""T: totals and relations inside the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xltools.form.definition import Relation, Term
from xltools.numerals import Number, gap, is_number, show
from xltools.report.filled import Report, Value, add_up, holds, settle
from xltools.rules.rule import Case, Fault, rule, sides

LISTED = 3
"""How many parts of a sum a message lists."""


@rule("T101", "row-total", "error")
def row_total(case: Case) -> Iterator[Fault]:
    """A row's total that is not the sum of its columns; blank counts as 0."""
    yield from _wrong_totals(case, "row-total")


@rule("T102", "results-total", "error")
def results_total(case: Case) -> Iterator[Fault]:
    """A column's total of results that is not the sum of the results above it; blank counts as 0."""
    yield from _wrong_totals(case, "results-total")


@rule("T103", "block-total", "error")
def block_total(case: Case) -> Iterator[Fault]:
    """A block's total that is not the sum of its outcomes; blank counts as 0."""
    yield from _wrong_totals(case, "block-total")


@rule("T201", "unbalanced", "error")
def unbalanced(case: Case) -> Iterator[Fault]:
    """A column whose requests received and carried in are not those answered and carried out; blank counts as 0."""
    numbers = case.report.numbers
    for relation in _broken(case.report, "unbalanced"):
        left, right = add_up(relation.left, numbers), add_up(relation.right, numbers)
        message = (
            f"{relation.subject}：{_sum(relation.left, case.report)}＝{show(left)}，"
            f"{_sum(relation.right, case.report)}＝{show(right)}，差{show(gap(left, right))}。请查台账改正。"
        )
        yield case.at(relation.figures, message, **sides(left, right), basis=relation.basis, key=relation.id)


@rule("T301", "never-recalculated", "notice")
def never_recalculated(case: Case) -> Iterator[Fault]:
    """Totals whose formula is in place but whose stored result is missing or stale: not wrong, only never computed."""
    report = case.report
    if not report.origin.calculated:
        return
    unlike = report.typed or report.origin.overwritten
    expected = settle(report.form, _as_calculated(report)) if unlike else report.computed
    stale = [id for id, value in report.origin.calculated.items() if not _same(value, expected[id])]
    if stale:
        first = stale[0]
        stored = report.origin.calculated[first]
        told = "空白" if stored is None else show(stored) if is_number(stored) else f"“{stored}”"
        message = (
            f"{len(stale)}个总计没有重新计算（这一格存的是{told}，算得{show(expected[first])}）。"
            "请用 Excel、WPS 或 LibreOffice 打开后保存一次。"
        )
        yield case.at(stale, message, actual=show(stored) if is_number(stored) else None, expected=show(expected[first]))


def _broken(report: Report, rule: str) -> Iterator[Relation]:
    """Yield the relations of one rule that do not hold; those of a table that could not be read are not judged."""
    for relation in report.form.relations:
        if relation.rule == rule and report.is_read(relation) and not holds(relation, report.numbers):
            yield relation


def _wrong_totals(case: Case, rule: str) -> Iterator[Fault]:
    numbers = case.report.numbers
    for relation in _broken(case.report, rule):
        total, *_ = relation.figures
        blank = case.report.figures.get(total, 0) is None
        stated, parts = numbers[total], add_up(relation.right, numbers)
        filled = [term for term in relation.right if numbers[term.figure]]
        added = _sum(filled, case.report) if len(filled) <= LISTED else ""
        added = added if filled else _nothing(case.report, relation.right)
        imported = case.report.origin.kind == "workbook" and total not in case.report.origin.overwritten
        message = (
            f"{relation.subject}：{'公布的' if imported else ''}总计{'未填' if blank else show(stated)}，"
            f"各项之和{show(parts)}{f'（{added}）' if added else ''}，{'少' if stated < parts else '多'}{show(gap(stated, parts))}。"
            f"{'漏填的补填总计。' if blank else '请核对各项和总计，改正有误的一格。'}"
        )
        fault = case.at(relation.figures, message, **sides(stated, parts), basis=relation.basis, key=relation.id)
        yield fault._replace(actual=None) if blank else fault


def _nothing(report: Report, terms: Sequence[Term]) -> str:
    """Return in words that all terms of a sum are blank or 0."""
    blanks = sum(report.shown(term.figure) is None for term in terms)
    return "各项空白" if blanks == len(terms) else "各项为0或空白" if blanks else "各项均为0"


def _as_calculated(report: Report) -> dict[str, Value]:
    """Return what the formulas of a workbook add up: its inputs, text not counted, and the constants typed over other formulas."""
    cells = (*(figure.id for figure in report.form.inputs), *report.origin.overwritten)
    return {id: None if id in report.typed else report.figures[id] for id in cells}


def _sum(terms: Iterable[Term], report: Report) -> str:
    """Return the terms as an addition in words, blank ones told: `新收申请12＋上年结转空白`."""
    return "＋".join(f"{term.name}{'空白' if report.shown(term.figure) is None else show(report.numbers[term.figure])}" for term in terms)


def _same(stored: Value, expected: Number) -> bool:
    return is_number(stored) and round(stored, 6) == round(expected, 6)
