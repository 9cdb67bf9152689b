"""The sample county: two years of a dozen units, who hand in as units do, and what comes of them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.reports import contents
from tools import make_county
from tools.make_county import COLLECTED, FORMER, LATE, MISSING, OFFICE, OLD_WORD, TWICE, UNITS, WITH_DOCUMENT, WRONG, WRONG_YEAR
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report

SAMPLE = make_county.FOLDER
HANDED_IN = sorted(path.relative_to(SAMPLE) for path in (SAMPLE / "units.csv", *SAMPLE.glob("20*/*")))


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder where both years were collected, and what was printed."""
    folder = tmp_path_factory.mktemp("county")
    for path in HANDED_IN:
        (folder / path).parent.mkdir(exist_ok=True)
        shutil.copyfile(SAMPLE / path, folder / path)
    return folder, make_county.collect(folder)


@pytest.mark.trial
def test_what_was_handed_in_is_what_its_tool_makes(tmp_path: Path) -> None:
    make_county.hand_in(tmp_path)
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()) == HANDED_IN
    assert [path for path in HANDED_IN if contents(tmp_path / path) != contents(SAMPLE / path)] == []


def test_collecting_gives_the_roll_up_and_the_summary_that_are_kept(county: tuple[Path, str]) -> None:
    folder, said = county
    assert said == (SAMPLE / "collected.txt").read_text(encoding="utf-8")
    roll_up, summary, copy, *letters = COLLECTED
    for product in (roll_up, summary, *letters):
        assert contents(folder / product) == contents(SAMPLE / "collected" / product), product
    assert (folder / copy).exists()


def test_each_fault_is_told_and_nothing_is_said_of_renamed_units_and_of_one_with_a_document(county: tuple[Path, str]) -> None:
    second = county[1].split("$")[2]
    assert f"未报送（1个单位）：{MISSING}。" in second
    assert f"迟报（1个单位）：{LATE}（3天）。" in second
    assert f"已报送不能用：{OLD_WORD}（0003-{OLD_WORD}.doc），不能读取这种格式" in second
    assert f"已报送不能用：{WRONG_YEAR}（0004-{WRONG_YEAR}.xlsx），报告年度为2023" in second
    assert f"重复报送：{TWICE}（2024/0010-{TWICE}.docx），计入的是 2024/0010-{TWICE}.xlsx" in second
    assert "没有问题7个，有错误2个，已报送不能用2个，未报送1个，重复报送1份" in second
    assert not any(name in second for names in (*FORMER.items(), (WITH_DOCUMENT,)) for name in names)


def test_the_roll_up_is_the_sum_of_the_reports(county: tuple[Path, str]) -> None:
    rolled = read_report(county[0] / COLLECTED[0], find_form(None))
    read = (read_report(path, find_form(None)) for path in sorted(SAMPLE.glob("2024/*.xlsx")))
    parts = [part for part in read if part.year == 2024]
    assert len(parts) == len(UNITS) - len((MISSING, OLD_WORD, WRONG_YEAR))
    for figure in rolled.form.inputs:
        assert rolled.figures[figure.id] == sum(int(str(part.figures[figure.id])) for part in parts), figure.id


def test_the_office_s_report_is_held_against_its_units(county: tuple[Path, str], run: Run) -> None:
    outcome = run("check", county[0] / COLLECTED[0], "--children", county[0] / "county.sqlite")
    for name in (MISSING, OLD_WORD, WRONG_YEAR):  # each once, by what the roll-up itself says of it
        assert len(re.findall(rf"T40\d “?{name}", outcome.out)) == 1, name
    assert "T401" not in outcome.out
    assert "T402" not in outcome.out


def test_the_wrong_one_is_sent_back_with_its_fault(county: tuple[Path, str]) -> None:
    folder, _ = county
    assert [path.name for path in (folder / f"{make_county.SHORT}2024-审核意见").iterdir()] == [Path(COLLECTED[2]).name]
    assert WRONG in COLLECTED[2]
    assert OFFICE not in COLLECTED[2]
