"""N: the prose and its breakdowns."""

from __future__ import annotations

from pathlib import Path

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
