"""In whatever layout the official tables are published, a figure is the one that is printed, or is said to be unread."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.layout_changes import group_too_narrow
from tests.mutated_tables import random_figures
from tests.published import FORM, OLD_FORM, page, read_page
from tests.unseen_layouts import HEADINGS, LAYOUTS, faults, laid_out, stated
from xltools.errors import UnreadableFileError

UNREAD = {
    "zeros left out",
    "column of subtotals",
    "shares",
    "last year beside",
    "turned",
    "another row",
}
"""The layouts of which some rows are not read, and said to be unread; all others are read whole from a page."""


@pytest.mark.parametrize("name", [*LAYOUTS, *HEADINGS])
def test_a_page_is_right_and_nearly_always_read_whole(tmp_path: Path, name: str) -> None:
    text, values = laid_out((name,), 1, markdown=False)
    report = read_page(tmp_path, text)
    texts = {id for id, value in report.figures.items() if isinstance(value, str) and stated(value) is None}
    wrong = faults(report, values)
    assert not {id: wrong[id] for id in wrong if id not in texts}
    assert name in UNREAD or not report.unread


@pytest.mark.parametrize("name", [*LAYOUTS, *HEADINGS])
def test_a_text_is_right_or_refused(tmp_path: Path, name: str) -> None:
    text, values = laid_out((name,), 2, markdown=True)
    try:
        report = read_page(tmp_path, text, "report.md")
    except UnreadableFileError:
        return
    assert not faults(report, values)


@pytest.mark.parametrize("markdown", [False, True])
@pytest.mark.parametrize("name", ["plain", "thousands", "header again", "broken off", "note between", "unit above", "one table"])
def test_tables_of_2019_are_read_whole_though_their_headings_are_merged_otherwise_than_their_figures(
    tmp_path: Path, name: str, markdown: bool
) -> None:
    text, values = laid_out((name,), 2, markdown=markdown, form=OLD_FORM)  # in Markdown the words of a merged cell stand in its first part
    report = read_page(tmp_path, text, "report.md" if markdown else "report.html")
    assert report.form.id == OLD_FORM.id and not report.unread
    assert not faults(report, values)


def test_headings_that_a_groups_wrong_span_exchanges_are_no_evidence(tmp_path: Path) -> None:
    values = random_figures(FORM, Random(1))
    report = read_page(tmp_path, page(values=values, change={"requests": lambda rows: group_too_narrow(rows, Random(1))}))
    assert {id for id in values if id.startswith("requests.")} <= report.unread_figures
    assert not faults(report, values)
