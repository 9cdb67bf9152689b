"""What a form means, told to whoever designed it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from xltools.form.in_words import explain_form
from xltools.form.loader import load_form

FORMS = Path(__file__).parent / "forms"


TOLD = list(explain_form(load_form(str(FORMS / "procurement"))))


@pytest.mark.parametrize(
    "sentence",
    [
        "《政府采购信息年度统计表》，依据“示例县财政局统计制度”，编号 procurement-2024，第 1 版。",
        "“一、采购规模和节约”是一张表，在工作表“规模”：要填15格，自动计算13格。",
        "　　自动计算（4处）：货物：节约率＝节约金额÷采购预算×100、工程：节约率＝节约金额÷采购预算×100等。口径：节约率＝节约金额÷采购预算×100，保留两位小数。",
        "　　应当成立，否则是错误（2处）：质疑：办结≤收到、投诉：办结≤收到。口径：办结的都是收到的。",
        "　　应当成立，否则列为待核（2处）：质疑：成立≤办结、投诉：成立≤办结。口径：成立的一般已经办结。",
        "　　几项选一（县级平台、市级平台、不使用平台）的有1格：是否全部进入交易平台（合计）。",
        "“四、投诉处理说明”写文字，在工作表“投诉说明”，最多4段，可以不写。",
        "几张表之间：应当成立，否则是错误（1处）：投诉（收到）＞0时，填写四、投诉处理说明。口径：有投诉的，应当逐件说明处理结果。",
    ],
)
def test_every_part_of_a_form_is_said(sentence: str) -> None:
    assert sentence in TOLD


def test_a_relation_with_last_year_and_what_is_not_added_up_are_said(run: Run) -> None:
    told = run("forms", "check", str(FORMS / "monthly")).out
    assert told.endswith("表式可以用。请逐条核对；不对的改 form.toml，再检查一次。\n")
    assert "与上年度核对（7处）：城关镇：本年上年结转＝上年结转下年、" in told
    assert "汇总时不相加、由汇总单位自己填的有7格：城关镇（占全县比例）" in told


def test_a_broken_form_is_one_line_with_its_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "form.toml").write_text('id = "a"\ntitle = “表”\n', encoding="utf-8")
    ended = run("forms", "check", str(tmp_path))
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert "第 2 行有全角的 “ ，请改为半角" in ended.err


def test_a_folder_without_a_form_is_refused_and_forms_alone_lists_them(run: Run, tmp_path: Path) -> None:
    assert run("forms", "check", str(tmp_path)).code == 2
    assert run("forms").out.startswith("govinfo-2019　")
