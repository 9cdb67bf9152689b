"""Reads the lines and table rows of a Word document, without what was deleted, struck through, hidden or said twice."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from xml.etree.ElementTree import Element

from xltools.errors import UnreadableFileError
from xltools.files.gate import CELL_LIMIT, TOO_LONG
from xltools.readers.published.source import Cell, Line, Source
from xltools.readers.published.table_rows import BLANK, COLSPAN_LIMIT, TABLE_DEPTH, Grid, is_noted_number, lay_flat
from xltools.readers.published.word_numbering import Numbering, read_numbering
from xltools.readers.published.word_package import DAMAGED, WordPackage, WordStyles, child_of, count_of, list_of, outline_of, value, w
from xltools.report.origin import Remark

P, R, TBL, TR, TC = w("p"), w("r"), w("tbl"), w("tr"), w("tc")
PPR, RPR, TRPR, TCPR = w("pPr"), w("rPr"), w("trPr"), w("tcPr")
TEXT_BOX = w("txbxContent")
TEXTS = (w("t"), "{http://schemas.openxmlformats.org/officeDocument/2006/math}t")
CHARACTERS = {w("tab"): "\t", w("ptab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-"}
WRAPPERS = {w("body"), w("sdt"), w("sdtContent"), w("customXml"), w("smartTag"), w("ins"), w("moveTo")}
"""What stands around paragraphs, rows and cells without a meaning here."""
DELETED = (w("del"), w("moveFrom"), w("cellDel"))
"""What stands around deleted runs, and among the properties of a deleted row, cell or end of a paragraph."""
UNREAD = {*DELETED, PPR, RPR, w("rt")}  # what holds no text of a paragraph; w:rt is the reading printed above a word
UNSAID = ("vanish", "strike", "dstrike")  # hidden, or struck through by hand: deleted without a record of it
OFF = ("0", "false", "off", "none")
TINY, LIFTED = 3, 3  # half points: characters up to this size are not seen; those raised by more than this are set above the line
WHITE = ("FFFFFF", "AUTO")
FIELD = w("fldChar")
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
ALTERNATIVES, CHOICE = f"{COMPATIBILITY}AlternateContent", f"{COMPATIBILITY}Choice"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/"
WATERMARK = "{urn:schemas-microsoft-com:vml}textpath"
CHARTS = {f"{DRAWING}chart}}chart", f"{DRAWING}diagram}}relIds", WATERMARK}
NOT_READ = {
    "文档中插入了另一份文件，其中的内容未识别。请在 Word 中打开并另存后再试。": {w("altChunk"), w("subDoc")},
    "文档有脚注或尾注，未识别。": {w("footnoteReference"), w("endnoteReference")},
    "文档有图表、SmartArt 或艺术字，其中的文字未识别。": CHARTS,
}  # what a document may show and is not read, by the elements that stand in its place


def read_docx(path: Path) -> Source:
    """Return the lines and table rows of a Word document. Raise UnreadableFileError for a file that is none, or has no text."""
    package = WordPackage(path)
    document = package.document()
    if sum(1 for _ in document.iter(P)) > CELL_LIMIT:  # each cell has one, and the empty ones say nothing
        raise UnreadableFileError(path, TOO_LONG)
    body = _BodyReader(WordStyles(package.related("styles")), read_numbering(package.related("numbering")))
    try:
        items = lay_flat(body.blocks(document, 0))
        headers = [body.read(paragraph)[0] for header in package.headers() for paragraph in header.iter(P)]
        watermarks = [mark.get("string", "") for header in package.headers() for mark in header.iter(WATERMARK)]
    except RecursionError as fault:  # elements within each other, thousands of them
        raise UnreadableFileError(path, DAMAGED) from fault
    if not items:
        raise UnreadableFileError(path, "文档中没有文字（可能全是图片）。请使用有文字的 .docx，或在 Word 中录入后另存。")
    # what may be the document's title outside its text
    titles = "\n".join(filter(None, (" ".join(line.split()) for line in (*headers, *watermarks, package.title()))))
    tags = {element.tag for element in document.iter()}
    doubts = tuple(Remark(said) for said, elements in NOT_READ.items() if tags & elements)
    return Source("docx", items, titles, package.active(), doubts)


def _said(run: Element) -> str:
    return "".join(text.text or "" for text in run.iter(w("t")))


def _is_deleted(properties: Element | None) -> bool:
    """Tell whether properties say that the row, the cell or the end of the paragraph was deleted."""
    return properties is not None and any(properties.find(mark) is not None for mark in DELETED)


def _inside(parent: Element, tags: tuple[str, ...]) -> Iterator[Element]:
    """Yield the children with these tags, also those that content controls and the like stand around."""
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag in WRAPPERS:
            yield from _inside(child, tags)


class _BodyReader:
    """Reads paragraphs and tables as Word shows them, in the order in which they stand, since lists count on."""

    def __init__(self, styles: WordStyles, numbering: Numbering) -> None:
        self.styles, self.numbering = styles, numbering

    def read(self, paragraph: Element) -> tuple[str, list[Element]]:
        """Return the text of a paragraph, and the text boxes that hang on it; what belongs to a field's instruction is none of it."""
        texts: list[str] = []
        boxes: list[Element] = []
        self._collect(paragraph, paragraph.find(PPR), texts, boxes, [])
        return "".join(texts), boxes

    def _collect(self, node: Element, paragraph: Element | None, texts: list[str], boxes: list[Element], fields: list[bool]) -> None:
        """Gather what an element holds; `fields` tells of each field that is open whether its instruction has not ended."""
        for child in node:
            tag = child.tag
            if tag == FIELD:
                kind = value(child, "fldCharType")
                if kind == "begin":
                    fields.append(True)
                elif fields and kind == "separate":
                    fields[-1] = False
                elif fields:
                    fields.pop()
            elif tag == TEXT_BOX:
                boxes.append(child)
            elif tag == ALTERNATIVES:
                for alternative in child.findall(CHOICE) or child:
                    self._collect(alternative, paragraph, texts, boxes, fields)
            elif tag not in UNREAD and not (tag == R and self._is_unsaid(child, paragraph)):
                if (tag in TEXTS or tag in CHARACTERS) and not any(fields):
                    texts.append(CHARACTERS.get(tag) or child.text or "")
                self._collect(child, paragraph, texts, boxes, fields)

    def _is_unsaid(self, run: Element, paragraph: Element | None) -> bool:
        """Return whether a run is hidden, struck through or too small to be seen; the signs of fields in it count all the same."""
        if run.find(FIELD) is not None:
            return False
        if any(self.styles.look(run, paragraph, name) not in (None, *OFF) for name in UNSAID):
            return True
        size = self.styles.look(run, paragraph, "sz") or ""
        return size.isdigit() and int(size) <= TINY

    def clean(self, cell: Element) -> None:
        """Empty the runs of a cell that are no digits of its number: white ones, and the raised mark of a note."""
        parts: dict[bool, list[Element]] = {False: [], True: []}
        shaded = any((value(one, "fill") or "auto").upper() not in WHITE for one in cell.iter(w("shd")))
        for paragraph in cell.iter(P):
            properties = paragraph.find(PPR)
            for run in paragraph.iter(R):
                if self._is_unsaid(run, properties):
                    continue
                color, align, lifted = (self.styles.look(run, properties, name) or "" for name in ("color", "vertAlign", "position"))
                if not shaded and color.upper() == WHITE[0] and not any(char.isalpha() for char in _said(run)):
                    run.clear()
                else:
                    parts[align == "superscript" or (lifted.isdigit() and int(lifted) > LIFTED)].append(run)
        rest, raised = ("".join(map(_said, runs)) for runs in parts.values())
        if raised and is_noted_number(rest, raised):
            for run in parts[True]:
                run.clear()

    def blocks(self, parent: Element, depth: int) -> Iterator[str | Line | Grid]:
        """Yield the paragraphs and tables of the body, a cell or a text box; what text boxes hold stands behind their paragraph."""
        carried, boxes = "", list[Element]()
        for child in _inside(parent, (P, TBL)):
            if child.tag == TBL and depth < TABLE_DEPTH:
                grid, merging = Grid(), dict[int, tuple[int, int]]()
                for row in _inside(child, (TR,)):
                    merging = merging if _is_deleted(row.find(TRPR)) else self._row(row, grid, merging, depth + 1)
                yield grid
                continue
            for paragraph in (child,) if child.tag == P else child.iter(P):
                text, hanging = self.read(paragraph)
                carried += text
                boxes += hanging if child.tag == P else ()
                properties = paragraph.find(PPR)
                # where its end was deleted, the next one continues it
                if properties is None or not _is_deleted(properties.find(RPR)):
                    yield from chain(self._paragraph(carried, properties), *(self.blocks(box, depth) for box in boxes))
                    carried, boxes = "", []
        yield from chain(self._paragraph(carried, None), *(self.blocks(box, depth) for box in boxes))

    def _paragraph(self, text: str, properties: Element | None) -> Iterator[str | Line]:
        """Yield the lines of a paragraph, with its number; one without text has none, but counts."""
        style = self.styles.of(properties)
        list_id, place = list_of(properties)
        if place is None:
            place = self.numbering.styles.get(style.id, style.level) if list_id is None else 0
        list_id = style.list_id if list_id is None else list_id
        number = self.numbering.next_number(list_id, place) if list_id else ""
        text = text.strip(BLANK)
        if not text or style.is_contents:
            return
        own = outline_of(properties)
        level = style.heading if own is None else own
        gap = " " if number.endswith((".", "．")) and text[0].isdigit() else ""  # "1." and "2023年" are kept apart
        lines = (line.strip(BLANK) for line in f"{number}{gap}{text}".replace("\t", " ").split("\n"))
        yield from (Line(line, heading=level) if level else line for line in lines if line)

    def _row(self, row: Element, grid: Grid, merging: dict[int, tuple[int, int]], depth: int) -> dict[int, tuple[int, int]]:
        """Read a row. `merging` tells by column where the cells stand that this row may continue; return those for the next."""
        number, cells, onward = len(grid.rows), list[Cell](), dict[int, tuple[int, int]]()
        grid.rows.append(cells)
        column = min(count_of(child_of(row.find(TRPR), "gridBefore")), COLSPAN_LIMIT)
        for cell in _inside(row, (TC,)):
            properties = cell.find(TCPR)
            if _is_deleted(properties):
                continue
            span = min(max(count_of(child_of(properties, "gridSpan")), 1), COLSPAN_LIMIT)
            merges = (child_of(properties, name) for name in ("vMerge", "hMerge"))
            vertical, horizontal = ("" if merge is None else value(merge) or "continue" for merge in merges)
            above = merging.get(column)
            if horizontal == "continue" and cells:
                cells[-1] = replace(cells[-1], colspan=cells[-1].colspan + span)
            elif vertical == "continue" and above:
                onward[column] = above
                grid.rows[above[0]][above[1]] = replace(grid.rows[above[0]][above[1]], rowspan=number - above[0] + 1)
            else:
                if vertical:
                    onward[column] = number, len(cells)
                self.clean(cell)
                grid.add(list(self.blocks(cell, depth)), Cell("", column, span))
            column += span
        return onward
