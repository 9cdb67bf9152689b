"""From finding to repair: the smallest change that mends all that hangs together, where there is just one."""

from __future__ import annotations

import random

import pytest

from tests.reports import COLUMNS, FORM, balanced_figures, codes, report
from xltools.numerals import Number
from xltools.report.filled import Value
from xltools.rules.review import review
from xltools.rules.rule import Finding


def published(seed: int) -> dict[str, Value]:
    """A balanced report with its totals stated, as a published report has them."""
    source = report(balanced_figures(seed))
    return {**source.figures, **{id: source.computed[id] for id in FORM.definitions}}


def roots(figures: dict[str, Value]) -> list[Finding]:
    return [finding for finding in review(report(figures)).findings if finding.because is None]


def steps(finding: Finding) -> list[tuple[str, Number, Number]]:
    return [(step.figure, step.before, step.after) for step in finding.repair]


def test_a_report_that_balances_needs_no_repair() -> None:
    assert roots(published(1)) == []


class TestOneFigureOfAPublishedReport:
    def test_any_input_of_the_requests_that_was_changed_is_found_and_its_right_value_named(self) -> None:
        dice = random.Random(7)
        for figure in FORM.inputs:
            if figure.table == "requests":
                figures = published(dice.randrange(50))
                right = int(str(figures[figure.id]))
                figures[figure.id] = wrong = right + dice.randrange(1, 30)
                (root,) = roots(figures)
                assert steps(root) == [(figure.id, wrong, right)]
                assert f"由{wrong}改为{right}后即相符" in root.advice

    def test_any_total_of_the_requests_that_was_changed_is_found_and_its_right_value_named(self) -> None:
        for id in FORM.definitions:
            if id.startswith("requests."):
                figures = published(3)
                right = int(str(figures[id]))
                figures[id] = right + 5
                (root,) = roots(figures)
                assert steps(root) == [(id, right + 5, right)]

    def test_two_wrong_figures_far_apart_are_two_repairs(self) -> None:
        figures = published(5)
        one, other = "requests.granted.research", "requests.unavailable.not_held.other"
        before = {id: int(str(figures[id])) for id in (one, other)}
        figures[one], figures[other] = before[one] + 3, before[other] + 4
        assert sorted(step for root in roots(figures) for step in steps(root)) == sorted(
            [(one, before[one] + 3, before[one]), (other, before[other] + 4, before[other])]
        )

    def test_four_wrong_figures_that_hang_together_are_told_apart_and_five_are_not(self) -> None:
        rows = ("granted", "partly_granted", "unavailable.not_held", "not_processed.repeat", "otherwise.other")
        slips = [(f"requests.{row}.{column}", slip) for row, column, slip in zip(rows, COLUMNS, (3, 5, 9, 17, 33), strict=False)]
        right = published(1)
        assert codes(report(right)) == []
        for count in (4, 5):
            wrong = {id: int(str(right[id])) + slip for id, slip in slips[:count]}
            repairs = [step for root in roots({**right, **wrong}) for step in steps(root)]
            assert sorted(repairs) == (sorted((id, wrong[id], right[id]) for id in wrong) if count == 4 else [])

    def test_the_right_value_may_be_0_but_not_below(self) -> None:
        right = {**report().figures, **dict.fromkeys(FORM.definitions, 0)}
        (root,) = roots({**right, "requests.granted.research": 4})
        assert steps(root) == [("requests.granted.research", 4, 0)]
        (root,) = roots({**right, "litigation.reconsideration.total": 0, "litigation.reconsideration.upheld": 1})
        assert root.repair == ()
        assert set(root.suspects) == {"litigation.reconsideration.upheld", "litigation.reconsideration.total"}

    def test_up_to_five_cells_in_question_are_named(self) -> None:
        rows = ("granted", "partly_granted", "unavailable.not_held", "not_processed.repeat", "otherwise.other")
        for answered, told in (
            (3, "可能有误的是E5、E7、E8、E17、E6。"),
            (4, "可能有误的是E5、E7、E8、E17、E21，也可能是同行同列的其他格。"),
        ):
            (root,) = roots({"requests.received.business": answered - 1, **{f"requests.{row}.business": 1 for row in rows[:answered]}})
            assert root.advice == told


class TestAnAmountInAnotherColumn:
    def test_where_several_rows_could_give_it_they_are_named(self) -> None:
        figures: dict[str, Value] = {
            "requests.received.natural_person": 20,
            "requests.granted.natural_person": 15,
            "requests.granted.business": 5,
        }
        (root,) = roots(figures)
        assert root.repair == ()
        assert set(root.suspects) == {
            f"requests.{row}.{column}" for row in ("received", "granted") for column in ("natural_person", "business")
        }

    def test_a_request_in_the_wrong_column_is_one_finding_that_names_both_cells(self) -> None:
        for column, cell in (("business", "E5"), ("other", "I5")):
            figures: dict[str, Value] = {
                "requests.received.natural_person": 4,
                f"requests.received.{column}": 1,
                "requests.granted.natural_person": 5,
            }
            (root,) = roots(figures)
            assert {f"requests.received.{key}" for key in ("natural_person", column)} <= set(root.suspects)
            assert root.advice.startswith(f"可能填错了格，如{cell}格“")
            assert "减1，D5格“新收申请（自然人）”加1后即相符；" in root.advice

    def test_of_several_that_differ_by_the_same_only_neighbours_belong_together(self) -> None:
        figures: dict[str, Value] = {"requests.received.natural_person": 1, "requests.granted.research": 1}
        more: dict[str, Value] = {"requests.received.other": 1}
        assert [len(roots(figures)), len(roots({**figures, **more}))] == [1, 3]

    @pytest.mark.parametrize("column", ["business", "research"])
    def test_a_published_row_of_answers_is_told_where_it_alone_has_any(self, column: str) -> None:
        source = report({"requests.received.natural_person": 9, "requests.partly_granted.natural_person": 9})
        figures = {**source.figures, **{id: source.computed[id] for id in FORM.definitions}}
        one, other = "requests.partly_granted.natural_person", f"requests.partly_granted.{column}"
        figures[one], figures[other] = 3, 6
        (root,) = roots(figures)
        assert sorted(steps(root)) == sorted([(one, 3, 9), (other, 6, 0)])
        assert "可能填错了格：" in root.advice


class TestACarriedOverFigureForgotten:
    def test_it_is_named_as_the_likeliest_among_those_in_question(self) -> None:
        for column in COLUMNS:
            figures: dict[str, Value] = {f"requests.received.{column}": 9, f"requests.granted.{column}": 7}
            (root,) = roots(figures)
            assert root.repair == ()
            assert f"requests.carried_out.{column}" in root.suspects
            assert "最可能是" in root.advice
            assert "漏填2" in root.advice

    def test_a_column_whose_answers_exceed_its_requests_is_no_such_case(self) -> None:
        (root,) = roots({"requests.received.research": 3, "requests.granted.research": 5})
        assert "漏填" not in root.advice
        assert set(root.suspects) == {"requests.received.research", "requests.carried_in.research", "requests.granted.research"}


class TestATotalForgotten:
    def test_a_block_of_several_outcomes_has_one_repair(self) -> None:
        (root,) = roots(
            {"litigation.reconsideration.upheld": 10, "litigation.reconsideration.corrected": 1, "litigation.reconsideration.total": 0}
        )
        assert steps(root) == [("litigation.reconsideration.total", 0, 11)]

    def test_a_block_of_one_outcome_has_two_and_the_total_is_the_likelier(self) -> None:
        root, *_ = roots({"litigation.suit_direct.upheld": 5, "litigation.suit_direct.total": None})
        assert root.repair == ()
        assert "最可能是J5格“未经复议直接起诉（总计）”漏填5" in root.advice


class TestASlipOfTheFingers:
    @pytest.mark.parametrize(("typed", "why"), [(46, "数字前后颠倒"), (664, "多打或少打一位数字")])
    def test_the_one_change_that_it_explains_is_the_likeliest(self, typed: int, why: str) -> None:
        answers: dict[str, Value] = {"requests.granted.natural_person": 50, "requests.partly_granted.natural_person": 14}
        (root,) = roots({**answers, "requests.received.natural_person": typed})
        assert root.suspects[0] == "requests.received.natural_person"
        assert f"由{typed}改为64（{why}）" in root.advice

    def test_where_it_explains_two_changes_both_come_first(self) -> None:
        (root,) = roots({"requests.received.natural_person": 46, "requests.granted.natural_person": 64})
        assert root.suspects[:2] == ("requests.received.natural_person", "requests.granted.natural_person")
        assert "最可能" not in root.advice

    def test_no_more_than_five_cells_are_named(self) -> None:
        (root,) = roots({"requests.received.natural_person": 12, "requests.granted.natural_person": 7})
        assert root.advice.partition("可能有误的是")[2].count("、") == 4
