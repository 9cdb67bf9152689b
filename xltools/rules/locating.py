"""locate: where a finding stands in the published file that the report was read from."""

from __future__ import annotations

from dataclasses import replace

from xltools.form.book import plan_book
from xltools.report.filled import Report
from xltools.report.publication import Spot
from xltools.rules.rule import Finding


def locate(report: Report, finding: Finding) -> Finding:
    """The finding with its place in a published file; unchanged for a report from a workbook."""
    if not report.is_published:
        return finding
    spot, paragraph = _spot(report, finding)
    section = report.form.section_by_key.get(finding.fault.section or "")
    words = (section.title if section else "全文") + (f"第 {paragraph} 段" if paragraph else "")
    return replace(finding, source=spot, where=f"{words}（{spot}）" if spot and str(spot) else words)


def _spot(report: Report, finding: Finding) -> tuple[Spot | None, int]:
    """Where the finding stands, and in prose the number of its paragraph within the section; 0 elsewhere."""
    fault, publication = finding.fault, report.origin.publication
    area = plan_book(report.form).texts.get(fault.section or "")
    if fault.spot:
        return fault.spot, 0
    if area is None:
        return next((publication.spots[id] for id in fault.figures if id in publication.spots), None), 0
    if fault.place not in area.paragraphs:
        return None, 0
    number = area.paragraphs.index(fault.place)
    spots = publication.paragraph_spots.get(area.section.key, ())
    return spots[number] if number < len(spots) else None, number + 1
