"""Explains a form in plain Chinese sentences, so that whoever designed it can confirm it."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from xltools.form.definition import Domain, Figure, Form, Section, label_basis
from xltools.form.relations import Relation, sum_in_words
from xltools.numerals import list_some

CELLS, RELATIONS = 6, 2  # how many of them a sentence names
KINDS: Mapping[Domain, str] = {
    "count": "填不小于0的整数",
    "signed": "填整数，可以是负数",
    "amount": "填不小于0的数",
    "decimal": "填不小于0的数",
    "percent": "填百分数（93.25表示93.25%）",
    "text": "填文字",
    "choice": "几项选一",
    "yes_no": "填“是”或“否”",
    "date": "填日期",
    "url": "填网址",
}
OUTCOMES = {None: "应当成立，否则是错误", "warning": "应当成立，否则列为待核", "notice": "应当成立，否则提示"}


def explain_form(form: Form) -> Iterator[str]:
    """Yield the sentences: title, details, each part in order, relations across tables and years, and what is not added up."""
    yield f"《{form.title}》，依据“{form.edition}”，编号 {form.id}，第 {form.version} 版。"
    yield f"“基本信息”填：{'、'.join(detail.caption for detail in form.details)}。"
    for section in form.sections:
        if section.table:
            yield from _of_table(form, section)
        else:
            title, length = f"{section.title}{'' if section.heading else '（没有标题）'}", f"最多{section.paragraphs}段"
            yield f"“{title}”写文字，在工作表“{section.sheet}”，{length}，{'必须写' if section.required else '可以不写'}。"
    for number, slot in enumerate(form.breakdowns, start=1):
        yield f"分项表{number}在“{form.section_by_key[slot.section].title}”下，最多{slot.parts}项：{slot.basis}。"
    between = [relation for relation in form.relations if not _is_within(form, relation)]
    yield from (f"几张表之间：{said}" for said in _of_relations(between))
    for basis, alike in groupby(form.year_relations, key=lambda one: one.basis):
        members = [f"{one.subject}：本年{sum_in_words(one.this)}＝上年{sum_in_words((*one.last, *one.plus))}" for one in alike]
        yield f"与上年度核对（{len(members)}处）：{list_some(members, RELATIONS, '等')}。{label_basis(basis)}。"
    if own := [figure.short for figure in form.inputs if figure.across_units == "own"]:
        yield f"汇总时不相加、由汇总单位自己填的有{len(own)}格：{list_some(own, CELLS, '等')}。"


def _of_table(form: Form, section: Section) -> Iterator[str]:
    figures = [figure for figure in form.figures.values() if figure.table == section.table]
    inputs = [figure for figure in figures if figure.kind == "input"]
    computed = f"，自动计算{len(figures) - len(inputs)}格" if len(figures) > len(inputs) else ""
    yield f"“{section.title}”是一张表，在工作表“{section.sheet}”：要填{len(inputs)}格{computed}。"
    for what, alike in groupby(sorted(inputs, key=_kind), key=_kind):
        members = [figure.short for figure in alike]
        yield f"　　{what}的有{len(members)}格：{list_some(members, CELLS, '等')}。"
    own = [relation for relation in form.relations if relation.table == section.table and _is_within(form, relation)]
    yield from (f"　　{said}" for said in _of_relations(own))


def _is_within(form: Form, relation: Relation) -> bool:
    return not relation.sections and {form.figures[id].table for id in relation.figures} == {relation.table}


def _kind(figure: Figure) -> str:
    """Return what a cell takes: its kind, its unit, its places and its choices."""
    unit = f"，单位{figure.unit}" if figure.unit and figure.domain != "percent" else ""
    places = f"，最多{figure.places}位小数" if figure.has_decimals else ""
    choices = f"（{'、'.join(figure.choices)}）" if figure.domain == "choice" else ""
    return f"{KINDS[figure.domain]}{choices}{unit}{places}"


def _of_relations(relations: Iterable[Relation]) -> Iterator[str]:
    """Yield a sentence for each reason, with the relations that it stands behind."""
    for (basis, is_total, severity), alike in groupby(relations, key=lambda one: (one.basis, bool(one.total), one.severity)):
        members = [relation.what for relation in alike]
        what = "自动计算" if is_total else OUTCOMES[severity]
        yield f"{what}（{len(members)}处）：{list_some(members, RELATIONS, '等')}。{label_basis(basis)}。"
