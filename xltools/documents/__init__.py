"""Documents: the finished report as .docx and as a web page."""

from xltools.report.filled import Report


def write_document(report: Report, kind: str, draft: bool = False) -> bytes:
    """Return the finished report as a Word document (`.docx`) or a web page (`.html`). Raise FormError where the form's skeleton is broken."""
    if kind == ".html":
        from xltools.documents.html import write_html

        return write_html(report, draft=draft).encode("utf-8")
    from xltools.documents.docx import write_docx

    return write_docx(report, draft=draft)
