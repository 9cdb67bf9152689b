"""N: the prose against the tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from xltools.numerals import Number, gap, is_number, show
from xltools.prose.claims import Claim
from xltools.prose.statements import Statement
from xltools.report.filled import Report
from xltools.rules.rule import Case, Fault, Passage, Severity, quote, rule, sides

YUAN_PER_UNIT = {"元": Decimal(10_000)}
"""What 万元, the unit of the tables' amounts, has of other units."""


@rule("N105", "prose-table-mismatch", "error")
def prose_table_mismatch(case: Case) -> Iterator[Fault]:
    """A claim of the prose that none of the figures it may mean bears out.

    It is a warning where the wording hints at another count, or where the prose states the tables' figure elsewhere.
    """
    stated = [(passage, claim, _meanings(case, claim)) for passage in case.passages for claim in passage.claims]
    agreed = {claim.mention.name for _, claim, meanings in stated if _value(claim) in meanings.values()}
    together = _sums(stated)
    for passage, claim, meanings in stated:
        if together[passage.section, claim.statement.sentence, claim.mention.name] in meanings.values():
            continue  # 决定废止1件、失效5件
        if _stands_beside_another_office(passage, claim.statement, meanings.values()):
            continue  # 全县收到137件,其中县政府办公室收到21件: one of them is what the tables count
        if meanings and _value(claim) not in meanings.values():
            doubtful = claim.doubtful or claim.mention.name in agreed
            yield _fault(case, passage, claim, meanings, doubtful)


def _stands_beside_another_office(passage: Passage, stated: Statement, meant: Collection[Number]) -> bool:
    """Tell whether the prose gives the tables' number for one office where this is of an area, or the other way round."""
    return bool(stated.office) and any(
        (one.events, one.objects) == (stated.events, stated.objects) and one.value in meant and one.office not in ("", stated.office)
        for one in passage.prose.statements
    )


def _sums(stated: Sequence[tuple[Passage, Claim, object]]) -> Mapping[tuple[str, int, str], Number]:
    """Return what all claims of one sentence about one quantity add up to."""
    sums: dict[tuple[str, int, str], Number] = defaultdict(int)
    for passage, claim, _ in stated:
        sums[passage.section, claim.statement.sentence, claim.mention.name] += _value(claim)
    return sums


def _meanings(case: Case, claim: Claim) -> dict[tuple[str, ...], Number]:
    """Return the sums that a claim may mean, of those whose figures are all known; none where a part of any was not read."""
    if any(not case.report.unread_figures.isdisjoint(ids) for ids in claim.means):
        return {}
    sums = {ids: _sum(case.report, ids) for ids in claim.means}
    return {ids: number for ids, number in sums.items() if number is not None}


def _sum(report: Report, ids: tuple[str, ...]) -> Number | None:
    """Return the sum of figures, None where unknown; what a published report leaves blank beside filled cells is nothing."""
    if all(report.is_known(id) for id in ids):
        return sum(report.numbers[id] for id in ids)
    stated = [report.computed[id] for id in ids if _is_stated(report, id)]
    return sum(stated) if stated and (report.is_published or len(stated) == len(ids)) else None


def _is_stated(report: Report, id: str) -> bool:
    """Return whether a figure is a number, or a total of some that are."""
    if id not in report.form.definitions or is_number(report.figures.get(id)):
        return is_number(report.figures.get(id))
    return any(_is_stated(report, term.figure) for term in report.form.definitions[id].right)


def _value(claim: Claim) -> Number:
    value, unit = claim.statement.value, claim.statement.amount.unit
    return Decimal(value) / YUAN_PER_UNIT[unit] if unit in YUAN_PER_UNIT else value


def _fault(case: Case, passage: Passage, claim: Claim, meanings: dict[tuple[str, ...], Number], doubtful: bool) -> Fault:
    ids, number = next(iter(meanings.items()))
    unit = case.form.figures[ids[0]].unit
    table = case.form.section_of_table[case.form.figures[ids[0]].table].sheet
    advice = "口径不同的请写明，否则改成一致。" if doubtful else "请核实后改成一致。"
    message = (
        f"{quote(passage.text, claim.statement.start, claim.statement.end)}：正文写{claim.mention.name}{show(_value(claim))}{unit}，"
        f"“{table}”为{show(number)}{unit}，差{show(gap(_value(claim), number))}{unit}。{advice}"
    )
    severity: Severity | None = "warning" if doubtful else None
    return case.said(passage, claim.statement.start, message, figures=ids, **sides(_value(claim), number), severity=severity)
