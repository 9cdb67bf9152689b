"""The words that staff read: those of docs/style.zh-CN.md, and messages that are short."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_docs import EXAMPLES

ROOT = Path(__file__).parent.parent
CHINESE = re.compile("[\u4e00-\u9fff]")
AVOIDED = {
    "警告": "待核",
    "没有读出": "未识别",
    "读作": "识别为",
    "未交": "未报送",
    "另交": "重新报送",
    "报来": "报送",
    "收办不平": "勾稽不平",
    "去年": "上年度",
    "上年报告": "上年度报告",
    "表样": "锁定内容",
    "所说的差": "差额",
    "崩溃": "出错",
    "久久": "用时过长",
    "拿错": "选错",
    "不像真的": "异常",
    "张冠李戴": "错用",
    "冲掉": "覆盖",
    "存档": "数据库文件",
    "环境变量": "本机设置",
    "终端": "命令窗口",
    "后缀": "文件名结尾",
    "已发布": "已公布",
    "因何引起": "起因",
    "凑数字": "凑数",
}
"""A word that staff do not read, and what stands there instead."""
LONGEST = 60
OF_RULES = re.compile(r"^([VTNYCS]\d{3}) ((?:“[^”]*”[A-Z]+\d+ )?)(.*)$", re.MULTILINE)
QUOTED = re.compile(r"“[^”]*”")
MEASURED = frozenset(["T201", "T101", "C104", "N101", "C103", "V101", "T103", "N105", "N104", "N107", "V102", "N102", "C105", "Y101"])
"""The rules that are found most often."""


def _literals(path: Path) -> Iterator[str]:
    """The texts of a module with Chinese in them, without patterns for reading and without docstrings that developers read."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    loose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value):
            is_help = path.parent.name == "cli" and CHINESE.match(node.value)
            if (id(node) not in loose or is_help) and not re.search(r"[\\|\[\]^$]", node.value):
                yield node.value


def _values(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from () if key in ("quote", "also", "mention", "of_governments") else _values(value)
    elif isinstance(data, list):
        for value in data:
            yield from _values(value)


def _read_by_staff() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "xltools").rglob("*.py")):
        # those hold the words of others, and of former versions
        if "prose" not in path.parts and "published" not in path.parts and path.name != "located.py":
            yield from ((str(path.relative_to(ROOT)), text) for text in _literals(path))
    for path in (ROOT / "xltools" / "rules" / "rules.toml", *sorted((ROOT / "templates").glob("*/form.toml"))):
        yield from ((path.parent.name, text) for text in _values(tomllib.loads(path.read_text(encoding="utf-8"))))
    for path in sorted((ROOT / "templates").glob("*/*.j2")):
        yield path.parent.name, path.read_text(encoding="utf-8")
    for path in (ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.zh-CN.md"))):
        if path.name != "style.zh-CN.md":
            yield path.name, path.read_text(encoding="utf-8")


TEXTS = list(_read_by_staff())


@pytest.mark.parametrize("word", AVOIDED)
def test_a_word_that_the_glossary_avoids_is_nowhere_read(word: str) -> None:
    assert [(place, text[max(0, text.find(word) - 20) :][:60]) for place, text in TEXTS if word in text] == [], AVOIDED[word]


def test_staff_are_told_of_things_not_of_it() -> None:
    assert [(place, text) for place, text in TEXTS if re.search("(?<![其吉])它", text) and place.startswith("xltools/rules")] == []


def test_the_messages_that_are_seen_most_are_short() -> None:
    """What is quoted does not count: its length is not ours."""
    measured = set()
    for _, told in EXAMPLES:
        for code, _, message in OF_RULES.findall(told):
            measured.add(code)
            length = len(QUOTED.sub("", message))
            assert length <= LONGEST or code not in MEASURED, (code, length, message)
    assert measured >= MEASURED - {"T201"}


def test_no_message_has_blanks_between_numbers_and_words() -> None:
    for _, told in EXAMPLES:
        for code, _, message in OF_RULES.findall(told):
            if code[0] in "VTNY":
                assert not re.search(r"\d [\u4e00-\u9fff]|[\u4e00-\u9fff] \d", QUOTED.sub("", message)), message
