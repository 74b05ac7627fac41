"""Small counts: what may be printed of a number of people. Pure."""

from __future__ import annotations

from dataclasses import dataclass

FEW = 5


@dataclass(frozen=True)
class People:
    """A count fit to publish: nothing under 5 is told apart from nothing, the rest is to the nearest 5."""

    published: int
    """0 stands for "moins de 5"."""

    @classmethod
    def of(cls, exact: int) -> People:
        return cls(0 if exact < FEW else (exact + 2) // 5 * 5)


def total(cells: list[People]) -> int:
    """A total that says nothing the cells do not: the sum of what they publish, a floor where some are few."""
    return sum(cell.published for cell in cells)
