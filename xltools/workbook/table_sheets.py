"""The sheets of the official tables: every label in its cell, totals by formula, columns and rows such that all can be read."""

import math
from collections.abc import Mapping
from datetime import date

from xltools.form.book import TABLE_TOP, UNIT_SHEET, Place, TableSheet
from xltools.form.definition import Domain, Figure
from xltools.form.formulas import difference_formula, ranges, total_formulas
from xltools.form.kinds import is_of_kind
from xltools.form.layout import TableLayout, stands_left, text_width
from xltools.form.unit import YES
from xltools.workbook.check_sheet import Verdicts
from xltools.workbook.pen import PROMPT_LIMIT, PROMPT_TITLE_LIMIT, Pen
from xltools.workbook.styles import LINE_HEIGHT, clean

LABEL_WIDTHS = (10.0, 46.0)  # the narrowest and the widest label column, in characters of half width
FIGURE_WIDTHS = (9.0, 20.0)
ROOMY_FIGURE_WIDTH = 18.0  # what a column of figures gets in a table with few columns
WRITTEN_WIDTH = 30.0  # and one of words
FEW_COLUMNS = 6
PASTE = "\n从别处复制来的，只用“选择性粘贴→数值”，不要剪切。"
ZEROS = (
    "一次填0：选中 {}（按住 Ctrl 键可选几处），输入0，按 Ctrl+Enter（LibreOffice 按 Alt+Enter），再改有数的格。",
    f"也可以都填好以后，在“{UNIT_SHEET}”的“空白格按 0 计”填“{YES}”。",
)
HELPS: Mapping[Domain, str] = {
    "count": "填不小于0的整数{unit}。没有的填0。",
    "signed": "填整数，减少的填负数{unit}。没有的填0。",
    **dict.fromkeys(("amount", "decimal"), "填不小于0的数{unit}。没有的填0。"),
    "percent": "填百分数，不带百分号：93.25 表示 93.25%。",
    "text": "填文字。没有的不填。",
    "choice": "从下拉列表中选一项：{choices}。",
    "yes_no": "填“是”或“否”。",
    "date": "填日期，如：2025-1-20。",
    "url": "填网址，如：www.example.gov.cn。没有的不填。",
}  # what a prompt says of a cell that the form has no help for


def write_table(pen: Pen, verdicts: Verdicts, table: TableSheet) -> None:
    """Write one table's sheet: the title with the verdict, then the table cell by cell."""
    layout = table.layout
    widths = _column_widths(layout)
    pen.set_widths(widths)
    for row, height in enumerate(_row_heights(layout, widths)):
        pen.sheet.set_row(TABLE_TOP + row, height)
    if sum(widths) > 100:  # characters: too wide to be printed upright
        pen.sheet.set_landscape()
    place = verdict_place(table)
    pen.label(0, 0, table.section.title, "title", colspan=place.column)
    pen.label(0, place.column, "", "verdict", colspan=max(layout.columns - place.column, 1))
    pen.formula(place.row, place.column, *verdicts.of_table(layout.table), "verdict")
    pen.sheet.set_row(0, LINE_HEIGHT * 2)
    for cell in layout.headings:
        style = "band" if cell.kind == "title" else "label" if stands_left(cell, layout) else "header"
        pen.label(TABLE_TOP + cell.row, cell.column, cell.text, style, cell.rowspan, cell.colspan)
    figures = [verdicts.book.form.figures[id] for id in layout.figures]
    for figure in figures:
        _figure(pen, verdicts, figure, layout.figures[figure.id].colspan)
    for figure in (figure for figure in figures if figure.kind == "input"):
        column = f"／{figure.path[-1]}"
        row_label = clean(figure.line, PROMPT_TITLE_LIMIT - len(column))
        help = figure.help or HELPS[figure.domain].format(unit=figure.unit and f"，单位：{figure.unit}", choices="、".join(figure.choices))
        help = help if len(help + PASTE) > PROMPT_LIMIT else help + PASTE
        pen.expect([verdicts.book.figures[figure.id]], figure.domain, row_label + column, help, figure.places, figure.choices)
    places = [verdicts.book.figures[figure.id] for figure in figures if figure.kind == "input" and not figure.is_words]
    if places:
        pen.redden(places, f"ISTEXT({places[0].address})")
    if unread := [place for line in verdicts.unread for place in line.places if place in places]:
        pen.redden(unread, f'{unread[0].address}=""')
    for relation in verdicts.book.form.relations:
        own = {verdicts.book.figures[id].sheet for id in relation.figures} == {table.section.sheet}
        if own and not relation.need and not relation.when:  # what hangs on another sheet is told in 校验
            pen.redden([verdicts.book.figures[id] for id in relation.figures], difference_formula(verdicts.book, relation))
    cells = "、".join(ranges(places))
    for row, line in enumerate(ZEROS if places else (), start=TABLE_TOP + layout.rows + 1):
        pen.label(row, 0, line.format(cells), "hint_line")
    pen.sheet.freeze_panes(TABLE_TOP + layout.header_rows, layout.label_columns if layout.header_rows else 0)
    pen.sheet.repeat_rows(0, TABLE_TOP + max(layout.header_rows, 1) - 1)
    if layout.written:  # between words the cells of numbers are scattered, and the hint that names them is wider than the page
        pen.sheet.print_area(0, 0, TABLE_TOP + layout.rows - 1, layout.columns - 1)
    pen.sheet.fit_to_pages(1, 1)


def _column_widths(layout: TableLayout) -> list[float]:
    """Return the width of each grid column, in characters; labels over several rows may wrap once."""
    narrowest = ROOMY_FIGURE_WIDTH if layout.columns <= FEW_COLUMNS else FIGURE_WIDTHS[0]
    figures = [WRITTEN_WIDTH if column in layout.written else narrowest for column in range(layout.label_columns, layout.columns)]
    widths = [LABEL_WIDTHS[0]] * layout.label_columns + figures
    for cell in layout.headings:
        if cell.colspan == 1:
            widest = LABEL_WIDTHS[1] if cell.column < layout.label_columns else FIGURE_WIDTHS[1]
            wish = math.ceil(text_width(cell.text) / (2 if cell.rowspan > 1 and cell.kind == "row" else 1)) + 2.0
            widths[cell.column] = max(widths[cell.column], min(wish, widest))
    return widths


def _row_heights(layout: TableLayout, widths: list[float]) -> list[float]:
    """Return the height of each row, in points, such that the wrapped label of every cell fits."""
    heights = [LINE_HEIGHT + 2] * layout.rows
    for cell in sorted(layout.headings, key=lambda cell: cell.rowspan):
        lines = math.ceil(text_width(cell.text) / max(sum(widths[cell.column : cell.column + cell.colspan]) - 2, 2))
        missing = lines * LINE_HEIGHT + 4 - sum(heights[cell.row : cell.row + cell.rowspan])
        if missing > 0:
            for row in range(cell.row, cell.row + cell.rowspan):
                heights[row] += missing / cell.rowspan
    return heights


def verdict_place(table: TableSheet) -> Place:
    """Return the cell of a table's sheet with the verdict, behind the title."""
    return Place(table.section.sheet, 0, max(table.layout.label_columns, table.layout.columns // 2, 1))


def _figure(pen: Pen, verdicts: Verdicts, figure: Figure, colspan: int) -> None:
    place, report = verdicts.book.figures[figure.id], verdicts.report
    kind = "date" if figure.domain == "date" else "words_input" if figure.is_words else "amount" if figure.has_decimals else "count"
    style = ("total_amount" if figure.has_decimals else "total") if figure.kind == "total" else kind
    if colspan > 1:
        pen.label(place.row, place.column, "", style, colspan=colspan)
    if figure.kind == "total":
        result = report.computed[figure.id] if report.has_result(figure.id) else ""
        pen.formula(place.row, place.column, total_formulas(verdicts.book)[figure.id], result, style)
    elif figure.domain == "date" and isinstance(day := report.figures.get(figure.id), str) and is_of_kind(figure, day):
        pen.sheet.write_datetime(place.row, place.column, date.fromisoformat(day), pen.workbook.style(style))
    else:
        pen.number(place.row, place.column, report.figures.get(figure.id), style)
