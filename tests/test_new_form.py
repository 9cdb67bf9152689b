"""forms new: the table that an office has in Excel becomes a form, with the same cells at the same places."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from tests import office_tables as tables
from tests.conftest import Run
from tests.engines import convert
from xltools.form.book import GUIDE, TABLE_TOP, UNIT_SHEET, Book, Place, plan_book
from xltools.form.definition import Form
from xltools.form.loader import load_form

Shape = Callable[[Worksheet], None]
TOP = {
    "hotline": 3,
    "procurement": 4,
    "enforcement": 2,
    "months": 2,
    "blocks": 2,
    "one_row": 2,
    "items": 1,
    "guarded": 2,
    "barred": 2,
    "years": 2,
    "growth": 2,
    "counted": 2,
    "subtotals": 2,
}
"""The row where each table begins; that of the items, which has no header, one above."""


def made(run: Run, folder: Path, *shapes: Shape) -> tuple[Form, str]:
    """The form of these tables, and what the command says."""
    ended = run("forms", "new", str(tables.save(folder, *shapes)), "-o", str(folder / "own"), "--edition", "县统计制度")
    assert (ended.code, ended.err) == (0, "")
    return load_form(str(folder / "own")), ended.out


def held(form: Form, kind: str) -> set[str]:
    return {figure.short for figure in form.figures.values() if figure.domain == kind}


@pytest.mark.parametrize("shape", tables.SHAPES)
def test_a_table_of_any_shape_comes_out_with_its_cells_where_they_were(shape: Shape, run: Run, tmp_path: Path) -> None:
    form, _ = made(run, tmp_path, shape)
    (original,) = load_workbook(tmp_path / f"{shape.__name__}.xlsx").worksheets
    down = TOP[shape.__name__] - 1 - TABLE_TOP
    places = plan_book(form).figures
    for id, place in places.items():
        cell = original.cell(place.row + down + 1, place.column + 1)
        assert not isinstance(cell, MergedCell)
        assert (id in form.definitions) == (cell.data_type == "f"), id
    bottom = max(place.row for place in places.values()) + down + 1
    formulas = {cell.coordinate for row in original.iter_rows(max_row=bottom) for cell in row if cell.data_type == "f"}
    assert len(formulas) == len(form.definitions)
    assert run("forms", "check", str(tmp_path / "own")).code == 0
    assert run("template", "--form", str(tmp_path / "own"), "--year", "2024", "-o", str(tmp_path / "t.xlsx")).code == 0


def test_kinds_come_from_validations_formats_units_and_words(run: Run, tmp_path: Path) -> None:
    form, told = made(run, tmp_path, tables.procurement, tables.guarded, tables.enforcement)
    assert held(form, "yes_no") == {f"{goods}（是否公开）" for goods in ("货物", "工程", "服务", "合计")}
    assert held(form, "date") == {"上半年（开班日期）"}
    assert held(form, "text") == {*(f"{goods}（备注）" for goods in ("货物", "工程", "服务", "合计")), "下半年（开班日期）"}
    assert {figure.choices for figure in form.kinds["choice"]} == {("线上", "线下")}
    assert {(figure.unit, figure.places) for figure in form.kinds["percent"]} == {("%", 1)}
    units = {figure.short: figure.unit for figure in form.figures.values()}
    assert (units["货物（财政资金）"], units["罚款（数量）"], units["申请（数量）"], units["上半年（人数）"]) == (
        "万元",
        "万元",
        "件",
        "人",
    )
    assert "下半年（开班日期）在原表上不填，现作文字，可以空着。" in told


def test_a_format_with_decimals_makes_a_cell_one_of_decimals_without_any_validation(run: Run, tmp_path: Path) -> None:
    form, _ = made(run, tmp_path, tables.items)
    assert [(figure.unit, figure.places) for figure in form.kinds["decimal"]] == [("天", 1)]  # 平均办理时间


def test_formulas_become_totals_rates_differences_and_relations_between_rows(run: Run, tmp_path: Path) -> None:
    form, _ = made(run, tmp_path, tables.hotline, tables.months, tables.guarded)
    said = {relation.what: relation.rule for relation in form.relations}
    assert said["电话：结转下年＝上年结转＋受理－办结"] == "computed-mismatch"
    assert said["电话：办结率＝办结÷受理×100"] == "rate-mismatch"
    assert said["受理：合计＝电话＋来信＋网上"] == "block-total"
    assert said["城关镇（占全县比例）＝城关镇（合计）÷全县（合计）×100"] == "rate-mismatch"
    assert said["上半年：人学时＝2×人数＋学时－1"] == "computed-mismatch"
    assert form.title == "hotline"  # of several tables none names the report


def test_what_stands_around_the_table_is_title_unit_and_details(run: Run, tmp_path: Path) -> None:
    form, _ = made(run, tmp_path, tables.hotline)
    assert (form.title, form.edition) == ("热线办理统计表", "县统计制度")
    assert [detail.label for detail in form.details][4:8] == ["单位负责人", "填表人", "联系电话", "填报日期"]
    assert {figure.unit for figure in form.inputs} == {"件"}


def test_a_value_behind_a_detail_is_what_its_cell_starts_with(run: Run, tmp_path: Path) -> None:
    form, _ = made(run, tmp_path, tables.procurement)
    assert [(detail.label, detail.value) for detail in form.details if detail.value] == [("表号", "县财采年1表")]


def test_a_row_that_only_numbers_the_headings_gives_no_names(run: Run, tmp_path: Path) -> None:
    form, _ = made(run, tmp_path, tables.procurement)
    assert {figure.short for figure in form.figures.values() if figure.domain == "amount"} >= {"货物（财政资金）", "合计（实际采购金额）"}
    assert all(figure.line in ("货物", "工程", "服务", "合计") for figure in form.figures.values())


def test_a_row_of_nothing_but_the_numbers_of_the_columns_is_no_row_of_figures(run: Run, tmp_path: Path) -> None:
    form, _ = made(run, tmp_path, tables.counted)
    assert {figure.short for figure in form.inputs} == {"一科（人数）", "二科（人数）"}


def test_units_and_codes_behind_the_items_lend_no_names_either(run: Run, tmp_path: Path) -> None:
    form, _ = made(run, tmp_path, tables.growth)
    assert {figure.short: figure.unit for figure in form.inputs} == {
        "用电量（本年）": "万千瓦时",
        "用电量（上年）": "万千瓦时",
        "用水量（本年）": "万立方米",
        "用水量（上年）": "万立方米",
    }


def test_a_sum_may_take_a_figure_from_another_sheet(run: Run, tmp_path: Path) -> None:
    def spent(sheet: Worksheet) -> None:
        tables.put(sheet, "A1", ["支出表"], ["项目", "金额（元）"], ["人员", None], ["公用", None], ["合计", "=B3+B4"])

    def summed(sheet: Worksheet) -> None:
        tables.put(sheet, "A1", ["汇总表"], ["项目", "金额（元）"], ["支出合计", "=spent!B5"], ["上年结余", None], ["总计", "=SUM(B3:B4)"])

    form, _ = made(run, tmp_path, spent, summed)
    assert [section.title for section in form.sections] == ["支出表", "汇总表"]
    assert "支出合计（金额）＝合计（金额）" in {relation.what for relation in form.relations}


def test_a_difference_may_fall_below_0_only_where_its_name_says_so(run: Run, tmp_path: Path) -> None:
    def counts(sheet: Worksheet) -> None:
        tables.put(sheet, "A1", ["收发情况表"], ["项目", "收到", "办结", "在办", "比上年增减"], ["来信", None, None, "=B3-C3", "=B3-C3"])

    form, _ = made(run, tmp_path, counts)
    assert {figure.short: figure.domain for figure in form.figures.values()} == {
        "来信（收到）": "count",
        "来信（办结）": "count",
        "来信（在办）": "count",
        "来信（比上年增减）": "signed",
    }


def test_rates_are_never_added_up_and_what_is_not_understood_is_said(run: Run, tmp_path: Path) -> None:
    def odd(sheet: Worksheet) -> None:
        tables.put(
            sheet, "A1", ["项目", "收到", "办结", "办结率（%）"], ["来信", None, None, "=C2/B2*100"], ["来电", None, None, "=C3/B3*100"]
        )
        tables.put(sheet, "A4", ["合计", "=SUM(B2:B3)", "=VLOOKUP(A2,A1:D3,3,0)", "=SUM(D2:D3)"], ["注：", None])

    form, told = made(run, tmp_path, odd)
    assert "D4 的公式“=SUM(D2:D3)”把百分数相加，合计没有意义，现作填报的格。" in told
    doubts = [line.partition("：")[2] for line in told.splitlines() if line.startswith("请核对")]
    text = (tmp_path / "own" / "form.toml").read_text(encoding="utf-8")
    assert [line.removeprefix("# 请核对：") for line in text.splitlines() if line.startswith("#")] == doubts  # they are marked there, too
    assert "C4 的公式“=VLOOKUP(A2,A1:D3,3,0)”没有看懂，现作填报的格。" in told
    assert {form.figures[id].short for id in form.definitions} == {"来信（办结率）", "来电（办结率）", "合计（收到）"}


def test_a_filled_table_counts_as_an_empty_one_and_bars_stay_free(run: Run, tmp_path: Path) -> None:
    form, told = made(run, tmp_path, tables.barred)
    assert held(form, "amount") == {f"{what}（{when}）" for what in ("房屋", "车辆", "合计") for when in ("年初数", "年末数", "增减")}
    assert "房屋（台数）在原表上不填" in told


def test_the_official_tables_become_a_form_of_the_same_figures(run: Run, book: Book, blank_workbook: bytes, tmp_path: Path) -> None:
    path = tmp_path / "三张表.xlsx"
    path.write_bytes(blank_workbook)
    sheets = [sheet for table in book.tables.values() for sheet in ("--sheet", table.section.sheet)]
    assert run("forms", "new", str(path), *sheets, "-o", str(tmp_path / "own")).code == 0
    form = load_form(str(tmp_path / "own"))
    assert sorted(plan_book(form).figures.values()) == sorted(book.figures.values())
    own = {plan_book(form).figures[id] for id in form.definitions}
    assert own == {book.figures[id] for id in book.form.definitions}


def test_a_hidden_sheet_gives_no_table(run: Run, tmp_path: Path) -> None:
    path = tables.save(tmp_path, tables.growth, tables.hotline)
    workbook = load_workbook(path)
    workbook["hotline"].sheet_state = "hidden"
    workbook.save(path)
    assert run("forms", "new", path, "-o", tmp_path / "own").code == 0
    assert [section.sheet for section in load_form(str(tmp_path / "own")).sections if section.table] == ["growth"]


def test_a_form_that_is_there_is_not_overwritten_without_being_asked(run: Run, tmp_path: Path) -> None:
    made(run, tmp_path, tables.hotline)
    again = ("forms", "new", str(tmp_path / "hotline.xlsx"), "-o", str(tmp_path / "own"))
    before = (tmp_path / "own" / "form.toml").read_bytes()
    assert run(*again).code == 2
    assert (tmp_path / "own" / "form.toml").read_bytes() == before
    assert run(*again, "--force").code == 0


def two(sheet: Worksheet) -> None:
    for top in (1, 6):
        tables.put(sheet, f"A{top}", ["项目", "数"], [f"甲{top}", None], [f"乙{top}", None])
        tables.frame(sheet, f"A{top}:B{top + 2}")


def beside(sheet: Worksheet) -> None:
    for left in ("A", "F"):
        tables.put(sheet, f"{left}1", ["项目", "数"], ["来信", None])
    tables.frame(sheet, "A1:B2")
    tables.frame(sheet, "F1:G2")


def free(sheet: Worksheet) -> None:
    tables.put(sheet, "A1", ["姓名", None, "性别", None], ["电话", None, "地址", None])
    tables.frame(sheet, "A1:D2")


def listed(sheet: Worksheet) -> None:
    tables.put(sheet, "A1", ["名称", "金额"])
    tables.frame(sheet, "A1:B9")


def words(sheet: Worksheet) -> None:
    tables.put(sheet, "A1", ["填表说明"], ["一、本表每年一月填报。"])


def ragged(sheet: Worksheet) -> None:
    tables.put(sheet, "A1", ["项目", "一季度", "二季度"], ["收入", None, None], ["支出", None, None])
    sheet.merge_cells("B3:C3")
    tables.frame(sheet, "A1:C3")


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        (two, "上有几张表（从 A6 起又是一张）"),
        (beside, "上有几张表（从 F1 起又是一张）"),
        (free, "标题和填报格不能混排"),
        (listed, "各行左边没有标题"),
        (words, "没有找到表"),
        (ragged, "第3行：填报格的合并与别的行不同"),
    ],
)
def test_what_is_no_single_table_is_refused_in_one_line_and_leaves_nothing(shape: Shape, told: str, run: Run, tmp_path: Path) -> None:
    ended = run("forms", "new", str(tables.save(tmp_path, shape)), "-o", str(tmp_path / "own"))
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert told in ended.err
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("没有.xlsx",), "无法读取 没有.xlsx：文件不存在。请检查文件名和位置。"),
        ((".",), "无法读取 .：这是文件夹。请给出文件。"),
        (("a.docx",), "只能用 .xlsx 的表"),
        (("hotline.xlsx", "--id", "热线"), "编号“热线”应由英文字母"),
    ],
)
def test_what_is_given_wrongly_is_told_in_chinese_with_what_to_do(
    arguments: tuple[str, ...], told: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(tables.save(tmp_path, tables.hotline), tmp_path / "a.docx")
    monkeypatch.chdir(tmp_path)
    ended = run("forms", "new", *arguments, "-o", "own")
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert told in ended.err
    assert not Path("own").exists()


def test_a_title_that_is_given_goes_before_the_one_above_the_table(run: Run, tmp_path: Path) -> None:
    path = tables.save(tmp_path, tables.hotline)
    assert run("forms", "new", str(path), "-o", str(tmp_path / "own"), "--title", "热线\n年报", "--id", "calls-1").code == 0
    form = load_form(str(tmp_path / "own"))
    assert (form.title, form.id) == ("热线年报", "calls-1")


def test_another_kind_of_file_and_a_sheet_that_is_missing_are_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "另存为 .xlsx" in run("forms", "new", str(tmp_path / "a.xls"), "-o", str(tmp_path / "own")).err
    ended = run("forms", "new", str(tables.save(tmp_path, tables.hotline)), "--sheet", "没有", "-o", str(tmp_path / "own"))
    assert (ended.code, "没有工作表“没有”。现有：hotline。" in ended.err) == (2, True)


def filled(path: Path, target: Path, numbers: dict[Place, int], down: int = 0) -> Path:
    """A copy of a workbook with its table filled in, `down` rows lower than the places say."""
    workbook = load_workbook(path)
    sheet = next(sheet for sheet in workbook.worksheets if sheet.title not in (GUIDE, UNIT_SHEET))
    for place, number in numbers.items():
        sheet.cell(place.row + down + 1, place.column + 1, number)
    workbook.save(target)
    return target


@pytest.mark.trial
def test_the_new_workbook_computes_what_the_office_s_own_table_does(run: Run, tmp_path: Path) -> None:
    saved: list[Path] = []
    forms: dict[str, Form] = {}
    for shape in tables.SHAPES:
        name = shape.__name__
        folder = tmp_path / name
        folder.mkdir()
        form, _ = made(run, folder, shape)
        assert run("template", "--form", str(folder / "own"), "--year", "2024", "-o", str(folder / "t.xlsx")).code == 0
        forms[name] = form
        numbers = {plan_book(form).figures[figure.id]: number for number, figure in enumerate(form.inputs, 3) if not figure.is_words}
        saved.append(filled(folder / f"{name}.xlsx", folder / f"{name}-theirs.xlsx", numbers, TOP[name] - 1 - TABLE_TOP))
        saved.append(filled(folder / "t.xlsx", folder / f"{name}-ours.xlsx", numbers))
    calculated = tmp_path / "calculated"
    calculated.mkdir()
    convert(saved, "xlsx", calculated)
    for name, form in forms.items():
        theirs, ours = (load_workbook(calculated / f"{name}-{whose}.xlsx", data_only=True) for whose in ("theirs", "ours"))
        for id in form.definitions:
            place = plan_book(form).figures[id]
            expected = theirs.worksheets[0].cell(place.row + TOP[name] - TABLE_TOP, place.column + 1)
            scale = 100 if "%" in expected.number_format else 1
            assert ours[place.sheet].cell(place.row + 1, place.column + 1).value == pytest.approx(expected.value * scale, abs=0.01), id
