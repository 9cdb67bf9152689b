"""The office's report as the sum of its units'."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.reports import FORM, balanced_figures, report
from xltools.form.loader import load_form
from xltools.form.unit import Unit
from xltools.report.filled import Breakdown, Report, Value, unread_table
from xltools.report.sums import RollUp, sum_reports
from xltools.rules.review import review

COUNTY = Unit(name="示例县人民政府")
RECEIVED, GRANTED = "requests.received.natural_person", "requests.granted.natural_person"
IN_FORCE, FEES = "disclosure.normative_documents.in_force", "disclosure.fees.amount"
OLD = load_form("govinfo-2019")


def unit(name: str, figures: dict[str, Value] | None = None, **changes: object) -> Report:
    return report(figures, **{"unit": Unit(name=name), **changes})


def rolled(*units: Report, own: Report | None = None) -> RollUp:
    return sum_reports(FORM, COUNTY, 2024, iter([*([replace(own, unit=COUNTY)] if own else []), *units]))


def test_units_without_faults_make_a_report_without_any_and_without_remarks() -> None:
    up = rolled(*(unit(f"{seed}镇", balanced_figures(seed)) for seed in range(12)), own=unit("县政府办", balanced_figures(99)))
    assert up.remarks == ()
    assert up.units == 12
    assert review(up.report).findings == ()
    assert up.report.unit == COUNTY


def test_every_figure_is_the_sum_of_the_units_and_of_the_office_itself() -> None:
    reports = [unit(f"{seed}镇", balanced_figures(seed)) for seed in range(5)]
    up = rolled(*reports[1:], own=reports[0])
    for id in FORM.figures:
        assert up.report.numbers[id] == sum(one.numbers[id] for one in reports)
    assert up.report.stored_totals == ()


def test_stocks_at_the_end_of_the_year_add_up_as_each_unit_counts_its_own() -> None:
    up = rolled(unit("甲镇", {IN_FORCE: 12}), unit("乙镇", {IN_FORCE: 8}), own=unit("县政府办", {IN_FORCE: 40}))
    assert up.report.figures[IN_FORCE] == 60


def test_an_own_report_in_which_no_figure_is_less_than_the_units_together_may_be_an_earlier_sum_and_is_told() -> None:
    units = [unit(f"{seed}镇", balanced_figures(seed)) for seed in range(3)]
    more = {id: int(str(value or 0)) + 1 for id, value in rolled(*units).report.figures.items()}
    assert rolled(*units, own=unit(COUNTY.name, {**more, RECEIVED: 0})).remarks == ()
    assert [remark for remark in rolled(*units, own=unit(COUNTY.name, more)).remarks if "重复相加" in remark]


def test_blank_adds_nothing_and_what_all_leave_blank_stays_blank() -> None:
    up = rolled(unit("甲镇", {RECEIVED: None, GRANTED: None}), unit("乙镇", {RECEIVED: 3, GRANTED: None}))
    assert (up.report.figures[RECEIVED], up.report.figures[GRANTED]) == (3, None)
    assert up.remarks == ()


def test_blank_that_a_unit_declared_to_be_0_is_0() -> None:
    up = rolled(unit("甲镇", {RECEIVED: None}, blank_is_zero=True))
    assert up.report.figures[RECEIVED] == 0


def test_text_is_not_added_but_told_with_its_unit() -> None:
    up = rolled(unit("甲镇", {RECEIVED: "/"}), unit("乙镇", {RECEIVED: 3}))
    assert up.report.figures[RECEIVED] == 3
    assert up.remarks == ("甲镇：“一、本年新收政府信息公开申请数量/自然人”填的是“/”，不是数字，没有计入。",)


def test_a_table_that_could_not_be_read_is_told() -> None:
    up = rolled(unit("甲镇", {RECEIVED: 5}, unread=(unread_table(FORM, "requests", "行列已经移位。"),)))
    assert up.report.figures[RECEIVED] is None
    assert up.remarks[0].startswith("甲镇：有")
    assert "未识别" in up.remarks[0]


def test_a_published_total_that_differs_from_its_inputs_gives_way_to_them() -> None:
    up = rolled(unit("甲镇", {RECEIVED: 5, GRANTED: 5, "requests.received.total": 9}))
    assert up.report.numbers["requests.received.total"] == 5
    assert up.remarks == ("甲镇：所报合计与各格之和不等，按各格相加：“一、本年新收政府信息公开申请数量/总计”为 9。",)


def test_amounts_add_up_to_the_last_cent() -> None:
    up = rolled(*(unit(f"{number}镇", {FEES: Decimal("0.1")}) for number in range(10)), unit("末镇", {FEES: Decimal("0.000001")}))
    assert up.report.figures[FEES] == Decimal("1.000001")
    assert rolled(unit("甲镇", {FEES: Decimal("0.5")}), unit("乙镇", {FEES: Decimal("0.5")})).report.figures[FEES] == 1


def test_a_report_of_another_edition_is_converted_and_what_has_no_counterpart_is_told() -> None:
    old = report(
        {RECEIVED: 4, "requests.otherwise.natural_person": 4, "disclosure.procurement.projects": 7},
        form=OLD,
        unit=Unit(name="甲镇"),
    )
    up = rolled(old, unit("乙镇", {RECEIVED: 2, GRANTED: 2}))
    assert up.report.figures[RECEIVED] == 6
    assert up.report.numbers["requests.otherwise.other.natural_person"] == 4
    assert any("政府集中采购" in line or "没有对应" in line for line in up.remarks)
    assert any("请核对：“3.其他/自然人”" in line for line in up.remarks)


def test_a_report_of_another_kind_is_not_added() -> None:
    hotline = load_form(str(Path(__file__).parent / "forms" / "tiny"))
    up = rolled(report({}, form=hotline, unit=Unit(name="热线办")))
    assert up.remarks == ("热线办：所用表式是hotline，与govinfo-2021不是同一种报告，没有计入。请核对文件。",)
    assert up.report.figures[RECEIVED] is None


def test_the_prose_is_the_offices_own_or_none() -> None:
    assert rolled(unit("甲镇")).report.texts == {}
    breakdown = Breakdown("overview.proactive", "主动公开政府信息", "条", 3, (("甲", 3),))
    own = unit("县政府办", texts={"overview": "全县收到申请{新收申请总数}件。"}, breakdowns=(breakdown,))
    up = rolled(unit("甲镇", breakdowns=(replace(breakdown, total=9),)), own=own)
    assert up.report.texts == own.texts
    assert up.report.breakdowns == (breakdown,)


def test_what_the_form_says_units_repeat_comes_from_the_office_alone(tmp_path: Path) -> None:
    text = (Path(__file__).parent / "forms" / "tiny" / "form.toml").read_text(encoding="utf-8")
    (tmp_path / "form.toml").write_text(
        text.replace("[table.help]\nstaff", '[table.across_units]\ncarried_in = "own"\n\n[table.help]\nstaff')
    )
    form = load_form(str(tmp_path))
    one, two = (report({"costs.carried_in": 7, "costs.staff": 1}, form=form, unit=Unit(name=name)) for name in ("甲", "乙"))
    up = sum_reports(form, COUNTY, 2024, [one, replace(two, unit=COUNTY)])
    assert (up.report.figures["costs.carried_in"], up.report.figures["costs.staff"]) == (7, 2)
    without = sum_reports(form, COUNTY, 2024, [one])
    assert without.report.figures["costs.carried_in"] is None
    assert without.remarks == ("以下1格不由下级相加，请由本级填写：“上年结余”。",)


@pytest.mark.trial
def test_thousands_of_units_take_little_memory() -> None:
    figures = balanced_figures(1)

    def units() -> Iterator[Report]:
        return (unit(f"{number}镇", figures) for number in range(600))

    sum_reports(FORM, COUNTY, 2024, units())
    tracemalloc.start()
    sum_reports(FORM, COUNTY, 2024, units())
    size = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size < 600 * 20_000
