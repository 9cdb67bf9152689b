"""check: the findings of one or many reports."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from xltools.checks.batch import check_files
from xltools.cli.chinese_click import ChineseCommand
from xltools.cli.parts import FILE, force_option, form_option, keep_working_unheard, previous_option
from xltools.errors import UnreadableFileError, XltoolsError
from xltools.numerals import list_some
from xltools.output import FORMATS, SEALED_FORMATS, SHOWING_REPORTS, render
from xltools.output.checked import Checked
from xltools.readers.dispatch import find_files


@click.command(cls=ChineseCommand)
@click.argument("paths", nargs=-1, required=True, type=FILE, metavar="文件或文件夹...")
@form_option
@previous_option
@click.option("--children", "below", type=FILE, metavar="文件夹或存档", help="再与下级单位的报告核对：各格是否等于下级之和。")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    default="text",
    help="结果的格式：文字、JSON、SARIF 2.1.0、表格（CSV）、网页（html，用 -o 写到文件）。",
)
@click.option("-o", "--output", type=FILE, metavar="文件", help="结果写到这个文件，不写到屏幕。")
@click.option("--annotate", type=FILE, metavar="文件夹", help="把加了批注和“审核意见”表的副本写到这个文件夹，原文件不动。")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="数", help="同时检查几份。")
@force_option
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
) -> int:
    """检查报告：一份或多份，文件或文件夹。"""
    files = _find_inputs(paths, annotate)
    # what is read beside the files to check, last year's report and those of the units below, is as little to be written over
    beside = [file for path in (previous, below) if path for file in find_files(path)]
    if not files:
        raise XltoolsError(f"{'、'.join(map(str, paths))} 中没有可以检查的报告。请给出报告文件或放报告的文件夹。")
    if annotate:
        from xltools.checks.copies import plan_copies

        copies = plan_copies(files, annotate, beside)
    if output:
        from xltools.files.outputs import expect_free, is_sealed_file, write_whole

        # whether a file of a format without a seal is ours and unchanged, nobody knows
        is_ours = is_sealed_file if format_name in SEALED_FORMATS else lambda _: False
        expect_free(output, inputs=[*files, *beside], force=force, is_ours=is_ours)
    if below and len(files) > 1:
        raise XltoolsError("--children 一次核对一份汇总的报告。请只给出这一份。")
    if below:
        from xltools.county.office_check import check_office

        results = [check_office(files[0], form_name, previous, below, lambda line: click.echo(line, err=True))]
    else:
        results = check_files(files, form_name, previous, jobs, keep=format_name in SHOWING_REPORTS)
    if len(results) == 1 and results[0].error and format_name == "text":
        raise UnreadableFileError(files[0], results[0].error)
    text = render(results, format_name)
    if output:
        recognise = None if format_name in SEALED_FORMATS else is_ours
        write_whole(output, text.encode("utf-8", "replace"), inputs=[*files, *beside], force=force, is_ours=recognise)
    else:
        with keep_working_unheard():
            click.echo(_printable(text, format_name), nl=False)
    code = max(result.exit_code for result in results)
    if annotate:
        aside = format_name != "text" and not output  # the screen holds a document for another program
        code = max(code, _write_copies(results, copies, annotate, form_name, jobs, force, aside))
    return code


def _find_inputs(paths: Sequence[Path], copies: Path | None) -> list[Path]:
    if copies is None:
        return [file for path in paths for file in find_files(path)]
    from xltools.checks.copies import find_originals

    return [file for path in paths for file in find_originals(path, copies)]


def _write_copies(
    results: Sequence[Checked], copies: dict[Path, Path], folder: Path, form_name: str | None, jobs: int, force: bool, aside: bool
) -> int:
    """Write the annotated copies, tell how many and where, and return the exit code."""
    from xltools.checks.copies import annotate_files

    outcome = annotate_files(results, copies, form_name, jobs, force)
    failures = [copy.failure for copy in outcome if copy.failure]
    rebuilt = [copy.source for copy in outcome if copy.rebuilt]
    click.echo(f"已把 {len(outcome) - len(failures)} 份加批注的副本写到 {folder}。", err=aside)
    if rebuilt:
        click.echo(
            f"其中 {len(rebuilt)} 份不是 .xlsx 或 .xlsm，副本是按报告内容重新生成的工作簿：{list_some(rebuilt, 3)}。",
            err=aside,
        )
    for failure in failures:
        click.echo(f"没有写副本：{failure}", err=True)
    return 2 if failures else 0


def _printable(text: str, format_name: str) -> str:
    """Return what the console can print: where that is not all, JSON and HTML are escaped to stay whole, and CSV is in its own encoding."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"  # there may be no console at all
    if encoding.lower() == "utf-8" or format_name == "text":
        return text
    if format_name == "csv":
        return text.removeprefix("\ufeff")
    if format_name == "html":
        return text.encode("ascii", "xmlcharrefreplace").decode("ascii")
    import json

    return json.dumps(json.loads(text), indent=1) + "\n"
