"""What the gate refuses, and how it says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xltools.files.gate import GateError

DTD = b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd">'
"""The document type of an XML file, in front of its first element: what it names is never fetched."""


def refusal(call: Callable[[], object]) -> str:
    """Return the one line in which the gate refuses, which says what to do."""
    with pytest.raises(GateError) as fault:
        call()
    said = str(fault.value)
    assert "请" in said
    assert "\n" not in said
    return said
