"""The words that staff read: those of docs/style.zh-CN.md, and messages that are short.

Looked at is what stands in the sources (every text of the program, of the forms, of the page and of the Chinese documents), and what comes
out: workbooks with their notes and prompts, annotated copies, a county's summary, help texts, rules explained, the findings page.
"""

from __future__ import annotations

import ast
import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tools import make_checks_page

ROOT = Path(__file__).parent.parent
STYLE = ROOT / "docs" / "style.zh-CN.md"
SAMPLES = ROOT / "samples"
CHINESE = re.compile("[\u4e00-\u9fff]")
EXAMPLES = [found["told"] for found in make_checks_page.EXAMPLE.finditer(make_checks_page.PAGE.read_text(encoding="utf-8"))]
"""What `check` says of each example of docs/checks.zh-CN.md."""
FORMER = {
    "没有读出": "未识别",
    "读作": "识别为",
    "读入": "识别、计入",
    "所说的差": "差额",
    "所说明的差": "说明时的差额",
    "久久": "用时过长",
    "拿错": "选错",
    "不像真的": "异常",
    "张冠李戴": "错用",
    "冲掉": "覆盖",
    "已发布": "已公布",
    "凑数字": "凑数",
    "数据矩阵": "各单位数据",
    "批注副本": "批注版",
    "另有起因": "由其他问题引起",
    "改好即平": "改正后自动消除",
    "弄错": "用错、填错",
    "表二、表三": "第二、三部分表格",
    "pip install xltools": "README 的“安装”一节",
}
"""Words that stood there once, beside those of the style page, and what stands there instead."""
OF_OTHERS = {
    "pip install xltools": ("README.zh-CN.md",),
    "曾用名": ("xltools/county/roster.py",),
    "版式": ("dispatch.py", "refused.zh-CN.md"),
    "编码": ("drafted_form.py",),
}
"""Where a word is not ours: what not to install, a heading of other people's rosters, the files that are called 版式文件, 邮政编码."""
LONGEST = 60
OF_RULES = re.compile(r"^([VTNYCS]\d{3}) ((?:“[^”]*”[A-Z]+\d+ )?)(.*)$", re.MULTILINE)
QUOTED = re.compile(r"“[^”]*”")
MEASURED = frozenset(["T201", "T101", "C104", "N101", "C103", "V101", "T103", "N105", "N104", "N107", "V102", "N102", "C105", "Y101"])
"""The rules that are found most often."""


def _avoided() -> dict[str, str]:
    """The words that the style page avoids, each with what stands there instead; those that it avoids in one sense only are left out."""
    page = STYLE.read_text(encoding="utf-8")
    found = dict(FORMER)
    for line in page.split("\n"):
        if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 3 and CHINESE.search(cells[2]) and cells[0] != "用":
            found |= {word: cells[0] for word in cells[2].split("；")[0].split("、") if "（" not in word}
    return found


AVOIDED = _avoided()
(UNSEEN,) = re.findall(r"不上屏的词：(.*?)；", STYLE.read_text(encoding="utf-8"))


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
            yield from () if key in ("quote", "also", "mention", "of_governments", "name") else _values(value)
    elif isinstance(data, list):
        for value in data:
            yield from _values(value)


def _in_the_sources() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "xltools").rglob("*.py")):
        # those hold the words of others, and of former versions; what they say themselves ends in a full stop
        texts = _literals(path) if path.name != "located.py" else ()
        foreign = "prose" in path.parts or "published" in path.parts
        yield from ((str(path.relative_to(ROOT)), text) for text in texts if not foreign or text.endswith("。"))
    for path in (
        *(ROOT / "xltools" / name for name in ("rules/rules.toml", "form/mistakes.toml")),
        *sorted((ROOT / "templates").glob("*/form.toml")),
    ):
        yield from ((path.parent.name, text) for text in _values(tomllib.loads(path.read_text(encoding="utf-8"))))
    page = [ROOT / "tools" / "page" / name for name in ("page.js", "page.html", "page_answers.py", "worker.js")]
    shown = (*page, ROOT / "tools" / "leaflet.md.j2", ROOT / "xltools" / "output" / "findings_page.js")
    documents = (ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.zh-CN.md")))
    for path in (*sorted((ROOT / "templates").glob("*/*.j2")), *shown, *(path for path in documents if path != STYLE)):
        # comments hold the input of examples; what an official text says is quoted
        yield path.name, re.sub(r"<!--.*?-->|依据（?[^\n]*?：“[^”]*”", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


TEXTS = list(_in_the_sources())


def _found(word: str, texts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    allowed = OF_OTHERS.get(word, ())
    return [(at, text[max(0, text.find(word) - 20) :][:60]) for at, text in texts if word in text and not at.endswith(allowed)]


@pytest.mark.parametrize("word", AVOIDED)
def test_a_word_that_the_style_page_avoids_is_nowhere_read(word: str) -> None:
    assert _found(word, TEXTS) == [], AVOIDED[word]


@pytest.mark.parametrize("word", UNSEEN.split("、"))
def test_a_word_for_programmers_is_read_by_none_but_programmers(word: str) -> None:
    theirs = ("toml_reader.py", "skeleton.py", "report_json.py", "own-form.zh-CN.md")
    assert [found for found in _found(word, TEXTS) if not found[0].endswith(theirs)] == []


def test_staff_are_told_of_things_not_of_it() -> None:
    assert [(place, text) for place, text in TEXTS if re.search("(?<![其吉])它(?!们)", text) and not place.startswith("xltools/form")] == []


def _cells(data: bytes) -> Iterator[str]:
    """What is read in a workbook: its sheets, its cells, their notes and prompts, without what the official texts say."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        yield sheet.title
        for row in sheet.iter_rows():
            for cell in row:
                yield from (str(text) for text in (cell.value, cell.comment and cell.comment.text) if text)
        for rule in sheet.data_validations.dataValidation:
            yield from (text for text in (rule.promptTitle, rule.prompt, rule.errorTitle, rule.error) if text)


def test_what_comes_out_has_none_of_these_words(run: Run, tmp_path: Path) -> None:
    faulty = SAMPLES / "faulty-2024" / "faulty-2024.xlsx"
    last = SAMPLES / "changfu-2023" / "changfu-2023.docx"
    county = SAMPLES / "county"
    out: list[tuple[str, str]] = []
    for command in ("template", "check", "export", "import", "collect", "compare", "explain", "rules", "forms", "schema"):
        out.append((f"{command} --help", run(command, "--help").out))
    for told in (("rules",), ("forms",), ("check", faulty), ("check", last), ("compare", last, faulty)):
        out.append((" ".join(map(str, told)), run(*told).out))
    page = tmp_path / "page.html"
    run("check", faulty, last, "--format", "html", "-o", page)
    run("check", faulty, "--annotate", tmp_path / "copies")
    for year in ("2020", "2024"):
        run("template", "--year", year, "-o", tmp_path / f"{year}.xlsx")
    order = ("--roster", county / "units.csv", "--unit", "示例县人民政府", "--year", "2024", "-o", tmp_path / "sum.xlsx")
    out.append(("collect", run("collect", county / "2024", *order, "--no-copies", "--jobs", "1").out))
    for path in sorted(tmp_path.rglob("*.xlsx")):
        out.extend((path.name, text) for text in _cells(path.read_bytes()))
    out.append((page.name, re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)))
    assert len(out) > 5_000
    assert [(at, text) for at, text in out if "”、“" in text] == []
    said = [(at, QUOTED.sub("", text)) for at, text in out]
    found = {word: _found(word, said) for word in (*AVOIDED, *UNSEEN.split("、"))}
    assert {word: places for word, places in found.items() if places} == {}


def test_the_messages_that_are_seen_most_are_short() -> None:
    """What is quoted does not count: its length is not ours."""
    measured = set()
    for told in EXAMPLES:
        for code, _, message in OF_RULES.findall(told):
            measured.add(code)
            length = len(QUOTED.sub("", message))
            assert length <= LONGEST or code not in MEASURED, (code, length, message)
    assert measured >= MEASURED - {"T201"}


def test_no_message_has_blanks_between_numbers_and_words() -> None:
    for told in EXAMPLES:
        for code, _, message in OF_RULES.findall(told):
            if code[0] in "VTNY":
                assert not re.search(r"\d [\u4e00-\u9fff]|[\u4e00-\u9fff] \d", QUOTED.sub("", message)), message
