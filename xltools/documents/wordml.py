"""The WordprocessingML elements that a report is made of: paragraphs, official tables, and the mark 草稿."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from xltools.documents.docx_package import parse
from xltools.documents.table_cells import SHORT_TABLE, Slot, column_widths, slots, stands_left
from xltools.form.layout import TableLayout

TITLE_SHADE = "C6D9F1"
"""The shade of 第二十条第（一）项 and its like in the official form."""
ROW_HEIGHT = 1.9
"""The least height of a row, in characters."""
CELL_PADDING = 80
"""About what Table Grid keeps free at both sides of a cell together, in twips."""

# VML, as Word itself writes a watermark: the only kind that Word, WPS and LibreOffice all show
WATERMARK = """\
<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"
     xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w10="urn:schemas-microsoft-com:office:word">
  <w:rPr><w:noProof/></w:rPr>
  <w:pict>
    <v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">
      <v:formulas>
        <v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
        <v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
        <v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/>
        <v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/>
      </v:formulas>
      <v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>
      <v:textpath on="t" fitshape="t"/>
      <v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles>
      <o:lock v:ext="edit" text="t" shapetype="t"/>
    </v:shapetype>
    <v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{shape}" type="#_x0000_t136" alt="{mark}"
        style="position:absolute;margin-left:0;margin-top:0;width:360pt;height:180pt;rotation:315;z-index:-251658752;\
mso-position-horizontal:center;mso-position-horizontal-relative:margin;\
mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="silver" stroked="f">
      <v:fill opacity=".5"/>
      <v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="{mark}"/>
      <w10:wrap anchorx="margin" anchory="margin"/>
    </v:shape>
  </w:pict>
</w:r>
"""
FIRST_SHAPE = 2049


def element(name: str, *children: Element, **attributes: str | int) -> Element:
    """Return the element `w:name` with these children and `w:` attributes."""
    made = Element(f"w:{name}", {f"w:{key}": str(value) for key, value in attributes.items()})
    made.extend(children)
    return made


def paragraph(text: str, style: str = "", *, align: str = "", keep_next: bool = False, spacing: int = 0) -> Element:
    """Return a paragraph with this text; style, alignment and page breaks are those of the default style where not given.

    `spacing` is what each character is set wider or closer, in twips.
    """
    properties = []
    if style:
        properties.append(element("pStyle", val=style))
    if keep_next:
        properties.append(element("keepNext"))
    if align:
        properties.append(element("jc", val=align))
    return element("p", *([element("pPr", *properties)] if properties else []), *([_run(text, spacing)] if text else []))


def _run(text: str, spacing: int) -> Element:
    pieces = [element("rPr", element("spacing", val=spacing))] if spacing else []
    for number, piece in enumerate(text.split("\t")):
        if number:
            pieces.append(element("tab"))
        written = Element("w:t", {"xml:space": "preserve"})
        written.text = piece
        pieces.append(written)
    return element("r", *pieces)


def watermark(mark: str, number: int) -> Element:
    """Return the run that shows a mark behind the text of a page, the number-th of the document, in a header."""
    root = parse(WATERMARK.format(mark=mark, number=number, shape=FIRST_SHAPE + number))
    for node in root.iter():
        node.text = node.tail = None  # the line breaks above
    return root


@dataclass(frozen=True, slots=True)
class TableStyle:
    """How a table is set: the ids of its styles, and the width of a Chinese character in twips."""

    table: str
    text: str
    em: int


def word_table(layout: TableLayout, shown: Mapping[str, str], caption: str, style: TableStyle, width: int) -> Element:
    """Return an official table `width` twips wide; `shown` says what stands in the cell of each figure."""
    widths = column_widths(layout, width, style.em, CELL_PADDING)
    properties = element(
        "tblPr",
        element("tblStyle", val=style.table),
        element("tblW", w=width, type="dxa"),
        element("jc", val="center"),
        element("tblLayout", type="fixed"),
        element("tblLook", val="0000"),
        element("tblCaption", val=caption),
    )
    grid = element("tblGrid", *(element("gridCol", w=each) for each in widths))
    return element("tbl", properties, grid, *(_row(layout, row, shown, style, widths) for row in range(layout.rows)))


def _row(layout: TableLayout, row: int, shown: Mapping[str, str], style: TableStyle, widths: list[int]) -> Element:
    row_slots = list(slots(layout, row))
    # a short table stays on one page, and in a long one a row of headings with the row below it
    headings_alone = not any(slot.cell and slot.cell.figure for slot in row_slots)
    keep_next = row + 1 < layout.rows and (layout.rows <= SHORT_TABLE or headings_alone)
    properties = element("trPr", element("cantSplit"), element("trHeight", val=round(ROW_HEIGHT * style.em), hRule="atLeast"))
    if row < layout.header_rows:
        properties.append(element("tblHeader"))
    made = element("tr", properties)
    column = 0
    for slot in row_slots:
        text = slot.text(shown)
        align = "left" if slot.cell and stands_left(slot.cell, layout) else ""
        filled = paragraph(text, style.text, align=align, keep_next=keep_next)
        made.append(element("tc", _cell_properties(slot, sum(widths[column : column + slot.span])), filled))
        column += slot.span
    return made


def _cell_properties(slot: Slot, width: int) -> Element:
    properties = element("tcPr", element("tcW", w=width, type="dxa"))
    if slot.span > 1:
        properties.append(element("gridSpan", val=slot.span))
    if slot.cell and slot.cell.rowspan > 1:
        properties.append(element("vMerge", val="restart" if slot.first else "continue"))
    if slot.cell and slot.cell.kind == "title":
        properties.append(element("shd", val="clear", color="auto", fill=TITLE_SHADE))
    properties.append(element("vAlign", val="center"))
    return properties
