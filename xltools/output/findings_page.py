"""Findings as one web page that loads nothing else: the tables and the prose with the faults marked, the list beside, all text escaped."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from xltools.documents.html import STYLE_FILE, element, page_text
from xltools.form.definition import label_basis
from xltools.numerals import show
from xltools.output import Checked, counts_line
from xltools.output.marked_report import MarkedReport, joined, sign
from xltools.rules.rule import SEVERITY_NAMES, Finding

SCRIPT = (Path(__file__).parent / "findings_page.js").read_text(encoding="utf-8")
COLUMNS = ("序号", "单位", "报告年度", *SEVERITY_NAMES.values(), "先做什么")


def style() -> str:
    """Return the style sheet: that of the exported report, and what the findings add to it."""
    exported = Path(__file__).parent.parent / "documents" / STYLE_FILE
    return exported.read_text(encoding="utf-8") + (Path(__file__).parent / "findings_page.css").read_text(encoding="utf-8")


def render(files: Sequence[Checked]) -> str:
    """Return the page of the findings of all files, which were checked with their reports kept."""
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = [
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="format-detection", content="telephone=no"),
        element("meta", name="robots", content="noindex"),
        element("title", " ".join(["检查结果", *(_title(file) for file in files[:1])])),
        element("style", f"\n{style()}"),
    ]
    counted = f"{f'共{len(files)}份：' if len(files) > 1 else ''}{counts_line(files)}"
    top = element("header", [element("h1", "检查结果"), element("p", counted)])
    parts = [*([overview(files)] if len(files) > 1 else []), *(article(number, file) for number, file in enumerate(files, 1))]
    body = element("body", [top, element("main", parts), element("script", SCRIPT)])
    # a folder that is checked again knows the page by how it begins
    return page_text(element("html", [element("head", head), body], class_="findings", lang="zh-CN"))


def overview(files: Sequence[Checked]) -> Element:
    """Return the table of all files: whose report, how many findings, and what to do first."""
    head = element("thead", [element("tr", [element("th", name, scope="col") for name in COLUMNS])])
    rows = []
    for number, file in enumerate(files, 1):
        link = element("a", file.unit or Path(file.file).name, href=f"#r{number}")
        counts = [element("td", "" if file.error else str(len(file.of(severity)))) for severity in SEVERITY_NAMES]
        cells = [element("td", str(number)), joined("th", link, scope="row", class_="left"), element("td", str(file.year or "")), *counts]
        rows.append(element("tr", [*cells, joined("td", *_first_step(number, file), class_="left")]))
    table = element("table", [element("caption", "各份报告", id="overview-caption"), head, element("tbody", rows)], class_="overview")
    return element("section", [table], class_="scroll", tabindex="0", aria_labelledby="overview-caption")


def article(number: int, file: Checked) -> Element:
    """Return what the page shows of one file: its counts, the list of its findings, and the report with the marks."""
    name = f"r{number}"
    top = [element("h2", _title(file)), element("p", file.file, class_="file")]
    if file.error or file.report is None:
        parts = [*top, element("p", f"无法读取：{file.error}", class_="first")]
        return element("article", parts, id=name, class_="unreadable", tabindex="-1", data_report=file.file)
    marked = MarkedReport(name, file.report, file.findings)
    paper = element("div", marked.parts(f"第{number}份："), class_="paper")
    top += [element("p", counts_line([file])), joined("p", *_first_step(number, file), class_="first")]
    split = element("div", [element("div", _list(name, file, marked), class_="list"), paper], class_="split")
    return element("article", [*top, split], id=name, tabindex="-1", data_report=file.file)


def _title(file: Checked) -> str:
    return " ".join(filter(None, (file.unit, f"{file.year}年度" if file.year else ""))) or Path(file.file).name


def _first_step(number: int, file: Checked) -> Iterator[str | Element]:
    """Yield what to do first, in words, with a link to the finding."""
    open_errors = [finding for finding in file.of("error") if not finding.explanation and finding.because is None]
    if file.error:
        yield "请按提示处理文件后重新检查。"
    elif open_errors:
        yield "先改 "
        yield element("a", f"{open_errors[0].rule.title}（编号 {open_errors[0].id}）", href=f"#r{number}-f{open_errors[0].id}")
        yield f"，共有{len(open_errors)}处错误要改正或写明原因。"
    elif file.findings:
        yield "没有要改正的错误，可以导出报告；其余各项请看一看。"
    else:
        yield "没有发现问题，可以导出报告。"


def _list(name: str, file: Checked, marked: MarkedReport) -> Iterator[Element]:
    """Yield the list of findings, the gravest first, what is only a consequence under its cause."""
    yield element("h3", f"问题{len(file.findings)}项" if file.findings else "没有发现问题")
    ids = {finding.id for finding in file.findings}
    causes = [finding for severity in SEVERITY_NAMES for finding in file.of(severity) if finding.because not in ids]
    if causes:
        yield element("ol", [_item(name, file, marked, cause) for cause in causes])


def _item(name: str, file: Checked, marked: MarkedReport, finding: Finding) -> Element:
    """Return a finding with the consequences that it has."""
    fault = finding.fault
    target, kind = marked.targets.get(finding.id), f" {SEVERITY_NAMES[finding.severity]} {finding.rule.code} "
    message = element("a", finding.message, href=f"#{target}") if target else finding.message  # linked to where it is shown
    parts = [joined("p", joined("b", sign(finding), class_="sign"), kind, message)]
    if fault.difference:
        sides = f"（实际 {fault.actual}，应为 {fault.expected}）" if fault.actual and fault.expected else ""
        parts.append(element("p", f"差 {fault.difference}{sides}"))
    if finding.repair:
        parts.append(joined("p", "改正：", *_repair(marked, finding), class_="advice"))
    elif finding.advice:
        parts.append(element("p", f"建议：{finding.advice}", class_="advice"))
    parts.append(element("p", label_basis(finding.basis), class_="basis"))
    if finding.explanation:
        parts.append(element("p", f"说明：{finding.explanation}", class_="explanation"))
    consequences = [other for other in file.findings if other.because == finding.id]
    if consequences:
        parts += [element("p", "由此引起："), element("ol", [_item(name, file, marked, other) for other in consequences])]
    return element(
        "li",
        parts,
        id=f"{name}-f{finding.id}",
        class_=finding.severity,
        tabindex="-1",
        data_finding=finding.id,
        data_code=finding.rule.code,
        data_severity=finding.severity,
        data_key=finding.key,
        data_explained="true" if finding.explanation else "",
    )


def _repair(marked: MarkedReport, finding: Finding) -> Iterable[str | Element]:
    """Yield for each figure to change its label, what stands there and what should."""
    for number, step in enumerate(finding.repair):
        yield "；" if number else ""
        yield element("a", marked.report.form.figures[step.figure].label, href=f"#{marked.cell_id(step.figure)}")
        yield "："
        yield element("del", "空白" if marked.report.shown(step.figure) is None else show(step.before))
        yield " → "
        yield element("ins", show(step.after))
