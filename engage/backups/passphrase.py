"""A stream sealed under a passphrase: AES-256-GCM by chunks, so that neither a change, nor an exchange, nor a cut goes unseen.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, 2015): each chunk's nonce is its place and whether it is the last.
"""

from __future__ import annotations

import io
import secrets
from typing import IO, TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

MAGIC = b"engage sealed 1\n"
SALT = 16
CHUNK = 1 << 16
COST = 1 << 17
"""scrypt's N; with r = 8 and p = 1, 128 MB and about half a second for each guess (OWASP, password storage)."""


class DoesNotOpen(Exception):
    """Another passphrase, or an altered file; the message says which it can be."""


def _cipher(passphrase: bytes, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase))


def _nonce(place: int, *, last: bool) -> bytes:
    return place.to_bytes(11) + bytes([last])


class Sealing(io.RawIOBase):
    """What is written here reaches `file` sealed. Only closing it writes the last chunk."""

    def __init__(self, file: IO[bytes], passphrase: bytes) -> None:
        salt = secrets.token_bytes(SALT)
        self._file, self._cipher, self._head = file, _cipher(passphrase, salt), MAGIC + salt
        self._held, self._place = bytearray(), 0
        file.write(self._head)

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        content = bytes(data)
        self._held += content
        while len(self._held) > CHUNK:
            self._seal(last=False)
        return len(content)

    def close(self) -> None:
        if not self.closed:
            self._seal(last=True)
        super().close()

    def _seal(self, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._place, last=last), bytes(self._held[:CHUNK]), self._head))
        del self._held[:CHUNK]
        self._place += 1


class Opening(io.RawIOBase):
    """What was sealed, read back. Reading raises DoesNotOpen."""

    def __init__(self, file: IO[bytes], passphrase: bytes) -> None:
        self._file, self._head = file, file.read(len(MAGIC) + SALT)
        self._cipher = _cipher(passphrase, self._head[len(MAGIC) :])
        self._sealed, self._open, self._place = file.read(CHUNK + 16), b"", 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        if not self._open and (self._sealed or not self._place):
            self._unseal()
        view = memoryview(buffer)
        count = min(len(view), len(self._open))
        view[:count], self._open = self._open[:count], self._open[count:]
        return count

    def _unseal(self) -> None:
        sealed, self._sealed = self._sealed, self._file.read(CHUNK + 16)
        try:
            self._open = self._cipher.decrypt(_nonce(self._place, last=not self._sealed), sealed, self._head)
        except InvalidTag as error:
            raise DoesNotOpen(
                "was altered or cut short" if self._place else "does not open with this passphrase, or its beginning was altered"
            ) from error
        self._place += 1
