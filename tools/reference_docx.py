"""Makes templates/govinfo-2021/reference.docx: the page, the fonts and the styles of GB/T 9704. Same bytes on every run.

    python tools/reference_docx.py [OUT.docx]

An office that wants its own typography edits a copy of the result in Word and puts it in its form's folder instead.
"""

from __future__ import annotations

import sys
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import quoteattr

TARGET = Path(__file__).parent.parent / "templates" / "govinfo-2021" / "reference.docx"
EPOCH = (1980, 1, 1, 0, 0, 0)

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

TWIPS_PER_MM = 1440 / 25.4
TWIPS_PER_POINT = 20

TITLE_FONT, BODY_FONT, HEADING_FONT, TOPIC_FONT, NUMBER_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
# what a computer without the prescribed font shows instead
SUBSTITUTES = {TITLE_FONT: "方正小标宋_GBK", BODY_FONT: "仿宋", HEADING_FONT: "SimHei", TOPIC_FONT: "楷体", NUMBER_FONT: "SimSun"}
# 二号、三号、四号、小四、小五
SIZE_2, SIZE_3, SIZE_4, SIZE_SMALL_4, SIZE_SMALL_5 = 22, 16, 14, 12, 9
LINE = 28
CLOSER = 5
"""What characters are set closer, in twips: 28 of 三号 then fit into 156 mm."""
PADDING = 40
"""What a table cell keeps free at every side, in twips, so that no wrapped label touches a rule."""


@dataclass(frozen=True)
class Style:
    """A paragraph style. `paragraph` holds its paragraph properties, in the order of the schema; `closer` is in twips a character."""

    id: str
    name: str
    font: str
    size: float
    paragraph: str
    based_on: str = ""
    next: str = ""
    attributes: str = ""
    priority: int = 0
    closer: int = 0

    def xml(self) -> str:
        """The w:style element."""
        return (
            f'<w:style w:type="paragraph" {self.attributes}w:styleId="{self.id}"><w:name w:val="{self.name}"/>'
            + (f'<w:basedOn w:val="{self.based_on}"/>' if self.based_on else "")
            + (f'<w:next w:val="{self.next}"/>' if self.next else "")
            + f'<w:uiPriority w:val="{self.priority}"/><w:qFormat/>'
            + f"<w:pPr>{self.paragraph}</w:pPr><w:rPr>{fonts(self.font)}{closer(self.closer)}{sizes(self.size)}</w:rPr></w:style>"
        )


def mm(length: float) -> int:
    """The length in twips."""
    return round(length * TWIPS_PER_MM)


def fonts(name: str) -> str:
    """The w:rFonts element: one font for every script, so that digits and “” quotation marks are set like the text around them."""
    return "<w:rFonts " + " ".join(f"w:{script}={quoteattr(name)}" for script in ("ascii", "hAnsi", "eastAsia", "cs")) + "/>"


def closer(twips: int) -> str:
    """The element that sets characters closer."""
    return f'<w:spacing w:val="{-twips}"/>'


def sizes(points: float) -> str:
    """The font size elements."""
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def spacing(line: int, *, after: int = 0) -> str:
    """Exact line spacing in points."""
    return f'<w:spacing w:before="0" w:after="{after * TWIPS_PER_POINT}" w:line="{line * TWIPS_PER_POINT}" w:lineRule="exact"/>'


def heading(level: int, font: str) -> Style:
    """The style of a heading: set like the text, but for its font."""
    return Style(
        id=f"Heading{level}",
        name=f"heading {level}",
        font=font,
        size=SIZE_3,
        paragraph=f'<w:keepNext/><w:keepLines/><w:outlineLvl w:val="{level - 1}"/>',
        based_on="Normal",
        next="Normal",
        priority=9,
        closer=CLOSER,
    )


INDENT = f'<w:ind w:firstLineChars="200" w:firstLine="{2 * SIZE_3 * TWIPS_PER_POINT}"/>'
NO_INDENT = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
SINGLE = '<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
CENTRED = '<w:jc w:val="center"/>'
# Word's default, but LibreOffice 7, where it is not said, leaves a comma at the end of a justified line out of its PDF
PUNCTUATION = '<w:overflowPunct w:val="1"/>'

STYLES = (
    Style(
        "Normal",
        "Normal",
        BODY_FONT,
        SIZE_3,
        PUNCTUATION + spacing(LINE) + INDENT + '<w:jc w:val="both"/>',
        attributes='w:default="1" ',
        closer=CLOSER,
    ),
    Style("Title", "Title", TITLE_FONT, SIZE_2, spacing(36, after=LINE) + NO_INDENT + CENTRED, "Normal", "Normal", priority=10),
    heading(1, HEADING_FONT),
    heading(2, TOPIC_FONT),
    heading(3, BODY_FONT),
    Style("Header", "header", NUMBER_FONT, SIZE_SMALL_5, SINGLE + CENTRED, priority=99),
    Style("Footer", "footer", NUMBER_FONT, SIZE_4, SINGLE + CENTRED, priority=99),
    Style("TableText", "Table Text", BODY_FONT, SIZE_SMALL_4, SINGLE + CENTRED, attributes='w:customStyle="1" ', priority=20),
    Style("TableTextSmall", "Table Text Small", BODY_FONT, SIZE_SMALL_5, SINGLE + CENTRED, attributes='w:customStyle="1" ', priority=20),
)


def styles_xml() -> str:
    """word/styles.xml."""
    sides = ("top", "left", "bottom", "right")
    edges = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for edge in (*sides, "insideH", "insideV"))
    padding = "".join(f'<w:{side} w:w="{PADDING}" w:type="dxa"/>' for side in sides)
    return (
        f'{DECLARATION}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{fonts(BODY_FONT)}{sizes(SIZE_3)}'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        + "".join(style.xml() for style in STYLES)
        + '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>'
        '<w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>'
        '<w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/>'
        f'<w:uiPriority w:val="39"/><w:tblPr><w:tblBorders>{edges}</w:tblBorders><w:tblCellMar>{padding}</w:tblCellMar></w:tblPr></w:style>'
        "</w:styles>"
    )


def document_xml() -> str:
    """word/document.xml: an empty page, A4 with the margins of GB/T 9704."""
    return (
        f'{DECLARATION}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body><w:sectPr><w:footerReference w:type="default" r:id="rId4"/>'
        f'<w:footerReference w:type="even" r:id="rId5"/>'
        f'<w:pgSz w:w="{mm(210)}" w:h="{mm(297)}"/><w:pgMar w:top="{mm(37)}" w:right="{mm(26)}" w:bottom="{mm(35)}" w:left="{mm(28)}" '
        f'w:header="{mm(15)}" w:footer="{mm(22)}" w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def footer_xml(side: str) -> str:
    """word/footer1.xml and footer2.xml: the page number, as in “— 1 —”, one character in from this side of the text."""
    return (
        f'{DECLARATION}<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="Footer"/>'
        f'<w:ind w:{side}Chars="100" w:{side}="{SIZE_4 * TWIPS_PER_POINT}"/><w:jc w:val="{side}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">— </w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
    )


def settings_xml() -> str:
    """word/settings.xml."""
    return (
        f'{DECLARATION}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="zh-CN" w:eastAsia="zh-CN"/></w:settings>'
    )


def font_table_xml() -> str:
    """word/fontTable.xml, which names the substitutes."""
    entries = (
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, other in SUBSTITUTES.items()
    )
    return f'{DECLARATION}<w:fonts xmlns:w="{W}">{"".join(entries)}</w:fonts>'


def theme_xml() -> str:
    """word/theme/theme1.xml: black and white, no effects; nothing refers to it, but Word expects one."""
    names = ("dk1", "lt1", "dk2", "lt2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
    colours = "".join(f'<a:{name}><a:srgbClr val="{"FFFFFF" if name in ("lt1", "lt2") else "000000"}"/></a:{name}>' for name in names)
    scripts = f'<a:latin typeface="{BODY_FONT}"/><a:ea typeface="{BODY_FONT}"/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    return (
        f'{DECLARATION}<a:theme xmlns:a="{DRAWING}" name="GB/T 9704"><a:themeElements><a:clrScheme name="GB/T 9704">{colours}</a:clrScheme>'
        f'<a:fontScheme name="GB/T 9704"><a:majorFont>{scripts}</a:majorFont><a:minorFont>{scripts}</a:minorFont></a:fontScheme>'
        f'<a:fmtScheme name="GB/T 9704"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{f'<a:ln>{fill}</a:ln>' * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


def relationships(*entries: tuple[str, str]) -> str:
    """A .rels part."""
    links = (f'<Relationship Id="rId{number}" Type="{type}" Target="{target}"/>' for number, (type, target) in enumerate(entries, start=1))
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{"".join(links)}</Relationships>'


def content_types() -> str:
    """[Content_Types].xml."""
    parts = {
        "/word/document.xml": f"{WORD_TYPE}.document.main+xml",
        "/word/styles.xml": f"{WORD_TYPE}.styles+xml",
        "/word/settings.xml": f"{WORD_TYPE}.settings+xml",
        "/word/fontTable.xml": f"{WORD_TYPE}.fontTable+xml",
        "/word/footer1.xml": f"{WORD_TYPE}.footer+xml",
        "/word/footer2.xml": f"{WORD_TYPE}.footer+xml",
        "/word/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    overrides = "".join(f'<Override PartName="{name}" ContentType="{type}"/>' for name, type in parts.items())
    return (
        f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>'
    )


def parts() -> dict[str, str]:
    """Every part of the file, in order."""
    return {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relationships(
            (f"{R}/officeDocument", "word/document.xml"), (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml")
        ),
        "docProps/core.xml": f'{DECLARATION}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"/>',
        "word/document.xml": document_xml(),
        "word/_rels/document.xml.rels": relationships(
            (f"{R}/styles", "styles.xml"),
            (f"{R}/settings", "settings.xml"),
            (f"{R}/fontTable", "fontTable.xml"),
            (f"{R}/footer", "footer1.xml"),
            (f"{R}/footer", "footer2.xml"),
            (f"{R}/theme", "theme/theme1.xml"),
        ),
        "word/styles.xml": styles_xml(),
        "word/settings.xml": settings_xml(),
        "word/fontTable.xml": font_table_xml(),
        "word/footer1.xml": footer_xml("right"),
        "word/footer2.xml": footer_xml("left"),
        "word/theme/theme1.xml": theme_xml(),
    }


def reference_docx() -> bytes:
    """The file."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts().items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same on every operating system
            archive.writestr(entry, text.encode())
    return buffer.getvalue()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.write_bytes(reference_docx())
    print(target)
