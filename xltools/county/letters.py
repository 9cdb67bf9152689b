"""write_letters: a 催报函 to each unit that has not reported, a 退改通知 to each whose report has errors or is of no use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from xltools.county.summary.state import MISSING, UNUSABLE, State, Summary, UnitLine, where_and_what
from xltools.errors import XltoolsError
from xltools.files.outputs import file_names, make_folder, write_whole
from xltools.form.loader import forms_folder
from xltools.readers.dispatch import RETURN, URGE

KINDS: dict[State, str] = {MISSING: URGE, UNUSABLE: RETURN, "有错误": RETURN}
"""Which letter a unit gets, by its state."""
SKELETONS = forms_folder() / "letters"
ENDING = ".md.j2"


@dataclass(frozen=True, slots=True)
class Letters:
    """What became of the letters: how many of each kind were written, what failed, and older ones that no unit needs any more."""

    urged: int
    returned: int
    failures: tuple[str, ...]
    stale: tuple[str, ...]


def find_skeletons(folder: Path | None) -> dict[str, Path]:
    """Return the skeleton of each kind of letter: the office's own in its folder, ours for what it has none of. Raise XltoolsError for a folder without any."""
    own = {kind: path for kind in (URGE, RETURN) if folder and (path := folder / f"{kind}{ENDING}").is_file()}
    if folder and not own:
        raise XltoolsError(f"{folder} 中没有 {URGE}{ENDING} 或 {RETURN}{ENDING}。请把函件样式放在这个文件夹。")
    return {kind: SKELETONS / f"{kind}{ENDING}" for kind in (URGE, RETURN)} | own


def write_letters(
    summary: Summary, folder: Path, skeletons: Mapping[str, Path], deadline: date | None, *, inputs: Iterable[Path], force: bool
) -> Letters:
    """Write a letter for each unit concerned, never over what is not ours. Raise FormError for a broken skeleton."""
    from xltools.documents.letter import write_letter

    due = [(KINDS[unit.state], unit) for unit in summary.units if unit.state in KINDS]
    names = file_names(("-".join(filter(None, (kind, unit.code, unit.name))) for kind, unit in due), ".docx")
    letters = [write_letter(summary.form, skeletons[kind], _values(summary, unit, deadline), summary.year) for kind, unit in due]
    make_folder(folder)
    failures, written = [], []
    for (kind, _), name, letter in zip(due, names, letters, strict=True):
        try:
            write_whole(folder / name, letter, inputs=inputs, force=force)
            written.append(kind)
        except XltoolsError as fault:  # it hides no other
            failures.append(str(fault))
    found = sorted(path.name for path in folder.glob("*.docx") if path.name.startswith((URGE, RETURN)))
    return Letters(written.count(URGE), written.count(RETURN), tuple(failures), tuple(name for name in found if name not in names))


def _values(summary: Summary, unit: UnitLine, deadline: date | None) -> dict[str, object]:
    """Return what a skeleton can use, by name."""
    errors = [finding for finding in unit.findings if finding.severity == "error" and not finding.explanation]
    return {
        "单位名称": unit.name,
        "汇总单位": summary.office,
        "年度": summary.year,
        "报告名称": summary.form.title,
        "截止日期": f"{deadline.year}年{deadline.month}月{deadline.day}日" if deadline else "",
        "文件": unit.file,
        "批注版": unit.copy,
        "原因": unit.note if unit.state == UNUSABLE else "",
        "错误": [" ".join(where_and_what(one)).strip() for one in errors if one.because is None],
        "由此引起": sum(finding.because is not None for finding in errors),
        "待核": [" ".join(where_and_what(one)).strip() for one in unit.findings if one.severity == "warning" and one.because is None],
    }
