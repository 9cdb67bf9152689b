"""What a formula of an office's table computes: a sum with signs and multiples, or one such sum divided by another."""

import ast
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import reduce
from itertools import product
from typing import NamedTuple

from xltools.form.book import column_number

SHEET, CELL = r"(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^\W\d][\w.]*))!)?", r"\$?([A-Z]{1,3})\$?(\d{1,7})"
REFERENCE = re.compile(rf"{SHEET}(?<![A-Z\d]){CELL}(?::{CELL})?(?![\w(])", re.IGNORECASE)
MOST_CELLS = 10_000  # of a range; no row or column of a table is longer
MOST_CHARACTERS = 2000  # of a formula

Place = tuple[str, int, int]  # sheet, row and column, counted from 0


class NotUnderstoodError(Exception):
    """A formula that computes something else."""


class Computed(NamedTuple):
    """Cells with what each is multiplied by, and a number; divided by the sum of `over`, and rounded to `places`, where these are there."""

    cells: Mapping[Place, Decimal]
    constant: Decimal = Decimal(0)
    over: Mapping[Place, Decimal] | None = None
    places: int | None = None


def read_formula(formula: str, sheet: str) -> Computed:
    """Return what a formula on a sheet computes, without its sign of equality. Raise NotUnderstoodError."""
    names: dict[str, Computed] = {}

    def named(found: re.Match[str]) -> str:
        name = f"cells_{len(names)}"
        names[name] = _cells(found, sheet)
        return name

    text = REFERENCE.sub(named, formula[:MOST_CHARACTERS]).replace("<>", "!=")
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
    if len(rows) * len(columns) > MOST_CELLS:
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
            other = _times(_computed(right, names), Decimal(-1 if isinstance(sign, ast.Sub) else 1))
            return _plus(_computed(left, names), other)
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
    """Return what a function of a spreadsheet computes of its arguments."""
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
