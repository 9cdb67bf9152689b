"""The number in front of a heading or an item is told from a number that is part of what it says."""

from __future__ import annotations

import pytest

from xltools.numerals import leading_number, understand


@pytest.mark.parametrize(
    "text",
    [
        "",
        "总体情况",
        "2.5万元",
        "1,234件",
        "1，234件",
        "十二月份",
        "2024年",
        "(2024)",
        "一是加强领导",
        "第一项",
        "第一季度",
        "3件",
        "-3",
        "规章",
    ],
)
def test_what_belongs_to_the_words_is_no_leading_number(text: str) -> None:
    assert leading_number(text) == ""


@pytest.mark.parametrize(
    "number",
    [
        "一、",
        "十二、",
        "一.",
        "二，",
        "（一）",
        "(三)",
        "（12）",
        "（三）、",
        "1.",
        "1．",
        "12、",
        "3)",
        "3）",
        "①",
        "⑵",
        "⒊",
        "第一部分",
        "第二章 ",
        "第3节、",
        " 一 、 ",
    ],
)
def test_each_way_of_numbering_is_a_leading_number(number: str) -> None:
    assert leading_number(f"{number}总体情况") == number


def test_marks_that_are_not_seen_are_no_part_of_a_number() -> None:
    assert understand("4\u200b1\u00ad2\u2060") == 412
    assert understand("4 12") is None
