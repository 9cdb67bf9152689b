"""A real browser for exported pages: headless Chromium, with nothing to load and nobody to call."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.needed import need_program

OPTIONS = (
    "--headless",
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# a window may have a least width, a frame has none
MEASURING = """<!doctype html><meta charset="utf-8">
<iframe width="{width}" height="800" srcdoc="{page}"></iframe><pre></pre>
<script>
onload = () => {{
  const page = document.querySelector("iframe").contentDocument;
  const widths = element => [element.scrollWidth, element.clientWidth];
  document.querySelector("pre").textContent = JSON.stringify(
    [widths(page.scrollingElement), ...[...page.querySelectorAll("[tabindex]")].map(widths)]);
}};
</script>"""


class Width(NamedTuple):
    """How wide the content of a page or of a region is, and how much of it shows."""

    content: int
    shown: int


def print_page(page: str, folder: Path) -> Path:
    """The PDF that printing a page gives."""
    printed = folder / "page.pdf"
    _run(page, folder, "--no-pdf-header-footer", f"--print-to-pdf={printed}")
    return printed


def measure(page: str, width: int, folder: Path) -> tuple[Width, ...]:
    """The width of a page in a window of this width, then that of each of its regions that can be focused."""
    shown = _run(MEASURING.format(width=width, page=html.escape(page)), folder, "--dump-dom")
    found = re.search(r"<pre>(.*?)</pre>", shown)
    assert found
    return tuple(Width(*each) for each in json.loads(found[1]))


def _run(page: str, folder: Path, *options: str) -> str:
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    with TemporaryDirectory() as profile:
        command = [need_program("chromium"), *OPTIONS, f"--user-data-dir={profile}", *options, path.as_uri()]
        return subprocess.run(command, check=True, capture_output=True, timeout=150, text=True, encoding="utf-8").stdout
