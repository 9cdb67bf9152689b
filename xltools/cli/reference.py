"""explain, rules, schema and forms: what there is, and what it says."""

from pathlib import Path

import click

from xltools.cli.chinese_click import ChineseCommand, ChineseGroup
from xltools.cli.parts import FILE, say
from xltools.errors import XltoolsError
from xltools.form.in_words import explain_form
from xltools.form.loader import FORM_FILE, list_forms, load_form
from xltools.output import SCHEMAS, read_schema
from xltools.rules.registry import RULES
from xltools.rules.rule import FAMILIES, SEVERITY_NAMES


@click.command(cls=ChineseCommand)
@click.argument("code", metavar="代码")
def explain(code: str) -> None:
    rule = next((rule for rule in RULES if code in (rule.code, rule.name) or code.upper() == rule.code), None)
    if rule is None:
        raise XltoolsError(f"没有规则“{code}”。用 xltools rules 查看全部规则。")
    kind = f"{FAMILIES[rule.family]}，{SEVERITY_NAMES[rule.severity]}"
    say((f"{rule.code} {rule.name}　{rule.title}（{kind}）", rule.explanation, f"口径：{rule.reason}"))
    say(f"依据（{form.edition}）：{text}" for form in list_forms() if (text := form.sources.get(rule.name)))


@click.command(cls=ChineseCommand)
def rules() -> None:
    for letter, family in FAMILIES.items():
        own = [rule for rule in RULES if rule.family == letter]
        say((f"{letter} {family}", *(f"  {rule.code} {rule.name}　{rule.title}（{SEVERITY_NAMES[rule.severity]}）" for rule in own)))


@click.command(cls=ChineseCommand)
@click.argument("name", type=click.Choice(SCHEMAS), metavar="名称")
def schema(name: str) -> None:
    click.echo(read_schema(name), nl=False)


OF_FORMS = {
    "check": ("reference:check_form", "检查一个表式，逐条说明要填什么、自动计算什么、哪些关系应当成立。"),
    "new": ("new_form:new_form", "用单位自己的 Excel 表生成表式：标题成为行和列，空格成为填报格，公式成为合计、差额和比率。"),
}


@click.group(cls=ChineseGroup, modules=OF_FORMS, invoke_without_command=True)
@click.pass_context
def forms(context: click.Context) -> None:
    if context.invoked_subcommand:
        return
    for form in list_forms():
        since, until = f"{form.first_year or ''}", f"至{form.last_year}年度" if form.last_year else "年度起" if form.first_year else ""
        click.echo(f"{form.id}　{form.title}（{'，'.join(filter(None, (form.edition, since + until)))}）")


@click.command("check", cls=ChineseCommand)
@click.argument("folder", type=FILE, metavar="文件夹")
def check_form(folder: Path) -> None:
    if not (folder / FORM_FILE).is_file():
        raise XltoolsError(f"{folder} 中没有 {FORM_FILE}。请给出放表式的文件夹。")
    say((*explain_form(load_form(str(folder))), "表式可以用。请逐条核对；不对的改 form.toml，再检查一次。"))
