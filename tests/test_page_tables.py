"""Tables of web pages: each cell stands in its column, and what is laid out as a table and is none is prose."""

from __future__ import annotations

import pytest

from tests.sources import items_of, read, texts
from xltools.readers.published.source import Cell, Row


def test_spans_put_cells_into_their_columns() -> None:
    table = """<table><thead><tr><th rowspan="3" colspan="2">勾稽</th><th colspan="3">申请人情况</th></tr>
    <tr><th rowspan="2">自然人</th><th>法人</th><th rowspan=2>总计</th></tr><tr><th>企业</th></tr></thead>
    <tbody><tr><td rowspan="2">三、</td><td>（一）</td><td>1</td><td>2</td><td>3</td></tr>
    <tr><td>（二）</td><td>4</td><td>5</td><td>9</td></tr></tbody></table>"""
    assert read(table) == "\n".join(
        (
            "| 勾稽 (2x3) | 申请人情况 (3x1) |",
            "| . | . | 自然人 (1x2) | 法人 | 总计 (1x2) |",
            "| . | . | . | 企业 |",
            "| 三、 (1x2) | （一） | 1 | 2 | 3 |",
            "| . | （二） | 4 | 5 | 9 |",
        )
    )


def test_rows_and_cells_without_end_tags_are_told_apart() -> None:
    assert read("<table><tr><td>规章<td>0<td>1<tr><td>文件<td>2<td>3</table>后") == "| 规章 | 0 | 1 |\n| 文件 | 2 | 3 |\n后"


def test_cells_without_a_row_make_one() -> None:
    assert read("<table><td>规章</td><td>0</td></table>") == "| 规章 | 0 |"


@pytest.mark.parametrize(
    ("span", "read_as"), [("0", "甲"), ("-1", "甲"), ("abc", "甲"), ("", "甲"), ("2px", "甲 (2x1)"), ("99999999999999", "甲 (100x1)")]
)
def test_a_silly_colspan_is_brought_within_limits(span: str, read_as: str) -> None:
    assert read(f'<table><tr><td colspan="{span}">甲</td></tr><tr><td>1</td><td>2</td></tr></table>').startswith(f"| {read_as} |")


@pytest.mark.parametrize("span", ["5", "0", "65534", "999999999999"])
def test_a_rowspan_ends_where_the_rows_end(span: str) -> None:
    table = f'<table><tr><td rowspan="{span}">甲</td><td>1</td></tr><tr><td>2</td></tr></table>'
    assert read(table) == "| 甲 (1x2) | 1 |\n| . | 2 |"


def test_a_rowspan_of_the_head_does_not_reach_into_the_body() -> None:
    table = '<table><thead><tr><th rowspan="9">甲</th><th>乙</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>'
    assert read(table) == "| 甲 | 乙 |\n| 1 | 2 |"


def test_missing_rowspans_are_read_as_they_stand() -> None:
    assert read("<table><tr><td>三、</td><td>（一）</td><td>1</td></tr><tr><td></td><td>（二）</td><td>2</td></tr></table>") == (
        "| 三、 | （一） | 1 |\n| | （二） | 2 |"
    )


def test_paragraphs_of_a_cell_are_kept_apart_and_its_edges_are_bare() -> None:
    table = "<table><tr><td>\n <p>商业</p>\n <p> 企业&nbsp;</p><p></p></td><td>22<br>（其中修订 16 件）</td><td>&nbsp;0\u3000</td><td>\n 0</td></tr></table>"
    (row,) = items_of(table)
    assert texts([row]) == ["商业\n企业", "22\n（其中修订 16 件）", "0", "0"]


def test_empty_cells_keep_their_place() -> None:
    assert items_of("<table><tr><td></td><td>&nbsp;</td><td>1</td></tr></table>") == (
        Row((Cell("", 0), Cell("", 1), Cell("1", 2)), table=1, number=1),
    )


def test_tables_and_their_rows_are_counted() -> None:
    items = items_of("<table><tr><td>1</td></tr><tr></tr><tr><td>2</td></tr></table>无<table><tr><td>3</td></tr></table>")
    assert [(item.table, item.number) for item in items if isinstance(item, Row)] == [(1, 1), (1, 3), (2, 1)]


def test_a_caption_is_a_line_in_front() -> None:
    assert read("<table><caption>表二</caption><tr><td>规章</td><td>0</td></tr></table>") == "表二\n| 规章 | 0 |"


def test_a_caption_and_the_text_beside_it_are_lines_of_their_own() -> None:
    assert read("<table><caption>表二</caption>单位：件<tr><td>规章</td><td>0</td></tr></table>") == "表二\n单位：件\n| 规章 | 0 |"


def test_text_between_cells_is_not_lost() -> None:
    assert read("<table>散<tr>字<td>规章</td><td>0</td>句</tr></table>后") == "散字句\n| 规章 | 0 |\n后"


def test_a_form_between_rows_is_no_obstacle() -> None:
    assert read("<table><form><tr><td>规章</td><td>0</td></tr></form></table>") == "| 规章 | 0 |"


def test_hidden_rows_and_cells_are_left_out() -> None:
    table = '<table><tr style="display:none"><td>9</td></tr><tr><td hidden>8</td><td>规章</td><td><p style="display:none">x</p>0</td></tr></table>'
    assert read(table) == "| 规章 | 0 |"


def test_a_table_inside_a_table_of_layout_is_the_table() -> None:
    page = """<table><tr><td><h1>报告</h1><p>一、总体情况</p>文<table><tr><td>规章</td><td>0</td></tr><tr><td>文件</td><td>3</td></tr></table>
    二、其他</td><td></td></tr></table>"""
    assert read(page) == "# 报告\n一、总体情况\n文\n| 规章 | 0 |\n| 文件 | 3 |\n二、其他"


def test_tables_in_five_tables_of_layout_are_counted_from_one() -> None:
    inner = "<table><tr><td>规章</td><td>0</td></tr></table>" * 2
    page = "<table><tr><td>" * 5 + inner + "</td></tr></table>" * 5
    assert [item.table for item in items_of(page) if isinstance(item, Row)] == [1, 2]


def test_a_small_table_in_a_cell_of_data_is_the_text_of_that_cell() -> None:
    inner = "<table><tr><td>商业</td></tr><tr><td>企业</td></tr></table>"
    assert read(f"<table><tr><td>项目</td><td>{inner}</td></tr><tr><td>规章</td><td>0</td></tr></table>") == (
        "| 项目 | 商业/企业 |\n| 规章 | 0 |"
    )


def test_prose_in_a_one_cell_table_is_prose() -> None:
    assert read(f"<table><tr><td><p>一、总体情况</p><p>{'公开' * 30}。</p></td></tr></table>") == f"一、总体情况\n{'公开' * 30}。"


def test_prose_beside_a_sidebar_is_prose() -> None:
    assert read(f"<table><tr><td>目录</td><td>{'公开' * 200}。</td></tr></table>") == f"目录\n{'公开' * 200}。"


def test_a_title_in_a_one_cell_table_stays_a_row() -> None:
    assert read("<table><tr><td>第二十条第（一）项</td></tr></table>") == "| 第二十条第（一）项 |"


def test_long_notes_in_a_label_do_not_make_a_table_prose() -> None:
    rows = "".join(f"<tr><td>行{n}</td><td>{n}</td></tr>" for n in range(8))
    assert read(f"<table><tr><td>规章（{'说明' * 200}）</td><td>0</td></tr>{rows}</table>").count("|") == 27


def test_tables_nested_without_end_are_read_as_text() -> None:
    page = "<table><tr><td>甲" * 400 + "</td></tr></table>" * 400
    assert set(texts(items_of(page))) == {"甲"}
