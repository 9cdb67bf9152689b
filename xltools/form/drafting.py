"""draft_form: the form.toml that an office's own tables come to, with what its owner has to confirm."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import NamedTuple

from xltools.form.book import address
from xltools.form.definition import WORDS
from xltools.form.office_formulas import Computed, NotUnderstoodError, Place, read_formula
from xltools.form.office_table import Heading, OfficeBlock, OfficeCell, OfficeTable
from xltools.form.table_reader import Measure, default_name
from xltools.form.unit import YES_NO
from xltools.numerals import from_decimal, list_some, show

MONEY = ("元", "千元", "万元", "亿元")
BRACKET = r"[（(](?:(?:计量)?单位[:：]?)?{}[）)]$"
UNITS = "元 千元 万元 亿元 % ％ 件 件次 条 条次 个 次 人 人次 户 户次 项 份 篇 期 天 日 小时 分钟 公里 米 平方米 亩 公顷 吨 台 辆 家 所 张 套 宗 起 场 批 名 册 部 处 座 本 只 头 栋 村"
IN_BRACKETS = re.compile(BRACKET.format(f"({'|'.join(sorted(UNITS.split(), key=len, reverse=True))})"))
TOLD = re.compile(r"(?:计量|金额|数量)?单位[:：]\s*([^\s:：，,、（）()]{1,4})")
GUESSES: tuple[tuple[str, Measure], ...] = (
    (r"^是否|^有无", Measure("yes_no", choices=YES_NO)),
    (r"率$|率[（(]|占比|比例|百分比|%", Measure("percent", "%", 2)),
    (r"日期$|时间$", Measure("date")),
    (r"网址$|链接$", Measure("url")),
    (r"(?:名称|备注|说明|姓名|负责人|填[报表]人|联系人|电话|号码?|编号|标识码|原因|地址|内容|简介)$", Measure("text")),
)
"""What the words of a heading say of the kind of its figures, the first that fits; of a row beside several columns only the first two do."""
DETAIL = re.compile(r"([^\s:：]{2,12})\s*[:：][ 　]*([^:：]*?)\s*(?=[^\s:：]{2,12}\s*[:：]|$)")
KNOWN_DETAILS = {"联系电话": "phone", "电话": "phone", "联系方式": "phone", "地址": "address", "邮编": "postcode", "邮政编码": "postcode"}
ASKED_ANYWAY = re.compile(r"(?:填报|填表|报送|报告|编制)?(?:单位|部门|年度|年份|机关)(?:名称)?(?:（?盖章）?)?")


NO_EDITION = "本单位统计制度"
SIGNED = re.compile("增|差|净|盈")  # in the name of a difference that may be below 0
NO_NAME = "统计表"
BASIS = "照原表的公式"
GENERIC_SHEET = re.compile(r"(?:Sheet|工作表)\s*\d*", re.IGNORECASE)
RESERVED = ("填报说明", "基本信息", "校验", "History")
NOTES = ("注", "说明", "备注", "填表说明", "填报说明")
SHOWN = 4  # how many figures a remark names


class Draft(NamedTuple):
    """The text of a form.toml, and what its owner has to confirm; where each figure stands, rows and columns counted from the table's first."""

    text: str
    places: Mapping[str, tuple[int, int]]
    doubts: tuple[str, ...]


class DraftedFigure(NamedTuple):
    """A figure of an office's table: its cell, the keys of its table, row and column, and what may stand in it."""

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


def draft_form(tables: Sequence[OfficeTable], id: str, title: str, edition: str, file_name: str) -> Draft:
    """Return the form that these tables come to; its title is the only table's, or the name of the file, where none is given. Raise XltoolsError for one that is unclear."""
    doubts: list[str] = []
    blocks = {f"t{number}": table.blocks() for number, table in enumerate(tables, 1)}
    of_table = dict(zip(blocks, tables, strict=True))
    title = title or (len(tables) == 1 and tables[0].title) or file_name
    figures = {
        (of_table[key].sheet, figure.cell.row, figure.cell.column): figure
        for key, own in blocks.items()
        for figure in _figures(key, own, of_table[key])
    }
    relations = _Relations(figures, of_table, doubts)
    lines = [f"id = {_text(id)}", "version = 1", f"title = {_text(title)}", f"edition = {_text(edition or NO_EDITION)}"]
    if not edition:
        doubts.append(f"制定依据现写“{NO_EDITION}”，请改成这张表的制度名称或文号（edition）。")
    lines += _details(tables)
    for key, table in of_table.items():
        is_named = not (GENERIC_SHEET.fullmatch(table.sheet) or table.sheet in RESERVED)
        name = (table.title if len(tables) > 1 else "") or (table.sheet if is_named else NO_NAME)
        sheet = table.sheet if is_named else re.sub(r"[\[\]:*?/\\']", "", name)[:31]
        lines += ["", "[[section]]", f'key = "{key}"', f"title = {_text(name)}", f"sheet = {_text(sheet)}", f'table = "{key}"']
    names = _names(blocks)
    for key, own in blocks.items():
        lines += _table(key, own, [figure for figure in relations.figures.values() if figure.table == key], names, doubts)
        lines += relations.lines(key, own)
    lines += relations.lines("", ())
    places = {
        figure.id: (row - of_table[figure.table].rows[0], column - of_table[figure.table].columns[0])
        for (_, row, column), figure in figures.items()
    }
    for key, own in blocks.items():  # a header that the office's table lacks is one more row
        for number, block in enumerate(own):
            if not block.has_header:
                doubts.append(f"工作表“{of_table[key].sheet}”没有表头，加了一行“{block.corner}”“{block.columns[0].label}”。")
                moved = {row for later in own[number:] for row, _ in later.figures}
                places |= {f.id: (places[f.id][0] + 1, places[f.id][1]) for f in figures.values() if f.table == key and f.row in moved}
    return Draft("\n".join(lines) + "\n", places, tuple(dict.fromkeys(doubts)))


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(keys: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, keys))}]"


def _details(tables: Iterable[OfficeTable]) -> Iterator[str]:
    """Yield the lines of 基本信息 that stand around the tables, such as 表号 and 填表人."""
    found: dict[str, str] = {}
    for label, value in chain.from_iterable(
        DETAIL.findall(text) for table in tables for text in table.around if not re.search("[，。]", text)
    ):
        if not (ASKED_ANYWAY.fullmatch(label) or label.endswith("单位") or label in NOTES):
            found.setdefault(label, value)
    for number, (label, value) in enumerate(found.items(), 1):
        yield from ("", "[[detail]]", f"key = {_text(KNOWN_DETAILS.get(label, f'd{number}'))}", f"label = {_text(label)}")
        if value and not value.strip("_ 　年月日"):
            continue
        if value:
            yield f"value = {_text(value)}"


def _figures(key: str, blocks: Iterable[OfficeBlock], table: OfficeTable) -> Iterator[DraftedFigure]:
    """Yield the figures of a table, each with the kind that its cell, or else the words of its headings, tell."""
    unit = next((found[1] for text in table.around if (found := TOLD.search(text))), "")
    for block in blocks:
        rows, columns = ({heading.key: heading for heading in axis} for axis in (block.rows, block.columns))
        for (row, column), cell in block.figures.items():
            over, beside = ([one.label for one in _path(*own)] for own in ((columns, column), (rows, row)))
            line, head = (one.name or default_name(one.label) if one else "" for one in (rows.get(row), columns[column]))
            name = f"{line}（{head}）" if line and block.has_header else line or head
            guess = _guess(over, GUESSES) or _guess(beside, GUESSES if len(block.spans) == 1 else GUESSES[:2]) or Measure()
            yield DraftedFigure(key, row, column, cell, name, _measure(cell, (*over, *beside), guess, block.units.get(row) or unit))


def _path(axis: Mapping[str, Heading], key: str) -> Iterator[Heading]:
    """Yield a heading and those above it, the innermost first."""
    while key:
        yield axis[key]
        key = key.rpartition(".")[0]


def _guess(labels: Iterable[str], guesses: Iterable[tuple[str, Measure]]) -> Measure | None:
    """Return the kind that the words of a heading say, the innermost first."""
    return next((measure for label in labels for pattern, measure in guesses if re.search(pattern, label)), None)


def _measure(cell: OfficeCell, labels: Iterable[str], guess: Measure, unit: str) -> Measure:
    """Return what may stand in a cell: `guess` is what its headings, the `labels`, say of it, `unit` that of its row or table."""
    if cell.is_barred:
        return Measure("text")
    found = next((found[1] for label in labels if (found := IN_BRACKETS.search(label))), "").replace("％", "%")
    unit = found or unit
    if cell.domain:
        places = 2 if cell.places is None else cell.places
        kinds = {"yes_no": Measure("yes_no", choices=YES_NO), "choice": Measure("choice", choices=cell.choices)}
        if cell.domain == "decimal" and unit in MONEY:
            return Measure("amount", unit)
        if cell.domain == "percent" or (cell.domain == "decimal" and (unit == "%" or guess.domain == "percent")):
            return Measure("percent", "%", places)
        number = Measure(cell.domain, unit, places if cell.domain == "decimal" else 0)
        return kinds.get(cell.domain) or (Measure(cell.domain) if cell.domain in WORDS else number)
    if unit == "%" or (guess.domain == "percent" and not found):
        return Measure("percent", "%", 2)
    if guess.domain in WORDS:
        return guess
    return Measure("amount" if unit in MONEY else "count", unit)


def _names(blocks: Mapping[str, tuple[OfficeBlock, ...]]) -> dict[tuple[str, str], str]:
    """Return what headings are called where their label alone would not do, by table and key of the row or column.

    One that another one is called like has the name above it in front, or none; one that only numbers what it stands below has that one's.
    """
    names: dict[tuple[str, str], str] = {}
    seen: set[str] = set()
    for table, block in ((key, block) for key, own in blocks.items() for block in own):
        for axis in (block.rows, block.columns):
            mine = seen if axis is block.rows or not block.rows else set()
            by_key = {heading.key: heading for heading in axis}
            numbered = {heading.key.rpartition(".")[0] for heading in axis if heading.name}
            for heading in axis:
                label = default_name(heading.label)
                above = by_key.get(heading.key.rpartition(".")[0])
                choices = (heading.name or label, default_name(above.label) + label if above else "", "")
                name = "" if heading.key in numbered else next(name for name in choices if name not in mine)
                mine.update([name] if name else [])
                if name != label:
                    names[table, heading.key] = name
    return names


def _measured(measure: Measure, usual: Measure) -> list[str]:
    """Return what is to be written of a kind, where others are the usual one."""
    if measure == usual:
        return []
    said = [f'domain = "{measure.domain}"'] if measure.domain != usual.domain else []
    if measure.unit != usual.unit and measure.domain not in (*WORDS, "percent"):
        said.append(f"unit = {_text(measure.unit)}")
    if measure.domain in ("decimal", "percent") and measure.places != 2:
        said.append(f"places = {measure.places}")
    return said + ([f"choices = {_list(measure.choices)}"] if measure.domain == "choice" else [])


def _table(
    key: str, blocks: Sequence[OfficeBlock], figures: Sequence[DraftedFigure], names: Mapping[tuple[str, str], str], doubts: list[str]
) -> Iterator[str]:
    """Yield the lines of a table: its kinds said once for rows or for columns, whichever leaves fewer cells that say their own."""
    usual = Counter(figure.measure for figure in figures).most_common(1)[0][0]
    usual = usual if usual.domain not in ("choice", "yes_no") else Measure()

    def lines_of(along: str) -> dict[str, Measure]:
        counted: dict[str, Counter[Measure]] = defaultdict(Counter)
        for figure in figures:
            counted[getattr(figure, along)][figure.measure] += 1
        return {line: found.most_common(1)[0][0] for line, found in counted.items()}

    sides = {along: lines_of(along) for along in ("column", "row")}
    along = min(sides, key=lambda side: sum(figure.measure != sides[side][getattr(figure, side)] for figure in figures))
    yield from ("", "[[table]]", f'key = "{key}"', *_measured(usual, Measure()))
    for block in blocks:
        yield from ("", "[[table.block]]", *([f"title = {_text(block.title)}"] if block.title else []))
        yield from [f"corner = {_text(block.corner)}"] if block.corner and block.rows else []
        for axis, headings in (("column", block.columns), ("row", block.rows)):
            if not headings:
                continue
            yield f"{axis}s = ["
            for one in headings:
                said = [f'key = "{one.key}"', f"label = {_text(one.label)}"]
                said += [f"name = {_text(names[key, one.key])}"] if (key, one.key) in names else []
                said += [f"span = {one.last - one.first + 1}"] if one.is_leaf and one.last > one.first else []
                said += _measured(sides[along][one.key], usual) if one.is_leaf and axis == along else []
                yield f"  {{ {', '.join(said)} }},"
            yield "]"
        if block.spans != tuple(one.last - one.first + 1 for one in block.columns if one.is_leaf):
            yield f"spans = {list(block.spans)}"
    for figure in figures:
        if figure.measure != sides[along][getattr(figure, along)]:
            yield from ("", "[[table.cell]]", f"key = {_text(figure.id.partition('.')[2])}", *_measured(figure.measure, usual))
    barred = [figure.name for figure in figures if figure.cell.is_barred]
    if barred:
        doubts.append(f"{list_some(barred, SHOWN, '等 {} 格')}在原表上不填，现作文字，可以空着。")
    guessed = [
        figure.name
        for figure in figures
        if figure.measure.domain != "count" and not (figure.cell.domain or figure.cell.is_barred or figure.cell.formula)
    ]
    if guessed:
        doubts.append(f"{list_some(guessed, SHOWN, '等 {} 格')}填什么（件数以外的）是按标题的字看的。")
    if any(figure.measure.domain == "percent" for figure in figures):
        doubts.append("百分数填 93.25 表示 93.25%，不填 0.9325。")
    if helps := {row: text for block in blocks for row, text in block.helps.items()}:
        yield from ("", "[table.help]", *(f'"{row}" = {_text(text)}' for row, text in helps.items()))


class _Relations:
    """The relations that the formulas come to, alike ones of several rows or columns together, and the figures with what these say of their kind."""

    def __init__(self, figures: Mapping[Place, DraftedFigure], tables: Mapping[str, OfficeTable], doubts: list[str]) -> None:
        self.figures = dict(figures)
        self.grids = {table.sheet: table.grid for table in tables.values()}
        self.found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for place, figure in figures.items():
            if figure.cell.formula:
                try:
                    self._take(place, figure, read_formula(figure.cell.formula, place[0]))
                except NotUnderstoodError as fault:
                    where = f"工作表“{place[0]}”{address(*place[1:])} 的公式“={figure.cell.formula}”"
                    doubts.append(f"{where}{str(fault) or '没有看懂'}，现作填报的格。")

    def _take(self, place: Place, figure: DraftedFigure, computed: Computed) -> None:
        """Keep what the formula of a figure computes. Raise NotUnderstoodError where that cannot be said in a form."""
        parts, over = self._parts(computed.cells), self._parts(computed.over or {})
        constant, places = computed.constant, computed.places if figure.cell.places is None else figure.cell.places
        measure = figure.measure
        if computed.over is not None:
            hundred = all(weight % 100 == 0 for _, weight in parts) and constant % 100 == 0
            if hundred:
                parts, constant = [(part, weight / 100) for part, weight in parts], constant / 100
            is_percent = hundred or measure.domain == "percent"
            measure = (
                Measure("percent", "%", 2 if places is None else places) if is_percent else Measure("decimal", measure.unit, places or 2)
            )
        elif any(part.measure.domain == "percent" for part, _ in parts):
            raise NotUnderstoodError("把百分数相加，合计没有意义")
        elif any(weight % 1 for _, weight in parts) or constant % 1:
            measure = Measure("decimal", measure.unit, places or 2)
        else:
            measure = parts[0][0].measure if measure.domain == "count" else measure
            may_fall = SIGNED.search(figure.name) and any(weight < 0 for _, weight in parts)
            measure = measure._replace(domain="signed") if measure.domain == "count" and may_fall else measure
        self.figures[place] = figure._replace(measure=measure)
        is_plain = all(weight == 1 for _, weight in parts) and not constant
        others = [part for part, _ in (*parts, *over)]
        each = next(
            (
                each
                for each in ("row", "column")
                if all((one.table, getattr(one, each)) == (figure.table, getattr(figure, each)) for one in others)
            ),
            "",
        )
        rule = "rate-mismatch" if over else ("row-total" if each == "row" else "block-total") if is_plain else "computed-mismatch"
        other = {"row": "column", "column": "row", "": "id"}[each]
        sums = [[_addend(getattr(part, other), weight) for part, weight in side] for side in (parts, over)]
        sums[0] += [show(from_decimal(constant))] if constant else []
        line = getattr(figure, each) if each else ""
        self.found[figure.table if each else "", each, rule, getattr(figure, other), _list(sums[0]), _list(sums[1])].append(line)

    def _parts(self, cells: Mapping[Place, Decimal]) -> list[tuple[DraftedFigure, Decimal]]:
        """Return the figures among some cells, without headings and what nobody fills in."""
        found = []
        for place, weight in cells.items():
            if figure := self.figures.get(place):
                if not figure.cell.is_barred:
                    found.append((figure, weight))
                if figure.measure.domain in WORDS and not figure.cell.is_barred:
                    raise NotUnderstoodError("用到了文字格")
            elif place[1:] not in self.grids.get(place[0], {}):
                raise NotUnderstoodError("用到了表外的格")
        if cells and not found:
            raise NotUnderstoodError
        return found

    def lines(self, table: str, blocks: Sequence[OfficeBlock]) -> Iterator[str]:
        """Yield the lines of the relations of a table, or for "" of those between tables and blocks."""
        for (key, each, rule, total, parts, over), lines in self.found.items():
            if key != table:
                continue
            yield from ("", "[[table.relation]]" if table else "[[relation]]", f'rule = "{rule}"', f'total = "{total}"', f"parts = {parts}")
            yield from [f"of = {over}"] if over != "[]" else []
            yield from ['each = "column"'] if each == "column" else []
            known = [line.key for block in blocks for line in (block.rows if each == "row" else block.columns) if line.is_leaf]
            if each and lines != [""] and lines != known:
                yield f"{each}s = {_list(lines)}"
            yield f"basis = {_text(BASIS)}"


def _addend(key: str, weight: Decimal) -> str:
    sign = {1: "", -1: "-"}.get(int(weight)) if weight % 1 == 0 else None
    return f"{f'{show(from_decimal(weight))}*' if sign is None else sign}{key}"
