"""`python -m tests.fuzz.guided KIND`: atheris looks for inputs that reach new code of a reader, and stops at the first that it does not survive.

Where the other fuzzer breaks files and knows what is in them, this one knows nothing but what the code does: a file is read and checked,
or refused in one line; never another exception, never for more than SECONDS, never with more than MEGABYTES. What it stops at is kept as
`crash-…` in the folder of findings. Needs `pip install -e ".[fuzz]"`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

SECONDS, MEGABYTES, LONGEST = 20, 2000, 2**18
"""For one input, in time, memory and bytes."""
KINDS = ("xlsx", "docx", "html", "txt", "md", "json", "form", "pdf")
INSTRUMENTED = {"pdf": ["xltools", "pdfminer", "pdfplumber"]}
"""Packages whose branches are watched, for kinds that need more than xltools' own."""
PACKAGES = {"xlsx": ("xl/worksheets/sheet", "xl/workbook", "xl/sharedStrings", "xl/styles", "xl/_rels"), "docx": ("word/",)}
"""Kinds that are zip files, and how the names of the parts begin that are worth breaking."""

Mutate = Callable[[bytes, int], bytes]
"""Changes some bytes at random into no more than so many."""
Mutator = Callable[[bytes, int, int], bytes]
"""The same of a whole input, by a seed."""


def main() -> None:
    """Fuzzes a kind of file until it is found wanting, or the runs or seconds are over."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--runs", type=int, default=-1, help="how many inputs")
    parser.add_argument("--seconds", type=int, default=0, help="how long")
    parser.add_argument("--corpus", type=Path, help="a folder that keeps what reached new code, for the next time")
    parser.add_argument("--findings", type=Path, default=Path(), help="the folder for inputs that were not survived")
    options = parser.parse_args()

    import atheris

    with tempfile.TemporaryDirectory() as folder:
        corpus = options.corpus or Path(folder, "corpus")
        corpus.mkdir(parents=True, exist_ok=True)
        with atheris.instrument_imports(include=INSTRUMENTED.get(options.kind, ["xltools"])):
            read = _reader(options.kind, Path(folder))
            _sow(options.kind, corpus)
            read(seeds(options.kind)[0])  # imports what is imported when first needed
        limits = {
            "timeout": SECONDS,
            "rss_limit_mb": MEGABYTES,
            "max_len": LONGEST,
            "runs": options.runs,
            "max_total_time": options.seconds,
        }
        arguments = [sys.argv[0], *(f"-{name}={value}" for name, value in limits.items()), f"-artifact_prefix={options.findings}/"]
        change = mutator(options.kind, lambda data, most: bytes(atheris.Mutate(data, most)))  # Setup puts another one there
        atheris.Setup([*arguments, str(corpus)], read, custom_mutator=change)
        atheris.Fuzz()


def _reader(kind: str, folder: Path) -> Callable[[bytes], None]:
    """What is done with each input."""
    from xltools.errors import XltoolsError
    from xltools.files.gate import PDF_PAGE_LIMIT
    from xltools.form.loader import find_form, load_form
    from xltools.readers.dispatch import read_report
    from xltools.readers.published.pdf_process import RefusedError, parse
    from xltools.rules.review import review

    path = folder / ("form.toml" if kind == "form" else f"input.{kind}")

    def read(data: bytes) -> None:
        path.write_bytes(data)
        try:
            if kind == "form":
                load_form(str(folder))
            elif kind == "pdf":  # a process for each input would only take time
                parse(data, PDF_PAGE_LIMIT)
            else:
                review(read_report(path, find_form(None)))
        except RefusedError:
            pass
        except XltoolsError as fault:
            assert str(fault).strip() and "\n" not in str(fault), "not one line"

    return read


def _sow(kind: str, corpus: Path) -> None:
    """Puts the sound files of a kind where the fuzzer begins, those that are small enough."""
    for number, data in enumerate(seeds(kind)):
        if len(data) <= LONGEST:
            (corpus / f"sound-{number}").write_bytes(data)


def seeds(kind: str) -> list[bytes]:
    """The sound files of a kind; of PDF small ones, since nothing is reached in a large one's compressed streams."""
    from tests.fuzz.originals import originals
    from tests.fuzz.pdf_files import one_page, packed, stream

    if kind == "pdf":
        text = b"BT /F 9 Tf 1 0 0 1 50 700 Tm (2024) Tj 0 -12 Td [(a) -200 (b)] TJ ET 0 0 m 100 0 l S 10 10 50 50 re S /X Do"
        cmap = stream(b"begincmap 1 beginbfrange <0000> <00ff> <4e00> endbfrange 1 beginbfchar <61> <62> endbfchar endcmap")
        font = b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[7 0 R]>>"
        below = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)>>/W[0 9 500 10[1 2 3]]>>"
        drawing = stream(b"0 0 m 9 9 l S", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
        reference = b"/XObject<</X 8 0 R>>"
        return [
            one_page(stream(text)),
            one_page(stream(text), cmap, below, drawing, font=font, resources=reference),
            one_page(packed(text), cmap, below, drawing, font=font, resources=reference),
        ]
    made = {"txt": ".txt", "md": ".md"}
    known = originals("txt" if kind in made else kind)
    return [original.data for original in known if original.suffix == made.get(kind, original.suffix)]


def mutator(kind: str, mutate: Mutate) -> Mutator:
    """How inputs are changed: those that have a shell within it, so that a reader gets further."""
    if kind in PACKAGES:
        return lambda data, most, seed: _with_broken_part(data, most, Random(seed), mutate, PACKAGES[kind])
    if kind == "pdf":
        return lambda data, most, seed: _with_broken_object(data, most, Random(seed), mutate)
    return lambda data, most, seed: mutate(data, most)


def _with_broken_part(data: bytes, most: int, dice: Random, mutate: Mutate, starts: tuple[str, ...]) -> bytes:
    """A package with one part changed, and packed again."""
    from tests.fuzz.packages import pack, unpack

    try:
        entries = unpack(data)
    except Exception:  # no package yet
        return mutate(data, most)
    places = [at for at, (name, _) in enumerate(entries) if name.startswith(starts) and name.endswith((".xml", ".rels"))]
    if not places or dice.random() < 0.05:
        return mutate(data, most)
    at = dice.choice(places)
    name, content = entries[at]
    entries[at] = name, mutate(content, len(content) + 1000)
    return pack(entries)


def _with_broken_object(data: bytes, most: int, dice: Random, mutate: Mutate) -> bytes:
    """A PDF with one object changed, and its table of objects as it should be."""
    from tests.fuzz.pdf_files import build, objects_of

    objects = objects_of(data)
    if not objects or dice.random() < 0.1:
        return mutate(data, most)
    at = dice.randrange(len(objects))
    objects[at] = mutate(objects[at], len(objects[at]) + 1000)
    return build(objects)


if __name__ == "__main__":
    main()
