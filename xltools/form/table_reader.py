"""Reads each [[table]] of form.toml: its axes, figures and relations, and the names that prose may use."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from itertools import chain, product
from typing import Any, NamedTuple, cast, get_args

from xltools.form.definition import WORDS, AcrossUnits, Axis, Block, Caution, Domain, Figure, Node, Table, figure_id
from xltools.form.relation_reader import RELATION_KEYS, Addend, Addends, one_of, read_key_relation
from xltools.form.relations import YEAR_RULES, Relation, Term, YearRelation
from xltools.form.toml_reader import Entry, check_key
from xltools.form.unit import YES_NO
from xltools.numerals import BLANKS, Number, leading_number

TRAILING_NOTE = re.compile(r"（[^（）]*）$")  # an explanation in brackets behind an official label
MEASURES = ("domain", "unit", "places", "choices")  # what may be said of a table, a block, a row or column, or a cell; the innermost counts
MOST_PLACES, CHOICES_LIMIT = 6, 200
AMOUNT_PLACES, PLACES_BY_UNIT = 6, {"元": 2}  # the decimal places of an amount: 1 分 of 万元
CAUTION_RULES = ("not-empowered", "reconsideration-first")  # the kinds of figure that is doubtful in some reports unless it is 0


class Measure(NamedTuple):
    """What may stand in a cell."""

    domain: Domain = "count"
    unit: str = ""
    places: int = 0
    choices: tuple[str, ...] = ()


class TableReader:
    """The parts of one [[table]]; `sources` are the official texts of the form by rule, `prose` the titles of its sections of prose by key."""

    def __init__(self, entry: Entry, sources: Mapping[str, str], prose: Mapping[str, str]) -> None:
        entry.allow("key", *MEASURES, "block", "cell", "help", "across_units", "relation", "across", "caution")
        self.entry, self.sources, self.prose = entry, sources, prose
        self.cells: dict[str, Entry] = {}
        for item in entry.entries("cell"):
            item.allow("key", *MEASURES, "help")
            check_key(item, self.cells, item.take("key", str))
            self.cells[item.key] = item
        self.blocks: list[Block] = []
        self.entries: list[tuple[Entry, dict[str, Entry], dict[str, Entry]]] = []
        for item in entry.entries("block"):
            self._read_block(item)
        entry.refuse(not self.blocks, "没有 block")
        self.keys = {node.key for block in self.blocks for axis in (block.rows, block.columns) for node in axis.nodes}
        self.table = Table(key=entry.take("key", str), blocks=tuple(self.blocks))
        self.totals = {item.take("total", str) for item in entry.entries("relation") if "total" in item.data}
        self.figures = self._figures()
        self.table = self.table._replace(written=frozenset(f.id for f in self.figures.values() if f.domain in ("text", "url")))
        self.relations = [r for item in entry.entries("relation") for r in self._relations(item)]
        self.year_relations = [r for item in entry.entries("across") for r in self._year_relations(item)]
        self.cautions = [self._caution(item) for item in entry.entries("caution")]

    def _read_block(self, item: Entry) -> None:
        item.allow("title", "corner", *MEASURES, "columns", "rows", "spans")
        columns = _axis(item.entries("columns"))
        title, corner = item.text("title") if "title" in item.data else None, item.text("corner", "")
        block = Block(title, corner, _axis(item.entries("rows"), of_rows=True), columns, _spans(item, columns))
        item.refuse(not block.columns.leaves, "block 没有 columns")
        for row in (row for other in self.blocks for row in other.rows.nodes):
            item.refuse(row.key in block.rows.by_key, "键重复", row.key)
        item.refuse(self.blocks and not all(b.rows.nodes for b in (block, *self.blocks)), "有多个 block 时每个 block 都要有 rows")
        self.blocks.append(block)
        rows, lines = ({node.take("key", str): node for node in item.entries(axis)} for axis in ("rows", "columns"))
        self.entries.append((item, rows, lines))

    def _measure(self, block: Entry, row: Entry | None, column: Entry, cell: Entry | None) -> Measure:
        """Return what may stand in a cell: as it says itself, else its row or its column, else their block, else the table."""
        line: dict[str, Any] = {key: value for key, value in column.data.items() if key in MEASURES}
        for key in MEASURES if row else ():
            if row and key in row.data and line.setdefault(key, row.data[key]) != row.data[key]:
                raise row.fail(f"{key} 与列“{column.key}”的不同，请用 [[table.cell]] 写明这一格")
        own = row if row and not row.data.keys().isdisjoint(MEASURES) else column
        levels = (self.entry, block, own._replace(data=line), cell)
        return reduce(_refined, (level for level in levels if level and not level.data.keys().isdisjoint(MEASURES)), Measure())

    def _figures(self) -> dict[str, Figure]:
        helps, across_units = self._by_node("help"), cast(dict[str, AcrossUnits], self._by_node("across_units"))
        for key, word in across_units.items():
            self.entry.refuse(word not in get_args(AcrossUnits), f"across_units 只能是 {'、'.join(get_args(AcrossUnits))}", key)
        figures: dict[str, Figure] = {}
        for block, (item, row_entries, column_entries) in zip(self.blocks, self.entries, strict=True):
            for row, column in block.cells:
                id = figure_id(self.table.key, row, column)
                rows = block.rows.paths[row.key] if row else ()
                columns = block.columns.paths[column.key]
                inner = [node.key for node in (*reversed(rows), *reversed(columns))]
                above, over = _name_and_label(rows or columns[:-1] or columns), _name_and_label(columns)
                beside = "" if _is_list(block) else f"（{TRAILING_NOTE.sub('', over[1])}）"
                cell = self.cells.get(id.partition(".")[2])
                measure = self._measure(item, row_entries[row.key] if row else None, column_entries[column.key], cell)
                own: AcrossUnits = "own" if measure.domain in (*WORDS, "percent") else "sum"
                across: AcrossUnits = next((across_units[key] for key in inner if key in across_units), own)
                self.entry.refuse(own == "own" and across != own, f"{measure.domain} 不能相加，across_units 只能是 own", id)
                help = cell.text("help", "") if cell else ""
                figures[id] = Figure(
                    id=id,
                    table=self.table.key,
                    row=row.key if row else None,
                    column=column.key,
                    kind="input",
                    name=(row.name if row else "") + column.name,
                    line=above[1],
                    path=tuple(node.label for node in (*rows, *columns)),
                    help=help or next((helps[key] for key in inner if key in helps), ""),
                    across_units=across,
                    short=(above[0] or above[1]) + beside if row or len(columns) > 1 else over[1],
                    **measure._asdict(),
                )
        for key in self.cells.keys() - {id.partition(".")[2] for id in figures}:
            raise self.entry.fail("[[table.cell]] 的 key 应为“行.列”，没有这一格", key)
        return figures

    def _by_node(self, name: str) -> dict[str, str]:
        """Return the texts of [table.NAME] by the key of the row or column that they speak of."""
        texts = self.entry.take(name, dict, {})
        for key, text in texts.items():
            self.entry.refuse(key not in self.keys, f"{name} 所指的行或列不存在", key)
            Entry(self.entry.path, {name: text}, self.entry.table, key).text(name)
        return texts

    def _relations(self, item: Entry) -> Iterator[Relation]:
        item.allow(*RELATION_KEYS, "each", "rows", "columns")
        found = read_key_relation(item, self.sources, self.prose)
        lines = list(self._each(item, found.parts))
        chosen = [line for line in lines if {"rows", "columns"} & item.data.keys() or not found.passes_over(line[1], self.figures)]
        item.refuse(not chosen, "百分数、文字和日期不能相加；确要比较的用 rows 或 columns 指明")
        yield from (found.relation(item, subject, terms, self.figures) for subject, terms in chosen)

    def _year_relations(self, item: Entry) -> Iterator[YearRelation]:
        item.allow("rule", "each", "rows", "columns", "this", "plus", "last", "basis")
        sides = (item.strings("this"), item.strings("plus", required=False), item.strings("last"))
        rule, basis = one_of(item, "rule", YEAR_RULES), item.text("basis")
        lines = self._each(item, [tuple(map(Addend, side)) for side in sides])
        yield from (YearRelation(rule, self.table.key, subject, this, plus, last, basis) for subject, (this, plus, last) in lines)

    def _caution(self, item: Entry) -> Caution:
        item.allow("rule", "keys", "units", "spared", "since", "severity", "says", "basis")
        rule, keys = one_of(item, "rule", CAUTION_RULES), item.strings("keys")
        severity = item.take("severity", str, "warning")
        item.refuse(severity not in ("warning", "notice"), "severity 只能是 warning、notice", "severity")
        found = tuple(id for id in self.figures if any(f"{id}.".startswith(f"{self.table.key}.{key}.") for key in keys))
        item.refuse(not found, "所指的行或列不存在", keys[0])
        units, spared = item.strings("units", required=False), item.strings("spared", required=False)
        since, says, basis = item.take("since", int, 0), item.text("says"), item.text("basis", self.sources.get(rule))
        return Caution(rule, found, units, spared, since, "notice" if severity == "notice" else None, says, basis)

    def _each(self, item: Entry, sides: Iterable[Addends]) -> Iterator[tuple[str, list[tuple[Term, ...]]]]:
        """Yield, for each row or column that a relation runs over, its name and the terms of each side."""
        sides = list(sides)
        total = item.data.get("total")
        each = item.take("each", str, "row")
        item.refuse(each not in ("row", "column"), "each 只能是 row 或 column")
        chosen = item.strings(f"{each}s", required=False)
        for key in (*(part.key for part in chain(*sides)), *chosen):
            item.refuse(key.removesuffix(".*") not in self.keys, "关系所指的行或列不存在", key)
        found = False
        for block in self.blocks:
            across, along = (block.rows, block.columns) if each == "row" else (block.columns, block.rows)
            wanted = [self._expand(along, parts, total) for parts in sides]
            if None in wanted:
                continue
            for line in across.leaves or (None,):
                if chosen and (line is None or line.key not in chosen):
                    continue
                found = True
                terms = [tuple(self._term(line, node, each, weight) for node, weight in nodes or ()) for nodes in wanted]
                first = next(nodes[0][0] for nodes in wanted if nodes)
                # in a table without rows it is about the heading above its first term, in a list about the rows alone
                subject = (line.shown or line.label) if line else block.columns.by_key[first.parent or first.key].label
                yield "" if _is_list(block) and each == "column" else subject, terms
        item.refuse(not found, "关系所指的各行或各列不在同一个 block 中，或其中有标题")

    def _expand(self, axis: Axis, parts: Addends, total: str | None) -> list[tuple[Node, Number]] | None:
        """Return the leaves that the keys name, `x.*` being all leaves below x but the total; None where one is not on this axis."""
        nodes: list[tuple[Node, Number]] = []
        for key, weight in parts:
            node = axis.by_key.get(key.removesuffix(".*"))
            if node is None or not (node.leaf or key.endswith(".*")):
                return None
            named = [leaf for leaf in axis.below[node.key] if leaf.key != total] if key.endswith(".*") else [node]
            nodes += [(leaf, weight) for leaf in named]
        return nodes

    def _term(self, line: Node | None, node: Node, each: str, weight: Number) -> Term:
        """Return the figure where a line and a node of the other axis cross, times `weight`; in a table without rows by the node's label."""
        row, column = (line, node) if each == "row" else (node, line)
        assert column is not None
        return Term(figure_id(self.table.key, row, column), node.shown if line else node.label, weight)

    def quantities(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each name that prose may use, with its figures: a figure's own, or for a heading the inputs below it."""
        for block in self.blocks:
            for row, column in product(block.rows.nodes or (None,), block.columns.nodes):
                if column.name and (row is None or row.name):
                    rows = self._summed(block.rows, row) if row else (None,)
                    ids = (figure_id(self.table.key, line, node) for line in rows for node in self._summed(block.columns, column))
                    yield (row.name if row else "") + column.name, tuple(ids)

    def _summed(self, axis: Axis, node: Node) -> Sequence[Node]:
        """Return the node itself, or for a heading the leaves below it but the totals."""
        return axis.below[node.key] if node.leaf else [leaf for leaf in axis.below[node.key] if leaf.key not in self.totals]


def _refined(outer: Measure, level: Entry) -> Measure:
    """Return what may stand in a cell where an inner level adds to the outer ones; a domain of its own resets unit, places and choices."""
    if "domain" in level.data:
        domain = level.take("domain", str)
        level.refuse(domain not in get_args(Domain), f"domain 只能是 {'、'.join(get_args(Domain))}")
        unit = "%" if domain == "percent" else "" if domain in WORDS else outer.unit
        places = 2 if domain in ("percent", "decimal") else 0
        outer = Measure(cast(Domain, domain), unit, places, YES_NO if domain == "yes_no" else ())
    unit, places = level.text("unit", outer.unit), level.take("places", int, outer.places)
    choices = level.strings("choices") if "choices" in level.data else outer.choices
    if "places" in level.data and not (outer.domain in ("percent", "decimal") and 0 <= places <= MOST_PLACES):
        raise level.fail(f"places 应为 0 到 {MOST_PLACES} 的整数，只用于 decimal 和 percent")
    if bool(choices) != (outer.domain in ("choice", "yes_no")) or (outer.domain == "yes_no" and choices != YES_NO):
        raise level.fail("domain 是 choice 的须写 choices，其他的不写")
    if any(not choice.strip() or "," in choice for choice in choices) or len(",".join(choices)) > CHOICES_LIMIT:
        raise level.fail(f"choices 的各项不能是空白，不含半角逗号，合计不超过 {CHOICES_LIMIT} 字")
    if outer.domain == "amount":
        places = PLACES_BY_UNIT.get(unit, AMOUNT_PLACES)
    return Measure(outer.domain, unit, places, choices)


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
        item.allow("key", "label", "name", "shown", "under", "span", *MEASURES)
        key, label = item.take("key", str), item.text("label")
        check_key(item, nodes, key)
        parent = _parent(item)
        item.refuse(parent is not None and parent not in nodes, f"上级“{parent}”不存在或在其后")
        leaf = key not in parents
        span = item.take("span", int, 1)
        item.refuse(span < 1 or (span > 1 and (of_rows or not leaf)), "span 应为不小于 1 的整数，且只用于没有下级的列")
        item.refuse(not leaf and not item.data.keys().isdisjoint(MEASURES), f"{'、'.join(MEASURES)} 只用于没有下级的行和列")
        name = BLANKS.sub("", item.text("name", default_name(label)))
        nodes[key] = Node(key, label, name, item.text("shown", name), parent, span, leaf)
    return Axis(tuple(nodes.values()))


def _is_list(block: Block) -> bool:
    """Tell whether the rows of a block say all of its figures, there being one column, without a name."""
    return bool(block.rows.nodes) and [column.name for column in block.columns.leaves] == [""]


def _name_and_label(path: Sequence[Node]) -> tuple[str, str]:
    """Return what messages call the last node, and its label: that of the heading above, where its own only adds a number or a unit to it."""
    node = path[-1]
    above = (one.label for one in reversed(path[:-1]) if node.name and default_name(one.label) == node.name)
    return node.shown, next(above, node.label)


@lru_cache
def default_name(label: str) -> str:
    """Return a label without its number and without an explanation in brackets behind it."""
    return TRAILING_NOTE.sub("", label.removeprefix(leading_number(label))) or label


def _parent(item: Entry) -> str | None:
    return item.optional("under", str) or item.take("key", str).rpartition(".")[0] or None
