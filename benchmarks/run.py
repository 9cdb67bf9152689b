"""Prints how fast xltools is, each figure as a ratio to a reference that is timed in the same run.

    python benchmarks/run.py [--repeats N] [REPORT]

REPORT is any report that xltools reads. Times are the least of N interleaved repeats.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import exporting
import handing_out
import importing
import processes
import reading
import writing
from timing import Goal, time_all

from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.workbook.locked_workbook import write_workbook

SAMPLE = Path(__file__).parent.parent / "samples" / "changfu-2023" / "changfu-2023.json"


def main() -> None:
    """Runs all benchmarks on one report."""
    parser = argparse.ArgumentParser(description="How fast xltools is, against a reference in the same run.")
    parser.add_argument(
        "--repeats", type=int, default=20, metavar="N", help="of each process; work within this process repeats twice as often"
    )
    parser.add_argument("report", nargs="?", type=Path, default=SAMPLE, metavar="REPORT")
    given = parser.parse_args()
    report = read_report(given.report, find_form(None))
    with tempfile.TemporaryDirectory() as folder:
        workbook = Path(folder, "report.xlsx")
        workbook.write_bytes(write_workbook(report))
        print(f"{given.report.name}, Python {sys.version.split()[0]}, least of {given.repeats} repeats\n")
        _print_header()
        _print(processes.GOALS, time_all(processes.works(workbook, Path(folder, "cache")), given.repeats))
        _print(reading.GOALS, time_all(reading.works(workbook), given.repeats * 2))
        _print(writing.GOALS, time_all(writing.works(report), given.repeats * 2))
        _print(handing_out.GOALS, time_all(handing_out.works(), given.repeats * 2))
        _print(exporting.GOALS, time_all(exporting.works(report), given.repeats * 2))
        _print(importing.GOALS, time_all(importing.works(report, Path(folder)), given.repeats))


def _print_header() -> None:
    print(f"{'':34}{'xltools':>11}{'reference':>11}{'ratio':>8}{'goal':>9}")


def _print(goals: Iterable[Goal], seconds: Mapping[str, float]) -> None:
    for goal in goals:
        ratio = goal.measured(seconds)
        reference = f"{seconds[goal.reference] * 1000:.1f} ms" if goal.reference else "-"
        verdict = "" if ratio <= goal.factor else "  missed"
        print(f"{goal.title:34}{seconds[goal.subject] * 1000:>8.1f} ms{reference:>11}{ratio:>8.2f}{f'≤ {goal.factor:.2f}':>9}{verdict}")


if __name__ == "__main__":
    main()
