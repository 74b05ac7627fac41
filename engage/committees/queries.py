"""What can be looked up about committees, seats and whoever waits for one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage import participants
from engage.committees.memberships import ENDS_SOON
from engage.committees.models import Candidacy, Committee, Draw, Membership, Seat, Stage, Way
from engage.kernel.words import Wordings
from engage.participants import Status


def by_code(session: Session, code: str) -> Committee | None:
    return session.scalar(select(Committee).where(Committee.code == code.upper()))


def name_of(session: Session, code: str, language: str) -> str:
    """The full name of the committee with that word, in a language or else in French."""
    found = by_code(session, code)
    return Wordings(session, [found.id]).text(found.id, "name", language) if found else code


def of_agreements(session: Session, agreement_ids: Collection[str]) -> Sequence[Committee]:
    query = select(Committee).where(Committee.agreement_id.in_(agreement_ids))
    return session.scalars(query.order_by(Committee.ended_on.is_not(None), Committee.code)).all()


def sitting(session: Session, agreement_id: str | None = None) -> Sequence[Committee]:
    """Committees that sit today, those that look for someone first."""
    query = select(Committee).where(Committee.ended_on.is_(None)).order_by(Committee.is_welcoming.desc(), Committee.code)
    return session.scalars(query.where(Committee.agreement_id == agreement_id) if agreement_id else query).all()


def welcoming(session: Session, agreement_id: str | None = None) -> Sequence[Committee]:
    """Committees where a seat can be asked for now."""
    return [each for each in sitting(session, agreement_id) if each.is_welcoming]


def calls(session: Session, agreement_ids: Collection[str]) -> Sequence[Candidacy]:
    """Who waits for the promised call, the most urgent first."""
    waiting = (Candidacy.agreement_id.in_(agreement_ids), Candidacy.stage == Stage.ASKED)
    return session.scalars(select(Candidacy).where(*waiting).order_by(Candidacy.call_by)).all()


def candidacies(session: Session, committee_id: UUID) -> Sequence[Candidacy]:
    """Everyone who asked and is neither seated nor gone."""
    here = (Candidacy.committee_id == committee_id, Candidacy.stage.not_in((Stage.WITHDRAWN, Stage.SEATED)))
    return session.scalars(select(Candidacy).where(*here).order_by(Candidacy.call_by, Candidacy.id)).all()


def draws_of(session: Session, committee_id: UUID) -> Sequence[Draw]:
    """The last first."""
    return session.scalars(select(Draw).where(Draw.committee_id == committee_id).order_by(Draw.fixed_at.desc())).all()


def candidacies_of(session: Session, participant_id: UUID) -> list[tuple[Candidacy, Committee]]:
    """What someone asked for and still waits on."""
    mine = (Candidacy.participant_id == participant_id, Candidacy.stage.not_in((Stage.WITHDRAWN, Stage.SEATED, Stage.OFFERED)))
    rows = session.execute(select(Candidacy, Committee).join(Committee, Committee.id == Candidacy.committee_id).where(*mine))
    return [(candidacy, committee) for candidacy, committee in rows]


def candidacy_of(session: Session, membership: Membership) -> Candidacy | None:
    """What someone had asked for, that an offer or a seat then answered."""
    if membership.participant_id is None or membership.way not in (Way.DRAWN, Way.ALTERNATE):
        return None
    theirs = (Candidacy.committee_id == membership.committee_id, Candidacy.participant_id == membership.participant_id)
    came = (Candidacy.stage.in_((Stage.OFFERED, Stage.SEATED)), Candidacy.asked_on <= membership.offered_on)
    return session.scalar(select(Candidacy).where(*theirs, *came).order_by(Candidacy.asked_on.desc()).limit(1))


def memberships_of(session: Session, participant_id: UUID) -> list[tuple[Membership, Committee]]:
    """The seats that someone holds or is offered, in the order of their terms."""
    mine = (Membership.participant_id == participant_id, Membership.left_on.is_(None))
    rows = session.execute(select(Membership, Committee).join(Committee, Committee.id == Membership.committee_id).where(*mine))
    return sorted(((membership, committee) for membership, committee in rows), key=lambda row: row[0].starts_on or date.max)


def offers_behind(session: Session, number: str, day: date) -> list[Membership]:
    """Offers that wait for an answer from whoever is behind an E.164 number."""
    people = participants.behind(session, number)
    waiting = (
        Membership.participant_id.in_(people),
        Membership.starts_on.is_(None),
        Membership.left_on.is_(None),
        Membership.answer_by >= day,
    )
    return list(session.scalars(select(Membership).where(*waiting)).all())


def members(session: Session, committee_id: UUID, day: date) -> list[Membership]:
    """Whoever holds a seat on a day."""
    here = (Membership.committee_id == committee_id, Membership.starts_on <= day, Membership.left_on.is_(None))
    return list(session.scalars(select(Membership).where(*here)))


def is_alone(session: Session, committee_id: UUID, day: date) -> bool:
    """Whether exactly one member lives in poverty or exclusion: told to the committee's own table, and to nobody else."""
    return sum(each.status == Status.TODAY for each in members(session, committee_id, day)) == 1


def vacancies(session: Session, agreement_ids: Collection[str]) -> dict[UUID, int]:
    """Seats that nobody is in nor offered, by committee, where there are any."""
    taken = select(Membership.seat_id).where(Membership.left_on.is_(None))
    rows = session.execute(
        select(Seat.committee_id, func.count())
        .join(Committee, Committee.id == Seat.committee_id)
        .where(Committee.agreement_id.in_(agreement_ids), Committee.ended_on.is_(None))
        .where(Seat.ended_on.is_(None), Seat.id.not_in(taken))
        .group_by(Seat.committee_id)
    )
    return dict(rows.all())


def ending_soon(session: Session, agreement_ids: Collection[str], today: date) -> list[tuple[Membership, Committee]]:
    """Terms that end within two months and are not followed by another, the first first."""
    rows = session.execute(
        select(Membership, Committee)
        .join(Committee, Committee.id == Membership.committee_id)
        .where(Committee.agreement_id.in_(agreement_ids), Committee.ended_on.is_(None))
        .where(Membership.left_on.is_(None), Membership.ends_on <= today + ENDS_SOON)
        .order_by(Membership.ends_on)
    ).all()
    later = select(Membership.seat_id).where(Membership.left_on.is_(None), Membership.starts_on > today)
    followed = set(session.scalars(later))
    return [(membership, committee) for membership, committee in rows if membership.seat_id not in followed]


def sits_in(session: Session, participant_id: UUID, agreement_id: str) -> bool:
    """Whether someone holds, is offered or waits for a seat in an agreement."""
    held = (
        select(Membership.id)
        .join(Committee, Committee.id == Membership.committee_id)
        .where(Membership.participant_id == participant_id, Membership.left_on.is_(None), Committee.agreement_id == agreement_id)
    )
    asked = select(Candidacy.id).where(Candidacy.participant_id == participant_id, Candidacy.agreement_id == agreement_id)
    return session.scalar(held.limit(1)) is not None or session.scalar(asked.limit(1)) is not None


def seated_people(session: Session) -> set[UUID]:
    """Everyone who holds, is offered or waits for a seat: they are not forgotten for having been quiet."""
    held = session.scalars(select(Membership.participant_id).where(Membership.left_on.is_(None), Membership.participant_id.is_not(None)))
    waiting = session.scalars(select(Candidacy.participant_id).where(Candidacy.stage.not_in((Stage.WITHDRAWN, Stage.SEATED))))
    return {*filter(None, held), *waiting}
