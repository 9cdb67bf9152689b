"""The report as one web page that needs no other file: readable on every screen and printed as an official document is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from xltools.documents.blocks import DRAFT_MARK, HeadingBlock, ParagraphBlock, TableBlock, compose
from xltools.documents.html_table import element, html_table, page_text
from xltools.documents.skeleton import report_title
from xltools.documents.table_cells import layout_of, shown_figures
from xltools.report.filled import Report

STYLE_FILE, DRAFT_STYLE_FILE = "page.css", "draft.css"
DRAFT_NOTICE = f"{DRAFT_MARK}：仅供核对，不得公布。"


def write_html(report: Report, *, draft: bool = False) -> str:
    """Return the report as an HTML page, marked 草稿 on screen and on every printed page where it is a draft; the same page for the same report.

    Raise FormError where the form's skeleton is broken.
    """
    notice = [element("p", DRAFT_NOTICE, class_="notice")] if draft else []
    main = element("main", [*notice, element("article", _parts(report))])
    body = element("body", [main], class_="draft" if draft else "")
    return page_text(element("html", [_head(report, draft), body], lang="zh-CN"))


def _head(report: Report, draft: bool) -> Element:
    title, folder = report_title(report), Path(__file__).parent
    styles = (STYLE_FILE, DRAFT_STYLE_FILE) if draft else (STYLE_FILE,)
    parts = [
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        # else a telephone takes numbers of the tables for telephone numbers
        element("meta", name="format-detection", content="telephone=no"),
        element("title", f"{DRAFT_MARK}：{title}" if draft else title),
        element("style", "\n" + "".join((folder / name).read_text(encoding="utf-8") for name in styles)),
    ]
    return element("head", [*parts, element("meta", name="robots", content="noindex")] if draft else parts)


def _parts(report: Report) -> Iterator[Element]:
    """Yield the headings, paragraphs and tables of the page; no heading is more than one level below the one before it."""
    depth = 0
    for block in compose(report):
        if isinstance(block, TableBlock):
            layout = layout_of(report, block)
            yield html_table(layout, shown_figures(report, layout), report.form.section_of_table[block.table].title)
        elif isinstance(block, ParagraphBlock):
            yield element("p", block.text)
        else:
            depth = min(block.level + 1 if isinstance(block, HeadingBlock) else 1, depth + 1)
            yield element(f"h{depth}", block.text)
