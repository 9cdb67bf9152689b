"""What prose claims of the tables' figures, and its shares, balances and growth."""

from __future__ import annotations

import pytest

from tests.reports import FORM
from xltools.prose.balances import find_balances
from xltools.prose.breakdowns import find_breakdowns
from xltools.prose.claims import Claim, find_claims
from xltools.prose.growth import find_growths
from xltools.prose.shares import find_shares

YEAR = 2024


def claims(text: str) -> list[Claim]:
    return find_claims(text, FORM.mentions, YEAR)


def told(text: str) -> list[tuple[str, object]]:
    return [(claim.mention.name, claim.value) for claim in claims(text)]


class TestNoClaim:
    @pytest.mark.parametrize(
        "text",
        [
            "2023年收到申请31件。",
            "自2008年以来累计收到申请350件。",
            "第三季度收到申请5件。",
            "截至6月底，共收到申请5件。",
            "申请数量较去年的31件有所增加。",
            "收到网上申请9件。",
            "收到自然人申请9件。",
            "收到申请约30件。",
            "各部门收到申请78件。",
            "收取信息处理费3940元。",
            "全年未收取信息处理费。",
            "未收到要求减免信息处理费的申请。",
            "未收到投诉举报的申请。",
            "没有超期答复的申请。",
            "没有发生行政复议案件被纠错、行政诉讼败诉的情况。",
            "公开行政许可信息1200条、行政处罚信息340条。",
            "主动公开规范性文件4件。",
            "主动公开政府规章13件（含新制定5件，修改4件，废止4件），规范性文件42件。",
            "行政事业性收费项目12项。",
        ],
    )
    def test_it_says_nothing_of_the_tables(self, text: str) -> None:
        assert told(text) == []


class TestClaims:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("全年收到政府信息公开申请12件。", [("新收申请", 12)]),
            ("2024年未收到政府信息公开申请。", [("新收申请", 0)]),
            ("本年度未收到公民、法人或其他组织提出的政府信息公开申请。", [("新收申请", 0)]),
            ("本年度无依申请公开。", [("新收申请", 0)]),
            ("收到政府信息公开申请0件。", [("新收申请", 0)]),
            ("全年受理申请总数1件。", [("受理申请", 1)]),
            ("上年结转申请3件，本年新收35件。", [("上年结转申请", 3), ("新收申请", 35)]),
            ("收到申请5件，无结转下年度。", [("新收申请", 5), ("结转下年度申请", 0)]),
            ("收到申请5件，其中予以公开及部分公开4件。", [("新收申请", 5), ("予以公开和部分公开", 4)]),
            ("收到申请５件，另有２件顺延到下年度。", [("新收申请", 5), ("结转下年度申请", 2)]),
            ("因政府信息公开引起行政复议2件，行政诉讼0件。", [("行政复议", 2), ("行政诉讼", 0)]),
            ("未发生因政府信息公开引发的行政复议或行政诉讼。", [("行政复议", 0), ("行政诉讼", 0)]),
            (
                "制发规范性文件4件，废止2件，现行有效15件。",
                [("制发行政规范性文件", 4), ("废止行政规范性文件", 2), ("现行有效行政规范性文件", 15)],
            ),
            ("全年未制发规范性文件。", [("制发行政规范性文件", 0)]),
            ("办理行政许可1200件，实施行政处罚340件。", [("行政许可", 1200), ("行政处罚", 340)]),
            ("全年未收取行政事业性收费。", [("行政事业性收费", 0)]),
        ],
    )
    def test_it_names_a_figure_and_its_amount(self, text: str, expected: list[tuple[str, object]]) -> None:
        assert told(text) == expected

    @pytest.mark.parametrize(
        "text",
        ["区政府办公室代表区政府受理申请17件。", "市本级收到申请95件。", "全年办理行政复议案件135件。", "未发生行政诉讼。"],
    )
    def test_another_count_may_be_meant(self, text: str) -> None:
        assert [claim.doubtful for claim in claims(text)] == [True]


def shares(text: str) -> list[tuple[str, str]]:
    return [
        (str(share.stated), str(share.expected)) for share in find_shares(text, find_breakdowns(text)) if share.stated != share.expected
    ]


class TestShares:
    @pytest.mark.parametrize(
        "text",
        [
            "收到申请12件，其中自然人8件，占66.67%；法人4件，占33.33%。",
            "收到申请12件，其中自然人8件（66.7%），法人4件（33.3%）。",
            "收到申请12件，其中自然人8件，约占70%；法人4件。",
            "公开信息640条，其中政策30条，占规范性文件的45%。",
            "满意率98%，办结率100%。",
        ],
    )
    def test_a_share_rounded_to_its_places_is_right(self, text: str) -> None:
        assert shares(text) == []

    def test_a_wrong_share_is_found(self) -> None:
        assert shares("收到申请12件，其中自然人8件，占65%；法人4件，占33%。") == [("65", "67")]


class TestBalances:
    def test_a_passage_without_all_four_states_none(self) -> None:
        assert not list(find_balances("收到申请12件，答复11件，结转下年度1件。"))

    @pytest.mark.parametrize(
        "text",
        [
            "收到申请35件，答复36件（含上年度结转3件，另有2件顺延到下年度）。",
            "受理申请38件（含上年结转3件），答复36件，结转下年度2件。",
            "收到申请35件，上年结转3件。办结36件，结转下年度继续办理2件。",
        ],
    )
    def test_what_came_in_was_answered_or_carried_out(self, text: str) -> None:
        assert [balance.holds for balance in find_balances(text)] == [True]

    def test_what_is_missing_is_found(self) -> None:
        (balance,) = find_balances("收到申请35件，答复34件（含上年度结转3件，另有2件顺延到下年度）。")
        assert (balance.left, balance.right, balance.holds) == (38, 36, False)


class TestGrowth:
    @pytest.mark.parametrize(
        ("text", "stated", "percent"),
        [
            ("收到申请30件，同比增长12.5%。", "12.5", True),
            ("收到申请30件，较上年减少4件。", "-4", False),
            ("收到申请30件（甲县10件、乙县20件），比上年下降5%。", "-5", True),
        ],
    )
    def test_it_is_signed_and_as_written(self, text: str, stated: str, percent: bool) -> None:
        (growth,) = find_growths(text, claims(text))
        assert (str(growth.stated), growth.percent) == (stated, percent)

    def test_another_amounts_growth_is_none_of_the_claims(self) -> None:
        text = "收到申请30件。网站访问量同比增长12.5%。"
        assert not list(find_growths(text, claims(text)))
