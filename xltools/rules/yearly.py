"""Y: this year's report against last year's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from xltools.form.definition import YearRelation
from xltools.form.unit import YEAR, plain_name
from xltools.numerals import BLANKS, show
from xltools.prose.arithmetic import Growth, find_growths
from xltools.prose.claims import speech_of
from xltools.report.filled import Report, add_up
from xltools.rules.quoting import place_in, quote
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
    if case.last is None:
        return
    for relation in case.form.year_relations:
        if relation.rule == rule and _known(case.report, case.last, relation):
            now, last = case.report.numbers, case.last.numbers
            actual = add_up(relation.this[:1], now)
            expected = add_up(relation.last, last) + add_up(relation.plus, now) - add_up(relation.this[1:], now)
            if actual != expected:
                yield _fault(case, relation, f"{show(actual)}", f"{show(expected)}", show(actual - expected), advice)


def _known(now: Report, last: Report, relation: YearRelation) -> bool:
    """Tell whether both reports have all the figures; a blank one can prove nothing."""
    return all(now.is_known(term.figure) for term in (*relation.this, *relation.plus)) and all(
        last.is_known(term.figure) for term in relation.last
    )


def _fault(case: Case, relation: YearRelation, actual: str, expected: str, difference: str, advice: str) -> Fault:
    assert case.last is not None
    last, now = case.last.numbers, case.report.numbers
    parts = [f"上年{term.name} {show(last[term.figure])}" for term in relation.last]
    parts += [f"+ {term.name} {show(now[term.figure])}" for term in relation.plus]
    parts += [f"- {term.name} {show(now[term.figure])}" for term in relation.this[1:]]
    first = relation.this[0]
    return Fault(
        f"{relation.subject}：{first.name} {actual}，按上年报告应为 {expected}（{' '.join(parts)}），差 {difference.lstrip('-')}。{advice}",
        place=case.book.figures[first.figure],
        figures=tuple(term.figure for term in (*relation.this, *relation.plus)),
        section=case.section_of(first.figure),
        actual=actual,
        expected=expected,
        difference=difference,
        basis=relation.basis,
    )


@rule(
    "Y103",
    "growth-mismatch",
    "warning",
    title="同比增减与上年报告不符",
    explanation="正文说比上年增长或下降了百分之几、增加或减少了几件，按上年报告的数重新计算结果不同。请核对本年、上年的数和百分比。",
    basis="正文所引数字应与附表一致；同比＝（本年数－上年数）÷上年数",
)
def growth_mismatch(case: Case) -> Iterator[Fault]:
    """A growth claimed of one of the tables' figures that last year's report does not give, rounded to the places written."""
    if case.last is None:
        return
    for passage in case.passages:
        for growth in find_growths(passage.prose, passage.claims, speech_of(case.form), case.report.year):
            expected = list(_expected(case.report, case.last, growth))
            if expected and growth.stated not in expected:
                unit = growth.unit
                yield Fault(
                    f"{quote(passage.text, growth.start, growth.end)}：按上年报告应为 {expected[0]}{unit}，写的是 {growth.stated}{unit}。"
                    "请核对。",
                    place=place_in(case, passage.section, passage.text, growth.start),
                    figures=growth.mentions[0].means[0],
                    section=passage.section,
                    actual=f"{growth.stated}{unit}",
                    expected=f"{expected[0]}{unit}",
                )


def _expected(this: Report, last: Report, growth: Growth) -> Iterator[Decimal]:
    """Yield the growth over last year's figures, signed, rounded as it is written: for each quantity that may be meant."""
    for ids in dict.fromkeys(ids for mention in growth.mentions for ids in mention.means):
        known = all(last.is_known(id) for id in ids) and (growth.value is not None or all(this.is_known(id) for id in ids))
        before = sum(last.numbers[id] for id in ids) if known else 0
        if before:
            now = sum(this.numbers[id] for id in ids) if growth.value is None else growth.value
            change = Decimal(now) - Decimal(before)
            if growth.unit == "%":
                change = change * 100 / Decimal(before)
            yield change.quantize(Decimal(1).scaleb(int(growth.stated.as_tuple().exponent)), ROUND_HALF_UP)


@rule(
    "Y104",
    "copied-problems",
    "warning",
    title="问题部分与上年雷同",
    explanation="第五部分与上年报告几乎一样。内容雷同、敷衍塞责是通知点名的问题。请写本年度的问题和改进措施，并说明上年所列问题改得怎样。",
    basis="出现不按时发布、发布内容不准确不全面或者内容雷同、敷衍塞责等问题并造成不良后果的，依据《条例》第四十七条规定追究责任（国办公开办函〔2021〕30号）",
)
def copied_problems(case: Case) -> Iterator[Fault]:
    """A section on problems that is nearly last year's, years and blanks aside."""
    if case.previous is None or "problems" not in case.form.section_by_key:
        return
    this, last = (_bare(report.text("problems")) for report in (case.report, case.previous))
    if min(len(this), len(last)) >= LONG_ENOUGH:
        from difflib import SequenceMatcher  # only with last year's report at hand, and slow to import

        likeness = SequenceMatcher(None, this, last, autojunk=False).ratio()
        if likeness >= COPIED:
            message = f"第五部分与上年报告有 {likeness:.0%} 相同，属于内容雷同。请写本年度的问题和改进措施。"
            yield Fault(message, place=place_in(case, "problems"), section="problems", actual=f"{likeness:.0%}")


LONG_ENOUGH = 20
"""Characters; shorter texts are alike by chance."""
COPIED = 0.9
YEARS = re.compile(r"(?:19|20)\d\d")


def _bare(text: str) -> str:
    return YEARS.sub("", BLANKS.sub("", text))


@rule(
    "Y105",
    "other-unit",
    "warning",
    title="上年报告是另一个单位的",
    explanation="用来比较的上年报告，单位名称与本报告不同。更名的，请在“基本信息”的“原单位名称”填上年报告中的名称；拿错了的，请换成本单位的上年报告。",
    basis="跨年比较以同一单位的报告为准",
)
def other_unit(case: Case) -> Iterator[Fault]:
    """Last year's report of a unit by another name, where no change of name is declared."""
    if case.previous is None:
        return
    this, last = case.report.unit, case.previous.unit
    names = {plain_name(name) for name in (this.name, this.short_name, this.former_name) if name}
    if last.name and this.name and not names & {plain_name(last.name), plain_name(last.short_name)}:
        message = f"上年报告的单位是“{last.name}”，本报告是“{this.name}”。更名的请填“原单位名称”，拿错的请换。"
        yield Fault(message, place=case.book.details["former_name"], actual=last.name, expected=this.name)


@rule(
    "Y106",
    "other-year",
    "warning",
    title="用来比较的不是上一年度的报告",
    explanation="用来比较的报告年度应比本报告早一年，否则上年结转、现行有效件数和同比都无从核对。请换成上一年度的报告。",
    basis="跨年比较以上一年度的报告为准",
)
def other_year(case: Case) -> Iterator[Fault]:
    """A report to compare with that is not of the year before."""
    if case.previous and case.report.year and case.previous.year and case.previous.year != case.report.year - 1:
        message = f"用来比较的是 {case.previous.year} 年度的报告，应为 {case.report.year - 1} 年度。请换成上一年度的报告。"
        yield Fault(message, place=case.book.details[YEAR], actual=str(case.previous.year), expected=str(case.report.year - 1))


@rule(
    "Y107",
    "other-edition-last-year",
    "notice",
    title="上年报告是另一版格式的",
    explanation="统一格式换版的那一年，上年报告没有本年要核对的某些数（如 2020 年度的报告没有现行有效件数），程序不能核对它们，其余各项照常核对。请人工核对；拿错了报告的请换。",
    basis="跨年比较只比两版格式中含义相同的数",
)
def other_edition_last_year(case: Case) -> Iterator[Fault]:
    """Last year's report of another edition that does not count what this one is compared with; what it counts is compared."""
    last = case.previous
    if last is None or last.form.id == case.form.id:
        return
    from xltools.report.conversion import matching_figures  # only where the editions differ

    counted = matching_figures(last.form, case.form)
    lost = [relation for relation in case.form.year_relations if any(term.figure not in counted for term in relation.last)]
    if not counted:
        told = f"上年报告是“{last.form.title}”（{last.form.edition}），不是同一种报告，没有核对。请换成上一年度的同一种报告。"
    else:
        ids = dict.fromkeys(term.figure for relation in lost for term in relation.last if term.figure not in counted)
        names = "、".join(f"“{case.form.figures[id].name}”" for id in ids)
        told = f"上年报告用的是{last.form.edition}的格式，没有{names}，这几项没有与上年核对。请人工核对。"
    if lost or not counted:
        figures = tuple(dict.fromkeys(relation.this[0].figure for relation in lost))
        place = case.book.figures[figures[0]] if figures else case.book.details[YEAR]
        yield Fault(told, place=place, figures=figures, actual=last.form.id, expected=case.form.id)


RULES = (carry_over_mismatch, stock_mismatch, growth_mismatch, copied_problems, other_unit, other_year, other_edition_last_year)
