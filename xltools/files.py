"""Writing outputs: whole or not at all, and never over what staff have worked on."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from xltools.errors import UnreadableFileError, UnwritableFileError
from xltools.gate import DOCUMENT, GateError, Package, read_file

CREATED = re.compile(r"<dcterms:created[^>]*>([^<]*)<")
MODIFIED = re.compile(r"<dcterms:modified[^>]*>([^<]*)<")
CORE = "docProps/core.xml"


def write_whole(path: Path, data: bytes, *, inputs: Iterable[Path] = (), force: bool = False) -> None:
    """Writes a file by way of a temporary one beside it, so that it appears whole or not at all.

    Raises UnwritableFileError where the target is one of the inputs, has been edited since it was written and `force` is not
    given, or cannot be written.
    """
    if any(_same_file(path, source) for source in inputs):
        raise UnwritableFileError(path, "它是输入文件，不能覆盖。请用 -o 另起文件名。")
    if not force and data.startswith(b"PK") and is_edited(path):
        raise UnwritableFileError(path, "文件已存在，而且有人改过。请另起文件名；确要覆盖，加 --force。")
    with whole_file(path) as file:
        file.write(data)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to that becomes `path` at the end of the block; where anything fails before, `path` stays as it was.

    Raises UnwritableFileError where it cannot be written.
    """
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".xltools-", delete=False) as file:
            temporary = Path(file.name)
            yield file
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException as fault:
        if temporary:
            temporary.unlink(missing_ok=True)
        if isinstance(fault, OSError):
            raise UnwritableFileError(path, f"{fault.strerror}。请检查文件夹是否存在、文件是否正在 Excel 或 Word 中打开。") from fault
        raise


def is_edited(path: Path) -> bool:
    """Whether a file is there that was saved after it was created, or is no office file at all; ours carry one date."""
    if not path.exists():
        return False
    try:
        core = Package(read_file(path, DOCUMENT.file, DOCUMENT.what), DOCUMENT).read(CORE).decode("utf-8")
    except (UnreadableFileError, GateError, UnicodeDecodeError):
        return True
    created, modified = CREATED.search(core), MODIFIED.search(core)
    return not (created and modified and created[1] == modified[1])


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
