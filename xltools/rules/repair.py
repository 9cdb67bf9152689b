"""group_broken: broken relations that hang together, and the fewest slips of a hand that explain them without disturbing another one."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from xltools.form.book import Place
from xltools.form.definition import Form
from xltools.form.relations import Relation
from xltools.numerals import Number, grouped, swapped
from xltools.report.filled import Report, settle

MOST_CHANGES = 4  # more wrong figures that hang together are not told apart
SHIFTED = 3  # fewer wrong figures side by side are no row that was typed one place on
MOST_TRIES = 5_000  # changes that are tried; where they do not suffice, nothing is known

Equation = Mapping[str, Number]  # the weight of each figure filled in or stored, left less right; empty where it is more than two sums
Changes = dict[str, Number]  # what to add to figures


class Step(NamedTuple):
    """One figure to change."""

    figure: str
    before: Number
    after: Number


class Group(NamedTuple):
    """Broken relations with one cause: the first is the root, the others follow from it."""

    relations: tuple[Relation, ...]
    repair: tuple[Step, ...]  # the one smallest change that mends them all, () where there is none or more than one
    suspects: tuple[Step, ...] = ()  # then what may be changed instead, the likeliest first
    likely: tuple[Step, ...] = ()  # the change that is the likeliest, though no surer
    why: str = ""  # the slip that it mends, one of SLIPS


def group_broken(report: Report, broken: Sequence[Relation]) -> Iterator[Group]:
    """Yield the groups of these broken relations of a report, each relation in one group."""
    if not broken:
        return
    # a stored total that adds up follows its parts: whoever added them up did so with the wrong one among them
    defined = [(total, report.form.definitions[total]) for total in report.stored_totals]
    wrong = {total for total, one in defined if not (one.is_linear and report.is_read(one) and report.fulfils(one))}
    equations = {relation.id: equation(report, relation, wrong) for relation in report.form.relations}
    derived = {relation.id: _among_parts(report.form, relation, broken, equations) for relation in broken}
    roots = [relation for relation in broken if not derived[relation.id]]
    components = [(component, _ways(report, component, equations)) for component in _components(report, roots, equations)]
    # one cause for all, where some have none of their own, or a row was typed one column further on
    whole = [relation for relation in roots if equations[relation.id]]
    together = _ways(report, whole, equations) if len(components) > 1 else []
    if together and (find_shift(report, together[0]) or any(not ways and component[0] in whole for component, ways in components)):
        components = [(whole, together), *(one for one in components if one[0][0] not in whole)]
    for group in (group for component, ways in components for group in _mend(report, component, equations, ways)):
        own = [relation.id for relation in group.relations]
        others = [other for other in broken if derived[other.id] in own]
        yield group._replace(relations=(*group.relations, *others), repair=_with_totals(report, group.repair, wrong))


def _with_totals(report: Report, steps: tuple[Step, ...], wrong: Set[str]) -> tuple[Step, ...]:
    """Return the steps, and behind them those of the stored totals that follow, all but the `wrong` ones."""
    following = [total for total in report.stored_totals if total not in wrong] if steps else []
    own = {figure: value for figure, value in report.figures.items() if figure not in following}
    after = settle(report.form, {**own, **{step.figure: step.after for step in steps}})
    return (*steps, *(Step(id, report.numbers[id], after[id]) for id in following if after[id] != report.numbers[id]))


def equation(report: Report, relation: Relation, stored: Container[str] | None = None) -> Equation:
    """Return the relation with every total replaced by its parts, but for those that are `stored`: as a rule all that the report has."""
    stored = report.figures if stored is None else stored
    signs: dict[str, Number] = {}

    def add(figure: str, weight: Number) -> bool:
        definition = None if figure in stored else report.form.definitions.get(figure)
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
    if len(inside) > 1 and {figure for other in inside for figure in equations[other.id]} == equations[relation.id].keys():
        return next((other.id for other in inside if other in broken), "")
    return ""


def _components(report: Report, relations: Sequence[Relation], equations: Mapping[str, Equation]) -> list[list[Relation]]:
    """Return the relations that share figures, or of which two of a kind cancel out, and no third has as large a remainder."""
    remainders = [(relation.rule, abs(_remainder(report, equations[relation.id]))) for relation in relations]

    def linked(one: Relation, other: Relation) -> bool:
        left, more = (_remainder(report, equations[relation.id]) for relation in (one, other))
        cancels_out = left and left == -more and one.rule == other.rule and remainders.count((one.rule, abs(left))) == 2
        return cancels_out or not equations[one.id].keys().isdisjoint(equations[other.id])

    components: list[list[Relation]] = []
    for relation in relations:
        joined = [component for component in components if any(linked(relation, other) for other in component)]
        components = [c for c in components if c not in joined]
        components.append([*(other for component in joined for other in component), relation])
    return components


def _ways(report: Report, component: Sequence[Relation], equations: Mapping[str, Equation]) -> list[Changes]:
    """Return the simplest ways to mend these relations and disturb no other: one figure changed, amounts moved along a line, a few figures changed."""
    left = {relation.id: remainder for relation in component if (remainder := _remainder(report, equations[relation.id]))}
    judged = {id: signs for id, signs in equations.items() if id in left or not _remainder(report, signs)}
    slopes: dict[str, Equation] = {}
    for figure in dict.fromkeys(figure for id in left for figure in equations[id]):
        touched = {id: signs[figure] for id, signs in judged.items() if figure in signs}
        if all(abs(slope) == 1 for slope in touched.values()):
            slopes[figure] = touched
    unsigned = {figure for figure in slopes if report.form.figures[figure].domain != "signed"}
    tries = iter(range(MOST_TRIES, 0, -1))

    def found(ways: Iterable[Changes]) -> list[Changes]:
        possible = (way for way in ways if all(report.numbers[figure] + way[figure] >= 0 for figure in way if figure in unsigned))
        return list({frozenset(way.items()): way for way in possible}.values())

    if ways := found(_solve(left, slopes, 1, tries)):
        return ways
    lines = found(_along_lines(report, left, slopes))
    sizes = (found(_solve(left, slopes, size, tries)) for size in range(2, MOST_CHANGES + 1))
    several = [way for way in lines if find_shift(report, way)] or lines or next(filter(None, sizes), [])
    return several if next(tries, 0) else []


def _after(left: Equation, touched: Equation, amount: Number) -> Equation:
    """Return what is left over of the relations when a figure that touches some has changed by an amount."""
    changed = {id: left.get(id, 0) + slope * amount for id, slope in touched.items()}
    return {id: remainder for id, remainder in {**left, **changed}.items() if remainder}


def _solve(left: Equation, slopes: Mapping[str, Equation], size: int, tries: Iterator[int]) -> Iterator[Changes]:
    """Yield what to add to so many figures that nothing is left over; each must leave fewer relations broken."""
    most = max((len(left.keys() & touched.keys()) for touched in slopes.values()), default=0) * (size - 1)  # that so many others can mend
    for figure, touched in slopes.items():
        for amount in {-left[id] * slope for id, slope in touched.items() if id in left and next(tries, 0)}:
            rest = _after(left, touched, amount)
            if not rest:
                yield {figure: amount}
            elif len(rest) <= most and len(rest) < len(left):
                yield from ({figure: amount, **more} for more in _solve(rest, slopes, size - 1, tries) if figure not in more)


def _along_lines(report: Report, left: Equation, slopes: Mapping[str, Equation]) -> Iterator[Changes]:
    """Yield amounts moved from cell to cell of one row or column, or more than two cells of it changed, that leave nothing over."""
    places = {figure: report.book.figures[figure] for figure in slopes}
    keys = ((key, id) for id, (sheet, row, column) in places.items() for key in ((sheet, row, -1), (sheet, -1, column)))
    for line in grouped(keys).values():
        way: Changes = {}
        rest = left
        for figure in line:
            alone = [id for id in left if id in slopes[figure] and sum(id in slopes[other] for other in line) == 1]
            for id in alone[:1]:
                way[figure] = -left[id] * slopes[figure][id]
                rest = _after(rest, slopes[figure], way[figure])
        if not rest and _is_along_line(report, way):
            yield way


def _mend(report: Report, component: Sequence[Relation], equations: Mapping[str, Equation], ways: Sequence[Changes]) -> Iterator[Group]:
    """Yield the component as groups: one for each change that every way has, one for what can be mended in several ways."""
    common = [figure for figure in (ways[0] if ways else ()) if all(way.get(figure) == ways[0][figure] for way in ways)]
    doubtful = {figure for way in ways for figure in way if figure not in common}
    left = list(component)
    sure: dict[str, list[Relation]] = {}
    for figure in common:
        mended = [one for one in left if figure in equations[one.id] and doubtful.isdisjoint(equations[one.id])]
        left = [one for one in left if one not in mended]
        if mended:
            # the relation that defines the figure to change comes first
            sure[figure] = sorted(mended, key=lambda relation: relation.total != figure)
    if len(ways) == 1 and (len(sure) < len(ways[0]) or _is_along_line(report, ways[0])):
        yield Group(tuple(component), _steps(report, ways[0]))
        return
    for figure, mended in sure.items():
        yield Group(tuple(mended), _steps(report, {figure: ways[0][figure]}))
    if left:
        yield _in_doubt(report, left, equations, [{figure: way[figure] for figure in way if figure not in sure} for way in ways])


def _steps(report: Report, way: Changes) -> tuple[Step, ...]:
    steps = (Step(figure, report.numbers[figure], report.numbers[figure] + amount) for figure, amount in way.items())
    return tuple(sorted(steps, key=lambda step: report.book.figures[step.figure]))


def _is_along_line(report: Report, way: Changes) -> bool:
    """Tell whether amounts are moved within a row or a column, or more than two cells of it change."""
    places = [report.book.figures[figure] for figure in way]
    is_line = 1 in (len({(place.sheet, place.row) for place in places}), len({(place.sheet, place.column) for place in places}))
    return is_line and len(way) > 1 and (len(way) > 2 or not sum(way.values()))


def find_shift(report: Report, way: Changes) -> tuple[Place, ...]:
    """Return the cells whose numbers belong one place back, and the one that is then free, where that mends a row or a column; else ()."""
    if len(way) < SHIFTED:
        return ()
    inputs = [report.book.figures[figure.id] for figure in report.form.inputs]
    ids = {place: id for id, place in report.book.figures.items()}
    first = report.book.figures[next(iter(way))]
    lines = ([place for place in inputs if place[:2] == first[:2]], [place for place in inputs if place[::2] == first[::2]])
    for line in (line for places in lines for line in (places, places[::-1])):
        typed = [report.numbers[ids[place]] for place in line]
        meant = [number + way.get(ids[place], 0) for place, number in zip(line, typed, strict=True)]
        if way.keys() <= {ids[place] for place in line} and meant[:-1] == typed[1:]:
            begin = next(number for number, value in enumerate(typed) if value)
            return tuple(line[begin:])
    return ()


def _in_doubt(report: Report, relations: Sequence[Relation], equations: Mapping[str, Equation], ways: Sequence[Changes]) -> Group:
    """Return the group of what can be mended in several ways, or in none that is known; first the ways that mend what people do."""
    if not ways:
        counted = Counter(figure for relation in relations for figure in equations[relation.id])
        return Group(tuple(relations), (), tuple(Step(id, report.numbers[id], report.numbers[id]) for id, _ in counted.most_common()))
    totals = {relation.figures[0] for relation in relations}
    following = [one for one in map(report.form.definitions.__getitem__, report.stored_totals) if not equations[one.id]]

    def moves_a_total(way: Changes) -> bool:
        return any(sum(term.weight * way.get(term.figure, 0) for term in one.right) for one in following)

    # the smallest change first: one that no stated total must follow
    told = [(moves_a_total(way), _rank(report, _steps(report, way), totals), _steps(report, way)) for way in ways]
    (_, best, steps), *_ = ranked = sorted(told, key=lambda one: one[:2])
    suspects = tuple({step.figure: step for *_, steps in ranked for step in steps}.values())
    why = SLIPS[best[0]] if len(steps) == 1 else ""
    is_likely = [rank for _, rank, _ in ranked].count(best) == 1 or why == FORGOTTEN if why else _is_along_line(report, ways[0])
    return Group(tuple(relations), (), suspects, steps if is_likely else (), why)


FORGOTTEN = "漏填"
SLIPS = ("多了负号", "数字前后颠倒", "多打或少打一位数字", FORGOTTEN, "", "")  # what people do, the likeliest first; two are no proof


def _rank(report: Report, steps: Sequence[Step], totals: Set[str]) -> tuple[int, Number]:
    """Return how likely people make this slip, the likeliest first: of one number its place in SLIPS, of several how they were moved."""
    if len(steps) == 1:
        is_total = steps[0].figure in totals
        return _slip(steps[0], is_total or report.shown(steps[0].figure) is None), 0 if is_total else 2 - bool(steps[0].before)
    before, after = (Counter(filter(None, numbers)) for numbers in zip(*(step[1:] for step in steps), strict=True))
    taker = max(steps, key=lambda step: step.after - step.before)
    # a number in another cell before one request, that the more often the more of them stand in a row; a total, which is computed, last
    is_other = before != after or taker.after - taker.before == 1
    return 2 * is_other + (taker.figure in report.form.definitions), -sum(step.after for step in steps)


def _slip(step: Step, is_needed: bool) -> int:
    """Return the place in SLIPS of the slip that a change of one number would mend, behind them all where it is no usual one."""
    if not step.before:
        return SLIPS.index(FORGOTTEN) if is_needed else 5
    before, after = str(step.before), str(step.after)
    if step.before == -step.after:
        return 0
    if after in swapped(before):
        return 1
    longer, shorter = sorted((before, after), key=len, reverse=True)
    lost = [n for n in range(len(longer)) if longer[:n] + longer[n + 1 :] == shorter]
    is_repeated = any(n == len(longer) - 1 or (n and longer[n] in (longer[n - 1], "0")) for n in lost)
    if is_repeated and (len(shorter) > 1 or longer == before):
        return 2
    return 4 if lost or (step.after and len(longer) == len(shorter) and sum(map(str.__ne__, before, after)) == 1) else 5
