"""Tells what a file is by its content, and reads it within the limits, all of which stand here; docs/security.md tells what is refused and why."""

import errno
import os
from pathlib import Path
from typing import Literal, NamedTuple

from xltools.errors import UnreadableFileError

MEGABYTE = 2**20


class Limits(NamedTuple):
    """How large a package may be; what it should be and the program that saves it anew, for the words of a refusal."""

    what: str
    program: str
    file: int
    entries: int
    unpacked: int  # bytes that its XML unpacks to, of which all else is left packed; where a library unpacks the rest, too, bytes of it all

    def say(self, reason: str) -> str:
        """Return a reason in words for this kind of file."""
        return reason.format(what=self.what, program=self.program)

    def refuse(self, wrong: object, reason: str) -> None:
        """Raise GateError for this reason where something is wrong."""
        if wrong:
            raise GateError(self.say(reason))


REPORT = "一份年度报告"
WORKBOOK = Limits("填报工作簿", "Excel", 32 * MEGABYTE, 2_000, 64 * MEGABYTE)
DOCUMENT = Limits(REPORT, "Word", 128 * MEGABYTE, 10_000, 16 * MEGABYTE)  # photographs take most of a document, and are never unpacked
REFERENCE = DOCUMENT._replace(what="成文样式")

TAG_LIMIT = 400_000  # tags of the XML of a spreadsheet that is parsed; a filled workbook has 10,000
SHEET_LIMIT = 256  # sheets of a workbook; all of them might be one part, which is parsed for each
AREA_LIMIT = 500_000  # cells of the smallest rectangle, from A1 on, that holds all values of a sheet; its reader makes room for each
PAGE_LIMIT, TEXT_LIMIT = 64 * MEGABYTE, 8 * MEGABYTE  # bytes of a web page with its pictures, and of any text without: JSON, a roster
LINE_LIMIT, CELL_LIMIT = 50_000, 300_000  # lines, paragraphs and table rows of a published file, and cells; a yearbook has 20,000
PROSE_LIMIT = 300_000  # characters of a report's own prose, however it was read; the longest have 20,000
PDF_LIMIT, PDF_PAGE_LIMIT = 64 * MEGABYTE, 2_000  # bytes and pages of a PDF
PDF_MEMORY_LIMIT, PDF_SECONDS_LIMIT = 1024 * MEGABYTE, 30  # of the process that reads a PDF; a report takes 150 MB and 2 seconds
SKELETON_LIMIT = 100_000  # bytes of a report.md.j2

EMPTY = "文件是空的。请重新保存或索取。"
TOO_LARGE = "文件过大，不像{what}。请确认是否选错文件。"
TOO_LONG = f"文件过长（超过 {LINE_LIMIT:,} 行或 {CELL_LIMIT:,} 格），无法读取。请只保留年度报告所在的部分。"
TOO_WORDY = f"正文过长（超过 {PROSE_LIMIT:,} 字），不像一份年度报告。请只保留年度报告的内容。"
ENCRYPTED = "文件有打开密码。请在 {program} 或 WPS 中取消密码后另存。"
RESAVE = "请在 Excel 或 WPS 中打开，另存为 .xlsx（不设密码）后重新报送。"
BY_ITSELF = f"文件是 Excel 以默认密码加密的，打开时不要密码，其他程序不能读取。{RESAVE}"
MAYBE_BY_ITSELF = f"文件有打开密码，或者是 Excel 以默认密码加密的（打开时不要密码）。{RESAVE}"
DAMAGED = "文件已损坏或不完整。请在 {program} 或 WPS 中打开并另存后再试。"
BAD_NAME, TWICE, OVERLAPPING, DECLARES = (
    DAMAGED.replace("。", f"（{why}）。", 1)
    for why in ("内部文件名不合规范", "内部文件重名", "内部文件互相重叠", "XML 中有 DTD 或实体定义")
)

Kind = Literal["zip", "ole", "pdf", "other"]
LOCAL_MAGIC, PDF_MAGIC = b"PK\x03\x04", b"%PDF-"
MAGICS: tuple[tuple[bytes, Kind], ...] = ((LOCAL_MAGIC, "zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"), (PDF_MAGIC, "pdf"))
OFFICE_MAGICS = (b"b\x14#e", b"%TSD-Header")
"""How files begin that an office's software against leaks has encrypted; they bear the names of what they were."""


class GateError(Exception):
    """Why a file is refused, in Chinese, with what to do."""


def kind_of(data: bytes) -> Kind:
    """Return what a file is by how it begins."""
    return next((kind for magic, kind in MAGICS if data.startswith(magic)), "other")


NO_FILE, IS_FOLDER = "文件不存在。请检查文件名和位置。", "这是文件夹。请给出文件。"
FORBIDDEN = "没有读取的权限。请找管理员授权，或换一个位置。"
UNREAD = {errno.ENOENT: NO_FILE, errno.EISDIR: IS_FOLDER, errno.EACCES: FORBIDDEN, errno.EPERM: FORBIDDEN}


def why_unread(fault: OSError) -> str:
    """Return why the system does not give a file, and what to do."""
    return UNREAD.get(fault.errno or 0, f"系统读不出这个文件（{fault.strerror or fault}）。请检查文件和磁盘。")


def read_file(path: Path, limit: int, what: str, *, may_be_empty: bool = False) -> bytes:
    """Return the bytes of a file that should be `what`. Raise UnreadableFileError for one that is missing, empty or too large."""
    try:
        with path.open("rb") as file:
            data = file.read(min(os.fstat(file.fileno()).st_size, limit) + 1)
    except OSError as fault:
        raise UnreadableFileError(path, why_unread(fault)) from fault
    if len(data) > limit:
        raise UnreadableFileError(path, TOO_LARGE.format(what=what))
    if not data and not may_be_empty:
        raise UnreadableFileError(path, EMPTY)
    if data.startswith(OFFICE_MAGICS):
        raise UnreadableFileError(path, "文件已被单位的加密软件加密，在别处打不开。请报送单位用加密软件解密后重新报送。")
    return data
