"""The command line: a command loads, calls, prints. What it needs is imported where it is needed, so that it starts fast."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from xltools.cli.check import check
from xltools.cli.chinese_click import ChineseGroup, explain_usage
from xltools.cli.collect import collect
from xltools.cli.compare import compare
from xltools.cli.convert import export, import_
from xltools.cli.parts import print_nowhere
from xltools.cli.reference import explain, forms, rules
from xltools.cli.template import template
from xltools.errors import XltoolsError
from xltools.version import __version__


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and exits: 0 nothing wrong, 1 errors in a report, 2 cannot run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = cli.main(args=None if arguments is None else list(arguments), prog_name="xltools", standalone_mode=False)
    except XltoolsError as error:
        click.echo(str(error), err=True)
        code = 2
    except OSError as fault:
        from xltools.files.outputs import FULL, FULL_DISK

        if fault.errno not in FULL_DISK:
            raise
        # not while a file is written, which says so itself: what is printed goes to a file, or there is no room for what is passing
        print_nowhere()
        click.echo(f"没有做完：{FULL}", err=True)
        code = 2
    except UnicodeEncodeError:
        if sys.getfilesystemencoding() == "utf-8":
            raise
        click.echo("系统的区域设置不支持中文文件名。请设置环境变量 PYTHONUTF8=1 后再运行。", err=True)
        code = 2
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.Abort:
        click.echo("已中断。", err=True)
        code = 2
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        code = 2
    except click.ClickException as error:
        click.echo(explain_usage(error), err=True)
        code = 2
    except SystemExit:
        # click's only use of it: the reader of our output has gone, and nothing is left to say
        code = 0
    sys.exit(code or 0)


@click.group(cls=ChineseGroup, no_args_is_help=True)
@click.version_option(__version__, message="xltools %(version)s", help="显示版本。")
def cli() -> None:
    """政府信息公开工作年度报告：生成填报工作簿，检查勾稽关系，导出报告。"""


for command in (template, check, export, import_, compare, collect, explain, rules, forms):
    cli.add_command(command)
