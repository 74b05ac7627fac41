"""Files in and out, for the command and the page alike: tried first, every bad line named, all kept or nothing."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import BinaryIO

from engage.exchange import elsewhere
from engage.exchange.agreements import Agreements
from engage.exchange.columns import CellMissing, Column
from engage.exchange.kind import Kind, Row, Scope
from engage.exchange.members import Members
from engage.exchange.options import Options
from engage.exchange.partners import Partners
from engage.exchange.projects import Projects
from engage.exchange.reading import MOST_LINES, Line, Place, Table
from engage.exchange.territories import Territories
from engage.kernel.act import Act, tried
from engage.kernel.cells import harmless
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, say

KINDS: dict[str, type[Kind]] = {
    "projects": Projects,
    "partners": Partners,
    "members": Members,
    "options": Options,
    "territories": Territories,
    "agreements": Agreements,
}
TOGETHER = 1000
"""Rows that are flushed at once."""
READING = 0.3
"""The part of the work that reading is."""
_LINE = N_("Ligne %(line)s: %(why)s")
_LINES = N_("Ligne %(row)s (%(line)s dans un éditeur de texte): %(why)s")


class ColumnsMissing(Refusal):
    sentence = N_("Il manque des colonnes: %(columns)s. Ce fichier peut avoir: %(known)s.")


class ColumnsUnknown(Refusal):
    sentence = N_("Ces colonnes ne sont pas connues: %(columns)s. Ce fichier peut avoir: %(known)s.")


class TwiceInFile(Refusal):
    sentence = N_("Cette ligne parle de «%(key)s», comme la ligne %(line)s. Gardez-en une.")


@dataclass(frozen=True)
class Told:
    """Something to say of a line, or of the whole file."""

    refusal: Refusal
    place: Place | None = None

    def sentence(self, language: str) -> str:
        why = say(language, self.refusal.sentence, **self.refusal.params)
        if self.place is None:
            return why
        if self.place.row == self.place.line:
            return say(language, _LINE, line=self.place.row, why=why)
        return say(language, _LINES, row=self.place.row, line=self.place.line, why=why)


@dataclass
class Outcome:
    """What a file does: keys of the rows that it adds and changes, how many it leaves as they are, and what is wrong with it."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    """Each with the columns that change, such as `NAVETTE (title, asked)`."""
    unchanged: int = 0
    faults: list[Told] = field(default_factory=list)
    remarks: list[Told] = field(default_factory=list)
    """What keeps nothing from being kept, and is worth a second look."""
    is_kept: bool = False


def bring(
    opened: AbstractContextManager[Act],
    kind: str,
    file: BinaryIO,
    scope: Scope,
    *,
    source: str = "",
    keep: bool = False,
    most: int = MOST_LINES,
    seen: Callable[[float], None] = lambda part: None,
) -> Outcome:
    """Read a file of a kind (one of `KINDS`) or of another platform (one of `elsewhere.SOURCES`); keep it only where all is right and `keep`.

    `opened` as for `tried`: what begins the act, and undoes it. `file` can be sought in. Lines that the file does not name stay as they are; so do columns that it does not have. `seen` is told how much
    of the work is done, from 0 to 1.
    """
    outcome = Outcome()
    with tried(opened) as (act, trial):
        try:
            _Bringing(KINDS[kind](act, scope), outcome, seen).bring(file, source, most)
        except Refusal as refusal:
            outcome.faults.append(Told(refusal))
        if keep and not outcome.faults:
            trial.keep()
            outcome.is_kept = True
    return outcome


class _Bringing:
    """One file on its way in: all its lines are read and checked first, then those that change something are written."""

    def __init__(self, kind: Kind, outcome: Outcome, seen: Callable[[float], None]) -> None:
        self.kind, self.outcome, self.seen = kind, outcome, seen
        self.before = {kind.key_of(row): row for row in kind.rows()}
        self.lines: dict[tuple[str, ...], Place] = {}
        self.changes: list[tuple[Place, Row]] = []
        self.size = self.read = 0
        self.only_adds = False
        """What another platform says does not write over what the table has made of it since."""

    def bring(self, file: BinaryIO, source: str, most: int) -> None:
        self.size = file.seek(0, os.SEEK_END)
        file.seek(0)
        table = Table(file, most, self._has_read)
        lines = elsewhere.Taken(elsewhere.SOURCES[source], self.kind, table) if source else table
        self.only_adds = bool(source)
        if self._fits(lines.columns):
            for line in lines:
                self._check(line)
            self.outcome.remarks += [Told(*remark) for remark in lines.remarks()]
        if not self.outcome.faults:
            self._write()

    def _has_read(self, size: int) -> None:
        self.read += size
        self.seen(READING * self.read / self.size)

    def _fits(self, columns: Iterable[str]) -> bool:
        names = [column.name for column in self.kind.columns]
        missing = [column.name for column in self.kind.columns if column.is_needed and not column.default and column.name not in columns]
        unknown = [name[:40] for name in columns if name not in names]
        known = ", ".join(names)
        if missing:
            self.outcome.faults.append(Told(ColumnsMissing(columns=", ".join(missing), known=known)))
        if unknown:
            self.outcome.faults.append(Told(ColumnsUnknown(columns=", ".join(unknown), known=known)))
        return not (missing or unknown)

    def _check(self, line: Line) -> None:
        if line.wrong is not None:
            self.outcome.faults.append(Told(line.wrong, line.place))
            return
        faults: list[Refusal] = []
        told = {column.name: _cell(column, line.cells[column.name], faults) for column in self.kind.columns if column.name in line.cells}
        defaults = {column.name: column.default for column in self.kind.columns}
        key = self.kind.key_of(defaults | {name: value for name, value in told.items() if value})
        before = self.before.get(key)
        kept = {column.name for column in self.kind.columns if column.keeps and not told.get(column.name)}
        row = (before or defaults) | {name: value for name, value in told.items() if name not in kept}
        bad = {fault.params.get("column") for fault in faults}
        faults += [
            CellMissing(column=each.name) for each in self.kind.columns if each.is_needed and not row[each.name] and each.name not in bad
        ]
        if not faults and key in self.lines:
            faults.append(TwiceInFile(key=" ".join(key), line=self.lines[key].row))
        self.lines.setdefault(key, line.place)
        try:
            if not faults:
                self.outcome.remarks += [Told(remark, line.place) for remark in self._differs(line.place, row, before)]
        except Refusal as refusal:
            faults.append(refusal)
        self.outcome.faults += [Told(fault, line.place) for fault in faults]

    def _differs(self, place: Place, row: Row, before: Row | None) -> list[Refusal]:
        changed = [name for name, value in row.items() if before is None or value != before[name]]
        if not changed or (before is not None and self.only_adds):
            self.outcome.unchanged += 1
            return []
        remarks = self.kind.check(row, before)
        name = " ".join(self.kind.key_of(row))
        if before is None:
            self.outcome.added.append(name)
        else:
            self.outcome.changed.append(f"{name} ({', '.join(changed)})")
        self.changes.append((place, row))
        return remarks

    def _write(self) -> None:
        for done, (place, row) in enumerate(self.changes, start=1):
            try:
                self.kind.write(row, self.before.get(self.kind.key_of(row)))
            except Refusal as refusal:
                self.outcome.faults.append(Told(refusal, place))
            if done % TOGETHER == 0 or done == len(self.changes):
                self.kind.act.session.flush()
            self.seen(READING + (1 - READING) * done / len(self.changes))


def _cell(column: Column, cell: str, faults: list[Refusal]) -> str:
    try:
        return column.read(cell)
    except Refusal as refusal:
        faults.append(refusal)
        return ""


def written(act: Act, kind: str, scope: Scope) -> Iterator[str]:
    """The lines of the file that `bring` reads, columns first."""
    found = KINDS[kind](act, scope)
    names = [column.name for column in found.columns]
    yield _line(names)
    for row in found.rows():
        yield _line([harmless(row[name]) for name in names])


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
