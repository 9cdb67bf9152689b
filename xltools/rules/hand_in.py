"""C: how a report was handed in to the office above."""

from collections.abc import Iterator

from xltools.form.unit import YEAR
from xltools.numerals import list_some
from xltools.report.filled import Report
from xltools.rules.rule import Case, Fault, Filing, Finding, judge, rule

LISTED, PLACES = 3, 10  # how many files and cells a message names


@rule("C201", "rival-reports", "error")
def rival_reports(case: Case) -> Iterator[Fault]:
    """Several files of one unit and year with different content: the one changed last counts."""
    if case.filing and case.filing.rivals:
        named = list_some(case.filing.rivals, LISTED, "等{}份")
        ids = tuple(id for id in case.filing.differing if id in case.form.figures)
        places = [case.book.figures[id].quoted for id in ids]
        differing = f"，与计入的有{len(ids)}格不同：{list_some(places, PLACES, '等')}" if ids else ""
        message = f"本单位另有报告未计入：{named}{differing}。请单位确认采用哪一份，其余移出文件夹。"
        yield Fault(message, figures=ids, actual=str(len(case.filing.rivals) + 1), expected="1")


@rule("C202", "not-in-roster", "warning")
def not_in_roster(case: Case) -> Iterator[Fault]:
    """A unit that the roster does not name, not even as a former name; or no unit is named."""
    if case.filing and not case.filing.in_roster:
        name = case.report.unit.name
        unknown = f"名册中没有“{name}”，未计入汇总。更名的在名册写明原单位名称，用简称的写明简称。"
        message = unknown if name else "报告中没有单位名称，未计入汇总。请单位补填后重新报送。"
        yield Fault(message, place=case.book.details["name"], actual=name)


@rule("C203", "year-not-collected", "error")
def year_not_collected(case: Case) -> Iterator[Fault]:
    """A report of another year than the one that is collected."""
    if case.filing and case.report.year != case.filing.year:
        found = f"报告年度为{case.report.year}" if case.report.year else "没有报告年度"
        message = f"{found}，本次收集{case.filing.year}年度，未计入汇总。请单位核对年度，重新报送。"
        yield Fault(message, place=case.book.details[YEAR], actual=str(case.report.year or ""), expected=str(case.filing.year))


def filing_findings(report: Report, filing: Filing, before: int = 0) -> tuple[Finding, ...]:
    """Return what is wrong with how a report was handed in; the findings are numbered from `before` + 1 on."""
    return tuple(judge(Case(report, filing=filing), (rival_reports, not_in_roster, year_not_collected), before))
