"""TableReader: one [[table]] of a form.toml, as axes, figures and relations."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from itertools import chain
from typing import cast, get_args

from xltools.form.definition import (
    RELATION_RULES,
    YEAR_RULES,
    AcrossUnits,
    Axis,
    Block,
    Domain,
    Figure,
    Node,
    Relation,
    Table,
    Term,
    YearRelation,
    figure_id,
)
from xltools.form.entry import Entry
from xltools.numerals import BLANKS

# 一、 （一） (一) 1. 1、 in front of an official label, and an explanation in brackets behind it
ENUMERATOR = re.compile(r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d+[.、．])")
TRAILING_NOTE = re.compile(r"（[^（）]*）$")
KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")


def check_key(entry: Entry, seen: Container[str], key: str) -> None:
    """Raises FormError for a key that is malformed or was seen before."""
    if not KEY.fullmatch(key):
        raise entry.fail("键由小写字母、数字和下划线组成，以点分层", key)
    if key in seen:
        raise entry.fail("键重复", key)


class TableReader:
    """Reads one [[table]]: axes first, then relations over them, then the figures."""

    def __init__(self, entry: Entry) -> None:
        entry.allow("key", "unit", "domain", "block", "help", "across_units", "relation", "across")
        self.entry = entry
        self.blocks: list[Block] = []
        self.measures: list[dict[str, tuple[str, Domain]]] = []
        for item in entry.entries("block"):
            self._read_block(item)
        if not self.blocks:
            raise entry.fail("没有 block")
        self.table = Table(key=entry.take("key", str), blocks=tuple(self.blocks))
        self.ids = self._ids()
        self.totals = {item.take("total", str) for item in entry.entries("relation") if "total" in item.data}
        self.relations = [r for item in entry.entries("relation") for r in self._relations(item)]
        self.year_relations = [r for item in entry.entries("across") for r in self._year_relations(item)]
        self.figures = self._figures()

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
        """The unit and the domain of a column: its own, else those of its block, else those of the table."""
        unit = column.text("unit", block.text("unit", self.entry.text("unit", "")))
        domain = column.take("domain", str, block.take("domain", str, self.entry.take("domain", str, "count")))
        if domain not in get_args(Domain):
            raise (column if "domain" in column.data else block).fail(f"domain 只能是 {'、'.join(get_args(Domain))}")
        return unit, cast(Domain, domain)

    def _ids(self) -> dict[tuple[str | None, str], str]:
        """The cell id of each (row key or None, column key)."""
        ids: dict[tuple[str | None, str], str] = {}
        for block in self.blocks:
            for row in block.rows.leaves or (None,):
                for column in block.columns.leaves:
                    ids[row.key if row else None, column.key] = figure_id(self.table.key, row, column)
        return ids

    def _figures(self) -> dict[str, Figure]:
        helps, across_units = self._by_node("help"), self._across_units()
        totals = {relation.total for relation in self.relations}
        figures: dict[str, Figure] = {}
        for block, measures in zip(self.blocks, self.measures, strict=True):
            for row in block.rows.leaves or (None,):
                for column in block.columns.leaves:
                    id = self.ids[row.key if row else None, column.key]
                    rows = block.rows.path(row) if row else ()
                    columns = block.columns.path(column)
                    inner = [node.key for node in (*reversed(rows), *reversed(columns))]
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
                        line=(rows or columns[-2:-1] or columns)[-1].label,
                        path=tuple(node.label for node in (*rows, *columns)),
                        help=next((helps[key] for key in inner if key in helps), ""),
                        across_units=next((across_units[key] for key in inner if key in across_units), "sum"),
                    )
        self._check_across_units(figures)
        return figures

    def _by_node(self, name: str) -> dict[str, str]:
        """The texts of [table.NAME] by the key of the row or column that they speak of."""
        texts = self.entry.take(name, dict, {})
        keys = {node.key for block in self.blocks for axis in (block.rows, block.columns) for node in axis.nodes}
        for key, text in texts.items():
            if key not in keys:
                raise self.entry.fail(f"{name} 所指的行或列不存在", key)
            Entry(self.entry.path, {name: text}, self.entry.table, key).text(name)
        return texts

    def _across_units(self) -> dict[str, AcrossUnits]:
        found = self._by_node("across_units")
        for key, word in found.items():
            if word not in get_args(AcrossUnits):
                raise self.entry.fail(f"across_units 只能是 {'、'.join(get_args(AcrossUnits))}", key)
        return cast(dict[str, AcrossUnits], found)

    def _check_across_units(self, figures: Mapping[str, Figure]) -> None:
        """Refuses a total that would be added up across units where its parts are not, or the other way round."""
        for relation in self.relations:
            for term in relation.right if relation.total else ():
                if figures[term.figure].across_units != figures[str(relation.total)].across_units:
                    raise self.entry.fail("合计与它的各项 across_units 不一致", str(relation.total))

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


def _spans(block: Entry, columns: Axis) -> tuple[int, ...]:
    """The grid columns that each column of figures takes: as many as its heading, unless the block says otherwise."""
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
        name = BLANKS.sub("", item.text("name", _short_name(label)))
        nodes[key] = Node(key, label, name, parent, span, leaf)
    return Axis(tuple(nodes.values()))


def _parent(item: Entry) -> str | None:
    return item.optional("under", str) or item.take("key", str).rpartition(".")[0] or None


def _short_name(label: str) -> str:
    """The label without its number and without an explanation in brackets behind it."""
    return TRAILING_NOTE.sub("", ENUMERATOR.sub("", label)) or label
