"""A meeting: called, moved or called off; members answer by the channel they want, and what they need gathers in one list."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engage import governance
from engage.committees import telling
from engage.committees.acts import MOST_PARTS
from engage.committees.candidacies import MOST_CHILDREN
from engage.committees.models import Candidacy, Committee, Meeting, Membership, Reply, Stage, Support, SupportLine, SupportState
from engage.kernel import words
from engage.kernel.act import Act, Channel, day_of
from engage.kernel.db import Database
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.messaging import measure

PAPERS_BEFORE = timedelta(days=7)
REMINDED_BEFORE = timedelta(days=2)
KEPT_AFTER = timedelta(days=7)
"""How long after a meeting it is known where a ride picked someone up."""
LONGEST = timedelta(hours=12)
OF_MEETING = ("agenda", "papers")


class MeetingInThePast(Refusal):
    sentence = N_("Une rencontre se prépare d’avance. Choisissez un jour à venir, et une fin après le début.")


class MeetingOver(Refusal):
    sentence = N_("Cette rencontre a eu lieu ou n’a plus lieu. Préparez-en une nouvelle.")


class AgendaMissing(Refusal):
    sentence = N_("Écrivez de quoi on parlera, et où se tient la rencontre.")


class MeetingTextTooLong(Refusal):
    sentence = N_("Le texto d’invitation prend %(parts)s parties, 2 au plus. Raccourcissez le lieu. Lettres qui coûtent: %(letters)s")


class TooLateToAnswer(Refusal):
    sentence = N_("Cette rencontre a commencé, est passée ou n’a plus lieu. Votre réponse ne change plus rien.")


class NotAMember(Refusal):
    sentence = N_("Cette personne n’a pas de place dans ce comité ce jour-là.")


@dataclass(frozen=True)
class DayNeeds:
    """What a member needs for one meeting."""

    supports: tuple[str, ...] = ()
    children: int = 0
    more: str = ""
    pick_up: str = ""


def call_meeting(
    act: Act,
    committee: Committee,
    *,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    texts: Mapping[str, dict[str, str]],
    is_accessible: bool = False,
    by_bus: bool = False,
    phone_in: str = "",
    prepares_at: datetime | None = None,
    debriefs_at: datetime | None = None,
    meeting: Meeting | None = None,
) -> Meeting:
    """A new meeting, or one set anew. Moved once people were invited, everyone is told and asked again; what they need is kept.

    Raises MeetingOver, MeetingInThePast, AgendaMissing, MeetingTextTooLong.
    """
    if meeting is not None and not meeting.awaits(act.at):
        raise MeetingOver
    if starts_at <= act.at or not starts_at < ends_at <= starts_at + LONGEST:
        raise MeetingInThePast
    if not place.strip() or not texts["agenda"].get("fr", "").strip():
        raise AgendaMissing
    _check_text(act, committee, {"day": day_of(starts_at), "hour": starts_at, "place": place.strip()})
    moved = meeting is not None and (meeting.starts_at, meeting.place) != (starts_at, place.strip())
    if meeting is None:
        code = f"{secrets.randbelow(9000) + 1000}"
        meeting = Meeting(committee_id=committee.id, agreement_id=committee.agreement_id, door_code=code, version=1)
        act.session.add(meeting)
    meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, place.strip()
    meeting.is_accessible, meeting.by_bus, meeting.phone_in = is_accessible, by_bus, phone_in
    meeting.prepares_at, meeting.debriefs_at = prepares_at, debriefs_at
    act.session.flush()
    for field in OF_MEETING:
        words.write(act.session, meeting.id, field, texts.get(field, {}))
    if moved and meeting.invited_on:
        meeting.version += 1
        meeting.reminded_on = None
        _tell_all(act, committee, meeting, telling.MOVED)
    if texts.get("papers", {}).get("fr", "").strip() and meeting.papers_on is None and meeting.invited_on:
        _give_papers(act, committee, meeting)
    act.session.flush()
    return meeting


def _check_text(act: Act, committee: Committee, told: Mapping[str, object]) -> None:
    """Raises MeetingTextTooLong."""
    table = governance.table_of(act.session, committee.agreement_id)
    for language in ("fr", "en"):
        cost = measure(telling.meeting_text(act, committee, table.text_name if table else "", language, told))
        if cost.segments > MOST_PARTS:
            raise MeetingTextTooLong(parts=cost.segments, letters=" ".join(cost.costly))


def invite(act: Act, meeting: Meeting) -> int:
    """Write to, or call, every member who can be reached; once. Returns how many members there are."""
    committee = act.session.get_one(Committee, meeting.committee_id)
    members = members_at(act.session, meeting)
    if meeting.invited_on is None and meeting.awaits(act.at):
        meeting.invited_on = act.day
        _tell_all(act, committee, meeting, telling.INVITED)
        if words.Wordings(act.session, [meeting.id]).text(meeting.id, "papers", "fr"):
            _give_papers(act, committee, meeting)
    act.session.flush()
    return len(members)


def _give_papers(act: Act, committee: Committee, meeting: Meeting) -> None:
    """The papers are on each member's page from now on, and they are told so."""
    meeting.papers_on = act.day
    _tell_all(act, committee, meeting, telling.PAPERS)


def call_off(act: Act, meeting: Meeting) -> None:
    """It does not take place; whoever was invited is told."""
    if meeting.cancelled_on is None and meeting.awaits(act.at):
        meeting.cancelled_on = act.day
        if meeting.invited_on:
            _tell_all(act, act.session.get_one(Committee, meeting.committee_id), meeting, telling.CALLED_OFF)
    act.session.flush()


def members_at(session: Session, meeting: Meeting) -> list[Membership]:
    """Whoever holds a seat on the day of a meeting; once each, though they left it and took one again that day."""
    on = day_of(meeting.starts_at)
    here = (Membership.committee_id == meeting.committee_id, Membership.starts_on <= on)
    first: dict[UUID, Membership] = {}
    for each in session.scalars(select(Membership).where(*here).order_by(Membership.starts_on, Membership.left_on.is_(None))):
        if (each.left_on is None or each.left_on >= on) and (each.ends_on is None or each.ends_on >= on):
            first.setdefault(each.participant_id or each.id, each)
    return list(first.values())


def membership_at(session: Session, meeting: Meeting, participant_id: UUID) -> Membership:
    """Someone's seat on the day of a meeting. Raises NotAMember."""
    for each in members_at(session, meeting):
        if each.participant_id == participant_id:
            return each
    raise NotAMember


def _tell_all(act: Act, committee: Committee, meeting: Meeting, message: str, only: set[UUID] | None = None) -> None:
    for membership in members_at(act.session, meeting):
        if membership.participant_id is not None and (only is None or membership.id in only):
            telling.tell(
                act, committee, membership.participant_id, message, until=meeting.starts_at, **told_of(meeting), who=who(committee)
            )


def who(committee: Committee) -> str:
    return ", ".join(committee.in_the_room())


def told_of(meeting: Meeting) -> dict[str, object]:
    return {"day": day_of(meeting.starts_at), "hour": meeting.starts_at, "place": meeting.place}


def answer(act: Act, meeting: Meeting, membership: Membership, *, comes: bool, needs: DayNeeds | None = None) -> Reply:
    """Whether a member comes, whichever way they say it; the last word counts. Without `needs`, those of before stay.

    Raises TooLateToAnswer, NotAMember.
    """
    if not meeting.awaits(act.at):
        raise TooLateToAnswer
    if membership.id not in {each.id for each in members_at(act.session, meeting)}:
        raise NotAMember
    mine = (Reply.meeting_id == meeting.id, Reply.membership_id == membership.id)
    reply = act.session.scalar(select(Reply).where(*mine))
    if reply is None:
        reply = Reply(meeting_id=meeting.id, membership_id=membership.id)
        act.session.add(reply)
    reply.comes, reply.version, reply.channel = comes, meeting.version, act.channel
    if needs is not None:
        reply.needs = json.dumps(asdict(_tidy(needs)))
    act.session.flush()
    _ask_supports(act, meeting, membership, needs_of(reply) if comes else DayNeeds())
    return reply


def _tidy(needs: DayNeeds) -> DayNeeds:
    children = min(max(needs.children, 0), MOST_CHILDREN)
    supports = tuple(each for each in Support if each in needs.supports or (each == Support.CARE and children))
    return DayNeeds(supports, children, needs.more.strip()[:200], needs.pick_up.strip()[:120])


def needs_of(reply: Reply) -> DayNeeds:
    told = json.loads(reply.needs or "{}")
    return DayNeeds(tuple(told.get("supports", ())), told.get("children", 0), told.get("more", ""), told.get("pick_up", ""))


def first_needs(session: Session, membership: Membership) -> DayNeeds:
    """What a member said they need when they asked for the seat, to begin from."""
    asked = (Candidacy.committee_id == membership.committee_id, Candidacy.participant_id == membership.participant_id)
    row = session.scalar(select(Candidacy).where(*asked, Candidacy.stage == Stage.SEATED).order_by(Candidacy.asked_on.desc()).limit(1))
    told = json.loads(row.needs or "{}") if row else {}
    return DayNeeds(tuple(told.get("supports", ())), told.get("children", 0), told.get("more", ""))


def _ask_supports(act: Act, meeting: Meeting, membership: Membership, needs: DayNeeds) -> None:
    """What is asked becomes a line each; a line still only asked goes when it is no longer needed, one that was given stays."""
    mine = (SupportLine.meeting_id == meeting.id, SupportLine.membership_id == membership.id)
    lines = {line.support: line for line in act.session.scalars(select(SupportLine).where(*mine))}
    for support in needs.supports:
        if support not in lines:
            line = SupportLine(
                meeting_id=meeting.id, membership_id=membership.id, support=support, state=SupportState.ASKED, in_advance=False
            )
            act.session.add(line)
    for support, line in lines.items():
        if support not in needs.supports and line.state == SupportState.ASKED:
            act.session.delete(line)
    act.session.flush()


def replies(session: Session, meeting: Meeting) -> dict[UUID, Reply]:
    """By membership. A reply to an earlier version waits to be given again."""
    return {each.membership_id: each for each in session.scalars(select(Reply).where(Reply.meeting_id == meeting.id))}


def upcoming(session: Session, participant_id: UUID, at: datetime) -> list[tuple[Meeting, Membership]]:
    """The meetings that someone is invited to and may still answer: first those that wait for it, and the last invited among them."""
    held = session.scalars(select(Membership).where(Membership.participant_id == participant_id, Membership.left_on.is_(None))).all()
    committees = [each.committee_id for each in held]
    open_ones = (
        Meeting.committee_id.in_(committees),
        Meeting.invited_on.is_not(None),
        Meeting.cancelled_on.is_(None),
        Meeting.starts_at > at,
    )
    found = []
    for meeting in session.scalars(select(Meeting).where(*open_ones).order_by(Meeting.invited_on.desc(), Meeting.starts_at)):
        seats = {each.id for each in members_at(session, meeting)}
        answered = replies(session, meeting)
        for each in held:
            if each.committee_id == meeting.committee_id and each.id in seats:
                reply = answered.get(each.id)
                found.append((reply is not None and reply.version == meeting.version, meeting, each))
    return [(meeting, membership) for _, meeting, membership in sorted(found, key=lambda each: each[0])]


def of_person(session: Session, participant_id: UUID) -> list[tuple[Membership, Committee, Meeting]]:
    """The meetings that someone was or is invited to, the next and the last first."""
    rows = session.execute(
        select(Membership, Committee, Meeting)
        .join(Committee, Committee.id == Membership.committee_id)
        .join(Meeting, Meeting.committee_id == Committee.id)
        .where(Membership.participant_id == participant_id, Membership.starts_on.is_not(None), Meeting.invited_on.is_not(None))
        .order_by(Meeting.starts_at.desc())
    )
    return [(membership, committee, meeting) for membership, committee, meeting in rows if membership in members_at(session, meeting)]


def of_committee(session: Session, committee_id: UUID) -> Sequence[Meeting]:
    """The last first."""
    return session.scalars(select(Meeting).where(Meeting.committee_id == committee_id).order_by(Meeting.starts_at.desc())).all()


def late_papers(session: Session, agreement_ids: Sequence[str], today: date) -> Sequence[Meeting]:
    """Meetings less than seven days away whose plain papers have not reached the members."""
    soon = (Meeting.agreement_id.in_(agreement_ids), Meeting.papers_on.is_(None), Meeting.cancelled_on.is_(None))
    found = session.scalars(select(Meeting).where(*soon).order_by(Meeting.starts_at)).all()
    return [each for each in found if today <= day_of(each.starts_at) <= today + PAPERS_BEFORE]


def carry_meetings(db: Database, at: datetime) -> int:
    """A job: remind, two days before, whoever did not say no; forget, seven days after, where people were picked up. Returns how many reminded."""
    due = (Meeting.invited_on.is_not(None), Meeting.reminded_on.is_(None), Meeting.cancelled_on.is_(None))
    window = (Meeting.starts_at > at, Meeting.starts_at <= at + REMINDED_BEFORE)
    old = (Reply.needs_sealed.is_not(None), Reply.meeting_id.in_(select(Meeting.id).where(Meeting.ends_at < at - KEPT_AFTER)))
    with db.read() as session:
        ids = session.scalars(select(Meeting.id).where(*due, *window)).all()
        is_old = session.scalar(select(Reply.id).where(*old).limit(1)) is not None
    for id in ids:
        with db.write() as session:
            act = Act(session, Channel.SYSTEM, at)
            meeting = session.get_one(Meeting, id, with_for_update=True)
            if meeting.reminded_on is None:
                meeting.reminded_on = act.day
                no = {key for key, reply in replies(session, meeting).items() if not reply.comes and reply.version == meeting.version}
                yes = {each.id for each in members_at(session, meeting)} - no
                committee = session.get_one(Committee, meeting.committee_id)
                _tell_all(act, committee, meeting, telling.REMINDED, yes)
    if is_old:
        with db.write() as session:
            session.execute(update(Reply).where(*old).values(needs_sealed=None))
    return len(ids)
