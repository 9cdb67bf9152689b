"""C: completeness."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.published import balanced, page, read_page
from tests.reports import FORM, TEXTS, codes, report
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report, Value
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook

BARE = (
    "（一）存在的主要问题：无。\n（二）改进情况：无。",
    "我局政府信息公开工作不存在主要问题，也没有需要改进的地方。",
    "不涉及",
    "/",
    "0",
)
BLANKS: dict[str, Value] = dict.fromkeys(figure.id for figure in FORM.inputs)


def names(source: Report) -> list[str]:
    return [finding.rule.name for finding in review(source).findings]


def test_a_complete_report_is_right() -> None:
    assert names(report()) == []


class TestMissingUnit:
    def test_no_name_is_an_error(self) -> None:
        assert names(report(unit=Unit(short_name="示例县"))) == ["missing-unit"]


class TestMissingYear:
    def test_no_year_is_an_error(self) -> None:
        assert names(report(year=None)) == ["missing-year"]


class TestMissingSection:
    def test_topics_count_for_their_section(self) -> None:
        texts = {**TEXTS, "overview.management": TEXTS["overview"]}
        del texts["overview"]
        assert "missing-section" not in names(report(texts=texts))

    def test_figures_alone_are_not_asked_for_prose(self) -> None:
        assert names(report(texts={}, has_prose=False)) == []

    def test_each_required_section_without_a_word_is_an_error(self) -> None:
        found = review(report(texts={})).findings
        assert [(f.rule.name, f.fault.section) for f in found] == [
            ("missing-section", "overview"),
            ("missing-section", "problems"),
            ("missing-section", "other"),
        ]
        assert "“六、其他需要报告的事项”未填写" in found[-1].message


def found(**changes: object) -> list[tuple[str, str | None]]:
    """The findings of a complete report with these changes: rule and what stands there."""
    return [(finding.rule.name, finding.fault.actual) for finding in review(report(**changes)).findings]


def with_text(key: str, text: str) -> list[tuple[str, str | None]]:
    return found(texts={**TEXTS, key: text})


OFFICIAL = {section.key: section.title for section in FORM.sections if section.heading and section.parent is None}


class TestSectionTitle:
    def test_the_official_titles_in_their_order_are_right_also_with_blanks_in_them(self) -> None:
        assert found(titles=OFFICIAL) == []
        assert found(titles={key: title.replace("、", "、 ") for key, title in OFFICIAL.items()}) == []

    def test_an_older_title_is_a_warning_with_the_official_one(self) -> None:
        (finding,) = review(report(titles={**OFFICIAL, "disclosure": "二、行政机关主动公开政府信息情况"})).findings
        assert (finding.rule.name, finding.severity) == ("section-title", "warning")
        assert finding.fault.expected == "二、主动公开政府信息情况"

    def test_sections_out_of_order_are_found(self) -> None:
        swapped = dict(reversed(OFFICIAL.items()))
        assert [name for name, _ in found(titles=swapped)] == ["section-title"]

    def test_the_preface_has_no_title_that_a_published_report_could_lack(self, tmp_path: Path) -> None:
        assert codes(read_page(tmp_path, page(values=balanced()))) == []
        assert "C104" in codes(read_page(tmp_path, page(values=balanced(), titles={"problems": ""})))

    def test_a_first_section_by_another_name_keeps_its_prose_and_is_told_the_official_title(self, tmp_path: Path) -> None:
        report = read_page(tmp_path, page(values=balanced(), titles={"overview": "一、工作基本情况"}))
        assert report.texts == read_page(tmp_path, page(values=balanced())).texts
        assert codes(report) == ["C104"]


class TestMissingTopic:
    def test_a_report_without_topics_is_not_asked_for_them(self) -> None:
        assert found() == []

    def test_topics_that_are_written_from_the_figures_are_never_missing(self) -> None:
        topics = dict.fromkeys(("overview.management", "overview.platform", "overview.supervision"), "考核、评议正常，没有责任追究。")
        assert found(texts={**TEXTS, **topics}) == []

    def test_one_left_out_beside_others_is_a_notice(self) -> None:
        topics = dict.fromkeys(("overview.management", "overview.platform"), "已按要求完成。")
        (finding,) = review(report(texts={**TEXTS, **topics})).findings
        assert (finding.rule.name, finding.severity, finding.fault.section) == ("missing-topic", "notice", "overview.supervision")


class TestEmptyProblems:
    def test_a_sentence_that_names_one_is_right(self) -> None:
        assert with_text("problems", "信息更新不够及时，已建立提醒制度。") == []

    def test_saying_that_there_are_none_is_an_error(self) -> None:
        for text in ("无", "无。", "暂无问题", "不存在问题。", "没有问题。", "没有存在问题", "本年度未发现明显问题。", *BARE):
            assert [name for name, _ in with_text("problems", text)] == ["empty-problems"]


class TestFeeStatement:
    def test_a_word_on_it_with_or_without_an_amount_is_right(self) -> None:
        for text in ("本年度没有收取信息处理费。", "全年收取信息处理费380元。", "收取政府信息公开信息处理费 0 元。", "信息处理费1.2万元。"):
            assert with_text("other", text) == []

    def test_a_section_without_a_word_on_it_is_a_warning(self) -> None:
        assert [name for name, _ in with_text("other", "没有其他需要报告的事项。")] == ["fee-statement"]

    def test_an_amount_that_the_rates_cannot_give_is_a_warning(self) -> None:
        assert with_text("other", "全年收取信息处理费385元。") == [("fee-statement", "385")]

    def test_an_amount_in_ten_thousand_yuan_is_judged_in_yuan(self) -> None:
        assert with_text("other", "全年收取信息处理费0.0380万元。") == []
        assert with_text("other", "全年收取信息处理费0.0385万元。") == [("fee-statement", "0.0385")]
        assert with_text("other", "全年收取信息处理费3.8005万元。") == [("fee-statement", "3.8005")]

    def test_other_amounts_of_money_are_not_looked_at(self) -> None:
        assert with_text("other", "没有收取信息处理费。培训支出1234元。") == []
        assert with_text("other", "全年收取信息处理费380元；印制材料385元。") == []

    def test_an_amount_that_is_said_to_be_rough_may_be_any(self) -> None:
        assert with_text("other", "全年收取信息处理费约385元。") == []


class TestPlaceholderLeft:
    def test_addresses_of_pages_and_ordinary_words_are_right(self) -> None:
        for text in (
            "见 http://www.xxgk.example.gov.cn 网站。",
            "xxgk 专栏已更新。",
            "开展“双随机”检查。",
            "请根据自身需要提出申请，请按要求填写申请表。",
            "各单位根据实际情况修改目录（各部门共用），没有的补充完善。",
            "会议室（三号楼）和二级、三级医院（二级、三级）统一使用仿宋字体。",
            "怎么申请？条件是什么？政策问答（一）共3×5条。",
        ):
            assert with_text("overview", text) == []

    def test_each_mark_is_an_error_that_quotes_it(self) -> None:
        for text, mark in (
            ("公开XX条信息。", "XX"),
            ("数量待补充。", "待补充"),
            ("公开情况请根据实际情况填写。", "请根据实际情况填写"),
            ("总体情况（宋体加粗小四号字）", "（宋体加粗小四号字）"),
            ("累计发布\u3000\u3000条。", "\u3000\u3000"),
            ("公开信息__条。", "__"),
            ("共____件。", "____"),
            ("TODO 核实", "TODO"),
            ("××年", "××"),
            ("收到申请〔未识别〕件。", "〔未识别〕"),
            ("公开信息X条，收到申请*件。", "X"),
            ("公开信息（　）条。", "（　）"),
            ("公开信息？条，其中动态5条。", "？"),
            ("公开信息□□条。", "□□"),
            ("较上年增长  %。", "  "),
            ("202X年，完善制度。", "202X"),
            ("总体情况（没有的请填0）。", "（没有的请填0）"),
            ("总体情况【请填写具体数字】。", "【请填写具体数字】"),
            ("总体情况（示例：公开信息100条）。", "（示例：公开信息100条）"),
            ("请结合本单位实际填写。", "请结合本单位实际填写"),
            ("详见错误！未找到引用源。", "错误！未找到引用源"),
            ("单击此处输入文字。", "单击此处输入文字"),
        ):
            assert with_text("overview", text)[0] == ("placeholder-left", mark)

    def test_a_leftover_of_a_conversion_is_found(self) -> None:
        assert with_text("overview", "[bookmark: _GoBack]开展培训。") == [("placeholder-left", "[bookmark: _GoBack]")]


class TestImplausibleContact:
    def contact(self, **details: str) -> list[tuple[str, str | None]]:
        return found(unit=Unit(name="示例县人民政府", **details))

    def test_usual_numbers_and_addresses_are_right(self) -> None:
        for phone in (
            "0571-12345678",
            "（0571）12345678",
            "13800000000",
            "0571-12345678、0571-87654321",
            "12345",
            "０５７１—１２３４５６７８",
        ):
            assert self.contact(phone=phone) == []
        assert self.contact(postcode="310000", website_url="http://www.example.gov.cn/col/1") == []

    def test_numbers_of_the_wrong_length_are_warnings(self) -> None:
        assert self.contact(phone="0571-123", postcode="31000") == [("implausible-contact", "0571-123"), ("implausible-contact", "31000")]

    def test_a_name_and_an_address_that_say_nothing_are_warnings(self) -> None:
        assert self.contact(address="昌盛路7号") == []
        assert self.contact(address="12345") == [("implausible-contact", "12345")]
        assert found(unit=Unit(name="aaa")) == [("implausible-contact", "aaa")]

    def test_a_mark_left_in_the_unit_s_details_is_an_error(self) -> None:
        assert found(unit=Unit(name="XX县人民政府")) == [("placeholder-left", "XX")]
        assert found(unit=Unit(name="某某县人民政府")) == []


class TestSlips:
    def names(self, text: str) -> list[str]:
        return [name for name, _ in with_text("overview", text)]

    @pytest.mark.parametrize(
        "text",
        [
            "统计期限自2024年1月1日至2024年12月31日。",
            "电话12345678，邮编310000，2024年1月1日起。",
            "按照国办公开办函〔2021〕30号的格式和国办函〔2020〕109号的规定。",
            "一个一个核对，逐步规范。",
            "设政务服务服务中心，逐项逐项核对，各种各样，天天更新；县人民政府政府网站，政务公开公开栏，信息公开公开指南。",
            "历时120年5个月，2024年2月29日前完成，9月30日开展，2024年1—12月，2024年5月1、2日，2024年12月31日24时。",
            "落实国办发〔2021〕3号、国办公开办函〔2021〕20号和国办公开办函〔2019〕61号。",
        ],
    )
    def test_nothing_is_said_of_what_is_right(self, text: str) -> None:
        assert self.names(text) == []

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("统计期限自2024年1月1日至202024年12月31日。", "broken-date"),
            ("所列数据截至20241231日。", "broken-date"),
            ("按照国办政务公开办函〔2021〕30号的格式编制。", "misquoted-notice"),
            ("按照国办公开办函〔2021〕3号的格式编制。", "misquoted-notice"),
            ("全年投入资金资金3万元。", "doubled-word"),
            ("推进政务公开工作公开工作。", "doubled-word"),
            ("数据截至2024年1231日。", "broken-date"),
            ("数据截至2024年12月31，未收到申请。", "broken-date"),
            ("数据截至2024年11月31日。", "broken-date"),
            ("统计期限为2024年1月1至2024年12月31日。", "broken-date"),
            ("数据截至2024.12月31日。", "broken-date"),
            ("按照国办公开办函〔221〕30号的格式编制。", "misquoted-notice"),
            ("数据截至2024年13月1日。", "broken-date"),
            ("数据截至2024年12日31日。", "broken-date"),
            ("数据截至2024年年12月31日。", "broken-date"),
            ("数据截至204年12月31日。", "broken-date"),
            ("按照国办公开办发〔2021〕30号的格式编制。", "misquoted-notice"),
            ("按照国办公开办函〔2012〕30号的格式编制。", "misquoted-notice"),
            ("按照国办公开办函〔2021〕300号的格式编制。", "misquoted-notice"),
            ("按照国办公开办函〔2021〕号的格式编制。", "misquoted-notice"),
            ("按照《政府信息公开工作年度报告格式》（国办公开办函〔2021〕60号）编制。", "misquoted-notice"),
        ],
    )
    def test_each_slip_is_found(self, text: str, name: str) -> None:
        assert self.names(text) == [name]

    def test_a_message_quotes_ten_characters_on_each_side(self) -> None:
        texts = {**TEXTS, "overview": "本年度认真做好政府信息公开工作，全年投入资金资金3万元，开展培训若干次，成效明显。"}
        (found,) = review(report(texts=texts)).findings
        assert "“息公开工作，全年投入资金资金3万元，开展培训若干”中“资金”写了两遍" in found.message


class TestSecondNumbering:
    def test_topics_in_order_and_numbers_within_a_line_are_right(self) -> None:
        text = "（一）主动公开\n公开信息392条。\n（二）依申请公开\n1、收到申请。2、答复申请。分三类：一、政策；二、动态。"
        assert names(report(texts={**TEXTS, "overview": text})) == []

    @pytest.mark.parametrize("second", ["（一）依申请公开", "一、依申请公开", " 二、 依申请公开"])
    def test_a_second_beginning_is_a_notice_that_quotes_it(self, second: str) -> None:
        (found,) = review(report(texts={**TEXTS, "overview": f"（一）主动公开\n公开信息392条。\n{second}\n收到申请。"})).findings
        assert (found.rule.name, found.severity) == ("second-numbering", "notice")
        assert second.strip() in found.message


class TestUntouched:
    def findings(self, source: Report, tmp_path: Path) -> list[str]:
        path = tmp_path / "report.xlsx"
        path.write_bytes(write_workbook(source))
        return names(read_report(path, find_form(None)))

    def test_a_report_of_nothing_but_zeros_is_a_report_once_its_prose_is_written(self, tmp_path: Path) -> None:
        assert "untouched" not in self.findings(report(dict.fromkeys(BLANKS, 0)), tmp_path)

    def test_blanks_are_something_else(self, tmp_path: Path) -> None:
        assert "untouched" not in self.findings(report(BLANKS, texts={}), tmp_path)

    def test_a_workbook_filled_with_zeros_that_nobody_touched_is_told(self, tmp_path: Path) -> None:
        assert "untouched" in self.findings(report(dict.fromkeys(BLANKS, 0), texts={}), tmp_path)


class TestMissingAssessment:
    TOPICS = dict.fromkeys(("overview.management", "overview.platform"), "已按要求完成。")

    def test_a_report_that_speaks_of_all_three_wherever_it_does_is_right(self) -> None:
        told = {"overview.supervision": "开展工作考核和社会评议。", "problems": "有的信息更新不及时；没有责任追究。"}
        assert names(report(texts={**TEXTS, **self.TOPICS, **told})) == []

    def test_a_department_is_not_asked(self) -> None:
        texts = {**TEXTS, **self.TOPICS, "overview.supervision": "组织培训。"}
        assert names(report(unit=Unit(name="示例县财政局"), texts=texts)) == []

    def test_what_a_government_does_not_speak_of_is_a_notice_that_names_it(self) -> None:
        texts = {**TEXTS, **self.TOPICS, "overview.supervision": "组织培训，开展工作考核。"}
        (found,) = review(report(texts=texts)).findings
        assert (found.rule.code, found.severity, found.fault.section) == ("C120", "notice", "overview.supervision")
        assert "未见社会评议、责任追究结果情况" in found.message
