"""Mutations of XML: elements lost, doubled, moved, emptied, wrapped; attributes lost or wrong; other encodings; wrong text."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random

from lxml import etree

from tests.fuzz.raw import stretch

NUMBERS = (
    "-1",
    "0",
    "007",
    "1e308",
    "1e999",
    "-1e18",
    "NaN",
    "inf",
    "99999999999999999999",
    "1.5",
    "0.1",
    "１２",
    "1,234",
    "12件",
    "0x1F",
    "",
)
WORDS = ("", " ", "#N/A", "总计", "TRUE", "/", "—", "\u200b", "a" * 5000, "{unit}", "=1+1", "2024-13-45", "二〇二四年")
REFERENCES = ("A1", "D5", "XFD1048576", "ZZZZ99999999", "5D", "$D$5", "d5", "R1C1", "", "A0", "AAAAAAA1")
ENCODINGS = ("utf-16", "gb18030", "latin-1", "utf-8-sig", "utf-16-le")
Select = Callable[[etree._Element], bool]


def break_tree(xml: bytes, dice: Random, select: Select, *, text: bool) -> tuple[str, bytes]:
    """The XML with one to three faults in elements that `select` names; texts are changed only where `text` is true."""
    root = etree.fromstring(xml)
    done = []
    for _ in range(dice.choice((1, 1, 2, 3))):
        elements = [element for element in root.iter(etree.Element) if element is not root and select(element)]
        if elements:
            done.append(_break_element(dice.choice(elements), dice, text))
    return "+".join(done), etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def break_encoding(xml: bytes, dice: Random) -> tuple[str, bytes]:
    """The XML in another encoding, which it declares or not."""
    encoding = dice.choice(ENCODINGS)
    text = xml.decode("utf-8")
    if dice.random() < 0.5:
        text = text.replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"', 1)
    return f"encoding {encoding}", text.encode(encoding, "xmlcharrefreplace")


def _break_element(element: etree._Element, dice: Random, text: bool) -> str:
    parent = element.getparent()
    assert parent is not None
    name = etree.QName(element).localname
    match dice.randrange(10 if text else 8):
        case 0:
            _lose(element)
            return f"lose {name}"
        case 1:
            _insert_behind(element, copy.deepcopy(element))
            return f"double {name}"
        case 2:
            target = dice.choice([other for other in parent if isinstance(other.tag, str)])
            if target is not element:
                _insert_behind(target, copy.deepcopy(element))
                _lose(element)
            return f"move {name}"
        case 3:
            for _ in range(dice.choice((1, 1, 1, 2, 300))):
                wrapper = etree.SubElement(parent, element.tag)
                wrapper.append(element)
                parent = wrapper
            return f"wrap {name}"
        case 4:
            for child in list(element):
                _insert_behind(element, child)
            return f"open {name}"
        case 5:
            element.tag = f"{{urn:other}}{name}" if dice.random() < 0.5 else name
            return f"namespace {name}"
        case 6 | 7:
            if not element.attrib:
                element.set(dice.choice(("r", "t", "s")), dice.choice(NUMBERS + REFERENCES))
                return f"add attribute {name}"
            key = dice.choice(list(element.attrib))
            if dice.random() < 0.3:
                del element.attrib[key]
                return f"lose attribute {name}.{key!s}"
            others = [value for other in element.getroottree().iter(element.tag) if (value := other.get(key))]
            value = (
                dice.choice(others)
                if dice.random() < 0.4
                else dice.choice(("s", "str", "b", "e", "d", "inlineStr", "x", *REFERENCES, *NUMBERS))
            )
            element.set(key, value)
            return f"attribute {name}.{key!s}={value}"
    if element.text and dice.random() < 0.3:
        element.text = stretch(element.text, dice)
        return f"stretch {name}"
    value = dice.choice(NUMBERS if dice.random() < 0.6 else WORDS)
    element.text = value
    return f"text {name}={value[:20]}"


def _lose(element: etree._Element) -> None:
    """Removes an element and keeps what stands behind it."""
    parent = element.getparent()
    assert parent is not None
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _insert_behind(element: etree._Element, other: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    other.tail = None
    parent.insert(parent.index(element) + 1, other)
