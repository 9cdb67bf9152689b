"""collect: a county's reports taken in, checked, kept, and summed up."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import click

from xltools.checks.batch import annotate_one, crashed, plan_copies
from xltools.cli import parts
from xltools.cli.chinese_click import ChineseCommand
from xltools.county.county_year import NOT_LISTED, CountyYear, Judged
from xltools.county.hand_ins import complete_summary, read_earlier
from xltools.county.intake import look_at, take_in
from xltools.county.letters import Letters, find_skeletons, write_letters
from xltools.county.roster import Roster, read_roster
from xltools.county.store.access import Store, open_store
from xltools.county.store.export import expect_room, export_data
from xltools.county.store.writing import storable
from xltools.county.summary.state import MISSING, STATES, UNUSABLE, State, Summary
from xltools.errors import UnreadableFileError, UnwritableFileError, XltoolsError
from xltools.files.outputs import expect_free, is_edited, make_folder, passing_folder, write_whole
from xltools.form.definition import Form
from xltools.form.loader import find_form, form_for_year
from xltools.form.unit import Unit, expect_year
from xltools.numerals import list_some
from xltools.readers.dispatch import COPIES, SUMMARY, find_files
from xltools.report.filled import Report
from xltools.report.sums import RollUp, keep_written
from xltools.workers.pool import Pool, cluster_pool, local_pool

FILES: tuple[State, ...] = ("无法读取", "重复报送", NOT_LISTED, "年度不符", "表式不符")
"""The states of what is a file and no unit of the roster."""
NAMED = 20  # how many units a line names
WORKED_ON = (
    "文件已存在，而且有人改过，或者不是 xltools 写的。"
    "要更新其中的数，加 --force：正文和说明会保留，各格换成新的合计。不更新的，请另起文件名。"
)


def _understand_day(context: click.Context, option: click.Parameter, text: str | None) -> date | None:
    """Return the day that was given for an option, however staff write it. Raise BadParameter for what is none."""
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", (text or "").strip())
    with suppress(ValueError):
        return date(*map(int, found.groups())) if found else None if text is None else date.fromisoformat(text)
    raise click.BadParameter("", param=option)


@click.command(cls=ChineseCommand)
@click.argument("paths", nargs=-1, required=True, type=parts.FILE, metavar="文件或文件夹...")
@click.option("--unit", required=True, metavar="名称", help="汇总的单位名称（全称）。")
@click.option("--year", type=int, required=True, metavar="年度", help="收集哪一年度的报告，如 2024。")
@click.option("--roster", type=parts.FILE, metavar="文件", help="单位名册（.csv 或 .xlsx）：代码、单位名称、原单位名称等。")
@click.option(
    "--store", "store_path", type=parts.FILE, metavar="文件", help="收到的都存进这个数据库文件（.sqlite），下次只读新的和改过的。"
)
@parts.form_option
@parts.output_option
@click.option("--copies/--no-copies", default=True, help="把有问题的报告加批注，写到“审核意见”文件夹，供退回。")
@click.option("--deadline", callback=_understand_day, metavar="日期", help="报送截止日期，如 2025-01-20；晚于这一天的列出迟报天数。")
@click.option("--letters", type=parts.FILE, metavar="文件夹", help="写催报函和退改通知（.docx），每个有关单位一份。")
@click.option("--letter-skeleton", type=parts.FILE, metavar="文件夹", help="自备的函件样式：催报函.md.j2、退改通知.md.j2。")
@click.option("--data", "data_folder", type=parts.FILE, metavar="文件夹", help="另将全部数据存成表格文件（CSV；装有组件的并存 Parquet）。")
@click.option("--jobs", type=click.IntRange(min=1), metavar="数", help="同时处理几份；不写则用全部核心。")
@click.option("--cluster", metavar="地址", help="（供技术人员）用多台计算机处理，填调度地址，如 tcp://主机:8786。")
@parts.password_option
@parts.force_option
@parts.silent_option
def collect(
    paths: tuple[Path, ...],
    unit: str,
    year: int,
    roster: Path | None,
    store_path: Path | None,
    form_name: str | None,
    output: Path,
    copies: bool,
    deadline: date | None,
    letters: Path | None,
    letter_skeleton: Path | None,
    data_folder: Path | None,
    jobs: int | None,
    cluster: str | None,
    password: str,
    force: bool,
) -> int:
    parts.expect_suffix(output, (".xlsx",))
    expect_year(year)
    unit = parts.understand_text("--unit", unit)
    form = form_for_year(year, form_name)
    sources = [path for path in (roster, store_path) if path]
    earlier = _read_earlier(output, form, unit, year, form_name)
    _expect_free(output, earlier, data_folder, letters, paths, sources, force)
    skeletons = find_skeletons(letter_skeleton)
    names = read_roster(roster) if roster else None
    folder = output.with_name(f"{output.stem}-{COPIES}")
    with _store(store_path, names, form) as store:
        with cluster_pool(cluster) if cluster else local_pool(jobs or os.cpu_count() or 1) as pool:
            products = [*sources, output, folder, *([letters] if letters else [])]
            files, new, again = _take_in(paths, products, pool, store, unit, year, form_name)
            county = CountyYear(store, form, find_form(form_name), Unit(name=unit), year, names is not None, frozenset(files))
            county = _judged(county, pool, form_name)
            changed = county.record()
            written = _write_copies(county, pool, {*new, *changed}, folder, form_name, force) if copies else {}
        hand_ins = read_earlier(_summary_of(output))
        summary = complete_summary(county.summary(written), names, [path.resolve() for path in paths], deadline, hand_ins)
        rolled = keep_written(county.roll_up(summary.units), earlier)
        _write_workbooks(rolled, summary, output, password, sources, force)
        if data_folder:
            export_data(store, data_folder, inputs=sources, force=force)
    sent = write_letters(summary, letters, skeletons, deadline, inputs=sources, force=force) if letters else None
    with parts.keep_working_unheard():
        if data_folder:
            click.echo(f"数据已写入 {data_folder}。")
        _tell(summary, rolled, (len(new), again), output, folder if written else None)
        if sent and letters:
            _tell_letters(sent, letters)
    return 2 if sent and sent.failures else _exit_code(summary)


def _read_earlier(output: Path, form: Form, unit: str, year: int, form_name: str | None) -> Report | None:
    """Return the report that the roll-up replaces, where that is one of the same form, unit and year."""
    with suppress(XltoolsError):
        report = parts.read(output, form_name)
        return report if (report.form.id, report.unit.name, report.year) == (form.id, unit, year) else None
    return None


def _expect_free(
    output: Path, earlier: Report | None, data: Path | None, letters: Path | None, paths: Sequence[Path], sources: list[Path], force: bool
) -> None:
    """Raise XltoolsError for a roll-up that the office has worked on, and where else nothing may be written, before hours of reading."""
    is_handed_in = _lies_among(output, paths) and not (earlier and earlier.provenance)
    expect_free(output, inputs=[*sources, *[output] * is_handed_in], force=True)
    if is_edited(output) and not force:
        raise UnwritableFileError(output, WORKED_ON)
    expect_free(_summary_of(output), inputs=sources, force=force)
    if data:
        expect_room(data, sources, force)
    if letters and letters.resolve() in {path.resolve() for path in paths}:
        raise XltoolsError(f"{letters} 是要汇总的文件夹，函件不能写在那里。请用 --letters 另给一个文件夹。")
    if letters:
        make_folder(letters)


def _lies_among(path: Path, paths: Iterable[Path]) -> bool:
    """Tell whether a path is one of several, or below one."""
    return not {other.resolve() for other in paths}.isdisjoint((path.resolve(), *path.resolve().parents))


@contextmanager
def _store(path: Path | None, names: Roster | None, form: Form) -> Iterator[Store]:
    """Open the store in this file, without one a store for this run only, and let it know the roster and the form."""
    with nullcontext(path) if path else passing_folder() as place, open_store(path or place / "store.sqlite") as store:
        if names:
            store.enroll(names)
        store.describe(form)
        yield store


def _take_in(
    paths: Sequence[Path], ours: Sequence[Path], pool: Pool, store: Store, unit: str, year: int, form_name: str | None
) -> tuple[list[str], list[str], int]:
    """Take in the files at the paths; return all, those that were read now, and how many of these once more. What is done when it is interrupted stays in the store."""
    for path in paths:
        if not path.exists():
            raise UnreadableFileError(path, "文件或文件夹不存在。请检查名称和位置。")
    own = [path for path in (store.path, *ours, *map(_summary_of, ours)) if _lies_among(path, paths)]
    found = [file for path in paths for file in find_files(path) if not _lies_among(file, own)]
    states, new, again = look_at(found, store, form_name)
    if not states:
        raise XltoolsError(f"{'、'.join(map(str, paths))} 中没有可以收集的报告。请给出报告文件或放报告的文件夹。")
    done = 0
    try:
        with parts.progress(len(new), "正在读取") as advance:
            for outcomes in take_in(new, pool, store, year, form_name):
                done += len(outcomes)
                advance(len(outcomes))
    except KeyboardInterrupt as stop:
        kept = f"已读取的{done}份已经存好，再运行一次就接着读取。" if done else ""
        raise XltoolsError(f"已中断。{kept}") from stop
    files = [storable(state.path) for state in states]
    store.account_for(files, [str(path.resolve()) for path in paths if path.is_dir()], year, unit)
    return files, [state.path for state in new], again


def _judged(county: CountyYear, pool: Pool, form_name: str | None) -> CountyYear:
    """Return the year with every report judged against what is known now."""
    found: list[Judged] = []
    with parts.progress(county.store.count(county.year, county.form.family), "正在检查") as advance:
        for judged in county.judge(pool, form_name):
            found.append(judged)
            advance(1)
    return replace(county, judged=tuple(found))


def _summary_of(output: Path) -> Path:
    return output.with_name(f"{output.stem}-{SUMMARY}.xlsx")


def _write_copies(county: CountyYear, pool: Pool, fresh: set[str], folder: Path, form_name: str | None, force: bool) -> dict[str, Path]:
    """Write the annotated copies of the reports with errors or warnings, those that are there and not out of date aside."""
    reports = (judged.verdict.checked for judged in county.judged)
    wanted = {Path(one.file): one for one in reports if one.of("error") or one.of("warning")}
    if not wanted:
        return {}
    make_folder(folder)
    copies = {str(file): copy for file, copy in plan_copies(wanted, folder).items()}
    due = [(wanted[Path(file)], copy) for file, copy in copies.items() if file in fresh or _is_behind(copy, file)]
    with parts.progress(len(due), "正在批注") as advance:
        for outcome in pool.run(partial(annotate_one, form_name, force), due, crashed, 4):
            advance(len(outcome))
            for copy in outcome:
                if copy.failure:
                    click.echo(f"未写批注版：{copy.failure}", err=True)
                    copies.pop(copy.source)
    return copies


def _is_behind(copy: Path, file: str) -> bool:
    """Tell whether a copy is missing or older than its file: an earlier run may have ended before it was written."""
    with suppress(OSError):
        return copy.stat().st_mtime_ns < Path(file).stat().st_mtime_ns
    return True


def _write_workbooks(rolled: RollUp, summary: Summary, output: Path, password: str, sources: Sequence[Path], force: bool) -> None:
    from xltools.county.summary.overview import write_summary
    from xltools.workbook.locked_workbook import write_workbook

    # the summary first: what it says about the roll-up that stood there can be said as long as that stands
    write_whole(_summary_of(output), write_summary(replace(summary, remarks=rolled.remarks)), inputs=sources, force=force)
    write_whole(output, write_workbook(rolled.report, password), inputs=sources, force=force)


def _tell(summary: Summary, rolled: RollUp, read: tuple[int, int], output: Path, copies: Path | None) -> None:
    counts = {state: sum(unit.state == state for unit in summary.units) for state in STATES}
    told = "，".join(f"{state}{count}{'份' if state in FILES else '个'}" for state, count in counts.items() if count)
    new, again = read
    repeated = f"，另重读{again}份（程序、组件或表式与上次不同）" if again else ""
    click.echo(f"本次读取{new - again}份{repeated}。{f'{told}。' if told else ''}")
    missing = [unit.name for unit in summary.units if unit.state == MISSING]
    late = [f"{unit.name}（{unit.late}天）" for unit in summary.units if unit.late and unit.state not in FILES]
    for what, names in ((MISSING, missing), ("迟报", late)):
        if names:
            click.echo(f"{what}（{len(names)}个单位）：{list_some(names, NAMED, '等')}。")
    for due in sorted({due for name in missing if (due := summary.form.deadline(name, summary.year))}):
        click.echo(f"未报送单位的法定期限：{due.year}年{due.month}月{due.day}日。")
    strangers = [f"{unit.name}（{unit.file}）" for unit in summary.units if unit.state == NOT_LISTED]
    if strangers:
        advice = "更名的在名册写明原单位名称，用简称的写明简称。"
        click.echo(f"{NOT_LISTED}（{len(strangers)}份，未计入汇总）：{list_some(strangers, NAMED, '等')}。{advice}")
    for unit in summary.units:
        if unit.state in {UNUSABLE, *FILES} - {NOT_LISTED}:
            named = unit.file if unit.name == unit.file else f"{unit.name}（{unit.file}）"
            click.echo("，".join(filter(None, (f"{unit.state}：{named}", unit.reason))))
    parts.say(f"注意：{remark}" for remark in rolled.remarks[:NAMED])
    if len(rolled.remarks) > NAMED:
        click.echo(f"注意事项共{len(rolled.remarks)}项，其余见汇总情况。")
    click.echo(f"已将{rolled.units}个单位的数据汇总到 {output}。各单位情况见 {_summary_of(output)}。")
    if copies:
        click.echo(f"已为有问题的报告加批注，存于 {copies}，可退回单位修改。")


def _tell_letters(sent: Letters, folder: Path) -> None:
    """Print how many letters were written, which earlier ones are needed no more, and which could not be written."""
    click.echo(f"已写催报函{sent.urged}份、退改通知{sent.returned}份，存于 {folder}。")
    if sent.stale:
        click.echo(f"其中以前写的{len(sent.stale)}份现已不需要，请删去：{list_some(sent.stale, NAMED, '等')}。")
    parts.say((f"未写函件：{failure}" for failure in sent.failures), err=True)


def _exit_code(summary: Summary) -> int:
    """Return 2 where a report could not be read or used, 1 where one has errors or is of no use, else 0."""
    if any(unit.state == "无法读取" or (unit.state == UNUSABLE and not unit.findings) for unit in summary.units):
        return 2
    return int(any(unit.count("error") or unit.state == UNUSABLE for unit in summary.units))
