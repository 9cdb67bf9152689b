"""Opens a Word document: its parts, and what its styles say of paragraphs and runs."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, XMLParser

from xltools.errors import UnreadableFileError
from xltools.files import gate
from xltools.files.gate import DOCUMENT, GateError, kind_of, read_file
from xltools.files.packages import open_package
from xltools.report.origin import Active, active_parts

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

ENCRYPTED, DAMAGED = (DOCUMENT.say(reason) for reason in (gate.ENCRYPTED, gate.DAMAGED))
NOT_WORD = "不是 Word 文档（可能是网页、文本或 RTF），或文件已损坏。请在 Word 或 WPS 中打开并另存为 .docx。"
OLD_WORD = "这是旧格式的 Word 文档（.doc）。请在 Word 或 WPS 中打开并另存为 .docx。"
PDF = "这是 PDF 文件。请把文件名结尾改为 .pdf。"


def w(name: str) -> str:
    """Return the full name of an element or attribute."""
    return f"{{{MAIN}}}{name}"


def value(element: Element | None, name: str = "val") -> str | None:
    """Return an attribute of an element, None where either is missing."""
    return None if element is None else element.get(w(name))


def child_of(properties: Element | None, name: str) -> Element | None:
    """Return a property among others, None where there is none."""
    return None if properties is None else properties.find(w(name))


def count_of(element: Element | None, name: str = "val", *, default: int = 0) -> int:
    """Return a whole number that an attribute holds, `default` where it holds none."""
    text = value(element, name) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default


class WordPackage:
    """The parts of a document that hold its text."""

    def __init__(self, path: Path) -> None:
        self.path = path
        data = read_file(path, DOCUMENT.file, DOCUMENT.what)
        if (kind := kind_of(data)) == "ole":  # whose directory has names in UTF-16
            raise UnreadableFileError(path, ENCRYPTED if "EncryptedPackage".encode("utf-16-le") in data else OLD_WORD)
        if kind != "zip":
            raise UnreadableFileError(path, PDF if kind == "pdf" else NOT_WORD)
        try:
            self._parts = open_package(data, DOCUMENT)
        except GateError as fault:
            raise UnreadableFileError(path, str(fault)) from fault
        self._main = next(self._targets("", "officeDocument"), "word/document.xml")

    def document(self) -> Element:
        """Return the main part. Raise UnreadableFileError where there is none."""
        root = self._part(self._main)
        if root is None or root.tag != w("document"):
            raise UnreadableFileError(self.path, NOT_WORD)
        return root

    def related(self, kind: str) -> Element | None:
        """Return the part that the document names as its `styles` or `numbering`, None where there is none."""
        usual = posixpath.join(posixpath.dirname(self._main), f"{kind}.xml")
        return self._part(next(self._targets(self._main, kind), usual))

    def headers(self) -> list[Element]:
        """Return the headers of its pages."""
        return [part for name in self._targets(self._main, "header") if (part := self._part(name)) is not None]

    def title(self) -> str:
        """Return the title among its properties, "" for none."""
        properties = self._part(next(self._targets("", "core-properties"), ""))
        return "" if properties is None else properties.findtext(TITLE) or ""

    def _targets(self, source: str, kind: str) -> Iterator[str]:
        """Yield the names of the parts of a kind that another one, or the package where it is "", relates to."""
        for relation in self._relations(source):
            if relation.get("Type", "").endswith(f"/{kind}"):
                yield posixpath.normpath(posixpath.join("/", posixpath.dirname(source), relation.get("Target", ""))).lstrip("/")

    def _relations(self, source: str) -> Iterator[Element]:
        folder, name = posixpath.split(source)
        relations = self._part(posixpath.join(folder, "_rels", f"{name}.rels"))
        return iter(()) if relations is None else relations.iter(RELATIONSHIP)

    def active(self) -> tuple[Active, ...]:
        """Return what else is in the document that could run, fetch or change; links that a reader clicks are none of it."""
        found = list(active_parts(self._parts))
        relations = list(self._relations(self._main))
        outer = [one.get("Type", "").rpartition("/")[2] for one in relations if one.get("TargetMode") == "External"]
        found += ["links"] if {*outer} - {"hyperlink"} else []
        found += ["objects"] if any(one.get("Type", "").endswith(("/aFChunk", "/subDocument")) for one in relations) else []
        return tuple(dict.fromkeys(found))

    def _part(self, name: str) -> Element | None:
        if name not in self._parts:
            return None
        try:
            parser = XMLParser()  # noqa: S314  # the gate has refused whatever declares anything: there are no entities
            parser.feed(self._parts.read(name).replace(STRICT, MAIN.encode()))
            return parser.close()
        except GateError as fault:
            raise UnreadableFileError(self.path, str(fault)) from fault
        except (ParseError, ValueError, LookupError) as fault:  # LookupError for an encoding that is not known
            raise UnreadableFileError(self.path, DAMAGED) from fault


HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
CONTENTS = re.compile(r"(?:toc|目录)\s*(?:[1-9]|heading|标题)", re.IGNORECASE)  # says nothing that is not elsewhere
BASED_ON_LIMIT = 20


class ParagraphStyle(NamedTuple):
    """What a paragraph style says: heading level, its list and level in it, and whether it is a table of contents'."""

    heading: int = 0
    list_id: str = ""
    level: int = 0
    is_contents: bool = False
    id: str = ""


class WordStyles:
    """The styles of a document."""

    def __init__(self, root: Element | None) -> None:
        self._nodes: dict[str, Element] = {}
        self._default = ""
        for node in root.findall(w("style")) if root is not None else ():
            id = value(node, "styleId") or ""
            self._nodes[id] = node
            if value(node, "type") in (None, "paragraph") and value(node, "default") in ("1", "true", "on"):
                self._default = id
        self._known = {id: self._resolved(id) for id in self._nodes}
        self._looks = {id: [found for node in self._chain(id) if (found := node.find(w("rPr"))) is not None] for id in self._nodes}
        """What each style and those it is based on say of runs, the nearest first."""

    def of(self, properties: Element | None) -> ParagraphStyle:
        """Return the style of a paragraph with these properties."""
        id = value(child_of(properties, "pStyle")) or self._default
        return self._known.get(id) or ParagraphStyle(id=id)

    def look(self, run: Element, paragraph: Element | None, name: str) -> str | None:
        """Return a property of a run: its own, or that of its style or its paragraph's, the nearest one; None where none has it."""
        own = run.find(w("rPr"))
        styles = [value(child_of(own, "rStyle")), self.of(paragraph).id]
        for properties in (own, *(found for id in styles if id for found in self._looks.get(id, ()))):
            if (found := child_of(properties, name)) is not None:
                return value(found) or "1"
        return None

    def _chain(self, id: str) -> Iterator[Element]:
        """Yield a style and those it is based on."""
        for _ in range(BASED_ON_LIMIT):
            if id not in self._nodes:
                return
            yield self._nodes[id]
            id = value(self._nodes[id].find(w("basedOn"))) or ""

    def _resolved(self, id: str) -> ParagraphStyle:
        """Return the style with what it takes from those it is based on; the nearest word counts."""
        heading, found, level, contents = None, None, None, False
        for node in self._chain(id):
            name, properties = value(node.find(w("name"))) or "", node.find(w("pPr"))
            contents = contents or CONTENTS.fullmatch(name) is not None
            named, numbered = HEADING.fullmatch(name), list_of(properties)
            if heading is None:
                heading = int(named[1]) if named else 1 if name.lower() in ("title", "标题") else outline_of(properties)
            found = numbered[0] if found is None else found
            level = numbered[1] if level is None else level
        return ParagraphStyle(heading or 0, found or "", level or 0, contents, id)


def outline_of(properties: Element | None) -> int | None:
    """Return the heading level that properties name themselves, 0 for text, None where they name none."""
    level = child_of(properties, "outlineLvl")
    return None if level is None else (count_of(level, default=9) + 1) % 10  # 9 is the level of text


def list_of(properties: Element | None) -> tuple[str | None, int | None]:
    """Return the list and the level that properties name themselves, None each where they do not; list 0 is none."""
    numbered = child_of(properties, "numPr")
    level = child_of(numbered, "ilvl")
    return value(child_of(numbered, "numId")), None if level is None else count_of(level)
