"""A text is read whatever encoding it was saved in and whatever it says of it; what is garbled is repaired or refused, never read."""

from __future__ import annotations

import pytest

from xltools.readers.published.encodings import GarbledTextError, declared_encoding, decode

REPORT = "2024年政府信息公开工作年度报告\n一、总体情况\n全年主动公开政府信息392条，其中政策文件5条。\n"
TRADITIONAL = "2024年政府資訊公開工作年度報告\n一、總體情況\n全年主動公開政府資訊392條，其中政策文件5條。\n"


def page(text: str, charset: str) -> str:
    return f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head><body><p>{text}</p></body></html>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_report_is_read_in_every_encoding_that_office_programs_save(encoding: str) -> None:
    assert decode(REPORT.encode(encoding)).removeprefix("\ufeff") == REPORT


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "utf-16-le"])
def test_a_report_in_traditional_characters_is_read(encoding: str) -> None:
    assert decode(TRADITIONAL.encode(encoding)) == TRADITIONAL


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "gbk", "big5", "iso-8859-1", "no-such-charset", None])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_page_that_declares_a_wrong_encoding_is_read_all_the_same(encoding: str, declared: str | None) -> None:
    assert decode(REPORT.encode(encoding), declared) == REPORT


def test_the_declared_encoding_decides_where_nothing_else_does() -> None:
    assert decode("无。".encode("gbk"), "gb2312") == "无。"
    assert decode("無，詳見檔案".encode("big5"), "big5") == "無，詳見檔案"


@pytest.mark.parametrize(
    ("head", "declared"),
    [
        (b'<meta charset="GBK">', "GBK"),
        (b'<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=gb2312" />', "gb2312"),
        (b"<?xml version='1.0' encoding='utf-8'?><html>", "utf-8"),
        (b"<p>charset=gbk</p>", None),
    ],
)
def test_what_a_page_declares_is_found(head: bytes, declared: str | None) -> None:
    assert declared_encoding(head) == declared


def test_an_encoding_declared_far_behind_the_head_is_not_looked_for() -> None:
    assert declared_encoding(b" " * 5000 + b'<meta charset="gbk">') is None


def test_rare_characters_of_names_are_read_from_gb18030() -> None:
    text = REPORT + "联系人：䶮、𠮷、镕"
    assert decode(text.encode("gb18030")) == text


def test_a_file_cut_off_within_a_character_loses_no_more_than_that() -> None:
    data = (REPORT * 3).encode("utf-8")
    assert decode(data[:-2]).rstrip("\ufffd") == (REPORT * 3)[:-2]
    assert decode((REPORT * 3).encode("gb18030")[:-2]).rstrip("\ufffd") == (REPORT * 3)[:-2]


def test_one_broken_byte_does_not_make_another_encoding_likelier() -> None:
    data = (REPORT * 3).encode("utf-8")
    assert decode(data[:4] + b"\xff" + data[4:]).replace("\ufffd", "") == REPORT * 3


# nothing was lost, since an even number of characters, that is of bytes, stands before each that is not Chinese
EVEN = "政府信息公开工作年度报告\n政府信息公开情况\n的的政府信息\n"


def test_text_once_misread_as_gbk_is_repaired() -> None:
    misread = EVEN.encode("utf-8").decode("gb18030")
    assert misread.startswith("鏀垮簻淇℃伅")
    assert decode(misread.encode("utf-8")) == EVEN
    assert decode(misread.encode("utf-16")) == EVEN


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_text_once_misread_as_western_is_repaired(encoding: str) -> None:
    assert decode(REPORT.encode(encoding).decode("latin-1").encode("utf-8")) == REPORT


def test_text_misread_with_windows_western_characters_is_repaired() -> None:
    text = "政府信息公开的报告\n"
    misread = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode("utf-8"))
    assert decode(misread.encode("utf-8")) == text


def test_text_misread_and_partly_lost_is_refused() -> None:
    misread = (REPORT * 3).encode("utf-8").decode("gb18030", "replace")
    for text in (misread, misread.replace("\ufffd", "?"), misread.replace("\ufffd", "")):
        with pytest.raises(GarbledTextError):
            decode(text.encode("utf-8"))


@pytest.mark.parametrize("mark", ["?", "\ufffd"])
def test_a_text_whose_chinese_became_question_marks_is_refused(mark: str) -> None:
    lost = "".join(mark if ord(char) > 127 else char for char in REPORT)
    with pytest.raises(GarbledTextError):
        decode(lost.encode("utf-8"))
    with pytest.raises(GarbledTextError):
        decode(page(lost, "utf-8").encode("utf-8"))


def test_a_text_full_of_replacement_characters_misread_again_is_refused() -> None:
    with pytest.raises(GarbledTextError):
        decode((REPORT[:20] + "锟斤拷" * 40).encode("gbk"))


def test_a_report_that_asks_questions_is_no_garbled_text() -> None:
    text = REPORT + "是否公开？？？ what?? 真的??"
    assert decode(text.encode("utf-8")) == text


def test_a_page_with_a_broken_character_in_its_menu_is_read() -> None:
    text = REPORT + "\ufffd\ufffd"
    assert decode(text.encode("utf-8")) == text


def test_a_file_without_any_chinese_is_left_as_it_is() -> None:
    assert decode(b"12 0 0 3\n") == "12 0 0 3\n"
    assert decode("Bürgeramt, größer".encode()) == "Bürgeramt, größer"


def test_a_lone_byte_that_windows_shows_as_euro_is_repaired() -> None:
    text = "政府信息公开开\n政府信息公开的的\n"
    misread = text.encode("utf-8").decode("gb18030", "surrogateescape")
    assert "\udc80" in misread
    assert decode(misread.replace("\udc80", "€").encode("utf-8")) == text
