"""template: the locked workbook to fill in, for one unit or for all of a roster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xltools.cli.chinese_click import ChineseCommand
from xltools.cli.parts import (
    FILE,
    expect_password,
    expect_suffix,
    force_option,
    form_option,
    password_option,
    read,
    understand_text,
)
from xltools.errors import XltoolsError
from xltools.files.outputs import write_whole
from xltools.form.definition import Form
from xltools.form.loader import find_form
from xltools.form.unit import expect_year
from xltools.numerals import list_some
from xltools.report.conversion import blank_report
from xltools.report.sums import name_figures

if TYPE_CHECKING:
    from xltools.county.handout import HandedOut, LastReports
    from xltools.county.roster import Roster

NOT_READ = "上年度报告中没有读出，没有填入：{figures}。请对照上年度报告填写。"
NAMED = 5
"""How many units a line names."""


@click.command(cls=ChineseCommand)
@form_option
@click.option("--year", type=int, required=True, metavar="年度", help="报告年度，如 2024。")
@click.option("--unit", default="", metavar="名称", help="单位名称（全称）。")
@click.option("--roster", type=FILE, metavar="文件", help="单位名册（.csv 或 .xlsx）：为其中每个单位生成一份，-o 给出文件夹。")
@click.option(
    "--previous", type=FILE, metavar="文件", help="上年度的报告（任何能读取的格式）；与 --roster 同用时，是放报告的文件夹或 .sqlite 文件。"
)
@click.option("--zeros", is_flag=True, help="各格先填 0，只改有数的格。")
@password_option
@click.option("-o", "--output", type=FILE, required=True, metavar="文件", help="写到这个文件；与 --roster 同用时，写到这个文件夹。")
@force_option
def template(
    form_name: str | None,
    year: int,
    unit: str,
    roster: Path | None,
    previous: Path | None,
    zeros: bool,
    password: str,
    output: Path,
    force: bool,
) -> int:
    """生成锁定的填报工作簿（.xlsx）：一个单位一份，或为名册中的每个单位各一份。"""
    if unit and roster:
        raise XltoolsError("--unit 和 --roster 不能同用：一个单位用 --unit，名册中的所有单位用 --roster。")
    if roster is None:
        expect_suffix(output, (".xlsx",))
    elif output.suffix.lower() in (".xlsx", ".xls") or output.is_file():
        raise XltoolsError(f"与 --roster 同用时，-o 应为文件夹，而 {output} 是文件。")
    expect_year(year)
    expect_password(password)
    unit = understand_text("--unit", unit)
    order = _Order(find_form(form_name)(None), form_name, year, previous, zeros, password, output, force)
    return _hand_out(order, roster) if roster else _write_one(order, unit)


@dataclass(frozen=True)
class _Order:
    """What was asked for, whether for one unit or for many."""

    form: Form
    form_name: str | None
    year: int
    previous: Path | None
    zeros: bool
    password: str
    output: Path
    force: bool


def _write_one(order: _Order, unit: str) -> int:
    from xltools.workbook.locked_workbook import write_workbook

    last = read(order.previous, order.form_name) if order.previous else None
    report = blank_report(order.form, order.year, unit=unit, previous=last, zeros=order.zeros)
    if report.unread:
        click.echo(NOT_READ.format(figures=name_figures(report.form, report.unread_figures)), err=True)
    inputs = [order.previous] if order.previous else []
    write_whole(order.output, write_workbook(report, order.password), inputs=inputs, force=order.force)
    click.echo(f"已生成 {order.output}。请用 Excel、WPS 或 LibreOffice 打开填写，填好后运行：xltools check {order.output}")
    return 0


def _hand_out(order: _Order, path: Path) -> int:
    """Write the workbooks of a roster, tell what became of them, and return the exit code."""
    from xltools.county.handout import hand_out
    from xltools.county.roster import read_roster

    roster = read_roster(path)
    with _last_reports(order, roster) as last:
        outcome = hand_out(
            order.form,
            order.year,
            roster,
            order.output,
            last_report=last.find,
            sources=last.files | {path.resolve()},
            zeros=order.zeros,
            password=order.password,
            force=order.force,
        )
        for remark in last.remarks:
            click.echo(remark, err=True)
    if order.previous:
        _tell_last_year(outcome)
        for done in outcome:
            if done.unread:
                click.echo(f"{done.unit.unit.name}：{NOT_READ.format(figures=name_figures(order.form, done.unread))}", err=True)
    failures = [done.failure for done in outcome if done.failure]
    for failure in failures:
        click.echo(f"没有生成：{failure}", err=True)
    click.echo(
        f"已生成 {len(outcome) - len(failures)} 份填报工作簿，在 {order.output}。发给各单位填写，收回后运行："
        f"xltools collect 收回的文件夹 --roster {path} --unit 汇总单位名称 --year {order.year} -o 汇总.xlsx"
    )
    return 2 if failures else 0


@contextmanager
def _last_reports(order: _Order, roster: Roster) -> Iterator[LastReports]:
    from xltools.county.handout import LastReports, find_last_reports

    if order.previous is None:
        yield LastReports(lambda unit: None)
        return
    with find_last_reports(order.previous, roster, order.year - 1, order.form_name) as last:
        yield last


def _tell_last_year(outcome: Iterable[HandedOut]) -> None:
    """Tell for how many units last year's report was found, which have another name by now, and which have none."""
    counts = Counter(done.known for done in outcome)
    renamed = [done.unit.unit.name for done in outcome if done.renamed]
    unknown = [done.unit.unit.name for done in outcome if not done.known]
    click.echo(f"{counts[True]} 个单位已按上年度报告填入单位情况和上年结转。")
    if renamed:
        click.echo(f"其中 {len(renamed)} 个单位上年度报告用的是原名，已填入“原单位名称”：{list_some(renamed, NAMED)}。")
    if unknown:
        click.echo(f"{len(unknown)} 个单位没有找到上年度报告，上年结转请自行填写：{list_some(unknown, NAMED)}。")
