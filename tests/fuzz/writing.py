"""Mutations of how XML is written that mean the same, or nearly: blanks and quotes in tags, characters as references, comments, sections."""

from __future__ import annotations

import re
from random import Random

TAG = re.compile(r"<[A-Za-z][^<>]*>")
ATTRIBUTE = re.compile(r'([\w:]+)="([^"<>&]*)"')
TEXT = re.compile(r">([^<>&\s][^<>&]*)<")
BLANKS = ("\t", "\n", "  ", "\r\n", " \t ")
NAMESPACES = ('xmlns:q="urn:q"', 'xmlns="urn:q"', 'xmlns:q="http://schemas.openxmlformats.org/spreadsheetml/2006/main"')


def break_writing(xml: bytes, dice: Random) -> tuple[str, bytes]:
    """The XML with one to three pieces written in another way, and what was done."""
    text, done = xml.decode("utf-8"), []
    for _ in range(dice.choice((1, 1, 2, 3))):
        name, text = _rewrite(text, dice)
        done.append(name)
    return "+".join(done), text.encode()


def _rewrite(text: str, dice: Random) -> tuple[str, str]:
    tags, texts = list(TAG.finditer(text)), list(TEXT.finditer(text))
    if not tags or not texts:
        return "nothing", text
    tag, said = dice.choice(tags), dice.choice(texts)
    match dice.randrange(9):
        case 0:
            return "blank", _put(text, tag, re.sub(r" |(?=/?>)", lambda _: dice.choice(BLANKS), tag[0], count=1))
        case 1:
            return "quotes", _put(text, tag, ATTRIBUTE.sub(r"\1='\2'", tag[0], count=dice.choice((0, 1))))
        case 2:
            return "reference-in-tag", _put(
                text, tag, ATTRIBUTE.sub(lambda found: f'{found[1]}="{_as_reference(found[2], dice)}"', tag[0], 1)
            )
        case 3:
            return "reference", _put(text, said, f">{_as_reference(said[1], dice)}<")
        case 4:
            at = dice.randrange(len(said[1]) + 1)
            return "comment", _put(text, said, f">{said[1][:at]}<!-- 7 -->{said[1][at:]}<")
        case 5:
            at = dice.randrange(len(said[1]) + 1)
            return "section", _put(text, said, f">{said[1][:at]}<![CDATA[{said[1][at:]}]]><")
        case 6:
            at = dice.choice((tag.start(), tag.end()))
            return "comment-between", text[:at] + "<!-- <c r='A1'><v>7</v></c> -->" + text[at:]
        case 7:
            return "namespace", _put(text, tag, tag[0].replace(" ", f" {dice.choice(NAMESPACES)} ", 1))
    name = re.match(r"<([\w:]+)", tag[0])
    assert name
    end = text.find(f"</{name[1]}>", tag.end())
    if tag[0].endswith("/>") or end < 0:
        return "nothing", text
    inner = text[tag.end() : end]
    return "prefix", text[: tag.start()] + f'<q:{tag[0][1:-1]} xmlns:q="urn:q">{inner}</q:{name[1]}>' + text[end + len(name[1]) + 3 :]


def _put(text: str, found: re.Match[str], by_what: str) -> str:
    return text[: found.start()] + by_what + text[found.end() :]


def _as_reference(text: str, dice: Random) -> str:
    """The text with one character written as a reference."""
    if not text:
        return text
    at = dice.randrange(len(text))
    return f"{text[:at]}{dice.choice(('&#{};', '&#x{:x};')).format(ord(text[at]))}{text[at + 1 :]}"
