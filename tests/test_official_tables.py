"""A figure is read right or said to be unread: rows and cells where a hasty reader would take the wrong one."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.published import (
    COLUMNS,
    EXPECTED,
    FORM,
    OVERVIEW,
    PageCell,
    Rows,
    assert_right_or_unread,
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
from xltools.report.filled import Report
from xltools.rules.review import review


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


def test_the_columns_of_a_group_in_two_tables_are_not_put_together(tmp_path: Path) -> None:
    rows = table_rows(FORM.tables[2], figures())
    over = [[PageCell("行政复议", 1, count), PageCell("行政诉讼", 1, 5)] for count in (2, 3)]
    first = [over[0], [*rows[1][:2], rows[1][5]], rows[2][:5], [*rows[3][:2], *rows[3][5:10]]]
    second = [over[1], [*rows[1][2:5], rows[1][6]], rows[2][5:], [*rows[3][2:5], *rows[3][10:]]]
    text = page().replace(html_table(rows), html_table(first) + html_table(second))
    assert_right_or_unread(read_page(tmp_path, text), "litigation")


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
