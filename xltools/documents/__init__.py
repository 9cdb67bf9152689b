"""Documents: the finished report as .docx, as a web page and as JSON."""

from xltools.report.filled import Report
from xltools.report.report_json import dump_report


def write_document(report: Report, kind: str, draft: bool) -> bytes:
    """Return the report as `.json`, as a Word document (`.docx`) or a web page (`.html`). Raise FormError where the form's skeleton is broken."""
    if kind == ".json":
        return dump_report(report).encode("utf-8")
    if kind == ".html":
        from xltools.documents.html import write_html

        return write_html(report, draft=draft).encode("utf-8")
    from xltools.documents.docx import write_docx

    return write_docx(report, draft=draft)
