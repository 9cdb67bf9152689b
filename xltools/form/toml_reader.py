"""Reads form.toml: its TOML, whose mistakes are told in Chinese, and typed values of its tables."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from xltools.errors import FormError, UnreadableFileError
from xltools.files.gate import TEXT_LIMIT, read_file

T = TypeVar("T", str, int, bool, list[Any], dict[str, Any])
LONGEST_TEXT = 255  # the characters of one text of a form, such as a validation's prompt can show
INVISIBLE = {"Cc", "Cn", "Cs", "Zl", "Zp"}  # the Unicode categories that no cell or document can hold in one line
TYPE_NAMES = {str: "文字", int: "整数", bool: "true 或 false", list: "列表", dict: "表"}
STRING = r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*'
FULL_WIDTH = "[，、；：“”‘’＂＇＝｛｝［］【】（）．。＃\u3000]"
PLACE = r" \(at (?:line (\d+), column \d+|end of document)\)$"


def read_toml(path: Path) -> dict[str, Any]:
    """Read the settings in a file. Raise FormError for one that is no TOML."""
    text = read_text(path, TEXT_LIMIT, "表式文件")
    try:
        return tomllib.loads(text)
    except ValueError as fault:  # tomllib's own, and an integer of thousands of digits
        raise FormError(path, f"不是有效的 TOML（{_mistake(text, str(fault))}）") from fault
    except RecursionError as fault:
        raise FormError(path, "不是有效的 TOML（层次过深）") from fault


def read_text(path: Path, limit: int, what: str) -> str:
    """Return the text of a file that a form, or a letter, is made of. Raise FormError for one that is too large or not UTF-8."""
    try:
        return read_file(path, limit, what, may_be_empty=True).decode("utf-8-sig")
    except UnreadableFileError as fault:
        raise FormError(path, fault.reason.rstrip("。")) from fault
    except UnicodeDecodeError as fault:
        raise FormError(path, "不是 UTF-8 编码的文件") from fault


def _mistake(text: str, fault: str) -> str:
    """Return what is wrong in a TOML text, in Chinese with the line; full-width punctuation on that line is named."""
    place = re.search(PLACE, fault)
    mistakes: dict[str, str] = tomllib.loads(Path(__file__).with_name("mistakes.toml").read_text(encoding="utf-8"))
    what = next((told for begin, told in mistakes.items() if fault.startswith(begin)), "写法不对")
    lines = text.split("\n")
    number = int(place[1]) if place and place[1] else len(lines)
    for near in (number, number - 1):  # a line that is cut off is told of at the next one
        found = re.search(FULL_WIDTH, re.sub(STRING, "", lines[near - 1])) if 0 < near <= len(lines) else None
        if found:
            return f"第 {near} 行有全角的 {found[0]} ，请改为半角；全角标点只能写在半角引号之内"
    return f"第 {number} 行：{what}"


def with_line(fault: FormError, path: Path) -> FormError:
    """Return a fault of a form.toml with the number of the line that it speaks of, where that is found."""
    if fault.path != path or not fault.key:
        return fault
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    headers = {number: header[1] for number, line in enumerate(lines) if (header := re.match(r"\s*\[\[(?:\w+\.)?(\w+)\]\]", line))}
    tables = [number for number, name in headers.items() if name == "table"]
    own = re.compile(rf'\s*key\s*=\s*"{re.escape(fault.table)}"')
    first = next((n for n in tables if fault.table and any(map(own.match, lines[n + 1 : n + 4]))), 0)
    last = next((n for n in tables if n > first), len(lines)) if fault.table else len(lines)
    if numbered := re.fullmatch(r"(\w+) 第 (\d+) 项", fault.key):
        found = [n for n, name in headers.items() if first <= n < last and name == numbered[1]][int(numbered[2]) - 1 : int(numbered[2])]
    else:
        named = re.compile(rf'"[-+\d.*]*{re.escape(fault.key)}"|^\s*{re.escape(fault.key)}\s*=')
        found = [n for n in range(first, last) if named.search(lines[n])][:1]
    return FormError(path, fault.reason, table=fault.table, key=fault.key, line=found[0] + 1) if found else fault


class Entry(NamedTuple):
    """A TOML table: its data, and the form's table and key that an error about it names."""

    path: Path
    data: Mapping[str, Any]
    table: str = ""
    key: str = ""

    def fail(self, reason: str, key: str = "") -> FormError:
        """Return the error that gives this reason."""
        return FormError(self.path, reason, table=self.table, key=key or self.key)

    def refuse(self, wrong: object, reason: str, key: str = "") -> None:
        """Raise FormError for this reason where something is wrong."""
        if wrong:
            raise self.fail(reason, key)

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        """Return the value of a key. Raise FormError where it is missing without a default, or of another type."""
        value = self.data.get(key, default)
        if value is None:
            raise self.fail(f"缺少 {key}")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(f"{key} 应为{TYPE_NAMES[kind]}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text to be shown: one line, and where there is no default, with something to see."""
        value = self.take(key, str, default)
        self.refuse(len(value) > LONGEST_TEXT, f"{key} 应为不超过 {LONGEST_TEXT} 字的文字")
        if not value.isprintable() and any(unicodedata.category(char) in INVISIBLE for char in value):
            raise self.fail(f"{key} 应为一行文字，不含控制字符")
        self.refuse(default is None and not value.strip(), f"{key} 不能是空白")
        return value

    def optional(self, key: str, kind: type[T]) -> T | None:
        """Return the value of a key, None where it is missing."""
        return self.take(key, kind) if key in self.data else None

    def entries(self, key: str) -> list[Entry]:
        """Return the TOML tables of a list, each named by its own key or else by its place in the list."""
        items = self.take(key, list, [])
        self.refuse(not all(isinstance(item, dict) for item in items), f"{key} 的每一项应为表")
        named = ((item, item.get("key"), f"{key} 第 {number} 项") for number, item in enumerate(items, start=1))
        return [Entry(self.path, item, self.table, name if isinstance(name, str) else place) for item, name, place in named]

    def strings(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """Return a list of texts, not empty where it is required."""
        values = self.take(key, list, None if required else [])
        self.refuse(not all(isinstance(value, str) for value in values) or (required and not values), f"{key} 应为键的列表")
        return tuple(values)

    def allow(self, *keys: str) -> None:
        """Raise FormError for a key that is none of these."""
        for unknown in self.data.keys() - set(keys):
            raise self.fail(f"不认识的项 {unknown}")


KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")


def check_key(entry: Entry, seen: Container[str], key: str) -> None:
    """Raise FormError for a key that is malformed or was seen before."""
    entry.refuse(not KEY.fullmatch(key), "键由小写字母、数字和下划线组成，以点分层", key)
    entry.refuse(key in seen, "键重复", key)
