"""Opens the form's reference.docx, replaces parts of its package, and makes their elements, whose names keep the prefix (`w:p`)."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple, Self
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, tostring
from xml.parsers.expat import ExpatError, ParserCreate

from xltools.errors import FormError, UnreadableFileError
from xltools.files.gate import REFERENCE, GateError, read_file
from xltools.files.packages import XML_ENDINGS, open_package, write_package
from xltools.form.definition import Form
from xltools.form.loader import DEFAULT_FORM, forms_folder

REFERENCE_FILE = "reference.docx"
HEADINGS = ("Title", "Heading 1", "Heading 2", "Heading 3")  # the styles of the title and of headings, the highest first
CONTENT_TYPES, CORE_PROPERTIES = "[Content_Types].xml", "docProps/core.xml"
DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
CORE_NAMES = {
    "cp": f"{PACKAGE}/metadata/core-properties",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"

LINK = re.compile(rb"TargetMode\s*=\s*[\"']External", re.IGNORECASE)  # in a package's relationships, what stands outside it
NO_DOCUMENT = "不是有效的 Word 文档（.docx）"
TWIPS_PER_HALF_POINT, DEFAULT_EM = 10, 210  # what half a point is in twips; the width of a Chinese character where a style gives none


def parse(xml: bytes | str) -> Element:
    """Return the root element of a part. Raise ExpatError where it is no XML."""
    builder, parser = TreeBuilder(), ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = builder.start, builder.end, builder.data
    parser.Parse(xml, True)
    return builder.close()


class DocxPackage:
    """The parts of a Word document, by name."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.parts = dict(parts)
        self.main = next(iter(self.related("", "officeDocument").values()), "")  # the name of the part with the text

    def root(self, name: str) -> Element:
        """Return the root element of a part. Raise KeyError where there is none, ExpatError where it is no XML."""
        return parse(self.parts[name])

    def put(self, name: str, root: Element) -> None:
        """Write a part, in the place of the one of this name if there is one."""
        self.parts[name] = DECLARATION + tostring(root, encoding="unicode").encode("utf-8")

    def related(self, source: str, kind: str) -> dict[str, str]:
        """Return the parts that a part, or the package where `source` is "", relates to as its `styles` or the like: names by ids."""
        found = (relation for relation in self._relations(source) if relation.get("Type", "").endswith(f"/{kind}"))
        folder = posixpath.join("/", posixpath.dirname(source))
        return {one.get("Id", ""): posixpath.normpath(posixpath.join(folder, one.get("Target", ""))).lstrip("/") for one in found}

    def add(self, source: str, type: str, name: str, content_type: str) -> str:
        """Relate a part, or the package where `source` is "", to a new part, and return the relation's id."""
        relations, types = self._relations(source), self.root(CONTENT_TYPES)
        ids = {relation.get("Id") for relation in relations}
        id = next(id for id in map("rId{}".format, range(1, len(ids) + 2)) if id not in ids)
        SubElement(relations, "Relationship", Id=id, Type=type, Target=f"/{name}")
        SubElement(types, "Override", PartName=f"/{name}", ContentType=content_type)
        self.put(self._relations_part(source), relations)
        self.put(CONTENT_TYPES, types)
        return id

    def _relations_part(self, source: str) -> str:
        return posixpath.join(posixpath.dirname(source), "_rels", f"{posixpath.basename(source)}.rels")

    def _relations(self, source: str) -> Element:
        name = self._relations_part(source)
        return self.root(name) if name in self.parts else Element("Relationships", xmlns=f"{PACKAGE}/relationships")


class WordStyle(NamedTuple):
    """A style of the document: its id, the width of a Chinese character in it, in twips, and its fonts as written there."""

    id: str
    em: int
    font: Element | None


class Reference(NamedTuple):
    """The form's reference.docx: its package, its document, the page of that, the styles by name, and the width of the text in twips."""

    package: DocxPackage
    document: Element
    section: Element
    styles: Mapping[str, WordStyle]
    width: int

    def landscape(self) -> Self:
        """Return the same with the page turned."""
        section = deepcopy(self.section)
        size = section.find("w:pgSz")
        assert size is not None
        width, height = size.get("w:w", "0"), size.get("w:h", "0")
        size.attrib.update({"w:w": height, "w:h": width, "w:orient": "landscape"})
        return self._replace(section=section, width=_text_width(section))

    def filled(self, content: Iterable[Element], last: Element) -> bytes:
        """Return the file with this content in the place of what an office typed to try its styles; `last` is the page of the last of it."""
        body = self.document.find("w:body")
        assert body is not None
        body[:] = [*content, last]
        self.package.put(self.package.main, self.document)
        return write_package(self.package.parts)


def open_reference(form: Form, styles: tuple[str, ...]) -> Reference:
    """Return the reference.docx of a form, or the official one. Raise FormError where it lacks a style, links outside, or sets no page."""
    own = form.folder / REFERENCE_FILE
    path = own if own.is_file() else forms_folder() / DEFAULT_FORM / REFERENCE_FILE
    try:
        source = open_package(read_file(path, REFERENCE.file, REFERENCE.what), REFERENCE)
        names = [name for name, *_ in source.sums() if not name.endswith("/")]
        package = DocxPackage({name: source.read(name, declares=not name.lower().endswith(XML_ENDINGS)) for name in names})
        document = package.root(package.main)
        named = [name for kind in ("styles", "settings", "header") for name in package.related(package.main, kind).values()]
        prefixed = all(root.get("xmlns:w") == MAIN for root in (document, *map(package.root, named)))
        found = _styles(package)
        linked = any(LINK.search(content) for name, content in package.parts.items() if name.endswith(".rels"))
        types = {type.get("PartName"): type.get("ContentType") for type in package.root(CONTENT_TYPES)}
    except (UnreadableFileError, GateError) as fault:
        reason = fault.reason if isinstance(fault, UnreadableFileError) else str(fault)
        raise FormError(path, f"{NO_DOCUMENT}：{reason.rstrip('。')}") from fault
    except (LookupError, ValueError, ExpatError) as fault:
        raise FormError(path, NO_DOCUMENT) from fault
    if not prefixed or document.get("xmlns:r", OFFICE) != OFFICE:
        raise FormError(path, f"{NO_DOCUMENT}：其中的名称不以 w: 开头，请在 Word 或 WPS 中打开并另存")
    if document.tag != "w:document" or types.get(f"/{package.main}") != f"{WORD_TYPE}document.main+xml":
        raise FormError(path, NO_DOCUMENT)
    if linked:  # every report would fetch it when it is opened
        raise FormError(path, "链接到外部文件，请在 Word 中断开链接后另存")
    if missing := [name for name in styles if name.lower() not in found]:
        raise FormError(path, f"缺少样式 {'、'.join(missing)}")
    section = next((child for body in document.findall("w:body") for child in body.findall("w:sectPr")), None)
    width = _text_width(section)
    if section is None or not width:
        raise FormError(path, "没有设置纸张大小和页边距")
    return Reference(package, document, section, {name: found[name.lower()] for name in styles}, width)


def _styles(package: DocxPackage) -> dict[str, WordStyle]:
    """Return the styles of a document by their names in small letters: Word calls Heading 1 heading 1."""
    found = {}
    for part in package.related(package.main, "styles").values():
        for style in package.root(part).findall("w:style"):
            name, size = (next((node.get("w:val", "") for node in style.iter(tag)), "") for tag in ("w:name", "w:sz"))
            em = int(size) * TWIPS_PER_HALF_POINT if size.isdecimal() else DEFAULT_EM
            found[name.lower()] = WordStyle(style.get("w:styleId", ""), em, next(style.iter("w:rFonts"), None))
    return found


def _text_width(section: Element | None) -> int:
    """Return the width between the margins of a section in twips, 0 where it is not set."""
    nodes = [None if section is None else section.find(name) for name in ("w:pgSz", "w:pgMar", "w:pgMar")]
    measures = ["" if node is None else node.get(name, "") for node, name in zip(nodes, ("w:w", "w:left", "w:right"), strict=True)]
    if not all(map(str.isdecimal, measures)):
        return 0
    width, left, right = map(int, measures)
    return max(width - left - right, 0)


def put_properties(package: DocxPackage, properties: Mapping[str, str]) -> None:
    """Write the document's properties, by their names such as dc:title, in the place of those of the reference.docx."""
    root = Element("cp:coreProperties", {f"xmlns:{prefix}": name for prefix, name in CORE_NAMES.items()})
    for name, value in properties.items():
        SubElement(root, name, {"xsi:type": "dcterms:W3CDTF"} if name.startswith("dcterms:") else {}).text = value
    if CORE_PROPERTIES not in package.related("", "core-properties").values():
        package.add("", f"{PACKAGE}/relationships/metadata/core-properties", CORE_PROPERTIES, CORE_TYPE)
    package.put(CORE_PROPERTIES, root)


def centre_footers(package: DocxPackage) -> None:
    """Centre what stands in the footers, as the page number."""
    for name in package.related(package.main, "footer").values():
        footer = package.root(name)
        for properties in footer.iter("w:pPr"):
            properties[:] = [child for child in properties if child.tag not in ("w:ind", "w:jc")]
            SubElement(properties, "w:jc", {"w:val": "center"})
        package.put(name, footer)


def put_watermark(reference: Reference, mark: str) -> None:
    """Show a mark behind the text of every page, by every kind of header that the pages use; those that are not there are made."""
    package, section = reference.package, reference.section
    settings = [package.root(name) for name in package.related(package.main, "settings").values()]
    switches = {"first": section.find("w:titlePg"), "even": next((root.find("w:evenAndOddHeaders") for root in settings), None)}
    on = [kind for kind, node in switches.items() if node is not None and node.get("w:val", "1") not in ("0", "false", "off")]
    ids = {node.get("w:type"): node.get("r:id", "") for node in section.findall("w:headerReference")}
    for number, kind in enumerate(["default", *on], start=1):
        name = package.related(package.main, "header").get(ids.get(kind, ""))
        header = package.root(name) if name else Element("w:hdr", {"xmlns:w": MAIN, "xmlns:r": OFFICE})
        if not name:
            name = next(name for name in map("word/header{}.xml".format, range(1, len(package.parts))) if name not in package.parts)
            id = package.add(package.main, f"{OFFICE}/header", name, f"{WORD_TYPE}header+xml")
            reference.document.attrib.setdefault("xmlns:r", OFFICE)
            at = sum(child.tag in ("w:headerReference", "w:footerReference") for child in section)
            section.insert(at, Element("w:headerReference", {"w:type": kind, "r:id": id}))
        first = header.find("w:p")
        if first is None:
            first = SubElement(header, "w:p")
        first.append(_watermark(mark, number))
        package.put(name, header)


WATERMARK_FILE, FIRST_SHAPE = "watermark.xml", 2049  # the run that shows a mark behind a page; the number that shapes of headers count from


def element(name: str, *children: Element, **attributes: str | int) -> Element:
    """Return the element `w:name` with these children and `w:` attributes."""
    made = Element(f"w:{name}", {f"w:{key}": str(value) for key, value in attributes.items()})
    made.extend(children)
    return made


def paragraph(
    text: str,
    style: str = "",
    *,
    align: str = "",
    keep_next: bool = False,
    new_page: bool = False,
    indents: tuple[int, int] = (0, 0),
    spacing: int = 0,
) -> Element:
    """Return a paragraph, in the default style where none is given; `indents` at left and right and `spacing` of characters are twips."""
    wanted = (
        (style, element("pStyle", val=style)),
        (keep_next, element("keepNext")),
        (new_page, element("pageBreakBefore")),
        (any(indents), element("ind", left=indents[0], right=indents[1], firstLineChars=0, firstLine=0)),
        (align, element("jc", val=align)),
    )
    properties = [made for is_wanted, made in wanted if is_wanted]
    closer = [element("spacing", val=spacing)] if spacing else []
    return element("p", *([element("pPr", *properties)] if properties else []), *([run(text, *closer)] if text else []))


def run(text: str, *properties: Element) -> Element:
    """Return a run of text with these properties; a tab is an element of its own."""
    pieces = [element("rPr", *properties)] if properties else []
    for number, piece in enumerate(text.split("\t")):
        if number:
            pieces.append(element("tab"))
        written = Element("w:t", {"xml:space": "preserve"})
        written.text = piece
        pieces.append(written)
    return element("r", *pieces)


def _watermark(mark: str, number: int) -> Element:
    """Return the run that, in the number-th header of a document, shows a mark behind the text of a page."""
    source = (Path(__file__).parent / WATERMARK_FILE).read_text(encoding="utf-8")
    root = parse(source.format(mark=mark, number=number, shape=FIRST_SHAPE + number))
    for node in root.iter():
        node.text = node.tail = None  # the line breaks of the file
    return root
