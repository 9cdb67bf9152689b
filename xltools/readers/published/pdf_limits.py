"""limited: bounds what pdfminer unpacks, parses and makes of a PDF, which it does not do itself. The only module that changes pdfminer.

A PDF of a few kilobytes can unpack to gigabytes, name four billion characters in one range, or draw itself again and again. Nothing of
that can be told before it is parsed, so the functions in which it happens ask for leave here. They behave as ever outside `limited`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, wraps
from types import SimpleNamespace
from typing import Any

from xltools.files.gate import PDF_OBJECT_LIMIT, PDF_UNPACKED_LIMIT, PDF_WORD_LIMIT, PDF_WORK_LIMIT

BYTES_A_STEP = 4
"""Bytes of content, of a predictor's data or a cipher's text that take as long as a word."""
LZW_STEPS, RUN_STEPS = 8, 16
"""Steps for each byte of these compressions, which pdfminer undoes in Python, and a byte of which unpacks to 2,700, or to 64."""
WIDEST = 2**16
"""Bytes of a predictor's line, which may be longer than its data: those of a picture."""
STREAM_STEPS = 50
"""Steps to begin with a stream of content, however short: a drawing that others draw."""
MAP_STEPS = 100_000
"""Steps for one of the character maps that come with pdfminer."""

Function = Callable[..., Any]
Cost = Callable[..., int]


class TooMuchError(Exception):
    """A PDF asks for more than the limits allow."""


@dataclass
class Budget:
    """What is left of the limits for one file."""

    unpacked: int
    work: int
    objects: int
    exceeded: bool = False

    def take(self, *, unpacked: int = 0, work: int = 0, objects: int = 0) -> None:
        """Takes from what is left. Raises TooMuchError where that is not enough."""
        self.unpacked -= unpacked
        self.work -= work
        self.objects -= objects
        if self.unpacked < 0 or self.work < 0 or self.objects < 0:
            self.exceeded = True  # pdfminer passes over some errors
            raise TooMuchError


_budget: ContextVar[Budget | None] = ContextVar("_budget", default=None)


@contextmanager
def limited() -> Iterator[Budget]:
    """Holds pdfminer to the limits while it reads one file; gives what is left of them."""
    _install()
    budget = Budget(PDF_UNPACKED_LIMIT, PDF_WORK_LIMIT, PDF_OBJECT_LIMIT)
    token = _budget.set(budget)
    try:
        yield budget
    finally:
        _budget.reset(token)


def _take(*, unpacked: int = 0, work: int = 0, objects: int = 0) -> None:
    """Takes from what is left of the limits, where there are any."""
    if budget := _budget.get():
        budget.take(unpacked=unpacked, work=work, objects=objects)


def _after_work(function: Function, cost: Cost) -> Function:
    """The function, which first takes the steps that its arguments cost."""

    @wraps(function)
    def charged(*args: Any, **kwargs: Any) -> Any:
        _take(work=cost(*args, **kwargs))
        return function(*args, **kwargs)

    return charged


@cache
def _install() -> None:
    """Puts functions that ask for leave in the place of pdfminer's."""
    from pdfminer import cmapdb, layout, pdfdocument, pdffont, pdfinterp, pdftypes, psparser

    filters: Any = pdftypes
    filters.zlib = SimpleNamespace(decompress=_inflate, error=zlib.error)
    filters.decompress_corrupted = _inflate_what_is_sound
    filters.lzwdecode = _unpacking(_after_work(filters.lzwdecode, lambda data: LZW_STEPS * len(data)))
    filters.rldecode = _unpacking(_after_work(filters.rldecode, lambda data: RUN_STEPS * len(data)))
    filters.ccittfaxdecode = lambda data, params: b""  # only a picture is packed so, and none is looked at
    filters.apply_png_predictor = _predicting(filters.apply_png_predictor)
    filters.apply_tiff_predictor = _predicting(filters.apply_tiff_predictor)
    stream: Any = pdftypes.PDFStream
    stream.decode = _after_work(stream.decode, lambda stream: len(stream.rawdata or b"") // BYTES_A_STEP if stream.decipher else 0)

    words: Any = psparser.PSBaseParser
    words._add_token = _after_work(words._add_token, lambda parser, token: 1)
    words.fillbuf = _after_work(words.fillbuf, _of_long_word)
    content: Any = pdfinterp.PDFContentParser
    content.fillbuf = _reading_content(content.fillbuf)
    document: Any = pdfdocument.PDFDocument
    document.getobj = _after_work(document.getobj, lambda document, number: 1)
    maps: Any = cmapdb.CMapDB
    maps._load_data = _after_work(maps._load_data, lambda name: MAP_STEPS)
    for module in (cmapdb, pdfdocument, pdffont):  # all that fill tables from a first to a last number
        vars(module)["range"] = _range
    container: Any = layout.LTContainer
    container.add = _adding(container.add)


# ----------------------------------------------------------------------------------------------------------- unpacking


def _inflate(data: bytes) -> bytes:
    """What zlib.decompress gives."""
    budget = _budget.get()
    if not budget:
        return zlib.decompress(data)
    unpacker = zlib.decompressobj()
    unpacked = unpacker.decompress(data, budget.unpacked + 1)
    budget.take(unpacked=len(unpacked))
    if not unpacker.eof:
        raise zlib.error("incomplete or truncated stream")
    return unpacked


def _inflate_what_is_sound(data: bytes) -> bytes:
    """What a damaged stream unpacks to before its end, where only that is damaged; as pdfminer's decompress_corrupted."""
    _take(work=len(data) // BYTES_A_STEP)
    unpacker = zlib.decompressobj()
    pieces = []
    for at in range(len(data)):
        try:
            piece = unpacker.decompress(data[at : at + 1])
        except zlib.error:
            if at < len(data) - 3:
                raise
            break
        if piece:
            _take(unpacked=len(piece))
            pieces.append(piece)
    return b"".join(pieces)


def _unpacking(unpack: Function) -> Function:
    """A decoder that takes what it gives; what it makes of a few bytes is little."""

    @wraps(unpack)
    def unpacking(data: bytes) -> Any:
        unpacked = unpack(data)
        _take(unpacked=len(unpacked))
        return unpacked

    return unpacking


def _predicting(predict: Function) -> Function:
    """A predictor whose lines are not much longer than its data, which comes last."""

    @wraps(predict)
    def predicting(*args: Any) -> Any:
        *_, colors, columns, _, data = args
        if colors * columns > max(len(data), WIDEST):
            raise TooMuchError
        _take(work=len(data) // BYTES_A_STEP)
        return predict(*args)

    return predicting


# ------------------------------------------------------------------------------------------------------------- parsing


def _of_long_word(parser: Any) -> int:
    """The cost of reading on in a file: none, but words must not grow without end."""
    if len(getattr(parser, "_curtoken", b"")) > PDF_WORD_LIMIT:
        _take(work=PDF_WORK_LIMIT + 1)
    return 0


def _reading_content(fill: Function) -> Function:
    """Reads on in a page's content, which costs what is read."""

    @wraps(fill)
    def filling(parser: Any) -> Any:
        _of_long_word(parser)
        held = parser.buf
        read = fill(parser)
        if parser.buf is not held:
            _take(work=STREAM_STEPS + len(parser.buf) // BYTES_A_STEP)
        return read

    return filling


def _range(*ends: Any) -> range:
    """The numbers from one end to another, each of which is about to be worked on."""
    numbers = range(*ends)
    _take(work=_length(numbers))
    return numbers


def _length(numbers: range) -> int:
    """How many they are; len gives no more than fit a machine's word."""
    return max(0, (numbers.stop - numbers.start) // numbers.step)


def _adding(add: Function) -> Function:
    """Adds a character, line or picture to a page."""

    @wraps(add)
    def adding(container: Any, thing: Any) -> None:
        _take(objects=1)
        add(container, thing)

    return adding
