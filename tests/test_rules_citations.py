"""N: the year that the prose speaks of, and the notices that it cites; breakdowns, balances and shares in prose."""

from __future__ import annotations

import pytest

from tests.reports import TEXTS, codes, report
from xltools.rules.review import review
from xltools.rules.rule import Finding


def findings(overview: str) -> list[Finding]:
    return [finding for finding in review(report(texts={**TEXTS, "overview": overview})).findings if finding.rule.family == "N"]


def faults(overview: str) -> list[tuple[str, str]]:
    return [(finding.rule.name, finding.severity) for finding in findings(overview)]


class TestSilence:
    @pytest.mark.parametrize(
        "text",
        [
            "本报告数据的统计期限自2024年1月1日起至2024年12月31日止。",
            "统计期限为2024年1月1日至12月31日。",
            "2024年，完善制度。",
            "2025年，我局将完善制度。",
            "2023年印发的公开要点，全年继续落实。",
            "2023年度考核中我局获得好评，推广了做法。",
            "截至2023年底，累计公开信息300条，今年新增20条。",
            "2023年全年公开信息300条。\n2024年公开信息320条。",
            "公开2023年度部门决算、2024年部门预算。",
            "2023年以来，完善制度。",
            "2023年，上年存在的问题在2024年全部整改。",
            "2023年，我局完善了制度，2024年推广到各乡镇。",
            "我局完善了制度。\n2023年，我局完善了制度，推广的时间是2024",
            "我局2023年共收到政府信息公开申请0件，2024年也是0件。",
            "我局2022年共收到政府信息公开申请0件。",
            "2023年收到的申请0件，今年均已办结。",
            "规划实施期为2021年1月1日至2025年12月31日。",
            "按照国办公开办函〔2021〕30号的格式编制。",
            "〔2019〕60号已由国办公开办函〔2021〕30号替代。",
            "依据《政府信息公开条例》（国务院令第711号）编制。",
            "公开信息200条，其中政策30条、动态45条。",
            "公开信息75条，其中政策30条、动态45条。",
            "公开信息：网站80，微信50。",
        ],
    )
    def test_nothing_is_said_of_what_is_right(self, text: str) -> None:
        assert faults(text) == []
        assert codes(report(texts={**TEXTS, "overview": text})) == []


class TestFaults:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("统计期限自2023年1月1日起至2023年12月31日止。", ("wrong-year", "error")),
            ("数据统计期限为2024年1月1日至2023年12月31日。", ("wrong-year", "error")),
            ("统计自2023年1月1日起至2023年12月31日止。", ("wrong-year", "error")),
            ("2023年，我局完善了制度。", ("wrong-year", "warning")),
            ("2023年全年公开信息300条。", ("wrong-year", "warning")),
            ("截至2023年12月31日，公开信息300条。", ("wrong-year", "warning")),
            ("2023年，我局完善了制度。\n2024年，推广到各乡镇。", ("wrong-year", "warning")),
            ("2024年，我局完善了制度。\n2023年，推广到各乡镇。", ("wrong-year", "warning")),
            ("2023年在县委、县政府的正确领导下，我局完善了制度。", ("wrong-year", "warning")),
            ("2023年度本机关共收到政府信息公开申请5件。", ("wrong-year", "warning")),
            ("我局2023年共收到政府信息公开申请0件。", ("wrong-year", "warning")),
            ("按照国办公开办函〔2019〕60号的要求编制。", ("superseded-notice", "warning")),
            ("按照国办公开办函〔202130号的要求编制。", ("damaged-notice", "warning")),
            ("公开信息75条，其中政策30条、动态45。", ("missing-measure-word", "notice")),
            ("公开信息392条，其中动态166条、政策26条、公示92条、人事100条。", ("breakdown-mismatch", "error")),
            ("网页公开信息60条，其中要闻30条、公示50条。", ("breakdown-mismatch", "warning")),
        ],
    )
    def test_each_fault_is_found(self, text: str, expected: tuple[str, str]) -> None:
        assert expected in faults(text)

    def test_of_a_wrong_year_a_dozen_characters_behind_it_are_quoted(self) -> None:
        (found,) = findings("2023年，我局认真贯彻落实条例的各项规定，不断提高公开质量。")
        assert "“2023年，我局认真贯彻落实条例的”" in found.message

    def test_a_balance_that_does_not_hold_says_both_sides(self) -> None:
        found = next(
            finding
            for finding in findings("收到申请35件，答复34件（含上年度结转3件，另有2件顺延到下年度）。")
            if finding.rule.name == "prose-balance-mismatch"
        )
        assert "新收35＋上年结转3＝38，办结34＋结转下年度2＝36，差2" in found.message

    def test_a_breakdown_that_may_be_examples_says_how_to_write_them(self) -> None:
        (found,) = findings("网页公开信息60条，其中要闻30条、公示50条。")
        assert "“等”" in found.message
