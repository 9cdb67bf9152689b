"""tools/differential: how results of two programs are compared. What only looks different is passed over, what is different is one line."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tools.differential.accepted import Accepted, read_accepted
from tools.differential.comparing import compare_job
from tools.differential.jobs import Job
from tools.differential.running import PRINTED

FINDING = {
    "id": 1, "because": None, "code": "T201", "sheet": "三、依申请公开", "cell": "D29", "section": "requests",
    "figures": ["requests.carried_out.total"], "message": "差 1", "difference": "1",
}  # fmt: skip


def compared(tmp_path: Path, old: dict[str, bytes], new: dict[str, bytes], printed: Sequence[str] = ("", "")) -> list[str]:
    """The lines about a job whose outputs are these files."""
    for name, files, out in (("old", old, printed[0]), ("new", new, printed[1])):
        folder = tmp_path / name / "documents" / "a"
        folder.mkdir(parents=True)
        (folder / PRINTED).write_text(json.dumps({"key": "", "printed": [[0, out, ""]]}), encoding="utf-8")
        for file, data in files.items():
            (folder / file).write_bytes(data)
    return [str(found) for found in compare_job(Job("documents/a", (("check",),)), tmp_path / "old", tmp_path / "new")]


def changed(package: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """An office file with one part changed, and packed in another order."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in sorted(source.namelist()):
            data = source.read(name)
            copy.writestr(name, change(data.decode()).encode() if name == part else data)
    return target.getvalue()


def test_a_workbook_in_other_words_is_the_same(blank_workbook: bytes, tmp_path: Path) -> None:
    def reorder(strings: str) -> str:
        return re.sub(r"(<sst[^>]*>)", r"\1<si><t>one that is not used</t></si>", strings)

    def renumber(sheet: str) -> str:
        return re.sub(r'(t="s"[^>]*><v>)(\d+)', lambda found: f"{found[1]}{int(found[2]) + 1}", sheet)

    renumbered = changed(blank_workbook, "xl/sharedStrings.xml", reorder)
    with zipfile.ZipFile(io.BytesIO(blank_workbook)) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    for sheet in sheets:
        renumbered = changed(renumbered, sheet, renumber)
    assert compared(tmp_path, {"a.xlsx": blank_workbook}, {"a.xlsx": renumbered}) == []


def test_a_formula_that_changed_is_one_line(blank_workbook: bytes, tmp_path: Path) -> None:
    other = changed(blank_workbook, "xl/worksheets/sheet3.xml", lambda sheet: sheet.replace("<f>SUM(", "<f>MAX(", 1))
    (line,) = compared(tmp_path, {"a.xlsx": blank_workbook}, {"a.xlsx": other})
    assert re.fullmatch(r"a · a\.xlsx · .+![A-Z]+\d+ formula: SUM\(.+ → MAX\(.+", line)


def test_a_word_in_a_document_is_one_line(tmp_path: Path) -> None:
    source = Path(__file__).parent.parent / "samples" / "balanced-2024" / "balanced-2024.docx"
    prefixed = changed(source.read_bytes(), "word/document.xml", lambda xml: re.sub(r"(?<=[</ ])w(?=:)|(?<=xmlns:)w", "q", xml))
    other = changed(source.read_bytes(), "word/document.xml", lambda xml: xml.replace("总计", "合计", 1))
    lines = compared(tmp_path, {"a.docx": source.read_bytes(), "b.docx": source.read_bytes()}, {"a.docx": prefixed, "b.docx": other})
    assert len(lines) == 1
    assert lines[0].startswith("a · b.docx · word/document.xml")
    assert lines[0].endswith("总计 → space=preserve 合计")


def test_findings_are_told_by_their_place(tmp_path: Path) -> None:
    def page(*findings: object) -> str:
        return json.dumps({"reports": [{"file": "b.xlsx", "error": None, "findings": findings}]})

    first, second = {**FINDING, "cell": "E29", "id": 2, "because": 1}, {**FINDING, "message": "差 2"}
    lines = compared(tmp_path, {}, {}, (page(FINDING, first), page({**second, "id": 7})))
    assert lines == [
        'b.xlsx · findings · T201 三、依申请公开!D29 requests.carried_out.total.message: "差 1" → "差 2"',
        "b.xlsx · findings · T201 三、依申请公开!E29 requests.carried_out.total: 差 1 → (nothing)",
    ]


def test_numbers_of_findings_do_not_count_their_order_does(tmp_path: Path) -> None:
    def page(*findings: object) -> str:
        return json.dumps({"reports": [{"file": "b.xlsx", "findings": findings}]})

    cause, effect = FINDING, {**FINDING, "cell": "J29", "id": 2, "because": 1}
    same = page({**cause, "id": 5}, {**effect, "id": 6, "because": 5})
    assert compared(tmp_path / "1", {}, {}, (page(cause, effect), same)) == []
    (line,) = compared(tmp_path / "2", {}, {}, (page(cause, effect), page(effect, cause)))
    assert " · findings · order: " in line


def test_what_is_written_by_one_alone_is_told(tmp_path: Path) -> None:
    assert compared(tmp_path, {"a.html": b"x"}, {}) == ["a · a.html · file: written → (nothing)"]


def test_what_is_accepted_has_a_reason() -> None:
    assert all(entry.reason for entry in read_accepted())
    with pytest.raises(TypeError):
        Accepted()  # type: ignore[call-arg]
