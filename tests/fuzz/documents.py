"""Mutations of text: pages, plain text, JSON and TOML."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from random import Random

from tests.fuzz.raw import stretch

ENCODINGS = ("gb18030", "utf-16", "utf-16-be", "utf-8-sig", "big5", "latin-1")
TEXT = re.compile(r"(?<=>)[^<>]{5,}")
TAG = re.compile(r"<[^>]*>")
CELL = re.compile(r"<t[dh][^>]*>.*?</t[dh]>", re.DOTALL)
ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
PARAGRAPH = re.compile(r"<(?:p|h\d)[ >].*?</(?:p|h\d)>", re.DOTALL)
SPAN = re.compile(r'((?:row|col)span)="?\d+"?')
SPANS = ("0", "-1", "2", "7", "65535", "99999999999", "x", "")
NUMBERS = (
    "-1",
    "0",
    "007",
    "1e400",
    "9" * 400,
    "1" * 5000,
    "NaN",
    "Infinity",
    "-0.0",
    "1.50",
    "0.1e-400",
    "true",
    "[]",
    "{}",
    "null",
    '""',
)
WORDS = (
    '"１２"',
    '"12件"',
    '" 12 "',
    '"1,234"',
    '"/"',
    '"总计"',
    '"\\ud800"',
    '"\\u0000"',
    '"' + "长" * 20000 + '"',
    "[" * 3000 + "]" * 3000,
)


def break_lines(text: str, dice: Random) -> tuple[str, str]:
    """The text with lines lost, doubled, exchanged, joined or stretched."""
    lines = text.splitlines(keepends=True)
    done = []
    for _ in range(dice.choice((1, 1, 2, 5))):
        at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
        done.append(name := dice.choice(("lose", "double", "exchange", "join", "stretch")))
        if name == "lose" and len(lines) > 1:
            del lines[at]
        elif name == "double":
            lines.insert(at, lines[at])
        elif name == "exchange":
            lines[at], lines[other] = lines[other], lines[at]
        elif name == "stretch":
            lines[at] = stretch(lines[at].rstrip("\n"), dice) + "\n"
        else:
            lines[at] = lines[at].rstrip("\n")
    return "lines " + "+".join(done), "".join(lines)


def encode(text: str, dice: Random) -> tuple[str, bytes]:
    """The text in another encoding, whatever it declares."""
    encoding = dice.choice(ENCODINGS)
    return f"encoding {encoding}", text.encode(encoding, "replace")


def break_page(text: str, dice: Random) -> tuple[str, str]:
    """The page with faults in its tags, cells, rows, spans or paragraphs; no figure is changed but those of cells that are lost."""
    done = []
    for _ in range(dice.choice((1, 1, 2, 4))):
        name, pattern = dice.choice((("tag", TAG), ("cell", CELL), ("row", ROW), ("paragraph", PARAGRAPH), ("span", SPAN)))
        found = list(pattern.finditer(text))
        if not found:
            continue
        piece = dice.choice(found)
        if name == "span":
            change, written = "set", f'{piece[1]}="{dice.choice(SPANS)}"'
        else:
            change = dice.choice(("lose", "double", "move", "stretch" if name == "paragraph" else "deepen"))
            written = _changed(piece[0], change, dice)
        text = text[: piece.start()] + written + text[piece.end() :]
        if change == "move":
            others = list(pattern.finditer(text))
            at = dice.choice(others).start() if others else 0
            text = text[:at] + piece[0] + text[at:]
        done.append(f"{change} {name}")
    return "+".join(done), text


def _changed(piece: str, change: str, dice: Random) -> str:
    """A piece of a page after a change; nothing where it is lost or moved."""
    if change == "double":
        return piece * 2
    if change == "stretch":
        return TEXT.sub(lambda text: stretch(text[0], dice), piece, count=1)
    return piece.partition(">")[0].join(("", ">")) * dice.choice((10, 1000)) + piece if change == "deepen" else ""


def break_json(text: str, dice: Random) -> tuple[str, str]:
    """The JSON with one to three values of other types or sizes, and keys lost, renamed or doubled."""
    lines = text.splitlines()
    done = []
    for _ in range(dice.choice((1, 1, 2, 3))):
        at = dice.randrange(len(lines))
        key, colon, value = lines[at].partition(": ")
        match dice.randrange(6):
            case 0:
                done.append("lose")
                lines[at] = ""
            case 1:
                done.append("double")
                lines.insert(at, lines[at])
            case 2 if colon:
                done.append("key")
                lines[at] = key.replace('"', '"x', 1) + colon + value
            case 3 if colon and value.startswith('"') and len(value) > 20:
                done.append("stretch")
                lines[at] = (
                    key + colon + '"' + stretch(value.strip('",'), dice).replace("\\", "") + '"' + ("," if value.endswith(",") else "")
                )
            case _ if colon and not value.startswith(("{", "[")):
                done.append("value")
                lines[at] = key + colon + dice.choice(NUMBERS + WORDS) + ("," if value.endswith(",") else "")
            case _:
                done.append("type")
                lines[at] = (
                    lines[at].replace("{", "[").replace("}", "]") if dice.random() < 0.5 else lines[at].replace("[", "{").replace("]", "}")
                )
    return "json " + "+".join(done), "\n".join(lines)


def json_figures(data: bytes) -> dict[str, int | Decimal | None]:
    """The figures of a report's JSON that are plain numbers, or blank."""
    try:
        figures = json.loads(data.decode("utf-8-sig"), parse_float=Decimal)["figures"]
        plain = {id: value for id, value in figures.items() if type(value) is int and abs(value) < 10**15}
        return plain | {id: None for id, value in figures.items() if value is None}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


VALUES = (
    "0",
    "-1",
    "1000000000",
    "1e30",
    '""',
    '"x"',
    '"*"',
    "[]",
    "[[]]",
    '["x"]',
    "true",
    "{}",
    "1979-05-27",
    '"{0}"',
    '"' + "长" * 40000 + '"',
    "inf",
)
SETTING = re.compile(r"([\w.]+)(\s*=\s*)(\"[^\"]*\"|\[[^\[\]]*\]|\w+)")


def break_toml(text: str, dice: Random) -> tuple[str, str]:
    """The form with one to three settings of another value, key or place."""
    done = []
    for _ in range(dice.choice((1, 1, 2, 3))):
        found = list(SETTING.finditer(text))
        piece, other = dice.choice(found), dice.choice(found)
        name = dice.choice(("value", "value", "exchange", "lose", "key"))
        written = {
            "value": piece[1] + piece[2] + dice.choice(VALUES),
            "exchange": piece[1] + piece[2] + other[3],
            "lose": "",
            "key": other[1] + piece[2] + piece[3],
        }[name]
        text = text[: piece.start()] + written + text[piece.end() :]
        done.append(f"{name} {piece[1]}")
    return "toml " + "+".join(done), text
