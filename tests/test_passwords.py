"""A workbook with a password: Excel's own is told from one that somebody has set."""

from __future__ import annotations

import hashlib
import io
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.needed import need_module
from tests.reports import report
from xltools.files.gate import GateError
from xltools.readers.workbook import sheets
from xltools.workbook.locked_workbook import write_workbook

ENCRYPTED = Path(__file__).parent / "wrong_files"


class TestExcelsOwnPassword:
    """Excel encrypts a protected workbook that is saved as .xls with a password of its own, and opens it without asking."""

    def test_another_password_is_told_as_one(self) -> None:
        need_module("msoffcrypto")
        for name in ("encrypted.xlsx", "encrypted.xls"):
            with pytest.raises(GateError, match=r"^文件有打开密码。"):
                sheets.inspect_book((ENCRYPTED / name).read_bytes())

    @pytest.mark.parametrize("name", ["encrypted.xlsx", "encrypted.xls"])
    def test_where_it_cannot_be_told_both_are_named_and_the_way_out(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "msoffcrypto", None)
        with pytest.raises(GateError, match=r"^文件有打开密码，或者是 Excel 以默认密码加密的.*另存为 \.xlsx（不设密码）"):
            sheets.inspect_book((ENCRYPTED / name).read_bytes())

    def test_an_old_workbook(self) -> None:
        need_module("msoffcrypto")
        salt, verifier = bytes(range(16)), b"a 16 byte secret"
        start = md5(VELVET).digest()[:5]
        key = md5(md5((start + salt) * 16).digest()[:5] + bytes(4)).digest()
        proved = _arc4(key, verifier + md5(verifier).digest())
        data = (ENCRYPTED / "encrypted.xls").read_bytes()
        at = data.index(b"\x2f\0\x36\0\x01\0\x01\0\x01\0") + 10
        with pytest.raises(GateError, match="以默认密码加密"):
            sheets.inspect_book(data[:at] + salt + proved + data[at + 48 :])

    def test_an_xlsx(self) -> None:
        ooxml = need_module("msoffcrypto.format.ooxml")
        encrypted = io.BytesIO()
        ooxml.OOXMLFile(io.BytesIO(write_workbook(report()))).encrypt("VelvetSweatshop", encrypted)
        with pytest.raises(GateError, match="以默认密码加密"):
            sheets.inspect_book(encrypted.getvalue())


md5 = partial(hashlib.new, "md5", usedforsecurity=False)
VELVET = "VelvetSweatshop".encode("utf-16-le")


def _arc4(key: bytes, data: bytes) -> bytes:
    ciphers = need_module("cryptography.hazmat.primitives.ciphers")
    arc4 = need_module("cryptography.hazmat.decrepit.ciphers.algorithms").ARC4
    return bytes(ciphers.Cipher(arc4(key), None).encryptor().update(data))
