"""What real reports do to the cells, rows and headers of the official tables: each figure is read right, or said to be unread with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published import (
    COLUMNS,
    FORM,
    GRANTED,
    OLD_FORM,
    OTHER,
    OVERVIEW,
    PREFACE,
    PROBLEMS,
    RECEIVED,
    PageCell,
    Rows,
    expected,
    figures,
    page,
    publication_findings,
    read_page,
    relabel,
    row,
    row_of,
    set_values,
    shown,
)
from tests.reports import names
from xltools.errors import UnreadableFileError


def test_a_page_in_the_official_format_is_read_whole_without_a_remark(tmp_path: Path) -> None:
    report = read_page(tmp_path, page())
    assert shown(report) == expected()
    assert publication_findings(report) == []
    assert (report.year, report.unit.title_name, report.unit.name) == (2023, "示例县", "示例县人民政府")
    assert (report.text("preface"), report.text("overview")) == (PREFACE, OVERVIEW)
    assert (report.text("problems"), report.text("other")) == (PROBLEMS, OTHER)
    assert list(report.titles) == ["overview", "disclosure", "requests", "litigation", "problems", "other"]


def test_the_2019_edition_is_recognised(tmp_path: Path) -> None:
    report = read_page(tmp_path, page(form=OLD_FORM, title="示例县2020年政府信息公开工作年度报告"))
    assert report.form.id == "govinfo-2019"
    assert shown(report) == {id: str(number) for id, number in figures(OLD_FORM).items()}
    assert publication_findings(report) == []


def test_blank_cells_are_blank_and_not_zero(tmp_path: Path) -> None:
    def blank(rows: Rows) -> None:
        set_values(rows, GRANTED, ["3", "", "", "\u00a0", "　", "", "3"])
        set_values(rows, RECEIVED, ["", "", "", "", "", "", "9"])
        set_values(rows, "4.保护第三方合法权益", [""] * 7)

    report = read_page(tmp_path, page(change={"requests": blank}))
    assert row(report, "granted") == ["3", "", "", "", "", "", "3"]
    assert row(report, "received") == ["", "", "", "", "", "", "9"]
    assert row(report, "denied.third_party_rights") == [""] * 7
    assert not report.unread_figures


def test_marks_for_nothing_stay_as_they_are(tmp_path: Path) -> None:
    report = read_page(tmp_path, page(change={"disclosure": lambda rows: set_values(rows, "规章", ["/", "-", "无。"])}))
    assert [shown(report)[f"disclosure.rules.{key}"] for key in ("made", "repealed", "in_force")] == ["/", "-", "无。"]
    assert "not-a-number" in names(report)


def test_blanks_around_numbers_do_not_matter(tmp_path: Path) -> None:
    texts = ["0 ", "0　", "\u00a00", "       2", "\n 0", "１２", "1,234"]
    report = read_page(tmp_path, page(change={"requests": lambda rows: set_values(rows, GRANTED, texts)}))
    assert row(report, "granted") == ["0", "0", "0", "2", "0", "12", "1234"]


def test_a_number_with_a_note_is_read_and_the_note_is_told(tmp_path: Path) -> None:
    def note(rows: Rows) -> None:
        set_values(rows, "行政规范性文件", ["22\n（其中修订 16 件）", "55\n（含自然失效 29 件）", "7"])
        relabel(rows, {"现行有效件数": "现行有效件数 (历史累计)"})

    report = read_page(tmp_path, page(change={"disclosure": note}))
    assert [shown(report)[f"disclosure.normative_documents.{key}"] for key in ("made", "repealed", "in_force")] == ["22", "55", "7"]
    assert sum("其中修订 16 件" in message or "含自然失效 29 件" in message for message in publication_findings(report)) == 2


def test_signed_numbers_and_amounts_with_their_unit_in_the_2019_edition(tmp_path: Path) -> None:
    def sign(rows: Rows) -> None:
        set_values(rows, "行政许可", ["5", "−3", "2"])
        set_values(rows, "行政处罚", ["5", "+1036", "2"])
        set_values(rows, "政府集中采购", ["6", "251000元"])

    report = read_page(tmp_path, page(form=OLD_FORM, title="示例县2020年政府信息公开工作年度报告", change={"disclosure": sign}))
    assert report.figures["disclosure.licensing.change"] == -3
    assert report.figures["disclosure.penalties.change"] == 1036
    assert report.figures["disclosure.procurement.amount"] == 251000


@pytest.mark.parametrize("amount", ["27.948692", "59237.2449", "316441", "0", "11398889"])
def test_amounts_keep_every_decimal(tmp_path: Path, amount: str) -> None:
    report = read_page(tmp_path, page(change={"disclosure": lambda rows: set_values(rows, "行政事业性收费", [amount])}))
    assert shown(report)["disclosure.fees.amount"] == amount


def test_an_extra_empty_cell_in_a_row_shifts_nothing(tmp_path: Path) -> None:
    def add(rows: Rows) -> None:
        row_of(rows, "1.本机关不掌握相关政府信息").insert(4, PageCell(""))

    report = read_page(tmp_path, page(change={"requests": add}))
    assert shown(report) == expected()


def test_a_missing_cell_makes_its_row_unread_and_no_other(tmp_path: Path) -> None:
    def drop(rows: Rows) -> None:
        del row_of(rows, GRANTED)[3]

    report = read_page(tmp_path, page(change={"requests": drop}))
    assert report.unread_figures == {f"requests.granted.{column}" for column in COLUMNS}
    assert row(report, "received") == [expected()[f"requests.received.{column}"] for column in COLUMNS]
    (told,) = [message for message in publication_findings(report) if "未识别" in message]
    assert GRANTED in told
    assert "第 2 个表第 6 行" in told
    assert "results-total" not in names(report) - names(read_page(tmp_path, page()))


def test_one_zero_over_a_whole_row_is_a_zero_in_each_column(tmp_path: Path) -> None:
    def merge(text: str) -> str:
        def change(rows: Rows) -> None:
            row_of(rows, GRANTED)[-7:] = [PageCell(text, colspan=7)]

        return page(change={"requests": change})

    report = read_page(tmp_path, merge("0"))
    assert row(report, "granted") == ["0"] * 7
    assert any("占了几列" in message for message in publication_findings(report))
    # any other number could be that of each column, or the total
    assert read_page(tmp_path, merge("3")).unread_figures == {f"requests.granted.{column}" for column in COLUMNS}


def condense(rows: Rows) -> None:
    """（六）其他处理 as one row, as the 2019 edition has it."""
    first = row_of(rows, "（六）其他处理")
    start = rows.index(first)
    del rows[start + 1 : start + 3]
    first[:2] = [PageCell("（六）其他处理", colspan=2)]
    relabel(rows, {})
    for line in rows:
        line[:] = [PageCell(cell.text, 20 if cell.rowspan == 22 else cell.rowspan, cell.colspan) for cell in line]


def test_a_condensed_row_goes_to_the_last_of_its_parts(tmp_path: Path) -> None:
    report = read_page(tmp_path, page(change={"requests": condense}))
    assert report.form.id == "govinfo-2021"
    wanted = expected()
    assert row(report, "otherwise.other") == [wanted[f"requests.otherwise.correction_overdue.{column}"] for column in COLUMNS]
    assert row(report, "otherwise.correction_overdue") == row(report, "otherwise.fee_overdue") == [""] * 7
    assert row(report, "results") == [wanted[f"requests.results.{column}"] for column in COLUMNS]
    (told,) = publication_findings(report)
    assert "“（六）其他处理”的数计入“3.其他”" in told
    assert not report.unread_figures


def test_mistyped_and_shortened_labels_are_recognised(tmp_path: Path) -> None:
    def mistype(rows: Rows) -> None:
        relabel(
            rows,
            {
                "2.其他法律行政法规禁止公开": "2.其他法律行政止公开",
                "5.属于三类内部事务信息": "5.属于三类内容事务信息",
                "6.属于四类过程性信息": "6.属于四类过程性性信息",
                "（二）部分公开（区分处理的，只计这一情形，不计其他情形）": "（二）部分公开（区分处理的，只计这一情况，不计其他情形）",
                "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": "1.逾期不补正",
                "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请": "2.逾期不缴费",
                "（七）总计": "(七） 总  计",
                "1.属于国家秘密": "1、属于国家秘密",
                "自然人": "自 然 人",
                "商业企业": "商业\n企业",
            },
        )

    def mistype_disclosure(rows: Rows) -> None:
        relabel(
            rows,
            {
                "行政规范性文件": "规范性文件",
                "本年制发件数": "本年度制发数",
                "现行有效件数": "现行有效件",
                "第二十条第（一）项": "第二十条  第(一)项",
            },
        )

    report = read_page(tmp_path, page(change={"requests": mistype, "disclosure": mistype_disclosure}))
    assert shown(report) == expected()
    assert publication_findings(report) == []


def test_the_header_of_the_other_edition_is_told_and_its_figures_are_not_taken_for_others(tmp_path: Path) -> None:
    def old_header(rows: Rows) -> None:
        relabel(rows, {"本年制发件数": "本年新制作数量", "本年废止件数": "本年新公开数量", "现行有效件数": "对外公开总数量"})

    report = read_page(tmp_path, page(change={"disclosure": old_header}))
    assert report.form.id == "govinfo-2021"
    assert shown(report)["disclosure.rules.made"] == expected()["disclosure.rules.made"]
    assert shown(report)["disclosure.rules.in_force"] == shown(report)["disclosure.rules.repealed"] == ""
    (told,) = publication_findings(report)
    assert "60号" in told
    assert expected()["disclosure.rules.in_force"] in told  # nothing published is lost
    assert shown(report)["disclosure.licensing.decisions"] == expected()["disclosure.licensing.decisions"]


def test_a_row_that_no_edition_has_is_told_and_not_read(tmp_path: Path) -> None:
    def add(rows: Rows) -> None:
        rows.insert(4, [PageCell("其他主动公开文件"), PageCell("7"), PageCell("8"), PageCell("9")])

    report = read_page(tmp_path, page(change={"disclosure": add}))
    assert shown(report) == expected()
    (told,) = publication_findings(report)
    assert "其他主动公开文件 7 8 9" in told


def test_a_row_with_a_name_of_its_own_is_not_the_official_one_with_a_like_name(tmp_path: Path) -> None:
    report = read_page(tmp_path, page(change={"disclosure": lambda rows: relabel(rows, {"行政许可": "非行政许可审批"})}))
    assert "disclosure.licensing.decisions" in report.unread_figures


def test_explanations_in_label_cells_do_not_matter(tmp_path: Path) -> None:
    explained = {"规章": "规章（设区的市、自治州人民政府应提供相关数据）", "行政处罚": "行政处罚（指2023年办件量）"}
    report = read_page(tmp_path, page(change={"disclosure": lambda rows: relabel(rows, explained)}))
    assert shown(report) == expected()


def test_wrong_rowspans_shift_nothing(tmp_path: Path) -> None:
    def respan(rows: Rows) -> None:
        for line in rows:
            line[:] = [PageCell(cell.text, {22: 19, 8: 7, 5: 6}.get(cell.rowspan, cell.rowspan), cell.colspan) for cell in line]

    report = read_page(tmp_path, page(change={"requests": respan}))
    right, read = expected(), shown(report)
    assert all(read[id] == right[id] for id in FORM.figures if id not in report.unread_figures)
    assert len(report.unread_figures) <= 14


def test_headers_without_spans_shift_nothing(tmp_path: Path) -> None:
    def flatten(rows: Rows) -> None:
        rows[0][:] = [PageCell(rows[0][0].text, colspan=3), PageCell("申请人情况", colspan=7)]
        rows[1][:] = [PageCell("", colspan=3), PageCell("自然人"), PageCell("法人或其他组织", colspan=5), PageCell("总计")]
        rows[2][:0] = [PageCell("", colspan=3), PageCell("")]
        rows[2].append(PageCell(""))

    assert shown(read_page(tmp_path, page(change={"requests": flatten}))) == expected()


def test_a_header_broken_over_two_rows_shifts_nothing(tmp_path: Path) -> None:
    def split(rows: Rows) -> None:
        rows.insert(3, [PageCell("", colspan=3), *(PageCell(text) for text in ("", "企业", "机构", "组织", "机构", "", ""))])
        relabel([rows[2]], {"商业企业": "商业", "科研机构": "科研", "社会公益组织": "社会公益", "法律服务机构": "法律服务"})

    assert shown(read_page(tmp_path, page(change={"requests": split}))) == expected()


def test_columns_in_another_order_are_read_by_their_headings(tmp_path: Path) -> None:
    def swap(rows: Rows) -> None:
        for line in rows[2:]:
            cells = line[-7:] if len(line) >= 7 else line
            one, other = (1, 2) if len(line) >= 7 else (0, 1)
            cells[one], cells[other] = cells[other], cells[one]
            line[-len(cells) :] = cells

    assert shown(read_page(tmp_path, page(change={"requests": swap}))) == expected()


def test_layout_tables_and_page_information_around_the_report_do_not_matter(tmp_path: Path) -> None:
    info = "<table><tr><td>名称</td><td>年度报告</td><td>索引号</td><td>11-2023-0001</td></tr><tr><td>公开日期</td><td>2024-01-20</td></tr></table>"
    whole = (
        page(head=info)
        .replace("<body>", "<body><table><tr><td></td><td></td></tr><tr><td>")
        .replace("</body>", "</td></tr></table></body>")
    )
    report = read_page(tmp_path, whole)
    assert shown(report) == expected()
    assert report.text("preface") == PREFACE


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    text = page()
    start = text.index("<table>", text.index("四、政府信息公开行政复议"))
    report = read_page(tmp_path, text[:start] + '<p><img src="x.png"></p>' + text[text.index("</table>", start) + 8 :])
    assert "missing-table" in names(report)
    assert report.figures["litigation.reconsideration.upheld"] is None
    assert "block-total" not in names(report)
    assert report.text("problems") == PROBLEMS


def test_a_page_with_titles_and_no_tables_is_refused_in_one_line(tmp_path: Path) -> None:
    import re

    with pytest.raises(UnreadableFileError, match="没有找到") as refused:
        read_page(tmp_path, re.sub(r"<table>.*?</table>", "<p>见附件</p>", page()))
    assert "\n" not in str(refused.value)


def test_text_around_a_table_is_told_and_belongs_to_no_section(tmp_path: Path) -> None:
    report = read_page(
        tmp_path,
        page(
            above={"requests": "<p>该部分以表格形式报告。表格如下:</p>"},
            below={"litigation": "<p>注：行政复议、行政诉讼数量含上年度结转数量。</p>"},
        ),
    )
    assert [remark.text for remark in report.origin.publication.unplaced] == [
        "该部分以表格形式报告。表格如下:",
        "注：行政复议、行政诉讼数量含上年度结转数量。",
    ]
    assert report.text("problems") == PROBLEMS
    assert shown(report) == expected()


def test_tables_that_touch_for_want_of_a_title_are_told_apart(tmp_path: Path) -> None:
    report = read_page(tmp_path, page(titles={"requests": "", "litigation": ""}))
    assert shown(report) == expected()
    assert report.text("problems") == PROBLEMS


def test_tables_run_into_one_are_told_apart(tmp_path: Path) -> None:
    text = page(titles={"requests": "", "litigation": ""}).replace("</table><table>", "")
    assert shown(read_page(tmp_path, text)) == expected()
