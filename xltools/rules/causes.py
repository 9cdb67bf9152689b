"""link: which findings are only consequences of another one, and the repair that would mend them together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from xltools.form.book import plan_book
from xltools.form.definition import YEAR_RULES
from xltools.numerals import list_some, show
from xltools.report.filled import Report
from xltools.rules.repair import Group, Step, equation, group_broken
from xltools.rules.rule import Finding


def link(report: Report, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, each consequence with the number of its cause, and each cause with its repair.

    A broken relation follows from text in one of its figures; else from the first of the broken relations that hang together.
    """
    by_key = {finding.fault.key: finding for finding in findings if finding.fault.key}
    linked = {finding.id: finding for finding in findings}
    for group in group_broken(report, [relation for relation in report.form.relations if relation.id in by_key]):
        root, *others = (by_key[relation.id] for relation in group.relations)
        text = _text_behind(report, group, findings)
        if text:
            linked[root.id] = replace(root, because=text.id)
        else:
            linked[root.id] = replace(root, repair=group.repair, suspects=group.suspects, advice=_advice(report, group))
        for other in others:
            linked[other.id] = replace(other, because=(text or root).id)
    for total, part in _totals_across_years(report, findings):
        linked[total.id] = replace(total, because=part.id)
    return tuple(linked.values())


def _text_behind(report: Report, group: Group, findings: Sequence[Finding]) -> Finding | None:
    """The finding of text where a number of the group's root belongs: until it is a number, nothing can be said of the rest."""
    behind = equation(report, group.relations[0]).keys()
    return next((f for f in findings if f.rule.name == "not-a-number" and behind & set(f.fault.figures)), None)


def _totals_across_years(report: Report, findings: Sequence[Finding]) -> Iterator[tuple[Finding, Finding]]:
    """The totals that differ from last year's only as one of the figures they are computed from does, with that figure's finding."""
    carried = {finding.fault.figures[0]: finding for finding in findings if finding.rule.name in YEAR_RULES}
    for figure, finding in carried.items():
        if figure not in report.figures:
            parts = (term.figure for term in report.form.definitions[figure].right)
            if part := next((carried[part] for part in parts if part in carried), None):
                yield finding, part


NAMED = 6
"""How many cells in question are named one by one."""


def _advice(report: Report, group: Group) -> str:
    """What to change, or where to look, in words."""
    if len(group.repair) == 1:
        return f"把 {_cell(report, group.repair[0])}由 {show(group.repair[0].before)} 改为 {show(group.repair[0].after)}，即全部平衡。"
    if group.repair:
        giver, taker = sorted(group.repair, key=lambda step: step.after - step.before)
        return (
            f"可能填错了格：{_cell(report, giver)}减 {show(giver.before - giver.after)}，"
            f"{_cell(report, taker)}加 {show(taker.after - taker.before)}，即全部平衡。"
        )
    doubtful = f"可能有误的是 {list_some((_address(report, figure) for figure in group.suspects), NAMED, ' 等 {} 格')}。"
    if group.likely:
        return f"最可能是 {_cell(report, group.likely)}漏填了 {show(group.likely.after)}；{doubtful}"
    return doubtful


def _cell(report: Report, step: Step) -> str:
    label = f"“{report.form.figures[step.figure].label}”"
    return label if report.is_published else _address(report, step.figure) + label


def _address(report: Report, figure: str) -> str:
    """The figure's cell in the workbook; in a published file, which has no such cells, its label."""
    if report.is_published:
        return f"“{report.form.figures[figure].label}”"
    return plan_book(report.form).figures[figure].address
