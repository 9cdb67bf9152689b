"""N: the prose against the tables."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.published import Rows, balanced, page, read_page, row_of, set_values
from tests.reports import FORM, TEXTS, codes, report
from xltools.report.filled import Value
from xltools.rules.review import review
from xltools.rules.rule import Finding

REQUESTS: dict[str, Value] = {
    "requests.received.natural_person": 35,
    "requests.carried_in.natural_person": 3,
    "requests.granted.natural_person": 36,
    "requests.carried_out.natural_person": 2,
}


def findings(overview: str, figures: dict[str, Value] | None = None) -> list[Finding]:
    chosen = REQUESTS if figures is None else figures
    found = review(report(chosen, texts={**TEXTS, "overview": overview})).findings
    return [finding for finding in found if finding.rule.name == "prose-table-mismatch"]


class TestSilence:
    @pytest.mark.parametrize(
        "text",
        [
            "全年收到申请35件。",
            "全年收到申请38件（含上年结转3件）。",
            "全年受理申请38件，办结36件，结转下年度2件。",
            "全年受理申请35件。",
            "收到的35件申请中办结33件。",
            "当年答复33件，另答复上年结转3件，合计答复36件。",
            "全市行政机关收到申请1200件，其中市政府35件，市直部门500件，县区665件。",
            "全部由自然人提出，共收到自然人申请35件。",
            "收到申请35件，已答复33件，其余2件结转下年度办理。",
            "局机关收到20件，基层所队收到15件，共计收到申请35件。",
            "本级收到申请12件，乡镇收到23件，共收到申请35件。",
            "收到网上申请20件。",
            "收到申请30余件。",
            "2023年收到申请20件。",
            "未发生因政府信息公开引起的行政复议、行政诉讼。",
            "全年收取信息处理费400元。",
            "申请人主动撤回1件。",
            "新收到申请35件，其中网上申请30件，当面申请5件。",
            "政府新收30件，部门新收5件申请。",
            "未收到因政府信息公开申请引起的行政诉讼。",
            "收到申请35件，顺延至下一年答复2件。",
            "收到申请35件，答复36件（含上年结转），结转下年度2件。",
            "目前2件申请正在办理。",
            "全县共收到申请350件，其中县政府本级35件，各部门315件。",
            "来信120件，答复120件。收到申请35件。",
            "全县共收到申请35件，其中县政府办公室收到4件。",
            "全县共收到申请350件。本机关收到35件，办结36件。",
            "全县政府系统共收到申请350件，同比增长5%，其中县政府办公室收到35件。",
        ],
    )
    def test_what_agrees_or_speaks_of_something_else(self, text: str) -> None:
        assert findings(text) == []

    def test_nothing_is_judged_by_figures_that_are_not_known(self) -> None:
        blank: dict[str, Value] = {figure.id: None for figure in FORM.inputs}
        assert findings("全年收到申请17件，行政复议2件，未制发规范性文件。", blank) == []

    @pytest.mark.parametrize(
        ("row", "text"),
        [
            ("（一）予以公开", "全年收到申请35件，予以公开和部分公开36件。"),
            ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "全年收到申请35件，予以公开和部分公开40件。"),
            ("二、上年结转政府信息公开申请数量", "全年收到申请38件。"),
            ("一、本年新收政府信息公开申请数量", "全年收到申请35件。"),
        ],
    )
    def test_nothing_is_judged_by_a_sum_of_which_a_part_was_not_read(self, row: str, text: str, tmp_path: Path) -> None:
        whole = page(values=balanced(REQUESTS), overview=text)
        assert set(codes(read_page(tmp_path, whole))) <= {"N105"}
        lost = page(values=balanced(REQUESTS), overview=text, change={"requests": lambda rows: row_of(rows, row).pop()})
        assert codes(read_page(tmp_path, lost)) == ["C110"]

    def test_an_amount_in_yuan_agrees_with_the_tables_ten_thousands(self) -> None:
        assert findings("收取行政事业性收费471000元。", {"disclosure.fees.amount": 47}) != []
        assert findings("收取行政事业性收费470000元。", {"disclosure.fees.amount": 47}) == []

    def test_an_amount_of_money_may_be_rounded_to_the_places_that_are_written(self) -> None:
        fees: dict[str, Value] = {"disclosure.fees.amount": Decimal("386.5213")}
        assert [findings(f"收取行政事业性收费{amount}万元。", fees) for amount in ("386.5213", "386.52", "386.5", "387")] == [[]] * 4
        assert all(findings(f"收取行政事业性收费{amount}万元。", fees) for amount in ("386.53", "386.4", "386", "3865"))


class TestMismatch:
    @pytest.mark.parametrize(
        ("text", "actual", "expected"),
        [
            ("全年收到申请53件。", "53", "35"),
            ("全年未收到政府信息公开申请。", "0", "35"),
            ("全年收到申请0件。", "0", "35"),
            ("全年收到申请35件，结转下年度5件。", "5", "2"),
            ("因政府信息公开引起行政复议2件。", "2", "0"),
            ("示例街道收到53件政府信息公开申请。", "53", "35"),
            ("全年线上、线下共收到依申请公开信息53件。", "53", "35"),
            ("收到申请35件，上年结转3件，已全部办结，无结转。", "0", "2"),
            ("收到申请35件，另5件按规定结转下年度继续办理。", "5", "2"),
            ("制定规章7件。", "7", "0"),
            ("收到申请35件，办结36件，结转5件。", "5", "2"),
            ("目前5件申请正在办理。", "5", "2"),
            ("因政府信息公开引起的行政诉讼均为未经复议直接起诉2件。", "2", "0"),
        ],
    )
    def test_another_number_than_the_tables_is_an_error(self, text: str, actual: str, expected: str) -> None:
        (found,) = findings(text)
        assert (found.severity, found.fault.actual, found.fault.expected, found.fault.section) == ("error", actual, expected, "overview")

    @pytest.mark.parametrize(("count", "expected"), [(36, ["V101"]), (37, ["N105", "V101"])])
    def test_a_cell_left_blank_in_a_published_sum_counts_for_nothing(self, count: int, expected: list[str], tmp_path: Path) -> None:
        def blank(rows: Rows) -> None:
            set_values(rows, "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", [""] * 7)

        text = f"全年收到申请35件，予以公开和部分公开{count}件。"
        assert codes(read_page(tmp_path, page(values=balanced(REQUESTS), overview=text, change={"requests": blank}))) == expected

    @pytest.mark.parametrize(("count", "expected"), [(36, ["T101", "T102"]), (37, ["N105", "T101", "T102"])])
    def test_a_total_left_blank_is_what_its_parts_add_up_to(self, count: int, expected: list[str]) -> None:
        text = f"全年收到申请35件，予以公开{count}件。"
        assert codes(report({**REQUESTS, "requests.granted.total": None}, texts={**TEXTS, "overview": text})) == expected

    @pytest.mark.parametrize("text", ["区政府办公室代表区政府受理申请17件。", "市司法局全年行政复议案件135件。"])
    def test_another_calibre_is_only_a_warning(self, text: str) -> None:
        (found,) = findings(text)
        assert found.severity == "warning"
        assert "口径" in found.message
