"""C: what could not be read, or was read with doubt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xltools.numerals import list_some
from xltools.report.origin import Remark
from xltools.rules.rule import Case, Fault, rule


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
        message = "未识别到这张表。表是图片或附件的，请用有表格的文件；漏了的请补上。"
        yield Fault(message, section=case.form.section_of_table[table].key)


@rule("C112", "other-edition", "warning")
def other_edition(case: Case) -> Iterator[Fault]:
    """A table, or a part of it, that stands in a published file as another edition has it."""
    yield from _remarked(case, case.report.origin.publication.other_editions, "请按报告年度的统一格式制表。")


@rule("C113", "extra-row", "warning")
def extra_row(case: Case) -> Iterator[Fault]:
    """A row of a published table that no edition has; what stands in it is told and not read."""
    yield from _remarked(case, case.report.origin.publication.extra_rows, "是统一格式没有的行，未写入。请核对行名。", quoted=True)


@rule("C114", "doubtful-reading", "notice")
def doubtful_reading(case: Case) -> Iterator[Fault]:
    """Figures of a published file that were read, but could be meant otherwise."""
    yield from _remarked(case, case.report.origin.publication.doubts, "请对照原文核对。")


@rule("C115", "unplaced-text", "notice")
def unplaced_text(case: Case) -> Iterator[Fault]:
    """Text around a table of a published file, or in front of the report or behind it, that belongs to no section of prose."""
    yield from _remarked(case, case.report.origin.publication.unplaced, "未归入正文。需要保留的，请写进正文。", quoted=True)


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
        message = f"{what}未识别：{unread.reason}请对照原文填写。"
        yield Fault(message, place=place, figures=unread.figures, section=key)


LISTED = 3  # how many rows a message names
SHOWN = 60  # the most characters of a file's own words that a message quotes


def _rows(case: Case, ids: Sequence[str]) -> str:
    return list_some([f"“{line}”" for line in dict.fromkeys(case.form.figures[id].line for id in ids)], LISTED, "等{}行", between="")


def _remarked(case: Case, remarks: Iterable[Remark], advice: str, *, quoted: bool = False) -> Iterator[Fault]:
    for remark in remarks:
        text = remark.text if len(remark.text) <= SHOWN or not quoted else f"{remark.text[:SHOWN]}…"
        message = f"“{text}”{advice}" if quoted else f"{text}{advice}"
        fault = case.at(remark.figures, message) if remark.figures else Fault(message)
        yield fault._replace(section=remark.section or fault.section, actual=remark.text if quoted else None, spot=remark.spot)
