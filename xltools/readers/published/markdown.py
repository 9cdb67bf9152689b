"""Markdown: its headings, and text without its marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from xltools.readers.published.text_lines import FileLine

HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t\u3000]+|(?=[^#\s\d]))(.*?)(?:[ \t]+#+)?[ \t]*$")
"""A heading; the space behind the marks is often forgotten."""
UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*$")
RULE = re.compile(r"(?:[-=_*~—]\s*){3,}$|(?:```|~~~)\w*\s*$|:{3,}\s*(?:\{[^{}]*\}|[\w.-]+)?\s*:*$")
"""A line across the page, or the fence of a block (```, or ::: {.section}); it says nothing."""
BULLET = re.compile(r"\s*(?:[-*+•][ \t]+(?:\[[ xX]\] )?|(?:>[ \t]?)+)")
IMAGE = re.compile(r"!\[([^\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)")
LINK = re.compile(r"\[([^\]]*)\]\(<?[^()\s]*(?:\([^()]*\)[^()\s]*)*>?(?:\s+\"[^\"]*\")?\)")
AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]+)>")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>|<!--.*?-->")
DELETED = re.compile(r"~~(?=\S)[^~]+(?<=\S)~~")
STRONG = re.compile(r"(\*\*\*|\*\*|__|`+)(?=\S)(.+?)(?<=\S)\1")
EMPHASIS = re.compile(r"(?<![\\*\w])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?!\*)")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
MARKS = re.compile(r"[\\*_~`<&\[]")
"""Where none of these stands, there is nothing to take away."""
LONGEST = 20_000
"""Characters of a line; where it has more, looking for marks could take long."""
SHELTER = 0xE000
"""Private characters stand for escaped ones while marks are taken away."""


def plain(text: str) -> str:
    """Return the text without emphasis, links, tags, escapes and what is struck through; <br> is a line feed."""
    if not MARKS.search(text) or len(text) > LONGEST:
        return text
    text = ESCAPE.sub(lambda found: chr(SHELTER + ord(found[1])), text)
    text = TAG.sub("", BREAK.sub("\n", AUTOLINK.sub(r"\1", text)))
    text = DELETED.sub("", LINK.sub(r"\1", IMAGE.sub(r"\1", text)))
    text = EMPHASIS.sub(r"\1", STRONG.sub(r"\2", STRONG.sub(r"\2", text)))
    text = unescape(text) if "&" in text else text
    return "".join(chr(ord(char) - SHELTER) if SHELTER < ord(char) < SHELTER + 128 else char for char in text)


def heading(lines: Sequence[FileLine], at: int, apart: bool) -> tuple[int, str, int] | None:
    """Return the level and text of a heading that begins at a line, and how many lines it takes; None where none begins.

    `apart` tells that no paragraph goes on up to this line; only then a rule under it makes it a heading.
    """
    text = lines[at].text
    if marked := HEADING.match(text):
        return len(marked[1]), plain(marked[2]), 1
    if at + 1 < len(lines) and apart and not lines[at + 1].joint:
        under = UNDERLINE.match(lines[at + 1].text)
        if under and text.strip() and not UNDERLINE.match(text) and "|" not in text:
            return 1 if under[1].startswith("=") else 2, plain(text.strip()), 2
    return None


def without_front_matter(lines: Sequence[FileLine]) -> Sequence[FileLine]:
    """Return the lines behind the YAML in front of a document."""
    if lines and lines[0].text.rstrip() == "---":
        for at, line in enumerate(lines[1:60], 1):
            if line.text.rstrip() in ("---", "..."):
                return lines[at + 1 :]
    return lines
