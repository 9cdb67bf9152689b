"""chinese_number: the number that Chinese digits say."""

from __future__ import annotations

DIGITS = {char: value for value, chars in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九")) for char in chars}
SCALES = {"十": 10, "百": 100, "千": 1000}
CHARACTERS = "".join((*DIGITS, *SCALES))


def chinese_number(text: str) -> int | None:
    """The number that Chinese digits say, up to thousands: 十二 is 12, 两千零五 is 2005, 二〇五 is 205; None where they say none."""
    if not any(char in SCALES for char in text):
        # 三五件 is "a few", 三〇五件 is 305
        return None if len(text) > 1 and not {"零", "〇"} & set(text) else int("".join(str(DIGITS[char]) for char in text))
    total, digit, last = 0, 0, ""
    scale = 10_000
    for char in text:
        if char in SCALES:
            if SCALES[char] >= scale or (not digit and char != "十"):
                return None
            scale = SCALES[char]
            total += (digit or 1) * scale
            digit = 0
        elif digit:
            return None
        else:
            digit = DIGITS[char]
        last = char
    # 一百二 is 120, but 一百零二 is 102
    short = last in DIGITS and scale > 10 and "零" not in text and "〇" not in text
    return total + digit * (scale // 10 if short else 1)
