"""Plain text is read as it is meant: tables with tabs or bars, or a cell a line; and its files in their encodings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.needed import SHARED, beside
from tests.sources import read_markdown, read_plain, shown, texts
from xltools.errors import UnreadableFileError
from xltools.readers.published.plain_text import parse_text, read_text
from xltools.readers.published.source import Cell, Line, Row

SEED = SHARED / "seed" / "changfu-2023.txt"


# ---------------------------------------------------------------------------------------------------------------- pipes


def test_a_table_with_pipes_is_read_without_its_rule() -> None:
    text = "表二\n| 信息内容 | 本年制发件数 |\n|:---|---:|\n| 规章 | 0 |\n\n后"
    assert read_markdown(text) == "表二\n| 信息内容 | 本年制发件数 |\n| 规章 | 0 |\n后"
    assert read_plain(text) == read_markdown(text)


def test_an_empty_last_cell_is_kept() -> None:
    (row,) = parse_text("| 四、结转 | 1 |  |")
    assert isinstance(row, Row)
    assert [cell.text for cell in row.cells] == ["四、结转", "1", ""]


@pytest.mark.parametrize("separator", ["\t", " | ", "｜"])
def test_cells_between_separators_alone_are_a_table(separator: str) -> None:
    lines = ["信息内容;制发件数;现行有效件数", "规章;0;12", "第二十条第（五）项", "行政许可;7"]
    text = "\n".join(["二、主动公开", *lines, "三、收到和处理"]).replace(";", separator)
    rows = "| 信息内容 | 制发件数 | 现行有效件数 |\n| 规章 | 0 | 12 |\n| 第二十条第（五）项 |\n| 行政许可 | 7 |"
    assert read_plain(text) == f"二、主动公开\n{rows}\n三、收到和处理"


@pytest.mark.parametrize("text", ["行政许可,1\n行政处罚,2", "首页 | 年报 | 2023\n标题", "规章        1     2\n文件        4     6"])
def test_commas_gaps_and_the_bars_of_a_menu_make_no_table(text: str) -> None:
    assert not any(isinstance(item, Row) for item in parse_text(text))


def test_a_row_padded_with_bars_keeps_its_empty_cells() -> None:
    text = "第二十条第（一）项 | |||\n信息内容 | 制发 | 废止 | 有效 |\n规章 | 2 |  | 3 |\n第二十条第（五）项 | |||\n行政许可 | 7 | ||"
    assert read_plain(text).splitlines()[2:] == ["| 规章 | 2 | | 3 |", "| 第二十条第（五）项 | | | |", "| 行政许可 | 7 | | |"]


def test_a_cell_a_line_is_read_without_its_bars() -> None:
    assert read_plain("信息内容 |\n制发 |\n规章 |\n2 | ||\n|\n行政许可\n|\n7 |") == "信息内容\n制发\n规章\n2\n行政许可\n7"


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
    assert read_plain(f"二、主动公开\n{text}\n三、收到和处理") == f"二、主动公开\n{rows}\n三、收到和处理"


def test_rows_with_a_bar_too_few_are_no_table() -> None:
    text = BROKEN_BARS["a cell a line"].replace("文件 |\n1 |\n |\n |", "文件 |\n1 |\n |")
    assert not any(isinstance(item, Row) for item in parse_text(text))


def test_bars_on_lines_of_their_own_keep_blank_cells() -> None:
    text = "第一项\n|\n内容\n|\n一、制发\n|\n规章\n|\n2\n|\n|\n3\n|\n文\n件\n|\n1\n|\n|\n|\n三、收到和处理\n文"
    assert read_plain(text).splitlines() == [
        "第一项", "| 内容 |", "| 一、制发 |", "| 规章 | 2 | | 3 |", "| 文/件 | 1 | | |", "三、收到和处理", "文",
    ]  # fmt: skip


def test_a_sentence_with_a_pipe_is_no_table() -> None:
    assert read_plain("网站：首页|政务公开\n下一句") == "网站：首页|政务公开\n下一句"


# ----------------------------------------------------------------------------------------------------------------- tabs


def test_one_cell_per_line_is_a_table_whose_rows_end_with_a_blank_line() -> None:
    text = "二、情况\n\t信息内容\n\t本年制发件数\n\n\t规章\n\t0\n\n\n三、情况\n文"
    assert read_plain(text) == "二、情况\n| 信息内容 | 本年制发件数 |\n| 规章 | 0 |\n三、情况\n文"


def test_lines_without_a_tab_continue_the_cell() -> None:
    assert read_plain("\t商业\n企业\n\t总\n计\n\n\t0\n\t1\n") == "| 商业/企业 | 总/计 |\n| 0 | 1 |"


def test_two_tabs_are_an_empty_cell_and_a_cell() -> None:
    assert read_plain("\t规章\n\t0\n\t\t0\n\n\t\n\t\n\t3\n") == "| 规章 | 0 | | 0 |\n| | | 3 |"


def test_the_edges_of_a_cell_are_bare() -> None:
    (row, _) = parse_text("\t行政许可\n\t0\u00a0\n\n\t行政处罚\n\t0\u3000\n")
    assert isinstance(row, Row)
    assert row.cells == (Cell("行政许可", 0), Cell("0", 1))


def test_rows_with_tabs_between_cells_are_a_table() -> None:
    text = "表二\n第二十条第（一）项\t\t\t\n信息内容\t本年制发件数\t本年废止件数\n规章\t0\t1\n第二十条第（五）项\n行政许可\t5\n\t\t7\n三、情况\n注：无"
    assert read_plain(text) == "\n".join(
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
    assert read_plain(text) == "一、总体情况\n2024年全年公开信息392条。\n全年收到申请3件。\n二、其他"


def test_a_tab_behind_an_items_number_is_no_table() -> None:
    assert read_plain("1.\t明确人员\n2.\t制定制度\n") == "1. 明确人员\n2. 制定制度"


def test_wide_gaps_in_prose_make_no_table() -> None:
    text = "某某县人民政府      2024年1月20日\n联系人：张三    电话：12345678\n报告全文见网站。"
    assert read_plain(text) == "某某县人民政府      2024年1月20日\n联系人：张三    电话：12345678\n报告全文见网站。"


def test_a_lone_number_is_kept() -> None:
    assert read_plain("2.申请人逾期未缴\n1\n3.其他") == "2.申请人逾期未缴\n1\n3.其他"


def test_plain_text_is_not_taken_for_markdown() -> None:
    assert read_plain("- 甲\n**乙**\n# 丙") == "- 甲\n**乙**\n# 丙"


def test_bars_that_begin_cells_but_end_no_row_make_no_table() -> None:
    text = "|规章\n|1\n|2\n|行政规范性文件\n|3\n|4"
    assert read_plain(text) == text.replace("|", "")


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
def test_a_long_file_of_nothing_but_one_thing_comes_to_an_end_and_is_read_whole(line: str) -> None:
    for text, marked in ((f"{line}\n" * 20_000, False), (f"{line}\n" * 20_000, True), (line * 20_000, True)):
        assert "".join(texts(parse_text(text, marked=marked))).count("甲") == text.count("甲")


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
