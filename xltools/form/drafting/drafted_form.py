"""draft_form: the form.toml that an office's own tables come to, with what its owner has to confirm."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from xltools.form.definition import WORDS
from xltools.form.drafting.office_figures import DraftedFigure, draft_figures
from xltools.form.drafting.office_relations import Pattern, read_formulas
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
    read = read_formulas({(table.sheet, figure.cell.row, figure.cell.column): figure for table, figure in drafted}, tables)
    figures, names = list(read.figures.values()), _names(blocks)
    lines = [f"id = {_text(id)}", "version = 1", f"title = {_text(title)}", f"edition = {_text(edition or NO_EDITION)}", *_details(tables)]
    for key, table in by_key.items():
        is_named = not (GENERIC_SHEET.fullmatch(table.sheet) or table.sheet in TAKEN_SHEETS)
        name = (table.title if len(tables) > 1 else "") or (table.sheet if is_named else NO_NAME)
        sheet = table.sheet if is_named else re.sub(r"[\[\]:*?/\\']", "", name)[:31]
        lines += ["", "[[section]]", f'key = "{key}"', f"title = {_text(name)}", f"sheet = {_text(sheet)}", f'table = "{key}"']
    for key, own in blocks.items():
        lines += _table(key, own, [figure for figure in figures if figure.table == key], names)
        lines += _relations({pattern: held for pattern, held in read.relations.items() if pattern.table == key}, own)
    lines += _relations({pattern: held for pattern, held in read.relations.items() if not pattern.table}, ())
    unsaid = () if edition else (f"制定依据现写“{NO_EDITION}”，请改成这张表的制度名称或文号（edition）。",)
    doubts = (*unsaid, *read.doubts, *_doubts(by_key, blocks, figures))
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


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _details(tables: Iterable[OfficeTable]) -> Iterator[str]:
    """Yield the lines of 基本信息 that stand around the tables, such as 表号 and 填表人."""
    around = [text for table in tables for text in table.around if not re.search("[，。]", text)]
    found = dict(pair for text in reversed(around) for pair in DETAIL.findall(text) if not NO_DETAIL.fullmatch(pair[0]))
    for number, (label, value) in enumerate(found.items(), 1):
        yield from ("", "[[detail]]", f"key = {_text(KNOWN_DETAILS.get(label, f'd{number}'))}", f"label = {_text(label)}")
        if value.strip("_ 年月日"):
            yield f"value = {_text(value)}"


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
    usual = Counter(figure.measure for figure in figures).most_common(1)[0][0]
    usual = Measure() if usual.choices else usual
    sides = [_lines_measured(figures, along) for along in ("column", "row")]
    others = [[figure for figure in figures if figure.measure not in (side.get(figure.column), side.get(figure.row))] for side in sides]
    side, cells = min(zip(sides, others, strict=True), key=lambda pair: len(pair[1]))
    yield from ("", "[[table]]", f'key = "{key}"', *_measured(usual, Measure()))
    for block in blocks:
        yield from ("", "[[table.block]]", *([f"title = {_text(block.title)}"] if block.title else []))
        if block.corner and block.rows:
            yield f"corner = {_text(block.corner)}"
        yield from ("columns = [", *(_node(key, heading, names, side, usual) for heading in block.columns), "]")
        if block.rows:
            yield from ("rows = [", *(_node(key, heading, names, side, usual) for heading in block.rows), "]")
        if block.spans != tuple(heading.span for heading in block.columns if heading.is_leaf):
            yield f"spans = {list(block.spans)}"
    for figure in cells:
        yield from ("", "[[table.cell]]", f"key = {_text(figure.id.partition('.')[2])}", *_measured(figure.measure, usual))
    if helps := {row: text for block in blocks for row, text in block.helps.items()}:
        yield from ("", "[table.help]", *(f'"{row}" = {_text(text)}' for row, text in helps.items()))


def _lines_measured(figures: Iterable[DraftedFigure], along: str) -> dict[str, Measure]:
    """Return the kind of most figures of each column, or of each row."""
    counted: dict[str, Counter[Measure]] = defaultdict(Counter)
    for figure in figures:
        counted[getattr(figure, along)][figure.measure] += 1
    return {line: found.most_common(1)[0][0] for line, found in counted.items()}


def _node(table: str, heading: OfficeHeading, names: Names, measures: Mapping[str, Measure], usual: Measure) -> str:
    """Return the line of a row, a column or a heading above some."""
    name = names[table, heading.key]
    said = [f'key = "{heading.key}"', f"label = {_text(heading.label)}"]
    said += [f"name = {_text(name)}"] if name != default_name(heading.label) else []
    said += [f"span = {heading.span}"] if heading.is_leaf and heading.span > 1 else []
    return f"  {{ {', '.join((*said, *_measured(measures.get(heading.key, usual), usual)))} }},"


def _measured(measure: Measure, usual: Measure) -> Iterator[str]:
    """Yield what is to be written of a kind where others are the usual one."""
    if measure == usual:
        return
    if measure.domain != usual.domain:
        yield f'domain = "{measure.domain}"'
    if measure.unit != usual.unit and measure.domain not in (*WORDS, "percent"):
        yield f"unit = {_text(measure.unit)}"
    if measure.domain in ("decimal", "percent") and measure.places != 2:
        yield f"places = {measure.places}"
    if measure.domain == "choice":
        yield f"choices = {_list(measure.choices)}"


def _relations(found: Mapping[Pattern, list[str]], blocks: Iterable[OfficeBlock]) -> Iterator[str]:
    """Yield the lines of some relations, each with the rows or columns that it holds for where these are not all."""
    for pattern, held in found.items():
        yield from ("", "[[table.relation]]" if pattern.table else "[[relation]]", f'rule = "{pattern.rule}"')
        yield from (f'total = "{pattern.total}"', f"parts = {_list(pattern.parts)}")
        yield from [f"of = {_list(pattern.over)}"] if pattern.over else []
        if pattern.each == "column":
            yield 'each = "column"'
        lines = [line.key for block in blocks for line in (block.rows if pattern.each == "row" else block.columns) if line.is_leaf]
        if any(held) and held != lines:
            yield f"{pattern.each}s = {_list(held)}"
        yield f"basis = {_text(BASIS)}"
