"""In whatever layout the official tables are published, a figure is the one that is printed, or is said to be unread."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.published import read_page
from tests.unseen_layouts import LAYOUTS, laid_out
from xltools.errors import UnreadableFileError
from xltools.numerals import understand
from xltools.report.filled import Report, Value

UNREAD = {
    "zeros left out",
    "column of subtotals",
    "shares",
    "last year beside",
    "turned",
    "another row",
}
"""The layouts of which some rows are not read, and said to be unread; all others are read whole from a page."""
NONE = {"无", "—", "零", "/"}
PAIRS = 150


def stated(value: Value) -> object:
    """What a cell says; marks for nothing are kept as they stand."""
    return 0 if value in NONE else understand(value) if isinstance(value, str) else value


def faults(report: Report, values: dict[str, int]) -> dict[str, tuple[object, object]]:
    """Return the figures that are wrong, or blank without a word, with what is printed and what was read."""
    told = {id for id in values if id in report.unread_figures or id.split(".")[0] in report.origin.publication.missing_tables}
    pairs = {id: (values[id], stated(report.figures[id])) for id in values if id not in told}
    return {id: (printed, read) for id, (printed, read) in pairs.items() if read != printed and not (read is None and not printed)}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_page_is_right_and_nearly_always_read_whole(tmp_path: Path, name: str) -> None:
    text, values = laid_out((name,), 1, markdown=False)
    report = read_page(tmp_path, text)
    texts = {id for id, value in report.figures.items() if isinstance(value, str) and stated(value) is None}
    wrong = faults(report, values)
    assert not {id: wrong[id] for id in wrong if id not in texts}
    assert name in UNREAD or not report.unread


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_text_is_right_or_refused(tmp_path: Path, name: str) -> None:
    text, values = laid_out((name,), 2, markdown=True)
    try:
        report = read_page(tmp_path, text, "report.md")
    except UnreadableFileError:
        return
    assert not faults(report, values)


@pytest.mark.trial
@pytest.mark.parametrize("number", range(PAIRS))
def test_two_layouts_at_once_put_no_figure_in_anothers_place(tmp_path: Path, number: int) -> None:
    names = tuple(Random(number).sample(sorted(LAYOUTS), 2))
    for markdown in (False, True):
        text, values = laid_out(names, number, markdown=markdown)
        try:
            report = read_page(tmp_path, text, "report.md" if markdown else "report.html")
        except UnreadableFileError:
            continue
        wrong = faults(report, values)
        assert not {id: pair for id, pair in wrong.items() if not isinstance(report.figures[id], str)}, names
