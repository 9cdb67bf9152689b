"""export and import: a report as a finished document, and a published one as a workbook."""

from pathlib import Path

import click

from xltools.cli import parts
from xltools.cli.chinese_click import ChineseCommand
from xltools.documents import DOCUMENTS, write_document
from xltools.files.outputs import write_whole
from xltools.form.loader import as_argument, find_form, form_option
from xltools.output.text import tell_breakdowns, tell_conversion, tell_mending, tell_reading, tell_unread
from xltools.report.conversion import convert_report
from xltools.rules.review import review


@click.command(cls=ChineseCommand)
@click.argument("file", type=parts.FILE, metavar="文件")
@parts.form_option
@parts.output_option
@click.option("--draft", is_flag=True, help="有错误也导出，每页标“草稿”。")
@parts.force_option
@parts.silent_option
def export(file: Path, form_name: str | None, output: Path, draft: bool, force: bool) -> int:
    kind = parts.expect_suffix(output, DOCUMENTS)
    report = parts.read(file, form_name)
    faults = 0 if kind == ".json" else review(report).obstacles
    if faults and not draft:
        way = f"用 xltools check {as_argument(file)}{form_option(report.form)} 查看并改正；需要先看版面的，加 --draft 导出草稿。"
        click.echo(f"{file} 有{faults}项错误，没有导出。{way}", err=True)
        return 1
    write_whole(output, write_document(report, kind, draft), inputs=[file], force=force)
    click.echo(f"已导出{'草稿' if draft and kind != '.json' else ''} {output}{f'（尚有{faults}项错误，不得公布）' if faults else ''}。")
    parts.say(tell_unread(report))
    return 0


@click.command("import", cls=ChineseCommand)
@click.argument("source", type=parts.FILE, metavar="文件")
@parts.form_option
@parts.output_option
@parts.password_option
@parts.force_option
@parts.silent_option
def import_(source: Path, form_name: str | None, output: Path, password: str, force: bool) -> None:
    from xltools.workbook.locked_workbook import write_workbook

    parts.expect_suffix(output, (".xlsx",))
    parts.expect_password(password)
    report = parts.read(source, form_name, mend=True)
    conversion = convert_report(report, find_form(form_name)(None) if form_name else report.form)
    write_whole(output, write_workbook(conversion.report, password), inputs=[source], force=force)
    click.echo(f"已写入 {output}。")
    # the lists of a published report are those of its prose, which is there whole
    told = list(tell_reading(report)) if report.is_published else [*tell_mending(report), *tell_breakdowns(conversion.report)]
    if conversion.report is not report:
        told += tell_conversion(conversion, report.form)
    parts.say(told)
