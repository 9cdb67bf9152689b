"""Styles of a Word document: the heading level and the list that a paragraph's style stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from xltools.readers.published.word_package import value, w

HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
TITLE = ("title", "标题")
CONTENTS = re.compile(r"(?:toc|目录)\s*(?:[1-9]|heading|标题)", re.IGNORECASE)
"""The styles of a table of contents, which says nothing that does not stand elsewhere."""
BASED_ON_LIMIT = 20


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """What a paragraph style says: heading level, its list and level in it, and whether it is a table of contents'."""

    heading: int = 0
    list_id: str = ""
    level: int = 0
    is_contents: bool = False
    id: str = ""


class ParagraphStyles:
    """The paragraph styles of a document."""

    def __init__(self, root: Element | None) -> None:
        self._nodes: dict[str, Element] = {}
        self._known: dict[str, ParagraphStyle] = {}
        self._default = ""
        for node in root.findall(w("style")) if root is not None else ():
            if value(node, "type") in (None, "paragraph"):
                id = value(node, "styleId") or ""
                self._nodes[id] = node
                if value(node, "default") in ("1", "true", "on"):
                    self._default = id

    def of(self, properties: Element | None) -> ParagraphStyle:
        """Return the style of a paragraph with these properties."""
        id = (value(properties.find(w("pStyle"))) if properties is not None else None) or self._default
        if id not in self._known:
            self._known[id] = self._resolved(id)
        return self._known[id]

    def _resolved(self, id: str) -> ParagraphStyle:
        """Return the style with what it takes from those it is based on; the nearest word counts."""
        heading, found, level, contents = None, None, None, False
        own = id
        for _ in range(BASED_ON_LIMIT):
            node = self._nodes.get(id)
            if node is None:
                break
            name = value(node.find(w("name"))) or ""
            properties = node.find(w("pPr"))
            contents = contents or CONTENTS.fullmatch(name) is not None
            heading = _heading(name, properties) if heading is None else heading
            numbered = list_of(properties)
            found = numbered[0] if found is None else found
            level = numbered[1] if level is None else level
            id = value(node.find(w("basedOn"))) or ""
        return ParagraphStyle(heading or 0, found or "", level or 0, contents, own)


def _heading(name: str, properties: Element | None) -> int | None:
    """Return the heading level that a style itself states, None where it does not."""
    named = HEADING.fullmatch(name)
    if named:
        return int(named[1])
    return 1 if name.lower() in TITLE else _outline(properties)


def _outline(properties: Element | None) -> int | None:
    level = value(properties.find(w("outlineLvl"))) if properties is not None else None
    if level is None or not level.isdigit():
        return None
    return int(level) + 1 if int(level) < 9 else 0


def outline_level(properties: Element | None, style: ParagraphStyle) -> int:
    """Return the heading level of a paragraph: its own, or its style's."""
    own = _outline(properties)
    return style.heading if own is None else own


def list_of(properties: Element | None) -> tuple[str | None, int | None]:
    """Return the list and the level that properties name themselves, None each where they do not; list 0 is none."""
    numbered = properties.find(w("numPr")) if properties is not None else None
    if numbered is None:
        return None, None
    level = value(numbered.find(w("ilvl")))
    return value(numbered.find(w("numId"))), int(level) if level and level.isdigit() else None
