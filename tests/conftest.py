"""What several tests start from."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.edited import Saved
from tests.reports import as_workbook, report
from xltools.cli import main
from xltools.form.book import Book, plan_book
from xltools.form.definition import Form
from xltools.form.loader import load_form
from xltools.report.conversion import blank_report
from xltools.workbook.locked_workbook import write_workbook


def pytest_collection_finish() -> None:
    """Spares the garbage collector what all modules hold, and asks it less often: it takes a twentieth of the time otherwise."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def form() -> Form:
    """The 2021 form."""
    return load_form("govinfo-2021")


@pytest.fixture(scope="session")
def book(form: Form) -> Book:
    """Where everything stands in its workbook."""
    return plan_book(form)


@pytest.fixture(scope="session")
def blank_workbook(form: Form) -> bytes:
    """Its workbook for 2024, with the unit filled in and every figure 0."""
    return write_workbook(blank_report(form, 2024, unit="某某县人民政府", zeros=True))


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    """Workbooks as each program saves them."""
    return Saved(tmp_path_factory.mktemp("saved"))


class Outcome(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line within this process."""

    def run(*arguments: object) -> Outcome:
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        return Outcome(int(stop.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A report in which nothing is wrong."""
    return as_workbook(tmp_path / "good.xlsx", report())


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A report in which one column does not balance."""
    return as_workbook(tmp_path / "wrong.xlsx", report({"requests.received.business": 5}))


@pytest.fixture
def unreadable(tmp_path: Path) -> Path:
    """A file that is no workbook."""
    path = tmp_path / "unreadable.xlsx"
    path.write_text("年报", encoding="utf-8")
    return path
