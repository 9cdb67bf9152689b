"""check_form: refuses a form that no workbook or report could be made of, though each of its lines is well formed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

from xltools.errors import FormError
from xltools.form.definition import Axis, Form, Relation, Table, figure_id
from xltools.form.table_reader import ENUMERATOR

TAKEN_SHEETS = ("填报说明", "基本信息", "校验", "History")
"""The sheets that every workbook has, and the one that Excel keeps for itself."""
FACT_NAMES = ("单位名称", "单位简称", "报告年度", "上年度", "地址", "电话", "邮编", "网站名称", "网址")
"""The names in braces that stand for the year and the unit's details."""

YEARS = range(1000, 10_000)
ROWS = range(1, 501)
"""How many rows a sheet may have for the paragraphs of a section, or for the parts of a breakdown."""


def check_form(path: Path, form: Form) -> None:
    """Raises FormError for the first thing that cannot be."""
    _check_years(path, form)
    _check_sheets(path, form)
    _check_titles(path, form)
    for section in form.sections:
        _in_range(path, section.key, "paragraphs", section.paragraphs)
    for slot in form.breakdowns:
        _in_range(path, slot.section, "parts", slot.parts)
    for table in form.tables:
        for block in table.blocks:
            for axis in (block.rows, block.columns):
                _check_order(path, table, axis)
    _check_ids(path, form)
    for name in set(FACT_NAMES) & form.quantities.keys():
        raise FormError(path, f"名称“{name}”已用于单位信息，请用 name 另取一个", key=name)
    _check_relations(path, form)


def _check_years(path: Path, form: Form) -> None:
    for key, year in (("first_year", form.first_year), ("last_year", form.last_year)):
        if year is not None and year not in YEARS:
            raise FormError(path, "应为四位年份", key=key)
    if form.first_year and form.last_year and form.first_year > form.last_year:
        raise FormError(path, "早于 first_year", key="last_year")


def _check_sheets(path: Path, form: Form) -> None:
    """Refuses a sheet that a workbook has already; spreadsheet programs do not tell small letters from capitals."""
    if not form.sections:
        raise FormError(path, "没有 section")
    names = {sheet.casefold(): sheet for sheet in TAKEN_SHEETS}
    for section in form.sections:
        known = names.setdefault(section.sheet.casefold(), section.sheet)
        if known in TAKEN_SHEETS:
            raise FormError(path, f"sheet 不能叫“{known}”，这个名称另有用处", key=section.key)
        if known != section.sheet:
            raise FormError(path, f"sheet “{section.sheet}”与“{known}”只差大小写，工作簿里不能并存", key=section.key)


def _check_titles(path: Path, form: Form) -> None:
    """Refuses a further title by which a reader could not tell two sections apart."""
    keys = {ENUMERATOR.sub("", section.title): section.key for section in form.sections}
    for section in form.sections:
        for title in section.also:
            if not title.strip():
                raise FormError(path, "also 中有空白的标题", key=section.key)
            if keys.setdefault(ENUMERATOR.sub("", title), section.key) != section.key:
                raise FormError(path, f"also 中的“{title}”也是 {keys[ENUMERATOR.sub('', title)]} 的标题", key=section.key)


def _in_range(path: Path, key: str, name: str, value: int) -> None:
    if value not in ROWS:
        raise FormError(path, f"{name} 应为 1 到 {ROWS[-1]} 的整数", key=key)


def _check_order(path: Path, table: Table, axis: Axis) -> None:
    """Refuses a heading whose rows or columns do not stand together."""
    numbers = {leaf.key: number for number, leaf in enumerate(axis.leaves)}
    for node in axis.nodes:
        below = [numbers[leaf.key] for leaf in axis.below(node)]
        if any(after != before + 1 for before, after in pairwise(below)):
            raise FormError(path, "下级没有排在一起", table=table.key, key=node.key)


def _check_ids(path: Path, form: Form) -> None:
    seen: set[str] = set()
    for table in form.tables:
        for id in _ids(table):
            if id in seen:
                raise FormError(path, "两个格的编号相同，请改行或列的键", table=table.key, key=id)
            seen.add(id)


def _ids(table: Table) -> Iterator[str]:
    for block in table.blocks:
        for row in block.rows.leaves or (None,):
            for column in block.columns.leaves:
                yield figure_id(table.key, row, column)


def _check_relations(path: Path, form: Form) -> None:
    _check_totals(path, form)
    for relation in form.relations:
        _refuse_twice(path, relation.table, relation.figures)
    for year_relation in form.year_relations:
        _refuse_twice(path, year_relation.table, [term.figure for term in (*year_relation.this, *year_relation.plus)])
    _refuse_repeats(path, form.relations)


def _check_totals(path: Path, form: Form) -> None:
    """Refuses totals that are computed from each other."""
    parts = {id: [term.figure for term in relation.right] for id, relation in reversed([*form.definitions.items()])}
    try:
        TopologicalSorter(parts).prepare()
    except CycleError as fault:
        id = fault.args[1][0]
        raise FormError(path, "合计互相引用，无法计算", table=form.definitions[id].table, key=id) from fault


def _refuse_twice(path: Path, table: str, figures: Sequence[str]) -> None:
    """A figure that stands twice in a relation would count twice, or not at all."""
    twice = next((figure for figure, times in Counter(figures).items() if times > 1), None)
    if twice:
        raise FormError(path, "关系中同一个格出现两次", table=table, key=twice)


def _refuse_repeats(path: Path, relations: Iterable[Relation]) -> None:
    """An explanation is kept by the relation's id, so no two may have the same."""
    seen: set[str] = set()
    for relation in relations:
        if relation.id in seen:
            raise FormError(path, f"有两条 {relation.rule} 关系说的是同一个格", table=relation.table, key=relation.figures[0])
        seen.add(relation.id)
