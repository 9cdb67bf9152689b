"""Applies the styles of a web page that hide, strike through or raise: attributes, and rules for one class, id or tag; others are told of."""

import re
from collections.abc import Iterator

from lxml import etree

from xltools.readers.published.source import UNSEEN

GONE = re.compile(r"display\s*:\s*none", re.IGNORECASE)
HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|text-decoration[^;]*line-through|opacity\s*:\s*0(?:\.0+)?\s*(?:[;!]|$)"
    r"|font-size\s*:\s*(?:0(?:\.0+)?[a-z%]*|(?:0?\.\d+|1(?:\.0+)?)\s*p[xt])\s*(?:[;!]|$)|text-indent\s*:\s*-\d{3}|(?:left|top)\s*:\s*-\d{3}"
    r"|(?<![-\w])color\s*:\s*(?:transparent|(?:rgb|hsl)a\([^)]*,\s*0(?:\.0+)?\s*\)|#[0-9a-f]{6}00\b)"
    r"|(?<![-\w])clip\s*:\s*rect\(\s*([01])(?:px)?(?:[\s,]+\1(?:px)?){3}|clip-path\s*:\s*(?:inset\(\s*(?:50|100)%|circle\(\s*0)|transform\s*:[^;]*scale[xy]?\(\s*0\s*[,)]",
    re.IGNORECASE,
)  # what is struck through is deleted; what has no size or colour, is cut away, or stands far outside the page, is hidden
NO_ROOM = re.compile(r"(?<![-\w])(?:max-)?(?:width|height)\s*:\s*0[a-z%]*\s*(?:[;!]|$)", re.IGNORECASE)
CUT_OFF = re.compile(r"overflow(?:-[xy])?\s*:\s*(?:hidden|clip)", re.IGNORECASE)
SHOWING = re.compile(r"(?:display|visibility)\s*:", re.IGNORECASE)
WHITE = re.compile(r"(?<![-\w])color\s*:\s*(?:#fff(?:fff)?\b|white\b|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))", re.IGNORECASE)
RAISED = re.compile(r"vertical-align\s*:\s*(?:super|text-top|[1-9])", re.IGNORECASE)
TURNED = re.compile(r"unicode-bidi\s*:[^;]*override", re.IGNORECASE)  # characters are shown in another order
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
MEDIA = re.compile(r"@media([^{}]*)\{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}", re.IGNORECASE)
ON_SCREEN = re.compile(r"@media\s+(?:screen|all)\s*\{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}", re.IGNORECASE)
RULE, SIMPLE = re.compile(r"([^{}]+)\{([^{}]*)\}"), re.compile(r"[.#]?[\w-]+")
PASSING = re.compile(r":(?:hover|focus|active|visited|target|:?before|:?after)", re.IGNORECASE)
"""Selectors of what is only now and then, or of what the page does not say itself."""
ATTRIBUTE = re.compile(r"\[\s*([\w-]+)\s*(?:[~|^$*]?=\s*[\"']?([^\"'\]]*))?[^\]]*\]")
OTHER = re.compile(r"::?[\w-]+(?:\([^)]*\)?)?|\[[^\]]*\]")  # what of a selector is no name
EXCEPT = re.compile(r":not\(([^)]*)\)", re.IGNORECASE)
LETTER = re.compile(r"[^\W\d_]")
CELLS = ("td", "th")
TABLE_PARTS = (*CELLS, "tr", "tbody", "thead", "tfoot", "table")  # which take the room that their content needs


def apply_styles(root: etree._Element) -> str:
    """Empty the elements of a page that a browser does not show, make those that it raises <sup>; tell what could not be followed, "" for nothing."""
    rules = _PageRules(root)
    for element in list(root.iter(etree.Element)):
        declared = rules.declared_of(element)
        cut = element.tag not in TABLE_PARTS and NO_ROOM.search(declared) and CUT_OFF.search(declared)
        closed = element.tag == "details" and "open" not in element.attrib and next(element.iterancestors(*CELLS), None) is not None
        if element.get("hidden") is not None or HIDING.search(declared) or cut or closed or _is_white(element, declared):
            element[:], element.text = [], None
            if element.tag not in CELLS or GONE.search(declared) or element.get("hidden") is not None:
                element.tag = "template"  # a cell that is only not seen keeps its place
        elif element.tag not in (*CELLS, "tr") and RAISED.search(declared):
            element.tag = "sup"
        elif TURNED.search(declared) or (element.tag == "bdo" and element.get("dir", "").lower() == "rtl"):
            for figure in _figures(element):
                figure[:], figure.text = [], UNSEEN
    return rules.without_doubtful(root)


def _is_white(element: etree._Element, declared: str) -> bool:
    """Return whether an element is a figure in white on nothing that is known to be dark."""
    if not WHITE.search(declared) or "background" in declared or LETTER.search("".join(map(str, element.itertext()))):
        return False
    around = (element, *element.iterancestors())
    return not any("background" in (one.get("style") or "") or one.get("bgcolor") or one.get("background") for one in around)


class _PageRules:
    """The rules of a page's own style sheets, as far as they hide or raise something."""

    def __init__(self, root: etree._Element) -> None:
        self._simple: dict[str, str] = {}
        self._names = {name for element in root.iter(etree.Element) for name in _names(element)}
        self._others: list[tuple[str, str]] = []
        self._elsewhere: list[str] = []
        """Rules that are not followed: those that hide or show something, and the selectors of those that hide something on other screens."""
        for sheet in root.iter("style"):
            text = ON_SCREEN.sub(r"\1", COMMENT.sub("", sheet.text or ""))
            for condition, inner in MEDIA.findall(text):
                if "print" not in condition:
                    self._elsewhere += [selector for selector, declared in _rules(inner) if HIDING.search(declared)]
            for selector, declared in _rules(MEDIA.sub("", text)):
                if SIMPLE.fullmatch(selector):
                    if any(pattern.search(declared) for pattern in (HIDING, NO_ROOM, RAISED, WHITE, TURNED)):
                        self._simple[selector.lower()] = declared
                    elif SHOWING.search(declared):  # the last rule counts
                        self._simple.pop(selector.lower(), None)
                elif (_alters(declared) or SHOWING.search(declared)) and self._names.issuperset(_called(selector)):
                    self._others.append((selector, declared))

    def declared_of(self, element: etree._Element) -> str:
        """Return what an element's own style says, and the rules for its tag, classes and id as far as that says nothing else."""
        own = element.get("style") or ""
        if element.tag == "font" and element.get("color"):
            own = f"color: {element.get('color')}; {own}"
        ruled = [self._simple[name.lower()] for name in _names(element) if name.lower() in self._simple] if self._simple else []
        if SHOWING.search(own):
            ruled = [declared for declared in ruled if not SHOWING.search(declared)]
        return "; ".join((*ruled, own))

    def without_doubtful(self, root: etree._Element) -> str:
        """Mark the figures of tables that a rule may hide which was not followed, and return what to say of one, "" where there is none."""
        told = [selector for selector in self._elsewhere if any(map(_figures, _chosen(root, selector)))]
        said = f"网页的样式规则“{told[0]}”可能隐藏了表中的数，识别时没有隐藏。" if told else ""
        hidden: dict[etree._Element, str] = {}
        for selector, declared in self._others:
            for element in _chosen(root, selector):
                if _alters(declared):
                    hidden[element] = selector
                elif SHOWING.search(declared):
                    hidden.pop(element, None)
        for element, selector in hidden.items():
            for cell in _figures(element) if not SHOWING.search(element.get("style", "")) else ():
                said = f"网页的样式规则“{selector}”可能隐藏了表中的数，这些数未识别。请对照网页填写。"
                cell[:], cell.text = [], UNSEEN
        return said


def _alters(declared: str) -> bool:
    """Return whether digits under a rule may not be seen, or be no digits of the number that they stand at."""
    white = WHITE.search(declared) and "background" not in declared
    return bool(white or HIDING.search(declared) or RAISED.search(declared) or TURNED.search(declared))


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Yield each selector of a style sheet with what is declared for it."""
    for selectors, declared in RULE.findall(text):
        # behind @charset and the like
        yield from ((" ".join(selector.split()), declared) for selector in selectors.rpartition(";")[2].split(","))


def _names(element: etree._Element) -> list[str]:
    """Return what simple selectors may call an element."""
    return [element.tag, *(f".{name}" for name in (element.get("class") or "").split()), f"#{element.get('id')}"]


def _called(part: str) -> list[str]:
    """Return the names that a selector gives its elements, as far as it is understood."""
    return SIMPLE.findall(OTHER.sub("", part))


def _chosen(root: etree._Element, selector: str) -> list[etree._Element]:
    """Return the elements that a selector chooses, as far as it is understood; none for one that is of a moment only."""
    if PASSING.search(selector):
        return []
    inner = re.split(r"[+~](?![^\[(]*[\])])", selector)[-1].strip()
    *outer, last = re.split(r"[\s>]+(?![^\[(]*[\])])", inner)
    around = [frozenset(_called(part)) for part in outer]
    names, attributes, excepted = frozenset(_called(last)), ATTRIBUTE.findall(EXCEPT.sub("", last)), EXCEPT.findall(last)
    found = []
    for element in root.iter(etree.Element):
        own = set(_names(element))
        fits = own.issuperset(names) and own.isdisjoint(excepted)
        if fits and all(name in element.attrib and value in element.get(name, "") for name, value in attributes):
            outside = [set(_names(one)) for one in element.iterancestors()] if around else []
            found += [element] if all(any(part <= one for one in outside) for part in around) else []
    return found


def _figures(element: etree._Element) -> list[etree._Element]:
    """Return the cells of figures that an element stands in, or holds."""
    cells = [*element.iter(*CELLS)] or [*element.iterancestors(*CELLS)][:1]
    texts = {cell: "".join(map(str, cell.itertext())) for cell in cells}
    return [cell for cell, text in texts.items() if re.search(r"\d", text) and not LETTER.search(text)]
