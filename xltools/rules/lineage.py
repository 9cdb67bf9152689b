"""link_children: which findings follow from one figure, or from one unit, that an office's report lacks or has twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from xltools.form.definition import Form
from xltools.numerals import Number
from xltools.report.filled import Report, holds
from xltools.report.units_below import Children
from xltools.rules.below import children_mismatch, name_units, units_of
from xltools.rules.repair import equation
from xltools.rules.rule import Finding

Mismatches = Mapping[str, Finding]
"""The findings of children-mismatch by their figure."""


def link_children(report: Report, children: Children, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, those that follow from a figure other than the children's with the number of that finding.

    A total follows from its parts, a relation that the children's sums fulfil from the figure that breaks it in the report,
    and figures that lack just one unit's numbers from the first of them.
    """
    by_figure = {finding.fault.figures[0]: finding for finding in findings if finding.rule is children_mismatch}
    if not by_figure:
        return tuple(findings)
    causes = {finding.id: finding.because for finding in findings if finding.because}
    causes |= dict(_totals(report, children, by_figure)) | dict(_relations(report, children, findings, by_figure))
    roots = {figure: finding for figure, finding in by_figure.items() if finding.id not in causes}
    advice: dict[int, str] = {}
    differences = {figure: _difference(report, children, figure) for figure in roots}
    for units, figures in _whole_units(report.form, children, differences):
        first, *others = (roots[figure] for figure in figures)
        causes |= {finding.id: first.id for finding in others}
        advice[first.id] = _advice(units, len(figures), missing=differences[figures[0]] < 0)
    return tuple(_linked(finding, causes, advice) for finding in findings)


def _linked(finding: Finding, causes: Mapping[int, int], advice: Mapping[int, str]) -> Finding:
    if finding.id in causes:
        return replace(finding, because=_root(finding.id, causes), repair=(), suspects=(), advice="")
    return replace(finding, advice=advice.get(finding.id, finding.advice))


def _root(id: int, causes: Mapping[int, int]) -> int:
    while id in causes:
        id = causes[id]
    return id


def _difference(report: Report, children: Children, figure: str) -> Number:
    return report.numbers[figure] - children.sums[figure]


def _totals(report: Report, children: Children, by_figure: Mismatches) -> Iterator[tuple[int, int]]:
    """The totals that are wrong by as much as their parts together, with the first of those."""
    for total, relation in report.form.definitions.items():
        parts = [term.figure for term in relation.right]
        first = next((part for part in parts if part in by_figure), None)
        if total in by_figure and first:
            inside = sum(_difference(report, children, part) for part in parts)
            if inside == _difference(report, children, total):
                yield by_figure[total].id, by_figure[first].id


def _relations(report: Report, children: Children, findings: Sequence[Finding], by_figure: Mismatches) -> Iterator[tuple[int, int]]:
    """The broken relations that hold among the children's sums, with the first of their figures that is another one there."""
    relations = {relation.id: relation for relation in report.form.relations}
    for finding in findings:
        relation = relations.get(finding.fault.key)
        if relation and holds(relation, children.sums):
            first = next((figure for figure in equation(report, relation) if figure in by_figure), None)
            if first:
                yield finding.id, by_figure[first].id


def _whole_units(form: Form, children: Children, differences: Mapping[str, Number]) -> Iterator[tuple[list[str], tuple[str, ...]]]:
    """Units whose every figure the report lacks or has twice, several where they report the same, with those figures."""
    left = dict(differences)
    for figure in differences:
        if figure not in left:
            continue
        suspects: dict[tuple[str, ...], list[str]] = {}
        for unit in units_of(children, figure, left[figure]):
            figures = tuple(id for id, difference in left.items() if unit in units_of(children, id, difference))
            alike = len({left[id] > 0 for id in figures}) == 1
            if alike and len(figures) > 1 and _inputs_of(form, children, unit) <= set(figures):
                suspects.setdefault(figures, []).append(unit)
        if suspects:
            whole = max(suspects, key=len)
            yield suspects[whole], whole
            left = {id: difference for id, difference in left.items() if id not in whole}


def _inputs_of(form: Form, children: Children, unit: str) -> set[str]:
    """The inputs in which a unit's number is not 0."""
    return {figure.id for figure in form.inputs for name, _ in children.contributions.get(figure.id, ()) if name == unit}


def _advice(units: Sequence[str], count: int, *, missing: bool) -> str:
    one = "其中一个单位" if len(units) > 1 else "这个单位"
    return f"有 {count} 格所差的都正好是{name_units(units)}所报的数，很可能{one}整份{'没有计入' if missing else '计了两次'}。"
