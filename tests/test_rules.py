"""What holds for every rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.published import OVERVIEW, balanced, page, read_page
from tests.reports import FORM, balanced_figures, report
from xltools.form.book import Place, plan_book
from xltools.form.relations import RELATION_RULES, YEAR_RULES
from xltools.report.origin import Alteration, Origin, Publication, Remark
from xltools.rules.registry import RULES, find_rule
from xltools.rules.review import review
from xltools.rules.rule import FAMILIES, SEVERITY_NAMES, Rule

CHINESE = re.compile("[\u4e00-\u9fff]")
FIXED_NAMES = {
    "blank", "not-a-number", "negative", "fraction", "row-total", "results-total", "unbalanced", "block-total", "never-recalculated",
    "breakdown-mismatch", "carry-over-mismatch", "stock-mismatch", "missing-section", "layout-altered", "formula-overwritten",
}  # fmt: skip


def test_a_report_that_balances_has_no_findings() -> None:
    for seed in range(20):
        assert review(report(balanced_figures(seed))).findings == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_can_be_explained_to_staff_and_to_developers(rule: Rule) -> None:
    assert re.fullmatch(r"[VTNYCS]\d{3}", rule.code)
    assert rule.family in FAMILIES
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert rule.severity in SEVERITY_NAMES
    for text in (rule.title, rule.explanation, rule.reason):
        assert CHINESE.search(text)
    assert len(rule.explanation) > len(rule.title)
    explained = rule.check.__doc__
    assert explained
    assert not CHINESE.search(explained.replace("分", "").replace("万元", ""))


def test_codes_and_names_are_never_used_twice() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    assert all(find_rule(rule.code) is rule for rule in RULES)


def test_the_names_that_others_build_on_are_there() -> None:
    assert {rule.name for rule in RULES} >= FIXED_NAMES


def test_every_kind_of_relation_that_a_form_may_use_has_its_rule() -> None:
    assert {rule.name for rule in RULES} >= {*RELATION_RULES, *YEAR_RULES}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_finding_in_published_prose_tells_its_section_and_the_number_of_its_paragraph(number: int, tmp_path: Path) -> None:
    paragraphs = [OVERVIEW] * 3
    assert review(read_page(tmp_path, page(values=balanced(), overview="\n".join(paragraphs)))).findings == ()
    paragraphs[number - 1] = "数据的统计期限为2022年1月1日至2022年12月31日。"
    (found,) = review(read_page(tmp_path, page(values=balanced(), overview="\n".join(paragraphs)))).findings
    assert found.message.startswith(f"一、总体情况第{number}段 “2022年1月1日")


def test_of_many_locked_cells_that_were_changed_three_are_named_and_all_counted() -> None:
    sheet = plan_book(FORM).figures[FORM.inputs[0].id].sheet
    for count, end in ((3, "C4应为“丙”，现为“子”。"), (4, "C4应为“丙”，现为“子”等4处。")):
        altered = tuple(Alteration(Place(sheet, 3, column), label, "子") for column, label in enumerate("甲乙丙丁"))[:count]
        (found,) = review(report(origin=Origin(kind="workbook", altered=altered))).findings
        assert (found.rule.code, end in found.message) == ("S101", True)


def test_words_of_a_published_file_are_quoted_up_to_sixty_characters() -> None:
    for length, shown in ((60, "字" * 60), (61, "字" * 60 + "…")):
        (found,) = review(report(origin=Origin(kind="docx", publication=Publication(unplaced=(Remark("字" * length),))))).findings
        assert (found.rule.code, found.fault.actual) == ("C115", "字" * length)
        assert f"“{shown}”未归入正文" in found.message
