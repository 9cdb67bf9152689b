"""Findings as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xltools.output.checked import Checked, count
from xltools.rules.rule import SEVERITY_NAMES, Finding


def render(files: Sequence[Checked]) -> str:
    """The findings of all files, by file and by severity, consequences under their cause, and one closing line."""
    return "\n".join([line for file in files for line in _file(file)] + [_closing(files)]) + "\n"


def _file(file: Checked) -> Iterator[str]:
    title = " ".join(filter(None, (file.unit, f"{file.year} 年度" if file.year else "")))
    if file.error:
        yield f"{file.file}  无法读取：{file.error}"
    else:
        yield f"{file.file}{f'  {title}' if title else ''}"
    if not file.error and not file.findings:
        yield "  没有发现问题。"
    for severity, name in SEVERITY_NAMES.items():
        findings = file.of(severity)
        if findings:
            yield f"  {name} {len(findings)} 项"
        for finding in findings:
            if finding.because is None:
                yield from _finding(finding, "    ")
                for consequence in (other for other in file.findings if other.because == finding.id):
                    yield f"      由此引起：{consequence.rule.code} {consequence.message}"
    yield ""


def _finding(finding: Finding, indent: str) -> Iterator[str]:
    yield f"{indent}{finding.rule.code} {finding.message}"
    if finding.advice:
        yield f"{indent}     建议：{finding.advice}"
    yield f"{indent}     依据：{finding.basis}"
    if finding.explanation:
        yield f"{indent}     说明：{finding.explanation}"


def _closing(files: Sequence[Checked]) -> str:
    unreadable = sum(file.error is not None for file in files)
    counts = "，".join(f"{name} {count(files, severity)} 项" for severity, name in SEVERITY_NAMES.items())
    return f"共 {len(files)} 份：{counts}" + (f"，{unreadable} 份无法读取。" if unreadable else "。")
