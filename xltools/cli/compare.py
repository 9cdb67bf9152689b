"""compare: two reports side by side."""

from pathlib import Path

import click

from xltools.cli.chinese_click import ChineseCommand
from xltools.cli.parts import FILE, expect_suffix, force_option, form_option, read, say
from xltools.comparison import write_compared
from xltools.comparison.as_text import render
from xltools.comparison.differences import compare_reports
from xltools.files.outputs import write_whole
from xltools.form.loader import find_form


@click.command(cls=ChineseCommand)
@click.argument("last", type=FILE, metavar="上年度报告")
@click.argument("this", type=FILE, metavar="本年度报告")
@form_option
@click.option("-o", "--output", type=FILE, metavar="文件", help="写到这个文件（.xlsx 或 .json），不写到屏幕。")
@force_option
def compare(last: Path, this: Path, form_name: str | None, output: Path | None, force: bool) -> None:
    """把上年度和本年度的报告并排对比：各格的增减和增幅，正文新增和删去的句子。"""
    kind = expect_suffix(output, (".xlsx", ".json")) if output else ""
    comparison = compare_reports(read(last, form_name), read(this, form_name), find_form(form_name)(None) if form_name else None)
    if output is None:
        click.echo(render(comparison), nl=False)
        return
    write_whole(output, write_compared(comparison, kind), inputs=[last, this], force=force)
    say((*(f"注意：{note}" for note in comparison.notes), f"已写入 {output}。"))
