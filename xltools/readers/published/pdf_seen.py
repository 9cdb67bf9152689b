"""What of a PDF page can be seen: its lines and figures, looked up in the page as PDFium draws it.

A text layer also holds what is covered, clipped, white, unpainted or in a hidden layer, and lines can be the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from xltools.readers.published.pdf_tables import CLOSE, Drawn
from xltools.readers.published.pdf_text import UNMAPPED, Bounds, Glyph

if TYPE_CHECKING:
    from pdfplumber.page import Page

RESOLUTION, MOST_PIXELS = 72, 2_000
"""Dots per inch of the drawing, and the most dots of its longer side."""
INK, FAINT = 32, 6
"""Shades, of 255, by which a character differs from what is behind it, and a line from what is beside it."""
ASIDE = 2.0
"""How far beside a line its surroundings are looked at, in points."""
SAMPLES, ENOUGH_SEEN = 8, 0.3
"""Points at which a line is looked up, and the part of them at which it shows; a dotted line has gaps."""
BAND = 20
"""Height of the stripes of a page by which characters are looked up, in points."""
COVERING = {"FreeText", "Widget", "Stamp", "Ink", "Square", "Circle", "Line", "Polygon", "PolyLine", "StrikeOut", "Redact"}
"""Annotations that can stand in the place of a figure; links and highlights leave it as it is."""


class PageDrawing:
    """A page as it is shown, in shades of grey."""

    def __init__(self, page: Page) -> None:
        width, height = page.bbox[2] - page.bbox[0], page.bbox[3] - page.bbox[1]
        drawn = page.to_image(resolution=min(RESOLUTION, 72 * MOST_PIXELS / max(width, height)), antialias=True)
        self._left, self._top, self._scale = page.bbox[0], page.bbox[1], drawn.original.width / width
        self._image = drawn.original.convert("L")
        self._dots = self._image.tobytes()
        self._annotations = [_box(one) for one in page.annots if str(one["data"].get("Subtype")).strip("/'") in COVERING]
        self.marks = [Glyph(UNMAPPED, x0, x1, bottom, bottom - top, "", unseen=True) for x0, top, x1, bottom in self._annotations]
        """A character in the place of each annotation, so that its cell is not taken for an empty one."""

    def _contrast(self, box: Bounds) -> int:
        """Return how much the shades in a box differ."""
        left, right = (round((x - self._left) * self._scale) for x in (box[0], box[2]))
        upper, lower = (round((y - self._top) * self._scale) for y in (box[1], box[3]))
        if left >= right or upper >= lower:
            return 0
        shades = self._image.crop((left, upper, right, lower)).tobytes()
        return max(shades) - min(shades)

    def visible_edges(self, edges: Iterable[Drawn], glyphs: Iterable[Glyph]) -> Iterator[Drawn]:
        """Yield the lines that show, at enough of the points where no character stands on them."""
        bodies: dict[int, list[Bounds]] = defaultdict(list)
        for body in map(_body, glyphs):
            for band in range(int(body[1] // BAND), int(body[3] // BAND) + 1):
                bodies[band].append(body)
        for edge in edges:
            x0, top, x1, bottom = _box(edge)
            if max(x1 - x0, bottom - top) < CLOSE:  # a corner, of which there are many
                yield edge
                continue
            bands = range(int(top // BAND), int(bottom // BAND) + 1)
            upon = {body for band in bands for body in bodies[band] if body[0] < x1 + 1 and body[2] > x0 - 1}
            shares = [(number + 0.5) / SAMPLES for number in range(SAMPLES)]
            points = [(x0 + share * (x1 - x0), top + share * (bottom - top)) for share in shares]
            free = [(x, y) for x, y in points if not any(_is_in(x, y, body) for body in upon)]
            seen = sum(self._shows(x, y, edge["orientation"] == "h") for x, y in free)
            if seen and seen >= ENOUGH_SEEN * len(free):
                yield edge

    def _shows(self, x: float, y: float, level: bool) -> bool:
        """Return whether a point differs from what is above and below it, or on its left and right."""
        left, upper, width = round((x - self._left) * self._scale), round((y - self._top) * self._scale), self._image.width
        if not 0 <= left < width or not 0 <= upper < self._image.height:
            return False
        reach, at = round(ASIDE * self._scale), upper * width + left
        if level:
            across = self._dots[max(at - reach * width, left) : at + (reach + 1) * width : width]
        else:
            across = self._dots[at - min(reach, left) : at + min(reach + 1, width - left)]
        return max(across) - min(across) >= FAINT

    def with_unseen(self, glyphs: Iterable[Glyph]) -> list[Glyph]:
        """Return the characters, those marked that show no ink or lie under an annotation."""
        return [glyph._replace(unseen=True) if self._is_unseen(glyph) else glyph for glyph in glyphs]

    def _is_unseen(self, glyph: Glyph) -> bool:
        if not glyph.text.isascii() or glyph.text.isspace() or glyph.sideways:
            return False
        x, y = glyph.middle
        return any(_is_in(x, y, box) for box in self._annotations) or self._contrast(_body(glyph)) < INK


def _box(thing: Drawn) -> Bounds:
    return thing["x0"], thing["top"], thing["x1"], thing["bottom"]


def _is_in(x: float, y: float, box: Bounds) -> bool:
    return box[0] - 1 < x < box[2] + 1 and box[1] - 1 < y < box[3] + 1


def _body(glyph: Glyph) -> Bounds:
    """Return the box of a character without its margins, into which the ink of others may reach."""
    margin = 0.1 * (glyph.x1 - glyph.x0)
    return glyph.x0 + margin, glyph.y - 0.75 * glyph.size, glyph.x1 - margin, glyph.y + 0.1 * glyph.size
