"""Reads what an .xlsx says beside the values of its cells, and refuses it where programs would read a value differently.

calamine goes by local names, skips what it does not know, and takes the last of two values and no characters written as references.
"""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from xml.etree.ElementTree import Element, TreeBuilder, XMLParser, fromstring

from xltools.files import gate
from xltools.files.packages import Package, write_package
from xltools.form.book import address, column_name, column_number
from xltools.readers.workbook.facts import UNTOLD, BookFacts, CellStyle, SheetFacts, ambiguous, refuse_far, refuse_names, refuse_tags
from xltools.report.origin import active_parts

WORKBOOK_PART, RELATIONS_PART, ROOT_PART = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"
STRINGS_PART, STYLES_PART = "xl/sharedStrings.xml", "xl/styles.xml"  # what calamine reads beside the sheets
TYPES_PART = "[Content_Types].xml"

# ISO/IEC 29500, transitional and strict
NAMESPACES = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
TRUE = ("1", "true")
RAISED = b"vertAlign"

FORMULA = r'<f(?: [\w:]+="[^"<>]*+")*+(?: ?/>|>[^<]*+</f>)'
VALUE = r'<v>[^<&]*+</v>|<v ?/>|<is><t(?: xml:space="preserve")?+>[^<]*+</t></is>'
CELL = rf'<c r="[A-Z]{{1,3}}+\1"(?: [stcmvph]{{1,2}}="\w*+")*+(?: ?/>|>(?:{FORMULA})?+(?:{VALUE})?+</c>)'
ROW = rf'<row r="([1-9]\d{{0,6}}+)"(?: [\w:]+="[^"<>&]*+")*+(?: ?/>|>(?:{CELL})*+</row>)'
USUAL = re.compile(rf"<sheetData(?: ?/>|>(?:{ROW})*+</sheetData>)", re.ASCII)
"""The cells of a sheet as office programs write them: those of a row bear its number, formula goes before value, and there is nothing else."""

HIDDEN_ROW = re.compile(r'<row r="(\d+)"[^>]* hidden="(?:1|true)"')
STYLED_CELL = re.compile(r'<c r="([A-Z]+\d+)"(?:[^>]*? s="(\d+)")?')
FORMULA_CELL = re.compile(r'<c r="([A-Z]+\d+)"[^>]*><f([^>]*?) ?(?:/>|>([^<]*)<)')
ERROR_CELL = r'<c r="([A-Z]+\d+)"[^>]* t="e"[^>]*><v>([^<]*)<'
TEXT_CELL = r'<c r="([A-Z]+\d+)"[^>]* t="s"[^>]*><v>(\d+)<'
REMOTE_CELL = re.compile(r'<c r="(?:[B-Z][A-Z]|[A-Z]{3}|[A-Z]+\d{4}\d)')
"""Quick to look for: a cell beyond column AZ or row 9999; the values of a sheet without one do not reach too far."""
CELL_IN_FORMULA = r"(?a)(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?![\w(.])"
SHARED_FORMULA = re.compile(r' t="shared"[^>]* si="(\d+)"| si="(\d+)"[^>]* t="shared"')

CELL_ADDRESS, ROW_NUMBER, WORD = r"([A-Z]{1,3})([1-9]\d{0,6})", r"[1-9]\d{0,6}", r"(?a)\w*"
CELL_ATTRIBUTES = ("s", "t", "cm", "vm", "ph")
CONTENTS: tuple[list[str], ...] = ([], ["v"], ["f", "v"], ["f"], ["is"], ["f", "is"])
REFERENCE = rb"<(?:[^\s<>/:]++:)?+(?:(?:c|row)\s[^<&]*+&|v[\s>][^<]*?&#(?!0*(?:9|10|13);|x0*[9aAdD];))"
"""A reference in the tag of a row or cell; a character of a value that is written by its number, as only tabs and ends of lines are."""
TEXT_TYPES = ("str", "inlineStr", "d")  # types of cells whose value calamine reads as text; of others it takes the bytes as they stand
ESCAPED = "[<>&\"'\t\n\r]"

NUMBER_FORMATS = {"0": "General", "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%", "49": "@"}
"""The usual ones of the number formats that files name by number only: ISO/IEC 29500-1, 18.8.30. Of others the number stands for the format."""


def read_xlsx_facts(package: Package) -> BookFacts:
    """Return the facts of the workbook in a package. Raise GateError for one that must not be opened."""
    sheets = list(sheet_parts(package))
    refuse_names([name for name, _ in sheets])
    read = (ROOT_PART, RELATIONS_PART, WORKBOOK_PART, STRINGS_PART, STYLES_PART)
    parts = {part: package.read(part) for part in read if part in package}
    xml = {part: package.read(part) for _, part in sheets}
    refuse_tags(*parts.values(), *(xml[part] for _, part in sheets))
    facts = {}
    texts = fromstring(parts[STRINGS_PART]).iterfind("{*}si") if RAISED in parts.get(STRINGS_PART, b"") else ()  # noqa: S314
    raised = frozenset(str(number) for number, text in enumerate(texts) if _has_raised(text))
    for name, part in sheets:
        facts[name], parts[part] = _read_sheet(name, xml[part], raised)
    styles = tuple(_read_styles(parts[STYLES_PART])) if STYLES_PART in parts else ()
    return BookFacts(write_package(parts, compressed=False), facts, active_parts(package), styles)


def sheet_parts(package: Package) -> Iterator[tuple[str, str]]:
    """Yield each sheet's name and its part. Raise GateError where the workbook is another than the usual one."""
    roots = (one for one in find_all(package.read(ROOT_PART), "Relationship") if one.get("Type", "").endswith("/officeDocument"))
    gate.WORKBOOK.refuse([root.get("Target", "").removeprefix("/") for root in roots] != [WORKBOOK_PART], gate.DAMAGED)
    relations = find_all(package.read(RELATIONS_PART), "Relationship")
    targets = {relation.attrib["Id"]: relation.attrib["Target"] for relation in relations}
    gate.WORKBOOK.refuse(len(targets) < len(relations), gate.DAMAGED)
    for sheet in find_all(package.read(WORKBOOK_PART), "sheet"):
        target = targets[next((value for key, value in sheet.items() if key.endswith("}id")), "")]
        yield sheet.attrib["name"], target[1:] if target.startswith("/") else f"xl/{target}"


def find_all(xml: bytes, name: str) -> list[Element]:
    """Return the elements of this local name; calamine does not look at namespaces."""
    return fromstring(xml).findall(f".//{{*}}{name}")  # noqa: S314  # the gate lets no document type through


def _read_styles(xml: bytes) -> Iterator[CellStyle]:
    """Yield the styles, to which cells refer by their numbers."""
    root = fromstring(xml)  # noqa: S314
    formats = {one.get("numFmtId"): one.get("formatCode") for one in root.iterfind("{*}numFmts/{*}numFmt")}
    for style in root.iterfind("{*}cellXfs/{*}xf"):
        number, protection = style.get("numFmtId", "0"), style.find("{*}protection")
        locked = protection is None or protection.get("locked") not in ("0", "false")
        yield CellStyle(formats.get(number) or NUMBER_FORMATS.get(number, number), locked)


def _has_raised(text: Element) -> bool:
    """Return whether a digit of a text is raised or lowered."""
    runs = (run for run in text.iterfind("{*}r") if run.find("{*}rPr/{*}vertAlign") is not None)
    return any(char.isdecimal() for run in runs for char in run.findtext("{*}t", ""))


def _read_sheet(sheet: str, xml: bytes, raised: frozenset[str]) -> tuple[SheetFacts, bytes]:
    """Return the facts of a sheet, and its XML for calamine. Raise GateError where programs would read it differently."""
    gate.WORKBOOK.refuse(xml.startswith((BOM_UTF16_LE, BOM_UTF16_BE)), gate.DAMAGED)  # which calamine cannot read
    before, cells, after = _split_sheet(xml)
    parser = XMLParser(target=TreeBuilder(insert_comments=True, insert_pis=True))  # noqa: S314
    parser.feed(f"{before}<sheetData/>{after}" if cells else xml)
    root = parser.close()
    namespace = next((space for space in NAMESPACES if root.tag == f"{{{space}}}worksheet"), "")
    main = f"{{{namespace}}}"
    data, found = root.find(f"{main}sheetData"), root.findall(".//{*}sheetData")
    if found and not (namespace and found == [data]):
        raise ambiguous(sheet)
    inline: list[str] = []
    if data is None:  # a sheet of charts, or one that has its cells in a comment
        cells = ""
    elif not cells:
        inline = [cell.get("r", "") for cell in data.iter(f"{main}c") for text in cell.iterfind(f"{main}is") if _has_raised(text)]
        cells = _rewrite_cells(sheet, xml, data, main)
        xml = f'<worksheet xmlns="{namespace}">{cells}</worksheet>'.encode()
    columns = [one for one in root.iterfind(f"{main}cols/{main}col") if one.get("hidden") in TRUE]
    validations = root.iterfind(f"{main}dataValidations/{main}dataValidation")
    facts = SheetFacts(
        formulas=_read_formulas(cells),
        errors={at: _text(error) for at, error in re.findall(ERROR_CELL, cells)} if ' t="e"' in cells else {},
        styles=_read_places(sheet, cells),
        hidden_rows={int(number) - 1 for number in HIDDEN_ROW.findall(cells)} if " hidden=" in cells else set(),
        hidden_columns=tuple(range(int(one.get("min", "1")) - 1, int(one.get("max", "1"))) for one in columns),
        raised={*inline, *(at for at, text in (re.findall(TEXT_CELL, cells) if raised else ()) if text in raised)},
        protected=any(one.get("sheet") in TRUE for one in root.iterfind(f"{main}sheetProtection")),
        merged=[one.get("ref", "") for one in root.iterfind(f"{main}mergeCells/{main}mergeCell")],
        validated=tuple(reference for one in validations for reference in one.get("sqref", "").split()),
    )
    return facts, xml


def _split_sheet(xml: bytes) -> tuple[str, str, str]:
    """Return a sheet's cells between what stands before and after; none where they are not written as usual, or others might be meant."""
    text = xml.decode("utf-8", "replace")
    begin = text.find("<sheetData")
    found = USUAL.match(text, begin) if begin >= 0 else None
    if not found or "sheetData" in text[:begin] or "sheetData" in text[found.end() :]:
        return "", "", ""
    return text[:begin], found[0], text[found.end() :]


def _read_places(sheet: str, cells: str) -> dict[str, str]:
    """Return the number of each cell's style. Raise GateError for two cells in one place, or for values too far away."""
    places = STYLED_CELL.findall(cells)
    styles = dict(places)
    if len(styles) < len(places):
        raise ambiguous(sheet)
    if REMOTE_CELL.search(cells):
        filled = re.findall(r'<c r="([A-Z]+)(\d+)"[^>]*(?<!/)>', cells)
        rows = max((int(row) for _, row in filled), default=0)
        refuse_far(sheet, rows, max((column_number(column) for column, _ in filled), default=0))
    return styles


def _read_formulas(cells: str) -> dict[str, str]:
    """Return the formulas by address; one that cells share as it reads in each of them."""
    texts: dict[str, str] = {}
    first: dict[str, tuple[str, str]] = {}
    for at, attributes, escaped in FORMULA_CELL.findall(cells):
        text = _text(escaped)
        shared = SHARED_FORMULA.search(attributes)
        number = shared[1] or shared[2] if shared else ""
        if number and text:
            first.setdefault(number, (at, text))
        elif number in first:
            text = _move_formula(first[number][1], first[number][0], at)
        texts[at] = text or UNTOLD
    return texts


def _text(content: str) -> str:
    """Return the text of an element's content without tags."""
    return fromstring(f"<f>{content}</f>").text or "" if "&" in content else content  # noqa: S314


def _move_formula(formula: str, origin: str, at: str) -> str:
    """Return a formula that cells share as it reads in the one `at` an address, and not in its first one."""
    here, first = re.fullmatch(CELL_IN_FORMULA, at), re.fullmatch(CELL_IN_FORMULA, origin)
    assert here and first
    columns, rows = column_number(here[2]) - column_number(first[2]), int(here[4]) - int(first[4])

    def move(found: re.Match[str]) -> str:
        column = found[2] if found[1] else column_name(column_number(found[2]) - 1 + columns)
        return f"{found[1]}{column}{found[3]}{found[4] if found[3] else int(found[4]) + rows}"

    pieces = formula.split('"')  # what stands between quotes is text
    pieces[::2] = [re.sub(CELL_IN_FORMULA, move, piece) for piece in pieces[::2]]
    return '"'.join(pieces)


def _rewrite_cells(sheet: str, xml: bytes, data: Element, main: str) -> str:
    """Return the cells of a sheet in the usual way of writing. Raise GateError for what the standard does not have."""
    # what the tree does not show
    if re.search(REFERENCE, xml) or xml.find(b"<![CDATA[", xml.find(b"sheetData"), xml.rfind(b"sheetData")) >= 0:
        raise ambiguous(sheet)
    rows, number = [], 0
    for row in data.iterfind("{*}*"):  # all but comments and instructions
        written = row.get("r", str(number + 1))
        if row.tag != f"{main}row" or not re.fullmatch(ROW_NUMBER, written):
            raise ambiguous(sheet)
        cells, number, column = [], int(written), 0
        for cell in row.iterfind("{*}*"):
            place = re.fullmatch(CELL_ADDRESS, cell.get("r") or address(number - 1, column))
            if cell.tag != f"{main}c" or not place or int(place[2]) != number:
                raise ambiguous(sheet)
            column = column_number(place[1])
            cells.append(_rewrite_cell(sheet, place[0], cell, main))
        hidden = ' hidden="1"' if row.get("hidden") in TRUE else ""
        rows.append(f'<row r="{number}"{hidden}>{"".join(cells)}</row>')
    return f"<sheetData>{''.join(rows)}</sheetData>"


def _rewrite_cell(sheet: str, at: str, cell: Element, main: str) -> str:
    """Return a cell in the usual way of writing, its text in one piece. Raise GateError for what the standard does not have."""
    from html import escape  # seldom needed, and slow to import

    attributes = {key: value for key, value in cell.items() if key != "r"}
    names = [child.tag.removeprefix(main) if isinstance(child.tag, str) else "" for child in cell]
    formula, value, text = (cell.find(f"{main}{name}") for name in ("f", "v", "is"))
    if (
        names not in CONTENTS
        or any(len(child) for child in (formula, value) if child is not None)
        or not all(key in CELL_ATTRIBUTES and re.fullmatch(WORD, written) for key, written in attributes.items())
        or (value is not None and attributes.get("t") not in TEXT_TYPES and re.search(ESCAPED, value.text or ""))
    ):
        raise ambiguous(sheet)
    content = ""
    if formula is not None:
        kept = "".join(f' {key}="{said}"' for key in ("t", "si") if (said := formula.get(key)) and re.fullmatch(WORD, said))
        content += f"<f{kept}>{escape(formula.text or '', quote=False)}</f>"
    if value is not None:
        content += f"<v>{escape(value.text or '', quote=False)}</v>"
    if text is not None:
        shown = "".join(piece.text or "" for piece in [*text.iterfind(f"{main}t"), *text.iterfind(f"{main}r/{main}t")])
        content += f'<is><t xml:space="preserve">{escape(shown, quote=False)}</t></is>'
    tag = "".join(f' {key}="{attributes[key]}"' for key in CELL_ATTRIBUTES if key in attributes)
    return f'<c r="{at}"{tag}>{content}</c>' if content else f'<c r="{at}"{tag}/>'
