"""Y: this year against last year."""

from __future__ import annotations

from tests.reports import COLUMNS, TEXTS, balanced_figures, codes, report
from xltools.form.loader import load_form
from xltools.form.unit import Unit
from xltools.report.conversion import blank_report
from xltools.report.filled import Report, Value, unread_table
from xltools.rules.review import review
from xltools.rules.rule import Finding

DOCUMENTS = "disclosure.normative_documents"
LAST: dict[str, Value] = {f"{DOCUMENTS}.in_force": 40}


def findings(this: dict[str, Value], last: dict[str, Value], **changes: object) -> list[Finding]:
    found = review(report(this), report(last, year=2023, **changes)).findings
    return [finding for finding in found if finding.rule.family == "Y"]


class TestCarryOver:
    def test_without_last_year_nothing_is_said(self) -> None:
        assert review(report({f"requests.carried_in.{COLUMNS[0]}": 3, f"requests.carried_out.{COLUMNS[0]}": 3})).findings == ()

    def test_what_the_new_workbook_took_over_is_right(self) -> None:
        last = report(balanced_figures(9), year=2023)
        this = blank_report(load_form(), 2024, previous=last, zeros=True)
        assert [f.rule.name for f in review(this, last).findings if f.rule.name == "carry-over-mismatch"] == []

    def test_each_column_is_compared_and_the_total(self) -> None:
        for column in COLUMNS:
            found = findings({f"requests.carried_in.{column}": 2, f"requests.carried_out.{column}": 2}, {})
            assert [f.fault.figures[0] for f in found] == [f"requests.carried_in.{column}", "requests.carried_in.total"]
            assert [finding.because for finding in found] == [None, found[0].id]
            assert found[0].rule.severity == "error"
            assert (found[0].fault.actual, found[0].fault.expected, found[0].fault.difference) == ("2", "0", "2")

    def test_a_blank_figure_proves_nothing(self) -> None:
        assert findings({"requests.carried_in.natural_person": None}, {"requests.carried_out.natural_person": 3}) == []
        assert findings({"requests.carried_in.natural_person": 3}, {"requests.carried_out.natural_person": None}) == []


class TestStock:
    def test_last_year_plus_made_less_repealed_is_right(self) -> None:
        this: dict[str, Value] = {f"{DOCUMENTS}.made": 6, f"{DOCUMENTS}.repealed": 2, f"{DOCUMENTS}.in_force": 44}
        assert findings(this, LAST) == []

    def test_anything_else_is_a_warning_with_the_sum(self) -> None:
        this: dict[str, Value] = {f"{DOCUMENTS}.made": 6, f"{DOCUMENTS}.repealed": 2, f"{DOCUMENTS}.in_force": 41}
        (found,) = findings(this, LAST)
        assert (found.rule.name, found.rule.severity) == ("stock-mismatch", "warning")
        assert "现行有效件数填41，推算为44（上年度现行有效件数40＋制发件数6－废止件数2），差3" in found.message


def test_last_year_of_a_unit_that_left_a_table_unread_is_not_compared() -> None:
    last: Report = report({f"{DOCUMENTS}.in_force": 3}, year=2023)
    unread = tuple(unread_table(last.form, table, "行列已经移位。") for table in ("disclosure", "requests"))
    assert findings({f"{DOCUMENTS}.in_force": 9}, {}, unread=unread) == []


class TestGrowth:
    def claimed(self, sentence: str, last: int = 3607, this: int = 3646) -> list[tuple[str, str | None, str | None]]:
        figures: dict[str, Value] = {"requests.received.natural_person": this, "requests.carried_out.natural_person": this}
        source = report(figures, texts={**TEXTS, "overview": sentence})
        found = review(source, report({"requests.received.natural_person": last}, year=2023, texts={})).findings
        return [(f.rule.name, f.fault.actual, f.fault.expected) for f in found]

    def test_growth_that_last_years_figure_gives_is_right(self) -> None:
        assert self.claimed("全年收到政府信息公开申请3646件，同比增长1.08%。") == []
        assert self.claimed("全年收到政府信息公开申请3646件，比上年增加39件。") == []

    def test_a_half_is_rounded_away_from_zero_as_people_do(self) -> None:
        for sentence, this, last in (
            ("全年收到政府信息公开申请801件，同比增长0.13%。", 801, 800),
            ("全年收到政府信息公开申请799件，同比下降0.13%。", 799, 800),
            ("全年收到政府信息公开申请201件，同比增长1%。", 201, 200),
        ):
            assert self.claimed(sentence, last, this) == []
        assert self.claimed("全年收到政府信息公开申请801件，同比增长0.12%。", 800, 801) == [("growth-mismatch", "0.12%", "0.13%")]
        assert self.claimed("全年收到政府信息公开申请799件，同比下降0.12%。", 800, 799) == [("growth-mismatch", "-0.12%", "-0.13%")]

    def test_growth_of_what_the_tables_do_not_count_is_not_looked_at(self) -> None:
        assert self.claimed("网站访问3646次，同比增长50%。") == []

    def test_another_percentage_is_a_warning_with_the_right_one(self) -> None:
        assert self.claimed("全年收到政府信息公开申请3646件，同比增长1.05%。") == [("growth-mismatch", "1.05%", "1.08%")]

    def test_where_more_was_on_hand_than_received_the_right_one_is_that_of_the_receipts(self) -> None:
        last: dict[str, Value] = {"requests.received.other": 800, "requests.carried_in.other": 50, "requests.carried_out.other": 850}
        this: dict[str, Value] = {"requests.received.other": 801, "requests.carried_in.other": 850, "requests.carried_out.other": 1651}
        source = report(this, texts={**TEXTS, "overview": "全年收到政府信息公开申请801件，同比增长0.12%。"})
        found = review(source, report(last, year=2023, texts={})).findings
        assert [f.fault.expected for f in found if f.rule.name == "growth-mismatch"] == ["0.13%"]

    def test_growth_without_a_number_beside_it_is_that_of_the_tables(self) -> None:
        assert self.claimed("全年收到政府信息公开申请数量同比增长1.08%。") == []
        assert self.claimed("全年收到政府信息公开申请数量同比增长1.05%。") == [("growth-mismatch", "1.05%", "1.08%")]

    def test_the_wrong_direction_is_found(self) -> None:
        assert [name for name, *_ in self.claimed("全年收到政府信息公开申请3646件，同比下降1.08%。")] == ["growth-mismatch"]


class TestCopiedProblems:
    def likeness(self, this: str, last: str) -> list[str]:
        return codes(report(texts={**TEXTS, "problems": this}), report(year=2023, texts={**TEXTS, "problems": last}))

    def test_another_years_problems_are_right(self) -> None:
        this = "一是部分乡镇更新不及时；二是解读形式不够丰富。下一步建立提醒制度，增加图解。"
        last = "主要问题是工作人员变动较多，业务不够熟悉。已举办两期培训，编印操作手册。"
        assert self.likeness(this, last) == []

    def test_last_years_text_with_the_year_changed_is_a_warning(self) -> None:
        text = "2024年，一是部分乡镇更新不及时；二是解读形式不够丰富。下一步建立提醒制度，增加图解。"
        assert self.likeness(text, text.replace("2024", "2023")) == ["Y104"]

    def test_nine_tenths_alike_is_a_warning_and_less_is_not(self) -> None:
        text = "更新不够及时解读形式单一培训力度偏小平台检索困难答复文书欠规范目录分类未细致群众参与度低"[:40]
        assert self.likeness(text, f"{text[:36]}，，，，") == ["Y104"]
        assert self.likeness(text, f"{text[:36]}，，，，，") == []

    def test_a_text_of_less_than_twenty_characters_may_be_alike_by_chance_years_and_blanks_not_counted(self) -> None:
        text = "更新不够及时解读形式单一培训力度偏小不足"
        assert self.likeness(text, text) == ["Y104"]
        assert self.likeness(f"2024年 {text[:18]}", f"2023年 {text[:18]}") == []
        assert self.likeness(text, text[:19]) == []


class TestWhoseReportItIs:
    def names(self, **changes: object) -> list[str]:
        found = review(report(texts={}, has_prose=False), report(**{"year": 2023, "texts": {}, **changes})).findings
        return [finding.rule.name for finding in found]

    def test_the_same_unit_the_year_before_is_right(self) -> None:
        assert self.names() == []

    def test_a_declared_change_of_name_is_right(self) -> None:
        renamed = report(unit=Unit(name="新名县人民政府", former_name="示例县人民政府"), texts={}, has_prose=False)
        assert review(renamed, report(year=2023, texts={})).findings == ()

    def test_another_unit_and_another_year_are_warnings(self) -> None:
        assert self.names(unit=Unit(name="邻县人民政府")) == ["other-unit"]
        assert self.names(year=2022) == ["other-year"]
