"""explain, rules and schema: what there is, and what it says."""

from __future__ import annotations

import click

from xltools.cli.chinese_click import ChineseCommand
from xltools.errors import XltoolsError
from xltools.form.loader import list_forms
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
    click.echo(f"{rule.code} {rule.name}　{rule.title}（{FAMILIES[rule.family]}，{SEVERITY_NAMES[rule.severity]}）")
    click.echo(rule.explanation)
    click.echo(f"口径：{rule.reason}")
    for form in list_forms():
        if text := form.sources.get(rule.name):
            click.echo(f"依据（{form.edition}）：{text}")


@click.command(cls=ChineseCommand)
def rules() -> None:
    """列出全部规则。"""
    for letter, family in FAMILIES.items():
        click.echo(f"{letter} {family}")
        for rule in RULES:
            if rule.family == letter:
                click.echo(f"  {rule.code} {rule.name}　{rule.title}（{SEVERITY_NAMES[rule.severity]}）")


@click.command(cls=ChineseCommand)
@click.argument("name", type=click.Choice(SCHEMAS), metavar="名称")
def schema(name: str) -> None:
    """输出 JSON 的结构说明（JSON Schema）：report 报告、findings 检查结果、comparison 对比结果。"""
    click.echo(read_schema(name), nl=False)
