"""Rule, Fault and Finding: a kind of check, what it saw, and what is reported of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from xltools.book import Book, Place, plan_book
from xltools.form import Form
from xltools.report import Report

Severity = Literal["error", "warning", "notice"]
SEVERITY_NAMES: dict[Severity, str] = {"error": "错误", "warning": "警告", "notice": "提示"}
FAMILIES = {
    "V": "单个数字",
    "T": "表内勾稽",
    "N": "正文",
    "Y": "与上年度比较",
    "C": "完整与格式",
    "S": "工作簿",
}


@dataclass(frozen=True, slots=True)
class Case:
    """What rules look at: a report, and last year's where it is at hand."""

    report: Report
    previous: Report | None = None

    @property
    def form(self) -> Form:
        """The report's form."""
        return self.report.form

    @property
    def book(self) -> Book:
        """Where everything stands in the form's workbook."""
        return plan_book(self.report.form)


@dataclass(frozen=True, slots=True)
class Fault:
    """One violation as a rule saw it.

    `message` says what is wrong and what to do, without the place. `actual` and `expected` are both sides, `difference`
    the first less the second. `key` is what staff's explanation is kept by, "" where they can give none.
    """

    message: str
    place: Place | None = None
    figures: tuple[str, ...] = ()
    section: str | None = None
    actual: str | None = None
    expected: str | None = None
    difference: str | None = None
    basis: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of check. `title` and `explanation` are for staff, `doc` is the check's docstring."""

    code: str
    name: str
    severity: Severity
    title: str
    explanation: str
    basis: str
    doc: str
    check: Callable[[Case], Iterator[Fault]]

    @property
    def family(self) -> str:
        """The letter of the rule's family."""
        return self.code[0]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault with its rule and its number in the report; `because` is the number of the finding that it is a consequence of."""

    id: int
    rule: Rule
    fault: Fault
    because: int | None = None
    explanation: str | None = None

    @property
    def message(self) -> str:
        """Where, what, and what to do."""
        place = self.fault.place
        return f"{place.sheet}!{place.address} {self.fault.message}" if place else self.fault.message

    @property
    def basis(self) -> str:
        """The official sentence behind the finding."""
        return self.fault.basis or self.rule.basis


def rule(
    code: str, name: str, severity: Severity, *, title: str, explanation: str, basis: str
) -> Callable[[Callable[[Case], Iterator[Fault]]], Rule]:
    """A decorator that makes a Rule of the function that checks."""

    def make(check: Callable[[Case], Iterator[Fault]]) -> Rule:
        return Rule(code, name, severity, title, explanation, basis, check.__doc__ or "", check)

    return make
