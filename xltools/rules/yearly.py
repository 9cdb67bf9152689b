"""Y: this year's report against last year's."""

from __future__ import annotations

from collections.abc import Iterator

from xltools.form import YearRelation
from xltools.numerals import show
from xltools.report import add_up
from xltools.rules.rule import Case, Fault, rule


@rule(
    "Y101",
    "carry-over-mismatch",
    "error",
    title="上年结转与上年报告不符",
    explanation="本年度“二、上年结转”应与上年度报告“四、结转下年度继续办理”逐列相等。请核对两年的数；上年报告有误的，在“说明”里写明。",
    basis="上年度结转下年度继续办理的申请，即本年度上年结转的申请（国办公开办函〔2021〕30号表三第二、四项）",
)
def carry_over_mismatch(case: Case) -> Iterator[Fault]:
    """Requests carried in that are not those which last year's report carried out, in each column."""
    yield from _mismatches(case, "carry-over-mismatch", "请核对两年的报告。")


@rule(
    "Y102",
    "stock-mismatch",
    "warning",
    title="现行有效件数与上年推算不符",
    explanation="上年现行有效件数＋本年制发件数－本年废止件数，一般等于本年现行有效件数。机构改革合并、重新清理、自然失效等会使两者不等，请核对，有原因的写明。",
    basis="上年现行有效件数＋本年制发件数－本年废止件数＝本年现行有效件数",
)
def stock_mismatch(case: Case) -> Iterator[Fault]:
    """Documents in force that are not last year's plus those made less those repealed; there may be legal reasons."""
    yield from _mismatches(case, "stock-mismatch", "请核对；机构改革、清理、自然失效等原因不等的，请写明。")


def _mismatches(case: Case, rule: str, advice: str) -> Iterator[Fault]:
    if case.previous is None:
        return
    for relation in case.form.year_relations:
        if relation.rule == rule and _known(case, relation):
            now, last = case.report.numbers, case.previous.numbers
            actual = add_up(relation.this[:1], now)
            expected = add_up(relation.last, last) + add_up(relation.plus, now) - add_up(relation.this[1:], now)
            if actual != expected:
                yield _fault(case, relation, f"{show(actual)}", f"{show(expected)}", show(actual - expected), advice)


def _known(case: Case, relation: YearRelation) -> bool:
    """Whether both reports have all the figures; a blank one can prove nothing."""
    assert case.previous is not None
    now, last = case.report, case.previous
    if relation.table in now.origin.unread | last.origin.unread:
        return False
    return all(now.is_known(term.figure) for term in (*relation.this, *relation.plus)) and all(
        term.figure in last.form.figures and last.is_known(term.figure) for term in relation.last
    )


def _fault(case: Case, relation: YearRelation, actual: str, expected: str, difference: str, advice: str) -> Fault:
    assert case.previous is not None
    last, now = case.previous.numbers, case.report.numbers
    parts = [f"上年{term.name} {show(last[term.figure])}" for term in relation.last]
    parts += [f"+ {term.name} {show(now[term.figure])}" for term in relation.plus]
    parts += [f"- {term.name} {show(now[term.figure])}" for term in relation.this[1:]]
    first = relation.this[0]
    return Fault(
        f"{relation.subject}：{first.name} {actual}，按上年报告应为 {expected}（{' '.join(parts)}），差 {difference.lstrip('-')}。{advice}",
        place=case.book.figures[first.figure],
        figures=tuple(term.figure for term in (*relation.this, *relation.plus)),
        section=case.form.section_of_table[relation.table].key,
        actual=actual,
        expected=expected,
        difference=difference,
        basis=relation.basis,
    )


RULES = (carry_over_mismatch, stock_mismatch)
