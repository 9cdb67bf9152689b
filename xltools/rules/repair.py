"""group_broken: broken relations that hang together, and the smallest change that clears their remainders and disturbs no other one."""

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import combinations
from typing import NamedTuple

from xltools.form.book import Place
from xltools.form.definition import Form
from xltools.form.relations import Relation
from xltools.numerals import Number
from xltools.report.filled import Report

MOST_CHANGES = 4  # more wrong figures that hang together are not told apart

Equation = Mapping[str, Number]  # the weight of each figure filled in or stored, left less right; empty where it is more than two sums


class Step(NamedTuple):
    """One figure to change."""

    figure: str
    before: Number
    after: Number


class Group(NamedTuple):
    """Broken relations with one cause: the first is the root, the others follow from it."""

    relations: tuple[Relation, ...]
    repair: tuple[Step, ...]  # the one smallest change that mends them all, () where there is none or more than one
    suspects: tuple[str, ...]  # then the figures in question, the likeliest first
    likely: Step | None = None  # a change that is no surer, but mends what people do
    why: str = ""  # the slip that it mends, one of SLIPS
    move: tuple[Step, ...] = ()  # the first of several ways to move an amount to another column


def group_broken(report: Report, broken: Sequence[Relation]) -> list[Group]:
    """Return the groups of these broken relations of a report, each relation in one group."""
    if not broken:
        return []
    equations = {relation.id: equation(report, relation) for relation in report.form.relations}
    derived = {relation.id: _among_parts(report.form, relation, broken, equations) for relation in broken}
    roots = [relation for relation in broken if not derived[relation.id]]
    groups = [group for component in _components(report, roots, equations) for group in _mend(report, component, equations)]
    following = [[other for other in broken if derived[other.id] in [root.id for root in group.relations]] for group in groups]
    return [group._replace(relations=(*group.relations, *others)) for group, others in zip(groups, following, strict=True)]


def equation(report: Report, relation: Relation) -> Equation:
    """Return the relation with every total that is not stored replaced by its parts."""
    signs: dict[str, Number] = {}

    def add(figure: str, weight: Number) -> bool:
        definition = None if figure in report.figures else report.form.definitions.get(figure)
        if definition is None:
            signs[figure] = signs.get(figure, 0) + weight
            return True
        return definition.is_linear and all(add(term.figure, weight * term.weight) for term in definition.right)

    sides = (*((term, 1) for term in relation.left), *((term, -1) for term in relation.right))
    if not relation.is_linear or not all(add(term.figure, side * term.weight) for term, side in sides):
        return {}
    return {figure: sign for figure, sign in signs.items() if sign}


def _remainder(report: Report, signs: Equation) -> Number:
    return sum(sign * report.numbers[figure] for figure, sign in signs.items())


def _among_parts(form: Form, relation: Relation, broken: Sequence[Relation], equations: Mapping[str, Equation]) -> str:
    """Return the first broken relation that this one is a sum of: one column's balance for the total column's; "" where there is none."""
    peers = [other for other in form.relations if other.rule == relation.rule and other is not relation]
    inside = [other for other in peers if equations[other.id] and equations[other.id].items() <= equations[relation.id].items()]
    covered = {figure for other in inside for figure in equations[other.id]}
    if len(inside) > 1 and covered == equations[relation.id].keys():
        return next((other.id for other in inside if other in broken), "")
    return ""


def _components(report: Report, relations: Sequence[Relation], equations: Mapping[str, Equation]) -> list[list[Relation]]:
    """Return the relations that share figures or whose remainders cancel out: in neighbouring columns, or where no third is as large."""
    remainders = {relation.id: _remainder(report, equations[relation.id]) for relation in relations}

    def cancel_out(one: Relation, other: Relation) -> bool:
        if one.rule != other.rule or not remainders[one.id] or remainders[one.id] != -remainders[other.id]:
            return False
        places = report.book.figures
        as_large = [third for third in relations if third.rule == one.rule and abs(remainders[third.id]) == abs(remainders[one.id])]
        return len(as_large) == 2 or _are_neighbours(places[one.figures[0]], places[other.figures[0]])

    def linked(one: Relation, other: Relation) -> bool:
        return bool(equations[one.id].keys() & equations[other.id].keys()) or cancel_out(one, other)

    components: list[list[Relation]] = []
    for relation in relations:
        joined = [component for component in components if any(linked(relation, other) for other in component)]
        components = [c for c in components if c not in joined]
        components.append([*(other for component in joined for other in component), relation])
    return components


def _mend(report: Report, component: Sequence[Relation], equations: Mapping[str, Equation]) -> Iterator[Group]:
    """Yield the component as groups of one repair each: figures changed, else an amount moved along its row or to a neighbouring cell, if just one way does."""
    inside = {relation.id for relation in component}
    own = {relation.id: equations[relation.id] for relation in component}
    others = [signs for id, signs in equations.items() if id not in inside and not _remainder(report, signs)]
    figures = list(dict.fromkeys(figure for signs in own.values() for figure in signs))
    changes = [change for figure in figures if (change := _change(report, {figure: 1}, own, others))]
    by_size = (list(_covers(inside, changes, size)) for size in range(1, MOST_CHANGES + 1))
    covers = next(filter(None, by_size), None) or [[move] for move in _moves(report, figures, own, others) if move.relations == inside]
    if len(covers) == 1:
        for change in covers[0]:
            changed = {step.figure for step in change.steps}
            mended = [relation for relation in component if relation.id in change.relations]
            # the relation that defines the figure to change comes first
            yield Group(tuple(sorted(mended, key=lambda relation: relation.total not in changed)), change.steps, ())
        return
    suspects = tuple(dict.fromkeys(step.figure for cover in covers for change in cover for step in change.steps)) or tuple(figures)
    steps = [change.steps[0] for cover in covers for change in cover if len(cover) == len(change.steps) == 1]
    slips = {step.figure: (rank, why) for step in steps if (slip := _slip(step, component)) for rank, why in (slip,)}
    best = min(slips.values(), default=None)
    likely = [step for step in steps if slips.get(step.figure) == best] if best else []
    suspects = tuple(sorted(suspects, key=lambda figure: slips.get(figure, (len(SLIPS), ""))))
    one = likely[0] if best and (len(likely) == 1 or best[1] == FORGOTTEN) else None
    moved = [cover[0].steps for cover in covers if len(cover[0].steps) > 1]
    yield Group(tuple(component), (), suspects, one, best[1] if best and one else "", moved[0] if moved and len(component) > 1 else ())


FORGOTTEN = "漏填"
SLIPS = ("数字前后颠倒", "多打或少打一位数字", "多了负号", FORGOTTEN)  # what people do to a number, the likeliest first


def _slip(step: Step, component: Sequence[Relation]) -> tuple[int, str] | None:
    """Return the slip that a change would mend, with its rank; None where it is no usual one."""
    # a total, or the last term of a balance (结转下年度), left at nothing
    if not step.before and any(step.figure == relation.figures[0] for relation in component):
        return SLIPS.index(FORGOTTEN), FORGOTTEN
    before, after = str(step.before), str(step.after)
    longer, shorter = sorted((before, after), key=len, reverse=True)
    swapped = {before[:n] + before[n + 1] + before[n] + before[n + 2 :] for n in range(len(before) - 1)} - {before}
    if after in swapped:
        return 0, SLIPS[0]
    if len(shorter) > 1 and len(longer) == len(shorter) + 1 and "-" not in longer:
        doubled = {longer[:n] + longer[n + 1 :] for n in range(1, len(longer)) if longer[n] == longer[n - 1]}
        if shorter in doubled or (step.before and longer.startswith(shorter)):
            return 1, SLIPS[1]
    return (2, SLIPS[2]) if step.before == -step.after and step.before else None


class Change(NamedTuple):
    """A change of one or two figures, and the broken relations that it mends."""

    steps: tuple[Step, ...]
    relations: frozenset[str]


def _covers(relations: Set[str], changes: Sequence[Change], size: int) -> Iterator[list[Change]]:
    """Yield the ways to mend each of the relations by exactly one of so many changes."""
    if not relations:
        yield []
    elif size:
        first = min(relations)
        for change in changes:
            if first in change.relations and change.relations <= relations:
                yield from ([change, *rest] for rest in _covers(relations - change.relations, changes, size - 1))


def _moves(report: Report, figures: Sequence[str], own: Mapping[str, Equation], others: Sequence[Equation]) -> Iterator[Change]:
    places = report.book.figures
    for one, other in combinations(figures, 2):
        in_a_row = (places[one].sheet, places[one].row) == (places[other].sheet, places[other].row)
        if (in_a_row or _are_neighbours(places[one], places[other])) and (change := _change(report, {one: 1, other: -1}, own, others)):
            yield change


def _change(report: Report, direction: Mapping[str, int], own: Mapping[str, Equation], others: Sequence[Equation]) -> Change | None:
    """Return how far to go in a direction to mend every broken relation it touches without disturbing another; None where impossible."""

    def slope(signs: Equation) -> Number:
        return sum(signs.get(figure, 0) * sign for figure, sign in direction.items())

    touched = {id: slope(signs) for id, signs in own.items() if slope(signs)}
    if not touched or any(abs(sign) != 1 for sign in touched.values()) or any(slope(signs) for signs in others):
        return None
    amounts = {-_remainder(report, own[id]) * sign for id, sign in touched.items()}
    if len(amounts) > 1:
        return None
    amount = amounts.pop()
    numbers = report.numbers
    steps = tuple(Step(figure, numbers[figure], numbers[figure] + amount * sign) for figure, sign in direction.items())
    possible = all(step.after >= 0 or report.form.figures[step.figure].domain == "signed" for step in steps)
    return Change(steps, frozenset(touched)) if possible else None


def _are_neighbours(one: Place, other: Place) -> bool:
    return one.sheet == other.sheet and abs(one.row - other.row) + abs(one.column - other.column) == 1
