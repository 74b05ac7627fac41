"""Columns of a file: what a cell may hold, and how the export writes it, so that equal things are equal cells."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from engage.kernel.refusal import Refusal
from engage.kernel.words import N_

_YES, _NO = {"1", "oui", "yes", "true", "vrai"}, {"", "0", "non", "no", "false", "faux"}
_SHOWN = 40


class CellMissing(Refusal):
    sentence = N_("La colonne «%(column)s» est vide. Remplissez-la.")


class CellTooLong(Refusal):
    sentence = N_("La colonne «%(column)s» a %(length)s signes, %(most)s au plus. Raccourcissez-la.")


class NotADay(Refusal):
    sentence = N_("La colonne «%(column)s» contient «%(value)s». Écrivez un jour comme 2027-03-31.")


class NotANumber(Refusal):
    sentence = N_("La colonne «%(column)s» contient «%(value)s». Écrivez un nombre entier, de %(least)s à %(most)s.")


class NotYesOrNo(Refusal):
    sentence = N_("La colonne «%(column)s» contient «%(value)s». Écrivez 1 pour oui, 0 pour non.")


class NotAllowed(Refusal):
    sentence = N_("La colonne «%(column)s» contient «%(value)s», qui n’est pas permis. Choisissez parmi: %(values)s.")


@dataclass(frozen=True)
class Column:
    """Text, by default. An empty cell of a column that `keeps` leaves what is there, or else `default`."""

    name: str
    is_needed: bool = False
    default: str = ""
    keeps: bool = False
    longest: int = 500

    def read(self, cell: str) -> str:
        """The cell as the export writes it. Raises a Refusal that names the column."""
        if len(cell) > self.longest:
            raise CellTooLong(column=self.name, length=len(cell), most=self.longest)
        return cell


@dataclass(frozen=True)
class Word(Column):
    """A code, in capitals."""

    longest: int = 12

    def read(self, cell: str) -> str:
        return super().read(cell.upper())


@dataclass(frozen=True)
class Day(Column):
    def read(self, cell: str) -> str:
        try:
            return date.fromisoformat(cell).isoformat() if cell else ""
        except ValueError:
            raise NotADay(column=self.name, value=cell[:_SHOWN]) from None


@dataclass(frozen=True)
class Number(Column):
    """A whole number, however it is written: spaces and a dollar sign are no mistake."""

    least: int = 0
    most: int = 100_000_000

    def read(self, cell: str) -> str:
        typed = "".join(cell.replace("$", "").split())
        if not typed:
            return self.default
        if not (typed.isascii() and typed.isdigit() and len(typed) < 12 and self.least <= int(typed) <= self.most):
            raise NotANumber(column=self.name, value=cell[:_SHOWN], least=self.least, most=self.most)
        return str(int(typed))


@dataclass(frozen=True)
class Flag(Column):
    """1 or 0."""

    default: str = "0"

    def read(self, cell: str) -> str:
        typed = cell.lower()
        if not typed:
            return self.default
        if typed not in _YES | _NO:
            raise NotYesOrNo(column=self.name, value=cell[:_SHOWN])
        return "1" if typed in _YES else "0"


@dataclass(frozen=True)
class Choice(Column):
    """One of some values, in capitals or not; nothing where nothing is needed."""

    values: Collection[str] = ()

    def read(self, cell: str) -> str:
        found = next((value for value in self.values if value.casefold() == cell.casefold()), "")
        if cell and not found:
            raise NotAllowed(column=self.name, value=cell[:_SHOWN], values=", ".join(self.values))
        return found


@dataclass(frozen=True)
class Codes(Column):
    """Some of some values, after one another, in their own order."""

    values: Collection[str] = ()

    def read(self, cell: str) -> str:
        for code in cell.split():
            if code not in self.values:
                raise NotAllowed(column=self.name, value=code[:_SHOWN], values=", ".join(self.values))
        return " ".join(code for code in self.values if code in cell.split())
