"""The few WordprocessingML elements that a report is made of."""

from __future__ import annotations

from lxml.etree import Element, _Element

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{NAMESPACE}}}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def element(name: str, *children: _Element, **attributes: str | int) -> _Element:
    """The element `w:name` with these children and `w:` attributes."""
    made = Element(W + name, {W + key: str(value) for key, value in attributes.items()}, {"w": NAMESPACE})
    made.extend(children)
    return made


def paragraph(text: str, style: str | None = None, *, align: str = "", keep_next: bool = False, spacing: int = 0) -> _Element:
    """A paragraph with this text; style, alignment and page breaks are those of the default style where not given.

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


def _run(text: str, spacing: int) -> _Element:
    pieces = [element("rPr", element("spacing", val=spacing))] if spacing else []
    for number, piece in enumerate(text.split("\t")):
        if number:
            pieces.append(element("tab"))
        written = element("t")
        written.text = piece
        written.set(SPACE, "preserve")
        pieces.append(written)
    return element("r", *pieces)
