"""Files broken at random are refused in one line or read right; what the fuzzer has found stays here as a case of its own."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.engines import LIBREOFFICE
from tests.fuzz import guided
from tests.fuzz.case import Case, Original
from tests.fuzz.mutators import TABLE_SHEETS, make_case
from tests.fuzz.originals import originals
from tests.fuzz.packages import pack, unpack
from tests.fuzz.pdf_files import build, objects_of, one_page, stream
from tests.fuzz.probe import probe
from tests.fuzz.runner import run
from tests.needed import need_program
from xltools.form.book import plan_book
from xltools.form.loader import load_form
from xltools.readers.published import pdf

CASES = {"xlsx": 130, "docx": 90, "html": 70, "txt": 70, "json": 990, "form": 140, "pdf": 10}
SEED = 2026


@pytest.mark.trial
@pytest.mark.parametrize("kind", CASES)
def test_broken_files_are_refused_or_read_right(kind: str) -> None:
    if kind == "pdf":
        need_program(*LIBREOFFICE)
    tally = run(kind, SEED, range(CASES[kind]))
    assert not tally.faults, "\n".join(tally.faults)
    assert tally.counts.total() == CASES[kind]
    assert tally.counts["refused"] and tally.counts["read"] + tally.counts["findings"], tally


@pytest.mark.trial
def test_a_case_is_the_same_whenever_it_is_made() -> None:
    for kind in ("xlsx", "docx", "html", "txt", "json", "form"):
        once = [make_case(kind, SEED, number) for number in range(20)]
        again = [make_case(kind, SEED, number) for number in range(20)]
        assert [(case.mutation, case.data) for case in once] == [(case.mutation, case.data) for case in again]
        assert any(case.data != case.original.data for case in once)


def test_the_originals_are_full_of_figures() -> None:
    for kind in ("xlsx", "docx", "html", "txt", "json"):
        assert all(len(original.figures) > 150 for original in originals(kind))


def test_the_guided_fuzzer_changes_one_part_or_object_and_leaves_the_rest_sound() -> None:
    def mutate(data: bytes, most: int) -> bytes:
        assert len(data) <= most
        return data + b"!"

    for kind in ("xlsx", "docx"):
        sound = guided.seeds(kind)[0]
        broken = guided.mutator(kind, mutate)(sound, 2**20, 1)
        changed = [name for (name, before), (_, after) in zip(unpack(sound), unpack(broken), strict=True) if before != after]
        assert len(changed) == 1
        assert changed[0].startswith(guided.PACKAGES[kind])
    sound = guided.seeds("pdf")[1]
    broken = guided.mutator("pdf", mutate)(sound, 2**20, 1)
    assert sum(before != after for before, after in zip(objects_of(sound), objects_of(broken), strict=True)) == 1
    assert all(guided.seeds(kind) for kind in guided.KINDS)


# ------------------------------------------------------------------------------------------- found, each kept by name

FIGURE = "disclosure.penalties.decisions"
"""A figure that adds up with no other one, so that no rule would notice another value."""


def _rewritten(write: str) -> Case:
    """The workbook of distinct figures, the cell of one written in another way: `{cell}` as it was, `{start}` `{number}` `{end}` its parts."""
    original = next(original for original in originals("xlsx") if original.name == "distinct")
    place = plan_book(load_form()).figures[FIGURE]
    number = str(original.figures[FIGURE])
    entries = []
    for name, content in unpack(original.data):
        if name == TABLE_SHEETS[0]:
            found = re.search(rf'(<c r="{place.address}"[^>]*><v>){number}(</v></c>)', content.decode())
            assert found
            written = write.format(cell=found[0], start=found[1], first=number[0], rest=number[1:], number=number, end=found[2])
            content = content.decode().replace(found[0], written).encode()
        entries.append((name, content))
    return Case(original, write, pack(entries), original.figures)


WRITINGS = {
    "as-it-was": "{cell}",
    "with-blanks": "{start} {number}\n{end}",
    "with-an-exponent": "{start}{number}E0{end}",
    "in-a-comment": "<!--{start}7{end}-->{cell}",
}
MISREAD = {
    "doubled-cell": "{cell}{start}77{end}",
    "doubled-value": "{start}{number}</v><v>77{end}",
    "comment-in-value": "{start}{first}<!-- -->{rest}{end}",
    "instruction-in-value": "{start}{first}<?x y?>{rest}{end}",
    "element-in-value": "{start}{number}<x>7</x>{end}",
    "another-row": "{cell}</row><row r='900'>{start}77{end}",
}
LOST = {"character-data": "{start}<![CDATA[{number}]]>{end}", "character-reference": "{start}&#49;{rest}{end}"}


@pytest.mark.parametrize("write", [pytest.param(write, id=name) for name, write in WRITINGS.items()])
def test_a_number_is_the_same_however_its_cell_is_written(write: str, tmp_path: Path) -> None:
    assert probe(_rewritten(write), tmp_path, Random(1)).status in ("read", "findings")


@pytest.mark.parametrize("write", [pytest.param(write, id=name) for name, write in (MISREAD | LOST).items()])
def test_a_number_that_calamine_misreads_does_not_pass_in_silence(write: str, tmp_path: Path) -> None:
    assert probe(_rewritten(write), tmp_path, Random(1)).status in ("refused", "findings")


def test_a_row_that_ran_into_the_next_one_does_not_pass_in_silence(tmp_path: Path) -> None:
    original = originals("txt")[0]
    first, second = (re.search(rf"\n(\| 行政{name} \|.*\|)(?=\n)", original.data.decode()) for name in ("处罚", "强制"))
    assert first and second
    joined = original.data.decode().replace(first[1], first[1] + second[1])
    assert probe(Case(original, "joined", joined.encode(), original.figures), tmp_path, Random(1)).status in ("findings", "refused")


def _stretched_text(piece: str) -> Case:
    """A report as text with a paragraph that holds a piece very many times."""
    original = originals("txt")[0]
    text = original.data.decode().replace("本年度认真做好工作。", f"本年度{piece * 40_000}做好工作。", 1)
    return Case(original, piece, text.encode())


FULL_LINE = "本年度认真做好政府信息公开工作，主动公开各类信息若干条，办理申请若干件"
"""As long as all others, so that it seems to go on."""


def _many_lines(line: str, *, in_front: bool) -> Case:
    """A report as text with very many lines in front of it or in a section."""
    original = originals("txt")[0]
    lines, sound = f"{line}\n" * 20_000, original.data.decode()
    text = f"{lines}\n{sound}" if in_front else sound.replace("本年度认真做好工作。\n", lines, 1)
    return Case(original, line, text.encode())


def _nested_parts() -> Case:
    """A page whose table has its head a thousand times within itself."""
    original = originals("html")[0]
    return Case(original, "thead", original.data.replace(b"<tr", b"<thead>" * 1000 + b"<tr", 1))


def _many_regions() -> Case:
    """A page whose preface has words that end in 市 and 县 without an end."""
    original = next(original for original in originals("html") if original.name == "distinct.html")
    return Case(original, "regions", original.data.replace("本报告".encode(), ("由" + "市县" * 2000 + "本报告").encode(), 1))


@pytest.mark.trial
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(lambda: _stretched_text("\u3000"), id="blanks-without-end"),
        pytest.param(lambda: _stretched_text("-"), id="dashes-without-end"),
        pytest.param(lambda: _stretched_text("。"), id="full-stops-without-end"),
        pytest.param(lambda: _many_lines(FULL_LINE, in_front=True), id="lines-that-go-on-without-end"),
        pytest.param(lambda: _many_lines("一、总体情况", in_front=False), id="titles-without-end"),
        pytest.param(_nested_parts, id="heads-within-heads"),
        pytest.param(_many_regions, id="regions-without-end"),
    ],
)
def test_what_hung_or_crashed_is_read(case: Callable[[], Case], tmp_path: Path) -> None:
    signal.signal(signal.SIGPROF, lambda *_: pytest.fail("it takes too long"))
    signal.setitimer(signal.ITIMER_PROF, 10)  # of processor, however busy the machine is
    try:
        assert probe(case(), tmp_path, Random(1)).status in ("read", "findings")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def test_a_form_with_an_integer_of_thousands_of_digits_is_refused(tmp_path: Path) -> None:
    original = next(original for original in originals("form") if original.suffix == ".toml")
    data = original.data.replace(b"version = ", b"version = " + b"9" * 5000, 1)
    assert probe(Case(original, "digits", data), tmp_path, Random(1)).status == "refused"


def _pointing_at_itself() -> Case:
    """A PDF with an object that is a reference to itself."""
    return Case(Original("reference", ".pdf", b""), "reference", one_page(stream(b"S"), b"6 0 R", resources=b"/XObject 6 0 R"))


def _unclosed_pages() -> Case:
    """A PDF whose pages are never closed, so that the last thing in them, a reference to them, stands for them."""
    catalog, _, page, *rest = objects_of(one_page(stream(b"S")))
    return Case(
        Original("unclosed", ".pdf", b""), "unclosed", build([catalog, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/", page, *rest])
    )


@pytest.mark.trial
@pytest.mark.parametrize(
    "case", [pytest.param(_pointing_at_itself, id="reference-to-itself"), pytest.param(_unclosed_pages, id="unclosed-pages")]
)
def test_what_never_ended_is_refused(case: Callable[[], Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PDF_SECONDS_LIMIT", 2)
    assert probe(case(), tmp_path, Random(1)).status == "refused"
