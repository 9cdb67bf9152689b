"""What several commands share: options, reading a report, how far work has come, and usage that is refused in one line."""

import io
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import click

from xltools.errors import XltoolsError
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.workers import Advance

HALF_CHARACTER = "[\ud800-\udfff]"  # what stands in an argument for a byte that is no text in the console's encoding
FILE = click.Path(path_type=Path)
QUIET = "xltools.quiet"


def _be_quiet(context: click.Context, option: click.Parameter, given: bool) -> bool:
    context.meta[QUIET] = given
    if given and not option.expose_value:  # a command that has nothing short to say
        context.with_resource(redirect_stdout(io.StringIO()))
    return given


form_option = click.option("--form", "form_name", metavar="ID", help="表式编号，或自备表式的文件夹。")
output_option = click.option("-o", "--output", type=FILE, required=True, metavar="文件", help="写到这个文件。")
force_option = click.option("--force", is_flag=True, help="输出文件已存在，而且有人改过或者不是 xltools 写的，仍然覆盖。")
previous_option = click.option("--previous", type=FILE, metavar="文件", help="上年度的报告（任何能读取的格式）。")
quiet_option = click.option("-q", "--quiet", is_flag=True, callback=_be_quiet, help="不显示进度，每份报告只列一行。")
silent_option = click.option("-q", "--quiet", is_flag=True, callback=_be_quiet, expose_value=False, help="不显示进度和说明，有错误时才说。")
password_option = click.option("--password", default="", metavar="密码", help="工作表和工作簿结构的保护密码。")


def read(path: Path, form_name: str | None, mend: bool = False) -> Report:
    """Read the report in a file of any kind; to `mend` a workbook whose rows were moved, by its labels."""
    return read_report(path, find_form(form_name), mend)


def expect_suffix(path: Path, suffixes: tuple[str, ...]) -> str:
    """Return the kind of file that a path's ending stands for. Raise XltoolsError where it is none of `suffixes`."""
    kind = ".html" if path.suffix.lower() == ".htm" else path.suffix.lower()
    if kind not in suffixes:
        *others, last = suffixes
        raise XltoolsError(f"输出文件 {path} 的文件名应以 {' 或 '.join(['、'.join(others), last] if others else [last])} 结尾。")
    return kind


def expect_password(password: str) -> None:
    """Raise XltoolsError for a password that spreadsheet programs do not take."""
    if not password.isascii() or len(password) > 15:
        raise XltoolsError("密码应为不超过 15 个的英文字母、数字或符号。")


@contextmanager
def keep_working_unheard() -> Iterator[None]:
    """Print within this block: where the reader of a pipe has gone, further output is dropped and the work goes on."""
    try:
        yield
    except BrokenPipeError:
        drop_output()


def drop_output() -> None:
    """Drop whatever is printed from here on, and what could not be printed so far."""
    if not hasattr(sys.stdout, "buffer"):  # no stream of the system: another program listens
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def understand_text(option: str, text: str) -> str:
    """Return what was given for an option, read as UTF-8 where the locale knows no Chinese. Raise XltoolsError for what is no text."""
    if not re.search(HALF_CHARACTER, text):
        return text
    try:
        return os.fsencode(text).decode("utf-8")
    except UnicodeError as fault:
        shown = re.sub(HALF_CHARACTER, "?", text)
        raise XltoolsError(f"{option} 的“{shown}”中有无法识别的字符。请重新输入，或换一个命令窗口再试。") from fault


def say(lines: Iterable[str], err: bool = False) -> None:
    """Print lines, on stderr where they are about what went wrong."""
    for line in lines:
        click.echo(line, err=err)


@contextmanager
def progress(total: int, label: str) -> Iterator[Advance]:
    """Show how far the work on `total` things is, on the screen or in a log; both go to stderr."""
    if click.get_current_context().meta.get(QUIET):
        yield lambda count: None
        return
    if total and sys.stderr.isatty():
        with click.progressbar(length=total, label=label, width=30, show_pos=True, file=sys.stderr) as bar:
            yield bar.update
        return
    done, told = 0, time.monotonic()

    def advance(count: int) -> None:
        """Write a line, at most one in 20 seconds."""
        nonlocal done, told
        done += count
        if done < total and time.monotonic() - told >= 20:
            told = time.monotonic()
            click.echo(f"{label} {done}/{total}。", err=True)

    yield advance
