"""Closing: a chain of stages, each one transaction, so that a crash anywhere resumes to the same result."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from engage import governance, ledger, messaging, participants
from engage.kernel.act import Act, Channel
from engage.kernel.db import Database, keys_of
from engage.ledger import Kind
from engage.messaging import Purpose
from engage.participants import ConsentKind
from engage.voting import ballot_box
from engage.voting.acts import check_open, slot, where
from engage.voting.ballot_box import SealedBallot
from engage.voting.models import BoxOpening, Consultation, Kiosk, Result, RollEntry, Sheet, Stage
from engage.voting.tally import Tally, rounded, rounded_part, tally
from engage.voting.texts import result_text

log = logging.getLogger("engage.closing")
EMPTIED = (SealedBallot.__tablename__, Sheet.__tablename__, "inbound_message", "conversation")
"""Tables whose deleted and replaced rows must not linger in the files: they held ballots, or answers that named choices."""


def close_consultation(act: Act, consultation: Consultation) -> None:
    """No vote from now on; a worker then carries the closing through. Raises NotOpenYet, ConsultationClosed."""
    check_open(act, consultation)
    consultation.stage = Stage.FROZEN


def carry_closings(db: Database, at: datetime) -> int:
    """A job: freeze what has reached its closing time and carry every closing to its end. Returns how many stages were passed.

    A closing that fails is logged and tried again next time; the others go on.
    """
    passed = 0
    with db.read() as session:
        due = session.scalars(
            select(Consultation.id).where(
                Consultation.stage.in_((Stage.FROZEN, Stage.OPENED, Stage.TALLIED, Stage.PUBLISHED))
                | ((Consultation.stage == Stage.OPEN) & (Consultation.closes_at <= at))
            )
        ).all()
    for id in due:
        try:
            while _pass_stage(db, id, at):
                passed += 1
        except Exception:
            log.exception("the closing of consultation %s stopped and will be tried again", id)
    return passed


def _pass_stage(db: Database, id: UUID, at: datetime) -> bool:
    with db.read() as session:
        stage = session.get_one(Consultation, id).stage
    if stage == Stage.PUBLISHED:
        db.keys.destroy_box(id)
        if not db.shred(*EMPTIED):
            return False
    with db.write() as session:
        act = Act(session, Channel.SYSTEM, at)
        consultation = session.scalars(select(Consultation).where(Consultation.id == id).with_for_update()).one()
        if consultation.stage != stage:
            return True
        step = _STEPS.get(consultation.stage)
        if step is None or (consultation.stage == Stage.OPEN and consultation.closes_at > at):
            return False
        step(act, consultation)
        return True


def _freeze(act: Act, consultation: Consultation) -> None:
    consultation.stage = Stage.FROZEN


def _open(act: Act, consultation: Consultation) -> None:
    roll = act.session.scalars(select(RollEntry.participant_id).where(RollEntry.consultation_id == consultation.id, RollEntry.known)).all()
    behind = participants.credentials_behind(act.session, [id for id in roll if id], consultation.id)
    participants.release_credentials(act, consultation.id)
    opening = ballot_box.open_box(
        act.session,
        slot(act, consultation),
        keys_of(act.session).box(consultation.id),
        enough_credentials=behind >= ballot_box.FEWEST,
    )
    act.session.execute(update(Sheet).where(Sheet.consultation_id == consultation.id).values(readings=""))
    kiosks = update(Kiosk).where(Kiosk.consultation_id == consultation.id, Kiosk.ended_at.is_(None))
    act.session.execute(kiosks.values(ended_at=act.at, key_sealed=None))
    act.session.add(BoxOpening(consultation_id=consultation.id, document=json.dumps(vars(opening) | {"roll": len(roll)})))
    consultation.stage = Stage.OPENED


def _tally(act: Act, consultation: Consultation) -> None:
    opening = json.loads(act.session.get_one(BoxOpening, consultation.id).document)
    rules = json.loads(consultation.rules or "{}")
    numbers = [option.number for option in consultation.options]

    def count(*, known: bool) -> Tally | None:
        choices = ballot_box.opened(act.session, consultation.id, known=known)
        if not choices:
            return None
        return tally([[int(n) for n in each] for each in choices], numbers, rules["places"], rules["tie_order"])

    decisive, anonymous = count(known=True), count(known=False)
    document = {
        "decisive": decisive,
        "enough": decisive is not None,
        "anonymous": anonymous and rounded(anonymous["counts"], anonymous["ballots"]),
        "today": opening["today"] is not None and decisive and rounded_part(opening, decisive),
        "unreadable": opening["unreadable"],
        "differs": opening["known"] != opening["roll"],
        "rules_hash": consultation.rules_hash,
    }
    act.session.add(Result(consultation_id=consultation.id, document=json.dumps(document, sort_keys=True), published_at=act.at))
    consultation.stage = Stage.TALLIED


def _publish(act: Act, consultation: Consultation) -> None:
    result = act.session.get_one(Result, consultation.id)
    ledger.record(act, where(consultation), Kind.RESULT_PUBLISHED, detail=sha256(result.document.encode()).hexdigest())
    _tell_those_who_asked(act, consultation, result.read())
    consultation.stage = Stage.PUBLISHED


def _finish(act: Act, consultation: Consultation) -> None:
    consultation.stage = Stage.CLOSED


_STEPS: dict[str, Callable[[Act, Consultation], None]] = {
    Stage.OPEN: _freeze,
    Stage.FROZEN: _open,
    Stage.OPENED: _tally,
    Stage.TALLIED: _publish,
    Stage.PUBLISHED: _finish,
}


def _tell_those_who_asked(act: Act, consultation: Consultation, result: dict[str, Any]) -> None:
    table = governance.table_of(act.session, consultation.agreement_id)
    if table is None or not table.text_number:
        return
    voters = act.session.scalars(
        select(RollEntry.participant_id).where(RollEntry.consultation_id == consultation.id, RollEntry.participant_id.is_not(None))
    )
    told = set()
    for voter in voters:
        if voter is None or not participants.agrees(act.session, voter, ConsentKind.CONTACT):
            continue
        number = participants.number_of(act.session, voter)
        if number and number not in told:
            told.add(number)
            language = messaging.language_of(act.session, number)
            messaging.queue(
                act,
                number,
                result_text(act.session, consultation, result, table.text_name, language),
                sender=table.text_number,
                agreement_id=consultation.agreement_id,
                purpose=Purpose.VOTES,
                language=language,
            )
