"""Reports as JSON and as workbooks, both ways on the command line."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from tests.conftest import Run
from tests.reports import FORM, TEXTS, as_json, as_workbook, balanced_figures, report, report_in
from xltools.report.filled import Breakdown, Value
from xltools.report.report_json import dump_report

TOTAL = "requests.received.total"


# -------------------------------------------------------------------------------------------------- JSON, both ways


RICH = report(
    balanced_figures(11)
    | {"disclosure.fees.amount": Decimal("12.34"), "litigation.suit_direct.upheld": None, "disclosure.rules.made": "/"},
    texts=TEXTS | {"preface": "一。\n二。"},
    breakdowns=(
        Breakdown("overview.proactive", "主动公开政府信息", "条", 392, (("乡镇动态", 66), ("政府文件", 5), ("其他", None))),
        Breakdown("overview.on_request", "线下申请", "件", 1, (("当面", 1),)),
    ),
    explanations={"unbalanced:requests.carried_out.other": "上年漏报。", "breakdown:1": "含重复。"},
)


def _export(run: Run, source: Path, target: Path) -> dict[str, object]:
    assert run("export", source, "-o", target).code == 0
    data: dict[str, object] = json.loads(target.read_text(encoding="utf-8"))
    assert data.pop("seal")
    return data


def test_the_json_has_the_keys_and_kinds_of_the_contract(run: Run, tmp_path: Path) -> None:
    data = _export(run, as_workbook(tmp_path / "a.xlsx", RICH), tmp_path / "a.json")
    assert list(data)[:6] == ["form", "year", "unit", "figures", "texts", "breakdowns"]
    assert {"name", "short_name", "address", "phone", "postcode", "website", "website_url"} <= data["unit"].keys()  # type: ignore[attr-defined]
    figures = data["figures"]
    assert isinstance(figures, dict)
    assert list(figures) == list(FORM.figures)
    assert (figures["disclosure.fees.amount"], figures["litigation.suit_direct.upheld"], figures["disclosure.rules.made"]) == (
        "12.34",
        None,
        "/",
    )
    assert all(isinstance(value, int) for id, value in figures.items() if id.startswith("requests."))
    assert data["texts"] == RICH.texts
    assert data["breakdowns"][0] == {  # type: ignore[index]
        "section": "overview.proactive",
        "label": "主动公开政府信息",
        "unit": "条",
        "total": 392,
        "parts": [["乡镇动态", 66], ["政府文件", 5], ["其他", None]],
    }


def test_a_total_of_nothing_but_blanks_is_null(run: Run, tmp_path: Path) -> None:
    blank = report({figure.id: None for figure in FORM.inputs})
    data = _export(run, as_workbook(tmp_path / "a.xlsx", blank), tmp_path / "a.json")
    assert set(data["figures"].values()) == {None}  # type: ignore[attr-defined]


def test_json_and_workbook_turn_into_each_other_without_loss(run: Run, tmp_path: Path) -> None:
    first = _export(run, as_workbook(tmp_path / "a.xlsx", RICH), tmp_path / "a.json")
    code, out, err = run("import", tmp_path / "a.json", "-o", tmp_path / "b.xlsx")
    assert (code, out, err) == (0, f"已写入 {tmp_path / 'b.xlsx'}。\n", "")
    assert _export(run, tmp_path / "b.xlsx", tmp_path / "b.json") == first
    again = report_in(tmp_path / "b.xlsx")
    inputs = [figure.id for figure in FORM.inputs]
    assert [again.figures[id] for id in inputs] == [RICH.figures[id] for id in inputs]
    assert (again.texts, again.unit, again.breakdowns, again.explanations) == (RICH.texts, RICH.unit, RICH.breakdowns, RICH.explanations)


def test_json_comes_out_of_json_as_it_went_in(run: Run, tmp_path: Path) -> None:
    source = as_json(tmp_path / "a.json", RICH)
    assert _export(run, source, tmp_path / "b.json") == json.loads(source.read_text(encoding="utf-8"))


def test_json_is_written_whatever_is_wrong_in_the_report(run: Run, wrong: Path, tmp_path: Path) -> None:
    assert _export(run, wrong, tmp_path / "a.json")["year"] == 2024


def test_json_without_totals_is_read_with_the_totals_computed(run: Run, tmp_path: Path) -> None:
    data = json.loads(dump_report(RICH))
    data["figures"] = {id: value for id, value in data["figures"].items() if id not in FORM.definitions}
    (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
    again = _export(run, tmp_path / "a.json", tmp_path / "b.json")
    assert again == json.loads(dump_report(RICH))


PUBLISHED: dict[str, Value] = {TOTAL: 77, "requests.results.business": None, "litigation.suit_direct.total": 3}
"""Totals as a published report stated them, though its figures do not add up to them."""


def _facts(run: Run, path: Path) -> set[tuple[object, ...]]:
    findings = json.loads(run("check", path, "--format", "json").out)["reports"][0]["findings"]
    return {(f["name"], f["figures"][0], f["actual"], f["expected"], f["difference"]) for f in findings if f["figures"]}


def test_totals_that_were_published_wrong_stay_wrong_in_the_imported_workbook(run: Run, tmp_path: Path) -> None:
    source = as_json(tmp_path / "a.json", report({"requests.granted.business": 2, "requests.carried_in.business": 2, **PUBLISHED}))
    assert run("import", source, "-o", tmp_path / "b.xlsx").code == 0
    facts = _facts(run, source)
    assert {
        ("row-total", TOTAL, "77", "0", "77"),
        ("results-total", "requests.results.business", None, "2", "-2"),
        ("block-total", "litigation.suit_direct.total", "3", "0", "3"),
    } <= facts
    assert _facts(run, tmp_path / "b.xlsx") == facts
    read = report_in(tmp_path / "b.xlsx")
    assert {id: read.figures[id] for id in PUBLISHED} == PUBLISHED


def test_totals_that_were_published_right_leave_no_trace(run: Run, tmp_path: Path) -> None:
    run("import", as_json(tmp_path / "a.json", RICH), "-o", tmp_path / "b.xlsx")
    assert report_in(tmp_path / "b.xlsx").stored_totals == ()


def test_prose_of_more_paragraphs_than_rows_is_imported_whole(run: Run, tmp_path: Path) -> None:
    prose = "\n".join(f"第{number}段。" for number in range(200))
    run("import", as_json(tmp_path / "a.json", report(texts=TEXTS | {"problems": prose})), "-o", tmp_path / "b.xlsx")
    assert report_in(tmp_path / "b.xlsx").texts["problems"] == prose


def test_prose_longer_than_a_cell_can_hold_is_one_line(run: Run, tmp_path: Path) -> None:
    source = as_json(tmp_path / "a.json", report(texts=TEXTS | {"problems": "长" * 40_000}))
    code, out, err = run("import", source, "-o", tmp_path / "b.xlsx")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "超过一格的上限 32767 字" in err


def test_a_breakdown_that_finds_no_room_is_told(run: Run, tmp_path: Path) -> None:
    parts = tuple((f"第{number}类", 1) for number in range(31))
    source = as_json(tmp_path / "a.json", report(breakdowns=(Breakdown("overview.proactive", "信息", "条", 31, parts),)))
    code, out, _ = run("import", source, "-o", tmp_path / "b.xlsx")
    assert code == 0
    assert "分项“信息”（31项）超出工作簿的分项表" in out


def test_half_a_character_in_json_is_refused(run: Run, tmp_path: Path) -> None:
    for text in (
        '{"form": "govinfo-2021", "unit": {"name": "\\ud83d"}}',
        '{"form": "govinfo-2021", "figures": {"disclosure.rules.made": "\\ud83d"}}',
    ):
        (tmp_path / "a.json").write_text(text, encoding="utf-8")
        code, out, err = run("import", tmp_path / "a.json", "-o", tmp_path / "b.xlsx")
        assert (code, out, err.count("\n")) == (2, "", 1)
