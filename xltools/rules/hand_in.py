"""C: how a report was handed in to the office above."""

from __future__ import annotations

from collections.abc import Iterator

from xltools.form.unit import YEAR
from xltools.numerals import list_some
from xltools.report.filled import Report
from xltools.rules.rule import Case, Fault, Filing, Finding, rule

COLLECTED = "《政府信息公开条例》第四十九条：每个单位每年提交一份上一年度的年度报告"
LISTED = 3
"""How many files a message names."""


@rule(
    "C201",
    "rival-reports",
    "error",
    title="同一单位有几份报告",
    explanation="收到同一单位、同一年度的几份内容不同的报告。计入的是最近改动的一份，其余不计。请向单位问清用哪一份，把其余的移出文件夹后再收。",
    basis=COLLECTED,
)
def rival_reports(case: Case) -> Iterator[Fault]:
    """Several files of one unit and year with different content: the one changed last counts."""
    if case.filing and case.filing.rivals:
        rivals = case.filing.rivals
        named = list_some(rivals, LISTED, "等 {} 份")
        yield Fault(f"本单位还有别的报告没有计入：{named}。请确认用哪一份，把其余的移出文件夹。", actual=str(len(rivals) + 1), expected="1")


@rule(
    "C202",
    "not-in-roster",
    "warning",
    title="单位不在名册里",
    explanation="报告的单位名称在名册里找不到，也不是名册所列的曾用名。更名的，请把原名写进名册的“原单位名称”；公布的报告标题用简称的，请在名册加一栏“单位简称”；名称写错的，请单位改正；不归本级收的，请移走。名册以外的单位不计入汇总。",
    basis="收集的范围以名册为准",
)
def not_in_roster(case: Case) -> Iterator[Fault]:
    """A unit that the roster does not name, not even as a former name."""
    if case.filing and not case.filing.in_roster:
        name = case.report.unit.name
        yield Fault(
            f"名册中没有“{name}”，没有计入汇总。更名的请在名册中写明原单位名称，用简称的请写明单位简称。",
            place=case.book.details["name"],
            actual=name,
        )


@rule(
    "C203",
    "year-not-collected",
    "error",
    title="不是所收年度的报告",
    explanation="这次收的是另一个年度。年度填错的，请单位改正；交错文件的，请单位另交。它不计入汇总。",
    basis=COLLECTED,
)
def year_not_collected(case: Case) -> Iterator[Fault]:
    """A report of another year than the one that is collected."""
    if case.filing and case.report.year != case.filing.year:
        found = f"报告年度是{case.report.year}年" if case.report.year else "没有写明年度"
        yield Fault(
            f"{found}，本次汇总的是{case.filing.year}年度，没有计入。请核对年度或重新报送。",
            place=case.book.details[YEAR],
            actual=str(case.report.year or ""),
            expected=str(case.filing.year),
        )


RULES = (rival_reports, not_in_roster, year_not_collected)


def filing_findings(report: Report, filing: Filing, before: int = 0) -> tuple[Finding, ...]:
    """Return what is wrong with how a report was handed in; the findings are numbered from `before` + 1 on."""
    case = Case(report, filing=filing)
    faults = [(rule, fault) for rule in RULES for fault in rule.check(case)]
    return tuple(Finding(number, rule, fault) for number, (rule, fault) in enumerate(faults, before + 1))
