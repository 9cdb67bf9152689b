"""Makes docs/rules.md, the list of all rules for staff, from the registry."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from xltools.form.definition import Form
from xltools.form.loader import list_forms
from xltools.rules.registry import RULES
from xltools.rules.rule import FAMILIES, SEVERITY_NAMES, Rule

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"
INTRODUCTION = """\
# 全部规则

`xltools check` 按下面的规则检查。同样的内容可以用 `xltools rules`（列出全部）和 `xltools explain 代码`（说明一条）查看；
每一类的例子见[检查结果怎么看](checks.zh-CN.md)。

严重程度有三种：**错误**必须改正，或者写明原因，才能导出报告；**待核**请核对，不拦阻导出；**提示**只供参考。拿不准的，
错误的规则有时也只给待核或提示。代码不会改变意思，也不会重复使用。

本页由 `tools/make_rules_page.py` 从程序生成，请勿手改。
"""


def rules_page() -> str:
    """The page as it must be."""
    return "\n".join([INTRODUCTION, *_families()])


@cache
def _forms() -> list[Form]:
    return list_forms()


def _families() -> Iterator[str]:
    for letter, family in FAMILIES.items():
        rules = [rule for rule in RULES if rule.family == letter]
        yield f"## {letter}　{family}\n"
        yield "| 代码 | 名称 | 严重程度 | 查什么 |\n|---|---|---|---|"
        yield from (
            f"| [{rule.code}](#{_anchor(rule)}) | `{rule.name}` | {SEVERITY_NAMES[rule.severity]} | {rule.title} |" for rule in rules
        )
        yield ""
        yield from (_section(rule) for rule in rules)


def _anchor(rule: Rule) -> str:
    return f"{rule.code}-{rule.name}".lower()


def _section(rule: Rule) -> str:
    """One rule; its heading holds nothing that would make the anchor depend on the viewer."""
    texts = "".join(f">\n> 依据（{form.edition}）：{text}\n" for form in _forms() if (text := form.sources.get(rule.name)))
    heading = f"### {rule.code} {rule.name}\n\n**{rule.title}**（{SEVERITY_NAMES[rule.severity]}）"
    return f"{heading}\n\n{rule.explanation}\n\n> 口径：{rule.reason}\n{texts}"


def main() -> int:
    """Writes the page."""
    PAGE.write_text(rules_page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
