"""What was typed into a figure's cell is understood where there is no doubt, and kept as it is where there is."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.edited import INPUTS, LIBREOFFICE, TYPED, UNCLEAR, Saved, edited, every_program, put, read_back
from tests.reports import report
from xltools.report.filled import Value

BLANKS = (None, "", " ", "\u3000", "\u00a0 ", "\u200b")


@every_program
def test_a_number_typed_as_text_is_understood_where_there_is_no_doubt(saved: Saved, program: str) -> None:
    read = saved.read("typed", program)
    assert {text: read.figures[id] for id, text in zip(INPUTS, TYPED, strict=False)} == TYPED


@every_program
def test_what_was_typed_as_text_is_kept(saved: Saved, program: str) -> None:
    read = saved.read("typed", program)
    assert [read.typed[id] for id, _ in zip(INPUTS, TYPED, strict=False)] == list(TYPED)
    assert len(read.typed) == len(TYPED)


@every_program
def test_a_text_in_doubt_stays_as_it_is(saved: Saved, program: str) -> None:
    read = saved.read("unclear", program)
    assert tuple(read.figures[id] for id, _ in zip(INPUTS, UNCLEAR, strict=False)) == UNCLEAR
    assert read.typed == {}


@pytest.mark.parametrize("blank", BLANKS, ids=map(repr, BLANKS))
def test_a_blank_is_neither_0_nor_text(blank: str | None, tmp_path: Path) -> None:
    read = read_back(edited(report(), put({INPUTS[0]: blank})), tmp_path)
    assert read.figures[INPUTS[0]] is None
    assert read.figures[INPUTS[1]] == 0


def test_the_unit_behind_a_number_is_that_of_its_cell(tmp_path: Path) -> None:
    values = {"disclosure.fees.amount": "12.5万元", "disclosure.rules.made": "3万元", "disclosure.rules.repealed": "3件"}
    read = read_back(edited(report(), put(values)), tmp_path)
    assert [read.figures[id] for id in values] == [Decimal("12.5"), "3万元", 3]


@pytest.mark.parametrize(
    ("stored", "number"),
    [
        (3.0, 3),
        (-0.0, 0),
        (0.1 + 0.2, Decimal("0.3")),
        (59237.244900000005, Decimal("59237.2449")),
        (1e15, 10**15),
        (0.000001, Decimal("0.000001")),
        (1e300, "1e+300"),
    ],
)
def test_a_stored_number_is_read_as_a_spreadsheet_program_shows_it(stored: float, number: Value, tmp_path: Path) -> None:
    read = read_back(edited(report(), put({"disclosure.fees.amount": stored})), tmp_path)
    value = read.figures["disclosure.fees.amount"]
    assert (value, type(value)) == (number, type(number))


def test_what_is_neither_number_nor_text_is_kept_as_text(saved: Saved) -> None:
    read = saved.read("misfilled", "openpyxl")
    assert [read.figures[id] for id in INPUTS[:8]] == [
        "TRUE",
        "2024-03-05",
        "03:05:00",
        "=1/0",
        "=5+7",
        Decimal("0.3"),
        "1e+300",
        "#N/A",
    ]


@pytest.mark.parametrize("program", LIBREOFFICE)
def test_an_input_that_holds_an_error_is_not_taken_for_a_blank(saved: Saved, program: str) -> None:
    read = saved.read("misfilled", program)
    assert isinstance(read.figures[INPUTS[3]], str)
    assert isinstance(read.figures[INPUTS[7]], str)


@pytest.mark.parametrize("program", LIBREOFFICE)
def test_an_input_filled_by_a_formula_is_read_as_its_result(saved: Saved, program: str) -> None:
    assert saved.read("misfilled", program).figures[INPUTS[4]] == 12
