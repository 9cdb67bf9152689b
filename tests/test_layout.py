"""Every heading and every figure of the 2021 form stands where the official layout puts it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xltools.form import Form, Table
from xltools.layout import TableLayout, lay_out

OFFICIAL = json.loads((Path(__file__).parent / "official" / "layout-2021.json").read_text(encoding="utf-8"))["tables"]
BY_KEY = dict(zip(("disclosure", "requests", "litigation"), OFFICIAL, strict=True))


def _table(form: Form, key: str) -> Table:
    return next(table for table in form.tables if table.key == key)


def _layout(form: Form, key: str) -> TableLayout:
    return lay_out(_table(form, key))


@pytest.mark.parametrize("key", BY_KEY)
def test_a_table_has_the_official_size(form: Form, key: str) -> None:
    layout = _layout(form, key)
    assert (layout.rows, layout.columns) == (BY_KEY[key]["rows"], BY_KEY[key]["cols"])


@pytest.mark.parametrize("key", BY_KEY)
def test_a_table_is_the_official_one_cell_by_cell(form: Form, key: str) -> None:
    ours = [(cell.row, cell.column, cell.rowspan, cell.colspan, cell.text) for cell in _layout(form, key).cells]
    official = [(cell["row"], cell["col"], cell["rowspan"], cell["colspan"], cell["text"]) for cell in BY_KEY[key]["cells"]]
    assert ours == official


@pytest.mark.parametrize("key", BY_KEY)
def test_the_cells_of_a_table_cover_it_without_a_gap_or_an_overlap(form: Form, key: str) -> None:
    layout = _layout(form, key)
    covered = [
        (row, column)
        for cell in layout.cells
        for row in range(cell.row, cell.row + cell.rowspan)
        for column in range(cell.column, cell.column + cell.colspan)
    ]
    assert sorted(covered) == [(row, column) for row in range(layout.rows) for column in range(layout.columns)]


@pytest.mark.parametrize("key", BY_KEY)
def test_every_cell_without_a_label_is_a_figure_of_the_table(form: Form, key: str) -> None:
    layout = _layout(form, key)
    assert [cell.figure for cell in layout.cells if not cell.text] == list(layout.figures)
    assert sorted(layout.figures) == sorted(figure.id for figure in form.figures.values() if figure.table == key)


def test_the_header_of_a_table_in_one_block_repeats_on_every_page(form: Form) -> None:
    assert {key: _layout(form, key).header_rows for key in BY_KEY} == {"disclosure": 0, "requests": 3, "litigation": 3}
