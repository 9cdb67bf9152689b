"""C: completeness."""

from __future__ import annotations

from tests.reports import TEXTS, report
from xltools.report import Report
from xltools.rules.review import review
from xltools.unit import Unit


def names(source: Report) -> list[str]:
    return [finding.rule.name for finding in review(source).findings]


def test_a_complete_report_is_right() -> None:
    assert names(report()) == []


class TestMissingUnit:
    def test_no_name_is_an_error(self) -> None:
        assert names(report(unit=Unit(short_name="示例县"))) == ["missing-unit"]


class TestMissingYear:
    def test_no_year_is_an_error(self) -> None:
        assert names(report(year=None)) == ["missing-year"]


class TestMissingSection:
    def test_topics_count_for_their_section(self) -> None:
        texts = {**TEXTS, "overview.management": TEXTS["overview"]}
        del texts["overview"]
        assert "missing-section" not in names(report(texts=texts))

    def test_figures_alone_are_not_asked_for_prose(self) -> None:
        assert names(report(texts={}, has_prose=False)) == []

    def test_each_required_section_without_a_word_is_an_error(self) -> None:
        found = review(report(texts={})).findings
        assert [(f.rule.name, f.fault.section) for f in found] == [
            ("missing-section", "overview"),
            ("missing-section", "problems"),
            ("missing-section", "other"),
        ]
        assert "“六、其他需要报告的事项”没有内容" in found[-1].message
