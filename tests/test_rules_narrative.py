"""N: the prose and its breakdowns."""

from __future__ import annotations

from tests.reports import TEXTS, random_breakdown, report
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

    def test_the_384_of_392_items_of_changfu_are_found(self) -> None:
        (found,) = findings(Breakdown("overview.proactive", "主动公开政府信息", "条", 392, CHANGFU))
        assert (found.rule.name, found.rule.severity, found.fault.section) == ("breakdown-mismatch", "error", "overview.proactive")
        assert (found.fault.actual, found.fault.expected, found.fault.difference) == ("392", "384", "8")
        assert "总数 392 条，所列 7 个分项之和 384 条（乡镇动态 66 + 政府文件 5 +" in found.message

    def test_parts_without_a_total_are_found(self) -> None:
        (found,) = findings(Breakdown("overview.proactive", "主动公开政府信息", "条", None, CHANGFU))
        assert "总数没有填" in found.message

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
        assert "{新收申请总数}" in found.message
