"""Reading form.toml: typed values of one TOML table, and an error that names file, table and key."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from xltools.errors import FormError

T = TypeVar("T", str, int, bool, list[Any], dict[str, Any])
TEXT_LIMIT = 255
"""The characters of one text of a form, such as a validation's prompt can show."""
INVISIBLE = {"Cc", "Cn", "Cs", "Zl", "Zp"}
"""The Unicode categories that no cell or document can hold in one line."""
TYPE_NAMES = {str: "文字", int: "整数", bool: "true 或 false", list: "列表", dict: "表"}


def read_toml(path: Path) -> dict[str, Any]:
    """Read the settings in a file. Raises FormError for one that is no TOML."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise FormError(path, "不是 UTF-8 编码的文件") from fault
    except ValueError as fault:  # tomllib's own, and an integer of thousands of digits
        raise FormError(path, f"不是有效的 TOML（{fault}）") from fault
    except RecursionError as fault:
        raise FormError(path, "不是有效的 TOML（层次过深）") from fault
    except OSError as fault:
        raise FormError(path, f"打不开（{fault.strerror}）") from fault


class Entry(NamedTuple):
    """A TOML table: its data, and the form's table and key that an error about it names."""

    path: Path
    data: Mapping[str, Any]
    table: str = ""
    key: str = ""

    def fail(self, reason: str, key: str = "") -> FormError:
        """Return the error that gives this reason."""
        return FormError(self.path, reason, table=self.table, key=key or self.key)

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        """Return the value of a key. Raises FormError where it is missing without a default, or of another type."""
        value = self.data.get(key, default)
        if value is None:
            raise self.fail(f"缺少 {key}")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(f"{key} 应为{TYPE_NAMES[kind]}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text to be shown: one line, and where there is no default, with something to see."""
        value = self.take(key, str, default)
        if len(value) > TEXT_LIMIT:
            raise self.fail(f"{key} 应为不超过 {TEXT_LIMIT} 字的文字")
        if not value.isprintable() and any(unicodedata.category(char) in INVISIBLE for char in value):
            raise self.fail(f"{key} 应为一行文字，不含控制字符")
        if default is None and not value.strip():
            raise self.fail(f"{key} 不能是空白")
        return value

    def optional(self, key: str, kind: type[T]) -> T | None:
        """Return the value of a key, None where it is missing."""
        return self.take(key, kind) if key in self.data else None

    def entries(self, key: str) -> list[Entry]:
        """Return the TOML tables of a list, each named by its own key or else by its place in the list."""
        found = []
        for number, item in enumerate(self.take(key, list, []), start=1):
            if not isinstance(item, dict):
                raise self.fail(f"{key} 的每一项应为表")
            name = item.get("key")
            found.append(Entry(self.path, item, self.table, name if isinstance(name, str) else f"{key} 第 {number} 项"))
        return found

    def strings(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """Return a list of texts, not empty where it is required."""
        values = self.take(key, list, None if required else [])
        if not all(isinstance(value, str) for value in values) or (required and not values):
            raise self.fail(f"{key} 应为键的列表")
        return tuple(values)

    def allow(self, *keys: str) -> None:
        """Raises FormError for a key that is none of these."""
        for unknown in self.data.keys() - set(keys):
            raise self.fail(f"不认识的项 {unknown}")
