"""From finding to repair: the smallest change that mends all that hangs together, where there is just one."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest

from tests.reports import COLUMNS, FORM, balanced_figures, codes, report
from xltools.form.book import plan_book
from xltools.form.loader import load_form
from xltools.numerals import Number
from xltools.report.filled import Value
from xltools.rules.review import review
from xltools.rules.rule import Finding

FORMS = Path(__file__).parent / "forms"


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

    @pytest.mark.parametrize("typed", [134, 1534])
    def test_a_digit_lost_or_mistaken_within_a_number_is_no_proof(self, typed: int) -> None:
        answers: dict[str, Value] = {"requests.granted.natural_person": 1000, "requests.partly_granted.natural_person": 634}
        (root,) = roots({**answers, "requests.received.natural_person": typed})
        assert root.suspects[0] == "requests.received.natural_person"
        assert "最可能" not in root.advice

    def test_where_it_explains_two_changes_both_come_first(self) -> None:
        (root,) = roots({"requests.received.natural_person": 46, "requests.granted.natural_person": 64})
        assert root.suspects[:2] == ("requests.received.natural_person", "requests.granted.natural_person")
        assert "最可能" not in root.advice

    def test_no_more_than_five_cells_are_named(self) -> None:
        (root,) = roots({"requests.received.natural_person": 12, "requests.granted.natural_person": 7})
        assert root.advice.partition("可能有误的是")[2].count("、") == 4


def ordinary() -> dict[str, Value]:
    """The inputs of a report that balances: in each column more requests than of any one answer."""
    figures: dict[str, Value] = {}
    for number, column in enumerate(COLUMNS, 1):
        rows = {"carried_in": 3, "granted": 120 * number, "partly_granted": 17, "denied.internal_affairs": 5, "carried_out": 3 + number}
        figures |= {f"requests.{row}.{column}": amount for row, amount in rows.items()}
        figures[f"requests.received.{column}"] = 121 * number + 22
    return figures


def added_up(changes: dict[str, Value]) -> dict[str, Value]:
    """The same with some changed, and the totals of what stands there then."""
    source = report({**ordinary(), **changes})
    return {**source.figures, **{id: source.computed[id] for id in FORM.definitions}}


class TestTotalsThatWereAddedUpWithTheWrongFigure:
    """Whoever adds up what stands there leaves only the balance broken: where the totals hold, the wrong figure is one of their parts."""

    def test_a_balanced_report_is_silent(self) -> None:
        assert codes(report(added_up({}))) == []

    @pytest.mark.parametrize("column", COLUMNS)
    def test_a_carried_over_figure_forgotten_is_the_likeliest(self, column: str) -> None:
        id = f"requests.carried_out.{column}"
        (root,) = roots(added_up({id: 0}))
        assert root.fault.figures[0] == root.suspects[0] == id
        assert f"漏填{ordinary()[id]}；" in root.advice

    def test_digits_that_changed_places_are_found_among_all_rows_of_the_column(self) -> None:
        (root,) = roots(added_up({"requests.granted.research": 630}))
        assert root.suspects[0] == "requests.granted.research"
        assert "由630改为360（数字前后颠倒）" in root.advice

    def test_what_is_to_be_changed_includes_the_totals_that_follow(self) -> None:
        row = [f"requests.granted.{column}" for column in COLUMNS]
        shifted = dict(zip(row, (0, 120, 240, 360, 480, 600), strict=True))
        (root,) = roots(added_up(shifted))
        mended = {**added_up(shifted), **{step.figure: step.after for step in root.repair}}
        assert mended == added_up({})


class TestTwoMistakesInOneRow:
    def test_they_are_told_apart(self) -> None:
        dice = random.Random(3)
        for row in ("received", "carried_in", "denied.internal_affairs", "otherwise.other", "carried_out"):
            one, other = dice.sample(COLUMNS, 2)
            figures = published(9)
            right = {f"requests.{row}.{column}": int(str(figures[f"requests.{row}.{column}"])) for column in (one, other)}
            wrong = {id: value + slip for (id, value), slip in zip(right.items(), (7, 30), strict=True)}
            repairs = [step for root in roots({**figures, **wrong}) for step in steps(root)]
            assert sorted(repairs) == sorted((id, wrong[id], right[id]) for id in right)


class TestARequestInTheWrongColumnOfTheFirstRow:
    @pytest.mark.parametrize("stated", [False, True], ids=["workbook", "published"])
    def test_both_cells_come_first_whichever_the_two_columns_are(self, stated: bool) -> None:
        right = added_up({}) if stated else ordinary()
        for one, other in ((one, other) for one in COLUMNS for other in COLUMNS if one != other):
            taken, given = f"requests.received.{one}", f"requests.received.{other}"
            (root,) = roots({**right, taken: int(str(right[taken])) - 1, given: int(str(right[given])) + 1})
            assert set(root.suspects[:2]) == {taken, given}
            assert len(root.suspects) <= 5
            assert "可能填错了格，如" in root.advice


class TestARowTypedOneColumnFurtherOn:
    def test_it_is_one_finding_that_puts_each_number_back(self) -> None:
        row = [f"requests.denied.third_party_rights.{column}" for column in COLUMNS]
        values = (71, 0, 44, 21, 0, 13)
        right: dict[str, Value] = dict(zip(row, values, strict=True))
        for number, (column, value) in enumerate(zip(COLUMNS, values, strict=True)):
            right |= {f"requests.received.{column}": 800 + 30 * number + value, f"requests.granted.{column}": 800 + 30 * number}
        cells = [plan_book(FORM).figures[id].address for id in row]
        behind = f"整行错后一格，{cells[1]}至{cells[-1]}的数各前移一格、{cells[-1]}填13"
        before = f"整行错前一格，{cells[0]}至{cells[-2]}的数各后移一格、{cells[0]}填71"
        for shifted, told in (((0, *values[:-1]), behind), ((*values[1:], 0), before)):
            (root,) = roots({**right, **dict(zip(row, shifted, strict=True))})
            assert sorted((figure, after) for figure, _, after in steps(root)) == sorted(
                (id, value) for id, value, wrong in zip(row, values, shifted, strict=True) if value != wrong
            )
            assert root.advice == f"可能填错了格：{told}后即相符。请查台账确认。"

    def test_a_column_typed_one_row_further_down_is_told_where_each_row_adds_up(self) -> None:
        form = load_form(FORMS / "tiny")
        rows, closed = ("urban.east", "urban.west", "rural"), (41, 7, 23)
        right: dict[str, Value] = {figure.id: 1 for figure in form.inputs}
        for row, number in zip(rows, closed, strict=True):
            right |= {
                f"calls.{row}.channel.voice": number,
                f"calls.{row}.channel.app": 5,
                f"calls.{row}.closed": number,
                f"calls.{row}.open": 5,
            }
        assert not [f for f in review(report(right, form, texts={})).findings if f.rule.family == "T"]
        typed = {**right, **{f"calls.{row}.closed": number for row, number in zip(rows, (0, *closed), strict=False)}}
        (root,) = (f for f in review(report(typed, form, texts={})).findings if f.rule.family == "T" and f.because is None)
        assert "整列错后一格，F6至F7的数各前移一格、F7填23后即相符" in root.advice


class TestAnAnswerInTheWrongRow:
    def test_both_cells_of_the_published_column_come_first(self) -> None:
        right, wrong = "requests.denied.internal_affairs.research", "requests.denied.deliberative_process.research"
        source = report({**balanced_figures(14), right: 35, wrong: 0, "requests.received.research": 9999})
        source = report({**source.figures, "requests.carried_out.research": 9999 - source.computed["requests.results.research"]})
        source = report({**source.figures, "requests.carried_in.research": 0})
        figures = {**source.figures, **{id: source.computed[id] for id in FORM.definitions}}
        assert codes(report(figures)) == []
        (root,) = roots({**figures, right: 0, wrong: 35})
        assert set(root.suspects[:2]) == {right, wrong}

    def test_the_applicants_column_comes_before_the_totals_that_are_computed(self) -> None:
        source = report({"requests.received.research": 9, "requests.granted.research": 9})
        figures = {**source.figures, **{id: source.computed[id] for id in FORM.definitions}}
        wrong, right = "requests.partly_granted.research", "requests.granted.research"
        (root,) = roots({**figures, wrong: 9, right: 0})
        assert set(root.suspects[:2]) == {wrong, right}
        assert root.advice.startswith("可能填错了格，如F8格“部分公开（科研机构）”减9，F7格“予以公开（科研机构）”加9后即相符；")


class TestANumberThatCannotBe:
    def test_what_does_not_add_up_with_a_fraction_is_its_consequence(self) -> None:
        id = "requests.granted.research"
        for right in (ordinary(), added_up({})):
            (root,) = roots({**right, id: Decimal("36.5")})
            assert (root.rule.name, root.fault.figures) == ("fraction", (id,))
            assert "由36.5改为360" in root.advice

    def test_what_does_not_add_up_with_a_number_below_0_is_its_consequence(self) -> None:
        id = "requests.granted.business"
        figures = {**published(1), id: -int(str(published(1)[id]) or 1)}
        (root,) = roots(figures)
        assert (root.rule.name, root.fault.figures) == ("negative", (id,))
        assert steps(root) == [(id, figures[id], published(1)[id])]

    def test_it_has_nothing_to_do_with_a_column_that_it_cannot_mend(self) -> None:
        figures: dict[str, Value] = {
            "requests.received.business": 5,
            "requests.carried_out.business": -2,
            "requests.carried_in.research": 1,
        }
        assert [root.rule.name for root in roots(figures)] == ["unbalanced", "negative"]


class TestAReportFullOfMistakes:
    """Where nothing can be told apart, each broken relation still has its finding, and that at most one cause."""

    @pytest.mark.parametrize("name", ["govinfo-2021", "govinfo-2019", *(str(FORMS / name) for name in ("monthly", "procurement"))])
    def test_each_broken_relation_is_listed_and_no_cause_has_a_cause(self, name: str) -> None:
        form = load_form(name)
        for seed in range(4):
            dice = random.Random(seed)
            source = report({figure.id: dice.choice((0, 1, 7, 40, None, -3)) for figure in form.inputs}, form, texts={})
            stated = {id: dice.choice((source.computed[id], 5)) for id in form.definitions}
            filled = report({**source.figures, **stated}, form, texts={})
            found = {finding.id: finding for finding in review(filled).findings}
            keys = {finding.fault.key for finding in found.values()}
            assert {one.id for one in form.relations if filled.is_read(one) and not filled.fulfils(one)} <= keys
            assert all(found[finding.because].because is None for finding in found.values() if finding.because)
            assert all(len(finding.suspects) <= 5 for finding in found.values())


class TestWhatLastYearsReportTells:
    """A figure that is not last year's breaks its column, too: that is one mistake, and last year's report says which."""

    @pytest.mark.parametrize("stated", [False, True], ids=["workbook", "published"])
    def test_a_figure_carried_in_that_is_not_last_years_is_the_cause_of_its_column(self, stated: bool) -> None:
        right = added_up({}) if stated else ordinary()
        last = report({f"requests.carried_out.{column}": 3 for column in COLUMNS}, year=2023)
        assert codes(report(right), last) == []
        id = "requests.carried_in.research"
        found = review(report({**right, id: 5}), last).findings
        cause = next(finding for finding in found if finding.rule.name == "carry-over-mismatch")
        assert {finding.because for finding in found if finding is not cause} == {cause.id}
        assert (cause.because, cause.fault.figures[0]) == (None, id)
        assert "F6格“上年结转（科研机构）”由5改为3" in cause.advice

    def test_what_would_not_mend_the_column_is_a_mistake_of_its_own(self) -> None:
        last = report({f"requests.carried_out.{column}": 3 for column in COLUMNS}, year=2023)
        found = review(report({**ordinary(), "requests.carried_in.research": 5, "requests.granted.research": 300}), last).findings
        assert {finding.rule.name for finding in found if finding.because is None} == {"carry-over-mismatch", "unbalanced"}
