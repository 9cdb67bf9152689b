"""What real reports do to titles, sections and topics, and what stands around a report or beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published import (
    FORM,
    OTHER,
    OVERVIEW,
    PREFACE,
    PROBLEMS,
    RECEIVED,
    PageCell,
    Rows,
    expected,
    figures,
    html_table,
    page,
    read_page,
    set_values,
    shown,
)
from tests.reports import names
from xltools.errors import UnreadableFileError
from xltools.rules.review import review


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
