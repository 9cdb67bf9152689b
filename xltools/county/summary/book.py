"""write_summary: the workbook that tells an office how its units stand."""

from __future__ import annotations

import datetime
import io

from xlsxwriter import Workbook

from xltools.county.summary.charts import write_charts
from xltools.county.summary.findings import RULE_WIDTHS, first_rows, write_findings, write_rules
from xltools.county.summary.findings import WIDTHS as FINDING_WIDTHS
from xltools.county.summary.matrix import matrix_widths, write_matrix
from xltools.county.summary.overview import WIDTHS as OVERVIEW_WIDTHS
from xltools.county.summary.overview import write_overview
from xltools.county.summary.page import CHART_DATA, CHARTS, FINDINGS, MATRIX, OVERVIEW, RULES, YEARS, Page
from xltools.county.summary.state import Summary
from xltools.county.summary.years import WIDTHS as YEAR_WIDTHS
from xltools.county.summary.years import write_years
from xltools.workbook.styles import Styles

CHART_WIDTHS, DATA_WIDTHS = (14.0,) * 12, (34.0, *(14.0,) * 12)


def write_summary(summary: Summary) -> bytes:
    """The .xlsx of a summary, its counts and totals as live formulas; the same summary gives the same bytes."""
    buffer = io.BytesIO()
    # row by row to the disk: thousands of units are millions of cells
    workbook = Workbook(buffer, {"constant_memory": True})
    styles = Styles(workbook)
    workbook.set_properties(_properties(summary))

    def page(name: str, widths: tuple[float, ...] | list[float]) -> Page:
        return Page(workbook, styles, name, widths)

    overview = page(OVERVIEW, OVERVIEW_WIDTHS)
    matrix = page(MATRIX, matrix_widths(summary.form))
    findings, rules = page(FINDINGS, FINDING_WIDTHS), page(RULES, RULE_WIDTHS)
    years, charts, data = page(YEARS, YEAR_WIDTHS), page(CHARTS, CHART_WIDTHS), page(CHART_DATA, DATA_WIDTHS)
    tally = write_overview(overview, summary, first_rows(summary.units))
    write_matrix(matrix, summary)
    write_findings(findings, summary)
    write_rules(rules, summary)
    write_years(years, summary)
    write_charts(workbook, charts, data, summary, tally)
    workbook.close()
    return buffer.getvalue()


def _properties(summary: Summary) -> dict[str, object]:
    return {
        "title": f"{summary.office}{summary.year}年{summary.form.title}汇总",
        "subject": summary.form.edition,
        "author": summary.office,
        "company": summary.office,
        # A fixed date, so that the same summary gives the same bytes.
        "created": datetime.datetime(summary.year, 12, 31),
    }
