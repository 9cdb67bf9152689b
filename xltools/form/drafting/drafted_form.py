"""Drafts the form.toml of an office's own tables, with what its owner has to confirm."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from statistics import mode
from typing import NamedTuple

from xltools.form.definition import WORDS
from xltools.form.drafting.office_figures import DraftedFigure, draft_figures
from xltools.form.drafting.office_formulas import Pattern, read_formulas
from xltools.form.drafting.office_table import OfficeBlock, OfficeHeading, OfficeTable
from xltools.form.soundness import TAKEN_SHEETS
from xltools.form.table_reader import Measure, default_name
from xltools.numerals import list_some

NO_EDITION, NO_NAME, BASIS = "本单位统计制度", "统计表", "照原表的公式"
GENERIC_SHEET = re.compile(r"(?:Sheet|工作表)\s*\d*", re.IGNORECASE)
DETAIL = re.compile(r"([^\s:：]{2,12})\s*[:：]\s*([^:：]*?)\s*(?=[^\s:：]{2,12}\s*[:：]|$)")
NO_DETAIL = re.compile(r".*单位|.*(?:部门|年度|年份|机关)(?:名称)?|说明|备注|填[表报]说明")  # what 基本信息 asks anyway, and remarks
KNOWN_DETAILS = {"联系电话": "phone", "电话": "phone", "联系方式": "phone", "地址": "address", "邮编": "postcode", "邮政编码": "postcode"}
SHOWN = "等{}格"
AXES = attrgetter("column"), attrgetter("row")  # of a figure

Names = Mapping[tuple[str, str], str]
Blocks = Mapping[str, tuple[OfficeBlock, ...]]


class Draft(NamedTuple):
    """The text of a form.toml; where each figure stands, row and column counted from the table's first; and what its owner has to confirm."""

    text: str
    places: Mapping[str, tuple[int, int]]
    doubts: tuple[str, ...]


def draft_form(tables: Sequence[OfficeTable], id: str, title: str, edition: str) -> Draft:
    """Return the form that these tables come to. Raise XltoolsError where headings and cells to fill in cannot be told apart."""
    by_key = {f"t{number}": table for number, table in enumerate(tables, 1)}
    blocks = {key: table.blocks() for key, table in by_key.items()}
    drafted = [(table, figure) for key, table in by_key.items() for figure in draft_figures(key, table, blocks[key])]
    places = {(table.sheet, figure.cell.row, figure.cell.column): figure for table, figure in drafted}
    known, relations, not_understood = read_formulas(places, tables)
    figures, names = list(known.values()), _names(blocks)
    lines = [*_said(id=id, version=1, title=title, edition=edition or NO_EDITION), *_details(tables)]
    for key, table in by_key.items():
        is_named = not (GENERIC_SHEET.fullmatch(table.sheet) or table.sheet in TAKEN_SHEETS)
        name = (table.title if len(tables) > 1 else "") or (table.sheet if is_named else NO_NAME)
        sheet = table.sheet if is_named else re.sub(r"[\[\]:*?/\\']", "", name)[:31]
        lines += ["", "[[section]]", *_said(key=key, title=name, sheet=sheet, table=key)]
    for key, own in blocks.items():
        lines += _table(key, own, [figure for figure in figures if figure.table == key], names)
        lines += _relations(key, relations, own)
    lines += _relations("", relations, ())
    unsaid = () if edition else (f"制定依据现写“{NO_EDITION}”，请改成这张表的制度名称或文号（edition）。",)
    doubts = (*unsaid, *not_understood, *_doubts(by_key, blocks, figures))
    text = "\n".join((*(f"# 请核对：{doubt}" for doubt in doubts), *lines, ""))
    return Draft(text, _places(by_key, blocks, figures), doubts)


def _places(tables: Mapping[str, OfficeTable], blocks: Blocks, figures: Iterable[DraftedFigure]) -> dict[str, tuple[int, int]]:
    """Return where each figure must stand in the form: as in its table, or lower, since a block that has no header gets one."""
    more: dict[tuple[str, str], int] = {}
    for key, own in blocks.items():
        headers = 0
        for block in own:
            headers += not block.has_header
            more |= {(key, row): headers for row, _ in block.figures}
    first = {key: (table.rows[0], table.columns[0]) for key, table in tables.items()}
    return {f.id: (f.cell.row - first[f.table][0] + more[f.table, f.row], f.cell.column - first[f.table][1]) for f in figures}


def _doubts(tables: Mapping[str, OfficeTable], blocks: Blocks, figures: Sequence[DraftedFigure]) -> Iterator[str]:
    """Yield what the owner has to confirm: what was told by words only, and what is otherwise than in the table."""
    for key, table in tables.items():
        if bare := next((block for block in blocks[key] if not block.has_header), None):
            yield f"工作表“{table.sheet}”没有表头，加了一行“{bare.corner}”“{bare.columns[0].label}”。"
    if barred := [figure.name for figure in figures if figure.cell.is_barred]:
        yield f"{list_some(barred, 4, SHOWN)}在原表上不填，现作文字，可以空着。"
    other = [figure for figure in figures if figure.measure.domain != "count"]
    if guessed := [one.name for one in other if not (one.cell.domain or one.cell.is_barred or one.cell.formula)]:
        yield f"{list_some(guessed, 4, SHOWN)}填什么（件数以外的）是按标题的字看的。"
    if any(figure.measure.domain == "percent" for figure in figures):
        yield "百分数填 93.25 表示 93.25%，不填 0.9325。"


def _said(**values: object) -> Iterator[str]:
    """Yield the lines of a TOML table, without what is None."""
    yield from (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items() if value is not None)


def _details(tables: Iterable[OfficeTable]) -> Iterator[str]:
    """Yield the lines of 基本信息 that stand around the tables, such as 表号 and 填表人."""
    around = [text for table in tables for text in table.around if not re.search("[，。]", text)]
    found = dict(pair for text in reversed(around) for pair in DETAIL.findall(text) if not NO_DETAIL.fullmatch(pair[0]))
    for number, (label, value) in enumerate(found.items(), 1):
        key = KNOWN_DETAILS.get(label, f"d{number}")
        yield from ("", "[[detail]]", *_said(key=key, label=label, value=value if value.strip("_ 年月日") else None))


def _names(blocks: Blocks) -> Names:
    """Return what headings are called, by table and key: one like another one with the name above it in front, or "" for none."""
    names: dict[tuple[str, str], str] = {}
    seen: set[str] = set()
    for table, block in ((key, block) for key, own in blocks.items() for block in own):
        for axis in (block.rows, block.columns):
            mine = seen if axis is block.rows or not block.rows else set()
            labels = {"": "", **{heading.key: default_name(heading.label) for heading in axis}}
            above = {heading.key: heading.key.rpartition(".")[0] for heading in axis}
            numbered = {above[heading.key] for heading in axis if heading.name}
            for key, name in ((one.key, labels[one.key] if one.name is None else one.name) for one in axis):
                choices = ("",) if key in numbered else (name, labels[above[key]] + name, "")
                names[table, key] = next(choice for choice in choices if choice not in mine or not choice)
                mine.add(names[table, key])
    return names


def _table(key: str, blocks: Iterable[OfficeBlock], figures: Sequence[DraftedFigure], names: Names) -> Iterator[str]:
    """Yield the lines of a table: its kinds said once for rows or for columns, whichever leaves fewer cells that say their own."""
    usual = mode(figure.measure for figure in figures)
    usual = Measure() if usual.choices else usual
    sides = [{line: mode(figure.measure for figure in alike) for line, alike in groupby(sorted(figures, key=of), of)} for of in AXES]
    others = [[figure for figure in figures if figure.measure not in (side.get(figure.column), side.get(figure.row))] for side in sides]
    side, cells = min(zip(sides, others, strict=True), key=lambda pair: len(pair[1]))
    yield from ("", "[[table]]", *_said(key=key, **_measured(usual, Measure())))
    for block in blocks:
        yield from ("", "[[table.block]]", *_said(title=block.title or None, corner=(block.rows and block.corner) or None))
        for axis, headings in (("columns", block.columns), ("rows", block.rows)):
            if headings:
                yield from (f"{axis} = [", *(_node(key, heading, names, side, usual) for heading in headings), "]")
        if block.spans != tuple(heading.span for heading in block.columns if heading.is_leaf):
            yield from _said(spans=block.spans)
    for figure in cells:
        yield from ("", "[[table.cell]]", *_said(key=figure.id.partition(".")[2], **_measured(figure.measure, usual)))
    if helps := {f'"{row}"': text for block in blocks for row, text in block.helps.items()}:
        yield from ("", "[table.help]", *_said(**helps))


def _node(table: str, heading: OfficeHeading, names: Names, measures: Mapping[str, Measure], usual: Measure) -> str:
    """Return the line of a row, a column or a heading above some."""
    name, span = names[table, heading.key], heading.span if heading.is_leaf and heading.span > 1 else None
    own = {"name": name if name != default_name(heading.label) else None, "span": span}
    said = _said(key=heading.key, label=heading.label, **own, **_measured(measures.get(heading.key, usual), usual))
    return f"  {{ {', '.join(said)} }},"


def _measured(measure: Measure, usual: Measure) -> dict[str, object]:
    """Return what is to be written of a kind where others are the usual one."""
    if measure == usual:
        return {}
    has_places = measure.domain in ("decimal", "percent") and measure.places != 2
    return {
        "domain": measure.domain if measure.domain != usual.domain else None,
        "unit": measure.unit if measure.unit != usual.unit and measure.domain not in (*WORDS, "percent") else None,
        "places": measure.places if has_places else None,
        "choices": measure.choices if measure.domain == "choice" else None,
    }


def _relations(table: str, found: Mapping[Pattern, list[str]], blocks: Iterable[OfficeBlock]) -> Iterator[str]:
    """Yield the lines of a table's relations, or of those between tables, each with the rows or columns that it holds for where these are not all."""
    for pattern, held in ((pattern, held) for pattern, held in found.items() if pattern.table == table):
        lines = [line.key for block in blocks for line in (block.rows if pattern.each == "row" else block.columns) if line.is_leaf]
        some = {f"{pattern.each}s": held} if any(held) and held != lines else {}
        each = "column" if pattern.each == "column" else None  # else it is the row
        terms = _said(rule=pattern.rule, total=pattern.total, parts=pattern.parts, of=pattern.over or None)
        yield from ("", "[[table.relation]]" if table else "[[relation]]", *terms, *_said(each=each, **some, basis=BASIS))
