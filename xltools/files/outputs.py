"""Writes outputs, whole or not at all, sealed, and never over an input or what staff have worked on; and makes file names of titles."""

import errno
import os
import re
import shutil
import stat
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, count
from pathlib import Path
from typing import IO

from xltools.errors import UnreadableFileError, UnwritableFileError
from xltools.files.gate import read_file
from xltools.files.seals import OUTPUT, is_sealed, seal

Target = str | os.PathLike[str]  # a file to write; one that somebody has edited, or xltools did not write, only with `force`
Recognise = Callable[[Path], bool]  # whether a file is ours and unchanged; may raise OSError or UnreadableFileError

TEMPORARY = ".xltools-"  # begins the name of what is being written; hidden, so that no command takes what a crash left for a report

IS_FOLDER = "这是文件夹。请给出文件名。"
NO_FOLDER = "文件夹不存在。请先建好文件夹，或检查名称。"
FULL = "磁盘已满，或者超出了允许的大小。请腾出空间再试。"
FORBIDDEN = "没有在这个位置写入的权限。请换一个文件夹，或找管理员授权。"
LOCKED = "文件正在 Excel、Word 或 WPS 中打开，或者不许改动。请关闭后再试，或另起文件名。"

FULL_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # a full disk, a used-up quota, a limit on the size of files
NO_FSYNC = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EPERM, errno.EACCES)  # what a drive says that knows no fsync
TRIES, PAUSE = 11, 0.1  # how often a file is replaced that is held, and the seconds between
REASONS = {
    **dict.fromkeys(FULL_DISK, FULL),
    **dict.fromkeys((errno.EACCES, errno.EPERM), FORBIDDEN),
    **dict.fromkeys((errno.ENOTDIR, errno.EEXIST), "所给位置中有文件名被当作文件夹。请检查文件夹名。"),
    errno.EROFS: "磁盘是只读的。请换一个能写入的位置。",
    errno.ENOENT: NO_FOLDER,
    errno.EISDIR: IS_FOLDER,
    errno.ENAMETOOLONG: "文件名或所在文件夹的名称太长。请改短。",
    errno.EINVAL: "文件名中有系统不接受的字符。请另起文件名。",
}


def write_whole(path: Path, data: bytes, *, inputs: Iterable[Path] = (), force: bool = False, is_ours: Recognise | None = None) -> None:
    """Write a file whole or not at all: a document with its seal, or, where `is_ours` knows it, as it is. Raise UnwritableFileError."""
    expect_free(path, inputs=inputs, force=force, is_ours=is_ours)
    with whole_file(path) as file:
        file.write(data if is_ours else seal(data))


def expect_free(path: Path, *, inputs: Iterable[Path] = (), force: bool = False, is_ours: Recognise | None = None) -> None:
    """Raise UnwritableFileError where `path` is an input, no plain file, or has no folder; or, without `force`, is edited or not ours."""
    mode = _mode(path)
    if mode is not None and any(_mode(source) is not None and path.samefile(source) for source in inputs):
        raise UnwritableFileError(path, "这是输入文件，不能覆盖。请用 -o 另起文件名。")
    if mode is None and _mode(path.parent) is None:
        raise UnwritableFileError(path, NO_FOLDER)
    if not os.access(path.parent, os.W_OK):
        raise UnwritableFileError(path, FORBIDDEN)
    if mode is not None and not stat.S_ISREG(mode):  # a device or a pipe would be replaced by a file
        raise UnwritableFileError(path, IS_FOLDER if stat.S_ISDIR(mode) else "这不是普通文件。请另起文件名。")
    if not force and is_edited(path, is_ours):
        raise UnwritableFileError(path, "文件已存在，而且有人改过，或者不是 xltools 写的。请另起文件名；确要覆盖，加 --force。")


def is_edited(path: Path, is_ours: Recognise | None = None) -> bool:
    """Return whether a file is there, with anything in it, that we did not write or that was changed since."""
    try:
        return path.stat().st_size > 0 and not (is_ours(path) if is_ours else is_sealed(read_own(path)))
    except (OSError, UnreadableFileError):
        return _mode(path) is not None


def read_own(path: Path) -> bytes:
    """Return the bytes of a file that may be ours. Raise UnreadableFileError where it is too large for that or cannot be read."""
    return read_file(path, OUTPUT.file, OUTPUT.what)


_unfinished: set[Path] = set()  # what is being written now, under its temporary name


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that becomes `path` at the end of the block, which stays as it was where anything fails. Raise UnwritableFileError."""
    temporary = path.parent / f"{TEMPORARY}{os.urandom(8).hex()}"
    _unfinished.add(temporary)  # before it is made, so that Ctrl-C at no moment leaves it behind
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            try:  # wait until it is on the disk: else a power cut may leave its name without the content
                os.fsync(file.fileno())
            except OSError as fault:
                if fault.errno not in NO_FSYNC:
                    raise
        _replace(temporary, path)
    except BaseException as fault:
        was_made = temporary.exists()
        with suppress(OSError):
            temporary.unlink()
        if isinstance(fault, OSError):
            raise UnwritableFileError(path, _reason(fault, LOCKED if was_made else FORBIDDEN)) from fault
        raise
    finally:
        _unfinished.discard(temporary)


@contextmanager
def passing_folder() -> Iterator[Path]:
    """Yield a folder for what only passes through the disk; it is removed at the end of the block, or with what is unfinished."""
    from tempfile import gettempdir  # seldom needed, and slow to import

    folder = Path(gettempdir(), f"xltools-{os.urandom(8).hex()}")
    _unfinished.add(folder)  # before it is made, as above
    try:
        folder.mkdir(0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _unfinished.discard(folder)


def disown_unfinished() -> None:
    """Forget what the process is writing that this one was forked from."""
    _unfinished.clear()


def discard_unfinished() -> None:
    """Remove what is being written, for a process that is about to end in the middle of it."""
    for temporary in tuple(_unfinished):
        shutil.rmtree(temporary, ignore_errors=True)
        with suppress(OSError):  # where it is no folder
            temporary.unlink()


def _replace(temporary: Path, path: Path) -> None:
    """Let a file take the place of another; again for a second where that is held, as by a virus scanner that looks at it."""
    for _ in range(TRIES - 1):
        with suppress(PermissionError):
            temporary.replace(path)
            return
        time.sleep(PAUSE)
    temporary.replace(path)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, where there is none. Raises UnwritableFileError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UnwritableFileError(folder, _reason(fault, FORBIDDEN)) from fault


def _reason(fault: OSError, forbidden: str) -> str:
    """Return what is wrong and what to do; `forbidden` where it is a matter of permission, as an open file is on Windows."""
    reason = REASONS.get(fault.errno or 0, f"{fault.strerror or fault}。请检查文件夹和磁盘。")
    return forbidden if reason is FORBIDDEN else reason


def _mode(path: Path) -> int | None:
    """Return what kind of file is there; None for none, and where that cannot be known."""
    try:
        return path.stat().st_mode
    except OSError:
        return None


NOT_IN_NAMES = r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]'  # what Windows takes in no name, and what no file system can write
RESERVED = r"(?i:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])\s*(?:\.|$)"  # what Windows takes for a device, with any ending
MISTAKEN = ("~$", ".", "-")  # how names begin that are passed over as hidden or traces of open files, or taken for an option
LONGEST_NAME, MOST_BYTES = 120, 240  # characters of a name, and its bytes in UTF-8; other systems take 255


def file_names(titles: Iterable[str], suffix: str) -> list[str]:
    """Return a file name for each title, in their order; where several come out alike, the later ones are numbered."""
    names: dict[str, str] = {}
    for title in titles:
        ends = chain((suffix,), (f" ({number}){suffix}" for number in count(2)))
        name = next(name for end in ends if _alike(name := _fitted(title, end)) not in names)
        names[_alike(name)] = name
    return list(names.values())


def _alike(name: str) -> str:
    """Return what is the same for names that some system takes for one: capitals and the composition of accents do not count."""
    return unicodedata.normalize("NFC", name.casefold())


def _fitted(title: str, end: str) -> str:
    """Return the title as the beginning of a name that ends like this, cut where that is too long."""
    stem = re.sub(NOT_IN_NAMES, "_", title).strip()
    if not stem or stem.startswith(MISTAKEN) or re.match(RESERVED, stem):
        stem = f"_{stem}"
    stem = stem[: LONGEST_NAME - len(end)].encode()[: MOST_BYTES - len(end.encode())].decode(errors="ignore")
    return (stem.rstrip(" .") or "_") + end
