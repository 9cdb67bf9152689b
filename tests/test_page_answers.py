"""What the page answers, without a browser: what a form of one's own and an explanation that has lapsed come to there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import xltools
from tools.page import page_answers

ROOT = Path(__file__).parent.parent
PROCUREMENT = ROOT / "tests" / "forms" / "procurement"
CHANGFU = ROOT / "samples" / "changfu-2023" / "changfu-2023.json"


def ask(action: str, *files: tuple[str, bytes], **request: Any) -> page_answers.Answer:
    """What the page is answered: what to show, and the file to give back."""
    asked = {"names": [name for name, _ in files], "explanations": {}, "form": "", **request}
    return page_answers.ACTIONS[action](asked, [data for _, data in files])


@pytest.fixture
def own_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of an office's own form that was dropped on the page."""
    monkeypatch.chdir(tmp_path)
    ask("form", ("form.toml", (PROCUREMENT / "form.toml").read_bytes()))
    yield "own"
    page_answers.own_form.clear()


class TestAnOwnForm:
    def test_gives_a_blank_workbook_that_is_checked_annotated_and_added_up_by_it(self, own_form: str) -> None:
        made = {name: ask("template", year=2024, unit=name, form=own_form)[1] for name in ("甲局", "乙局")}
        files = [(f"{name}.xlsx", data) for name, data in made.items()]
        told, _ = ask("check", files[0], number=1, form=own_form)
        assert (told["unit"], told["unreadable"]) == ("甲局", None)
        _, copy = ask("annotate", files[0], form=own_form)
        assert xltools.read(copy, "甲局.xlsx", form=str(PROCUREMENT)).unit.name == "甲局"
        told, total = ask("sum", *files, unit="甲市", year=2024, form=own_form)
        assert told["units"] == 2
        assert xltools.read(total, "甲市.xlsx", form=str(PROCUREMENT)).form.id == "procurement-2024"


def test_a_report_of_another_year_given_for_last_years_is_told() -> None:
    last = (CHANGFU.name, CHANGFU.read_bytes())
    assert ask("template", last, year=2024, unit="")[0] == {"remarks": []}
    told, made = ask("template", last, year=2025, unit="")
    assert [remark.partition("。")[0] for remark in told["remarks"]] == ["注意：所给的上年度报告是2023年度的，应为2024年度"]
    assert made.startswith(b"PK")


def test_an_explanation_that_has_lapsed_stays_so_when_another_is_typed() -> None:
    report = xltools.read(CHANGFU)
    old = "breakdown:1"
    report = replace(report, explanations={old: "另有3条未列出。"}, excused={old: "3"})
    file = ("甲.json", xltools.export(report, kind="json"))
    typed = {finding.key: "已核对。" for finding in xltools.check(report) if finding.code == "N107"}
    _, made = ask("export", file, explanations=typed, kind="json", draft=False)
    kept = json.loads(made)
    assert kept["explanations"] == {old: "另有3条未列出。", **typed}
    assert kept["excused"][old] == "3"
