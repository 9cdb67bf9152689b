"""Plain text and Markdown are read as they are meant: tables with tabs or bars, a cell a line, and paragraphs put together again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.needed import SHARED, beside
from tests.sources import shown, texts
from xltools.errors import UnreadableFileError
from xltools.readers.published.plain_text import parse_text, read_text
from xltools.readers.published.source import Cell, Line, Row

SEED = SHARED / "seed" / "changfu-2023.txt"
KEWEI = SHARED / "reports" / "shanghai_kewei_2024.md"


def read(text: str) -> str:
    return shown(parse_text(text))


def read_markdown(text: str) -> str:
    return shown(parse_text(text, marked=True))


# ---------------------------------------------------------------------------------------------------------------- pipes


def test_a_table_with_pipes_is_read_without_its_rule() -> None:
    text = "表二\n| 信息内容 | 本年制发件数 |\n|:---|---:|\n| 规章 | 0 |\n\n后"
    assert read_markdown(text) == "表二\n| 信息内容 | 本年制发件数 |\n| 规章 | 0 |\n后"
    assert read(text) == read_markdown(text)


def test_a_row_with_more_cells_than_the_head_keeps_them_all() -> None:
    assert read_markdown("| 维持 | 纠正 |\n|---|---|\n| 1 | 0 | 0 | 3 |") == "| 维持 | 纠正 |\n| 1 | 0 | 0 | 3 |"


def test_an_empty_last_cell_is_kept() -> None:
    (row,) = parse_text("| 四、结转 | 1 |  |")
    assert isinstance(row, Row)
    assert [cell.text for cell in row.cells] == ["四、结转", "1", ""]


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
    assert read("| 规章 | 0 |\n|---+---|\n| 许可 | 7 |\n|---+---|") == "| 规章 | 0 |\n| 许可 | 7 |"


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


@pytest.mark.parametrize("separator", ["\t", " | ", "｜"])
def test_cells_between_separators_alone_are_a_table(separator: str) -> None:
    lines = ["信息内容;制发件数;现行有效件数", "规章;0;12", "第二十条第（五）项", "行政许可;7"]
    text = "\n".join(["二、主动公开", *lines, "三、收到和处理"]).replace(";", separator)
    rows = "| 信息内容 | 制发件数 | 现行有效件数 |\n| 规章 | 0 | 12 |\n| 第二十条第（五）项 |\n| 行政许可 | 7 |"
    assert read(text) == f"二、主动公开\n{rows}\n三、收到和处理"


@pytest.mark.parametrize("text", ["行政许可,1\n行政处罚,2", "首页 | 年报 | 2023\n标题", "规章        1     2\n文件        4     6"])
def test_commas_gaps_and_the_bars_of_a_menu_make_no_table(text: str) -> None:
    assert not any(isinstance(item, Row) for item in parse_text(text))


def test_a_row_padded_with_bars_keeps_its_empty_cells() -> None:
    text = "第二十条第（一）项 | |||\n信息内容 | 制发 | 废止 | 有效 |\n规章 | 2 |  | 3 |\n第二十条第（五）项 | |||\n行政许可 | 7 | ||"
    assert read(text).splitlines()[2:] == ["| 规章 | 2 | | 3 |", "| 第二十条第（五）项 | | | |", "| 行政许可 | 7 | | |"]


def test_a_cell_a_line_is_read_without_its_bars() -> None:
    assert read("信息内容 |\n制发 |\n规章 |\n2 | ||\n|\n行政许可\n|\n7 |") == "信息内容\n制发\n规章\n2\n行政许可\n7"


BROKEN_BARS = {
    "a blank cell breaks the line": "第一项 | |||\n内容 | 制发 | 废止 | 有效 |\n规章 | 2 | \n| 3 |\n文件 | 1 | \n| \n|\n许可 | 7 | ||",
    "a cell a line": "第一项 |\n|||\n内容 |\n制发 |\n废止 |\n有效 |\n规章 |\n2 |\n |\n3 |\n文件 |\n1 |\n |\n |\n许可 |\n7 |\n||",
    "a bar in front of each row": "|\n第一项 |\n|||\n|\n内容 |\n制发 |\n废止 |\n有效 |\n|\n规章 |\n2 |\n |\n3 |\n|\n文件 |\n1 |\n |\n |\n|\n许可 |\n7 |\n||",
    "blank lines between": "| \n  第一项  | \n  |||\n| \n  内容  | \n  \n  制发  | \n  \n  废止 | \n  \n  有效 | \n  \n| \n  规章 | \n  \n 2 | \n\n  | \n\n 3 |\n"
    "\n| \n 文件 | \n\n 1 | \n\n | \n\n | \n\n| \n 许可 | \n\n 7 | \n ||",
}


@pytest.mark.parametrize("text", BROKEN_BARS.values(), ids=BROKEN_BARS)
def test_rows_that_the_lines_break_are_told_by_their_bars(text: str) -> None:
    rows = "| 第一项 | | | |\n| 内容 | 制发 | 废止 | 有效 |\n| 规章 | 2 | | 3 |\n| 文件 | 1 | | |\n| 许可 | 7 | | |"
    assert read(f"二、主动公开\n{text}\n三、收到和处理") == f"二、主动公开\n{rows}\n三、收到和处理"


def test_rows_with_a_bar_too_few_are_no_table() -> None:
    text = BROKEN_BARS["a cell a line"].replace("文件 |\n1 |\n |\n |", "文件 |\n1 |\n |")
    assert not any(isinstance(item, Row) for item in parse_text(text))


def test_bars_on_lines_of_their_own_keep_blank_cells() -> None:
    text = "第一项\n|\n内容\n|\n一、制发\n|\n规章\n|\n2\n|\n|\n3\n|\n文\n件\n|\n1\n|\n|\n|\n三、收到和处理\n文"
    assert read(text).splitlines() == [
        "第一项", "| 内容 |", "| 一、制发 |", "| 规章 | 2 | | 3 |", "| 文/件 | 1 | | |", "三、收到和处理", "文",
    ]  # fmt: skip


def test_rows_without_outer_pipes_are_rows() -> None:
    assert read_markdown("内容 | 件数\n---|---\n规章 | 0") == "| 内容 | 件数 |\n| 规章 | 0 |"


def test_a_sentence_with_a_pipe_is_no_table() -> None:
    assert read("网站：首页|政务公开\n下一句") == "网站：首页|政务公开\n下一句"


# ----------------------------------------------------------------------------------------------------------------- tabs


def test_one_cell_per_line_is_a_table_whose_rows_end_with_a_blank_line() -> None:
    text = "二、情况\n\t信息内容\n\t本年制发件数\n\n\t规章\n\t0\n\n\n三、情况\n文"
    assert read(text) == "二、情况\n| 信息内容 | 本年制发件数 |\n| 规章 | 0 |\n三、情况\n文"


def test_lines_without_a_tab_continue_the_cell() -> None:
    assert read("\t商业\n企业\n\t总\n计\n\n\t0\n\t1\n") == "| 商业/企业 | 总/计 |\n| 0 | 1 |"


def test_two_tabs_are_an_empty_cell_and_a_cell() -> None:
    assert read("\t规章\n\t0\n\t\t0\n\n\t\n\t\n\t3\n") == "| 规章 | 0 | | 0 |\n| | | 3 |"


def test_the_edges_of_a_cell_are_bare() -> None:
    (row, _) = parse_text("\t行政许可\n\t0\u00a0\n\n\t行政处罚\n\t0\u3000\n")
    assert isinstance(row, Row)
    assert row.cells == (Cell("行政许可", 0), Cell("0", 1))


def test_rows_with_tabs_between_cells_are_a_table() -> None:
    text = "表二\n第二十条第（一）项\t\t\t\n信息内容\t本年制发件数\t本年废止件数\n规章\t0\t1\n第二十条第（五）项\n行政许可\t5\n\t\t7\n三、情况\n注：无"
    assert read(text) == "\n".join(
        (
            "表二",
            "| 第二十条第（一）项 | | | |",
            "| 信息内容 | 本年制发件数 | 本年废止件数 |",
            "| 规章 | 0 | 1 |",
            "| 第二十条第（五）项 |",
            "| 行政许可 | 5 |",
            "| | | 7 |",
            "三、情况",
            "注：无",
        )
    )


def test_paragraphs_indented_with_tabs_are_no_table() -> None:
    text = "\t一、总体情况\n\t2024年全年公开信息392条。\n\t全年收到申请3件。\n\n\t二、其他\n"
    assert read(text) == "一、总体情况\n2024年全年公开信息392条。\n全年收到申请3件。\n二、其他"


def test_a_tab_behind_an_items_number_is_no_table() -> None:
    assert read("1.\t明确人员\n2.\t制定制度\n") == "1. 明确人员\n2. 制定制度"


def test_wide_gaps_in_prose_make_no_table() -> None:
    text = "某某县人民政府      2024年1月20日\n联系人：张三    电话：12345678\n报告全文见网站。"
    assert read(text) == "某某县人民政府      2024年1月20日\n联系人：张三    电话：12345678\n报告全文见网站。"


def test_a_lone_number_is_kept() -> None:
    assert read("2.申请人逾期未缴\n1\n3.其他") == "2.申请人逾期未缴\n1\n3.其他"


# ------------------------------------------------------------------------------------------------------------- markdown


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


def test_plain_text_is_not_taken_for_markdown() -> None:
    assert read("- 甲\n**乙**\n# 丙") == "- 甲\n**乙**\n# 丙"


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
    assert [line.endswith(" >") for line in read(WRAPPED).splitlines()] == [False, True, True, True, False, True, False, True, False]


def test_a_full_line_does_not_go_on_into_a_numbered_item() -> None:
    text = WRAPPED + "重点做好以下几项工作，逐项落实到人，逐月检查，抓好落\n1.明确人员\n2.制定制度\n"
    assert read(text).splitlines()[-3:] == ["重点做好以下几项工作，逐项落实到人，逐月检查，抓好落", "1.明确人员", "2.制定制度"]


def test_a_decimal_at_the_beginning_of_a_line_is_no_item() -> None:
    text = WRAPPED + "全年收取行政事业性收费，依法依规及时足额缴入国库，共\n2.5万元，比上年减少。\n"
    assert read(text).splitlines()[-2].endswith(" >")


def test_an_indented_line_begins_a_paragraph() -> None:
    text = WRAPPED.replace("本机关高度", "    本机关高度").replace("比上年增长。", "比上年增长的部分，主要是规划计划和重点领域的信息公开")
    assert "规划计划和重点领域的信息公开\n本机关" in read(text)


def test_a_blank_line_ends_a_paragraph() -> None:
    assert "政府信\n息公开" in read(WRAPPED.replace("政府信\n息公开", "政府信\n\n息公开", 1))


def test_a_full_line_in_front_of_a_table_does_not_go_on_behind_it() -> None:
    lines = WRAPPED.splitlines()
    table = ["规章\t1\t0\t2", "行政规范性文件\t3\t1\t5"]
    text = "\n".join([*lines[:3], *table, *lines[3:]])
    assert read(text).splitlines()[1:6] == [
        f"{lines[1]} >",
        lines[2],
        "| 规章 | 1 | 0 | 2 |",
        "| 行政规范性文件 | 3 | 1 | 5 |",
        f"{lines[3]} >",
    ]


def test_bars_that_begin_cells_but_end_no_row_make_no_table() -> None:
    text = "|规章\n|1\n|2\n|行政规范性文件\n|3\n|4"
    assert read(text) == text.replace("|", "")


def test_paragraphs_that_are_whole_lines_do_not_go_on() -> None:
    text = "\n".join(f"{'公开政府信息' * size}。" for size in (4, 30, 12, 55, 9, 21, 70, 3))
    assert " >" not in read(text)


# ---------------------------------------------------------------------------------------------------------------- pages


def test_form_feeds_count_pages_and_page_numbers_are_dropped() -> None:
    text = "一、总体情况\n\n  - 1 -\n\f二、情况\n— 2 —\n\f三、情况\n\n第 3 页 共 3 页\n\f"
    assert parse_text(text) == (Line("一、总体情况", 1), Line("二、情况", 2), Line("三、情况", 3))


@pytest.mark.parametrize("mark", ["- 3 -", "-3-", "— 5 —", "－ 5 －", "第 3 页 共 5 页", "第3页", "第3页/共5页", "· 7 ·"])
def test_a_page_number_between_dashes_is_dropped_anywhere(mark: str) -> None:
    assert read(f"甲。\n{mark}\n乙。") == "甲。\n乙。"


def test_a_negative_number_is_no_page_number() -> None:
    assert read("行政强制\n-3\n—\n") == "行政强制\n-3\n—"


def test_bare_numbers_at_the_edge_of_pages_are_dropped_where_they_count_pages() -> None:
    text = "甲\n5\n\f乙\n6\n\f丙\n7\n"
    assert parse_text(text) == (Line("甲", 1), Line("乙", 2), Line("丙", 3))


def test_a_figure_at_the_edge_of_a_page_is_kept() -> None:
    text = "行政许可\n550\n\f行政处罚\n4119\n\f完\n3\n"
    assert read(text) == "行政许可\n550\n行政处罚\n4119\n完"


def test_a_paragraph_broken_by_a_page_goes_on() -> None:
    lines = WRAPPED.splitlines()
    text = "\n".join([*lines[:3], "", "          - 1 -", "\f" + lines[3], *lines[4:]])
    items = parse_text(text)
    assert items[2] == Line("息公开条例》，全面推进政务公开，全年主动公开政府信", 1, goes_on=True)
    assert items[3] == Line("息392条，其中乡镇动态66条、政府文件5条、重点领域信", 2, goes_on=True)


def test_a_whole_line_broken_by_a_page_goes_on_and_a_finished_one_does_not() -> None:
    text = "全年主动公开政府信息392条，其中乡镇动态66条、政府\n- 1 -\n文件5条。\n\n- 2 -\n\n全年收到申请3件。"
    assert read(text) == "全年主动公开政府信息392条，其中乡镇动态66条、政府 >\n文件5条。\n全年收到申请3件。"


def test_figures_around_a_page_break_do_not_go_on() -> None:
    assert read("1.属于国家秘密\n0\n- 3 -\n0\n") == "1.属于国家秘密\n0\n0"


def test_traces_of_an_extraction_are_dropped() -> None:
    text = '[bookmark: _GoBack]3.提高质量\n见\x13 HYPERLINK "http://a.cn" \x14网站\x15。\u200b\ufeff\n[image: 1.png]\n公\u00ad开'
    assert read(text) == "3.提高质量\n见网站。\n公开"


def test_every_kind_of_line_break_is_one() -> None:
    assert read("甲\r\n乙\r丙\u2028丁\v戊") == "甲\n乙\n丙\n丁\n戊"


# --------------------------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_text_file_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes("政府信息公开年度报告\r\n\t规章\r\n\t0\r\n\r\n\t文件\r\n\t1\r\n".encode(encoding))
    source = read_text(path)
    assert (source.kind, shown(source.items)) == ("text", "政府信息公开年度报告\n| 规章 | 0 |\n| 文件 | 1 |")


def test_the_ending_tells_markdown(tmp_path: Path) -> None:
    for name, read_as in (("a.md", "# 报告"), ("a.MARKDOWN", "# 报告"), ("a.txt", "# 报告")):
        path = tmp_path / name
        path.write_text("# 报告", encoding="utf-8")
        assert shown(read_text(path).items) == read_as
        assert isinstance(line := read_text(path).items[0], Line)
        assert line.heading == (0 if name.endswith("txt") else 1)


def test_a_page_saved_as_text_is_read_as_a_page(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    for text in ("<!DOCTYPE html><p>报告</p>", "<p>报告</p>" + "<p></p>" * 10):
        path.write_text(text, encoding="utf-8")
        assert shown(read_text(path).items) == "报告"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "文件是空的"),
        (b"\n \t\n", "文件是空的"),
        (b"- 1 -\n\f- 2 -\n", "文件是空的"),
        ("鏀垮簻淇℃伅鍏紑宸ヤ綔骞村害鎶ュ憡锛屾湰骞�".encode(), "文件为乱码"),
        (b"??????????????????????", "文件为乱码"),
        (b"PK\x03\x04", "这是 Word 或其他办公软件的文件"),
        (b"a" * 9_000_000, "文件过大"),
    ],
    ids=["empty", "blank", "page numbers", "misread", "lost", "zip", "large"],
)
def test_a_file_that_is_no_text_is_refused_in_one_line(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError) as refusal:
        read_text(path)
    assert refusal.value.reason.startswith(reason)
    assert "请" in refusal.value.reason


@pytest.mark.trial
@pytest.mark.parametrize("line", ["\t甲", "甲    乙", "\t甲\t乙。", "| 甲 |", "<table>", "**甲 ", "[甲](", "甲。", "1    2", "\t"])
def test_a_long_file_of_nothing_but_one_thing_is_read_in_time(line: str) -> None:
    text = f"{line}\n" * 20_000
    assert parse_text(text) is not None
    assert parse_text(text, marked=True) is not None
    assert parse_text(line * 20_000, marked=True) is not None


# --------------------------------------------------------------------------------------------------------- real reports


@beside(SEED)
def test_the_real_report_with_a_cell_per_line_is_read_whole() -> None:
    items = read_text(SEED).items
    rows = [item for item in items if isinstance(item, Row)]
    assert [sum(row.table == table for row in rows) for table in (1, 2, 3)] == [14, 28, 4]
    assert [len(row.cells) for row in rows if row.table == 2][-13:-9] == [11, 10, 10, 10]
    # one row of the real report has an empty cell too many
    assert [cell.text for cell in rows[29].cells] == [
        "",
        "（四）无法提供",
        "1.本机关不掌握相关政府信息",
        "0",
        "0",
        "0",
        "0",
        "",
        "0",
        "0",
        "0",
    ]
    assert not any(item.goes_on for item in items if isinstance(item, Line))
    assert texts(items)[-1] == "2023年度，本机关无收取信息处理费情况。"
    assert not any("bookmark" in text for text in texts(items))


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
