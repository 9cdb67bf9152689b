"""write_comparison: two reports side by side as a workbook, a sheet a table and one for the prose."""

from collections.abc import Sequence
from decimal import Decimal

from xltools.comparison.differences import Comparison, FigureChange, label, show_value, split_label
from xltools.form.book import address
from xltools.form.formulas import absolute
from xltools.workbook.pen import NewWorkbook, Pen

PROSE, LEFTOVERS = "正文对比", "没有对应的格"
ROW, COLUMN, UNIT, LAST, THIS, DIFFERENCE, PERCENT = range(7)
TABLE_WIDTHS = (56, 26, 6, 13, 13, 15, 10)
PROSE_HEADER, PROSE_WIDTHS = ("部分", "变化", "句子"), (28, 8, 76)
LEFTOVER_HEADER, LEFTOVER_WIDTHS = ("报告", "情况", "格或部分", "数"), (10, 26, 60, 14)
BIG_CHANGE = Decimal("0.3")  # the change, as a share of last year's figure, from which a row is coloured; staff can change it on each sheet
THRESHOLD = 1  # the column of that share in its row


def write_comparison(comparison: Comparison) -> bytes:
    """Return the .xlsx of a comparison, always the same bytes. Raise XltoolsError for a sentence that no cell can hold."""
    form = comparison.form
    properties = {"title": f"{form.title}对比", "subject": form.edition}
    workbook = NewWorkbook(properties, comparison.this.year or form.first_year or 2000)
    taken: set[str] = set()

    def add_sheet(name: str, widths: Sequence[float]) -> Pen:
        while name.lower() in taken:
            name += "_"
        taken.add(name.lower())
        pen = workbook.add_sheet(name, widths)
        pen.sheet.center_horizontally()
        pen.sheet.fit_to_pages(1, 0)
        return pen

    for table in form.tables:
        _write_table(add_sheet(form.section_of_table[table.key].sheet, TABLE_WIDTHS), comparison, table.key)
    if form.texts:
        _write_lines(add_sheet(PROSE, PROSE_WIDTHS), comparison, "正文对比：新增和删去的句子", PROSE_HEADER, _sentences(comparison))
    if leftovers := _leftovers(comparison):
        _write_lines(add_sheet(LEFTOVERS, LEFTOVER_WIDTHS), comparison, "两版格式没有对应的格", LEFTOVER_HEADER, leftovers)
    return workbook.finish()


def _write_top(pen: Pen, comparison: Comparison, title: str) -> int:
    """Write what stands at the top of a sheet, and return the row below it."""
    compared = "；".join(f"{name}：{side.unit} {f'{side.year}年度' if side.year else '（没有年度）'}" for name, side in comparison.sides)
    return pen.title(title, compared, *(f"注意：{note}" for note in comparison.notes))


def _write_table(pen: Pen, comparison: Comparison, table: str) -> None:
    changes = [change for change in comparison.of_table(table) if comparison.tells(change) or not comparison.of_one_year]
    row = _write_top(pen, comparison, f"{comparison.form.section_of_table[table].title}　对比")
    pen.label(row, 0, f"增减达到{comparison.sides[0][0]}的这一比例时标色（可改）：", "hint_line")
    pen.number(row, THRESHOLD, BIG_CHANGE, "share")
    header = row + 2
    names = ("项目", "列", "计量单位", *comparison.names, "增减", "增幅")
    pen.header(header, names, len(changes), frozen=UNIT, style="header", fitted=False)
    for number, change in enumerate(changes, start=header + 1):
        _write_change(pen, number, change)
    if changes:
        _colour(pen, header + 1, header + len(changes), address(row, THRESHOLD))


def _write_change(pen: Pen, row: int, change: FigureChange) -> None:
    line, column = split_label(change.figure)
    pen.cells(row, (line, "label"), (column, "label"), (change.figure.unit, "header"))
    pen.height(row, {ROW: line, COLUMN: column})
    pen.number(row, LAST, change.last, "figure")
    pen.number(row, THIS, change.this, "figure")
    last, this = address(row, LAST), address(row, THIS)
    # COUNT passes over what is blank or text: blank is not 0
    both = f"COUNT({last}:{this})=2"
    difference, percent = change.difference, change.percent
    style = "signed_amount" if change.figure.has_decimals else "signed"
    formula = f'IF({both},ROUND({this}-{last},9),"")'
    pen.formula(row, DIFFERENCE, formula, "" if difference is None else difference, style)
    formula = '""' if change.figure.domain == "percent" else f'IF({both},IF({last}>0,ROUND(({this}-{last})/{last},3),""),"")'
    pen.formula(row, PERCENT, formula, "" if percent is None else percent / 100, "percent")


def _colour(pen: Pen, first: int, last: int, threshold: str) -> None:
    """Colour the figures of a row that rose or fell much; from 0, any change is much."""
    then, now = (f"${address(first, column)}" for column in (LAST, THIS))
    least = f"{absolute(threshold)}*ABS({then})"
    for sign, style in ((f"{now}-{then}", "rise"), (f"{then}-{now}", "fall")):
        pen.colour((first, LAST, last, PERCENT), f"AND(COUNT({then}:{now})=2,{sign}>0,{sign}>={least})", style)


def _sentences(comparison: Comparison) -> list[tuple[str, ...]]:
    changes = [(section.title, change) for section in comparison.form.texts if (change := comparison.texts.get(section.key))]
    kinds = ((title, kind) for title, change in changes for kind in (("新增", change.new), ("删去", change.gone)))
    return [(title, name, sentence) for title, (name, sentences) in kinds for sentence in sentences]


def _leftovers(comparison: Comparison) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = []
    for name, side in zip(comparison.names, (comparison.last, comparison.this), strict=True):
        lines += [(name, "对比的格式中没有", leftover.label, show_value(leftover.value)) for leftover in side.dropped]
        for ids, what in ((side.missing, "这份报告没有统计"), (side.uncertain, "含义不完全相同，未作比较")):
            lines += [(name, what, label(comparison.form.figures[id]), "") for id in ids]
    return lines


def _write_lines(pen: Pen, comparison: Comparison, title: str, names: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> None:
    """Write a sheet of nothing but text."""
    header = _write_top(pen, comparison, title) + 1
    pen.header(header, names, len(lines), style="header", fitted=False)
    for row, line in enumerate(lines, start=header + 1):
        for column, text in enumerate(line):
            pen.text(row, column, text, "words")
        pen.height(row, dict(enumerate(line)))
