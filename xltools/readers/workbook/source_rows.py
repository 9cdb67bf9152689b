"""Reads the sheets that are lists: 汇总来源, what a sum of reports says that it is the sum of, and 审核意见."""

from collections.abc import Collection, Sequence

from xltools.form.book import REVIEW, REVIEW_COLUMNS, REVIEW_TOP, SOURCE_COLUMNS, SOURCE_TOP, SOURCES, Review
from xltools.readers.workbook.located import FORMER_REVIEW, NOWHERE, header_columns
from xltools.readers.workbook.sheets import Sheets, cell_text
from xltools.report.provenance import ADDED, BELOW, LACKING, LEFT_OUT, MISSING, NOT_KNOWN, Counted, LeftOut, NotKnown, Provenance

ALTERED = f"“{SOURCES}”被改动过，看不出汇总了哪些单位。请重新汇总。"
KINDS = (ADDED, BELOW, MISSING, LEFT_OUT, LACKING, NOT_KNOWN)


def read_sources(sheets: Sheets, figures: Collection[str]) -> Provenance | None:
    """Return what the sheet tells of these cell ids, None where there is none; of one that was altered, that the sum is lacking."""
    if SOURCES not in sheets.names:
        return None
    rows = [[cell_text(cell) for cell in row] for row in sheets.rows(SOURCES)]
    lines = [line for row in rows[SOURCE_TOP:] if any(line := (*row, *("",) * len(SOURCE_COLUMNS))[: len(SOURCE_COLUMNS)])]
    header = tuple(rows[SOURCE_TOP - 1][: len(SOURCE_COLUMNS)]) if len(rows) >= SOURCE_TOP else ()
    if header != SOURCE_COLUMNS or any(line[0] not in KINDS for line in lines):
        return Provenance(left_out=(LeftOut("", SOURCES, ALTERED, True),))
    return Provenance(
        # behind the SHA-256 of the file that of the report in it, which earlier versions did not write
        counted=tuple(Counted(line[1], line[2], line[6][:64], line[7], line[6][65:]) for line in _of(lines, ADDED, BELOW)),
        missing=tuple(line[1] for line in _of(lines, MISSING)),
        left_out=tuple(LeftOut(line[1], line[3], line[4], line[0] == LACKING) for line in _of(lines, LEFT_OUT, LACKING)),
        not_known=tuple(NotKnown(line[1], tuple(id for id in line[5].split() if id in figures), line[4]) for line in _of(lines, NOT_KNOWN)),
    )


def _of(lines: Sequence[Sequence[str]], *kinds: str) -> list[Sequence[str]]:
    return [line for line in lines if line[0] in kinds]


def read_review(sheets: Sheets) -> dict[str, tuple[str, str]]:
    """Return what staff wrote in 审核意见 and the difference that they wrote it for, by the finding's key; nothing below another header."""
    rows = sheets.rows(REVIEW)
    columns = header_columns(next(iter(rows[REVIEW_TOP - 1 :]), ()), REVIEW_COLUMNS, FORMER_REVIEW)
    if NOWHERE in columns:
        return {}
    explained: dict[str, tuple[str, str]] = {}
    for row in rows[REVIEW_TOP:]:
        key, text, stake = (cell_text(row[columns[column]]) for column in (Review.KEY, Review.EXPLANATION, Review.STAKE))
        if key and text:
            explained.setdefault(key, (text, stake))
    return explained
