"""The office's report against those of the units below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tests.reports import FORM, TEXTS, balanced_figures, report
from xltools.form.loader import load_form
from xltools.form.unit import Unit
from xltools.report.filled import Report, Value
from xltools.report.sums import gather_children, part_of, sum_reports
from xltools.rules.review import Review, review
from xltools.rules.rule import Finding

NAMES = [f"示例{number}镇人民政府" for number in range(12)]
OFFICE = "示例县人民政府办公室"
CHILDREN = [(name, report(balanced_figures(seed), unit=Unit(name=name))) for seed, name in enumerate([OFFICE, *NAMES])]
RECEIVED, GRANTED = "requests.received.natural_person", "requests.granted.natural_person"
LICENSING = "disclosure.licensing.decisions"


def county(children: Sequence[tuple[str, Report]] = CHILDREN, **changes: Value) -> Report:
    """The roll-up of the children, with some figures changed afterwards."""
    own, *units = (replace(child, unit=Unit(name=f"第{number}家"), year=2024) for number, (_, child) in enumerate(children))
    summed = sum_reports(FORM, Unit(name="示例县人民政府"), 2024, [replace(own, unit=Unit(name="示例县人民政府")), *units]).report
    return replace(summed, texts=TEXTS, figures={**summed.figures, **changes})


def findings(
    parent: Report,
    expected: Sequence[str] = (),
    children: Sequence[tuple[str, Report]] = CHILDREN,
) -> tuple[Finding, ...]:
    return reviewed(parent, children, expected).findings


def reviewed(
    parent: Report,
    children: Sequence[tuple[str, Report]] = CHILDREN,
    expected: Sequence[str] = (),
) -> Review:
    parts = (part_of(replace(child, unit=Unit(name=name)), parent.form) for name, child in children)
    return review(parent, None, gather_children(parent.form, parts, expected))


def roots(found: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in found if not finding.because]


def test_the_roll_up_of_its_children_has_no_findings() -> None:
    assert findings(county(), [OFFICE, *NAMES]) == ()


def test_a_wrong_input_is_the_root_and_the_totals_and_balances_it_breaks_follow_from_it() -> None:
    right = county().figures[GRANTED]
    assert isinstance(right, int)
    found = findings(county(**{GRANTED: right - 5}))
    (root,) = roots(found)
    assert (root.rule.name, root.severity, root.fault.figures) == ("children-mismatch", "error", (GRANTED,))
    assert (root.fault.actual, root.fault.expected, root.fault.difference) == (str(right - 5), str(right), "-5")
    assert {finding.fault.figures[0] for finding in found if finding.rule.name == "children-mismatch"} == {
        GRANTED,
        "requests.granted.total",
        "requests.results.natural_person",
        "requests.results.total",
    }
    assert {finding.rule.name for finding in found} == {"children-mismatch", "unbalanced"}
    assert {finding.because for finding in found} == {None, root.id}


def test_the_one_unit_whose_number_is_the_difference_is_named() -> None:
    children = [("甲镇", report({LICENSING: 18})), ("乙镇", report({LICENSING: 7})), ("丙镇", report({LICENSING: 30}))]
    (lacking,) = roots(findings(county(children, **{LICENSING: 48}), children=children))
    assert "合计55，少7。“乙镇”所报正好是7，可能未计入" in lacking.message
    (twice,) = roots(findings(county(children, **{LICENSING: 73}), children=children))
    assert "合计55，多18。“甲镇”所报正好是18，可能计了两次" in twice.message
    (unclear,) = roots(findings(county(children, **{LICENSING: 50}), children=children))
    assert "所报正好" not in unclear.message


def test_several_units_with_that_number_are_all_named() -> None:
    children = [("甲镇", report({LICENSING: 7})), ("乙镇", report({LICENSING: 7}))]
    (found,) = roots(findings(county(children, **{LICENSING: 7}), children=children))
    assert "“甲镇”“乙镇”所报正好是7，可能其中一个未计入" in found.message


def test_of_many_units_three_are_named_and_all_counted() -> None:
    children = [(f"{name}镇", report({LICENSING: 7})) for name in "甲乙丙丁"]
    for count, named in ((3, "“甲镇”“乙镇”“丙镇”所报"), (4, "“甲镇”“乙镇”“丙镇”等4个单位所报")):
        (found,) = findings(county(children[:count], **{LICENSING: 7 * count - 7}), children=children[:count])
        assert f"{named}正好是7，可能其中一个未计入" in found.message


def test_a_unit_left_out_altogether_is_one_root() -> None:
    parent = county([child for child in CHILDREN if child[0] != NAMES[4]])
    found = findings(parent)
    (root,) = roots(found)
    assert len(found) > 20
    assert root.advice.startswith("有")
    assert root.advice.endswith(f"“{NAMES[4]}”所报的数据，很可能这个单位整份未计入。")


def test_of_two_units_that_report_the_same_one_is_said_to_be_left_out_altogether() -> None:
    reported: dict[str, Value] = {LICENSING: 5, "disclosure.penalties.decisions": 60}
    children = [("甲镇", report(reported)), ("乙镇", report(reported)), ("丙镇", report(dict.fromkeys(reported, 10000)))]
    (root,) = roots(findings(county(children[1:]), children=children))
    assert root.advice == "有2格的差额都正好是“甲镇”“乙镇”所报的数据，很可能其中一个单位整份未计入。"


def test_a_unit_is_said_to_be_left_out_altogether_only_where_all_that_it_reports_is_lacking() -> None:
    reported: dict[str, Value] = {
        "disclosure.licensing.decisions": 5,
        "disclosure.penalties.decisions": 60,
        "disclosure.coercion.decisions": 700,
    }
    children = [("甲镇", report(reported)), ("乙镇", report(dict.fromkeys(reported, 10000)))]
    for lacking in range(1, 4):
        changes: dict[str, Value] = dict.fromkeys(list(reported)[:lacking], 10000)
        found = findings(county(children, **changes), children=children)
        assert {finding.rule.code for finding in found} == {"T401"}
        told = [finding.advice for finding in roots(found)]
        assert told == (["有3格的差额都正好是“甲镇”所报的数据，很可能这个单位整份未计入。"] if lacking == 3 else [""] * lacking)


def test_a_unit_that_is_lacking_in_one_cell_and_twice_in_another_is_not_said_to_be_left_out() -> None:
    one, other = "disclosure.licensing.decisions", "disclosure.penalties.decisions"
    children = [("甲镇", report({one: 5, other: 60})), ("乙镇", report({one: 10_000, other: 10_000}))]
    assert [f.advice for f in findings(county(children, **{one: 10_000, other: 10_120}), children=children)] == ["", ""]


def test_a_unit_counted_twice_is_one_root_beside_another_fault() -> None:
    counted = county([*CHILDREN, (NAMES[4], CHILDREN[5][1])])
    wrong = next(figure.id for figure in FORM.inputs if figure.table == "disclosure" and CHILDREN[5][1].figures[figure.id] == 0)
    changed = replace(counted, figures={**counted.figures, wrong: 1_000_003})
    found = roots(findings(changed))
    assert [finding.fault.figures[0] == wrong for finding in found].count(True) == 1
    assert len(found) == 2
    assert [finding.advice.endswith("很可能这个单位整份计了两次。") for finding in found].count(True) == 1


def test_a_unit_without_a_report_is_a_warning_and_suspected_where_the_office_has_more() -> None:
    right = county().figures[LICENSING]
    assert isinstance(right, int)
    found = findings(county(**{LICENSING: right + 1_000_003}), [*NAMES, "示例 0镇人民政府", "丙镇人民政府"])
    assert [(finding.rule.name, finding.severity) for finding in found] == [("children-mismatch", "error"), ("missing-child", "warning")]
    assert "未报送的“丙镇人民政府”可能已计入" in found[0].message
    assert found[1].message == "没有“丙镇人民政府”的报告。请催报；确已撤销的，从名册中删去。"


def test_a_unit_that_the_sum_itself_says_is_missing_is_told_once() -> None:
    summed = county(CHILDREN[:-1])
    assert summed.provenance
    lacking = replace(summed, provenance=summed.provenance._replace(missing=(NAMES[-1],)))
    found = findings(lacking, [OFFICE, *NAMES, "示例街道"], CHILDREN[:-1])
    assert [(finding.rule.code, finding.fault.expected) for finding in found] == [("T402", "示例街道"), ("T403", NAMES[-1])]


def test_a_blank_of_the_office_is_told_to_be_blank() -> None:
    (found,) = [f for f in findings(county(**{LICENSING: None})) if f.rule.name == "children-mismatch"]
    assert "本报告未填" in found.message
    assert found.fault.actual is None


def test_text_of_the_office_is_told_once_and_not_compared() -> None:
    found = findings(county(**{LICENSING: "/"}))
    assert [finding.rule.name for finding in found] == ["not-a-number"]


def test_text_of_a_unit_makes_the_sum_doubtful_a_warning() -> None:
    children = [("甲镇", report({LICENSING: "约20"})), ("乙镇", report({LICENSING: 7}))]
    parent = replace(county(children, **{LICENSING: 27}), provenance=None)
    (found,) = findings(parent, children=children)
    assert found.severity == "warning"
    assert "“甲镇”的这一格未识别或不是数字，未相加" in found.message


def test_a_published_total_of_the_office_is_held_against_the_sum_of_the_inputs() -> None:
    children = [("甲镇", report({RECEIVED: 4, GRANTED: 4}))]
    (root,) = roots(findings(county(children, **{"requests.received.total": 5}), children=children))
    assert (root.fault.actual, root.fault.expected) == ("5", "4")


def test_a_child_of_the_other_edition_counts_where_both_count_the_same() -> None:
    old = report({RECEIVED: 4, GRANTED: 4}, form=load_form("govinfo-2019"), year=2020)
    children = [("甲镇", old), ("乙镇", report({RECEIVED: 1, GRANTED: 1}))]
    assert findings(county(children), children=children) == ()


def test_what_the_form_says_units_repeat_is_not_compared(tmp_path: Path) -> None:
    text = (Path(__file__).parent / "forms" / "tiny" / "form.toml").read_text(encoding="utf-8")
    (tmp_path / "form.toml").write_text(
        text.replace("[table.help]\nstaff", '[table.across_units]\ncarried_in = "own"\n\n[table.help]\nstaff')
    )
    form = load_form(str(tmp_path))
    parent, child = (report({"costs.carried_in": number}, form=form, texts={"summary": "一切正常。"}) for number in (7, 9))
    assert [f.fault.figures for f in findings(parent, children=[("甲", child)]) if f.rule.name == "children-mismatch"] == []


def test_a_rate_of_several_units_is_none_of_theirs_added_up(tmp_path: Path) -> None:
    text = (Path(__file__).parent / "forms" / "procurement" / "form.toml").read_text(encoding="utf-8")
    (tmp_path / "form.toml").write_text(text.replace('domain = "percent" },', 'domain = "decimal" },'), encoding="utf-8")
    form = load_form(str(tmp_path))
    children = [replace(report({"scale.goods.budget": 10, "scale.goods.actual": n}, form=form), unit=Unit(name=f"{n}局")) for n in (5, 8)]
    office = sum_reports(form, Unit(name="县"), 2024, children).report
    assert (form.figures["scale.goods.rate"].across_units, office.numbers["scale.goods.rate"]) == ("sum", Decimal("0.35"))
    assert [f.message for f in findings(office, children=[(c.unit.name, c) for c in children]) if f.rule.name == "children-mismatch"] == []


def test_staff_can_explain_a_difference() -> None:
    right = county().figures[LICENSING]
    assert isinstance(right, int)
    parent = replace(county(**{LICENSING: right - 1}), explanations={f"children-mismatch:{LICENSING}": "两家共同作出，只计一次。"})
    assert findings(parent)[0].explanation == "两家共同作出，只计一次。"
    assert reviewed(parent).unexplained == ()
