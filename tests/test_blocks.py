"""What the finished report says: sections in official order, prose as typed, standard sentences where staff wrote none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from xltools.documents.blocks import HeadingBlock, ParagraphBlock, SignatureBlock, TableBlock, compose
from xltools.documents.printed_tables import Space, is_wide
from xltools.form.definition import Form
from xltools.form.layout import LayoutCell, TableLayout
from xltools.form.loader import load_form
from xltools.form.unit import Unit
from xltools.report.filled import Breakdown, Report, Value
from xltools.report.origin import Origin

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
        assert headings[2:5] == [PROACTIVE, ON_REQUEST, "（三）政府信息公开平台建设"]

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

    def test_names_of_the_unit_and_of_parts_are_not_taken_for_markup(self) -> None:
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
            "如对本报告有疑问，请与某某县人民政府办公室联系（邮编：310000，电话：0571-1）。"
        )

    def test_the_office_that_answers_questions_goes_before_the_unit(self) -> None:
        unit = replace(UNIT, name="某某县人民政府", office="某某县人民政府办公室", address="某街1号")
        assert preface(replace(report(), unit=unit)).endswith("如对本报告有疑问，请与某某县人民政府办公室联系（地址：某街1号）。")

    def test_a_postcode_alone_is_no_way_to_reach_anybody(self) -> None:
        assert preface(replace(report(), unit=replace(UNIT, postcode="310000"))) == preface(report())

    def test_a_preface_that_staff_wrote_stands_instead(self) -> None:
        assert preface(report(preface="自拟前言。")) == "自拟前言。"


class TestProactive:
    def test_zeros_are_worded_as_nothing_done(self) -> None:
        assert under(report(), PROACTIVE) == [
            "2024年，未制发、废止行政规范性文件，截至年底没有现行有效的行政规范性文件。"
            "未作出行政许可、行政处罚、行政强制决定。未收取行政事业性收费。"
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
            "未制发、废止规章，截至年底现行有效的规章1件；"
            "制发行政规范性文件3件，未废止行政规范性文件，截至年底现行有效的行政规范性文件20件。"
            "作出行政许可决定7件、行政强制决定2件，未作出行政处罚决定。行政事业性收费金额59237.2449万元。"
        ]

    def test_a_figure_that_was_left_blank_is_not_spoken_of(self) -> None:
        figures = BLANKS | {"disclosure.penalties.decisions": 4}
        assert under(report(figures), PROACTIVE) == ["2024年，作出行政处罚决定4件。"]


class TestOnRequest:
    def test_zeros_are_worded_as_nothing_received(self) -> None:
        assert under(report(), ON_REQUEST) == [
            "全年未收到政府信息公开申请；没有上年结转和结转下年度继续办理的申请。",
            "没有因政府信息公开工作被申请行政复议、提起行政诉讼的情况。",
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
            "全年新收政府信息公开申请12件，其中自然人10件、法人或其他组织2件；上年结转申请3件。"
            "全年办结申请12件，其中予以公开9件、不予公开3件；结转下年度继续办理3件。",
            "因政府信息公开工作被申请行政复议2件，其中结果维持1件、尚未审结1件；没有因政府信息公开工作被提起行政诉讼的情况。",
        ]

    def test_one_of_a_kind_is_not_counted_twice(self) -> None:
        figures = ZEROS | {
            "requests.received.natural_person": 1,
            "requests.granted.natural_person": 1,
            "litigation.reconsideration.upheld": 1,
        }
        assert under(report(figures), ON_REQUEST) == [
            "全年新收政府信息公开申请1件，申请人为自然人；没有上年结转的申请。全年办结申请1件，予以公开；没有结转下年度继续办理的申请。",
            "因政府信息公开工作被申请行政复议1件，结果为维持；没有因政府信息公开工作被提起行政诉讼的情况。",
        ]

    def test_several_of_one_kind_are_said_to_be_all_of_it(self) -> None:
        figures = ZEROS | {
            "requests.received.business": 5,
            "requests.not_processed.repeat.business": 5,
            "litigation.reconsideration.pending": 2,
            "litigation.suit_after_reconsideration.upheld": 3,
        }
        assert under(report(figures), ON_REQUEST) == [
            "全年新收政府信息公开申请5件，申请人均为法人或其他组织；没有上年结转的申请。"
            "全年办结申请5件，均不予处理；没有结转下年度继续办理的申请。",
            "因政府信息公开工作被申请行政复议2件，均尚未审结；因政府信息公开工作被提起行政诉讼3件，均为复议后起诉。",
        ]

    def test_what_contradicts_itself_is_stated_as_it_is_filled_in_and_makes_no_fragment(self) -> None:
        unbalanced = ZEROS | {"requests.received.natural_person": 12, "requests.granted.natural_person": 10}
        from_nowhere = ZEROS | {"requests.carried_out.natural_person": 1}
        assert under(report(unbalanced), ON_REQUEST)[0] == (
            "全年新收政府信息公开申请12件，申请人均为自然人；没有上年结转的申请。"
            "全年办结申请10件，均予以公开；没有结转下年度继续办理的申请。"
        )
        assert under(report(from_nowhere), ON_REQUEST)[0] == ("全年未收到政府信息公开申请；没有上年结转的申请。结转下年度继续办理1件。")

    def test_a_sum_with_a_blank_in_it_is_not_spoken_of(self) -> None:
        figures = ZEROS | {"requests.received.natural_person": None}
        assert under(report(figures), ON_REQUEST)[0] == "没有上年结转的申请。"

    def test_a_request_carried_through_the_year_is_told_from_none(self) -> None:
        figures = ZEROS | {"requests.carried_in.business": 1, "requests.carried_out.business": 1, "litigation.suit_direct.other": 2}
        assert under(report(figures), ON_REQUEST) == [
            "全年未收到政府信息公开申请；上年结转申请1件。上述申请当年未办结，结转下年度继续办理1件。",
            "没有因政府信息公开工作被申请行政复议的情况；因政府信息公开工作被提起行政诉讼2件，均为未经复议直接起诉。",
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


TYPED_TOPICS = "（一）系统推进主动公开。\n全年公开信息3条。\n（二）规范办理依申请公开。我县规范流程，全年未收到申请。"


def topics(report: Report) -> list[str]:
    """The headings of topics within the first section."""
    blocks = compose(report)
    end = blocks.index(TableBlock("disclosure"))
    return [block.text for block in blocks[:end] if isinstance(block, HeadingBlock) and block.level == 2]


class TestWhatStaffDidNotWrite:
    @pytest.mark.parametrize("overview", ["", "2024年，全面推进政府信息公开。", "2024年，全面推进公开。\n现将有关情况报告如下："])
    def test_topics_are_written_from_the_figures_below_an_introduction(self, overview: str) -> None:
        assert topics(report(overview=overview)) == [PROACTIVE, ON_REQUEST]

    def test_no_topic_is_added_where_the_general_part_has_topics_of_its_own(self) -> None:
        assert topics(report(overview=TYPED_TOPICS)) == ["（一）系统推进主动公开。"]

    @pytest.mark.parametrize("overview", ["2024年，主动公开38条，收到申请5件。", "推进公开。\n规范受理。\n加强监督。"])
    def test_no_topic_is_added_where_all_of_the_section_stands_in_the_general_part(self, overview: str) -> None:
        assert topics(report(overview=overview)) == []

    def test_topics_are_added_to_figures_in_the_general_part_once_a_topic_or_a_breakdown_is_filled_in(self) -> None:
        overview = "2024年，主动公开38条，收到申请5件。"
        assert topics(report(overview=overview, overview__platform="建成专栏。"))[:2] == [PROACTIVE, ON_REQUEST]
        parts = Breakdown("overview.proactive", "政府信息", "条", 38, ())
        assert topics(replace(report(overview=overview), breakdowns=(parts,))) == [PROACTIVE, ON_REQUEST]

    def test_nothing_is_added_to_a_report_that_was_published_without(self) -> None:
        published = replace(report(overview="全面推进。"), origin=Origin(kind="docx"))
        assert topics(published) == []
        assert not isinstance(compose(published)[1], ParagraphBlock)


class TestNumbersOfTopics:
    def test_topics_that_stand_without_a_gap_keep_their_numbers(self) -> None:
        texts = {section.key.replace(".", "__"): "已落实。" for section in FORM.texts}
        assert topics(report(**texts)) == [section.title for section in FORM.texts if section.parent]

    def test_an_empty_topic_leaves_no_gap(self) -> None:
        assert topics(report(overview__supervision="组织培训。")) == [PROACTIVE, ON_REQUEST, "（三）监督保障"]

    def test_a_topic_goes_on_from_those_that_staff_typed_above(self) -> None:
        typed = report(overview="（一）主动公开\n公开3条。\n（二）依申请公开\n未收到申请。", overview__supervision="组织培训。")
        assert topics(typed) == ["（一）主动公开", "（二）依申请公开", "（三）监督保障"]


class TestSignature:
    """落款: published reports mostly have none."""

    def test_there_is_none_unless_somebody_asks_for_it(self) -> None:
        assert not [block for block in compose(report(other="未收费。")) if isinstance(block, SignatureBlock)]

    @pytest.mark.parametrize("other", ["自2024年1月1日起施行。", "我局收费，截至2024年12月31日", "未收费。\n2024年度"])
    def test_prose_that_speaks_of_a_date_is_no_signature(self, other: str) -> None:
        assert not [block for block in compose(report(other=other)) if isinstance(block, SignatureBlock)]

    def test_the_unit_and_the_date_of_the_sheet_stand_at_the_end(self) -> None:
        signed = replace(report(other="未收费。"), unit=replace(UNIT, signed_by="某某县人民政府办公室", signed_on="2025年1月20日"))
        assert compose(signed)[-2:] == (SignatureBlock("某某县人民政府办公室"), SignatureBlock("2025年1月20日"))
        dated = replace(signed, unit=replace(UNIT, signed_on="2025年1月20日"))
        assert compose(dated)[-2:] == (ParagraphBlock("未收费。"), SignatureBlock("2025年1月20日"))

    def test_a_report_keeps_the_signature_that_it_was_published_with(self) -> None:
        blocks = compose(report(other="未收费。\n某某县人民政府办公室\n2025年1月20日"))
        assert blocks[-3:] == (ParagraphBlock("未收费。"), SignatureBlock("某某县人民政府办公室"), SignatureBlock("2025年1月20日"))


class TestTypedHeadings:
    @pytest.mark.parametrize(
        "text", ["（一）收到申请3件。", "一是加强培训。", "（一）未收费。\n（二）未减免。", "1.更新不及时。\n2.培训不够。"]
    )
    def test_sentences_with_a_number_are_prose(self, text: str) -> None:
        assert under(report(problems=text), "五、存在的主要问题及改进情况") == text.split("\n")

    def test_a_sentence_with_prose_below_it_is_a_heading(self) -> None:
        blocks = compose(report(problems="（一）强化领导，健全机制。\n成立领导小组，明确责任，落实到人。"))
        assert HeadingBlock(2, "（一）强化领导，健全机制。") in blocks

    def test_the_first_sentence_of_a_topic_that_runs_on_is_set_as_its_heading(self) -> None:
        text = "（二）加强培训。全年培训3次。"
        (block,) = (block for block in compose(report(problems=text)) if isinstance(block, ParagraphBlock) and block.text == text)
        assert block.text[: block.lead] == "（二）加强培训。"

    def test_a_name_with_an_arabic_number_below_a_topic_is_a_heading_of_the_third_level(self) -> None:
        assert HeadingBlock(3, "1.健全制度") in compose(report(overview__management="1.健全制度\n修订指南。"))


def test_a_table_lies_only_where_it_is_too_wide_with_labels_of_five_lines_and_figures_of_four_digits() -> None:
    label = LayoutCell(0, 0, 1, 1, "row", "示" * 25)
    layout = TableLayout("one", 1, 2, 1, 0, (label, LayoutCell(0, 1, 1, 1, "figure", "", "one.a")))
    needed = (6 + 2) * 320 + 2 * 80  # six characters a line, since a line may break one early, and two for the figure
    assert [is_wide(layout, Space(width, 320, 80)) for width in (needed, needed - 1)] == [False, True]
