"""Roll, box and facts agree after any story, and a planted loss, double or orphan is named."""

from __future__ import annotations

import logging
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text

from engage import ledger, participants, voting
from engage.kernel.act import Channel
from engage.ledger import Kind, Where
from engage.participants import ConsentKind, Status
from engage.voting import RollEntry
from engage.voting.acts import where
from engage.voting.ballot_box import SealedBallot
from tests.web.test_voting import web_vote
from tests.world import World, found


def differences(world: World) -> str:
    with world.act() as act:
        return voting.compare(act.session, found(act, "BSL")).differences


@pytest.fixture
def voted(world: World) -> World:
    """Votes by every door, one replaced, one counted later by another door than it was cast."""
    web_vote(world, [1])
    web_vote(world, [1], world.card)
    web_vote(world, [2], world.card)
    for body in ("VOTE", "1 4", "OUI", "A R"):
        world.text(body)
    (person,) = world.people("BSL", [[3]], Channel.ASSISTED)
    with world.act(Channel.WEB) as act:
        who = act.session.get_one(participants.Participant, person)
        voting.say_more(act, found(act, "BSL"), who, status=Status.TODAY, consents={ConsentKind.COUNT: True})
    return world


def test_every_door_agrees(voted: World) -> None:
    assert differences(voted) == ""
    voted.work()
    with voted.act() as act:
        kept = act.session.get(voting.Reconciliation, found(act, "BSL").id)
        assert (kept.roll, kept.ballots, kept.facts, kept.differences) == (4, 4, 4, "")


def test_a_lost_ballot_is_named(voted: World) -> None:
    with voted.act() as act:
        tag = act.session.scalars(select(SealedBallot.tag).limit(1)).one()
        act.session.execute(delete(SealedBallot).where(SealedBallot.tag == tag))
    assert differences(voted) == "ballots -1"


def test_a_doubled_fact_is_named(voted: World) -> None:
    with voted.act(Channel.SMS) as act:
        ledger.record(act, where(found(act, "BSL")), Kind.VOTE_CAST)
    assert differences(voted).splitlines() == ["facts +1", "channel sms +1", "fact without roll 1"]


def test_an_orphan_of_the_roll_is_named(voted: World) -> None:
    with voted.act() as act:
        entry = act.session.scalars(select(RollEntry).where(RollEntry.channel == "sms")).one()
        fact = act.session.get_one(ledger.ParticipationFact, UUID(entry.fact))
        ledger.reverse(act, fact)
    assert differences(voted).splitlines() == ["facts -1", "channel sms -1", "roll without fact 1"]


def test_a_roll_line_taken_away_is_named(voted: World, caplog: pytest.LogCaptureFixture) -> None:
    with voted.act() as act:
        act.session.execute(text("DELETE FROM roll_entry WHERE channel = 'assisted'"))
    assert differences(voted).splitlines() == ["ballots +1", "facts +1", "channel assisted +1", "fact without roll 1"]
    with caplog.at_level(logging.ERROR):
        voted.work()
    assert "do not agree" in caplog.text


def test_other_mechanisms_do_not_disturb(voted: World) -> None:
    other = voted.consultation("AUTRE")
    with voted.act() as act:
        ledger.record(act, Where("A01", other, "M4", 2), Kind.VOTE_CAST)
    assert differences(voted) == ""
