"""Who was there: by their own word at the door, or as staff noted, which each may confirm or contest."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import ledger
from engage.committees.acts import where
from engage.committees.meetings import NotAMember, members_at
from engage.committees.memberships import counted_as, set_right
from engage.committees.models import Attendance, Committee, Meeting, Membership
from engage.kernel import attempts
from engage.kernel.act import QUEBEC, Act, day_of
from engage.kernel.refusal import FailedAttempt, Refusal
from engage.kernel.words import N_
from engage.ledger import Grade, Kind, ParticipationFact
from engage.participants import Participant

EARLY, LATE = timedelta(hours=1), timedelta(hours=12)
"""From when before a meeting, and until when after it, someone says for themselves that they are there."""
DOOR, GUESSES = "door code", 10
THEIRS, CONTESTED = "theirs", "contested"


class NotNow(Refusal):
    sentence = N_("On dit «je suis là» le jour de la rencontre, à partir d’une heure avant.")


class DoorCodeWrong(FailedAttempt):
    sentence = N_("Ce code de la porte ne va pas. Il a 4 chiffres, affichés à l’entrée.")


class NotHeldYet(Refusal):
    sentence = N_("Cette rencontre n’a pas encore commencé, ou n’a plus lieu. On note les présences le jour même.")


class SaysNotThere(Refusal):
    sentence = N_("Cette personne a dit qu’elle n’y était pas. C’est sa parole qui compte.")


class SaysThere(Refusal):
    sentence = N_("Cette personne a confirmé qu’elle y était. C’est sa parole qui compte.")


def check_in(act: Act, meeting: Meeting, membership: Membership, code: str, *, asked_from: str) -> Attendance:
    """A member says that they are there, with the code at the door. Raises NotNow, DoorCodeWrong, NotAMember."""
    if meeting.cancelled_on or not meeting.starts_at - EARLY <= act.at <= meeting.ends_at + LATE:
        raise NotNow
    if attempts.too_many(act.session, act.at, DOOR, asked_from, limit=GUESSES) or code.strip() != meeting.door_code:
        raise DoorCodeWrong(DOOR, asked_from)
    return _note(act, meeting, membership, Grade.ACT)


def note(act: Act, meeting: Meeting, membership: Membership, *, present: bool) -> Attendance | None:
    """Staff note who was there, from the sheet or from the room. A self-given word stays.

    Raises NotHeldYet, NotAMember, SaysNotThere, SaysThere.
    """
    if meeting.cancelled_on or act.at < meeting.starts_at - EARLY:
        raise NotHeldYet
    if present:
        return _note(act, meeting, membership, Grade.ATTENDANCE)
    row = of_member(act.session, meeting, membership.id)
    if row is not None and row.answer == THEIRS:
        raise SaysThere
    if row is not None and row.grade == Grade.ATTENDANCE:
        _take_back(act, row)
        act.session.delete(row)
        act.session.flush()
    return None


def _note(act: Act, meeting: Meeting, membership: Membership, grade: Grade) -> Attendance:
    """Once for each member: a self-given word replaces what staff noted, anything else said twice changes nothing."""
    if membership.id not in {each.id for each in members_at(act.session, meeting)}:
        raise NotAMember
    row = of_member(act.session, meeting, membership.id)
    if row is not None and row.answer == CONTESTED and grade == Grade.ATTENDANCE:
        raise SaysNotThere
    if row is not None and (row.grade == Grade.ACT or grade == Grade.ATTENDANCE) and row.answer != CONTESTED:
        return row
    if row is None:
        row = Attendance(meeting_id=meeting.id, membership_id=membership.id)
        act.session.add(row)
    else:
        _take_back(act, row)
    row.grade, row.answer = grade, ""
    act.session.flush()
    _record(act, meeting, membership, row)
    return row


def _record(act: Act, meeting: Meeting, membership: Membership, row: Attendance) -> None:
    """A fact of the meeting's own day; whoever sits for an organisation leaves none."""
    if membership.participant_id is None:
        return
    committee = act.session.get_one(Committee, meeting.committee_id)
    person, status = counted_as(act, membership)
    that_day = replace(act, at=datetime.combine(day_of(meeting.starts_at), time(12), QUEBEC))
    fact = ledger.record(that_day, where(act, committee), Kind.ATTENDED, person=person, status=status, grade=Grade(row.grade))
    row.fact = str(fact.id)
    act.session.flush()


def _take_back(act: Act, row: Attendance) -> None:
    if row.fact:
        ledger.reverse(act, act.session.get_one(ParticipationFact, UUID(row.fact)))
        row.fact = None


def confirm(act: Act, participant: Participant, id: UUID, *, theirs: bool) -> None:
    """The person's own word on what staff noted: contested, the fact is taken back, and it comes again should they change their mind.

    What is not theirs changes nothing.
    """
    row = act.session.get(Attendance, id)
    membership = act.session.get(Membership, row.membership_id) if row else None
    if row is None or membership is None or membership.participant_id != participant.id:
        return
    row.answer = THEIRS if theirs else CONTESTED
    if not theirs:
        _take_back(act, row)
    elif row.fact is None:
        _record(act, act.session.get_one(Meeting, row.meeting_id), membership, row)
    act.session.flush()


def of_member(session: Session, meeting: Meeting, membership_id: UUID) -> Attendance | None:
    return session.scalar(select(Attendance).where(Attendance.meeting_id == meeting.id, Attendance.membership_id == membership_id))


def present_at(session: Session, meeting: Meeting) -> dict[UUID, Attendance]:
    """By membership, without what was contested."""
    rows = session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id))
    return {row.membership_id: row for row in rows if row.answer != CONTESTED}


def count_again(act: Act, participant: Participant) -> None:
    """The facts of someone's presence say what they agree to now."""
    held = select(Membership).where(Membership.participant_id == participant.id)
    for membership in act.session.scalars(held):
        for row in act.session.scalars(select(Attendance).where(Attendance.membership_id == membership.id)):
            if row.fact:
                row.fact = str(set_right(act, membership, act.session.get_one(ParticipationFact, UUID(row.fact))).id)
    act.session.flush()


def quorum(session: Session, committee: Committee, meeting: Meeting, reserved: set[UUID]) -> tuple[int, int, bool]:
    """Members present, among them in reserved seats (`reserved` holds the ids of those seats), and whether decisions hold."""
    present = present_at(session, meeting)
    members = [each for each in members_at(session, meeting) if each.id in present]
    among = sum(each.seat_id in reserved for each in members)
    return len(members), among, len(members) >= committee.quorum and among >= committee.quorum_reserved
