"""Two layouts at once put no figure in another's place."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.published import read_page
from tests.unseen_layouts import LAYOUTS, faults, laid_out
from xltools.errors import UnreadableFileError

PAIRS = 150


@pytest.mark.trial
@pytest.mark.parametrize("number", range(PAIRS))
def test_a_figure_is_right_or_unread(tmp_path: Path, number: int) -> None:
    names = tuple(Random(number).sample(sorted(LAYOUTS), 2))
    for markdown in (False, True):
        text, values = laid_out(names, number, markdown=markdown)
        try:
            report = read_page(tmp_path, text, "report.md" if markdown else "report.html")
        except UnreadableFileError:
            continue
        wrong = faults(report, values)
        assert not {id: pair for id, pair in wrong.items() if not isinstance(report.figures[id], str)}, names
