"""After the vote: withdrawn, moved to paper, found to be someone else's, or nobody's any more."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engage import ledger, participants, voting
from engage.kernel.act import Act, Channel
from engage.ledger import ParticipationFact
from engage.participants import ConsentKind, Participant, Status
from engage.voting import RollEntry
from tests.voting.test_reconciliation import differences
from tests.voting.test_voting import counts
from tests.world import World, found, holder


def voter(act: Act, choices: list[int], *, count: bool = False) -> Participant:
    person = holder(act)
    voting.cast_vote(act, found(act, "BSL"), choices, participant=person)
    if count:
        voting.say_more(act, found(act, "BSL"), person, status=Status.TODAY, consents={ConsentKind.COUNT: True})
    return person


def standing(act: Act) -> list[ParticipationFact]:
    taken_back = set(act.session.scalars(select(ParticipationFact.reverses_id)))
    votes = act.session.scalars(select(ParticipationFact).where(ParticipationFact.kind == "vote_cast"))
    return [fact for fact in votes if fact.id not in taken_back]


def verified(world: World) -> bool:
    world.work()
    with world.db.read() as session:
        return list(ledger.verify(session, world.at, participants.person_keys(session))) == []


def test_a_vote_can_be_withdrawn_and_cast_again(world: World) -> None:
    with world.act() as act:
        person = voter(act, [1])
        voting.withdraw_vote(act, found(act, "BSL"), person)
        with pytest.raises(voting.NoVote):
            voting.withdraw_vote(act, found(act, "BSL"), person)
        assert standing(act) == []
        person.is_new = False
        voting.cast_vote(act, found(act, "BSL"), [2], participant=person)
    assert differences(world) == ""
    assert len({counts(world)[0]}) == 1
    assert verified(world)


def test_an_envelope_replaces_an_electronic_vote_and_is_final(world: World) -> None:
    with world.act() as act:
        id = voter(act, [1], count=True).id
    with world.act(Channel.PAPER) as act:
        person = act.session.get_one(Participant, id)
        voting.accept_envelope(act, found(act, "BSL"), person)
        with pytest.raises(voting.VoteIsFinal):
            voting.cast_vote(act, found(act, "BSL"), [2], participant=person)
        with pytest.raises(voting.VoteIsFinal):
            voting.accept_envelope(act, found(act, "BSL"), person)
        with pytest.raises(voting.VoteIsFinal):
            voting.withdraw_vote(act, found(act, "BSL"), person)
        (fact,) = standing(act)
        assert (fact.channel, fact.grade, fact.status) == ("paper", "A-aided", "today")
        assert voting.sheets.envelopes_waiting(act.session, found(act, "BSL")) == 1
    assert differences(world) == ""


def test_taking_back_a_consent_reverses_the_fact_and_not_the_act(world: World) -> None:
    with world.act() as act:
        id = voter(act, [1], count=True).id
    world.later(days=3)
    with world.act() as act:
        person = act.session.get_one(Participant, id)
        participants.consent(act, person, ConsentKind.COUNT, given=False)
        voting.count_again(act, person)
        (fact,) = standing(act)
        assert (fact.person_id, fact.status, fact.channel) == (None, None, "web")
        assert fact.on == Act(act.session, Channel.WEB, world.at).day.replace(day=4), "of the day of the vote"
    assert differences(world) == ""
    assert verified(world)


@pytest.mark.parametrize("later_first", [True, False])
def test_two_who_are_one_keep_the_later_vote_and_count_once(world: World, *, later_first: bool) -> None:
    with world.act() as act:
        first = voter(act, [1], count=True).id
    world.later(days=1)
    with world.act() as act:
        second = voter(act, [2], count=True).id
    kept, gone = (second, first) if later_first else (first, second)
    with world.act() as act:
        people = [act.session.get_one(Participant, id) for id in (kept, gone)]
        voting.join_votes(act, *people)
        participants.join_selves(act, *people, ["A01"])
    with world.act() as act:
        (entry,) = act.session.scalars(select(RollEntry)).all()
        assert entry.participant_id == kept
        assert len({fact.person_id for fact in standing(act)}) == 1
        assert [fact.on.day for fact in standing(act)] == [5], "the later one"
        voting.cast_vote(act, found(act, "BSL"), [3], participant=act.session.get_one(Participant, kept))
    assert differences(world) == ""
    assert counts(world) == (1, 1, 1)
    assert verified(world)


def test_two_envelopes_of_one_person_leave_two_sheets_and_one_count(world: World) -> None:
    with world.act() as act:
        ids = [voter(act, [1], count=True).id for _ in range(2)]
    with world.act(Channel.PAPER) as act:
        people = [act.session.get_one(Participant, id) for id in ids]
        for person in people:
            voting.accept_envelope(act, found(act, "BSL"), person)
        voting.join_votes(act, *people)
        participants.join_selves(act, *people, ["A01"])
        assert voting.sheets.envelopes_waiting(act.session, found(act, "BSL")) == 2
        assert len([fact for fact in standing(act) if fact.person_id]) == 1
    assert differences(world) == ""


def test_two_who_are_one_after_the_closing_count_once(world: World) -> None:
    with world.act() as act:
        first, second = voter(act, [1], count=True).id, voter(act, [2], count=True).id
    world.people("BSL", [[1]] * 10)
    world.close()
    with world.act() as act:
        people = [act.session.get_one(Participant, id) for id in (first, second)]
        voting.join_votes(act, *people)
        participants.join_selves(act, *people, ["A01"])
        named = [fact for fact in standing(act) if fact.person_id]
        assert len(named) == 1
        assert len(standing(act)) == 12
    assert verified(world)


def test_a_forgotten_voter_leaves_a_ballot_that_nothing_leads_to(world: World) -> None:
    with world.act() as act:
        person = voter(act, [1], count=True)
        voting.forget_voter(act, person)
        participants.forget_participant(act, person, ["A01"])
        (entry,) = act.session.scalars(select(RollEntry)).all()
        assert (entry.participant_id, entry.known) == (None, True)
    assert differences(world) == ""
    world.people("BSL", [[1]] * 10)
    world.close()
    with world.act() as act:
        result = voting.result_of(act.session, found(act, "BSL").id).read()
    assert result["decisive"]["ballots"] == 11
    assert not result["differs"]
    assert verified(world)
