"""What a region declares of itself, as a head count (grade C): for mechanisms that do not use this tool. Always shown apart, never added up.

An Indigenous organisation may declare under its own rule; its agreement then reads "by its own rules".
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import ledger
from engage.governance import MECHANISM_TYPES, Agreement, check_in_force
from engage.kernel.act import QUEBEC, Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, say
from engage.ledger import Grade, Kind, ParticipationFact, Where
from engage.reports.disclosure import People
from engage.reports.models import Declaration
from engage.reports.publishing import fiscal_year

MOST = 100_000
COLUMNS = ("agreement", "year", "mechanism", "name", "people", "source", "own_rules")


class AgreementUnknown(Refusal):
    sentence = N_("Aucune entente ne porte le code «%(code)s».")


class MechanismUnknown(Refusal):
    sentence = N_("«%(code)s» n’est pas un genre d’instance. Écrivez M1, M2, M3, M4, M5 ou M6.")


class DeclarationIncomplete(Refusal):
    sentence = N_("Écrivez le nom de l’instance, le nombre de personnes, de 1 à 100 000, et où on peut le lire.")


class OwnRules(Refusal):
    sentence = N_("Seule une organisation autochtone déclare selon ses propres règles.")


class DeclaredAlready(Refusal):
    sentence = N_("Cette instance est déjà déclarée pour cette année. Retirez d’abord l’autre ligne.")


class YearAhead(Refusal):
    sentence = N_("Cette année n’a pas commencé.")


@dataclass(frozen=True)
class Declared:
    """A line: people in poverty or exclusion who took part in a mechanism in a year, as the region counted them."""

    agreement: str
    year: str
    mechanism: str
    """M1 to M6."""
    name: str
    people: int
    source: str
    own_rules: bool = False


def declare(act: Act, declared: Declared, by: str) -> Declaration:
    """Keep a head count, and its hash in the ledger.

    Raises AgreementUnknown, YearUnknown, YearAhead, YearIsClosed, NotInForce, MechanismUnknown, DeclarationIncomplete, OwnRules, DeclaredAlready.
    """
    first, last = fiscal_year(declared.year)
    agreement = act.session.get(Agreement, declared.agreement)
    if agreement is None:
        raise AgreementUnknown(code=declared.agreement)
    if first > act.day:
        raise YearAhead
    check_in_force(act.session, agreement.id, first, last)
    if declared.mechanism not in MECHANISM_TYPES:
        raise MechanismUnknown(code=declared.mechanism)
    if not declared.name.strip() or not declared.source.strip() or not 0 < declared.people <= MOST:
        raise DeclarationIncomplete
    if declared.own_rules and agreement.kind != "indigenous":
        raise OwnRules
    if any(each.name.casefold() == declared.name.strip().casefold() for each in of_agreement(act.session, agreement.id, declared.year)):
        raise DeclaredAlready
    made = Declaration(
        id=uuid4(),
        agreement_id=agreement.id,
        year=declared.year,
        mechanism_type=declared.mechanism,
        name=declared.name.strip()[:200],
        people=declared.people,
        source=declared.source.strip()[:300],
        own_rules=declared.own_rules,
        declared_by=by,
        declared_on=act.day,
    )
    then = replace(act, at=datetime.combine(min(act.day, last), time(12), QUEBEC))
    detail = sha256(json.dumps(asdict(declared), sort_keys=True).encode()).hexdigest()
    where = Where(agreement.id, made.id, declared.mechanism, 1)
    made.fact_id = ledger.record(then, where, Kind.DECLARED, grade=Grade.DECLARED, detail=detail).id
    act.session.add(made)
    act.session.flush()
    return made


def take_back(act: Act, declaration: Declaration) -> None:
    """It was wrong: its fact is reversed, and the line stays with the day it was taken back."""
    if declaration.taken_back_on is None:
        ledger.reverse(act, act.session.get_one(ParticipationFact, declaration.fact_id))
        declaration.taken_back_on = act.day
        act.session.flush()


def of_agreement(session: Session, agreement_id: str, year: str) -> Sequence[Declaration]:
    """Those that stand."""
    here = (Declaration.agreement_id == agreement_id, Declaration.year == year, Declaration.taken_back_on.is_(None))
    return session.scalars(select(Declaration).where(*here).order_by(Declaration.mechanism_type, Declaration.name)).all()


def of_year(session: Session, year: str) -> dict[str, list[Declaration]]:
    """Those that stand, by agreement."""
    found: dict[str, list[Declaration]] = {}
    for each in session.scalars(select(Declaration).where(Declaration.year == year, Declaration.taken_back_on.is_(None))):
        found.setdefault(each.agreement_id, []).append(each)
    return found


def told(session: Session, agreement_id: str, year: str) -> list[list[Any]]:
    """As a document says them: mechanism, name, people under the rule of small counts, source."""
    return [
        [each.mechanism_type, each.name, People.of(each.people).published, each.source]
        for each in of_agreement(session, agreement_id, year)
    ]


def read(act: Act, content: bytes, agreements: Iterable[str], by: str, language: str) -> list[str]:
    """Declare every line of a CSV with `COLUMNS`; returns what is wrong, each in one sentence that names its line.

    The caller undoes all of it where something is wrong, or where it was only tried.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        return [say(language, N_("Ce fichier n’est pas en UTF-8. Enregistrez-le comme «CSV UTF-8»."))]
    missing = [name for name in COLUMNS[:-1] if not rows or name not in rows[0]]
    if missing:
        return [say(language, N_("Il manque des colonnes, ou des lignes: %(names)s."), names=", ".join(missing))]
    allowed, faults = set(agreements), []
    for number, row in enumerate(rows, 2):
        try:
            declared = _declared(row)
            if declared.agreement not in allowed:
                raise AgreementUnknown(code=declared.agreement)
            with act.session.begin_nested():
                declare(act, declared, by)
        except Refusal as refusal:
            why = say(language, refusal.sentence, **refusal.params)
            faults.append(say(language, N_("Ligne %(number)s: %(why)s"), number=number, why=why))
    return faults


def _declared(row: Mapping[str, str | None]) -> Declared:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    people = int(cells["people"]) if cells["people"].isascii() and cells["people"].isdigit() and len(cells["people"]) < 7 else 0
    own = cells["own_rules"].lower() in ("1", "oui", "yes", "true")
    return Declared(cells["agreement"], cells["year"], cells["mechanism"].upper(), cells["name"], people, cells["source"], own)
