"""`check --annotate`: a copy for every readable file, none of them over what somebody has worked on."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests.annotated import CLEAN, FAULTY, RECEIVED, notes, opened, read, saved
from tests.conftest import Run
from tests.reports import as_workbook, contents, report
from xltools.errors import XltoolsError
from xltools.form.book import REVIEW
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report
from xltools.report.report_json import dump_report
from xltools.workbook.annotated_copy import write_annotated
from xltools.workbook.locked_workbook import write_workbook

DANGLING = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId77" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing" Target="../drawings/drawing9.xml"/></Relationships>'
)


class TestTheCommand:
    def files(self, folder: Path, **reports: Report) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, source in reports.items():
            (folder / f"{name}.xlsx").write_bytes(write_workbook(source))
        return folder

    def test_a_clean_workbook_is_copied_and_the_original_untouched(self, run: Run, tmp_path: Path) -> None:
        folder = self.files(tmp_path / "in", clean=CLEAN)
        before = contents(folder / "clean.xlsx")
        outcome = run("check", folder / "clean.xlsx", "--annotate", tmp_path / "out")
        assert outcome.code == 0
        assert f"已生成1份批注版，存于 {tmp_path / 'out'}。" in outcome.out
        assert opened((tmp_path / "out" / "clean.xlsx").read_bytes())[REVIEW]["A2"].value == "没有发现问题。"
        assert contents(folder / "clean.xlsx") == before

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_every_readable_file_gets_a_copy_whatever_the_others_are(self, run: Run, tmp_path: Path, jobs: int) -> None:
        folder = self.files(tmp_path / "in", a=FAULTY, b=CLEAN)
        (folder / "broken.xlsx").write_bytes(b"PK\x03\x04 broken")
        outcome = run("check", folder, "--annotate", tmp_path / "out", "--jobs", jobs)
        assert outcome.code == 2
        assert "已生成2份批注版" in outcome.out
        assert "broken.xlsx  无法读取" in outcome.out
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.xlsx", "b.xlsx"]
        assert notes(opened((tmp_path / "out" / "a.xlsx").read_bytes()))

    def test_a_report_that_is_no_xlsx_is_made_into_a_workbook_and_this_is_said(self, run: Run, tmp_path: Path) -> None:
        source = tmp_path / "报告.json"
        source.write_text(dump_report(FAULTY), encoding="utf-8")
        outcome = run("check", source, "--annotate", tmp_path / "out")
        assert outcome.code == 1
        assert "其中1份不能在原文件上加批注（不是 .xlsx 或 .xlsm 工作簿，或者文件内部有误），批注版按报告内容重新生成：" in outcome.out
        copy = tmp_path / "out" / "报告.xlsx"
        assert read_report(copy, find_form(None)).computed == read_report(source, find_form(None)).computed
        assert RECEIVED.sheet in {place.sheet for place in notes(opened(copy.read_bytes()))}

    @pytest.mark.parametrize(
        ("part", "old", "new"),
        [
            ("xl/styles.xml", b'<family val="2"/>', b'<family val="34"/>'),
            ("docProps/core.xml", b"T00:00:00Z</dcterms:created>", b"T25:61:00Z</dcterms:created>"),
            ("xl/worksheets/_rels/sheet3.xml.rels", b"", DANGLING),
        ],
        ids=["a family of fonts that there is not", "a malformed date", "a drawing that is gone"],
    )
    def test_of_a_workbook_that_openpyxl_cannot_open_the_copy_is_made_from_the_report(
        self, part: str, old: bytes, new: bytes, run: Run, tmp_path: Path
    ) -> None:
        with zipfile.ZipFile(BytesIO(write_workbook(FAULTY))) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        assert old in parts.setdefault(part, b"")
        parts[part] = parts[part].replace(old, new, 1) if old else new
        if not old:
            sheet = "xl/worksheets/sheet3.xml"
            parts[sheet] = parts[sheet].replace(b"</worksheet>", b'<drawing r:id="rId77"/></worksheet>')
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w") as package:
            for name, data in parts.items():
                package.writestr(name, data)
        with pytest.raises(XltoolsError):
            write_annotated(path.read_bytes(), [], {})
        outcome = run("check", path, "--annotate", tmp_path / "out")
        assert outcome.code == 1
        assert "其中1份不能在原文件上加批注" in outcome.out
        copy = tmp_path / "out" / "a.xlsx"
        assert read(copy.read_bytes()).computed == read(path.read_bytes()).computed
        assert notes(opened(copy.read_bytes()))

    def test_files_of_one_name_get_copies_of_different_names(self, run: Run, tmp_path: Path) -> None:
        for part in ("甲", "乙"):
            self.files(tmp_path / "in" / part, report=CLEAN)
        (tmp_path / "in" / "REPORT.json").write_text(dump_report(CLEAN), encoding="utf-8")
        assert run("check", tmp_path / "in", "--annotate", tmp_path / "out").code == 0
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["REPORT (3).xlsx", "report (2).xlsx", "report.xlsx"]

    def test_the_folder_of_the_originals_is_refused_before_anything_is_written(self, run: Run, tmp_path: Path) -> None:
        folder = self.files(tmp_path / "in", a=FAULTY)
        before = contents(folder / "a.xlsx")
        outcome = run("check", folder, "--annotate", folder)
        assert outcome.code == 2
        assert outcome.err.count("\n") == 1
        assert "请用 --annotate 另给一个文件夹" in outcome.err
        assert contents(folder / "a.xlsx") == before

    def test_copies_below_the_folder_that_is_checked_are_not_checked_the_next_time(self, run: Run, tmp_path: Path) -> None:
        folder = self.files(tmp_path / "in", a=CLEAN)
        for _ in range(2):
            outcome = run("check", folder, "--annotate", folder / "审核")
            assert outcome.code == 0
            assert "共1份" in outcome.out

    def test_a_copy_that_staff_have_worked_on_is_overwritten_with_force_only(self, run: Run, tmp_path: Path) -> None:
        folder = self.files(tmp_path / "in", a=FAULTY, b=CLEAN)
        run("check", folder, "--annotate", tmp_path / "out")
        copy = tmp_path / "out" / "a.xlsx"
        copy.write_bytes(saved(opened(copy.read_bytes())))
        worked_on = copy.read_bytes()
        outcome = run("check", folder, "--annotate", tmp_path / "out")
        assert outcome.code == 2
        assert "未写批注版：" in outcome.err
        assert "加 --force" in outcome.err
        assert "已生成1份批注版" in outcome.out
        assert copy.read_bytes() == worked_on
        assert run("check", folder, "--annotate", tmp_path / "out", "--force").code == 1
        assert copy.read_bytes() != worked_on

    def test_what_is_printed_for_another_program_stays_whole(self, run: Run, tmp_path: Path) -> None:
        folder = self.files(tmp_path / "in", a=CLEAN)
        outcome = run("check", folder, "--annotate", tmp_path / "out", "--format", "json")
        assert outcome.out.rstrip().endswith("}")
        assert "已生成1份批注版" in outcome.err


def test_copies_as_they_were_written_are_not_checked_beside_their_originals(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "收"
    folder.mkdir()
    as_workbook(folder / "甲.xlsx", report({"disclosure.rules.made": -1}))
    as_workbook(folder / "乙.xlsx", report(unit=Unit("示例县乙局")))
    alone = run("check", folder, "-q")
    assert "不再检查" not in alone.err
    assert run("check", folder, "--annotate", folder / "退回").code == 1
    both = run("check", folder, "-q")
    assert (both.code, both.out) == (alone.code, alone.out)
    (line,) = [line for line in both.err.splitlines() if "批注版" in line]
    assert line == f"2份是没有改过的批注版，已检查原报告，不再检查：{folder / '退回' / '乙.xlsx'}、{folder / '退回' / '甲.xlsx'}。"
    assert "共2份" in run("check", folder / "退回", "-q").out  # nothing else is there of them
    copy = folder / "退回" / "甲.xlsx"
    other = tmp_path / "他处"
    other.mkdir()
    (other / "甲.xlsx").write_bytes(copy.read_bytes())
    as_workbook(other / "丙.xlsx", report())
    assert "共2份" in run("check", other, "-q").out  # another file of the unit is not what it is the copy of
    assert "共2份" in run("check", folder / "甲.xlsx", copy, "-q").out  # asked for by name
    workbook = openpyxl.load_workbook(copy)
    workbook["二、主动公开"]["B4"] = 3
    workbook.save(copy)
    assert "共3份" in run("check", folder, "-q").out  # somebody has corrected it
