"""Findings as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xltools.errors import one_line
from xltools.output.checked import Checked, count
from xltools.rules.rule import SEVERITY_NAMES, Finding


def render(files: Sequence[Checked]) -> str:
    """Return the findings of all files, by file and by severity, consequences under their cause, and one closing line."""
    return "\n".join([line for file in files for line in _file(file)] + [_closing(files)]) + "\n"


def _file(file: Checked) -> Iterator[str]:
    path = one_line(file.file)
    title = one_line(" ".join(filter(None, (file.unit, f"{file.year} 年度" if file.year else ""))))
    if file.error:
        yield f"{path}  无法读取：{one_line(file.error)}"
    else:
        yield f"{path}{f'  {title}' if title else ''}"
    if not file.error and not file.findings:
        yield "  没有发现问题。"
    for severity, name in SEVERITY_NAMES.items():
        findings = file.of(severity)
        if findings:
            yield f"  {name} {len(findings)} 项"
        for finding in findings:
            if finding.because is None:
                yield from _finding(finding)
                for consequence in (other for other in file.findings if other.because == finding.id):
                    yield f"      由此引起：{consequence.rule.code} {one_line(consequence.message)}"
    yield ""


def _finding(finding: Finding) -> Iterator[str]:
    yield f"    {finding.rule.code} {one_line(finding.message)}"
    if finding.advice:
        yield f"         建议：{one_line(finding.advice)}"
    yield f"         依据：{finding.basis}"
    if finding.explanation:
        yield f"         说明：{one_line(finding.explanation)}"


def _closing(files: Sequence[Checked]) -> str:
    unreadable = sum(file.error is not None for file in files)
    counts = "，".join(f"{name} {count(files, severity)} 项" for severity, name in SEVERITY_NAMES.items())
    return f"共 {len(files)} 份：{counts}" + (f"，{unreadable} 份无法读取。" if unreadable else "。")
