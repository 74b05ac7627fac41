"""What every kind of file is: its columns, the rows that are there, and how one row is checked and kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from engage.exchange.columns import Choice, Column
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal

Row = dict[str, str]
"""Every column of a kind, as the export writes it."""


@dataclass(frozen=True)
class Scope:
    """Within which agreements a file may read and write; with a single one, lines need not name it."""

    agreements: Sequence[str]
    means_already: Callable[[str], bool]
    """Whether a word says something on the phone line, so that no poster may bear it."""
    consultation: str = ""
    """The code of the vote whose options are meant; empty for all."""


class Kind(ABC):
    """One file is read or written by one instance, within one transaction."""

    key: ClassVar[tuple[str, ...]]
    """The columns that tell one row from another."""
    columns: Sequence[Column]

    def __init__(self, act: Act, scope: Scope) -> None:
        self.act, self.scope = act, scope

    @abstractmethod
    def rows(self) -> Iterator[Row]:
        """What is there now, in an order that depends on nothing else."""

    def check(self, row: Row, before: Row | None) -> list[Refusal]:
        """What refuses a row is raised before anything is written; what is only worth a second look is returned."""
        return []

    @abstractmethod
    def write(self, row: Row, before: Row | None) -> None:
        """Keep a row that is new, or that differs from what was there. Raises a Refusal."""

    def key_of(self, row: Row) -> tuple[str, ...]:
        return tuple(row[name] for name in self.key)

    def agreement(self) -> Choice:
        only = self.scope.agreements[0] if len(self.scope.agreements) == 1 else ""
        return Choice("agreement", is_needed=True, default=only, keeps=True, values=self.scope.agreements)
