"""read_toml: the settings of a form.toml, or one line that says why they cannot be read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from xltools.errors import FormError
from xltools.files.gate import FORM_LIMIT, FORM_LINE_LIMIT, FORM_VALUE_LIMIT


def read_toml(path: Path) -> dict[str, Any]:
    """The settings in a file. Raises FormError for one that is no TOML, or more of it than any form needs."""
    try:
        with path.open("rb") as file:
            written = file.read(FORM_LIMIT + 1)
        if len(written) > FORM_LIMIT:
            raise FormError(path, "文件过大，不像是表式")
        text = written.decode("utf-8-sig")
        # a key of very many parts takes time that grows with their square
        if max(map(len, text.split("\n"))) > FORM_LINE_LIMIT:
            raise FormError(path, f"有超过 {FORM_LINE_LIMIT:,} 字的行，不像是表式")
        data = tomllib.loads(text)
    except UnicodeDecodeError as fault:
        raise FormError(path, "不是 UTF-8 编码的文件") from fault
    except ValueError as fault:  # tomllib's own, and an integer of thousands of digits
        raise FormError(path, f"不是有效的 TOML（{fault}）") from fault
    except RecursionError as fault:
        raise FormError(path, "不是有效的 TOML（层次过深）") from fault
    except OSError as fault:
        raise FormError(path, f"打不开（{fault.strerror}）") from fault
    if _values_in(data) > FORM_VALUE_LIMIT:
        raise FormError(path, f"超过 {FORM_VALUE_LIMIT:,} 项，不像是表式")
    return data


def _values_in(data: object) -> int:
    """How many values there are, those within others included."""
    waiting, count = [data], 0
    while waiting:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return count
