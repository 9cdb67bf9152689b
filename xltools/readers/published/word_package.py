"""A Word document opened with care: its parts, and the names of WordprocessingML."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, XMLParser

from xltools.errors import UnreadableFileError
from xltools.files import gate
from xltools.files.gate import DOCUMENT, GateError, kind_of, read_file
from xltools.files.packages import Package, open_package
from xltools.report.origin import Active, active_parts

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

ENCRYPTED, DAMAGED = (DOCUMENT.say(reason) for reason in (gate.ENCRYPTED, gate.DAMAGED))
NOT_WORD = "不是 Word 文档，或文件已损坏。请在 Word 或 WPS 中打开并另存为 .docx。"
OLD_WORD = "这是旧格式的 Word 文档（.doc）。请在 Word 或 WPS 中打开并另存为 .docx。"
PLAIN_TEXT = "扩展名是 .docx，内容却是网页、文本或 RTF。请在 Word 或 WPS 中打开并另存为 .docx。"
PDF = "这是 PDF 文件。请把扩展名改为 .pdf。"


def w(name: str) -> str:
    """Return the full name of an element or attribute."""
    return f"{{{MAIN}}}{name}"


VAL = w("val")


def value(element: Element | None, name: str = "val") -> str | None:
    """Return an attribute of an element, None where either is missing."""
    return None if element is None else element.get(VAL if name == "val" else w(name))


def is_on(element: Element | None) -> bool:
    """Tell whether a property that can be switched is there and on."""
    return element is not None and element.get(VAL, "1") not in ("0", "false", "off", "none")


class WordPackage:
    """The parts of a document that hold its text."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._parts = _open(path, read_file(path, DOCUMENT.file, DOCUMENT.what))
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
        parts = (self._part(name) for name in self._targets(self._main, "header"))
        return [part for part in parts if part is not None]

    def title(self) -> str:
        """Return the title among its properties, "" for none."""
        properties = self._part(next(self._targets("", "core-properties"), ""))
        return "" if properties is None else properties.findtext(TITLE) or ""

    def _targets(self, source: str, kind: str) -> Iterator[str]:
        """Yield the names of the parts of a kind that another one, or the package where it is "", relates to."""
        folder = posixpath.dirname(source)
        for relation in self._relations(source):
            if (relation.get("Type") or "").endswith(f"/{kind}"):
                yield posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or "")).lstrip("/")

    def _relations(self, source: str) -> Iterator[Element]:
        """Yield what a part relates to."""
        folder, name = posixpath.split(source)
        relations = self._part(posixpath.join(folder, "_rels", f"{name}.rels"))
        return iter(()) if relations is None else relations.iter(RELATIONSHIP)

    def active(self) -> tuple[Active, ...]:
        """Return what else is in the document that could run, fetch or change; links that a reader clicks are none of it."""
        found = active_parts(self._parts)
        relations = self._relations(self._main)
        linked = any(one.get("TargetMode") == "External" and not (one.get("Type") or "").endswith("/hyperlink") for one in relations)
        return (*found, "links") if linked and "links" not in found else found

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


def _open(path: Path, data: bytes) -> Package:
    """Return the package in a file's bytes. Raise UnreadableFileError for one that is none, or must not be unpacked."""
    if kind_of(data) != "zip":
        raise UnreadableFileError(path, _other_kind(data))
    try:
        return open_package(data, DOCUMENT)
    except GateError as fault:
        raise UnreadableFileError(path, str(fault)) from fault


def _other_kind(data: bytes) -> str:
    """Return what to say of a file that is no package."""
    kind = kind_of(data)
    if kind == "ole":
        return ENCRYPTED if _is_encrypted(data) else OLD_WORD
    if kind == "pdf":
        return PDF
    if b"\0" not in data[:4096] or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return PLAIN_TEXT
    return NOT_WORD


def _is_encrypted(data: bytes) -> bool:
    """Tell whether an OLE file holds a document with a password."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as package:
            return bool(package.exists("EncryptedPackage"))
    except Exception:  # olefile raises many kinds of error over a damaged file
        return False
