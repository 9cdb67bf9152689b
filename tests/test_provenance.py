"""What a sum says that it is the sum of: in its workbook, its JSON, to check, export and a draft."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.engines import convert
from tests.reports import FORM, report
from tests.summed import FIND, RECEIVED, VILLAGES, WHOLE, lacking, summed, unit, written
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Unread, unread_table
from xltools.report.provenance import LeftOut, NotKnown, Provenance
from xltools.report.report_json import dump_report, parse_report
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook

SHORT = replace(WHOLE, provenance=Provenance(WHOLE.provenance.counted, ("示例县河口镇",)) if WHOLE.provenance else None)


class TestTheFile:
    def test_a_whole_sum_is_as_good_as_any_report(self, tmp_path: Path, run: Run) -> None:
        assert lacking(WHOLE) == []
        path = tmp_path / "sum.xlsx"
        path.write_bytes(write_workbook(WHOLE))
        assert run("check", path).code == 0
        assert run("export", path, "-o", tmp_path / "sum.docx").code == 0

    def test_a_report_that_is_no_sum_has_no_such_sheet_and_no_such_key(self) -> None:
        assert "provenance" not in json.loads(dump_report(VILLAGES[0]))

    def test_tells_the_units_with_day_and_content_what_is_missing_what_was_left_out_and_what_is_not_known(self, tmp_path: Path) -> None:
        left = (LeftOut("邻县", "邻.xlsx", "不在名册，没有计入。"), LeftOut("", "坏.xlsx", "无法读取：文件已损坏。", True))
        unknown = (NotKnown("示例县第1村", (RECEIVED,), "有 1 格没有读出。"),)
        told = replace(SHORT, provenance=SHORT.provenance and SHORT.provenance._replace(left_out=left, not_known=unknown))
        path = tmp_path / "sum.xlsx"
        path.write_bytes(write_workbook(told))
        assert read_report(path, FIND).provenance == told.provenance
        assert parse_report(dump_report(told), FIND).provenance == told.provenance
        workbook = openpyxl.load_workbook(path)
        assert workbook.sheetnames[-2:] == ["校验", "汇总来源"]
        assert workbook["汇总来源"].freeze_panes == "C5"  # header and units stay in view

    @pytest.mark.trial
    @pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
    def test_keeps_it_through_a_spreadsheet_program(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / "sum.xlsx"
        path.write_bytes(write_workbook(replace(SHORT, explanations={"unit-missing:示例县河口镇": "已撤并。"})))
        (back,) = convert([path], kind, tmp_path / kind)
        saved = read_report(back, FIND)
        assert saved.provenance == SHORT.provenance
        assert saved.explanations == {"unit-missing:示例县河口镇": "已撤并。"}

    def test_what_is_unread_and_what_is_lacking_stand_in_the_checks_beside_each_other(self, tmp_path: Path) -> None:
        unread = (Unread("requests", (RECEIVED,), None, "这一行有2个数，应为7个。"),)
        told = replace(
            SHORT, figures={**SHORT.figures, RECEIVED: None}, unread=unread, explanations={"unit-missing:示例县河口镇": "已撤并。"}
        )
        path = tmp_path / "sum.xlsx"
        path.write_bytes(write_workbook(told))
        back = read_report(path, FIND)
        assert (back.unread, back.provenance, back.explanations) == (told.unread, told.provenance, told.explanations)

    def test_one_whose_sheet_was_altered_is_not_taken_for_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "sum.xlsx"
        path.write_bytes(write_workbook(WHOLE))
        workbook = openpyxl.load_workbook(path)
        workbook["汇总来源"]["A5"] = "不知道"
        workbook.save(path)
        assert lacking(read_report(path, FIND)) == ["unit-unusable"]


class TestWhatIsLacking:
    def test_is_an_error_until_it_is_explained_in_the_check_sheet(self, tmp_path: Path, run: Run) -> None:
        path = tmp_path / "sum.xlsx"
        path.write_bytes(write_workbook(SHORT))
        told = run("check", path)
        assert told.code == 1
        assert "T403 “示例县河口镇”没有报送。" in told.out
        assert run("export", path, "-o", tmp_path / "sum.docx").code == 1
        assert not (tmp_path / "sum.docx").exists()
        workbook = openpyxl.load_workbook(path)
        sheet = workbook["校验"]
        (row,) = [row for row in sheet.iter_rows() if row[1].value == "“示例县河口镇”没有报送。"]
        assert not row[8].protection.locked
        row[8].value = "已撤并，不再报送。"
        workbook.save(path)
        assert run("export", path, "-o", tmp_path / "sum.docx").code == 0

    def test_is_said_by_a_draft(self, tmp_path: Path, run: Run) -> None:
        path = tmp_path / "sum.json"
        path.write_text(dump_report(SHORT), encoding="utf-8")
        assert run("export", path, "--draft", "-o", tmp_path / "sum.html").code == 0
        assert "汇总数不全。“示例县河口镇”没有报送。" in (tmp_path / "sum.html").read_text(encoding="utf-8")
        assert run("export", path, "--draft", "-o", tmp_path / "sum.docx").code == 0
        assert "“示例县河口镇”没有报送。" in "\n".join(read_text(tmp_path / "sum.docx"))

    def test_a_cell_that_a_unit_does_not_tell_is_the_sum_of_the_others_marked_with_whose_it_is(self, tmp_path: Path, run: Run) -> None:
        doubtful = unit("示例县第9村", 9, **{RECEIVED: "约20"})
        up = written(summed(*VILLAGES, doubtful))
        assert up.figures[RECEIVED] == WHOLE.figures[RECEIVED]
        (found,) = [finding for finding in review(up).findings if finding.severity == "error"]
        assert (found.rule.name, found.fault.figures, found.fault.expected) == ("unit-unknown", (RECEIVED,), "示例县第9村")
        path = tmp_path / "sum.json"
        path.write_text(dump_report(up), encoding="utf-8")
        assert run("export", path, "-o", tmp_path / "sum.docx").code == 1
        run("export", path, "--draft", "-o", tmp_path / "sum.html")
        assert f">{up.figures[RECEIVED]}〔不全〕<" in (tmp_path / "sum.html").read_text(encoding="utf-8")

    def test_a_cell_that_no_unit_tells_is_unread(self) -> None:
        up = summed(report({}, unit=Unit(name="甲村"), unread=(unread_table(FORM, "requests", "行列已经移位。"),)))
        assert up.report.is_unread(RECEIVED)
        assert "“甲村”" in next(one.reason for one in up.report.unread if RECEIVED in one.figures)

    def test_what_is_not_known_is_not_carried_into_next_year(self, tmp_path: Path, run: Run) -> None:
        carried = "requests.carried_out.natural_person"
        up = written(summed(*VILLAGES, unit("示例县第9村", 9, **{carried: "/"})))
        path = tmp_path / "sum.json"
        path.write_text(dump_report(up), encoding="utf-8")
        assert run("template", "--year", 2025, "--previous", path, "-o", tmp_path / "next.xlsx").code == 0
        assert read_report(tmp_path / "next.xlsx", FIND).figures["requests.carried_in.natural_person"] is None


def read_text(path: Path) -> list[str]:
    import docx

    return [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
