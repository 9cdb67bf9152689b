"""图表 and 图表数据: what came in by unit and against last year, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook

from xltools.county.summary.matrix import total_cell, unit_cell
from xltools.county.summary.overview import STATE
from xltools.county.summary.page import CHART_DATA, OVERVIEW, Page, fixed
from xltools.county.summary.state import STATES, Flow, Summary, UnitLine, find_flow
from xltools.form.definition import Form
from xltools.numerals import Number, is_number, show

SHOWN = 20
"""The units with a bar of their own; the rest are one bar together."""
NAME, LAST, THIS, OUTCOMES = range(4)
TOP = 3
"""The row of the first unit in 图表数据."""
FONT = {"name": "宋体", "size": 9}
AXIS = {"num_font": {"name": "宋体", "size": 9}, "num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#E7E6E6"}}}
TITLE_FONT = {"name": "黑体", "size": 12, "bold": False}
COLOURS = ("#70AD47", "#A9D18E", "#ED7D31", "#FFC000", "#A5A5A5", "#5B9BD5", "#D9D9D9", "#7030A0", "#C00000", "#264478")
STATE_COLOURS = ("#70AD47", "#FFC000", "#ED7D31", "#C00000", "#FF7C80", "#A5A5A5", "#7F7F7F", "#BFBFBF")
ROW_PIXELS = 20
BAR_HEIGHT, LEAST_HEIGHT = 22, 300
"""Pixels: what a bar takes, and the least height of a chart."""
CHART_WIDTH = 1_120


@dataclass(frozen=True, slots=True)
class _Bar:
    """A row of 图表数据: a unit by its place, or the rest of them."""

    name: str
    unit: int | None
    last: Number | None
    values: tuple[Number, ...]


def write_charts(workbook: Workbook, charts: Page, data: Page, summary: Summary, tally: int) -> None:
    """Writes both sheets; `tally` is the row of 总览 with the states, above their numbers."""
    charts.title(f"{summary.office}　{summary.year} 年度　图表", "图表的数在“图表数据”，本年的数引自“数据矩阵”。")
    charts.sheet.hide_gridlines(2)
    # all of them on one page
    charts.sheet.set_portrait()
    charts.sheet.fit_to_pages(1, 1)
    flow = find_flow(summary.form)
    bars = _bars(summary, flow) if flow else []
    place = 3
    if flow and bars:
        _write_data(data, summary, flow, bars)
        height = max(LEAST_HEIGHT, BAR_HEIGHT * len(bars) + 120)
        first = _received_chart(workbook, summary, bars)
        second = _outcome_chart(workbook, flow, bars)
        for chart in (first, second):
            chart.set_size({"width": CHART_WIDTH, "height": height})
            charts.sheet.insert_chart(place, 0, chart)
            place += height // ROW_PIXELS + 2
    state = _state_chart(workbook, tally)
    state.set_size({"width": CHART_WIDTH // 2 - 10, "height": 360})
    charts.sheet.insert_chart(place, 0, state)
    if flow and bars:
        overall = _overall_chart(workbook, flow, bars)
        overall.set_size({"width": CHART_WIDTH // 2 - 10, "height": 360})
        charts.sheet.insert_chart(place, 0, overall, {"x_offset": CHART_WIDTH // 2 + 10})


# ----------------------------------------------------------------------------------------------------------------- data


def _bars(summary: Summary, flow: Flow) -> list[_Bar]:
    """The units that reported, those that received most first, the rest of them in one."""
    rows = [_bar(summary, flow, number, unit) for number, unit in enumerate(summary.units) if unit.this]
    rows.sort(key=lambda bar: -bar.values[0])
    shown, rest = rows[:SHOWN], rows[SHOWN:]
    if len(rest) == 1:
        return rows
    if rest:
        sums = tuple(sum(bar.values[place] for bar in rest) for place in range(len(rest[0].values)))
        shown.append(_Bar(f"其余 {len(rest)} 个单位", None, sum(bar.last or 0 for bar in rest), sums))
    return shown


def _bar(summary: Summary, flow: Flow, number: int, unit: UnitLine) -> _Bar:
    def of(row: Sequence[object], ids: Sequence[str]) -> Number:
        return sum(value for id in ids if row and is_number(value := row[summary.numbers[id]]))

    received = (flow.received,)
    last = of(unit.last, received) if unit.last else None
    return _Bar(unit.name, number, last, tuple(of(unit.this, ids) for ids in (received, *(i for _, i in flow.outcomes))))


def _write_data(page: Page, summary: Summary, flow: Flow, bars: Sequence[_Bar]) -> None:
    page.title(f"{summary.office}　{summary.year} 年度　图表数据", f"按“{_received(summary.form, flow)}”由多到少。")
    page.header(
        TOP - 1, ("单位", f"{summary.year - 1} 年", f"{summary.year} 年", *(label for label, _ in flow.outcomes)), len(bars), frozen=1
    )
    sources = [(flow.received,), *(ids for _, ids in flow.outcomes)]
    for row, bar in enumerate(bars, start=TOP):
        page.text(row, NAME, bar.name, "cell")
        page.value(row, LAST, bar.last, "large")
        for place, (ids, value) in enumerate(zip(sources, bar.values, strict=True), start=THIS):
            numbers = [summary.numbers[id] for id in ids]
            if bar.unit is not None:
                formula = "+".join(f"N({unit_cell(bar.unit, number)})" for number in numbers)
            else:
                above = f"SUM({fixed(TOP, place)}:{fixed(row - 1, place)})".replace("$", "")
                formula = f"{'+'.join(total_cell(number) for number in numbers)}-{above}"
            page.formula(row, place, formula, value, "large")
    _write_sums(page, TOP + len(bars), bars)
    page.fit()


def _write_sums(page: Page, row: int, bars: Sequence[_Bar]) -> None:
    page.text(row, NAME, "合计", "sum_label")
    sums = [sum(bar.last or 0 for bar in bars), *(sum(values) for values in zip(*(bar.values for bar in bars), strict=True))]
    for column, value in enumerate(sums, start=LAST):
        cells = f"{fixed(TOP, column)}:{fixed(row - 1, column)}".replace("$", "")
        page.formula(row, column, f"SUM({cells})", value, "sum")


def _received(form: Form, flow: Flow) -> str:
    return form.figures[flow.received].label


# --------------------------------------------------------------------------------------------------------------- charts


def _series(bars: Sequence[_Bar], column: int, colour: str, **options: object) -> dict[str, Any]:
    last = TOP + len(bars) - 1
    return {
        "name": [CHART_DATA, TOP - 1, column],
        "categories": [CHART_DATA, TOP, NAME, last, NAME],
        "values": [CHART_DATA, TOP, column, last, column],
        "fill": {"color": colour},
        **options,
    }


def _bar_chart(workbook: Workbook, title: str, subtype: str | None = None) -> Any:
    chart = workbook.add_chart({"type": "bar", "subtype": subtype} if subtype else {"type": "bar"})
    chart.set_title({"name": title, "name_font": TITLE_FONT, "overlay": False})
    # the first unit on top
    chart.set_y_axis({"reverse": True, "num_font": FONT, "line": {"color": "#A6A6A6"}, "interval_unit": 1})
    chart.set_x_axis(AXIS)
    chart.set_legend({"position": "top", "font": FONT})
    return chart


def _received_chart(workbook: Workbook, summary: Summary, bars: Sequence[_Bar]) -> Any:
    flow = find_flow(summary.form)
    assert flow is not None
    # the rest together would dwarf every bar
    shown = [bar for bar in bars if bar.unit is not None]
    rest = "".join(f"（{bar.name}合计 {show(bar.values[0])}）" for bar in bars if bar.unit is None)
    chart = _bar_chart(workbook, f"{_received(summary.form, flow)}：各单位与上年比较{rest}")
    labels = {"value": True, "num_format": "#,##0", "font": FONT}
    chart.add_series(_series(shown, THIS, "#2E75B6", gap=50, data_labels=labels))
    chart.add_series(_series(shown, LAST, "#BDD7EE"))
    return chart


def _outcome_chart(workbook: Workbook, flow: Flow, bars: Sequence[_Bar]) -> Any:
    chart = _bar_chart(workbook, "办理结果：各单位各占多少", "percent_stacked")
    chart.set_x_axis({**AXIS, "num_format": "0%"})
    for number in range(len(flow.outcomes)):
        chart.add_series(_series(bars, OUTCOMES + number, COLOURS[number % len(COLOURS)], gap=40))
    return chart


def _overall_chart(workbook: Workbook, flow: Flow, bars: Sequence[_Bar]) -> Any:
    chart = workbook.add_chart({"type": "column"})
    chart.set_title({"name": "办理结果：全部单位", "name_font": TITLE_FONT})
    row = TOP + len(bars)
    last = OUTCOMES + len(flow.outcomes) - 1
    chart.add_series(
        {
            "categories": [CHART_DATA, TOP - 1, OUTCOMES, TOP - 1, last],
            "values": [CHART_DATA, row, OUTCOMES, row, last],
            "points": [{"fill": {"color": COLOURS[number % len(COLOURS)]}} for number in range(len(flow.outcomes))],
            "gap": 60,
            "data_labels": {"value": True, "num_format": "#,##0", "font": FONT},
        }
    )
    return _plain_columns(chart)


def _state_chart(workbook: Workbook, tally: int) -> Any:
    chart = workbook.add_chart({"type": "column"})
    chart.set_title({"name": "各单位的状态", "name_font": TITLE_FONT})
    last = STATE + len(STATES) - 1
    chart.add_series(
        {
            "categories": [OVERVIEW, tally, STATE, tally, last],
            "values": [OVERVIEW, tally + 1, STATE, tally + 1, last],
            "points": [{"fill": {"color": colour}} for colour in STATE_COLOURS],
            "gap": 60,
            "data_labels": {"value": True, "font": FONT},
        }
    )
    return _plain_columns(chart)


def _plain_columns(chart: Any) -> Any:
    chart.set_x_axis({"num_font": FONT})
    chart.set_y_axis(AXIS)
    chart.set_legend({"none": True})
    return chart
