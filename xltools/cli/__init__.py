"""The command line: a command loads, calls, prints. Each stands in a module that is imported when it is asked for, for speed."""

import signal
import sys
from collections.abc import Sequence

import click

from xltools.cli.chinese_click import ChineseGroup, explain_usage
from xltools.cli.endings import INTERRUPTED, break_off, explain_crash
from xltools.errors import XltoolsError
from xltools.files.outputs import FULL, FULL_DISK
from xltools.version import __version__

NO_CHINESE_NAMES = "本机设置不支持中文文件名。请找技术人员设置（PYTHONUTF8=1）。"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 nothing wrong, 1 errors in a report, 2 cannot run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    code, said = 2, ""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if arguments is None:  # a program of its own
        signal.signal(signal.SIGINT, break_off)
    try:
        code = cli.main(args=given, prog_name="xltools", standalone_mode=False)
    except XltoolsError as error:
        said = str(error)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        said = INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
    except click.ClickException as error:
        said = explain_usage(error)
    except SystemExit:
        code = 0  # click's only use of it: the reader of our output has gone, and nothing is left to say
    except Exception as fault:
        code, said = 2, _explain(fault, given)
    if arguments is None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done but to leave
    if said:
        click.echo(said, err=True)
    sys.exit(code or 0)


def _explain(fault: Exception, arguments: Sequence[str]) -> str:
    """Return the one line that tells what no command has an answer to."""
    from xltools.cli.parts import drop_output

    if isinstance(fault, OSError) and fault.errno in FULL_DISK:
        # not while a file is written, which says so itself: what is printed goes to a file, or there is no room for what is passing
        drop_output()
        return f"未完成：{FULL}"
    if isinstance(fault, UnicodeEncodeError) and sys.getfilesystemencoding() != "utf-8":
        return NO_CHINESE_NAMES
    return explain_crash(fault, arguments)


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
}  # the module and the name of each command, in the order in which staff need them


@click.group(cls=ChineseGroup, modules=COMMANDS, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="xltools %(version)s", help="显示版本。")
def cli() -> None:
    """政府信息公开工作年度报告：生成填报工作簿，检查报告，导出公文。"""
