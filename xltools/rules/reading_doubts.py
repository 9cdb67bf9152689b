"""C: what could not be read, or was read with doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xltools.numerals import list_some
from xltools.report.origin import Remark
from xltools.rules.rule import Case, Fault, rule

FORMAT = "年度报告统一格式的三张表（国办公开办函〔2021〕30号附表）"
WHOLE = "年度报告的内容应当准确、全面（国办公开办函〔2021〕30号）"


@rule(
    "C110",
    "unread-figure",
    "error",
    title="有的格没有读出",
    explanation="从已发布的文件读表时，这些格没有认出来：行名残缺、一行的数多了或少了，或同一行出现两次。没有读出的格按空白处理，与它有关的勾稽关系没有检查。请对照原文填写后再检查。",
    basis=WHOLE,
)
def unread_figure(case: Case) -> Iterator[Fault]:
    """Figures of a table that the file has, which could not be read: one finding per table and reason."""
    missing = case.report.origin.publication.missing_tables
    for unread in case.report.unread if case.report.is_published else ():
        if unread.table and unread.table not in missing:
            rows = "、".join(f"“{line}”" for line in dict.fromkeys(case.form.figures[id].line for id in unread.figures))
            yield _fault(case, unread.table, f"{rows}没有读出：{unread.reason}请对照原文核对。", unread.figures)


@rule(
    "C111",
    "missing-table",
    "error",
    title="没有找到表",
    explanation="已发布的文件里没有找到这张表：可能漏了，可能是图片或附件，也可能格式改得认不出。表中各数没有检查。请对照原文核对。",
    basis=FORMAT,
)
def missing_table(case: Case) -> Iterator[Fault]:
    """An official table that a published file does not have, or only as a picture."""
    for table in case.report.origin.publication.missing_tables:
        yield _fault(case, table, "没有找到这张表。表是图片或附件的，请用有表格的文件；漏了的请补上。", ())


@rule(
    "C112",
    "other-edition",
    "warning",
    title="表是另一版的",
    explanation="统一格式有 2019 版（2019、2020 年度）和 2021 版（2021 年度起），这份报告的表（或其中一部分）用的是另一版。含义相同的数已经对应读入，没有对应的留空。请按报告年度的格式重新制表。",
    basis="国办公开办函〔2021〕30号自 2021 年度报告起使用，国办公开办函〔2019〕60号用于 2019、2020 年度报告",
)
def other_edition(case: Case) -> Iterator[Fault]:
    """A table, or a part of it, that stands in a published file as another edition has it."""
    for remark in case.report.origin.publication.other_editions:
        yield _remarked(case, remark, "请按报告年度的统一格式制表。")


@rule(
    "C113",
    "extra-row",
    "warning",
    title="表中有统一格式没有的行",
    explanation="统一格式的表不能增加行。多出来的行没有读入，它的数也不在任何合计里。请核对：是行名写错的改正，是自己加的删去，需要说明的写在正文里。",
    basis=FORMAT,
)
def extra_row(case: Case) -> Iterator[Fault]:
    """A row of a published table that no edition has; what stands in it is told and not read."""
    for remark in case.report.origin.publication.extra_rows:
        yield _remarked(case, remark, "是统一格式没有的行，没有读入。请核对行名。", quoted=True)


@rule(
    "C114",
    "doubtful-reading",
    "notice",
    title="读法请核对",
    explanation="已发布的文件里，这些数读出来了，但写法不标准：数后带说明、一个 0 占一整行，或行名残缺而按次序认出。请对照原文看一眼。",
    basis=WHOLE,
)
def doubtful_reading(case: Case) -> Iterator[Fault]:
    """Figures of a published file that were read, but could be meant otherwise."""
    for remark in case.report.origin.publication.doubts:
        yield _remarked(case, remark, "请对照原文核对。")


@rule(
    "C115",
    "unplaced-text",
    "notice",
    title="有的文字没有归入任何部分",
    explanation="表的前后有统一格式以外的文字（如表下的注），或报告前后还有别的内容（如附件）。它们不属于六个部分的正文，没有读入。需要保留的，请写进正文。",
    basis="年度报告内容，要严格按照《条例》第五十条的规定确定，不能遗漏，也不宜泛化（国办公开办函〔2021〕30号）",
)
def unplaced_text(case: Case) -> Iterator[Fault]:
    """Text around a table of a published file, or in front of the report or behind it, that belongs to no section of prose."""
    for remark in case.report.origin.publication.unplaced:
        yield _remarked(case, remark, "没有归入正文。需要保留的，请写进正文。", quoted=True)


@rule(
    "C119",
    "still-unread",
    "error",
    title="有的内容没有读出",
    explanation="这份报告是由别的文件转来的，那个文件里有的格或正文没有读出。没有读出的既不是空白，也不是 0：与它有关的勾稽关系没有检查，也不能据此成文。请对照原文件填好；填好以后，这一条自动消失。",
    basis="没有读出的数和文字，填好以前不能当作没有",
)
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
            rows = list_some(
                [f"“{line}”" for line in dict.fromkeys(case.form.figures[id].line for id in unread.figures)], LISTED, " 等 {} 行"
            )
            what = f"{what}中 {len(unread.figures)} 格（{rows}）" if what else f"{len(unread.figures)} 格（{rows}）"
        area = case.book.texts.get(unread.section or "")
        place = case.book.figures[unread.figures[0]] if unread.figures else area.paragraphs[0] if area else None
        message = f"{what}没有读出：{unread.reason}请对照原文件填写。"
        yield Fault(message, place=place, figures=unread.figures, section=key)


LISTED = 3
"""How many rows a message names."""
SHOWN = 60
"""The most characters of a file's own words that a message quotes."""


def _remarked(case: Case, remark: Remark, advice: str, *, quoted: bool = False) -> Fault:
    text = remark.text if len(remark.text) <= SHOWN or not quoted else f"{remark.text[:SHOWN]}…"
    first = next(iter(remark.figures), None)
    return Fault(
        f"“{text}”{advice}" if quoted else f"{text}{advice}",
        place=case.book.figures[first] if first else None,
        figures=remark.figures,
        section=remark.section or (case.section_of(first) if first else None),
        actual=remark.text if quoted else None,
        spot=remark.spot,
    )


def _fault(case: Case, table: str, message: str, ids: Sequence[str]) -> Fault:
    place = case.book.figures[ids[0]] if ids else None
    return Fault(message, place=place, figures=tuple(ids), section=case.form.section_of_table[table].key)


RULES = (unread_figure, missing_table, other_edition, extra_row, doubtful_reading, unplaced_text, still_unread)
