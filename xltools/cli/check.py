"""check: the findings of one or many reports."""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from xltools.checks.batch import Copy, annotate_files, check_files, find_copies, find_originals, plan_copies
from xltools.cli.chinese_click import ChineseCommand
from xltools.cli.parts import FILE, force_option, form_option, keep_working_unheard, previous_option, progress, quiet_option, say
from xltools.errors import UnreadableFileError, XltoolsError
from xltools.files.outputs import expect_free, write_whole
from xltools.numerals import list_some
from xltools.output import FORMATS, SEALED_FORMATS, Checked, render
from xltools.output.text import render_short
from xltools.readers.dispatch import READERS, find_files
from xltools.rules.rule import SEVERITY_NAMES

COLOURS = {SEVERITY_NAMES["error"]: "red", SEVERITY_NAMES["warning"]: "yellow", SEVERITY_NAMES["notice"]: "cyan", "无法读取": "red"}
COLOURED = re.compile(rf"(?<=  )({'|'.join(COLOURS)})(?:\d+项)?(?![^\s，：])")
"""What is printed in colour: how many there are of a severity."""


@click.command(cls=ChineseCommand)
@click.argument("paths", nargs=-1, required=True, type=FILE, metavar="文件或文件夹...")
@form_option
@previous_option
@click.option("--children", "below", type=FILE, metavar="文件夹或数据库文件", help="同时检查本报告各项是否等于本级与下级单位之和。")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    default="text",
    help="结果的格式：文字（text）、表格（csv）、网页（html，用 -o 写到文件）；json、sarif 供其他程序使用。",
)
@click.option("-o", "--output", type=FILE, metavar="文件", help="结果写到这个文件，不写到屏幕。")
@click.option("--annotate", type=FILE, metavar="文件夹", help="把批注版（加批注和“审核意见”表）写到这个文件夹，原文件不变。")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="数", help="同时检查几份。")
@force_option
@quiet_option
def check(
    paths: tuple[Path, ...],
    form_name: str | None,
    previous: Path | None,
    below: Path | None,
    format_name: str,
    output: Path | None,
    annotate: Path | None,
    jobs: int,
    force: bool,
    quiet: bool,
) -> int:
    files = [file for path in paths for file in (find_originals(path, annotate) if annotate else find_files(path))]
    if not files:
        raise XltoolsError(f"{'、'.join(map(str, paths))} 中没有可以检查的报告。请给出报告文件或放报告的文件夹。")
    if below and len(files) > 1:
        raise XltoolsError("--children 一次检查一份汇总的报告。请只给出这一份。")
    # what is read beside the files to check, last year's report and those of the units below, is as little to be written over
    beside = [file for path in (previous, below) if path for file in find_files(path)]
    copies = plan_copies((file for file in files if file.suffix.lower() in READERS), annotate, beside) if annotate else {}
    # whether a file of a format without a seal is ours and unchanged, nobody knows
    is_ours = None if format_name in SEALED_FORMATS else lambda _: False
    if output:
        expect_free(output, inputs=[*files, *beside], force=force, is_ours=is_ours)
        _expect_ending(output, format_name)
    if below:
        from xltools.county.office_check import check_office

        results = [check_office(files[0], form_name, previous, below, lambda line: click.echo(line, err=True))]
    else:
        with progress(len(files) if len(files) > 1 else 0, "正在检查") as advance:
            results = check_files(files, form_name, previous, jobs, advance, keep=format_name == "html")
        results = _without_copies(results, paths)
    if len(results) == 1 and results[0].error and format_name == "text":
        raise UnreadableFileError(files[0], results[0].error)
    text = render_short(results) if quiet and format_name == "text" else render(results, format_name)
    if output:
        write_whole(output, text.encode("utf-8", "replace"), inputs=[*files, *beside], force=force, is_ours=is_ours)
    else:
        is_plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"  # https://no-color.org
        with keep_working_unheard():
            click.echo(_printable(text, format_name), nl=False, color=False if is_plain else None)
    code = max(result.exit_code for result in results)
    if annotate:
        aside = format_name != "text" and not output  # the screen holds a document for another program
        with progress(len(copies) if len(copies) > 1 else 0, "正在批注") as advance:
            outcome = annotate_files(results, copies, form_name, jobs, force, advance)
        code = max(code, _tell_copies(outcome, annotate, aside, quiet))
    return code


def _without_copies(results: list[Checked], named: Sequence[Path]) -> list[Checked]:
    """Return the results without those of untouched annotated copies that lie beside their originals and were not `named`, which is told."""
    again = [one for one in find_copies(results) if Path(one.file) not in named]
    if again:
        told = list_some((one.file for one in again), 3, "等")
        click.echo(f"{len(again)}份是没有改过的批注版，已检查原报告，不再检查：{told}。", err=True)
    return [one for one in results if one not in again]


ENDINGS = {".csv": ("csv",), ".html": ("html",), ".htm": ("html",), ".json": ("json", "sarif"), ".sarif": ("sarif",)}


def _expect_ending(output: Path, format_name: str) -> None:
    """Raise XltoolsError where the name of the file promises another format than the result's."""
    ending = output.suffix.lower()
    if ending in (".xlsx", ".xls", ".docx", ".pdf"):
        raise XltoolsError(f"检查结果不能写成 {ending}。表格请用 --format csv，网页请用 --format html；要批注在工作簿上，用 --annotate。")
    if format_name not in (meant := ENDINGS.get(ending, (format_name,))):
        raise XltoolsError(f"输出文件 {output} 与结果的格式（{format_name}）不符。请加 --format {meant[0]}，或另起文件名。")


def _tell_copies(outcome: Sequence[Copy], folder: Path, aside: bool, quiet: bool) -> int:
    """Tell how many annotated copies were written and where, and return the exit code."""
    failures = [copy.failure for copy in outcome if copy.failure]
    rebuilt = [copy.source for copy in outcome if copy.rebuilt]
    if not quiet:
        click.echo(f"已生成{len(outcome) - len(failures)}份批注版，存于 {folder}。", err=aside)
    if rebuilt and not quiet:
        why = "不能在原文件上加批注（不是 .xlsx 或 .xlsm 工作簿，或者文件内部有误），批注版按报告内容重新生成"
        click.echo(f"其中{len(rebuilt)}份{why}：{list_some(rebuilt, 3)}。", err=aside)
    say((f"未写批注版：{failure}" for failure in failures), err=True)
    return 2 if failures else 0


def _printable(text: str, format_name: str) -> str:
    """Return what the console can print: where that is not all, JSON and HTML are escaped to stay whole, and CSV is in its own encoding."""
    if format_name == "text":
        return COLOURED.sub(lambda found: click.style(found[0], fg=COLOURS[found[1]], bold=True), text)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"  # there may be no console at all
    if encoding.lower() == "utf-8":
        return text
    if format_name == "csv":
        return text.removeprefix("\ufeff")
    if format_name == "html":
        return text.encode("ascii", "xmlcharrefreplace").decode("ascii")
    import json

    return json.dumps(json.loads(text), indent=1) + "\n"
