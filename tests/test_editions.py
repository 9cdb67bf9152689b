"""A report of one edition in another one: what means the same stays, nothing else is made up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.reports import COLUMNS, balanced_figures, report
from xltools.form.definition import Form
from xltools.form.loader import find_form, load_form
from xltools.readers.dispatch import read_report
from xltools.report.conversion import blank_report, comparable_report, convert_report, destinations, matching_figures
from xltools.report.filled import Breakdown, Report, Unread, Value, unread_by_reason, unread_table
from xltools.report.origin import Origin, Publication, Spot
from xltools.report.report_json import dump_report
from xltools.rules.review import review
from xltools.rules.rule import Finding

NEW = load_form("govinfo-2021")
OLD = load_form("govinfo-2019")
HOTLINE = load_form(str(Path(__file__).parent / "forms" / "tiny"))
DIVIDED = ("requests.otherwise.correction_overdue", "requests.otherwise.fee_overdue", "requests.otherwise.other")


def old(figures: dict[str, Value] | None = None, **changes: object) -> Report:
    """A report of 2020 that is all zeros but for `figures`."""
    return report(figures, OLD, **{"year": 2020, **changes})


def new(figures: dict[str, Value] | None = None, **changes: object) -> Report:
    """A report of 2021 that is all zeros but for `figures`."""
    return report(figures, NEW, **{"year": 2021, **changes})


class TestCounterparts:
    def test_a_form_is_its_own_counterpart(self) -> None:
        assert matching_figures(NEW, NEW) == {id: (id,) for id in NEW.figures}

    def test_forms_that_have_nothing_to_do_with_each_other_have_none(self) -> None:
        assert matching_figures(HOTLINE, NEW) == {}
        assert matching_figures(NEW, HOTLINE) == {}

    def test_the_same_id_is_the_same_figure_in_both_directions(self) -> None:
        for source, target in ((OLD, NEW), (NEW, OLD)):
            found = matching_figures(source, target)
            assert found["disclosure.rules.made"] == ("disclosure.rules.made",)
            assert found["requests.results.total"] == ("requests.results.total",)
            assert list(found) == [id for id in target.figures if id in found]

    def test_three_rows_add_up_to_the_one_row_of_2019(self) -> None:
        for column in (*COLUMNS, "total"):
            assert matching_figures(NEW, OLD)[f"requests.otherwise.{column}"] == tuple(f"{row}.{column}" for row in DIVIDED)

    def test_one_row_is_the_same_as_none_of_three(self) -> None:
        assert not [id for id in matching_figures(OLD, NEW) if id.startswith("requests.otherwise.")]


class TestHomes:
    def test_a_figure_of_both_is_at_home_under_its_own_id(self) -> None:
        assert destinations(OLD, NEW)["requests.received.total"] == "requests.received.total"
        assert destinations(HOTLINE, NEW) == {}

    def test_the_one_row_is_at_home_in_the_last_of_three_and_the_three_nowhere(self) -> None:
        assert destinations(OLD, NEW)["requests.otherwise.business"] == "requests.otherwise.other.business"
        assert not [id for id in destinations(NEW, OLD) if id.startswith("requests.otherwise.")]


class TestConversion:
    @pytest.mark.parametrize("form", [OLD, NEW, HOTLINE], ids=lambda form: form.id)
    def test_a_report_of_the_same_form_is_left_as_it_is(self, form: Form) -> None:
        source = report(form=form)
        conversion = convert_report(source, form)
        assert conversion.report is source
        assert (conversion.dropped, conversion.missing, conversion.uncertain) == ((), (), ())

    @pytest.mark.parametrize(("source", "target"), [(OLD, NEW), (NEW, OLD)], ids=["forward", "back"])
    def test_a_report_that_balances_balances_in_the_other_edition(self, source: Form, target: Form) -> None:
        for seed in range(12):
            before = report(balanced_figures(seed, source), source)
            after = convert_report(before, target).report
            assert after.form is target
            assert {id: after.numbers[id] for id in target.definitions if id in source.definitions} == {
                id: before.numbers[id] for id in target.definitions if id in source.definitions
            }
            found = {finding.rule.name for finding in review(after).findings if finding.rule.family == "T"}
            assert found == set()

    def test_what_only_one_edition_counts_is_blank_in_the_other_and_never_0(self) -> None:
        conversion = convert_report(old(), NEW)
        assert conversion.missing == (
            "disclosure.rules.repealed",
            "disclosure.rules.in_force",
            "disclosure.normative_documents.repealed",
            "disclosure.normative_documents.in_force",
            "disclosure.fees.amount",
        )
        assert all(conversion.report.figures[id] is None for id in conversion.missing)

    def test_blanks_declared_to_be_0_are_0_but_not_those_of_the_other_edition(self) -> None:
        source = old({"requests.received.natural_person": None}, blank_is_zero=True)
        after = convert_report(source, NEW).report
        assert after.figures["requests.received.natural_person"] == 0
        assert not after.is_known("disclosure.rules.in_force")

    def test_what_has_no_place_is_told(self) -> None:
        figures: dict[str, Value] = {id: None for id in OLD.figures if id not in OLD.definitions}
        conversion = convert_report(old({**figures, "disclosure.procurement.amount": 251000, "disclosure.rules.made": 3}), NEW)
        assert conversion.dropped == ("disclosure.procurement.amount",)
        assert conversion.report.figures["disclosure.rules.made"] == 3

    def test_text_and_how_it_was_typed_come_along(self) -> None:
        source = old(
            {"disclosure.rules.made": "无", "disclosure.licensing.decisions": 12}, typed={"disclosure.licensing.decisions": "12件"}
        )
        after = convert_report(source, NEW).report
        assert after.figures["disclosure.rules.made"] == "无"
        assert after.typed == {"disclosure.licensing.decisions": "12件"}


class TestOneRowForThree:
    def test_the_whole_goes_to_the_last_of_three_and_is_told_to_be_uncertain(self) -> None:
        conversion = convert_report(old({"requests.otherwise.business": 7}), NEW)
        assert conversion.report.figures["requests.otherwise.other.business"] == 7
        assert conversion.report.figures["requests.otherwise.fee_overdue.business"] is None
        assert conversion.uncertain == ("requests.otherwise.other.business",)
        assert "requests.otherwise.fee_overdue.business" in conversion.missing

    def test_a_whole_of_0_leaves_no_doubt(self) -> None:
        conversion = convert_report(old(), NEW)
        assert [conversion.report.figures[f"{row}.business"] for row in DIVIDED] == [0, 0, 0]
        assert conversion.uncertain == ()

    def test_a_blank_whole_is_three_blanks(self) -> None:
        conversion = convert_report(old({"requests.otherwise.business": None}), NEW)
        assert [conversion.report.figures[f"{row}.business"] for row in DIVIDED] == [None, None, None]
        assert conversion.uncertain == ()

    def test_three_rows_are_added_up(self) -> None:
        parts: dict[str, Value] = {f"{row}.business": number for row, number in zip(DIVIDED, (1, 2, 4), strict=True)}
        conversion = convert_report(new(parts), OLD)
        assert conversion.report.figures["requests.otherwise.business"] == 7
        assert conversion.uncertain == ()
        assert not set(parts) & set(conversion.dropped)

    def test_a_sum_with_a_blank_in_it_is_uncertain(self) -> None:
        conversion = convert_report(new({f"{DIVIDED[0]}.business": None, f"{DIVIDED[2]}.business": 4}), OLD)
        assert conversion.report.figures["requests.otherwise.business"] == 4
        assert conversion.uncertain == ("requests.otherwise.business",)

    def test_text_among_the_parts_is_kept_for_staff_to_read(self) -> None:
        conversion = convert_report(new({f"{DIVIDED[0]}.business": "/", f"{DIVIDED[2]}.business": 4}), OLD)
        assert conversion.report.figures["requests.otherwise.business"] == "/＋0＋4"


class TestTotals:
    def test_a_total_that_nobody_stored_is_not_stored_afterwards(self) -> None:
        assert convert_report(old(balanced_figures(1, OLD)), NEW).report.stored_totals == ()

    def test_a_stored_total_stays_one_even_if_it_is_wrong(self) -> None:
        after = convert_report(old({"requests.results.total": 99, "requests.otherwise.total": 5}), NEW).report
        assert after.figures["requests.results.total"] == 99
        assert after.figures["requests.otherwise.other.total"] == 5
        assert set(after.stored_totals) == {"requests.results.total", "requests.otherwise.other.total"}


class TestTheRestOfTheReport:
    def test_prose_breakdowns_titles_and_the_unit_come_along(self) -> None:
        breakdown = Breakdown("overview.proactive", "主动公开政府信息", "条", 3, (("政府文件", 3),))
        source = old(breakdowns=(breakdown,), titles={"overview": "一、概述"})
        after = convert_report(source, NEW).report
        assert (after.texts, after.breakdowns, after.titles, after.unit, after.year) == (
            source.texts,
            (breakdown,),
            {"overview": "一、概述"},
            source.unit,
            2020,
        )

    def test_prose_that_has_no_place_is_told(self) -> None:
        conversion = convert_report(report(form=HOTLINE, texts={"summary": "受理正常。"}), NEW)
        assert conversion.report.texts == {}
        assert conversion.dropped[-1] == "summary"

    def test_an_explanation_stays_as_long_as_what_it_is_about(self) -> None:
        kept = "unbalanced:requests.carried_out.business"
        source = old(
            explanations={kept: "上年漏报", "negative:disclosure.fees.last_year_items": "更正"},
            excused={kept: "1", "negative:disclosure.fees.last_year_items": "-1"},
        )
        after = convert_report(source, NEW).report
        assert (after.explanations, after.excused) == ({kept: "上年漏报"}, {kept: "1"})

    def test_nothing_is_left_of_the_cells_of_the_other_workbook_but_which_tables_were_not_read(self) -> None:
        origin = Origin("workbook", calculated={"requests.results.total": 3})
        after = convert_report(old(origin=origin, unread=(unread_table(OLD, "requests", "行列已经移位。"),)), NEW).report
        assert after.origin == Origin("workbook")
        assert after.unread == (unread_table(NEW, "requests", "行列已经移位。"),)

    def test_prose_that_was_not_read_stays_unread_where_the_other_edition_has_its_section(self) -> None:
        lost = Unread(None, (), "overview", "行列已经移位。")
        assert convert_report(old(unread=(lost, lost._replace(section="nowhere"))), NEW).report.unread == (lost,)

    def test_what_could_not_be_read_of_a_published_file_is_not_taken_for_blank(self) -> None:
        spot = Spot(table=3, row=5)
        unread = dict.fromkeys(
            ("requests.otherwise.business", "requests.granted.other", "disclosure.procurement.amount"), "两个数连在一起。"
        )
        publication = Publication(spots={"requests.granted.other": spot, "requests.otherwise.other": spot})
        source = old(origin=Origin("html", publication=publication), unread=unread_by_reason(OLD, unread))
        after = convert_report(source, NEW).report
        assert after.unread_figures == {"requests.granted.other", *(f"{row}.business" for row in DIVIDED)}
        assert {lost.table for lost in after.unread} == {"requests"}
        assert after.origin.publication.spots == {"requests.granted.other": spot, "requests.otherwise.other.other": spot}


class TestComparison:
    """2021 against 2020: what can be compared is, and nothing else."""

    def findings(self, this: Report, last: Report) -> list[Finding]:
        return [f for f in review(this, last).findings if f.rule.family == "Y" or f.rule.name == "out-of-proportion"]

    def test_a_year_of_the_same_edition_says_nothing_of_editions(self) -> None:
        assert self.findings(new(), new(year=2020)) == []
        assert self.findings(old(), old(year=2019)) == []

    def test_the_other_edition_is_a_notice_that_names_what_it_does_not_count(self) -> None:
        in_force: dict[str, Value] = {"disclosure.normative_documents.in_force": 56}
        (found,) = self.findings(new(in_force), old())
        assert (found.rule.name, found.severity) == ("other-edition-last-year", "notice")
        assert "没有“规章现行有效件数”“行政规范性文件现行有效件数”" in found.message
        assert found.fault.place is not None
        assert found.fault.place.address == "D4"

    def test_where_blanks_are_0_what_it_does_not_count_is_still_not_compared(self) -> None:
        in_force: dict[str, Value] = {"disclosure.normative_documents.in_force": 56, "disclosure.fees.amount": 500}
        found = self.findings(new(in_force), old(blank_is_zero=True))
        assert [finding.rule.name for finding in found] == ["other-edition-last-year"]

    def test_nothing_is_said_where_all_that_is_compared_is_counted(self) -> None:
        assert self.findings(old(year=2022), new()) == []

    def test_what_was_carried_over_is_compared_column_by_column(self) -> None:
        found = self.findings(new(), old({"requests.carried_out.business": 4, "requests.received.business": 4}))
        assert [(f.rule.name, f.fault.figures[0]) for f in found if f.severity == "error"] == [
            ("carry-over-mismatch", "requests.carried_in.business"),
            ("carry-over-mismatch", "requests.carried_in.total"),
        ]

    def test_a_figure_of_both_may_not_be_ten_times_as_large(self) -> None:
        found = self.findings(new({"disclosure.licensing.decisions": 5000}), old({"disclosure.licensing.decisions": 50}))
        assert [f.rule.name for f in found] == ["out-of-proportion", "other-edition-last-year"]

    def test_one_row_is_not_compared_with_one_of_three(self) -> None:
        last = old({"requests.otherwise.business": 500, "requests.received.business": 500})
        this = new({"requests.otherwise.other.business": 20, "requests.received.business": 20})
        assert "requests.otherwise.other.business" not in {id for f in self.findings(this, last) for id in f.fault.figures}

    def grown(self, sentence: str, this: dict[str, Value], last: dict[str, Value]) -> list[str | None]:
        source = replace(new(this), texts={"overview": sentence})
        return [f.fault.expected for f in self.findings(source, old(last)) if f.rule.name == "growth-mismatch"]

    def test_growth_is_recalculated_of_what_both_count_totals_too(self) -> None:
        this: dict[str, Value] = {"requests.received.business": 30, "requests.granted.business": 30}
        last: dict[str, Value] = {"requests.received.business": 20, "requests.otherwise.business": 20}
        assert self.grown("全年收到政府信息公开申请30件，同比增长50%。", this, last) == []
        assert self.grown("全年收到政府信息公开申请30件，同比增长40%。", this, last) == ["50%"]
        assert self.grown("全年办结政府信息公开申请30件，同比增长40%。", this, last) == ["50%"]

    def test_growth_of_what_only_one_counts_is_not_recalculated(self) -> None:
        this: dict[str, Value] = {"disclosure.normative_documents.in_force": 30}
        assert self.grown("现行有效的行政规范性文件30件，同比增长40%。", this, {}) == []

    def test_another_report_altogether_is_said_to_be_one(self) -> None:
        last = report(form=HOTLINE, year=2020)
        (found,) = self.findings(new(), last)
        assert found.rule.name == "other-edition-last-year"
        assert "不是同一种报告" in found.message

    def test_a_report_compared_is_blank_where_it_is_uncertain(self) -> None:
        after = comparable_report(old({"requests.otherwise.business": 7}), NEW)
        assert after.figures["requests.otherwise.other.business"] is None
        assert (after.numbers["requests.results.business"], after.is_known("requests.results.business")) == (7, True)


class TestTheNewWorkbook:
    def test_it_takes_over_what_the_other_edition_carried_out(self) -> None:
        last = old(balanced_figures(3, OLD))
        this = blank_report(NEW, 2021, previous=last)
        carried = {id: value for id, value in this.figures.items() if value is not None}
        assert carried == {f"requests.carried_in.{column}": last.figures[f"requests.carried_out.{column}"] for column in COLUMNS}

    def test_the_command_takes_it_over(self, run: Run, tmp_path: Path) -> None:
        last, target = tmp_path / "2020.json", tmp_path / "2021.xlsx"
        last.write_text(dump_report(old({"requests.received.other": 3, "requests.carried_out.other": 3})), encoding="utf-8")
        assert run("template", "--year", 2021, "--previous", last, "-o", target).code == 0
        made = read_report(target, find_form(None))
        assert (made.form.id, made.figures["requests.carried_in.other"]) == ("govinfo-2021", 3)
        assert "carry-over-mismatch" not in run("check", target, "--previous", last, "--format", "json").out
