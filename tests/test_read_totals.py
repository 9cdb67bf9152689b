"""A total is what its inputs add up to; one that was typed over is told, whatever program saved the workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edited import LIBREOFFICE, Saved, edited, every_program, put, read_back
from tests.reports import balanced_figures, names, report
from xltools.rules.review import review

TOTAL = "requests.received.total"


@pytest.mark.parametrize("program", ["as written", *LIBREOFFICE])
def test_a_stored_total_that_is_right_is_no_finding(saved: Saved, program: str) -> None:
    assert not names(saved.read("full", program)) & {"never-recalculated", "row-total", "results-total", "formula-overwritten"}


def test_totals_that_were_never_calculated_are_told_from_wrong_ones(tmp_path: Path) -> None:
    read = read_back(edited(report(), put({"requests.received.business": 5, "requests.carried_out.business": 5})), tmp_path)
    assert names(read) == {"never-recalculated"}
    assert read.numbers[TOTAL] == 5


@every_program
def test_a_total_typed_over_is_told_and_its_value_kept(saved: Saved, program: str) -> None:
    read = saved.read("typed_over", program)
    # a .xls tells that there is a formula, not which one
    formulas = () if program in ("xls", "et") else ("requests.granted.total",)
    assert set(read.origin.overwritten) == {TOTAL, "requests.carried_in.total", *formulas, "requests.partly_granted.total"}
    assert read.figures[TOTAL] == 0
    assert read.figures["requests.carried_in.total"] == 7
    assert "requests.partly_granted.total" not in read.figures  # emptied: nobody stated another one


def test_totals_whose_formulas_were_cut_are_what_their_inputs_add_up_to_and_told_once(tmp_path: Path) -> None:
    cut = ["requests.received.total", "requests.denied.state_secret.total", "requests.results.natural_person"]
    read = read_back(edited(report(balanced_figures(3)), put(dict.fromkeys(cut))), tmp_path)
    told = [one for one in review(read).findings if one.rule.name == "formula-overwritten" or one.severity == "error"]
    assert [set(one.fault.figures) for one in told] == [set(cut)]
    assert "xltools import" in told[0].fault.message


def test_a_formula_that_adds_up_the_same_cells_is_the_form_s_however_it_is_written(tmp_path: Path) -> None:
    for formula in ("=SUM(D5:I5)", "=SUM($D$5:$I$5)", "=sum($D5:I$5)", "=SUM( D5 : I5 )"):
        assert read_back(edited(report(), put({TOTAL: formula})), tmp_path).origin.overwritten == ()
    for formula in ("=SUM($D$5:$H$5)", "=SUM($D$5:$I$6)"):
        assert read_back(edited(report(), put({TOTAL: formula})), tmp_path).origin.overwritten == (TOTAL,)


@pytest.mark.parametrize("program", LIBREOFFICE)
def test_a_total_typed_over_is_wrong_only_where_its_value_is(saved: Saved, program: str) -> None:
    wrong = [f.fault.figures[0] for f in review(saved.read("typed_over", program)).findings if f.rule.name == "row-total"]
    assert wrong == ["requests.carried_in.total"]
