"""An amount is read in the unit that its page states, wherever that stands, and what is no fee is not read as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published import (
    PageCell,
    Rows,
    assert_right_or_unread,
    balanced,
    page,
    read_page,
    relabel,
    set_values,
    shown,
)
from xltools.rules.review import review


@pytest.mark.parametrize(("unit", "printed", "read"), [("元", "77302800", "7730.28"), ("亿元", "1.5", "15000"), ("亿元", "0.00012", "1.2")])
def test_an_amount_under_a_heading_with_another_unit_is_converted_and_told(unit: str, printed: str, read: str, tmp_path: Path) -> None:
    def in_unit(rows: Rows) -> None:
        relabel(rows, {"本年收费金额（单位：万元）": f"本年收费金额（单位：{unit}）"})
        set_values(rows, "行政事业性收费", [printed])

    report = read_page(tmp_path, page(values=balanced(), change={"disclosure": in_unit}))
    assert shown(report)["disclosure.fees.amount"] == read
    (doubt,) = review(report).findings
    assert doubt.rule.code == "C114"
    assert f"单位是{unit}，{printed} {unit}识别为 {read} 万元" in doubt.message


@pytest.mark.parametrize("heading", ["收费项目数", "上年项目数", "增减数"])
def test_what_is_no_fee_is_not_read_as_one(tmp_path: Path, heading: str) -> None:
    change = page(change={"disclosure": lambda rows: relabel(rows, {"本年收费金额（单位：万元）": heading})})
    assert_right_or_unread(read_page(tmp_path, change), "disclosure.fees")


@pytest.mark.parametrize(
    ("heading", "cell", "amount"),
    [
        ("本年收费金额（万元）", "12.5", "12.5"),
        ("本年收费金额（单位：万元，保留4位小数）", "12.5", "12.5"),
        ("本年收费金额（元）", "125000", "12.5"),
        ("本年收费金额/元", "125000", "12.5"),
        ("本年收费金额(人民币元", "125000", "12.5"),
        ("本年收费金额（千元）", "125", "12.5"),
        ("本年收费金额（单位：万元）", "0.00125亿元", "12.5"),
        ("本年收费金额", "125000元", "12.5"),
        ("本\n年\n收\n费\n金\n额\n（\n万\n元\n）", "12.5", "12.5"),
        ("本年收费金额（单位：人民币 千 元）", "125", "12.5"),
    ],
)
def test_the_unit_of_an_amount_is_read_in_any_writing(tmp_path: Path, heading: str, cell: str, amount: str) -> None:
    def change(rows: Rows) -> None:
        relabel(rows, {"本年收费金额（单位：万元）": heading})
        set_values(rows, "行政事业性收费", [cell])

    assert shown(read_page(tmp_path, page(change={"disclosure": change})))["disclosure.fees.amount"] == amount


def test_a_unit_above_the_table_holds_for_a_heading_without_one(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        relabel(rows, {"本年收费金额（单位：万元）": "本年收费金额"})
        set_values(rows, "行政事业性收费", ["125000"])

    text = page(change={"disclosure": change}, above={"disclosure": "<p>单位：件、元</p>"})
    assert shown(read_page(tmp_path, text))["disclosure.fees.amount"] == "12.5"


@pytest.mark.parametrize("unit", ["单 位：元", "（金额单位：人民币元）", "计量单位：件、元"])
def test_the_unit_in_a_row_above_the_header_holds(tmp_path: Path, unit: str) -> None:
    def change(rows: Rows) -> None:
        relabel(rows, {"本年收费金额（单位：万元）": "本年收费金额"})
        set_values(rows, "行政事业性收费", ["125000"])
        rows.insert(rows.index(next(row for row in rows if row[-1].text == "本年收费金额")), [PageCell(unit, 1, 4)])

    assert shown(read_page(tmp_path, page(change={"disclosure": change})))["disclosure.fees.amount"] == "12.5"


def test_the_unit_beside_the_label_of_a_row_goes_before_that_of_the_official_heading(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        set_values(rows, "行政事业性收费", ["125000"])
        relabel(rows, {"行政事业性收费": "行政事业性收费（元）"})

    report = read_page(tmp_path, page(change={"disclosure": change}))
    assert shown(report)["disclosure.fees.amount"] == "12.5"
    assert [remark.figures for remark in report.origin.publication.doubts] == [("disclosure.fees.amount",)]
