"""N: the prose and its breakdowns."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest

from tests.published import balanced, page, read_page
from tests.reports import TEXTS, codes, random_breakdown, report
from xltools.report.filled import Breakdown, Value
from xltools.rules.review import review
from xltools.rules.rule import Finding

CHANGFU: tuple[tuple[str, Value], ...] = (
    ("乡镇动态", 66),
    ("政府文件", 5),
    ("重点领域信息", 46),
    ("公示公告", 7),
    ("专项资金", 4),
    ("规划总结", 3),
    ("村（居）务公开", 253),
)


def findings(*breakdowns: Breakdown, **changes: object) -> tuple[Finding, ...]:
    return review(report(breakdowns=breakdowns, **changes)).findings


class TestBreakdownMismatch:
    def test_parts_that_add_up_are_right(self) -> None:
        for seed in range(20):
            assert findings(random_breakdown(seed)) == ()

    def test_a_total_without_parts_is_no_breakdown(self) -> None:
        assert findings(Breakdown("overview.proactive", "主动公开政府信息", "条", 392, ())) == ()

    def test_requests_carried_over_may_be_the_difference_from_those_received(self) -> None:
        requests: dict[str, Value] = {
            "requests.received.natural_person": 35,
            "requests.carried_in.natural_person": 3,
            "requests.granted.natural_person": 36,
            "requests.carried_out.natural_person": 2,
        }
        found = {
            text: [one.rule.name for one in review(report(requests, texts={**TEXTS, "overview": text})).findings]
            for text in ("收到申请35件，已办结36件，其余2件结转下年。", "收到申请35件，已办结34件，其余2件结转下年。")
        }
        assert list(found.values()) == [[], ["prose-balance-mismatch", "prose-table-mismatch"]]

    def test_a_list_may_leave_out_others_where_all_that_it_says_is_what_the_tables_say(self) -> None:
        requests: dict[str, Value] = {
            "requests.received.natural_person": 40,
            "requests.granted.natural_person": 20,
            "requests.partly_granted.natural_person": 9,
            "requests.unavailable.not_held.natural_person": 5,
            "requests.not_processed.repeat.natural_person": 6,
        }
        found = {
            granted: [
                (one.rule.name, one.rule.severity if one.severity is None else one.severity)
                for one in review(
                    report(requests, texts={**TEXTS, "overview": f"收到申请40件，其中予以公开{granted}件，部分公开9件，无法提供5件。"})
                ).findings
            ]
            for granted in (20, 21)
        }
        assert found == {
            20: [],
            21: [("breakdown-mismatch", "error"), ("prose-table-mismatch", "error")],
        }

    def test_the_384_of_392_items_of_changfu_are_found(self) -> None:
        (found,) = findings(Breakdown("overview.proactive", "主动公开政府信息", "条", 392, CHANGFU))
        assert (found.rule.name, found.rule.severity, found.fault.section) == ("breakdown-mismatch", "error", "overview.proactive")
        assert (found.fault.actual, found.fault.expected, found.fault.difference) == ("392", "384", "8")
        assert "总数392条，7个分项合计384条，差8条" in found.message

    def test_parts_without_a_total_are_found(self) -> None:
        (found,) = findings(Breakdown("overview.proactive", "主动公开政府信息", "条", None, CHANGFU))
        assert "总数未填" in found.message

    def test_one_of_a_published_report_is_found_once(self, tmp_path: Path) -> None:
        topics = "".join(
            f"\n{title}\n工作考核、社会评议正常，没有责任追究。"
            for title in ("（三）政府信息管理", "（四）政府信息公开平台建设", "（五）监督保障")
        )
        listed = f"（一）主动公开\n主动公开政府信息{{}}条，其中动态266条、政策26条、公示92条。{topics}"
        right, wrong = (read_page(tmp_path, page(values=balanced(), overview=listed.format(total))) for total in (384, 392))
        assert codes(right) == []
        assert [len(read.breakdowns) for read in (right, wrong)] == [1, 1]
        (found,) = review(wrong).findings
        assert found.message.startswith("（一）主动公开第1段 “392条，其中动态266条、政策26条、公示92条”：总数392条")

    def test_the_reason_in_its_line_of_the_checks_explains_it(self) -> None:
        breakdown = Breakdown("overview.proactive", "主动公开政府信息", "条", 392, CHANGFU)
        outcome = review(report(breakdowns=(breakdown,), explanations={"breakdown:1": "另有 8 条不分类"}))
        assert outcome.findings[0].explanation == "另有 8 条不分类"
        assert outcome.unexplained == ()


class TestUnknownPlaceholder:
    def test_names_of_figures_and_facts_are_known(self) -> None:
        text = "{单位名称}{报告年度}年收到申请{新收申请总数}件，不予公开{不予公开总数}件，行政诉讼{行政诉讼总数}件。"
        assert findings(texts={**TEXTS, "overview": text}) == ()

    def test_a_misspelt_name_is_an_error_that_suggests_the_nearest(self) -> None:
        (found,) = findings(texts={**TEXTS, "overview": "收到申请{新收申请总计}件。"})
        assert (found.rule.name, found.rule.severity, found.fault.section) == ("unknown-placeholder", "error", "overview")
        assert "疑为“新收申请总数”" in found.message


class TestSharesOfTheTables:
    """Shares and rates of requests where the text itself gives no total: those of the tables are meant."""

    FIGURES: ClassVar[dict[str, Value]] = {
        "requests.received.natural_person": 46,
        "requests.received.business": 12,
        "requests.carried_in.natural_person": 4,
        "requests.granted.natural_person": 25,
        "requests.denied.state_secret.natural_person": 34,
        "requests.carried_out.natural_person": 3,
    }

    def shares(self, text: str) -> list[str | None]:
        found = review(report(self.FIGURES, texts={**TEXTS, "overview": f"依申请公开工作平稳有序。{text}"})).findings
        return [finding.fault.actual for finding in found if finding.rule.name == "percentage-mismatch"]

    @pytest.mark.parametrize(
        ("text", "right", "wrong"),
        [
            ("自然人申请46件，占{}%。", "79.3", "78.3"),
            ("法人或其他组织申请12件，占申请总量的{}%。", "20.7", "27.0"),
            ("予以公开25件，占办结总数的{}%。", "42.4", "44.2"),
            ("予以公开25件，占办结总数59件的{}%。", "42.4", "44.2"),
            ("已办结申请59件，办结率为{}%。", "95.2", "92.5"),
            ("办理申请62件（含上年结转4件），办结59件，办结率{}%。", "95.2", "96.9"),
            ("网上申请35件、信函申请23件，分别占{}%和39.7%。", "60.3", "63.0"),
            ("予以公开、不予公开占比分别为{}%、57.6%。", "42.4", "44.2"),
            ("法人申请占{}%。", "20.7", "27.0"),
            ("申请人主要为自然人，占比{}%。", "79.3", "73.9"),
            ("收到申请58件，上年结转4件，结转下年度继续办理3件，答复率{}%。", "95.2", "87.9"),
        ],
    )
    def test_a_share_is_held_against_them(self, text: str, right: str, wrong: str) -> None:
        assert self.shares(text.format(right)) == []
        assert self.shares(text.format(wrong)) == [f"{wrong}%"]


def test_shares_that_make_100_together_may_differ_by_one_in_their_last_place_and_no_more() -> None:
    for shares, wrong in ((("34", "66"), []), (("35", "65"), ["35%", "65%"])):
        text = "主动公开信息3条，其中公告1条，占{}%；动态2条，占{}%。".format(*shares)
        found = review(report(texts={**TEXTS, "overview": text})).findings
        assert [finding.fault.actual for finding in found if finding.rule.name == "percentage-mismatch"] == wrong


def test_what_was_taken_up_says_nothing_of_what_was_answered() -> None:
    figures: dict[str, Value] = {"requests.received.natural_person": 58, "requests.carried_in.natural_person": 4}
    figures |= {"requests.granted.natural_person": 59, "requests.carried_out.natural_person": 3}
    text = "收到信息公开申请58件，加上上年结转的4件，共办理62件。"
    assert codes(report(figures, texts={**TEXTS, "overview": text})) == []
