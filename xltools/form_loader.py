"""load_form: from a folder with a form.toml to a checked Form."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import cast, get_args

from xltools.errors import FormError, XltoolsError
from xltools.form import (
    RELATION_RULES,
    YEAR_RULES,
    Axis,
    Block,
    BreakdownSlot,
    Domain,
    Figure,
    FindForm,
    Form,
    Mention,
    Node,
    Relation,
    Section,
    Table,
    Term,
    YearRelation,
    figure_id,
)
from xltools.form_checks import check_form
from xltools.form_entry import Entry
from xltools.numerals import BLANKS

FORM_FILE = "form.toml"
DEFAULT_FORM = "govinfo-2021"

# 一、 （一） (一) 1. 1、 in front of an official label, and an explanation in brackets behind it
ENUMERATOR = re.compile(r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d+[.、．])")
TRAILING_NOTE = re.compile(r"（[^（）]*）$")
KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
FORM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
SHEET_NAME = re.compile(r"[^\[\]:*?/\\']{1,31}")


def forms_folder() -> Path:
    """The folder of the forms that come with xltools: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def list_forms() -> list[Form]:
    """All forms that come with xltools, by id."""
    return [load_form(path.parent.name) for path in sorted(forms_folder().glob(f"*/{FORM_FILE}"))]


@lru_cache
def find_form(name: str | None) -> FindForm:
    """A function that gives forms by id, each loaded once: the form that `name` names by its own id, others as load_form does.

    For a file that names no form it gives the named form, or the default one.
    """
    named = load_form(name) if name else None

    @lru_cache
    def find(id: str | None) -> Form:
        if named and id in (None, named.id):
            return named
        return _load(_folder_of(id or DEFAULT_FORM))

    return find


def load_form(name: str = DEFAULT_FORM) -> Form:
    """The form with this id, or the one in this folder where `name` is a path.

    Raises XltoolsError where there is none, FormError where it is broken.
    """
    return _load(Path(name) if Path(name, FORM_FILE).is_file() else _folder_of(name))


def _folder_of(id: str) -> Path:
    """The folder of the form with this id, among those that come with xltools."""
    folder = forms_folder() / id
    if not FORM_ID.fullmatch(id) or not (folder / FORM_FILE).is_file():
        raise XltoolsError(f"没有名为“{id}”的表式。用 xltools forms 查看现有表式，或用 --form 给出含 {FORM_FILE} 的文件夹。")
    return folder


def _load(folder: Path) -> Form:
    path = folder / FORM_FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise FormError(path, "不是 UTF-8 编码的文件") from fault
    except tomllib.TOMLDecodeError as fault:
        raise FormError(path, f"不是有效的 TOML（{fault}）") from fault
    except RecursionError as fault:
        raise FormError(path, "不是有效的 TOML（层次过深）") from fault
    except OSError as fault:
        raise FormError(path, f"打不开（{fault.strerror}）") from fault
    form = _form(path, Entry(path, data))
    check_form(path, form)
    return form


def _form(path: Path, entry: Entry) -> Form:
    entry.allow("id", "version", "title", "edition", "superseded", "first_year", "last_year", "section", "breakdown", "table", "mention")
    tables: list[Table] = []
    figures: dict[str, Figure] = {}
    relations: list[Relation] = []
    year_relations: list[YearRelation] = []
    quantities: dict[str, tuple[str, ...]] = {}
    for item in entry.entries("table"):
        reader = _TableReader(Entry(path, item.data, table=item.key))
        _no_repeat(item, [table.key for table in tables], reader.table.key)
        tables.append(reader.table)
        figures.update(reader.figures)
        relations += reader.relations
        year_relations += reader.year_relations
        for name, ids in reader.quantities():
            if quantities.setdefault(name, ids) != ids:
                raise item.fail(f"名称“{name}”指两个不同的数，请用 name 区分")
    sections = _sections(entry, {table.key for table in tables})
    if path.parent.parent == forms_folder() and path.parent.name != entry.text("id"):
        raise entry.fail("id 应与文件夹同名", "id")
    if not FORM_ID.fullmatch(entry.text("id")):
        raise entry.fail("id 由英文字母、数字、点、横线和下划线组成", "id")
    if entry.take("version", int) < 1:
        raise entry.fail("version 应为不小于 1 的整数", "version")
    return Form(
        id=entry.text("id"),
        version=entry.take("version", int),
        title=entry.text("title"),
        edition=entry.text("edition"),
        superseded=entry.strings("superseded", required=False),
        first_year=entry.optional("first_year", int),
        last_year=entry.optional("last_year", int),
        folder=path.parent,
        sections=sections,
        breakdowns=_breakdowns(entry, sections),
        tables=tuple(tables),
        figures=figures,
        relations=tuple(relations),
        year_relations=tuple(year_relations),
        mentions=_mentions(entry, quantities),
        quantities=quantities,
    )


def _no_repeat(entry: Entry, seen: list[str], key: str) -> None:
    if not KEY.fullmatch(key):
        raise entry.fail("键由小写字母、数字和下划线组成，以点分层", key)
    if key in seen:
        raise entry.fail("键重复", key)


def _sections(entry: Entry, tables: set[str]) -> tuple[Section, ...]:
    sections: list[Section] = []
    for item in entry.entries("section"):
        item.allow("key", "title", "sheet", "heading", "table", "paragraphs", "required", "generated", "help")
        section = Section(
            key=item.take("key", str),
            title=item.text("title"),
            sheet=item.text("sheet"),
            heading=item.take("heading", bool, True),
            table=item.optional("table", str),
            paragraphs=item.take("paragraphs", int, 20),
            required=item.take("required", bool, False),
            generated=item.take("generated", bool, False),
            help=item.text("help", ""),
        )
        _no_repeat(item, [other.key for other in sections], section.key)
        if section.parent and section.parent not in {other.key for other in sections}:
            raise item.fail(f"上级“{section.parent}”不存在或在其后")
        if not SHEET_NAME.fullmatch(section.sheet):
            raise item.fail(f"sheet “{section.sheet}”不能作工作表名（至多 31 字，不含 [ ] : * ? / \\ '）")
        if section.table is not None and section.table not in tables:
            raise item.fail(f"表“{section.table}”不存在")
        for other in sections:
            if other.sheet == section.sheet and (other.table or section.table):
                raise item.fail(f"工作表“{section.sheet}”已有一张表或正文，一张表须独占一个工作表")
        sections.append(section)
    placed = [section.table for section in sections if section.table]
    for table in tables:
        if placed.count(table) != 1:
            raise Entry(entry.path, {}, table=table).fail("每张表须由且仅由一个 section 安放")
    return tuple(sections)


def _mentions(entry: Entry, quantities: Mapping[str, tuple[str, ...]]) -> tuple[Mention, ...]:
    mentions = []
    for item in entry.entries("mention"):
        item.allow("name", "words", "units", "says", "follows", "zero", "means")
        sums = item.take("means", list)
        if not all(isinstance(names, list) and all(isinstance(name, str) for name in names) for names in sums):
            raise item.fail("means 应为名称列表的列表", item.text("name"))
        for name in (name for names in sums for name in names):
            if name not in quantities:
                raise item.fail(f"means 中的“{name}”不是表中的数", item.text("name"))
        mentions.append(
            Mention(
                name=item.text("name"),
                words=item.strings("words"),
                units=frozenset(item.strings("units")),
                says=_pattern(item, "says"),
                follows=_pattern(item, "follows", ""),
                zero=_pattern(item, "zero", ""),
                means=tuple(tuple(id for name in names for id in quantities[name]) for names in sums),
            )
        )
    return tuple(mentions)


def _pattern(item: Entry, key: str, default: str | None = None) -> str:
    """A regular expression; those of the forms that come with xltools are held by its tests and not compiled here, for speed."""
    text = item.text(key, default)
    if item.path.parent.parent != forms_folder():
        try:
            re.compile(text)
        except re.error as fault:
            raise item.fail(f"{key} 不是有效的正则表达式（{fault}）", item.text("name")) from fault
    return text


def _breakdowns(entry: Entry, sections: tuple[Section, ...]) -> tuple[BreakdownSlot, ...]:
    prose = {section.key for section in sections if section.table is None}
    slots = []
    for item in entry.entries("breakdown"):
        item.allow("section", "label", "unit", "parts", "basis")
        slot = BreakdownSlot(
            section=item.take("section", str),
            label=item.text("label", ""),
            unit=item.text("unit", ""),
            parts=item.take("parts", int, 30),
            basis=item.text("basis"),
        )
        if slot.section not in prose:
            raise item.fail(f"分项表的 section “{slot.section}”不是正文部分")
        slots.append(slot)
    return tuple(slots)


class _TableReader:
    """Reads one [[table]]: axes first, then relations over them, then the figures."""

    def __init__(self, entry: Entry) -> None:
        entry.allow("key", "unit", "domain", "block", "help", "relation", "across")
        self.entry = entry
        self.blocks: list[Block] = []
        self.measures: list[tuple[str, Domain]] = []
        for item in entry.entries("block"):
            self._read_block(item)
        if not self.blocks:
            raise entry.fail("没有 block")
        self.table = Table(key=entry.take("key", str), blocks=tuple(self.blocks))
        self.ids = self._ids()
        self.totals = {item.take("total", str) for item in entry.entries("relation") if "total" in item.data}
        self.relations = [r for item in entry.entries("relation") for r in self._relations(item)]
        self.year_relations = [r for item in entry.entries("across") for r in self._year_relations(item)]
        self._check_circles()
        self.figures = self._figures()

    def _read_block(self, item: Entry) -> None:
        item.allow("title", "corner", "unit", "domain", "columns", "rows")
        domain = item.take("domain", str, self.entry.take("domain", str, "count"))
        if domain not in get_args(Domain):
            raise item.fail(f"domain 只能是 {'、'.join(get_args(Domain))}")
        block = Block(
            title=item.text("title") if "title" in item.data else None,
            corner=item.text("corner", ""),
            rows=_axis(item.entries("rows"), spans=False),
            columns=_axis(item.entries("columns")),
        )
        if not block.columns.leaves:
            raise item.fail("block 没有 columns")
        for other in self.blocks:
            for row in other.rows.nodes:
                if row.key in block.rows.by_key:
                    raise item.fail("键重复", row.key)
        if self.blocks and not all(b.rows.nodes for b in (block, *self.blocks)):
            raise item.fail("有多个 block 时每个 block 都要有 rows")
        self.blocks.append(block)
        self.measures.append((item.text("unit", self.entry.text("unit", "")), cast(Domain, domain)))

    def _ids(self) -> dict[tuple[str | None, str], str]:
        """The cell id of each (row key or None, column key)."""
        ids: dict[tuple[str | None, str], str] = {}
        for block in self.blocks:
            for row in block.rows.leaves or (None,):
                for column in block.columns.leaves:
                    ids[row.key if row else None, column.key] = figure_id(self.table.key, row, column)
        return ids

    def _figures(self) -> dict[str, Figure]:
        helps = self._helps()
        totals = {relation.total for relation in self.relations}
        figures: dict[str, Figure] = {}
        for block, (unit, domain) in zip(self.blocks, self.measures, strict=True):
            for row in block.rows.leaves or (None,):
                for column in block.columns.leaves:
                    id = self.ids[row.key if row else None, column.key]
                    rows = block.rows.path(row) if row else ()
                    columns = block.columns.path(column)
                    figures[id] = Figure(
                        id=id,
                        table=self.table.key,
                        row=row.key if row else None,
                        column=column.key,
                        kind="total" if id in totals else "input",
                        unit=unit,
                        domain=domain,
                        name=(row.name if row else "") + column.name,
                        line=(rows or columns[-2:-1] or columns)[-1].label,
                        path=tuple(node.label for node in (*rows, *columns)),
                        help=next((helps[node.key] for node in (*reversed(rows), *reversed(columns)) if node.key in helps), ""),
                    )
        return figures

    def _helps(self) -> dict[str, str]:
        helps = self.entry.take("help", dict, {})
        keys = {node.key for block in self.blocks for axis in (block.rows, block.columns) for node in axis.nodes}
        for key, text in helps.items():
            if key not in keys:
                raise self.entry.fail("help 所指的行或列不存在", key)
            Entry(self.entry.path, {"help": text}, self.entry.table, key).text("help")
        return helps

    def _check_circles(self) -> None:
        """Refuses totals that are computed from each other."""
        parts = {r.total: [term.figure for term in r.right] for r in reversed(self.relations) if r.total}

        def visit(id: str, above: tuple[str, ...]) -> None:
            if id in above:
                raise self.entry.fail("合计互相引用，无法计算", id)
            for part in parts.get(id, ()):
                visit(part, (*above, id))

        for id in parts:
            visit(id, ())

    # ------------------------------------------------------------------------------------------------- relations

    def _relations(self, item: Entry) -> Iterator[Relation]:
        item.allow("rule", "each", "total", "parts", "left", "right", "basis")
        total = item.optional("total", str)
        balance = total is None
        left = item.strings("left") if balance else (item.take("total", str),)
        right = item.strings("right" if balance else "parts")
        for subject, terms in self._each(item, {"left": left, "right": right}, total):
            yield Relation(
                rule=_rule(item, RELATION_RULES),
                table=self.table.key,
                subject=subject,
                total=None if balance else terms["left"][0].figure,
                left=terms["left"],
                right=terms["right"],
                basis=item.text("basis"),
            )

    def _year_relations(self, item: Entry) -> Iterator[YearRelation]:
        item.allow("rule", "each", "rows", "columns", "this", "plus", "last", "basis")
        sides = {
            "this": item.strings("this"),
            "plus": item.strings("plus", required=False),
            "last": item.strings("last"),
        }
        for subject, terms in self._each(item, sides, None):
            yield YearRelation(
                rule=_rule(item, YEAR_RULES),
                table=self.table.key,
                subject=subject,
                this=terms["this"],
                plus=terms["plus"],
                last=terms["last"],
                basis=item.text("basis"),
            )

    def _each(
        self, item: Entry, sides: Mapping[str, tuple[str, ...]], total: str | None
    ) -> Iterator[tuple[str, dict[str, tuple[Term, ...]]]]:
        """For each row or column that a relation runs over: its name and the terms of each side."""
        item.text("basis")
        each = item.take("each", str, "row")
        if each not in ("row", "column"):
            raise item.fail("each 只能是 row 或 column")
        chosen = item.strings(f"{each}s", required=False)
        known = {node.key for block in self.blocks for node in (*block.rows.nodes, *block.columns.nodes)}
        for key in chain(*sides.values(), chosen):
            if key.removesuffix(".*") not in known:
                raise item.fail("关系所指的行或列不存在", key)
        found = False
        for block in self.blocks:
            across, along = (block.rows, block.columns) if each == "row" else (block.columns, block.rows)
            wanted = {key: self._expand(along, keys, total) for key, keys in sides.items()}
            if any(node is None for nodes in wanted.values() for node in nodes):
                continue
            for line in across.leaves or (None,):
                if chosen and (line is None or line.key not in chosen):
                    continue
                found = True
                yield (
                    self._subject(block, line, wanted),
                    {key: tuple(self._term(line, node, each) for node in nodes if node) for key, nodes in wanted.items()},
                )
        if not found:
            raise item.fail("关系所指的各行或各列不在同一个 block 中，或其中有标题")

    def _expand(self, axis: Axis, keys: tuple[str, ...], total: str | None) -> tuple[Node | None, ...]:
        """The leaves that the keys name, `x.*` being all leaves below x but the total; None for a key not on this axis."""
        nodes: list[Node | None] = []
        for key in keys:
            node = axis.by_key.get(key.removesuffix(".*"))
            if node and key.endswith(".*"):
                nodes += [leaf for leaf in axis.below(node) if leaf.key != total]
            else:
                nodes.append(node if node and node.leaf else None)
        return tuple(nodes)

    def _subject(self, block: Block, line: Node | None, wanted: Mapping[str, tuple[Node | None, ...]]) -> str:
        """What a relation is about: its row or column, or in a table without rows the heading above its first term."""
        if line:
            return line.name or line.label
        first = next(node for nodes in wanted.values() for node in nodes if node)
        return block.columns.by_key[first.parent].label if first.parent else first.label

    def _term(self, line: Node | None, node: Node, each: str) -> Term:
        """The figure where `line` and `node` cross; beside a heading as its subject the node goes by its label."""
        row, column = (line, node) if each == "row" else (node, line)
        assert column is not None
        return Term(self.ids[row.key if row else None, column.key], node.name if line else node.label)

    # ------------------------------------------------------------------------------------------------ quantities

    def quantities(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each name that prose may use, with its figures: a figure's own, or for a heading the inputs below it."""
        for block in self.blocks:
            for row in block.rows.nodes or (None,):
                for column in block.columns.nodes:
                    if column.name and (row is None or row.name):
                        yield (row.name if row else "") + column.name, self._covered(block, row, column)

    def _covered(self, block: Block, row: Node | None, column: Node) -> tuple[str, ...]:
        rows = [node.key for node in self._summed(block.rows, row)] if row else [None]
        return tuple(self.ids[key, node.key] for key in rows for node in self._summed(block.columns, column))

    def _summed(self, axis: Axis, node: Node) -> tuple[Node, ...]:
        """The node itself, or for a heading the leaves below it but the totals."""
        return axis.below(node) if node.leaf else tuple(leaf for leaf in axis.below(node) if leaf.key not in self.totals)


def _rule(item: Entry, known: tuple[str, ...]) -> str:
    rule = item.take("rule", str)
    if rule not in known:
        raise item.fail(f"rule 只能是 {'、'.join(known)}", rule)
    return rule


def _axis(entries: list[Entry], *, spans: bool = True) -> Axis:
    nodes: list[Node] = []
    parents = {_parent(item) for item in entries}
    for item in entries:
        item.allow("key", "label", "name", "under", "span")
        key, label = item.take("key", str), item.text("label")
        _no_repeat(item, [node.key for node in nodes], key)
        parent = _parent(item)
        if parent is not None and parent not in {node.key for node in nodes}:
            raise item.fail(f"上级“{parent}”不存在或在其后")
        leaf = key not in parents
        span = item.take("span", int, 1)
        if span < 1 or (span > 1 and not (leaf and spans)):
            raise item.fail("span 应为不小于 1 的整数，且只用于没有下级的列")
        name = BLANKS.sub("", item.text("name", _short_name(label)))
        nodes.append(Node(key, label, name, parent, span, leaf))
    return Axis(tuple(nodes))


def _parent(item: Entry) -> str | None:
    return item.optional("under", str) or item.take("key", str).rpartition(".")[0] or None


def _short_name(label: str) -> str:
    """The label without its number and without an explanation in brackets behind it."""
    return TRAILING_NOTE.sub("", ENUMERATOR.sub("", label)) or label
