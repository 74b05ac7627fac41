"""A seat by phone: asked for, offered, taken or not, left; several people on one phone; nothing told to a number alone."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from engage import committees, messaging, participants
from engage.committees import Candidacy, Membership, Stage, Way, draws
from engage.kernel.act import Act
from engage.messaging import Keeps, measure
from engage.participants import Participant, Status
from tests.conftest import ON_SQLITE
from tests.world import PHONE, World, set_up, the_committee


@pytest.fixture
def world(world: World) -> World:
    world.committee()
    return world


def by_text(world: World, number: str = PHONE, *, new: bool = False) -> str:
    """Someone asks for a seat; returns their personal code."""
    world.text("PLACE", number)
    told = world.text("OUI", number)
    if new:
        told = world.text("NOUVEAU", number)
    assert "Que vous faut-il" in told
    world.text("1 2", number)
    told = world.text("2", number)
    world.text("A", number)
    return re.search(r"code: (\d{4})", told)[1]


def the_candidacy(act: Act) -> Candidacy:
    return act.session.scalars(select(Candidacy)).one()


def offered(world: World, number: str = PHONE) -> None:
    """Whoever asked last is called and offered a seat."""
    with world.act() as act:
        candidacy = act.session.scalars(select(Candidacy).where(Candidacy.stage == Stage.ASKED)).one()
        committees.called(act, candidacy)
        committees.offer(act, draws.vacant(act, the_committee(act), is_reserved=True)[0], candidacy, Way.WELCOMED)


def test_a_seat_is_asked_for_in_four_texts(world: World) -> None:
    by_text(world)
    with world.act() as act:
        candidacy = the_candidacy(act)
        assert (candidacy.stage, candidacy.channel) == (Stage.ASKED, "sms")
        assert committees.needs_of(candidacy).supports == ("ride", "care")
        reach = committees.reach_of(candidacy)
        assert (reach.number, reach.part) == (PHONE, "afternoon")
        assert participants.lived(act.session, candidacy.participant_id) == Status.TODAY
        assert participants.counted(act.session, act.session.get_one(Participant, candidacy.participant_id))[0]


@ON_SQLITE
@pytest.mark.parametrize(
    ("said", "needs"),
    [("0", ()), ("rien", ()), ("trajet", ("ride",)), ("1,3 et 7", ("ride", "meal", "ally")), ("147", ("ride", "allowance", "ally"))],
)
def test_what_one_needs_is_heard(world: World, said: str, needs: tuple[str, ...]) -> None:
    for body in ("place", "oui", said, "le matin"):
        world.text(body)
    with world.act() as act:
        assert committees.needs_of(the_candidacy(act)).supports == needs


def test_no_is_no_and_doubt_is_asked_again(world: World) -> None:
    world.text("PLACE")
    assert "OUI ou NON" in world.text("hein")
    assert "porte reste ouverte" in world.text("non merci")
    with world.act() as act:
        assert act.session.scalars(select(Candidacy)).all() == []
    world.text("PLACE")
    world.text("OUI")
    assert "numéros de 1 à 7" in world.text("zzz")
    world.text("0")
    assert "Répondez 1, 2 ou 3" in world.text("9")


def test_the_word_of_its_poster_leads_to_a_committee(world: World) -> None:
    assert "comité logement" in world.text("logis")
    with world.act() as act:
        set_up(act, code="REPAS")
    assert "LOGIS, REPAS" in world.text("comité")
    assert "Demander une place?" in world.text("repas")
    world.text("PLACE")
    assert "Demander une place?" in world.text("2")


def test_no_committee_looks_for_anyone(world: World) -> None:
    with world.act() as act:
        the_committee(act).is_welcoming = False
    assert "aucun comité" in world.text("PLACE")


def test_two_people_on_one_phone_each_have_their_wish(world: World) -> None:
    first = by_text(world)
    second = by_text(world, new=True)
    assert first != second
    world.text("PLACE")
    world.text("OUI")
    assert "Ce code ne va pas" in world.text("0000" if "0000" not in (first, second) else "1111")
    assert "Que vous faut-il" in world.text(first)
    with world.act() as act:
        assert len(act.session.scalars(select(Candidacy)).all()) == 2


def test_yes_takes_an_offer_and_no_turns_it_down(world: World) -> None:
    by_text(world)
    offered(world)
    assert "La place est à vous" in world.text("oui je la veux")
    with world.act() as act:
        assert act.session.scalars(select(Membership)).one().holds(act.day)
    world.work()
    assert not any("Bienvenue" in parcel.body for parcel in world.sent), "the answer said so already"


def test_no_frees_the_seat(world: World) -> None:
    by_text(world)
    offered(world)
    assert "ne prenez pas la place" in world.text("NON")
    with world.act() as act:
        assert len(draws.vacant(act, the_committee(act), is_reserved=True)) == 2


def test_with_two_offers_on_one_phone_a_code_says_whose_answer_it_is(world: World) -> None:
    first = by_text(world)
    offered(world)
    by_text(world, new=True)
    offered(world)
    assert "code" in world.text("OUI")
    assert "Prendre la place, comité logement?" in world.text(first)
    assert "La place est à vous" in world.text("OUI")
    with world.act() as act:
        assert sorted(each.is_offer for each in act.session.scalars(select(Membership))) == [False, True]


def test_leaving_needs_a_code_and_tells_a_number_nothing(world: World) -> None:
    code = by_text(world)
    offered(world)
    world.text("OUI")
    assert "comité" not in world.text("RETIRER").replace("une place", "")
    wrong = "0000" if code != "0000" else "1111"
    assert "Ce code ne va pas" in world.text(wrong)
    assert "1 comité logement" in world.text(code)
    assert "Rien n'a changé" in world.text("0")
    world.text("RETIRER")
    world.text(code)
    assert "c'est laissé" in world.text("1")
    with world.act() as act:
        assert act.session.scalars(select(Membership)).one().left_on == act.day
    world.text("RETIRER")
    assert "Aucune place" in world.text(code)


def test_whoever_keeps_votes_only_gets_nothing_of_committees(world: World) -> None:
    by_text(world)
    with world.act() as act:
        messaging.keep(act, PHONE, Keeps.VOTES, "person")
        committees.called(act, the_candidacy(act))
    world.work()
    assert not any("demande est prise" in parcel.body for parcel in world.sent)


def test_a_hidden_number_is_told_to_speak_to_a_person(world: World) -> None:
    with world.far_end() as far_end:
        call = far_end.call("+266696687")
        for key in ("4", "5"):
            call.press(key)
        assert any("Votre numéro est caché" in spoken.text for spoken in call.heard)


def test_by_voice_an_offer_is_heard_with_who_is_in_the_room(world: World) -> None:
    code = by_text(world)
    offered(world)
    with world.far_end() as far_end:
        call = far_end.call(PHONE)
        for key in ("4", "6", code):
            call.press(key)
        assert "CLSC, Ville" in call.heard[-1].text
        call.press("1")
        assert any("La place est à vous" in spoken.text for spoken in call.heard)
    with world.act() as act:
        assert act.session.scalars(select(Membership)).one().holds(act.day)


def test_in_english_too(world: World) -> None:
    for body, told in (
        ("ENGLISH", "English"), ("SEAT", "Ask for a seat?"), ("YES", "What do you need"), ("ride and meal", "When?"),
        ("2", "Your code"), ("B", "Delete these texts"), ("WITHDRAW", "4-digit code"),
    ):  # fmt: skip
        said = world.text(body)
        assert told in said, (body, said)
        assert measure(said).segments <= 2


def test_with_someone_else_on_the_phone_a_code_says_whose_answer_it_is(world: World) -> None:
    first = by_text(world)
    offered(world)
    by_text(world, new=True)
    assert "code" in world.text("NON").lower()
    with world.act() as act:
        assert act.session.scalars(select(Membership)).one().is_offer, "a housemate does not turn it down"
    assert "Prendre la place, comité logement?" in world.text(first)
