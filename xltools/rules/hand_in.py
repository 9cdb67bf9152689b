"""C: a report as it was handed in: what could not be read of its file or was read with doubt, and how it came to the office above."""

from collections.abc import Iterator, Sequence

from xltools.form.unit import YEAR
from xltools.numerals import list_some
from xltools.report.filled import Report
from xltools.report.origin import Remark
from xltools.rules.rule import Case, Fault, Filing, Finding, alike, judge, rule

LISTED, PLACES = 3, 10  # how many rows or files a message names, and how many cells
SHOWN = 60  # the most characters of a file's own words that a message quotes


@rule("C110", "unread-figure", "error")
def unread_figure(case: Case) -> Iterator[Fault]:
    """Figures of a table that the file has, which could not be read: one finding per table and reason."""
    missing = case.report.origin.publication.missing_tables
    for unread in case.report.unread if case.report.is_published else ():
        if unread.figures and unread.table not in missing:
            yield case.at(unread.figures, f"{_rows(case, unread.figures)}未识别：{unread.reason}请对照原文核对。")


@rule("C111", "missing-table", "error")
def missing_table(case: Case) -> Iterator[Fault]:
    """An official table that a published file does not have, or only as a picture."""
    for table in case.report.origin.publication.missing_tables:
        yield Fault("未识别到这张表。表是图片或附件的，请用有表格的文件；漏了的请补上。", section=case.form.section_of_table[table].key)


REMARKED = {
    "other-edition": ("other_editions", "{}请按报告年度的统一格式制表。"),
    "extra-row": ("extra_rows", "“{}”是统一格式没有的行，未写入。请核对行名。"),
    "doubtful-reading": ("doubts", "{}请对照原文核对。"),
    "draft": ("drafts", "“{}”：这是草稿，不得公布。请改正后用 xltools export 导出正式稿。"),
    "unplaced-text": ("unplaced", "“{}”未归入正文。需要保留的，请写进正文。"),
}  # what the reader remarked that each of these rules speaks of, and how; the file's own words are quoted, and cut


def _remarked(case: Case, rule: str) -> Iterator[Fault]:
    kind, says = REMARKED[rule]
    is_quoted = says.startswith("“")
    remarks: Sequence[Remark] = getattr(case.report.origin.publication, kind)
    for remark in remarks:
        text = remark.text if len(remark.text) <= SHOWN or not is_quoted else f"{remark.text[:SHOWN]}…"
        fault = case.at(remark.figures, says.format(text)) if remark.figures else Fault(says.format(text))
        yield fault._replace(section=remark.section or fault.section, actual=remark.text if is_quoted else None, spot=remark.spot)


other_edition = alike("C112", "other-edition", "warning", _remarked, "A published table, or a part of it, as another edition has it.")
extra_row = alike("C113", "extra-row", "warning", _remarked, "A row of a published table that no edition has; it is told and not read.")
doubtful_reading = alike("C114", "doubtful-reading", "notice", _remarked, "Published figures that were read, but could be meant otherwise.")
unplaced_text = alike("C115", "unplaced-text", "notice", _remarked, "Text around a table or the report that belongs to no section.")
draft = alike("C124", "draft", "warning", _remarked, "A file that is marked as a draft, above its title or across its pages.")


@rule("C119", "still-unread", "error")
def still_unread(case: Case) -> Iterator[Fault]:
    """Figures or prose that could not be read from the file that the report was made of: one finding per table and reason, or section."""
    report = case.report
    for unread in () if report.is_published else report.unread:
        key = case.form.section_of_table[unread.table].key if unread.table else unread.section
        section = case.form.section_by_key.get(key or "")
        if section and section.sheet in report.origin.displaced:
            continue  # S101 and S103 say it
        what = f"“{section.title}”" if section else ""
        if unread.figures:
            what = f"{what}{'中' if what else ''}{len(unread.figures)}格（{_rows(case, unread.figures)}）"
        area = case.book.texts.get(unread.section or "")
        place = case.book.figures[unread.figures[0]] if unread.figures else area.paragraphs[0] if area else None
        yield Fault(f"{what}未识别：{unread.reason}请对照原文填写。", place=place, figures=unread.figures, section=key)


def _rows(case: Case, ids: Sequence[str]) -> str:
    return list_some([f"“{line}”" for line in dict.fromkeys(case.form.figures[id].line for id in ids)], LISTED, "等{}行", between="")


@rule("C201", "rival-reports", "error")
def rival_reports(case: Case) -> Iterator[Fault]:
    """Several files of one unit and year with different content: the one changed last counts."""
    if case.filing and case.filing.rivals:
        named = list_some(case.filing.rivals, LISTED, "等{}份")
        ids = tuple(id for id in case.filing.differing if id in case.form.figures)
        places = [case.book.figures[id].quoted for id in ids]
        differing = f"，与计入的有{len(ids)}格不同：{list_some(places, PLACES, '等')}" if ids else ""
        message = f"本单位另有报告未计入：{named}{differing}。请单位确认采用哪一份，其余移出文件夹。"
        yield Fault(message, figures=ids, actual=str(len(case.filing.rivals) + 1), expected="1")


@rule("C202", "not-in-roster", "warning")
def not_in_roster(case: Case) -> Iterator[Fault]:
    """A unit that the roster does not name, not even as a former name; or no unit is named."""
    if case.filing and not case.filing.in_roster:
        name = case.report.unit.name
        unknown = f"名册中没有“{name}”，未计入汇总。更名的在名册写明原单位名称，用简称的写明简称。"
        message = unknown if name else "报告中没有单位名称，未计入汇总。请单位补填后重新报送。"
        yield Fault(message, place=case.book.details["name"], actual=name)


@rule("C203", "year-not-collected", "error")
def year_not_collected(case: Case) -> Iterator[Fault]:
    """A report of another year than the one that is collected."""
    if case.filing and case.report.year != case.filing.year:
        found = f"报告年度为{case.report.year}" if case.report.year else "没有报告年度"
        message = f"{found}，本次收集{case.filing.year}年度，未计入汇总。请单位核对年度，重新报送。"
        yield Fault(message, place=case.book.details[YEAR], actual=str(case.report.year or ""), expected=str(case.filing.year))


def filing_findings(report: Report, filing: Filing, before: int = 0) -> tuple[Finding, ...]:
    """Return what is wrong with how a report was handed in; the findings are numbered from `before` + 1 on."""
    return tuple(judge(Case(report, filing=filing), (rival_reports, not_in_roster, year_not_collected), before))
