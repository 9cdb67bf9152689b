"""T: the relations inside the tables."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.published import balanced, page, read_page, row_of
from tests.reports import FORM, balanced_figures, codes, report
from xltools.form.relations import Relation
from xltools.report.filled import Report, Value
from xltools.report.origin import Origin
from xltools.rules.review import review
from xltools.rules.rule import Finding

OFF_BY_ONE: dict[str, Value] = {
    "requests.received.natural_person": 12,
    "requests.granted.natural_person": 10,
    "requests.carried_out.natural_person": 1,
}


def findings(figures: dict[str, Value], **changes: object) -> tuple[Finding, ...]:
    return review(report(figures, **changes)).findings


def published(seed: int) -> dict[str, Value]:
    """A balanced report with its totals stated, as a published report has them."""
    source = report(balanced_figures(seed))
    return {**source.figures, **{id: source.computed[id] for id in FORM.definitions}}


class TestBalancedReports:
    def test_computed_totals_are_right(self) -> None:
        assert findings(balanced_figures(1)) == ()

    def test_stated_totals_that_add_up_are_right(self) -> None:
        assert findings(published(1)) == ()

    def test_blank_parts_of_a_total_of_zero_are_right(self) -> None:
        figures: dict[str, Value] = {figure.id: None for figure in FORM.inputs}
        assert {f.rule.name for f in findings({**figures, **dict.fromkeys(FORM.definitions)})} == {"blank"}


@pytest.mark.parametrize("relation", FORM.relations, ids=lambda relation: relation.id)
class TestEachOfThe42RelationsBrokenAlone:
    """Its first figure, the total or 结转下年度, is stated wrongly; the other relations it stands in break with it."""

    def break_alone(self, relation: Relation) -> tuple[Finding, ...]:
        figures = published(5)
        subject = relation.figures[0]
        figures[subject] = int(str(figures[subject])) + 7
        return findings(figures)

    def test_it_is_found_with_all_its_figures_the_total_first(self, relation: Relation) -> None:
        (found,) = (f for f in self.break_alone(relation) if f.fault.key == relation.id)
        assert found.rule.name == relation.rule
        assert found.rule.severity == "error"
        assert found.fault.figures == relation.figures
        assert found.basis == relation.basis
        assert found.fault.difference in ("7", "-7")

    def test_nothing_is_found_that_does_not_contain_the_wrong_figure(self, relation: Relation) -> None:
        wrong = relation.figures[0]
        expected = {other.id for other in FORM.relations if wrong in other.figures}
        assert {f.fault.key for f in self.break_alone(relation)} == expected

    def test_all_that_breaks_with_it_is_one_root_with_its_consequences(self, relation: Relation) -> None:
        found = self.break_alone(relation)
        (root,) = (f for f in found if f.because is None)
        assert {f.because for f in found if f is not root} <= {root.id}
        assert relation.figures[0] in {step.figure for step in root.repair} | set(root.suspects)

    def test_the_root_of_a_wrong_total_is_what_defines_it(self, relation: Relation) -> None:
        roots = {f.fault.figures[0] for f in self.break_alone(relation) if f.because is None}
        stated = relation.figures[0]
        assert roots == {stated} if stated in FORM.definitions else len(roots) == 1


class TestAnUnreadRowOfAPublishedPage:
    @pytest.mark.parametrize("row", ["（一）予以公开", "2.重复申请", "（七）总计"])
    def test_no_total_that_it_belongs_to_is_called_wrong(self, row: str, tmp_path: Path) -> None:
        assert codes(read_page(tmp_path, page(values=balanced()))) == []
        assert codes(read_page(tmp_path, page(values=balanced(), change={"requests": lambda rows: row_of(rows, row).pop()}))) == ["C110"]


class TestRowTotal:
    def test_the_message_says_where_what_and_by_how_much(self) -> None:
        figures: dict[str, Value] = {"requests.received.natural_person": 12, "requests.carried_out.natural_person": 12}
        (found,) = (f for f in findings({**figures, "requests.received.total": 13}) if f.rule.name == "row-total")
        assert found.message == "“三、依申请公开”J5 新收申请：总计13，各项之和12（自然人12），多1。请核对各项和总计，改正有误的一格。"
        assert (found.fault.actual, found.fault.expected, found.fault.difference) == ("13", "12", "1")

    def test_a_blank_total_beside_filled_parts_is_found(self) -> None:
        found = findings({**published(2), "requests.carried_out.total": None})
        assert [f.rule.name for f in found if f.because is None] == ["row-total"]
        assert "总计未填" in found[0].message
        assert found[0].fault.actual is None


class TestUnbalanced:
    def test_the_column_is_the_root_and_the_total_column_its_consequence(self) -> None:
        column, total = findings(OFF_BY_ONE)
        assert column.message == (
            "“三、依申请公开”D29 自然人：新收申请12＋上年结转0＝12，办理结果总计10＋结转下年度1＝11，差1。请查台账改正。"
        )
        assert (column.fault.actual, column.fault.expected, column.fault.difference) == ("12", "11", "1")
        assert column.because is None
        assert total.fault.figures[0] == "requests.carried_out.total"
        assert total.because == column.id

    def test_two_columns_that_cancel_out_in_the_total_are_both_found(self) -> None:
        opposite: dict[str, Value] = {"requests.received.business": 3, "requests.granted.business": 4}
        found = findings({**OFF_BY_ONE, **opposite})
        assert [f.fault.figures[0] for f in found] == ["requests.carried_out.natural_person", "requests.carried_out.business"]
        assert [f.because for f in found] == [None, found[0].id]
        assert found[0].repair == ()
        assert set(found[0].suspects) == {
            f"requests.{row}.{column}" for row in ("received", "granted") for column in ("natural_person", "business")
        }

    def test_a_column_with_text_in_it_follows_from_the_text(self) -> None:
        found = findings({**OFF_BY_ONE, "requests.carried_out.natural_person": "2件左右"})
        text = next(f for f in found if f.rule.name == "not-a-number")
        assert {f.because for f in found if f.rule.name == "unbalanced"} == {text.id}


class TestNeverRecalculated:
    def source(self, calculated: dict[str, Value], **changes: object) -> Report:
        return report(balanced_figures(4), origin=Origin(kind="workbook", calculated=calculated), **changes)

    def test_results_that_are_up_to_date_are_right(self) -> None:
        computed = report(balanced_figures(4)).computed
        assert review(self.source({id: computed[id] for id in FORM.definitions})).findings == ()

    def test_missing_and_stale_results_are_one_notice_and_no_error(self) -> None:
        for stored in (None, 0):
            (found,) = review(self.source(dict.fromkeys(FORM.definitions, stored))).findings
            assert (found.rule.name, found.rule.severity) == ("never-recalculated", "notice")
            assert found.fault.actual == (None if stored is None else "0")

    def test_a_number_typed_as_text_is_not_counted_by_the_spreadsheet_and_no_reason_to_recalculate(self) -> None:
        figures = balanced_figures(4)
        id = "requests.granted.natural_person"
        typed = {id: f"{figures[id]}件"}
        without = report({**figures, id: None}).computed
        source = self.source({total: without[total] for total in FORM.definitions}, typed=typed)
        assert [f.rule.name for f in review(source).findings] == ["number-as-text"]


def test_amounts_with_decimals_do_not_disturb() -> None:
    assert findings({"disclosure.fees.amount": Decimal("27.948692")}) == ()
