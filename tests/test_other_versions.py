"""A workbook of another version of its form costs nobody his work: it is read by its labels, and what has no place any more is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.edited import EACH_ITS_OWN, OWN
from xltools.form.book import TABLE_TOP
from xltools.form.loader import find_form, form_option, forms_folder, load_form
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.report.reading import dump_reading, parse_reading
from xltools.report.report_json import dump_report
from xltools.rules.review import review
from xltools.workbook.annotated_copy import write_annotated
from xltools.workbook.locked_workbook import write_workbook

RELEASED = Path(__file__).parent / "released" / "0.1"
EDITIONS = ("2021", "2019")
ENFORCEMENT = '  { key = "denied.enforcement_file",     label = "7.属于行政执法案卷" },\n'
QUERY = '{ key = "denied.administrative_query", label = "8.'
HELP = '"denied.enforcement_file" = "行政执法案卷信息。（《条例》第十六条第二款）"\n'

Corrected = Callable[..., Path]


@pytest.fixture
def corrected(tmp_path: Path) -> Corrected:
    """A form as an office has corrected it: a folder with words of form.toml replaced."""

    def correct(*changes: tuple[str, str], edition: str = "2021") -> Path:
        folder = tmp_path / f"govinfo-{edition}"
        folder.mkdir()
        text = (forms_folder() / folder.name / "form.toml").read_text(encoding="utf-8").replace("version = 2", "version = 3", 1)
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (folder / "form.toml").write_text(text, encoding="utf-8")
        return folder

    return correct


def _read(file: Path, form: Path, *, mend: bool = False) -> Report:
    return read_report(file, find_form(str(form)), mend)


def _filled(tmp_path: Path) -> Path:
    path = tmp_path / "filled.xlsx"
    path.write_bytes(write_workbook(EACH_ITS_OWN))
    return path


def _messages(report: Report, code: str) -> list[str]:
    return [finding.message for finding in review(report).findings if finding.rule.code == code]


def test_nothing_is_told_of_a_workbook_of_this_version(tmp_path: Path) -> None:
    report = read_report(_filled(tmp_path), find_form(None))
    assert not report.origin.by_labels
    assert not _messages(report, "S108")


MORE_ROOM = [(f"paragraphs = {rows}\n", f"paragraphs = {rows + 7}\n") for rows in (10, 40, 60)] + [("parts = 30", "parts = 12")]


@pytest.mark.parametrize("edition", EDITIONS)
def test_with_more_room_for_prose_everything_is_read_and_explained_as_before(edition: str, corrected: Corrected) -> None:
    form = corrected(*MORE_ROOM, edition=edition)
    for name in (f"balanced-{edition}.xlsx", f"faulty-{edition}.xlsx"):
        then, now = read_report(RELEASED / name, find_form(None)), _read(RELEASED / name, form)
        for part in ("figures", "texts", "breakdowns", "unit", "year", "unread", "typed", "explanations", "excused"):
            assert getattr(now, part) == getattr(then, part), part
        old, new = ([(f.rule.code, f.fault.place, f.message, f.explanation) for f in review(one).findings] for one in (then, now))
        assert [found for found in new if found[0] != "S108"] == [found for found in old if found[0] != "S108"]
        assert _messages(now, "S108") == [
            "工作簿由表式第1版生成，现为第3版，已按行名、列名和标题识别。"
            f"请用 xltools import 旧.xlsx -o 新.xlsx{form_option(now.form)} 转入新工作簿，核对后继续填。"
        ]


def test_what_staff_wrote_in_the_annotated_copy_still_holds(corrected: Corrected) -> None:
    then, now = (read_report(RELEASED / "annotated-2021.xlsx", find_form(form)) for form in (None, str(corrected(*MORE_ROOM))))
    assert now.explanations == then.explanations
    assert now.explanations


def test_the_columns_of_the_checks_may_stand_in_another_order(tmp_path: Path) -> None:
    key, text = "unbalanced:requests.carried_out.natural_person", "一件申请合并答复。"
    path = tmp_path / "filled.xlsx"
    path.write_bytes(write_workbook(replace(EACH_ITS_OWN, explanations={key: text}, excused={key: "-21844"})))
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["校验"]
    sheet.move_range("H4:J60", cols=9)  # 依据, 说明 and 所说明的差, to the right
    sheet.insert_rows(1, 3)
    guide = workbook["填报说明"]
    guide["A2"] = re.sub("识别码：.{8}", "识别码：00000000", guide["A2"].value)
    workbook.save(path)
    report = read_report(path, find_form(None))
    assert report.origin.by_labels
    assert (report.explanations, report.excused) == ({key: text}, {key: "-21844"})
    assert {finding.fault.place.sheet for finding in review(report).findings if finding.explanation and finding.fault.place} == {
        "三、依申请公开"
    }


def test_a_row_that_the_form_has_lost_is_told_and_those_below_are_read(corrected: Corrected, tmp_path: Path) -> None:
    form = corrected((ENFORCEMENT, ""), (HELP, ""), ('[["属于行政执法案卷总数"], ', "["), (QUERY, QUERY.replace("8.", "7.")))
    report = _read(_filled(tmp_path), form)
    kept = load_form(str(form)).figures
    assert {id: report.figures[id] for id in OWN if id in kept} == {id: value for id, value in OWN.items() if id in kept}
    assert not report.unread
    (told,) = _messages(report, "C113")
    assert "三、依申请公开第15行：7.属于行政执法案卷" in told
    assert str(OWN["requests.denied.enforcement_file.natural_person"]) in told


def test_a_row_that_the_form_has_gained_is_unread_and_never_blank(corrected: Corrected, tmp_path: Path) -> None:
    new = '  { key = "denied.new",     label = "9.属于新增的情形" },\n'
    line = next(line for line in (forms_folder() / "govinfo-2021" / "form.toml").read_text(encoding="utf-8").splitlines() if QUERY in line)
    report = _read(_filled(tmp_path), corrected((line + "\n", line + "\n" + new)))
    assert {id: report.figures[id] for id in OWN} == OWN
    assert report.unread_figures == {id for id in report.form.figures if ".denied.new." in id}
    assert not _messages(report, "C113")


def test_a_row_whose_label_was_reworded_is_read(corrected: Corrected, tmp_path: Path) -> None:
    reworded = ('label = "2.没有现成信息需要另行制作"', 'label = "2.须汇总加工", name = "没有现成信息需要另行制作"')
    report = _read(_filled(tmp_path), corrected(reworded))
    assert {id: report.figures[id] for id in OWN} == OWN
    assert not report.unread


def test_rows_in_another_order_and_further_down_are_read_each_by_its_label(tmp_path: Path) -> None:
    path = _filled(tmp_path)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["三、依申请公开"]
    for row in list(sheet.merged_cells.ranges):
        if row.min_row > TABLE_TOP + 3:
            sheet.unmerge_cells(str(row))
    sheet.move_range("A10:J12", rows=30)
    sheet.move_range("A13:J34", rows=-3)
    workbook.save(path)
    report = read_report(path, find_form(None), mend=True)
    assert {id: value for id, value in report.figures.items() if id in OWN and value not in (None, OWN[id])} == {}
    assert {id for id in OWN if report.figures[id] is None} <= report.unread_figures


def test_a_topic_that_the_form_has_lost_is_told_and_is_no_part_of_the_one_before(corrected: Corrected, tmp_path: Path) -> None:
    text = (forms_folder() / "govinfo-2021" / "form.toml").read_text(encoding="utf-8")
    start = text.index('[[section]]\nkey = "overview.supervision"')
    path = tmp_path / "filled.xlsx"
    words = EACH_ITS_OWN.texts | {"overview.platform": "建好平台。", "overview.supervision": "加强监督。"}
    path.write_bytes(write_workbook(replace(EACH_ITS_OWN, texts=words)))
    report = _read(path, corrected((text[start : text.index("[[section]]", start + 5)], "")))
    assert report.texts["overview.platform"] == "建好平台。"
    assert "加强监督。" not in report.texts.values()
    (told,) = _messages(report, "C115")
    assert "加强监督。" in told


def test_notes_stand_on_the_cells_of_the_file(corrected: Corrected) -> None:
    path = RELEASED / "faulty-2021.xlsx"
    report = _read(path, corrected(*MORE_ROOM))
    findings = review(report).findings
    copy = write_annotated(path.read_bytes(), findings, {})
    assert copy
    assert {f.fault.place for f in findings if f.rule.code == "T201"} <= {
        f.fault.place for f in review(read_report(path, find_form(None))).findings
    }


def test_what_a_store_keeps_of_it_says_where_things_stand(corrected: Corrected) -> None:
    form = corrected(*MORE_ROOM)
    report = _read(RELEASED / "faulty-2021.xlsx", form)
    kept = parse_reading(dump_report(report), dump_reading(report), find_form(str(form)))
    assert [(f.rule.code, f.fault.place) for f in review(kept).findings] == [(f.rule.code, f.fault.place) for f in review(report).findings]
    assert vars(kept.book)["breakdowns"] == report.book.breakdowns


def test_import_takes_everything_into_a_fresh_workbook(corrected: Corrected, run: Run, tmp_path: Path) -> None:
    form, new = corrected(*MORE_ROOM), tmp_path / "new.xlsx"
    outcome = run("import", RELEASED / "faulty-2021.xlsx", "--form", form, "-o", new)
    assert outcome.code == 0
    assert "工作簿由表式第1版生成，现为第3版，已按行名、列名和标题识别。" in outcome.out
    assert run("export", new, "--form", form, "-o", tmp_path / "new.json").code == 0
    assert run("export", RELEASED / "faulty-2021.xlsx", "-o", tmp_path / "old.json").code == 0
    then, now = (json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in ("old.json", "new.json"))
    assert now == then
