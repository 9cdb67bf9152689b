"""An office's own form with weights, rates, limits and conditions: the workbook says of them what `check` says."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.engines import convert
from tests.reports import found_in
from xltools.form.book import Check, plan_book
from xltools.form.loader import find_form, load_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report, Value
from xltools.report.report_json import dump_report
from xltools.workbook.locked_workbook import write_workbook

SCORES = """
id = "scores"
version = 1
title = "考核评分表"
edition = "某局考核办法"

[[section]]
key = "scores"
title = "一、评分"
sheet = "评分"
table = "scores"

[[section]]
key = "sum"
title = "二、结果"
sheet = "结果"
table = "sum"

[[table]]
key = "scores"
unit = "分"
domain = "decimal"
places = 1

[[table.block]]
corner = "单位"
columns = [
  { key = "a", label = "业务" },
  { key = "b", label = "作风" },
  { key = "off", label = "扣分" },
  { key = "points", label = "得分" },
  { key = "share", label = "得分率（%）", domain = "percent", places = 1 },
  { key = "has_prize", label = "有无获奖", domain = "yes_no" },
  { key = "prize", label = "奖项", domain = "text" },
]
rows = [ { key = "one", label = "一科" }, { key = "two", label = "二科" } ]

[[table.relation]]
rule = "computed-mismatch"
total = "points"
parts = ["0.6*a", "0.4*b", "-off", "5"]
basis = "得分＝业务×0.6＋作风×0.4－扣分＋基础分5"

[[table.relation]]
rule = "rate-mismatch"
total = "share"
computed = false
parts = ["points"]
of = ["105"]
tolerance = "0.1"
basis = "得分率＝得分÷105"

[[table.relation]]
rule = "limit-exceeded"
left = ["a", "b"]
is = "<="
right = ["200"]
basis = "两项满分各100"

[[table.relation]]
rule = "limit-exceeded"
left = ["points"]
is = ">"
right = ["off"]
when = ["has_prize", "=", "是"]
severity = "notice"
basis = "获奖的得分多于扣分"

[[table.relation]]
rule = "condition-unmet"
when = ["has_prize", "=", "是"]
any = ["prize", "off"]
basis = "获奖的写明奖项或扣分"

[[table.relation]]
rule = "condition-unmet"
when = ["has_prize", "=", "否"]
blank = ["prize"]
basis = "没有获奖的不写"

[[table]]
key = "sum"
unit = "分"
domain = "decimal"

[[table.block]]
columns = [ { key = "all", label = "总分" }, { key = "mean", label = "平均分" } ]

[[relation]]
rule = "computed-mismatch"
total = "sum.all"
parts = ["scores.one.points", "scores.two.points"]
basis = "各科之和"

[[relation]]
rule = "rate-mismatch"
total = "sum.mean"
parts = ["scores.one.points", "scores.two.points"]
of = ["2"]
basis = "各科平均"
"""


@pytest.mark.trial
@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, []),
        ({"one.share": Decimal("95.1")}, ["rate-mismatch scores.one.share"]),
        ({"one.a": Decimal("120.5")}, ["rate-mismatch scores.one.share", "limit-exceeded scores.one.a"]),
        ({"one.off": 95, "one.share": Decimal("2.9")}, ["limit-exceeded scores.one.points"]),
        ({"two.prize": "先进"}, ["condition-unmet scores.two.prize"]),
    ],
)
def test_weights_numbers_and_conditions_come_to_the_same_in_libreoffice(
    tmp_path: Path, changes: dict[str, Value], faults: list[str]
) -> None:
    (tmp_path / "form.toml").write_text(SCORES, encoding="utf-8")
    form = load_form(str(tmp_path))
    cells: dict[str, Value] = {"a": 95, "b": 90, "off": 1, "share": Decimal("92.4"), "has_prize": "是", "prize": "标兵"}
    other: dict[str, Value] = {"a": 90, "b": 90, "off": 0, "share": Decimal("90.5"), "has_prize": "否", "prize": None}
    figures = {f"{row}.{key}": value for row, some in (("one", cells), ("two", other)) for key, value in some.items()}
    report = Report(form, 2024, Unit("某局"), {f"scores.{id}": value for id, value in (figures | changes).items()}, {})
    assert sorted(found_in(report)) == sorted(faults)
    made = tmp_path / "made.xlsx"
    made.write_bytes(write_workbook(report))
    for kind in ("xlsx", "ods"):
        (saved,) = convert([made], kind, tmp_path / kind)
        again = read_report(saved, find_form(str(tmp_path)))
        assert (sorted(found_in(again)), dump_report(again)) == (sorted(faults), dump_report(report))
    before, after = (openpyxl.load_workbook(path, data_only=True) for path in (made, tmp_path / "xlsx" / "made.xlsx"))
    for name in before.sheetnames:
        for row in before[name].iter_rows():
            for cell in row:
                assert (cell.value or "") == pytest.approx(after[name][cell.coordinate].value or ""), (name, cell.coordinate)


@pytest.mark.parametrize(("a", "share", "told"), [(50, 50, "✓"), (50, 40, "✗"), (0, 0, "—")])
def test_a_rate_that_is_filled_in_is_compared_in_the_workbook_unless_its_whole_is_0(tmp_path: Path, a: int, share: int, told: str) -> None:
    (tmp_path / "form.toml").write_text(SCORES.replace('parts = ["points"]\nof = ["105"]', 'parts = ["b"]\nof = ["a"]'), encoding="utf-8")
    form = load_form(str(tmp_path))
    cells: dict[str, Value] = {"a": a, "b": 25, "off": 0, "share": share, "has_prize": "否", "prize": None}
    figures = {f"scores.{row}.{key}": value for row in ("one", "two") for key, value in cells.items()}
    written = openpyxl.load_workbook(io.BytesIO(write_workbook(Report(form, 2024, Unit("某局"), figures, {}))), data_only=True)
    rates = [line for line in plan_book(form).checks if line.relation and "scores.one.share" in line.relation.figures]
    places = [line.place(Check.RESULT) for line in rates]
    assert [written[place.sheet][place.address].value for place in places] == [told]
