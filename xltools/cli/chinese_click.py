"""click in Chinese: help pages, and every mistake in usage as one line that says what to do."""

from collections.abc import Mapping, Sequence
from functools import reduce
from importlib import import_module
from typing import Any

import click

from xltools.errors import XltoolsError


class ChineseCommand(click.Command):
    """A command whose help page is in Chinese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        said = {"[OPTIONS]": "[选项]", "[COMMAND]": "[命令]", "COMMAND [ARGS]...": "命令 ...", " [ARGS]...": ""}
        pieces = reduce(lambda text, pair: text.replace(*pair), said.items(), " ".join(self.collect_usage_pieces(ctx)))
        formatter.write_usage(ctx.command_path, pieces, prefix="用法: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx))]
        with formatter.section("选项"):
            formatter.write_dl([(names, help.replace("[required]", "[必填]")) for names, help in records])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option:
            option.help = "显示本说明。"
        return option


class ChineseGroup(ChineseCommand, click.Group):
    """A group of such commands; `modules` has the module of each with its name there, "check:check", and its help."""

    def __init__(self, *, modules: Mapping[str, tuple[str, str]], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.modules:
            return None
        place, help = self.modules[cmd_name]
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(f"xltools.cli.{module}"), name)
        command.help = help
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.modules:
            from difflib import get_close_matches

            like = _meant(get_close_matches(args[0].lower(), self.modules))
            raise XltoolsError(f"用法有误：没有命令 {args[0]}{like}。用 {ctx.command_path} --help 查看用法。")
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        ChineseCommand.format_options(self, ctx, formatter)
        with formatter.section("命令"):
            formatter.write_dl([(name, help) for name, (_, help) in self.modules.items()])


def explain_usage(error: click.ClickException) -> str:
    """Return the one line that tells a mistake in usage."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "xltools"
    return f"用法有误：{_reason(error)}。用 {path} --help 查看用法。"


def _reason(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            return f"没有选项 {error.option_name}{_meant(error.possibilities or ())}"
        case click.MissingParameter():
            return f"没有给出{' ' * isinstance(error.param, click.Option)}{_name(error.param).rstrip('.')}"
        case click.BadParameter(param=click.Parameter(type=click.Choice() as choice) as parameter):
            return f"{_name(parameter)} 只能是 {'、'.join(map(str, choice.choices))}"
        case click.BadParameter(param=click.Option(type=click.IntRange(min=least))):
            return f"{_name(error.param)} 应为不小于{least}的整数"
        case click.BadParameter(param=click.Option(help=str(help))):
            return f"{_name(error.param)} 的值不对（{help.partition('；')[0].rstrip('。')}）"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 后面要有一个值"
    return "给出的文件或名称过多"


def _meant(words: Sequence[str]) -> str:
    """Return what was probably meant, "" where nothing is like it."""
    return f"，要用的可能是 {'、'.join(words)}" if words else ""


def _name(parameter: click.Parameter | None) -> str:
    return "/".join(parameter.opts) if isinstance(parameter, click.Option) else parameter.human_readable_name if parameter else "参数"
