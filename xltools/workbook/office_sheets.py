"""read_office_tables: the tables of an office's own workbook, one a sheet, as openpyxl reads them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter, itemgetter

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles.numbers import is_date_format
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from xltools.errors import XltoolsError
from xltools.form.book import CHECKS, GUIDE, UNIT_SHEET, address
from xltools.form.definition import Domain
from xltools.form.drafting.office_table import NUMBER_HEADINGS, OfficeCell, OfficeTable, tidy
from xltools.form.table_reader import CHOICES_LIMIT
from xltools.form.unit import YES_NO
from xltools.workbook.annotated_copy import open_workbook

MOST_LINES = 500  # rows of a table, and columns; no form that people fill in has more
SEVERAL = "工作表“{}”上有几张表（从 {} 起又是一张）。请把每张表单独放在一个工作表里，再试。"
TOO_LARGE = f"工作表“{{}}”的表超过 {MOST_LINES} 行或列，不像是填报用的表。请删去多余的行列后再试。"
SIDES = attrgetter("left", "right", "top", "bottom")  # of a border
KINDS: Mapping[str, Domain] = {"whole": "count", "decimal": "decimal", "date": "date", "textLength": "text"}


def read_office_tables(data: bytes, wanted: Iterable[str]) -> tuple[OfficeTable, ...]:
    """Return the table of each visible sheet that has one, or of the `wanted` ones. Raise XltoolsError where there is none, or several on a sheet."""
    workbook = open_workbook(data)
    visible = (sheet.title for sheet in workbook.worksheets if sheet.sheet_state == "visible")
    names = tuple(wanted) or tuple(name for name in visible if name not in (GUIDE, UNIT_SHEET, CHECKS))
    if unknown := [name for name in names if name not in workbook.sheetnames]:
        raise XltoolsError(f"没有工作表“{unknown[0]}”。现有：{'、'.join(workbook.sheetnames)}。")
    tables = tuple(table for name in names if (table := _table(workbook[name], workbook)))
    if not tables:
        raise XltoolsError("没有找到表：一张表的上边和左边是标题，其余是填报格。请确认文件。")
    return tables


def _table(sheet: Worksheet, workbook: Workbook) -> OfficeTable | None:
    """Return the table on a sheet and what is written above and below it, None where there is none."""
    grid = {(cell.row, cell.column): cell for cell in _cells(sheet, workbook)}
    framed = _framed(sheet)
    used = {at for at, cell in grid.items() if cell.text or cell.formula or cell.is_open or cell.rowspan * cell.colspan > 1}
    rows = {row: [grid[at] for at in line] for row, line in groupby(sorted(grid.keys() & (framed or used)), key=itemgetter(0))}
    # what is written above or below a table, 填报单位：　单位：件, is no row of it
    own = [cells for cells in rows.values() if framed or sum(not re.search("[:：]", cell.text) for cell in cells) > 1]
    lines = sorted({line for cells in own for cell in cells for line in cell.lines})
    if lines and not framed:  # between two lines of a table a single heading belongs to it
        lines = [row for row in range(lines[0], lines[-1] + 1) if row in lines or row in rows]
    bodies = [[cell for row in run for cell in rows.get(row, ())] for run in _runs(lines) if len(run) > 1]
    bodies = [body for body in bodies if len({cell.column for cell in body}) > 1]
    if not bodies:
        return None
    across = _runs(sorted({column for cell in bodies[0] for column in cell.columns}))
    if len(bodies) > 1 or (framed and len(across) > 1):
        begin = bodies[1][0] if len(bodies) > 1 else min(cell for cell in bodies[0] if cell.column == across[1][0])
        raise XltoolsError(SEVERAL.format(sheet.title, address(begin.row, begin.column)))
    top, bottom, left, right = bodies[0][0].row, max(cell.lines[-1] for cell in bodies[0]), across[0][0], across[-1][-1]
    if max(bottom - top, right - left) >= MOST_LINES:
        raise XltoolsError(TOO_LARGE.format(sheet.title))
    outside = [cell for (row, _), cell in sorted(grid.items()) if not top <= row <= bottom and cell.text]
    first = grid.get((top, left), OfficeCell(top, left))
    if first.text and first.colspan > right - left and not any(map(_title, outside)):  # a title within the frame
        top, outside = top + first.rowspan, [first, *outside]
    title = next((found for cell in outside if cell.row <= top and (found := _title(cell))), "")
    cells = [cell for (row, column), cell in grid.items() if top <= row <= bottom and left <= column <= right]
    return OfficeTable(sheet.title, tuple(_numbered(cells)), title, tuple(tidy(cell.text) for cell in outside))


def _title(cell: OfficeCell) -> str:
    """Return the title of a table that stands in a cell around it, without the year; "" where it is another remark."""
    text = re.sub(r"[（(]?(?:20\d\d|[Xx×_ ]{2,4})\s*年(?:度)?[）)]?", "", tidy(cell.text))
    return "" if re.fullmatch(r".*[:：].*|附[件表录].{0,4}|[（(].*|注.*|说明.*|\W*", text) else text


def _runs(lines: Iterable[int]) -> list[list[int]]:
    """Return numbers in order as runs of consecutive ones."""
    return [[line for _, line in run] for _, run in groupby(enumerate(lines), key=lambda pair: pair[1] - pair[0])]


def _framed(sheet: Worksheet) -> set[tuple[int, int]]:
    """Return the places of the cells with a line on two sides at least."""
    first = {place: (area.min_row, area.min_col) for area in sheet.merged_cells.ranges for place in area.cells}
    styled = [cell for row in sheet.iter_rows() for cell in row if cell.has_style]
    lined = [cell for cell in styled if sum(bool(side and side.style) for side in SIDES(cell.border)) > 1]
    return {(row - 1, column - 1) for row, column in (first.get((cell.row, cell.column), (cell.row, cell.column)) for cell in lined)}


def _cells(sheet: Worksheet, workbook: Workbook) -> Iterator[OfficeCell]:
    """Yield the cells of a sheet, merged ones as one each, with what validations, formats and locks say of them."""
    sizes = {(area.min_row, area.min_col): area.size for area in sheet.merged_cells.ranges}
    cells = [cell for row in sheet.iter_rows() for cell in row if not isinstance(cell, MergedCell)]
    locks = {(cell.protection.locked, cell.value is None) for cell in cells}
    has_guards = {(True, False), (False, True)} <= locks  # words are locked, and cells to fill in are not
    for cell in cells:
        size = sizes.get((cell.row, cell.column), {"rows": 1, "columns": 1})
        value = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
        formula = str(value)[1:] if cell.data_type == "f" else ""
        domain, choices = _validated(sheet, cell, workbook)
        kind, places = _formatted(cell.number_format)
        yield OfficeCell(
            row=cell.row - 1,
            column=cell.column - 1,
            rowspan=size["rows"],
            colspan=size["columns"],
            text="" if formula or value is None else str(value),
            is_number=cell.data_type == "n" and value is not None,
            formula=formula,
            is_open=not cell.protection.locked if has_guards else None,
            domain=kind if kind == "percent" or (kind and domain in (None, "decimal")) else domain,
            places=places,
            choices=choices,
        )


def _validated(sheet: Worksheet, cell: Cell, workbook: Workbook) -> tuple[Domain | None, tuple[str, ...]]:
    """Return the kind, and the choices, that the validation of a cell allows."""
    rule = next((rule for rule in sheet.data_validations.dataValidation if cell.coordinate in rule.sqref), None)
    if rule is None:
        return None, ()
    if rule.type == "list":
        choices = tuple(filter(None, map(str.strip, _listed(rule.formula1 or "", sheet, workbook))))
        if set(choices) == set(YES_NO):
            return "yes_no", YES_NO
        return ("choice", choices) if choices and len(",".join(choices)) <= CHOICES_LIMIT else ("text", ())
    return "signed" if rule.type == "whole" and str(rule.formula1).startswith("-") else KINDS.get(rule.type), ()


def _listed(formula: str, sheet: Worksheet, workbook: Workbook) -> list[str]:
    """Return the choices of a list: written out, or in the cells that it names."""
    if formula.startswith('"'):
        return formula.strip('"').split(",")
    name, _, area = formula.replace("$", "").rpartition("!")
    try:
        found = workbook[name.strip("'")] if name else sheet
        return [str(cell.value or "") for row in found[area] for cell in row]
    except (KeyError, ValueError, TypeError):  # a name, or a formula
        return []


def _formatted(number_format: str) -> tuple[Domain | None, int | None]:
    """Return the kind that a number format shows, and its decimal places."""
    found = re.search(r"[0#]\.(0+)", number_format)
    places = len(found[1]) if found else None
    if "%" in number_format:
        return "percent", places or 0
    if number_format == "@" or is_date_format(number_format):
        return "text" if number_format == "@" else "date", None
    return ("decimal", places) if found else (None, None)


def _numbered(cells: Iterable[OfficeCell]) -> Iterator[OfficeCell]:
    """Yield the cells, numbers as headings where they only count rows or columns: below 序号 or 行次, beside 甲, or 1, 2, 3 in a row of their own."""
    cells = list(cells)
    rows = {row: [cell.text for cell in line] for row, line in groupby(cells, key=attrgetter("row"))}
    in_order = {row for row, texts in rows.items() if len(texts) > 1 and texts == list(map(str, range(1, len(texts) + 1)))}
    counted = in_order | {row for row, texts in rows.items() if "甲" in texts}
    top = min(rows)
    if sum(bool(re.fullmatch(r"(?:19|20)\d\d", text)) for text in rows[top]) > 1:  # the headings of columns
        counted |= {top}
    columns = {cell.column for cell in cells if tidy(cell.text) in NUMBER_HEADINGS}
    for cell in cells:
        yield cell._replace(is_number=False) if cell.row in counted or cell.column in columns else cell
