"""What is called law is law: every quotation stands in what was read of the official texts, and a reason names none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.needed import SHARED, beside
from tests.reports import report
from tools import make_sources_page
from tools.make_sources_page import QUOTATION, find_quotation, sources_page
from xltools.form.definition import Form, label_basis
from xltools.form.loader import list_forms, load_form
from xltools.form.unit import Unit
from xltools.report.filled import Report, Value
from xltools.rules.registry import RULES
from xltools.rules.review import review

ROOT = Path(__file__).parent.parent
READ = SHARED / "official" / "sources"
OFFICIAL = re.compile(r"国办|条例|〔|《|附表|附件|GB/T|第[一二三四五六七八九十]+条")
"""What names an official text."""
PARTS = {"fee-amount"}
"""What `[[source]]` is asked for beside the names of rules."""
FORMS = list_forms()


def bases(form: Form) -> Iterator[str]:
    yield from form.sources.values()
    yield from (entry.basis for entries in (form.relations, form.year_relations, form.cautions, form.breakdowns) for entry in entries)  # type: ignore[attr-defined]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_a_basis_is_a_quotation_that_is_found_or_a_reason_that_names_no_official_text(form: Form) -> None:
    for basis in bases(form):
        if QUOTATION.fullmatch(basis):
            assert find_quotation(form, basis)
        else:
            assert not OFFICIAL.search(basis), basis


def test_a_quotation_with_one_character_changed_is_not_found() -> None:
    form = load_form()
    right = form.sources["unbalanced"]
    assert find_quotation(form, right)
    with pytest.raises(LookupError):
        find_quotation(form, right.replace("等于", "应等于"))
    with pytest.raises(LookupError):  # parts in another order
        find_quotation(form, "“六、其他需要报告的事项…一、总体情况”（国办公开办函〔2021〕30号附件）")


def test_what_a_rule_says_by_itself_names_no_official_text() -> None:
    for rule in RULES:
        assert not OFFICIAL.search(rule.reason), rule.code
        assert not re.search(r"国办|条例", rule.title + rule.explanation), rule.code


def test_a_form_has_sources_for_rules_only() -> None:
    for form in FORMS:
        assert form.sources.keys() <= {rule.name for rule in RULES} | PARTS


def test_the_page_of_sources_is_current() -> None:
    assert make_sources_page.PAGE.read_text(encoding="utf-8") == sources_page(), "run tools/make_sources_page.py"


@beside(READ)
def test_the_copies_are_what_was_read() -> None:
    own = load_form().folder / "sources"
    assert (own / "regulation-711.md").read_text(encoding="utf-8") == (READ / "regulation-711.md").read_text(encoding="utf-8")
    notice = (READ / "notice-2021-30.md").read_text(encoding="utf-8")
    quoted = [line for line in (own / "notice-2021-30.md").read_text(encoding="utf-8").split("\n") if line.startswith("> ")]
    assert len(quoted) > 10
    assert all(line in notice for line in quoted)


def faulty(form: Form, year: int) -> Report:
    """A report of a form with as many kinds of fault as a table of figures can have."""
    figures: dict[str, Value] = dict(zip((figure.id for figure in form.inputs), (None, "/", -1, "1.5", 10**9, 7, 5, 3), strict=False))
    texts = {section.key: "待补充。引用国办公开办函〔2019〕60号。信息公开100件，其中甲1件、乙2件。" for section in form.texts}
    return report(figures, form, year=year, texts=texts, unit=Unit(name="某镇人民政府"))


def told(source: Report) -> str:
    findings = [*review(source).findings, *review(replace(source, texts={}, unit=Unit(), year=None)).findings]
    assert len(findings) > 6
    return "\n".join(f"{finding.rule.explanation}\n{finding.rule.title}\n{finding.basis}\n{finding.advice}" for finding in findings)


FOREIGN = [ROOT / "tests" / "forms" / "tiny", *sorted((SHARED / "faults" / "forms").glob("*/form.toml"))]


@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: path.parent.name if path.suffix else path.name)
def test_a_form_of_an_office_s_own_never_prints_the_notice_or_the_regulation(path: Path) -> None:
    form = load_form(str(path.parent if path.suffix else path))
    assert not re.search(r"国办公开办函|政府信息公开条例", told(faulty(form, 2024)))


def test_a_report_of_2020_is_never_judged_by_the_notice_of_2021() -> None:
    old = load_form("govinfo-2019")
    assert "〔2021〕30号" not in told(faulty(old, 2020))
    assert not any("〔2021〕30号" in basis for basis in bases(old))


def test_the_two_kinds_of_basis_are_told_apart() -> None:
    assert label_basis("“各项”（某通知第一条）") == "依据：“各项”（某通知第一条）"
    assert label_basis("各格都填数字，没有的填0") == "口径：各格都填数字，没有的填0"


class TestDeadline:
    def test_a_department_reports_by_the_end_of_january_and_a_government_by_the_end_of_march(self) -> None:
        form = load_form()
        assert str(form.deadline("某县财政局", 2024)) == "2025-01-31"
        assert str(form.deadline("某县人民政府", 2024)) == "2025-03-31"

    def test_no_official_text_says_by_when_a_township_does(self) -> None:
        assert load_form().deadline("某县某镇人民政府", 2024) is None

    def test_a_form_of_an_office_s_own_has_none(self) -> None:
        assert load_form(str(ROOT / "tests" / "forms" / "tiny")).deadline("某县财政局", 2024) is None
