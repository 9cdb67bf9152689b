"""Relations: figures of a report, or of two years, that must reconcile; and how they read in words."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple

from xltools.numerals import Number, gap, show

SUM_RULES = ("row-total", "results-total", "block-total", "unbalanced")  # of these, blank figures count as 0
RELATION_RULES = (*SUM_RULES, "computed-mismatch", "rate-mismatch", "limit-exceeded", "condition-unmet")
"""The kinds of relation within a report that a form may use, by the name of the rule that speaks of them."""
Sign = Literal["=", "<=", ">=", "<", ">"]
SIGNS: Mapping[Sign, str] = {"=": "＝", "<=": "≤", ">=": "≥", "<": "＜", ">": "＞"}
LONG_SUM = 3  # longer ones are shortened in words
Need = Literal["filled", "any", "blank"]  # what a condition asks of figures and prose: all filled in, one of them, or all empty
YEAR_RULES = ("carry-over-mismatch", "stock-mismatch")  # the kinds of relation with last year's report


class Term(NamedTuple):
    """A figure within a relation, the short name it goes by there, and what it is multiplied by."""

    figure: str
    name: str
    weight: Number = 1


def sum_in_words(terms: Iterable[Term], constant: Number = 0, told: Callable[[Term], str] = lambda term: term.name) -> str:
    """Return a sum in words: `收到－3×转办＋100`; `told` says each term."""
    words = ""
    for term in terms:
        times = "" if term.weight in (1, -1) else f"{show(gap(term.weight, 0))}×"
        words += ("－" if term.weight < 0 else "＋" if words else "") + times + told(term)
    if constant or not words:
        words += ("－" if constant < 0 else "＋" if words else "") + show(gap(constant, 0))
    return words


class Condition(NamedTuple):
    """A figure compared with a number or a text; it is not met where the figure is blank or no number."""

    term: Term
    sign: Sign
    value: Number | str

    @property
    def what(self) -> str:
        """Return the condition in words: `收到＞0`."""
        return f"{self.term.name}{SIGNS[self.sign]}{self.value if isinstance(self.value, str) else show(self.value)}"


class Relation(NamedTuple):
    """Figures of one report that must reconcile: the left terms add up to the right terms, or the sides compare as `sign` says."""

    rule: str
    basis: str
    table: str = ""
    subject: str = ""  # the row or column that it speaks of
    total: str | None = None  # the figure that it defines, None for what is only checked
    left: tuple[Term, ...] = ()
    right: tuple[Term, ...] = ()
    over: tuple[Term, ...] = ()  # of a rate, what the right side is divided by, then times `scale` and rounded to `places`
    scale: int = 1
    places: int = 0
    sign: Sign = "="
    constants: tuple[Number, Number, Number] = (0, 0, 0)  # what is added to the left and the right side and to `over`
    tolerance: Number = 0
    severity: Literal["warning", "notice"] | None = None
    when: Condition | None = None
    need: Need | None = None
    needs: tuple[Term, ...] = ()  # the figures and sections of prose that a `need` speaks of; then there are no sides
    sections: frozenset[str] = frozenset()  # which of `needs` are prose

    @property
    def parts(self) -> tuple[Term, ...]:
        """Return what the right side is made of."""
        return (*self.right, *self.over)

    @property
    def figures(self) -> tuple[str, ...]:
        """Return the cell ids, the total first; for a balance its last term first (结转下年度)."""
        ids = [term.figure for term in (*self.left, *self.right)]
        if not self.total and self.rule in SUM_RULES:
            ids = [ids[-1], *ids[:-1]]
        if not (self.over or self.when):  # nearly all have neither
            return tuple(ids)
        more = (*self.needs, *self.over, *([self.when.term] if self.when else ()))
        return tuple(dict.fromkeys((*ids, *(term.figure for term in more if term.figure not in self.sections))))

    @property
    def id(self) -> str:
        """Return the name of this relation within its form, such as `row-total:requests.received.total`."""
        if self.sign == "=" and not self.when:
            return f"{self.rule}:{self.figures[0]}"
        first, *others = dict.fromkeys((*self.figures, *(term.figure for term in self.needs)))
        return f"{self.rule}:{first}{self.sign}{','.join(others)}"

    @property
    def is_rate(self) -> bool:
        """Tell whether its right side is a rate."""
        return self.rule == "rate-mismatch"

    @property
    def is_linear(self) -> bool:
        """Tell whether it says no more than that two sums of figures are equal."""
        return self.sign == "=" and not (self.is_rate or self.need or self.when or self.tolerance or any(self.constants))

    @property
    def formula(self) -> str:
        """Return the right side in words, a long sum shortened: `（办结＋转办）÷收到×100`."""
        right = sum_in_words(self.right, self.constants[1])
        if len(self.right) > LONG_SUM and all(term.weight == 1 for term in self.right):
            right = f"{self.right[0].name}＋…＋{self.right[-1].name}"
        if not self.is_rate:
            return right
        whole = sum_in_words(self.over, self.constants[2])
        top, bottom = (f"（{text}）" if re.search("[＋－]", text) else text for text in (right, whole))
        return f"{top}÷{bottom}{f'×{self.scale}' if self.scale > 1 else ''}"

    @property
    def what(self) -> str:
        """Return what it says in words: `来信：办结≤收到`."""
        condition = f"{self.when.what}时，" if self.when else ""
        if self.need:
            names = "、".join(term.name for term in self.needs)
            said = {"filled": f"填写{names}", "any": f"{names}至少填一处", "blank": f"{names}空白"}[self.need]
        else:
            said = f"{sum_in_words(self.left, self.constants[0])}{SIGNS[self.sign]}{self.formula}"
        return f"{self.lead}{condition}{said}"

    @property
    def lead(self) -> str:
        """Return its subject as messages begin with it, "" where it has none."""
        return f"{self.subject}：" if self.subject else ""


class YearRelation(NamedTuple):
    """Figures of this year and of last year that must reconcile: `this` adds up to `plus` and last year's `last`."""

    rule: str
    table: str
    subject: str
    this: tuple[Term, ...]
    plus: tuple[Term, ...]
    last: tuple[Term, ...]
    basis: str
