"""Reads form.toml: typed values of its TOML tables, and each [[table]] with its axes, figures, relations and the names that prose may use."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast, get_args

from xltools.errors import FormError
from xltools.form.definition import (
    CAUTION_RULES,
    RELATION_RULES,
    YEAR_RULES,
    AcrossUnits,
    Axis,
    Block,
    Caution,
    Domain,
    Figure,
    Node,
    Relation,
    Table,
    Term,
    YearRelation,
    figure_id,
)
from xltools.numerals import BLANKS, leading_number

T = TypeVar("T", str, int, bool, list[Any], dict[str, Any])
TEXT_LIMIT = 255  # the characters of one text of a form, such as a validation's prompt can show
INVISIBLE = {"Cc", "Cn", "Cs", "Zl", "Zp"}  # the Unicode categories that no cell or document can hold in one line
TYPE_NAMES = {str: "文字", int: "整数", bool: "true 或 false", list: "列表", dict: "表"}


def read_toml(path: Path) -> dict[str, Any]:
    """Read the settings in a file. Raise FormError for one that is no TOML."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise FormError(path, "不是 UTF-8 编码的文件") from fault
    except ValueError as fault:  # tomllib's own, and an integer of thousands of digits
        raise FormError(path, f"不是有效的 TOML（{fault}）") from fault
    except RecursionError as fault:
        raise FormError(path, "不是有效的 TOML（层次过深）") from fault
    except OSError as fault:
        raise FormError(path, f"打不开（{fault.strerror}）") from fault


class Entry(NamedTuple):
    """A TOML table: its data, and the form's table and key that an error about it names."""

    path: Path
    data: Mapping[str, Any]
    table: str = ""
    key: str = ""

    def fail(self, reason: str, key: str = "") -> FormError:
        """Return the error that gives this reason."""
        return FormError(self.path, reason, table=self.table, key=key or self.key)

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        """Return the value of a key. Raise FormError where it is missing without a default, or of another type."""
        value = self.data.get(key, default)
        if value is None:
            raise self.fail(f"缺少 {key}")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(f"{key} 应为{TYPE_NAMES[kind]}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text to be shown: one line, and where there is no default, with something to see."""
        value = self.take(key, str, default)
        if len(value) > TEXT_LIMIT:
            raise self.fail(f"{key} 应为不超过 {TEXT_LIMIT} 字的文字")
        if not value.isprintable() and any(unicodedata.category(char) in INVISIBLE for char in value):
            raise self.fail(f"{key} 应为一行文字，不含控制字符")
        if default is None and not value.strip():
            raise self.fail(f"{key} 不能是空白")
        return value

    def optional(self, key: str, kind: type[T]) -> T | None:
        """Return the value of a key, None where it is missing."""
        return self.take(key, kind) if key in self.data else None

    def entries(self, key: str) -> list[Entry]:
        """Return the TOML tables of a list, each named by its own key or else by its place in the list."""
        found = []
        for number, item in enumerate(self.take(key, list, []), start=1):
            if not isinstance(item, dict):
                raise self.fail(f"{key} 的每一项应为表")
            name = item.get("key")
            found.append(Entry(self.path, item, self.table, name if isinstance(name, str) else f"{key} 第 {number} 项"))
        return found

    def strings(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """Return a list of texts, not empty where it is required."""
        values = self.take(key, list, None if required else [])
        if not all(isinstance(value, str) for value in values) or (required and not values):
            raise self.fail(f"{key} 应为键的列表")
        return tuple(values)

    def allow(self, *keys: str) -> None:
        """Raise FormError for a key that is none of these."""
        for unknown in self.data.keys() - set(keys):
            raise self.fail(f"不认识的项 {unknown}")


TRAILING_NOTE = re.compile(r"（[^（）]*）$")  # an explanation in brackets behind an official label
KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")


def check_key(entry: Entry, seen: Container[str], key: str) -> None:
    """Raise FormError for a key that is malformed or was seen before."""
    if not KEY.fullmatch(key):
        raise entry.fail("键由小写字母、数字和下划线组成，以点分层", key)
    if key in seen:
        raise entry.fail("键重复", key)


class TableReader:
    """The parts of one [[table]]: axes first, then relations over them, then the figures.

    `sources` are the official texts of the form: a relation without a basis of its own has that of its rule.
    """

    def __init__(self, entry: Entry, sources: Mapping[str, str]) -> None:
        entry.allow("key", "unit", "domain", "block", "help", "across_units", "relation", "across", "caution")
        self.entry, self.sources = entry, sources
        self.blocks: list[Block] = []
        self.measures: list[dict[str, tuple[str, Domain]]] = []
        for item in entry.entries("block"):
            self._read_block(item)
        if not self.blocks:
            raise entry.fail("没有 block")
        self.table = Table(key=entry.take("key", str), blocks=tuple(self.blocks))
        self.totals = {item.take("total", str) for item in entry.entries("relation") if "total" in item.data}
        self.relations = [r for item in entry.entries("relation") for r in self._relations(item)]
        self.year_relations = [r for item in entry.entries("across") for r in self._year_relations(item)]
        self.figures = self._figures()
        self.cautions = [self._caution(item) for item in entry.entries("caution")]

    def _read_block(self, item: Entry) -> None:
        item.allow("title", "corner", "unit", "domain", "columns", "rows", "spans")
        columns = _axis(item.entries("columns"))
        block = Block(
            title=item.text("title") if "title" in item.data else None,
            corner=item.text("corner", ""),
            rows=_axis(item.entries("rows"), of_rows=True),
            columns=columns,
            spans=_spans(item, columns),
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
        self.measures.append({column.take("key", str): self._measure(item, column) for column in item.entries("columns")})

    def _measure(self, block: Entry, column: Entry) -> tuple[str, Domain]:
        """Return the unit and the domain of a column: its own, else those of its block, else those of the table."""
        unit = column.text("unit", block.text("unit", self.entry.text("unit", "")))
        domain = column.take("domain", str, block.take("domain", str, self.entry.take("domain", str, "count")))
        if domain not in get_args(Domain):
            raise (column if "domain" in column.data else block).fail(f"domain 只能是 {'、'.join(get_args(Domain))}")
        return unit, cast(Domain, domain)

    def _id(self, row: Node | None, column: Node) -> str:
        return figure_id(self.table.key, row, column)

    def _figures(self) -> dict[str, Figure]:
        helps, across_units = self._by_node("help"), cast(dict[str, AcrossUnits], self._by_node("across_units"))
        for key, word in across_units.items():
            if word not in get_args(AcrossUnits):
                raise self.entry.fail(f"across_units 只能是 {'、'.join(get_args(AcrossUnits))}", key)
        totals = {relation.total for relation in self.relations}
        figures: dict[str, Figure] = {}
        for block, measures in zip(self.blocks, self.measures, strict=True):
            for row, column in block.cells:
                id = self._id(row, column)
                rows = block.rows.path(row) if row else ()
                columns = block.columns.path(column)
                inner = [node.key for node in (*reversed(rows), *reversed(columns))]
                above = (rows or columns[-2:-1] or columns)[-1]
                unit, domain = measures[column.key]
                figures[id] = Figure(
                    id=id,
                    table=self.table.key,
                    row=row.key if row else None,
                    column=column.key,
                    kind="total" if id in totals else "input",
                    unit=unit,
                    domain=domain,
                    name=(row.name if row else "") + column.name,
                    line=above.label,
                    path=tuple(node.label for node in (*rows, *columns)),
                    help=next((helps[key] for key in inner if key in helps), ""),
                    across_units=next((across_units[key] for key in inner if key in across_units), "sum"),
                    short=f"{above.name or above.label}（{TRAILING_NOTE.sub('', column.label)}）" if above is not column else column.label,
                )
        for relation in self.relations:  # no total may be added up across units where its parts are not, or the other way round
            for term in relation.right if relation.total else ():
                if figures[term.figure].across_units != figures[str(relation.total)].across_units:
                    raise self.entry.fail("合计与它的各项 across_units 不一致", str(relation.total))
        return figures

    def _by_node(self, name: str) -> dict[str, str]:
        """Return the texts of [table.NAME] by the key of the row or column that they speak of."""
        texts = self.entry.take(name, dict, {})
        keys = {node.key for block in self.blocks for axis in (block.rows, block.columns) for node in axis.nodes}
        for key, text in texts.items():
            if key not in keys:
                raise self.entry.fail(f"{name} 所指的行或列不存在", key)
            Entry(self.entry.path, {name: text}, self.entry.table, key).text(name)
        return texts

    def _relations(self, item: Entry) -> Iterator[Relation]:
        item.allow("rule", "each", "total", "parts", "left", "right", "basis")
        total = item.optional("total", str)
        left = item.strings("left") if total is None else (total,)
        right = item.strings("right" if total is None else "parts")
        rule = _rule(item, RELATION_RULES)
        basis = item.text("basis", self.sources.get(rule))
        for subject, (lefts, rights) in self._each(item, (left, right), total):
            yield Relation(rule, self.table.key, subject, None if total is None else lefts[0].figure, lefts, rights, basis)

    def _year_relations(self, item: Entry) -> Iterator[YearRelation]:
        item.allow("rule", "each", "rows", "columns", "this", "plus", "last", "basis")
        sides = (item.strings("this"), item.strings("plus", required=False), item.strings("last"))
        rule, basis = _rule(item, YEAR_RULES), item.text("basis")
        for subject, (this, plus, last) in self._each(item, sides, None):
            yield YearRelation(rule, self.table.key, subject, this, plus, last, basis)

    def _caution(self, item: Entry) -> Caution:
        item.allow("rule", "keys", "units", "spared", "since", "severity", "says", "basis")
        rule, keys = _rule(item, CAUTION_RULES), item.strings("keys")
        severity = item.take("severity", str, "warning")
        if severity not in ("warning", "notice"):
            raise item.fail("severity 只能是 warning、notice", "severity")
        found = tuple(id for id in self.figures if any(f"{id}.".startswith(f"{self.table.key}.{key}.") for key in keys))
        if not found:
            raise item.fail("所指的行或列不存在", keys[0])
        return Caution(
            rule=rule,
            figures=found,
            units=item.strings("units", required=False),
            spared=item.strings("spared", required=False),
            since=item.take("since", int, 0),
            severity="notice" if severity == "notice" else None,
            says=item.text("says"),
            basis=item.text("basis", self.sources.get(rule)),
        )

    def _each(self, item: Entry, sides: Iterable[tuple[str, ...]], total: str | None) -> Iterator[tuple[str, list[tuple[Term, ...]]]]:
        """Yield, for each row or column that a relation runs over, its name and the terms of each side."""
        each = item.take("each", str, "row")
        if each not in ("row", "column"):
            raise item.fail("each 只能是 row 或 column")
        chosen = item.strings(f"{each}s", required=False)
        known = {node.key for block in self.blocks for node in (*block.rows.nodes, *block.columns.nodes)}
        for key in chain(*sides, chosen):
            if key.removesuffix(".*") not in known:
                raise item.fail("关系所指的行或列不存在", key)
        found = False
        for block in self.blocks:
            across, along = (block.rows, block.columns) if each == "row" else (block.columns, block.rows)
            wanted = [self._expand(along, keys, total) for keys in sides]
            if None in wanted:
                continue
            for line in across.leaves or (None,):
                if chosen and (line is None or line.key not in chosen):
                    continue
                found = True
                terms = [tuple(self._term(line, node, each) for node in nodes or ()) for nodes in wanted]
                first = next(nodes[0] for nodes in wanted if nodes)
                # in a table without rows it is about the heading above its first term
                yield (line.name or line.label) if line else block.columns.by_key[first.parent or first.key].label, terms
        if not found:
            raise item.fail("关系所指的各行或各列不在同一个 block 中，或其中有标题")

    def _expand(self, axis: Axis, keys: tuple[str, ...], total: str | None) -> list[Node] | None:
        """Return the leaves that the keys name, `x.*` being all leaves below x but the total; None where one is not on this axis."""
        nodes: list[Node] = []
        for key in keys:
            node = axis.by_key.get(key.removesuffix(".*"))
            if node is None or not (node.leaf or key.endswith(".*")):
                return None
            nodes += [leaf for leaf in axis.below(node) if leaf.key != total] if key.endswith(".*") else [node]
        return nodes

    def _term(self, line: Node | None, node: Node, each: str) -> Term:
        """Return the figure where `line` and `node` cross; without a line, the node goes by its label."""
        row, column = (line, node) if each == "row" else (node, line)
        assert column is not None
        return Term(self._id(row, column), node.name if line else node.label)

    def quantities(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each name that prose may use, with its figures: a figure's own, or for a heading the inputs below it."""
        for block in self.blocks:
            for row in block.rows.nodes or (None,):
                for column in block.columns.nodes:
                    if column.name and (row is None or row.name):
                        rows = self._summed(block.rows, row) if row else (None,)
                        yield (
                            (row.name if row else "") + column.name,
                            tuple(self._id(line, node) for line in rows for node in self._summed(block.columns, column)),
                        )

    def _summed(self, axis: Axis, node: Node) -> tuple[Node, ...]:
        """Return the node itself, or for a heading the leaves below it but the totals."""
        return axis.below(node) if node.leaf else tuple(leaf for leaf in axis.below(node) if leaf.key not in self.totals)


def _rule(item: Entry, known: tuple[str, ...]) -> str:
    rule = item.take("rule", str)
    if rule not in known:
        raise item.fail(f"rule 只能是 {'、'.join(known)}", rule)
    return rule


def _spans(block: Entry, columns: Axis) -> tuple[int, ...]:
    """Return the grid columns that each column of figures takes: as many as its heading, unless the block says otherwise."""
    headings = tuple(leaf.span for leaf in columns.leaves)
    spans = tuple(block.take("spans", list, list(headings)))
    if not all(type(span) is int and span > 0 for span in spans) or (len(spans), sum(spans)) != (len(headings), sum(headings)):
        raise block.fail(f"spans 应为 {len(headings)} 个不小于 1 的整数，每列一个，合计 {sum(headings)}")
    return spans


def _axis(entries: list[Entry], *, of_rows: bool = False) -> Axis:
    nodes: dict[str, Node] = {}
    parents = {_parent(item) for item in entries}
    for item in entries:
        item.allow("key", "label", "name", "under", "span", "unit", "domain")
        key, label = item.take("key", str), item.text("label")
        check_key(item, nodes, key)
        parent = _parent(item)
        if parent is not None and parent not in nodes:
            raise item.fail(f"上级“{parent}”不存在或在其后")
        leaf = key not in parents
        span = item.take("span", int, 1)
        if span < 1 or (span > 1 and (of_rows or not leaf)):
            raise item.fail("span 应为不小于 1 的整数，且只用于没有下级的列")
        if {"unit", "domain"} & item.data.keys() and (of_rows or not leaf):
            raise item.fail("unit 和 domain 只用于没有下级的列")
        # the label without its number and without an explanation in brackets behind it
        short = TRAILING_NOTE.sub("", label.removeprefix(leading_number(label))) or label
        name = BLANKS.sub("", item.text("name", short))
        nodes[key] = Node(key, label, name, parent, span, leaf)
    return Axis(tuple(nodes.values()))


def _parent(item: Entry) -> str | None:
    return item.optional("under", str) or item.take("key", str).rpartition(".")[0] or None
