"""The numbers that Word counts by itself are read as they are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.word_markup import CHINESE, Read, level, lists, numbered, p, reader, tbl, tc, tr
from xltools.readers.published.word_numbering import format_number


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return reader(tmp_path)


def test_automatic_numbers_of_headings_are_read(read: Read) -> None:
    body = (
        numbered("总体情况")
        + numbered("主动公开", 1)
        + numbered("依申请公开", 1)
        + numbered("明确人员", 2)
        + numbered("2023年完成", 2)
        + numbered("主动公开政府信息情况")
        + numbered("再来", 1)
    )
    assert read(body, numbering=CHINESE) == "\n".join(
        ("一、总体情况", "（一）主动公开", "（二）依申请公开", "1.明确人员", "2. 2023年完成", "二、主动公开政府信息情况", "（一）再来")
    )


def test_bullets_and_lists_without_number_add_nothing(read: Read) -> None:
    assert read(numbered("甲", 3) + numbered("乙", 0, 0) + numbered("丙", 0, 7) + numbered("丁", 8), numbering=CHINESE) == "甲\n乙\n丙\n丁"


def test_a_number_stands_in_the_label_of_a_table(read: Read) -> None:
    table = tbl(tr(tc(numbered("属于国家秘密", 2)), "0"), tr(tc(numbered("其他", 2)), "1"))
    assert read(table, numbering=CHINESE) == "| 1.属于国家秘密 | 0 |\n| 2.其他 | 1 |"


def test_a_style_brings_its_number(read: Read) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><w:basedOn w:val="1"/></w:style>'
    )
    numbering = lists(
        level(0, "chineseCounting", "%1、", '<w:pStyle w:val="1"/>'), level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="2"/>')
    )
    body = p("甲", '<w:pStyle w:val="1"/>') + p("乙", '<w:pStyle w:val="2"/>') + p("丙", '<w:pStyle w:val="1"/>')
    plain = p("丁", '<w:pStyle w:val="1"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    assert read(body + plain, styles, numbering) == "# 一、甲\n## （一）乙\n# 二、丙\n# 丁"


def test_a_list_may_begin_anew_and_go_on(read: Read) -> None:
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    body = "".join(numbered("甲", 0, id) for id in (1, 2, 3, 3, 1))
    assert read(body, numbering=lists(level(0, "decimal", "%1."), nums=nums)) == "1.甲\n2.甲\n5.甲\n6.甲\n7.甲"


def test_a_list_may_change_a_level(read: Read) -> None:
    nums = (
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">{level(0, "upperRoman", "%1)")}</w:lvlOverride></w:num>'
    )
    assert read(numbered("甲") + numbered("乙"), numbering=lists(level(0, "decimal", "%1."), nums=nums)) == "I)甲\nII)乙"


def test_numbers_of_several_levels_are_shown_together(read: Read) -> None:
    numbering = lists(
        level(0, "chineseCounting", "第%1章"),
        level(1, "decimal", "%1.%2", "<w:isLgl/>"),
        level(2, "decimal", "%3)"),
    )
    body = (
        numbered("甲") + numbered("乙", 1) + numbered("丙", 2) + numbered("乙", 1) + numbered("丙", 2) + numbered("甲") + numbered("丙", 2)
    )
    assert read(body, numbering=numbering) == "第一章 甲\n1.1 乙\n1)丙\n1.2 乙\n1)丙\n第二章 甲\n1)丙"


def test_a_level_that_was_passed_over_counts_as_begun(read: Read) -> None:
    numbering = lists(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"))
    assert read(numbered("甲", 1) + numbered("乙", 1), numbering=numbering) == "1.1 甲\n1.2 乙"


def test_paragraphs_without_text_count(read: Read) -> None:
    assert read(numbered("甲") + numbered("") + numbered("乙"), numbering=CHINESE) == "一、甲\n三、乙"


def test_a_list_that_is_a_style_of_lists_is_found(read: Read) -> None:
    numbering = (
        f'<w:abstractNum w:abstractNumId="4"><w:styleLink w:val="公文"/>{level(0, "chineseCounting", "%1、")}</w:abstractNum>'
        '<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="公文"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="99"/></w:num>'
    )
    assert read(numbered("甲") + numbered("乙", 0, 2), numbering=numbering) == "一、甲\n乙"


@pytest.mark.parametrize(
    ("shape", "numbers"),
    [
        ("chineseCounting", {1: "一", 10: "十", 12: "十二", 20: "二十", 35: "三十五"}),
        ("taiwaneseCountingThousand", {11: "十一"}),
        ("japaneseCounting", {3: "三"}),
        ("decimal", {3: "3"}),
        ("decimalEnclosedCircle", {3: "③", 20: "⑳", 21: "21"}),
        ("decimalEnclosedParen", {3: "⑶"}),
        ("ideographZodiac", {3: "3"}),
        ("koreanDigital", {3: "3"}),
        ("upperRoman", {4: "IV", 19: "XIX"}),
        ("lowerLetter", {1: "a", 28: "bb"}),
        ("none", {3: ""}),
        ("cardinalText", {3: "3"}),
    ],
)
def test_numbers_are_shown_in_every_chinese_format(shape: str, numbers: dict[int, str]) -> None:
    assert {number: format_number(number, shape) for number in numbers} == numbers


def test_numbers_out_of_range_are_digits() -> None:
    assert [format_number(number, "chineseCounting") for number in (0, 100)] == ["0", "100"]
    assert format_number(40, "lowerRoman") == "40"
    assert format_number(0, "upperLetter") == "0"
