"""Refuses a form that no workbook or report could be made of, though each of its lines is well formed."""

from collections import Counter
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from xltools.form.definition import Form, figure_id
from xltools.form.toml_reader import Entry
from xltools.form.unit import DETAILS
from xltools.numerals import leading_number

TAKEN_SHEETS = ("填报说明", "基本信息", "校验", "History")  # the sheets that every workbook has, and the one that Excel keeps for itself
FACT_NAMES = (*(detail.label for detail in DETAILS if detail.key != "former_name"), "上年度")  # for the year and the unit, in braces


def check_form(entry: Entry, form: Form) -> None:
    """Raise FormError for the first fault of a form."""
    for bound, year in (("first_year", form.first_year), ("last_year", form.last_year)):
        entry.refuse(year is not None and not 1000 <= year <= 9999, "应为四位年份", bound)
    entry.refuse(form.first_year and form.last_year and form.first_year > form.last_year, "早于 first_year", "last_year")
    # spreadsheet programs do not tell small letters from capitals
    entry.refuse(not form.sections, "没有 section")
    names = {sheet.casefold(): sheet for sheet in TAKEN_SHEETS}
    for section in form.sections:
        known = names.setdefault(section.sheet.casefold(), section.sheet)
        entry.refuse(known in TAKEN_SHEETS, f"sheet 不能叫“{known}”，这个名称另有用处", section.key)
        entry.refuse(known != section.sheet, f"sheet “{section.sheet}”与“{known}”只差大小写，工作簿里不能并存", section.key)
    _check_titles(entry, form)
    sizes = [("paragraphs", section.paragraphs, section.key) for section in form.sections]
    for name, size, key in (*sizes, *(("parts", slot.parts, slot.section) for slot in form.breakdowns)):
        entry.refuse(size < 1, f"{name} 应为不小于 1 的整数", key)
    _check_tables(entry, form)
    for name in {*FACT_NAMES, *(detail.label for detail in form.details)} & form.quantities.keys():
        raise entry.fail(f"名称“{name}”已用于单位信息，请用 name 另取一个", name)
    totals = reversed([*form.definitions.items()])
    try:
        TopologicalSorter({id: [part.figure for part in relation.parts] for id, relation in totals}).prepare()
    except CycleError as fault:
        id = fault.args[1][0]
        raise entry._replace(table=form.definitions[id].table).fail("合计互相引用，无法计算", id) from fault
    _check_relations(entry, form)


def _check_titles(entry: Entry, form: Form) -> None:
    """Refuse a further title by which a reader could not tell two sections apart."""
    keys = {section.title.removeprefix(leading_number(section.title)): section.key for section in form.sections}
    for section in form.sections:
        for title in section.also:
            entry.refuse(not title.strip(), "also 中有空白的标题", section.key)
            other = keys.setdefault(title.removeprefix(leading_number(title)), section.key)
            entry.refuse(other != section.key, f"also 中的“{title}”也是 {other} 的标题", section.key)


def _check_tables(entry: Entry, form: Form) -> None:
    """Refuse a heading whose rows or columns do not stand together, and two cells of one id."""
    seen: set[str] = set()
    for table in form.tables:
        own = entry._replace(table=table.key)
        for block in table.blocks:
            for axis in (block.rows, block.columns):
                numbers = {leaf.key: number for number, leaf in enumerate(axis.leaves)}
                for node in axis.nodes:
                    leaves = [numbers[leaf.key] for leaf in axis.below[node.key]]
                    own.refuse(any(after != before + 1 for before, after in pairwise(leaves)), "下级没有排在一起", node.key)
            for row, column in block.cells:
                id = figure_id(table.key, row, column)
                own.refuse(id in seen, "两个格的编号相同，请改行或列的键", id)
                seen.add(id)


def _check_relations(entry: Entry, form: Form) -> None:
    """Refuse a relation that holds a figure twice, and two relations of one id, by which explanations are kept."""
    held = [(relation.table, tuple(term.figure for term in (*relation.left, *relation.right))) for relation in form.relations]
    held += [(relation.table, tuple(term.figure for term in (*relation.this, *relation.plus))) for relation in form.year_relations]
    for table, figures in held:
        for figure, times in Counter(figures).items():
            entry._replace(table=table).refuse(times > 1, "关系中同一个格出现两次", figure)  # it would count twice, or not at all
    ids: set[str] = set()
    for relation in form.relations:
        entry._replace(table=relation.table).refuse(relation.id in ids, f"有两条 {relation.rule} 关系说的是同一个格", relation.figures[0])
        ids.add(relation.id)
