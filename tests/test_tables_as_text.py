"""The official tables as lines of text: read where blanks or places prove whose a number is, and refused whole where they do not."""

from __future__ import annotations

from pathlib import Path

from tests.published import (
    FORM,
    OVERVIEW,
    PageCell,
    Rows,
    assert_refused_whole,
    assert_right_or_unread,
    figures,
    last_first,
    read_page,
    row_of,
    table_rows,
)


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
