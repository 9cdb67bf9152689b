"""Reads the lines and table rows of a PDF. A process of its own parses it, which may run out of time or memory."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from xltools.errors import UnreadableFileError
from xltools.files.gate import PDF_LIMIT, PDF_MAGIC, PDF_MEMORY_LIMIT, PDF_PAGE_LIMIT, PDF_SECONDS_LIMIT, REPORT, read_file
from xltools.readers.published.source import Cell, Line, Row, Source

MAGIC_WITHIN = 1024  # bytes within which a PDF begins; some have a few others before

REASONS = {
    "locked": "有打开密码。请去掉密码后另存，再试。",
    "damaged": "文件已损坏，无法打开。请重新导出或重新下载。",
    "too-long": f"超过 {PDF_PAGE_LIMIT} 页。请只保留年度报告所在的页。",
    "too-much": "内容过多或文件已损坏，无法读取。请只保留年度报告所在的页，重新导出后再试。",
    "scanned": "是扫描件（图片），没有文字，无法读取。请用可复制文字的 PDF 版或 Word 版（.docx）。",
    "no-text": "没有文字，无法读取。请用可复制文字的 PDF 版或 Word 版（.docx）。",
    "no-codes": "文字无法识别（复制出来是乱码）。请从 Word 重新导出，或改用 Word 版（.docx）。",
}  # why a PDF cannot be read, by what its process says


def read_pdf(path: Path) -> Source:
    """Return the lines and table rows of a PDF, of a long document those of its report. Raise UnreadableFileError."""
    data = read_file(path, PDF_LIMIT, REPORT)
    if PDF_MAGIC not in data[:MAGIC_WITHIN]:
        raise UnreadableFileError(path, "不是 PDF 文件。请检查文件名结尾，或重新下载。")
    if any(find_spec(library) is None for library in ("pdfplumber", "pdfminer", "pypdfium2")):
        raise UnreadableFileError(path, "没有安装读取 PDF 的组件。请按 README 的“安装”一节加装 pdf 组件，或改用 Word 版（.docx）。")
    # the same modules as here, whatever folder this was started in
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(entry or os.curdir for entry in sys.path)}
    limits = map(str, (PDF_PAGE_LIMIT, PDF_MEMORY_LIMIT, PDF_SECONDS_LIMIT))
    command = [sys.executable, "-P", "-m", "xltools.readers.published.pdf_process", *limits]
    wait = 4 * PDF_SECONDS_LIMIT  # by the clock: a machine may be busy, and not every system limits the time of a process
    said: dict[str, Any] = {"fault": "too-much"}
    with suppress(subprocess.TimeoutExpired):
        # our own program, whose arguments are numbers
        ended = subprocess.run(command, input=data, capture_output=True, timeout=wait, env=environment, check=False)  # noqa: S603
        said = said if ended.returncode else json.loads(ended.stdout)
    if "fault" in said:
        raise UnreadableFileError(path, REASONS[said["fault"]])
    items: list[Line | Row] = []
    for item in said["items"]:
        cells = item.pop("cells", None)
        items.append(Line(**item) if cells is None else Row(tuple(Cell(**cell) for cell in cells), **item))
    return Source("pdf", tuple(items))
