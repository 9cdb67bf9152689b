"""Tells what of a PDF page can be seen, as PDFium draws it: characters and lines may be covered, clipped, white or in a hidden layer."""

from collections.abc import Iterable, Iterator

from pdfplumber.page import Page
from PIL import Image, ImageDraw  # comes with pdfplumber

from xltools.readers.published.pdf_tables import CLOSE, Drawn
from xltools.readers.published.pdf_text import UNMAPPED, Bounds, Glyph

RESOLUTION, MOST_DOTS = 72, 10_000_000  # dots per inch of the drawing, and the most; a web page may be printed on one long page
INK, FAINT = 32, 6  # shades, of 255, by which a character differs from what is behind it, and a line from what is beside it
ASIDE = 2.0  # how far beside a line its surroundings are looked at, in points
SAMPLES, ENOUGH_SEEN = 8, 0.3  # points at which a line is looked up, and the part of them at which it shows; a dotted line has gaps
COVERING = {"FreeText", "Widget", "Stamp", "Ink", "Square", "Circle", "Line", "Polygon", "PolyLine", "StrikeOut", "Redact"}
"""Annotations that can stand in the place of a figure; links and highlights leave it as it is."""


class PageDrawing:
    """A page as it is shown, in shades of grey."""

    def __init__(self, page: Page) -> None:
        pairs = tuple(zip(page.cropbox, page.mediabox, strict=True))
        self.box: Bounds = (max(pairs[0]), max(pairs[1]), min(pairs[2]), min(pairs[3]))  # the part of the page that is shown
        self._left, self._top, right, bottom = self.box
        width = right - self._left
        drawn = page.to_image(resolution=RESOLUTION * min(1.0, (MOST_DOTS / (width * (bottom - self._top))) ** 0.5), antialias=True)
        self._scale = drawn.original.width / width
        self._image = drawn.original.convert("L")
        self._dots = self._image.tobytes()
        self._annotations = [_box(one) for one in page.annots if str(one["data"].get("Subtype")).strip("/'") in COVERING]
        self.marks = [Glyph(UNMAPPED, x0, x1, bottom, bottom - top, "", unseen=True) for x0, top, x1, bottom in self._annotations]
        """A character in the place of each annotation, so that its cell is not taken for an empty one."""

    def visible_edges(self, edges: Iterable[Drawn], glyphs: Iterable[Glyph]) -> Iterator[Drawn]:
        """Yield the lines that show, at enough of the points where no character stands on them."""
        words = Image.new("1", self._image.size)
        pen = ImageDraw.Draw(words)
        for left, upper, right, lower in map(_body, glyphs):
            pen.rectangle((self._dot(left - 1, upper - 1), self._dot(right + 1, lower + 1)), fill=1)
        for edge in edges:
            x0, top, x1, bottom = _box(edge)
            if max(x1 - x0, bottom - top) < CLOSE:  # a corner, of which there are many
                yield edge
                continue
            shares = [(number + 0.5) / SAMPLES for number in range(SAMPLES)]
            dots = [self._dot(x0 + share * (x1 - x0), top + share * (bottom - top)) for share in shares]
            on_page = [(left, upper) for left, upper in dots if 0 <= left < words.width and 0 <= upper < words.height]
            free = [dot for dot in on_page if not words.getpixel(dot)]
            seen = sum(self._shows(*dot, edge["orientation"] == "h") for dot in free)
            if seen and seen >= ENOUGH_SEEN * (len(free) + len(dots) - len(on_page)):
                yield edge

    def _dot(self, x: float, y: float) -> tuple[int, int]:
        return round((x - self._left) * self._scale), round((y - self._top) * self._scale)

    def _shows(self, left: int, upper: int, level: bool) -> bool:
        """Return whether a dot differs from what is above and below it, or on its left and right."""
        width = self._image.width
        reach, at = round(ASIDE * self._scale), upper * width + left
        if level:
            across = self._dots[max(at - reach * width, left) : at + (reach + 1) * width : width]
        else:
            across = self._dots[at - min(reach, left) : at + min(reach + 1, width - left)]
        return max(across) - min(across) >= FAINT

    def hides(self, glyph: Glyph) -> bool:
        """Return whether a character, of those that figures have, shows no ink or lies under an annotation."""
        if not glyph.text.isascii() or glyph.text.isspace() or glyph.sideways:
            return False
        (x, y), box = glyph.middle, _body(glyph)
        under = any(x0 - 1 < x < x1 + 1 and top - 1 < y < bottom + 1 for x0, top, x1, bottom in self._annotations)
        (left, upper), (right, lower) = self._dot(*box[:2]), self._dot(*box[2:])
        shades = self._image.crop((left, upper, max(left, right), max(upper, lower))).tobytes() or b"\0"
        return under or max(shades) - min(shades) < INK


def _box(thing: Drawn) -> Bounds:
    return thing["x0"], thing["top"], thing["x1"], thing["bottom"]


def _body(glyph: Glyph) -> Bounds:
    """Return the box of a character without its margins, into which the ink of others may reach."""
    margin = 0.1 * (glyph.x1 - glyph.x0)
    return glyph.x0 + margin, glyph.y - 0.75 * glyph.size, glyph.x1 - margin, glyph.y + 0.1 * glyph.size
