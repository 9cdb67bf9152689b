"""What 审核意见 and the notes on the cells say of the findings, and what staff explained there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xltools.form.book import Place
from xltools.rules.rule import SEVERITY_NAMES, Finding
from xltools.workbook.styles import clean

NOTHING_FOUND = "没有发现问题。"
HELP = "点“位置”跳到那一格，那一格上有批注。数字确实无误的，在“说明”栏写明原因，随文件一起报送；“校验”里已写说明的，以“校验”为准。"
NOTE_MARK = "【审核意见】"
"""Begins every note, so that it is known again, whatever program has saved the file since."""
ADVICE = "建议："
NOTE_LIMIT = 2_000
"""The most characters of a note."""


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A finding as a line of 审核意见: its texts in the order of REVIEW_COLUMNS, and the cell it speaks of."""

    texts: tuple[str, ...]
    place: Place | None


def review_lines(findings: Iterable[Finding], sections: Mapping[str, str]) -> list[ReviewLine]:
    """Return a line for each finding, in their order; `sections` gives the title of a section for those without a cell."""
    return [_line(finding, sections) for finding in findings]


def _line(finding: Finding, sections: Mapping[str, str]) -> ReviewLine:
    fault = finding.fault
    where = f"{fault.place.sheet}!{fault.place.address}" if fault.place else sections.get(fault.section or "", "")
    texts = (
        str(finding.id),
        SEVERITY_NAMES[finding.severity],
        finding.rule.code,
        where,
        fault.message + (f"\n{ADVICE}{finding.advice}" if finding.advice else ""),
        finding.basis,
        f"第 {finding.because} 项" if finding.because else "",
        finding.explanation or "",
        finding.key,
        finding.stake,
    )
    return ReviewLine(tuple(clean(text) for text in texts), fault.place)


def summary(findings: Sequence[Finding]) -> str:
    """Return how many findings of each severity there are, in one line."""
    if not findings:
        return NOTHING_FOUND
    counts = {severity: sum(finding.severity == severity for finding in findings) for severity in SEVERITY_NAMES}
    return "，".join(f"{SEVERITY_NAMES[severity]} {count} 项" for severity, count in counts.items()) + "。"


def notes(findings: Iterable[Finding]) -> dict[Place, str]:
    """Return the text of the note on each cell that findings speak of, all of a cell in one."""
    texts: dict[Place, list[str]] = {}
    for finding in findings:
        if finding.fault.place:
            texts.setdefault(finding.fault.place, []).append(_note(finding))
    return {place: clean("\n\n".join([NOTE_MARK, *parts]).replace("\n\n", "\n", 1), NOTE_LIMIT) for place, parts in texts.items()}


def _note(finding: Finding) -> str:
    lines = [f"{finding.rule.code} {SEVERITY_NAMES[finding.severity]}：{finding.fault.message}", f"依据：{finding.basis}"]
    if finding.advice:
        lines.insert(1, f"{ADVICE}{finding.advice}")
    if finding.because:
        lines.append(f"因第 {finding.because} 项引起，那一项改好即平。")
    if finding.explanation:
        lines.append(f"说明：{finding.explanation}")
    return "\n".join(lines)
