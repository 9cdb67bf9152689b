"""Writes a letter to a unit as .docx, from a skeleton of the office's (Jinja2), on the page of the form's reference.docx."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from xltools.documents.docx_package import HEADINGS, element, open_reference, paragraph, put_properties
from xltools.documents.skeleton import FAULTS, clean
from xltools.errors import FormError
from xltools.files.gate import SKELETON_LIMIT
from xltools.form.definition import Form
from xltools.form.toml_reader import read_text

TITLE_LINE, FLUSH_LINE, RIGHT_LINE = "# ", "< ", "> "
"""How a line of a skeleton begins that is the title, stands at the left edge, or at the right; every other line is a paragraph."""


def write_letter(form: Form, skeleton: Path, values: Mapping[str, object], year: int) -> bytes:
    """Return the letter that a skeleton gives with these values. Raise FormError where the skeleton cannot be read or is broken."""
    try:
        source = read_text(skeleton, SKELETON_LIMIT, "函件样式")
        text = ImmutableSandboxedEnvironment(undefined=StrictUndefined).from_string(source).render(values)
    except FAULTS as fault:
        line = getattr(fault, "lineno", None)
        raise FormError(skeleton, f"{f'第 {line} 行' if line else ''}无法成文（{fault}）") from fault
    reference = open_reference(form, HEADINGS)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    titles = [line.removeprefix(TITLE_LINE) for line in lines if line.startswith(TITLE_LINE)]
    date = f"{year + 1}-01-01T00:00:00Z"
    about = {"dc:title": " ".join(titles), "dc:language": "zh-CN", "cp:revision": "1", "dcterms:created": date, "dcterms:modified": date}
    put_properties(reference.package, about)
    return reference.filled(_paragraphs(lines, reference.styles[HEADINGS[0]].id), reference.section)


def _paragraphs(lines: list[str], title: str) -> Iterator[Element]:
    for before, line in pairwise(["", *lines]):
        text = clean(line[len(TITLE_LINE) :])
        if line.startswith(TITLE_LINE):
            yield paragraph(text, title)
        elif line.startswith((FLUSH_LINE, RIGHT_LINE)):
            made = element("p", element("pPr", element("ind", firstLineChars=0, firstLine=0)), *paragraph(text))
            if line.startswith(RIGHT_LINE):
                made[0].append(element("jc", val="right"))
                if not before.startswith(RIGHT_LINE):
                    made[0].insert(0, element("spacing", before=1160))  # two lines of the text, in twips
            yield made
        else:
            yield paragraph(clean(line))
