"""Workbooks for many units: each the same to the byte as the single command gives, whatever the unit and last year's figures."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from tests.reports import TEXTS
from tests.reports import report as filled_report
from xltools.county.handout import first_report, hand_out, unit_file_names
from xltools.county.roster import Roster, RosterUnit
from xltools.errors import XltoolsError
from xltools.files.outputs import LONGEST_NAME, MOST_BYTES, file_names
from xltools.files.packages import open_package
from xltools.files.seals import OUTPUT
from xltools.form.definition import Form
from xltools.form.loader import load_form
from xltools.form.unit import DETAILS, Unit
from xltools.report.conversion import blank_report
from xltools.report.filled import Report, Value
from xltools.workbook import series as fast
from xltools.workbook.locked_workbook import write_workbook
from xltools.workbook.pen import CELL_LIMIT
from xltools.workbook.series import Series

FORM = load_form("govinfo-2021")
FORMS = {form.id: form for form in (FORM, load_form("govinfo-2019"), load_form(str(Path(__file__).parent / "forms" / "tiny")))}
BLANK = blank_report(FORM, 2024)
WORDS = (
    "",
    "示例县财政局",
    "A&B <局> \"甲\" '乙'",
    "&amp;&lt;局&gt;",
    "自然人",  # a heading of the tables
    "地址",  # a label of 基本信息 itself
    "单位名称（必填）",
    "✓ 校验全部无误",
    "是",
    "0571-12345678",
    "007",
    "=1+1",
    "http://www.example.gov.cn/?a=1&b=2#三",
    "示例" * 300,
    "𠮷野镇人民政府",
    "é e\u0301",
    "示例　县\u00a0局",
)
ODD = (
    " 前后有空白 ",
    "　全角空白",
    "两\n行",
    "制\t表",
    "控\x01制",
    "_x0041_",
    "名_x局",
    "<r><t>富文本</t></r>",
    "<r>",
    "\x7f",
    "\u2028",
    "]]>",
    "局" * CELL_LIMIT,
    "𠮷" * (CELL_LIMIT // 2),
)
"""What xlsxwriter writes otherwise than it stands."""


def random_unit(dice: random.Random) -> Unit:
    """Any combination of details: blank, equal to one another, equal to texts of the workbook, new."""
    words = [*WORDS, *(f"{dice.randrange(10**6)}号" for _ in range(4))]
    return Unit(**{field.name: dice.choice(words) for field in fields(Unit)})


def random_figures(dice: random.Random, form: Form, zeros: bool) -> dict[str, Value]:
    """Figures as they are carried over, from none to all, and now and then others."""
    carried = [relation.this[0].figure for relation in form.year_relations if len(relation.this) == 1]
    inputs = [figure.id for figure in form.inputs]
    ids = [id for id in carried if id in inputs] + dice.sample(inputs, dice.choice((0, 0, 1, 5)))
    sizes: tuple[Value, ...] = (
        None,
        0,
        0,
        1,
        12,
        -3,
        392,
        10**6,
        10**15 - 1,
        10**15,
        123456789012345678,
        Decimal("12.34"),
        Decimal("1E-7"),
    )
    return {figure.id: 0 if zeros else None for figure in form.inputs} | {
        id: dice.choice(sizes) for id in ids[: dice.randrange(len(ids) + 1)]
    }


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def expect_same(series: Series, report: Report, password: str = "") -> None:
    fast, full = series.workbook(report), write_workbook(report, password)
    if fast != full:  # tell which part, and then that all of the bytes are not the same
        assert parts(fast) == parts(full)
        raise AssertionError("the parts are the same, the file is not")


@pytest.fixture
def only_fast(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes it an error, once called, to write a workbook in full."""

    def forbid(report: Report, password: str = "") -> bytes:
        raise AssertionError(f"written in full: {report.unit}")

    return lambda: monkeypatch.setattr(fast, "write_workbook", forbid)


class TestTheSameBytes:
    @pytest.mark.trial
    @pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
    @pytest.mark.parametrize(("zeros", "password"), [(False, ""), (True, "a<&\"'1"), (True, ""), (False, "geheim")])
    def test_for_any_unit_and_any_figures_carried_over(self, form: Form, zeros: bool, password: str) -> None:
        year = form.first_year or 2024
        blank = blank_report(form, year, zeros=zeros)
        series, dice = Series(blank, password), random.Random(f"{form.id}{zeros}{password}")
        for _ in range(6):
            expect_same(series, replace(blank, unit=random_unit(dice), figures=random_figures(dice, form, zeros)), password)

    @pytest.mark.parametrize("detail", [detail.key for detail in DETAILS if detail.key in {field.name for field in fields(Unit)}])
    def test_for_each_detail_alone(self, detail: str) -> None:
        expect_same(SERIES, replace(BLANK, unit=Unit(**{detail: "甲&乙"})))

    @pytest.mark.trial
    @pytest.mark.parametrize("word", WORDS, ids=lambda word: word[:12])
    def test_for_each_word_as_name_and_beside_it(self, word: str) -> None:
        expect_same(SERIES, replace(BLANK, unit=Unit(name=word, short_name="示例局", address=word, website=word)))

    @pytest.mark.trial
    @pytest.mark.parametrize("word", ODD, ids=lambda word: ascii(word[:3]))
    def test_for_what_no_patch_can_do(self, word: str) -> None:
        expect_same(SERIES, replace(BLANK, unit=Unit(name="示例局", address=word)))
        expect_same(SERIES, replace(BLANK, unit=Unit(name=word)))

    @pytest.mark.trial
    def test_for_every_text_of_the_workbook_as_a_name(self) -> None:
        texts = [text for text in fast.TEXT.findall(parts(write_workbook(BLANK))[fast.TEXTS].decode()) if text]
        assert len(texts) > 150
        for text in random.Random(0).sample(texts, 12):
            expect_same(SERIES, replace(BLANK, unit=Unit(name=text, phone="示例局")))

    def test_for_reports_that_are_no_blank_ones(self) -> None:
        expect_same(SERIES, filled_report(unit=Unit(name="示例局")))
        expect_same(SERIES, replace(BLANK, texts=TEXTS))
        expect_same(SERIES, replace(BLANK, year=2023))
        expect_same(SERIES, replace(BLANK, blank_is_zero=True))
        expect_same(SERIES, replace(BLANK, figures={**BLANK.figures, "requests.received.business": "若干"}))
        expect_same(SERIES, replace(BLANK, figures={**BLANK.figures, "requests.received.total": 3}))
        expect_same(SERIES, blank_report(FORMS["govinfo-2019"], 2020, unit="示例局"))

    def test_whatever_the_order_of_the_units(self) -> None:
        dice = random.Random(5)
        reports = [replace(BLANK, unit=random_unit(dice), figures=random_figures(dice, FORM, False)) for _ in range(5)]
        expected = [write_workbook(report) for report in reports]
        assert [SERIES.workbook(report) for report in (*reports, *reversed(reports))] == [*expected, *reversed(expected)]

    @pytest.mark.parametrize("name", ["局" * (CELL_LIMIT + 1), "𠮷" * (CELL_LIMIT // 2 + 1)], ids=["common", "rare"])
    def test_a_text_that_no_cell_can_hold_is_refused_alike(self, name: str) -> None:
        report = replace(BLANK, unit=Unit(name=name))
        with pytest.raises(XltoolsError) as full:
            write_workbook(report)
        with pytest.raises(XltoolsError) as fast:
            SERIES.workbook(report)
        assert str(fast.value) == str(full.value)


SERIES = Series(BLANK)


def test_what_rosters_hold_is_written_the_fast_way(only_fast: Callable[[], None]) -> None:
    only_fast()
    dice = random.Random(9)
    for _ in range(50):
        SERIES.workbook(replace(BLANK, unit=random_unit(dice), figures=random_figures(dice, FORM, False)))


def test_an_archive_with_nothing_changed_is_the_same_file() -> None:
    data = write_workbook(BLANK)
    assert open_package(data, OUTPUT).exchange({}) == data


class TestWhatAUnitBeginsWith:
    LAST = filled_report(
        {"requests.carried_out.natural_person": 3, "requests.received.natural_person": 3},
        year=2023,
        unit=Unit("旧名局", "旧局", former_name="更旧局", address="一号", phone="0571-1"),
    )

    def test_the_rosters_details_completed_from_last_years_report(self) -> None:
        unit = RosterUnit("01", Unit(name="旧名局", phone="0571-2"))
        report = first_report(FORM, 2024, unit, self.LAST)
        assert report.unit == Unit("旧名局", "旧局", address="一号", phone="0571-2")
        assert report.figures["requests.carried_in.natural_person"] == 3

    def test_a_renamed_unit_tells_the_name_of_last_years_report_and_keeps_no_old_short_name(self) -> None:
        report = first_report(FORM, 2024, RosterUnit("01", Unit(name="新名局"), ("旧名局",)), self.LAST)
        assert report.unit == Unit("新名局", former_name="旧名局", address="一号", phone="0571-1")

    def test_a_name_with_other_blanks_or_the_short_one_is_no_other_name(self) -> None:
        for last in (replace(self.LAST, unit=Unit("旧 名局")), replace(self.LAST, unit=Unit("旧局"))):
            assert first_report(FORM, 2024, RosterUnit("", Unit("旧名局", "旧局")), last).unit.former_name == ""

    def test_without_last_years_report_nothing_is_made_up(self) -> None:
        report = first_report(FORM, 2024, RosterUnit("01", Unit(name="新名局"), ("旧名局",)), None, zeros=True)
        assert (report.unit, set(report.figures.values())) == (Unit(name="新名局"), {0})

    def test_with_the_name_alone_it_is_what_the_single_command_gives(self) -> None:
        for name in ("旧名局", "新名局"):
            single = blank_report(FORM, 2024, unit=name, previous=self.LAST)
            assert first_report(FORM, 2024, RosterUnit("01", Unit(name=name), ("旧名局",)), self.LAST) == single


class TestFileNames:
    def test_are_the_code_and_the_name(self) -> None:
        roster = Roster((RosterUnit("0012", Unit(name="财政局")), RosterUnit("", Unit(name="教育局"))))
        assert unit_file_names(roster) == ["0012-财政局.xlsx", "教育局.xlsx"]

    @pytest.mark.parametrize(
        ("title", "name"),
        [
            ('a<b>c:d"e/f\\g|h?i*j', "a_b_c_d_e_f_g_h_i_j.xlsx"),
            ("两\n行\t局", "两_行_局.xlsx"),
            ("局. . ", "局.xlsx"),
            ("...", "_.xlsx"),
            ("", "_.xlsx"),
            ("CON", "_CON.xlsx"),
            ("nul.局", "_nul.局.xlsx"),
            ("Com1", "_Com1.xlsx"),
            ("LPT² ", "_LPT².xlsx"),
            ("CONGO", "CONGO.xlsx"),
            ("COM10", "COM10.xlsx"),
            (".隐藏", "_.隐藏.xlsx"),
            ("~$局", "_~$局.xlsx"),
        ],
    )
    def test_are_such_as_windows_takes(self, title: str, name: str) -> None:
        assert file_names([title], ".xlsx") == [name]

    def test_names_that_come_out_alike_are_numbered(self) -> None:
        titles = ["a/b", "A:B", "a_b", "é", "e\u0301"]
        assert file_names(titles, ".xlsx") == ["a_b.xlsx", "A_B (2).xlsx", "a_b (3).xlsx", "é.xlsx", "e\u0301 (2).xlsx"]

    def test_a_number_that_is_a_name_already_is_passed_over(self) -> None:
        assert file_names(["局", "局 (2)", "局"], ".xlsx") == ["局.xlsx", "局 (2).xlsx", "局 (3).xlsx"]

    def test_long_names_are_cut_and_still_differ(self) -> None:
        names = file_names(["x" * 300, "x" * 301, "局" * 300, "局" * 301, "𠮷" * 99], ".xlsx")
        assert len(set(names)) == 5
        assert all(len(name) <= LONGEST_NAME and len(name.encode()) <= MOST_BYTES and name.endswith(".xlsx") for name in names)


def test_a_file_that_cannot_be_written_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "甲局.xlsx").mkdir()
    roster = Roster((RosterUnit("", Unit(name="甲局")), RosterUnit("", Unit(name="乙局"))))
    first, second = hand_out(FORM, 2024, roster, tmp_path)
    assert first.failure and second.failure is None and second.path.exists()


def test_a_workbook_is_never_written_over_one_of_last_years(tmp_path: Path) -> None:
    roster = Roster((RosterUnit("", Unit(name="甲局")),))
    (done,) = hand_out(FORM, 2024, roster, tmp_path, sources={(tmp_path / "甲局.xlsx").resolve()}, force=True)
    assert done.failure is None  # there is none
    (done,) = hand_out(FORM, 2024, roster, tmp_path, sources={(tmp_path / "甲局.xlsx").resolve()}, force=True)
    assert done.failure and "输入文件" in done.failure
