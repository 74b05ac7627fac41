"""What an outsider can work out from published numbers, all of them together: the attacker that every table meets before it is out. Pure.

Each printed number says that a sum of cells lies in an interval. A linear program then tells how far each cell can still be anything
else: the least and the most it can be while every statement holds (the attack of the disclosure literature; sdcTable computes the same).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engage.kernel.solver import highs, solver

Cell = tuple[str, ...]
Tie = tuple[Mapping[Cell, int], int, int | None]
"""A sum of cells, and the two numbers it lies between; the second is perhaps none."""
_EXACT = 1e-6


@dataclass(frozen=True)
class Statement:
    """`low` <= the sum over cells of factor times cell <= `high`."""

    factors: Mapping[Cell, int]
    low: float
    high: float

    @classmethod
    def of(cls, cell: Cell, low: float, high: float) -> Statement:
        """About one cell alone."""
        return cls({cell: 1}, low, high)


class Contradiction(Exception):
    """No numbers could have given these statements: the tables do not belong together."""


def attack(statements: Sequence[Statement]) -> dict[Cell, tuple[int, int]]:
    """The least and the most that each cell can be, whole numbers of 0 or more. Raises Contradiction."""
    cells = list(dict.fromkeys(cell for statement in statements for cell in statement.factors))
    found: dict[Cell, tuple[int, int]] = {}
    for group in _apart(cells, statements):
        found |= _bounds(group, [each for each in statements if next(iter(each.factors)) in group])
    return found


def _apart(cells: Sequence[Cell], statements: Sequence[Statement]) -> Iterable[dict[Cell, None]]:
    """Cells in groups that no statement ties to one another: each is a small program of its own."""
    parent = {cell: cell for cell in cells}

    def root(cell: Cell) -> Cell:
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    for statement in statements:
        first, *others = statement.factors
        for other in others:
            parent[root(other)] = root(first)
    groups: dict[Cell, dict[Cell, None]] = {}
    for cell in cells:
        groups.setdefault(root(cell), {})[cell] = None
    return groups.values()


def _bounds(cells: Mapping[Cell, None], statements: Sequence[Statement]) -> dict[Cell, tuple[int, int]]:
    model = solver()
    variables = {cell: model.addVariable(0, highs().kHighsInf) for cell in cells}
    for statement in statements:
        total: Any = model.qsum(factor * variables[cell] for cell, factor in statement.factors.items())
        if statement.low > -math.inf:
            model.addConstr(total >= statement.low)
        if statement.high < math.inf:
            model.addConstr(total <= statement.high)
    return {cell: (math.ceil(_end(model, variable, -1) - _EXACT), _floor(_end(model, variable, 1))) for cell, variable in variables.items()}


def _floor(value: float) -> int:
    return 2**31 if value == math.inf else math.floor(value + _EXACT)


def _end(model: Any, variable: Any, towards: int) -> float:
    """How far a cell goes, down (-1) or up (1)."""
    (model.maximize if towards > 0 else model.minimize)(variable)
    status = model.getModelStatus()
    if status in (highs().HighsModelStatus.kUnbounded, highs().HighsModelStatus.kUnboundedOrInfeasible):
        return math.inf
    if status != highs().HighsModelStatus.kOptimal:
        raise Contradiction
    return float(model.val(variable))
