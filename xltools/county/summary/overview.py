"""write_summary: 汇总情况, the workbook that tells an office how its units stand; and its first sheet, 总览."""

from collections import Counter
from collections.abc import Sequence

from xltools.county.summary import finding_sheets
from xltools.county.summary import state as names
from xltools.county.summary.chart_sheets import write_charts
from xltools.county.summary.figure_sheets import YEAR_WIDTHS, matrix_widths, write_matrix, write_years
from xltools.county.summary.state import MISSING, OPEN, STATES, Summary, UnitLine, find_flow
from xltools.files.outputs import passing_folder
from xltools.form.book import Place, address, column_name
from xltools.form.formulas import absolute
from xltools.numerals import is_number
from xltools.rules.rule import SEVERITY_NAMES
from xltools.workbook.pen import NewWorkbook, Pen

NUMBER, CODE, NAME, STATE, ERRORS, WARNINGS, NOTICES, LAST, THIS, CHANGE, CAME, LATE, NEWS, PHONE, FILE, COPY, NOTE = range(17)
COLUMNS = (
    *("序号", "单位代码", "单位", "状态", *SEVERITY_NAMES.values(), "上年", "本年", "增减"),
    *("报送日期", "迟报天数", "比上次", "电话", "文件", "批注版", "备注"),
)
OVERVIEW_WIDTHS = (6, 12, 32, 13, 11, 13, 11, 11, 11, 11, 12, 10, 20, 16, 32, 10, 40)
STATE_STYLES = {
    **dict.fromkeys(("有错误", "已报送不能用", "无法读取"), "bad"),
    "有待核": "doubt",
    "没有问题": "good",
    **dict.fromkeys(("重复报送", "不在名册", "年度不符", "表式不符"), "odd"),
}
CHART_WIDTHS, DATA_WIDTHS = (14.0,) * 12, (34.0, *(14.0,) * 12)


def write_summary(summary: Summary) -> bytes:
    """Return the .xlsx of a summary, its counts and totals as live formulas; the same summary gives the same bytes."""
    properties = {
        "title": f"{summary.office}{summary.year}年{summary.form.title}汇总",
        "subject": summary.form.edition,
        "author": summary.office,
        "company": summary.office,
    }
    # thousands of units are millions of cells: their rows pass through a folder that goes whatever happens
    with passing_folder() as folder:
        workbook = NewWorkbook(properties, summary.year, rows_in=str(folder))
        try:
            _write_sheets(workbook, summary)
            return workbook.finish()
        except BaseException:  # Ctrl-C, too
            workbook.give_up()
            raise


def _write_sheets(workbook: NewWorkbook, summary: Summary) -> None:
    def add_sheet(name: str, widths: Sequence[float]) -> Pen:
        pen = workbook.add_sheet(name, widths)
        pen.sheet.set_landscape()
        return pen

    states = _write_overview(add_sheet(names.OVERVIEW, OVERVIEW_WIDTHS), summary)
    write_matrix(add_sheet(names.MATRIX, matrix_widths(summary.form)), summary)
    finding_sheets.write_findings(add_sheet(names.FINDINGS, finding_sheets.FINDING_WIDTHS), summary)
    finding_sheets.write_rules(add_sheet(names.RULES, finding_sheets.RULE_WIDTHS), summary)
    finding_sheets.write_ranking(add_sheet(names.RANKING, finding_sheets.RANKING_WIDTHS), summary)
    write_years(add_sheet(names.YEARS, YEAR_WIDTHS), summary)
    write_charts(add_sheet(names.CHARTS, CHART_WIDTHS), add_sheet(names.CHART_DATA, DATA_WIDTHS), summary, states)
    if summary.remarks:
        _write_remarks(add_sheet(names.REMARKS, (120.0,)), summary)


def _write_overview(pen: Pen, summary: Summary) -> Place:
    """Write 总览, and return the cell with the name of the first state, above its number."""
    flow = find_flow(summary.form)
    about_columns = f"上年、本年两列是“{summary.form.figures[flow.received].label}”。" if flow else ""
    row = pen.title(
        f"{summary.office}　{summary.year}年度{summary.form.title}　汇总情况",
        f"格式：{summary.form.edition}。状态可筛选；红色的是未报送的单位。{about_columns}“报送日期”是文件最后修改的日期。",
        # not here one by one: what stands above the units stays in view, and would leave no room for them
        *([f"汇总时需要注意的有{len(summary.remarks)}项，见“{names.REMARKS}”表。"] if summary.remarks else []),
    )
    header = row + 3
    last = header + max(len(summary.units), 1)
    _write_tally(pen, summary, row, header + 1, last)
    pen.header(header, COLUMNS, len(summary.units), frozen=NAME + 1)
    first_findings = finding_sheets.first_rows(summary.units)
    received = summary.numbers[flow.received] if flow else None
    for number, unit in enumerate(summary.units):
        _write_unit(pen, header + 1 + number, number, unit, received, first_findings.get(number))
    pen.sheet.fit_to_pages(1, 0)
    pen.sheet.print_area(0, 0, last, NOTE)
    state = f"${column_name(STATE)}{header + 2}"
    pen.colour((header + 1, 0, last, NOTE), f'{state}="{MISSING}"', "missing")
    for name, style in STATE_STYLES.items():
        pen.colour((header + 1, STATE, last, STATE), f'{state}="{name}"', style)
    return Place(names.OVERVIEW, row, STATE)


def _write_remarks(pen: Pen, summary: Summary) -> None:
    """Write 注意事项, what could not be added and the like, a row each."""
    top = finding_sheets.start_sheet(pen, summary, f"　{names.REMARKS}", columns=("汇总时需要注意的事项",), count=len(summary.remarks))
    for row, remark in enumerate(summary.remarks, start=top):
        pen.height(row, {0: remark})
        pen.label(row, 0, remark, "cell")


def _write_tally(pen: Pen, summary: Summary, row: int, first: int, last: int) -> None:
    """Write how many units are in each state, by formulas over the lines below."""
    counts = Counter(unit.state for unit in summary.units)
    named, states = (absolute(f"{address(first, column)}:{address(last, column)}") for column in (NAME, STATE))
    pen.sheet.set_row(row, 20)
    pen.cells(row, ("合计", "head"), *((state, "head") for state in STATES), first=NAME)
    pen.sheet.set_row(row + 1, 28)
    pen.formula(row + 1, NAME, f"COUNTA({named})", len(summary.units), "tally")
    for column, state in enumerate(STATES, start=STATE):
        label = f"{column_name(column)}{row + 1}"
        pen.formula(row + 1, column, f"COUNTIF({states},{label})", counts[state], "tally")
        style = "missing" if state == MISSING else STATE_STYLES[state]
        pen.colour((row, column, row + 1, column), f"${column_name(column)}${row + 2}>0", style)


def _write_unit(pen: Pen, row: int, number: int, unit: UnitLine, received: int | None, finding: int | None) -> None:
    pen.height(row, {NAME: unit.name, NEWS: unit.change, FILE: unit.file, NOTE: unit.note})
    counts = ((unit.count(severity) if unit.this or unit.findings else None, "large") for severity in SEVERITY_NAMES)
    pen.cells(row, (number + 1, "middle"), (unit.code, "cell"), (unit.name, "cell"), (unit.state, "middle"), *counts)
    if finding is not None:
        pen.link(row, NAME, f"internal:'{names.FINDINGS}'!A{finding + 1}", unit.name)
    last = unit.last[received] if unit.last and received is not None else None
    this = unit.this[received] if unit.this and received is not None else None
    pen.cells(row, (last, "large"), (this, "large"), first=LAST)
    change = this - last if is_number(this) and is_number(last) else ""
    pen.formula(row, CHANGE, f'IF(COUNT(H{row + 1}:I{row + 1})=2,I{row + 1}-H{row + 1},"")', change, "change")
    came = (f"{unit.came:%Y-%m-%d}" if unit.came else "", "middle")
    texts = ((text, "cell") for text in (unit.change, unit.phone, unit.file))
    pen.cells(row, came, (unit.late or None, "large"), *texts, first=CAME)
    pen.link(row, COPY, f"external:{unit.copy}", OPEN)
    pen.label(row, NOTE, unit.note, "cell")
