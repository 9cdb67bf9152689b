"""A report as JSON that is none is refused with the key that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from xltools.errors import UnreadableFileError
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report
from xltools.workbook.locked_workbook import write_workbook

FORM = '"form": "govinfo-2021"'
JSON = {
    "": "不是有效的 JSON",
    "{": "不是有效的 JSON",
    "{} {}": "不是有效的 JSON",
    "[" * 100_000: "不是有效的 JSON",
    "[]": "整个文件 的类型不对",
    '"报告"': "整个文件 的类型不对",
    "null": "整个文件 的类型不对",
    "{}": "没有 form，也没有 figures",
    '{"reports": [], "summary": {}}': "这是检查或对比的结果，不是报告",
    '{"comparison": {"form": "govinfo-2021"}, "figures": {"disclosure.rules.made": {"last": 0}}}': "这是检查或对比的结果，不是报告",
    '{"form": 2021}': "form 的类型不对",
    '{"form": "govinfo-1999"}': "没有名为“govinfo-1999”的表式",
    '{"form": "../templates/govinfo-2021"}': "没有名为“../templates/govinfo-2021”的表式",
    '{"form": "a\\nb"}': "没有名为“a b”的表式",
    f'{{{FORM}, "figures": []}}': "figures 的类型不对",
    f'{{{FORM}, "figures": {{"requests.recieved.total": 1}}}}': "figures 中的“requests.recieved.total”不是表式 govinfo-2021 的格",
    f'{{{FORM}, "figures": {{"requests.received.total": true}}}}': "figures.requests.received.total 应为数字、文字或 null",
    f'{{{FORM}, "figures": {{"requests.received.total": [1]}}}}': "figures.requests.received.total 应为数字、文字或 null",
    f'{{{FORM}, "figures": {{"requests.received.total": NaN}}}}': "",
    f'{{{FORM}, "figures": {{"requests.received.total": 1, "requests.received.total": 2}}}}': "“requests.received.total”写了两次",
    f'{{{FORM}, "figures": {{}}, "figures": {{}}}}': "“figures”写了两次",
    f'{{{FORM}, "texts": "无"}}': "texts 的类型不对",
    f'{{{FORM}, "texts": {{"overveiw": "无"}}}}': "texts 中的“overveiw”不是表式 govinfo-2021 的正文部分",
    f'{{{FORM}, "texts": {{"overview": ["无"]}}}}': "texts.overview 的类型不对",
    f'{{{FORM}, "unit": "示例县"}}': "unit 的类型不对",
    f'{{{FORM}, "unit": {{"name": 1}}}}': "unit.name 的类型不对",
    f'{{{FORM}, "breakdowns": {{}}}}': "breakdowns 的类型不对",
    f'{{{FORM}, "breakdowns": [1]}}': "breakdowns 的类型不对",
    f'{{{FORM}, "breakdowns": [{{}}]}}': "breakdowns.section 的类型不对",
    f'{{{FORM}, "breakdowns": [{{"section": "summary"}}]}}': "breakdowns 中的“summary”不是",
    f'{{{FORM}, "breakdowns": [{{"section": "overview"}}]}}': "breakdowns.parts 的类型不对",
    f'{{{FORM}, "breakdowns": [{{"section": "overview", "parts": [["甲"]]}}]}}': "breakdowns.parts 的类型不对",
    f'{{{FORM}, "breakdowns": [{{"section": "overview", "parts": [], "total": {{}}}}]}}': "breakdowns.total 应为数字",
    f'{{{FORM}, "explanations": []}}': "explanations 的类型不对",
    f'{{{FORM}, "explanations": {{"breakdown:1": 1}}}}': "explanations 的类型不对",
    f'{{{FORM}, "blank_is_zero": "是"}}': "blank_is_zero 的类型不对",
}


@pytest.mark.parametrize("text", JSON, ids=lambda text: text[:60] or "empty")
def test_json_that_is_no_report_is_refused_with_its_key(text: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFileError) as fault:
        read_report(path, find_form(None))
    assert fault.value.reason.startswith(JSON[text])
    assert str(fault.value).startswith(f"无法读取 {path}：")
    assert str(fault.value).endswith("。")
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "9" * 4000, "-1e400"])
def test_a_number_that_no_one_can_have_meant_stays_text(number: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(f'{{{FORM}, "figures": {{"disclosure.fees.amount": {number}}}}}', encoding="utf-8")
    assert isinstance(read_report(path, find_form(None)).figures["disclosure.fees.amount"], str)
    assert write_workbook(read_report(path, find_form(None)))
