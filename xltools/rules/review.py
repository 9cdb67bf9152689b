"""review: all findings of a report, numbered, with what is only a consequence of another one marked as such."""

from __future__ import annotations

from dataclasses import dataclass, replace

from xltools.report.filled import Report
from xltools.report.units_below import Children
from xltools.rules.causes import link
from xltools.rules.integrity import explanation_lapsed
from xltools.rules.lineage import link_children
from xltools.rules.locating import locate
from xltools.rules.registry import RULES
from xltools.rules.rule import Case, Finding, Severity


@dataclass(frozen=True, slots=True)
class Review:
    """A report's findings."""

    report: Report
    findings: tuple[Finding, ...]

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def unexplained(self) -> tuple[Finding, ...]:
        """The errors that staff gave no reason for, neither for themselves nor for what they are a consequence of."""
        by_id = {finding.id: finding for finding in self.findings}
        return tuple(
            finding
            for finding in self.findings
            if finding.severity == "error" and not finding.explanation and not (finding.because and by_id[finding.because].explanation)
        )


def review(report: Report, previous: Report | None = None, children: Children | None = None) -> Review:
    """All findings of a report; with last year's, those of the Y rules too, and with those of the units below, what is not their sum."""
    case = Case(report, previous, children)
    faults = [(rule, fault) for rule in RULES if rule is not explanation_lapsed for fault in rule.check(case)]
    findings = [Finding(number, rule, fault) for number, (rule, fault) in enumerate(faults, start=1)]
    linked = link(report, findings)
    if children:
        linked = link_children(report, children, linked)
    explained = tuple(locate(report, _explained(report, finding)) for finding in linked)
    lapsed = explanation_lapsed.check(replace(case, found=explained))
    return Review(
        report, (*explained, *(Finding(number, explanation_lapsed, fault) for number, fault in enumerate(lapsed, len(faults) + 1)))
    )


def _explained(report: Report, finding: Finding) -> Finding:
    """The finding with the reason that staff gave, unless it was given for another difference."""
    text = report.explanations.get(finding.key)
    if text and report.excused.get(finding.key, finding.stake) == finding.stake:
        return replace(finding, explanation=text)
    return finding
