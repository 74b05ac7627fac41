"""Help is half an hour, agreed to, written down, never by who stands to gain, and answerable to the person."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from engage import assistance, participants, rights, voting
from engage.assistance import AlarmKind, What
from engage.kernel.act import Act, Channel
from engage.staff import Staff
from tests.world import PHONE, World, found, holder


@pytest.fixture
def helper(world: World) -> UUID:
    with world.act() as act:
        person = Staff(email="w@example.org", name="Sacha")
        act.session.add(person)
        act.session.flush()
        return person.id


def begin(act: Act, helper: UUID, **differs: object) -> assistance.HelpSession:
    said = {"organisation": "Maison du coin", "reason": "reading", "by_phone": False, "agreed": True} | differs
    return assistance.start_help(act, act.session.get_one(Staff, helper), "A01", **said)


@pytest.mark.parametrize(
    ("differs", "refusal"),
    [
        ({"agreed": False}, assistance.NotAgreed),
        ({"reason": "x"}, assistance.ReasonMissing),
        ({"organisation": " "}, assistance.OrganisationMissing),
    ],
)
def test_help_needs_a_yes_a_reason_and_a_group(world: World, helper: UUID, differs: dict[str, object], refusal: type) -> None:
    with world.act() as act, pytest.raises(refusal):
        begin(act, helper, **differs)


def test_help_lasts_half_an_hour_in_its_own_agreement(world: World, helper: UUID) -> None:
    with world.act() as act:
        begin(act, helper)
        assert assistance.running(act, helper, "A01")
        with pytest.raises(assistance.HelpOver):
            assistance.running(act, helper, "A02")
    world.later(minutes=31)
    with world.act() as act, pytest.raises(assistance.HelpOver):
        assistance.running(act, helper, "A01")


def test_who_stands_to_gain_neither_helps_nor_gives_cards(world: World, helper: UUID) -> None:
    with world.act() as act:
        assistance.declare_interests(act, found(act, "BSL"), ["  MAISON  du coin.", "", "Autre"])
        with pytest.raises(assistance.StandsToGain):
            assistance.check_no_interest(act, begin(act, helper), found(act, "BSL"))
        with pytest.raises(assistance.GroupStandsToGain):
            assistance.check_giver(act, "A01", "Maison du Coin")
        assistance.check_giver(act, "A02", "Maison du Coin")
        assistance.check_no_interest(act, begin(act, helper, organisation="Club"), found(act, "BSL"))


def test_a_person_can_say_that_an_act_was_not_theirs(world: World, helper: UUID) -> None:
    with world.act() as act:
        one, other = holder(act), holder(act)
        done = assistance.helped(act, begin(act, helper), What.VOTE, one, found(act, "BSL"))
        assistance.confirm_helped(act, other, done.id, theirs=False)
        assert done.answer == "", "another person's word changes nothing"
        assistance.confirm_helped(act, one, done.id, theirs=False)
        assert done.answer == "contested"
        (alarm,) = assistance.alarms(act.session, ["A01"])
        assert (alarm.kind, alarm.name, alarm.explanation) == (AlarmKind.CONTESTED, "Maison du coin", "")


def test_about_one_in_five_is_drawn(world: World, helper: UUID) -> None:
    with world.act() as act:
        session, person = begin(act, helper), holder(act)
        drawn = sum(assistance.helped(act, session, What.VOTE, person).sampled for _ in range(200))
    assert 10 < drawn < 90


def test_a_witness_moves_the_only_person_behind_a_number(world: World, helper: UUID) -> None:
    new = "+14185550155"
    with world.act() as act:
        session = begin(act, helper)
        person, _ = participants.join_by_phone(act, PHONE)
        with pytest.raises(assistance.ManyBehindNumber):
            assistance.witness_number(act, session, PHONE, new)
        voting.cast_vote(act, found(act, "BSL"), [1], participant=person)
        moved, code = assistance.witness_number(act, session, PHONE, new)
        assert moved.id == person.id
        assert participants.by_phone_code(act, new, code).id == person.id
        assert participants.people_behind(act, PHONE) == 0
        for _ in range(2):
            participants.join_by_phone(act, PHONE)
        for old in (PHONE, "+14185550156"):
            with pytest.raises(assistance.ManyBehindNumber):
                assistance.witness_number(act, session, old, "+14185550157")


def kinds(world: World) -> list[tuple[str, int]]:
    with world.act() as act:
        return sorted((alarm.kind, alarm.number) for alarm in assistance.alarms(act.session, ["A01"]))


def test_bursts_of_a_batch_a_helper_and_a_number_raise_an_alarm_once(world: World, helper: UUID) -> None:
    assistance.watch_bursts(world.db, world.at)
    with world.act(Channel.ASSISTED) as act:
        session = begin(act, helper)
        cards = participants.make_cards(act, "A01", "Groupe", 30)
        for card in cards[:20]:
            person = participants.by_card(act, card, "A01", asked_from="x")
            assistance.helped(act, session, What.VOTE, person, found(act, "BSL"))
        for _ in range(4):
            person, _ = participants.join_by_phone(act, PHONE)
            voting.cast_vote(act, found(act, "BSL"), [1], participant=person)
    world.later(hours=1)
    for _ in range(2):
        assistance.watch_bursts(world.db, world.at)
    assert kinds(world) == [("batch", 20), ("helper", 20), ("number", 4)]
    world.later(hours=1)
    assistance.watch_bursts(world.db, world.at)
    assert len(kinds(world)) == 3, "the same day tells no more of the same"


def test_an_ordinary_day_raises_none(world: World, helper: UUID) -> None:
    world.people("BSL", [[1]] * 15)
    with world.act() as act:
        session = begin(act, helper)
        for _ in range(5):
            assistance.helped(act, session, What.VOTE, holder(act), found(act, "BSL"))
    for _ in range(3):
        assistance.watch_bursts(world.db, world.at)
        world.later(hours=1)
    assert kinds(world) == []


def test_what_was_there_before_the_first_look_or_came_over_days_is_no_burst(world: World) -> None:
    with world.act() as act:
        for card in participants.make_cards(act, "A01", "Groupe", 30):
            participants.by_card(act, card, "A01", asked_from="x")
    assistance.watch_bursts(world.db, world.at)
    with world.act() as act:
        for card in participants.make_cards(act, "A01", "Autre", 30):
            participants.by_card(act, card, "A01", asked_from="x")
    world.later(hours=10)
    assistance.watch_bursts(world.db, world.at)
    assert kinds(world) == []


def test_what_a_vote_rests_on_is_said_from_twenty_up(world: World, helper: UUID) -> None:
    with world.act() as act:
        session, vote = begin(act, helper), found(act, "BSL")
        for number, card in enumerate(participants.make_cards(act, "A01", "Groupe", 20)):
            person = participants.by_card(act, card, "A01", asked_from="x")
            assert assistance.share_of_largest_helper(act.session, vote.id) is None
            assistance.helped(act, session, What.VOTE, person, vote)
            assert (participants.share_of_largest_batch(act.session, "A01") is None) == (number < 19)
        assert assistance.share_of_largest_helper(act.session, vote.id) == 100
        other = Staff(email="o@example.org", name="Ana")
        act.session.add(other)
        act.session.flush()
        second = begin(act, other.id)
        for _ in range(5):
            assistance.helped(act, second, What.ENVELOPE, holder(act), vote)
        assert assistance.share_of_largest_helper(act.session, vote.id) == 80


def test_help_is_kept_a_year(world: World, helper: UUID) -> None:
    with world.act() as act:
        assistance.helped(act, begin(act, helper), What.VOTE, holder(act), found(act, "BSL"))
    world.later(days=367)
    rights.apply_retention(world.db, world.at)
    with world.act() as act:
        assert act.session.scalars(select(assistance.HelpedAct)).all() == []
        assert act.session.scalars(select(assistance.HelpSession)).all() == []
