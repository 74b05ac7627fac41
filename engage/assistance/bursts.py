"""Bursts: many in one hour through one batch, one helper, one number or one vote are looked at by a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engage.assistance.acts import WORDING, raise_alarm
from engage.assistance.models import AlarmKind, HelpedAct, HelpSession, Pulse
from engage.kernel.act import Act, Channel
from engage.kernel.db import Database
from engage.participants import CardBatch, Participant, PhoneCredential
from engage.voting import Consultation, RollEntry, Stage

HOUR = timedelta(hours=1)
MANY = {AlarmKind.BATCH: 20, AlarmKind.HELPER: 12, AlarmKind.HOUR: 300}
"""In one hour. Half a batch at once can be a meeting, twelve people helped by one worker cannot be listened to, 300 votes an hour are
more than a region has ever sent."""
MANY_ON_A_NUMBER = 4
"""People who came in one day behind one number."""


@dataclass(frozen=True)
class _Total:
    kind: AlarmKind
    subject: UUID
    agreement_id: str
    name: str
    total: int


def watch_bursts(db: Database, at: datetime) -> int:
    """A job: once an hour, compare what each batch, helper and open vote has reached with an hour ago. Returns how many alarms are new.

    Totals alone are kept, at full hours, so that nothing tells when one person voted.
    """
    hour = at.replace(minute=0, second=0, microsecond=0)
    with db.read() as session:
        known = {(pulse.kind, pulse.subject): (pulse.total, pulse.at) for pulse in session.scalars(select(Pulse))}
        _, last_run = known.get(_RUN, (0, None))
        if last_run == hour:
            return 0
        totals = list(_totals(session))
        numbers = _crowded_numbers(session, at)
    raised = 0
    with db.write() as session:
        act = Act(session, Channel.SYSTEM, at)
        for each in totals:
            before, since = known.get((each.kind, each.subject), (0, last_run))
            hours = max((hour - since) / HOUR, 1) if since else None
            if hours and (each.total - before) / hours >= MANY[each.kind]:
                raised += raise_alarm(act, each.agreement_id, each.kind, each.subject.bytes, each.name, each.total - before)
            _keep_pulse(session, each.kind, each.subject, each.total, hour)
        for lookup, agreement_id, people in numbers:
            raised += raise_alarm(act, agreement_id, AlarmKind.NUMBER, lookup, "", people)
        session.execute(delete(Pulse).where(Pulse.at < at - timedelta(days=2)))
        _keep_pulse(session, *_RUN, 0, hour)
    return raised


_RUN = ("run", UUID(int=0))
"""The pulse of the job itself: its first run only learns the totals, and after a pause a burst is an hour's share."""


def _keep_pulse(session: Session, kind: str, subject: UUID, total: int, hour: datetime) -> None:
    pulse = session.scalar(select(Pulse).where(Pulse.kind == kind, Pulse.subject == subject))
    if pulse is None:
        session.add(Pulse(kind=kind, subject=subject, total=total, at=hour))
    else:
        pulse.total, pulse.at = total, hour
    session.flush()


def _totals(session: Session) -> Iterator[_Total]:
    for batch in session.scalars(select(CardBatch).where(CardBatch.used > 0)):
        yield _Total(AlarmKind.BATCH, batch.id, batch.agreement_id, batch.group, batch.used)
    helping = (
        select(HelpSession.staff_id, HelpSession.agreement_id, func.max(HelpSession.organisation), func.count())
        .join(HelpedAct, HelpedAct.session_id == HelpSession.id)
        .where(HelpSession.wording == WORDING)
        .group_by(HelpSession.staff_id, HelpSession.agreement_id)
    )
    for helper, agreement_id, organisation, number in session.execute(helping):
        yield _Total(AlarmKind.HELPER, helper, agreement_id, organisation, number)
    votes = (
        select(Consultation, func.count(RollEntry.id))
        .join(RollEntry, RollEntry.consultation_id == Consultation.id)
        .where(Consultation.stage == Stage.OPEN)
        .group_by(Consultation.id)
    )
    for consultation, number in session.execute(votes):
        yield _Total(AlarmKind.HOUR, consultation.id, consultation.agreement_id, consultation.code, number)


def _crowded_numbers(session: Session, at: datetime) -> list[tuple[bytes, str, int]]:
    """Numbers behind which many came today, with the agreement they voted in."""
    today = (
        select(PhoneCredential.number_lookup, func.max(Consultation.agreement_id), func.count(PhoneCredential.id.distinct()))
        .join(Participant, Participant.id == PhoneCredential.participant_id)
        .join(RollEntry, RollEntry.participant_id == Participant.id)
        .join(Consultation, Consultation.id == RollEntry.consultation_id)
        .where(Participant.since_on == Act(session, Channel.SYSTEM, at).day)
        .group_by(PhoneCredential.number_lookup)
        .having(func.count(PhoneCredential.id.distinct()) >= MANY_ON_A_NUMBER)
    )
    return [(lookup, agreement_id, people) for lookup, agreement_id, people in session.execute(today)]
