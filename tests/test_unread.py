"""What could not be read stays unread on every later way: it is never blank, never 0, and no sentence is written from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.needed import SHARED, need_file
from tests.reports import FORM, TEXTS, balanced_figures, report
from xltools.comparison.differences import compare_reports
from xltools.documents.html import write_html
from xltools.form.book import CHECKS, plan_book
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import UNREAD_MARK, Breakdown, Report, Unread, Value, unread_table
from xltools.report.report_json import dump_report
from xltools.report.sums import gather_children, part_of, sum_reports
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook

FAULTS = SHARED / "faults" / "workbooks"
CELL = "requests.received.natural_person"
REASON = "这一行有 6 个数，应为 7 个。"
ONE = (Unread("requests", (CELL,), None, REASON),)
PROSE = (Unread(None, (), "overview.on_request", "行列已经移位，这一部分的文字没有读取。"),)


def fault(name: str) -> Path:
    """A workbook with a fault, as it was seen."""
    return need_file(FAULTS / name)


def with_unread(unread: tuple[Unread, ...] = ONE) -> Report:
    """A report of zeros in which something could not be read."""
    whole = report()
    return replace(whole, figures={**whole.figures, **dict.fromkeys(id for one in unread for id in one.figures)}, unread=unread)


def by_json(source: Report, folder: Path, **changes: object) -> Report:
    """The report once it was written as JSON, changed there and read again."""
    path = folder / "report.json"
    path.write_text(json.dumps({**json.loads(dump_report(source)), **changes}), encoding="utf-8")
    return read_report(path, find_form(None))


def by_workbook(source: Report, folder: Path, cells: dict[str, object] | None = None) -> Report:
    """The report once it was written as a workbook, filled in there (`sheet!cell`) and read again."""
    path = folder / "report.xlsx"
    path.write_bytes(write_workbook(source))
    if cells:
        workbook = openpyxl.load_workbook(path)
        for address, value in cells.items():
            sheet, _, cell = address.partition("!")
            workbook[sheet][cell].value = value
        workbook.save(path)
    return read_report(path, find_form(None))


def codes(source: Report) -> list[str]:
    return [finding.rule.code for finding in review(source).findings if finding.severity == "error"]


# ------------------------------------------------------------------------------------------------------ nothing is unread


def test_of_a_report_that_was_read_whole_nothing_is_said(tmp_path: Path) -> None:
    assert "unread" not in json.loads(dump_report(report()))
    assert by_workbook(report(), tmp_path).unread == by_json(report(), tmp_path).unread == ()
    assert "C119" not in codes(by_json(report(), tmp_path))
    assert UNREAD_MARK not in write_html(report())
    book = plan_book(FORM)
    checks = openpyxl.load_workbook(tmp_path / "report.xlsx")[CHECKS]
    assert checks.max_row == book.checks[-1].row + 1


# ----------------------------------------------------------------------------------------------------------------- JSON


def test_json_keeps_what_is_unread(tmp_path: Path) -> None:
    for unread in (ONE, PROSE, (unread_table(FORM, "requests", REASON),)):
        assert by_json(with_unread(unread), tmp_path).unread == unread


def test_json_states_no_total_of_what_is_unread(tmp_path: Path) -> None:
    written = json.loads(dump_report(with_unread()))["figures"]
    assert written[CELL] is None
    assert "requests.received.total" not in written
    assert by_json(with_unread(), tmp_path).known_number("requests.received.total") is None


def test_a_figure_filled_in_by_hand_in_the_json_is_read(tmp_path: Path) -> None:
    figures = {**dict(with_unread().figures), CELL: 3}
    assert by_json(with_unread(), tmp_path, figures=figures).unread == ()


@pytest.mark.parametrize(
    "item",
    [
        {"figures": ["no.such.figure"]},
        {"table": "nowhere"},
        {"section": "nowhere"},
    ],
)
def test_json_that_names_what_the_form_has_not_is_refused_in_one_line(item: dict[str, object], tmp_path: Path, run: Run) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"form": FORM.id, "unread": [item]}), encoding="utf-8")
    done = run("check", path)
    assert (done.code, "unread 中的“n" in done.err) == (2, True)


# ------------------------------------------------------------------------------------------------------- check and export


def test_unread_figures_and_prose_are_errors_wherever_the_report_came_from(tmp_path: Path) -> None:
    for unread in (ONE, PROSE):
        for back in (by_json(with_unread(unread), tmp_path), by_workbook(with_unread(unread), tmp_path)):
            assert codes(back) == ["C119"]
            [found] = [finding for finding in review(back).findings if finding.rule.code == "C119"]
            assert "未识别" in found.message and unread[0].reason in found.message


def test_a_final_export_refuses_and_a_draft_marks_the_cells(tmp_path: Path, run: Run) -> None:
    source, page = tmp_path / "report.json", tmp_path / "report.html"
    source.write_text(dump_report(with_unread()), encoding="utf-8")
    assert run("export", source, "-o", page).code == 1
    assert not page.exists()
    assert run("export", source, "-o", page, "--draft").code == 0
    assert page.read_text(encoding="utf-8").count(UNREAD_MARK) == 2  # the cell and its total


def test_an_explanation_does_not_let_unread_figures_pass(tmp_path: Path, run: Run) -> None:
    source = tmp_path / "report.json"
    source.write_text(dump_report(replace(with_unread(), explanations={f"still-unread:{CELL}": "已核实"})), encoding="utf-8")
    assert run("export", source, "-o", tmp_path / "report.docx").code == 1


def test_a_table_whose_rows_have_moved_is_unread_all_the_way_until_import_mends_it(tmp_path: Path, run: Run) -> None:
    moved, source, table = tmp_path / "moved.xlsx", tmp_path / "moved.json", plan_book(FORM).figures["requests.granted.total"]
    workbook = openpyxl.load_workbook(BytesIO(write_workbook(report(balanced_figures(5)))))
    for merged in list(workbook[table.sheet].merged_cells.ranges):
        workbook[table.sheet].unmerge_cells(str(merged))
    workbook[table.sheet].insert_rows(table.row)
    workbook.save(moved)
    assert "未识别" in run("export", moved, "-o", source).out
    assert run("export", source, "-o", tmp_path / "moved.docx").code == 1
    page = write_html(read_report(source, find_form(None)), draft=True)
    assert UNREAD_MARK in page and "未收到政府信息公开申请" not in page
    assert "未识别" in run("import", source, "-o", tmp_path / "again.xlsx").out
    assert "C119" in codes(read_report(tmp_path / "again.xlsx", find_form(None)))
    assert "已按行名、列名和标题识别" in run("import", moved, "-o", tmp_path / "mended.xlsx").out
    mended = read_report(tmp_path / "mended.xlsx", find_form(None))
    assert {f.id: mended.figures[f.id] for f in FORM.inputs} == balanced_figures(5)


def test_a_workbook_of_a_former_version_whose_rows_have_moved_is_read_by_its_labels() -> None:
    assert not read_report(fault("table-rows-moved.xlsx"), find_form(None)).unread


def test_prose_whose_rows_have_moved_is_told_and_not_written_from_the_figures(tmp_path: Path) -> None:
    path, title = tmp_path / "moved.xlsx", plan_book(FORM).texts["overview.on_request"].title
    path.write_bytes(
        write_workbook(report(texts={"overview": "综述。", "overview.on_request": "一件也没有。", "problems": "有。", "other": "无收费。"}))
    )
    workbook = openpyxl.load_workbook(path)
    for merged in list(workbook[title.sheet].merged_cells.ranges):
        workbook[title.sheet].unmerge_cells(str(merged))
    workbook[title.sheet].insert_rows(5)
    workbook.save(path)
    moved = read_report(path, find_form(None))
    assert "overview.on_request" in moved.unread_sections
    assert not {"C103", "C119"} & set(codes(moved)), "S101 says it"
    page = write_html(by_json(moved, tmp_path))
    assert UNREAD_MARK in page and "未收到政府信息公开申请" not in page


# -------------------------------------------------------------------------------------------------------------- workbook


def test_a_workbook_made_of_the_report_lists_what_is_unread_until_it_is_filled_in(tmp_path: Path) -> None:
    for unread, place in ((ONE, plan_book(FORM).figures[CELL]), (PROSE, plan_book(FORM).texts["overview.on_request"].paragraphs[0])):
        assert by_workbook(with_unread(unread), tmp_path).unread == unread
        checks = openpyxl.load_workbook(tmp_path / "report.xlsx", data_only=True)[CHECKS]
        assert "未识别" in [cell.value for row in checks.iter_rows() for cell in row]
        filled = by_workbook(with_unread(unread), tmp_path, {f"{place.sheet}!{place.address}": 0})
        assert filled.unread == ()


# ------------------------------------------------------------------------------------------------------------- sentences


def test_no_sentence_is_written_from_a_blank_figure() -> None:
    assert "未收到政府信息公开申请" in write_html(report())
    blank = report({CELL: None})
    assert "未收到政府信息公开申请" not in write_html(blank)
    assert "未收到政府信息公开申请" in write_html(replace(blank, blank_is_zero=True))


def test_a_blank_cell_in_a_report_of_zeros_is_not_taken_for_nothing() -> None:
    page = write_html(read_report(fault("blank-cell-in-zero-report.xlsx"), find_form(None)))
    assert "未收到政府信息公开申请" not in page and "被申请行政复议" not in page


def test_no_sentence_contradicts_itself() -> None:
    page = write_html(read_report(fault("block-total-explained.xlsx"), find_form(None)))
    assert "被申请行政复议" not in page
    for total, told in ((3, "公开信息3条，其中要闻2条、公告1条。"), (2, "公开信息2条。")):
        parts = Breakdown("overview.proactive", "公开信息", "条", total, (("要闻", 2), ("公告", 1)))
        assert told in write_html(report(breakdowns=(parts,)))
    told = write_html(report({"litigation.reconsideration.upheld": 2}))
    assert "被申请行政复议2件，结果均为维持" in told


def test_a_name_in_braces_is_marked_where_its_figures_are_unread() -> None:
    texts = {"overview": "收到申请{新收申请总数}件。"}
    assert "收到申请0件。" in write_html(report(texts=texts))
    assert f"收到申请{UNREAD_MARK}件。" in write_html(replace(with_unread(), texts=texts))


# ------------------------------------------------------------------------------------ last year, comparisons, sums, words

CARRIED_OUT, CARRIED_IN = "requests.carried_out.business", "requests.carried_in.business"
LAST = (Unread("requests", (CARRIED_OUT,), None, REASON),)


def test_what_carries_over_and_was_not_read_is_told_and_marked(tmp_path: Path, run: Run) -> None:
    last, this = tmp_path / "last.json", tmp_path / "this.xlsx"
    last.write_text(dump_report(replace(report(), year=2023)), encoding="utf-8")
    assert run("template", "--year", 2024, "--previous", last, "-o", this).err == ""
    last.write_text(dump_report(replace(with_unread(LAST), year=2023)), encoding="utf-8")
    done = run("template", "--year", 2024, "--zeros", "--previous", last, "-o", this)
    assert (done.code, done.err.count("\n")) == (0, 1)
    assert "商业企业" in done.err and "未识别" in done.err
    read = read_report(this, find_form(None))
    assert read.figures[CARRIED_IN] is None
    assert read.unread_figures == {CARRIED_IN}


def test_a_comparison_shows_what_is_unread(tmp_path: Path) -> None:
    whole = {change.figure.id: change for change in compare_reports(report(), report()).figures}
    assert (whole[CELL].this, whole[CELL].difference) == (0, 0)
    changes = {change.figure.id: change for change in compare_reports(report(), with_unread()).figures}
    for id in (CELL, "requests.received.total"):
        assert (changes[id].this, changes[id].difference) == ("未识别", None)


@pytest.mark.parametrize("turned", [False, True])
def test_prose_that_was_not_read_is_not_compared_as_if_there_were_none(turned: bool) -> None:
    lost = replace(report(), texts={"other": TEXTS["other"]}, unread=(Unread(None, (), "problems", "各行移动过。"),))
    comparison = compare_reports(*((report(), lost) if turned else (lost, report())))
    assert "problems" not in comparison.texts
    assert any("有正文未识别，未作比较：“五、存在的主要问题及改进情况”" in note for note in comparison.notes)
    assert compare_reports(report(), replace(lost, unread=())).texts["problems"].gone


def test_a_sum_takes_what_is_known_and_tells_whose_is_missing() -> None:
    def of(name: str, **changes: object) -> Report:
        return report(unit=Unit(name=name), **changes)

    whole = sum_reports(FORM, Unit(name="县"), 2024, [of("甲镇", figures={CELL: 5}), of("乙镇", figures={CELL: 2})])
    assert (whole.report.figures[CELL], whole.remarks) == (7, ())
    for value in (-3, Decimal("1.5"), "/"):
        summed = sum_reports(FORM, Unit(name="县"), 2024, [of("甲镇", figures={CELL: 5}), of("乙镇", figures={CELL: value})])
        assert summed.report.figures[CELL] == 5
        assert len(summed.remarks) == 1 and summed.remarks[0].startswith("乙镇：") and "没有计入" in summed.remarks[0]
        children = gather_children(FORM, [part_of(of("甲镇", figures={CELL: 5}), FORM), part_of(of("乙镇", figures={CELL: value}), FORM)])
        assert (children.sums[CELL], children.unusable) == (5, {CELL: ("乙镇",)})
    summed = sum_reports(FORM, Unit(name="县"), 2024, [of("甲镇", figures={CELL: 5}), replace(with_unread(), unit=Unit(name="乙镇"))])
    assert summed.report.figures[CELL] == 5
    assert "乙镇：有1格未识别" in summed.remarks[0]


def test_what_the_office_itself_has_unread_stays_so_in_its_sum() -> None:
    own = replace(with_unread((*ONE, *PROSE)), unit=Unit(name="县"))
    assert sum_reports(FORM, own.unit, 2024, [own]).report.unread == (*ONE, *PROSE)
    assert sum_reports(FORM, own.unit, 2024, [own, report({CELL: 5}, unit=Unit(name="甲镇"))]).report.unread == PROSE


def test_an_amount_with_decimals_is_added() -> None:
    summed = sum_reports(FORM, Unit(name="县"), 2024, [report({"disclosure.fees.amount": Decimal("1.5")})])
    assert (summed.report.figures["disclosure.fees.amount"], summed.remarks) == (Decimal("1.5"), ())


def test_messages_do_not_call_a_blank_total_0() -> None:
    zero = report({"requests.carried_out.natural_person": 1, "requests.received.natural_person": 1, "requests.carried_out.total": 0})
    assert any("由0改为1" in finding.advice for finding in review(zero).findings)
    for name in ("total-blank-one.json", "totals-blank-all.json"):
        found = review(read_report(fault(name), find_form(None))).findings
        assert any("补填" in finding.advice for finding in found)
        assert not any("由0改为" in finding.advice or "各项均为0" in finding.message for finding in found)


@pytest.mark.parametrize("words", ["/", "无", "—"])
def test_messages_do_not_call_words_in_place_of_numbers_0(words: str) -> None:
    received = [id for id in FORM.figures if id.startswith("requests.received.") and id != "requests.received.total"]
    zeros = dict.fromkeys(received, 0)

    def total(figures: Mapping[str, Value]) -> str:
        return next(one.message for one in review(report(figures)).findings if one.rule.code == "T101")

    assert "（各项均为0）" in total(zeros | {"requests.received.total": 3})
    assert "（各项均不是数字）" in total(dict.fromkeys(received, words) | {"requests.received.total": 3})
    assert "（各项为0或文字）" in total(zeros | {received[0]: words, "requests.received.total": 3})
    assert f"总计填的是“{words}”，各项之和12" in total(dict.fromkeys(received, 2) | {"requests.received.total": words})
