"""Markdown is read as it is meant: its tables, headings and links without their marks."""

from __future__ import annotations

from pathlib import Path

from tests.sources import read_markdown, read_plain, shown
from xltools.readers.published.plain_text import read_text
from xltools.readers.published.source import Line, Row


def test_a_row_with_more_cells_than_the_head_keeps_them_all() -> None:
    assert read_markdown("| 维持 | 纠正 |\n|---|---|\n| 1 | 0 | 0 | 3 |") == "| 维持 | 纠正 |\n| 1 | 0 | 0 | 3 |"


def test_rows_of_bars_alone_without_padding_are_rows_of_their_lines() -> None:
    lines = [
        "信息内容| 制发件数| 现行有效件数  ",
        "规章| 0| 12  ",
        "第二十条第（五）项  ",
        "信息内容| 数量  ",
        "行政许可| 7  ",
        "行政检查| 8  ",
    ]
    rows = [
        "| 信息内容 | 制发件数 | 现行有效件数 |",
        "| 规章 | 0 | 12 |",
        "| 第二十条第（五）项 |",
        "| 信息内容 | 数量 |",
        "| 行政许可 | 7 |",
        "| 行政检查 | 8 |",
    ]
    assert read_markdown("\n".join(["二、主动公开", "---  ", *lines, "", "后"])) == "\n".join(["二、主动公开", *rows, "后"])


def test_rules_between_rows_may_have_crosses() -> None:
    assert read_plain("| 规章 | 0 |\n|---+---|\n| 许可 | 7 |\n|---+---|") == "| 规章 | 0 |\n| 许可 | 7 |"


def test_tables_in_html_are_tables_of_markdown_and_of_no_other_text(tmp_path: Path) -> None:
    table = "<table>\n<tr><td rowspan=2>**组**</td><td>甲</td><td>1</td></tr>\n<tr><td>乙</td><td>2</td></tr>\n</table>"
    rows = "| **组** (1x2) | 甲 | 1 |\n| . | 乙 | 2 |"
    path = tmp_path / "report.md"
    path.write_text(f"# 标题\n\n{table}\n\n| 丙 | 3 |\n|---|---|\n\n{table.upper()}\n后", encoding="utf-8")
    items = read_text(path).items
    assert shown(items) == f"# 标题\n{rows}\n| 丙 | 3 |\n{rows}\n后"
    assert [item.table for item in items if isinstance(item, Row)] == [1, 1, 2, 3, 3]
    assert [item.heading for item in items if isinstance(item, Line)] == [1, 0]
    text = path.with_suffix(".txt")
    text.write_text(table, encoding="utf-8")
    assert not any(isinstance(item, Row) for item in read_text(text).items)


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
