"""Tells whether an encrypted workbook has the password that Excel gives by itself and never asks for, as for a protected one saved as .xls.

[MS-OFFCRYPTO] says how a file proves its password: 2.3.6 for RC4, 2.3.5 for RC4 CryptoAPI, 2.3.4 for agile encryption.
"""

from __future__ import annotations

import hashlib
import re
import struct
from base64 import b64decode
from contextlib import suppress

PASSWORD = "VelvetSweatshop".encode("utf-16-le")
INPUT_KEY, VALUE_KEY = bytes.fromhex("fea7d2763b4b9e79"), bytes.fromhex("d7aa0f6d3061344e")
MOST_SPINS = 1_000_000
ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')


def has_default_password(proof: bytes) -> bool:
    """Tell whether the FILEPASS record of an .xls, or the EncryptionInfo of an .xlsx, proves Excel's own password; False where it cannot be told."""
    with suppress(struct.error, ValueError, LookupError, ImportError):
        if proof.startswith(b"\x04\x00\x04\x00"):
            return _proves_agile(dict(ATTRIBUTE.findall(proof[proof.index(b"encryptedKey") :])))
        if proof.startswith(b"\x01\x00\x01\x00\x01\x00"):
            return _proves_rc4(proof[6:])
        if proof.startswith(b"\x01\x00"):
            return _proves_crypto_api(proof[6:])
    return False


def _proves_rc4(proof: bytes) -> bool:
    salt = proof[:16]
    start = hashlib.md5(PASSWORD, usedforsecurity=False).digest()[:5]
    key = hashlib.md5((start + salt) * 16, usedforsecurity=False).digest()[:5]
    verifier = _rc4(hashlib.md5(key + bytes(4), usedforsecurity=False).digest(), proof[16:48])
    return hashlib.md5(verifier[:16], usedforsecurity=False).digest() == verifier[16:]


def _proves_crypto_api(proof: bytes) -> bool:
    size = struct.unpack_from("<I", proof, 4)[0]
    bits = struct.unpack_from("<I", proof, 8 + 16)[0] or 40
    salt, proved = proof[size + 12 : size + 28], proof[size + 28 : size + 44] + proof[size + 48 : size + 68]
    start = hashlib.sha1(salt + PASSWORD, usedforsecurity=False).digest()
    key = hashlib.sha1(start + bytes(4), usedforsecurity=False).digest()[: bits // 8]
    verifier = _rc4(key.ljust(16, b"\0") if bits == 40 else key, proved)
    return hashlib.sha1(verifier[:16], usedforsecurity=False).digest() == verifier[16:]


def _proves_agile(about: dict[bytes, bytes]) -> bool:
    """Tell the same by the attributes of an .xlsx file's key. Raise ImportError without `cryptography`, which comes with the extra `pdf`."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    salt, spins = b64decode(about[b"saltValue"]), min(int(about[b"spinCount"]), MOST_SPINS)
    name, size = about[b"hashAlgorithm"].decode().lower(), int(about[b"keyBits"]) // 8
    start = hashlib.new(name, salt + PASSWORD).digest()
    for number in range(spins):
        start = hashlib.new(name, struct.pack("<I", number) + start).digest()

    def opened(what: bytes, purpose: bytes) -> bytes:
        key = hashlib.new(name, start + purpose).digest()[:size].ljust(size, b"\x36")
        cipher = Cipher(algorithms.AES(key), modes.CBC(salt.ljust(16, b"\x36")[:16])).decryptor()
        return cipher.update(b64decode(what)) + cipher.finalize()

    verifier = opened(about[b"encryptedVerifierHashInput"], INPUT_KEY)[: len(salt)]
    proved = hashlib.new(name, verifier).digest()
    return opened(about[b"encryptedVerifierHashValue"], VALUE_KEY)[: len(proved)] == proved


def _rc4(key: bytes, data: bytes) -> bytes:
    """Return the data with RC4 undone, which has no place in Python's library."""
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)
