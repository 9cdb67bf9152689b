"""find_causes: which broken relation is only a consequence of another finding."""

from __future__ import annotations

from collections.abc import Sequence

from xltools.form import Relation
from xltools.report import Report, add_up, holds, settle
from xltools.rules.rule import Finding


def find_causes(report: Report, findings: Sequence[Finding]) -> dict[int, int]:
    """For each finding that is a consequence, the id of the finding that it follows from.

    A relation is a consequence of text in one of its figures; of one wrong total where setting that total right mends every
    relation it stands in; and, where all its figures are totals that hold, of the same relation among their parts.
    """
    broken = {finding.fault.key: finding.id for finding in findings if finding.fault.key}
    relations = [relation for relation in report.form.relations if relation.id in broken]
    causes: dict[int, int] = {}
    for relation in relations:
        root = _text_in(relation, findings) or _wrong_total(report, relation, relations, broken) or _among_parts(report, relation, broken)
        if root and root != broken[relation.id]:
            causes[broken[relation.id]] = root
    return {id: _root(id, causes) for id in causes}


def _root(id: int, causes: dict[int, int]) -> int:
    """The finding at the beginning of a chain of causes."""
    while id in causes:
        id = causes[id]
    return id


def _text_in(relation: Relation, findings: Sequence[Finding]) -> int | None:
    """The finding of text where one of the relation's numbers belongs."""
    return next((f.id for f in findings if f.rule.name == "not-a-number" and set(f.fault.figures) & set(relation.figures)), None)


def _wrong_total(report: Report, relation: Relation, relations: list[Relation], broken: dict[str, int]) -> int | None:
    """The finding of a stored total that alone breaks this relation and every other one it stands in."""
    for suspect in relations:
        if suspect.total in relation.figures and suspect.total in report.stored_totals:
            mended = settle(report.form, {**report.figures, suspect.total: add_up(suspect.right, report.numbers)})
            if all(holds(other, mended) for other in report.form.relations if suspect.total in other.figures):
                return broken[suspect.id]
    return None


def _among_parts(report: Report, relation: Relation, broken: dict[str, int]) -> int | None:
    """The finding of the same kind of relation among the parts of totals that hold: one column's balance for the total column's."""
    definitions = [report.form.definitions.get(id) for id in relation.figures]
    if any(definition is None or definition.id in broken for definition in definitions):
        return None
    parts = {term.figure for definition in definitions if definition for term in definition.right}
    for other in report.form.relations:
        if other.rule == relation.rule and other.id in broken and other is not relation and parts.issuperset(other.figures):
            return broken[other.id]
    return None
