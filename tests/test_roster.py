"""Rosters as offices keep them: text or spreadsheet, any encoding, any order of columns."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from xltools.county.roster import Roster, RosterUnit, read_roster
from xltools.errors import UnreadableFileError
from xltools.form.unit import Unit

TABLE = "代码,单位名称,单位简称,原单位名称,地址,电话,邮编,网站名称,网址\n0012,示例县财政局,财政局,示例县税务局、财税局,一号,0571-1,012345,示例网,http://a.cn\n"
UNIT = RosterUnit(
    "0012",
    Unit("示例县财政局", "财政局", "", "一号", "0571-1", "012345", "示例网", "http://a.cn"),
    ("示例县税务局", "财税局"),
)


def write(folder: Path, text: str, encoding: str = "utf-8", name: str = "units.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def write_sheet(folder: Path, *rows: tuple[object, ...], name: str = "units.xlsx") -> Path:
    path = folder / name
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        workbook.add_worksheet("其他").write(0, 0, "单位名称")
    return path


def fault(path: Path) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        read_roster(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return caught.value.reason


class TestText:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", "\t", ";"])
    def test_any_encoding_and_delimiter(self, tmp_path: Path, encoding: str, delimiter: str) -> None:
        assert read_roster(write(tmp_path, TABLE.replace(",", delimiter), encoding)).units == (UNIT,)

    def test_english_headers_any_order_other_columns_and_windows_line_ends(self, tmp_path: Path) -> None:
        text = "remark,NAME,Code,former_names,phone\r\nx,甲局,007,旧局|老局,1\r\n"
        assert read_roster(write(tmp_path, text)).units == (RosterUnit("007", Unit("甲局", phone="1"), ("旧局", "老局")),)

    @pytest.mark.parametrize("separator", ["、", ";", "；", "，", "|", "/", "\n", " / "])
    def test_former_names_are_separated_as_people_do(self, tmp_path: Path, separator: str) -> None:
        (unit,) = read_roster(write(tmp_path, f'单位名称,曾用名\n甲局,"旧局{separator}老局{separator}旧局"\n')).units
        assert unit.former_names == ("旧局", "老局")

    def test_a_title_above_the_header_and_blank_rows(self, tmp_path: Path) -> None:
        text = "某某县单位名册,,\n,,\n序号,名称（必填）,单位代码\n1,甲局,01\n,,\n , ,　\n2,乙局,02\n"
        assert [(unit.code, unit.unit.name) for unit in read_roster(write(tmp_path, text)).units] == [("01", "甲局"), ("02", "乙局")]

    def test_codes_kept_from_spreadsheet_programs(self, tmp_path: Path) -> None:
        text = '代码,名称\n"=""0012""",甲局\n\'0013,乙局\n360982.0,丙局\n'
        assert [unit.code for unit in read_roster(write(tmp_path, text)).units] == ["0012", "0013", "360982"]

    def test_quoted_cells_with_delimiters_and_line_breaks(self, tmp_path: Path) -> None:
        (unit,) = read_roster(write(tmp_path, '名称,地址\n"示例县\n财政局","一号, 二楼"\n')).units
        assert (unit.unit.name, unit.unit.address) == ("示例县财政局", "一号, 二楼")

    def test_without_codes_there_are_none(self, tmp_path: Path) -> None:
        roster = read_roster(write(tmp_path, "name\n甲局\n乙局\n"))
        assert [unit.code for unit in roster.units] == ["", ""]
        assert roster.find("乙 局") is roster.units[1]

    def test_short_rows_are_blank_at_the_end(self, tmp_path: Path) -> None:
        assert read_roster(write(tmp_path, "名称,代码,电话\n甲局\n")).units == (RosterUnit("", Unit("甲局")),)

    def test_the_present_name_among_the_former_ones_is_none(self, tmp_path: Path) -> None:
        (unit,) = read_roster(write(tmp_path, "名称,曾用名\n甲局,甲局、旧局\n")).units
        assert unit.former_names == ("旧局",)


class TestSpreadsheets:
    def test_the_first_sheet_is_read_with_numbers_as_text(self, tmp_path: Path) -> None:
        path = write_sheet(
            tmp_path, ("单位代码", "单位名称", "邮编", "电话"), (360982.0, "甲局", 331200, 5711234), ("007", "乙局", "012345")
        )
        assert read_roster(path).units == (
            RosterUnit("360982", Unit("甲局", postcode="331200", phone="5711234")),
            RosterUnit("007", Unit("乙局", postcode="012345")),
        )

    def test_row_numbers_are_those_of_the_sheet(self, tmp_path: Path) -> None:
        path = write_sheet(tmp_path, (), ("名册",), (), ("代码", "名称"), ("01", "甲局"), (), ("02", ""))
        assert fault(path) == "第 7 行没有单位名称。请补上，或删去这一行。"

    def test_a_long_code_that_was_rounded_is_refused(self, tmp_path: Path) -> None:
        assert "第 2 行的代码“1.13609820145679e+17”已被" in fault(write_sheet(tmp_path, ("代码", "名称"), (113609820145678901, "甲局")))

    def test_damaged_ones_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "units.xlsx"
        path.write_bytes(b"PK\x03\x04" + b"x" * 50)
        assert "已损坏" in fault(path)


class TestFaults:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            (
                "代码,部门\n01,甲局\n",
                "没有找到表头。名册应有一行表头，其中一栏是“单位名称”，另可有：代码、单位简称、原单位名称、地址、电话、邮编、网站名称、网址。",
            ),
            ("", "没有找到表头"),
            ("代码,名称\n", "名册中没有单位。请在表头下面每行填一个单位。"),
            ("代码,名称\n,\n", "名册中没有单位"),
            ("代码,名称\n01,甲局\n\n02,\n", "第 4 行没有单位名称。请补上，或删去这一行。"),
            ("代码,名称\n01,甲局\n02,乙局\n01,丙局\n", "第 2 行和第 4 行的代码都是“01”。请改正后重试。"),
            ("代码,名称\n01,甲局\n02,甲 局\n", "第 2 行“甲局”和第 3 行“甲 局”是同一单位名称的两种写法。请只留一行后重试。"),
            ("名称\n乙局\n甲局（本级）\n甲局(本级)\n", "第 3 行“甲局（本级）”和第 4 行“甲局(本级)”是同一单位名称的两种写法"),
            ("名称\n示例县城关镇人民政府\n示例县城关镇\n", "是同一单位名称的两种写法"),
            ("名称\n城关街道\n城关街道办事处\n", "是同一单位名称的两种写法"),
            ("名称,曾用名\n甲局,\n乙局,旧局/甲局\n", "第 3 行的原单位名称“甲局”是第 2 行的单位名称，分不清是哪个单位。请改正后重试。"),
            ("代码,名称\n3.60982E+17,甲局\n", "第 2 行的代码“3.60982E+17”已被表格软件当作数字取整。请把代码一栏设为文本格式后重新填写。"),
        ],
    )
    def test_one_line_says_where_and_what_to_do(self, tmp_path: Path, text: str, reason: str) -> None:
        assert reason in fault(write(tmp_path, text))

    def test_other_files_are_refused(self, tmp_path: Path) -> None:
        assert "应为 .csv 或 .xlsx" in fault(write(tmp_path, TABLE, name="units.docx"))
        assert "文件不存在。请检查文件名和位置。" in fault(tmp_path / "none.csv")
        (tmp_path / "folder.csv").mkdir()
        assert "这是文件夹。请给出文件。" in fault(tmp_path / "folder.csv")

    def test_bytes_that_are_no_text_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "units.csv"
        path.write_bytes(b"\xff\xff\x80\x00\xff")
        assert "CSV UTF-8" in fault(path)


def test_two_units_may_have_come_from_one(tmp_path: Path) -> None:
    roster = read_roster(write(tmp_path, "名称,曾用名\n甲局,旧局\n乙局,旧局\n"))
    assert isinstance(roster, Roster)
    assert roster.find("旧局") is roster.units[0]


class TestWhichUnitANameMeans:
    def test_a_government_is_known_by_the_name_that_its_reports_title_has(self, tmp_path: Path) -> None:
        roster = read_roster(write(tmp_path, "单位名称\n示例县城关镇人民政府\n示例县财政局\n"))
        assert roster.find("示例县城关镇") is roster.units[0]
        assert roster.find("示例县") is None

    @pytest.mark.parametrize(
        "spelling", ["示例县财政局(金融办)", "示例縣財政局（金融辦）", " 示例县　财政局（金融办） ", "示例县财政局（金融办)"]
    )
    def test_width_blanks_and_traditional_characters_make_no_difference(self, tmp_path: Path, spelling: str) -> None:
        roster = read_roster(write(tmp_path, "单位名称\n示例县财政局（金融办）\n示例县城关街道办事处\n"))
        assert roster.find(spelling) is roster.units[0]
        assert roster.find("示例县城关街道") is roster.units[1]
        assert roster.find("示例县财政局") is None

    @pytest.mark.parametrize("row", ["合计,3,", ",合 计,", "总计：3家,,", ",共计3个单位,"])
    def test_a_row_that_counts_the_units_is_none(self, tmp_path: Path, row: str) -> None:
        roster = read_roster(write(tmp_path, f"代码,单位名称,电话\n1,甲局,\n2,会计局,\n{row}\n"))
        assert [unit.unit.name for unit in roster.units] == ["甲局", "会计局"]
