"""Whose a column is, its heading tells: in another order it is followed, in other words it is unread unless something else proves it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published import (
    EXPECTED,
    FORM,
    OLD_FORM,
    PageCell,
    Rows,
    adding_up,
    assert_right_or_unread,
    figures,
    html_table,
    last_first,
    page,
    read_page,
    relabel,
    row_of,
    shown,
    table_rows,
)
from xltools.form.definition import Form

HEADINGS = ("本年制发件数", "本年废止件数", "现行有效件数")


def test_columns_in_another_order_are_followed(tmp_path: Path) -> None:
    assert_right_or_unread(read_page(tmp_path, page(change={"requests": last_first})))


@pytest.mark.parametrize("heading", [("总计", "合计"), ("法律服务机构", "法律服务所")])
def test_columns_in_another_order_with_a_heading_in_other_words_are_right_or_unread(tmp_path: Path, heading: tuple[str, str]) -> None:
    def change(rows: Rows) -> None:
        last_first(rows)
        relabel(rows, dict([heading]))

    report = read_page(tmp_path, page(change={"requests": change}))
    read = {id: text for id, text in shown(report).items() if id not in report.unread_figures}
    assert read == {id: EXPECTED[id] for id in read}


def test_swapped_columns_under_a_mistyped_heading_are_right_or_unread(tmp_path: Path) -> None:
    def swap(rows: Rows) -> None:
        for line in rows[1:4]:
            line[2], line[3] = line[3], line[2]
        relabel(rows, {"现行有效件数": "现行有效数"})

    assert_right_or_unread(read_page(tmp_path, page(change={"disclosure": swap})))


def test_the_groups_of_a_table_in_another_order_are_followed(tmp_path: Path) -> None:
    def suits_first(rows: Rows) -> None:
        rows[0][:] = rows[0][::-1]
        rows[1][:] = [*rows[1][5:], *rows[1][:5]]
        rows[3][:] = [*rows[3][5:], *rows[3][:5]]

    assert_right_or_unread(read_page(tmp_path, page(change={"litigation": suits_first})))


def test_headings_cut_short_or_with_a_year_are_followed(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        relabel(rows, dict(zip(HEADINGS, ("本年（2023）制发件数", "废止", "现行有效件"), strict=True)))
        for line in rows[1:4]:
            line[1], line[3] = line[3], line[1]

    def litigation(rows: Rows) -> None:
        relabel(rows, {"结果维持": "维持", "结果纠正": "纠正数", "复议后起诉": "经复议后起诉的"})
        for line, start in ((rows[1], 0), (rows[3], 0)):
            line[start], line[start + 1] = line[start + 1], line[start]

    assert_right_or_unread(read_page(tmp_path, page(change={"disclosure": change, "litigation": litigation})))


@pytest.mark.parametrize("words", [("本年制发件数", "甲类", "乙类"), ("甲类", "本年废止件数", "现行有效件数"), ("甲", "乙", "丙")])
def test_a_heading_that_is_not_recognised_speaks_against_the_official_order(tmp_path: Path, words: tuple[str, ...]) -> None:
    change = page(change={"disclosure": lambda rows: relabel(rows, dict(zip(HEADINGS, words, strict=True)))})
    assert_right_or_unread(read_page(tmp_path, change), "disclosure.rules", "disclosure.normative_documents")


def test_headings_of_another_edition_are_never_those_of_this_one(tmp_path: Path) -> None:
    words = ("本年新制作", "本年新公开", "对外公开总数")
    report = read_page(tmp_path, page(change={"disclosure": lambda rows: relabel(rows, dict(zip(HEADINGS, words, strict=True)))}))
    assert [shown(report)[f"disclosure.rules.{key}"] for key in ("made", "repealed", "in_force")] == [
        EXPECTED["disclosure.rules.made"],
        "",
        "",
    ]
    assert any("disclosure.rules.repealed" in remark.figures for remark in report.origin.publication.other_editions)


def test_one_heading_in_other_words_is_believed_where_the_rows_add_up(tmp_path: Path) -> None:
    values = {id: str(number) for id, number in adding_up().items()}

    def change(rows: Rows) -> None:
        relabel(rows, {"科研机构": "学术团体"})

    assert_right_or_unread(read_page(tmp_path, page(change={"requests": change})), "requests")
    report = read_page(tmp_path, page(values=values, change={"requests": change}))
    assert (shown(report), report.unread_figures) == (values, frozenset())


@pytest.mark.parametrize("form", [FORM, OLD_FORM])
@pytest.mark.parametrize("empty", [0, 1, 2])
def test_empty_columns_behind_the_last_heading_count_for_nothing(form: Form, empty: int, tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        for line in rows:
            line += [PageCell("")] * empty

    report = read_page(tmp_path, page(form=form, change={table.key: change for table in form.tables}))
    assert (shown(report), report.unread_figures) == ({id: str(number) for id, number in figures(form).items()}, frozenset())


@pytest.mark.parametrize("word", ["合计", "小计", "总数", "共计"])
def test_a_sum_by_another_name_is_read_without_a_word(tmp_path: Path, word: str) -> None:
    def change(rows: Rows) -> None:
        relabel(rows, {"总计": word, "（七）总计": f"（七）{word}"})

    report = read_page(tmp_path, page(change=dict.fromkeys(("requests", "litigation"), change)))
    assert shown(report) == EXPECTED
    assert not report.origin.publication.doubts and not report.unread


def test_traditional_characters_and_words_are_those_of_the_mainland(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        relabel(rows, {"信息内容": "資訊內容", "行政规范性文件": "行政規範性檔案", "行政强制": "行政強製", "本年制发件数": "本年製發件數"})

    def requests(rows: Rows) -> None:
        relabel(rows, {"一、本年新收政府信息公开申请数量": "一、本年新收政府資訊公開申請數(shù)量"})

    assert_right_or_unread(read_page(tmp_path, page(change={"disclosure": change, "requests": requests})))


def test_columns_in_another_order_without_the_heading_of_their_group_are_believed_where_the_totals_hold(tmp_path: Path) -> None:
    values = adding_up()

    def total_first(rows: Rows) -> None:
        for row in rows[3:]:
            row.insert(-6, row.pop())
        rows[1][:] = [
            PageCell(words, rowspan=2) for words in ("总计", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
        ]
        rows[2][:] = []

    def lost_group(rows: Rows) -> None:
        del rows[1][1]

    report = read_page(tmp_path, page(values=values, change={"requests": total_first}))
    assert (report.figures, report.unread) == (values, ())
    report = read_page(tmp_path, page(values=values, change={"requests": lost_group}))
    assert report.unread_figures == {id for id in FORM.figures if id.startswith("requests.")}


def test_a_row_that_stands_once_with_numbers_and_once_blank_in_the_larger_part_of_its_table_is_unread(tmp_path: Path) -> None:
    rows = table_rows(FORM.tables[1], figures())
    label = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
    number = rows.index(row_of(rows, label)) + 1
    again = [PageCell(label, colspan=3), *([PageCell("")] * 7)]
    broken = html_table(rows[:number]) + html_table([*rows[:3], again, *rows[number:]])
    report = read_page(tmp_path, page().replace(html_table(rows), broken))
    assert_right_or_unread(report, "requests.partly_granted")


def test_why_a_row_is_unread_is_told(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        relabel(rows, dict(zip(HEADINGS, ("现行有效件数", "甲类", "乙类"), strict=True)))
        row_of(rows, "规章").pop()

    reasons = {remark.figures[0]: remark.reason for remark in read_page(tmp_path, page(change={"disclosure": change})).unread}
    assert reasons == {
        "disclosure.rules.made": "这一行有2个数，应为3个（第 1 个表第 3 行）。",
        "disclosure.normative_documents.made": "列的次序与统一格式不同（第 1 个表第 4 行）。",
    }


@pytest.mark.parametrize(("label", "doubts"), [("1.本机关不掌握相关政甲乙丙丁", 0), ("1.本机关不掌握相关政甲乙丙丁戊", 1)])
def test_a_label_is_told_by_likeness_as_long_as_nearly_three_quarters_are_right(tmp_path: Path, label: str, doubts: int) -> None:
    change = page(change={"requests": lambda rows: relabel(rows, {"1.本机关不掌握相关政府信息": label})})
    report = read_page(tmp_path, change)
    assert_right_or_unread(report)
    assert len(report.origin.publication.doubts) == doubts
