"""Traditional characters and words in those of the mainland. The only user of OpenCC."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC


@lru_cache(maxsize=8192)
def simplified(text: str) -> str:
    """Return a text in simplified characters and the mainland's words: 政府資訊 is 政府信息, 规范性檔案 is 规范性文件."""
    try:
        text.encode("gb2312")  # which has no traditional characters; nearly all texts end here
    except UnicodeEncodeError:
        return _converter().convert(text)
    return text


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("tw2sp")
