"""A seat and who is in it: offered, taken or turned down, renewed, left."""

from __future__ import annotations

import calendar
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engage import ledger, participants
from engage.committees import telling
from engage.committees.acts import seats, where
from engage.committees.models import Candidacy, Committee, Draw, Leaving, Membership, Seat, Stage, Way
from engage.kernel.act import Act, day_of
from engage.kernel.db import Database
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.ledger import Kind, ParticipationFact, Person
from engage.participants import Participant, Status

ANSWER_WITHIN = timedelta(days=10)
ENDS_SOON = timedelta(days=60)


class SeatTaken(Refusal):
    sentence = N_("Cette place est déjà occupée ou offerte, ou le mandat en chevauche un autre. Choisissez une autre place.")


class OfferOver(Refusal):
    sentence = N_("Cette offre n’attend plus de réponse. Appelez-nous: une personne vous dira où on en est.")


class SeatOfAnother(Refusal):
    sentence = N_("Cette place est celle d’une organisation. Choisissez une place que tout le monde peut demander.")


class SeatOfAnyone(Refusal):
    sentence = N_("Cette place est pour une personne, pas pour une organisation.")


class NotReserved(Refusal):
    sentence = N_("Cette place est gardée pour une personne qui l’a vécu. Demandez-lui d’abord ce qu’elle répond à la question.")


class TermTooShort(Refusal):
    sentence = N_("Le mandat doit finir après son début. Vérifiez les dates.")


class NamesNotShown(Refusal):
    sentence = N_("Dans ce comité, aucun nom n’est montré: il dirait pourquoi la personne est là.")


class DrawUnderWay(Refusal):
    sentence = N_("Un tirage est déjà fixé pour ce comité. Faites-le tomber, ou annulez-le avec une raison.")


class NoLongerAsks(Refusal):
    sentence = N_("Cette personne a changé d’avis, ou a déjà une offre ou une place. Rien n’a changé: regardez la page de nouveau.")


def offer(act: Act, seat: Seat, candidacy: Candidacy, way: Way) -> Membership:
    """Hold a seat for someone until they answer; not while a draw for such seats is fixed.

    Raises SeatTaken, SeatOfAnother, NotReserved, NoLongerAsks, DrawUnderWay.
    """
    committee = act.session.get_one(Committee, seat.committee_id)
    _hold(act, candidacy)
    if candidacy.stage not in (Stage.READY, Stage.ALTERNATE) or current(act.session, committee.id, candidacy.participant_id):
        raise NoLongerAsks
    if seat.institution:
        raise SeatOfAnother
    drawing = under_way(act, committee)
    if drawing is not None and drawing.is_reserved == seat.is_reserved:
        raise DrawUnderWay
    _check_free(act, seat, act.day)
    participant = act.session.get_one(Participant, candidacy.participant_id)
    if seat.is_reserved and not has_lived_it(act, participant):
        raise NotReserved
    made = Membership(
        seat_id=seat.id,
        committee_id=committee.id,
        participant_id=participant.id,
        way=Way.NOMINATED if candidacy.nominated_by else way,
        nominated_by=candidacy.nominated_by,
        offered_on=act.day,
        answer_by=act.day + ANSWER_WITHIN,
    )
    act.session.add(made)
    candidacy.stage = Stage.OFFERED
    act.session.flush()
    made.name = json.loads(candidacy.reach or "{}").get("name") or None
    telling.tell(act, committee, participant.id, telling.OFFERED, day=made.answer_by)
    return made


def under_way(act: Act, committee: Committee) -> Draw | None:
    """The draw that is fixed and has not fallen."""
    fixed = (Draw.committee_id == committee.id, Draw.drawn_at.is_(None), Draw.voided_at.is_(None))
    return act.session.scalar(select(Draw).where(*fixed))


def has_lived_it(act: Act, participant: Participant) -> bool:
    """Today or before, in their own word, which is enough."""
    return participants.lived(act.session, participant.id) in (Status.TODAY, Status.BEFORE)


def accept(act: Act, membership: Membership, *, is_told: bool = False) -> None:
    """The seat is theirs, with the status they had told of by then, for the whole term. Raises OfferOver.

    `is_told` where the answer itself says so: nothing is sent beside it.
    """
    _hold(act, membership)
    if not membership.is_offer or membership.participant_id is None or (membership.answer_by and act.day > membership.answer_by):
        raise OfferOver
    participant = act.session.get_one(Participant, membership.participant_id)
    committee = act.session.get_one(Committee, membership.committee_id)
    seat = act.session.get_one(Seat, membership.seat_id)
    membership.starts_on, membership.ends_on = act.day, months_later(act.day, seat.term_months)
    membership.status = participants.lived(act.session, participant.id)
    candidacy = _candidacy_of(act, membership)
    if candidacy:
        candidacy.stage, candidacy.ended_on = Stage.SEATED, act.day
    act.session.flush()
    membership.fact = str(_record(act, committee, membership, Kind.SEAT_TAKEN).id)
    act.session.flush()
    if not is_told:
        telling.tell(act, committee, participant.id, telling.SEATED)


def decline(act: Act, membership: Membership) -> None:
    """They turn the offer down: the seat is free again. Raises OfferOver."""
    _hold(act, membership)
    if not membership.is_offer:
        raise OfferOver
    membership.left_on = act.day
    candidacy = _candidacy_of(act, membership)
    if candidacy:
        candidacy.stage, candidacy.ended_on, candidacy.needs, candidacy.reach = Stage.WITHDRAWN, act.day, None, None
    act.session.flush()


def leave(act: Act, membership: Membership, reason: Leaving | None = None, *, is_told: bool = False) -> None:
    """Someone leaves, the term to come with the one they are in; why is theirs to say or not. Once gone, nothing happens twice.

    `is_told` as for `accept`.
    """
    _hold(act, membership)
    if membership.is_offer:
        decline(act, membership)
        return
    if membership.left_on is not None:
        return
    membership.left_on, membership.reason = act.day, reason or ""
    act.session.flush()
    committee = act.session.get_one(Committee, membership.committee_id)
    membership.fact_left = str(_record(act, committee, membership, Kind.SEAT_LEFT).id)
    if membership.participant_id is not None and not is_told:
        telling.tell(act, committee, membership.participant_id, telling.OVER)
    membership.shown = membership.buddy = ""
    if membership.participant_id is not None:
        to_come = (Membership.participant_id == membership.participant_id, Membership.committee_id == membership.committee_id)
        gone = update(Membership).where(*to_come, Membership.left_on.is_(None), Membership.starts_on > act.day)
        act.session.execute(gone.values(left_on=act.day, shown="", buddy=""))
    asked = (Candidacy.committee_id == membership.committee_id, Candidacy.participant_id == membership.participant_id)
    act.session.execute(update(Candidacy).where(*asked).values(needs_sealed=None, reach_sealed=None))
    act.session.flush()


def renew(act: Act, membership: Membership) -> Membership:
    """A second term follows the first, in the same seat, with the same status: nobody is asked again. Raises SeatTaken."""
    if membership.ends_on is None or not membership.holds(act.day):
        raise OfferOver
    seat = act.session.get_one(Seat, membership.seat_id)
    next_day = membership.ends_on + timedelta(days=1)
    _check_free(act, seat, next_day)
    made = Membership(
        seat_id=seat.id,
        committee_id=membership.committee_id,
        participant_id=membership.participant_id,
        way=Way.RENEWED,
        nominated_by=membership.nominated_by,
        offered_on=act.day,
        starts_on=next_day,
        ends_on=months_later(next_day, seat.term_months),
        shown=membership.shown,
        buddy=membership.buddy,
    )
    act.session.add(made)
    made.status, made.name = membership.status, membership.name
    act.session.flush()
    return made


def seat_institution(act: Act, seat: Seat, starts_on: date, ends_on: date) -> Membership:
    """Whoever an organisation sends sits from one day to another; who they are is not kept. Raises SeatTaken, SeatOfAnyone, TermTooShort."""
    if not seat.institution:
        raise SeatOfAnyone
    if ends_on <= starts_on:
        raise TermTooShort
    _check_free(act, seat, starts_on, ends_on)
    made = Membership(
        seat_id=seat.id,
        committee_id=seat.committee_id,
        way=Way.INSTITUTION,
        nominated_by="",
        offered_on=act.day,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    act.session.add(made)
    act.session.flush()
    return made


def end_terms(db: Database, at: datetime) -> int:
    """A job: terms that ended leave their seat vacant. Returns how many."""
    over = (Membership.left_on.is_(None), Membership.ends_on < day_of(at))
    with db.read() as session:
        if session.scalar(select(Membership.id).where(*over).limit(1)) is None:
            return 0
    with db.write() as session:
        ended = session.scalars(select(Membership).where(*over)).all()
        for membership in ended:
            membership.left_on, membership.reason = membership.ends_on, Leaving.TERM_OVER
        session.flush()
        return len(ended)


def show(act: Act, membership: Membership, name: str) -> None:
    """What a member lets everyone see; nothing by default, and nothing again when they empty it. Raises NamesNotShown."""
    if name.strip() and not may_be_shown(seats(act, membership.committee_id)):
        raise NamesNotShown
    membership.shown = name.strip()[:60]
    act.session.flush()


def welcome_member(act: Act, membership: Membership, *, name: str, buddy: str) -> None:
    """How the table calls them, and who walks with them at first."""
    membership.name, membership.buddy = name.strip()[:60] or None, buddy.strip()[:60]
    act.session.flush()


def current(session: Session, committee_id: UUID, participant_id: UUID) -> Membership | None:
    """Someone's seat in a committee, held or offered."""
    mine = (Membership.committee_id == committee_id, Membership.participant_id == participant_id, Membership.left_on.is_(None))
    return session.scalar(select(Membership).where(*mine).order_by(Membership.starts_on).limit(1))


def _hold(act: Act, row: Membership | Candidacy) -> None:
    """Nobody else answers, offers or leaves meanwhile: the row is read again under its lock."""
    act.session.flush()
    act.session.refresh(row, with_for_update=True)


def is_free(act: Act, seat: Seat) -> bool:
    """Whether a term may begin there today."""
    try:
        _check_free(act, seat, act.day)
    except SeatTaken:
        return False
    return True


def _check_free(act: Act, seat: Seat, starts_on: date, ends_on: date | None = None) -> None:
    """Raises SeatTaken where a term of that seat, or an offer, overlaps."""
    act.session.refresh(seat, with_for_update=True)
    if seat.ended_on is not None:
        raise SeatTaken
    ends_on = ends_on or months_later(starts_on, seat.term_months)
    for other in act.session.scalars(select(Membership).where(Membership.seat_id == seat.id, Membership.left_on.is_(None))):
        if other.starts_on is None or other.ends_on is None or (other.starts_on <= ends_on and starts_on <= other.ends_on):
            raise SeatTaken


def months_later(day: date, months: int) -> date:
    """The last day of a term of that many months; a day that the month lacks is its last."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1])) - timedelta(days=1)


def _candidacy_of(act: Act, membership: Membership) -> Candidacy | None:
    mine = (
        Candidacy.committee_id == membership.committee_id,
        Candidacy.participant_id == membership.participant_id,
        Candidacy.stage == Stage.OFFERED,
    )
    return act.session.scalar(select(Candidacy).where(*mine))


def _record(act: Act, committee: Committee, membership: Membership, kind: Kind) -> ParticipationFact:
    """A fact of a member's: with their mark and the status of their term where they agree to be counted, else of nobody."""
    person, status = counted_as(act, membership)
    return ledger.record(act, where(act, committee), kind, person=person, status=status)


def count_again(act: Act, participant: Participant) -> None:
    """The facts of someone's seats say what they agree to now. A status kept silent at first may still be told, once; it then holds."""
    for membership in act.session.scalars(select(Membership).where(Membership.participant_id == participant.id)):
        if membership.status in (None, Status.SILENT):
            membership.status = participants.lived(act.session, participant.id)
            act.session.flush()
        for name in ("fact", "fact_left"):
            kept = getattr(membership, name)
            if kept:
                setattr(membership, name, str(set_right(act, membership, act.session.get_one(ParticipationFact, UUID(kept))).id))
    act.session.flush()


def set_right(act: Act, membership: Membership, fact: ParticipationFact) -> ParticipationFact:
    """The fact of a member's as it should read now."""
    return ledger.set_right(act, fact, *counted_as(act, membership))


def counted_as(act: Act, membership: Membership) -> tuple[Person | None, str | None]:
    """Whom a member's facts name, with the status of their term."""
    if membership.participant_id is None:
        return None, None
    participant = act.session.get_one(Participant, membership.participant_id)
    agrees, _ = participants.counted(act.session, participant)
    if not agrees:
        return None, None
    committee = act.session.get_one(Committee, membership.committee_id)
    status = membership.status if membership.status != Status.SILENT else None
    return participants.person_in(act, participant, committee.agreement_id), status


def counts_as_lived(session: Session, membership: Membership) -> bool:
    """Whether a member lived in poverty or exclusion when they took the seat, and agrees that it is counted."""
    if membership.participant_id is None or membership.status != Status.TODAY:
        return False
    return participants.counted(session, session.get_one(Participant, membership.participant_id))[0]


def may_be_shown(seats: Sequence[Seat]) -> bool:
    """Whether a member's name may stand on the committee's page: only where as many seats are open to anyone as are reserved.

    Elsewhere a name would say why someone sits there, by mere subtraction.
    """
    personal = [seat.is_reserved for seat in seats if not seat.institution]
    return 2 * sum(personal) <= len(personal)


@dataclass(frozen=True)
class Place:
    """A seat and whoever is in it, or to whom it is offered."""

    seat: Seat
    membership: Membership | None

    @property
    def is_vacant(self) -> bool:
        return self.membership is None


def places(act: Act, committee: Committee) -> Sequence[Place]:
    """The seats with who holds them today or has been offered them."""
    here = (Membership.committee_id == committee.id, Membership.left_on.is_(None))
    now = [each for each in act.session.scalars(select(Membership).where(*here)) if each.starts_on is None or each.starts_on <= act.day]
    by_seat = {each.seat_id: each for each in now}
    return [Place(seat, by_seat.get(seat.id)) for seat in seats(act, committee.id)]
