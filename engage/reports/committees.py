"""Indicators of committees (P1, P4 to P7, P10 of rule 2026-1), computed from facts, seats and meetings. For the table alone.

They are exact, and small: what is published of them goes through the rule of small counts first. P1 reads the counts that
the sequencer keeps.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import committees
from engage.committees import Decision, Meeting, Membership, Seat, attendance, meetings
from engage.governance import Mechanism
from engage.kernel.act import day_of, fiscal_year_of
from engage.ledger import FactCount, Grade, counts
from engage.participants import Status

PAPERS, PREPARATION, DEBRIEF = "papers", "preparation", "debrief"


@dataclass
class Indicators:
    """Of one agreement in one fiscal year."""

    with_people: Counter[str] = field(default_factory=Counter)
    """P1: mechanisms with an A or B fact of someone in poverty, by type..."""
    active: Counter[str] = field(default_factory=Counter)
    """...of those that were active."""
    reserved: int = 0
    """P4: reserved seats,"""
    filled: int = 0
    """those held by someone in poverty at some time of the year,"""
    votes: int = 0
    """and votes cast in reserved seats, whichever way."""
    never_alone: int = 0
    """P5: bodies where, whenever one was there, two or more were..."""
    with_any: int = 0
    """...of the bodies where anyone was."""
    came: tuple[int, int] = (0, 0)
    """P6: presences of members in poverty, and how many there could have been;"""
    others_came: tuple[int, int] = (0, 0)
    """the same of the other members."""
    held: int = 0
    """P7: meetings held,"""
    offered: Counter[str] = field(default_factory=Counter)
    """and at how many of them each support was offered, papers in time, preparation and debrief among them."""
    still_there: tuple[int, int] = (0, 0)
    """P10: members in poverty still in their seat 12 months after they took it, of those whose 12 months ended in the year;"""
    reasons: Counter[str] = field(default_factory=Counter)
    """why people left, where they said it."""


def indicators(session: Session, agreement_id: str, first: date, last: date) -> Indicators:
    """From the first to the last day of a fiscal year."""
    found = Indicators()
    _mechanisms(session, agreement_id, first, last, found)
    bodies = committees.of_agreements(session, [agreement_id])
    for committee in bodies:
        members = session.scalars(
            select(Membership).where(Membership.committee_id == committee.id, Membership.starts_on.is_not(None))
        ).all()
        _seats(session, committee.id, members, first, last, found)
        _meetings(session, committee, first, last, found)
        _staying(session, members, first, last, found)
    return found


def _mechanisms(session: Session, agreement_id: str, first: date, last: date, found: Indicators) -> None:
    here = select(Mechanism).where(Mechanism.agreement_id == agreement_id, Mechanism.starts_on <= last)
    people = (*counts.standing(fiscal_year_of(first), agreement_id), FactCount.status == Status.TODAY, FactCount.grade != Grade.DECLARED)
    lived = set(session.scalars(select(FactCount.mechanism_id).where(*people, ~FactCount.is_anonymous).distinct()))
    for mechanism in session.scalars(here):
        if mechanism.ends_on is None or mechanism.ends_on >= first:
            found.active[mechanism.type] += 1
            found.with_people[mechanism.type] += mechanism.id in lived


def _within(membership: Membership, first: date, last: date) -> bool:
    """Whether someone held their seat at some day of the year."""
    start, end = membership.starts_on, membership.left_on or membership.ends_on
    return start is not None and start <= last and (end is None or end >= first)


def _seats(session: Session, committee_id: UUID, members: Iterable[Membership], first: date, last: date, found: Indicators) -> None:
    seats = session.scalars(select(Seat).where(Seat.committee_id == committee_id, Seat.is_reserved)).all()
    reserved = {seat.id for seat in seats if seat.ended_on is None or seat.ended_on >= first}
    found.reserved += len(reserved)
    found.filled += len(
        {
            each.seat_id
            for each in members
            if each.seat_id in reserved and _within(each, first, last) and committees.counts_as_lived(session, each)
        }
    )
    decided = select(Decision).where(Decision.committee_id == committee_id, Decision.made_on.between(first, last))
    found.votes += sum(decision.votes_reserved for decision in session.scalars(decided))


def _meetings(session: Session, committee: committees.Committee, first: date, last: date, found: Indicators) -> None:
    lived_at: list[int] = []
    came: dict[bool, list[int]] = defaultdict(lambda: [0, 0])
    for meeting in meetings.of_committee(session, committee.id):
        present = attendance.present_at(session, meeting)
        if not first <= day_of(meeting.starts_at) <= last or meeting.cancelled_on or not present:
            continue
        found.held += 1
        _offered(committee, meeting, found)
        lived = 0
        for member in meetings.members_at(session, meeting):
            is_lived, is_there = committees.counts_as_lived(session, member), member.id in present
            came[is_lived][0] += is_there
            came[is_lived][1] += 1
            lived += is_lived and is_there
        lived_at.append(lived)
    found.came = (found.came[0] + came[True][0], found.came[1] + came[True][1])
    found.others_came = (found.others_came[0] + came[False][0], found.others_came[1] + came[False][1])
    some = [lived for lived in lived_at if lived]
    found.with_any += bool(some)
    found.never_alone += bool(some) and min(some) >= 2


def _offered(committee: committees.Committee, meeting: Meeting, found: Indicators) -> None:
    for support in committee.offers():
        found.offered[support] += 1
    in_time = meeting.papers_on is not None and meeting.papers_on <= day_of(meeting.starts_at) - meetings.PAPERS_BEFORE
    found.offered[PAPERS] += in_time
    found.offered[PREPARATION] += meeting.prepares_at is not None
    found.offered[DEBRIEF] += meeting.debriefs_at is not None


def _staying(session: Session, members: Sequence[Membership], first: date, last: date, found: Indicators) -> None:
    for member in members:
        renewed = _renewal(member, members)
        is_over = member.left_on is not None and first <= member.left_on <= last
        if is_over and renewed is None and member.way != committees.Way.INSTITUTION:
            found.reasons[member.reason or "unsaid"] += 1
        if member.starts_on is None or member.way == committees.Way.RENEWED or not committees.counts_as_lived(session, member):
            continue
        twelve = committees.months_later(member.starts_on, 12)
        if first <= twelve <= last:
            held: Membership | None = member
            while held is not None and held.left_on is not None and held.left_on < twelve:
                held = _renewal(held, members)
            found.still_there = (found.still_there[0] + (held is not None), found.still_there[1] + 1)


def _renewal(member: Membership, members: Sequence[Membership]) -> Membership | None:
    """The term that follows someone's in the same seat."""
    return next(
        (
            each
            for each in members
            if each.way == committees.Way.RENEWED
            and (each.seat_id, each.participant_id) == (member.seat_id, member.participant_id)
            and member.ends_on is not None
            and each.starts_on == member.ends_on + timedelta(days=1)
        ),
        None,
    )
