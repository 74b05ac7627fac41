"""A meeting by phone: OUI, NON, OUI 2; what one needs; I am here; and whose answer it is on a shared phone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engage import participants
from engage.committees import (
    Attendance,
    Candidacy,
    Meeting,
    Membership,
    Reply,
    Stage,
    Way,
    accept,
    ask,
    attendance,
    called,
    draws,
    meetings,
    offer,
    supports,
)
from engage.committees.meetings import needs_of
from engage.kernel.act import Act, Channel
from engage.ledger import Kind
from tests.committees.test_committees import LIVED, facts
from tests.committees.test_meetings import called as a_meeting
from tests.committees.test_meetings import the_meeting
from tests.conftest import ON_SQLITE
from tests.world import PHONE, World, set_up, the_committee


def seat(act: Act) -> str:
    """A member who came by this phone; their personal code."""
    person, code = participants.join_by_phone(act, PHONE)
    candidacy = ask(act, the_committee(act), person, LIVED)
    called(act, candidacy)
    accept(act, offer(act, draws.vacant(act, the_committee(act), is_reserved=True)[0], candidacy, Way.WELCOMED), is_told=True)
    return code


@pytest.fixture
def codes(world: World) -> list[str]:
    """Two members behind one phone, invited to a meeting in 20 days."""
    world.committee()
    with world.act(Channel.SMS) as act:
        found = [seat(act), seat(act)]
        meetings.invite(act, a_meeting(act))
    return found


@pytest.fixture
def alone(world: World) -> str:
    world.committee()
    with world.act(Channel.SMS) as act:
        code = seat(act)
        meetings.invite(act, a_meeting(act))
    return code


def the_reply(world: World) -> tuple[bool, str, tuple[str, ...], int, str]:
    with world.act() as act:
        reply = act.session.scalars(select(Reply)).one()
        needs = needs_of(reply)
        return reply.comes, reply.channel, needs.supports, needs.children, needs.pick_up


def test_yes_and_needs_and_where_to_be_picked_up(world: World, alone: str) -> None:
    assert "Besoin?" in world.text("OUI")
    assert "Où vous prendre" in world.text("1 et 3")
    assert "C'est noté" in world.text("Coin 3e rue et Saint-Louis")
    assert the_reply(world) == (True, "sms", ("ride", "meal"), 0, "Coin 3e rue et Saint-Louis")


@ON_SQLITE
@pytest.mark.parametrize("said", ["OUI 2", "oui, 2", "oui avec 2 enfants", "Oui et 2 enfants svp", "ok 2"])
def test_yes_with_a_number_asks_for_child_care(world: World, alone: str, said: str) -> None:
    assert "Besoin?" in world.text(said)
    world.text("0")
    assert the_reply(world) == (True, "sms", ("ride", "care"), 2, ""), "the ride is what they asked for with the seat"


@pytest.mark.parametrize("said", ["NON", "non merci", "non 2"])
def test_no_is_enough(world: World, alone: str, said: str) -> None:
    assert "vous ne venez pas" in world.text(said)
    assert the_reply(world)[0] is False


def test_a_later_yes_keeps_what_was_asked_before(world: World, alone: str) -> None:
    for body in ("OUI 2", "1", "0", "NON", "OUI", "0"):
        world.text(body)
    assert the_reply(world) == (True, "sms", ("ride", "care"), 2, "")


def test_money_is_told_with_its_warning(world: World, alone: str) -> None:
    world.text("OUI")
    assert "peut compter dans vos prestations" in world.text("4")
    with world.act() as act:
        assert [line.support for line in supports.lines(act.session, the_meeting(act))] == ["allowance", "ride"]


def test_on_a_shared_phone_a_code_says_whose_answer_it_is(world: World, codes: list[str]) -> None:
    assert "Votre code à 4 chiffres?" in world.text("OUI 1")
    wrong = next(f"{n:04d}" for n in range(10) if f"{n:04d}" not in codes)
    assert "Ce code ne va pas" in world.text(wrong)
    assert "Besoin?" in world.text(codes[1])
    world.text("0")
    with world.act() as act:
        reply = act.session.scalars(select(Reply)).one()
        person = participants.by_phone_code(act, PHONE, codes[1])
        assert act.session.get_one(Membership, reply.membership_id).participant_id == person.id


def test_by_voice_the_same(world: World, alone: str) -> None:
    with world.far_end() as far_end:
        call = far_end.call(PHONE)
        for key in ("4", "8", alone):
            call.press(key)
        assert "CLSC, Ville" in call.heard[-1].text
        call.press("1")
        call.press("12#")
        assert any("vous rappelle pour le trajet" in spoken.text for spoken in call.heard)
    assert the_reply(world) == (True, "voice", ("ride", "care"), 0, "")


def at_the_door(world: World) -> str:
    with world.act() as act:
        meeting = the_meeting(act)
        world.at = meeting.starts_at
        return meeting.door_code


def test_i_am_here(world: World, alone: str) -> None:
    assert "Aucune rencontre" in world.text("ICI 1234")
    code = at_the_door(world)
    wrong = "0000"
    assert "Ce code de la porte ne va pas" in world.text(f"ICI {wrong}")
    assert "vous voilà" in world.text(f"je suis là {code}")
    with world.act() as act:
        assert act.session.scalars(select(Attendance)).one().grade == "A"
        (fact,) = facts(act, Kind.ATTENDED)
        assert (fact.grade, fact.channel, fact.status) == ("A", "sms", "today")


def test_i_am_here_on_a_shared_phone(world: World, codes: list[str]) -> None:
    code = at_the_door(world)
    assert "Votre code" in world.text(f"ICI {code}")
    world.text(codes[0])
    with world.act() as act:
        row = act.session.scalars(select(Attendance)).one()
        assert act.session.get_one(Membership, row.membership_id).participant_id == participants.by_phone_code(act, PHONE, codes[0]).id


def test_after_the_meeting_an_answer_changes_nothing(world: World, alone: str) -> None:
    at_the_door(world)
    world.later(hours=3)
    assert "VOTE" in world.text("OUI"), "nothing waits for a yes any more"
    with world.act() as act:
        assert act.session.scalars(select(Reply)).all() == []
        assert attendance.present_at(act.session, the_meeting(act)) == {}


def test_answers_by_text_voice_and_page_are_one_list(world: World, alone: str) -> None:
    world.text("OUI 2")
    with world.act(Channel.WEB) as act:
        other = seat(act)
    assert other
    with world.act() as act:
        second = participants.by_phone_code(act, PHONE, other)
        meeting = the_meeting(act)
        meetings.answer(act, meeting, meetings.membership_at(act.session, meeting, second.id), comes=False)
        found = meetings.replies(act.session, meeting)
        assert sorted((reply.comes, reply.channel) for reply in found.values()) == [(False, "web"), (True, "sms")]
        assert all(isinstance(key, UUID) for key in found)
        assert meeting.starts_at - act.at > timedelta(days=19)


def test_with_an_offer_too_one_says_which_is_answered(world: World, alone: str) -> None:
    with world.act(Channel.SMS) as act:
        committee = set_up(act, code="REPAS")
        person = participants.by_phone_code(act, PHONE, alone)
        candidacy = ask(act, committee, person, LIVED)
        called(act, candidacy)
        seat_there = draws.vacant(act, committee, is_reserved=True)[0]
        offered = offer(act, seat_there, candidacy, Way.WELCOMED).id
    assert "1 la place, 2 la rencontre" in world.text("OUI")
    assert "Besoin?" in world.text("2")
    with world.act() as act:
        assert act.session.get_one(Membership, offered).is_offer
    world.text("0")
    assert "La place est à vous" in world.text("OUI"), "the meeting has its answer: only the place waits"


def test_of_two_meetings_in_a_day_the_code_says_which(world: World, alone: str) -> None:
    with world.act() as act:
        first = act.session.scalars(select(Meeting)).one()
        second = meetings.call_meeting(
            act,
            the_committee(act),
            starts_at=first.starts_at + timedelta(hours=3),
            ends_at=first.ends_at + timedelta(hours=3),
            place="Salle 9",
            texts={"agenda": {"fr": "La suite."}},
        )
        first.door_code, second.door_code = "1111", "2222"
        meetings.invite(act, second)
        world.at = second.starts_at
    for code in ("1111", "2222"):
        assert "vous voilà" in world.text(f"ICI {code}")
    with world.act() as act:
        assert len(act.session.scalars(select(Attendance)).all()) == 2


def test_a_number_means_what_was_read(world: World, alone: str) -> None:
    """What changes between the list and its answer changes nothing of what the number leaves."""
    with world.act(Channel.SMS) as act:
        committee = set_up(act, code="REPAS")
        called(act, ask(act, committee, participants.by_phone_code(act, PHONE, alone), LIVED))
    world.text("RETIRER")
    assert "2 comité" in world.text(alone)
    with world.act() as act:
        candidacy = act.session.scalars(select(Candidacy).where(Candidacy.stage == Stage.READY)).one()
        offer(act, draws.vacant(act, the_committee(act, "REPAS"), is_reserved=True)[0], candidacy, Way.WELCOMED)
    assert "c'est laissé" in world.text("1")
    with world.act() as act:
        left = act.session.scalars(select(Membership).where(Membership.left_on.is_not(None))).one()
        assert left.committee_id == the_committee(act).id
