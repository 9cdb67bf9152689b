"""The three figures of benchmarks/prose.py on labelled prose of published reports, where it is at hand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.needed import beside
from tests.reports import FORM
from xltools.form.unit import Unit
from xltools.report.filled import Report
from xltools.rules.review import review

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

import prose

pytestmark = beside(prose.SNIPPETS)

RECOGNISED, FLAGGED, NOTICES = 0.9, 0.9, 0.05


@pytest.fixture(scope="module")
def snippets() -> list[prose.Snippet]:
    return prose.read_snippets(prose.SNIPPETS)


def test_prose_that_states_no_mismatch_raises_none(snippets: list[prose.Snippet]) -> None:
    assert prose.alarmed(snippets).hits == 0


def test_a_report_of_such_prose_alone_has_no_error_or_warning_about_it(snippets: list[prose.Snippet]) -> None:
    silent = [snippet for snippet in snippets if snippet["overall"] in ("none", "non_exhaustive")]
    found = [finding for snippet in silent for finding in review(_report(snippet)).findings if finding.rule.family == "N"]
    assert [finding.message for finding in found if finding.severity != "notice"] == []
    assert len(found) <= NOTICES * len(silent)


def test_exhaustive_lists_are_recognised(snippets: list[prose.Snippet]) -> None:
    assert prose.recognised(snippets).share >= RECOGNISED


@pytest.mark.trial
def test_changed_amounts_are_flagged(snippets: list[prose.Snippet]) -> None:
    assert prose.flagged(snippets).share >= FLAGGED


def _report(snippet: prose.Snippet) -> Report:
    """A report with this prose and no figure."""
    return Report(
        form=FORM,
        year=snippet["year"],
        unit=Unit(name=snippet["unit"]),
        figures={figure.id: None for figure in FORM.inputs},
        texts={"overview": snippet["text"]},
    )
