"""Y: this year against last year."""

from __future__ import annotations

from tests.reports import COLUMNS, balanced_figures, report
from xltools.blank import blank_report
from xltools.form_loader import load_form
from xltools.report import Report, Value
from xltools.rules.review import review
from xltools.rules.rule import Finding

DOCUMENTS = "disclosure.normative_documents"
LAST: dict[str, Value] = {f"{DOCUMENTS}.in_force": 40}


def findings(this: dict[str, Value], last: dict[str, Value], **changes: object) -> list[Finding]:
    found = review(report(this), report(last, year=2023, **changes)).findings
    return [finding for finding in found if finding.rule.family == "Y"]


class TestCarryOver:
    def test_without_last_year_nothing_is_said(self) -> None:
        assert review(report({f"requests.carried_in.{COLUMNS[0]}": 3, f"requests.carried_out.{COLUMNS[0]}": 3})).findings == ()

    def test_what_the_new_workbook_took_over_is_right(self) -> None:
        last = report(balanced_figures(9), year=2023)
        this = blank_report(load_form(), 2024, previous=last, zeros=True)
        assert [f.rule.name for f in review(this, last).findings if f.rule.name == "carry-over-mismatch"] == []

    def test_each_column_is_compared_and_the_total(self) -> None:
        for column in COLUMNS:
            found = findings({f"requests.carried_in.{column}": 2, f"requests.carried_out.{column}": 2}, {})
            assert [f.fault.figures[0] for f in found] == [f"requests.carried_in.{column}", "requests.carried_in.total"]
            assert found[0].rule.severity == "error"
            assert (found[0].fault.actual, found[0].fault.expected, found[0].fault.difference) == ("2", "0", "2")

    def test_a_blank_figure_proves_nothing(self) -> None:
        assert findings({"requests.carried_in.natural_person": None}, {"requests.carried_out.natural_person": 3}) == []
        assert findings({"requests.carried_in.natural_person": 3}, {"requests.carried_out.natural_person": None}) == []


class TestStock:
    def test_last_year_plus_made_less_repealed_is_right(self) -> None:
        this: dict[str, Value] = {f"{DOCUMENTS}.made": 6, f"{DOCUMENTS}.repealed": 2, f"{DOCUMENTS}.in_force": 44}
        assert findings(this, LAST) == []

    def test_anything_else_is_a_warning_with_the_sum(self) -> None:
        this: dict[str, Value] = {f"{DOCUMENTS}.made": 6, f"{DOCUMENTS}.repealed": 2, f"{DOCUMENTS}.in_force": 41}
        (found,) = findings(this, LAST)
        assert (found.rule.name, found.rule.severity) == ("stock-mismatch", "warning")
        assert "现行有效件数 41，按上年报告应为 44（上年现行有效件数 40 + 制发件数 6 - 废止件数 2），差 3" in found.message


def test_last_year_of_a_unit_that_left_a_table_unread_is_not_compared() -> None:
    last: Report = report({f"{DOCUMENTS}.in_force": 3}, year=2023)
    unread = type(last.origin)(unread=frozenset({"disclosure", "requests"}))
    assert findings({f"{DOCUMENTS}.in_force": 9}, {}, origin=unread) == []
