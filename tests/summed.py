"""Four villages, and sums of them."""

from __future__ import annotations

from dataclasses import replace

from tests.reports import FORM, TEXTS, balanced_figures, report
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.report.filled import Report, Value
from xltools.report.sums import RollUp, sum_reports
from xltools.rules.review import review

COUNTY = "示例县人民政府"
RECEIVED = "requests.received.natural_person"
TOTAL = "requests.received.total"
FIND = find_form(None)


def unit(name: str, seed: int, **figures: Value) -> Report:
    """Return a report that balances, but for `figures`."""
    return report({**balanced_figures(seed), **figures}, unit=Unit(name=name))


def summed(*reports: Report, name: str = COUNTY) -> RollUp:
    """Return what an office makes of these reports."""
    return sum_reports(FORM, Unit(name=name), 2024, reports)


def written(summed_up: RollUp) -> Report:
    """Return a sum whose office has written its prose."""
    return replace(summed_up.report, texts=TEXTS)


def lacking(summed_up: Report) -> list[str]:
    """Return the names of the rules that find a unit missing from a sum."""
    return [finding.rule.name for finding in review(summed_up).findings if finding.rule.name.startswith("unit-")]


VILLAGES = [unit(f"示例县第{seed}村", seed) for seed in range(4)]
WHOLE = written(summed(*VILLAGES))
RIGHT = sum(one.numbers[TOTAL] for one in VILLAGES)
"""What is in the cell `TOTAL` of any sum in which each village is counted once."""
