"""图表 and 图表数据: what came in by unit and against last year, and what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

from xltools.county.summary.figure_sheets import total_cell, unit_cell
from xltools.county.summary.finding_sheets import start_sheet
from xltools.county.summary.state import CHART_DATA, Flow, Summary, find_flow
from xltools.form.book import Place, address
from xltools.numerals import Number, is_number, show
from xltools.workbook.pen import Pen

SHOWN = 20  # the units with a bar of their own; the rest are one bar together
NAME, LAST, THIS, OUTCOMES = range(4)
TOP = 3  # the row of the first unit in 图表数据
FONT = {"name": "宋体", "size": 9}
AXIS = {"num_font": FONT, "num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#E7E6E6"}}}
LABELS = {"value": True, "num_format": "#,##0", "font": FONT}
TITLE_FONT = {"name": "黑体", "size": 12, "bold": False}
COLOURS = ("#70AD47", "#A9D18E", "#ED7D31", "#FFC000", "#A5A5A5", "#5B9BD5", "#D9D9D9", "#7030A0", "#C00000", "#264478")
STATE_COLOURS = ("#70AD47", "#FFC000", "#ED7D31", "#C00000", "#FF7C80", "#A50021", "#A5A5A5", "#7F7F7F", "#BFBFBF", "#D9D9D9")
ROW_HEIGHT, BAR_HEIGHT, LEAST_HEIGHT, CHART_WIDTH = 20, 22, 300, 1_120  # pixels: of a row, a bar, and a chart at least
Options = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Bar:
    """A row of 图表数据: a unit by its place, or the rest of them."""

    name: str
    unit: int | None
    last: Number | None
    values: tuple[Number, ...]


def write_charts(charts: Pen, data: Pen, summary: Summary, states: Place) -> None:
    """Write both sheets; `states` is the cell of 总览 with the first state's name, above its number."""
    charts.title(f"{summary.office}　{summary.year}年度　图表", "图表的数在“图表数据”，本年的数引自“各单位数据”。")
    charts.sheet.hide_gridlines(2)
    charts.sheet.set_portrait()  # all of them on one page
    charts.sheet.fit_to_pages(1, 1)
    flow = find_flow(summary.form)
    bars = _bars(summary, flow) if flow else []
    place, half = 3, {"width": CHART_WIDTH // 2 - 10, "height": 360}
    if flow and bars:
        received = summary.form.figures[flow.received].label
        _write_data(data, summary, flow, bars, received)
        height = max(LEAST_HEIGHT, BAR_HEIGHT * len(bars) + 120)
        for chart in (_received_chart(charts, bars, received), _outcome_chart(charts, flow, bars)):
            chart.set_size({"width": CHART_WIDTH, "height": height})
            charts.sheet.insert_chart(place, 0, chart)
            place += height // ROW_HEIGHT + 2
    chart = _column_chart(charts, "各单位的状态", states, 1, STATE_COLOURS, {"value": True, "font": FONT})
    chart.set_size(half)
    charts.sheet.insert_chart(place, 0, chart)
    if flow and bars:
        names, colours = Place(CHART_DATA, TOP - 1, OUTCOMES), tuple(islice(cycle(COLOURS), len(flow.outcomes)))
        chart = _column_chart(charts, "办理结果：全部单位", names, len(bars) + 1, colours, LABELS)
        chart.set_size({**half, "x_offset": CHART_WIDTH // 2 + 10})
        charts.sheet.insert_chart(place, 0, chart)


def _bars(summary: Summary, flow: Flow) -> list[_Bar]:
    """Return the units that reported, those that received most first, the rest of them in one."""

    def of(row: Sequence[object], ids: Sequence[str]) -> Number:
        return sum(value for id in ids if is_number(value := row[summary.numbers[id]]))

    units = [
        (number, unit, of(unit.last, (flow.received,)) if unit.last else None) for number, unit in enumerate(summary.units) if unit.this
    ]
    rows = [_Bar(unit.name, number, last, tuple(of(unit.this, ids) for ids in flow.columns)) for number, unit, last in units]
    rows.sort(key=lambda bar: -bar.values[0])
    shown, rest = rows[:SHOWN], rows[SHOWN:]
    if len(rest) == 1:
        return rows
    if rest:
        sums = tuple(sum(values) for values in zip(*(bar.values for bar in rest), strict=True))
        shown.append(_Bar(f"其余{len(rest)}个单位", None, sum(bar.last or 0 for bar in rest), sums))
    return shown


def _write_data(pen: Pen, summary: Summary, flow: Flow, bars: Sequence[_Bar], received: str) -> None:
    names = ("单位", f"{summary.year - 1} 年", f"{summary.year} 年", *(label for label, _ in flow.outcomes))
    start_sheet(pen, summary, "　图表数据", f"按“{received}”由多到少。", columns=names, count=len(bars), frozen=1)
    for row, bar in enumerate(bars, start=TOP):
        pen.cells(row, (bar.name, "cell"), (bar.last, "large"))
        for column, (ids, value) in enumerate(zip(flow.columns, bar.values, strict=True), start=THIS):
            numbers = [summary.numbers[id] for id in ids]
            if bar.unit is not None:
                formula = "+".join(f"N({unit_cell(bar.unit, number)})" for number in numbers)
            else:
                formula = f"{'+'.join(map(total_cell, numbers))}-{_sum_above(row, column)}"
            pen.formula(row, column, formula, value, "large")
    row = TOP + len(bars)
    pen.label(row, NAME, "合计", "sum_label")
    for column, values in enumerate(zip(*((bar.last or 0, *bar.values) for bar in bars), strict=True), start=LAST):
        pen.formula(row, column, _sum_above(row, column), sum(values), "sum")


def _sum_above(row: int, column: int) -> str:
    return f"SUM({address(TOP, column)}:{address(row - 1, column)})"


def _received_chart(pen: Pen, bars: Sequence[_Bar], received: str) -> Any:
    shown = [bar for bar in bars if bar.unit is not None]  # the rest together would dwarf every bar
    rest = "".join(f"（{bar.name}合计 {show(bar.values[0])}）" for bar in bars if bar.unit is None)
    series = (_bar_series(shown, THIS, "#2E75B6", gap=50, data_labels=LABELS), _bar_series(shown, LAST, "#BDD7EE"))
    return _bar_chart(pen, f"{received}：各单位与上年比较{rest}", series, AXIS)


def _outcome_chart(pen: Pen, flow: Flow, bars: Sequence[_Bar]) -> Any:
    columns = range(OUTCOMES, OUTCOMES + len(flow.outcomes))
    series = [_bar_series(bars, column, colour, gap=40) for column, colour in zip(columns, cycle(COLOURS), strict=False)]
    return _bar_chart(pen, "办理结果：各单位各占多少", series, {**AXIS, "num_format": "0%"}, subtype="percent_stacked")


def _bar_chart(pen: Pen, title: str, series: Iterable[Options], values: Options, **kind: str) -> Any:
    # the first unit on top
    units = {"reverse": True, "num_font": FONT, "line": {"color": "#A6A6A6"}, "interval_unit": 1}
    return _chart(pen, {"type": "bar", **kind}, title, series, (values, units), {"position": "top", "font": FONT})


def _chart(pen: Pen, kind: Mapping[str, str], title: str, series: Iterable[Options], axes: tuple[Options, Options], legend: Options) -> Any:
    chart = pen.workbook.add_chart(kind)
    chart.set_title({"name": title, "name_font": TITLE_FONT, "overlay": False})
    for one in series:
        chart.add_series(one)
    chart.set_x_axis(axes[0])
    chart.set_y_axis(axes[1])
    chart.set_legend(legend)
    return chart


def _bar_series(bars: Sequence[_Bar], column: int, colour: str, **options: object) -> Options:
    last = TOP + len(bars) - 1
    return {
        "name": [CHART_DATA, TOP - 1, column],
        "categories": [CHART_DATA, TOP, NAME, last, NAME],
        "values": [CHART_DATA, TOP, column, last, column],
        "fill": {"color": colour},
        **options,
    }


def _column_chart(pen: Pen, title: str, names: Place, below: int, colours: Sequence[str], labels: Options) -> Any:
    """Return a chart of one column a name; the names stand in a row from `names` on, their numbers so many rows below."""
    row, last = names.row + below, names.column + len(colours) - 1
    series = {
        "categories": [names.sheet, names.row, names.column, names.row, last],
        "values": [names.sheet, row, names.column, row, last],
        "points": [{"fill": {"color": colour}} for colour in colours],
        "gap": 60,
        "data_labels": labels,
    }
    return _chart(pen, {"type": "column"}, title, [series], ({"num_font": FONT}, AXIS), {"none": True})
