"""Tells what may stand in each cell of an office's table: by the cell itself, or else by its unit and the words of its headings."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from xltools.form.definition import WORDS
from xltools.form.drafting.office_table import OfficeBlock, OfficeCell, OfficeHeading, OfficeTable
from xltools.form.table_reader import Measure, default_name
from xltools.form.unit import YES_NO

MONEY = ("元", "千元", "万元", "亿元")
UNITS = (
    "千元|万元|亿元|元|%|％|件次|件|条次|条|个|人次|人|次|户次|户|项|份|篇|期|天|日|小时|分钟|公里|平方米|米|亩|公顷|吨"
    "|台|辆|家|所|张|套|宗|起|场|批|名|册|部|处|座|本|只|头|栋|村"
)
IN_BRACKETS = re.compile(rf"[（(](?:(?:计量)?单位[:：]?)?({UNITS})[）)]$")
ABOVE = re.compile(r"单位[:：]\s*([^\s:：，,、（）()]{1,4})")  # 计量单位：万元, above a table
GUESSES: tuple[tuple[str, Measure], ...] = (
    (r"^是否|^有无", Measure("yes_no", choices=YES_NO)),
    (r"率$|率[（(]|占比|比例|百分比|%", Measure("percent", "%", 2)),
    (r"日期$|时间$", Measure("date")),
    (r"网址$|链接$", Measure("url")),
    (r"(?:名称|备注|说明|姓名|负责人|填[报表]人|联系人|电话|号码?|编号|标识码|原因|地址|内容|简介)$", Measure("text")),
)  # what the words of a heading say of the kind of its figures, the first that fits; of a row beside several columns only the first two do


class DraftedFigure(NamedTuple):
    """A figure of an office's table: its cell, the keys of its table, row and column, what remarks call it, and what may stand in it."""

    table: str
    row: str
    column: str
    cell: OfficeCell
    name: str
    measure: Measure

    @property
    def id(self) -> str:
        """Return its cell id."""
        return ".".join(filter(None, (self.table, self.row, self.column)))


def draft_figures(key: str, table: OfficeTable, blocks: Iterable[OfficeBlock]) -> Iterator[DraftedFigure]:
    """Yield the figures of a table that is to have this key."""
    unit = next((found[1] for text in table.around if (found := ABOVE.search(text))), "")
    for block in blocks:
        rows, columns = ({heading.key: heading for heading in axis} for axis in (block.rows, block.columns))
        for (row, column), cell in block.figures.items():
            over, beside = _labels(columns, column), _labels(rows, row)
            line, head = (one.name or default_name(one.label) if one else "" for one in (rows.get(row), columns[column]))
            name = f"{line}（{head}）" if line and block.has_header else line or head
            guess = _guess(over, GUESSES) or _guess(beside, GUESSES if len(block.spans) == 1 else GUESSES[:2]) or Measure()
            yield DraftedFigure(key, row, column, cell, name, _measure(cell, (*over, *beside), guess, block.units.get(row) or unit))


def _labels(axis: Mapping[str, OfficeHeading], key: str) -> list[str]:
    """Return the labels of a row or column and of the headings above it, the innermost first."""
    return [axis[key].label, *_labels(axis, key.rpartition(".")[0])] if key else []


def _guess(labels: Iterable[str], guesses: Iterable[tuple[str, Measure]]) -> Measure | None:
    return next((measure for label in labels for pattern, measure in guesses if re.search(pattern, label)), None)


def _measure(cell: OfficeCell, labels: Iterable[str], guess: Measure, unit: str) -> Measure:
    """Return what may stand in a cell: `guess` is what its headings, the `labels`, say of it, `unit` that of its row or table."""
    own = next((found[1] for label in labels if (found := IN_BRACKETS.search(label))), "").replace("％", "%")
    unit = own or unit
    places = 2 if cell.places is None else cell.places
    match cell.domain:
        case _ if cell.is_barred:
            return Measure("text")
        case "yes_no" | "choice":
            return Measure(cell.domain, choices=cell.choices)
        case "percent" | "decimal" if "%" in (cell.domain == "percent" and "%", unit, guess.unit):
            return Measure("percent", "%", places)
        case "decimal":
            return Measure("amount", unit) if unit in MONEY else Measure("decimal", unit, places)
        case "count" | "signed":
            return Measure(cell.domain, unit)
        case str():
            return Measure(cell.domain)
    if guess.domain in WORDS:
        return guess
    if unit == "%" or (guess.domain == "percent" and not own):
        return Measure("percent", "%", 2)
    return Measure("amount" if unit in MONEY else "count", unit)
