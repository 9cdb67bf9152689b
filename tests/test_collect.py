"""`collect`: a county's reports taken in, checked, kept and summed up; nothing lost, nothing read twice."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.reports import FORM, TEXTS, balanced_figures, report, unit_workbook
from tests.taken import states
from xltools.files.outputs import write_whole
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.readers.dispatch import read_report
from xltools.report.filled import Report, Value
from xltools.workbook.locked_workbook import write_workbook

OFFICE = "示例县人民政府"
ROSTER = """代码,单位名称,原单位名称
0001,示例县财政局,
0002,示例县教育局,
0003,示例县农业农村局,示例县农业局
0004,示例县民政局,
0005,示例县人民政府,
"""


def hand_in(folder: Path, name: str, figures: dict[str, Value] | None = None, year: int = 2024, file: str = "") -> Path:
    """A unit's workbook in a folder."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{file or name}.xlsx"
    path.write_bytes(unit_workbook(report(figures, year=year, unit=Unit(name=name))))
    return path


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A folder with a roster and reports of three of its units."""
    (tmp_path / "units.csv").write_text(ROSTER, encoding="utf-8")
    for seed, name in enumerate(("示例县财政局", "示例县教育局", "示例县农业农村局")):
        hand_in(tmp_path / "in", name, balanced_figures(seed))
    return tmp_path


def collect(run: Run, county: Path, *arguments: object, year: int = 2024) -> tuple[int, str, Report]:
    """The exit code, what is printed, and the roll-up."""
    output = county / "county.xlsx"
    outcome = run(
        "collect", county / "in", "--roster", county / "units.csv", "--unit", OFFICE, "--year", year, "--store", county / "s.sqlite",
        "-o", output, "--jobs", 2, *arguments,
    )  # fmt: skip
    return outcome.code, outcome.out + outcome.err, read_report(output, find_form(None))


def total(seeds: range) -> dict[str, int]:
    """The sum of the inputs of some balanced reports."""
    return {figure.id: sum(int(str(balanced_figures(seed)[figure.id])) for seed in seeds) for figure in FORM.inputs}


def test_clean_reports_are_summed_and_those_missing_are_named(run: Run, county: Path) -> None:
    code, told, rolled = collect(run, county)
    assert code == 0
    assert {id: rolled.figures[id] for id in total(range(3))} == total(range(3))
    assert rolled.unit.name == OFFICE
    assert "未报送（1个单位）：示例县民政局。" in told
    assert states(county)["示例县民政局"] == "未报送"
    assert states(county)["示例县财政局"] == "没有问题"


def test_the_roll_up_is_a_locked_workbook_ready_for_the_office_s_prose(run: Run, county: Path) -> None:
    collect(run, county)
    workbook = openpyxl.load_workbook(county / "county.xlsx")
    assert all(sheet.protection.sheet for sheet in workbook.worksheets)
    assert run("check", county / "county.xlsx").code == 1  # only its own prose is missing


def test_a_second_run_reads_only_what_is_new_or_changed(run: Run, county: Path) -> None:
    collect(run, county)
    assert "本次读取0份" in collect(run, county)[1]
    hand_in(county / "in", "示例县民政局", balanced_figures(3))
    _, told, rolled = collect(run, county)
    assert "本次读取1份" in told
    assert rolled.figures["requests.received.business"] == total(range(4))["requests.received.business"]
    path = hand_in(county / "in", "示例县民政局", balanced_figures(4))
    os.utime(
        path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1_000_000)
    )  # later than the one before, however coarse the disk's time
    _, told, rolled = collect(run, county)
    assert "本次读取1份" in told
    expected = total(range(3))["requests.received.business"] + int(str(balanced_figures(4)["requests.received.business"]))
    assert rolled.figures["requests.received.business"] == expected


def test_a_file_that_is_taken_away_no_longer_counts(run: Run, county: Path) -> None:
    collect(run, county)
    (county / "in" / "示例县财政局.xlsx").unlink()
    _, told, rolled = collect(run, county)
    assert "示例县财政局" in told
    assert rolled.figures["requests.received.business"] == total(range(1, 3))["requests.received.business"]


def test_the_office_s_own_report_is_one_of_the_rows(run: Run, county: Path) -> None:
    hand_in(county / "in", OFFICE, balanced_figures(9))
    _, _, rolled = collect(run, county)
    expected = total(range(3))["requests.received.other"] + int(str(balanced_figures(9)["requests.received.other"]))
    assert rolled.figures["requests.received.other"] == expected
    assert rolled.text("overview") == TEXTS["overview"]


def test_a_bad_file_stops_no_other(run: Run, county: Path) -> None:
    (county / "in" / "坏了.xlsx").write_bytes(b"PK\x03\x04 broken")
    code, told, rolled = collect(run, county)
    assert code == 2
    assert "无法读取：坏了.xlsx" in told
    assert rolled.figures["requests.received.business"] == total(range(3))["requests.received.business"]


def test_errors_are_found_and_the_report_is_sent_back_annotated(run: Run, county: Path) -> None:
    hand_in(county / "in", "示例县民政局", {"requests.received.business": 3})
    code, _, _ = collect(run, county)
    assert code == 1
    assert states(county)["示例县民政局"] == "有错误"
    copies = sorted(path.name for path in (county / "county-审核意见").iterdir())
    assert copies == ["示例县民政局.xlsx"]
    assert "审核意见" in openpyxl.load_workbook(county / "county-审核意见" / copies[0]).sheetnames


def test_two_files_of_one_unit_a_stranger_and_another_year_are_told_and_not_added(run: Run, county: Path) -> None:
    older = hand_in(county / "in", "示例县财政局", balanced_figures(7), file="财政局旧稿")
    os.utime(older, (1, 1))
    hand_in(county / "in", "邻县财政局", balanced_figures(8))
    hand_in(county / "in", "示例县民政局", balanced_figures(6), year=2023)
    code, told, rolled = collect(run, county)
    assert code == 1
    assert "重复报送：示例县财政局（in/财政局旧稿.xlsx），计入的是 in/示例县财政局.xlsx" in told
    assert "不在名册（1份，未计入汇总）：邻县财政局（" in told
    assert "已报送不能用：示例县民政局（示例县民政局.xlsx），报告年度为2023，本次收集2024年度" in told
    assert "未报送" not in told
    assert {id: rolled.figures[id] for id in total(range(3))} == total(range(3))
    assert query(county / "s.sqlite", "SELECT count(*) FROM reports") == [(6,)]


def test_a_renamed_unit_s_last_year_is_followed_through_the_roster(run: Run, county: Path) -> None:
    last = county / "last"
    hand_in(last, "示例县农业局", {"requests.carried_out.business": 2, "requests.received.business": 2}, year=2023)
    arguments = ("--roster", county / "units.csv", "--unit", OFFICE, "--store", county / "s.sqlite", "--jobs", 1)
    assert run("collect", last, "--year", 2023, "-o", county / "last.xlsx", *arguments).code == 0
    hand_in(county / "in", "示例县农业农村局", {})
    code, _, _ = collect(run, county)
    assert code == 1
    found = query(county / "s.sqlite", "SELECT unit, name FROM current_findings WHERE year = 2024 AND severity = 'error'")
    assert ("示例县农业农村局", "carry-over-mismatch") in found
    names = query(county / "s.sqlite", "SELECT name FROM current_findings WHERE year = 2024")
    assert ("other-unit",) not in names, "the roster knows the former name, the report need not give it"


def test_the_order_of_the_workers_makes_no_difference(run: Run, county: Path) -> None:
    collect(run, county, "--jobs", 1)
    one = (county / "county.xlsx").read_bytes(), (county / "county-汇总情况.xlsx").read_bytes()
    (county / "s.sqlite").unlink()
    collect(run, county, "--jobs", 4)
    assert ((county / "county.xlsx").read_bytes(), (county / "county-汇总情况.xlsx").read_bytes()) == one


def test_without_a_store_or_a_roster_the_reports_are_summed_all_the_same(run: Run, county: Path) -> None:
    outcome = run("collect", county / "in", "--unit", OFFICE, "--year", 2024, "-o", county / "c.xlsx", "--no-copies")
    assert outcome.code == 0
    assert read_report(county / "c.xlsx", find_form(None)).figures["requests.received.other"] == total(range(3))["requests.received.other"]
    assert not list(county.glob("*.sqlite*"))


def test_what_the_office_has_worked_on_is_not_overwritten(run: Run, county: Path) -> None:
    collect(run, county)
    workbook = openpyxl.load_workbook(county / "county.xlsx")
    workbook.save(county / "county.xlsx")
    before = (county / "county.xlsx").read_bytes()
    arguments = ("--roster", county / "units.csv", "--unit", OFFICE, "--year", 2024, "--store", county / "s.sqlite")
    outcome = run("collect", county / "in", *arguments, "-o", county / "county.xlsx")
    assert outcome.code == 2
    assert "--force" in outcome.err
    assert (county / "county.xlsx").read_bytes() == before


def test_with_force_its_prose_stays_and_its_figures_are_the_new_sums(run: Run, county: Path) -> None:
    collect(run, county)
    output = county / "county.xlsx"
    before = read_report(output, find_form(None))
    unit = replace(before.unit, address="示例县人民路1号")
    reasons = {FORM.relations[0].id: "原因", "missing-section:other": "没有其他事项。"}  # with a line in 校验, and without one
    written = replace(before, unit=unit, texts={"overview": "全县认真做好政府信息公开。"}, explanations=reasons)
    output.write_bytes(write_workbook(written))
    workbook = openpyxl.load_workbook(output)
    workbook.save(output)
    hand_in(county / "in", "示例县民政局", balanced_figures(3))
    code, told, rolled = collect(run, county, "--force")
    assert code == 0
    assert rolled.texts["overview"] == "全县认真做好政府信息公开。"
    assert rolled.unit.address == "示例县人民路1号"
    assert rolled.explanations == reasons
    assert {id: rolled.figures[id] for id in total(range(4))} == total(range(4))
    assert "已换成现在的合计；正文、说明没有动" in told


def test_another_office_s_workbook_lends_it_no_prose(run: Run, county: Path) -> None:
    write_whole(county / "county.xlsx", write_workbook(report(None, unit=Unit(name="另一县人民政府"), texts=TEXTS)))
    _, told, rolled = collect(run, county)
    assert rolled.unit.name == OFFICE
    assert "overview" not in rolled.texts
    assert "已换成" not in told


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_report_that_was_handed_in_is_never_written_over_by_the_roll_up(run: Run, county: Path, force: tuple[str, ...]) -> None:
    folder = county / "in"
    sum_of_a_town = folder / "示例镇.xlsx"  # a sum, too, but not that of this office
    assert run("collect", folder / "示例县教育局.xlsx", "--unit", "示例镇", "--year", 2024, "-o", sum_of_a_town).code == 0
    for path in (folder / "示例县财政局.xlsx", sum_of_a_town):
        write_whole(path, path.read_bytes(), force=True)  # nobody has changed it since it was written
        before = {file: file.read_bytes() for file in sorted(county.rglob("*.xlsx"))}
        for given in ([folder], sorted(folder.glob("示例*.xlsx"))):
            outcome = run("collect", *given, "--unit", OFFICE, "--year", 2024, "-o", path, *force)
            assert (outcome.code, outcome.out) == (2, "")
            assert outcome.err == f"无法写入 {path}：这是输入文件，不能覆盖。请用 -o 另起文件名。\n"
        assert {file: file.read_bytes() for file in sorted(county.rglob("*.xlsx"))} == before


def test_the_roll_up_may_lie_among_the_reports_however_they_are_given(run: Run, county: Path) -> None:
    folder = county / "in"
    for given in ([folder], [folder], None):
        files = given or sorted(folder.glob("*.xlsx"))
        outcome = run("collect", *files, "--unit", OFFICE, "--year", 2024, "-o", folder / "汇总.xlsx")
        assert (outcome.code, "已将3个单位的数据汇总" in outcome.out) == (0, True)


@pytest.mark.trial
def test_ctrl_c_keeps_what_is_done(county: Path) -> None:
    for number in range(200):
        shutil.copy(county / "in" / "示例县财政局.xlsx", county / "in" / f"copy-{number}.xlsx")
    command = [sys.executable, "-m", "xltools", "collect", "in", "--unit", OFFICE, "--year", "2024", "--store", "s.sqlite", "-o", "c.xlsx"]
    process = subprocess.Popen(
        [*command, "--jobs", "1"], cwd=county, stderr=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    store = county / "s.sqlite"
    while not (store.exists() and _taken(store)):
        assert process.poll() is None, "it ended before anything was taken in"
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate()
    message = told.decode("utf-8")
    assert process.returncode == 2
    assert "Traceback" not in message
    assert "已中断" in message
    kept = _taken(store)
    again = subprocess.run([*command, "--no-copies"], cwd=county, capture_output=True, check=False)
    assert f"本次读取{203 - kept}份" in again.stdout.decode("utf-8")


def _taken(store: Path) -> int:
    try:
        return len(query(store, "SELECT path FROM files"))
    except sqlite3.Error:
        return 0


def query(store: Path, sql: str) -> list[tuple[object, ...]]:
    """What any SQLite tool finds in a store."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as database:
        return database.execute(sql).fetchall()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--year", "24"), "年度"),
        (("--year", "2024", "--roster", "no.csv"), "no.csv"),
        (("--year", "2024", "--store", "in"), "in"),
        (("--year", "2024", "--cluster", "tcp://127.0.0.1:9"), "没有应答"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, county: Path, arguments: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(county)
    monkeypatch.setattr("xltools.workers.pool.CLUSTER_SECONDS", 1)
    outcome = run("collect", "in", "--unit", OFFICE, "-o", "c.xlsx", *arguments)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert words in outcome.err
    assert not (county / "c.xlsx").exists()


def test_the_findings_of_the_store_are_those_of_check(run: Run, county: Path) -> None:
    path = hand_in(county / "in", "示例县民政局", {"requests.received.business": 3})
    collect(run, county)
    checked = json.loads(run("check", path, "--format", "json").out)["reports"][0]["findings"]
    stored = query(county / "s.sqlite", "SELECT rule, name FROM current_findings WHERE unit = '示例县民政局' ORDER BY number")
    assert stored == [(finding["code"], finding["name"]) for finding in checked]


def test_a_report_with_text_in_a_figure_is_added_without_it_and_told(run: Run, county: Path) -> None:
    hand_in(county / "in", "示例县民政局", {"requests.received.business": "三件"})
    _, told, rolled = collect(run, county)
    assert rolled.figures["requests.received.business"] == total(range(3))["requests.received.business"]
    assert "示例县民政局" in told
    assert replace(rolled, texts={}).figures == rolled.figures
