"""A form: one edition of one official report, as data. Small records are named tuples, whose classes take less time to make at start-up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Literal, NamedTuple

from xltools.form.relations import Relation, YearRelation
from xltools.form.unit import BLANK_IS_ZERO, YEAR, Detail
from xltools.numerals import grouped

# count: whole number ≥ 0; signed: whole number; amount: decimal ≥ 0, down to 1 分; decimal: decimal ≥ 0; percent: 93.25 for 93.25 %
Domain = Literal["count", "signed", "amount", "decimal", "percent", "text", "choice", "yes_no", "date", "url"]
WORDS: tuple[Domain, ...] = ("text", "choice", "yes_no", "date", "url")  # the domains that are no numbers

PageNumbers = Literal["outside", "centred"]  # where the pages of the report bear their numbers
AcrossUnits = Literal["sum", "own"]  # for several units together a figure is the sum of theirs, or what the office above reports itself

FindForm = Callable[[str | None], "Form"]  # returns the form with an id; for None, of a file that names no form, the one in use


def label_basis(basis: str) -> str:
    """Return a basis behind the word for its kind: 依据 for an official text that is quoted, 口径 for a reason of ours."""
    return f"{'依据' if basis.startswith('“') and basis.endswith('）') else '口径'}：{basis}"


class Node(NamedTuple):
    """One row or column of an axis, or a heading above some."""

    key: str
    label: str
    name: str
    shown: str  # what messages and 校验 call it, where it is not `name`, which prose uses
    parent: str | None
    span: int
    leaf: bool


@dataclass(frozen=True)
class Axis:
    """The rows or the columns of a block: a tree in official order, parents before children."""

    nodes: tuple[Node, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Node]:
        """Return the nodes by key."""
        return {node.key: node for node in self.nodes}

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """Return the nodes that are a row or a column, without the headings."""
        return tuple(node for node in self.nodes if node.leaf)

    @cached_property
    def paths(self) -> Mapping[str, tuple[Node, ...]]:
        """Return the nodes from the top down to each node, itself included, by its key."""
        found: dict[str, tuple[Node, ...]] = {}
        for node in self.nodes:
            found[node.key] = (*(found[node.parent] if node.parent else ()), node)
        return found

    @cached_property
    def below(self) -> Mapping[str, list[Node]]:
        """Return the leaves below each node, by its key; of a leaf itself."""
        return grouped((node.key, leaf) for leaf in self.leaves for node in self.paths[leaf.key])

    @cached_property
    def depth(self) -> int:
        """Count how many labels deep the axis is: 3 for 三、本年度办理结果 / （三）不予公开 / 1.属于国家秘密; 0 without nodes."""
        return max((len(self.paths[leaf.key]) for leaf in self.leaves), default=0)


def figure_id(table: str, row: Node | None, column: Node) -> str:
    """Return the cell id of the figure in this row and column: `requests.received.total`, without a row `litigation.suit_direct.total`."""
    return ".".join((table, row.key, column.key) if row else (table, column.key))


class Figure(NamedTuple):
    """One number of a table: its cell id and what may stand there."""

    id: str
    table: str
    row: str | None
    column: str
    kind: Literal["input", "total"]
    unit: str
    domain: Domain
    name: str
    line: str  # the official label of its row, or of the heading above its column in a table without rows
    path: tuple[str, ...]  # all labels, outermost first
    help: str
    across_units: AcrossUnits = "sum"
    short: str = ""  # what messages call it: the name of its row and the label of its column, `上年结转（自然人）`
    places: int = 0  # the decimal places that it may have at most
    choices: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return its line and its column in official words: `（一）予以公开/自然人`; its column alone where there is nothing else."""
        return f"{self.line}/{self.path[-1]}" if len(self.path) > 1 else self.line

    @property
    def is_words(self) -> bool:
        """Tell whether it is no number, but words, a day or an address."""
        return self.domain in WORDS

    @property
    def has_decimals(self) -> bool:
        """Tell whether it is a number that need not be whole."""
        return self.domain in ("amount", "decimal", "percent")

    @property
    def must_be_filled(self) -> bool:
        """Tell whether it is an omission where it is blank; text and addresses are not, unless a relation says so."""
        return self.domain not in ("text", "url")


class Block(NamedTuple):
    """Rows and columns under one header; 表二 has four blocks, 表三 and 表四 have one each."""

    title: str | None
    corner: str
    rows: Axis
    columns: Axis
    spans: tuple[int, ...]  # the grid columns that each figure of a row takes, not always those of the heading above it

    @property
    def cells(self) -> Iterable[tuple[Node | None, Node]]:
        """Return the row, None where there are none, and the column of each figure."""
        return product(self.rows.leaves or (None,), self.columns.leaves)


class Table(NamedTuple):
    """One official table: its blocks, one below the other."""

    key: str
    blocks: tuple[Block, ...]
    written: frozenset[str] = frozenset()  # the figures that are free text or an address, and need room


class Caution(NamedTuple):
    """Figures that are doubtful where they are not 0: in the reports of some units, from some year on; `says` is what a message says of them."""

    rule: str
    figures: tuple[str, ...]
    units: tuple[str, ...]  # what the names of its units end in, in `县…局` the first part before the last; all units where empty
    spared: tuple[str, ...]  # what the names of units begin with that it does not speak of
    since: int
    severity: Literal["notice"] | None  # where it is less than the rule's
    says: str
    basis: str

    def speaks_of(self, unit: str, year: int | None) -> bool:
        """Tell whether the figures are doubtful in a report of this unit and year."""
        ends = (end.rpartition("…") for end in self.units)
        is_meant = not self.units or any(unit.endswith(tail) and head in unit.removesuffix(tail) for head, _, tail in ends)
        return is_meant and not unit.startswith(self.spared) and (year or 0) >= self.since


class Deadline(NamedTuple):
    """The day in the next year by which a unit must report, if its name ends in one of `units`; those of any name where there are none."""

    month: int
    day: int
    units: tuple[str, ...]
    spared: tuple[str, ...]  # what the names of units end in that have no deadline
    basis: str


class Section(NamedTuple):
    """A part of the report with a title of its own: prose, or the place of a table."""

    key: str
    title: str
    also: tuple[str, ...]  # other titles, without a number, that published reports give it
    sheet: str
    heading: bool
    table: str | None
    paragraphs: int
    required: bool
    generated: bool  # the form's skeleton writes it from the figures where staff leave it blank
    fee: bool  # 信息处理费 must be reported in it
    help: str
    of_governments: tuple[tuple[str, ...], ...] = ()  # what a government must speak of there: its name, then the words it is known by

    @property
    def parent(self) -> str | None:
        """Return the key of the section this one is a topic of: `overview` for `overview.proactive`."""
        return self.key.rpartition(".")[0] or None


class BreakdownSlot(NamedTuple):
    """A breakdown table of the workbook: a total and up to `parts` named parts. Label and unit are what it starts with."""

    section: str
    label: str
    unit: str
    parts: int
    basis: str


class Mention(NamedTuple):
    """How prose speaks of a quantity: what happened (any word of `event`) to what (all of `object`), with what `result`, of `who`, in one of `units`."""

    name: str
    event: tuple[str, ...]
    object: tuple[str, ...]
    result: tuple[str, ...]
    who: tuple[str, ...]
    units: tuple[str, ...]
    means: tuple[tuple[str, ...], ...]  # the sums of figures that it may stand for


class Counterpart(NamedTuple):
    """Figures that two editions divide differently: the sum of those `here` is the sum of those `there`; one of the sides is a single figure."""

    here: tuple[str, ...]
    there: tuple[str, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Form:
    """One edition of one official report: sections, tables, figures and relations, all in official order."""

    id: str
    version: int
    title: str
    edition: str  # the notice that fixes it
    superseded: tuple[str, ...]  # the notices that this one replaced
    first_year: int | None
    last_year: int | None
    page_numbers: PageNumbers
    like: "Form | None"  # another edition of the same report, where the same cell id means the same figure
    counterparts: tuple[Counterpart, ...]  # the figures that `like` divides differently
    folder: Path
    sections: tuple[Section, ...]
    breakdowns: tuple[BreakdownSlot, ...]
    tables: tuple[Table, ...]
    figures: Mapping[str, Figure]
    relations: tuple[Relation, ...]
    year_relations: tuple[YearRelation, ...]
    mentions: tuple[Mention, ...]
    quantities: Mapping[str, tuple[str, ...]]  # every amount that prose may name, such as 不予公开总数, and what it is the sum of
    sources: Mapping[str, str]  # the official text behind what a rule, or a part of one, asks: a quotation with its number and article
    cautions: tuple[Caution, ...]
    deadlines: tuple[Deadline, ...]
    details: tuple[Detail, ...]  # the lines of 基本信息

    @property
    def family(self) -> str:
        """Return the id that the form shares with the other editions of its report."""
        return self.like.id if self.like else self.id

    def deadline(self, unit: str, year: int) -> date | None:
        """Return the day by which the report of a unit on a year is due, None where no official text says."""
        for due in self.deadlines:
            if not due.units or unit.endswith(due.units):
                return None if due.spared and unit.endswith(due.spared) else date(year + 1, due.month, due.day)
        return None

    @cached_property
    def texts(self) -> tuple[Section, ...]:
        """Return the sections that are prose."""
        return tuple(section for section in self.sections if section.table is None)

    @cached_property
    def section_by_key(self) -> Mapping[str, Section]:
        """Return the sections by key."""
        return {section.key: section for section in self.sections}

    def is_prose(self, key: str) -> bool:
        """Tell whether a section of this key is part of the form, and is prose."""
        return key in self.section_by_key and self.section_by_key[key].table is None

    @cached_property
    def inputs(self) -> tuple[Figure, ...]:
        """Return the figures that staff fill in, without the totals."""
        return tuple(figure for figure in self.figures.values() if figure.kind == "input")

    @cached_property
    def definitions(self) -> Mapping[str, Relation]:
        """Return, for each total, the relation that it is computed by: the first in the form that names it."""
        naming = grouped((relation.total, relation) for relation in self.relations if relation.total)
        return {total: relations[0] for total, relations in naming.items()}

    @cached_property
    def kinds(self) -> Mapping[Domain, Sequence[Figure]]:
        """Return the figures of each domain that the form has."""
        return grouped((figure.domain, figure) for figure in self.figures.values())

    @cached_property
    def rates(self) -> frozenset[str]:
        """Return the totals that are rates."""
        return frozenset(id for id, relation in self.definitions.items() if relation.is_rate)

    @cached_property
    def unit_details(self) -> tuple[Detail, ...]:
        """Return the details of the unit, without what belongs to the report."""
        return tuple(detail for detail in self.details if detail.key not in (YEAR, BLANK_IS_ZERO))

    @cached_property
    def section_of_table(self) -> Mapping[str, Section]:
        """Return, for each table, the section it stands in."""
        return {section.table: section for section in self.sections if section.table}
