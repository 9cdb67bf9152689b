"""Reads 汇总来源: what a sum of reports says that it is the sum of."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from xltools.form.book import SOURCE_COLUMNS, SOURCE_TOP, SOURCES
from xltools.readers.workbook.sheets import Sheets, cell_text
from xltools.report.provenance import ADDED, BELOW, LACKING, LEFT_OUT, MISSING, NOT_KNOWN, Counted, LeftOut, NotKnown, Provenance

ALTERED = f"“{SOURCES}”被改动过，看不出汇总了哪些单位。请重新汇总。"


def read_sources(sheets: Sheets, figures: Collection[str]) -> Provenance | None:
    """Return what the sheet tells, `figures` being the cell ids of the form; None where there is none.

    Where it is not as it was made, nothing is known of the sum, which is lacking then.
    """
    if SOURCES not in sheets.names:
        return None
    rows = [[cell_text(cell) for cell in row] for row in sheets.rows(SOURCES)]
    lines = [line for row in rows[SOURCE_TOP:] if any(line := (*row, *("",) * len(SOURCE_COLUMNS))[: len(SOURCE_COLUMNS)])]
    header = tuple(rows[SOURCE_TOP - 1][: len(SOURCE_COLUMNS)]) if len(rows) >= SOURCE_TOP else ()
    if header != SOURCE_COLUMNS or any(line[0] not in KINDS for line in lines):
        return Provenance(left_out=(LeftOut("", SOURCES, ALTERED, True),))
    return Provenance(
        counted=tuple(Counted(line[1], line[2], line[6], line[7]) for line in _of(lines, ADDED, BELOW)),
        missing=tuple(line[1] for line in _of(lines, MISSING)),
        left_out=tuple(LeftOut(line[1], line[3], line[4], line[0] == LACKING) for line in _of(lines, LEFT_OUT, LACKING)),
        not_known=tuple(NotKnown(line[1], tuple(id for id in line[5].split() if id in figures), line[4]) for line in _of(lines, NOT_KNOWN)),
    )


KINDS = (ADDED, BELOW, MISSING, LEFT_OUT, LACKING, NOT_KNOWN)


def _of(lines: Sequence[Sequence[str]], *kinds: str) -> list[Sequence[str]]:
    return [line for line in lines if line[0] in kinds]
