"""各单位数据, a row a unit and a column a figure under the official labels; and 与上年比较, each figure of all units against last year."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from xltools.comparison.differences import split_label
from xltools.county.summary.finding_sheets import start_sheet
from xltools.county.summary.state import MATRIX, MISSING, Summary, UnitLine
from xltools.form.book import Place, address
from xltools.form.definition import Figure, Form
from xltools.form.layout import text_width
from xltools.numerals import from_decimal, is_number
from xltools.report.sums import total
from xltools.workbook.pen import Pen
from xltools.workbook.styles import LINE_HEIGHT

CODE, NAME, STATE, FIGURES = range(4)
WIDTHS = (12.0, 30.0, 10.0)
FIGURE_WIDTH, AMOUNT_WIDTH = 9.0, 14.0
A3, PRINT_SCALE = 8, 57  # paper, and percent: such that the columns of a page fit it even where a wider font stands in for a missing one
SUM, SHOWN, TABLES, LINES, COLUMNS, UNITS = range(2, 8)
"""The rows: all units' total, that of the rows shown, three rows of labels, and the first unit."""
PRINTED = 21  # the most columns of figures on a printed page
LINE, COLUMN, UNIT, COMPARABLE, LAST, THIS, CHANGE, PERCENT, ALL = range(9)
YEAR_COLUMNS = ("项目", "列", "计量单位", "可比单位数", "上年", "本年", "增减", "增幅", "本年全部单位")
YEAR_WIDTHS = (58, 24, 8, 10, 16, 16, 16, 11, 18)


def matrix_widths(form: Form) -> list[float]:
    """Return the widths of all columns."""
    return [*WIDTHS, *(AMOUNT_WIDTH if figure.has_decimals else FIGURE_WIDTH for figure in form.figures.values())]


def total_cell(number: int) -> str:
    """Return the reference of the total of a figure over all units, by the figure's place in the form."""
    return Place(MATRIX, SUM, FIGURES + number).reference


def unit_cell(unit: int, number: int) -> str:
    """Return the reference of a unit's figure."""
    return Place(MATRIX, UNITS + unit, FIGURES + number).reference


def write_matrix(pen: Pen, summary: Summary) -> None:
    """Write 各单位数据."""
    figures = list(summary.form.figures.values())
    last_row, last_column = UNITS + max(len(summary.units), 1) - 1, FIGURES + len(figures) - 1
    pen.title(
        f"{summary.office}　{summary.year}年度　各单位数据",
        "空白是未填或未报送，不是0；文字不计入合计。“筛选后合计”随筛选变化。左上角的 1、2 收起或展开分列。",
    )
    for row, label, function in ((SUM, "合计", "SUM"), (SHOWN, "筛选后合计", "SUBTOTAL")):
        _write_totals(pen, summary, figures, row, label, function)
    _write_labels(pen, summary.form, figures)
    for number, unit in enumerate(summary.units):
        _write_unit(pen, UNITS + number, unit, figures)
    pen.sheet.freeze_panes(UNITS, FIGURES)
    pen.sheet.autofilter(COLUMNS, 0, last_row, last_column)
    pen.colour((UNITS, CODE, last_row, STATE), f'$C{UNITS + 1}="{MISSING}"', "missing")
    faint = {"type": "cell", "criteria": "==", "value": 0, "format": pen.workbook.style("faint")}
    pen.sheet.conditional_format(UNITS, FIGURES, last_row, last_column, faint)
    _set_up_print(pen, figures)


def _write_totals(pen: Pen, summary: Summary, figures: Sequence[Figure], row: int, label: str, function: str) -> None:
    pen.sheet.set_row(row, LINE_HEIGHT + 2)
    pen.label(row, CODE, label, "sum_label", colspan=FIGURES)
    last = UNITS + max(len(summary.units), 1) - 1
    for number, figure in enumerate(figures):
        cells = f"{address(UNITS, FIGURES + number)}:{address(last, FIGURES + number)}"
        formula = f"SUM({cells})" if function == "SUM" else f"SUBTOTAL(109,{cells})"
        sum, style = summary.totals[number], "sum_amount" if figure.has_decimals else "sum"
        if sum is None or figure.id in summary.form.rates:  # never added up; a rate is computed from the sums of its parts
            pen.number(row, FIGURES + number, sum if function == "SUM" else None, style)
        else:
            pen.formula(row, FIGURES + number, formula, sum, style)


def _write_labels(pen: Pen, form: Form, figures: Sequence[Figure]) -> None:
    """Write the official labels in three rows: the table, the row or heading, the column."""
    titles = [form.section_of_table[figure.table].title for figure in figures]
    lines = [split_label(figure)[0] for figure in figures]
    keys = [(figure.table, line) for figure, line in zip(figures, lines, strict=True)]
    pen.sheet.set_row(TABLES, LINE_HEIGHT + 4)
    starts = [FIGURES, *_breaks(figures)]  # a title over a hundred columns would be seen on none of the pages
    chunks = [(figure.table, str(sum(FIGURES + number >= start for start in starts))) for number, figure in enumerate(figures)]
    _write_grouped(pen, TABLES, chunks, titles, "head_left")
    pen.sheet.set_row(LINES, max(_lines(pen, first, last, lines[first]) for first, last in _runs(keys)) * LINE_HEIGHT + 4)
    _write_grouped(pen, LINES, keys, lines)
    pen.sheet.set_row(COLUMNS, LINE_HEIGHT * 3)
    pen.cells(COLUMNS, ("单位代码", "head"), ("单位", "head"), ("状态", "head"), *((figure.path[-1], "head_small") for figure in figures))


def _write_grouped(pen: Pen, row: int, keys: Sequence[tuple[str, ...]], texts: Sequence[str], style: str = "head_small") -> None:
    """Write each text once over the columns that have it."""
    pen.label(row, CODE, "", "head", colspan=FIGURES)
    for first, last in _runs(keys):
        pen.label(row, FIGURES + first, texts[first], style, colspan=last - first + 1)


def _runs(keys: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last place of each run of equal keys."""
    for _, run in groupby(range(len(keys)), key=lambda number: keys[number]):
        places = list(run)
        yield places[0], places[-1]


def _lines(pen: Pen, first: int, last: int, text: str) -> int:
    """Return how many lines of a small font a text takes over these columns."""
    return -(-text_width(text) // max(int(sum(pen.widths[FIGURES + first : FIGURES + last + 1]) * 1.1) - 2, 2))


def _write_unit(pen: Pen, row: int, unit: UnitLine, figures: Sequence[Figure]) -> None:
    """Write a unit's row; a figure that is blank has no cell, so that a county's sheet stays small."""
    pen.cells(row, *((text, "data_text") for text in (unit.code, unit.name, unit.state)))
    count, amount = pen.workbook.style("data"), pen.workbook.style("data_amount")
    for column, (value, figure) in enumerate(zip(unit.this, figures, strict=False), start=FIGURES):
        if isinstance(value, str):
            pen.label(row, column, value, "data_text")
        elif value is not None:
            pen.sheet.write_number(row, column, value, amount if figure.has_decimals else count)


def _set_up_print(pen: Pen, figures: Sequence[Figure]) -> None:
    """Print as many columns on a page as can be read, the labels and the units on each; columns of parts can be folded."""
    pen.sheet.hide_gridlines(0)
    pen.sheet.repeat_rows(TABLES, COLUMNS)
    pen.sheet.repeat_columns(CODE, STATE)
    pen.sheet.set_paper(A3)
    pen.sheet.set_print_scale(PRINT_SCALE)
    pen.sheet.set_v_pagebreaks(_breaks(figures))
    whole = {(figure.table, figure.row) for figure in figures if figure.kind == "total"}
    for number, figure in enumerate(figures):
        if figure.kind == "input" and figure.row and (figure.table, figure.row) in whole:
            pen.sheet.set_column(FIGURES + number, FIGURES + number, pen.widths[FIGURES + number], None, {"level": 1})


def _breaks(figures: Sequence[Figure]) -> list[int]:
    """Return the columns before which a printed page begins: never within a row of the official table."""
    breaks, start = [], 0
    for first, last in _runs([(figure.table, split_label(figure)[0]) for figure in figures]):
        if last - start >= PRINTED or (first and figures[first].table != figures[first - 1].table):
            start = first
            breaks.append(FIGURES + first)
    return breaks


def write_years(pen: Pen, summary: Summary) -> None:
    """Write 与上年比较."""
    figures = list(summary.form.figures.values())
    notes = (
        "“上年”“本年”只计两年都有数的单位（可比单位），以免单位增减影响比较；“本年全部单位”是“各单位数据”的合计。",
        "增减达到上年三成的标色。",
    )
    first = start_sheet(pen, summary, "与上年比较", *notes, columns=YEAR_COLUMNS, count=len(figures), frozen=UNIT)
    for number, figure in enumerate(figures):
        _write_figure(pen, first + number, summary, number, figure)
    last = first + len(figures) - 1
    for sign, style in (("G{0}>0", "doubt"), ("G{0}<0", "good")):
        condition = f"AND(ISNUMBER($G{first + 1}),${sign.format(first + 1)},ABS($G{first + 1})>=0.3*ABS($E{first + 1}))"
        pen.colour((first, LAST, last, PERCENT), condition, style)


def _write_figure(pen: Pen, row: int, summary: Summary, number: int, figure: Figure) -> None:
    line, column = split_label(figure)
    pairs = [(unit.last[number], unit.this[number]) for unit in summary.units if unit.last and unit.this]
    adds = figure.across_units == "sum" and figure.id not in summary.form.rates
    both = [(last, this) for last, this in pairs if adds and is_number(last) and is_number(this)]
    before, now = total(last for last, _ in both), total(this for _, this in both)
    style, signed = ("large_amount", "signed_amount") if figure.has_decimals else ("large", "change")
    pen.height(row, {LINE: line, COLUMN: column})
    years = ((value if both else None, style) for value in (before, now))
    pen.cells(row, (line, "cell"), (column, "cell"), (figure.unit, "middle"), (len(both), "large"), *years)
    last, this = address(row, LAST), address(row, THIS)
    percent = from_decimal((Decimal(now - before) / Decimal(before)).quantize(Decimal("0.001"), ROUND_HALF_UP)) if before > 0 else ""
    filled = f"COUNT({last}:{this})=2"
    pen.formula(row, CHANGE, f'IF({filled},ROUND({this}-{last},6),"")', now - before if both else "", signed)
    pen.formula(row, PERCENT, f'IF({filled},IF({last}>0,ROUND(({this}-{last})/{last},3),""),"")', percent, "percent")
    all = summary.totals[number]
    pen.formula(row, ALL, total_cell(number) if all is not None else '""', "" if all is None else all, style)
