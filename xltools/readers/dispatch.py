"""Reads reports from files of any kind; a reader for each kind stands behind this one door."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

from xltools.errors import UnreadableFileError, XltoolsError
from xltools.files.gate import IS_FOLDER, NO_FILE, PROSE_LIMIT, TOO_WORDY
from xltools.files.outputs import is_edited
from xltools.form import loader
from xltools.form.definition import FindForm
from xltools.report.filled import Report
from xltools.workers import in_batches

READER_DIED = "读取出错或用时过长。请在 Excel、WPS 或 Word 中打开并另存后再试。"
Reader = Callable[[Path, FindForm], Report]

READERS = {
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".et", ".ods"), "workbook"),
    ".json": "json",
    ".docx": "docx",
    **dict.fromkeys((".html", ".htm"), "html"),
    **dict.fromkeys((".md", ".txt"), "text"),
    ".pdf": "pdf",
}
"""The kind of file that each ending stands for."""
FILLED_IN = ("workbook", "json")  # the kinds that are filled in; all others are published, and say less
PUBLISHED = {"docx": "word", "html": "web", "text": "plain_text", "pdf": "pdf"}  # those, with the modules of their readers

FINDINGS = {".json": rb'\{"(?:reports|comparison)":', ".html": rb'(?:<!.*>)?<htmlclass="findings"'}
"""How what we write of reports begins, without blanks, by the ending of the file, also where an editor or a browser has saved it."""
PASSED_OVER = {
    *(".sqlite", ".sqlite3", ".db", ".sqlite-journal", ".csv", ".tsv", ".parquet", ".sarif"),
    *(".ini", ".log", ".css", ".js", ".j2", ".toml"),
}
"""Endings of what lies beside reports and that nobody takes for one: data, and what programs keep for themselves."""
SUMMARY, COPIES, URGE, RETURN = "汇总情况", "审核意见", "催报函", "退改通知"
"""What collecting writes beside its roll-up: what the names of its summary and of its folder of annotated copies end in, how letters begin."""
OTHER_KINDS = {
    ".doc .docm .dot .dotx .wps .wpt .rtf .odt .uot .pages .mht .mhtml": "不能读取这种格式。请在 WPS 或 Word 中另存为 .docx，改用那个文件。",
    ".xlsb .xlt .xltx .xltm .ett .uos .numbers": "不能读取这种格式。请在 Excel 或 WPS 中打开，另存为 .xlsx 后重新报送。",
    ".ofd .ceb .caj": "不能读取版式文件。请在 WPS 或 Word 中另存为 .docx，或转换为 PDF，改用那个文件。",
    ".zip .rar .7z .tar .gz .tgz": "不能读取压缩包。请解压，把其中的报告文件放到这里。",
    ".jpg .jpeg .png .bmp .gif .tif .tiff .webp .heic": "不能读取图片。请报送填报工作簿或 Word 文件。",
    ".eml .msg": "不能读取邮件。请打开邮件，把附件中的报告文件存到这里。",
    ".csv .tsv .parquet .sarif .sqlite .sqlite3 .db": "这是名册、检查结果或收集来的数据，不是报告。请给出报告文件。",
    ".lnk .url": "这是快捷方式，不是报告。请把报告文件复制到这里。",
}
"""What else is handed in for a report, by ending, and what to do."""


def _reader(kind: str, mend: bool) -> Reader:
    """Return the reader of a kind of file; it is imported when first needed, so that one kind does not wait for the libraries of another."""
    if kind == "json":
        from xltools.report.report_json import read_json

        return read_json
    if kind == "workbook":
        from xltools.readers.workbook.filled_workbook import read_workbook

        return partial(read_workbook, mend=mend)
    from xltools.readers.published.assembly import read_published

    read_source = getattr(import_module(f"xltools.readers.published.{PUBLISHED[kind]}"), f"read_{kind}")
    return lambda path, find_form: read_published(path, read_source(path), find_form)


def read_report(path: Path, find_form: FindForm, mend: bool = False) -> Report:
    """Return the report in a file; to `mend` a workbook with moved cells is to read it by its labels. Raise UnreadableFileError."""
    if path.is_dir():
        is_open = os.access(path, os.R_OK | os.X_OK)
        raise UnreadableFileError(path, IS_FOLDER if is_open else "文件夹打不开，其中的文件没有读取。请检查权限。")
    if path.parts[:1] in (("http:",), ("https:",)):
        raise UnreadableFileError(path, "这是网址。请在浏览器中打开，另存为 .html，再给出那个文件。")
    if not path.exists():
        raise UnreadableFileError(path, "链接所指的文件不存在。请把报告文件复制到这里。" if path.is_symlink() else NO_FILE)
    if not path.is_file():  # a pipe or a device, which may have no end
        raise UnreadableFileError(path, "不是普通的文件。请给出报告文件。")
    ending = path.suffix.lower()
    kind = READERS.get(ending)
    if kind is None:
        told = (what for endings, what in OTHER_KINDS.items() if ending and ending in endings.split())
        raise UnreadableFileError(path, next(told, f"不能读取这种文件。能读取的有 {' '.join(READERS)}。"))
    if _holds_findings(path):  # its marks stand among the figures
        raise UnreadableFileError(path, "这是检查或对比的结果，不是报告。请给出报告文件。")
    try:
        report = _reader(kind, mend)(path, find_form)
    except UnreadableFileError:
        raise
    except XltoolsError as fault:  # the form that the file names is unknown or broken
        raise UnreadableFileError(path, str(fault)) from fault
    if sum(map(len, report.texts.values())) > PROSE_LIMIT:
        raise UnreadableFileError(path, TOO_WORDY)
    return report


Readable = str | os.PathLike[str] | bytes  # the path of a file to read, or its bytes


def read(source: Readable, name: str = "", *, form: str | None = None) -> Report:
    """Return the report in a file, given by path or as bytes with its name; `form` is for files that name none. Raise XltoolsError."""
    if not isinstance(source, bytes):
        return read_report(Path(source), loader.find_form(form))
    if not name:
        raise XltoolsError("只给了文件内容，不知道是哪种文件。请同时给出文件名，如“报告.xlsx”。")
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder, "report").with_suffix(Path(name).suffix)
        path.write_bytes(source)
        try:
            return read_report(path, loader.find_form(form))
        except UnreadableFileError as fault:
            raise UnreadableFileError(Path(name), fault.reason) from fault


def find_files(path: Path) -> Iterator[Path]:
    """Yield the file itself, or all in a folder and below it that may have been handed in, even what cannot be read; not what we wrote."""
    if not path.is_dir():
        yield path
        return
    found: list[Path] = []
    # even a folder that does not open: who sent it must not pass for a unit that sent nothing
    for place, folders, names in os.walk(path, onerror=lambda fault: found.append(Path(fault.filename))):
        of_pages = {f"{Path(name).stem}{ending}" for name in names if name.endswith((".html", ".htm")) for ending in ("_files", ".files")}
        folders[:] = [name for name in folders if not name.startswith((".", "__")) and name not in of_pages]
        found.extend(Path(place, name) for name in names if not name.startswith(("~$", ".")))
    for file in sorted(found):
        if file.suffix.lower() not in PASSED_OVER and not _holds_findings(file) and not _is_product(file.relative_to(path), file):
            yield file


def _is_product(place: Path, file: Path) -> bool:
    """Return whether a file is what collecting wrote, by its place below the folder that is read; a copy that somebody has worked on is none."""
    if any(folder.name.endswith(f"-{COPIES}") for folder in place.parents):
        return not is_edited(file)
    is_letter = place.suffix == ".docx" and place.name.startswith((f"{URGE}-", f"{RETURN}-"))
    return is_letter or place.stem.endswith(f"-{SUMMARY}")


def _holds_findings(file: Path) -> bool:
    """Return whether a file is what `check --format json` or `html` or `compare` wrote, and no report."""
    beginning = FINDINGS.get(".html" if file.suffix.lower() == ".htm" else file.suffix.lower())
    if beginning is None:
        return False
    try:
        with file.open("rb") as opened:
            return bool(re.match(beginning, re.sub(rb"\s|\xef\xbb\xbf", b"", opened.read(400))))
    except OSError:  # its reader will say so
        return False


def read_reports(files: Sequence[Path], form_name: str | None) -> Iterator[tuple[Path, Report | UnreadableFileError]]:
    """Yield each file with its report, or with the error that says why there is none."""
    read = in_batches(partial(_read, form_name), files, os.cpu_count() or 1, lambda file: UnreadableFileError(file, READER_DIED))
    return zip(files, read, strict=True)


def _read(form_name: str | None, file: Path) -> Report | UnreadableFileError:
    try:
        return read_report(file, loader.find_form(form_name))
    except UnreadableFileError as fault:
        return fault
