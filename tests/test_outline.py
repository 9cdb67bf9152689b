"""The prose of published reports: every paragraph comes into its section or is told, and nothing of the page comes into the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.published import FORM, OTHER, OVERVIEW, PREFACE, PROBLEMS, TITLE, figures, html_table, page, read_page, shown, table_rows
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.readers.published.assembly import read_published
from xltools.readers.published.source import Line
from xltools.readers.published.web import parse_page
from xltools.report.filled import Report
from xltools.rules.review import review

NAMES = {section.key: section.title for section in FORM.sections if section.heading and section.parent is None}
BODIES = {"overview": OVERVIEW, "problems": PROBLEMS, "other": OTHER}


def lines(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def texts(report: Report) -> list[str]:
    """The prose of the four sections without topics."""
    return [report.text(key) for key in ("preface", "overview", "problems", "other")]


def unplaced(report: Report) -> list[str]:
    return [remark.text for remark in report.origin.publication.unplaced]


def with_other(folder: Path, *paragraphs: str) -> Report:
    """A report with these paragraphs in its last section."""
    return read_page(folder, page().replace(f"<p>{OTHER}</p>", lines(*paragraphs)))


def with_end(folder: Path, html: str) -> Report:
    """A report with this behind its last paragraph."""
    return read_page(folder, page().replace("</body>", f"{html}</body>"))


def in_order(*keys: str) -> str:
    """A report with its sections in this order, numbered on."""
    parts = [f"<h1>{TITLE}</h1>", f"<p>{PREFACE}</p>"]
    for number, key in zip("一二三四五六", keys, strict=True):
        parts.append(f"<p>{number}{NAMES[key][1:]}</p>")
        table = FORM.section_by_key[key].table
        rows = table_rows(next(other for other in FORM.tables if other.key == table), figures()) if table else []
        parts.append(html_table(rows) if table else f"<p>{BODIES[key]}</p>")
    return f"<html><body>{''.join(parts)}</body></html>"


class TestTheWordsOfWebPages:
    @pytest.mark.parametrize(
        "sentence",
        [
            "推进政府网站无障碍改造，方便老年人使用。",
            "全年网站访问量达12万次，同比增长5%。",
            "政务新媒体阅读量超过3万次，发布信息392条。",
            "公开时间：规章在发布之日起20个工作日内公开。",
            "本年度报告中的数据来源：各单位报送。",
            "在栏目显著位置提供分享到微信的功能。",
            "数据来源：各单位报送",
        ],
    )
    @pytest.mark.parametrize("key", ["overview", "problems"])
    def test_in_a_sentence_they_are_content(self, tmp_path: Path, key: str, sentence: str) -> None:
        report = read_page(tmp_path, page().replace(f"<p>{BODIES[key]}</p>", lines("一年来工作有序。", sentence, "以上。")))
        assert report.text(key) == f"一年来工作有序。\n{sentence}\n以上。"

    @pytest.mark.parametrize(
        "line",
        [
            "发布日期：2024-01-20 来源：县政府办 浏览次数：12",
            "索引号：11-2023-0001",
            "字体：【大 中 小】",
            "【打印】【关闭窗口】",
            "首页 > 政务公开 > 年报",
            "您现在的位置：首页 > 年报",
            "点击收听年报语音朗读",
            "2024年1月20日",
            "（2024年1月20日）",
        ],
    )
    def test_as_a_line_of_their_own_below_the_title_they_are_none(self, tmp_path: Path, line: str) -> None:
        report = read_page(tmp_path, page().replace(f"<p>{PREFACE}</p>", lines(line, PREFACE)))
        assert texts(report) == [PREFACE, OVERVIEW, PROBLEMS, OTHER]
        assert unplaced(report) == []


class TestTheEndOfTheReport:
    @pytest.mark.parametrize(
        "paragraphs",
        [
            ("本年度没有收取信息处理费，相关信息已在网站公布。", "无其他需要报告的事项。"),
            ("各主办单位按时答复建议提案。", "可扫一扫二维码关注本县政务微信。", "网站已取得ICP备案，链接有效。"),
            ("无收费。", "设立上一篇、下一篇导航，方便查阅。", "无其他事项。"),
            ("本年度有以下事项需要报告：", "一、收取信息处理费情况：未收取。", "二、其他：无。"),
            ("（一）信息处理费", "未收取。", "县政府办公室政务公开工作要点", "已全部落实。"),
            ("未收取信息处理费。", "附件1：统计表见网站。", "此外无其他事项。"),
            ("（一）年度工作要点落实情况", "已落实。", "（二）收取信息处理费情况", "未收取。"),
            ("主办单位：县政府办公室", "未收取信息处理费。"),
        ],
    )
    def test_the_last_section_is_read_to_its_end(self, tmp_path: Path, paragraphs: tuple[str, ...]) -> None:
        report = with_other(tmp_path, *paragraphs)
        assert report.text("other") == "\n".join(paragraphs)
        assert unplaced(report) == []

    def test_marked_headings_inside_the_last_section_do_not_end_it(self, tmp_path: Path) -> None:
        inner = "<h1>（一）信息处理费</h1><p>未收取。</p><h1>（二）工作要点落实情况</h1><p>已全部落实。</p>"
        report = read_page(tmp_path, page().replace(f"<p>{OTHER}</p>", inner))
        assert report.text("other") == "（一）信息处理费\n未收取。\n（二）工作要点落实情况\n已全部落实。"

    @pytest.mark.parametrize(
        "foot",
        [
            ("主办单位：示例县人民政府办公室", "ICP备12345678号"),
            ("上一篇：没有了", "下一篇：示例县2022年政府信息公开工作年度报告"),
            ("相关文章", "示例县2022年政府信息公开工作年度报告"),
            ("【打印本页】",),
            ("Copyright © 示例县人民政府 版权所有",),
            ("分享到：微信 微博", "网站地图 | 联系我们"),
            ("责任编辑：某某", "您访问的链接即将离开本网站，是否继续？", "继续访问 放弃"),
            ("更多内容欢迎扫描下方二维码关注本县发布！", "收藏", "点赞 12"),
            ("相关附件", "示例县2023年年报.pdf"),
            ("示例县2023年年报.docx",),
            ("主管单位：县政府", "联系电话：0000-0000000"),
            ("网站声明 | 隐私保护 | 使用帮助", "推荐使用常见的浏览器"),
            ("友情链接：中国政府网", "地址：示例路1号 邮编：100000"),
        ],
    )
    def test_the_foot_of_the_page_is_no_part_of_it(self, tmp_path: Path, foot: tuple[str, ...]) -> None:
        report = with_end(tmp_path, lines(*foot))
        assert report.text("other") == OTHER
        assert unplaced(report) == []

    def test_what_stands_beside_the_article_is_no_part_of_it(self, tmp_path: Path) -> None:
        report = with_end(tmp_path, "<aside><h4>热点</h4><p>县政府召开会议，研究部署安全生产工作。</p></aside>")
        assert texts(report) == [PREFACE, OVERVIEW, PROBLEMS, OTHER]
        assert unplaced(report) == []

    def test_prose_behind_the_foot_of_the_page_is_told_once(self, tmp_path: Path) -> None:
        report = with_end(tmp_path, lines("上一篇：没有了", "另有两项工作需要在此补充报告。", "无。"))
        assert report.text("other") == OTHER
        assert unplaced(report) == ["上一篇：没有了（由此至文末共3段）"]

    def test_another_text_behind_it_is_told_once(self, tmp_path: Path) -> None:
        report = with_end(tmp_path, "<h1>示例县2023年依法行政工作报告</h1><p>一、总体情况</p><p>办理案件30件。</p>")
        assert texts(report) == [PREFACE, OVERVIEW, PROBLEMS, OTHER]
        assert unplaced(report) == ["示例县2023年依法行政工作报告（由此至文末共3段）"]

    def test_a_marked_title_behind_which_the_numbers_begin_anew_is_one_of_another_text(self, tmp_path: Path) -> None:
        report = with_end(tmp_path, "<h1>示例县2023年依法行政概览</h1><p>一、机构</p><p>办理案件30件。</p>")
        assert unplaced(report) == ["示例县2023年依法行政概览（由此至文末共3段）"]
        report = with_end(tmp_path, "<h1>附言</h1><p>一、机构</p><p>办理案件30件。</p>")
        assert report.text("other") == f"{OTHER}\n附言\n一、机构\n办理案件30件。"

    def test_an_appendix_is_told_once(self, tmp_path: Path) -> None:
        report = with_end(tmp_path, lines("附件：1.政府信息公开申请表", "申请人信息　姓名", "所需信息　内容描述"))
        assert report.text("other") == OTHER
        assert unplaced(report) == ["附件：1.政府信息公开申请表（由此至文末共3段）"]

    def test_a_text_in_front_of_the_title_is_told_once(self, tmp_path: Path) -> None:
        report = read_page(tmp_path, page(head=lines("各乡镇人民政府：", "现将本县年度报告印发给你们，请认真阅读。")))
        assert texts(report) == [PREFACE, OVERVIEW, PROBLEMS, OTHER]
        assert unplaced(report) == ["各乡镇人民政府：（报告标题之前共2段）"]

    @pytest.mark.parametrize(
        "signature",
        [
            ("示例县人民政府办公室", "2024年1月25日"),
            ("（此件公开发布）", "示例县财政局", "二〇二四年一月二十五日"),
            ("示例县人民政府办公室　2024年1月25日",),
        ],
    )
    def test_the_signature_and_the_date_are_kept(self, tmp_path: Path, signature: tuple[str, ...]) -> None:
        report = with_end(tmp_path, lines(*signature, "【打印本页】"))
        assert report.text("other") == "\n".join((OTHER, *signature))
        assert unplaced(report) == []
        assert not {finding.rule.code for finding in review(report).findings if finding.rule.code[0] in "NC"} - {"C103"}

    def test_the_title_above_a_further_page_does_not_end_it(self, tmp_path: Path) -> None:
        report = with_other(tmp_path, OTHER, TITLE, "无其他事项。")
        assert report.text("other") == f"{OTHER}\n无其他事项。"

    def test_a_last_line_that_only_ends_like_a_unit_is_kept(self, tmp_path: Path) -> None:
        assert with_end(tmp_path, lines("以上事项已报县政府")).text("other") == f"{OTHER}\n以上事项已报县政府"


class TestTitlesOfSections:
    @pytest.mark.parametrize(
        "numbered",
        [
            lambda n, words: f"第{'一二三四五六'[n]}部分 {words}",
            lambda n, words: f"第{'一二三四五六'[n]}部分{words}",
            lambda n, words: f"{'一二三四五六'[n]} {words}",
            lambda n, words: f"{'一二三四五六'[n]}{words}",
            lambda n, words: f"{'ⅠⅡⅢⅣⅤⅥ'[n]}、{words}",
            lambda n, words: f"{['I', 'II', 'III', 'IV', 'V', 'VI'][n]}. {words}",
            lambda n, words: f"{'①②③④⑤⑥'[n]} {words}",
            lambda n, words: f"{'❶❷❸❹❺❻'[n]}{words}",
            lambda n, words: f"0{n + 1} {words}",
            lambda n, words: f"{n + 1} {words}",
            lambda n, words: f"{n + 1}.{words}",
            lambda n, words: f"（{'一二三四五六'[n]}）{words}",
            lambda n, words: words,
            lambda n, words: f"{'一二三四五六'[n]}、{words}。",
            lambda n, words: f"{'一二三四五六'[n]}、{words}：",
        ],
    )
    def test_they_are_recognised_however_they_are_numbered(self, tmp_path: Path, numbered: Callable[[int, str], str]) -> None:
        names = {key: numbered(n, title[2:]) for n, (key, title) in enumerate(NAMES.items())}
        report = read_page(tmp_path, page(titles=names))
        assert texts(report) == [PREFACE, OVERVIEW, PROBLEMS, OTHER]
        assert unplaced(report) == []

    @pytest.mark.parametrize("end", ["。", "：", "　"])
    def test_the_text_may_follow_in_the_same_paragraph(self, tmp_path: Path, end: str) -> None:
        text = page()
        for key, words in BODIES.items():
            text = text.replace(f"<p>{NAMES[key]}</p><p>{words}</p>", f"<p>{NAMES[key]}{end}{words}</p>")
        report = read_page(tmp_path, text)
        assert texts(report) == [PREFACE, OVERVIEW, PROBLEMS, OTHER]
        assert report.titles["overview"] == NAMES["overview"]

    @pytest.mark.parametrize(
        "titles",
        [
            {"overview": "一、2023年度政府信息公开工作总体情况", "other": "六、补充说明"},
            {"overview": "一、工作开展情况", "disclosure": "二、政府信息主动公开情况"},
            {"problems": "五、问题与打算", "other": "第六部分 另外要说的"},
        ],
    )
    def test_one_in_other_words_is_told_by_its_number_between_its_neighbours(self, tmp_path: Path, titles: dict[str, str]) -> None:
        report = read_page(tmp_path, page(titles=titles))
        assert texts(report) == [PREFACE, OVERVIEW, PROBLEMS, OTHER]
        assert report.titles == {**NAMES, **titles}
        assert unplaced(report) == []

    def test_an_item_of_a_list_with_the_number_of_a_missing_section_is_no_title(self, tmp_path: Path) -> None:
        items = [
            f"{number}、{words}" for number, words in zip("一二三四五六", ("公开", "解读", "回应", "培训", "平台", "考核"), strict=True)
        ]
        text = page(titles={"other": ""}).replace(f"<p>{PROBLEMS}</p>", lines(PROBLEMS, *items)).replace(f"<p>{OTHER}</p>", "")
        assert read_page(tmp_path, text).text("problems") == "\n".join((PROBLEMS, *items))

    def test_behind_a_full_stop_one_begins_a_paragraph_also_where_the_line_before_is_full(self) -> None:
        source = parse_page(page(overview="（一）主动公开\n公开了信息。\n（二）依申请公开\n收到申请，\n（二）依申请公开。"))
        full = ("公开了信息。", "收到申请，", OVERVIEW)
        items = tuple(replace(item, goes_on=item.text in full) if isinstance(item, Line) else item for item in source.items)
        report = read_published(Path("report.pdf"), source._replace(items=items), find_form(None))
        assert report.text("overview.proactive") == "公开了信息。"
        assert report.text("overview.on_request") == "收到申请，（二）依申请公开。"

    def test_topics_are_recognised_with_numbers_of_two_levels(self, tmp_path: Path) -> None:
        overview = lines("总的情况。", "1.1主动公开", "公开了信息。", "1.2 依申请公开", "收到申请。", "③政府信息管理", "清理了文件。")
        report = read_page(tmp_path, page().replace(f"<p>{OVERVIEW}</p>", overview))
        keys = ("overview", "overview.proactive", "overview.on_request", "overview.management")
        assert [report.text(key) for key in keys] == ["总的情况。", "公开了信息。", "收到申请。", "清理了文件。"]

    def test_a_topic_of_the_offices_own_is_not_taken_for_the_one_that_also_speaks_of_disclosure(self, tmp_path: Path) -> None:
        own = (
            "（一）政府信息公开培训情况",
            "培训了人员。",
            "（二）政府信息公开组织领导情况",
            "成立了小组。",
            "（三）平台建设管理情况",
            "改了网站。",
        )
        report = read_page(tmp_path, page(overview="\n".join(own)))
        assert (report.text("overview"), report.text("overview.platform")) == ("\n".join(own[:4]), "改了网站。")

    def test_topics_that_run_on_in_one_paragraph_are_parted_and_other_headings_are_not(self, tmp_path: Path) -> None:
        text = "（一）主动公开情况。公开了信息。（二）依申请公开情况 2023年，收到申请。（六）其他方面：好。（三）政府信息管理情况本年度清理了文件；"
        report = read_page(tmp_path, page(overview=text))
        keys = ("overview", "overview.proactive", "overview.on_request", "overview.management")
        assert [report.text(key) for key in keys] == ["", "公开了信息。", "2023年，收到申请。（六）其他方面：好。", "本年度清理了文件；"]

    @pytest.mark.parametrize(
        "order",
        [
            ("overview", "problems", "disclosure", "requests", "litigation", "other"),
            ("overview", "problems", "other", "disclosure", "requests", "litigation"),
            ("disclosure", "requests", "litigation", "overview", "problems", "other"),
            ("overview", "disclosure", "requests", "litigation", "other", "problems"),
        ],
    )
    def test_sections_in_another_order_are_read_and_the_order_is_told(self, tmp_path: Path, order: tuple[str, ...]) -> None:
        report = read_page(tmp_path, in_order(*order))
        assert texts(report) == [PREFACE, OVERVIEW, PROBLEMS, OTHER]
        assert list(report.titles) == list(order)
        assert any("次序" in finding.message for finding in review(report).findings if finding.rule.code == "C104")

    @pytest.mark.parametrize("entry", ["{0}", "{0}……{1}", "{0} {1}"])
    @pytest.mark.parametrize("above", [True, False])
    def test_a_table_of_contents_is_no_prose(self, tmp_path: Path, above: bool, entry: str) -> None:
        contents = lines("目  录", *(entry.format(title, n) for n, title in enumerate(NAMES.values(), 1)))
        body = contents + lines(PREFACE) if above else lines(PREFACE) + contents
        report = read_page(tmp_path, page().replace(f"<p>{PREFACE}</p>", body))
        assert texts(report) == [PREFACE, OVERVIEW, PROBLEMS, OTHER]
        assert unplaced(report) == []

    def test_two_entries_below_the_word_contents_are_no_prose(self, tmp_path: Path) -> None:
        contents = lines("目　录", "一、总体情况", "二、主动公开政府信息情况")
        report = read_page(tmp_path, page().replace(f"<p>{PREFACE}</p>", f"{contents}<p>{PREFACE}</p>"))
        assert texts(report) == [PREFACE, OVERVIEW, PROBLEMS, OTHER]
        assert unplaced(report) == []

    def test_titles_with_nothing_but_a_table_between_them_are_no_table_of_contents(self, tmp_path: Path) -> None:
        text = page()
        start = text.index("<table>", text.index(NAMES["litigation"]))
        picture = text[:start] + '<p><img src="x.png"></p>' + text[text.index("</table>", start) + 8 :]
        report = read_page(tmp_path, picture)
        assert list(report.titles) == list(NAMES)


class TestAroundTables:
    def test_headings_behind_the_last_table_are_prose_also_where_their_words_are_those_of_labels(self, tmp_path: Path) -> None:
        long = "公开内容还不够丰富，队伍建设有待加强。" * 6
        behind = ("（一）存在问题", long, "（二）收取信息处理费情况", "未收取。", "（三）总体情况", "好。")
        text = page(titles={"problems": ""}, below={"litigation": lines(*behind)}).replace(f"<p>{PROBLEMS}</p>", "")
        assert read_page(tmp_path, text).text("problems") == "\n".join(behind)

    def test_a_long_note_behind_the_last_table_is_told_and_is_no_prose_of_the_next_section(self, tmp_path: Path) -> None:
        behind = ("注：以上各数由各单位报送。", "公开内容还不够丰富，队伍建设有待加强。" * 6)
        text = page(titles={"problems": ""}, below={"litigation": lines(*behind)}).replace(f"<p>{PROBLEMS}</p>", "")
        report = read_page(tmp_path, text)
        assert (report.text("problems"), unplaced(report)) == ("", list(behind))

    def test_a_short_note_below_a_table_is_told(self, tmp_path: Path) -> None:
        assert unplaced(read_page(tmp_path, page(below={"litigation": lines("注：上年结转2件")}))) == ["注：上年结转2件"]

    def test_a_short_line_of_words_of_labels_is_a_piece_of_one_and_a_long_one_is_told(self, tmp_path: Path) -> None:
        piece = "行政许可处理决定数量" * 4 + "规章总计件"
        assert unplaced(read_page(tmp_path, page(below={"disclosure": lines(piece)}))) == []
        assert unplaced(read_page(tmp_path, page(below={"disclosure": lines(f"{piece}数")}))) == [f"{piece}数"]

    def test_a_sentence_below_a_table_is_told_also_where_its_words_are_those_of_labels(self, tmp_path: Path) -> None:
        sentence = "本年度规章0件，行政许可总计5件。"
        assert unplaced(read_page(tmp_path, page(below={"disclosure": lines(sentence)}))) == [sentence]

    def test_without_any_title_of_a_section_nothing_behind_the_tables_is_taken_for_the_preface(self, tmp_path: Path) -> None:
        report = read_page(tmp_path, page(titles=dict.fromkeys(NAMES, "")))
        assert texts(report) == [f"{PREFACE}\n{OVERVIEW}", "", "", ""]
        assert unplaced(report) == [PROBLEMS, OTHER]

    def test_prose_between_a_table_and_its_like_in_an_appendix_is_not_lost(self, tmp_path: Path) -> None:
        other = html_table(table_rows(FORM.tables[2], {id: number + 3000 for id, number in figures().items()}))
        report = with_end(tmp_path, lines("附件：部门统计表") + other)
        assert texts(report) == [PREFACE, OVERVIEW, PROBLEMS, OTHER]


class TestPrintedFromABrowser:
    def test_the_time_and_title_above_each_page_and_the_address_below_it_are_left_out(self, tmp_path: Path) -> None:
        header, footer = f"11/25/26, 4:47 PM {TITLE}", "https://www.example.gov.cn/zwgk/a.html 3/7"
        tables = [" ".join(cell.text.replace("\n", "") for cell in row) for table in FORM.tables for row in table_rows(table, figures())]
        overview = "一年来，本县认真落实条例要求，稳步推进政府信息公"
        text = [header, TITLE, PREFACE, NAMES["overview"], overview, footer, header, "开工作。", NAMES["disclosure"], *tables]
        text += [NAMES["problems"], PROBLEMS, footer, "11/25/26, 4:47 PM", TITLE, NAMES["other"], OTHER, footer]
        path = tmp_path / "printed.txt"
        path.write_text("\n".join(text), encoding="utf-8")
        report = read_report(path, find_form(None))
        assert texts(report) == [PREFACE, f"{overview}开工作。", PROBLEMS, OTHER]
        assert shown(report) == {id: str(number) for id, number in figures().items()}
