"""A file of named pieces that is there whole or not at all: a gzipped tar, sealed where a passphrase is given.

Without one, `tar xzf` reads it; gzip's own check tells a file that was cut or went bad.
"""

from __future__ import annotations

import io
import os
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, nullcontext
from gzip import BadGzipFile, GzipFile
from pathlib import Path
from typing import IO, Any

from engage.backups.passphrase import MAGIC, DoesNotOpen, Opening, Sealing
from engage.kernel.keys import sync

PIECE = 1 << 20
Pieces = Iterator[tuple[str, bytes]]


class Unusable(Exception):
    """A file that is no backup, or no longer whole; the message names it."""


class Refused(Exception):
    """What is there would be overwritten, or nothing can be written there."""


def check_free(path: Path) -> None:
    if path.exists():
        raise Refused(f"{path} exists already, and nothing is overwritten: give another name.")


def write(path: Path, pieces: Iterable[tuple[str, bytes]], passphrase: bytes | None) -> None:
    """Write to a private file beside, and only then give it its name. Raises Refused."""
    check_free(path)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            _pack(file, pieces, passphrase)
            file.flush()
            os.fsync(descriptor)
        check_free(path)
        partial.rename(path)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        partial.unlink(missing_ok=True)
    sync(path.parent)


def _pack(file: IO[bytes], pieces: Iterable[tuple[str, bytes]], passphrase: bytes | None) -> None:
    with ExitStack() as stack:
        sink: Any = stack.enter_context(Sealing(file, passphrase) if passphrase else nullcontext(file))
        packed = stack.enter_context(GzipFile(filename="", mode="wb", compresslevel=3, fileobj=sink, mtime=0))
        archive = stack.enter_context(tarfile.open(fileobj=packed, mode="w|"))
        for name, content in pieces:
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o600
            archive.addfile(member, io.BytesIO(content))


def read(path: Path, passphrase: bytes | None) -> Pieces:
    """The pieces in their order. Only who has had the last knows that the file is whole. Raises Unusable."""
    try:
        with path.open("rb") as file, _unpacked(file, path, passphrase) as packed, tarfile.open(fileobj=packed, mode="r|") as archive:
            for member in archive:
                content = archive.extractfile(member)
                yield member.name, content.read() if content else b""
            while packed.read(PIECE):
                pass
    except DoesNotOpen as fault:
        raise Unusable(f"{path} {fault}.") from fault
    except (EOFError, zlib.error, BadGzipFile, tarfile.TarError) as error:
        raise Unusable(f"{path} is no backup, or was altered or cut short: take another.") from error


def check(path: Path, passphrase: bytes | None) -> None:
    """Read all of it once, so that nothing altered is ever acted on. Raises Unusable."""
    for _ in read(path, passphrase):
        pass


def _unpacked(file: IO[bytes], path: Path, passphrase: bytes | None) -> GzipFile:
    is_sealed = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    if is_sealed and not passphrase:
        raise Unusable(f"{path} is sealed: give the file that holds its passphrase with --passphrase-file.")
    if passphrase and not is_sealed:
        raise Unusable(f"{path} is not sealed with a passphrase: leave --passphrase-file out.")
    return GzipFile(fileobj=io.BufferedReader(Opening(file, passphrase)) if passphrase else file, mode="rb")
