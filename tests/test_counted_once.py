"""Villages, towns, the county and the city in one heap: each figure once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reports import FORM, balanced_figures, report
from tests.summed import COUNTY, RECEIVED, RIGHT, TOTAL, VILLAGES, summed, unit
from xltools.errors import XltoolsError
from xltools.form.unit import Unit
from xltools.report.filled import Value
from xltools.report.provenance import LeftOut, Part, Provenance
from xltools.report.sums import RollUp, part_of, sort_out


def numbers(summed_up: RollUp) -> Value:
    """Return the number of requests that a sum has received."""
    return summed_up.report.numbers[TOTAL]


class TestNothingTwice:
    TOWNS = (summed(*VILLAGES[:2], name="示例县甲镇").report, summed(*VILLAGES[2:], name="示例县乙镇").report)
    DISTRICT = summed(*TOWNS, name="示例县").report

    def test_units_alone_are_all_added(self) -> None:
        assert summed(*VILLAGES).report.numbers[TOTAL] == RIGHT

    def test_a_sum_gives_way_to_its_parts_where_all_are_there(self) -> None:
        up = summed(*VILLAGES, *self.TOWNS, self.DISTRICT, name="示例市")
        assert (numbers(up), up.units) == (RIGHT, 4)
        assert up.report.provenance is not None
        assert [one.unit for one in up.report.provenance.left_out] == ["示例县甲镇", "示例县乙镇", "示例县"]

    def test_a_sum_stands_for_its_parts_where_some_are_not_there(self) -> None:
        up = summed(VILLAGES[0], *self.TOWNS)
        assert (numbers(up), up.units) == (RIGHT, 2)
        assert numbers(summed(self.DISTRICT, self.TOWNS[0], VILLAGES[0], name="示例市")) == RIGHT
        assert numbers(summed(self.DISTRICT, VILLAGES[3], name="示例市")) == RIGHT

    def test_sums_of_other_units_are_added_like_reports(self) -> None:
        assert numbers(summed(*self.TOWNS)) == RIGHT

    def test_an_earlier_and_partial_sum_of_the_office_gives_way_whatever_its_units(self) -> None:
        earlier = summed(*VILLAGES[:3]).report
        assert numbers(summed(*VILLAGES, earlier)) == RIGHT
        assert numbers(summed(*VILLAGES[1:], earlier)) == sum(one.numbers[TOTAL] for one in VILLAGES[1:])

    def test_of_two_sums_one_within_the_other_the_larger_counts(self) -> None:
        small, large = summed(*VILLAGES[:2], name="旧").report, summed(*VILLAGES, name="新").report
        assert numbers(summed(small, large)) == RIGHT

    def test_two_sums_that_share_a_report_stop_in_one_line(self) -> None:
        one, other = summed(*VILLAGES[:3], name="东片").report, summed(*VILLAGES[2:], name="西片").report
        with pytest.raises(XltoolsError, match="的汇总里都有“示例县第2村”，会重复相加"):
            summed(one, other)

    def test_two_sums_that_have_a_report_in_two_versions_stop_in_one_line(self) -> None:
        corrected = unit("示例县第2村", 9)
        one, other = summed(*VILLAGES[:3], name="东片").report, summed(corrected, VILLAGES[3], name="西片").report
        with pytest.raises(XltoolsError, match="的汇总里都有“示例县第2村”，会重复相加"):
            summed(one, other)

    def test_a_village_that_was_corrected_is_not_added_beside_the_county_s_sum_that_has_it_through_its_town(self) -> None:
        corrected = unit("示例县第2村", 9)
        assert numbers(summed(self.DISTRICT, corrected, name="示例市")) == RIGHT
        assert numbers(summed(self.DISTRICT, *VILLAGES[:2], corrected, VILLAGES[3], name="示例市")) == (
            sum(one.numbers[TOTAL] for one in (*VILLAGES[:2], corrected, VILLAGES[3]))
        )

    def test_towns_own_reports_do_not_stand_for_the_sums_that_the_county_counted(self) -> None:
        up = summed(self.DISTRICT, unit("示例县甲镇", 9), unit("示例县乙镇", 10), name="示例市")
        assert numbers(up) == RIGHT
        assert "示例县甲镇：已含在“示例县”的汇总里，没有再计。" in up.remarks

    def test_a_sum_made_elsewhere_is_known_by_its_figures(self) -> None:
        foreign = replace(summed(*VILLAGES).report, provenance=None, unit=Unit(name="汇总"))
        assert numbers(summed(*VILLAGES, foreign)) == RIGHT
        assert numbers(summed(*VILLAGES, foreign, name="汇总")) == RIGHT

    def test_a_sum_of_a_branch_made_elsewhere_is_known_by_the_name_above_those_of_its_units(self) -> None:
        towns = [replace(town, provenance=None) for town in self.TOWNS]
        houses = [
            replace(one, unit=Unit(name=f"{town}{number}村"))
            for town in ("示例县甲镇", "示例县乙镇")
            for number, one in enumerate(VILLAGES)
        ]
        above = [replace(town, figures=summed(*VILLAGES).report.figures) for town in towns]
        up = summed(*houses, *above)
        assert (numbers(up), up.units) == (2 * RIGHT, 8)

    def test_a_report_above_its_units_that_is_its_own_is_added(self) -> None:
        assert numbers(summed(*VILLAGES, unit("示例县", 9), name="示例市")) == RIGHT + unit("示例县", 9).numbers[TOTAL]

    def test_a_sum_made_elsewhere_before_some_units_were_corrected_stops_in_one_line(self) -> None:
        foreign = replace(summed(*VILLAGES).report, provenance=None, unit=Unit(name="示例县"))
        corrected = replace(VILLAGES[0], figures={**VILLAGES[0].figures, RECEIVED: 7_000})
        told = "“示例县”的报告有.*格正好是“示例县第.村”、“示例县第.村”、“示例县第.村”等4个单位之和，另有1格不是，疑为这些单位改报前的汇总"
        for office in ("示例县", "示例市"):
            with pytest.raises(XltoolsError, match=told):
                summed(corrected, *VILLAGES[1:], foreign, name=office)

    def test_villages_of_one_name_in_two_towns_are_counted_apart(self) -> None:
        one, other = unit("和平村", 1), unit("和平村", 2)
        towns = [summed(one, VILLAGES[0], name="示例县东河镇").report, summed(other, VILLAGES[1], name="示例县西山乡").report]
        right = sum(each.numbers[TOTAL] for each in (one, other, *VILLAGES[:2]))
        up = summed(*towns)
        assert (numbers(up), up.units) == (right, 2)
        assert numbers(summed(up.report, VILLAGES[2], name="示例市")) == right + VILLAGES[2].numbers[TOTAL]
        assert numbers(summed(*towns, up.report, name="示例市")) == right

    def test_a_village_of_the_next_town_with_that_name_is_no_part_of_a_town_s_sum(self) -> None:
        town = summed(unit("和平村", 1), VILLAGES[0], name="示例县东河镇").report
        parts = [
            part_of(town, FORM, file="/in/东河镇.xlsx"),
            *(part_of(unit("和平村", 2), FORM, file=f"/in/{folder}/a.json") for folder in ("西山乡", "东河镇")),
        ]
        assert [part.reason for part in sort_out(FORM, COUNTY, parts)] == ["", "", "已含在“示例县东河镇”的汇总里，没有再计。"]
        left = [part.reason for part in sort_out(FORM, COUNTY, [part_of(unit("和平村", 2), FORM, file="/in/西山乡/a.json"), *parts[:1]])]
        assert left == ["", ""]

    def test_where_all_files_lie_says_nothing_of_any(self) -> None:
        town = summed(unit("和平村", 1), VILLAGES[0], name="示例县东河镇").report
        parts = [part_of(one, FORM, file=f"/西山乡联络员/{number}.json") for number, one in enumerate((town, unit("和平村", 2)))]
        assert [part.reason for part in sort_out(FORM, COUNTY, parts)] == ["", "已含在“示例县东河镇”的汇总里，没有再计。"]

    def test_a_village_that_one_town_lacks_is_not_there_because_another_town_has_one_of_that_name(self) -> None:
        lacking = summed(VILLAGES[0], name="示例县东河镇").report
        assert lacking.provenance is not None
        lacking = replace(lacking, provenance=lacking.provenance._replace(missing=("和平村",)))
        up = summed(lacking, summed(unit("和平村", 2), name="示例县西山乡").report)
        assert up.report.provenance is not None
        assert up.report.provenance.missing == ("示例县东河镇（和平村）",)
        assert summed(lacking, unit("和平村", 2)).report.provenance.missing == ()

    def test_a_full_name_is_one_unit_in_whichever_sums(self) -> None:
        one, other = unit("示例县东河镇和平村", 1), unit("示例县东河镇和平村", 2)
        with pytest.raises(XltoolsError, match="的汇总里都有“示例县东河镇和平村”，会重复相加"):
            summed(summed(one, name="示例县东河镇").report, summed(other, name="示例县西山乡").report)

    def test_a_sum_whose_sheet_of_sources_was_altered_is_known_by_its_figures(self) -> None:
        altered = replace(
            summed(*VILLAGES, name="示例县").report, provenance=Provenance(left_out=(LeftOut("", "汇总来源", "改动过。", True),))
        )
        assert numbers(summed(*VILLAGES, altered, name="示例市")) == RIGHT

    def test_a_sum_made_elsewhere_of_all_but_one_is_known_by_the_name_above_theirs(self) -> None:
        foreign = replace(summed(*VILLAGES[:3]).report, provenance=None, unit=Unit(name="示例县"))
        assert numbers(summed(*VILLAGES, foreign, name="示例市")) == RIGHT
        alone = replace(VILLAGES[0], unit=Unit(name="示例县"))
        assert numbers(summed(VILLAGES[0], alone, name="示例市")) == VILLAGES[0].numbers[TOTAL]
        assert numbers(summed(*VILLAGES[:2], alone, name="示例市")) == sum(one.numbers[TOTAL] for one in (*VILLAGES[:2], VILLAGES[0]))

    def test_a_sum_made_elsewhere_is_asked_about_where_a_village_was_withdrawn_since(self) -> None:
        def asked(*parts: Part) -> list[str]:
            return [remark for part in sort_out(FORM, "示例市", parts) for remark in part.addition.remarks]

        villages = [unit(f"{name}村", seed) for seed, name in enumerate("东南西北")]
        town = replace(summed(*villages).report, provenance=None, unit=Unit(name="示例县城关镇人民政府"))
        there = [part_of(one, FORM, file=f"/in/01-城关镇/{one.unit.name}.xlsx") for one in villages[1:]]
        told = "每一格都不小于下属3个单位之和，疑为汇总报告。如是，请移出文件夹后重新汇总，以免重复相加。"
        for place in ("/in/城关镇.xlsx", "/in/01-城关镇/总.xlsx"):
            assert asked(*there, part_of(town, FORM, file=place)) == [told]
            own = replace(unit("示例县城关镇人民政府", 7), figures=balanced_figures(7))
            assert asked(*there, part_of(own, FORM, file=place)) == []
        assert asked(*there, part_of(replace(town, unit=Unit(name="示例县财政局")), FORM, file="/in/财政局.xlsx")) == []

    def test_small_numbers_that_add_up_by_chance_are_no_sum(self) -> None:
        small = [report({RECEIVED: count, "requests.granted.natural_person": count}, unit=Unit(name=f"{count}村")) for count in (1, 2, 3)]
        assert numbers(summed(*small)) == 6
