"""V: one figure by itself."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.published import Rows, balanced, page, read_page, relabel
from tests.reports import FORM, codes, report
from xltools.form.loader import load_form
from xltools.form.unit import Unit
from xltools.report.conversion import blank_report
from xltools.report.filled import Breakdown, Value
from xltools.rules.review import review
from xltools.rules.rule import Finding

FEES, MADE, RECEIVED = "disclosure.fees.amount", "disclosure.normative_documents.made", "requests.received.natural_person"


def findings(figures: dict[str, Value], **changes: object) -> list[Finding]:
    found = review(report(figures, **changes)).findings
    return [finding for finding in found if finding.rule.family == "V"]


def names(figures: dict[str, Value], **changes: object) -> list[str]:
    return [finding.rule.name for finding in findings(figures, **changes)]


def test_zeros_counts_and_amounts_are_right() -> None:
    assert names({MADE: 4, FEES: Decimal("27.948692"), "disclosure.licensing.decisions": 11398889}) == []


class TestBlank:
    def test_blanks_that_staff_declared_to_be_zero_are_right(self) -> None:
        assert names({MADE: None}, blank_is_zero=True) == []

    def test_what_a_published_table_lacks_since_it_is_of_another_edition_is_not_told_again(self, tmp_path: Path) -> None:
        def old_header(rows: Rows) -> None:
            relabel(rows, {"本年制发件数": "本年新制作数量", "本年废止件数": "本年新公开数量", "现行有效件数": "对外公开总数量"})

        read = read_page(tmp_path, page(values=balanced(), change={"disclosure": old_header}))
        assert read.figures["disclosure.rules.in_force"] is None
        assert codes(read) == ["C112"]

    def test_there_is_one_finding_per_table_with_the_number(self) -> None:
        found = findings({MADE: None, FEES: None, RECEIVED: None})
        assert [f.rule.name for f in found] == ["blank", "blank"]
        assert [f.rule.severity for f in found] == ["warning", "warning"]
        assert found[0].fault.figures == (MADE, FEES)
        assert found[0].message.startswith("“二、主动公开”B5 有2格空白（共10格），首处是行政规范性文件（本年制发件数）。")


class TestNotANumber:
    @pytest.mark.parametrize("text", ["/", "-", "无", "55（含自然失效29件）", "约20", "#REF!"])
    def test_text_is_an_error_at_its_cell(self, text: str) -> None:
        (found,) = findings({MADE: text})
        assert (found.rule.name, found.rule.severity, found.fault.actual) == ("not-a-number", "error", text)
        assert found.message.startswith("“二、主动公开”B5 行政规范性文件（本年制发件数）填的是")

    def test_a_part_of_a_breakdown_may_be_no_text(self) -> None:
        parts: tuple[tuple[str, Value], ...] = (("公告", 3), ("其他", "若干"))
        (found,) = findings({}, breakdowns=(Breakdown("overview.proactive", "主动公开政府信息", "条", 3, parts),))
        assert found.rule.name == "not-a-number"
        assert found.message.startswith("“一、总体情况”C123 分项“其他”填的是“若干”")

    def test_the_total_of_a_breakdown_may_be_no_text_and_is_not_taken_for_0(self) -> None:
        breakdown = Breakdown("overview.proactive", "主动公开政府信息", "条", "若干", (("公告", 3),))
        assert "N101" not in codes(report({}, breakdowns=(breakdown,)))
        (found,) = findings({}, breakdowns=(breakdown,))
        assert found.message.startswith("“一、总体情况”C120 分项表“主动公开政府信息”的总数填的是“若干”")


class TestNegative:
    def test_a_count_and_an_amount_below_zero_are_errors(self) -> None:
        assert names({MADE: -3, FEES: Decimal("-0.5")}) == ["negative", "negative"]

    def test_what_follows_from_other_figures_is_not_told_beside_them(self) -> None:
        form = load_form(str(Path(__file__).parent / "forms" / "procurement"))
        figures = blank_report(form, 2024, zeros=True).figures | {"scale.goods.budget": 1, "scale.goods.actual": 3}
        filled = replace(blank_report(form, 2024), figures=figures)
        stated = replace(filled, figures=figures | filled.numbers)
        assert stated.figures["scale.goods.saved"] == -2
        assert [finding.rule.name for finding in review(stated).findings if finding.rule.name == "negative"] == []
        wrong = review(replace(stated, figures={**stated.figures, "scale.goods.saved": -1})).findings
        assert [finding.fault.figures for finding in wrong if finding.rule.name == "negative"] == [
            ("scale.goods.saved",),
            ("scale.goods.rate",),
        ]


class TestFraction:
    def test_an_amount_may_have_decimals(self) -> None:
        assert names({FEES: Decimal("0.000001")}) == []

    def test_a_count_may_have_no_decimals(self) -> None:
        (found,) = findings({RECEIVED: Decimal("12.5")})
        assert found.rule.name == "fraction"
        assert "12.5，应为整数" in found.message

    def test_a_part_of_a_breakdown_may_have_no_decimals(self) -> None:
        breakdown = Breakdown("overview.proactive", "主动公开政府信息", "条", 3, (("公告", Decimal("1.5")), ("其他", Decimal("1.5"))))
        assert [f.message.partition(" ")[0] for f in findings({}, breakdowns=(breakdown,))] == ["“一、总体情况”C122", "“一、总体情况”C123"]
        assert codes(report(breakdowns=(breakdown,))) == ["V104", "V104"]


class TestTooManyDecimals:
    def test_six_decimals_of_ten_thousand_yuan_are_one_cent_and_right(self) -> None:
        assert names({FEES: Decimal("27.948692")}) == []

    def test_a_seventh_is_an_error(self) -> None:
        assert names({FEES: Decimal("27.9486921")}) == ["too-many-decimals"]


class TestNumberAsText:
    def test_a_number_is_right(self) -> None:
        assert names({MADE: 12}) == []

    def test_text_that_is_understood_is_a_warning_that_quotes_it(self) -> None:
        (found,) = findings({MADE: 12}, typed={MADE: "12件"})
        assert (found.rule.name, found.rule.severity) == ("number-as-text", "warning")
        assert "“12件”，按12计" in found.message


def test_every_input_of_the_form_is_looked_at() -> None:
    for figure in FORM.inputs:
        assert names({figure.id: "/"}) == ["not-a-number"]


class TestOutOfProportion:
    def compare(self, this: Value, last: Value) -> list[str]:
        return codes(report({RECEIVED: this, "requests.carried_out.natural_person": this}), report({RECEIVED: last}, year=2023, texts={}))

    def test_without_last_year_nothing_is_said(self) -> None:
        assert names({"disclosure.licensing.decisions": 999_999}) == []

    def test_changes_of_small_numbers_and_less_than_tenfold_ones_are_right(self) -> None:
        for this, last in ((9, 0), (90, 9), (9000, 9), (120, 20), (20, 150), (99, 10), (10, 99)):
            assert self.compare(this, last) == []

    def test_a_tenfold_change_either_way_is_a_warning(self) -> None:
        for this, last in ((100, 10), (10, 100), (2100, 21), (21, 2100)):
            assert self.compare(this, last) == ["V107"]


class TestTooLarge:
    def test_the_largest_real_numbers_are_right(self) -> None:
        assert names({"disclosure.licensing.decisions": 11_398_889, FEES: Decimal("316441")}) == []
        assert codes(report({"disclosure.licensing.decisions": 100_000_000})) == []

    def test_a_number_that_no_one_can_have_counted_is_a_warning(self) -> None:
        assert names({"disclosure.licensing.decisions": 123_456_789_012}) == ["too-large"]
        assert codes(report({"disclosure.licensing.decisions": 100_000_001})) == ["V108"]


class TestNotEmpowered:
    @pytest.mark.parametrize("name", ["示例市人民政府", "示例自治州人民政府", "国家示例局", "示例市财政局", "示例省人民政府办公厅"])
    def test_a_unit_that_may_have_made_them_is_right(self, name: str) -> None:
        assert codes(report({"disclosure.rules.made": 6}, unit=Unit(name=name))) == []

    def test_a_town_without_any_is_right(self) -> None:
        assert codes(report(unit=Unit(name="示例县甲镇人民政府"))) == []

    @pytest.mark.parametrize(
        ("name", "severity"), [("示例县甲镇人民政府", "warning"), ("示例区乙街道办事处", "warning"), ("示例县城建局", "notice")]
    )
    def test_those_of_a_town_are_a_warning_and_of_a_county_s_department_a_notice(self, name: str, severity: str) -> None:
        (found,) = review(report({"disclosure.rules.made": 6, "disclosure.rules.in_force": 6}, unit=Unit(name=name))).findings
        assert (found.rule.code, found.severity, found.fault.figures[0]) == ("V109", severity, "disclosure.rules.made")
        assert "第九十三条" in found.basis


class TestReconsiderationFirst:
    def test_suits_after_reconsideration_and_those_before_2024_are_right(self) -> None:
        assert codes(report({"litigation.suit_after_reconsideration.upheld": 2})) == []
        assert codes(report({"litigation.suit_direct.upheld": 2}, year=2023)) == []

    def test_a_suit_without_it_since_2024_is_a_notice(self) -> None:
        (found,) = review(report({"litigation.suit_direct.upheld": 2})).findings
        assert (found.rule.code, found.severity) == ("V110", "notice")
