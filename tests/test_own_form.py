"""An office's own form goes the whole way, from template to report, and not a line of Python is written for it."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.conftest import Run
from tests.engines import fill_by_hand
from tests.reports import report
from xltools.form.book import plan_book
from xltools.form.loader import load_form
from xltools.report.filled import Breakdown, Value

TINY = Path(__file__).parent / "forms" / "tiny"
FORM = load_form(str(TINY))
BOOK = plan_book(FORM)
FIGURES: dict[str, Value] = {
    "calls.urban.east.channel.voice": 120,
    "calls.urban.east.channel.app": 30,
    "calls.urban.east.closed": 140,
    "calls.urban.east.open": 10,
    "calls.urban.west.channel.voice": 80,
    "calls.urban.west.closed": 80,
    "calls.rural.channel.app": 7,
    "calls.rural.closed": 7,
    "calls.growth.change": -12,
    "costs.staff": Decimal("1234.5"),
    "costs.equipment": Decimal("0.25"),
    "costs.carried_in": 3,
    "costs.carried_out": 4,
}
TEXTS = {"summary": "全年受理{全市受理}件。\n在办{全市在办}件。"}
PARTS = Breakdown("summary", "群众诉求", "件", 237, (("供水", 200), ("供电", 37)))


@pytest.fixture
def blank(tmp_path: Path, run: Run) -> Path:
    """The empty workbook of the office's own form."""
    path = tmp_path / "blank.xlsx"
    assert run("template", "--form", TINY, "--year", 2024, "--unit", "市热线办", "-o", path).code == 0
    return path


def _filled(blank: Path, texts: dict[str, str] = TEXTS, **changes: Value) -> Path:
    figures = FIGURES | {id.replace("__", "."): value for id, value in changes.items()}
    path = blank.with_name("filled.xlsx")
    fill_by_hand(blank, path, BOOK, report(figures, FORM, texts=texts, breakdowns=(PARTS,)))
    return path


def _findings(run: Run, *arguments: object) -> list[dict[str, object]]:
    outcome = run("check", *arguments, "--form", TINY, "--format", "json")
    findings = json.loads(outcome.out)["reports"][0]["findings"]
    return [finding for finding in findings if finding["severity"] != "notice"]


def test_a_report_that_reconciles_has_no_findings(blank: Path, run: Run) -> None:
    filled = _filled(blank)
    assert _findings(run, filled) == []
    assert run("check", filled, "--form", TINY).code == 0


def test_the_workbook_has_the_sheets_and_labels_of_the_form(blank: Path) -> None:
    workbook = openpyxl.load_workbook(blank)
    assert workbook.sheetnames == ["填报说明", "基本信息", "一、办理情况", "Calls", "Costs", "校验"]
    calls = workbook["Calls"]
    assert [calls[cell].value for cell in ("A2", "A3", "C3", "C4", "D4", "E3", "A5", "B5", "B6", "A7")] == [
        "按区统计",
        "区",
        "受理渠道",
        "来话",
        "客户端",
        "合计",
        "城区",
        "东城区",
        "西城区",
        "郊县",
    ]


def test_only_inputs_are_unlocked_and_totals_are_formulas(blank: Path) -> None:
    workbook = openpyxl.load_workbook(blank)
    cells = {id: workbook[place.sheet][place.address] for id, place in BOOK.figures.items()}
    assert {id for id, cell in cells.items() if not cell.protection.locked} == {figure.id for figure in FORM.inputs}
    assert {id for id, cell in cells.items() if str(cell.value).startswith("=SUM(")} == set(FORM.definitions)


def test_a_broken_balance_is_found_with_its_cell_both_sides_and_basis(blank: Path, run: Run) -> None:
    finding, city = _findings(run, _filled(blank, calls__rural__open=5))
    assert (finding["name"], finding["sheet"], finding["cell"]) == ("unbalanced", "Calls", "G7")
    assert (finding["actual"], finding["expected"], finding["difference"]) == ("7", "12", "-5")
    assert finding["figures"] == ["calls.rural.open", "calls.rural.all", "calls.rural.closed"]
    assert finding["basis"] == "受理数等于已办结与在办之和（市热线办统计制度）"
    assert city["figures"] == ["calls.city.open", "calls.city.all", "calls.city.closed"]


def test_a_total_typed_over_is_found_once_as_the_root(blank: Path, run: Run) -> None:
    filled = _filled(blank)
    workbook = openpyxl.load_workbook(filled)
    workbook["Costs"]["C3"] = 1300
    workbook.save(filled)
    names = [finding["name"] for finding in _findings(run, filled) if finding["because"] is None]
    assert sorted(map(str, names)) == ["block-total", "formula-overwritten"]


def test_a_breakdown_that_does_not_add_up_is_found(blank: Path, run: Run) -> None:
    filled = _filled(blank)
    workbook = openpyxl.load_workbook(filled)
    area = BOOK.breakdowns[0]
    workbook[area.total.sheet][area.total.address] = 240
    workbook.save(filled)
    (finding,) = _findings(run, filled)
    assert (finding["name"], finding["difference"]) == ("breakdown-mismatch", "3")


def test_a_negative_number_is_wrong_for_a_count_but_not_for_a_change(blank: Path, run: Run) -> None:
    filled = _filled(blank, calls__rural__channel__app=-7, calls__rural__closed=-7)
    assert [(f["name"], f["cell"]) for f in _findings(run, filled)] == [("negative", "D7"), ("negative", "F7")]


def test_the_figures_come_out_as_json(blank: Path, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    assert run("export", _filled(blank), "--form", TINY, "-o", target).code == 0
    data = json.loads(target.read_text(encoding="utf-8"))
    assert (data["form"], data["figures"]["calls.city.all"], data["figures"]["calls.growth.change"]) == ("hotline", 237, -12)
    assert (data["figures"]["costs.staff"], data["figures"]["costs.spent"]) == ("1234.5", "1234.75")


def test_the_report_comes_out_as_a_document_with_its_tables(blank: Path, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "report.docx"
    assert run("export", _filled(blank), "--form", TINY, "-o", target).code == 0
    document = docx.Document(str(target))
    lines = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert lines == [
        "示例县2024年12345热线办理情况年报",
        "一、办理情况",
        "全年受理237件。",
        "在办10件。",
        "二、各区受理情况",
        "三、经费情况",
    ]
    calls, costs = document.tables
    assert [cell.text for cell in calls.rows[3].cells] == ["城区", "东城区", "120", "30", "150", "140", "10"]
    assert [cell.text for cell in calls.rows[-1].cells] == ["受理", *["-12"] * 6]
    assert [cell.text for cell in costs.rows[-1].cells] == ["1234.5", "0.25", "1234.75", "3", "4"]


def test_prose_left_blank_is_written_from_the_figures_by_the_forms_own_skeleton(blank: Path, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "report.docx"
    assert run("export", _filled(blank, texts={}), "--form", TINY, "--draft", "-o", target).code == 0
    assert "全市受理诉求237件，在办10件。" in [paragraph.text for paragraph in docx.Document(str(target)).paragraphs]


def test_a_report_that_does_not_reconcile_is_not_exported_unless_as_a_draft(blank: Path, run: Run, tmp_path: Path) -> None:
    filled, target = _filled(blank, calls__rural__open=5), tmp_path / "report.docx"
    assert run("export", filled, "--form", TINY, "-o", target).code == 1
    assert not target.exists()
    assert run("export", filled, "--form", TINY, "--draft", "-o", target).code == 0
    assert target.exists()


def test_the_json_becomes_the_same_workbook_again(blank: Path, run: Run, tmp_path: Path) -> None:
    first, again, second = tmp_path / "first.json", tmp_path / "again.xlsx", tmp_path / "second.json"
    run("export", _filled(blank), "--form", TINY, "-o", first)
    assert run("import", first, "--form", TINY, "-o", again).code == 0
    run("export", again, "--form", TINY, "-o", second)
    assert first.read_bytes() == second.read_bytes()


def test_last_year_fills_in_what_was_carried_over_and_checks_it(blank: Path, run: Run, tmp_path: Path) -> None:
    last, next_year = _filled(blank), tmp_path / "next.xlsx"
    assert run("template", "--form", TINY, "--year", 2025, "--previous", last, "-o", next_year).code == 0
    assert openpyxl.load_workbook(next_year)["Costs"]["D3"].value == 4
    assert "carry-over-mismatch" in [finding["name"] for finding in _findings(run, last, "--previous", last)]


def test_a_year_beyond_the_edition_is_found(blank: Path, run: Run) -> None:
    filled = _filled(blank)
    workbook = openpyxl.load_workbook(filled)
    place = BOOK.details["year"]
    workbook[place.sheet][place.address] = 2031
    workbook.save(filled)
    assert [finding["name"] for finding in _findings(run, filled)] == ["wrong-edition"]


def test_without_the_form_the_workbook_is_refused_with_what_to_do(blank: Path, run: Run) -> None:
    outcome = run("check", blank)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"无法读取 {blank}：没有名为“hotline”的表式。")
    assert "--form" in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_broken_form_stops_every_command_with_one_line(run: Run, tmp_path: Path) -> None:
    text = (TINY / "form.toml").read_text(encoding="utf-8")
    (tmp_path / "form.toml").write_text(text.replace('"urban.*"', '"suburb.*"'), encoding="utf-8")
    for command in (["template", "--year", 2024, "-o", tmp_path / "a.xlsx"], ["check", tmp_path / "a.json"]):
        outcome = run(*command, "--form", tmp_path)
        assert (outcome.code, outcome.out) == (2, "")
        line = next(number for number, line in enumerate(text.splitlines(), start=1) if '"urban.*"' in line)
        assert (
            outcome.err
            == f"表式文件有误：{tmp_path / 'form.toml'}，第 {line} 行，表 calls，键 suburb.*：关系所指的行或列不存在。请改正后重试。\n"
        )


BARE = """
id = "bare"
version = 1
title = "来件统计"
edition = "办公室通知"

[[section]]
key = "calls"
title = "来件"
sheet = "来件"
table = "calls"

[[table]]
key = "calls"

[[table.block]]
columns = [{ key = "phone", label = "来话" }, { key = "web", label = "网络" }]
rows = [{ key = "east", label = "东区" }]

[[table.block]]
columns = [{ key = "all", label = "全部" }]
rows = [{ key = "west", label = "西区" }]

[[section]]
key = "letters"
title = "来信"
sheet = "来信"
table = "letters"

[[table]]
key = "letters"

[[table.block]]
columns = [{ key = "count", label = "件数" }]
"""


def test_a_form_of_a_few_lines_without_any_relation_goes_all_the_way(run: Run, tmp_path: Path) -> None:
    (tmp_path / "form.toml").write_text(BARE, encoding="utf-8")
    workbook, document = tmp_path / "a.xlsx", tmp_path / "a.docx"
    assert run("template", "--form", tmp_path, "--year", 2024, "--unit", "热线办", "--zeros", "-o", workbook).code == 0
    assert run("check", workbook, "--form", tmp_path).code == 0
    assert run("export", workbook, "--form", tmp_path, "-o", document).code == 0
    assert len(docx.Document(str(document)).tables) == 2
