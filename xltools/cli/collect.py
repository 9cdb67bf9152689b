"""collect: a county's reports taken in, checked, kept, and summed up."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from xltools.checks.copies import CRASHED, find_originals, plan_copies
from xltools.cli.chinese_click import ChineseCommand
from xltools.cli.parts import (
    FILE,
    expect_suffix,
    force_option,
    form_option,
    keep_working_unheard,
    output_option,
    password_option,
    progress,
    read,
    understand_text,
)
from xltools.errors import UnwritableFileError, XltoolsError
from xltools.files.outputs import expect_free, is_edited, make_folder, write_whole
from xltools.form.definition import Form
from xltools.form.loader import find_form, list_editions
from xltools.form.unit import Unit, expect_year
from xltools.numerals import list_some

if TYPE_CHECKING:
    from xltools.county.county_year import CountyYear, RollUp
    from xltools.county.roster import Roster
    from xltools.county.store.access import Store
    from xltools.county.summary.state import Summary
    from xltools.workers.pool import Pool

SUMMARY, COPIES = "汇总情况", "审核意见"
"""What the names of the summary and of the folder of annotated copies end in."""
NAMED = 20
"""How many units a line names."""
WORKED_ON = (
    "文件已存在，而且有人改过，或者不是 xltools 写的。"
    "要更新其中的数，加 --force：正文和说明会保留，各格换成新的合计。不想动它，请另起文件名。"
)


@click.command(cls=ChineseCommand)
@click.argument("paths", nargs=-1, required=True, type=FILE, metavar="文件或文件夹...")
@click.option("--unit", required=True, metavar="名称", help="汇总的单位名称（全称）。")
@click.option("--year", type=int, required=True, metavar="年度", help="收哪一年度的报告，如 2024。")
@click.option("--roster", type=FILE, metavar="文件", help="单位名册（.csv 或 .xlsx）：代码、单位名称、原单位名称等。")
@click.option("--store", "store_path", type=FILE, metavar="文件", help="把收到的都存进这个文件（.sqlite），下次只读新的和改过的。")
@form_option
@output_option
@click.option("--copies/--no-copies", default=True, help="把有问题的报告加批注，写到“审核意见”文件夹，供退回。")
@click.option("--data", "data_folder", type=FILE, metavar="文件夹", help="另把全部数据写成 CSV 和 Parquet。")
@click.option("--jobs", type=click.IntRange(min=1), metavar="数", help="同时处理几份；不写则用全部核心。")
@click.option("--cluster", metavar="地址", help="在 dask 集群上处理，如 tcp://主机:8786。")
@password_option
@force_option
def collect(
    paths: tuple[Path, ...],
    unit: str,
    year: int,
    roster: Path | None,
    store_path: Path | None,
    form_name: str | None,
    output: Path,
    copies: bool,
    data_folder: Path | None,
    jobs: int | None,
    cluster: str | None,
    password: str,
    force: bool,
) -> int:
    """收取一批单位的报告：逐份检查、存档、汇总成本级的工作簿和汇总情况表。"""
    from xltools.county.county_year import CountyYear
    from xltools.county.roster import read_roster
    from xltools.county.store.export import expect_room, export_data
    from xltools.workers.pool import cluster_pool, local_pool

    expect_suffix(output, (".xlsx",))
    expect_year(year)
    unit = understand_text("--unit", unit)
    form = _form_of(year, form_name)
    sources = [path for path in (roster, store_path) if path]
    _expect_unwritten(output, sources, force)
    if data_folder:
        expect_room(data_folder, sources, force)
    names = read_roster(roster) if roster else None
    folder = output.with_name(f"{output.stem}-{COPIES}")
    with _store(store_path) as store:
        if names:
            store.enroll(names)
        store.describe(form)
        pool = cluster_pool(cluster) if cluster else local_pool(jobs or os.cpu_count() or 1)
        try:
            files, new = _take_in(paths, [output, folder], pool, store, year, names, form_name)
            county = CountyYear(store, form, find_form(form_name), Unit(name=unit), year, has_roster=names is not None)
            written = _write_copies(county, pool, files, new, folder, form_name, force) if copies else {}
        finally:
            pool.close()
        rolled = _with_what_is_written(county.roll_up(), output, form_name)
        summary = county.summary(files, written, rolled.remarks)
        _write_workbooks(rolled, summary, output, password, sources, force)
        if data_folder:
            export_data(store, data_folder, inputs=sources, force=force)
    with keep_working_unheard():
        if data_folder:
            click.echo(f"数据已写入 {data_folder}。")
        _tell(summary, rolled, len(new), output, folder if written else None)
    return _exit_code(summary)


def _form_of(year: int, form_name: str | None) -> Form:
    """Return the named form, else the edition that serves the year."""
    form = find_form(form_name)(None)
    if form_name:
        return form
    serving = (f for f in list_editions(form) if (f.first_year or year) <= year <= (f.last_year or year))
    return next(serving, form)


def _expect_unwritten(output: Path, sources: Sequence[Path], force: bool) -> None:
    """Raise UnwritableFileError for a roll-up that the office has worked on, and where else nothing may be written, before hours of reading."""
    expect_free(output, inputs=sources, force=True)
    if is_edited(output) and not force:
        raise UnwritableFileError(output, WORKED_ON)
    expect_free(_summary_of(output), inputs=sources, force=force)


def _with_what_is_written(rolled: RollUp, output: Path, form_name: str | None) -> RollUp:
    """Return the roll-up with the prose of the workbook that it replaces, where that is one of the same unit and year."""
    from xltools.county.county_year import keep_written

    try:
        earlier = read(output, form_name) if output.exists() else None
    except XltoolsError:
        return rolled
    new = rolled.report
    is_same = earlier and (earlier.form.id, earlier.year, earlier.unit.name) == (new.form.id, new.year, new.unit.name)
    return keep_written(rolled, earlier) if earlier and is_same else rolled


@contextmanager
def _store(path: Path | None) -> Iterator[Store]:
    """Open the store in this file; without one, a store for this run only."""
    from xltools.county.store.access import open_store

    if path:
        with open_store(path) as store:
            yield store
        return
    with TemporaryDirectory(prefix="xltools-") as folder, open_store(Path(folder, "store.sqlite")) as store:
        yield store


def _take_in(
    paths: Sequence[Path], outputs: Sequence[Path], pool: Pool, store: Store, year: int, roster: Roster | None, form_name: str | None
) -> tuple[list[str], list[str]]:
    """Take in the files at the paths; return all, and those that were read now. What is done when it is interrupted stays in the store."""
    from xltools.county.intake import look_at, take_in

    own = {output.resolve() for output in (*outputs, *(_summary_of(output) for output in outputs), store.path)}
    found = [file for path in paths for file in find_originals(path, outputs[-1]) if file.resolve() not in own]
    states, new = look_at(found, store)
    if not states:
        raise XltoolsError(f"{'、'.join(map(str, paths))} 中没有可以收的报告。请给出报告文件或放报告的文件夹。")
    done = 0
    try:
        with progress(len(new), "收取") as advance:
            for outcomes in take_in(new, pool, store, year, roster, form_name):
                done += len(outcomes)
                advance(len(outcomes))
    except KeyboardInterrupt as stop:
        kept = f"已收的 {done} 份已经存好，再运行一次就接着收。" if done else ""
        raise XltoolsError(f"已中断。{kept}") from stop
    files = [state.path for state in states]
    store.forget_missing(files, [str(path.resolve()) for path in paths if path.is_dir()])
    return files, [state.path for state in new]


def _summary_of(output: Path) -> Path:
    return output.with_name(f"{output.stem}-{SUMMARY}.xlsx")


def _write_copies(
    county: CountyYear, pool: Pool, files: Sequence[str], new: Sequence[str], folder: Path, form_name: str | None, force: bool
) -> dict[str, Path]:
    """Write the annotated copies of the reports with errors or warnings, those that are there and not out of date aside."""
    from xltools.county.intake import write_copies

    wanted = county.to_annotate()
    if not wanted:
        return {}
    make_folder(folder)
    copies = {str(file): copy for file, copy in plan_copies([Path(file) for file in wanted], folder).items()}
    fresh = set(new)
    due = [(file, str(copy), wanted[file]) for file, copy in copies.items() if file in fresh or _is_behind(copy, file)]
    work = partial(write_copies, form_name=form_name, force=force)
    with progress(len(due), "批注") as advance:
        for tasks, failures in pool.run(work, [due[start : start + 4] for start in range(0, len(due), 4)], lambda _: CRASHED):
            advance(len(tasks))
            for (file, *_), failure in zip(tasks, failures, strict=True):
                if failure:
                    click.echo(f"没有写批注的副本：{failure}", err=True)
                    copies.pop(file)
    return copies


def _is_behind(copy: Path, file: str) -> bool:
    """Tell whether a copy is missing or older than its file: an earlier run may have ended before it was written."""
    try:
        return copy.stat().st_mtime_ns < Path(file).stat().st_mtime_ns
    except OSError:
        return True


def _write_workbooks(rolled: RollUp, summary: Summary, output: Path, password: str, sources: Sequence[Path], force: bool) -> None:
    from xltools.county.summary.overview import write_summary
    from xltools.workbook.locked_workbook import write_workbook

    # the summary first: what it says about the roll-up that stood there can be said as long as that stands
    write_whole(_summary_of(output), write_summary(summary), inputs=sources, force=force)
    write_whole(output, write_workbook(rolled.report, password), inputs=sources, force=force)


def _tell(summary: Summary, rolled: RollUp, new: int, output: Path, copies: Path | None) -> None:
    from xltools.county.summary.state import MISSING, STATES

    counts = {state: sum(unit.state == state for unit in summary.units) for state in STATES}
    click.echo(f"新读 {new} 份。{'，'.join(f'{state} {count}' for state, count in counts.items() if count)}。")
    missing = [unit.name for unit in summary.units if unit.state == MISSING]
    if missing:
        click.echo(f"未交 {len(missing)} 家：{list_some(missing, NAMED, ' 等')}。")
    for unit in summary.units:
        if unit.state in ("无法读取", "重复", "不在名册", "年度不符"):
            named = unit.file if unit.name == unit.file else f"{unit.name}（{unit.file}）"
            click.echo("，".join(filter(None, (f"{unit.state}：{named}", unit.note))))
    for remark in rolled.remarks[:NAMED]:
        click.echo(f"注意：{remark}")
    click.echo(f"已把 {rolled.units} 家的数汇总到 {output}。各单位情况见 {_summary_of(output)}。")
    if copies:
        click.echo(f"有问题的报告加了批注，在 {copies}，可以退给单位。")


def _exit_code(summary: Summary) -> int:
    if any(unit.state == "无法读取" for unit in summary.units):
        return 2
    return int(any(unit.count("error") for unit in summary.units))
