"""The kinds of check, what they look at, and what they find: Rule, Case, Fault and Finding."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, NamedTuple, TypedDict, Unpack

from xltools.form.book import Book, Place
from xltools.form.definition import Figure, Form
from xltools.numerals import Number, show
from xltools.prose.breakdowns import ProseBreakdown, find_breakdowns
from xltools.prose.claims import Claim, find_claims, speech_of
from xltools.prose.reader import read_prose
from xltools.prose.statements import Prose
from xltools.report.filled import Report, Value
from xltools.report.origin import Spot
from xltools.report.placeholders import fill, quantities
from xltools.report.provenance import Children
from xltools.rules.repair import Step

Severity = Literal["error", "warning", "notice"]
SEVERITY_NAMES: dict[Severity, str] = {"error": "错误", "warning": "待核", "notice": "提示"}
PLAIN_COUNT = 10**8  # the most 件 or 万元 that anyone can have counted
QUOTE = 30  # the most characters of prose that a message quotes
FAMILIES = {"V": "单个数据", "T": "表内勾稽", "N": "正文", "Y": "与上年度比较", "C": "完整与格式", "S": "工作簿"}


class Passage(NamedTuple):
    """A section's prose as it will be printed, and what it states."""

    section: str
    text: str
    prose: Prose
    breakdowns: tuple[ProseBreakdown, ...]
    claims: tuple[Claim, ...]


class Filing(NamedTuple):
    """How a report was handed in."""

    year: int  # the year that was collected
    in_roster: bool = True
    rivals: tuple[str, ...] = ()  # the other files of the same unit and year, which do not count
    differing: tuple[str, ...] = ()  # the figures that they do not have alike


@dataclass(frozen=True, eq=False, repr=False)
class Case:
    """What rules look at: a report, last year's and those of the units below where they are at hand."""

    report: Report
    previous: Report | None = None
    children: Children | None = None  # the reports of the units below, where the report is one that sums them up
    filing: Filing | None = None  # how it was handed in, where it was collected
    found: tuple[Finding, ...] = ()  # what the other rules found, for the rule on explanations, which is asked last

    @cached_property
    def last(self) -> Report | None:
        """Return last year's report as far as it can be compared: under this report's cell ids, blank where they mean something else."""
        if self.previous is None:
            return None

        from xltools.report.conversion import comparable_report

        return comparable_report(self.previous, self.form)

    @cached_property
    def unusual(self) -> tuple[tuple[Figure, Value], ...]:
        """Return the figures that hold anything but a plain count: text, decimals, numbers below 0 or beyond `PLAIN_COUNT`."""
        filled = ((id, value) for id, value in self.report.figures.items() if value is not None)
        odd = ((id, value) for id, value in filled if not (isinstance(value, int) and 0 <= value <= PLAIN_COUNT))
        return tuple((self.form.figures[id], value) for id, value in odd)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Return the names in braces that prose may use, with their text; none where it has no braces, since there are hundreds."""
        has_braces = any("{" in text or "｛" in text for text in self.report.texts.values())
        return quantities(self.report) if has_braces else {}

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Return the prose of each section, names in braces replaced by their figures, read once for all rules."""
        return tuple(self._passage(key, fill(text, self.names)) for key, text in self.report.texts.items())

    def _passage(self, key: str, text: str) -> Passage:
        speech = speech_of(self.form)
        prose = read_prose(text, speech.lexicon, self.report.year)
        return Passage(key, text, prose, tuple(find_breakdowns(prose)), tuple(find_claims(prose.statements, speech)))

    @property
    def form(self) -> Form:
        """Return the report's form."""
        return self.report.form

    def at(self, ids: Sequence[str], message: str, **more: Unpack[More]) -> Fault:
        """Return a fault of figures, at the cell of the first one."""
        first = self.form.figures[ids[0]]
        return Fault(message, self.book.figures[first.id], tuple(ids), self.form.section_of_table[first.table].key, **more)

    def within(self, section: str, message: str, text: str = "", position: int = 0, **more: Unpack[More]) -> Fault:
        """Return a fault of a section's prose, at the paragraph of a position in the text where that is known, else at its title."""
        area = self.book.texts.get(section)
        cells = self.report.origin.paragraph_cells.get(section, ())
        number = text.count("\n", 0, position)
        place = area and (area.paragraphs[cells[number]] if number < len(cells) else area.title)
        return Fault(message, place, section=section, **more)

    def said(self, passage: Passage, position: int, message: str, figures: tuple[str, ...] = (), **more: Unpack[More]) -> Fault:
        """Return a fault of a passage, at the paragraph of a position in it; `figures` are those that it speaks of."""
        return self.within(passage.section, message, passage.text, position, **more)._replace(figures=figures)

    @property
    def book(self) -> Book:
        """Return where things stand in the report's workbook."""
        return self.report.book


class Sides(TypedDict):
    """Both sides of what should be equal, and their difference."""

    actual: str
    expected: str
    difference: str


class More(TypedDict, total=False):
    """What a fault may say beside its message and its place; see there."""

    actual: str | None
    expected: str | None
    difference: str | None
    basis: str | None
    key: str
    severity: Severity | None


def sides(actual: Number, expected: Number) -> Sides:
    """Return two numbers that should be equal, and their difference."""
    return {"actual": show(actual), "expected": show(expected), "difference": show(actual - expected)}


class Fault(NamedTuple):
    """One violation as a rule saw it."""

    message: str  # what is wrong and what to do, without the place
    place: Place | None = None
    figures: tuple[str, ...] = ()
    section: str | None = None
    actual: str | None = None
    expected: str | None = None
    difference: str | None = None  # `actual` less `expected`
    basis: str | None = None
    key: str = ""  # what staff's explanation is kept by, "" where the rule and the place tell it
    severity: Severity | None = None  # where it is less than the rule's, since something else may be meant
    spot: Spot | None = None  # where it stands in a published file, where the figures do not tell it


class Rule(NamedTuple):
    """A kind of check. What staff read of it stands in rules.toml, what developers do in the docstring of `check`."""

    code: str
    name: str
    severity: Severity
    check: Callable[[Case], Iterator[Fault]]

    @property
    def family(self) -> str:
        """Return the letter of the rule's family."""
        return self.code[0]

    @property
    def title(self) -> str:
        """Return its title for staff."""
        return _texts()[self.code]["title"]

    @property
    def explanation(self) -> str:
        """Return what it looks for and what to do, for staff."""
        return _texts()[self.code]["explanation"]

    @property
    def reason(self) -> str:
        """Return why it must hold, in our own words, for staff."""
        return _texts()[self.code]["reason"]


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))


class Finding(NamedTuple):
    """A fault with its rule and its number in the report."""

    id: int
    rule: Rule
    fault: Fault
    because: int | None = None  # the number of the finding that it is a consequence of
    explanation: str | None = None
    repair: tuple[Step, ...] = ()  # the smallest change that mends it with all its consequences, where there is just one
    suspects: tuple[str, ...] = ()  # else the figures in question
    advice: str = ""  # either in words
    source: Spot | None = None  # where it stands in a published file
    where: str = ""  # the same in words

    @property
    def severity(self) -> Severity:
        """Return how grave it is: the rule's severity, unless the fault is doubtful."""
        return self.fault.severity or self.rule.severity

    @property
    def key(self) -> str:
        """Return what staff's explanation of it is kept by: the same as long as the same rule speaks of the same thing."""
        fault = self.fault
        place = f"{fault.place.sheet}!{fault.place.address}" if fault.place else ""
        return fault.key or f"{self.rule.name}:{next(iter(fault.figures), None) or fault.section or place}"

    @property
    def stake(self) -> str:
        """Return what an explanation of it excuses: the difference, else what stands there."""
        return self.fault.difference or self.fault.actual or ""

    @property
    def message(self) -> str:
        """Return where, what, and what to do."""
        place = self.fault.place
        where = self.where or (place.quoted if place else "")
        return f"{where} {self.fault.message}".lstrip()

    @property
    def basis(self) -> str:
        """Return the official text behind the finding, else the reason for it."""
        return self.fault.basis or self.rule.reason


def judge(case: Case, rules: Iterable[Rule], before: int = 0) -> Iterator[Finding]:
    """Yield what rules find in a case, with the official text that its form has for them, numbered from `before` + 1 on."""
    faults = ((rule, fault) for rule in rules for fault in rule.check(case))
    for number, (rule, fault) in enumerate(faults, before + 1):
        yield Finding(number, rule, fault if fault.basis else fault._replace(basis=case.form.sources.get(rule.name)))


def rule(code: str, name: str, severity: Severity) -> Callable[[Callable[[Case], Iterator[Fault]]], Rule]:
    """Decorate the function that checks, which makes a Rule of it."""
    return lambda check: Rule(code, name, severity, check)


def alike(code: str, name: str, severity: Severity, check: Callable[[Case, str], Iterator[Fault]], what: str) -> Rule:
    """Return a rule whose check serves several, and is given the name of the rule; `what` says exactly what is a violation."""

    def check_by_name(case: Case) -> Iterator[Fault]:
        return check(case, name)

    check_by_name.__doc__ = what
    return Rule(code, name, severity, check_by_name)


def quote(text: str, start: int, end: int) -> str:
    """Return the wording between two positions on one line, shortened in the middle where it is long."""
    wording = text[start:end].replace("\n", " ").strip()
    if len(wording) > QUOTE:
        wording = f"{wording[: QUOTE // 2]}…{wording[-QUOTE // 2 :]}"
    return f"“{wording}”"
