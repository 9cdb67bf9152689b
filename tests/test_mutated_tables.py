"""However the tables of a page are changed, a figure is the one that is printed for it, or is said to be unread."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from tests.mutated_tables import mutated_page, random_figures
from tests.published import FORM, page, read_page
from xltools.errors import UnreadableFileError
from xltools.report.filled import Report

SEEDS = 120
FAULTS = (44, 84, 137, 210, 459, 511, 1229, 1355, 2002, 3358, 3424, 6473, 7285, 9149, 9587, 20773, 30431, 30647)
"""Pages on which a figure once landed in another's place."""


def faults(report: Report, values: dict[str, int]) -> dict[str, tuple[object, object]]:
    """Return the figures that are wrong, or blank without a word, with what is printed and what was read."""
    told = report.unread_figures.union(*(remark.figures for remark in report.origin.publication.other_editions))
    found: dict[str, tuple[object, object]] = {}
    for id, value in report.figures.items():
        printed = values.get(id)
        silent = value is None and printed and id not in told
        # what only the other edition divides goes to its last part
        if silent or (value is not None and value != printed and not (printed is None and id.startswith("requests.otherwise."))):
            found[id] = printed, value
    return found


def test_a_page_as_it_was_printed_is_read_whole(tmp_path: Path) -> None:
    values = random_figures(FORM, Random(1))
    report = read_page(tmp_path, page(values=values))
    assert report.figures == values


def assert_each_in_its_place(folder: Path, seeds: Iterable[int]) -> int:
    """Assert that no figure of these pages is read as another's or lost in silence; return how many pages were read."""
    read = 0
    for seed in seeds:
        _, text, values = mutated_page(seed)
        try:
            report = read_page(folder, text)
        except UnreadableFileError:
            continue
        assert not faults(report, values), seed
        read += 1
    return read


@pytest.mark.parametrize("first", [0, *(pytest.param(first, marks=pytest.mark.trial) for first in range(20, SEEDS, 20))])
def test_no_figure_lands_in_anothers_place(tmp_path: Path, first: int) -> None:
    assert_each_in_its_place(tmp_path, (*range(first, first + 20), *(FAULTS if not first else ())))


@pytest.mark.trial
def test_no_figure_of_a_thousand_pages_lands_in_anothers_place(tmp_path: Path) -> None:
    assert assert_each_in_its_place(tmp_path, range(20_000, 21_000)) > 900
