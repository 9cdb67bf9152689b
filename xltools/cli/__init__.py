"""The command line: a command loads, calls, prints. Each stands in a module that is imported when it is asked for, for speed."""

import os
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import click

from xltools.cli.chinese_click import ChineseGroup, explain_usage
from xltools.errors import XltoolsError
from xltools.files.outputs import FULL, FULL_DISK, discard_unfinished
from xltools.version import __version__

FRAME = r'File "([^"]+)", line (\d+), in (\S+)'
INTERRUPTED = "已中断。"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 nothing wrong, 1 errors in a report, 2 cannot run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    code, said = 2, ""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if arguments is None:  # a program of its own
        signal.signal(signal.SIGINT, _break_off)
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
        return "本机设置不支持中文文件名。请找技术人员设置（PYTHONUTF8=1）。"
    return _explain_crash(fault, arguments)


def _break_off(*_: object) -> None:
    """Break off the work in good order at the first Ctrl-C; the second ends the program at once."""
    signal.signal(signal.SIGINT, _end)
    raise KeyboardInterrupt


def _end(*_: object) -> None:
    if "multiprocessing" in sys.modules:
        from xltools.workers.pool import end_processes

        end_processes()
    discard_unfinished()
    with suppress(OSError, UnicodeError):
        os.write(2, f"{INTERRUPTED}\n".encode(getattr(sys.stderr, "encoding", None) or "utf-8"))
    os._exit(2)


def _explain_crash(fault: BaseException, arguments: Sequence[str]) -> str:
    """Write what happened to a file, without the value of an option or the message of a fault, and return the line that names it."""
    import platform  # all that only a crash needs
    import tempfile

    options = [argument.partition("=")[0] for argument in arguments if argument.startswith("-")]
    command = next((argument for argument in arguments if argument.isascii() and argument.isalpha()), "")
    system = f"xltools {__version__}, Python {platform.python_version()}, {sys.platform}"
    lines = [system, f"{command} {' '.join(options)}", *_told(fault)]
    name = f"xltools-{time.strftime('%Y%m%d-%H%M%S')}.log"
    for folder in (Path(), Path(tempfile.gettempdir())):
        with suppress(OSError):
            (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
            return f"程序出错，未能完成。请把 {folder / name} 发给维护人员，其中没有报告的数据和单位名称。"
    return "程序出错，未能完成，也未能写入出错的情况。请联系维护人员。"


def _told(fault: BaseException) -> Iterator[str]:
    """Yield the lines of a traceback, what led to it first; what comes from another process is told by that in its text alone."""
    import traceback

    before = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    if before:
        yield from _told(before)
    yield from (f"{_inside(file)}:{line} {name}" for file, line, name in re.findall(FRAME, getattr(fault, "tb", "")))
    for frame in traceback.extract_tb(fault.__traceback__):
        yield f"{_inside(frame.filename)}:{frame.lineno} {frame.name}"
    yield f"{type(fault).__module__}.{type(fault).__qualname__} {getattr(fault, 'errno', None) or ''}"


def _inside(file: str) -> str:
    """Return a file of a program by its place in its package: what stands before it may be somebody's name."""
    parts = Path(file).parts
    return "/".join(parts[next((number for number, part in enumerate(parts) if part in ("xltools", "site-packages")), len(parts) - 1) :])


COMMANDS = {
    "template": ("template:template", "生成锁定的填报工作簿（.xlsx）：一个单位一份，或为名册中的每个单位各一份。"),
    "check": ("check:check", "检查报告：一份或多份，文件或文件夹。"),
    "export": ("convert:export", "把报告导出为 .docx、.html 或 .json（按文件名结尾决定）。"),
    "import": ("convert:import_", "把已公布的报告（Word、网页、PDF、文本）或报告的 .json 变成填好的工作簿。"),
    "compare": ("compare:compare", "把上年度和本年度的报告并排对比：各格的增减和增幅，正文新增和删去的句子。"),
    "collect": ("collect:collect", "收集各单位的报告：逐份检查、保存，汇总成本级工作簿和汇总情况表。"),
    "explain": ("reference:explain", "说明一条规则：查什么、怎么改、依据是什么。"),
    "rules": ("reference:rules", "列出全部规则。"),
    "forms": (
        "reference:forms",
        "列出现有表式；forms new 用单位自己的 Excel 表生成表式，forms check 检查自备的表式，用中文说明表式的意思。",
    ),
    "schema": ("reference:schema", "输出 JSON 的结构说明（JSON Schema）：report 报告、findings 检查结果、comparison 对比结果。"),
}  # the module and the name of each command, and its help, in the order in which staff need them


@click.group(cls=ChineseGroup, modules=COMMANDS, no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="xltools %(version)s", help="显示版本。")
def cli() -> None:
    """政府信息公开工作年度报告：生成填报工作簿，检查报告，导出公文。"""
