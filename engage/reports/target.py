"""The target: people in poverty or exclusion take part in the mechanisms of every agreement (rule 2026-1)."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session, aliased

from engage import governance
from engage.kernel.act import Act
from engage.kernel.words import N_
from engage.ledger import NOT_PEOPLE, RULE, FactCount, Grade, Kind, ParticipationFact, counts
from engage.participants import Status
from engage.reports import declarations
from engage.reports.disclosure import FEW, People, total
from engage.reports.models import Declaration
from engage.reports.publishing import Draft, fiscal_year

STATES = {
    "met": N_("atteinte"),
    "too_few": N_("trop peu pour publier"),
    "declared_only": N_("déclaré seulement"),
    "not_met": N_("non atteinte"),
    "no_data": N_("aucune donnée"),
    "own_rules": N_("selon ses propres règles"),
}


ALONE = ("no_data", "declared_only", "own_rules")
"""States that the strong reading takes over from the minimal one."""


def target(act: Act, year: str, first: date, last: date) -> Draft:
    """Every agreement in force in the year, those without data included, in both readings."""
    draft = Draft({})
    people = counts.people(act.session, year)
    grades = _grades(act.session, year)
    strong = _strong(act.session, year, first, last)
    declared = declarations.of_year(act.session, year)
    rows: list[dict[str, Any]] = []
    for agreement in governance.agreements(act.session):
        if not agreement.in_force(first, last):
            continue
        count = people.get(agreement.id, 0)
        known = grades.get(agreement.id, set())
        lines = declared.get(agreement.id, [])
        state = _state(count, known, lines)
        rows.append(
            {
                "agreement": agreement.id,
                "label": agreement.label,
                "kind": agreement.kind,
                "in_force": "presumed" if agreement.is_presumed else "dated",
                "people": draft.say(count, "people", agreement.id),
                "minimal": state,
                "strong": state if state in ALONE else "met" if agreement.id in strong else "not_met",
                "declared": draft.say(sum(each.people for each in lines), "declared", agreement.id) if lines else None,
            }
        )
    draft.document = {
        "kind": "target",
        "rule": RULE,
        "year": year,
        "published_on": act.day.isoformat(),
        "agreements": rows,
        "all": sum(row["minimal"] != "own_rules" for row in rows),
        "own_rules": sum(row["minimal"] == "own_rules" for row in rows),
        "minimal_met": sum(row["minimal"] == "met" for row in rows),
        "strong_met": sum(row["strong"] == "met" for row in rows),
        "people_at_least": total([People(int(row["people"])) for row in rows]),
    }
    return draft


def _state(people: int, grades: set[str], declared: Sequence[Declaration]) -> str:
    """The minimal reading of one agreement. Whoever declares by its own rules is read so, and is no part of what is met of all."""
    if any(each.own_rules for each in declared):
        return "own_rules"
    if not grades:
        return "no_data"
    if grades == {Grade.DECLARED}:
        return "declared_only"
    return "met" if people >= FEW else "too_few"


def missing(session: Session, agreement_id: str, year: str) -> list[str]:
    """Which conditions an agreement does not meet yet: `people` of the minimal reading, `seats` and `answers` of the strong one."""
    found = [] if counts.people(session, year).get(agreement_id, 0) >= FEW else ["people"]
    found += [] if agreement_id in _seated(session, *fiscal_year(year)) else ["seats"]
    return found + ([] if agreement_id in _answering(session, year) else ["answers"])


def living(first: date, last: date) -> list[Any]:
    """Conditions of the facts of a year that stand: not reversed, not themselves reversals, about taking part."""
    reversal = aliased(ParticipationFact)
    return [
        ParticipationFact.on.between(first, last),
        ParticipationFact.kind.not_in(NOT_PEOPLE),
        ~select(reversal.id).where(reversal.reverses_id == ParticipationFact.id).exists(),
    ]


def _grades(session: Session, year: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for agreement_id, grade in session.execute(select(FactCount.agreement_id, FactCount.grade).where(*counts.standing(year)).distinct()):
        found[agreement_id].add(grade)
    return found


def _strong(session: Session, year: str, first: date, last: date) -> set[str]:
    """Agreements that meet the strong reading: `_seated`, and half the contributions or more answered (P8)."""
    answering = _answering(session, year)
    return answering & _seated(session, first, last) if answering else answering


def _seated(session: Session, first: date, last: date) -> set[str]:
    """Agreements where two people in poverty or more sit in one mechanism of level 3 or more, at half its meetings or more.
    A meeting is a day with an `attended` fact.

    The kind is spelled out in the statement, where SQLite sees that the index of attendance holds it.
    """
    fact, days = ParticipationFact, func.count(ParticipationFact.on.distinct())
    where = (fact.agreement_id, fact.mechanism_id)
    attended = [*living(first, last), fact.kind == literal_column("'attended'"), fact.level >= 3]
    held = {(each, of): number for each, of, number in session.execute(select(*where, days).where(*attended).group_by(*where))}
    people = select(*where, days).where(*attended, fact.status == Status.TODAY, fact.person_id.is_not(None))
    often = Counter((each, of) for each, of, came in session.execute(people.group_by(*where, fact.person_id)) if 2 * came >= held[each, of])
    return {each for (each, _), number in often.items() if number >= 2}


def _answering(session: Session, year: str) -> set[str]:
    """Agreements where half the contributions or more were answered."""
    query = select(FactCount.agreement_id, FactCount.kind, func.sum(FactCount.number)).where(*counts.standing(year))
    numbers: dict[str, dict[str, int]] = defaultdict(dict)
    for agreement_id, kind, number in session.execute(query.group_by(FactCount.agreement_id, FactCount.kind)):
        numbers[agreement_id][kind] = number
    return {each for each, of in numbers.items() if 2 * of.get(Kind.ANSWERED, 0) >= of.get(Kind.CONTRIBUTED, 0) > 0}


def as_csv(document: dict[str, Any]) -> str:
    """The table as CSV, with year, rule and day in every row."""
    columns = ("agreement", "label", "kind", "in_force", "people", "minimal", "strong", "declared")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*columns, "year", "rule", "published_on"])
    for row in document["agreements"]:
        cells: Iterable[Any] = (_cell(name, row.get(name)) for name in columns)
        writer.writerow([*cells, document["year"], document["rule"], document["published_on"]])
    return out.getvalue()


def _cell(name: str, value: Any) -> Any:
    """A number of people is "moins de 5" where it is few, and empty where there is none to tell."""
    if name not in ("people", "declared"):
        return value
    return "" if value is None else value or "moins de 5"
