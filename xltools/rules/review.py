"""All findings of a report, numbered, with their place, and with what is only a consequence of another one marked as such."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from xltools.form.book import CHECKS, Check, Place
from xltools.form.relations import YEAR_RULES
from xltools.numerals import list_some, show
from xltools.report.filled import Report
from xltools.report.origin import Spot
from xltools.report.provenance import Children
from xltools.rules.below import link_children
from xltools.rules.integrity import explanation_lapsed
from xltools.rules.registry import RULES
from xltools.rules.repair import FORGOTTEN, Group, Step, equation, find_shift, group_broken
from xltools.rules.rule import Case, Finding, judge

NAMED = 5  # how many cells in question are named one by one


class Review(NamedTuple):
    """A report's findings."""

    report: Report
    findings: tuple[Finding, ...]

    @property
    def unexplained(self) -> tuple[Finding, ...]:
        """Return the errors that staff gave no reason for, neither for themselves nor for what they are a consequence of."""
        by_id = {finding.id: finding for finding in self.findings}
        errors = (finding for finding in self.findings if finding.severity == "error" and not finding.explanation)
        return tuple(finding for finding in errors if not (finding.because and by_id[finding.because].explanation))

    @property
    def obstacles(self) -> int:
        """Return how many faults keep the report from being exported as finished: unexplained errors, or what could not be read; 0 for none."""
        return len(self.unexplained) or len(self.report.unread)


def review(report: Report, previous: Report | None = None, children: Children | None = None) -> Review:
    """Return all findings of a report; with last year's, those of the Y rules too, and with the units below, what is not their sum."""
    case = Case(report, previous, children)
    linked = _link(report, list(judge(case, (rule for rule in RULES if rule is not explanation_lapsed))))
    if children:
        linked = link_children(report, children, linked)
    # a reason that was given for another difference explains nothing
    meant = (finding for finding in linked if report.excused.get(finding.key, finding.stake) == finding.stake)
    reasons = {finding.id: report.explanations.get(finding.key) or None for finding in meant}
    explained = tuple(_locate(report, finding._replace(explanation=reasons.get(finding.id))) for finding in linked)
    return Review(report, (*explained, *judge(replace(case, found=explained), [explanation_lapsed], len(explained))))


def _link(report: Report, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings, each consequence with its cause: text in a figure, else the first of the broken relations that hang together."""
    by_key = {finding.fault.key: finding for finding in findings if finding.fault.key}
    linked = {finding.id: finding for finding in findings}
    for group in group_broken(report, [relation for relation in report.form.relations if relation.id in by_key]):
        root, *others = (by_key[relation.id] for relation in group.relations)
        # text where a number of the root belongs: until it is a number, nothing can be said of the rest
        behind = equation(report, group.relations[0]).keys() or set(group.relations[0].figures)
        text = next((f for f in findings if f.rule.name == "not-a-number" and behind & set(f.fault.figures)), None)
        # another finding that says of a figure that it should be what would mend the rest
        known = [(f, step) for step in group.repair or group.suspects for f in findings if _is_wrong(f, step)]
        cause = text or next((f for f, _ in known), None)
        if known and not group.repair:
            first, others_in_doubt = known[0][1], [step for step in group.suspects if step != known[0][1]]
            group = group._replace(suspects=(first, *others_in_doubt), likely=(first,), why=group.why if (first,) == group.likely else "")
        told = linked[(cause or root).id]
        if not text:
            suspects = tuple(step.figure for step in group.suspects[:NAMED])
            linked[told.id] = told._replace(repair=group.repair, suspects=suspects, advice=_advice(report, group))
        for finding in (root, *others) if cause else others:
            linked[finding.id] = finding._replace(because=told.id)
    # a total that differs from last year's as one of the figures does that it is computed from
    carried = {finding.fault.figures[0]: finding for finding in findings if finding.rule.name in YEAR_RULES}
    for figure, finding in carried.items():
        parts = [] if figure in report.figures else report.form.definitions[figure].right
        for part in [carried[term.figure] for term in parts if term.figure in carried][:1]:
            linked[finding.id] = finding._replace(because=part.id)
    return tuple(linked.values())


def _is_wrong(finding: Finding, step: Step) -> bool:
    """Tell whether a finding says of a figure to change that it cannot be, or as much as would be changed from last year's report."""
    impossible = finding.rule.name in ("negative", "fraction")
    expected = finding.rule.name in YEAR_RULES and finding.fault.expected == show(step.after)
    return (impossible or expected) and step.figure in finding.fault.figures[:1]


def _advice(report: Report, group: Group) -> str:
    """Return what to change, or where to look, in words."""
    kept = _kept_total(report, group.repair[0].figure) if len(group.repair) == 1 else None
    if kept:
        return f"以各项之和为准的，请删去“{CHECKS}”{kept.address}，总计即由公式算出。"
    if len(group.repair) == 1:
        return f"{_changed(report, group.repair[0])}后即相符。请查台账确认。"
    if group.repair:
        return f"可能填错了格：{_moved(report, group.repair)}后即相符。请查台账确认。"
    if not group.suspects:  # of a limit, a rate or a condition any figure may be wrong
        return ""
    doubtful = f"可能有误的是{list_some([_address(report, step.figure) for step in group.suspects], NAMED, '，也可能是同行同列的其他格')}。"
    if not group.likely:
        return doubtful
    if len(group.likely) > 1:
        return f"可能填错了格，如{_moved(report, group.likely)}后即相符；{doubtful}"
    step = group.likely[0]
    if group.why == FORGOTTEN:
        return f"最可能是{_cell(report, step)}漏填{show(step.after)}；{doubtful}"
    return f"最可能是{_changed(report, step)}{f'（{group.why}）' if group.why else ''}；{doubtful}"


def _kept_total(report: Report, figure: str) -> Place | None:
    """Return the cell of 校验 that keeps a total as an imported report stated it: the total's own cell is locked."""
    if report.origin.kind != "workbook" or figure not in report.stored_totals or figure in report.origin.overwritten:
        return None
    return next(line.place(Check.PUBLISHED) for line in report.book.checks if line.relation and line.relation.total == figure)


def _changed(report: Report, step: Step) -> str:
    """Return a change in words: blank is not 0."""
    blank = report.shown(step.figure) is None
    return f"{_cell(report, step)}{'补填' if blank else f'由{show(step.before)}改为'}{show(step.after)}"


def _moved(report: Report, steps: Sequence[Step]) -> str:
    """Return in words from where to where an amount, or a whole row, would be moved, or what each of several cells would be."""
    inputs = {step.figure: step for step in steps if report.form.figures[step.figure].kind == "input"}
    if cells := find_shift(report, {id: step.after - step.before for id, step in inputs.items()}):
        ids = {place: id for id, place in report.book.figures.items()}
        first, last, free = (ids[place] for place in (min(cells), max(cells), cells[-1]))
        line, (slip, back) = "行" if cells[0].row == cells[1].row else "列", "后前" if cells[0] < cells[1] else "前后"
        between = f"{_address(report, first)}至{_address(report, last)}"
        left = show(inputs[free].after if free in inputs else report.numbers[free])
        return f"整{line}错{slip}一格，{between}的数各{back}移一格、{_address(report, free)}填{left}"
    giver, *_, taker = sorted(steps, key=lambda step: step.after - step.before)
    amount = taker.after - taker.before
    if len(steps) > 2 or giver.after - giver.before != -amount:
        return list_some([_changed(report, step) for step in steps], NAMED, "等{}格", "，")
    return f"{_cell(report, giver)}减{show(amount)}，{_cell(report, taker)}加{show(amount)}"


def _cell(report: Report, step: Step) -> str:
    label = report.form.figures[step.figure].short
    return f"“{label}”" if report.is_published else f"{_address(report, step.figure)}格“{label}”"


def _address(report: Report, figure: str) -> str:
    """Return the figure's cell in the workbook; in a published file, which has no such cells, its label."""
    return f"“{report.form.figures[figure].short}”" if report.is_published else report.book.figures[figure].address


def _locate(report: Report, finding: Finding) -> Finding:
    """Return the finding with its place in a published file; unchanged for a report from a workbook."""
    if not report.is_published:
        return finding
    spot, paragraph = _spot(report, finding)
    section = report.form.section_by_key.get(finding.fault.section or "")
    words = (section.title if section else "全文") + (f"第{paragraph}段" if paragraph else "")
    return finding._replace(source=spot, where=f"{words}（{spot}）" if spot and str(spot) else words)


def _spot(report: Report, finding: Finding) -> tuple[Spot | None, int]:
    """Return where the finding stands, and in prose the number of its paragraph within the section; 0 elsewhere."""
    fault, publication = finding.fault, report.origin.publication
    area = report.book.texts.get(fault.section or "")
    if fault.spot:
        return fault.spot, 0
    if area is None:
        return next((publication.spots[id] for id in fault.figures if id in publication.spots), None), 0
    if fault.place not in area.paragraphs:
        return None, 0
    number = area.paragraphs.index(fault.place)
    spots = publication.paragraph_spots.get(area.section.key, ())
    return spots[number] if number < len(spots) else None, number + 1
