"""Publications: dated snapshots under a fixed plan, each tried by the attacker, with all those before it, before it is out."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import ledger
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.ledger import years
from engage.reports.attack import Cell, Contradiction, Statement, Tie, attack
from engage.reports.disclosure import FEW, People
from engage.reports.models import Publication

APART = timedelta(days=28)
"""Publications of one table and year are at least this far apart: a count that moves daily tells who just came."""
NARROW = 5
"""Fewer whole numbers than these are too few for a cell to hide among, unless its own printed number already said as much."""


class YearUnknown(Refusal):
    sentence = N_("L’année doit avoir la forme 2026-2027: du 1er avril au 31 mars.")


class PublishedLately(Refusal):
    sentence = N_("Cette table a été publiée le %(day)s. La prochaine peut paraître le %(next)s.")


class LedgerHalted(Refusal):
    sentence = N_("Le registre ne suit plus ce qui a été signé. Rien ne paraît avant que quelqu’un l’ait vérifié: engage ledger verify.")


class WouldLeak(Refusal):
    sentence = N_("Cette table dirait le nombre exact, ou presque, derrière: %(cells)s. Elle ne paraît pas ainsi. Attendez la prochaine.")


@dataclass
class Draft:
    """A document to publish, with what it says of people: `cells` by key (what, of whom), and how they are tied."""

    document: dict[str, Any]
    cells: dict[Cell, int] = field(default_factory=dict)
    """What is printed of each: 0 stands for "moins de 5"."""
    ties: list[Tie] = field(default_factory=list)
    """Sums of cells that anyone knows to lie between two numbers, the second perhaps none."""
    may_be_left_out: dict[str, Callable[[str], None]] = field(default_factory=dict)
    """By what a cell is about (the first part of its key): takes that breakdown of one agreement out of the document."""

    def say(self, exact: int, *key: str) -> int:
        """Print a count of people or of their acts."""
        self.cells[key] = People.of(exact).published
        return self.cells[key]

    def leave_out(self, what: str, agreement: str) -> None:
        self.may_be_left_out[what](agreement)
        gone = {key for key in self.cells if key[:2] == (what, agreement)}
        for key in gone:
            del self.cells[key]
        self.ties = [tie for tie in self.ties if not gone & set(tie[0])]


Compute = Callable[[Act, str, date, date], Draft]


def fiscal_year(text: str) -> tuple[date, date]:
    """First and last day of a fiscal year such as "2026-2027". Raises YearUnknown."""
    first, _, second = text.partition("-")
    if not (
        text.isascii() and first.isdigit() and second.isdigit() and len(first) == len(second) == 4 and int(second) == int(first) + 1 > 1900
    ):
        raise YearUnknown
    return date(int(first), 4, 1), date(int(second), 3, 31)


def latest(session: Session, kind: str, year: str) -> Publication | None:
    query = select(Publication).where(Publication.kind == kind, Publication.year == year)
    return session.scalar(query.order_by(Publication.published_at.desc()).limit(1))


def publish(act: Act, kind: str, year: str, compute: Compute) -> Publication:
    """Compute, try, and keep a table of a year; a breakdown that would leak is left out, and that it was is said.

    What waits for its place in the ledger gets it first, for tables read the counts that are kept with the places.
    Raises YearUnknown, PublishedLately, LedgerHalted, WouldLeak.
    """
    first, last = fiscal_year(year)
    before = latest(act.session, kind, year)
    if before and act.at - before.published_at < APART:
        raise PublishedLately(day=before.published_at.date(), next=(before.published_at + APART).date())
    try:
        while ledger.sequence(act.session, act.at):
            pass
    except ledger.LedgerRewritten as fault:
        raise LedgerHalted from fault
    draft = compute(act, year, first, last)
    known = said_before(act.session)
    while found := leaks([*known, _sayings(draft, year, act.day)]):
        removable = [cell for cell in found if cell[0] in draft.may_be_left_out and cell[:2] in {key[:2] for key in draft.cells}]
        if not removable:
            raise WouldLeak(cells=", ".join(sorted({" ".join(map(str, cell[:3])) for cell in found})))
        draft.leave_out(str(removable[0][0]), str(removable[0][1]))
    document = draft.document | _corrections(act.session, kind, year, draft.document) | {"says": _written(draft)}
    publication = Publication(kind=kind, year=year, published_at=act.at, document=json.dumps(document))
    act.session.add(publication)
    act.session.flush()
    return publication


def _corrections(session: Session, kind: str, year: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """Of a closed year: when it was closed, and what is no longer as it was then, each agreement, cell, before, now."""
    closing = years.closing_of(session, year)
    final = final_of(session, kind, year)
    if closing is None or final is None:
        return {}
    before = {row["agreement"]: row for row in final.read()["agreements"]}
    changed = [
        [row["agreement"], name, before.get(row["agreement"], {}).get(name), value]
        for row in document["agreements"]
        for name, value in row.items()
        if before.get(row["agreement"], {}).get(name) != value
    ]
    return {"closed_on": closing.closed_on.isoformat(), "corrects": changed}


def final_of(session: Session, kind: str, year: str) -> Publication | None:
    """The publication that a closed year stands by; none while it is open."""
    closing = years.closing_of(session, year)
    if closing is None:
        return None
    query = select(Publication).where(Publication.kind == kind, Publication.year == year, Publication.published_at <= closing.closed_at)
    return session.scalar(query.order_by(Publication.published_at.desc()).limit(1))


@dataclass(frozen=True)
class Sayings:
    """What one publication says: printed numbers by cell, and the ties between cells. A cell is a key, a year and a day."""

    day: str
    cells: Mapping[Cell, int]
    ties: Sequence[Tie]


def _written(draft: Draft) -> dict[str, Any]:
    return {
        "cells": [[list(key), printed] for key, printed in draft.cells.items()],
        "ties": [[[[list(key), factor] for key, factor in tie.items()], low, high] for tie, low, high in draft.ties],
    }


def _sayings(draft: Draft, year: str, day: date) -> Sayings:
    return _read(_written(draft), year, day.isoformat())


def _read(says: Mapping[str, Any], year: str, day: str) -> Sayings:
    cells: dict[Cell, int] = {(*key, year, day): printed for key, printed in says["cells"]}
    ties: list[Tie] = [({(*key, year, day): factor for key, factor in tie}, low, high) for tie, low, high in says["ties"]]
    return Sayings(day, cells, ties)


def said_before(session: Session) -> list[Sayings]:
    """What every publication so far said, the first first."""
    rows = session.scalars(select(Publication).order_by(Publication.published_at)).all()
    found = []
    for row in rows:
        document = row.read()
        if "says" in document:
            found.append(_read(document["says"], row.year, document["published_on"]))
    return found


def interval(printed: int) -> tuple[int, int]:
    """What a printed number alone says of the exact one."""
    return (0, FEW - 1) if printed == 0 else (max(FEW, printed - 2), printed + 2)


def leaks(published: Sequence[Sayings]) -> list[Cell]:
    """The cells that all of them together tell more of than each one's own number: too narrow, or few but surely not none.

    The attacker supposes that a count of a year only grows from one day to the next, and lets go of it where that cannot be.
    """
    printed = {cell: number for each in published for cell, number in each.cells.items()}
    statements = [Statement.of(cell, *interval(number)) for cell, number in printed.items()]
    statements += [Statement(tie, low, math.inf if high is None else high) for each in published for tie, low, high in each.ties]
    try:
        found = attack([*statements, *_growing(list(printed))])
    except Contradiction:
        found = attack(statements)
    return [cell for cell, (low, high) in found.items() if cell in printed and _tells(printed[cell], low, high)]


def _tells(printed: int, low: int, high: int) -> bool:
    own = interval(printed)
    return (low, high) != own and (high - low + 1 < NARROW or (printed == 0 and low > 0))


def _growing(cells: Sequence[Cell]) -> list[Statement]:
    """From each publication of a cell to its next, none is fewer."""
    by_key: dict[Cell, list[Cell]] = {}
    for cell in sorted(cells, key=lambda cell: str(cell[-1])):
        by_key.setdefault(cell[:-1], []).append(cell)
    return [Statement({later: 1, earlier: -1}, 0, math.inf) for days in by_key.values() for earlier, later in pairwise(days)]
