"""The command line: a command loads, calls, prints. What it needs is imported where it is needed, so that it starts fast."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xltools import __version__
from xltools.chinese_click import ChineseGroup, explain_usage
from xltools.errors import UnreadableFileError, XltoolsError

if TYPE_CHECKING:
    from xltools.form import FindForm
    from xltools.output.checked import Checked
    from xltools.report import Report

EXPORTS = (".docx", ".json")
FILE = click.Path(path_type=Path)

form_option = click.option("--form", "form_name", metavar="ID", help="表式编号，或自备表式的文件夹。")
output_option = click.option("-o", "--output", type=FILE, required=True, metavar="文件", help="写到这个文件。")
force_option = click.option("--force", is_flag=True, help="输出文件已存在且有人改过时，仍然覆盖。")
previous_option = click.option("--previous", type=FILE, metavar="文件", help="上年度的报告（任何能读取的格式）。")


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


@cli.command()
@form_option
@click.option("--year", type=int, required=True, metavar="年度", help="报告年度，如 2024。")
@click.option("--unit", default="", metavar="名称", help="单位名称（全称）。")
@previous_option
@click.option("--zeros", is_flag=True, help="各格先填 0，只改有数的格。")
@click.option("--password", default="", metavar="密码", help="工作表和工作簿结构的保护密码。")
@output_option
@force_option
def template(
    form_name: str | None, year: int, unit: str, previous: Path | None, zeros: bool, password: str, output: Path, force: bool
) -> None:
    """生成锁定的填报工作簿（.xlsx）。"""
    from xltools.blank import blank_report
    from xltools.files import write_whole
    from xltools.workbook.template import write_workbook

    _expect_suffix(output, (".xlsx",))
    _expect_year(year)
    _expect_password(password)
    form = _find_form(form_name)(None)
    last = _read(previous, form_name) if previous else None
    report = blank_report(form, year, unit=unit, previous=last, zeros=zeros)
    write_whole(output, write_workbook(report, password), inputs=[previous] if previous else [], force=force)
    click.echo(f"已生成 {output}。请用 Excel、WPS 或 LibreOffice 打开填写，填好后运行：xltools check {output}")


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=FILE, metavar="文件或文件夹...")
@form_option
@previous_option
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "sarif", "csv"]),
    default="text",
    help="结果的格式：文字、JSON、SARIF 2.1.0、表格（CSV）。",
)
@click.option("-o", "--output", type=FILE, metavar="文件", help="结果写到这个文件，不写到屏幕。")
@click.option("--annotate", type=FILE, metavar="文件夹", help="把加了批注和“审核意见”表的副本写到这个文件夹，原文件不动。")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="数", help="同时检查几份。")
@force_option
def check(
    paths: tuple[Path, ...],
    form_name: str | None,
    previous: Path | None,
    format_name: str,
    output: Path | None,
    annotate: Path | None,
    jobs: int,
    force: bool,
) -> int:
    """检查报告：一份或多份，文件或文件夹。"""
    from xltools.checking import check_files

    files = _find_inputs(paths, annotate)
    if not files:
        raise XltoolsError(f"{'、'.join(map(str, paths))} 中没有可以检查的报告。请给出报告文件或放报告的文件夹。")
    copies = _plan_copies(files, annotate) if annotate else {}
    results = check_files(files, form_name, previous, jobs)
    if len(results) == 1 and results[0].error and format_name == "text":
        raise UnreadableFileError(files[0], results[0].error)
    text = _renderer(format_name)(results)
    if output:
        from xltools.files import write_whole

        write_whole(output, text.encode("utf-8", "replace"), inputs=files)
    else:
        click.echo(_printable(text, format_name), nl=False)
    code = max(result.exit_code for result in results)
    if annotate:
        beside = format_name != "text" and not output  # the screen holds a document for another program
        code = max(code, _write_copies(results, copies, annotate, form_name, jobs, force, beside))
    return code


@cli.command()
@click.argument("file", type=FILE, metavar="文件")
@form_option
@output_option
@click.option("--draft", is_flag=True, help="有错误也导出，每页标“草稿”。")
@force_option
def export(file: Path, form_name: str | None, output: Path, draft: bool, force: bool) -> int:
    """把报告导出为 .docx 或 .json（按输出文件的后缀）。"""
    from xltools.files import write_whole
    from xltools.report_json import dump_report

    _expect_suffix(output, EXPORTS)
    report = _read(file, form_name)
    if output.suffix.lower() == ".json":
        write_whole(output, dump_report(report).encode("utf-8"), inputs=[file], force=force)
    else:
        from xltools.export.docx import write_docx

        if not draft and (faults := _unexplained(report)):
            click.echo(f"{file} 有 {faults} 项错误，没有导出。用 xltools check {file} 查看并改正；先看样子可加 --draft。", err=True)
            return 1
        write_whole(output, write_docx(report, draft=draft), inputs=[file], force=force)
    click.echo(f"已导出 {output}。")
    return 0


@cli.command("import")
@click.argument("source", type=FILE, metavar="文件")
@form_option
@output_option
@click.option("--password", default="", metavar="密码", help="工作表和工作簿结构的保护密码。")
@force_option
def import_(source: Path, form_name: str | None, output: Path, password: str, force: bool) -> None:
    """把能读取的报告（如 .json）变成填好的工作簿。"""
    from xltools.files import write_whole
    from xltools.placing import place_breakdowns
    from xltools.workbook.template import write_workbook

    _expect_suffix(output, (".xlsx",))
    _expect_password(password)
    report = _read(source, form_name)
    write_whole(output, write_workbook(report, password), inputs=[source], force=force)
    click.echo(f"已写入 {output}。")
    for breakdown, area in zip(report.breakdowns, place_breakdowns(report), strict=True):
        if area is None:
            click.echo(f"注意：分项“{breakdown.label}”（{len(breakdown.parts)} 项）放不进工作簿的分项表，没有写入。请在正文中核对。")


@cli.command()
@click.argument("code", metavar="代码")
def explain(code: str) -> None:
    """说明一条规则：查什么、怎么改、依据是什么。"""
    from xltools.rules.registry import RULES
    from xltools.rules.rule import FAMILIES, SEVERITY_NAMES

    rule = next((rule for rule in RULES if code in (rule.code, rule.name) or code.upper() == rule.code), None)
    if rule is None:
        raise XltoolsError(f"没有规则“{code}”。用 xltools rules 查看全部规则。")
    click.echo(f"{rule.code} {rule.name}　{rule.title}（{FAMILIES[rule.family]}，{SEVERITY_NAMES[rule.severity]}）")
    click.echo(rule.explanation)
    click.echo(f"依据：{rule.basis}")


@cli.command()
def rules() -> None:
    """列出全部规则。"""
    from xltools.rules.registry import RULES
    from xltools.rules.rule import FAMILIES, SEVERITY_NAMES

    for letter, family in FAMILIES.items():
        click.echo(f"{letter} {family}")
        for rule in RULES:
            if rule.family == letter:
                click.echo(f"  {rule.code} {rule.name}　{rule.title}（{SEVERITY_NAMES[rule.severity]}）")


@cli.command()
def forms() -> None:
    """列出现有表式。"""
    from xltools.form_loader import list_forms

    for form in list_forms():
        first, last = form.first_year or "", form.last_year or ""
        click.echo(f"{form.id}　{form.title}（{form.edition}，{first}—{last} 年度）")


def _find_form(name: str | None) -> FindForm:
    from xltools.form_loader import find_form

    return find_form(name)


def _read(path: Path, form_name: str | None) -> Report:
    from xltools.reading import read_report

    return read_report(path, _find_form(form_name))


def _unexplained(report: Report) -> int:
    from xltools.rules.review import review

    return len(review(report).unexplained)


def _find_inputs(paths: Sequence[Path], copies: Path | None) -> list[Path]:
    if copies is None:
        from xltools.reading import find_files

        return [file for path in paths for file in find_files(path)]
    from xltools.annotating import find_originals

    return [file for path in paths for file in find_originals(path, copies)]


def _plan_copies(files: Sequence[Path], folder: Path) -> dict[Path, Path]:
    from xltools.annotating import plan_copies

    return plan_copies(files, folder)


def _write_copies(
    results: Sequence[Checked], copies: dict[Path, Path], folder: Path, form_name: str | None, jobs: int, force: bool, beside: bool
) -> int:
    """Writes the annotated copies, tells how many and where, and gives the exit code."""
    from xltools.annotating import annotate_files

    outcome = annotate_files(results, copies, form_name, jobs, force)
    failures = [copy.failure for copy in outcome if copy.failure]
    rebuilt = [copy.source for copy in outcome if copy.rebuilt]
    click.echo(f"已把 {len(outcome) - len(failures)} 份加批注的副本写到 {folder}。", err=beside)
    if rebuilt:
        click.echo(
            f"其中 {len(rebuilt)} 份不是 .xlsx 或 .xlsm，副本是按报告内容重新生成的工作簿：{'、'.join(rebuilt[:3])}{'等' if len(rebuilt) > 3 else ''}。",
            err=beside,
        )
    for failure in failures:
        click.echo(f"没有写副本：{failure}", err=True)
    return 2 if failures else 0


def _renderer(name: str) -> Callable[[Sequence[Checked]], str]:
    if name == "json":
        from xltools.output.json import render
    elif name == "sarif":
        from xltools.output.sarif import render
    elif name == "csv":
        from xltools.output.csv import render
    else:
        from xltools.output.text import render
    return render


def _printable(text: str, format_name: str) -> str:
    """What a console that cannot show all of it prints: JSON is escaped, so that it stays whole; CSV is then in its own encoding."""
    if sys.stdout.encoding.lower() == "utf-8":
        return text
    if format_name == "csv":
        return text.removeprefix("\ufeff")
    if format_name == "text":
        return text
    import json

    return json.dumps(json.loads(text), indent=1) + "\n"


def _expect_suffix(path: Path, suffixes: tuple[str, ...]) -> None:
    if path.suffix.lower() not in suffixes:
        raise XltoolsError(f"输出文件 {path} 的后缀应为 {' 或 '.join(suffixes)}。")


def _expect_year(year: int) -> None:
    if not 1000 <= year <= 9999:
        raise XltoolsError(f"年度 {year} 应为四位数字，如 2024。")


def _expect_password(password: str) -> None:
    if not password.isascii() or len(password) > 15:
        raise XltoolsError("密码应为不超过 15 个的英文字母、数字或符号。")
