"""The workbook's live checks and `xltools check` say the same, by two independent spreadsheet engines."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engines import assert_agrees, convert, fill_by_hand, ironcalc_cells, stored_cells, write
from tests.reports import FORM, balanced_figures, random_breakdown, report
from xltools.form.book import CHECKS, Check, Place, plan_book
from xltools.form.loader import find_form, load_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook
from xltools.workbook.table_sheets import verdict_place

pytestmark = pytest.mark.trial  # office programs make what is read

SEEDS = range(12)
SAMPLES = Path(__file__).parent.parent / "samples"
BOOK = plan_book(FORM)


def random_report(seed: int) -> Report:
    """Every third report balances; the others have one to four inputs changed, and some a wrong part in the breakdown."""
    dice = random.Random(1000 + seed)
    figures = balanced_figures(seed)
    breakdown = random_breakdown(seed)
    if seed % 3:
        for id in dice.sample(sorted(figures), dice.randrange(1, 5)):
            figures[id] = dice.randrange(0, 5000)
        if seed % 2:
            breakdown = replace(breakdown, total=int(str(breakdown.total)) + dice.randrange(1, 100))
    return report(figures, breakdowns=(breakdown,))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Report]]:
    """Blank workbooks filled by a program that calculates nothing."""
    folder = tmp_path_factory.mktemp("filled")
    blank = folder / "blank.xlsx"
    blank.write_bytes(write_workbook(report({figure.id: None for figure in FORM.inputs}, texts={})))
    files = []
    for seed in SEEDS:
        path = folder / f"{seed}.xlsx"
        fill_by_hand(blank, path, BOOK, random_report(seed))
        files.append((path, random_report(seed)))
    return files


def sample_workbooks() -> Iterator[Path]:
    yield from sorted(SAMPLES.glob("*/*.xlsx"))


def test_the_random_reports_are_both_balanced_and_broken() -> None:
    outcomes = [any(one.severity == "error" for one in review(random_report(seed)).findings) for seed in SEEDS]
    assert outcomes.count(False) >= 4
    assert outcomes.count(True) >= 6


def test_ironcalc_calculates_what_check_finds(filled: list[tuple[Path, Report]]) -> None:
    for path, source in filled:
        assert_agrees(BOOK, ironcalc_cells(path, BOOK), source)


@pytest.mark.trial
def test_libreoffice_calculates_what_check_finds(filled: list[tuple[Path, Report]], tmp_path: Path) -> None:
    saved = convert([path for path, _ in filled], "xlsx", tmp_path)
    for path, (_, source) in zip(saved, filled, strict=True):
        assert_agrees(BOOK, stored_cells(path), source)
        assert read_report(path, find_form(None)).figures == source.figures


@pytest.mark.trial
def test_both_engines_calculate_the_other_edition_too(tmp_path: Path) -> None:
    form = load_form("govinfo-2019")
    book = plan_book(form)
    balanced = balanced_figures(5, form)
    sources = [
        report({**balanced, "disclosure.licensing.change": -8, "disclosure.procurement.amount": 251000}, form, year=2020),
        report({**balanced, "requests.otherwise.business": 77}, form, year=2020),
    ]
    assert [any(one.severity == "error" for one in review(source).findings) for source in sources] == [False, True]
    (tmp_path / "made").mkdir()
    files = [write(source, tmp_path / "made" / f"{number}.xlsx") for number, source in enumerate(sources)]
    for path, saved, source in zip(files, convert(files, "xlsx", tmp_path), sources, strict=True):
        assert_agrees(book, ironcalc_cells(path, book), source)
        assert_agrees(book, stored_cells(saved), source)
        assert read_report(saved, find_form(None)).figures == source.figures


@pytest.mark.trial
def test_both_engines_agree_on_the_samples(tmp_path: Path) -> None:
    samples = list(sample_workbooks())
    assert len(samples) == 3
    for path, saved in zip(samples, convert(samples, "xlsx", tmp_path), strict=True):
        source = read_report(path, find_form(None))
        assert_agrees(BOOK, ironcalc_cells(path, BOOK), source)
        assert_agrees(BOOK, stored_cells(saved), source)


def test_a_fresh_workbook_stores_the_results_that_an_engine_would_calculate(tmp_path: Path) -> None:
    for seed in (0, 1, 2):
        path = tmp_path / f"{seed}.xlsx"
        path.write_bytes(write_workbook(random_report(seed)))
        assert_agrees(BOOK, stored_cells(path), random_report(seed))


@pytest.mark.trial
def test_libreoffice_says_of_unfinished_workbooks_what_they_say_when_written(tmp_path: Path) -> None:
    blanks = dict.fromkeys(balanced_figures(1))
    states = {
        "blank": report(blanks, texts={}),
        "one side": report({**blanks, "requests.received.other": 3}),
        "both sides": report({**dict.fromkeys(blanks, 0), "requests.received.other": 3, "litigation.suit_direct.upheld": None}),
        "declared": replace(report({**blanks, "requests.received.other": 3}), blank_is_zero=True),
    }
    (tmp_path / "made").mkdir()
    files = [write(source, tmp_path / "made" / f"{name}.xlsx") for name, source in states.items()]
    tops = [*map(verdict_place, BOOK.tables.values()), Place(CHECKS, 1, 0), *(line.place(Check.RESULT) for line in BOOK.checks)]
    for path, saved in zip(files, convert(files, "xlsx", tmp_path), strict=True):
        written, calculated = stored_cells(path), stored_cells(saved)
        assert [calculated(place) for place in tops] == [written(place) for place in tops], path.name
