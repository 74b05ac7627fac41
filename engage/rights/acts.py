"""A person's rights over what is kept of them: see it, set it right, take a consent back, be forgotten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from engage import assistance, committees, feedback, governance, messaging, participants, voting
from engage.kernel.act import Act, Channel, day_of
from engage.kernel.db import Database
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.participants import ConsentKind, Participant, Status
from engage.rights.models import Erasure, Incident

UNDONE_WITHIN = timedelta(days=7)


class IncidentIncomplete(Refusal):
    sentence = N_("Dites ce qui est arrivé, à combien de personnes, et ce que vous avez fait. Les jours s’écrivent comme 2027-03-31.")


def answer(act: Act, participant: Participant, *, status: Status | None, consents: Mapping[ConsentKind, bool]) -> None:
    """Change what someone said of themselves or agreed to; the facts of their votes, seats and words follow, votes and seats stay."""
    if status is not None:
        participants.declare(act, participant, status)
    for kind, given in consents.items():
        if participants.agrees(act.session, participant.id, kind) != given:
            participants.consent(act, participant, kind, given=given)
    count_again(act, participant)


def count_again(act: Act, participant: Participant) -> None:
    """The facts of all that someone did say what they tell of themselves, and agree to, now."""
    voting.count_again(act, participant)
    committees.count_again(act, participant)
    committees.attendance.count_again(act, participant)
    feedback.count_again(act, participant)
    feedback.follow_ups.count_again(act, participant)


def ask_erasure(act: Act, participant: Participant) -> date:
    """Forget someone in seven days; until then they may take it back. Returns the day. Asked again, it changes nothing."""
    asked = act.session.scalar(select(Erasure).where(Erasure.participant_id == participant.id))
    if asked is None:
        asked = Erasure(participant_id=participant.id, channel=act.channel, asked_at=act.at)
        act.session.add(asked)
        act.session.flush()
    return day_of(asked.asked_at + UNDONE_WITHIN)


def tell_about(act: Act, participant: Participant, answers: Mapping[str, str]) -> None:
    """What someone says of themselves from now on; open votes follow, closed ones keep what was said then."""
    participants.tell_about(act, participant, answers)
    voting.count_again(act, participant)


def day_of_erasure(act: Act) -> date:
    """When someone who asked now would be forgotten."""
    return day_of(act.at + UNDONE_WITHIN)


def erasure_day(act: Act, participant: Participant) -> date | None:
    """When someone is to be forgotten; None when they did not ask."""
    asked = act.session.scalar(select(Erasure.asked_at).where(Erasure.participant_id == participant.id))
    return day_of(asked + UNDONE_WITHIN) if asked else None


def undo_erasure(act: Act, participant: Participant) -> None:
    act.session.execute(delete(Erasure).where(Erasure.participant_id == participant.id))


def erase_now(act: Act, participant: Participant) -> None:
    """Forget someone: codes, numbers, answers, consents, messages and keys. Ballots stay and lead to nobody, the ledger still verifies."""
    asked = act.session.scalar(select(Erasure).where(Erasure.participant_id == participant.id))
    if asked is not None:
        asked.participant_id, asked.done_on = None, act.day
        act.session.flush()
    still_open = [consultation.id for consultation, _ in voting.votes_of(act, participant) if consultation.is_open(act.at)]
    participants.hold_credentials(act, participant, still_open)
    voting.forget_voter(act, participant)
    assistance.forget_helped(act, participant)
    committees.forget_member(act, participant)
    feedback.forget_author(act, participant)
    agreement_ids = [agreement.id for agreement in governance.agreements(act.session)]
    messaging.forget_wish(act, participant.id)
    for number in participants.forget_participant(act, participant, agreement_ids):
        messaging.forget_number(act, number)
    act.session.expunge_all()


def carry_erasures(db: Database, at: datetime) -> int:
    """A job: forget whoever asked for it seven days ago, one transaction each. Returns how many."""
    with db.read() as session:
        due = session.scalars(select(Erasure.id).where(Erasure.done_on.is_(None), Erasure.asked_at <= at - UNDONE_WITHIN)).all()
    for id in due:
        with db.write() as session:
            asked = session.get(Erasure, id, with_for_update=True)
            if asked is not None and asked.participant_id is not None:
                erase_now(Act(session, Channel.SYSTEM, at), session.get_one(Participant, asked.participant_id))
    return len(due)


def move_number(act: Act, participant: Participant, number: str) -> str:
    """Someone takes another number, which the phone has proved: their history and wishes follow. Returns their new personal code.

    Raises NumberIsFull.
    """
    old = participants.own_numbers(act, participant)
    code = participants.move_to_number(act, participant, number)
    messaging.move_wish(act, participant.id, number)
    let_go(act, old - {number})
    return code


def let_go(act: Act, numbers: Collection[str]) -> None:
    """What was said with numbers that nobody has any more is forgotten."""
    for number in sorted(numbers):
        if participants.is_free(act, number):
            messaging.forget_number(act, number)


def join_people(act: Act, kept: Participant, gone: Participant) -> None:
    """Two participants turn out to be one person, who holds credentials of both: one ballot a vote, one count, one set of answers.

    A wish to be forgotten counts its seven days anew, for there is more to forget.
    """
    voting.join_votes(act, kept, gone)
    assistance.join_helped(act, kept, gone)
    committees.join_members(act, kept, gone)
    feedback.join_authors(act, kept, gone)
    asked = act.session.scalars(select(Erasure).where(Erasure.participant_id.in_((kept.id, gone.id))).order_by(Erasure.asked_at)).all()
    for later in asked[1:]:
        act.session.delete(later)
    act.session.flush()
    for first in asked[:1]:
        first.participant_id, first.asked_at = kept.id, act.at
    act.session.flush()
    if messaging.wish_of(act.session, kept.id) is not None:
        messaging.forget_wish(act, gone.id)
    else:
        messaging.give_wish(act, gone.id, kept.id)
    participants.join_selves(act, kept, gone, [agreement.id for agreement in governance.agreements(act.session)])


def take_card(act: Act, participant: Participant, code: str, *, asked_from: str) -> Participant:
    """Give someone a card: a new one, or one they already took part with, whose history then becomes theirs. Returns who they are.

    Raises what `participants.replace_card` raises.
    """
    agreement_id = participants.find_card(act, code, asked_from=asked_from).agreement_id
    if not assistance.takes_part_in(act, participant, agreement_id):
        raise participants.CardOfAnotherAgreement
    other = participants.take_card(act, participant, code, asked_from=asked_from)
    if other is not None:
        join_people(act, participant, other)
        participant = act.session.get_one(Participant, participant.id)
        participants.keep_only_card(act, participant, code)
    return participant


def write_incident(
    act: Act,
    agreement_id: str,
    *,
    happened_on: date | None,
    found_on: date | None,
    what: str,
    people: str,
    is_serious: bool,
    told_commission_on: date | None,
    told_people_on: date | None,
    measures: str,
) -> Incident:
    """A line of the register, kept five years. Raises IncidentIncomplete."""
    if not (happened_on and found_on and what and people and measures):
        raise IncidentIncomplete
    incident = Incident(
        agreement_id=agreement_id,
        happened_on=happened_on,
        found_on=found_on,
        what=what,
        people=people[:40],
        is_serious=is_serious,
        told_commission_on=told_commission_on,
        told_people_on=told_people_on,
        measures=measures,
        written_on=act.day,
    )
    act.session.add(incident)
    act.session.flush()
    return incident
