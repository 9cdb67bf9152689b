"""Output: findings for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xltools.output.checked import Checked

FORMATS = ("text", "json", "sarif", "csv", "html")
SCHEMAS = ("report", "findings", "comparison")  # the JSON documents that have a JSON Schema
SEALED_FORMATS = ("json", "html")  # those that bear a seal in a file; text and CSV have no place for one, SARIF allows none


def render(files: Sequence[Checked], format: str) -> str:
    """Return the findings of all files in one of FORMATS."""
    text: str = import_module(f"xltools.output.{'findings_page' if format == 'html' else format}").render(files)
    return text


def read_schema(name: str) -> str:
    """Return the JSON Schema, draft 2020-12, of one of SCHEMAS."""
    return (Path(__file__).parent / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
