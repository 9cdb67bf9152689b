"""Makes characters alike: traditional ones simplified, full-width ones half-width. The only user of OpenCC."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

HAN = r"[^\W\da-zA-Z_]"  # a Chinese character, in patterns; the range of all 20,000 takes a millisecond to compile
HALF_WIDTH = str.maketrans("０１２３４５６７８９．，％（）；：　\u00a0", "0123456789.,%();:  ")


@lru_cache(maxsize=8192)
def simplified(text: str) -> str:
    """Return a text in simplified characters and the mainland's words: 政府資訊 is 政府信息, 规范性檔案 is 规范性文件."""
    return text if _is_simplified(text) else _converter("tw2sp").convert(text)


@lru_cache(maxsize=64)
def plain(text: str) -> str:
    """Return a text with digits, punctuation and traditional characters made alike; every character keeps its place."""
    if not _is_simplified(text):
        text = _converter("t2s").convert(text).replace("性档案", "性文件").replace("资讯", "信息")
    return text.translate(HALF_WIDTH)


def _is_simplified(text: str) -> bool:
    """Tell whether a text has only characters of GB 2312, which holds no traditional ones; nearly all texts are such."""
    return text.encode("gb2312", "ignore").decode("gb2312") == text


@cache
def _converter(way: str) -> OpenCC:
    from opencc import OpenCC

    return OpenCC(way)
