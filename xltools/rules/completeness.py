"""C: completeness and official format."""

from __future__ import annotations

from collections.abc import Iterator

from xltools.form import Section
from xltools.rules.rule import Case, Fault, rule
from xltools.unit import YEAR

CONTENT = "《政府信息公开条例》第五十条：年度报告应当包括下列内容"


@rule(
    "C101",
    "missing-unit",
    "error",
    title="没有单位名称",
    explanation="报告的标题和落款都要用单位名称。请在“基本信息”填写全称。",
    basis=CONTENT,
)
def missing_unit(case: Case) -> Iterator[Fault]:
    """No name of the unit."""
    if not case.report.unit.name.strip():
        yield Fault("没有单位名称。请填写全称。", place=case.book.details["name"])


@rule(
    "C102",
    "missing-year",
    "error",
    title="没有报告年度",
    explanation="报告的标题、统计期限和与上年度的比较都要用报告年度。请在“基本信息”填写四位年份。",
    basis=CONTENT,
)
def missing_year(case: Case) -> Iterator[Fault]:
    """No year, or none that can be understood."""
    if case.report.year is None:
        yield Fault("没有报告年度，或填的不是四位年份。请填写，如 2024。", place=case.book.details[YEAR])


@rule(
    "C103",
    "missing-section",
    "error",
    title="缺少必备部分",
    explanation="统一格式的六个部分缺一不可。总体情况、存在的主要问题及改进情况、其他需要报告的事项都要写；没有收取信息处理费的，也要在第六部分写明。",
    basis=CONTENT,
)
def missing_section(case: Case) -> Iterator[Fault]:
    """A required section without a word; topics count for the section they belong to. A report of figures only is not judged."""
    if not case.report.has_prose:
        return
    for section in case.form.texts:
        if section.required and not any(case.report.text(key).strip() for key in _own(case, section)):
            yield Fault(f"“{section.title}”没有内容。请填写。", place=case.book.texts[section.key].title, section=section.key)


def _own(case: Case, section: Section) -> list[str]:
    return [other.key for other in case.form.texts if other.key == section.key or other.parent == section.key]


RULES = (missing_unit, missing_year, missing_section)
