"""One TOML table of a form under reading: typed values by key, and an error that names file, table and key."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from xltools.errors import FormError

T = TypeVar("T", str, int, bool, list[Any], dict[str, Any])
TEXT_LIMIT = 255
"""The characters of one text of a form, such as a validation's prompt can show."""
INVISIBLE = {"Cc", "Cn", "Cs", "Zl", "Zp"}
"""The Unicode categories that no cell or document can hold in one line."""
TYPE_NAMES = {str: "文字", int: "整数", bool: "true 或 false", list: "列表", dict: "表"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A TOML table: its data, and the form's table and key that an error about it names."""

    path: Path
    data: Mapping[str, Any]
    table: str = ""
    key: str = ""

    def fail(self, reason: str, key: str = "") -> FormError:
        return FormError(self.path, reason, table=self.table, key=key or self.key)

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        value = self.data.get(key, default)
        if value is None:
            raise self.fail(f"缺少 {key}")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(f"{key} 应为{TYPE_NAMES[kind]}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """A text to be shown: one line, and where there is no default, with something to see."""
        value = self.take(key, str, default)
        if len(value) > TEXT_LIMIT:
            raise self.fail(f"{key} 应为不超过 {TEXT_LIMIT} 字的文字")
        if any(unicodedata.category(char) in INVISIBLE for char in value):
            raise self.fail(f"{key} 应为一行文字，不含控制字符")
        if default is None and not value.strip():
            raise self.fail(f"{key} 不能是空白")
        return value

    def optional(self, key: str, kind: type[T]) -> T | None:
        return self.take(key, kind) if key in self.data else None

    def entries(self, key: str) -> list[Entry]:
        """The TOML tables of a list, each named by its own key or else by its place in the list."""
        found = []
        for number, item in enumerate(self.take(key, list, []), start=1):
            if not isinstance(item, dict):
                raise self.fail(f"{key} 的每一项应为表")
            name = item.get("key")
            found.append(Entry(self.path, item, self.table, name if isinstance(name, str) else f"{key} 第 {number} 项"))
        return found

    def strings(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        values = self.take(key, list, None if required else [])
        if not all(isinstance(value, str) for value in values) or (required and not values):
            raise self.fail(f"{key} 应为键的列表")
        return tuple(values)

    def allow(self, *keys: str) -> None:
        for unknown in self.data.keys() - set(keys):
            raise self.fail(f"不认识的项 {unknown}")
