"""Voting: once per person, replaceable until closing, refused in one sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engage import participants, voting
from engage.kernel.refusal import Refusal
from engage.ledger import ParticipationFact
from engage.participants import ConsentKind, Status
from engage.voting.acts import NotOpenYet, UnknownOption
from engage.voting.ballot_box import SealedBallot
from engage.voting.drafts import AlreadyOpen
from tests.world import World, found


def counts(world: World, code: str = "BSL") -> tuple[int, int, int]:
    """Ballots in the box, roll entries, and standing vote facts."""
    with world.db.read() as session:
        consultation = session.scalars(select(voting.Consultation).where(voting.Consultation.code == code)).one()
        reversed_ids = select(ParticipationFact.reverses_id).where(ParticipationFact.reverses_id.is_not(None))
        return (
            len(session.scalars(select(SealedBallot.tag).where(SealedBallot.consultation_id == consultation.id)).all()),
            session.scalar(select(func.count()).where(voting.RollEntry.consultation_id == consultation.id)) or 0,
            session.scalar(select(func.count()).where(ParticipationFact.kind == "vote_cast", ParticipationFact.id.not_in(reversed_ids)))
            or 0,
        )


def test_nobody_votes_twice_but_anyone_may_change(world: World) -> None:
    with world.act() as act:
        person, consultation = participants.welcome(act), found(act, "BSL")
        first = voting.cast_vote(act, consultation, [1], participant=person)
        second = voting.cast_vote(act, consultation, [2, 3], participant=person)
    assert (first.replaced, second.replaced) == (False, True)
    assert first.receipt != second.receipt
    assert counts(world) == (1, 1, 1)


def test_an_anonymous_page_sent_twice_is_one_vote(world: World) -> None:
    with world.act() as act:
        for draft in (b"one", b"one", b"two"):
            voting.cast_vote(act, found(act, "BSL"), [1], participant=None, draft=draft)
    assert counts(world) == (2, 2, 2)


def test_agreeing_to_be_counted_keeps_one_fact_standing(world: World) -> None:
    (voter,) = world.people("BSL", [[1]])
    for status in (Status.TODAY, Status.BEFORE, Status.BEFORE):
        with world.act() as act:
            person = act.session.get_one(participants.Participant, voter)
            voting.say_more(act, found(act, "BSL"), person, status=status, consents={ConsentKind.COUNT: True})
    assert counts(world) == (1, 1, 1)
    with world.db.read() as session:
        facts = session.scalars(select(ParticipationFact).where(ParticipationFact.kind == "vote_cast")).all()
        assert sorted((fact.status or "", fact.person_id is not None) for fact in facts) == [
            ("", False),
            ("before", True),
            ("today", True),
        ]


def test_lived_experience_without_consent_names_nobody(world: World) -> None:
    (voter,) = world.people("BSL", [[1]])
    with world.act() as act:
        person = act.session.get_one(participants.Participant, voter)
        voting.say_more(act, found(act, "BSL"), person, status=Status.TODAY, consents={ConsentKind.COUNT: False})
    with world.db.read() as session:
        for fact in session.scalars(select(ParticipationFact)):
            assert (fact.person_id, fact.status) == (None, None)


@pytest.mark.parametrize(
    ("choices", "refusal"), [([1, 2, 3, 4], voting.TooManyChoices), ([10], UnknownOption), ([0], UnknownOption), ([-1], UnknownOption)]
)
def test_a_forged_or_long_choice_is_refused(world: World, choices: list[int], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal), world.act() as act:
        voting.cast_vote(act, found(act, "BSL"), choices, participant=participants.welcome(act))
    assert counts(world) == (0, 0, 0)


def test_a_coded_vote_needs_someone(world: World) -> None:
    world.consultation("CODE", voting.Door.CODED)
    with pytest.raises(voting.CodeNeeded), world.act() as act:
        voting.cast_vote(act, found(act, "CODE"), [1], participant=None, draft=b"x")


def test_the_clock_closes_a_vote(world: World) -> None:
    world.later(days=22)
    with pytest.raises(voting.ConsultationClosed), world.act() as act:
        voting.cast_vote(act, found(act, "BSL"), [1], participant=participants.welcome(act))


def test_a_draft_takes_no_vote_and_opens_once(world: World) -> None:
    with world.act() as act:
        drafted = voting.draft_consultation(
            act, "A01", code="new", question={"fr": "Quoi?"}, why={"fr": "Pour."}, door=voting.Door.OPEN,
            closes_at=world.at + timedelta(days=3), languages=("fr",),
        )  # fmt: skip
        with pytest.raises(NotOpenYet):
            voting.cast_vote(act, drafted, [1], participant=participants.welcome(act))
        voting.open_consultation(act, drafted)
        with pytest.raises(AlreadyOpen):
            voting.open_consultation(act, drafted)


def test_a_word_is_taken_once_and_time_runs_forward(world: World) -> None:
    with world.act() as act:
        common = {"question": {"fr": "Quoi?"}, "why": {"fr": "Pour."}, "door": voting.Door.OPEN}
        with pytest.raises(voting.CodeTaken):
            voting.draft_consultation(act, "A01", code="bsl", closes_at=world.at + timedelta(days=1), **common)
        with pytest.raises(voting.ClosesTooSoon):
            voting.draft_consultation(act, "A01", code="xyz", closes_at=world.at, **common)


def test_the_frozen_rules_are_in_the_ledger(world: World) -> None:
    with world.db.read() as session:
        fact = session.scalars(select(ParticipationFact).where(ParticipationFact.kind == "rules_fixed")).one()
        consultation = session.scalars(select(voting.Consultation)).one()
        assert fact.detail == consultation.rules_hash
        assert fact.person_id is None


def test_turnout_is_rounded_while_the_box_is_closed(world: World) -> None:
    world.people("BSL", [[1]] * 13)
    with world.act() as act:
        assert voting.turnout(act.session, found(act, "BSL").id) == 10
