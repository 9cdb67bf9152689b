"""A report: one unit's figures and prose for one year, as filled in or as published. It holds, it never judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from xltools.form.book import Place
from xltools.form.definition import Form, Relation, Term
from xltools.form.unit import Unit
from xltools.numerals import Number, is_blank, is_number
from xltools.report.active_content import Active
from xltools.report.publication import Publication

Value = int | Decimal | str | None
"""A figure as filled in: a number, None for blank, or the raw text where it is not a number."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A total of the prose and its named parts, in `unit` (条, 件, …)."""

    section: str
    label: str
    unit: str
    total: Value
    parts: tuple[tuple[str, Value], ...]

    @property
    def sides(self) -> tuple[Number, Number]:
        """The total and the sum of the parts, equal where no part has a number; blank and text count as 0."""
        numbers = [value for _, value in self.parts if is_number(value)]
        total = self.total if is_number(self.total) else 0
        return total, sum(numbers) if numbers else total


@dataclass(frozen=True, slots=True)
class Alteration:
    """A locked cell of a workbook that no longer holds what the form put there, "" for nothing."""

    place: Place
    expected: str
    found: str


@dataclass(frozen=True)
class Origin:
    """How a report came to be read: what only a workbook knows is empty for every other kind, as is `publication` but for a
    published file.

    `calculated` holds what the spreadsheet program stored as the result of each total's formula; `overwritten` the totals
    whose formula is gone; `displaced` the sheets, and `unread` the tables, whose content could not be trusted to stand in its
    cells and was not read; `paragraph_cells` the number of the cell, within its section, of each paragraph. `active` tells what else
    is in the file that could run, fetch or change.
    """

    kind: Literal["workbook", "json", "docx", "html", "text", "pdf"] = "json"
    calculated: Mapping[str, Value] = field(default_factory=dict)
    overwritten: tuple[str, ...] = ()
    altered: tuple[Alteration, ...] = ()
    missing_sheets: tuple[str, ...] = ()
    extra_sheets: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()
    displaced: frozenset[str] = frozenset()
    paragraph_cells: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    active: tuple[Active, ...] = ()
    publication: Publication = field(default_factory=Publication)


@dataclass(frozen=True)
class Report:
    """One unit's figures and prose for one year.

    `figures` has every input, and of the totals those that were stored as a value of their own (published, imported, typed
    over); a total that is not there is computed. `typed` keeps the text of the figures that were typed as text and understood.
    `texts` maps section keys to paragraphs separated by a line feed. `explanations` maps the id of a relation or of a
    breakdown (`breakdown:1`) to the reason staff gave for letting its finding stand. `has_prose` is False for figures alone.
    `excused` tells for an explanation what it excuses, the difference at the time; where it is another now, the explanation
    has lapsed. `titles` are the sections' titles as published, in their order; empty where they are the form's.
    """

    form: Form
    year: int | None
    unit: Unit
    figures: Mapping[str, Value]
    texts: Mapping[str, str]
    breakdowns: tuple[Breakdown, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    blank_is_zero: bool = False
    has_prose: bool = True
    titles: Mapping[str, str] = field(default_factory=dict)
    explanations: Mapping[str, str] = field(default_factory=dict)
    excused: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = field(default_factory=Origin)

    @cached_property
    def computed(self) -> Mapping[str, Number]:
        """Every figure with all totals computed from the inputs; blank and text count as 0."""
        return settle(self.form, {id: self.figures.get(id) for id in self.form.figures if id not in self.form.definitions})

    @cached_property
    def numbers(self) -> Mapping[str, Number]:
        """Every figure as a number: as stored, totals that are not stored computed; blank and text count as 0."""
        return settle(self.form, self.figures) if self.stored_totals else self.computed

    @cached_property
    def unread(self) -> frozenset[str]:
        """The figures that stand in the file but could not be read: nothing can be said of them."""
        tables = {id for id, figure in self.form.figures.items() if figure.table in self.origin.unread}
        return frozenset(tables | self.origin.publication.unread.keys())

    @property
    def is_published(self) -> bool:
        """Whether it was read from a published file, not from a workbook or its JSON."""
        return self.origin.kind not in ("workbook", "json")

    def is_read(self, relation: Relation) -> bool:
        """Whether all figures of a relation could be read."""
        return not self.unread or self.unread.isdisjoint(relation.figures)

    @cached_property
    def stored_totals(self) -> tuple[str, ...]:
        """The totals that stand in the report as a value of their own."""
        return tuple(id for id in self.form.definitions if id in self.figures)

    def text(self, key: str) -> str:
        """The prose of a section, "" where there is none."""
        return self.texts.get(key, "")

    def paragraphs(self, key: str) -> tuple[str, ...]:
        """The paragraphs of a section's prose, as typed."""
        return tuple(self.text(key).split("\n")) if self.text(key) else ()

    def is_known(self, id: str) -> bool:
        """Whether a figure is a number for sure: stored as one, or computed from figures that all are."""
        if id in self.figures:
            return is_number(self.figures[id]) or (self.figures[id] is None and self.blank_is_zero)
        return all(self.is_known(term.figure) for term in self.form.definitions[id].right)

    def shown(self, id: str) -> Value:
        """What stands in a figure's cell of the finished report.

        A total that nobody stored is blank where everything that it adds up is blank; blank inputs are 0 where staff said so.
        """
        if id in self.figures:
            value = self.figures[id]
        elif any(self.shown(term.figure) is not None for term in self.form.definitions[id].right):
            value = self.numbers[id]
        else:
            value = None
        return 0 if value is None and self.blank_is_zero else value


def settle(form: Form, figures: Mapping[str, Value]) -> dict[str, Number]:
    """Every figure of the form as a number: 0 for blank and text, totals that `figures` lacks added up from the others."""
    numbers: dict[str, Number] = {
        id: value if isinstance(value, (int, Decimal)) else 0 for id, value in figures.items() if id in form.figures
    }
    missing = [id for id in form.figures if id not in numbers]
    for id in missing:
        if id not in form.definitions:
            numbers[id] = 0

    def value_of(id: str) -> Number:
        if id not in numbers:
            numbers[id] = sum(value_of(term.figure) for term in form.definitions[id].right)
        return numbers[id]

    for id in missing:
        value_of(id)
    return numbers


def add_up(terms: Iterable[Term], numbers: Mapping[str, Number]) -> Number:
    """The sum of the terms' figures."""
    return sum(numbers[term.figure] for term in terms)


def holds(relation: Relation, numbers: Mapping[str, Number]) -> bool:
    """Whether both sides of the relation are equal."""
    return add_up(relation.left, numbers) == add_up(relation.right, numbers)


def join_paragraphs(lines: Iterable[str]) -> str:
    """Prose from its paragraphs; those with nothing to see are left out."""
    return "\n".join(line for line in lines if not is_blank(line))
