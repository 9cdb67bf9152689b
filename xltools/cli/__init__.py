"""The command line: a command loads, calls, prints. Each stands in a module that is imported when it is asked for, for speed."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from xltools.cli.chinese_click import ChineseGroup, explain_usage
from xltools.errors import XltoolsError
from xltools.version import __version__


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 nothing wrong, 1 errors in a report, 2 cannot run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = cli.main(args=None if arguments is None else list(arguments), prog_name="xltools", standalone_mode=False)
    except XltoolsError as error:
        click.echo(str(error), err=True)
        code = 2
    except OSError as fault:
        from xltools.cli.parts import drop_output
        from xltools.files.outputs import FULL, FULL_DISK

        if fault.errno not in FULL_DISK:
            raise
        # not while a file is written, which says so itself: what is printed goes to a file, or there is no room for what is passing
        drop_output()
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


COMMANDS = {
    "template": "xltools.cli.template:template",
    "check": "xltools.cli.check:check",
    "export": "xltools.cli.convert:export",
    "import": "xltools.cli.convert:import_",
    "compare": "xltools.cli.compare:compare",
    "collect": "xltools.cli.collect:collect",
    "explain": "xltools.cli.reference:explain",
    "rules": "xltools.cli.reference:rules",
    "forms": "xltools.cli.reference:forms",
    "schema": "xltools.cli.reference:schema",
}
"""The module and the name of each command, in the order in which staff need them."""


@click.group(cls=ChineseGroup, modules=COMMANDS, no_args_is_help=True)
@click.version_option(__version__, message="xltools %(version)s", help="显示版本。")
def cli() -> None:
    """政府信息公开工作年度报告：生成填报工作簿，检查勾稽关系，导出报告。"""
