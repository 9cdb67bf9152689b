"""A file that is no Word document, or a wrong or hostile one, is refused in one line."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.word_markup import CHINESE, NAMES, RELS, p, package, tbl, tr
from xltools.errors import UnreadableFileError
from xltools.readers.published.word import read_docx

SAMPLES = Path(__file__).parents[1] / "samples"
ENCRYPTED = Path(__file__).parent / "wrong_files" / "encrypted.xlsx"
"""An empty workbook with a password; a document with one looks the same from outside."""


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("_rels/.rels", RELS)
        file.writestr("word/document.xml", b"<a>" + b" " * 200_000_000)
    return buffer.getvalue()


def other_package(name: str, content: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(name, content)
    return buffer.getvalue()


def lying() -> bytes:
    """A package whose directory says less of a part than it unpacks to."""
    data = bytearray(package(p("甲" * 1000)))
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"PK\x01\x02") + 1)
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "文件是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "这是旧格式的 Word 文档（.doc）"),
        (ENCRYPTED.read_bytes(), "文件有打开密码"),
        ("<html>报告</html>".encode(), "不是 Word 文档（可能是网页、文本或 RTF）"),
        ("报告".encode("utf-16"), "不是 Word 文档（可能是网页、文本或 RTF）"),
        (rb"{\rtf1 }", "不是 Word 文档（可能是网页、文本或 RTF）"),
        (b"%PDF-1.7\n", "这是 PDF 文件"),
        (b"\0\1\2\3", "不是 Word 文档"),
        (package(p("甲"))[:-40], "文件已损坏"),
        (package("<w:p>"), "文件已损坏"),
        (lying(), "文件已损坏"),
        (package(p()), "文档中没有文字"),
        (other_package("mimetype", "application/vnd.oasis.opendocument.text"), "不是 Word 文档"),
        (other_package("word/document.xml", "<html/>"), "不是 Word 文档"),
        (bomb(), "文件过大"),
    ],
    ids=["empty", "doc", "encrypted", "html", "utf-16", "rtf", "pdf", "bytes", "cut", "xml", "lying", "pictures", "odt", "other", "bomb"],
)
def test_a_file_that_is_no_document_is_refused_in_one_line(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError) as refusal:
        read_docx(path)
    assert refusal.value.reason.startswith(reason)
    assert "请" in refusal.value.reason


def test_a_workbook_called_docx_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    shutil.copy(SAMPLES / "balanced-2024" / "balanced-2024.xlsx", path)
    with pytest.raises(UnreadableFileError, match="不是 Word 文档"):
        read_docx(path)


def test_a_package_with_an_entity_bomb_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    entities = '<!DOCTYPE a [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    document = f"{entities}]><w:document {NAMES}><w:body>{p('甲')}{p('&i;')}</w:body></w:document>"
    path.write_bytes(other_package("word/document.xml", document))
    with pytest.raises(UnreadableFileError, match="文件已损坏"):
        read_docx(path)
    path.write_bytes(other_package("word/document.xml", document.replace("&i;", "乙")))
    with pytest.raises(UnreadableFileError, match="DTD"):
        read_docx(path)


def test_a_damaged_file_never_ends_in_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    data = package(p("甲") + tbl(tr("规章", "0")), numbering=CHINESE)
    for at in range(0, len(data), 7):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        try:
            read_docx(path)
        except UnreadableFileError as refusal:
            assert "请" in refusal.reason
