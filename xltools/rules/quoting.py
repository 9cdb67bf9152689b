"""How the rules over prose quote it."""

from __future__ import annotations

QUOTE = 30
"""The most characters of prose that a message quotes."""


def quote(text: str, start: int, end: int) -> str:
    """Return the wording between two positions on one line, shortened in the middle where it is long."""
    wording = text[start:end].replace("\n", " ").strip()
    if len(wording) > QUOTE:
        wording = f"{wording[: QUOTE // 2]}…{wording[-QUOTE // 2 :]}"
    return f"“{wording}”"
