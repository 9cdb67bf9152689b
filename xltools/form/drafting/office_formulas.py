"""Reads the formulas of an office's tables: sums with signs and multiples, and rates; one relation for those that rows or columns share."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from decimal import Decimal
from functools import reduce
from itertools import product
from typing import NamedTuple

from xltools.form.book import address, column_number
from xltools.form.definition import WORDS
from xltools.form.drafting.office_figures import DraftedFigure
from xltools.form.drafting.office_table import OfficeTable
from xltools.form.table_reader import Measure
from xltools.numerals import from_decimal, show

SHEET, CELL = r"(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^\W\d][\w.]*))!)?", r"\$?([A-Z]{1,3})\$?(\d{1,7})"
REFERENCE = re.compile(rf"{SHEET}(?<![A-Z\d]){CELL}(?::{CELL})?(?![\w(])", re.IGNORECASE)

Place = tuple[str, int, int]  # sheet, row and column, counted from 0
Weighted = list[tuple[DraftedFigure, Decimal]]


class NotUnderstoodError(Exception):
    """A formula that computes something else."""


class Computed(NamedTuple):
    """Cells with what each is multiplied by, and a number; divided by the sum of `over`, and rounded to `places`, where these are there."""

    cells: Mapping[Place, Decimal]
    constant: Decimal = Decimal(0)
    over: Mapping[Place, Decimal] | None = None
    places: int | None = None


class Pattern(NamedTuple):
    """A relation as form.toml says it: of rows or columns of a table by their keys, or, where `table` and `each` are "", of cells by their ids."""

    table: str
    each: str
    rule: str
    total: str
    parts: tuple[str, ...]
    over: tuple[str, ...]


def read_formulas(
    figures: Mapping[Place, DraftedFigure], tables: Iterable[OfficeTable]
) -> tuple[Mapping[Place, DraftedFigure], Mapping[Pattern, list[str]], list[str]]:
    """Return the figures with the kinds that their formulas give them, the relations, each with its rows or columns, and what was not understood."""
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
    return known, relations, doubts


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
        if own.domain == "count" and re.search("增|差|净|盈", figure.name) and any(weight < 0 for _, weight in parts):
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
    return key if weight == 1 else f"-{key}" if weight == -1 else f"{show(from_decimal(weight))}*{key}"


def read_formula(formula: str, sheet: str) -> Computed:
    """Return what a formula on a sheet computes, without its sign of equality. Raise NotUnderstoodError."""
    names: dict[str, Computed] = {}

    def named(found: re.Match[str]) -> str:
        name = f"cells_{len(names)}"
        names[name] = _cells(found, sheet)
        return name

    text = REFERENCE.sub(named, formula[:2000]).replace("<>", "!=")
    text = re.sub(r"(?<![<>=!])=(?!=)", "==", re.sub(r"(\d)%", r"\1/100", text))
    try:
        return _computed(ast.parse(text, mode="eval").body, names)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError) as fault:
        raise NotUnderstoodError from fault


def _cells(found: re.Match[str], sheet: str) -> Computed:
    quoted, plain, left, top, right, bottom = found.groups()
    name = quoted.replace("''", "'") if quoted else plain or sheet
    columns = range(column_number(left.upper()) - 1, column_number((right or left).upper()))
    rows = range(int(top) - 1, int(bottom or top))
    if len(rows) * len(columns) > 10_000:  # no row or column of a table is longer
        raise NotUnderstoodError
    return Computed({(name, row, column): Decimal(1) for row, column in product(rows, columns)})


def _computed(node: ast.expr, names: Mapping[str, Computed]) -> Computed:
    match node:
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.Constant(value=int() | float() as value):
            return Computed({}, Decimal(str(value)))
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            return _times(_computed(operand, names), Decimal(-1 if isinstance(sign, ast.USub) else 1))
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as sign, right=right):
            return _plus(_computed(left, names), _times(_computed(right, names), Decimal(-1 if isinstance(sign, ast.Sub) else 1)))
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            one, other = sorted((_computed(left, names), _computed(right, names)), key=_is_number)
            return _times(one, _number(other))
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            one, other = _computed(left, names), _computed(right, names)
            if _is_number(other):
                return _times(one, 1 / other.constant)
            if one.over is None and other.over is None and not other.constant:
                return one._replace(over=other.cells)
        case ast.Call(func=ast.Name(id=function), args=arguments):
            return _called(function.upper(), arguments, names)
    raise NotUnderstoodError


def _called(function: str, arguments: list[ast.expr], names: Mapping[str, Computed]) -> Computed:
    match function, arguments:
        case "SUM" | "N", _:
            return reduce(_plus, (_computed(argument, names) for argument in arguments), Computed({}))
        case "ROUND", [value, places]:
            return _computed(value, names)._replace(places=int(_number(_computed(places, names))))
        case "IFERROR", [value, ast.Constant()]:
            return _computed(value, names)
        case "IF", [ast.Compare(), *values]:  # where what is divided by is 0, something else stands there
            given = [_computed(value, names) for value in values if not isinstance(value, ast.Constant)]
            if len(given) == 1 and given[0].over is not None:
                return given[0]
    raise NotUnderstoodError


def _plus(one: Computed, other: Computed) -> Computed:
    if one.over is not None or other.over is not None:
        raise NotUnderstoodError
    cells = {place: one.cells.get(place, Decimal(0)) + other.cells.get(place, Decimal(0)) for place in {**one.cells, **other.cells}}
    return Computed(cells, one.constant + other.constant)


def _times(one: Computed, factor: Decimal) -> Computed:
    return one._replace(cells={place: weight * factor for place, weight in one.cells.items()}, constant=one.constant * factor)


def _is_number(one: Computed) -> bool:
    return not one.cells and one.over is None


def _number(one: Computed) -> Decimal:
    if not _is_number(one):
        raise NotUnderstoodError
    return one.constant
