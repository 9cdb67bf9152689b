"""Who handed in what: nothing in the folder is passed over, and what is of no use is tied to the unit that it came from."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.killing import killer
from tests.reports import FORM, balanced_figures, report, unit_workbook
from tests.taken import states
from xltools.county.hand_ins import complete_summary, unit_of_file
from xltools.county.roster import Roster, RosterUnit
from xltools.county.summary.state import Summary, UnitLine
from xltools.form.loader import load_form
from xltools.form.unit import Unit
from xltools.rules.hand_in import filing_findings
from xltools.rules.rule import Filing
from xltools.workbook.locked_workbook import write_workbook

ROSTER = Roster(
    (
        RosterUnit("0001", Unit("示例县财政局", phone="0571-1")),
        RosterUnit("0002", Unit("示例县城关镇人民政府")),
        RosterUnit("0003", Unit("示例县社会工作局"), ("示例县民政局",)),
        RosterUnit("0004", Unit("示例县河口街道办事处", short_name="河口街道")),
        RosterUnit("0005", Unit("示例县卫生健康局")),
    )
)
KINDS = (".doc", ".docm", ".wps", ".rtf", ".odt", ".ofd", ".zip", ".rar", ".7z", ".xlsb", ".jpg", ".lnk", ".msg", "")


class TestWhoseAFileIs:
    @pytest.mark.parametrize(
        "name",
        [
            "扫描001.jpg",
            "示例县.doc",
            "示例县水利局2024年报告.doc",
            "大城关镇.wps",
            "2024年政府信息公开工作年度报告.doc",
            "局.doc",
            "00013.doc",
        ],
    )
    def test_a_name_that_leaves_doubt_is_nobody_s(self, name: str) -> None:
        assert unit_of_file(Path("/2024", name), ROSTER) is None

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("0001.doc", "0001"),
            ("0001-张三.doc", "0001"),
            ("示例县财政局2024年政府信息公开工作年度报告（盖章）.doc", "0001"),
            ("2024年度 財政局 年報.rar", "0001"),
            ("城关镇.jpg", "0002"),
            ("示例县城关镇政府信息公开年报.wps", "0002"),
            ("社会工作局年度报告.ofd", "0003"),
            ("示例县民政局.doc", "0003"),
            ("河口街道(定稿).doc", "0004"),
            ("附件：示例县河口街道办事处.doc", "0004"),
        ],
    )
    def test_a_code_or_a_name_tells(self, name: str, code: str) -> None:
        unit = unit_of_file(Path("/2024", name), ROSTER)
        assert unit is not None
        assert unit.code == code

    def test_the_folder_tells_unless_it_is_the_one_collected(self) -> None:
        file = Path("/2024/示例县卫生健康局/扫描001.jpg")
        assert unit_of_file(file, ROSTER) is ROSTER.units[4]
        assert unit_of_file(file, ROSTER, [file.parent]) is None


class TestTheSummaryCompleted:
    SUMMARY = Summary(load_form("govinfo-2021"), "示例县", 2024, (UnitLine("0001", "示例县财政局", "未报送"),))

    def test_a_unit_that_handed_in_nothing_is_missing(self) -> None:
        (line,) = complete_summary(self.SUMMARY, ROSTER).units
        assert (line.state, line.phone, line.came, line.change) == ("未报送", "0571-1", None, "")

    @pytest.mark.parametrize(("deadline", "late"), [(None, 0), (date(2025, 1, 20), 0), (date(2025, 1, 17), 3)])
    def test_it_tells_when_a_file_came_and_how_late(self, tmp_path: Path, deadline: date | None, late: int) -> None:
        file = tmp_path / "a.xlsx"
        file.touch()
        moment = datetime(2025, 1, 20, 12).timestamp()
        os.utime(file, (moment, moment))
        summary = Summary(self.SUMMARY.form, "示例县", 2024, (UnitLine("0001", "示例县财政局", "没有问题", path=str(file)),))
        (line,) = complete_summary(summary, ROSTER, (), deadline).units
        assert (line.came, line.late) == (date(2025, 1, 20), late)

    def test_a_file_beside_a_report_that_counts_stays_a_line_of_its_own(self) -> None:
        counts = UnitLine("0001", "示例县财政局", "没有问题", "a.xlsx")
        photo = UnitLine("", "财政局.jpg", "无法读取", "财政局.jpg", note="不能读取图片。", path="/2024/财政局.jpg")
        summary = Summary(self.SUMMARY.form, "示例县", 2024, (counts, photo))
        assert [(line.name, line.state) for line in complete_summary(summary, ROSTER).units] == [
            ("示例县财政局", "没有问题"),
            ("示例县财政局", "无法读取"),
        ]


def hand_in(folder: Path, name: str, year: int = 2024) -> Path:
    path = folder / f"{name}.xlsx"
    path.write_bytes(unit_workbook(report(balanced_figures(1), year=year, unit=Unit(name=name))))
    return path


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A folder with a roster of three units, one of which has reported."""
    (tmp_path / "units.csv").write_text(
        "代码,单位名称,电话\n01,示例县财政局,0571-1\n02,示例县教育局,0571-2\n03,示例县民政局,\n", encoding="utf-8"
    )
    (tmp_path / "in").mkdir()
    hand_in(tmp_path / "in", "示例县财政局")
    return tmp_path


def collect(run: Run, county: Path, *arguments: object) -> tuple[int, str]:
    outcome = run(
        "collect", county / "in", "--roster", county / "units.csv", "--unit", "示例县人民政府", "--year", 2024, "-o", county / "c.xlsx",
        "--jobs", 1, "--no-copies", *arguments,
    )  # fmt: skip
    return outcome.code, outcome.out + outcome.err


def test_what_is_of_a_kind_that_is_not_read_is_named_and_its_unit_not_missing(run: Run, county: Path) -> None:
    files = {f"示例县城{name}镇": f"城{name}镇2024年报{kind}" for name, kind in zip("甲乙丙丁戊己庚辛壬癸子丑寅卯", KINDS, strict=True)}
    with (county / "units.csv").open("a", encoding="utf-8") as roster:
        roster.writelines(f"{number},{unit},\n" for number, unit in enumerate(files, start=10))
    for file in files.values():
        (county / "in" / file).write_bytes(b"x" * 100)
    code, told = collect(run, county)
    assert code == 2
    assert [unit for unit, file in files.items() if f"已报送不能用：{unit}（{file}），" not in told] == []
    assert "未报送（2个单位）：示例县教育局、示例县民政局。" in told
    outcome = run("check", county / "in", "--format", "json")
    reports = {Path(one["file"]).name: one["error"] for one in json.loads(outcome.out)["reports"]}
    assert outcome.code == 2
    assert [file for file, error in reports.items() if not error] == ["示例县财政局.xlsx"]
    assert reports.keys() == {*files.values(), "示例县财政局.xlsx"}


def test_an_unreadable_workbook_and_one_of_another_year_are_tied_to_their_units(run: Run, county: Path) -> None:
    (county / "in" / "02-报告.xlsx").write_bytes(b"PK\x03\x04 broken")
    hand_in(county / "in", "示例县民政局", year=2023)
    code, told = collect(run, county)
    assert code == 2
    assert "已报送不能用：示例县教育局（02-报告.xlsx），文件已损坏" in told
    assert "已报送不能用：示例县民政局（示例县民政局.xlsx），报告年度为2023，本次收集2024年度" in told
    assert "未报送" not in told


def test_a_report_that_names_no_unit_is_tied_to_the_one_that_its_file_names(run: Run, county: Path) -> None:
    nameless = report(balanced_figures(2), unit=Unit(name=""))
    for file in ("02", "附件"):
        (county / "in" / f"{file}.xlsx").write_bytes(unit_workbook(nameless))
    code, told = collect(run, county, "--letters", county / "letters")
    assert code == 1
    assert "已报送不能用：示例县教育局（02.xlsx），报告中没有单位名称，未计入汇总。请单位补填后重新报送。" in told
    assert "不在名册（1份，未计入汇总）：（附件.xlsx）。" in told
    assert "未报送（1个单位）：示例县民政局。" in told
    assert (county / "letters" / "退改通知-02-示例县教育局.docx").is_file()
    found = json.loads(run("check", county / "c.xlsx", "--format", "json").out)["reports"][0]["findings"]
    assert [one["message"] for one in found if "02.xlsx" in one["message"]] == [
        "“示例县教育局”的 02.xlsx：报告中没有单位名称，未计入汇总。请单位补填后重新报送。总计不含该单位。请单位重新报送后再汇总，或写明原因。"
    ]


def test_a_link_to_nowhere_stops_nothing_and_is_named(run: Run, county: Path) -> None:
    (county / "in" / "教育局.docx").symlink_to(county / "nowhere.docx")
    code, told = collect(run, county)
    assert code == 2
    assert "已报送不能用：示例县教育局（教育局.docx），链接所指的文件不存在" in told


def test_a_file_that_is_given_in_two_ways_is_read_once(run: Run, county: Path) -> None:
    (county / "link").symlink_to(county / "in")
    order = ("--unit", "示例县人民政府", "--year", 2024, "-o", county / "c.xlsx", "--jobs", 1, "--no-copies")
    assert "本次读取1份。" in run("collect", county / "in", county / "link", county / "in" / "示例县财政局.xlsx", *order).out


def test_a_folder_that_cannot_be_opened_is_named(county: Path) -> None:
    (county / "in" / "教育局").mkdir(mode=0)
    with killer() as started:
        ended = started.run(["check", str(county / "in")], county, plain=True)
    assert ended.code == 2
    assert f"{county / 'in' / '教育局'}  无法读取：文件夹打不开，其中的文件没有读取。请检查权限。" in ended.out


def test_the_folder_that_a_browser_saves_with_a_page_is_no_hand_in(run: Run, county: Path) -> None:
    (county / "in" / "教育局.html").write_text("<p>没有报告", encoding="utf-8")
    (county / "in" / "教育局_files").mkdir()
    (county / "in" / "教育局_files" / "logo.gif").write_bytes(b"GIF89a")
    assert "logo.gif" not in collect(run, county)[1]


def test_a_path_that_is_not_there_is_one_line_before_any_work(run: Run, county: Path) -> None:
    outcome = run("collect", county / "none", "--unit", "县", "--year", 2024, "-o", county / "c.xlsx")
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert "不存在" in outcome.err


def test_a_folder_for_letters_that_cannot_be_made_is_one_line_before_any_work(run: Run, county: Path) -> None:
    (county / "函").write_text("一份文件", encoding="utf-8")
    outcome = run("collect", county / "in", "--unit", "县", "--year", 2024, "-o", county / "c.xlsx", "--letters", county / "函" / "催")
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert f"无法写入 {county / '函' / '催'}：" in outcome.err
    assert not (county / "c.xlsx").exists()


def test_the_next_collect_tells_what_is_new(run: Run, county: Path) -> None:
    assert "已写催报函2份" in collect(run, county, "--letters", county / "letters")[1]
    assert states(county, "c")["示例县教育局"] == "未报送"
    hand_in(county / "in", "示例县教育局")
    (county / "in" / "示例县财政局.xlsx").unlink()
    collect(run, county)
    sheet = openpyxl.load_workbook(county / "c-汇总情况.xlsx")["总览"]
    header = next(row for row in sheet.iter_rows(values_only=True) if "比上次" in row)
    news = {row[2]: row[header.index("比上次")] for row in sheet.iter_rows(values_only=True) if row[2]}
    assert (news["示例县教育局"], news["示例县财政局"], news["示例县民政局"]) == ("新报送", "已撤回", None)


def test_a_day_that_staff_have_rewritten_in_the_summary_stops_nothing(run: Run, county: Path) -> None:
    collect(run, county)
    book = openpyxl.load_workbook(county / "c-汇总情况.xlsx")
    sheet = book["总览"]
    header = next(row for row in sheet.iter_rows() if "报送日期" in [cell.value for cell in row])
    day = next(cell for cell in header if cell.value == "报送日期")
    sheet.cell(day.row + 1, day.column).value = "1月10日"
    book.save(county / "c-汇总情况.xlsx")
    assert "已将" in collect(run, county, "--force")[1]


class TestAWorkbookAndItsDocument:
    def test_with_the_same_figures_they_are_one_hand_in_and_the_workbook_counts(self, run: Run, county: Path) -> None:
        workbook = county / "in" / "示例县财政局.xlsx"
        assert run("export", workbook, "--draft", "-o", county / "in" / "财政局.docx").code == 0
        os.utime(workbook, (1e9, 1e9))  # the document is the newer of them
        code, told = collect(run, county)
        assert "重复报送" not in told
        assert "C201" not in told
        assert "没有问题1个" in told
        assert code == 0
        sheet = openpyxl.load_workbook(county / "c-汇总情况.xlsx")["总览"]
        assert "示例县财政局.xlsx" in {cell.value for row in sheet.iter_rows() for cell in row}

    def test_a_workbook_that_was_only_saved_again_and_its_json_are_the_same_hand_in(self, run: Run, county: Path) -> None:
        workbook = county / "in" / "示例县财政局.xlsx"
        openpyxl.load_workbook(workbook).save(county / "in" / "财政局（盖章）.xlsx")
        assert run("export", workbook, "-o", county / "in" / "财政局.json").code == 0
        code, told = collect(run, county)
        assert "重复报送" not in told
        assert "没有问题1个" in told
        assert code == 0

    def test_where_they_differ_it_is_told_in_which_cells(self, run: Run, county: Path) -> None:
        path = county / "other.xlsx"
        path.write_bytes(
            write_workbook(
                report({**balanced_figures(1), "litigation.suit_after_reconsideration.other": 9}, unit=Unit(name="示例县财政局"))
            )
        )
        assert run("export", path, "--draft", "-o", county / "in" / "财政局.docx").code == 0
        os.utime(county / "in" / "财政局.docx", (1e9, 1e9))
        code, told = collect(run, county)
        assert code == 1
        assert "重复报送：示例县财政局（in/财政局.docx），计入的是 in/示例县财政局.xlsx" in told
        sheet = openpyxl.load_workbook(county / "c-汇总情况.xlsx")["问题清单"]
        (message,) = (row[7] for row in sheet.iter_rows(values_only=True) if row[4] == "C201")
        assert "in/财政局.docx，与计入的有" in str(message)
        assert "格不同：“四、" in str(message)


class TestWhatCollectingWrote:
    @pytest.fixture
    def collected(self, run: Run, county: Path) -> Path:
        """A county that was collected once, with a summary, a letter to two units, and an annotated copy of the one report."""
        wrong = report({**balanced_figures(1), "requests.carried_out.natural_person": 77}, unit=Unit(name="示例县财政局"))
        (county / "in" / "示例县财政局.xlsx").write_bytes(write_workbook(wrong))
        order = ("collect", county / "in", "--roster", county / "units.csv", "--unit", "示例县人民政府", "--year", 2024, "--jobs", 1)
        assert run(*order, "--letters", county / "函件", "-o", county / "县2024.xlsx").code == 1
        assert {path.name for path in county.iterdir()} >= {"函件", "县2024-汇总情况.xlsx", "县2024-审核意见"}
        return county

    def test_is_no_report_of_the_folder(self, run: Run, collected: Path) -> None:
        outcome = run("check", collected, "--format", "json")
        assert [Path(one["file"]).name for one in json.loads(outcome.out)["reports"]] == ["示例县财政局.xlsx", "县2024.xlsx"]
        told = run("check", collected / "县2024.xlsx", "--children", collected)
        assert "无法读取" not in told.err
        assert "T401" not in told.out

    def test_is_a_hand_in_where_a_unit_has_worked_on_its_copy_and_sent_that_back(self, run: Run, collected: Path) -> None:
        copy = collected / "县2024-审核意见" / "示例县财政局.xlsx"
        copy.rename(collected / "in" / "示例县财政局.xlsx")
        (collected / "县2024-审核意见").rename(collected / "in" / "退回-审核意见")
        workbook = openpyxl.load_workbook(collected / "in" / "示例县财政局.xlsx")
        workbook["三、依申请公开"]["D29"] = balanced_figures(1)["requests.carried_out.natural_person"]
        (collected / "in" / "示例县财政局.xlsx").unlink()
        workbook.save(collected / "in" / "退回-审核意见" / "示例县财政局.xlsx")
        code, told = collect(run, collected)
        assert "没有问题1个，未报送2个" in told
        assert code == 0


def test_of_rival_files_three_are_named_and_of_cells_that_differ_ten() -> None:
    ids = tuple(figure.id for figure in FORM.inputs)
    told = []
    for files, cells in ((3, 10), (4, 11)):
        filing = Filing(2024, rivals=tuple(f"{number}.xlsx" for number in range(files)), differing=ids[:cells])
        (found,) = filing_findings(report(), filing)
        told.append(found.message)
        assert (found.fault.figures, found.fault.actual, found.fault.expected) == (ids[:cells], str(files + 1), "1")
    assert told[0].startswith("本单位另有报告未计入：0.xlsx、1.xlsx、2.xlsx，与计入的有10格不同：")
    assert told[1].startswith("本单位另有报告未计入：0.xlsx、1.xlsx、2.xlsx等4份，与计入的有11格不同：")
    assert ["等。" in message for message in told] == [False, True]


def test_how_a_report_was_handed_in_is_told_with_numbers_of_its_own() -> None:
    assert filing_findings(report(), Filing(2024)) == ()
    assert [(one.rule.code, one.id) for one in filing_findings(report(), Filing(2023, in_roster=False), 5)] == [("C202", 6), ("C203", 7)]
