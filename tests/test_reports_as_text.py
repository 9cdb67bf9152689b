"""A report as lines of text: its tables are read where nothing is in doubt, else it is refused whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published import (
    COLUMNS,
    FORM,
    OTHER,
    OVERVIEW,
    PREFACE,
    PROBLEMS,
    Rows,
    adding_up,
    assert_refused_whole,
    expected,
    figures,
    page,
    read_page,
    shown,
    table_rows,
)
from xltools.errors import UnreadableFileError
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report


def as_text(rows: Rows) -> str:
    """The rows as lines of label and numbers, as a PDF's text has them."""
    return "\n".join(" ".join(cell.text.replace("\n", "") for cell in line) for line in rows)


def report_text() -> str:
    tables = {table.key: as_text(table_rows(table, figures())) for table in FORM.tables}
    return "\n".join(
        [
            "示例县2023年政府信息公开工作年度报告",
            PREFACE,
            "一、总体情况",
            OVERVIEW,
            *(f"{FORM.section_of_table[key].title}\n{text}" for key, text in tables.items()),
            "五、存在的主要问题及改进情况",
            PROBLEMS,
            "六、其他需要报告的事项",
            OTHER,
        ]
    )


def read_lines(folder: Path, text: str) -> Report:
    path = folder / "report.txt"
    path.write_text(text, encoding="utf-8")
    return read_report(path, find_form(None))


def test_tables_as_lines_of_text_are_read(tmp_path: Path) -> None:
    report = read_lines(tmp_path, report_text())
    assert shown(report) == expected()
    assert [report.text(key) for key in ("preface", "overview", "problems", "other")] == [PREFACE, OVERVIEW, PROBLEMS, OTHER]


def test_page_numbers_inside_a_table_are_no_figures(tmp_path: Path) -> None:
    text = report_text().replace("\n（四）无法提供", "\n-3-\n（四）无法提供").replace("\n（七）总计", "\n— 5 —\n（七）总计")
    assert shown(read_lines(tmp_path, text)) == expected()


def test_rows_whose_label_is_torn_are_told_by_their_order(tmp_path: Path) -> None:
    label = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
    torn = report_text().replace(f"{label} ", f"{label[:20]}\n").replace("\n（三）不予公开", f"\n{label[20:]}\n（三）不予公开")
    report = read_lines(tmp_path, torn)
    assert shown(report) == expected()


def test_a_text_that_lost_a_number_at_the_end_of_a_row_is_refused(tmp_path: Path) -> None:
    last = expected()["requests.carried_out.total"]
    assert_refused_whole(tmp_path, report_text().replace(f" {last}\n", "\n"))


def test_a_text_with_a_number_split_over_two_cells_is_refused(tmp_path: Path) -> None:
    number = expected()["requests.granted.business"]
    assert_refused_whole(tmp_path, report_text().replace(f" {number} ", f" {number[:2]} {number[2:]} "))


def test_two_rows_without_their_labels_among_others_are_not_guessed(tmp_path: Path) -> None:
    text = report_text()
    for label in ("2.重复申请", "3.要求提供公开出版物"):
        text = text.replace(f"{label} ", "")
    # one of the two is gone, so that the other could be either
    lost = " ".join(expected()[f"requests.not_processed.repeat.{column}"] for column in COLUMNS)
    assert_refused_whole(tmp_path, text.replace(f"{lost}\n", ""))


def test_cells_on_a_line_each_are_read(tmp_path: Path) -> None:
    cells = "\n".join(cell.text for table in FORM.tables for line in table_rows(table, adding_up()) for cell in line)
    text = f"示例县2023年政府信息公开工作年度报告\n一、总体情况\n{OVERVIEW}\n{cells}\n六、其他需要报告的事项\n{OTHER}"
    assert shown(read_lines(tmp_path, text)) == {id: str(number) for id, number in adding_up().items()}


def test_cells_on_a_line_each_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    values = adding_up() | {"requests.granted.total": 5}
    cells = "\n".join(cell.text for table in FORM.tables for line in table_rows(table, values) for cell in line)
    assert_refused_whole(tmp_path, f"示例县2023年政府信息公开工作年度报告\n一、总体情况\n{OVERVIEW}\n{cells}\n")


def test_utf8_misread_as_gbk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="乱码"):
        read_page(tmp_path, page().encode("utf-8").decode("gb18030", errors="replace"))


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-16", "utf-8-sig"])
def test_other_encodings_are_recognised(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(page().replace("<meta charset=utf-8>", "").encode(encoding))
    assert shown(read_report(path, find_form(None))) == expected()
