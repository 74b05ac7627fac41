"""Closing: a chain of stages, each one transaction, so that a crash anywhere resumes to the same result."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, select, update

from engage import governance, ledger, messaging, participants
from engage.kernel.act import Act, Channel
from engage.kernel.db import Database, keys_of
from engage.ledger import Kind, ParticipationFact
from engage.messaging import Purpose
from engage.participants import ConsentKind
from engage.voting import ballot_box
from engage.voting.acts import check_open, slot, where
from engage.voting.ballot_box import SealedBallot
from engage.voting.models import BoxOpening, ClosingStep, Consultation, Kiosk, Result, RollEntry, Sheet, Stage
from engage.voting.reconciliation import compare
from engage.voting.sheets import envelopes_waiting
from engage.voting.tally import Tally, blurred, rounded_part, tally_of
from engage.voting.texts import cancelled_text, result_text
from engage.voting.trustees import awaits_words

log = logging.getLogger("engage.closing")
EMPTIED = (SealedBallot.__tablename__, Sheet.__tablename__, "inbound_message", "conversation")
"""Tables whose deleted and replaced rows must not linger in the files: they held ballots, or answers that named choices."""


def close_consultation(act: Act, consultation: Consultation) -> None:
    """No vote from now on; a worker then carries the closing through. Raises NotOpenYet, ConsultationClosed."""
    check_open(act, consultation)
    freeze(act, consultation)


def carry_closings(db: Database, at: datetime) -> int:
    """A job: freeze what has reached its closing time and carry every closing to its end. Returns how many stages were passed.

    A closing that fails is logged and tried again next time; the others go on.
    """
    passed = 0
    with db.read() as session:
        due = session.scalars(
            select(Consultation.id).where(
                Consultation.stage.in_((Stage.FROZEN, Stage.OPENED, Stage.TALLIED, Stage.PUBLISHED, Stage.CANCELLING))
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
    if stage in (Stage.PUBLISHED, Stage.CANCELLING):
        db.keys.destroy_box(id)
        if not db.shred(*EMPTIED):
            return False
    with db.write() as session:
        act = Act(session, Channel.SYSTEM, at)
        consultation = session.scalars(select(Consultation).where(Consultation.id == id).with_for_update()).one()
        if consultation.stage != stage:
            return True
        step = _STEPS.get(consultation.stage)
        too_soon = consultation.stage == Stage.OPEN and consultation.closes_at > at
        if step is None or too_soon or (consultation.stage == Stage.FROZEN and awaits_words(act, consultation)):
            return False
        step(act, consultation)
        return True


def freeze(act: Act, consultation: Consultation) -> None:
    """The last votes are in: roll, box and facts are compared once more."""
    act.session.flush()
    found = compare(act.session, consultation).differences.replace("\n", ", ")
    consultation.stage = Stage.FROZEN
    _log(act, consultation, found)


def _log(act: Act, consultation: Consultation, found: str = "") -> None:
    act.session.add(ClosingStep(consultation_id=consultation.id, stage=consultation.stage, at=act.at, found=found))


def _open(act: Act, consultation: Consultation) -> None:
    here = (RollEntry.consultation_id == consultation.id, RollEntry.known)
    voters = select(RollEntry.participant_id).where(*here, RollEntry.participant_id.is_not(None))
    empty = max(0, envelopes_waiting(act.session, consultation))
    behind = participants.credentials_behind(act.session, voters, consultation.id) - empty
    participants.release_credentials(act, consultation.id)
    opening = ballot_box.open_box(
        act.session,
        slot(act, consultation),
        keys_of(act.session).box(consultation.id),
        enough_credentials=behind >= ballot_box.FEWEST,
    )
    put_away(act, consultation)
    roll = act.session.scalar(select(func.count()).where(*here))
    act.session.add(BoxOpening(consultation_id=consultation.id, document=json.dumps(vars(opening) | {"roll": roll})))
    consultation.stage = Stage.OPENED
    _log(act, consultation, f"{opening.unreadable}" if opening.unreadable else "")


def put_away(act: Act, consultation: Consultation) -> None:
    """No sheet half read and no tablet keeps anything of a vote that is over."""
    act.session.execute(update(Sheet).where(Sheet.consultation_id == consultation.id).values(readings=""))
    kiosks = update(Kiosk).where(Kiosk.consultation_id == consultation.id, Kiosk.ended_at.is_(None))
    act.session.execute(kiosks.values(ended_at=act.at, key_sealed=None))


def _tally(act: Act, consultation: Consultation) -> None:
    opening = json.loads(act.session.get_one(BoxOpening, consultation.id).document)
    rules = consultation.frozen()
    numbers = list(consultation.numbered())

    def count(counted: dict[str, int]) -> Tally | None:
        choices: dict[tuple[Hashable, ...], int] = {tuple(int(number) for number in each): votes for each, votes in counted.items()}
        return tally_of(choices, numbers, rules) if choices else None

    deciding = ballot_box.counted(act.session, consultation.id, known=True)
    decisive, anonymous = count(deciding), count(ballot_box.counted(act.session, consultation.id, known=False))
    document = {
        "kind": consultation.kind,
        "decisive": decisive,
        "enough": decisive is not None,
        "anonymous": anonymous and blurred(anonymous["counts"], anonymous["ballots"]),
        "today": opening["today"] is not None and decisive and rounded_part(opening, decisive),
        "unreadable": opening["unreadable"],
        "differs": opening["known"] != opening["roll"],
        "rules_hash": consultation.rules_hash,
        "ballots_hash": lines_hash(choices for choices, votes in sorted(deciding.items()) for _ in range(votes)),
        "receipts_hash": lines_hash(ballot_box.receipt_codes(act.session, consultation.id)),
    }
    text = json.dumps(document, sort_keys=True)
    act.session.add(Result(consultation_id=consultation.id, document=text, published_at=act.at))
    consultation.stage = Stage.TALLIED
    _log(act, consultation, sha256(text.encode()).hexdigest())


def lines_hash(lines: Iterable[str]) -> str:
    """SHA-256 of lines given in order, each ended by a line feed: what binds the downloads to the published result."""
    whole = sha256()
    for line in lines:
        whole.update(f"{line}\n".encode())
    return whole.hexdigest()


def _publish(act: Act, consultation: Consultation) -> None:
    result = act.session.get_one(Result, consultation.id)
    ledger.record(act, where(consultation), Kind.RESULT_PUBLISHED, detail=sha256(result.document.encode()).hexdigest())
    document = result.read()
    tell_voters(act, consultation, lambda name, language: result_text(act.session, consultation, document, name, language))
    consultation.stage = Stage.PUBLISHED
    _log(act, consultation)


def _finish(act: Act, consultation: Consultation) -> None:
    """Both keys are gone, and the files rewritten."""
    consultation.stage = Stage.CLOSED
    _log(act, consultation)


def _void(act: Act, consultation: Consultation) -> None:
    """A cancelled vote leaves no participation behind: every fact is reversed, and whoever asked to be written to is told."""
    tell_voters(act, consultation, lambda name, language: cancelled_text(consultation, name, language))
    for entry in act.session.scalars(select(RollEntry).where(RollEntry.consultation_id == consultation.id)).all():
        fact = act.session.get_one(ParticipationFact, UUID(entry.fact or ""))
        ledger.reverse(act, fact)
        participants.keep_about_then(act, None, fact.id)
        act.session.delete(entry)
    participants.release_credentials(act, consultation.id)
    consultation.stage = Stage.CANCELLED
    _log(act, consultation)


_STEPS: dict[str, Callable[[Act, Consultation], None]] = {
    Stage.OPEN: freeze,
    Stage.FROZEN: _open,
    Stage.OPENED: _tally,
    Stage.TALLIED: _publish,
    Stage.PUBLISHED: _finish,
    Stage.CANCELLING: _void,
}


def tell_voters(act: Act, consultation: Consultation, body: Callable[[str, str], str]) -> None:
    """One text to each number of a voter who agreed to be written to; `body` is given the sender's name and the language."""
    table = governance.table_of(act.session, consultation.agreement_id)
    if table is None or not table.text_number:
        return
    voters = act.session.scalars(
        select(RollEntry.participant_id).where(RollEntry.consultation_id == consultation.id, RollEntry.participant_id.is_not(None))
    ).all()
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
                body(table.text_name, language),
                sender=table.text_number,
                agreement_id=consultation.agreement_id,
                purpose=Purpose.VOTES,
                language=language,
            )
