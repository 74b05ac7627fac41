"""Roll, box and facts must agree: every vote is one line of the roll, one ballot and one fact, whatever the door.

On paper the line and the fact come with the envelope, the ballot with its sheet: in between, the envelope waits.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage.kernel.act import day_of
from engage.kernel.db import Database
from engage.ledger import Kind, ParticipationFact
from engage.voting.ballot_box import SealedBallot
from engage.voting.models import Consultation, Reconciliation, RollEntry, Stage
from engage.voting.sheets import envelopes_waiting


def compare(session: Session, consultation: Consultation) -> Reconciliation:
    """What each of the three counts now.

    The session must be one of `Database.read`: a vote cast between two looks would be a difference. `differences` names the step
    that broke, one code a line, empty when all agree: `envelopes N` (sheets without one), `ballots N` (more or fewer than the roll without the envelopes that wait), `facts N`
    (than the roll), `channel C N` (facts of a channel against the roll's), `roll without fact N`, `fact without roll N`.
    """
    entries = session.execute(
        select(RollEntry.id, RollEntry.channel, RollEntry.fact_sealed).where(RollEntry.consultation_id == consultation.id)
    ).all()
    noted = Counter(str(RollEntry.fact.opened(session, id, sealed)) for id, _, sealed in entries)
    ballots = session.scalar(select(func.count()).where(SealedBallot.consultation_id == consultation.id)) or 0
    facts = _standing_facts(session, consultation)
    found = []
    waiting = envelopes_waiting(session, consultation)
    if waiting < 0:
        found.append(f"envelopes {waiting:+d}")
    if ballots != len(entries) - waiting:
        found.append(f"ballots {ballots - len(entries) + waiting:+d}")
    if len(facts) != len(entries):
        found.append(f"facts {len(facts) - len(entries):+d}")
    by_channel = Counter(facts.values())
    by_channel.subtract(channel for _, channel, _ in entries)
    found += [f"channel {channel} {number:+d}" for channel, number in sorted(by_channel.items()) if number]
    lost = sum(count for fact, count in noted.items() if fact not in facts) + sum(count - 1 for count in noted.values())
    orphans = sum(fact not in noted for fact in facts)
    found += [f"roll without fact {lost}"] * bool(lost) + [f"fact without roll {orphans}"] * bool(orphans)
    return Reconciliation(
        consultation_id=consultation.id,
        roll=len(entries),
        ballots=ballots,
        waiting=waiting,
        facts=len(facts),
        differences="\n".join(found),
    )


def _standing_facts(session: Session, consultation: Consultation) -> dict[str, str]:
    """Channel of each vote's fact that no other fact takes back, by id."""
    here = ParticipationFact.mechanism_id == consultation.mechanism_id
    reversed_ids = select(ParticipationFact.reverses_id).where(here, ParticipationFact.kind == Kind.REVERSED)
    rows = select(ParticipationFact.id, ParticipationFact.channel).where(
        here, ParticipationFact.kind == Kind.VOTE_CAST, ParticipationFact.id.not_in(reversed_ids)
    )
    return {str(id): channel for id, channel in session.execute(rows)}


def reconcile_votes(db: Database, at: datetime) -> list[UUID]:
    """A job: once a day, compare every open consultation and keep what was found. Returns those that do not agree."""
    with db.read() as session:
        due = [
            consultation.id
            for consultation in session.scalars(select(Consultation).where(Consultation.stage == Stage.OPEN))
            if (last := session.get(Reconciliation, consultation.id)) is None or day_of(last.at) < day_of(at)
        ]
    wrong = []
    for id in due:
        with db.read() as session:
            found = compare(session, session.get_one(Consultation, id))
        found.at = at
        with db.write() as session:
            session.merge(found)
        if found.differences:
            wrong.append(id)
    return wrong
