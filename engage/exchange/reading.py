"""A CSV file as people have them, read as a stream: what it is, line by line, and in words what it is not."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from engage.kernel.cells import as_written
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_

LONGEST_LINE = 100_000
"""Bytes of one line of text."""
MOST_LINES = 50_000
_STRANGE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SEPARATORS = ",;\t"
_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "", b"\xfe\xff": ""}
"""What a file may begin with, and the encoding it tells of; empty where it is none that we read."""


class FileEmpty(Refusal):
    sentence = N_("Ce fichier est vide.")


class NotText(Refusal):
    sentence = N_("Ce fichier n’est pas un CSV. Dans votre tableur, choisissez «Enregistrer sous», puis «CSV UTF-8».")


class TooManyLines(Refusal):
    sentence = N_("Ce fichier a plus de %(most)s lignes. Coupez-le en plusieurs.")


class LineTooLong(Refusal):
    sentence = N_("Cette ligne est trop longue: 100 000 octets au plus.")


class StrangeSign(Refusal):
    sentence = N_("Cette ligne contient un signe invisible, qui n’est pas du texte. Récrivez-la.")


class LettersUnreadable(Refusal):
    sentence = N_("Les lettres de cette ligne ne se lisent pas comme celles du reste du fichier. Enregistrez le fichier en «CSV UTF-8».")


class QuotesOpen(Refusal):
    sentence = N_("Les guillemets de cette ligne sont mal placés ou ne se ferment pas. Corrigez-les: la suite dépend d’eux.")


class TooManyCells(Refusal):
    sentence = N_("Cette ligne a plus de cases que le fichier n’a de colonnes. Mettez entre guillemets ce qui contient un séparateur.")


class ColumnTwice(Refusal):
    sentence = N_("La colonne «%(column)s» est là deux fois.")


class OldLetters(Refusal):
    sentence = N_("Ce fichier n’est pas en UTF-8: il est lu comme un fichier Windows. Vérifiez les accents: «%(sample)s».")


@dataclass(frozen=True)
class Place:
    """Where something stands in a file: the row that a spreadsheet shows, and the line that a text editor shows; both from 1."""

    row: int
    line: int


@dataclass(frozen=True)
class Line:
    """One row, its cells by column, without the spaces around them. `wrong` says why there are none."""

    place: Place
    cells: dict[str, str]
    wrong: Refusal | None = None


class _Wrong(Exception):
    """A line of text that cannot be read; the lines after it can."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class _Texts:
    """The lines of a file as text, in UTF-8 or, where it shows that it is not, in windows-1252."""

    def __init__(self, file: BinaryIO, seen: Callable[[int], None]) -> None:
        self._file, self._seen = file, seen
        self._encoding = ""
        self.count = 0
        self.sample = ""
        """The first line that was not in UTF-8."""

    def __iter__(self) -> _Texts:
        return self

    def __next__(self) -> str:
        raw = self._file.readline(LONGEST_LINE + 1)
        if not raw:
            raise StopIteration
        self.count += 1
        self._seen(len(raw))
        if len(raw) > LONGEST_LINE:
            self._skip(raw)
            raise _Wrong(LineTooLong())
        if self.count == 1:
            raw = self._unmarked(raw)
        text = self._decoded(raw)
        if _STRANGE.search(text):
            raise _Wrong(StrangeSign())
        return text

    def _skip(self, raw: bytes) -> None:
        while raw and not raw.endswith(b"\n"):
            raw = self._file.readline(LONGEST_LINE)
            self._seen(len(raw))

    def _unmarked(self, raw: bytes) -> bytes:
        for mark, encoding in _MARKS.items():
            if raw.startswith(mark):
                if not encoding:
                    raise NotText
                self._encoding = encoding
                return raw[len(mark) :]
        return raw

    def _decoded(self, raw: bytes) -> str:
        if raw.isascii():
            return raw.decode("ascii")
        for encoding in (self._encoding,) if self._encoding else ("utf-8", "cp1252"):
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            if not self._encoding and encoding == "cp1252":
                self.sample = text.strip()[:60]
            self._encoding = encoding
            return text
        raise _Wrong(LettersUnreadable())


class Table:
    """The lines of a CSV file, whichever sign stands between its cells. Iterated once.

    Raises FileEmpty, NotText and ColumnTwice at once, and TooManyLines while it is read.
    """

    def __init__(self, file: BinaryIO, most: int = MOST_LINES, seen: Callable[[int], None] = lambda size: None) -> None:
        self._texts, self._most = _Texts(file, seen), most
        try:
            head = next(self._texts, "")
        except _Wrong as wrong:
            raise NotText from wrong
        if not head.strip():
            raise FileEmpty
        self._separator = max(_SEPARATORS, key=lambda sign: len(_cells(head, sign)))
        self.columns = [as_written(name.strip()) for name in _cells(head, self._separator)]
        while self.columns and not self.columns[-1]:
            self.columns.pop()
        for place, name in enumerate(self.columns):
            if name in self.columns[:place]:
                raise ColumnTwice(column=name[:40])

    def remarks(self) -> list[tuple[Refusal, Place | None]]:
        """What is worth a second look once all is read, and where."""
        return [(OldLetters(sample=self._texts.sample), None)] if self._texts.sample else []

    def __iter__(self) -> Iterator[Line]:
        rows = csv.reader(self._texts, delimiter=self._separator, strict=True)
        row = 1
        while True:
            row, place = row + 1, Place(row + 1, self._texts.count + 1)
            try:
                cells = next(rows)
            except StopIteration:
                return
            except _Wrong as wrong:
                yield Line(place, {}, wrong.refusal)
                continue
            except csv.Error:
                yield Line(place, {}, QuotesOpen())
                if self._texts.count > place.line:
                    return
                continue
            if row > self._most + 1:
                raise TooManyLines(most=self._most)
            if any(cell.strip() for cell in cells):
                yield self._line(place, cells)

    def _line(self, place: Place, cells: Sequence[str]) -> Line:
        if any(cell.strip() for cell in cells[len(self.columns) :]):
            return Line(place, {}, TooManyCells())
        told = [as_written(cell.strip()) for cell in cells]
        told += [""] * (len(self.columns) - len(told))
        return Line(place, dict(zip(self.columns, told, strict=False)))


def _cells(head: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([head], delimiter=separator, strict=True), [])
    except csv.Error:
        return []
