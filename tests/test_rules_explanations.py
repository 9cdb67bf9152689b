"""Explanations: what staff write beside a finding travels, excuses, and lapses."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.reports import FORM, codes, report
from xltools.form.book import REVIEW, Check, Place, Review, plan_book
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report, Value
from xltools.rules.review import review
from xltools.workbook.annotated_copy import write_annotated
from xltools.workbook.locked_workbook import write_workbook

BOOK = plan_book(FORM)
BALANCE = "unbalanced:requests.carried_out.natural_person"
REASON = "一件申请合并答复"


def unbalanced(answered: int, **changes: object) -> Report:
    figures: dict[str, Value] = {"requests.received.natural_person": 12, "requests.granted.natural_person": answered}
    return report(figures, **changes)


def names(source: Report) -> list[tuple[str, str | None]]:
    return [(finding.rule.name, finding.explanation) for finding in review(source).findings]


def test_an_explanation_shows_with_its_finding_and_excuses_its_consequences() -> None:
    outcome = review(unbalanced(11, explanations={BALANCE: REASON}))
    assert [(f.rule.name, f.explanation) for f in outcome.findings] == [("unbalanced", REASON), ("unbalanced", None)]
    assert outcome.unexplained == ()


def test_one_bound_to_the_difference_holds_while_it_is_the_same() -> None:
    assert names(unbalanced(11, explanations={BALANCE: REASON}, excused={BALANCE: "1"}))[0] == ("unbalanced", REASON)


def test_it_lapses_with_a_notice_when_the_difference_changes() -> None:
    outcome = review(unbalanced(9, explanations={BALANCE: REASON}, excused={BALANCE: "1"}))
    assert [(f.rule.name, f.explanation) for f in outcome.findings] == [
        ("unbalanced", None),
        ("unbalanced", None),
        ("explanation-lapsed", None),
    ]
    assert "针对差额1，现为3" in outcome.findings[-1].message
    assert len(outcome.unexplained) == 2


def test_it_lapses_with_a_notice_when_nothing_is_left_to_explain() -> None:
    (found,) = review(unbalanced(12, explanations={BALANCE: REASON})).findings
    assert (found.rule.name, found.severity) == ("explanation-lapsed", "notice")
    assert "请删去说明" in found.message


@pytest.fixture
def explained(tmp_path: Path) -> Path:
    """A workbook in which staff explained a balance beside its line and wrote down the difference."""
    path = tmp_path / "explained.xlsx"
    path.write_bytes(write_workbook(unbalanced(11)))
    put(path, line(Check.EXPLANATION), REASON)
    put(path, line(Check.EXCUSED), 1)
    return path


def line(column: int) -> Place:
    return next(check for check in BOOK.checks if check.id == BALANCE).place(column)


def put(path: Path, place: Place, value: object) -> None:
    workbook = openpyxl.load_workbook(path)
    workbook[place.sheet].cell(place.row + 1, place.column + 1).value = value  # type: ignore[assignment]
    workbook.save(path)


class TestInTheFile:
    def test_it_travels_and_lets_the_report_pass(self, explained: Path) -> None:
        outcome = review(read_report(explained, find_form(None)))
        assert outcome.findings[0].explanation == REASON
        assert outcome.unexplained == ()

    def test_it_lapses_when_a_figure_is_changed(self, explained: Path) -> None:
        put(explained, BOOK.figures["requests.granted.natural_person"], 8)
        found = review(read_report(explained, find_form(None))).findings
        assert found[0].explanation is None
        assert "explanation-lapsed" in {finding.rule.name for finding in found}

    def test_one_without_a_difference_or_with_words_in_its_place_holds_whatever_the_difference(self, explained: Path) -> None:
        for excused in (None, "见附件", "一件"):
            put(explained, line(Check.EXCUSED), excused)
            for answered in (11, 8):
                put(explained, BOOK.figures["requests.granted.natural_person"], answered)
                outcome = review(read_report(explained, find_form(None)))
                assert (outcome.findings[0].explanation, outcome.unexplained) == (REASON, ())
                assert {finding.rule.code for finding in outcome.findings} == {"T201", "T301"}

    def test_a_difference_typed_as_text_counts_as_the_number_that_it_is(self, explained: Path) -> None:
        put(explained, line(Check.EXCUSED), "１")
        assert review(read_report(explained, find_form(None))).unexplained == ()
        put(explained, line(Check.EXCUSED), "２")
        assert "S106" in codes(read_report(explained, find_form(None)))

    def test_one_in_the_checks_goes_before_one_in_the_list_and_is_not_bound_to_its_difference(self, tmp_path: Path) -> None:
        path = tmp_path / "annotated.xlsx"
        data = write_workbook(unbalanced(11))
        path.write_bytes(data)
        path.write_bytes(write_annotated(data, review(read_report(path, find_form(None))).findings, {}))
        workbook = openpyxl.load_workbook(path)
        row = next(row for row in workbook[REVIEW].iter_rows() if row[Review.KEY].value == BALANCE)
        row[Review.EXPLANATION].value = "列表中的说明"
        workbook.save(path)
        assert names(read_report(path, find_form(None)))[0] == ("unbalanced", "列表中的说明")
        put(path, line(Check.EXPLANATION), REASON)
        assert names(read_report(path, find_form(None)))[0] == ("unbalanced", REASON)
        put(path, BOOK.figures["requests.granted.natural_person"], 8)
        changed = read_report(path, find_form(None))
        assert names(changed)[0] == ("unbalanced", REASON)
        assert "S106" not in codes(changed)
