"""From draft to open vote, and the other grave acts: announced to everyone 48 hours before, or confirmed by a second person."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engage import governance, ledger
from engage.kernel.act import Act, Channel
from engage.kernel.db import Database, keys_of
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.ledger import Kind, ParticipationFact
from engage.voting import ballot_box, trustees
from engage.voting.acts import check_open, where
from engage.voting.closing import freeze as stop_voting
from engage.voting.closing import put_away
from engage.voting.drafts import LONGEST_AHEAD, NOTICE, AlreadyOpen, faults
from engage.voting.models import BallotKind, Consultation, GraveAct, GraveKind, GraveRule, KeyMode, Stage
from engage.voting.texts import wordings

LONGEST = timedelta(days=60)
"""From one end to the new one, of an extension."""
RULES = {
    BallotKind.PRIORITIES: "equal-shares-unit/1, completed by approvals",
    BallotKind.BUDGET: "equal-shares-cost/1, Add1 by one dollar a voter (a thousandth of a share over 1000) until the whole would not fit",
}


class PendingAlready(Refusal):
    sentence = N_("Une décision attend déjà pour ce vote. Retirez-la d’abord, ou attendez.")


class NothingPending(Refusal):
    sentence = N_("Cette décision n’attend plus. Rien n’a changé.")


class SamePerson(Refusal):
    sentence = N_("Une autre personne doit confirmer: vous avez déjà demandé.")


class TooLateToAnnounce(Refusal):
    sentence = N_("L’annonce dure 48 heures, et ce vote finit avant. Prolongez-le d’abord, puis annoncez votre décision.")


class ReasonMissing(Refusal):
    sentence = N_("Écrivez la raison, en une phrase. Tout le monde la lira.")


class BadExtension(Refusal):
    sentence = N_("La nouvelle fin vient après l’ancienne, de 60 jours au plus.")


def ask(
    act: Act, consultation: Consultation, kind: GraveKind, by: UUID, *, reason: str = "", until: datetime | None = None
) -> tuple[GraveAct, list[str]]:
    """Begin a grave act; also, for a box with trustees, the words of each of the three, which nothing keeps.

    An opening fixes everything that decides at once. An extension takes effect at once, with its public reason.
    Raises PendingAlready, ReasonMissing, BadExtension, TooLateToAnnounce, what `faults` finds, AlreadyOpen, NotOpenYet, ConsultationClosed.
    """
    act.session.refresh(consultation, with_for_update=True)
    if pending(act.session, consultation.id):
        raise PendingAlready
    words: list[str] = []
    if kind == GraveKind.OPEN:
        if consultation.stage != Stage.DRAFT:
            raise AlreadyOpen
        for fault in faults(act, consultation):
            raise fault
        words = freeze(act, consultation)
        consultation.stage = Stage.ANNOUNCED
    else:
        check_open(act, consultation)
        if not reason.strip():
            raise ReasonMissing
    grave = GraveAct(
        consultation_id=consultation.id,
        agreement_id=consultation.agreement_id,
        kind=kind,
        reason=reason.strip(),
        until=until,
        asked_by=by,
        asked_at=act.at,
    )
    act.session.add(grave)
    act.session.flush()
    if kind == GraveKind.EXTEND:
        if until is None or not consultation.closes_at < until <= min(consultation.closes_at + LONGEST, act.at + LONGEST_AHEAD):
            raise BadExtension
        grave.due_at = act.at
        carry(act, grave)
    elif consultation.grave_rule == GraveRule.NOTICE:
        grave.due_at = _after_notice(act, consultation, kind)
    if kind != GraveKind.OPEN:
        consultation.notice_id = grave.id
    act.session.flush()
    return grave, words


def _after_notice(act: Act, consultation: Consultation, kind: GraveKind) -> datetime:
    """When what is announced now takes effect. Raises TooLateToAnnounce where the vote would be over by then."""
    due_at = max(act.at + NOTICE, consultation.opens_at or act.at)
    if kind != GraveKind.OPEN and due_at >= consultation.closes_at:
        raise TooLateToAnnounce
    return due_at


def confirm(act: Act, grave: GraveAct, by: UUID) -> None:
    """A second person agrees: it takes effect, an opening not before its hour. Raises NothingPending, SamePerson."""
    act.session.refresh(grave, with_for_update=True)
    if not grave.is_pending or grave.due_at is not None:
        raise NothingPending
    if grave.asked_by == by:
        raise SamePerson
    consultation = act.session.get_one(Consultation, grave.consultation_id)
    opens_at = consultation.opens_at if grave.kind == GraveKind.OPEN else None
    grave.confirmed_by, grave.due_at = by, max(act.at, opens_at or act.at)
    if grave.due_at <= act.at:
        carry(act, grave)
    act.session.flush()


def withdraw(act: Act, grave: GraveAct) -> None:
    """Whoever asked thinks again, before it takes effect: an announced vote is a draft again. Raises NothingPending."""
    act.session.refresh(grave, with_for_update=True)
    if not grave.is_pending:
        raise NothingPending
    _give_up(act, grave)


def _give_up(act: Act, grave: GraveAct) -> None:
    grave.withdrawn_at = act.at
    consultation = act.session.get_one(Consultation, grave.consultation_id)
    if grave.kind == GraveKind.OPEN:
        fixed = select(ParticipationFact).where(
            ParticipationFact.mechanism_id == consultation.mechanism_id, ParticipationFact.detail == consultation.rules_hash
        )
        ledger.reverse(act, act.session.scalars(fixed).one())
        consultation.stage, consultation.rules, consultation.rules_hash, consultation.public_key = Stage.DRAFT, None, None, None
    else:
        extended = (GraveAct.consultation_id == consultation.id, GraveAct.kind == GraveKind.EXTEND, GraveAct.done_at.is_not(None))
        consultation.notice_id = act.session.scalar(select(GraveAct.id).where(*extended).order_by(GraveAct.asked_at.desc()).limit(1))
    act.session.flush()


def pending(session: Session, consultation_id: UUID) -> GraveAct | None:
    here = (GraveAct.consultation_id == consultation_id, GraveAct.done_at.is_(None), GraveAct.withdrawn_at.is_(None))
    return session.scalar(select(GraveAct).where(*here))


def awaiting_second(session: Session, agreement_ids: Sequence[str]) -> Sequence[tuple[GraveAct, Consultation]]:
    """What a second person could confirm, the oldest first."""
    rows = select(GraveAct, Consultation).join(Consultation, Consultation.id == GraveAct.consultation_id)
    open_ones = (GraveAct.done_at.is_(None), GraveAct.withdrawn_at.is_(None), GraveAct.due_at.is_(None))
    here = rows.where(GraveAct.agreement_id.in_(agreement_ids), *open_ones).order_by(GraveAct.asked_at)
    return [(grave, consultation) for grave, consultation in session.execute(here)]


def history(session: Session, consultation_id: UUID) -> Sequence[GraveAct]:
    return session.scalars(select(GraveAct).where(GraveAct.consultation_id == consultation_id).order_by(GraveAct.asked_at)).all()


def open_consultation(act: Act, consultation: Consultation) -> None:
    """Fix the rules and let people vote at once: where nobody is watching yet, as in a demo. Raises AlreadyOpen, and what `faults` finds."""
    if consultation.stage != Stage.DRAFT:
        raise AlreadyOpen
    for fault in faults(act, consultation):
        raise fault
    freeze(act, consultation)
    _open(act, consultation)


def freeze(act: Act, consultation: Consultation) -> list[str]:
    """Fix everything that decides the result and write its hash into the ledger. Returns the words of the trustees, if any hold the box."""
    words: list[str] = []
    keys_of(act.session).destroy_box(consultation.id)  # of an announcement given up: a box left here would hide that trustees are awaited
    if consultation.key_mode == KeyMode.TRUSTEES:
        public_key, words = trustees.deal(consultation.id)
    else:
        public_key = keys_of(act.session).make_box(consultation.id)
    mechanism = act.session.get_one(governance.Mechanism, consultation.mechanism_id)
    texts = wordings(act.session, consultation)
    tie_order = [option.number for option in consultation.options]
    secrets.SystemRandom().shuffle(tie_order)
    is_budget = consultation.kind == BallotKind.BUDGET
    rules = {
        "v": 2,
        "consultation": str(consultation.id),
        "kind": consultation.kind,
        "rule": RULES[BallotKind(consultation.kind)],
        "mechanism": {"type": mechanism.type, "level": mechanism.level},
        "most_choices": consultation.most_choices,
        "options": {str(option.number): str(option.id) for option in consultation.options},
        "tie_order": tie_order,
        "code": consultation.code,
        "question": texts.text(consultation.id, "question", "fr"),
        "labels": {str(option.number): texts.text(option.id, "label", "fr") for option in consultation.options},
        "wordings": texts.versions(consultation.languages.split()),
        "languages": consultation.languages.split(),
        "channels": consultation.channels.split(),
        "door": consultation.door,
        "minimum_age": consultation.minimum_age,
        "territories": consultation.territories.split(),
        "decided_by": "ballots behind a card or a number",
        "fewest_ballots": ballot_box.FEWEST,
        "grave_rule": consultation.grave_rule,
        "key_mode": consultation.key_mode,
        "closes_at": consultation.closes_at.isoformat(),
        "box_key": public_key.hex(),
    }
    rules |= (
        {"envelope": consultation.envelope, "costs": {str(number): cost for number, cost in consultation.costs.items()}}
        if is_budget
        else {"places": consultation.places}
    )
    consultation.rules = json.dumps(rules, sort_keys=True, ensure_ascii=False)
    consultation.rules_hash = sha256(consultation.rules.encode()).hexdigest()
    consultation.public_key = public_key
    ledger.record(act, where(consultation), Kind.RULES_FIXED, detail=consultation.rules_hash)
    return words


def carry(act: Act, grave: GraveAct) -> None:
    """A grave act takes effect; one that came too late is given up."""
    consultation = act.session.get_one(Consultation, grave.consultation_id, with_for_update=True, populate_existing=True)
    if consultation.closes_at <= act.at or (grave.kind != GraveKind.OPEN and not consultation.is_open(act.at)):
        _give_up(act, grave)
        return
    grave.done_at = act.at
    if grave.kind == GraveKind.OPEN:
        _open(act, consultation)
    elif grave.kind == GraveKind.EXTEND and grave.until:
        consultation.closes_at = grave.until
        told = f"{grave.until.isoformat()} {grave.reason}"
        ledger.record(act, where(consultation), Kind.VOTE_EXTENDED, detail=sha256(told.encode()).hexdigest())
    elif grave.kind == GraveKind.CLOSE:
        stop_voting(act, consultation)
    elif grave.kind == GraveKind.CANCEL:
        consultation.stage = Stage.CANCELLING
        ballot_box.destroy(act.session, consultation.id)
        put_away(act, consultation)
        ledger.record(act, where(consultation), Kind.VOTE_CANCELLED, detail=sha256(grave.reason.encode()).hexdigest())
    act.session.flush()


def _open(act: Act, consultation: Consultation) -> None:
    consultation.stage, consultation.opened_at = Stage.OPEN, act.at


def carry_grave_acts(db: Database, at: datetime) -> int:
    """A job: what was announced takes effect when its time comes, and what still waits when its vote ends is given up. Returns how many."""
    waiting = (GraveAct.done_at.is_(None), GraveAct.withdrawn_at.is_(None))
    with db.read() as session:
        over = (
            select(GraveAct.id)
            .join(Consultation, Consultation.id == GraveAct.consultation_id)
            .where(Consultation.closes_at <= at, *waiting)
        )
        due = session.scalars(select(GraveAct.id).where(or_(GraveAct.due_at <= at, GraveAct.id.in_(over)), *waiting)).all()
    for id in due:
        with db.write() as session:
            grave = session.get_one(GraveAct, id, with_for_update=True)
            if grave.is_pending:
                carry(Act(session, Channel.SYSTEM, at), grave)
    return len(due)
