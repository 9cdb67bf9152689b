"""Mutations of a zip package: entries lost, doubled, renamed, truncated, emptied, exchanged, stored otherwise."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from random import Random

Entries = list[tuple[str, bytes]]
RENAMED = (
    str.upper,
    str.lower,
    lambda name: name.replace("/", "\\"),
    lambda name: f"/{name}",
    lambda name: f"./{name}",
    lambda name: f"{name}x",
)


def unpack(data: bytes) -> Entries:
    """The entries of a package, in its order."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [(name, package.read(name)) for name in package.namelist()]


def pack(entries: Sequence[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of these entries; names may stand there twice."""
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # about doubled names
        with zipfile.ZipFile(stream, "w", compression, compresslevel=1) as package:
            for name, content in entries:
                package.writestr(zipfile.ZipInfo(name), content, compression)
    return stream.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a package by their names."""
    return dict(unpack(data))


def zipped(parts: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of these parts."""
    return pack(list(parts.items()), compression)


def break_package(data: bytes, dice: Random) -> tuple[str, bytes]:
    """The package with one fault in its structure, and what was done; no entry's content is changed but cut or emptied."""
    entries = unpack(data)
    at = dice.randrange(len(entries))
    name, content = entries[at]
    compression = zipfile.ZIP_DEFLATED
    match dice.randrange(8):
        case 0:
            done = "lose"
            del entries[at]
        case 1:
            done = "double"
            entries.insert(dice.randrange(len(entries) + 1), (name, content))
        case 2:
            done = "rename"
            entries[at] = dice.choice(RENAMED)(name), content
        case 3:
            done = "cut"
            entries[at] = name, content[: dice.randrange(len(content) + 1)]
        case 4:
            done = "empty"
            entries[at] = name, b""
        case 5:
            done = "exchange"
            other = dice.randrange(len(entries))
            entries[at], entries[other] = (name, entries[other][1]), (entries[other][0], content)
        case 6:
            done = "shuffle"
            dice.shuffle(entries)
        case _:
            done = "compression"
            compression = dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    return f"zip-{done} {name}", pack(entries, compression)
