"""read_toml: the settings of a form.toml, or one line that says why they cannot be read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from xltools.errors import FormError


def read_toml(path: Path) -> dict[str, Any]:
    """The settings in a file. Raises FormError for one that is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise FormError(path, "不是 UTF-8 编码的文件") from fault
    except ValueError as fault:  # tomllib's own, and an integer of thousands of digits
        raise FormError(path, f"不是有效的 TOML（{fault}）") from fault
    except RecursionError as fault:
        raise FormError(path, "不是有效的 TOML（层次过深）") from fault
    except OSError as fault:
        raise FormError(path, f"打不开（{fault.strerror}）") from fault
