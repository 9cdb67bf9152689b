"""Names in braces within prose: what they stand for, and what becomes of those that stand for nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xltools.form.loader import load_form
from xltools.form.unit import Unit
from xltools.report.filled import Breakdown, Report, Value
from xltools.report.placeholders import fill, quantities, unknown

FORM = load_form()
BLANK: dict[str, Value] = {figure.id: None for figure in FORM.inputs}
REPORT = Report(
    FORM,
    2024,
    Unit(name="某某县人民政府办公室", short_name="某某县", phone="0571-12345678"),
    BLANK
    | {
        "requests.received.natural_person": 10,
        "requests.received.business": 2,
        "requests.denied.state_secret.natural_person": 1,
        "requests.denied.enforcement_file.business": 3,
        "requests.granted.natural_person": "约5件",
        "disclosure.fees.amount": Decimal("12.50"),
    },
    {},
    (
        Breakdown("overview.proactive", "主动公开政府信息", "条", 392, ()),
        Breakdown("overview.platform", "", "条", 7, ()),
        Breakdown("overview.platform", "政务新媒体", "个", "若干", ()),
    ),
)
NAMES = quantities(REPORT)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("没有名称的文字", "没有名称的文字"),
        ("新收{新收申请总数}件", "新收12件"),
        ("新收｛ 新收 申请总数　｝件", "新收12件"),
        ("不予公开{不予公开总数}件", "不予公开4件"),
        ("予以公开{予以公开总数}件", "予以公开0件"),
        ("收费{行政事业性收费金额}万元", "收费12.50万元"),
        ("公开{主动公开政府信息总数}条", "公开392条"),
        ("{单位简称}{报告年度}年、{上年度}年", "某某县2024年、2023年"),
        ("请致电{电话}，来信寄{地址}", "请致电0571-12345678，来信寄{地址}"),
        ("{不存在的名称}{政务新媒体总数}", "{不存在的名称}{政务新媒体总数}"),
        ("{新收申请\n总数}", "{新收申请\n总数}"),
        ("{{新收申请总数}}", "{12}"),
    ],
)
def test_a_known_name_is_replaced_and_anything_else_stays_as_typed(typed: str, printed: str) -> None:
    assert fill(typed, NAMES) == printed


def test_what_a_name_stands_for_is_not_looked_at_again() -> None:
    assert fill("{甲}", {"甲": "{乙}", "乙": "1"}) == "{乙}"


def test_prose_whose_names_are_all_known_has_nothing_to_report() -> None:
    assert unknown("{新收申请总数}件，｛单位名称｝，{}", NAMES) == ()


def test_each_unknown_name_is_reported_once_with_the_nearest_known_ones() -> None:
    found = unknown("{新收申请数}、{ 新收申请数 }、{xyz}", NAMES)
    assert [name for name, _ in found] == ["新收申请数", "xyz"]
    assert found[0][1][0] == "新收申请总数"
    assert len(found[0][1]) <= 3
    assert found[1][1] == ()
