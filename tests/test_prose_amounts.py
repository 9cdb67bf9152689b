"""The amounts in prose: what counts something, and what only looks like a number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xltools.form.characters import plain
from xltools.numerals import chinese_number
from xltools.prose.amounts import find_amounts
from xltools.prose.sentences import split_sentences


def amounts(text: str) -> list[tuple[object, str]]:
    return [(amount.value, amount.unit) for amount in find_amounts(plain(text))]


class TestNoCount:
    @pytest.mark.parametrize(
        "text",
        [
            "2024年1月1日至12月31日",
            "2023—2024年度和2025年",
            "依据〔2021〕30号文件、国务院令第711号",
            "残缺的〔202230号",
            "《条例》第二十条第（五）项、第3条",
            "拨打12345热线，电话0571-87012345，手机13800000000，邮编310000",
            "办结率100%，提高3.5个百分点，增长2倍，占百分之八十",
            "20个工作日内、四个季度、三个方面、六个部分",
            "“十四五”规划、廿三里街道、三位一体、统一部署、进一步规范",
            "高效办成一件事，一次性告知，每月一期不落，第一批清单",
            "每次3-5人，网址https://www.example.gov.cn/12条/",
        ],
    )
    def test_it_counts_nothing(self, text: str) -> None:
        assert amounts(text) == []


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("12件", (12, "件")),
            ("１２条", (12, "条")),
            ("十二份", (12, "份")),
            ("一百二十三件", (123, "件")),
            ("两千零五条", (2005, "条")),
            ("收到申请三件。", (3, "件")),
            ("1.2万条", (12000, "条")),
            ("12.3456万次", (123456, "次")),
            ("1.2亿次", (120_000_000, "次")),
            ("1,280条", (1280, "条")),
            ("3.141592万元", (Decimal("3.141592"), "万元")),
            ("5500 余条", (5500, "条")),
            ("128條", (128, "条")),
            ("45篇（条）", (45, "篇(条)")),
            ("120人次", (120, "人次")),
            ("申请数22件", (22, "件")),
            ("12345工单6200件", (6200, "件")),
        ],
    )
    def test_it_is_read_as_people_write_it(self, text: str, expected: tuple[object, str]) -> None:
        assert amounts(text) == [expected]

    @pytest.mark.parametrize(
        "text",
        ["5200余条", "约300条", "近300条", "300多条", "1.2万条", "3万人", "1.2亿次", "1.2345亿次", "数十件", "300条以上", "超过90件"],
    )
    def test_a_rounded_amount_is_not_exact(self, text: str) -> None:
        (amount,) = find_amounts(plain(text))
        assert not amount.exact

    @pytest.mark.parametrize("text", ["网上12条", "预约3次", "共300条", "12.3456万次", "1.23456789亿次"])
    def test_words_that_only_end_like_a_rounding_leave_it_exact(self, text: str) -> None:
        (amount,) = find_amounts(plain(text))
        assert amount.exact

    @pytest.mark.parametrize("text", ["较上年减少12件", "增加了38条", "去年同期为47件", "比2023年的380条多", "上年同期（31件）"])
    def test_an_amount_that_compares_counts_nothing_of_this_year(self, text: str) -> None:
        (amount,) = find_amounts(plain(text))
        assert amount.change

    @pytest.mark.parametrize("text", ["上年结转3件", "新增公开8项", "新增加专栏2个"])
    def test_what_was_carried_in_or_is_new_counts(self, text: str) -> None:
        (amount,) = find_amounts(plain(text))
        assert not amount.change

    def test_every_character_keeps_its_place(self) -> None:
        text = "２０２４年，主動公開行政規範性檔案１２件（含修訂３件）；"
        assert len(plain(text)) == len(text)
        assert "行政规范性文件12件(含" in plain(text)


class TestChineseNumber:
    @pytest.mark.parametrize(
        ("text", "number"),
        [("十", 10), ("二十", 20), ("一百零二", 102), ("一百二", 120), ("九千九百九十九", 9999), ("二〇五", 205), ("两千", 2000)],
    )
    def test_it_is_the_number_said(self, text: str, number: int) -> None:
        assert chinese_number(text) == number

    @pytest.mark.parametrize("text", ["三五", "百", "千百", "十百"])
    def test_what_says_no_number_is_none(self, text: str) -> None:
        assert chinese_number(text) is None


class TestSentences:
    def test_lines_broken_anywhere_are_one_sentence(self) -> None:
        assert len(split_sentences("全年公开政府信\n息12条，其中政\n策5条。")) == 1

    def test_numbered_lines_behind_a_colon_belong_to_its_sentence(self) -> None:
        assert len(split_sentences("公开12条:\n1.政策5条。\n2.动态7条。\n收到申请3件。")) == 2

    def test_a_heading_begins_another_one(self) -> None:
        assert len(split_sentences("公开信息12条\n(二)依申请公开\n收到申请3件")) == 2

    def test_a_bracket_without_its_match_opens_nothing(self) -> None:
        (sentence,) = split_sentences("公开12条(含政策5条,动态7条")
        assert [item.depth for item in sentence.items] == [0, 0, 0]
