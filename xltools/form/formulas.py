"""The formulas of the workbook, made from the relations of the form; none with its equals sign."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from xltools.form.book import Book, Check, Place, address
from xltools.form.definition import Form
from xltools.form.relations import Condition, Relation, Term
from xltools.numerals import Number, grouped, show

NOTHING: Mapping[str, str] = {}


def ranges(places: Iterable[Place]) -> list[str]:
    """Return the cells of one sheet in as few ranges as possible: `["D5:I5", "J9"]`."""
    strips: list[list[int]] = []  # of neighbours within a row: first row and column, last row and column
    for row, column in sorted((place.row, place.column) for place in places):
        if strips and strips[-1][2:] == [row, column - 1]:
            strips[-1][3] = column
        else:
            strips.append([row, column, row, column])
    boxes: list[list[int]] = []
    for strip in strips:
        if above := next((box for box in boxes if box[2] == strip[0] - 1 and box[1::2] == strip[1::2]), None):
            above[2] = strip[2]
        else:
            boxes.append(strip)
    corners = ((address(top, left), address(bottom, right)) for top, left, bottom, right in boxes)
    return [first if first == last else f"{first}:{last}" for first, last in corners]


def absolute(reference: str) -> str:
    """Return a reference that stays where it is: `$D$5:$I$5`."""
    return ":".join(f"${cell.rstrip('0123456789')}${cell.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}" for cell in reference.split(":"))


def references(places: Iterable[Place], own: str = "") -> list[str]:
    """Return the cells as references that stay where they are, in as few ranges as possible; without their sheet where that is `own`."""
    sheets = grouped((place.sheet, place) for place in places)
    return [("" if sheet == own else f"'{sheet}'!") + absolute(part) for sheet, inside in sheets.items() for part in ranges(inside)]


def sum_formula(book: Book, terms: Iterable[Term], constant: Number = 0, own: str = "", instead: Mapping[str, str] = NOTHING) -> str:
    """Return a sum of figures, each times its weight, and a number; text counts as 0. `instead` is what stands for some of the figures."""
    terms = tuple(terms)
    plain = [term.figure for term in terms if term.weight == 1]
    parts = [*(instead[id] for id in plain if id in instead), *references((book.figures[id] for id in plain if id not in instead), own)]
    formula = f"SUM({','.join(parts)})" if plain else ""
    for term in terms:
        if term.weight != 1:
            times = "-" if term.weight == -1 else f"{'' if term.weight < 0 else '+'}{show(term.weight)}*"
            formula += f"{times}N({instead.get(term.figure) or references([book.figures[term.figure]], own)[0]})"
    return (formula + (f"{'' if constant < 0 else '+'}{show(constant)}" if constant or not terms else "")).removeprefix("+")


def right_formula(book: Book, relation: Relation, own: str = "") -> str:
    """Return the right side of a relation, a sum or a rate; a rate of nothing is empty."""
    total = sum_formula(book, relation.right, relation.constants[1], own)
    if not relation.is_rate:
        return total
    whole = sum_formula(book, relation.over, relation.constants[2], own)
    return f'IF({whole}=0,"",ROUND(({total})*{relation.scale}/({whole}),{relation.places}))'


@lru_cache(maxsize=8)
def total_formulas(book: Book) -> dict[str, str]:
    """Return the formula of each total's cell."""
    return {
        total: f"SUM({','.join(ranges(book.figures[term.figure] for term in relation.right))})"
        if all(term.weight == 1 and book.figures[term.figure].sheet == book.figures[total].sheet for term in relation.right)
        and not (relation.is_rate or relation.constants[1])
        else right_formula(book, relation, book.figures[total].sheet)
        for total, relation in book.form.definitions.items()
    }


def difference_formula(book: Book, relation: Relation) -> str:
    """Return the condition, on its own sheet, that a relation is broken: both of its sides are filled in and do not compare as they should."""
    own = book.figures[relation.figures[0]].sheet
    left, right = sum_formula(book, relation.left, relation.constants[0], own), right_formula(book, relation, own)
    filled = filled_formula(book, relation, own)
    if relation.is_linear:
        return f"ROUND({left}-{right},6)*({filled})<>0"
    broken = f"NOT({compared_formula(f'ROUND({left}-{right},6)', relation)})"
    return f"IFERROR(AND({broken},{filled}),FALSE)"  # a rate of nothing is none


def compared_formula(difference: str, relation: Relation) -> str:
    """Return the condition that a difference of both sides, a formula or a cell, is as it should be."""
    within = show(relation.tolerance)
    if relation.sign == "=":
        return f"ABS({difference})<={within}" if relation.tolerance else f"{difference}=0"
    return f"{difference}{relation.sign}{within if '<' in relation.sign else f'-{within}' if relation.tolerance else within}"


def condition_formula(book: Book, condition: Condition) -> str:
    """Return a relation's condition; it is not met where the cell is blank or no number."""
    cell = book.figures[condition.term.figure].reference
    if isinstance(condition.value, str):
        text = condition.value.replace('"', '""')
        return f'{cell}="{text}"'
    return f"AND(ISNUMBER({cell}),{cell}{condition.sign}{condition.value})"


def need_formula(book: Book, relation: Relation, blank_is_zero: str) -> str:
    """Return the condition that what a relation asks for is filled in, or empty; `blank_is_zero` is the condition that blank cells are 0."""
    parts = []
    for term in relation.needs:
        if term.figure in relation.sections:
            area = book.texts[term.figure].paragraphs
            count = f"COUNTA({area[0].reference}:{absolute(area[-1].address)})"
            parts.append(f"{count}{'=' if relation.need == 'blank' else '>'}0")
        elif relation.need == "blank":
            cell = book.figures[term.figure].reference
            parts.append(f'OR({cell}="",{cell}=0)')
        else:
            filled = f'{book.figures[term.figure].reference}<>""'
            parts.append(filled if book.form.figures[term.figure].is_words else f"OR({blank_is_zero},{filled})")
    return f"{'OR' if relation.need == 'any' else 'AND'}({','.join(parts)})"


def filled_formula(book: Book, relation: Relation, own: str = "") -> str:
    """Return the condition that all inputs of both sides of a relation are filled in."""
    places = [book.figures[id] for id in input_ids(book.form, (*relation.left, *relation.parts))]
    return f"COUNTA({','.join(references(places, own))})={len(places)}"


def side_formula(book: Book, terms: tuple[Term, ...], constant: Number, published: frozenset[str]) -> str:
    """Return one side of a relation's line in 校验; a `published` total counts as published for as long as that value stands in its line."""
    told: dict[str, str] = {}
    for id in [term.figure for term in terms if term.figure in published]:
        line = next(line for line in book.checks if line.relation and line.relation.total == id)
        kept = line.place(Check.PUBLISHED).reference.partition("!")[2]
        told[id] = f'IF({kept}="",{book.figures[id].reference},N({kept}))'
    if len(terms) == 1 and terms[0].weight == 1 and not constant:
        return told.get(terms[0].figure) or book.figures[terms[0].figure].reference
    return sum_formula(book, terms, constant, instead=told)


@lru_cache(maxsize=256)
def input_ids(form: Form, terms: tuple[Term, ...]) -> tuple[str, ...]:
    """Return the inputs that terms are or add up."""
    ids: list[str] = []
    for term in terms:
        ids += input_ids(form, form.definitions[term.figure].parts) if term.figure in form.definitions else (term.figure,)
    return tuple(dict.fromkeys(ids))
