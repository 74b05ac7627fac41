"""What people do about themselves: come as someone new, agree, answer gently put questions."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.kernel.fields import append
from engage.ledger import Person
from engage.participants.models import About, AboutThen, AgreementPerson, Consent, ConsentKind, LivedExperience, Participant, Status

STATUS_WORDING, ABOUT_WORDING = "lived-experience/1", "about/1"
CONSENT_WORDINGS = {kind: f"consent-{kind}/2" for kind in ConsentKind}


def welcome(act: Act) -> Participant:
    """Someone new."""
    participant = Participant(since_on=act.day, turn=0)
    participant.is_new = True
    append(act.session, participant)
    return participant


def consent(act: Act, participant: Participant, kind: ConsentKind, *, given: bool) -> None:
    """A dated answer to the wording of today; of two in the same instant the last one said holds."""
    same = (Consent.participant_id == participant.id, Consent.kind == kind, Consent.at == act.at)
    act.session.execute(delete(Consent).where(*same))
    act.session.add(
        Consent(participant_id=participant.id, kind=kind, given=given, wording=CONSENT_WORDINGS[kind], channel=act.channel, at=act.at)
    )
    act.session.flush()


def declare(act: Act, participant: Participant, status: Status) -> None:
    """The person's own answer about lived experience; a new answer replaces the last."""
    row = act.session.scalar(select(LivedExperience).where(LivedExperience.participant_id == participant.id))
    if row is None:
        row = LivedExperience(participant_id=participant.id)
        act.session.add(row)
    row.wording, row.on = STATUS_WORDING, act.day
    row.answer = status
    act.session.flush()


def tell_about(act: Act, participant: Participant, answers: Mapping[str, str]) -> None:
    """The few voluntary questions of equity (see `About.answers`); new answers replace the last, none at all removes the row."""
    said = {name: answer for name, answer in answers.items() if answer}
    row = act.session.scalar(select(About).where(About.participant_id == participant.id))
    if not said:
        act.session.execute(delete(About).where(About.participant_id == participant.id))
        return
    if row is None:
        row = About(participant_id=participant.id)
        act.session.add(row)
    row.wording, row.on = ABOUT_WORDING, act.day
    row.answers = json.dumps(said, sort_keys=True)
    act.session.flush()


def keep_about_then(act: Act, participant: Participant | None, fact_id: UUID) -> None:
    """Keep beside a fact what its person has said of themselves by now; nobody's, or nothing said, keeps nothing."""
    act.session.execute(delete(AboutThen).where(AboutThen.fact_id == fact_id))
    if participant is None or participant.is_new:
        return
    row = act.session.scalar(select(About).where(About.participant_id == participant.id))
    if row is not None:
        append(act.session, AboutThen(fact_id=fact_id), answers=row.answers)


def person_in(act: Act, participant: Participant, agreement_id: str) -> Person:
    """Who a participant is in the facts of one agreement, made at the first need."""
    lookup = keys_of(act.session).blind("agreement person", str(participant.id), agreement_id)
    row = act.session.scalar(select(AgreementPerson).where(AgreementPerson.lookup == lookup))
    if row is None:
        row = AgreementPerson(lookup=lookup)
        act.session.add(row)
        row.person, row.key = str(uuid4()), secrets.token_hex(32)
        act.session.flush()
    return Person(UUID(row.person), bytes.fromhex(str(row.key)))
