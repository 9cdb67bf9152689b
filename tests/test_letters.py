"""The letters of `collect --letters`: to each unit concerned one, from a skeleton that the office can replace, never over a foreign file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.shared import Pt

from xltools.county.letters import find_skeletons, write_letters
from xltools.county.summary.state import Summary, UnitLine
from xltools.errors import FormError, XltoolsError
from xltools.form.book import Place
from xltools.form.loader import load_form
from xltools.rules.registry import find_rule
from xltools.rules.rule import Fault, Finding

ERROR = Finding(1, find_rule("T201"), Fault("自然人：新收 12 + 结转 0 = 12，差 1。", Place("三、依申请公开", 28, 3)))
FOLLOWED = Finding(2, ERROR.rule, Fault("总计：差 1。", ERROR.fault.place), because=1)
WARNING = Finding(3, find_rule("Y104"), Fault("比上年多 9 倍。"))
SUMMARY = Summary(
    load_form("govinfo-2021"),
    "示例县人民政府",
    2024,
    (
        UnitLine("0001", "示例县财政局", "没有问题", "a.xlsx"),
        UnitLine("0002", "示例县教育局", "有警告", "b.xlsx", findings=(WARNING,)),
        UnitLine("0003", "示例县民政局", "未报送"),
        UnitLine("0004", "示例县公安局", "有错误", "d.xlsx", "d批注.xlsx", findings=(ERROR, FOLLOWED, WARNING)),
        UnitLine("0005", "示例县水利局", "已报送不能用", "e.doc", note="不能读取这种格式。请另存为 .docx。"),
        UnitLine("", "邻县财政局", "不在名册", "f.xlsx"),
    ),
)


def write(folder: Path, summary: Summary = SUMMARY, own: Path | None = None, deadline: date | None = None, force: bool = False):  # type: ignore[no-untyped-def]
    return write_letters(summary, folder, find_skeletons(own), deadline, inputs=(), force=force)


def text(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


def test_where_nobody_is_concerned_there_are_no_letters(tmp_path: Path) -> None:
    done = write(tmp_path / "letters", replace(SUMMARY, units=SUMMARY.units[:2]))
    assert (done.urged, done.returned, list((tmp_path / "letters").iterdir())) == (0, 0, [])


def test_each_unit_concerned_gets_the_letter_that_it_needs(tmp_path: Path) -> None:
    done = write(tmp_path)
    assert (done.urged, done.returned, done.failures) == (1, 2, ())
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "催报函-0003-示例县民政局.docx",
        "退改通知-0004-示例县公安局.docx",
        "退改通知-0005-示例县水利局.docx",
    ]


def test_the_title_of_a_letter_is_set_as_a_report_s_title(tmp_path: Path) -> None:
    write(tmp_path)
    title, *others = docx.Document(str(tmp_path / "催报函-0003-示例县民政局.docx")).paragraphs
    assert title.style and title.style.name == "Title"
    assert all(paragraph.style and paragraph.style.name == "Normal" for paragraph in others)


def test_the_findings_stand_in_plain_sentences_and_what_follows_from_them_is_counted(tmp_path: Path) -> None:
    write(tmp_path)
    letter = text(tmp_path / "退改通知-0004-示例县公安局.docx")
    assert "关于退改政府信息公开工作年度报告的通知" in letter
    assert "示例县公安局：" in letter
    assert "1．“三、依申请公开”D29 自然人：新收 12 + 结转 0 = 12，差 1。" in letter
    assert "另有1项错误由上述错误引起" in letter
    assert "总计：差 1" not in letter
    assert "（1）比上年多 9 倍。" in letter
    assert "d批注.xlsx" in letter
    assert letter.rstrip().endswith("示例县人民政府\n2025年　　月　　日")


def test_a_file_of_no_use_is_sent_back_with_the_reason(tmp_path: Path) -> None:
    write(tmp_path)
    assert "“e.doc”不能作为2024年度政府信息公开工作年度报告使用：不能读取这种格式。请另存为 .docx。" in text(
        tmp_path / "退改通知-0005-示例县水利局.docx"
    )


def test_the_signature_stands_apart_from_the_text(tmp_path: Path) -> None:
    write(tmp_path)
    *_, last, office, day = docx.Document(str(tmp_path / "退改通知-0004-示例县公安局.docx")).paragraphs
    spaces = [one.paragraph_format.space_before for one in (last, office, day)]
    assert spaces == [None, Pt(58), None]


def test_the_day_of_the_deadline_stands_in_it_where_there_is_one(tmp_path: Path) -> None:
    write(tmp_path, deadline=date(2025, 1, 20))
    assert "报送截止日期为2025年1月20日" in text(tmp_path / "催报函-0003-示例县民政局.docx")


def test_the_office_may_write_its_own(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "催报函.md.j2").write_text("# 催报\n< {{ 单位名称 }}：\n限三日内报送。\n> {{ 汇总单位 }}\n", encoding="utf-8")
    write(tmp_path / "letters", own=own)
    assert text(tmp_path / "letters" / "催报函-0003-示例县民政局.docx") == "催报\n示例县民政局：\n限三日内报送。\n示例县人民政府"
    assert "退回修改" in text(tmp_path / "letters" / "退改通知-0004-示例县公安局.docx")


@pytest.mark.parametrize("wrong", ["{{ 单位 }}", "{% if %}", "{{ 单位名称.__class__.__mro__ }}"])
def test_a_broken_skeleton_is_one_line_and_writes_nothing(wrong: str, tmp_path: Path) -> None:
    (tmp_path / "催报函.md.j2").write_text(wrong, encoding="utf-8")
    with pytest.raises(FormError) as caught:
        write(tmp_path / "letters", own=tmp_path)
    assert "催报函.md.j2" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "letters").exists()


def test_a_folder_without_skeletons_is_refused(tmp_path: Path) -> None:
    with pytest.raises(XltoolsError, match="没有 催报函"):
        find_skeletons(tmp_path)


def test_what_others_wrote_is_left_alone_and_told(tmp_path: Path) -> None:
    foreign = tmp_path / "催报函-0003-示例县民政局.docx"
    foreign.write_bytes(b"PK of somebody else")
    done = write(tmp_path)
    assert foreign.read_bytes() == b"PK of somebody else"
    assert (done.urged, done.returned, len(done.failures)) == (0, 2, 1)
    assert foreign.name in done.failures[0]


def test_the_same_letters_again_are_the_same_bytes_and_those_no_longer_needed_are_told(tmp_path: Path) -> None:
    write(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert write(tmp_path).stale == ()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    reported = tuple(replace(unit, state="没有问题") if unit.state == "未报送" else unit for unit in SUMMARY.units)
    assert write(tmp_path, replace(SUMMARY, units=reported)).stale == ("催报函-0003-示例县民政局.docx",)
