"""Reports in the store: they come back as they were, newer ones take their place, and units are known by code and names."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.reports import FORM, balanced_figures, report
from tests.taken import COUNTY, again, ask, counting, judged, outcome_of, roster, taken, unreadable
from xltools.county.roster import Roster
from xltools.county.store.access import Store, open_store
from xltools.errors import XltoolsError
from xltools.form.loader import find_form
from xltools.form.unit import Unit
from xltools.report.filled import Breakdown
from xltools.report.report_json import dump_report
from xltools.rules.review import review

FIND = find_form(None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "county.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


def states(store: Store) -> dict[str, list[str]]:
    """The states of each file's versions, the oldest first."""
    found: dict[str, list[str]] = {}
    for file, state in ask(store, "SELECT file, state FROM reports ORDER BY id"):
        found.setdefault(file, []).append(state)
    return found


class TestAReport:
    def test_comes_back_as_it_was(self, store: Store) -> None:
        breakdown = Breakdown("overview.proactive", "主动公开政府信息", "条", 3, (("动态", 1), ("文件", 2)))
        filled = report(balanced_figures(1), breakdowns=(breakdown,), explanations={"negative:x": "已说明。"})
        store.put([outcome_of("/in/a.xlsx", filled)])
        back = store.report("示例县人民政府", 2024, FIND)
        assert back is not None
        assert dump_report(back) == dump_report(filled)
        assert (back.unit, back.texts, back.breakdowns) == (filled.unit, filled.texts, filled.breakdowns)

    def test_has_the_findings_of_the_last_run(self, store: Store) -> None:
        store.put([taken("/in/a.xlsx")])
        assert ask(store, "SELECT count(*) FROM findings") == [(0,)]
        judged(store)
        checked = review(report({"requests.received.natural_person": 12}, unit=Unit(name="甲局"))).findings
        assert ask(store, "SELECT number, code FROM findings") == [(finding.id, finding.rule.code) for finding in checked]
        assert ask(store, "SELECT severity FROM findings ORDER BY number") == [(finding.severity,) for finding in checked]

    def test_has_every_figure_in_long_form_totals_computed(self, store: Store) -> None:
        figures = {"disclosure.fees.amount": Decimal("12.34"), "disclosure.rules.made": None, "disclosure.rules.in_force": "约三件"}
        store.put([taken("/in/a.xlsx", figures=figures)])
        found = {cell: rest for cell, *rest in ask(store, "SELECT cell, value, text FROM figures")}
        assert found.keys() == FORM.figures.keys()
        assert found["requests.received.natural_person"] == found["requests.received.total"] == [12, None]
        assert found["disclosure.fees.amount"] == [12.34, None]
        assert found["disclosure.rules.made"] == [None, None]
        assert found["disclosure.rules.in_force"] == [None, "约三件"]

    def test_may_hold_numbers_beyond_any_database(self, store: Store) -> None:
        store.put([taken("/in/a.xlsx", received=10**30)])
        assert ask(store, "SELECT value FROM figures WHERE cell = 'requests.received.natural_person'") == [(1e30,)]
        assert json.loads(next(store.current(2024)).json)["figures"]["requests.received.natural_person"] == 10**30

    def test_without_prose_has_no_texts(self, store: Store) -> None:
        store.put([taken("/in/a.xlsx", texts={}, has_prose=False), taken("/in/b.xlsx", "乙局", texts={"other": "甲\n乙"})])
        assert ask(store, "SELECT section, text FROM texts") == [("other", "甲\n乙")]

    def test_of_no_unit_or_no_year_is_kept(self, store: Store) -> None:
        store.enroll(COUNTY)
        store.put([taken("/in/a.xlsx", ""), taken("/in/b.xlsx", "　"), taken("/in/c.xlsx", year=None)])
        assert [stored.file for stored in store.current(2024)] == ["/in/a.xlsx", "/in/b.xlsx"]
        assert counting(store, None) == {"甲局": "/in/c.xlsx"}

    def test_with_odd_characters_harms_nothing(self, store: Store) -> None:
        name = "甲局'); DROP TABLE reports; --"
        odd = "/in/" + os.fsdecode(b"\xff\xfe.xlsx")
        store.put([taken(odd, name), unreadable("/in/" + os.fsdecode(b"\xfd.xlsx"), "坏\udcff")])
        assert counting(store) == {name: "/in/\\udcff\\udcfe.xlsx"}
        assert store.report(name, 2024, FIND)
        assert r"/in/\udcff\udcfe.xlsx" in store.known()


class TestVersions:
    def test_a_changed_file_supersedes_what_it_was(self, store: Store) -> None:
        store.put([taken("/in/a.xlsx", received=1)])
        store.put([taken("/in/a.xlsx", received=2, modified=2)])
        assert states(store) == {"/in/a.xlsx": ["superseded", "current"]}
        values = ask(store, "SELECT value FROM figures WHERE cell = 'requests.received.total' ORDER BY report_id")
        assert values == [(1,), (2,)]

    def test_a_file_that_was_only_saved_or_checked_again_is_no_new_version(self, store: Store) -> None:
        outcome = taken("/in/a.xlsx")
        store.put([outcome])
        store.put([again(outcome, 5)])
        assert states(store) == {"/in/a.xlsx": ["current"]}
        assert store.known()["/in/a.xlsx"].modified == 5

    def test_a_file_that_can_no_longer_be_read_does_not_count_as_it_was(self, store: Store) -> None:
        good = taken("/in/a.xlsx")
        store.enroll(COUNTY)
        store.put([good, unreadable("/in/b.xlsx")])
        store.put([unreadable("/in/a.xlsx", "加了密码。")])
        assert counting(store) == {}
        told = [(file.path, file.error, file.code, file.unit) for file in store.unreadable()]
        assert told == [("/in/a.xlsx", "加了密码。", "0001", "甲局"), ("/in/b.xlsx", "文件已损坏。", "", "")]
        store.put([again(good, 3)])
        assert states(store) == {"/in/a.xlsx": ["current"]}
        assert [file.path for file in store.unreadable()] == ["/in/b.xlsx"]

    def test_a_file_that_becomes_another_units_leaves_the_first_without(self, store: Store) -> None:
        store.enroll(COUNTY)
        store.put([taken("/in/a.xlsx")])
        store.put([taken("/in/a.xlsx", "乙局")])
        assert counting(store) == {"乙局": "/in/a.xlsx"}
        assert [unit.name for unit in store.missing(2024)] == ["甲局", "丙镇人民政府"]


class TestTwoFilesOfOneUnit:
    def test_the_newer_counts_and_the_other_is_told(self, store: Store) -> None:
        files = [taken("/in/old.xlsx", received=1, modified=1), taken("/in/new.xlsx", received=2, modified=2)]
        for batch in (files, files[::-1]):
            store.enroll(COUNTY)
            store.put(batch)
            (stored,) = store.current(2024)
            assert (stored.file, stored.rivals) == ("/in/new.xlsx", ("/in/old.xlsx",))
        assert ask(store, "SELECT * FROM rival_files") == [("0001", "甲局", 2024, "/in/new.xlsx", "/in/old.xlsx")]

    def test_of_the_same_moment_the_first_by_name_counts(self, store: Store) -> None:
        store.put([taken("/in/b.xlsx", received=1), taken("/in/a.xlsx", received=2)])
        assert counting(store) == {"甲局": "/in/a.xlsx"}

    def test_a_copy_is_no_rival(self, store: Store) -> None:
        store.put([taken("/in/a.xlsx", modified=2), taken("/in/copy.xlsx", modified=1)])
        assert states(store) == {"/in/a.xlsx": ["current"], "/in/copy.xlsx": ["duplicate"]}
        assert next(store.current(2024)).rivals == ()

    def test_once_the_newer_is_gone_the_other_counts(self, store: Store) -> None:
        new = taken("/in/sub/new.xlsx", received=2, modified=2)
        store.put([taken("/in/old.xlsx", received=1, modified=1), new])
        assert store.account_for(["/in/old.xlsx"], ["/in"]) == ("/in/sub/new.xlsx",)
        assert counting(store) == {"甲局": "/in/old.xlsx"}
        assert store.known().keys() == {"/in/old.xlsx"}
        store.put([new])
        assert states(store) == {"/in/old.xlsx": ["rival"], "/in/sub/new.xlsx": ["current"]}


def test_a_folder_that_was_not_collected_this_time_is_left_alone(store: Store) -> None:
    store.enroll(COUNTY)
    store.put([taken("/in/a.xlsx"), taken("/in2/b.xlsx", "乙局")])
    assert store.account_for([], ["/in"]) == ("/in/a.xlsx",)
    assert counting(store) == {"乙局": "/in2/b.xlsx"}
    assert [unit.name for unit in store.missing(2024)] == ["甲局", "丙镇人民政府"]
    assert store.account_for([], ["/in"]) == ()


class TestUnits:
    def test_are_told_by_the_roster_and_in_its_order(self, store: Store) -> None:
        store.enroll(COUNTY)
        store.put([taken("/in/c.xlsx", "丙镇 人民政府"), taken("/in/x.xlsx", "不在册的局"), taken("/in/a.xlsx", "甲局")])
        assert [(stored.code, stored.name, stored.in_roster, stored.name_in_report) for stored in store.current(2024)] == [
            ("0001", "甲局", True, "甲局"),
            ("0003", "丙镇人民政府", True, "丙镇 人民政府"),
            ("", "不在册的局", False, "不在册的局"),
        ]
        assert ask(store, "SELECT code, unit FROM missing_reports WHERE year = 2024") == [("0002", "乙局")]

    @pytest.mark.parametrize("wanted", ["0002", "乙局", "旧乙局", "旧 乙局"])
    def test_last_years_report_of_a_renamed_unit_is_found(self, store: Store, wanted: str) -> None:
        store.enroll(COUNTY)
        store.put([taken("/in/b.xlsx", "旧乙局", 2023)])
        assert store.report(wanted, 2023, FIND)
        assert store.report(wanted, 2024, FIND) is None
        assert next(store.current(2023)).name == "乙局"

    def test_renamed_between_two_rosters_are_known_by_their_code(self, store: Store) -> None:
        store.enroll(COUNTY)
        store.put([taken("/in/a.xlsx", "甲局", 2023)])
        store.enroll(roster(("0001", "甲委")))
        store.put([taken("/in/a2.xlsx", "甲委", 2024)])
        assert counting(store, 2023) == {"甲委": "/in/a.xlsx"}
        assert store.report("甲委", 2023, FIND)
        (unit,) = [unit for unit in store.units() if unit.in_roster]
        assert (unit.code, unit.name, unit.former_names) == ("0001", "甲委", ("甲局",))
        store.enroll(roster(("0001", "甲部")))
        assert set(store.units()[0].former_names) == {"甲委", "甲局"}

    def test_a_former_name_added_to_the_roster_later_joins_what_was_two(self, store: Store) -> None:
        first = roster(("0001", "甲局"))
        store.enroll(first)
        store.put([taken("/in/a.xlsx", "甲局", received=1, modified=2), taken("/in/b.xlsx", "原甲局", received=2)])
        assert counting(store) == {"甲局": "/in/a.xlsx", "原甲局": "/in/b.xlsx"}
        store.enroll(roster(("0001", "甲局", "原甲局")))
        assert states(store) == {"/in/a.xlsx": ["current"], "/in/b.xlsx": ["rival"]}
        assert [unit.name for unit in store.units()] == ["甲局"]
        store.enroll(first)  # it was a mistake
        assert counting(store) == {"甲局": "/in/a.xlsx", "原甲局": "/in/b.xlsx"}

    def test_collected_before_there_was_a_roster_get_their_code_from_it(self, store: Store) -> None:
        store.put([taken("/in/a.xlsx", "甲局")])
        store.enroll(COUNTY)
        (stored,) = store.current(2024)
        assert (stored.code, stored.in_roster) == ("0001", True)
        assert len(store.units()) == 3

    def test_whose_report_tells_a_former_name_have_last_years_under_it(self, store: Store) -> None:
        store.put([taken("/in/a.xlsx", "旧名局", 2023), taken("/in/b.xlsx", Unit(name="新名局", former_name="旧名局"), 2024)])
        assert store.report("新名局", 2023, FIND) is not None

    def test_that_swap_their_names_keep_their_codes(self, store: Store) -> None:
        store.enroll(COUNTY)
        store.enroll(roster(("0001", "乙局"), ("0002", "甲局")))
        store.put([taken("/in/a.xlsx", "甲局")])
        assert next(store.current(2024)).code == "0002"

    def test_no_longer_in_the_roster_stay_with_their_reports(self, store: Store) -> None:
        store.enroll(COUNTY)
        store.put([taken("/in/a.xlsx", "甲局")])
        store.enroll(roster(("0002", "乙局")))
        assert [(unit.code, unit.in_roster) for unit in store.units()] == [("0002", True), ("0001", False)]
        assert next(store.current(2024)).code == "0001"

    def test_of_an_empty_roster_are_none(self, store: Store) -> None:
        store.enroll(Roster(()))
        store.put([taken("/in/a.xlsx", "甲局")])
        assert [(unit.name, unit.in_roster) for unit in store.units()] == [("甲局", False)]


def test_known_are_the_files_as_they_were_read(store: Store) -> None:
    files = [taken("/in/a.xlsx").file, unreadable("/in/b.xlsx").file]
    store.put([taken("/in/a.xlsx"), unreadable("/in/b.xlsx")])
    assert store.known() == {file.path: file for file in files}
    assert ask(store, "SELECT DISTINCT year FROM reports WHERE state = 'current'") == [(2024,)]


def test_a_full_disk_is_one_line_and_leaves_what_was_there(store: Store) -> None:
    store.put([taken("/in/a.xlsx")])
    (pages,) = store.database.execute("PRAGMA page_count").fetchone()
    store.database.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(XltoolsError, match=r"磁盘已满"):
        store.put([taken(f"/in/{number}.xlsx", f"{number}局") for number in range(9)])
    assert counting(store) == {"甲局": "/in/a.xlsx"}


def test_a_batch_that_fails_leaves_nothing(store: Store) -> None:
    def batch() -> Iterator[Any]:
        yield taken("/in/b.xlsx", "乙局")
        raise KeyboardInterrupt

    store.put([taken("/in/a.xlsx")])
    store.enroll(COUNTY)
    with pytest.raises(KeyboardInterrupt):
        store.put(batch())
    assert counting(store) == {"甲局": "/in/a.xlsx"}
    store.put([taken("/in/b.xlsx", "乙局")])
    assert next(store.current(2024)).code == "0001"


def test_a_store_whose_names_were_compared_letter_by_letter_knows_its_units_again(path: Path) -> None:
    with open_store(path) as store:
        store.put([taken("/in/a.xlsx", "河口镇人民政府", year=2023)])
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE unit_names SET name = '河口镇人民政府'")
    with open_store(path) as store:
        found = store.find("河口镇", 2023)
        assert found is not None
        assert found.file == "/in/a.xlsx"
        assert ask(store, "SELECT name FROM unit_names") == [("河口镇",)]
