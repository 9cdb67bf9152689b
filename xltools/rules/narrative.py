"""N: breakdowns, balances and percentages that the prose states, and the names in braces."""

from __future__ import annotations

from collections.abc import Iterator

from xltools.form.book import breakdown_id
from xltools.numerals import Number, gap, is_number, show
from xltools.prose.arithmetic import find_balances, find_shares
from xltools.prose.breakdowns import ProseBreakdown
from xltools.prose.claims import speech_of
from xltools.prose.statements import REQUEST, of_nothing
from xltools.report.filled import place_breakdowns
from xltools.report.placeholders import quantities, unknown
from xltools.rules.quoting import place_in, quote
from xltools.rules.rule import Case, Fault, rule

ACCURATE = "年度报告的内容应当准确、全面（国办公开办函〔2021〕30号）"


@rule(
    "N101",
    "breakdown-mismatch",
    "error",
    title="分项之和不等于总数",
    explanation="正文写了总数，又逐项列出其中各项的，各项之和应等于总数。请核对总数和每一分项，改正填错、漏列或重复的一项；"
    "填了分项表的，表和正文要一起改。只举几个例子的“其中”不检查。",
    basis=ACCURATE,
)
def breakdown_mismatch(case: Case) -> Iterator[Fault]:
    """A breakdown whose parts do not add up to its total: in the workbook's breakdown table, or in the prose where it is meant whole."""
    told: set[tuple[str, Number, Number]] = set()
    # those of a published file were taken from its prose, which says them better
    listed_breakdowns = () if case.report.is_published else case.report.breakdowns
    for breakdown, area in zip(listed_breakdowns, place_breakdowns(case.report), strict=False):
        total, parts = breakdown.sides
        if total != parts:
            told.add((breakdown.section, total, parts))
            listed = " + ".join(f"{name} {show(value)}" for name, value in breakdown.parts if is_number(value) and value)
            stated = f" {show(total)} {breakdown.unit}" if breakdown.total is not None else "没有填"
            yield Fault(
                f"“{breakdown.label or '分项表'}”总数{stated}，所列 {len(breakdown.parts)} 个分项之和 {show(parts)} {breakdown.unit}"
                f"（{listed}），差 {show(gap(total, parts))}。请核对总数和各分项。",
                place=area.total if area else None,
                section=breakdown.section,
                actual=show(total) if breakdown.total is not None else None,
                expected=show(parts),
                difference=show(total - parts),
                basis=area.slot.basis if area else None,
                key=breakdown_id(area.number) if area else "",
            )
    yield from _in_prose(case, told)


def _in_prose(case: Case, told: set[tuple[str, Number, Number]]) -> Iterator[Fault]:
    """Yield the breakdowns of the prose, without those that the section's breakdown table says already."""
    for passage in case.passages:
        for breakdown in passage.breakdowns:
            told_already = (passage.section, breakdown.total, breakdown.sum) in told
            if breakdown.complete and not (breakdown.holds or told_already or _is_of_those_carried(case, breakdown)):
                listed = " + ".join(show(part.value) for part in breakdown.parts)
                advice = "请核对总数和各项。" if breakdown.certain else "请核对总数和各项；列的只是一部分的，请在列举后写明“等”。"
                yield Fault(
                    f"{quote(passage.text, breakdown.start, breakdown.end)}：总数 {show(breakdown.total)} {breakdown.unit}，"
                    f"所列各项之和 {listed} = {show(breakdown.sum)}，差 {show(gap(breakdown.total, breakdown.sum))}。{advice}",
                    place=place_in(case, passage.section, passage.text, breakdown.start),
                    section=passage.section,
                    actual=show(breakdown.total),
                    expected=show(breakdown.sum),
                    difference=show(breakdown.total - breakdown.sum),
                    severity=None if breakdown.certain else "warning",
                )


def _is_of_those_carried(case: Case, breakdown: ProseBreakdown) -> bool:
    """Tell whether requests carried over, which the tables have and the list does not, are why it differs from those received."""
    carried_in, carried_out = _carried(case, "carry_in", None) or 0, _carried(case, "carry_out", None) or 0
    difference = breakdown.sum - breakdown.total
    return breakdown.received and difference in {carried_in, -carried_out, carried_in - carried_out} - {0}


@rule(
    "N102",
    "unknown-placeholder",
    "error",
    title="不认识的数的名称",
    explanation="正文里花括号中的名称在导出时换成表中的数。名称写错就换不了，会原样印在报告里。请按提示改成正确的名称，或删去花括号直接写数。",
    basis="正文所引数字应与附表一致",
)
def unknown_placeholder(case: Case) -> Iterator[Fault]:
    """A name in braces that stands for no figure, with the nearest names that do."""
    if not any("{" in text or "｛" in text for text in case.report.texts.values()):
        return
    names = quantities(case.report)
    for key, text in case.report.texts.items():
        for name, nearest in unknown(text, names):
            hint = f"是不是{'、'.join(f'{{{near}}}' for near in nearest)}？" if nearest else "可用的名称见“填报说明”。"
            yield Fault(
                f"{case.form.section_by_key[key].title}中的“{{{name}}}”没有对应的数，{hint}请改正。",
                place=place_in(case, key, text, max(text.find(name), 0)),
                section=key,
                actual=name,
            )


@rule(
    "N103",
    "prose-balance-mismatch",
    "error",
    title="正文中收办不平",
    explanation="正文写明了收到、上年结转、办结和结转下年的件数时，收到＋上年结转应等于办结＋结转下年。请核对这四个数，并与表三一致。",
    basis="本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和（国办公开办函〔2021〕30号表三表头）",
)
def prose_balance_mismatch(case: Case) -> Iterator[Fault]:
    """Requests received and carried in that are not those answered and carried out, as one passage states them.

    What it does not say of those carried over is taken from the tables, and a difference is a warning then.
    """
    for passage in case.passages:
        for balance in find_balances(passage.prose.statements):
            carried_in = _carried(case, "carry_in", balance.carried_in)
            carried_out = _carried(case, "carry_out", balance.carried_out)
            if carried_in is not None and carried_out is not None and not balance.holds(carried_in, carried_out):
                left, right = balance.received + carried_in, balance.answered + carried_out
                sides = [
                    f"上年结转 {show(carried_in)}" + ("（据表）" if balance.carried_in is None else ""),
                    f"结转下年 {show(carried_out)}" + ("（据表）" if balance.carried_out is None else ""),
                ]
                yield Fault(
                    f"{quote(passage.text, balance.start, balance.end)}：收到 {show(balance.received)} + {sides[0]}"
                    f" = {show(left)}，办结 {show(balance.answered)} + {sides[1]} = {show(right)}，"
                    f"差 {show(gap(left, right))}。请核对这四个数。",
                    place=place_in(case, passage.section, passage.text, balance.start),
                    section=passage.section,
                    actual=show(left),
                    expected=show(right),
                    difference=show(left - right),
                    severity="warning" if None in (balance.carried_in, balance.carried_out) else None,
                )


def _carried(case: Case, way: str, stated: Number | None) -> Number | None:
    """Return how many requests were carried over: as stated, else as in the tables, None where they do not tell."""
    if stated is not None:
        return stated
    mentions = speech_of(case.form).meant(of_nothing((way,), REQUEST))
    ids = mentions[0].means[0] if mentions else ()
    return sum(case.report.numbers[id] for id in ids) if ids and all(case.report.is_known(id) for id in ids) else None


@rule(
    "N104",
    "percentage-mismatch",
    "warning",
    title="百分比与件数不符",
    explanation="正文在一项后面写了它占总数的百分比，按所写的件数重新计算（四舍五入到所写的位数）结果不同。请核对百分比和件数。",
    basis=ACCURATE,
)
def percentage_mismatch(case: Case) -> Iterator[Fault]:
    """A percentage behind a part that is not the part's share of its total, rounded to the places that are written."""
    for passage in case.passages:
        for share in find_shares(passage.prose, passage.breakdowns, _carried(case, "carry_in", None)):
            if not share.holds:
                yield Fault(
                    f"{quote(passage.text, share.start, share.end)}：{show(share.part)} ÷ {show(share.total)} = {share.expected}%，"
                    f"写的是 {share.stated}%。请核对。",
                    place=place_in(case, passage.section, passage.text, share.start),
                    section=passage.section,
                    actual=f"{share.stated}%",
                    expected=f"{share.expected}%",
                    difference=f"{share.stated - share.expected}%",
                )


RULES = (breakdown_mismatch, unknown_placeholder, prose_balance_mismatch, percentage_mismatch)
