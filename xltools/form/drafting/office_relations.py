"""The relations that the formulas of an office's tables come to, alike ones of several rows or columns as one."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from decimal import Decimal
from typing import NamedTuple

from xltools.form.book import address
from xltools.form.definition import WORDS
from xltools.form.drafting.office_figures import DraftedFigure
from xltools.form.drafting.office_formulas import Computed, NotUnderstoodError, Place, read_formula
from xltools.form.drafting.office_table import OfficeTable
from xltools.form.table_reader import Measure
from xltools.numerals import from_decimal, show

SIGNED = re.compile("增|差|净|盈")  # in the name of a difference that may be below 0

Weighted = list[tuple[DraftedFigure, Decimal]]


class Pattern(NamedTuple):
    """A relation as form.toml says it: of rows or columns of a table by their keys, or, where `table` and `each` are "", of cells by their ids."""

    table: str
    each: str
    rule: str
    total: str
    parts: tuple[str, ...]
    over: tuple[str, ...]


class Formulas(NamedTuple):
    """What the formulas say: the figures with their kinds, the relations, each with the rows or columns that it holds for, and what was not understood."""

    figures: Mapping[Place, DraftedFigure]
    relations: Mapping[Pattern, list[str]]
    doubts: tuple[str, ...]


def read_formulas(figures: Mapping[Place, DraftedFigure], tables: Iterable[OfficeTable]) -> Formulas:
    """Return what the formulas in the cells of some figures say."""
    places = {(table.sheet, *place) for table in tables for place in table.grid}
    known, relations, doubts = dict(figures), defaultdict(list), []
    for place, figure in figures.items():
        if not figure.cell.formula:
            continue
        try:
            computed = read_formula(figure.cell.formula, place[0])
            parts, over = (_figures(known, places, cells) for cells in (computed.cells, computed.over or {}))
            measure, factor = _measure(figure, computed, parts)
            pattern = _pattern(figure, [(part, weight / factor) for part, weight in parts], over, computed.constant / factor)
        except NotUnderstoodError as fault:
            why = str(fault) or "没有看懂"
            doubts.append(f"工作表“{place[0]}”{address(*place[1:])} 的公式“={figure.cell.formula}”{why}，现作填报的格。")
            continue
        known[place] = figure._replace(measure=measure)
        relations[pattern].append(getattr(figure, pattern.each) if pattern.each else "")
    return Formulas(known, relations, tuple(doubts))


def _figures(known: Mapping[Place, DraftedFigure], places: Set[Place], cells: Mapping[Place, Decimal]) -> Weighted:
    """Return the figures among some cells, without headings and what nobody fills in. Raise NotUnderstoodError for what cannot be computed with."""
    found: Weighted = []
    for place, weight in cells.items():
        figure = known.get(place)
        if not figure:
            if place not in places:
                raise NotUnderstoodError("用到了表外的格")
        elif not figure.cell.is_barred:
            if figure.measure.domain in WORDS:
                raise NotUnderstoodError("用到了文字格")
            found.append((figure, weight))
    if cells and not found:
        raise NotUnderstoodError
    return found


def _measure(figure: DraftedFigure, computed: Computed, parts: Weighted) -> tuple[Measure, int]:
    """Return the kind of a computed figure, and by what its parts are to be divided since a percent is a hundred times a rate."""
    places = computed.places if figure.cell.places is None else figure.cell.places
    own = figure.measure
    if computed.over is not None:
        is_hundredfold = not any(weight % 100 for weight in (computed.constant, *(weight for _, weight in parts)))
        if is_hundredfold or own.domain == "percent":
            return Measure("percent", "%", 2 if places is None else places), 100 if is_hundredfold else 1
        return Measure("decimal", own.unit, places or 2), 1
    if any(part.measure.domain == "percent" for part, _ in parts):
        raise NotUnderstoodError("把百分数相加，合计没有意义")
    if computed.constant % 1 or any(weight % 1 for _, weight in parts):
        return Measure("decimal", own.unit, places or 2), 1
    if own.domain == "count":
        own = parts[0][0].measure
        if own.domain == "count" and SIGNED.search(figure.name) and any(weight < 0 for _, weight in parts):
            own = own._replace(domain="signed")
    return own, 1


def _pattern(figure: DraftedFigure, parts: Weighted, over: Weighted, constant: Decimal) -> Pattern:
    """Return the relation that holds for a figure, so written that it is the same for others like it."""
    others = [part for part, _ in (*parts, *over)]
    if all((one.table, one.row) == (figure.table, figure.row) for one in others):
        table, each, crossing = figure.table, "row", "column"
    elif all((one.table, one.column) == (figure.table, figure.column) for one in others):
        table, each, crossing = figure.table, "column", "row"
    else:
        table, each, crossing = "", "", "id"
    is_plain = not constant and all(weight == 1 for _, weight in parts)
    rule = "rate-mismatch" if over else "computed-mismatch" if not is_plain else "row-total" if each == "row" else "block-total"
    top, bottom = (tuple(_addend(getattr(part, crossing), weight) for part, weight in side) for side in (parts, over))
    rest = (show(from_decimal(constant)),) if constant else ()
    return Pattern(table, each, rule, getattr(figure, crossing), (*top, *rest), bottom)


def _addend(key: str, weight: Decimal) -> str:
    """Return a key in a sum, with what it is multiplied by."""
    return key if weight == 1 else f"-{key}" if weight == -1 else f"{show(from_decimal(weight))}*{key}"
