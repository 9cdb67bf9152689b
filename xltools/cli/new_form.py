"""forms new: a form from a table that an office has in Excel."""

import zlib
from pathlib import Path

import click

from xltools.cli.chinese_click import ChineseCommand
from xltools.cli.parts import FILE, force_option, say, understand_text
from xltools.errors import FormError, UnreadableFileError, XltoolsError
from xltools.files.gate import WORKBOOK, kind_of, read_file
from xltools.files.outputs import make_folder, passing_folder, write_whole
from xltools.form.book import TABLE_TOP, plan_book
from xltools.form.definition import Form
from xltools.form.drafting.drafted_form import Draft, draft_form
from xltools.form.drafting.office_table import tidy
from xltools.form.loader import FORM_FILE, FORM_ID, as_argument, load_form
from xltools.workbook.office_sheets import read_office_tables

BY_HAND = "请把表改简单些再试，或照说明手写 form.toml。"


@click.command("new", cls=ChineseCommand)
@click.argument("table", type=FILE, metavar="表格文件")
@click.option("-o", "--output", type=FILE, required=True, metavar="文件夹", help="把表式写到这个文件夹。")
@click.option("--id", "id", metavar="编号", help="表式的编号，用英文字母、数字和“-”，如 hotline-2024。")
@click.option("--title", default="", metavar="标题", help="报告的标题；不写则取表格上方的标题。")
@click.option("--edition", default="", metavar="依据", help="这张表的制度名称或文号。")
@click.option("--sheet", "sheets", multiple=True, metavar="名称", help="只用这个工作表的表，可以写几次；不写则用全部有表的工作表。")
@force_option
def new_form(table: Path, output: Path, sheets: tuple[str, ...], id: str | None, title: str, edition: str, force: bool) -> None:
    if id and not FORM_ID.fullmatch(id):
        raise XltoolsError(f"编号“{id}”应由英文字母、数字、点、横线和下划线组成，以字母或数字开头。")
    title, edition = tidy(understand_text("--title", title)), tidy(understand_text("--edition", edition))
    data = read_file(table, WORKBOOK.file, WORKBOOK.what)
    if table.suffix.lower() != ".xlsx" or kind_of(data) != "zip":
        raise UnreadableFileError(table, "只能用 .xlsx 的表。请在 Excel 或 WPS 中另存为 .xlsx 后再试。")
    try:
        tables = read_office_tables(data, sheets)
        id = id or (output.name if FORM_ID.fullmatch(output.name) else f"own-{zlib.crc32(tables[0].title.encode()):08x}")
        draft = draft_form(tables, id, title or (tables[0].title if len(tables) == 1 else "") or table.stem, edition)
    except XltoolsError as fault:
        raise UnreadableFileError(table, str(fault)) from fault
    form = _checked(draft, table)
    make_folder(output)
    write_whole(output / FORM_FILE, draft.text.encode(), inputs=[table], force=force, is_ours=lambda _: False)
    sizes = f"{len(form.tables)}张表，要填{len(form.inputs)}格，自动计算{len(form.definitions)}格"
    click.echo(f"已生成 {output / FORM_FILE}：《{form.title}》，{sizes}。")
    say(f"请核对{number}：{doubt}" for number, doubt in enumerate(draft.doubts, 1))
    trial = f"xltools template --form {as_argument(output)} --year 年度 -o 文件.xlsx"
    click.echo(f"下一步：运行 xltools forms check {as_argument(output)}，逐条核对；再运行 {trial}，看工作簿。")


def _checked(draft: Draft, table: Path) -> Form:
    """Return the form that a draft makes. Raise UnreadableFileError where it is none, or its figures would stand elsewhere than in the office's table."""
    with passing_folder() as folder:
        (folder / FORM_FILE).write_text(draft.text, encoding="utf-8")
        try:
            form = load_form(str(folder))
        except FormError as fault:
            raise UnreadableFileError(table, f"这张表不能直接成为表式（{fault.reason}）。{BY_HAND}") from fault
    places = {id: (place.row - TABLE_TOP, place.column) for id, place in plan_book(form).figures.items()}
    if places != draft.places:
        raise UnreadableFileError(table, f"版面未能识别：生成的填报格与原表的位置不同。{BY_HAND}")
    return form
