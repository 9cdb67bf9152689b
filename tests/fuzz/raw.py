"""Mutations that know nothing of a file's format: bytes changed, cut, doubled; text stretched."""

from __future__ import annotations

from random import Random

MAGIC = (b"\x00", b"\xff", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff", b"\x80", b"-1", b"9" * 20, b"\xef\xbb\xbf")


def break_bytes(data: bytes, dice: Random) -> tuple[str, bytes]:
    """The bytes with one to four faults, and what was done."""
    done = []
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        name, data = _break_once(data, dice)
        done.append(name)
    return "+".join(done), data


def _break_once(data: bytes, dice: Random) -> tuple[str, bytes]:
    at = dice.randrange(len(data) + 1)
    length = dice.choice((1, 2, 8, 64, 1024))
    match dice.randrange(7):
        case 0:
            flipped = bytes(byte ^ 1 << dice.randrange(8) for byte in data[at : at + 1])
            return "flip", data[:at] + flipped + data[at + 1 :]
        case 1:
            return "cut-tail", data[:at]
        case 2:
            return "cut-head", data[min(at, length) :]
        case 3:
            return "lose", data[:at] + data[at + length :]
        case 4:
            return "double", data[:at] + data[at : at + length] + data[at:]
        case 5:
            return "noise", data[:at] + dice.randbytes(length) + data[at + length :]
    magic = dice.choice(MAGIC)
    return "magic", data[:at] + magic + data[at + len(magic) :]


def stretch(text: str, dice: Random) -> str:
    """The text with a few of its characters, next to each other, many times over."""
    at, length = dice.randrange(len(text) + 1), dice.choice((1, 2, 5, 12, 40))
    piece = text[at : at + length] or dice.choice(("1", "，", "（", "条", " ", "\u3000", "二〇"))
    times = min(dice.choice((10, 300, 5000, 50_000)), 100_000 // len(piece))
    return text[:at] + piece * times + text[at:]
