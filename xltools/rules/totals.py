"""T: totals and relations inside the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xltools.form.definition import Relation, Term
from xltools.numerals import Number, gap, is_number, show
from xltools.report.filled import Report, Value, add_up, holds, settle
from xltools.rules.rule import Case, Fault, rule

TOTALS = "总计为所列各项之和（国办公开办函〔2021〕30号附表）"
BALANCE = "本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和（国办公开办函〔2021〕30号表三表头）"


@rule(
    "T101",
    "row-total",
    "error",
    title="行合计不符",
    explanation="一行的总计应等于自然人与法人或其他组织各列之和。请核对这一行各列和总计，改正填错的一个。",
    basis=TOTALS,
)
def row_total(case: Case) -> Iterator[Fault]:
    """A row's total that is not the sum of its columns; blank counts as 0."""
    yield from _wrong_totals(case, "row-total")


@rule(
    "T102",
    "results-total",
    "error",
    title="办理结果总计不符",
    explanation="表三（七）总计应等于（一）至（六）各行之和。请核对这一列各行和（七）总计，改正填错的一个。",
    basis=TOTALS,
)
def results_total(case: Case) -> Iterator[Fault]:
    """A column's total of results that is not the sum of the results above it; blank counts as 0."""
    yield from _wrong_totals(case, "results-total")


@rule(
    "T103",
    "block-total",
    "error",
    title="表四总计不符",
    explanation="行政复议、未经复议直接起诉、复议后起诉的总计，应等于各自的结果维持、结果纠正、其他结果、尚未审结之和。常见的是漏填总计。",
    basis=TOTALS,
)
def block_total(case: Case) -> Iterator[Fault]:
    """A block's total that is not the sum of its outcomes; blank counts as 0."""
    yield from _wrong_totals(case, "block-total")


@rule(
    "T201",
    "unbalanced",
    "error",
    title="收办不平",
    explanation="表三每一列：本年新收＋上年结转＝办理结果总计＋结转下年度。不平的，先看结转下年是否漏填，再看办理结果是否多计、少计或填错了列。",
    basis=BALANCE,
)
def unbalanced(case: Case) -> Iterator[Fault]:
    """A column whose requests received and carried in are not those answered and carried out; blank counts as 0."""
    numbers = case.report.numbers
    for relation in _broken(case.report, "unbalanced"):
        left, right = add_up(relation.left, numbers), add_up(relation.right, numbers)
        message = (
            f"{relation.subject}：{_sum(relation.left, case.report)} = {show(left)}，"
            f"{_sum(relation.right, case.report)} = {show(right)}，差 {show(gap(left, right))}。请核对这一列。"
        )
        yield _fault(case, relation, message, show(left), show(right), left - right)


@rule(
    "T301",
    "never-recalculated",
    "notice",
    title="合计没有重新计算",
    explanation="文件里保存的合计是旧的：存这个文件的程序没有重新计算公式。检查和导出都按各格重新计算，不受影响；用 Excel、WPS 或 LibreOffice 打开再保存一次，文件里的合计就会更新。",
    basis="工作簿的合计由公式得出，以各格所填为准",
)
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
        yield Fault(
            f"有 {len(stale)} 个合计没有重新计算（如此格存的是{_told(stored)}，应为 {show(expected[first])}）。"
            "请用 Excel、WPS 或 LibreOffice 打开后保存一次。",
            place=case.book.figures[first],
            figures=tuple(stale),
            actual=show(stored) if is_number(stored) else None,
            expected=show(expected[first]),
        )


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
        added = _sum((term for term in relation.right if numbers[term.figure]), case.report)
        added = added or _nothing(case.report, relation.right)
        imported = case.report.origin.kind == "workbook" and total not in case.report.origin.overwritten
        message = (
            f"{relation.subject}：{'原报告的' if imported else ''}总计{'没有填' if blank else f' {show(stated)}'}，各项之和 {show(parts)}（{added}），"
            f"差 {show(gap(stated, parts))}。请核对。"
        )
        yield _fault(case, relation, message, None if blank else show(stated), show(parts), stated - parts)


def _nothing(report: Report, terms: Sequence[Term]) -> str:
    """Return in words that all terms of a sum are blank or 0."""
    blanks = sum(report.shown(term.figure) is None for term in terms)
    return "各项空白" if blanks == len(terms) else "各项为 0 或空白" if blanks else "各项均为 0"


def _as_calculated(report: Report) -> dict[str, Value]:
    """Return what the formulas of a workbook add up: its inputs, text not counted, and the constants typed over other formulas."""
    cells = (*(figure.id for figure in report.form.inputs), *report.origin.overwritten)
    return {id: None if id in report.typed else report.figures[id] for id in cells}


def _fault(case: Case, relation: Relation, message: str, actual: str | None, expected: str, difference: Number) -> Fault:
    return Fault(
        message,
        place=case.book.figures[relation.figures[0]],
        figures=relation.figures,
        section=case.section_of(relation.figures[0]),
        actual=actual,
        expected=expected,
        difference=show(difference),
        basis=relation.basis,
        key=relation.id,
    )


def _sum(terms: Iterable[Term], report: Report) -> str:
    """Return the terms as an addition in words, blank ones told: `新收申请 12 + 上年结转 空白`."""
    return " + ".join(f"{term.name} {'空白' if report.shown(term.figure) is None else show(report.numbers[term.figure])}" for term in terms)


def _same(stored: Value, expected: Number) -> bool:
    return is_number(stored) and round(stored, 6) == round(expected, 6)


def _told(value: Value) -> str:
    return "空白" if value is None else (show(value) if is_number(value) else f"“{value}”")


RULES = (row_total, results_total, block_total, unbalanced, never_recalculated)
