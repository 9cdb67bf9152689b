"""make_case: the case of a kind with a number; what is done to each kind of file."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from lxml import etree

from tests.fuzz.case import Case, Mutator, Original
from tests.fuzz.documents import break_json, break_lines, break_page, break_toml, encode, json_figures
from tests.fuzz.originals import originals
from tests.fuzz.packages import break_package, pack, unpack
from tests.fuzz.raw import break_bytes
from tests.fuzz.sheet_truth import figures_of
from tests.fuzz.trees import break_encoding, break_tree
from tests.fuzz.writing import break_writing
from xltools.form.loader import load_form

Broken = tuple[str, str]
"""What was done, and the text after it."""

SHEET_ELEMENTS = {"c", "row", "v", "f", "is", "t", "r", "si", "sheet", "Relationship"}
OPEN_ELEMENTS = {"table", "table-row", "table-cell", "covered-table-cell", "p", "s"}
WORD_ELEMENTS = {"p", "tbl", "tr", "tc", "r", "t", "gridSpan", "vMerge", "tcPr", "pPr", "numPr", "body", "style", "abstractNum", "num"}
TABLE_SHEETS = ("xl/worksheets/sheet4.xml", "xl/worksheets/sheet5.xml", "xl/worksheets/sheet6.xml")


def make_case(kind: str, seed: int, number: int) -> Case:
    """The case with this number, the same whenever it is made."""
    dice = Random(f"{kind}:{seed}:{number}")
    return MUTATORS[kind](dice.choice(originals(kind)), dice)


def _workbook(original: Original, dice: Random) -> Case:
    """A workbook with a fault in its bytes, its package or the XML of one part."""
    part = dice.choice((*TABLE_SHEETS, *TABLE_SHEETS, ""))
    mutation, data = _break_office(original.data, dice, part, SHEET_ELEMENTS, text=True)
    return Case(original, mutation, data, figures_of(data, load_form()))


def _open(original: Original, dice: Random) -> Case:
    """An OpenDocument workbook with a fault of the same kinds; what figures are then in it is known only where its package alone has one."""
    mutation, data = _break_office(original.data, dice, "content.xml", OPEN_ELEMENTS, text=True)
    return Case(original, mutation, data, original.figures if mutation.startswith("zip-") else {})


def _word(original: Original, dice: Random) -> Case:
    """A Word document with a fault of the same kinds; unless texts are changed, figures are lost or moved at most."""
    text = dice.random() < 0.2
    part = "word/document.xml" if dice.random() < 0.8 else ""
    mutation, data = _break_office(original.data, dice, part, WORD_ELEMENTS, text=text)
    return Case(original, mutation, data, {} if text else original.figures)


def _break_office(data: bytes, dice: Random, part: str, elements: set[str], *, text: bool) -> tuple[str, bytes]:
    """A package with one fault; where it is in the XML, in this part or, without, in any one, in these elements for the most part."""
    chance = dice.random()
    if chance < 0.15:
        return break_bytes(data, dice)
    if chance < 0.35:
        return break_package(data, dice)
    entries = unpack(data)
    xml = [name for name, content in entries if content.startswith(b"<?xml")]
    part = part if part in xml else dice.choice(xml)
    at = next(index for index, (name, _) in enumerate(entries) if name == part)
    if chance < 0.42:
        mutation, content = break_encoding(entries[at][1], dice)
    elif chance < 0.6:
        mutation, content = break_writing(entries[at][1], dice)
    else:
        anything = dice.random() < 0.2
        mutation, content = break_tree(entries[at][1], dice, lambda e: anything or etree.QName(e).localname in elements, text=text)
    entries[at] = part, content
    return f"{part}: {mutation}", pack(entries)


def _page(original: Original, dice: Random) -> Case:
    """A page with faults in its bytes, encoding or structure."""
    return _text_case(original, dice, break_page)


def _plain(original: Original, dice: Random) -> Case:
    """A text with faults in its bytes, encoding or lines."""
    return _text_case(original, dice, break_lines)


def _text_case(original: Original, dice: Random, break_text: Callable[[str, Random], Broken]) -> Case:
    chance = dice.random()
    if chance < 0.2:
        return Case(original, *break_bytes(original.data, dice))
    mutation, text = break_text(original.data.decode("utf-8-sig"), dice)
    if chance > 0.3:
        return Case(original, mutation, text.encode(), {} if "stretch" in mutation and break_text is break_lines else original.figures)
    encoding, data = encode(text, dice)
    return Case(original, f"{mutation}, {encoding}", data)


def _json(original: Original, dice: Random) -> Case:
    """A report's JSON with faults in its bytes, encoding, values or keys."""
    chance = dice.random()
    if chance < 0.2:
        mutation, data = break_bytes(original.data, dice)
    else:
        mutation, text = break_json(original.data.decode("utf-8-sig"), dice)
        data = encode(text, dice)[1] if chance < 0.25 else text.encode()
    return Case(original, mutation, data, json_figures(data))


def _form(original: Original, dice: Random) -> Case:
    """A form with faults in the bytes or settings of its form.toml."""
    if dice.random() < 0.2:
        return Case(original, *break_bytes(original.data, dice))
    mutation, text = break_toml(original.data.decode(), dice)
    return Case(original, mutation, text.encode())


def _bytes(original: Original, dice: Random) -> Case:
    """A file with faults in its bytes."""
    return Case(original, *break_bytes(original.data, dice))


MUTATORS: dict[str, Mutator] = {
    "xlsx": _workbook,
    "json": _json,
    "docx": _word,
    "html": _page,
    "txt": _plain,
    "form": _form,
    "pdf": _bytes,
    "ods": _open,
    "xls": _bytes,
}
"""What breaks the files of each kind."""
