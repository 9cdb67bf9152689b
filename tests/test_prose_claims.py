"""What prose claims of the tables' figures, and its shares, balances and growth."""

from __future__ import annotations

import pytest

from tests.reports import FORM
from xltools.prose.breakdowns import find_breakdowns
from xltools.prose.claims import Claim, find_claims, speech_of
from xltools.prose.reader import read_prose
from xltools.prose.statements import Prose
from xltools.rules.balances import find_balances
from xltools.rules.growth import find_growths
from xltools.rules.shares import find_shares

YEAR = 2024


def claims(text: str) -> list[Claim]:
    return find_claims(prose(text).statements, speech_of(FORM))


def prose(text: str) -> Prose:
    return read_prose(text, speech_of(FORM).lexicon, YEAR)


def told(text: str) -> list[tuple[str, object]]:
    return [(claim.mention.name, claim.statement.value) for claim in claims(text)]


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
            ("全年受理申请总数1件。", [("新收申请", 1)]),
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
        ["区政府办公室代表区政府受理申请17件。", "市本级收到申请95件。", "全年行政复议案件135件。", "未发生行政诉讼。"],
    )
    def test_another_count_may_be_meant(self, text: str) -> None:
        assert [claim.doubtful for claim in claims(text)] == [True]


def shares(text: str) -> list[tuple[str, str]]:
    found = find_shares(prose(text), find_breakdowns(prose(text)), (), lambda result: ())
    return [(str(share.stated), str(share.expected)) for share in found if not share.holds]


class TestShares:
    @pytest.mark.parametrize(
        "text",
        [
            "收到申请12件，其中自然人8件，占66.67%；法人4件，占33.33%。",
            "收到申请12件，其中自然人8件（66.7%），法人4件（33.3%）。",
            "收到申请12件，其中自然人8件，约占70%；法人4件。",
            "公开信息640条，其中政策30条，占规范性文件的45%。",
            "满意率98%，办结率100%。",
            "公开信息640条，重点领域信息320条，占全年公开信息总数的50%。",
            "网站信息1500条，占全市政府网站信息总量的5%。",
            "公开信息640条。制作图解8个，占解读总数的40%。",
            "网站发布信息1500条。微信发布600条，占发布总量的25%。总计发布2400条。",
            "收到申请12件，均按期办结，办结率100%。",
            "收到留言120条，办结114条，办结率95%。",
            "受理投诉120件，转办86件，办结率100%。",
            "办理建议80件，公开答复60件，办结率100%。",
            "因材料不明确而无法提供的占12%。",
            "甲类4件，占33%。乙类8件，占67%。",
            "收到申请12件，其中自然人8件，占65%以上；法人4件，占30%左右。",
            "收到申请58件，均已办结，网上办结率96.5%，一次性办结率98%。",
            "收到申请58件，占全区申请量的6.5%，其中40件为网上申请，占比69%，18件为信函申请，占比31%。",
            "按类别，动态600条（50%）、公告360条（30%）、政策240条（20%）。",
            "征集意见60条，其中采纳30条、部分采纳15条，采纳率75%。",
            "抽查信息300条，发现问题6条，合格率98%；主动公开文件32件中解读20件，解读率100%。",
            "发放问卷500份，回收480份，回收率96%，满意率98.5%。",
            "复议维持5件，维持率62.5%；纠正1件，纠正率12.5%，共发生复议8件。",
            "梳理事项126项，其中可网办120项，占比95.24%，即办件63项，占比50%。",
            "网站公开320条，微信公开110条，办理留言36条，办结率100%。",
        ],
    )
    def test_a_share_rounded_to_its_places_is_right(self, text: str) -> None:
        assert shares(text) == []

    def test_a_wrong_share_is_found(self) -> None:
        assert shares("收到申请12件，其中自然人8件，占65%；法人4件，占33%。") == [("65", "67")]

    @pytest.mark.parametrize(
        "text",
        [
            "予以公开46件，占办结总数135件的{}%。",
            "网上申请46件、信函申请89件，分别占{}%和65.9%，合计135件。",
            "办结申请46件，办结率{}%，全年新收申请135件。",
        ],
    )
    def test_a_share_is_of_the_total_that_is_named_with_it(self, text: str) -> None:
        assert shares(text.format("34.1")) == []
        assert shares(text.format("31.4")) == [("31.4", "34.1")]

    @pytest.mark.parametrize(
        ("text", "right", "wrong"),
        [
            ("公开信息640条，重点领域信息320条，占全年公开信息总数的{}%。", "50", "57"),
            ("公开信息640条。其中，财政信息320条，占公开总量的{}%。", "50", "57"),
            ("在640条信息中，通过网站公开的占{}%（320条）。", "50", "57"),
            ("收到申请40件。公开和部分公开20件、无法提供10件，分别占受理总数的{}%、25%。", "50", "57"),
            ("收到申请40件，其中网上30件、信函10件。网上申请占比{}%。", "75", "57"),
            ("收到申请12件，均按期办结，按期办结率{}%。", "100", "88"),
            ("收到留言120条，办结114条，办结率{}%。", "95", "88"),
            ("征集意见50条，采纳46条，采纳率{}%。", "92", "88"),
            ("征集意见60条，采纳30条，部分采纳15条，采纳率{}%。", "75", "57"),
            ("应公开事项320项，已公开304项，公开率达到{}%。", "95", "59"),
            ("参加考试120人，合格114人，合格率{}%。", "95", "88"),
            ("承办建议15件、提案25件，办结40件，办结率{}%。", "100", "88"),
            ("发生行政复议8件，维持5件，维持率{}%。", "62.5", "65.2"),
            ("收到申请58件，40件为网上申请，占比{}%，18件为信函申请，占比31%。", "69", "96"),
            ("制发文件160件，主动公开120件，占制发文件总数的{}%。", "75", "57"),
            ("更新信息2400条，其中政务动态1560条，占更新总量的{}%。", "65", "56"),
            ("各镇街受理28件，占{}%；各部门受理30件，占51.7%。", "48.3", "43.8"),
            ("信访件办结46件，全年收到信访件50件，办结率{}%。", "92", "29"),
            ("土地类35件，占{}%；规划类15件，占25.9%；其他8件，占13.8%。", "60.3", "63.0"),
            ("收到申请58件，自然人48件，占比为 {} %。", "82.76", "87.26"),
            ("公开信息60条，其中公告类36条，占总体的比例为{}%，许可类24条。", "60", "66"),
            ("办结40件，其中公开18件、占{}%；不公开22件、占55%。", "45", "54"),
            ("收到申请7件，均已答复，答复率、及时答复率均为{}%。", "100", "95"),
        ],
    )
    def test_a_share_may_have_its_whole_or_its_number_elsewhere(self, text: str, right: str, wrong: str) -> None:
        assert shares(text.format(right)) == []
        assert [stated for stated, _ in shares(text.format(wrong))] == [wrong]

    @pytest.mark.parametrize("text", ["予以公开的占{}%。", "其中，予以公开的占答复总数的{}%。", "收到申请40件，予以公开率为{}%。"])
    def test_a_share_of_a_result_may_have_its_number_in_the_tables_only(self, text: str) -> None:
        def holds(share: str) -> list[bool]:
            return [one.holds for one in find_shares(prose(text.format(share)), [], (40,), lambda result: (20,))]

        assert holds("50") == [True]
        assert holds("57") == [False]

    def test_the_rate_of_those_answered_may_be_of_all_to_be_answered_as_the_tables_have_them(self) -> None:
        text = prose("收到申请137件，办结135件，办结率{}%。".format("95.1"))
        assert [share.holds for share in find_shares(text, [], (142,), lambda result: ())] == [True]
        assert [share.holds for share in find_shares(text, [], (), lambda result: ())] == [False]


def balances(text: str) -> list[tuple[object, ...]]:
    return [(one.received, one.carried_in, one.answered, one.carried_out) for one in find_balances(prose(text).statements)]


class TestBalances:
    @pytest.mark.parametrize(
        "text", ["收到申请12件，均已答复。", "收到申请12件，答复12件。", "收到建议12件，上年结转2件，办结13件，结转下年度1件。"]
    )
    def test_a_passage_that_carries_no_requests_over_states_none(self, text: str) -> None:
        assert balances(text) == []

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("收到申请35件，答复36件（含上年度结转3件，另有2件顺延到下年度）。", (35, 3, 36, 2)),
            ("受理申请38件（含上年结转3件），答复36件，结转下年度2件。", (38, 3, 36, 2)),
            ("收到申请35件，上年结转3件。办结36件，结转下年度继续办理2件。", (35, 3, 36, 2)),
            ("收到申请35件，结转上年度申请3件，本年度办结36件，剩余2件结转下年度办理。", (35, 3, 36, 2)),
            ("共处理申请38件（含上年度结转申请3件），答复36件，结转下年度2件。", (38, 3, 36, 2)),
            ("收到申请12件，答复11件，结转下年度1件。", (12, None, 11, 1)),
        ],
    )
    def test_it_is_received_carried_in_answered_and_carried_out(self, text: str, expected: tuple[object, ...]) -> None:
        assert balances(text) == [expected]

    def test_what_was_carried_in_may_have_been_counted_with_what_was_received(self) -> None:
        (balance,) = find_balances(prose("受理申请38件（含上年结转3件），答复36件，结转下年度2件。").statements)
        assert balance.holds(3, 2)

    def test_what_is_missing_is_found(self) -> None:
        (balance,) = find_balances(prose("收到申请35件，答复34件（含上年度结转3件，另有2件顺延到下年度）。").statements)
        assert not balance.holds(3, 2)


GROWTHS = (
    ("收到政府信息公开申请36件，较2023年增长80%。", "新收申请 36 80"),
    ("收到政府信息公开申请36件（同比增长80%）。", "新收申请 36 80"),
    ("全年收到政府信息公开申请36件，申请数量较2023年上升80%。", "新收申请 None 80"),
    ("收到申请36件，比上年增加70件。", "新收申请 36 70"),
    ("因政府信息公开产生行政复议2件和行政诉讼7件，同比分别下降35%和12.5%。", "行政复议 2 -35", "行政诉讼 7 -12.5"),
    ("收到申请36件、办结35件，分别较上年增长20%、16.7%。", "新收申请 36 20", "办结申请 35 16.7"),
    ("收到申请36件，与去年相比减少4件。", "新收申请 36 -4"),
    ("收到申请36件，比去年同期减少了10%。", "新收申请 36 -10"),
    ("收到申请36件，较上年度的40件减少4件。", "新收申请 36 -4"),
    ("收到申请36件，较去年40件下降10%。", "新收申请 36 -10"),
    ("受理36件政府信息公开申请，同比上升20%。", "新收申请 36 20"),
    ("收到申请36件（其中自然人30件，法人6件），同比上升20%。", "新收申请 36 20"),
    ("全年办理行政许可1200件，同比增长3.5%；行政处罚30件，同比下降25%。", "行政许可 1200 3.5", "行政处罚 30 -25"),
    ("政府信息公开申请量同比增长20%。", "新收申请 None 20"),
    ("收到申请36件，网站访问量同比增长12.5%。",),
    ("收到申请36件，召开会议3次，同比增长50%。",),
    ("收到申请36件，办结率较上年提高5%。",),
    ("发布信息300条，较上年增长20%。",),
    ("收到申请36件。公开规范性文件占比增长20%。",),
    ("收到申请36件，比2022年增长20%。",),
    ("行政复议2件，较上年减少1件。", "行政复议 2 -1"),
    ("行政诉讼案件较上年下降20%。", "行政诉讼 None -20"),
    ("收到申请36件，同比增加6件，增长20%。", "新收申请 36 6", "新收申请 36 20"),
    ("与2023年相比，申请数量增加6件，增长20%。", "新收申请 None 6", "新收申请 None 20"),
    ("作出行政许可120件、行政处罚30件，同比分别下降3.5%、增长7%。", "行政许可 120 -3.5", "行政处罚 30 7"),
    ("行政事业性收费92.35万元，较上年减少7.65万元。", "行政事业性收费 92.35 -7.65"),
    ("收到申请36件，同比上涨9.6个百分点。",),
    ("收到申请36件，增长了20%，高于上年。",),
    ("收到申请36件，同比约增长20%。",),
    ("现行有效行政规范性文件40件，比上年减少2件。", "现行有效行政规范性文件 40 -2"),
    ("收到申请36件，同比增长1.5倍。", "新收申请 36 1.5"),
    ("收到申请36件，较上年翻一番。", "新收申请 36 1"),
    ("2024年收到申请36件，2023年30件，增长20%。", "新收申请 36 20"),
    ("收到申请36件，同比增长率为20%。", "新收申请 36 20"),
    ("收到申请36件，同比增长近1倍。",),
    ("收到申请36件，同比增长1倍多。",),
    ("收到申请36件，环比增长20%。",),
    ("收到申请36件，其中网上申请同比上升30%。",),
    ("申请总量从上年的30件增加到36件。",),
)


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
        (growth,) = find_growths(prose(text), claims(text), speech_of(FORM), YEAR)
        assert (str(growth.stated), growth.unit == "%") == (stated, percent)

    @pytest.mark.parametrize("case", GROWTHS, ids=lambda case: case[0])
    def test_it_is_of_what_stands_ahead_or_is_named(self, case: tuple[str, ...]) -> None:
        text, *expected = case
        found = find_growths(prose(text), claims(text), speech_of(FORM), YEAR)
        assert [f"{growth.mentions[0].name} {growth.value} {growth.stated}" for growth in found] == expected

    def test_another_amounts_growth_is_none_of_the_claims(self) -> None:
        text = "收到申请30件。网站访问量同比增长12.5%。"
        assert not list(find_growths(prose(text), claims(text), speech_of(FORM), YEAR))
