"""Y: this year's report against last year's."""

import re
from collections.abc import Iterator

from xltools.form.unit import YEAR, plain_name
from xltools.numerals import BLANKS, gap, show
from xltools.prose.claims import speech_of
from xltools.report.filled import add_up
from xltools.rules.rule import Case, Fault, alike, quote, rule, sides

TODO = {"carry-over-mismatch": "请核对两年台账。", "stock-mismatch": "请核对，有原因的写明。"}


def _mismatches(case: Case, rule: str) -> Iterator[Fault]:
    if case.last is None:
        return
    for relation in case.form.year_relations:
        known = all(case.report.is_known(term.figure) for term in (*relation.this, *relation.plus))
        if relation.rule != rule or not known or not all(case.last.is_known(term.figure) for term in relation.last):
            continue
        now, last = case.report.numbers, case.last.numbers
        actual = add_up(relation.this[:1], now)
        expected = add_up(relation.last, last) + add_up(relation.plus, now) - add_up(relation.this[1:], now)
        if actual != expected:
            parts = [f"上年度{term.name}{show(last[term.figure])}" for term in relation.last]
            parts += [f"＋{term.name}{show(now[term.figure])}" for term in relation.plus]
            parts += [f"－{term.name}{show(now[term.figure])}" for term in relation.this[1:]]
            told = f"推算为{show(expected)}（{''.join(parts)}）" if parts[1:] else f"上年度报告{relation.last[0].name}为{show(expected)}"
            message = f"{relation.subject}：{relation.this[0].name}填{show(actual)}，{told}，差{show(gap(actual, expected))}。{TODO[rule]}"
            ids = [term.figure for term in (*relation.this, *relation.plus)]
            yield case.at(ids, message, **sides(actual, expected), basis=relation.basis)


carry_over_mismatch = alike("Y101", "carry-over-mismatch", "error", _mismatches, "Requests carried in that last year did not carry out.")
stock_mismatch = alike("Y102", "stock-mismatch", "warning", _mismatches, "In force are not last year's documents plus made less repealed.")


@rule("Y103", "growth-mismatch", "warning")
def growth_mismatch(case: Case) -> Iterator[Fault]:
    """A growth claimed of one of the tables' figures that last year's number does not give, rounded to the places written: the text's, or last year's report's."""
    spoken = [one for one in case.passages if case.last or (BEFORE.search(one.prose.text) and GROWN.search(one.prose.text))]
    if not spoken:
        return
    from xltools.rules.growth import change_since, expected_changes, find_growths  # slow to import

    for passage in spoken:
        for growth in find_growths(passage.prose, passage.claims, speech_of(case.form), case.report.year):
            by_text = [change_since(growth.before, growth.value, growth)] if growth.before and growth.value is not None else []
            by_report = list(expected_changes(growth, case.report, case.last)) if case.last else []
            for source, expected in (("正文所写的上年数", by_text), ("上年度报告", by_report)):
                if expected and growth.stated not in expected:
                    actual, right = (f"{number}{growth.unit}" for number in (growth.stated, expected[0]))
                    message = f"{quote(passage.text, growth.start, growth.end)}：按{source}应为{right}，正文写{actual}。请核对。"
                    figures = growth.mentions[0].means[0]
                    yield case.said(passage, growth.start, message, figures=figures, actual=actual, expected=right)
                    break


# what a text may say of last year's number, and of what has grown since
BEFORE = re.compile(r"(?:去年|上年|上一年|20\d\d年)度?(?:同期)?(?:为|是|的|共|收到|受理|新收|申请|[(:]){0,5}\d")
GROWN = re.compile(r"\d\s*%|[倍番]|[增减上下][长加升降少]")


@rule("Y104", "copied-problems", "warning")
def copied_problems(case: Case) -> Iterator[Fault]:
    """A section on problems that is nearly last year's, years and blanks aside."""
    if case.previous is None or "problems" not in case.form.section_by_key:
        return
    this, last = (re.sub(r"(?:19|20)\d\d", "", BLANKS.sub("", report.text("problems"))) for report in (case.report, case.previous))
    if min(len(this), len(last)) >= 20:  # characters; shorter texts are alike by chance
        from difflib import SequenceMatcher  # only with last year's report at hand, and slow to import

        likeness = SequenceMatcher(None, this, last, autojunk=False).ratio()
        if likeness >= 0.9:
            message = f"“{case.form.section_by_key['problems'].title}”与上年度报告重复率{likeness:.0%}。请按本年度情况重写。"
            yield case.within("problems", message, actual=f"{likeness:.0%}")


@rule("Y105", "other-unit", "warning")
def other_unit(case: Case) -> Iterator[Fault]:
    """Last year's report of a unit by another name, where no change of name is declared."""
    if case.previous is None:
        return
    this, last = case.report.unit, case.previous.unit
    names = {plain_name(name) for name in (this.name, this.short_name, this.former_name) if name}
    if last.name and this.name and not names & {plain_name(last.name), plain_name(last.short_name)}:
        message = f"上年度报告的单位是“{last.name}”，本报告是“{this.name}”。更名的填“原单位名称”，选错文件的请更换。"
        yield Fault(message, place=case.book.details["former_name"], actual=last.name, expected=this.name)


@rule("Y106", "other-year", "warning")
def other_year(case: Case) -> Iterator[Fault]:
    """A report to compare with that is not of the year before."""
    if case.previous and case.report.year and case.previous.year and case.previous.year != case.report.year - 1:
        message = f"所给的是{case.previous.year}年度报告，应为{case.report.year - 1}年度。请更换为上年度报告。"
        yield Fault(message, place=case.book.details[YEAR], actual=str(case.previous.year), expected=str(case.report.year - 1))


@rule("Y107", "other-edition-last-year", "notice")
def other_edition_last_year(case: Case) -> Iterator[Fault]:
    """Last year's report of another edition that does not count what this one is compared with; what it counts is compared."""
    last = case.previous
    if last is None or last.form.id == case.form.id:
        return
    from xltools.report.conversion import matching_figures  # only where the editions differ

    counted = matching_figures(last.form, case.form)
    lost = [relation for relation in case.form.year_relations if any(term.figure not in counted for term in relation.last)]
    if not counted:
        told = f"上年度报告是“{last.form.title}”（{last.form.edition}），不是同一种报告，未作比较。请更换为上年度的同一种报告。"
    else:
        ids = dict.fromkeys(term.figure for relation in lost for term in relation.last if term.figure not in counted)
        names = "".join(f"“{case.form.figures[id].name}”" for id in ids)
        told = f"上年度报告按{last.form.edition}编制，没有{names}，这几项未作比较。请人工核对。"
    if lost or not counted:
        figures = tuple(dict.fromkeys(relation.this[0].figure for relation in lost))
        place = case.book.figures[figures[0]] if figures else case.book.details[YEAR]
        yield Fault(told, place=place, figures=figures, actual=last.form.id, expected=case.form.id)
