"""Real published reports, read whole: every figure as a person read it, and just the faults that a person found."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.needed import SHARED, beside
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.rules.review import review

REPORTS = {
    "hongze_district_2023": SHARED / "reports" / "hongze_district_2023.pdf",
    "hongze_district_2024": SHARED / "reports" / "hongze_district_2024.pdf",
    "shanghai_kewei_2024": SHARED / "reports" / "shanghai_kewei_2024.md",
    "zhangshu_changfu_town_2023": SHARED / "seed" / "changfu-2023.txt",
}
FAULTS = {
    "hongze_district_2023": [
        ("block-total", "0", "11"),
        ("block-total", "0", "5"),
    ],
    "hongze_district_2024": [],
    "shanghai_kewei_2024": [
        ("breakdown-mismatch", "2139", "2160"),
        ("row-total", None, "1"),
        ("unbalanced", "36", "35"),
    ],
    "zhangshu_changfu_town_2023": [("breakdown-mismatch", "392", "384")],
}
pytestmark = beside(SHARED)


def read(path: Path) -> Report:
    return read_report(path, find_form(None))


@pytest.mark.parametrize("name", REPORTS)
def test_every_figure_is_the_printed_one(name: str) -> None:
    truth = json.loads((SHARED / "reports" / "truth" / f"{name}.figures.json").read_text(encoding="utf-8"))
    report = read(REPORTS[name])
    assert report.form.id == truth["form"]
    assert report.year == truth["year"]
    printed = {id: Decimal(value) if isinstance(value, str) else value for id, value in truth["figures"].items()}
    assert {id: report.figures[id] for id in printed} == printed
    assert not report.unread_figures


@pytest.mark.parametrize("name", REPORTS)
def test_its_real_faults_are_found_and_no_others(name: str) -> None:
    found = [finding for finding in review(read(REPORTS[name])).findings if finding.severity == "error"]
    assert sorted((f.rule.name, f.fault.actual or "", f.fault.expected) for f in found) == sorted(
        (rule, actual or "", expected) for rule, actual, expected in FAULTS[name]
    )


def test_the_report_of_2019_is_read_in_its_own_edition() -> None:
    truth = json.loads((SHARED / "reports" / "truth" / "shanghai_office_2019.json").read_text(encoding="utf-8"))
    report = read(SHARED / "reports" / "shanghai_office_2019.html")
    assert report.form.id == "govinfo-2019"
    columns = [column.key for column in report.form.tables[1].blocks[0].columns.leaves]
    rows = [row.key for row in report.form.tables[1].blocks[0].rows.leaves]
    for key, printed in zip(rows, truth["table3"]["rows"], strict=True):
        assert [report.figures[f"requests.{key}.{column}"] for column in columns] == printed["values"], printed["label"]
    for block, printed in zip(("reconsideration", "suit_direct", "suit_after_reconsideration"), truth["table4"].values(), strict=True):
        read_values = [report.figures[f"litigation.{block}.{key}"] for key in ("upheld", "corrected", "other", "pending", "total")]
        assert read_values == list(printed.values())
    stated = [value for id, value in report.figures.items() if id.startswith("disclosure.") and value]
    assert stated == [13, 13, 524, 60, 60, 368, 6, 251000]


def test_the_faults_of_the_report_of_2019_are_found() -> None:
    findings = review(read(SHARED / "reports" / "shanghai_office_2019.html")).findings
    told = {(finding.rule.name, finding.fault.actual, finding.fault.expected) for finding in findings}
    for fault in (
        ("prose-table-mismatch", "258", "275"),
        ("prose-table-mismatch", "265", "337"),
        ("breakdown-mismatch", "805", "716"),
        ("percentage-mismatch", "33.9%", "32.0%"),
        ("percentage-mismatch", "4.34%", "4.35%"),
        ("results-total", "805", "0"),
    ):
        assert fault in told
    assert sum(finding.rule.name == "row-total" for finding in findings) == 11


def test_two_years_of_one_district_carry_over() -> None:
    this, last = (read(REPORTS[f"hongze_district_{year}"]) for year in (2024, 2023))
    assert not [finding for finding in review(this, last).findings if finding.rule.name in ("carry-over-mismatch", "stock-mismatch")]
