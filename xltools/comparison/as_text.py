"""A comparison as text for people, with the figures that are more than nothing, and as JSON, whose keys are the contract of docs/json.md."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from xltools.comparison.differences import Comparison, FigureChange, Side, show_value, split_label
from xltools.form.layout import text_width
from xltools.numerals import is_number, show

GAP = "  "
UNKNOWN = "-"  # stands where there is no number to show
GENERATED = "（本年度没有填写，导出时自动生成）"
Line = tuple[str, str, str, str, str, str]  # label, unit, last year, this year, difference, percentage


def render(comparison: Comparison) -> str:
    """Return the comparison as lines of text."""
    tables = (_table(comparison, table.key) for table in comparison.form.tables)
    parts = [_heading(comparison), *tables, _prose(comparison), _leftovers(comparison)]
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part) + "\n"


def _heading(comparison: Comparison) -> Iterator[str]:
    for name, side in comparison.sides:
        yield f"{name}：{show_value(side.unit) or '（没有单位名称）'} {f'{side.year}年度' if side.year else '（没有年度）'}（{side.edition}）"
    yield from (f"注意：{show_value(note)}" for note in comparison.notes)


def _table(comparison: Comparison, table: str) -> Iterator[str]:
    changes = comparison.of_table(table)
    told = [change for change in changes if comparison.tells(change)]
    yield comparison.form.section_of_table[table].title
    if told:
        is_list = len({split_label(change.figure)[1] for change in changes}) == 1
        yield from _aligned([("", "计量单位", *comparison.names, "增减", "增幅"), *_lines(told, is_list)])
    if rest := len(changes) - len(told):
        yield f"{GAP}{'其余' if told else '共'}{rest}格{'没有变化' if comparison.of_one_year else '两年都是0或空白'}，未列出。"


def _lines(changes: Sequence[FigureChange], is_list: bool) -> Iterator[Line]:
    """Yield a line for each figure, below one for its row; in a list, a table of one column, the row itself is the line."""
    for group, members in groupby(changes, key=lambda change: split_label(change.figure)[0]):
        if group and not is_list:
            yield (f"{GAP}{group}", "", "", "", "", "")
        for change in members:
            yield (
                f"{GAP}{group}" if group and is_list else f"{GAP * (2 if group else 1)}{split_label(change.figure)[1]}",
                change.figure.unit,
                show_value(change.last),
                show_value(change.this),
                UNKNOWN if change.difference is None else f"{'+' if change.difference > 0 else ''}{show(change.difference)}",
                UNKNOWN if change.percent is None else f"{'+' if change.percent > 0 else ''}{change.percent}%",
            )


def _aligned(lines: Sequence[Line]) -> Iterator[str]:
    """Yield the lines with their numbers below each other; a line with nothing but a label may be longer."""
    widths = [max(text_width(line[column]) for line in lines if column or any(line[1:])) for column in range(6)]
    for line in lines:
        blanks = [" " * (width - text_width(text)) for text, width in zip(line, widths, strict=True)]
        cells = (text + blank if column < 2 else blank + text for column, (text, blank) in enumerate(zip(line, blanks, strict=True)))
        yield GAP.join(cells).rstrip()


def _prose(comparison: Comparison) -> Iterator[str]:
    for section in comparison.form.texts:
        change = comparison.texts.get(section.key)
        if change and (change.new or change.gone or change.moved or not comparison.of_one_year):
            counts = (("新增", len(change.new)), ("删去", len(change.gone)), ("移动", change.moved), ("未变", change.unchanged))
            is_filled = change.new or change.moved or change.unchanged
            told = "，".join(f"{name}{count}句" for name, count in counts if count)
            yield f"{section.title}：{told}{GENERATED if section.generated and not is_filled else ''}"
            yield from (f"{GAP}新增：{sentence}" for sentence in change.new)
            yield from (f"{GAP}删去：{sentence}" for sentence in change.gone)


def _leftovers(comparison: Comparison) -> Iterator[str]:
    for name, side in comparison.sides:
        if side.dropped:
            yield f"{name}的报告（{side.edition}）有、{comparison.form.edition}没有对应的："
            yield from (f"{GAP}{leftover.label}{GAP}{show_value(leftover.value)}".rstrip() for leftover in side.dropped)
        for ids, what in ((side.missing, "没有统计的"), (side.uncertain, "含义不完全相同、未作比较的")):
            if ids:
                yield f"{name}的报告（{side.edition}）{what}："
                rows = groupby((split_label(comparison.form.figures[id]) for id in ids), key=lambda labels: labels[0])
                yield from (f"{GAP}{row}（{'、'.join(column for _, column in columns)}）" for row, columns in rows)


def render_json(comparison: Comparison) -> str:
    """Return the comparison as one JSON document."""
    data = {
        "comparison": {"form": comparison.form.id, "last": _side(comparison.last), "this": _side(comparison.this)},
        "notes": list(comparison.notes),
        "figures": {change.figure.id: _figure(change) for change in comparison.figures},
        "texts": {key: asdict(text) for key, text in comparison.texts.items()},
    }
    return json.dumps(data, ensure_ascii=False, indent=1, default=show) + "\n"


def _side(side: Side) -> dict[str, Any]:
    return {key: value for key, value in asdict(side).items() if key != "edition"}


def _figure(change: FigureChange) -> dict[str, Any]:
    """Return the values as the JSON of a report has them: counts as integers, amounts and decimals as strings."""
    values = {"last": change.last, "this": change.this, "difference": change.difference}
    told = {key: show(value) if change.figure.has_decimals and is_number(value) else value for key, value in values.items()}
    return {**told, "percent": None if change.percent is None else str(change.percent)}
