"""Draws docs/images/rooms.svg: the rooms of the package and their order, from the contract in pyproject.toml and the package itself."""

from __future__ import annotations

import ast
import sys
import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "images" / "rooms.svg"
WIDTH, MARGIN, GAP, LINE, HEAD, LETTER = 1200, 20, 14, 17, 52, 7.0
"""Sizes in pixels: the picture, its margin, between boxes, a line of modules, a box's head, and a letter of a module's name."""
STYLE = (
    "text{font-family:sans-serif;fill:#222}.room{font-size:17px;font-weight:bold}.says{font-size:12px;fill:#555}.module{font-size:13px}"
    "rect{fill:#f5f8fc;stroke:#5b7ba3}"
)


def layers() -> list[list[str]]:
    """Return the rooms of each layer, the highest first, as the contract has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(one for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    return [[room.strip() for room in layer.split("|")] for layer in contract["layers"]]


def picture() -> str:
    """Return the picture as SVG."""
    boxes: list[str] = []
    top = float(MARGIN)
    for layer in layers():
        width = (WIDTH - 2 * MARGIN - GAP * (len(layer) - 1)) / len(layer)
        texts = [_wrapped(_modules(room), width) for room in layer]
        height = HEAD + LINE * max(map(len, texts))
        for number, (room, lines) in enumerate(zip(layer, texts, strict=True)):
            boxes += _box(room, lines, MARGIN + number * (width + GAP), top, width, height)
        top += height + GAP
    size = f'width="{WIDTH}" height="{top + MARGIN - GAP:.0f}"'
    return "\n".join(
        [f'<svg xmlns="http://www.w3.org/2000/svg" {size}>', f"<style>{STYLE}</style>", '<rect width="100%" height="100%" style="fill:#fff;stroke:none"/>', *boxes, "</svg>", ""]
    )  # fmt: skip


def _box(room: str, lines: list[str], left: float, top: float, width: float, height: float) -> list[str]:
    drawn = [f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{height:.0f}" rx="6"/>']
    rows = [("room", room, 22), ("says", _says(room), 40), *(("module", line, HEAD + LINE * n + 8) for n, line in enumerate(lines))]
    return drawn + [f'<text class="{kind}" x="{left + 10:.0f}" y="{top + y:.0f}">{escape(text)}</text>' for kind, text, y in rows if text]


def _source(room: str) -> Path:
    folder = ROOT / "xltools" / room
    return folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")


def _says(room: str) -> str:
    """Return what a room says of itself, without its name in front."""
    words = ast.get_docstring(ast.parse(_source(room).read_text(encoding="utf-8"))) or ""
    return words.splitlines()[0].partition(": ")[2] or words.splitlines()[0]


def _modules(room: str) -> list[str]:
    """Return the names of a room's modules; those of an inner room with its name in front."""
    folder = ROOT / "xltools" / room
    modules = sorted(path.relative_to(folder).with_suffix("") for path in folder.rglob("*.py") if path.stem != "__init__")
    return ["/".join(module.parts) for module in modules]


def _wrapped(names: list[str], width: float) -> list[str]:
    """Return names in lines as wide as a box."""
    lines: list[str] = []
    for name in names:
        if lines and (len(lines[-1]) + len(name) + 3) * LETTER < width - 20:
            lines[-1] += f" · {name}"
        else:
            lines.append(name)
    return lines


def main() -> int:
    """Write the picture."""
    PICTURE.write_text(picture(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
