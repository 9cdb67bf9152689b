"""Writes the report as one web page without other files, printed as an official document. Text only ever becomes the text of an element."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from xltools.documents import blocks, printed_tables
from xltools.documents.skeleton import report_title
from xltools.form.layout import LayoutCell, TableLayout, lay_out, stands_left
from xltools.report.filled import Report

STYLE_FILE = "page.css"
UPRIGHT = printed_tables.Space(8845, 180, 80)  # of a printed page, in twips, with small type


def write_html(report: Report, *, draft: bool = False) -> str:
    """Return the report as an HTML page, the same for the same report. Raise FormError where the form's skeleton is broken."""
    notices = (f"{blocks.DRAFT_MARK}：仅供核对，不得公布。", *blocks.draft_notes(report)) if draft else ()
    notice = [element("p", line, class_="notice") for line in notices]
    body = element("body", [element("main", [*notice, element("article", _parts(report))])], class_="draft" if draft else "")
    return page_text(element("html", [_head(report, draft), body], lang="zh-CN"))


def _head(report: Report, draft: bool) -> Element:
    title, folder = report_title(report), Path(__file__).parent
    is_wide = any(printed_tables.is_wide(lay_out(table), UPRIGHT) for table in report.form.tables)
    more = {"centred.css": report.form.page_numbers == "centred", "draft.css": draft, "wide.css": is_wide}
    styles = (STYLE_FILE, *(name for name, is_used in more.items() if is_used))
    parts = [
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        # else a telephone takes numbers of the tables for telephone numbers
        element("meta", name="format-detection", content="telephone=no"),
        element("title", f"{blocks.DRAFT_MARK}：{title}" if draft else title),
        element("style", "\n" + "".join((folder / name).read_text(encoding="utf-8") for name in styles)),
    ]
    return element("head", [*parts, element("meta", name="robots", content="noindex")] if draft else parts)


def _parts(report: Report) -> Iterator[Element]:
    """Yield the headings, paragraphs and tables of the page; no heading is more than one level below the one before it."""
    depth = 0
    parts = blocks.compose(report)
    for before, block, after in zip_longest((None, *parts[:-1]), parts, parts[1:]):
        if isinstance(block, blocks.TableBlock):
            layout = printed_tables.layout_of(report, block)
            yield html_table(layout, printed_tables.shown_figures(report, layout), report.form.section_of_table[block.table].title)
        elif isinstance(block, blocks.ParagraphBlock):
            lead = element("span", block.text[: block.lead], class_="lead")
            lead.tail = block.text[block.lead :]
            yield element("p", [lead] if block.lead else block.text)
        elif isinstance(block, blocks.SignatureBlock):
            yield element("p", block.text, class_="signature")
        else:
            depth = min(block.level + 1, depth + 1)
            yield element(f"h{depth}", block.text, class_="page" if printed_tables.begins_a_page(report, before, after) else "")


INLINE = {"th", "td", "span"}  # what does not end a line of the page's source; after every other element a line break means nothing


def element(name: str, content: str | Iterable[Element] = "", /, **attributes: str | int) -> Element:
    """Return the element with this text or these children; an attribute that is "" or 0 is left out, `aria_label` stands for `aria-label`."""
    made = Element(name, {key.strip("_").replace("_", "-"): str(value) for key, value in attributes.items() if value not in ("", 0)})
    if isinstance(content, str):
        made.text = content or None
    else:
        made.extend(list(content))  # ElementTree takes what goes wrong in an iterator for a fault of its own
        if len(made) and made[0].tag not in INLINE:
            made.text = "\n"
    if name not in INLINE:
        made.tail = "\n"
    return made


def page_text(root: Element) -> str:
    """Return the text of a whole page."""
    return f"<!doctype html>\n{tostring(root, encoding='unicode', method='html')}"


def html_table(
    layout: TableLayout, shown: Mapping[str, str], caption: str, *, prefix: str = "", dress: Callable[[str, Element], None] | None = None
) -> Element:
    """Return the table in a region that scrolls; `prefix` begins the ids, `dress` is given the id and the cell of each figure."""
    named = f"{prefix}{layout.table}-caption"
    rows = _Rows(layout, shown, prefix, dress)
    groups = (("labels", layout.label_columns), ("figures", layout.columns - layout.label_columns))
    parts = [element("caption", caption, id=named), *(element("colgroup", class_=name, span=span) for name, span in groups if span)]
    if layout.header_rows:
        parts.append(element("thead", rows.within(range(layout.header_rows))))
    parts += [element("tbody", rows.within(block[layout.header_rows :])) for block in layout.blocks]
    look = "few" if layout.columns <= printed_tables.FEW_COLUMNS else "many"
    look += (" short" if layout.rows <= printed_tables.PAGE_TABLE else "") + ("" if layout.label_columns else " equal")
    # who has no mouse scrolls a region with the keys, once it can be focused
    region = "scroll wide" if printed_tables.is_wide(layout, UPRIGHT) else "scroll"
    return element("section", [element("table", parts, class_=look)], class_=region, tabindex="0", aria_labelledby=named)


class _Rows:
    """Writes the rows of one table; a figure names its labels in `headers` where they form a tree or blocks, which `scope` cannot tell."""

    def __init__(self, layout: TableLayout, shown: Mapping[str, str], prefix: str, dress: Callable[[str, Element], None] | None) -> None:
        self.layout, self.shown, self.prefix, self.dress = layout, shown, prefix, dress
        self.tied = layout.header_rows != 1 or layout.label_columns > 1

    def within(self, group: range) -> Iterator[Element]:
        """Yield the rows of one thead or tbody."""
        for row in group:
            yield element("tr", [self._cell(slot, group) for slot in printed_tables.slots(self.layout, row) if slot.first])

    def _cell(self, slot: printed_tables.Slot, group: range) -> Element:
        cell = slot.cell
        if cell is None or (not cell.figure and not cell.text):
            return element("td", **_spans(cell))
        if cell.figure:
            headers = " ".join(map(self._id, self._labels(cell, group))) if self.tied else ""
            figure = element("td", self.shown[cell.figure], headers=headers, **_spans(cell))
            if self.dress:
                self.dress(cell.figure, figure)
            return figure
        look = " ".join((["title"] if cell.kind == "title" else []) + (["left"] if stands_left(cell, self.layout) else []))
        named = self._id(cell) if self.tied and cell.kind != "corner" else ""
        return element("th", cell.text, id=named, class_=look, scope=self._scope(cell, group), **_spans(cell))

    def _id(self, cell: LayoutCell) -> str:
        return f"{self.prefix}{self.layout.table}-r{cell.row + 1}c{cell.column + 1}"

    def _scope(self, cell: LayoutCell, group: range) -> str:
        """Return what a label speaks of: one row or column, or several."""
        if cell.kind == "title":
            return "rowgroup" if group.start >= self.layout.header_rows else "colgroup"
        several = cell.colspan > 1 if cell.kind == "corner" else any(_is_below(other, cell) for other in self._within(group))
        return ("row" if cell.kind == "row" else "col") + ("group" if several else "")

    def _labels(self, figure: LayoutCell, group: range) -> Iterator[LayoutCell]:
        """Yield the labels that a figure stands under: the title of its block, those of its row, those of its column, outermost first."""
        for kind in ("title", "row", "column"):
            yield from (cell for cell in self._within(group) if cell.kind == kind and _spans_over(cell, figure))

    def _within(self, group: range) -> Iterator[LayoutCell]:
        """Yield the labels of a block, and those of the header that stands above it."""
        return (cell for cell in self.layout.headings if cell.text and (cell.row in group or cell.row < self.layout.header_rows))


def _spans(cell: LayoutCell | None) -> dict[str, int]:
    spans = {"colspan": cell.colspan, "rowspan": cell.rowspan} if cell else {}
    return {name: span for name, span in spans.items() if span > 1}


def _is_below(other: LayoutCell, cell: LayoutCell) -> bool:
    """Tell whether a label stands under another one in the tree of its rows or columns."""
    deeper = other.column > cell.column if cell.kind == "row" else other.row > cell.row
    return other.kind == cell.kind and deeper and _spans_over(cell, other)


def _spans_over(label: LayoutCell, cell: LayoutCell) -> bool:
    """Tell whether a label shares rows with a cell if it is one of rows, or columns if it is a title or one of columns."""
    if label.kind == "row":
        return label.row < cell.row + cell.rowspan and cell.row < label.row + label.rowspan
    return label.column < cell.column + cell.colspan and cell.column < label.column + label.colspan
