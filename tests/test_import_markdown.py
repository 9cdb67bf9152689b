"""Markdown is read as it is meant: its tables, headings and links without their marks."""

from __future__ import annotations

from tests.sources import read_markdown


def test_a_row_with_more_cells_than_the_head_keeps_them_all() -> None:
    assert read_markdown("| 维持 | 纠正 |\n|---|---|\n| 1 | 0 | 0 | 3 |") == "| 维持 | 纠正 |\n| 1 | 0 | 0 | 3 |"


def test_an_escaped_pipe_is_no_border() -> None:
    assert read_markdown("| 甲\\|乙 | 1 |\n|---|---|\n| **丙** | 2<br>（其中 1） |") == "| 甲|乙 | 1 |\n| 丙 | 2/（其中 1） |"


def test_rows_without_outer_pipes_are_rows() -> None:
    assert read_markdown("内容 | 件数\n---|---\n规章 | 0") == "| 内容 | 件数 |\n| 规章 | 0 |"


def test_headings_of_markdown_have_their_level() -> None:
    text = "# 报告\n\n## 一、总体情况 ##\n###（一）主动公开\n\n二、情况\n---\n文"
    assert read_markdown(text) == "# 报告\n## 一、总体情况\n### （一）主动公开\n二、情况\n文"


def test_fences_and_tags_of_a_converted_page_are_no_text() -> None:
    text = '::: {.section .scroll tabindex="0"}\n一、总体情况\n:::\n<div class="section scroll" tabindex="0">\n正文\n</div>'
    assert read_markdown(text) == "一、总体情况\n正文"


def test_a_comparison_is_no_tag() -> None:
    assert read_markdown("<a 小于\n乙。\n\n丙>丁") == "<a 小于/乙。\n丙>丁".replace("/", "\n")


def test_what_is_struck_through_in_markdown_is_left_out() -> None:
    assert read_markdown("| 规章 | ~~588~~58 |") == "| 规章 | 58 |"


def test_marks_of_markdown_are_taken_away() -> None:
    text = "**一、总体情况**\n*强调*和***两者***、`代码`、~~旧~~\n1\\. 公开 \\*3\\* 件\n2 * 3 * 4"
    assert read_markdown(text) == "一、总体情况\n强调和两者、代码、\n1. 公开 *3* 件\n2 * 3 * 4"


def test_bullets_and_quotes_are_taken_away_and_numbers_kept() -> None:
    assert read_markdown("- 甲\n* 乙\n  + 丙\n> 丁\n1. 戊\n- [x] 己") == "甲\n乙\n丙\n丁\n1. 戊\n己"


def test_links_and_pictures_are_their_text() -> None:
    text = '详见[政府网站](http://www.gov.cn "首页")。![](a.png)\n<https://a.cn>\n![二维码](b.png)\n《[办法](<a_(1).pdf>)》'
    assert read_markdown(text) == "详见政府网站。\nhttps://a.cn\n二维码\n《办法》"


def test_tags_and_entities_in_markdown_are_taken_away() -> None:
    assert read_markdown('<p align="center">报告</p>\n甲<br>乙&nbsp;丙&lt;') == "报告\n甲\n乙\u00a0丙<"


def test_front_matter_rules_and_fences_say_nothing() -> None:
    assert read_markdown("---\ntitle: 报告\n---\n\n文\n\n***\n\n```text\n内\n```\n") == "文\n内"
