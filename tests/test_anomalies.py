"""What real reports do to the official tables and titles: each is read right, or said to be unread with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published import (
    FORM,
    OLD_FORM,
    OTHER,
    OVERVIEW,
    PREFACE,
    PROBLEMS,
    PageCell,
    Rows,
    adding_up,
    assert_refused_whole,
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
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.rules.review import review

GRANTED, RECEIVED = "（一）予以公开", "一、本年新收政府信息公开申请数量"
COLUMNS = ("natural_person", "business", "research", "public_welfare", "legal_service", "other", "total")


def expected(**changes: str) -> dict[str, str]:
    """Every figure as printed by default; `changes` by cell id, with __ for the dots."""
    texts = {id: str(number) for id, number in figures().items()}
    return texts | {id.replace("__", "."): text for id, text in changes.items()}


def row(report: Report, key: str) -> list[str]:
    """The figures of a row of 表三."""
    return [shown(report)[f"requests.{key}.{column}"] for column in COLUMNS]


def names(report: Report) -> set[str]:
    """The names of the rules that find something."""
    return {finding.rule.name for finding in review(report).findings}


def publication_findings(report: Report) -> list[str]:
    """What the reader itself remarks."""
    return [finding.message for finding in review(report).findings if finding.rule.code in ("C110", "C111", "C112", "C113", "C114", "C115")]


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


# ------------------------------------------------------------------------------------------------------------- cells


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


# ------------------------------------------------------------------------------------------------------ rows and headers


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


# ---------------------------------------------------------------------------------------------------------- structure


@pytest.mark.parametrize(
    "title",
    [
        "示例县政府信息公开工作2023年度报告",
        "示例县2023年度政府信息公开工作年度报告",
        "2023年示例县政府信息公开工作年度报告",
        "示例县2023年信息公开年度报告",
        "示例县关于2023年度政府信息公开情况的报告",
        "示例县 2023 年政府信息公开 工作告年度报",
        "示例县二〇二三年政府信息公开工作年度报告",
        "示例县2023年政府信息公开工作<br>年度报告",
        "示例县人民政府</h1><h1>2023年政府信息公开工作年度报告",
    ],
)
def test_titles_in_other_words_name_unit_and_year(tmp_path: Path, title: str) -> None:
    report = read_page(tmp_path, page(title=title))
    assert report.year == 2023
    assert report.unit.title_name in ("示例县", "示例县人民政府")
    assert report.unit.name == "示例县人民政府"
    assert report.text("preface") == PREFACE


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("overview", "一、概述"),
        ("overview", "一、政府信息公开工作的基本情况"),
        ("disclosure", "二、行政机关主动公开政府信息情况"),
        ("litigation", "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况"),
        ("problems", "五、政府信息公开工作存在的主要问题及改进情况"),
        ("problems", "五、存在的主要问题及整改措施"),
        ("other", "六、其他需要报告事项"),
    ],
)
def test_section_titles_in_other_words_are_recognised_and_told(tmp_path: Path, key: str, title: str) -> None:
    report = read_page(tmp_path, page(titles={key: title}))
    assert report.titles[key] == title
    assert [report.text(key) for key in ("overview", "problems", "other")] == [OVERVIEW, PROBLEMS, OTHER]
    assert "section-title" in names(report)


def test_the_prose_behind_the_last_table_is_the_section_on_problems_where_its_title_is_missing(tmp_path: Path) -> None:
    long = "<p>（一）主要问题</p><p>" + "公开内容还不够丰富，队伍建设有待加强。" * 6 + "</p>"
    report = read_page(tmp_path, page(titles={"problems": ""}, below={"litigation": long}))
    assert report.text("problems").startswith("（一）主要问题\n公开内容")
    assert report.text("other") == OTHER


def test_a_preface_inside_the_overview_stays_there(tmp_path: Path) -> None:
    text = page().replace(f"<p>{PREFACE}</p>", "").replace(f"<p>{OVERVIEW}</p>", f"<p>{PREFACE}</p>")
    report = read_page(tmp_path, text)
    assert (report.text("preface"), report.text("overview")) == ("", PREFACE)


def test_what_web_pages_put_around_a_report_is_none_of_it(tmp_path: Path) -> None:
    text = page(head="<p>当前位置：首页 > 政府信息公开</p><p>繁體版 无障碍</p>").replace(
        f"<p>{PREFACE}</p>", f"<p>发布日期：2024-01-20 来源：县政府办</p><p>点击收听年报语音朗读</p><p>{PREFACE}</p>"
    )
    text = text.replace(f"<p>{OTHER}</p>", f"<p>{OTHER}</p><p>【打印本页】</p><p>主办单位：示例县人民政府办公室</p><p>ICP备12345678号</p>")
    report = read_page(tmp_path, text)
    assert (report.text("preface"), report.text("other")) == (PREFACE, OTHER)


def test_a_table_of_contents_is_no_report(tmp_path: Path) -> None:
    contents = "<p>目录</p>" + "".join(f"<p>{section.title}</p>" for section in FORM.sections if section.parent is None and section.heading)
    report = read_page(tmp_path, page().replace(f"<p>{PREFACE}</p>", f"{contents}<p>{PREFACE}</p>"))
    assert (report.text("overview"), report.text("problems")) == (OVERVIEW, PROBLEMS)


def test_traditional_characters_are_recognised(tmp_path: Path) -> None:
    def traditional(rows: Rows) -> None:
        pairs = zip("开请数量总计项结转办处请规发现类务个", "開請數量總計項結轉辦處請規發現類務個", strict=True)
        table = str.maketrans(dict(pairs))
        for line in rows:
            line[:] = [PageCell(cell.text.translate(table), cell.rowspan, cell.colspan) for cell in line]

    report = read_page(tmp_path, page(change={"requests": traditional, "disclosure": traditional}))
    assert shown(report) == expected()


def test_topics_are_recognised_by_their_headings_and_the_rest_keeps_its_order(tmp_path: Path) -> None:
    overview = (
        "<p>总的情况。</p><p>（一）主动公开情况。公开了信息。</p><p>又公开了信息。</p><p>2、依申请公开方面</p><p>收到申请。</p>"
        "<p>（三）政府信息管理</p><p>1.清理文件</p><p>清理了文件。</p><p>（四）平台建设：建设了平台。</p><p>（五）政府信息公开监督保障情况。</p><p>培训。</p>"
    )
    report = read_page(tmp_path, page().replace(f"<p>{OVERVIEW}</p>", overview))
    assert report.text("overview") == "总的情况。"
    assert report.text("overview.proactive") == "公开了信息。\n又公开了信息。"
    assert report.text("overview.on_request") == "收到申请。"
    assert report.text("overview.management") == "1.清理文件\n清理了文件。"
    assert report.text("overview.platform") == "建设了平台。"
    assert report.text("overview.supervision") == "培训。"


def test_the_heading_of_a_topic_is_short(tmp_path: Path) -> None:
    heading = "（一）主动公开政府信息工作的有关基本情况方面内容"
    report = read_page(tmp_path, page(overview=f"{heading}\n公开了信息。"))
    assert (report.text("overview"), report.text("overview.proactive")) == ("", "公开了信息。")
    report = read_page(tmp_path, page(overview=f"{heading}的\n公开了信息。"))
    assert (report.text("overview"), report.text("overview.proactive")) == (f"{heading}的\n公开了信息。", "")


def test_a_long_total_of_the_prose_is_called_by_its_last_words(tmp_path: Path) -> None:
    overview = "（一）主动公开\n全年主动公开政府信息和各类政务新媒体动态以及其他重要情况信息392条，其中乡镇动态66条、村务公开318条。"
    (breakdown,) = read_page(tmp_path, page(overview=overview)).breakdowns
    assert (breakdown.label, len(breakdown.label)) == ("和各类政务新媒体动态以及其他重要情况信息", 20)


# ---------------------------------------------------------------------------------------------- text and damaged tables


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


# ------------------------------------------------------------------------------------------------------- several reports


def test_two_reports_in_one_file_are_refused_in_one_line(tmp_path: Path) -> None:
    later = page(title="示例县2024年政府信息公开工作年度报告", values={id: number + 5000 for id, number in figures().items()})
    body = later[later.index("<body>") + 6 : later.index("</body>")]
    with pytest.raises(UnreadableFileError, match="不止一份"):
        read_page(tmp_path, page().replace("</body>", f"{body}</body>"))


def test_a_report_inside_a_long_document_is_read_alone(tmp_path: Path) -> None:
    before = "<h1>示例县2023年工作汇编</h1><h2>一、总体情况</h2>" + "<p>全县经济平稳运行，新增企业12家。</p>" * 300
    after = "<h1>示例县2023年依法行政工作报告</h1><p>一、总体情况</p>" + "<p>全县办理案件30件。</p>" * 300
    chart = html_table([[PageCell("项目"), PageCell("数量")], [PageCell("行政复议案件"), PageCell("9")]])
    text = page().replace("<body>", f"<body>{before}").replace("</body>", f"{after}{chart}</body>")
    report = read_page(tmp_path, text)
    assert shown(report) == expected()
    assert [report.text(key) for key in ("preface", "overview", "problems", "other")] == [PREFACE, OVERVIEW, PROBLEMS, OTHER]


def test_findings_tell_where_in_the_file_they_stand(tmp_path: Path) -> None:
    report = read_page(tmp_path, page(change={"requests": lambda rows: set_values(rows, RECEIVED, ["1", "2", "3", "4", "5", "6", "99"])}))
    (finding,) = [finding for finding in review(report).findings if finding.fault.figures[:1] == ("requests.received.total",)]
    assert finding.message.startswith("三、收到和处理政府信息公开申请情况（第 2 个表第 4 行第 10 列）")
    assert finding.source is not None
    assert (finding.source.table, finding.source.row, finding.source.column) == (2, 4, 10)
