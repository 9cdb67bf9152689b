"""T4: the report of an office against those of the units below it, and which of its findings follow from one figure or one unit."""

from collections.abc import Iterator, Mapping, Sequence

from xltools.form.definition import Form
from xltools.form.unit import plain_name
from xltools.numerals import Number, gap, list_some, show
from xltools.report.filled import Report, holds
from xltools.report.provenance import Children
from xltools.rules.repair import equation
from xltools.rules.rule import Case, Fault, Finding, More, alike, rule, sides

NAMED = 3  # how many units a message names


@rule("T401", "children-mismatch", "error")
def children_mismatch(case: Case) -> Iterator[Fault]:
    """A figure that is not the sum of the children's; blank counts as 0, and neither rates nor what is the office's own is summed."""
    children = case.children
    if children is None:
        return
    for id, figure in case.form.figures.items():
        number = case.report.known_number(id) if figure.across_units == "sum" and id not in case.form.rates else None
        if number is None or number == (total := children.sums[id]):
            continue
        blank = case.report.figures.get(id, 0) is None
        message = (
            f"{figure.short}：本报告{'未填' if blank else show(number)}，{children.count}个单位合计{show(total)}，"
            f"{'少' if number < total else '多'}{show(gap(number, total))}。{_clue(children, id, number - total)}请核对。"
        )
        # a child's cell that could not be added may be what is lacking
        fault = case.at([id], message, **sides(number, total), severity="warning" if id in children.unusable else None)
        yield fault._replace(actual=None) if blank else fault


def _clue(children: Children, id: str, difference: Number) -> str:
    """Return a sentence on the units that make the difference, as far as that can be told."""
    if id in children.unusable:
        return f"{_name(children.unusable[id])}的这一格未识别或不是数字，未相加。"
    if units := _units_of(children, id, difference):
        happened = "未计入" if difference < 0 else "计了两次"
        return f"{_name(units)}所报正好是{show(gap(difference, 0))}，可能{'其中一个' if len(units) > 1 else ''}{happened}。"
    if children.missing and difference > 0:
        return f"未报送的{_name(children.missing)}可能已计入。"
    return ""


def _units_of(children: Children, id: str, difference: Number) -> tuple[str, ...]:
    """Return the units whose number is as large as the difference."""
    size = gap(difference, 0)
    return tuple(dict.fromkeys(unit for unit, number in children.contributions.get(id, ()) if number == size))


def _name(units: Sequence[str]) -> str:
    return list_some((f"“{unit}”" for unit in units), NAMED, "等{}个单位", between="")


@rule("T402", "missing-child", "warning")
def missing_child(case: Case) -> Iterator[Fault]:
    """A unit of the roster without a report among the children; one that the sum itself names as lacking is told by T403 or T404."""
    told = {plain_name(lack.unit) for lack in case.report.provenance.lacks} if case.report.provenance else set()
    for name in case.children.missing if case.children else ():
        if plain_name(name) not in told:
            yield Fault(f"没有“{name}”的报告。请催报；确已撤销的，从名册中删去。", expected=name, key=f"missing-child:{name}")


LACKING = {
    "unit-missing": "总计不含该单位。请催报后重新汇总，或写明原因。",
    "unit-unusable": "总计不含该单位。请单位重新报送后再汇总，或写明原因。",
    "file-unusable": "总计不含这一份。是报告的，请重新报送后再汇总；不是的，移出文件夹后再汇总，或写明原因。",
    "unit-unknown": "总计不全。请单位改正后重新汇总，或写明原因。",
}


def _lacking(case: Case, name: str) -> Iterator[Fault]:
    for lack in case.report.provenance.lacks if case.report.provenance else ():
        if lack.key.partition(":")[0] == name:
            advice = LACKING[name if lack.unit else "file-unusable"]
            told, more = f"{lack.what}{advice}", More(expected=lack.unit or None, key=lack.key)
            yield case.at(lack.figures, told, **more) if lack.figures else Fault(told, **more)


unit_missing = alike("T403", "unit-missing", "error", _lacking, "A unit that had handed in nothing when the sum was made.")
unit_unusable = alike("T404", "unit-unusable", "error", _lacking, "A file that could not be added though its unit should be in the sum.")
unit_unknown = alike("T405", "unit-unknown", "error", _lacking, "Figures of a sum that lack what a unit's report does not tell.")


@rule("T406", "left-out", "notice")
def left_out(case: Case) -> Iterator[Fault]:
    """Reports that were there when the sum was made and did not belong into it."""
    others = [one for one in case.report.provenance.left_out if not one.is_lacking] if case.report.provenance else []
    if others:
        told = list_some((f"“{one.unit or one.file}”（{one.reason.rstrip('。')}）" for one in others), NAMED, "等{}份", between="")
        yield Fault(f"未计入{told}。请核对。")


Mismatches = Mapping[str, Finding]  # the findings of children-mismatch by their figure


def link_children(report: Report, children: Children, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings, those that follow from a figure other than the children's with the number of that finding.

    A total follows from its parts, and figures that all lack just one unit's numbers from the first of them.
    """
    by_figure = {finding.fault.figures[0]: finding for finding in findings if finding.rule is children_mismatch}
    if not by_figure:
        return tuple(findings)
    causes = {finding.id: finding.because for finding in findings if finding.because}
    causes |= dict(_totals(report, children, by_figure)) | dict(_relations(report, children, findings, by_figure))
    roots = {figure: finding for figure, finding in by_figure.items() if finding.id not in causes}
    advice: dict[int, str] = {}
    differences = {figure: report.numbers[figure] - children.sums[figure] for figure in roots}
    for units, figures in _whole_units(report.form, children, differences):
        first, *others = (roots[figure] for figure in figures)
        causes |= {finding.id: first.id for finding in others}
        which = "其中一个单位" if len(units) > 1 else "这个单位"
        happened = "未计入" if differences[figures[0]] < 0 else "计了两次"
        advice[first.id] = f"有{len(figures)}格的差额都正好是{_name(units)}所报的数据，很可能{which}整份{happened}。"
    following = (one._replace(because=_root(one.id, causes), repair=(), suspects=(), advice="") for one in findings if one.id in causes)
    by_id = {one.id: one for one in following}
    return tuple(by_id.get(one.id) or one._replace(advice=advice.get(one.id, one.advice)) for one in findings)


def _root(id: int, causes: Mapping[int, int]) -> int:
    return _root(causes[id], causes) if id in causes else id


def _totals(report: Report, children: Children, by_figure: Mismatches) -> Iterator[tuple[int, int]]:
    """Yield the totals that are wrong by as much as their parts together, with the first of those."""
    for total, relation in report.form.definitions.items():
        parts = [term.figure for term in relation.right]
        first = next((part for part in parts if part in by_figure), None)
        inside = sum(report.numbers[part] - children.sums[part] for part in parts)
        if total in by_figure and first and inside == report.numbers[total] - children.sums[total]:
            yield by_figure[total].id, by_figure[first].id


def _relations(report: Report, children: Children, findings: Sequence[Finding], by_figure: Mismatches) -> Iterator[tuple[int, int]]:
    """Yield the broken relations that hold among the children's sums, with the first of their figures that is another one there."""
    relations = {relation.id: relation for relation in report.form.relations}
    for finding in findings:
        relation = relations.get(finding.fault.key)
        if relation and holds(relation, children.sums):
            first = next((figure for figure in equation(report, relation) if figure in by_figure), None)
            if first:
                yield finding.id, by_figure[first].id


def _whole_units(form: Form, children: Children, differences: Mapping[str, Number]) -> Iterator[tuple[list[str], tuple[str, ...]]]:
    """Yield units whose every figure the report lacks or has twice, several where they report the same, with those figures."""
    left = dict(differences)
    for figure in differences:
        if figure not in left:
            continue
        suspects: dict[tuple[str, ...], list[str]] = {}
        for unit in _units_of(children, figure, left[figure]):
            figures = tuple(id for id, difference in left.items() if unit in _units_of(children, id, difference))
            alike = len({left[id] > 0 for id in figures}) == 1
            inputs = {figure.id for figure in form.inputs for name, _ in children.contributions.get(figure.id, ()) if name == unit}
            if alike and len(figures) > 1 and inputs <= set(figures):
                suspects.setdefault(figures, []).append(unit)
        if suspects:
            whole = max(suspects, key=len)
            yield suspects[whole], whole
            left = {id: difference for id, difference in left.items() if id not in whole}
