"""Forms that offices really have: percents, words, days, limits, rates, conditions and details of their own, through every face of a form."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.engines import convert
from tests.reports import found_in
from xltools.comparison.differences import compare_reports
from xltools.documents import write_document
from xltools.documents.printed_tables import even_lines
from xltools.form.definition import Form
from xltools.form.loader import find_form, load_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.conversion import blank_report
from xltools.report.filled import Report, Value
from xltools.report.report_json import dump_report, parse_report
from xltools.report.sums import sum_reports
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook

FORMS = Path(__file__).parent / "forms"
PROCUREMENT, MONTHLY = (str(FORMS / name) for name in ("procurement", "monthly"))
HEADINGS = {
    "scale.goods": {"budget": 100, "actual": 90, "sme": 50, "small": 20, "items": 3},
    "scale.works": {"budget": 200, "actual": Decimal("185.5"), "sme": 150, "small": 20, "items": 4},
    "scale.services": {"budget": 0, "actual": 0, "sme": 0, "small": 0, "items": 0},
    "methods.amount": {"open": 200, "invited": 0, "negotiated": Decimal("25.5"), "consulted": 50, "inquiry": 0, "single": 0},
    "methods.platform": {
        "open": "是",
        "invited": "否",
        "negotiated": "是",
        "consulted": "是",
        "inquiry": "否",
        "single": "否",
        "total": "县级平台",
    },
    "complaints.queries": {"received": 5, "accepted": 4, "closed": 4, "upheld": 1},
    "notice": {"first": "2024-01-20", "address": "www.example.gov.cn", "share": Decimal("93.5"), "remark": "无"},
    "complaints.complaints": {"received": 2, "accepted": 2, "closed": 2, "upheld": 0},
}


@pytest.fixture(scope="module")
def procurement() -> Form:
    return load_form(PROCUREMENT)


def _filled(form: Form, changes: dict[str, Value] | None = None, note: str = "两件投诉都已答复。") -> Report:
    """A report without a fault, and what is changed in it."""
    figures: dict[str, Value] = {f"{row}.{column}": value for row, cells in HEADINGS.items() for column, value in cells.items()}
    unit = Unit.of({"name": "某县财政局", "form_number": "县财采年1表", "head": "负责人"})
    return Report(form, 2024, unit, figures | (changes or {}), {"complaint_notes": note} if note else {})


def test_a_report_in_order_is_silent(procurement: Form) -> None:
    assert found_in(_filled(procurement)) == []
    assert found_in(_filled(procurement, {"notice.share": 100})) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"complaints.complaints.closed": 260, "complaints.complaints.received": 200}, "limit-exceeded complaints.complaints.closed"),
        ({"methods.platform.open": "7"}, "not-a-choice methods.platform.open"),
        ({"methods.platform.total": "省级平台"}, "not-a-choice methods.platform.total"),
        ({"notice.first": "2024-02-30"}, "not-a-date notice.first"),
        ({"notice.address": "见本局网站"}, "not-a-url notice.address"),
        ({"notice.share": 935}, "percent-range notice.share"),
        ({"notice.share": Decimal("100.1")}, "percent-range notice.share"),
        ({"notice.share": Decimal("93.25")}, "too-many-decimals notice.share"),
        ({"notice.share": "九成"}, "not-a-number notice.share"),
        ({"notice.share": None}, "blank notice.share"),
        ({"scale.goods.rate": Decimal("55.55")}, "rate-mismatch scale.goods.rate"),
        ({"scale.goods.saved": 12}, "computed-mismatch scale.goods.saved"),
        ({"scale.goods.budget": Decimal("-1")}, "negative scale.goods.budget"),
        ({"methods.amount.open": Decimal("200.02")}, "unbalanced methods.amount.total"),
    ],
)
def test_a_contradiction_is_found(procurement: Form, changes: dict[str, Value], fault: str) -> None:
    assert fault in found_in(_filled(procurement, changes))


@pytest.mark.parametrize(
    ("share", "advice"),
    [("0.9325", "如果是93.25%，请填93.25；确实不到1%的，请四舍五入。"), ("93.25", "请四舍五入。"), ("1.25", "请四舍五入。")],
)
def test_a_fraction_where_a_percentage_belongs_is_told_so(procurement: Form, share: str, advice: str) -> None:
    (found,) = review(_filled(procurement, {"notice.share": Decimal(share)})).findings
    assert found.message.partition("小数超过1位。")[2] == advice


def test_a_side_of_one_figure_is_said_once(procurement: Form) -> None:
    found = review(_filled(procurement, {"methods.amount.open": Decimal("200.02")})).findings
    (message,) = (finding.message for finding in found if finding.rule.name == "unbalanced")
    assert "全部（实际采购金额）" in message
    assert "＝" not in message


@pytest.mark.parametrize(("text", "room", "each"), [("节约率（%）", 3.4, 3), ("实际采购金额", 3.4, 2), ("商业企业", 2.5, 2)])
def test_a_heading_breaks_between_words_and_in_front_of_brackets(text: str, room: float, each: int) -> None:
    assert even_lines(text, room) == each


@pytest.mark.parametrize(
    ("blanks", "advice"),
    [
        (("amount.open", "amount.single"), "确实没有的填0，漏填的补填。"),
        (("platform.open", "platform.total"), "请补填。"),
        (("amount.open", "platform.total"), "填数的格确实没有的填0，漏填的补填；其他的格请补填。"),
    ],
    ids=["numbers", "words", "both"],
)
def test_blanks_are_to_be_filled_in_and_only_numbers_may_be_0(procurement: Form, blanks: tuple[str, ...], advice: str) -> None:
    (found,) = (f for f in review(_filled(procurement, {f"methods.{id}": None for id in blanks})).findings if f.rule.name == "blank")
    assert found.fault.figures == tuple(f"methods.{id}" for id in blanks)
    assert found.message.partition("）。")[2] == advice


def test_a_difference_within_the_tolerance_is_none(procurement: Form) -> None:
    assert found_in(_filled(procurement, {"methods.amount.open": Decimal("200.01")})) == []


def test_a_complaint_without_the_note_that_it_requires_is_found_and_none_is_asked_for_where_there_is_no_complaint(
    procurement: Form,
) -> None:
    assert found_in(_filled(procurement, note="")) == ["condition-unmet complaints.complaints.received"]
    none: dict[str, Value] = {f"complaints.complaints.{key}": 0 for key in ("received", "accepted", "closed", "upheld")}
    assert found_in(_filled(procurement, none, note="")) == []


def test_a_detail_that_the_form_requires_is_missed(procurement: Form) -> None:
    report = replace(_filled(procurement), unit=Unit.of({"name": "某县财政局"}))
    assert [(finding.rule.name, finding.message) for finding in review(report).findings] == [
        ("missing-detail", "“基本信息”B8 没有单位负责人。请填写。")
    ]


def test_a_soft_relation_is_a_warning(procurement: Form) -> None:
    findings = review(_filled(procurement, {"complaints.queries.upheld": 5})).findings
    assert [(finding.rule.name, finding.severity) for finding in findings] == [("limit-exceeded", "warning")]


def test_a_table_with_such_a_relation_is_not_called_faultless_beside_its_red_cells(procurement: Form) -> None:
    workbook = openpyxl.load_workbook(BytesIO(write_workbook(_filled(procurement, {"complaints.queries.upheld": 5}))), data_only=True)
    tops = {name: next(str(cell.value) for cell in workbook[name][1][1:] if cell.value) for name in ("规模", "质疑投诉")}
    assert tops == {"规模": "✓ 校验全部无误", "质疑投诉": "✓ 没有不平的，“待核”的请核对"}


def test_a_limit_says_both_sides_and_by_how_much(procurement: Form) -> None:
    (finding,) = review(_filled(procurement, {"complaints.queries.closed": 6})).findings
    assert finding.message == "“质疑投诉”D3 质疑：办结6，应不大于收到5，差1。请核对，改正有误的一格。"


def test_a_rate_is_rounded_half_up_and_blank_where_its_whole_is_0(procurement: Form) -> None:
    report = _filled(procurement, {"scale.goods.budget": 800, "scale.goods.actual": 799})
    assert report.shown("scale.goods.rate") == Decimal("0.13")  # 0.125
    assert report.shown("scale.services.rate") is None


def test_json_keeps_every_kind_and_the_details_of_the_form(procurement: Form) -> None:
    report = _filled(procurement)
    data = json.loads(dump_report(report))
    assert data["figures"]["scale.works.rate"] == "7.25"
    assert data["figures"]["methods.platform.open"] == "是"
    assert data["unit"]["form_number"] == "县财采年1表"
    again = parse_report(dump_report(report), find_form(PROCUREMENT))
    assert (again.unit, dump_report(again)) == (report.unit, dump_report(report))


@pytest.mark.parametrize("typed", ["2025-01-20", "2025年1月20日", "2025/1/20", "2025.1.20"])
def test_days_are_understood_as_people_type_them(procurement: Form, typed: str) -> None:
    data: dict[str, Any] = {"form": procurement.id, "year": 2024, "figures": {"notice.first": typed}}
    assert parse_report(json.dumps(data), find_form(PROCUREMENT)).figures["notice.first"] == "2025-01-20"


@pytest.mark.parametrize(("typed", "read"), [("有", "是"), ("√", "是"), ("no", "否"), ("1", "是"), ("也许", "也许")])
def test_yes_and_no_are_understood_as_people_type_them(procurement: Form, typed: str, read: str) -> None:
    data: dict[str, Any] = {"form": procurement.id, "year": 2024, "figures": {"methods.platform.open": typed}}
    assert parse_report(json.dumps(data), find_form(PROCUREMENT)).figures["methods.platform.open"] == read


@pytest.mark.trial
@pytest.mark.parametrize(
    "changes", [{}, {"complaints.complaints.closed": 260, "methods.platform.open": "7", "complaints.queries.upheld": 5}]
)
def test_the_workbook_says_in_libreoffice_what_the_rules_say(procurement: Form, tmp_path: Path, changes: dict[str, Value]) -> None:
    report = _filled(procurement, changes)
    made = tmp_path / "made.xlsx"
    made.write_bytes(write_workbook(report))
    (saved,) = convert([made], "xlsx", tmp_path / "saved")
    before, after = (openpyxl.load_workbook(path, data_only=True) for path in (made, saved))
    for name in before.sheetnames:
        for row in before[name].iter_rows():
            for cell in row:
                assert (cell.value or "") == (after[name][cell.coordinate].value or ""), (name, cell.coordinate)
    again = read_report(saved, find_form(PROCUREMENT))
    assert dump_report(again) == dump_report(report)
    assert found_in(again) == found_in(report)


@pytest.mark.parametrize("kind", [".docx", ".html"])
def test_our_own_document_is_read_back_whole(procurement: Form, tmp_path: Path, kind: str) -> None:
    report = _filled(procurement)
    path = tmp_path / f"report{kind}"
    path.write_bytes(write_document(report, kind, False))
    again = read_report(path, find_form(PROCUREMENT))
    assert (again.unit.name, again.year, again.unread) == ("某县财政局", 2024, ())
    assert (again.unit, again.origin.publication.unplaced) == (report.unit, ())
    assert {id: again.shown(id) for id in procurement.figures} == {id: report.shown(id) for id in procurement.figures}
    assert again.texts == report.texts


def test_a_sum_recomputes_rates_and_takes_words_from_the_office_alone(procurement: Form) -> None:
    units = [replace(_filled(procurement), unit=Unit(name)) for name in ("甲镇", "乙镇")]
    more = replace(_filled(procurement, {"scale.goods.actual": 50}), unit=Unit("丙镇"))
    rolled = sum_reports(procurement, Unit("某县财政局"), 2024, [*units, more]).report
    assert rolled.shown("scale.goods.rate") == Decimal("23.33")  # (10 + 10 + 50) of 300
    assert rolled.figures["methods.platform.open"] is None


def test_nothing_of_another_form_is_said(procurement: Form, tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    path.write_bytes(write_workbook(_filled(procurement)))
    book = openpyxl.load_workbook(path)
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    texts += [f"{one.prompt}{one.error}" for sheet in book for one in sheet.data_validations.dataValidation]
    for word in ("表二", "表三", "自然人", "〔2021〕30号", "新收申请"):
        assert not [text for text in texts if word in text]
    assert any(f"--form {procurement.folder}" in text for text in texts)


def test_prose_may_name_a_detail_of_the_form(procurement: Form) -> None:
    report = _filled(procurement, note="由{单位负责人}核定。")
    assert "由负责人核定。" in write_document(report, ".html", False).decode()


def test_a_fresh_workbook_bears_what_the_lines_of_the_form_start_with(procurement: Form) -> None:
    assert blank_report(procurement, 2025, unit="某县财政局").unit.detail("form_number") == "县财采年1表"
    rolled = sum_reports(procurement, Unit("某县财政局"), 2024, [replace(_filled(procurement), unit=Unit("甲镇"))]).report
    assert rolled.unit.detail("form_number") == "县财采年1表"


def test_a_percentage_is_compared_in_points_not_in_percent(procurement: Form) -> None:
    comparison = compare_reports(_filled(procurement), _filled(procurement, {"notice.share": 95}))
    change = next(one for one in comparison.figures if one.figure.id == "notice.share")
    assert (change.difference, change.percent) == (Decimal("1.5"), None)
