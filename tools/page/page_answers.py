"""What the page asks of xltools: each answer is what to show, as JSON, and the bytes of the file to give back."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree.ElementTree import tostring

import xltools
from xltools.form.loader import load_form
from xltools.output import Checked, checked
from xltools.output.findings_page import article
from xltools.report.conversion import doubt_last
from xltools.rules.review import review

ELSEWHERE = {".html", ".htm", ".pdf"}
NOT_HERE = "网页和 PDF 不能在本页读取。请用 Word 打开，另存为 .docx 后再拖进来；或者使用命令行版的 xltools。"
Answer = tuple[dict[str, Any], bytes]
own_form: list[str] = []  # the folder of the form that was dropped on the page, where one was


def answer(action: str, request: str, files: Any) -> tuple[str, bytes]:
    """Return the answer to a request of the page; an error that its user can mend is told under `error`."""
    asked = json.loads(request)
    given = [bytes(file.to_bytes()) for file in files]
    try:
        told, made = ACTIONS[action](asked, given)
    except xltools.XltoolsError as fault:
        told, made = {"error": getattr(fault, "reason", str(fault))}, b""
    except ModuleNotFoundError:  # lxml: a web page under another name
        told, made = {"error": NOT_HERE}, b""
    except (MemoryError, RecursionError):
        told, made = {"error": "文件太大或结构太复杂，读取不了。请在 Excel 或 WPS 中打开并另存后再试。"}, b""
    return json.dumps(told, ensure_ascii=False), made


def _read(name: str, data: bytes, form: str) -> xltools.Report:
    if PurePath(name).suffix.lower() in ELSEWHERE:
        raise xltools.XltoolsError(NOT_HERE)
    return xltools.read(data, name, form=_own(form))


def _own(form: str) -> str | None:
    """Return the folder of the form that was dropped on the page, where it is the one that was chosen."""
    return own_form[0] if form == "own" else None


def _reports(asked: dict[str, Any], given: Sequence[bytes]) -> list[xltools.Report]:
    return [_read(name, data, asked["form"]) for name, data in zip(asked["names"], given, strict=True)]


def _explained(asked: dict[str, Any], given: Sequence[bytes]) -> tuple[xltools.Report, xltools.Report | None]:
    """Return the report with the explanations that were typed in the page, and last year's where there is one."""
    report, *others = _reports(asked, given)
    last = others[0] if others else None
    typed: dict[str, str] = asked["explanations"]
    if not typed:
        return report, last
    stakes = {finding.key: finding.difference or finding.actual or "" for finding in xltools.check(report, last) if finding.key in typed}
    explanations = {key: text for key, text in (report.explanations | typed).items() if text}
    excused = {key: text for key, text in (report.excused | stakes).items() if key in explanations}
    return replace(report, explanations=explanations, excused=excused), last


def _read_only(asked: dict[str, Any], given: Sequence[bytes]) -> Answer:
    return {"year": _reports(asked, given)[0].year}, b""


def _check(asked: dict[str, Any], given: Sequence[bytes]) -> Answer:
    name = asked["names"][0]
    try:
        result = checked(name, review(*_explained(asked, given)), keep=True)
    except xltools.XltoolsError as fault:
        result = Checked(name, error=getattr(fault, "reason", str(fault)))
    counts = {severity: len(result.of(severity)) for severity in ("error", "warning", "notice")}
    told = {"unit": result.unit, "year": result.year, "unreadable": result.error, "counts": counts}
    return {"html": tostring(article(asked["number"], result), encoding="unicode", method="html"), **told}, b""


def _export(asked: dict[str, Any], given: Sequence[bytes]) -> Answer:
    return {}, xltools.export(_explained(asked, given)[0], kind=asked["kind"], draft=asked["draft"])


def _annotate(asked: dict[str, Any], given: Sequence[bytes]) -> Answer:
    findings = xltools.check(*_explained(asked, given))
    return {}, xltools.annotate(given[0], findings, name=asked["names"][0], form=_own(asked["form"]))


def _use_form(asked: dict[str, Any], given: Sequence[bytes]) -> Answer:
    """Keep a form for all that follows; what of its files is missing is taken as in any folder."""
    folder = next(path for path in map(Path, (f"自备表式{number}" for number in count(1))) if not path.exists())  # as advice will call it
    folder.mkdir()
    for name, data in zip(asked["names"], given, strict=True):
        (folder / name).write_bytes(data)
    form = load_form(str(folder))
    own_form[:] = [str(folder)]
    return {"title": form.title}, b""


def _template(asked: dict[str, Any], given: Sequence[bytes]) -> Answer:
    previous = next(iter(_reports(asked, given)), None)
    form = _own(asked["form"]) or asked["form"] or None
    made = xltools.template(year=asked["year"], unit=asked["unit"], previous=previous, form=form)
    return {"remarks": list(doubt_last(previous, asked["year"], asked["unit"])) if previous else []}, made


def _compare(asked: dict[str, Any], given: Sequence[bytes]) -> Answer:
    last, this = sorted(_reports(asked, given), key=lambda report: report.year or 0)
    with TemporaryDirectory() as folder:
        path = Path(folder, "compared.xlsx")
        comparison = xltools.compare(last, this, path)
        return {"remarks": list(comparison.notes)}, path.read_bytes()


def _sum(asked: dict[str, Any], given: Sequence[bytes]) -> Answer:
    rolled = xltools.add_up(_reports(asked, given), unit=asked["unit"], year=asked["year"])
    if not (rolled.report.provenance and rolled.report.provenance.counted):
        raise xltools.XltoolsError(f"没有一份报告可以计入，没有汇总。{''.join(rolled.remarks)}")
    return {"remarks": list(rolled.remarks), "units": rolled.units}, xltools.export(rolled.report, kind="xlsx")


ACTIONS: dict[str, Callable[[dict[str, Any], Sequence[bytes]], Answer]] = {
    "form": _use_form,
    "read": _read_only,
    "check": _check,
    "export": _export,
    "annotate": _annotate,
    "template": _template,
    "compare": _compare,
    "sum": _sum,
}
