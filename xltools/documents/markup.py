"""The HTML elements that a page is made of. Text is never taken for markup: it only ever becomes the text of an element."""

from __future__ import annotations

from collections.abc import Iterable

from lxml.etree import Element, _Element, tostring

DOCTYPE = "<!doctype html>"
INLINE = frozenset({"th", "td"})
"""What does not end a line of the page's source; after every other element a line break means nothing."""


def element(name: str, content: str | Iterable[_Element] = "", /, **attributes: str | int) -> _Element:
    """The element with this text or these children; an attribute that is "" or 0 is left out, `aria_label` stands for `aria-label`."""
    made = Element(name, {key.strip("_").replace("_", "-"): str(value) for key, value in attributes.items() if value not in ("", 0)})
    if isinstance(content, str):
        made.text = content or None
    else:
        made.extend(content)
        if len(made) and made[0].tag not in INLINE:
            made.text = "\n"
    if name not in INLINE:
        made.tail = "\n"
    return made


def page_text(root: _Element) -> str:
    """The text of a whole page."""
    return tostring(root, encoding="unicode", method="html", doctype=DOCTYPE)
