"""Every heading and every figure of an official form stands where the official layout puts it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xltools.form.definition import Form, Table
from xltools.form.layout import TableLayout, lay_out
from xltools.form.loader import load_form

FOLDER = Path(__file__).parent / "official"
BY_KEY = {
    (edition, key): official
    for edition in ("2019", "2021")
    for key, official in zip(
        ("disclosure", "requests", "litigation"),
        json.loads((FOLDER / f"layout-{edition}.json").read_text(encoding="utf-8"))["tables"],
        strict=True,
    )
}
IDS = ["-".join(key) for key in BY_KEY]


def _table(form: Form, key: str) -> Table:
    return next(table for table in form.tables if table.key == key)


def _layout(form: Form, key: str) -> TableLayout:
    return lay_out(_table(form, key))


@pytest.fixture
def official_form(edition: str) -> Form:
    """The form of an edition."""
    return load_form(f"govinfo-{edition}")


@pytest.mark.parametrize(("edition", "key"), BY_KEY, ids=IDS)
def test_a_table_has_the_official_size(official_form: Form, edition: str, key: str) -> None:
    layout = _layout(official_form, key)
    assert (layout.rows, layout.columns) == (BY_KEY[edition, key]["rows"], BY_KEY[edition, key]["cols"])


@pytest.mark.parametrize(("edition", "key"), BY_KEY, ids=IDS)
def test_a_table_is_the_official_one_cell_by_cell(official_form: Form, edition: str, key: str) -> None:
    ours = [(cell.row, cell.column, cell.rowspan, cell.colspan, cell.text) for cell in _layout(official_form, key).cells]
    official = [(cell["row"], cell["col"], cell["rowspan"], cell["colspan"], cell["text"]) for cell in BY_KEY[edition, key]["cells"]]
    assert ours == official


@pytest.mark.parametrize(("edition", "key"), BY_KEY, ids=IDS)
def test_the_cells_of_a_table_cover_it_without_a_gap_or_an_overlap(official_form: Form, edition: str, key: str) -> None:
    layout = _layout(official_form, key)
    covered = [
        (row, column)
        for cell in layout.cells
        for row in range(cell.row, cell.row + cell.rowspan)
        for column in range(cell.column, cell.column + cell.colspan)
    ]
    assert sorted(covered) == [(row, column) for row in range(layout.rows) for column in range(layout.columns)]


@pytest.mark.parametrize(("edition", "key"), BY_KEY, ids=IDS)
def test_every_cell_without_a_label_is_a_figure_of_the_table(official_form: Form, edition: str, key: str) -> None:
    layout = _layout(official_form, key)
    assert [cell.figure for cell in layout.cells if not cell.text] == list(layout.figures)
    assert sorted(layout.figures) == sorted(figure.id for figure in official_form.figures.values() if figure.table == key)


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_the_header_of_a_table_in_one_block_repeats_on_every_page(official_form: Form) -> None:
    headers = {table.key: lay_out(table).header_rows for table in official_form.tables}
    assert headers == {"disclosure": 0, "requests": 3, "litigation": 3}
