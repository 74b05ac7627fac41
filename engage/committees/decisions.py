"""What was decided, in one plain sentence: with whose input, who voted, what happens next, told to those it came from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage import governance, ledger, voting
from engage.committees import telling
from engage.committees.acts import where
from engage.committees.attendance import NotHeldYet, present_at
from engage.committees.meetings import members_at
from engage.committees.models import Committee, Decision, Meeting, Membership, Seat
from engage.kernel import words
from engage.kernel.act import Act
from engage.kernel.numbers import written
from engage.kernel.plain import reading
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.ledger import Kind
from engage.voting import Consultation

OF_DECISION = ("text", "next")


class DecisionMissing(Refusal):
    sentence = N_("Écrivez ce qui a été décidé, en une phrase, et ce qui se passe maintenant.")


class DecisionHard(Refusal):
    sentence = N_("Cette phrase est difficile: %(fault)s. Écrivez-la comme à un voisin, en 20 mots au plus.")


class VotesWrong(Refusal):
    sentence = N_(
        "Il ne peut pas y avoir plus de votes que de personnes présentes: %(present)s en tout, %(reserved)s dans les places gardées."
    )


def write_decision(
    act: Act,
    meeting: Meeting,
    *,
    texts: Mapping[str, dict[str, str]],
    votes: int = 0,
    votes_reserved: int = 0,
    due_on: date | None = None,
    consultation_id: UUID | None = None,
    proposed_by: UUID | None = None,
    aside: Collection[UUID] = (),
) -> Decision:
    """Written down and put in the ledger by its fingerprint; members are told. Sent twice, it is one decision.

    `aside` holds memberships that did not take part. Raises NotHeldYet, DecisionMissing, DecisionHard, VotesWrong.
    """
    if meeting.cancelled_on or act.at < meeting.starts_at:
        raise NotHeldYet
    if not all(texts.get(field, {}).get("fr", "").strip() for field in OF_DECISION):
        raise DecisionMissing
    for field in OF_DECISION:
        hard = reading(texts[field]["fr"])
        if hard.longest or hard.banned:
            raise DecisionHard(fault=", ".join(hard.banned) or hard.longest)
    present, reserved = _present(act, meeting, aside)
    if not (0 <= votes_reserved <= votes <= present and votes_reserved <= reserved):
        raise VotesWrong(present=present, reserved=reserved)
    committee = act.session.get_one(Committee, meeting.committee_id, with_for_update=True)
    before = act.session.scalars(select(Decision).where(Decision.meeting_id == meeting.id)).all()
    written_already = words.Wordings(act.session, [each.id for each in before])
    for each in before:
        if written_already.text(each.id, "text", "fr") == texts["text"]["fr"].strip():
            return each
    made = Decision(
        committee_id=committee.id,
        meeting_id=meeting.id,
        agreement_id=meeting.agreement_id,
        made_on=act.day,
        due_on=due_on,
        votes=votes,
        votes_reserved=votes_reserved,
        consultation_id=consultation_id,
        proposed_by=proposed_by if proposed_by in {each.id for each in members_at(act.session, meeting)} else None,
    )
    act.session.add(made)
    act.session.flush()
    for field in OF_DECISION:
        words.write(act.session, made.id, field, texts[field])
    ledger.record(act, where(act, committee), Kind.DECIDED, detail=sha256(texts["text"]["fr"].encode()).hexdigest())
    _tell(act, committee, meeting, made)
    return made


def _present(act: Act, meeting: Meeting, aside: Collection[UUID]) -> tuple[int, int]:
    """Members there with a vote, and among them in reserved seats."""
    present = present_at(act.session, meeting).keys() - set(aside)
    seats = {seat.id: seat for seat in act.session.scalars(select(Seat).where(Seat.committee_id == meeting.committee_id))}
    voting = [seats[each.seat_id] for each in members_at(act.session, meeting) if each.id in present and seats[each.seat_id].is_voting]
    return len(voting), sum(seat.is_reserved for seat in voting)


def _tell(act: Act, committee: Committee, meeting: Meeting, decision: Decision) -> None:
    """Members, by their own channel; and where a vote was used, those of its voters who asked to be written to."""
    decision.told_on = act.day
    texts = words.Wordings(act.session, [decision.id, committee.id])

    def told(table: str, language: str, code: str = "") -> str:
        number = written(found.person_number) if found else ""
        short, text = texts.text(committee.id, "short", language), texts.text(decision.id, "text", language)
        return telling.say_decision(table, short, text, number, language, code)

    found = governance.table_of(act.session, committee.agreement_id)
    for membership in members_at(act.session, meeting):
        if membership.participant_id is not None and membership.left_on is None:
            telling.tell_words(act, committee, membership.participant_id, told)
    consultation = act.session.get(Consultation, decision.consultation_id) if decision.consultation_id else None
    if consultation is not None:
        voting.tell_voters(act, consultation, lambda table, language: told(table, language, consultation.code))
    act.session.flush()


def done(act: Act, decision: Decision) -> None:
    """What was to happen next has happened."""
    decision.done_on = decision.done_on or act.day
    act.session.flush()


def of_committee(session: Session, committee_id: UUID) -> Sequence[Decision]:
    """The last first."""
    return session.scalars(
        select(Decision).where(Decision.committee_id == committee_id).order_by(Decision.made_on.desc(), Decision.id)
    ).all()


def proposers(session: Session, meeting: Meeting) -> list[Membership]:
    """Members whose proposal a decision may have been."""
    return [each for each in members_at(session, meeting) if each.participant_id is not None]
