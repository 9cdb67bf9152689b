"""Collecting many workbooks with prose (read, check, store) on two cores, against two libraries that only read their cells.

    python benchmarks/collecting.py [--count N] [FOLDER]

Without a FOLDER of workbooks, N are made first. The references read a sample of the same files in one process.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import openpyxl
from python_calamine import CalamineWorkbook
from timing import Goal

from xltools.county.county_year import CountyYear
from xltools.county.intake import look_at, take_in
from xltools.county.store.access import open_store
from xltools.county.summary.overview import write_summary
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.workbook.locked_workbook import write_workbook
from xltools.workers.pool import local_pool

SAMPLE = Path(__file__).parent.parent / "samples" / "balanced-2024" / "balanced-2024.json"
WORKERS, FEW, REFERENCE, YEAR = 2, 100, 200, 2024
OURS, OPENPYXL, CALAMINE = "collect", "openpyxl.load_workbook", "calamine, all cells"
GOALS = (
    Goal("collect, against openpyxl", OURS, OPENPYXL, 1 / 10),
    Goal("collect, against calamine", OURS, CALAMINE, 2.5),
)
MANY, AGAIN = 2000, 10
"""So many units that are known are judged again in so many seconds, on two idle cores."""
LINEAR, MEMORY = 1.15, 200
"""How much longer a workbook may take among all than among few, and the most MB of any process."""


def main() -> None:
    """Prints the time per workbook, its ratios, how it grows, and the memory used."""
    parser = argparse.ArgumentParser(description="How fast xltools collects, against bare reading in the same run.")
    parser.add_argument("--count", type=int, default=1000, metavar="N", help="workbooks to make and collect")
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="workbooks to collect instead")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        files = sorted(given.folder.glob("*.xlsx")) if given.folder else _make(given.count, Path(made))
        _report(files, Path(made))


def _make(count: int, folder: Path) -> list[Path]:
    """So many workbooks of one report with prose, of a unit each."""
    report = read_report(SAMPLE, find_form(None))
    files = []
    for number in range(count):
        unit = replace(report.unit, name=f"示例县第{number}局", short_name="")
        files.append(folder / f"{number:05d}.xlsx")
        files[-1].write_bytes(write_workbook(replace(report, unit=unit)))
    return files


def _report(files: Sequence[Path], folder: Path) -> None:
    few = min(_collect(files[:FEW], folder / f"few-{number}.sqlite") for number in range(3))
    seconds = {
        OURS: _collect(files, folder / "all.sqlite"),
        OPENPYXL: _each(files[: REFERENCE // 4], openpyxl.load_workbook),
        CALAMINE: _each(files[:REFERENCE], _read_all),
    }
    print(f"{len(files)} workbooks, {WORKERS} workers, Python {sys.version.split()[0]}\n")
    for goal in GOALS:
        ratio = goal.measured(seconds)
        times = f"{seconds[goal.subject] * 1000:>8.2f} ms{seconds[goal.reference] * 1000:>8.2f} ms"
        print(f"{goal.title:34}{times}{ratio:>8.2f}{f'≤ {goal.factor:.2f}':>9}{'' if ratio <= goal.factor else '  missed'}")
    growth = seconds[OURS] / few
    print(f"{f'a workbook of all, to one of {FEW}':34}{growth:>30.2f}{f'≤ {LINEAR}':>9}{'' if growth <= LINEAR else '  missed'}")
    again = _again(files, folder / "all.sqlite") * MANY / len(files)
    print(f"{f'{MANY} known ones once more':34}{again:>28.1f} s{f'≤ {AGAIN}':>9}{'' if again <= AGAIN else '  missed'}")
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(f"{'memory of the largest process':34}{peak:>27.0f} MB{f'≤ {MEMORY}':>9}{'' if peak <= MEMORY else '  missed'}")


def _collect(files: Sequence[Path], store_path: Path) -> float:
    """Seconds for each file: read and checked by the pool, and put into a new store."""
    with local_pool(WORKERS) as pool, open_store(store_path) as store:
        _, warm, _ = look_at(files[: WORKERS * 16], store)
        for _ in take_in(warm, pool, store, YEAR):
            pass  # workers have loaded what they need
        _, rest, _ = look_at(files, store)
        start = perf_counter()
        for _ in take_in(rest, pool, store, YEAR):
            pass
        return (perf_counter() - start) / len(rest)


def _again(files: Sequence[Path], store_path: Path) -> float:
    """Seconds for all files again, known and unchanged: each looked at and judged, summed up, and told in the summary."""
    form = find_form(None)(None)
    with local_pool(WORKERS) as pool, open_store(store_path) as store:
        start = perf_counter()
        _, due, _ = look_at(files, store)
        assert not due
        county = CountyYear(store, form, find_form(None), Unit(name="示例县"), YEAR, False)
        county = replace(county, judged=tuple(county.judge(pool, None)))
        county.record()
        summary = county.summary({})
        write_workbook(county.roll_up(summary.units).report)
        write_summary(summary)
        return perf_counter() - start


def _each(files: Sequence[Path], read: Callable[[Path], object]) -> float:
    start = perf_counter()
    for file in files:
        read(file)
    return (perf_counter() - start) / len(files)


def _read_all(path: Path) -> list[list[list[object]]]:
    workbook = CalamineWorkbook.from_path(str(path))
    return [workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names]


if __name__ == "__main__":
    main()
