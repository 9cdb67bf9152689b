"""汇总来源: what a sum of reports is the sum of, as a sheet of its workbook; the reader reads it back."""

from __future__ import annotations

from collections.abc import Iterator

from xltools.form.book import SOURCE_COLUMNS, SOURCE_TOP, SOURCES
from xltools.report.provenance import ADDED, BELOW, LACKING, LEFT_OUT, MISSING, NOT_KNOWN, Provenance
from xltools.workbook.pen import Pen

WIDTHS = (12, 34, 12, 34, 60, 12, 12, 12)
UNIT, FILE, REASON, FIGURES = 1, 3, 4, 5


def write_sources(pen: Pen, provenance: Provenance) -> None:
    """Write 汇总来源."""
    pen.set_widths(WIDTHS)
    pen.title(
        f"{SOURCES}：本报告是 {len(provenance.added)} 份报告之和",
        "“未报送”“应计未计”“数不全”的，汇总数里没有或不全；补齐后重新汇总，确需这样报出的，在“校验”表末写明。",
    )
    rows = list(_rows(provenance))
    pen.header(SOURCE_TOP - 1, SOURCE_COLUMNS, len(rows), frozen=UNIT + 1, style="header")
    for row, cells in enumerate(rows, start=SOURCE_TOP):
        pen.height(row, {UNIT: cells[UNIT], FILE: cells[FILE], REASON: cells[REASON]})
        for column, text in enumerate(cells):
            # whole, since it is read back; what only programs read is small
            pen.text(row, column, text, "key" if column >= FIGURES else "words")


def _rows(provenance: Provenance) -> Iterator[tuple[str, ...]]:
    for counted in provenance.counted:
        yield BELOW if counted.via else ADDED, counted.unit, counted.date, "", "", "", counted.sha256, counted.via
    for unit in provenance.missing:
        yield MISSING, unit, "", "", "", "", "", ""
    for left in provenance.left_out:
        yield LACKING if left.is_lacking else LEFT_OUT, left.unit, "", left.file, left.reason, "", "", ""
    for unknown in provenance.not_known:
        yield NOT_KNOWN, unknown.unit, "", "", unknown.reason, " ".join(unknown.figures), "", ""
