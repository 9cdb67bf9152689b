"""Documents: the finished report as .docx, as a web page and as JSON."""

from xltools.report.filled import Report
from xltools.report.report_json import dump_report

DOCUMENTS = (".docx", ".html", ".json")  # the endings of what a report is exported as


def write_document(report: Report, kind: str, draft: bool) -> bytes:
    """Return the report as a document of one of DOCUMENTS. Raise FormError where the form's skeleton or reference.docx is broken."""
    if kind == ".json":
        return dump_report(report).encode("utf-8")
    if kind == ".html":
        from xltools.documents.html import write_html

        return write_html(report, draft=draft).encode("utf-8")
    from xltools.documents.docx import write_docx

    return write_docx(report, draft=draft)
