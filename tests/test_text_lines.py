"""Lines of a text are put together to paragraphs again, over the width at which they were broken and over pages."""

from __future__ import annotations

import json

import pytest

from tests.needed import SHARED, beside
from tests.sources import read_plain
from xltools.readers.published.plain_text import parse_text, read_text
from xltools.readers.published.source import Line, Row

KEWEI = SHARED / "reports" / "shanghai_kewei_2024.md"


# ------------------------------------------------------------------------------------------------------------- wrapping

WRAPPED = """一、总体情况
2024年，本机关认真贯彻《中华人民共和国政府信
息公开条例》，全面推进政务公开，全年主动公开政府信
息392条，其中乡镇动态66条、政府文件5条、重点领域信
息46条，内容涉及政策法规。
（一）主动公开。全年通过门户网站主动公开政府信息，
比上年增长。
本机关高度重视依申请公开工作，积极完善管理，全年收
到申请3件，办结3件。
"""


def test_lines_broken_at_a_fixed_width_go_on() -> None:
    assert [line.endswith(" >") for line in read_plain(WRAPPED).splitlines()] == [False, True, True, True, False, True, False, True, False]


def test_a_full_line_does_not_go_on_into_a_numbered_item() -> None:
    text = WRAPPED + "重点做好以下几项工作，逐项落实到人，逐月检查，抓好落\n1.明确人员\n2.制定制度\n"
    assert read_plain(text).splitlines()[-3:] == ["重点做好以下几项工作，逐项落实到人，逐月检查，抓好落", "1.明确人员", "2.制定制度"]


def test_a_decimal_at_the_beginning_of_a_line_is_no_item() -> None:
    text = WRAPPED + "全年收取行政事业性收费，依法依规及时足额缴入国库，共\n2.5万元，比上年减少。\n"
    assert read_plain(text).splitlines()[-2].endswith(" >")


def test_an_indented_line_begins_a_paragraph() -> None:
    text = WRAPPED.replace("本机关高度", "    本机关高度").replace("比上年增长。", "比上年增长的部分，主要是规划计划和重点领域的信息公开")
    assert "规划计划和重点领域的信息公开\n本机关" in read_plain(text)


def test_a_blank_line_ends_a_paragraph() -> None:
    assert "政府信\n息公开" in read_plain(WRAPPED.replace("政府信\n息公开", "政府信\n\n息公开", 1))


def test_a_full_line_in_front_of_a_table_does_not_go_on_behind_it() -> None:
    lines = WRAPPED.splitlines()
    table = ["规章\t1\t0\t2", "行政规范性文件\t3\t1\t5"]
    text = "\n".join([*lines[:3], *table, *lines[3:]])
    assert read_plain(text).splitlines()[1:6] == [
        f"{lines[1]} >",
        lines[2],
        "| 规章 | 1 | 0 | 2 |",
        "| 行政规范性文件 | 3 | 1 | 5 |",
        f"{lines[3]} >",
    ]


def test_paragraphs_that_are_whole_lines_do_not_go_on() -> None:
    text = "\n".join(f"{'公开政府信息' * size}。" for size in (4, 30, 12, 55, 9, 21, 70, 3))
    assert " >" not in read_plain(text)


# ---------------------------------------------------------------------------------------------------------------- pages


def test_form_feeds_count_pages_and_page_numbers_are_dropped() -> None:
    text = "一、总体情况\n\n  - 1 -\n\f二、情况\n— 2 —\n\f三、情况\n\n第 3 页 共 3 页\n\f"
    assert parse_text(text) == (Line("一、总体情况", 1), Line("二、情况", 2), Line("三、情况", 3))


@pytest.mark.parametrize("mark", ["- 3 -", "-3-", "— 5 —", "－ 5 －", "第 3 页 共 5 页", "第3页", "第3页/共5页", "· 7 ·"])
def test_a_page_number_between_dashes_is_dropped_anywhere(mark: str) -> None:
    assert read_plain(f"甲。\n{mark}\n乙。") == "甲。\n乙。"


def test_a_negative_number_is_no_page_number() -> None:
    assert read_plain("行政强制\n-3\n—\n") == "行政强制\n-3\n—"


def test_bare_numbers_at_the_edge_of_pages_are_dropped_where_they_count_pages() -> None:
    text = "甲\n5\n\f乙\n6\n\f丙\n7\n"
    assert parse_text(text) == (Line("甲", 1), Line("乙", 2), Line("丙", 3))


def test_a_figure_at_the_edge_of_a_page_is_kept() -> None:
    text = "行政许可\n550\n\f行政处罚\n4119\n\f完\n3\n"
    assert read_plain(text) == "行政许可\n550\n行政处罚\n4119\n完"


def test_a_paragraph_broken_by_a_page_goes_on() -> None:
    lines = WRAPPED.splitlines()
    text = "\n".join([*lines[:3], "", "          - 1 -", "\f" + lines[3], *lines[4:]])
    items = parse_text(text)
    assert items[2] == Line("息公开条例》，全面推进政务公开，全年主动公开政府信", 1, goes_on=True)
    assert items[3] == Line("息392条，其中乡镇动态66条、政府文件5条、重点领域信", 2, goes_on=True)


def test_a_whole_line_broken_by_a_page_goes_on_and_a_finished_one_does_not() -> None:
    text = "全年主动公开政府信息392条，其中乡镇动态66条、政府\n- 1 -\n文件5条。\n\n- 2 -\n\n全年收到申请3件。"
    assert read_plain(text) == "全年主动公开政府信息392条，其中乡镇动态66条、政府 >\n文件5条。\n全年收到申请3件。"


def test_figures_around_a_page_break_do_not_go_on() -> None:
    assert read_plain("1.属于国家秘密\n0\n- 3 -\n0\n") == "1.属于国家秘密\n0\n0"


def test_traces_of_an_extraction_are_dropped() -> None:
    text = '[bookmark: _GoBack]3.提高质量\n见\x13 HYPERLINK "http://a.cn" \x14网站\x15。\u200b\ufeff\n[image: 1.png]\n公\u00ad开'
    assert read_plain(text) == "3.提高质量\n见网站。\n公开"


def test_every_kind_of_line_break_is_one() -> None:
    assert read_plain("甲\r\n乙\r丙\u2028丁\v戊") == "甲\n乙\n丙\n丁\n戊"


@beside(KEWEI)
def test_the_real_report_with_broken_lines_is_put_together() -> None:
    paragraphs, onward = [], False
    items = read_text(KEWEI).items
    for item in items:
        if isinstance(item, Line):
            paragraphs[-1:] = [paragraphs[-1] + item.text] if onward else [*paragraphs[-1:], item.text]
            onward = item.goes_on
    assert len([text for text in paragraphs if text.endswith("。")]) == 14
    assert "市科委网站（https://stcsm.sh.gov.cn）下载。" in paragraphs[3]
    assert "涉及的行政诉讼数为0 件。" in "".join(paragraphs)
    figures = json.loads((KEWEI.parent / "truth" / "shanghai_kewei_2024.json").read_text(encoding="utf-8"))
    rows = [[int(cell.text) for cell in item.cells if cell.text.isdigit()] for item in items if isinstance(item, Row)]
    for row in figures["table3"]["rows"]:
        assert [value for value in row["values"] if value is not None] in rows or row["values"][:6] in rows
