"""N: the prose, its breakdowns, and what it says of the tables."""

from __future__ import annotations

from collections.abc import Iterator

from xltools.book import breakdown_id
from xltools.numerals import gap, is_number, show
from xltools.placeholders import quantities, unknown
from xltools.placing import place_breakdowns
from xltools.rules.rule import Case, Fault, rule


@rule(
    "N101",
    "breakdown-mismatch",
    "error",
    title="分项之和不等于总数",
    explanation="正文写了总数，又逐项列出其中各项的，各项之和应等于总数。请核对总数和每一分项，改正填错、漏列或重复的一项，正文也要一起改。",
    basis="内容应当准确、全面（国办公开办函〔2021〕30号）；总数与所列分项之和应当相等",
)
def breakdown_mismatch(case: Case) -> Iterator[Fault]:
    """A breakdown of the workbook's breakdown table whose parts do not add up to its total."""
    for breakdown, area in zip(case.report.breakdowns, place_breakdowns(case.report), strict=True):
        total, parts = breakdown.sides
        if total == parts:
            continue
        listed = " + ".join(f"{name} {show(value)}" for name, value in breakdown.parts if is_number(value) and value)
        stated = f" {show(total)} {breakdown.unit}" if breakdown.total is not None else "没有填"
        yield Fault(
            f"“{breakdown.label or '分项表'}”总数{stated}，所列 {len(breakdown.parts)} 个分项之和 {show(parts)} {breakdown.unit}（{listed}），"
            f"差 {show(gap(total, parts))}。请核对总数和各分项。",
            place=area.total if area else None,
            section=breakdown.section,
            actual=show(total) if breakdown.total is not None else None,
            expected=show(parts),
            difference=show(total - parts),
            basis=area.slot.basis if area else None,
            key=breakdown_id(area.number) if area else "",
        )


@rule(
    "N102",
    "unknown-placeholder",
    "error",
    title="不认识的数的名称",
    explanation="正文里花括号中的名称在导出时换成表中的数。名称写错就换不了，会原样印在报告里。请按提示改成正确的名称，或删去花括号直接写数。",
    basis="正文所引数字应与附表一致（国办公开办函〔2021〕30号：内容应当准确）",
)
def unknown_placeholder(case: Case) -> Iterator[Fault]:
    """A name in braces that stands for no figure, with the nearest names that do."""
    if not any("{" in text or "｛" in text for text in case.report.texts.values()):
        return
    names = quantities(case.report)
    for key, text in case.report.texts.items():
        area = case.book.texts.get(key)
        for name, nearest in unknown(text, names):
            hint = f"是不是{'、'.join(f'{{{near}}}' for near in nearest)}？" if nearest else "可用的名称见“填报说明”。"
            yield Fault(
                f"{case.form.section_by_key[key].title}中的“{{{name}}}”没有对应的数，{hint}请改正。",
                place=area.title if area else None,
                section=key,
                actual=name,
            )


RULES = (breakdown_mismatch, unknown_placeholder)
