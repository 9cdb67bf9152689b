"""A figure is read right or said to be unread: rows and columns where a hasty reader would take the wrong cell."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.published import (
    COLUMNS,
    FORM,
    OLD_FORM,
    OVERVIEW,
    PageCell,
    Rows,
    adding_up,
    assert_refused_whole,
    balanced,
    figures,
    html_table,
    page,
    read_page,
    relabel,
    row_of,
    set_values,
    shown,
    table_rows,
)
from xltools.errors import UnreadableFileError
from xltools.form.definition import Form
from xltools.report.filled import Report
from xltools.rules.review import review

EXPECTED = {id: str(number) for id, number in figures().items()}


def assert_right_or_unread(report: Report, *unread: str) -> None:
    """Every figure is the printed one, but for the rows that are said to be unread."""
    ids = {id for id in FORM.figures if any(id == key or id.startswith(f"{key}.") for key in unread)}
    assert report.unread_figures == ids
    assert {id: text for id, text in shown(report).items() if id not in ids} == {id: text for id, text in EXPECTED.items() if id not in ids}


def last_first(rows: Rows) -> None:
    """The column of totals in front of the others."""
    for line in rows:
        count = 7 if len(line) >= 7 else 3 if line[-1].text == "总计" else 0
        if count:
            line[-count:] = [line[-1], *line[-count:-1]]


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


def test_a_table_in_two_parts_is_put_together(tmp_path: Path) -> None:
    values = figures()
    rows = table_rows(FORM.tables[2], values)
    first = [[PageCell("行政复议", colspan=5)], rows[1][:5], rows[3][:5]]
    first[1] = [PageCell(cell.text) for cell in first[1]]
    second = [[PageCell("行政诉讼", colspan=10)], rows[1][5:], rows[2], rows[3][5:]]
    whole = html_table(rows)
    assert_right_or_unread(read_page(tmp_path, page().replace(whole, html_table(first) + html_table(second))))


def test_a_row_that_numbers_the_columns_is_none_of_figures(tmp_path: Path) -> None:
    def count(rows: Rows) -> None:
        rows.insert(3, [PageCell(str(number)) for number in range(1, 16)])

    assert_right_or_unread(read_page(tmp_path, page(change={"litigation": count})))


def test_several_rows_below_one_header_are_not_chosen_from_but_for_their_sum(tmp_path: Path) -> None:
    def departments(last: str) -> str:
        def change(rows: Rows) -> None:
            for line in rows[:3]:
                line.insert(0, PageCell("", 1))
            rows[3].insert(0, PageCell(last))
            rows[3:3] = [
                [PageCell("县财政局"), *(PageCell("1") for _ in range(15))],
                [PageCell("县教育局"), *(PageCell("2") for _ in range(15))],
            ]

        return page(change={"litigation": change})

    assert_right_or_unread(read_page(tmp_path, departments("合计")))
    assert_right_or_unread(read_page(tmp_path, departments("县民政局")), "litigation")


def test_a_cell_too_many_among_blank_ones_makes_the_row_unread(tmp_path: Path) -> None:
    def spoil(rows: Rows) -> None:
        set_values(rows, "（一）予以公开", ["", "5", "", "3", "", "", "8"])
        row_of(rows, "（一）予以公开").insert(4, PageCell(""))

    assert_right_or_unread(read_page(tmp_path, page(change={"requests": spoil})), "requests.granted")


def test_columns_that_no_edition_has_shift_nothing(tmp_path: Path) -> None:
    def percent(rows: Rows) -> None:
        rows[0][-1] = PageCell(rows[0][-1].text, colspan=8)
        rows[1].append(PageCell("同比", rowspan=2))
        for number, line in enumerate(rows[3:]):
            line.append(PageCell(f"{number}.5%" if number % 2 else ""))

    assert_right_or_unread(read_page(tmp_path, page(change={"requests": percent})))


def test_a_merged_cell_that_was_taken_apart_shifts_nothing(tmp_path: Path) -> None:
    def apart(rows: Rows) -> None:
        for line in rows:
            if line[-1].colspan == 3:
                line[-1:] = [PageCell(line[-1].text), PageCell(""), PageCell("")]
            if line[0].colspan == 4:
                line[:] = [PageCell(line[0].text), *(PageCell("") for _ in range(3))]

    assert_right_or_unread(read_page(tmp_path, page(change={"disclosure": apart})))


def test_one_strange_cell_costs_no_other_figure(tmp_path: Path) -> None:
    report = read_page(
        tmp_path, page(change={"requests": lambda rows: set_values(rows, "2.重复申请", ["1", "见附件", "3", "4", "5", "6", "7"])})
    )
    row = [shown(report)[f"requests.not_processed.repeat.{column}"] for column in COLUMNS]
    assert row == ["1", "见附件", "3", "4", "5", "6", "7"]
    assert not report.unread_figures


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


# --------------------------------------------------------------------------------------------------- headings as proof

HEADINGS = ("本年制发件数", "本年废止件数", "现行有效件数")


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


def test_equal_neighbours_beside_an_empty_column_are_two_figures(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        set_values(rows, "规章", ["2", "2", "3"])
        for line in rows:
            line.append(PageCell(""))

    report = read_page(tmp_path, page(change={"disclosure": change}))
    assert [shown(report)[f"disclosure.rules.{key}"] for key in ("made", "repealed", "in_force")] == ["2", "2", "3"]


def test_a_picture_in_place_of_a_number_is_unread_and_not_blank(tmp_path: Path) -> None:
    text = page()
    assert_right_or_unread(read_page(tmp_path, text.replace(">1001<", "><img src=a.png><")), "disclosure.rules.repealed")
    ornament = text.replace("<body>", "<body><table><tr><td><img src=a.png></td><td>某县人民政府</td></tr></table>")
    assert_right_or_unread(read_page(tmp_path, ornament))


@pytest.mark.parametrize("form", [FORM, OLD_FORM])
@pytest.mark.parametrize("empty", [0, 1, 2])
def test_empty_columns_behind_the_last_heading_count_for_nothing(form: Form, empty: int, tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        for line in rows:
            line += [PageCell("")] * empty

    report = read_page(tmp_path, page(form=form, change={table.key: change for table in form.tables}))
    assert (shown(report), report.unread_figures) == ({id: str(number) for id, number in figures(form).items()}, frozenset())


@pytest.mark.parametrize("repeated", [True, False])
def test_a_merged_figure_that_was_taken_apart_is_one(tmp_path: Path, repeated: bool) -> None:
    def change(rows: Rows) -> None:
        for number, line in enumerate(rows):
            if number in (2, 3):
                line.insert(2, line[1] if repeated else PageCell(""))
            else:
                place = 1 if number == 1 else -1
                line[place] = replace(line[place], colspan=line[place].colspan + 1)

    assert_right_or_unread(read_page(tmp_path, page(change={"disclosure": change})))


def test_two_years_side_by_side_are_refused(tmp_path: Path) -> None:
    def double(rows: Rows) -> None:
        for line in rows[1:4]:
            line += line[1:]

    with pytest.raises(UnreadableFileError, match="并列两年"):
        read_page(tmp_path, page(change={"disclosure": double}))


@pytest.mark.parametrize("years", [("2022年", "2023年"), ("上年", "本年"), ("2022", "2023年度")])
def test_two_years_below_each_heading_are_refused(tmp_path: Path, years: tuple[str, str]) -> None:
    def double(rows: Rows) -> None:
        label, *headings = rows[1]
        rows[1] = [replace(label, rowspan=2), *(replace(heading, colspan=2) for heading in headings)]
        rows[2:2] = [[PageCell(year) for _ in headings for year in years]]
        for number in (3, 4):
            rows[number] = [rows[number][0], *(twice for cell in rows[number][1:] for twice in (PageCell("7"), cell))]

    with pytest.raises(UnreadableFileError, match="并列两年"):
        read_page(tmp_path, page(change={"disclosure": double}))


def test_two_years_in_a_table_of_another_kind_are_no_obstacle(tmp_path: Path) -> None:
    other = "<table><tr><td>收到申请</td><td>2022年</td><td>2023年</td></tr><tr><td>件数</td><td>5</td><td>6</td></tr></table>"
    assert_right_or_unread(read_page(tmp_path, page(overview=f"与上年相比：</p>{other}<p>。")))


def test_an_official_label_in_the_place_of_a_figure_makes_its_row_unread(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        set_values(rows, "规章", ["行政许可", "5", "6"])
        relabel(rows, {"信息内容": "内容"})

    assert_right_or_unread(read_page(tmp_path, page(change={"disclosure": change})), "disclosure.rules")


def test_a_label_that_reaches_over_the_first_value_makes_its_row_unread(tmp_path: Path) -> None:
    def reach(rows: Rows) -> None:
        row_of(rows, "规章")[:2] = [PageCell("规章数", 1, 2)]

    assert_right_or_unread(read_page(tmp_path, page(change={"disclosure": reach})), "disclosure.rules")


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


@pytest.mark.parametrize("word", ["合计", "小计", "总数", "共计"])
def test_a_sum_by_another_name_is_read_without_a_word(tmp_path: Path, word: str) -> None:
    def change(rows: Rows) -> None:
        relabel(rows, {"总计": word, "（七）总计": f"（七）{word}"})

    report = read_page(tmp_path, page(change=dict.fromkeys(("requests", "litigation"), change)))
    assert shown(report) == EXPECTED
    assert not report.origin.publication.doubts and not report.unread


def test_a_row_and_a_column_of_subtotals_are_none_of_the_official_ones(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        for row in rows[3:]:
            row.insert(len(row) - 1, PageCell("77"))
        rows[1].insert(2, PageCell("小计", 2))
        rows.insert(5, [PageCell("小计", 1, 2), *(PageCell("5") for _ in range(8))])

    report = read_page(tmp_path, page(change={"requests": change}))
    assert_right_or_unread(report)
    assert shown(report)["requests.received.total"] == EXPECTED["requests.received.total"]


def test_rows_of_all_tables_in_one_are_extra_rows_of_none(tmp_path: Path) -> None:
    text = re.sub(r"</table>(.*?)<table>", lambda between: re.sub(r"<p>(.*?)</p>", r"<tr><td colspan=9>\1</td></tr>", between[1]), page())
    report = read_page(tmp_path, text)
    assert shown(report) == EXPECTED
    assert not report.origin.publication.extra_rows


def test_a_row_that_numbers_the_columns_is_no_extra_row(tmp_path: Path) -> None:
    def number(rows: Rows) -> None:
        rows.insert(3, [PageCell("栏次", 1, 3), *(PageCell(str(n)) for n in range(1, 8))])

    report = read_page(tmp_path, page(change={"requests": number}))
    assert shown(report) == EXPECTED
    assert not report.origin.publication.extra_rows


def test_traditional_characters_and_words_are_those_of_the_mainland(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        relabel(rows, {"信息内容": "資訊內容", "行政规范性文件": "行政規範性檔案", "行政强制": "行政強製", "本年制发件数": "本年製發件數"})

    def requests(rows: Rows) -> None:
        relabel(rows, {"一、本年新收政府信息公开申请数量": "一、本年新收政府資訊公開申請數(shù)量"})

    assert_right_or_unread(read_page(tmp_path, page(change={"disclosure": change, "requests": requests})))


def test_a_title_padded_to_the_width_of_the_table_is_no_row_of_figures(tmp_path: Path) -> None:
    def title(rows: Rows) -> None:
        rows.insert(0, [PageCell("政府信息公开行政复议、行政诉讼情况"), *(PageCell("") for _ in range(14))])

    assert_right_or_unread(read_page(tmp_path, page(change={"litigation": title})))


def test_numbers_in_fields_of_a_page_are_read(tmp_path: Path) -> None:
    number = EXPECTED["requests.received.total"]
    text = page().replace(f">{number}<", f'><input type="text" readonly value="{number}"><input type="hidden" value="9"><')
    assert_right_or_unread(read_page(tmp_path, text))


# ------------------------------------------------------------------------------------------- the same words elsewhere


def test_a_list_of_numbers_in_the_prose_is_no_table(tmp_path: Path) -> None:
    text = page().replace(f"<p>{OVERVIEW}</p>", f"<p>行政许可 55</p><p>行政处罚 66</p><p>{OVERVIEW * 3}</p>")
    assert_right_or_unread(read_page(tmp_path, text))


def test_a_list_of_numbers_in_the_prose_does_not_stand_in_for_a_table_that_is_a_picture(tmp_path: Path) -> None:
    whole = html_table(table_rows(FORM.tables[0], figures()))
    text = page().replace(f"<p>{OVERVIEW}</p>", f"<p>行政许可 55</p><p>{OVERVIEW * 3}</p>").replace(whole, '<p><img src="a.png"></p>')
    report = read_page(tmp_path, text)
    assert report.origin.publication.missing_tables == ("disclosure",)
    assert report.figures["disclosure.licensing.decisions"] is None


def test_a_row_that_is_missing_is_not_taken_from_an_annex(tmp_path: Path) -> None:
    def drop(rows: Rows) -> None:
        rows.remove(row_of(rows, "2.重复申请"))

    annex = html_table(table_rows(FORM.tables[1], dict.fromkeys(FORM.figures, 9)))
    text = page(change={"requests": drop}).replace("</body>", f"<p>附：县财政局情况</p><p>{OVERVIEW * 3}</p>{annex}</body>")
    report = read_page(tmp_path, text)
    assert_right_or_unread(report, "requests.not_processed.repeat")
    assert any("还有一张同样的表" in remark.text for remark in report.origin.publication.doubts)


@pytest.mark.parametrize("place", ["above", "below"])
def test_a_table_of_statistics_beside_an_official_one_does_not_make_it_unread(tmp_path: Path, place: str) -> None:
    list_of = html_table(
        [[PageCell("事项"), PageCell("件数")], [PageCell("行政许可"), PageCell("55")], [PageCell("信息公开"), PageCell("66")]]
    )
    around = {"disclosure": list_of}

    def change(rows: Rows) -> None:
        relabel(rows, {"信息内容": "内容"})

    for changes in ({}, {"disclosure": change}):
        text = page(above=around, change=changes) if place == "above" else page(below=around, change=changes)
        assert_right_or_unread(read_page(tmp_path, text))


def test_a_row_behind_the_last_official_one_is_told(tmp_path: Path) -> None:
    report = read_page(tmp_path, page(change={"disclosure": lambda rows: rows.append([PageCell("资产处置"), PageCell("5", 1, 3)])}))
    assert_right_or_unread(report)
    assert [remark.text for remark in report.origin.publication.extra_rows] == ["资产处置 5"]


def test_a_last_row_without_its_label_leaves_the_row_above_as_it_is(tmp_path: Path) -> None:
    def lose(rows: Rows) -> None:
        rows[-1] = rows[-1][-7:]

    assert_right_or_unread(read_page(tmp_path, page(change={"requests": lose})), "requests.carried_out")


def test_a_blank_row_whose_numbers_stand_in_a_row_without_its_label_is_unread(tmp_path: Path) -> None:
    blank = ["" for _ in COLUMNS]

    def clear(rows: Rows) -> None:
        set_values(rows, "2.重复申请", blank)

    def cut(rows: Rows) -> None:
        place = rows.index(row_of(rows, "2.重复申请"))
        values = rows[place][-len(COLUMNS) :]
        clear(rows)
        rows.insert(place + 1, [PageCell(""), *values])
        rows[place - 1][0] = replace(rows[place - 1][0], rowspan=rows[place - 1][0].rowspan + 1)
        first = row_of(rows, "三、本年度办理结果")
        first[0] = replace(first[0], rowspan=first[0].rowspan + 1)

    assert not read_page(tmp_path, page(change={"requests": clear})).unread
    assert_right_or_unread(read_page(tmp_path, page(change={"requests": cut})), "requests.not_processed.repeat")


@pytest.mark.parametrize("texts", [["12 345", ""], ["12\n345", ""]])
def test_two_numbers_in_one_cell_beside_an_empty_one_are_unread(tmp_path: Path, texts: list[str]) -> None:
    def change(texts: list[str]) -> Report:
        return read_page(tmp_path, page(change={"disclosure": lambda rows: set_values(rows, "规章", texts)}))

    assert change(["12 345", "0", ""]).figures["disclosure.rules.made"] == 12345
    assert_right_or_unread(change([*texts, EXPECTED["disclosure.rules.in_force"]]), "disclosure.rules")


def test_words_in_a_cell_under_no_heading_are_not_passed_over(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        for row in rows:
            if row[0].text == "信息内容" and len(row) == 4:
                row[2:] = [row[2], PageCell(""), row[3]]
            elif row[0].text == "规章":
                row[2:] = [PageCell(""), PageCell("约12"), row[3]]
            elif len(row) == 4:
                row[2:] = [PageCell(""), *row[2:]]
            else:
                row[-1] = replace(row[-1], colspan=row[-1].colspan + 1)

    read = shown(read_page(tmp_path, page(change={"disclosure": change})))
    assert read == EXPECTED | {"disclosure.rules.repealed": "约12"}


def test_a_total_by_another_name_may_have_its_measure_behind_it(tmp_path: Path) -> None:
    labels = {"总计": "合计（件）", "（七）总计": "（七）合计（件）"}
    assert_right_or_unread(read_page(tmp_path, page(change={"requests": lambda rows: relabel(rows, labels)})))


def test_an_empty_cell_too_many_behind_the_figures_of_a_row_shifts_nothing(tmp_path: Path) -> None:
    assert_right_or_unread(read_page(tmp_path, page(change={"litigation": lambda rows: rows[-1].append(PageCell(""))})))


def test_why_a_row_is_unread_is_told(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        relabel(rows, dict(zip(HEADINGS, ("现行有效件数", "甲类", "乙类"), strict=True)))
        row_of(rows, "规章").pop()

    reasons = {remark.figures[0]: remark.reason for remark in read_page(tmp_path, page(change={"disclosure": change})).unread}
    assert reasons == {
        "disclosure.rules.made": "这一行有2个数，应为3个（第 1 个表第 3 行）。",
        "disclosure.normative_documents.made": "列的次序与统一格式不同（第 1 个表第 4 行）。",
    }


def test_the_columns_of_a_group_in_two_tables_are_not_put_together(tmp_path: Path) -> None:
    rows = table_rows(FORM.tables[2], figures())
    over = [[PageCell("行政复议", 1, count), PageCell("行政诉讼", 1, 5)] for count in (2, 3)]
    first = [over[0], [*rows[1][:2], rows[1][5]], rows[2][:5], [*rows[3][:2], *rows[3][5:10]]]
    second = [over[1], [*rows[1][2:5], rows[1][6]], rows[2][5:], [*rows[3][2:5], *rows[3][10:]]]
    text = page().replace(html_table(rows), html_table(first) + html_table(second))
    assert_right_or_unread(read_page(tmp_path, text), "litigation")


# --------------------------------------------------------------------------------------------------------- text


def lines(rows: Rows) -> str:
    return "\n".join(" ".join(cell.text for cell in line) for line in rows)


def lines_of_report(requests: Rows) -> str:
    tables = [lines(table_rows(FORM.tables[0], figures())), lines(requests), lines(table_rows(FORM.tables[2], figures()))]
    titles = [FORM.section_of_table[table.key].title for table in FORM.tables]
    body = "\n".join(f"{title}\n{table}" for title, table in zip(titles, tables, strict=True))
    return f"示例县2023年政府信息公开工作年度报告\n一、总体情况\n{OVERVIEW}\n{body}\n"


def test_lines_with_blanks_between_the_cells_are_read(tmp_path: Path) -> None:
    assert_right_or_unread(read_page(tmp_path, lines_of_report(table_rows(FORM.tables[1], figures())), "report.txt"))


def test_a_number_with_a_zero_in_front_may_be_the_end_of_a_broken_one(tmp_path: Path) -> None:
    text = lines_of_report(table_rows(FORM.tables[1], figures())).replace(" ", "\t")
    assert_right_or_unread(read_page(tmp_path, text, "report.txt"))
    assert_refused_whole(tmp_path, text.replace("\t1005\t", "\t05\t").replace("\t1010\t", "\t05\t"))


def test_headings_that_were_cut_off_are_told_by_their_place(tmp_path: Path) -> None:
    rows = table_rows(FORM.tables[1], figures())
    rows[:3] = [[*map(PageCell, ("自然人", "商业企业", "机构", "社会公益组织", "机构", "其他", "总计"))]]
    assert_right_or_unread(read_page(tmp_path, lines_of_report(rows), "report.txt"))
    rows[0] = rows[0][:2]  # some of them do not tell whose the others are
    assert_refused_whole(tmp_path, lines_of_report(rows))


def test_lines_whose_headings_stand_in_another_order_are_refused(tmp_path: Path) -> None:
    rows = table_rows(FORM.tables[1], figures())
    last_first(rows)
    assert_refused_whole(tmp_path, lines_of_report(rows))


def test_numbers_broken_over_two_lines_are_refused(tmp_path: Path) -> None:
    rows = table_rows(FORM.tables[1], figures())
    row = row_of(rows, "（七）总计")
    row[-7:] = [PageCell(text) for text in ("884", "13", "48", "82", "51", "18", "14")]
    rows.insert(rows.index(row), [PageCell(text) for text in ("21670", "91393", "10001", "20002", "30003", "40004", "50005")])
    assert_refused_whole(tmp_path, lines_of_report(rows))


def test_a_column_heading_is_not_the_label_of_the_row_of_the_same_name(tmp_path: Path) -> None:
    rows = table_rows(FORM.tables[1], figures())
    rows.remove(row_of(rows, "（七）总计"))
    litigation = "\n".join(cell.text for line in table_rows(FORM.tables[2], figures()) for cell in line)
    text = f"示例县2023年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n{lines(rows)}\n{litigation}\n"
    assert_refused_whole(tmp_path, text)


@pytest.mark.parametrize(("label", "doubts"), [("1.本机关不掌握相关政甲乙丙丁", 0), ("1.本机关不掌握相关政甲乙丙丁戊", 1)])
def test_a_label_is_told_by_likeness_as_long_as_nearly_three_quarters_are_right(tmp_path: Path, label: str, doubts: int) -> None:
    change = page(change={"requests": lambda rows: relabel(rows, {"1.本机关不掌握相关政府信息": label})})
    report = read_page(tmp_path, change)
    assert_right_or_unread(report)
    assert len(report.origin.publication.doubts) == doubts


@pytest.mark.parametrize(
    ("printed", "read_as"),
    [("1,000", "1000"), ("1 000", "1000"), ("2.0", "2"), ("1.000", "1.000"), ("2.345件", "2.345件"), ("1.234.567", "1.234.567")],
)
def test_thousands_written_with_dots_are_no_small_number(tmp_path: Path, printed: str, read_as: str) -> None:
    figure = "requests.received.natural_person"
    report = read_page(tmp_path, page(values=figures() | {figure: printed}))
    assert shown(report) == EXPECTED | {figure: read_as}
    assert [finding.rule.code for finding in review(report).findings if finding.rule.code in ("V102", "V104")] == ["V102"] * (
        read_as == printed
    )
