"""Zip packages and their XML pass the gate before any parser: what could exhaust or mislead one is refused in one line."""

from __future__ import annotations

import struct
import zipfile
import zlib

import pytest

from tests.fuzz.packages import zipped
from tests.refused import DTD, refusal
from xltools.files.gate import DOCUMENT, Limits
from xltools.files.packages import open_package

SMALL = Limits("样品", "Excel", file=1000, entries=3, unpacked=300)


def _xml(size: int) -> bytes:
    return b"<x>%s</x>" % (b"a" * (size - 7))


# ------------------------------------------------------------------------------------------------------------ directory


@pytest.mark.parametrize("count", [3, 4])
def test_entries_have_a_limit(count: int) -> None:
    data = zipped({f"{number}.xml": b"<x/>" for number in range(count)})
    if count == SMALL.entries:
        assert "0.xml" in open_package(data, SMALL)
    else:
        assert refusal(lambda: open_package(data, SMALL)).startswith("文件过大，不像样品")


def test_what_the_xml_unpacks_to_has_a_limit() -> None:
    assert open_package(zipped({"a.xml": _xml(150), "b.rels": _xml(150)}), SMALL).read("b.rels") == _xml(150)
    assert "文件过大" in refusal(lambda: open_package(zipped({"a.xml": _xml(150), "b.rels": _xml(151)}), SMALL))


def test_a_part_that_does_not_say_that_it_is_xml_has_the_same_limit() -> None:
    package = open_package(zipped({"a.xml": b"<x/>", "b": _xml(300), "c": _xml(301)}), SMALL)
    assert package.read("b") == _xml(300)
    assert "文件过大" in refusal(lambda: package.read("c"))


def test_pictures_may_unpack_to_more_where_nobody_unpacks_them() -> None:
    package = open_package(zipped({"a.xml": b"<x/>", "word/media/image1.bmp": bytes(8 * 2**20)}), DOCUMENT)
    package.check_all()
    small = open_package(zipped({"a.xml": b"<x/>", "word/media/image1.bmp": bytes(297)}), SMALL)
    assert small.read("a.xml") == b"<x/>"
    assert "文件过大" in refusal(small.check_all)


@pytest.mark.parametrize(
    "name", ["/a.xml", "../a.xml", "xl/../../a.xml", "xl/..", "C:/a.xml", "c:a.xml", "xl\\a.xml", "a\0.xml", "a\n.xml"]
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    stand_in = name.replace("\0", "~")
    data = zipped({stand_in: b"<x/>"}).replace(stand_in.encode(), name.encode())
    assert "内部文件名不合规范" in refusal(lambda: open_package(data, SMALL))


@pytest.mark.parametrize("name", ["a..b.xml", "...xml", "xl/", "汇总 表.xml", "[Content_Types].xml"])
def test_an_unusual_name_is_taken(name: str) -> None:
    assert name in open_package(zipped({name: b"<x/>"}), SMALL)


def test_a_name_may_stand_there_once_in_any_case() -> None:
    assert open_package(zipped({"a.xml": b"<x/>", "b.xml": b"<x/>"}), SMALL)
    assert "内部文件重名" in refusal(lambda: open_package(zipped({"a.xml": b"<x/>", "A.xml": b"<y/>"}), SMALL))
    twice = zipped({"a.xml": b"<x/>", "b.xml": b"<y/>"}).replace(b"b.xml", b"a.xml")
    assert "内部文件重名" in refusal(lambda: open_package(twice, SMALL))


def _directory(data: bytes, name: bytes, at: int, form: str, value: int) -> bytes:
    """The file with a field of an entry's line in the directory set."""
    changed = bytearray(data)
    line = next(at for at in range(len(data)) if data[at : at + 4] == b"PK\x01\x02" and data[at + 46 :].startswith(name))
    struct.pack_into(form, changed, line + at, value)
    return bytes(changed)


def test_entries_that_overlap_are_refused() -> None:
    data = zipped({"a.xml": b"<x/>", "b.xml": b"<y/>"}, zipfile.ZIP_STORED)
    assert open_package(data, SMALL).read("b.xml") == b"<y/>"
    assert "互相重叠" in refusal(lambda: open_package(_directory(data, b"b.xml", 42, "<I", 0), SMALL))
    assert "互相重叠" in refusal(lambda: open_package(_directory(data, b"a.xml", 20, "<I", 5), SMALL))
    assert "互相重叠" in refusal(lambda: open_package(_directory(data, b"b.xml", 20, "<I", 5), SMALL))  # into the directory


@pytest.mark.parametrize("flag", [0x01, 0x40])
def test_an_encrypted_entry_is_refused(flag: int) -> None:
    data = _directory(zipped({"a.xml": b"<x/>"}), b"a.xml", 8, "<H", flag)
    assert "文件有打开密码" in refusal(lambda: open_package(data, SMALL))


def test_another_compression_is_refused() -> None:
    assert "文件已损坏" in refusal(lambda: open_package(zipped({"a.xml": b"<x/>"}, zipfile.ZIP_LZMA), SMALL))


@pytest.mark.parametrize("said", [0, 99, 101])
def test_a_directory_that_lies_about_a_size_is_refused(said: int) -> None:
    data = _directory(zipped({"a.xml": _xml(100)}), b"a.xml", 24, "<I", said)
    assert "文件已损坏" in refusal(lambda: open_package(data, SMALL).read("a.xml"))


def test_a_directory_that_lies_about_size_and_checksum_is_refused() -> None:
    data = _directory(zipped({"a.xml": _xml(100)}), b"a.xml", 24, "<I", 50)
    data = _directory(data, b"a.xml", 16, "<I", zlib.crc32(_xml(100)[:50]))
    assert "文件已损坏" in refusal(lambda: open_package(data, SMALL).read("a.xml"))


# ------------------------------------------------------------------------------------------------------------------ XML


@pytest.mark.parametrize(
    "xml",
    [
        DTD + b"<x/>",
        b"<?xml version='1.0'?>\n<!-- > -->" + DTD + b"<x/>",
        b"\xef\xbb\xbf <?xml version='1.0' encoding='UTF-8'?><?pi ?>" + DTD + b"<x/>",
        b'<!doctype x [<!ENTITY e "e">]><x>&e;</x>',
        (DTD + b"<x/>").decode().encode("utf-16"),
    ],
)
def test_xml_with_a_document_type_is_refused(xml: bytes) -> None:
    assert "DTD" in refusal(lambda: open_package(zipped({"a.xml": xml}), SMALL).read("a.xml"))


@pytest.mark.parametrize(
    "xml", [b"+ADw-x/+AD4-", b"<?xml version='1.0' encoding='UTF-7'?><x/>", "<x/>".encode("utf-16-le"), "<x/>".encode("utf-32"), b""]
)
def test_xml_in_an_encoding_that_hides_it_is_refused(xml: bytes) -> None:
    assert "文件已损坏" in refusal(lambda: open_package(zipped({"a.xml": xml}), SMALL).read("a.xml"))


@pytest.mark.parametrize(
    "xml",
    [
        b"<x/>",
        b"\xef\xbb\xbf\n<x/>",
        "<?xml version='1.0' encoding='UTF-16'?><x>年报</x>".encode("utf-16"),
        "<?xml version='1.0' encoding='GB2312'?><x>年报</x>".encode("gbk"),
        b"<!-- <!DOCTYPE x> --><x><![CDATA[<!DOCTYPE html><!ENTITY>]]></x>",
        b"<x>&lt;!DOCTYPE html&gt;</x>",
    ],
)
def test_xml_that_declares_nothing_is_read(xml: bytes) -> None:
    assert open_package(zipped({"a.xml": xml}), SMALL).read("A.XML") == xml
