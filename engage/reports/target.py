"""The target: people in poverty or exclusion take part in the mechanisms of every agreement (rule 2026-1)."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from engage import governance
from engage.kernel.act import Act
from engage.kernel.words import N_
from engage.ledger import RULE, Grade, Kind, ParticipationFact
from engage.participants import Status
from engage.reports.disclosure import FEW, People, total
from engage.reports.publishing import Draft

_NOT_PEOPLE = (
    Kind.RULES_FIXED, Kind.RESULT_PUBLISHED, Kind.VOTE_EXTENDED, Kind.VOTE_CANCELLED, Kind.SEAT_LEFT, Kind.DECIDED, Kind.DRAW_FIXED, Kind.DRAW_DONE,
    Kind.DRAW_VOIDED, Kind.ANSWERED_LATE, Kind.REVERSED,
)  # fmt: skip
STATES = {
    "met": N_("atteinte"),
    "too_few": N_("trop peu pour publier"),
    "declared_only": N_("déclaré seulement"),
    "not_met": N_("non atteinte"),
    "no_data": N_("aucune donnée"),
}


def target(act: Act, year: str, first: date, last: date) -> Draft:
    """Every agreement in force in the year, those without data included, in both readings."""
    draft = Draft({})
    people = people_of(act.session, first, last)
    grades = _grades(act.session, first, last)
    strong = _strong(act.session, first, last)
    rows = []
    for agreement in governance.agreements(act.session):
        if not agreement.in_force(first, last):
            continue
        count = people.get(agreement.id, 0)
        known = grades.get(agreement.id, set())
        state = "no_data" if not known else "declared_only" if known == {Grade.DECLARED} else "met" if count >= FEW else "too_few"
        rows.append(
            {
                "agreement": agreement.id,
                "label": agreement.label,
                "kind": agreement.kind,
                "in_force": "presumed" if agreement.is_presumed else "dated",
                "people": draft.say(count, "people", agreement.id),
                "minimal": state,
                "strong": state if state in ("no_data", "declared_only") else "met" if agreement.id in strong else "not_met",
            }
        )
    draft.document = {
        "kind": "target",
        "rule": RULE,
        "year": year,
        "published_on": act.day.isoformat(),
        "agreements": rows,
        "all": len(rows),
        "minimal_met": sum(row["minimal"] == "met" for row in rows),
        "strong_met": sum(row["strong"] == "met" for row in rows),
        "people_at_least": total([People(int(row["people"])) for row in rows]),
    }
    return draft


def living(first: date, last: date) -> list[Any]:
    """Conditions of the facts of a year that stand: not reversed, not themselves reversals, about taking part."""
    reversal = aliased(ParticipationFact)
    return [
        ParticipationFact.on.between(first, last),
        ParticipationFact.kind.not_in(_NOT_PEOPLE),
        ~select(reversal.id).where(reversal.reverses_id == ParticipationFact.id).exists(),
    ]


def people_of(session: Session, first: date, last: date, agreement_id: str | None = None) -> dict[str, int]:
    """Distinct people in poverty today, by agreement: grades A and B, level 1 or more (P2)."""
    query = (
        select(ParticipationFact.agreement_id, func.count(ParticipationFact.person_id.distinct()))
        .where(
            *living(first, last),
            ParticipationFact.status == Status.TODAY,
            ParticipationFact.grade != Grade.DECLARED,
            ParticipationFact.level >= 1,
        )
        .group_by(ParticipationFact.agreement_id)
    )
    here = query.where(ParticipationFact.agreement_id == agreement_id) if agreement_id else query
    return dict(session.execute(here).all())


def _grades(session: Session, first: date, last: date) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    query = select(ParticipationFact.agreement_id, ParticipationFact.grade).where(*living(first, last)).distinct()
    for agreement_id, grade in session.execute(query):
        found[agreement_id].add(grade)
    return found


def _strong(session: Session, first: date, last: date) -> set[str]:
    """Agreements where two people in poverty or more sit in one mechanism of level 3 or more, at half its meetings or more,
    and where half the contributions or more were answered (P8). A meeting is a day with an `attended` fact."""
    rows = session.execute(
        select(
            ParticipationFact.agreement_id,
            ParticipationFact.mechanism_id,
            ParticipationFact.on,
            ParticipationFact.person_id,
            ParticipationFact.status,
        ).where(*living(first, last), ParticipationFact.kind == Kind.ATTENDED, ParticipationFact.level >= 3)
    ).all()
    meetings: dict[tuple[str, UUID], set[date]] = defaultdict(set)
    present: dict[tuple[str, UUID], dict[UUID, set[date]]] = defaultdict(lambda: defaultdict(set))
    for agreement_id, mechanism_id, on, person_id, status in rows:
        meetings[agreement_id, mechanism_id].add(on)
        if status == Status.TODAY and person_id:
            present[agreement_id, mechanism_id][person_id].add(on)
    seated = {
        where[0] for where, days in meetings.items() if sum(2 * len(attended) >= len(days) for attended in present[where].values()) >= 2
    }
    return {agreement_id for agreement_id in seated if _answered_half(session, agreement_id, first, last)}


def _answered_half(session: Session, agreement_id: str, first: date, last: date) -> bool:
    kinds = dict(
        session.execute(
            select(ParticipationFact.kind, func.count())
            .where(*living(first, last), ParticipationFact.agreement_id == agreement_id)
            .where(ParticipationFact.kind.in_((Kind.CONTRIBUTED, Kind.ANSWERED)))
            .group_by(ParticipationFact.kind)
        ).all()
    )
    return 2 * kinds.get(Kind.ANSWERED, 0) >= kinds.get(Kind.CONTRIBUTED, 0) > 0


def as_csv(document: dict[str, Any]) -> str:
    """The table as CSV, with year, rule and day in every row."""
    columns = ("agreement", "label", "kind", "in_force", "people", "minimal", "strong")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*columns, "year", "rule", "published_on"])
    for row in document["agreements"]:
        cells: Iterable[Any] = (row[name] if name != "people" else row[name] or "moins de 5" for name in columns)
        writer.writerow([*cells, document["year"], document["rule"], document["published_on"]])
    return out.getvalue()
