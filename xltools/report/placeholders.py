"""Names in braces that staff may put in prose, such as {新收申请总数}, and the text that each of them stands for."""

import re
from collections.abc import Mapping

from xltools.form.unit import DETAILS, UNIT_DETAILS
from xltools.numerals import BLANKS, Number, is_number, show
from xltools.report.filled import UNREAD_MARK, Report

BRACES = re.compile(r"[{｛]([^{}｛｝\n]*)[}｝]")


def quantities(report: Report) -> Mapping[str, str]:
    """Return the names that this report's prose may use, with their text. A detail not filled in is none: its braces stay to be found."""
    details = {name: text for name, text in facts(report).items() if text}
    unread = {name for name, ids in report.form.quantities.items() if report.unread and any(report.is_unread(id) for id in ids)}
    return {name: UNREAD_MARK if name in unread else show(number) for name, number in amounts(report).items()} | details


def amounts(report: Report) -> dict[str, Number]:
    """Return the names that stand for a number: the form's quantities and the totals of the breakdowns."""
    found = {name: sum(report.numbers[id] for id in ids) for name, ids in report.form.quantities.items()}
    for breakdown in report.breakdowns:
        label = BLANKS.sub("", breakdown.label)
        if label and is_number(breakdown.total):
            # an official quantity of the same name keeps its meaning
            found.setdefault(f"{label}总数", breakdown.total)
    return found


def facts(report: Report) -> dict[str, str]:
    """Return the names that stand for the years and the unit's details, "" where they were not filled in."""
    details = {detail.label: report.unit.detail(detail.key) for detail in UNIT_DETAILS if detail.key != "former_name"}
    years = {"报告年度": "", "上年度": ""} if report.year is None else {"报告年度": str(report.year), "上年度": str(report.year - 1)}
    return {**details, "单位简称": report.unit.title_name, **years, **own_details(report)}


def own_details(report: Report) -> dict[str, str]:
    """Return what was filled in for the details that the form has of its own, by their labels, "" where nothing was."""
    return {detail.label: report.unit.detail(detail.key) for detail in report.form.unit_details if detail not in DETAILS}


def fill(text: str, names: Mapping[str, str]) -> str:
    """Replace every known name in braces, half or full width; unknown ones stay as typed."""
    return BRACES.sub(lambda found: names.get(_name(found), found[0]), text)


def unknown(text: str, names: Mapping[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the names in braces that stand for nothing, each with the known names nearest to it."""
    wrong = [name for name in dict.fromkeys(_name(found) for found in BRACES.finditer(text)) if name and name not in names]
    if not wrong:
        return ()
    from difflib import get_close_matches  # rarely needed, and slow to import

    return tuple((name, tuple(get_close_matches(name, names, n=3))) for name in wrong)


def _name(found: re.Match[str]) -> str:
    return BLANKS.sub("", found[1])
