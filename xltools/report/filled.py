"""A report: one unit's figures and prose for one year, as filled in or as published. It holds, it never judges."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import NamedTuple

from xltools.form.book import Book, BreakdownArea, plan_book
from xltools.form.definition import Form
from xltools.form.relations import SUM_RULES, Condition, Relation, Sign, Term
from xltools.form.unit import Unit
from xltools.numerals import Number, from_decimal, gap, grouped, is_blank, is_number
from xltools.report.origin import Origin
from xltools.report.provenance import Lack, Provenance

Value = int | Decimal | str | None  # a figure as filled in: a number, None for blank, or the raw text where it is not a number
UNREAD_MARK = "〔未识别〕"  # what is shown in the place of a figure or of prose that could not be read


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
        """Return the total and the sum of the parts, equal where no part has a number; blank and text count as 0."""
        numbers = [value for _, value in self.parts if is_number(value)]
        total = self.total if is_number(self.total) else 0
        return total, sum(numbers) if numbers else total


class Unread(NamedTuple):
    """What stands in a file and could not be read: figures of a table, or the prose of a section; `reason` is a sentence for staff."""

    table: str | None
    figures: tuple[str, ...]
    section: str | None
    reason: str


@dataclass(frozen=True)
class Report:
    """One unit's figures and prose for one year."""

    form: Form
    year: int | None
    unit: Unit
    figures: Mapping[str, Value]  # every input, and the totals stored as a value of their own (published, imported, typed over)
    texts: Mapping[str, str]  # by section, the paragraphs separated by a line feed
    breakdowns: tuple[Breakdown, ...] = ()
    unread: tuple[Unread, ...] = ()  # what stood in the file and is not known: neither blank nor 0
    typed: Mapping[str, str] = field(default_factory=dict)  # the text of the figures that were typed as text and understood
    blank_is_zero: bool = False
    has_prose: bool = True  # False for figures alone
    titles: Mapping[str, str] = field(default_factory=dict)  # the sections' as published, in their order; empty where they are the form's
    explanations: Mapping[str, str] = field(default_factory=dict)  # staff's reasons for letting findings stand, by the findings' keys
    excused: Mapping[str, str] = field(default_factory=dict)  # by the same keys, the difference each was given for, with which it lapses
    origin: Origin = field(default_factory=Origin)
    provenance: Provenance | None = None  # of a sum of reports, what it is the sum of

    @property
    def is_published(self) -> bool:
        """Tell whether it was read from a published file, not from a workbook or its JSON."""
        return self.origin.kind not in ("workbook", "json")

    @property
    def book(self) -> Book:
        """Return where each thing stands in the workbook that it was read from, or that would be made of it."""
        return self.origin.book or plan_book(self.form)

    @cached_property
    def computed(self) -> Mapping[str, Number]:
        """Return every figure with all totals computed from the inputs; blank and text count as 0."""
        return settle(self.form, {id: self.figures.get(id) for id in self.form.figures if id not in self.form.definitions})

    @cached_property
    def numbers(self) -> Mapping[str, Number]:
        """Return every figure as a number: as stored, totals that are not stored computed; blank and text count as 0."""
        return settle(self.form, self.figures) if self.stored_totals else self.computed

    @cached_property
    def stored_totals(self) -> tuple[str, ...]:
        """Return the totals that stand in the report as a value of their own."""
        return tuple(id for id in self.form.definitions if id in self.figures)

    @cached_property
    def unread_figures(self) -> frozenset[str]:
        """Return the figures that could not be read: nothing can be said of them."""
        return frozenset(id for unread in self.unread for id in unread.figures)

    @cached_property
    def unread_sections(self) -> frozenset[str]:
        """Return the sections whose prose could not be read."""
        return frozenset(unread.section for unread in self.unread if unread.section)

    @cached_property
    def incomplete_figures(self) -> frozenset[str]:
        """Return, of a sum of reports, the figures that lack what some unit's report does not tell: they are the sum of what is known."""
        return frozenset(id for one in self.provenance.not_known for id in one.figures) if self.provenance else frozenset()

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """Return, of a sum of reports, what is lacking in it and was not explained."""
        return tuple(lack for lack in self.provenance.lacks if lack.key not in self.explanations) if self.provenance else ()

    def is_read(self, relation: Relation) -> bool:
        """Tell whether all figures of a relation could be read, and in a sum those of every unit."""
        return not any(self.is_unread(id) or self.is_incomplete(id) for id in relation.figures)

    def is_unread(self, id: str) -> bool:
        """Tell whether a figure could not be read, or is computed from one that could not."""
        return bool(self.unread_figures) and not self.unread_figures.isdisjoint((id, *self.sources(id)))

    def is_incomplete(self, id: str) -> bool:
        """Tell whether a figure, or one that it is computed from, is a sum that lacks some unit's number."""
        return bool(self.incomplete_figures) and not self.incomplete_figures.isdisjoint((id, *self.sources(id)))

    def sources(self, id: str) -> tuple[str, ...]:
        """Return the figures that a figure comes from: itself where it was filled in or stored, else those of its parts."""
        if id in self.figures or id not in self.form.definitions:
            return (id,)
        return tuple(source for term in self.form.definitions[id].parts for source in self.sources(term.figure))

    def is_known(self, id: str) -> bool:
        """Tell whether a figure is a number for sure: stored as one, or computed from figures that all are; no sum that lacks something."""
        if self.is_unread(id) or self.is_incomplete(id):
            return False
        values = (self.figures.get(source) for source in self.sources(id))
        return all(is_number(value) or (value is None and self.blank_is_zero) for value in values)

    def known_number(self, id: str) -> Number | None:
        """Return the number that a figure stands for, 0 where blank; None where it rests on text, was not read or lacks something."""
        if self.is_unread(id) or self.is_incomplete(id) or any(isinstance(self.figures.get(source), str) for source in self.sources(id)):
            return None
        return self.numbers[id]

    def shown(self, id: str) -> Value:
        """Return what stands in a figure's cell of the finished report; None for what is unread, and for a total of nothing but blanks."""
        if self.is_unread(id) or (id not in self.figures and not self.has_result(id)):
            return None
        value = self.figures.get(id)
        if id not in self.figures and any(self.figures.get(source) is not None for source in self.sources(id)):
            value = self.numbers[id]
        return 0 if value is None and self.blank_is_zero and not self.form.figures[id].is_words else value

    def has_result(self, id: str) -> bool:
        """Tell whether a figure can be computed: no rate is where what it is divided by is 0."""
        relation = self.form.definitions.get(id)
        return not relation or right_side(relation, self.numbers) is not None

    def fulfils(self, relation: Relation) -> bool:
        """Tell whether a relation holds, or says nothing of this report: its condition is not met, or some number in it is not known."""
        if relation.when and not self.is_met(relation.when):
            return True
        if relation.need:
            return not self.unmet(relation)
        if relation.rule not in SUM_RULES and not all(self.is_known(term.figure) for term in (*relation.left, *relation.parts)):
            return True
        return holds(relation, self.numbers)

    def is_met(self, condition: Condition) -> bool:
        """Tell whether the condition of a relation is met; none is by a figure that is blank or no number."""
        id = condition.term.figure
        if isinstance(condition.value, str):
            return self.figures.get(id) == condition.value
        return self.is_known(id) and compare(self.numbers[id], condition.sign, condition.value)

    def unmet(self, relation: Relation) -> tuple[Term, ...]:
        """Return which of the needs of a condition are not filled in, all where one would do, or not empty, as a 0 is; prose not known is none."""
        if relation.sections and (not self.has_prose or not relation.sections.isdisjoint(self.unread_sections)):
            return ()
        found = {term: self.text(term.figure) if term.figure in relation.sections else self.shown(term.figure) for term in relation.needs}
        if relation.need == "blank":
            return tuple(term for term, value in found.items() if value)
        missing = tuple(term for term, value in found.items() if value is None or value == "")
        return () if relation.need == "any" and len(missing) < len(found) else missing

    def text(self, key: str) -> str:
        """Return the prose of a section, "" where there is none."""
        return self.texts.get(key, "")

    def paragraphs(self, key: str) -> tuple[str, ...]:
        """Return the paragraphs of a section's prose, as typed."""
        return tuple(self.text(key).split("\n")) if self.text(key) else ()


def place_breakdowns(report: Report) -> Iterator[BreakdownArea | None]:
    """Yield the table in the workbook of each breakdown: the first free one of its section with enough rows, None where there is none."""
    free = list(report.book.breakdowns)
    for breakdown in report.breakdowns:
        fits = (area for area in free if area.slot.section == breakdown.section and len(breakdown.parts) <= area.slot.parts)
        if area := next(fits, None):
            free.remove(area)
        yield area


def unread_by_reason(form: Form, reasons: Mapping[str, str]) -> tuple[Unread, ...]:
    """Return figures that could not be read by table and by reason; `reasons` has one for each."""
    groups = grouped(((form.figures[id].table, reason), id) for id, reason in reasons.items())
    return tuple(Unread(table, tuple(ids), None, reason) for (table, reason), ids in groups.items())


def still_unread(unread: Iterable[Unread], figures: Mapping[str, Value], texts: Container[str]) -> tuple[Unread, ...]:
    """Return what of `unread` nobody has filled in since: the figures without a value, the sections without a text."""
    left = (one._replace(figures=tuple(id for id in one.figures if figures.get(id) is None)) for one in unread)
    return tuple(one for one in left if one.figures or (one.section and one.section not in texts))


def unread_table(form: Form, table: str, reason: str) -> Unread:
    """Return a table none of whose figures could be read."""
    return Unread(table, tuple(id for id, figure in form.figures.items() if figure.table == table), None, reason)


def settle(form: Form, figures: Mapping[str, Value]) -> dict[str, Number]:
    """Return every figure of the form as a number: 0 for blank and text, totals that `figures` lacks added up from the others."""
    numbers: dict[str, Number] = {id: value if is_number(value) else 0 for id, value in figures.items() if id in form.figures}
    numbers |= dict.fromkeys((id for id in form.figures if id not in numbers and id not in form.definitions), 0)

    def compute(id: str) -> None:
        relation = form.definitions[id]
        for term in relation.parts:
            if term.figure not in numbers:
                compute(term.figure)
        numbers[id] = right_side(relation, numbers) or 0

    for id in form.definitions:
        if id not in numbers:
            compute(id)
    return numbers


def add_up(terms: Iterable[Term], numbers: Mapping[str, Number]) -> Number:
    """Return the sum of the terms' figures, each times its weight."""
    return sum([numbers[term.figure] * term.weight for term in terms])


def left_side(relation: Relation, numbers: Mapping[str, Number]) -> Number:
    """Return what the left side of a relation comes to."""
    return add_up(relation.left, numbers) + relation.constants[0]


def right_side(relation: Relation, numbers: Mapping[str, Number]) -> Number | None:
    """Return what the right side of a relation comes to: a sum, or a rate, rounded half up; None for a rate of nothing."""
    total = add_up(relation.right, numbers) + relation.constants[1]
    if not relation.is_rate:
        return total
    whole = add_up(relation.over, numbers) + relation.constants[2]
    if not whole:
        return None
    return from_decimal((Decimal(total) * relation.scale / Decimal(whole)).quantize(Decimal(1).scaleb(-relation.places), ROUND_HALF_UP))


def compare(one: Number, sign: Sign, other: Number, tolerance: Number = 0) -> bool:
    """Tell whether two numbers compare as the sign says, give or take the tolerance."""
    more = gap(one, other) if sign == "=" else one - other if "<" in sign else other - one
    return more < tolerance if sign in "<>" else more <= tolerance


def holds(relation: Relation, numbers: Mapping[str, Number]) -> bool:
    """Tell whether the sides of the relation compare as they should; those of a condition on blanks, or a rate of nothing, are not judged."""
    right = right_side(relation, numbers)
    return bool(relation.need) or right is None or compare(left_side(relation, numbers), relation.sign, right, relation.tolerance)


def join_paragraphs(lines: Iterable[str]) -> str:
    """Join paragraphs to prose; those with nothing to see are left out."""
    return "\n".join(line for line in lines if not is_blank(line))
