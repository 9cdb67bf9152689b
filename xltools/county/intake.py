"""take_in: every file that is new or changed, read by workers and put into the store, batch by batch."""

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path, PurePath

from xltools.county.store.access import Store
from xltools.county.store.writing import FileState, Outcome, storable
from xltools.errors import UnreadableFileError, XltoolsError
from xltools.files.gate import why_unread
from xltools.form.book import plan_book
from xltools.form.loader import find_form
from xltools.numerals import grouped
from xltools.readers.dispatch import READER_DIED, READERS, read_report
from xltools.report.reading import dump_reading
from xltools.report.report_json import dump_report
from xltools.version import __version__
from xltools.workers.pool import Pool

EXTRAS = {"pdf": "pdfplumber"}  # the extras that readers need, and a module by which each is known to be installed
BATCH = 16  # the files that a worker is given at once, and that one transaction writes: a few hundredths of a second's work


def look_at(files: Iterable[Path], store: Store, form_name: str | None = None) -> tuple[tuple[FileState, ...], tuple[FileState, ...], int]:
    """Return the files that were found, those of them to be read, and how many of these only since they were read by other means before; one
    that only lies elsewhere now is moved in the store."""
    read_by = _means(form_name)
    states = tuple({state.path: state for state in (_state(file, read_by) for file in files)}.values())
    known = store.known()
    before = [(state, known.get(storable(state.path))) for state in states]
    new = [state for state, old in before if not (old and _has_content(state, old) and old.read_by == read_by)]
    moved = _moved(new, known, {storable(state.path) for state in states})
    store.move(moved)
    store.note_states({*states} - {*new})
    due = tuple(state for state in new if state not in moved.values())
    return states, due, sum(_has_content(state, known.get(storable(state.path))) for state in due)


def _means(form_name: str | None) -> str:
    """Return what a file is read by: the version of xltools, the extras that readers need, and the form that is asked for."""
    extras = [extra for extra, module in EXTRAS.items() if find_spec(module)]
    form = find_form(form_name)(None) if form_name else None
    return " ".join([__version__, *extras, *([f"{form.id}/{plan_book(form).fingerprint}"] if form else [])])


def _state(file: Path, read_by: str) -> FileState:
    """Return the state of a file, with the hash of its content if it is of a kind that is read; of a link to nowhere no more than its place."""
    with suppress(OSError):
        found = file.stat()
        content = ""
        if file.suffix.lower() in READERS and file.is_file():
            with suppress(OSError), file.open("rb") as opened:
                content = hashlib.file_digest(opened, "sha256").hexdigest()
        return FileState(str(file.resolve()), found.st_size, found.st_mtime_ns, content, read_by)
    return FileState(str(file.absolute()), 0, 0, "", read_by)


def _has_content(state: FileState, known: FileState | None) -> bool:
    """Tell whether a file holds what it did; one whose content cannot be read, whether it looks the same."""
    if known is None or known.sha256 != state.sha256:
        return False
    return bool(state.sha256) or (known.size, known.modified) == (state.size, state.modified)


def _moved(new: Iterable[FileState], known: Mapping[str, FileState], present: Container[str]) -> dict[str, FileState]:
    """Return those of the new files that a file which is gone has become, by its path: the same content, read by the same means."""
    absent = (state for path, state in known.items() if path not in present and state.sha256 and not Path(path).exists())
    gone = grouped(((state.sha256, state.read_by, PurePath(state.path).suffix.lower()), state.path) for state in absent)
    left = ((gone.get((state.sha256, state.read_by, PurePath(state.path).suffix.lower())), state) for state in new)
    return {paths.pop(): state for paths, state in left if paths}


def take_in(files: Sequence[FileState], pool: Pool, store: Store, year: int, form_name: str | None = None) -> Iterator[Sequence[Outcome]]:
    """Let workers read the files collected for a year; yield the outcomes, batch by batch and in order, each once it is in the store."""
    for outcomes in pool.run(partial(_read_one, form_name), files, lambda file: Outcome(file, error=READER_DIED), BATCH):
        store.put(outcomes, year)
        yield outcomes


# in other processes and on other machines: plain values
def _read_one(form_name: str | None, file: FileState) -> Outcome:
    try:
        report = read_report(Path(file.path), find_form(form_name))
    except OSError as fault:
        return Outcome(file, error=why_unread(fault))
    except XltoolsError as fault:
        return Outcome(file, error=fault.reason if isinstance(fault, UnreadableFileError) else str(fault))
    about = (report.form.id, report.form.family, report.unit.name, report.year)
    return Outcome(file, None, *about, dump_report(report, compact=True), dump_reading(report))
