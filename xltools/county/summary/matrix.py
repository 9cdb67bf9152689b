"""数据矩阵: a row a unit, a column a figure, under the official labels; totals by formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from xltools.comparison.differences import split_label
from xltools.county.summary.page import MATRIX, Page, column_range, fixed
from xltools.county.summary.state import MISSING, Summary, UnitLine
from xltools.form.definition import Figure, Form
from xltools.form.layout import text_width
from xltools.workbook.geometry import LINE_HEIGHT

CODE, NAME, STATE, FIGURES = range(4)
WIDTHS = (12.0, 30.0, 10.0)
FIGURE_WIDTH, AMOUNT_WIDTH = 9.0, 14.0
A3, PRINT_SCALE = 8, 57
"""Paper, and percent: such that the columns of a page fit it even where a wider font stands in for a missing one."""
SUM, SHOWN, TABLES, LINES, COLUMNS, UNITS = range(2, 8)
"""The rows: all units' total, that of the rows shown, three rows of labels, and the first unit."""
PRINTED = 21
"""The most columns of figures on a printed page."""


def matrix_widths(form: Form) -> list[float]:
    """The widths of all columns."""
    return [*WIDTHS, *(AMOUNT_WIDTH if figure.domain == "amount" else FIGURE_WIDTH for figure in form.figures.values())]


def total_cell(number: int) -> str:
    """The reference of the total of a figure over all units, by the figure's place in the form."""
    return f"'{MATRIX}'!{fixed(SUM, FIGURES + number)}"


def unit_cell(unit: int, number: int) -> str:
    """The reference of a unit's figure."""
    return f"'{MATRIX}'!{fixed(UNITS + unit, FIGURES + number)}"


def write_matrix(page: Page, summary: Summary) -> None:
    """Writes the sheet."""
    figures = list(summary.form.figures.values())
    last_row, last_column = UNITS + max(len(summary.units), 1) - 1, FIGURES + len(figures) - 1
    page.title(
        f"{summary.office}　{summary.year} 年度　各单位数据",
        "空白是没有填或没有交，不是 0；文字不计入合计。“筛选后合计”随筛选变化。左上角的 1、2 收起或展开分列。",
    )
    for row, label, function in ((SUM, "合计", "SUM"), (SHOWN, "筛选后合计", "SUBTOTAL")):
        _write_totals(page, summary, figures, row, label, function)
    _write_labels(page, summary.form, figures)
    for number, unit in enumerate(summary.units):
        _write_unit(page, UNITS + number, unit, figures)
    page.sheet.freeze_panes(UNITS, FIGURES)
    page.sheet.autofilter(COLUMNS, 0, last_row, last_column)
    page.colour((UNITS, CODE, last_row, STATE), f'$C{UNITS + 1}="{MISSING}"', "missing")
    faint = {"type": "cell", "criteria": "==", "value": 0, "format": page.styles.condition("faint")}
    page.sheet.conditional_format(UNITS, FIGURES, last_row, last_column, faint)
    _set_up_print(page, figures)


def _write_totals(page: Page, summary: Summary, figures: Sequence[Figure], row: int, label: str, function: str) -> None:
    page.sheet.set_row(row, LINE_HEIGHT + 2)
    page.merged(row, CODE, STATE, label, "sum_label")
    last = UNITS + max(len(summary.units), 1) - 1
    for number, figure in enumerate(figures):
        cells = column_range(MATRIX, FIGURES + number, UNITS, last).partition("!")[2].replace("$", "")
        formula = f"SUM({cells})" if function == "SUM" else f"SUBTOTAL(109,{cells})"
        page.formula(row, FIGURES + number, formula, summary.totals[number], "sum_amount" if figure.domain == "amount" else "sum")


# --------------------------------------------------------------------------------------------------------------- labels


def _write_labels(page: Page, form: Form, figures: Sequence[Figure]) -> None:
    """Writes the official labels in three rows: the table, the row or heading, the column."""
    titles = [form.section_of_table[figure.table].title for figure in figures]
    lines = [split_label(figure)[0] for figure in figures]
    keys = [(figure.table, line) for figure, line in zip(figures, lines, strict=True)]
    page.sheet.set_row(TABLES, LINE_HEIGHT + 4)
    # a title over a hundred columns would be seen on none of the pages
    starts = [FIGURES, *_breaks(figures)]
    chunks = [(figure.table, str(sum(FIGURES + number >= start for start in starts))) for number, figure in enumerate(figures)]
    _write_grouped(page, TABLES, chunks, titles, "head_left")
    page.sheet.set_row(LINES, max(_lines(page, first, last, lines[first]) for first, last in _runs(keys)) * LINE_HEIGHT + 4)
    _write_grouped(page, LINES, keys, lines)
    page.sheet.set_row(COLUMNS, LINE_HEIGHT * 3)
    for column, text in ((CODE, "代码"), (NAME, "单位"), (STATE, "状态")):
        page.text(COLUMNS, column, text, "head")
    for number, figure in enumerate(figures):
        page.text(COLUMNS, FIGURES + number, figure.path[-1], "head_small")


def _write_grouped(page: Page, row: int, keys: Sequence[tuple[str, ...]], texts: Sequence[str], style: str = "head_small") -> None:
    """Writes each text once over the columns that have it."""
    page.merged(row, CODE, STATE, "", "head")
    for first, last in _runs(keys):
        page.merged(row, FIGURES + first, FIGURES + last, texts[first], style)


def _runs(keys: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """The first and the last place of each run of equal keys."""
    for _, run in groupby(range(len(keys)), key=lambda number: keys[number]):
        places = list(run)
        yield places[0], places[-1]


def _lines(page: Page, first: int, last: int, text: str) -> int:
    """How many lines of a small font a text takes over these columns."""
    return -(-text_width(text) // max(int(sum(page.widths[FIGURES + first : FIGURES + last + 1]) * 1.1) - 2, 2))


# ---------------------------------------------------------------------------------------------------------------- units


def _write_unit(page: Page, row: int, unit: UnitLine, figures: Sequence[Figure]) -> None:
    """Writes a unit's row; a figure that is blank has no cell, so that a county's sheet stays small."""
    page.text(row, CODE, unit.code, "data_text")
    page.text(row, NAME, unit.name, "data_text")
    page.text(row, STATE, unit.state, "data_text")
    count, amount = page.styles["data"], page.styles["data_amount"]
    for column, (value, figure) in enumerate(zip(unit.this, figures, strict=False), start=FIGURES):
        if isinstance(value, str):
            page.text(row, column, value, "data_text")
        elif value is not None:
            page.sheet.write_number(row, column, value, amount if figure.domain == "amount" else count)


def _set_up_print(page: Page, figures: Sequence[Figure]) -> None:
    """Prints as many columns on a page as can be read, the labels and the units on each; columns of parts can be folded."""
    page.sheet.hide_gridlines(0)
    page.sheet.repeat_rows(TABLES, COLUMNS)
    page.sheet.repeat_columns(CODE, STATE)
    page.sheet.set_paper(A3)
    page.sheet.set_print_scale(PRINT_SCALE)
    page.sheet.set_v_pagebreaks(_breaks(figures))
    whole = {(figure.table, figure.row) for figure in figures if figure.kind == "total"}
    for number, figure in enumerate(figures):
        if figure.kind == "input" and figure.row and (figure.table, figure.row) in whole:
            page.sheet.set_column(FIGURES + number, FIGURES + number, page.widths[FIGURES + number], None, {"level": 1})


def _breaks(figures: Sequence[Figure]) -> list[int]:
    """The columns before which a printed page begins: never within a row of the official table."""
    breaks, start = [], 0
    for first, last in _runs([(figure.table, split_label(figure)[0]) for figure in figures]):
        if last - start >= PRINTED or (first and figures[first].table != figures[first - 1].table):
            start = first
            breaks.append(FIGURES + first)
    return breaks
