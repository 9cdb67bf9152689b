"""What the finished report says: sections in official order, prose as typed, standard sentences where staff wrote none."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from xltools.documents.blocks import Block, HeadingBlock, ParagraphBlock, TableBlock, compose
from xltools.errors import FormError
from xltools.form.definition import Form
from xltools.form.loader import load_form
from xltools.form.unit import Unit
from xltools.report.filled import Breakdown, Report, Value

FORM = load_form()
ZEROS: dict[str, Value] = {figure.id: 0 for figure in FORM.inputs}
BLANKS: dict[str, Value] = dict.fromkeys(ZEROS)
UNIT = Unit(name="某某县人民政府办公室", short_name="某某县")


def report(figures: Mapping[str, Value] = ZEROS, form: Form = FORM, **texts: str) -> Report:
    """A report with these figures; its prose is given by section key, `__` standing for the dot."""
    return Report(form, 2024, UNIT, figures, {key.replace("__", "."): text for key, text in texts.items()})


def under(report: Report, title: str) -> list[str]:
    """The paragraphs that stand under the heading with this text."""
    blocks = compose(report)
    start = blocks.index(next(block for block in blocks if isinstance(block, HeadingBlock) and block.text == title)) + 1
    stop = next((n for n, block in enumerate(blocks[start:], start) if not isinstance(block, ParagraphBlock)), len(blocks))
    return [block.text for block in blocks[start:stop] if isinstance(block, ParagraphBlock)]


def preface(report: Report) -> str:
    """The paragraph that stands below the title."""
    title, first, *_ = compose(report)
    assert isinstance(title, HeadingBlock) and title.level == 0
    assert isinstance(first, ParagraphBlock)
    return first.text


PROACTIVE, ON_REQUEST = "（一）主动公开", "（二）依申请公开"


class TestSkeleton:
    def test_the_six_sections_stand_in_official_order_with_their_tables_even_when_nothing_was_filled_in(self) -> None:
        blocks = [block for block in compose(report(BLANKS)) if not isinstance(block, ParagraphBlock)]
        assert blocks == [
            HeadingBlock(0, "某某县2024年政府信息公开工作年度报告"),
            HeadingBlock(1, "一、总体情况"),
            HeadingBlock(1, "二、主动公开政府信息情况"),
            TableBlock("disclosure"),
            HeadingBlock(1, "三、收到和处理政府信息公开申请情况"),
            TableBlock("requests"),
            HeadingBlock(1, "四、政府信息公开行政复议、行政诉讼情况"),
            TableBlock("litigation"),
            HeadingBlock(1, "五、存在的主要问题及改进情况"),
            HeadingBlock(1, "六、其他需要报告的事项"),
        ]

    def test_a_topic_has_its_heading_only_when_something_stands_under_it(self) -> None:
        headings = [block.text for block in compose(report(overview__platform="建成专栏。")) if isinstance(block, HeadingBlock)]
        assert headings[2:5] == [PROACTIVE, ON_REQUEST, "（四）政府信息公开平台建设"]

    def test_a_report_without_a_year_and_a_short_name_still_has_a_title(self) -> None:
        blocks = compose(replace(report(), year=None, unit=Unit(name="某某县财政局")))
        assert blocks[0] == HeadingBlock(0, "某某县财政局政府信息公开工作年度报告")

    def test_prose_keeps_its_paragraphs_without_the_indent_that_staff_typed(self) -> None:
        assert under(report(problems="　　问题一。\n\n \u200b\n  问题二。\u3000"), "五、存在的主要问题及改进情况") == [
            "问题一。",
            "问题二。",
        ]

    def test_a_short_line_with_a_number_in_brackets_is_a_heading_within_a_section_of_plain_prose(self) -> None:
        blocks = compose(report(problems="（一）存在的问题\n1.不够及时。\n（二）要做的有：抓紧。", overview__management="（一）制度"))
        assert HeadingBlock(2, "（一）存在的问题") in blocks
        assert {ParagraphBlock("1.不够及时。"), ParagraphBlock("（二）要做的有：抓紧。"), ParagraphBlock("（一）制度")} <= set(blocks)

    def test_a_heading_that_staff_typed_is_never_left_out(self) -> None:
        assert compose(report(other="（一）信息处理费收取情况"))[-1] == HeadingBlock(2, "（一）信息处理费收取情况")


class TestTypedProse:
    HOSTILE = (
        "# 标题",
        "## 六、其他需要报告的事项",
        "| requests |",
        "|表格|",
        "\\# 反斜线",
        "{{ 7*7 }}",
        "{% for x in y %}",
        "{# 注 #}",
        "{不存在的名称}",
        "<w:p>&amp;",
        "**粗体**",
    )

    @pytest.mark.parametrize("line", HOSTILE)
    def test_nothing_that_staff_type_is_taken_for_markup_or_for_a_template(self, line: str) -> None:
        assert under(report(other=line), "六、其他需要报告的事项") == [line]

    def test_nor_is_the_name_of_the_unit_or_of_a_part(self) -> None:
        breakdown = Breakdown("overview.proactive", "## 甲", "条", 1, (("| requests |", 1),))
        hostile = replace(report(), unit=Unit(name="| requests |\n# {{ 7*7 }}"), breakdowns=(breakdown,))
        blocks = compose(hostile)
        assert blocks[0] == HeadingBlock(0, "| requests | # {{ 7*7 }}2024年政府信息公开工作年度报告")
        assert [block for block in blocks if isinstance(block, TableBlock)] == [TableBlock(table.key) for table in FORM.tables]
        assert under(hostile, PROACTIVE)[0].startswith("2024年，## 甲1条，其中| requests |1条。")

    def test_what_no_document_can_hold_is_dropped(self) -> None:
        assert under(report(other="\x02# 甲\x00\x0b乙\ud800丙\ufffe\r\n丁\t戊"), "六、其他需要报告的事项") == ["# 甲乙丙", "丁\t戊"]

    def test_names_in_braces_stand_for_the_figures_of_the_tables(self) -> None:
        figures = ZEROS | {"requests.received.natural_person": 12}
        assert under(report(figures, other="{报告年度}年新收{新收申请总数}件"), "六、其他需要报告的事项") == ["2024年新收12件"]


class TestPreface:
    def test_it_states_the_basis_and_the_period(self) -> None:
        text = preface(report())
        assert "第五十条" in text
        assert "国办公开办函〔2021〕30号" in text
        assert text.endswith("所列数据的统计期限为2024年1月1日至12月31日。")

    def test_it_names_the_website_and_only_the_contact_details_that_were_given(self) -> None:
        unit = replace(UNIT, website="某某县人民政府网站", website_url="http://www.example.gov.cn", phone="0571-1", postcode="310000")
        assert preface(replace(report(), unit=unit)).endswith(
            "本报告电子版可在某某县人民政府网站（http://www.example.gov.cn）查阅、下载。"
            "对本报告如有疑问，请与某某县人民政府办公室联系（电话：0571-1，邮编：310000）。"
        )

    def test_a_preface_that_staff_wrote_stands_instead(self) -> None:
        assert preface(report(preface="自拟前言。")) == "自拟前言。"


class TestProactive:
    def test_zeros_are_worded_as_nothing_done(self) -> None:
        assert under(report(), PROACTIVE) == [
            "2024年，未制发、废止行政规范性文件，没有现行有效的行政规范性文件。"
            "未作出行政许可、行政处罚、行政强制处理决定，未收取行政事业性收费。"
        ]

    def test_breakdown_documents_decisions_and_fees_are_stated(self) -> None:
        figures = ZEROS | {
            "disclosure.rules.in_force": 1,
            "disclosure.normative_documents.made": 3,
            "disclosure.normative_documents.in_force": 20,
            "disclosure.licensing.decisions": 7,
            "disclosure.coercion.decisions": 2,
            "disclosure.fees.amount": Decimal("59237.2449"),
        }
        parts = (("乡镇动态", 66), ("没有的", 0), ("没填的", None), ("政府文件", 5))
        breakdowns = (
            Breakdown("overview.proactive", "主动公开政府信息", "条", 71, parts),
            Breakdown("overview.proactive", "未填总数", "条", None, parts),
            Breakdown("overview.platform", "别处的", "条", 71, parts),
        )
        assert under(replace(report(figures), breakdowns=breakdowns), PROACTIVE) == [
            "2024年，主动公开政府信息71条，其中乡镇动态66条、政府文件5条。"
            "未制发、废止规章，现行有效的规章1件，制发行政规范性文件3件，未废止行政规范性文件，现行有效的行政规范性文件20件。"
            "作出行政许可处理决定7件、行政强制处理决定2件，未作出行政处罚处理决定，收取行政事业性收费59237.2449万元。"
        ]

    def test_a_figure_that_was_left_blank_is_not_spoken_of(self) -> None:
        figures = BLANKS | {"disclosure.penalties.decisions": 4}
        assert under(report(figures), PROACTIVE) == ["2024年，作出行政处罚处理决定4件。"]


class TestOnRequest:
    def test_zeros_are_worded_as_nothing_received(self) -> None:
        assert under(report(), ON_REQUEST) == [
            "2024年，未收到政府信息公开申请，没有上年结转和结转下年度继续办理的申请。",
            "2024年，未因政府信息公开工作被申请行政复议、被提起行政诉讼。",
        ]

    def test_received_carried_in_answered_and_carried_out_are_stated(self) -> None:
        figures = ZEROS | {
            "requests.received.natural_person": 10,
            "requests.received.business": 2,
            "requests.carried_in.natural_person": 3,
            "requests.granted.natural_person": 9,
            "requests.denied.state_secret.business": 2,
            "requests.denied.enforcement_file.natural_person": 1,
            "requests.carried_out.natural_person": 3,
            "litigation.reconsideration.upheld": 1,
            "litigation.reconsideration.pending": 1,
        }
        assert under(report(figures), ON_REQUEST) == [
            "2024年，新收政府信息公开申请12件（自然人10件、法人或其他组织2件），上年结转申请3件。"
            "全年办结申请12件，其中予以公开9件、不予公开3件；结转下年度继续办理3件。",
            "2024年，因政府信息公开工作被申请行政复议2件，其中结果维持1件、尚未审结1件；未因政府信息公开工作被提起行政诉讼。",
        ]

    def test_a_request_carried_through_the_year_is_told_from_none(self) -> None:
        figures = ZEROS | {"requests.carried_in.business": 1, "requests.carried_out.business": 1, "litigation.suit_direct.other": 2}
        assert under(report(figures), ON_REQUEST) == [
            "2024年，未收到政府信息公开申请，上年结转申请1件。当年没有办结的申请；结转下年度继续办理1件。",
            "2024年，未因政府信息公开工作被申请行政复议；因政府信息公开工作被提起行政诉讼2件，其中未经复议直接起诉2件。",
        ]

    def test_blank_figures_and_figures_that_are_no_numbers_are_never_claimed_to_be_zero(self) -> None:
        slashes: dict[str, Value] = dict.fromkeys(ZEROS, "/")
        for figures in (BLANKS, slashes):
            assert HeadingBlock(2, ON_REQUEST) not in compose(report(figures))

    def test_blank_figures_are_zero_where_staff_said_so(self) -> None:
        assert under(replace(report(BLANKS), blank_is_zero=True), ON_REQUEST) == under(report(), ON_REQUEST)

    def test_what_staff_wrote_stands_instead(self) -> None:
        assert under(report(overview__on_request="自拟。"), ON_REQUEST) == ["自拟。"]

    def test_a_topic_that_staff_wrote_within_the_overview_is_not_written_again(self) -> None:
        blocks = compose(report(overview="2024年，稳步推进依申请公开。\n1.主动公开：全年公开3条。"))
        assert HeadingBlock(2, PROACTIVE) not in blocks
        assert HeadingBlock(2, ON_REQUEST) in blocks


OTHER_FORM = """
id = "statistics"
version = 1
title = "统计表"
edition = "某办〔2024〕1号"

[[section]]
key = "intro"
title = "第一部分"
sheet = "正文"

[[section]]
key = "numbers"
title = "第二部分"
sheet = "数"
table = "numbers"

[[table]]
key = "numbers"
[[table.block]]
corner = "项目"
columns = [{ key = "a", label = "甲" }]
rows = [{ key = "x", label = "子" }]
"""


@pytest.fixture
def other_form(tmp_path: Path) -> Form:
    """A form of an office's own, with neither a skeleton nor a reference.docx."""
    (tmp_path / "form.toml").write_text(OTHER_FORM, encoding="utf-8")
    return load_form(str(tmp_path))


class TestFormsOfAnOffice:
    def skeleton(self, form: Form, text: str) -> tuple[Block, ...]:
        """The blocks of a report whose form has this skeleton."""
        (form.folder / "report.md.j2").write_text(text, encoding="utf-8")
        return compose(report({"numbers.x.a": None}, form, intro="正文。"))

    def test_without_a_skeleton_the_sections_stand_in_the_order_of_the_form(self, other_form: Form) -> None:
        assert compose(report({"numbers.x.a": 1}, other_form, intro="正文。")) == (
            HeadingBlock(0, "某某县2024年统计表"),
            HeadingBlock(1, "第一部分"),
            ParagraphBlock("正文。"),
            HeadingBlock(1, "第二部分"),
            TableBlock("numbers"),
        )

    def test_a_skeleton_saved_by_a_windows_editor_reads_the_same(self, other_form: Form) -> None:
        assert self.skeleton(other_form, '\ufeff# {{ title }}\r\n{{ prose("intro") }}\r\n#### 小标题\r\n固定\r\n') == (
            HeadingBlock(0, "某某县2024年统计表"),
            ParagraphBlock("正文。"),
            HeadingBlock(3, "小标题"),
            ParagraphBlock("固定"),
        )

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("好\n{% if %}", "第 2 行"),
            ("{{ 没有的名称 }}", "没有的名称"),
            ("{{ 子甲 }}", "is filled"),
            ("{{ amount('没有的') }}", "“没有的”不存在"),
            ("{{ heading('没有的') }}", "“没有的”不存在"),
            ("{{ prose('没有的') }}", "“没有的”不存在"),
            ("{{ table('没有的') }}", "表 没有的"),
            ("{{ title.__class__.__mro__ }}", "unsafe"),
        ],
    )
    def test_a_broken_skeleton_is_one_error_that_names_the_file_and_the_place(self, other_form: Form, text: str, reason: str) -> None:
        with pytest.raises(FormError, match=reason) as fault:
            self.skeleton(other_form, text)
        assert "report.md.j2" in str(fault.value)
        assert "\n" not in str(fault.value)

    def test_the_official_skeleton_serves_a_copy_of_the_official_form(self, tmp_path: Path) -> None:
        folder = tmp_path / "copy"
        shutil.copytree(FORM.folder, folder)
        assert compose(report(form=load_form(str(folder)))) == compose(report())
