"""A text is read in the encoding that it was saved in, whatever it says of it; what is garbled is refused, never read."""

from __future__ import annotations

from pathlib import Path

import pytest

from xltools.errors import UnreadableFileError
from xltools.readers.published.text_lines import decode, read_characters

REPORT = "2024年政府信息公开工作年度报告\n一、总体情况\n全年主动公开政府信息392条，其中政策文件5条。\n"
TRADITIONAL = "2024年政府資訊公開工作年度報告\n一、總體情況\n全年主動公開政府資訊392條，其中政策文件5條。\n"


def page(text: str, charset: str) -> str:
    return f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head><body><p>{text}</p></body></html>'


def assert_refused(folder: Path, text: str) -> None:
    path = folder / "report.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="文件为乱码"):
        read_characters(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_report_is_read_in_every_encoding_that_office_programs_save(encoding: str) -> None:
    assert decode(REPORT.encode(encoding)).removeprefix("\ufeff") == REPORT


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "gbk", "big5", "iso-8859-1", "no-such-charset"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_page_that_declares_a_wrong_encoding_is_read_all_the_same(encoding: str, declared: str) -> None:
    text = page(REPORT, declared)
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("head", ['<meta charset="Big5">', "<?xml version='1.0' encoding='big5'?>"])
def test_a_page_that_declares_big5_is_read_in_it(head: str) -> None:
    assert decode((head + TRADITIONAL).encode("big5")) == head + TRADITIONAL


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


def test_text_misread_and_partly_lost_is_refused(tmp_path: Path) -> None:
    misread = (REPORT * 3).encode("utf-8").decode("gb18030", "replace")
    for text in (misread, misread.replace("\ufffd", "?"), misread.replace("\ufffd", "")):
        assert_refused(tmp_path, text)


@pytest.mark.parametrize("mark", ["?", "\ufffd"])
def test_a_text_whose_chinese_became_question_marks_is_refused(tmp_path: Path, mark: str) -> None:
    lost = "".join(mark if ord(char) > 127 else char for char in REPORT)
    assert_refused(tmp_path, lost)
    assert_refused(tmp_path, page(lost, "utf-8"))


def test_a_text_full_of_replacement_characters_misread_again_is_refused(tmp_path: Path) -> None:
    assert_refused(tmp_path, REPORT[:20] + "锟斤拷" * 40)


def test_a_report_that_asks_questions_is_no_garbled_text() -> None:
    text = REPORT + "是否公开？？？ what?? 真的??"
    assert decode(text.encode("utf-8")) == text


def test_a_page_with_a_broken_character_in_its_menu_is_read() -> None:
    text = REPORT + "\ufffd\ufffd"
    assert decode(text.encode("utf-8")) == text


def test_a_file_without_any_chinese_is_left_as_it_is() -> None:
    assert decode(b"12 0 0 3\n") == "12 0 0 3\n"
    assert decode("Bürgeramt, größer".encode()) == "Bürgeramt, größer"
