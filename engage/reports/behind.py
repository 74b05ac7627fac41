"""The facts behind the figures of an agreement, for its own table: exact, by kind and by month, and where each stands in the ledger."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.governance import Mechanism
from engage.kernel.cells import harmless
from engage.ledger import ParticipationFact
from engage.reports.target import living


@dataclass(frozen=True)
class Group:
    """Facts alike, of one month: how many, how many distinct people behind them, and their places in the ledger, none where one waits."""

    month: str
    mechanism: str
    type: str
    kind: str
    channel: str
    grade: str
    facts: int
    people: int
    places: tuple[int, ...]


def groups(session: Session, agreement_id: str, first: date, last: date) -> Sequence[Group]:
    """In the order of their months. Nobody's pseudonym is in them: two acts of one person cannot be told to be theirs.

    Nor is lived experience, which is never told by committee.
    """
    names = {each.id: each.name for each in session.scalars(select(Mechanism).where(Mechanism.agreement_id == agreement_id))}
    facts = session.scalars(select(ParticipationFact).where(*living(first, last), ParticipationFact.agreement_id == agreement_id))
    alike: dict[tuple[str, str, str, str, str, str], list[ParticipationFact]] = {}
    for fact in facts:
        mechanism = names.get(fact.mechanism_id, "")
        key = (f"{fact.on:%Y-%m}", mechanism, fact.mechanism_type, fact.kind, fact.channel, fact.grade)
        alike.setdefault(key, []).append(fact)
    return [
        Group(
            *key,
            facts=len(found),
            people=len({fact.person_id for fact in found if fact.person_id}),
            places=tuple(sorted(fact.index for fact in found if fact.index is not None)),
        )
        for key, found in sorted(alike.items())
    ]


def as_csv(found: Sequence[Group]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["month", "mechanism", "type", "kind", "channel", "grade", "facts", "people", "ledger_places"])
    writer.writerows(_lines(found))
    return out.getvalue()


def _lines(found: Sequence[Group]) -> Iterator[list[str]]:
    for each in found:
        cells = (each.month, each.mechanism, each.type, each.kind, each.channel, each.grade, each.facts, each.people)
        yield [*(harmless(str(cell)) for cell in cells), " ".join(map(str, each.places))]
