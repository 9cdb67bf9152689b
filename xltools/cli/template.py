"""template: the locked workbook to fill in, for one unit or for all of a roster."""

from collections.abc import Collection
from contextlib import nullcontext
from pathlib import Path

import click

from xltools.cli import parts
from xltools.cli.chinese_click import ChineseCommand
from xltools.county.handout import NO_REPORTS, HandedOut, find_last_reports, hand_out
from xltools.county.roster import read_roster
from xltools.errors import XltoolsError
from xltools.files.outputs import write_whole
from xltools.form.definition import Form
from xltools.form.loader import as_argument, form_for_year, form_option
from xltools.form.unit import expect_year
from xltools.numerals import list_some
from xltools.report.conversion import blank_report, doubt_last
from xltools.report.sums import name_figures

NOT_READ = "上年度报告中未识别，未填入：{figures}。请对照上年度报告填写。"
INCOMPLETE = "上年度报告是数据不全的汇总，上年结转按其中的数填入，请补齐：{lacks}"
NAMED = 5  # how many units a line names


@click.command(cls=ChineseCommand)
@parts.form_option
@click.option("--year", type=int, required=True, metavar="年度", help="报告年度，如 2024。")
@click.option("--unit", default="", metavar="名称", help="单位名称（全称）。")
@click.option("--roster", type=parts.FILE, metavar="文件", help="单位名册（.csv 或 .xlsx）：为其中每个单位生成一份，-o 给出文件夹。")
@click.option(
    "--previous",
    type=parts.FILE,
    metavar="文件",
    help="上年度的报告（任何能读取的格式）；与 --roster 同用时，是放报告的文件夹或数据库文件。",
)
@click.option("--zeros", is_flag=True, help="各格预填 0，有数的再改。")
@parts.password_option
@click.option("-o", "--output", type=parts.FILE, required=True, metavar="文件", help="写到这个文件；与 --roster 同用时，写到这个文件夹。")
@parts.force_option
@parts.silent_option
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
    if unit and roster:
        raise XltoolsError("--unit 和 --roster 不能同用：一个单位用 --unit，名册中的所有单位用 --roster。")
    if roster is None:
        parts.expect_suffix(output, (".xlsx",))
    elif output.suffix.lower() in (".xlsx", ".xls") or output.is_file():
        raise XltoolsError(f"与 --roster 同用时，-o 应为文件夹，而 {output} 是文件。")
    expect_year(year)
    parts.expect_password(password)
    unit = parts.understand_text("--unit", unit)
    form = form_for_year(year, form_name)
    if roster is None:
        last = parts.read(previous, form_name) if previous else None
        report = blank_report(form, year, unit=unit, previous=last, zeros=zeros)
        from xltools.workbook.locked_workbook import write_workbook

        write_whole(output, write_workbook(report, password), inputs=[previous] if previous else [], force=force)
        parts.say(doubt_last(last, year, unit) if last else (), err=True)
        if last and last.provenance and (lacks := last.provenance.lacks):
            click.echo(INCOMPLETE.format(lacks=list_some((lack.what for lack in lacks), NAMED, "等{}项。", between="")), err=True)
        if report.unread:
            click.echo(NOT_READ.format(figures=name_figures(form, report.unread_figures)), err=True)
        click.echo(
            f"已生成 {output}。请用 Excel、WPS 或 LibreOffice 打开填写，填好后运行：xltools check {as_argument(output)}{form_option(form)}"
        )
        return 0
    names = read_roster(roster)
    with find_last_reports(previous, names, year - 1, form_name) if previous else nullcontext(NO_REPORTS) as reports:
        find, used = reports.find, reports.files | {roster.resolve()}
        outcome = hand_out(form, year, names, output, last_report=find, sources=used, zeros=zeros, password=password, force=force)
        parts.say(reports.remarks, err=True)
    if previous:
        _tell_last_year(form, outcome)
    failures = [done.failure for done in outcome if done.failure]
    parts.say((f"没有生成：{failure}" for failure in failures), err=True)
    click.echo(
        f"已生成{len(outcome) - len(failures)}份填报工作簿，在 {output}。发给各单位填写，收回后运行："
        f"xltools collect 收回的文件夹 --roster {as_argument(roster)} --unit 汇总单位名称 --year {year}{form_option(form)} -o 汇总.xlsx"
    )
    return 2 if failures else 0


def _tell_last_year(form: Form, outcome: Collection[HandedOut]) -> None:
    """Tell for how many units last year's report was found, which have another name by now, which have none, and what was unread."""
    renamed = [done.unit.unit.name for done in outcome if done.renamed]
    unknown = [done.unit.unit.name for done in outcome if not done.known]
    click.echo(f"{sum(done.known for done in outcome)}个单位已按上年度报告填入单位情况和上年结转。")
    if renamed:
        click.echo(f"其中{len(renamed)}个单位上年度报告用的是原名，已填入“原单位名称”：{list_some(renamed, NAMED)}。")
    if unknown:
        click.echo(f"{len(unknown)}个单位没有找到上年度报告，请手工填写上年结转：{list_some(unknown, NAMED)}。")
    unread = [(done.unit.unit.name, name_figures(form, done.unread)) for done in outcome if done.unread]
    parts.say((f"{name}：{NOT_READ.format(figures=figures)}" for name, figures in unread), err=True)
