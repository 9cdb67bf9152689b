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
    """说明一条规则：查什么、怎么改、依据是什么。"""
    rule = next((rule for rule in RULES if code in (rule.code, rule.name) or code.upper() == rule.code), None)
    if rule is None:
        raise XltoolsError(f"没有规则“{code}”。用 xltools rules 查看全部规则。")
    kind = f"{FAMILIES[rule.family]}，{SEVERITY_NAMES[rule.severity]}"
    say((f"{rule.code} {rule.name}　{rule.title}（{kind}）", rule.explanation, f"口径：{rule.reason}"))
    say(f"依据（{form.edition}）：{text}" for form in list_forms() if (text := form.sources.get(rule.name)))


@click.command(cls=ChineseCommand)
def rules() -> None:
    """列出全部规则。"""
    for letter, family in FAMILIES.items():
        own = [rule for rule in RULES if rule.family == letter]
        say((f"{letter} {family}", *(f"  {rule.code} {rule.name}　{rule.title}（{SEVERITY_NAMES[rule.severity]}）" for rule in own)))


@click.command(cls=ChineseCommand)
@click.argument("name", type=click.Choice(SCHEMAS), metavar="名称")
def schema(name: str) -> None:
    """输出 JSON 的结构说明（JSON Schema）：report 报告、findings 检查结果、comparison 对比结果。"""
    click.echo(read_schema(name), nl=False)


OF_FORMS = {"check": "xltools.cli.reference:check_form", "new": "xltools.cli.new_form:new_form"}


@click.group(cls=ChineseGroup, modules=OF_FORMS, invoke_without_command=True)
@click.pass_context
def forms(context: click.Context) -> None:
    """列出现有表式；forms new 用单位自己的 Excel 表生成表式，forms check 检查自备的表式，用中文说明表式的意思。"""
    if context.invoked_subcommand:
        return
    for form in list_forms():
        first, last = form.first_year or "", form.last_year or ""
        click.echo(f"{form.id}　{form.title}（{form.edition}，{first}—{last}年度）")


@click.command("check", cls=ChineseCommand)
@click.argument("folder", type=FILE, metavar="文件夹")
def check_form(folder: Path) -> None:
    """检查一个表式，逐条说明要填什么、自动计算什么、哪些关系应当成立。"""
    if not (folder / FORM_FILE).is_file():
        raise XltoolsError(f"{folder} 中没有 {FORM_FILE}。请给出放表式的文件夹。")
    say((*explain_form(load_form(str(folder))), "表式可以用。请逐条核对；不对的改 form.toml，再检查一次。"))
