"""Makes docs/sources.md: what stands behind each rule, relation and prompt, and where a quotation is found.

The forms keep what was read of the official texts in their folder `sources/`. A quotation that is not there word for word is an error.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

from xltools.form.definition import Form
from xltools.form.loader import forms_folder, list_forms
from xltools.rules.registry import RULES

PAGE = Path(__file__).parent.parent / "docs" / "sources.md"
QUOTATION = re.compile(r"“(?P<quote>.+)”（(?P<of>.+)）")
ARTICLE = re.compile(r"《(条例|立法法|行政复议法)》(第[一二三四五六七八九十百]+条)")
LAWS = {"条例": "regulation-711.md", "立法法": "other-texts.md", "行政复议法": "other-texts.md"}
"""The file that has the articles which prompts point to."""
WIDE = str.maketrans("():;,", "（）：；，")
INTRODUCTION = """\
# What stands behind every rule

A basis is a **quotation**, word for word from an official text that was read (`…` where something is left out), or a **reason** in the
project's own words, which names no official text. What was read of the official texts stands in `templates/*/sources/`; what was not read is
not quoted. Quotations belong to the form: `[[source]]` in its `form.toml` says which rules ask for it. A form without one gets the reason.

This page is made by `tools/make_sources_page.py`, which fails where a quotation is not found; do not edit it.
"""


def sources_page() -> str:
    """Return the page as it must be. Raise LookupError for a quotation that stands in no source."""
    forms = list_forms()
    return "\n".join([INTRODUCTION, *_rules(forms), *(line for form in forms for line in _form(form))])


def find_quotation(form: Form, basis: str) -> str:
    """Return the file and line where a quotation begins, all its parts in their order. Raise LookupError where it stands in no source."""
    found = QUOTATION.fullmatch(basis)
    parts = [_plain(part) for part in (found["quote"] if found else basis).split("…") if part]
    for path in _sources(form):
        if place := _find(path, parts):
            return f"[{path.name}:{place}](../{path.relative_to(forms_folder().parent)})"
    raise LookupError(f"{form.id}: {basis}")


def _sources(form: Form) -> list[Path]:
    folders = [form.folder, *([form.like.folder] if form.like else [])]
    return [path for folder in folders for path in sorted((folder / "sources").glob("*.md"))]


def _plain(text: str) -> str:
    return re.sub(r"\s|^> ", "", text.translate(WIDE), flags=re.MULTILINE)


def _find(path: Path, parts: list[str]) -> int:
    """Return the line where the parts begin, 0 where they do not all stand in the file."""
    starts, text = [], ""
    for line in path.read_text(encoding="utf-8").split("\n"):
        starts.append(len(text))
        text += _plain(line)
    position = begin = text.find(parts[0])
    for part in parts:
        position = text.find(part, position)
        if position < 0:
            return 0
        position += len(part)
    return bisect_right(starts, begin) if begin >= 0 else 0


def _rules(forms: Sequence[Form]) -> Iterator[str]:
    yield "## Rules\n\n| rule | kind | basis | where |\n|---|---|---|---|"
    for rule in sorted(RULES, key=lambda rule: rule.code):
        yield f"| {rule.code} `{rule.name}` | reason | {rule.reason} | |"
        for form in forms:
            for key in (rule.name, *(["fee-amount"] if rule.name == "fee-statement" else [])):
                if text := form.sources.get(key):
                    yield f"| {rule.code}, {form.id} | OK | {text} | {find_quotation(form, text)} |"
    yield ""


def _form(form: Form) -> Iterator[str]:
    yield f"## {form.id}: relations and prompts\n\n| of | kind | text | where |\n|---|---|---|---|"
    relations = [(relation.rule, relation.basis) for relation in (*form.relations, *form.year_relations, *form.cautions)]
    for what, text in dict.fromkeys([*relations, *(("breakdown-mismatch", slot.basis) for slot in form.breakdowns)]):
        is_quoted = QUOTATION.fullmatch(text)
        yield f"| `{what}` | {'OK' if is_quoted else 'reason'} | {text} | {find_quotation(form, text) if is_quoted else ''} |"
    for due in form.deadlines:
        yield f"| deadline | OK | {due.basis} | {find_quotation(form, due.basis)} |"
    prompts = [section.help for section in form.texts] + [figure.help for figure in form.inputs]
    for prompt in dict.fromkeys(prompts):
        for law, article in ARTICLE.findall(prompt):
            yield f"| prompt | OK | {prompt} | {_article(form, LAWS[law], article)} |"
    yield ""


def _article(form: Form, file: str, article: str) -> str:
    """Return the file and line where an article begins. Raise LookupError where it stands in no source."""
    for path in _sources(form):
        lines = path.read_text(encoding="utf-8").split("\n") if path.name == file else []
        for number, line in enumerate(lines, 1):
            if line.startswith(f"{article} "):
                return f"[{file}:{number}](../{path.relative_to(forms_folder().parent)})"
    raise LookupError(f"{form.id}: {article}")


def main() -> int:
    """Write the page."""
    PAGE.write_text(sources_page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
