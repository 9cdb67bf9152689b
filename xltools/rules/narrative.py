"""N: breakdowns, balances and percentages that the prose states, the names in braces, and the prose against the tables."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from xltools.form.book import breakdown_id
from xltools.numerals import Number, gap, is_number, show
from xltools.prose.breakdowns import ProseBreakdown
from xltools.prose.claims import Claim, speech_of
from xltools.prose.lexicon import REQUEST
from xltools.prose.statements import Statement, of_nothing
from xltools.report.filled import Report, place_breakdowns
from xltools.report.placeholders import unknown
from xltools.rules.balances import find_balances
from xltools.rules.rule import Case, Fault, Passage, quote, rule, sides


@rule("N101", "breakdown-mismatch", "error")
def breakdown_mismatch(case: Case) -> Iterator[Fault]:
    """A breakdown whose parts do not add up to its total: in the workbook's breakdown table, or in the prose where it is meant whole."""
    told: set[tuple[str, Number, Number]] = set()
    # those of a published file were taken from its prose, which says them better
    listed_breakdowns = () if case.report.is_published else case.report.breakdowns
    for breakdown, area in zip(listed_breakdowns, place_breakdowns(case.report), strict=False):
        total, parts = breakdown.sides
        if total != parts and not isinstance(breakdown.total, str):  # which V102 tells
            told.add((breakdown.section, total, parts))
            stated = f"{show(total)}{breakdown.unit}" if breakdown.total is not None else "未填"
            yield Fault(
                f"“{breakdown.label or '分项表'}”总数{stated}，{len(breakdown.parts)}个分项合计{show(parts)}{breakdown.unit}，"
                f"差{show(gap(total, parts))}{breakdown.unit}。请逐项核对，正文同步改。",
                area.total if area else None,
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
                borne_out = _is_borne_out(case, passage, breakdown)
                alike = (claim for claim in passage.claims if claim.statement.value == breakdown.total)
                if borne_out and any(_agrees(claim, _meanings(case, claim).values()) for claim in alike):
                    continue  # 办结59件,其中予以公开20件,不予处理4件: each is right, and others are left out
                certain = breakdown.certain and not borne_out
                advice = "请逐项核对。" if certain else "请逐项核对；只列了一部分的，写明“等”。"
                found, unit = sides(breakdown.total, breakdown.sum), breakdown.unit
                counted = f"总数{found['actual']}{unit}，分项合计{found['expected']}{unit}"
                apart = show(gap(breakdown.total, breakdown.sum))
                message = f"{quote(passage.text, breakdown.start, breakdown.end)}：{counted}，差{apart}。{advice}"
                yield case.said(passage, breakdown.start, message, **found, severity=None if certain else "warning")


def _is_borne_out(case: Case, passage: Passage, breakdown: ProseBreakdown) -> bool:
    """Tell whether the tables have each part as the prose states it, so that only what the list leaves out may be missing."""
    if breakdown.sum > breakdown.total:
        return False
    of_parts = [claim for claim in passage.claims if claim.statement.amount in breakdown.parts]
    return len(of_parts) == len(breakdown.parts) and all(_agrees(claim, _meanings(case, claim).values()) for claim in of_parts)


def _is_of_those_carried(case: Case, breakdown: ProseBreakdown) -> bool:
    """Tell whether requests carried over, which the tables have and the list does not, are why it differs from those received."""
    carried_in, carried_out = _carried(case, "carry_in", None) or 0, _carried(case, "carry_out", None) or 0
    difference = breakdown.sum - breakdown.total
    return breakdown.received and difference in {carried_in, -carried_out, carried_in - carried_out} - {0}


@rule("N109", "missing-measure-word", "notice")
def missing_measure_word(case: Case) -> Iterator[Fault]:
    """A part of a breakdown without the measure word that its total has."""
    for passage in case.passages:
        bare = {part: one.unit for one in passage.breakdowns if one.unit for part in one.parts if not part.unit}
        for part, unit in bare.items():
            quoted = quote(passage.text, 1 + max(passage.text.rfind(mark, 0, part.start) for mark in "，、；：（。"), part.end)
            yield case.said(passage, part.start, f"{quoted}：数字后缺“{unit}”。请补上。", expected=unit)


@rule("N102", "unknown-placeholder", "error")
def unknown_placeholder(case: Case) -> Iterator[Fault]:
    """A name in braces that stands for no figure, with the nearest names that do."""
    for key, text in case.report.texts.items():
        for name, nearest in unknown(text, case.names):
            hint = f"疑为{'或'.join(f'“{near}”' for near in nearest[:2])}" if nearest else "不是表中数据的名称，可用的见“填报说明”"
            yield case.within(key, f"花括号中的“{name}”有误，{hint}。请改正。", text, max(text.find(name), 0), actual=name)


@rule("N103", "prose-balance-mismatch", "error")
def prose_balance_mismatch(case: Case) -> Iterator[Fault]:
    """Requests received and carried in that are not those answered and carried out, in a passage; a warning where the tables must help."""
    for passage in case.passages:
        for balance in find_balances(passage.prose.statements):
            carried_in = _carried(case, "carry_in", balance.carried_in)
            carried_out = _carried(case, "carry_out", balance.carried_out)
            # 收到43件,办结40件,不再处理1件,结转2件: it balances with what is told beside those answered
            lists = (one for one in passage.breakdowns if one.holds and one.total == balance.received)
            told = any({balance.answered, balance.carried_out} <= {part.value for part in one.parts} for one in lists)
            if carried_in is not None and carried_out is not None and not (told or balance.holds(carried_in, carried_out)):
                left, right = balance.received + carried_in, balance.answered + carried_out
                by_tables = ["（据表）" if number is None else "" for number in (balance.carried_in, balance.carried_out)]
                carried = (f"上年结转{show(carried_in)}{by_tables[0]}", f"结转下年度{show(carried_out)}{by_tables[1]}")
                message = (
                    f"{quote(passage.text, balance.start, balance.end)}：新收{show(balance.received)}＋{carried[0]}＝{show(left)}，"
                    f"办结{show(balance.answered)}＋{carried[1]}＝{show(right)}，差{show(gap(left, right))}。请核对这四个数。"
                )
                stated = None not in (balance.carried_in, balance.carried_out)
                yield case.said(passage, balance.start, message, **sides(left, right), severity=None if stated else "warning")


def _carried(case: Case, way: str, stated: Number | None) -> Number | None:
    """Return how many requests were carried over: as stated, else as in the tables, None where they do not tell."""
    return stated if stated is not None else next(iter(_known(case, of_nothing((way,), REQUEST))), None)


def _known(case: Case, stated: Statement) -> tuple[Number, ...]:
    """Return the numbers of the tables that a statement may mean, the likeliest first, of those that are known."""
    means = (ids for mention in speech_of(case.form).meant(stated)[:1] for ids in mention.means)
    return tuple(sum(case.report.numbers[id] for id in ids) for ids in means if all(case.report.is_known(id) for id in ids))


def _with_result(case: Case, result: str) -> tuple[Number, ...]:
    """Return the numbers of the tables that a count of requests with this result may mean, of those that are known."""
    of_all = of_nothing((), REQUEST)
    return _known(case, of_all._replace(results=((result,),))) or _known(case, of_all._replace(who=frozenset({result})))


@rule("N104", "percentage-mismatch", "warning")
def percentage_mismatch(case: Case) -> Iterator[Fault]:
    """A percentage behind a part that is not the part's share of its total, rounded to the places that are written."""
    spoken = [passage for passage in case.passages if "%" in passage.prose.text]
    if not spoken:
        return
    from xltools.rules.shares import find_shares  # slow to import

    handled = [number for number in _known(case, of_nothing(("handle",), REQUEST)) if number]
    for passage in spoken:
        for share in find_shares(passage.prose, passage.breakdowns, handled, partial(_with_result, case)):
            if not share.holds:
                counted = f"{show(share.part)}÷{show(share.total)}＝{share.expected}%，正文写{share.stated}%"
                message = f"{quote(passage.text, share.start, share.end)}：{counted}。请核对件数和百分比。"
                stated, expected, difference = (f"{number}%" for number in (share.stated, share.expected, share.stated - share.expected))
                yield case.said(passage, share.start, message, actual=stated, expected=expected, difference=difference)


@rule("N105", "prose-table-mismatch", "error")
def prose_table_mismatch(case: Case) -> Iterator[Fault]:
    """A claim that no figure bears out; a warning where it hints at another count, or the prose states the figure elsewhere."""
    stated = [(passage, claim, _meanings(case, claim)) for passage in case.passages for claim in passage.claims]
    agreed = {claim.mention.name for _, claim, meanings in stated if _agrees(claim, meanings.values())}
    carried_in = _carried(case, "carry_in", None) or 0
    together: dict[tuple[str, int, str], Number] = defaultdict(int)  # what all claims of one sentence about one quantity add up to
    for passage, claim, _ in stated:
        together[passage.section, claim.statement.sentence, claim.mention.name] += _value(claim)
    for passage, claim, meanings in stated:
        one, numbers, again = claim.statement, meanings.values(), claim.mention.name in agreed
        if not meanings or _agrees(claim, numbers):
            continue
        spoken = together[passage.section, one.sentence, claim.mention.name]
        if any(spoken == number or (spoken == 2 * number and _value(claim) < number) for number in numbers):
            continue  # 决定废止1件、失效5件; 局机关收到21件,基层所队收到37件,共计58件
        if (one.inner or again) and "handle" in one.events and _value(claim) + carried_in in numbers:
            continue  # 收到的58件申请中办结55件, 办结上年结转4件: without the answers to what was carried in
        if again and (one.item.before.startswith("通过") or "issue" in one.events or (one.item.before.endswith("事项") and not one.own)):
            continue  # 通过专区接收申请12件; 在网站发布规范性文件50件; 行政强制事项3件
        if not (_is_sum(passage, one) or any(leaves(passage, one, numbers) for leaves in (_has_office, _is_part_of, _is_beside_an_office))):
            yield _fault(case, passage, claim, meanings, claim.doubtful or again)


def _is_sum(passage: Passage, stated: Statement) -> bool:
    """Tell whether an amount that names nothing adds up others: 收到58件,撤回26件,受理32件(公开20件、部分公开12件)."""
    return not stated.said and any(one.total == stated.value and one.holds and stated.amount not in one.parts for one in passage.breakdowns)


def _has_office(passage: Passage, stated: Statement, meant: Collection[Number]) -> bool:
    """Tell whether the tables' number is that of one office in the list of all: 全市收到1200件,其中市政府58件."""
    alike = (one for one in passage.breakdowns if stated.office and one.total == stated.value)
    lists = (one for one in alike if one.start <= stated.amount.start < one.end and one.holds)
    return any(part.value in meant for one in lists for part in one.parts)


def _is_part_of(passage: Passage, stated: Statement, meant: Collection[Number]) -> bool:
    """Tell whether an amount and others make up the tables' number, without what was carried in: 收到58件,答复56件,其余2件结转."""
    lists = (one for one in passage.breakdowns if one.total in meant and one.holds and stated.amount in one.parts)
    return any(lists) and not any("carry_in" in one.events for one in passage.prose.stated[stated.sentence] if one.value)


def _is_beside_an_office(passage: Passage, stated: Statement, meant: Collection[Number]) -> bool:
    """Tell whether the prose gives the tables' number for one office where this is of an area, or the other way round: 全县137件,其中县府办21件."""
    stating = passage.prose.statements if stated.office else ()
    alike = (one for one in stating if one.objects == stated.objects and {*stated.events}.issuperset(one.events))
    return any(one.value in meant and one.office not in ("", stated.office) for one in alike)


def _meanings(case: Case, claim: Claim) -> dict[tuple[str, ...], Number]:
    """Return the sums that a claim may mean, of those whose figures are all known; none where a part of any was not read."""
    if any(not case.report.unread_figures.isdisjoint(ids) for ids in claim.means):
        return {}
    return {ids: number for ids in claim.means if (number := _sum(case.report, ids)) is not None}


def _sum(report: Report, ids: tuple[str, ...]) -> Number | None:
    """Return the sum of figures, None where unknown; what a published report leaves blank beside filled cells is nothing."""
    if all(report.is_known(id) for id in ids):
        return sum(report.numbers[id] for id in ids)
    stated = [report.computed[id] for id in ids if _is_filled(report, id)]
    return sum(stated) if stated and (report.is_published or len(stated) == len(ids)) else None


def _is_filled(report: Report, id: str) -> bool:
    """Return whether a figure is a number, or a total of some that are."""
    terms = report.form.definitions[id].right if id in report.form.definitions else ()
    return is_number(report.figures.get(id)) or any(_is_filled(report, term.figure) for term in terms)


def _agrees(claim: Claim, numbers: Collection[Number]) -> bool:
    """Tell whether a claim states one of these numbers; an amount of money may be rounded to the places that are written."""
    value = _value(claim)
    places = Decimal(1).scaleb(int(Decimal(value).as_tuple().exponent))
    return any(value in (number, Decimal(number).quantize(places, ROUND_HALF_UP)) for number in numbers)


def _value(claim: Claim) -> Number:
    value = claim.statement.value
    return Decimal(value) / 10_000 if claim.statement.amount.unit == "元" else value  # the tables' amounts are of 万元


def _fault(case: Case, passage: Passage, claim: Claim, meanings: dict[tuple[str, ...], Number], doubtful: bool) -> Fault:
    ids, number = next(iter(meanings.items()))
    unit = case.form.figures[ids[0]].unit
    table = case.form.section_of_table[case.form.figures[ids[0]].table].sheet
    advice = "口径不同的请写明，否则改成一致。" if doubtful else "请核实后改成一致。"
    found, quoted = sides(_value(claim), number), quote(passage.text, claim.statement.start, claim.statement.end)
    both = f"正文写{claim.mention.name}{found['actual']}{unit}，“{table}”为{found['expected']}{unit}"
    message = f"{quoted}：{both}，差{show(gap(_value(claim), number))}{unit}。{advice}"
    return case.said(passage, claim.statement.start, message, figures=ids, **found, severity="warning" if doubtful else None)
