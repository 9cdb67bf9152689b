"""check_files and annotate_files: the findings of many files, or annotated copies of them; one bad file never hides the others."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from itertools import chain, count
from pathlib import Path
from typing import NamedTuple

from xltools.errors import UnreadableFileError, XltoolsError
from xltools.files.gate import why_unread
from xltools.files.outputs import make_folder, write_whole
from xltools.form.book import plan_book
from xltools.form.loader import find_form
from xltools.numerals import grouped
from xltools.output import Checked, checked
from xltools.readers.dispatch import READER_DIED, find_files, read_report
from xltools.report.filled import Report
from xltools.rules.review import review
from xltools.rules.rule import Finding
from xltools.workers import Advance, in_batches


def check_files(
    files: Sequence[Path], form_name: str | None, previous: Path | None, jobs: int, advance: Advance, *, keep: bool
) -> list[Checked]:
    """Return the outcome of every file, in order, telling `advance`; `keep` says whether the reports are wanted, too. Raise XltoolsError."""
    find_form(form_name)  # a broken form is one error, not one a file
    read_last(form_name, previous)
    work = partial(_check, form_name, previous, keep)
    return list(in_batches(work, files, jobs, lambda file: Checked(str(file), error=READER_DIED), advance))


def find_copies(results: Sequence[Checked]) -> list[Checked]:
    """Return the results that are of annotated copies as they were written, where the file of the same unit, year and name was checked, too."""
    from xltools.workbook.restoration import is_copy

    alike = grouped(((one.form, one.unit, one.year), one) for one in results if one.unit)
    filled = ((own, [one for one in own if one.is_filled and is_copy(Path(one.file))]) for own in alike.values() if len(own) > 1)
    # a copy bears its original's name, maybe with a number behind it
    named = (([Path(other.file).stem for other in own if other not in copies], copies) for own, copies in filled)
    return [one for names, copies in named for one in copies if Path(one.file).stem.startswith(tuple(names))]


@lru_cache(maxsize=1)
def read_last(form_name: str | None, previous: Path | None) -> Report | None:
    """Return last year's report, read once a process. Raise UnreadableFileError."""
    return read_report(previous, find_form(form_name)) if previous else None


def _check(form_name: str | None, previous: Path | None, keep: bool, file: Path) -> Checked:
    last = read_last(form_name, previous)
    try:
        return checked(str(file), review(read_report(file, find_form(form_name)), last), keep=keep)
    except XltoolsError as fault:
        return Checked(str(file), error=fault.reason if isinstance(fault, UnreadableFileError) else str(fault))


class Copy(NamedTuple):
    """What became of one file's copy: `rebuilt` where it was made anew from the report, `failure` where it was not written."""

    source: str
    rebuilt: bool = False
    failure: str | None = None


def find_originals(path: Path, folder: Path) -> list[Path]:
    """Return the files at a path to check, without the copies of an earlier run where their folder lies below that path."""
    target = folder.resolve()
    below = path.resolve() in target.parents
    return [file for file in find_files(path) if not (below and target in file.resolve().parents)]


def plan_copies(files: Iterable[Path], folder: Path, beside: Iterable[Path] = ()) -> dict[Path, Path]:
    """Return the copy of each file: its own name with .xlsx, numbered where several share one. Raise XltoolsError where it is an input."""
    files = sorted(dict.fromkeys(files), key=lambda file: file.suffix.lower() != ".xlsx")
    inputs = {file.resolve() for file in (*files, *beside)}
    copies: dict[Path, Path] = {}
    taken: set[str] = set()
    for file in files:
        names = chain([file.stem], (f"{file.stem} ({number})" for number in count(2)))
        name = next(name for name in names if name.casefold() not in taken)  # Windows does not tell capitals apart
        taken.add(name.casefold())
        copies[file] = folder / f"{name}.xlsx"
        if copies[file].resolve() in inputs:
            raise XltoolsError(f"{folder} 里有要读取的文件 {copies[file].name}，批注版不能写在那里。请用 --annotate 另给一个文件夹。")
    return copies


def annotate_files(
    results: Sequence[Checked], copies: Mapping[Path, Path], form_name: str | None, jobs: int, force: bool, advance: Advance
) -> list[Copy]:
    """Write the copy of every file that could be read, telling `advance`; return what became of each. Raise UnwritableFileError."""
    tasks = [(result, copies[Path(result.file)]) for result in results if not result.error]
    for folder in {target.parent for _, target in tasks}:
        make_folder(folder)
    return list(in_batches(partial(annotate_one, form_name, force), tasks, jobs, crashed, advance))


def crashed(task: tuple[Checked, Path]) -> Copy:
    """Return what became of a copy whose process died of it."""
    return Copy(task[0].file, failure=f"{task[0].file}：批注未写成（程序出错）。请另存后重试；仍不行的，请把原文件交技术人员。")


def annotate_one(form_name: str | None, force: bool, task: tuple[Checked, Path]) -> Copy:
    """Write one copy, into a folder that is there; whatever stands in its way is told and hides no other."""
    checked, target = task
    source = Path(checked.file)
    try:
        copy, rebuilt = annotated(source.read_bytes(), checked, lambda: read_report(source, find_form(form_name)))
        write_whole(target, copy, inputs=[source], force=force)
    except (OSError, XltoolsError) as fault:
        return Copy(checked.file, failure=f"{checked.file}：{why_unread(fault) if isinstance(fault, OSError) else fault}")
    return Copy(checked.file, rebuilt)


def annotated(data: bytes, checked: Checked, read: Callable[[], Report]) -> tuple[bytes, bool]:
    """Return the annotated copy of a file's bytes, and whether it was made anew from what `read` gives, as for no workbook of ours."""
    from xltools.workbook.annotated_copy import write_annotated
    from xltools.workbook.restoration import is_workbook

    if checked.is_filled and is_workbook(data):
        with suppress(XltoolsError):
            return write_annotated(data, checked.findings, checked.sections), False
    from xltools.workbook.locked_workbook import write_workbook

    report = read()
    return write_annotated(write_workbook(report), _as_planned(checked.findings, report), checked.sections), True


def _as_planned(findings: Sequence[Finding], report: Report) -> Sequence[Finding]:
    """Return findings that stand where a file had its cells, with the places of a new workbook; those of other cells with none."""
    if report.origin.book is None:
        return findings
    new, old = plan_book(report.form), report.origin.book
    places = {old.figures[id]: place for id, place in new.figures.items()} | {old.details[key]: place for key, place in new.details.items()}
    places |= {old.texts[key].title: area.title for key, area in new.texts.items()}
    return [one._replace(fault=one.fault._replace(place=places.get(one.fault.place))) if one.fault.place else one for one in findings]
