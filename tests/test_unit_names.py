"""A unit's name is the same in whatever characters and with whatever blanks it is written."""

from __future__ import annotations

from dataclasses import replace

from tests.reports import balanced_figures, report
from xltools.comparison.differences import compare_reports
from xltools.county.roster import Roster, RosterUnit
from xltools.form.unit import Unit
from xltools.report.filled import Report
from xltools.rules.review import review


def named(name: str, year: int) -> Report:
    return replace(report(balanced_figures(1)), unit=Unit(name=name), year=year)


def test_last_year_s_report_of_a_unit_whose_name_was_half_converted_is_its_own() -> None:
    last, this = named("某某县氣象局", 2022), named("某某县 气象局", 2023)
    assert "Y105" not in {finding.rule.code for finding in review(this, last).findings}
    assert not any("单位不同" in note for note in compare_reports(last, this).notes)
    assert "Y105" in {finding.rule.code for finding in review(this, named("某某县水利局", 2022)).findings}
    assert any("单位不同" in note for note in compare_reports(named("某某县水利局", 2022), this).notes)


def test_a_roster_knows_a_unit_by_its_name_in_traditional_characters() -> None:
    unit = RosterUnit("1", Unit(name="某某县气象局"))
    assert Roster((unit,)).find("某某縣氣象局") is unit
    assert Roster((unit,)).find("某某县水利局") is None
