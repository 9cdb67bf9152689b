"""T: totals and relations inside the tables."""

from collections.abc import Iterable, Iterator, Sequence

from xltools.form.relations import Relation, Term, sum_in_words
from xltools.numerals import Number, gap, is_number, show
from xltools.report.filled import Report, left_side, right_side, settle
from xltools.rules.rule import Case, Fault, alike, rule, sides

SIGN_WORDS = {"=": "等于", "<=": "不大于", ">=": "不小于", "<": "小于", ">": "大于"}
LISTED = 3  # how many parts of a sum a message lists


def _broken(report: Report, rule: str) -> Iterator[tuple[Relation, Number, Number]]:
    """Yield the relations of one rule that do not hold, with their sides; those of a table that could not be read are not judged."""
    for relation in report.form.relations:
        if relation.rule == rule and report.is_read(relation) and not report.fulfils(relation):
            yield relation, left_side(relation, report.numbers), right_side(relation, report.numbers) or 0


def _wrong_totals(case: Case, rule: str) -> Iterator[Fault]:
    for relation, stated, parts in _broken(case.report, rule):
        total, *_ = relation.figures
        written = case.report.figures.get(total, 0)
        blank = written is None
        filled = [term for term in relation.right if case.report.numbers[term.figure]]
        added = _nothing(case.report, relation.right) if not filled else _sum(filled, case.report) if len(filled) <= LISTED else ""
        imported = case.report.origin.kind == "workbook" and total in case.report.figures and total not in case.report.origin.overwritten
        message = (
            f"{relation.lead}{'公布的' if imported else ''}总计{'未填' if blank else f'填的是“{written}”' if isinstance(written, str) else show(stated)}，"
            f"各项之和{show(parts)}{f'（{added}）' if added else ''}，{'少' if stated < parts else '多'}{show(gap(stated, parts))}。"
            f"{'漏填的补填总计。' if blank else '请核对各项和总计，改正有误的一格。'}"
        )
        fault = _fault(case, relation, message, stated, parts)
        yield fault._replace(actual=None) if blank else fault


def _unlike(case: Case, rule: str) -> Iterator[Fault]:
    """Yield a fault for each relation of a rule whose sides do not compare as they should."""
    for relation, left, right in _broken(case.report, rule):
        told = relation.formula if relation.is_rate else _sum(relation.right, case.report, relation.constants[1])
        amount = "" if told.endswith(show(right)) and len(relation.right) <= 1 else f"＝{show(right)}"
        first = _sum(relation.left, case.report, relation.constants[0])
        first += f"＝{show(left)}" if len(relation.left) > 1 or relation.constants[0] else ""
        condition = f"{relation.when.what}的，" if relation.when else ""
        should = f"应{SIGN_WORDS[relation.sign]}{told}{amount}" + (f"，差{show(gap(left, right))}" if left != right else "")
        message = f"{relation.lead}{condition}{first}，{should}。请核对，改正有误的一格。"
        yield _fault(case, relation, message, left, right)


def _fault(case: Case, relation: Relation, message: str, left: Number, right: Number) -> Fault:
    return case.at(relation.figures, message, **sides(left, right), basis=relation.basis, key=relation.id, severity=relation.severity)


row_total = alike("T101", "row-total", "error", _wrong_totals, "A row's total that is not the sum of its columns; blank counts as 0.")
results_total = alike("T102", "results-total", "error", _wrong_totals, "A total of results that is not the sum of those above; blank is 0.")
block_total = alike("T103", "block-total", "error", _wrong_totals, "A block's total that is not the sum of its outcomes; blank is 0.")
computed_mismatch = alike("T104", "computed-mismatch", "error", _unlike, "A figure that is not what the form computes from other figures.")
rate_mismatch = alike("T105", "rate-mismatch", "error", _unlike, "A rate that is not its parts over its whole, rounded, unless that is 0.")


@rule("T201", "unbalanced", "error")
def unbalanced(case: Case) -> Iterator[Fault]:
    """Two sides that do not add up to the same: what was received and carried in, what was answered and carried out; blank counts as 0."""
    for relation, left, right in _broken(case.report, "unbalanced"):
        both = ((relation.left, left), (relation.right, right))
        told = [_sum(terms, case.report) + (f"＝{show(number)}" if len(terms) > 1 else "") for terms, number in both]
        message = f"{relation.lead}{'，'.join(told)}，差{show(gap(left, right))}。请查台账改正。"
        yield _fault(case, relation, message, left, right)


limit_exceeded = alike("T202", "limit-exceeded", "error", _unlike, "A figure, or a sum, that is more or less than another allows.")


@rule("T203", "condition-unmet", "error")
def condition_unmet(case: Case) -> Iterator[Fault]:
    """Where something is so, something else is not filled in that must be, or not empty."""
    for relation, *_ in _broken(case.report, "condition-unmet"):
        assert relation.when
        unmet = case.report.unmet(relation)
        names = "、".join(f"“{term.name}”" for term in unmet)
        message = f"{relation.lead}{relation.when.what}的，{NEEDED[relation.need or 'filled'].format(names=names)}"
        first = [term.figure for term in unmet if term.figure not in relation.sections]
        ids = tuple(dict.fromkeys((*first, *relation.figures)))
        fault = case.at(ids, message, basis=relation.basis, key=relation.id, severity=relation.severity)
        section = next((term.figure for term in unmet if term.figure in relation.sections), None)
        yield fault if section is None else fault._replace(place=case.book.texts[section].title, section=section)


@rule("T301", "never-recalculated", "notice")
def never_recalculated(case: Case) -> Iterator[Fault]:
    """Totals whose formula is in place but whose stored result is missing or stale: not wrong, only never computed."""
    report = case.report
    if not report.origin.calculated:
        return
    unlike = report.typed or report.origin.overwritten
    # formulas add up the inputs, text not counted, and the constants typed over other formulas
    cells = (*(figure.id for figure in report.form.inputs), *report.origin.overwritten) if unlike else ()
    added = {id: None if id in report.typed else report.figures.get(id) for id in cells}
    expected = settle(report.form, added) if unlike else report.computed
    stored_results = report.origin.calculated.items()
    fresh = {id for id, value in stored_results if is_number(value) and round(value, 6) == round(expected[id], 6)}
    stale = [id for id in report.origin.calculated if id not in fresh and report.has_result(id)]
    if stale:
        first = stale[0]
        stored = report.origin.calculated[first]
        told = "空白" if stored is None else show(stored) if is_number(stored) else f"“{stored}”"
        why = f"这一格存的是{told}，算得{show(expected[first])}"
        message = f"{len(stale)}个总计没有重新计算（{why}）。请用 Excel、WPS 或 LibreOffice 打开后保存一次。"
        yield case.at(stale, message, actual=show(stored) if is_number(stored) else None, expected=show(expected[first]))


NEEDED = {
    "filled": "应填写{names}，没有填。请补填。",
    "any": "{names}至少应填一处，都没有填。请补填。",
    "blank": "{names}应为空白，却填了。请核对。",
}


def _nothing(report: Report, terms: Sequence[Term]) -> str:
    """Return in words what the terms of a sum without a number in them are: 0, blank or text."""
    shown = [report.shown(term.figure) for term in terms]
    kinds = {"空白" if value is None else "文字" if isinstance(value, str) else "0" for value in shown}
    alone = {"0": "各项均为0", "空白": "各项空白", "文字": "各项均不是数字"}
    return f"各项为{'或'.join(sorted(kinds))}" if len(kinds) > 1 else alone[kinds.pop()]


def _sum(terms: Iterable[Term], report: Report, constant: Number = 0) -> str:
    """Return the terms as an addition in words, blank ones told: `新收申请12＋上年结转空白`."""

    def told(term: Term) -> str:
        return f"{term.name}{'空白' if report.shown(term.figure) is None else show(report.numbers[term.figure])}"

    return sum_in_words(terms, constant, told)
