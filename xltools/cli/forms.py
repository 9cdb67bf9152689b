"""forms: the forms that there are, and what one means."""

from __future__ import annotations

from pathlib import Path

import click

from xltools.cli.chinese_click import ChineseCommand, ChineseGroup
from xltools.cli.parts import FILE
from xltools.errors import XltoolsError
from xltools.form.in_words import explain_form
from xltools.form.loader import FORM_FILE, list_forms, load_form


@click.group(cls=ChineseGroup, modules={"check": "xltools.cli.forms:check_form"}, invoke_without_command=True)
@click.pass_context
def forms(context: click.Context) -> None:
    """列出现有表式；forms check 检查自备的表式，用中文说明它的意思。"""
    if context.invoked_subcommand:
        return
    for form in list_forms():
        first, last = form.first_year or "", form.last_year or ""
        click.echo(f"{form.id}　{form.title}（{form.edition}，{first}—{last} 年度）")


@click.command("check", cls=ChineseCommand)
@click.argument("folder", type=FILE, metavar="文件夹")
def check_form(folder: Path) -> None:
    """检查一个表式，逐条说明要填什么、自动计算什么、哪些关系应当成立。"""
    if not (folder / FORM_FILE).is_file():
        raise XltoolsError(f"{folder} 中没有 {FORM_FILE}。请给出放表式的文件夹。")
    for sentence in explain_form(load_form(str(folder))):
        click.echo(sentence)
    click.echo("表式可以用。请逐条核对；不对的改 form.toml，再检查一次。")
