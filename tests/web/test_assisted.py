"""With help: half an hour and a yes, what is sent too late is not lost, and the person stays in charge."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from engage import assistance, participants, rights
from engage.assistance import HelpedAct
from engage.rights import Erasure
from engage.staff import Role
from tests.rights.test_rights import by_text
from tests.test_every_door import begin_help, tell_by_web
from tests.voting.test_reconciliation import differences
from tests.voting.test_voting import counts
from tests.world import PHONE, World, found, hidden


def test_nobody_votes_for_someone_before_their_yes(world: World) -> None:
    browser = world.staff(Role.WORKER)
    assert browser.get("/staff/assisted/BSL").location == "/staff/assisted/?next=BSL"
    page = browser.get("/staff/assisted/?next=BSL")
    assert "Lisez à voix haute" in page.text
    answer = browser.post("/staff/assisted/", data=hidden(page) | {"agreement": "A01", "reason": "reading", "organisation": "x"})
    assert answer.status_code == 409
    assert "attendez un oui" in answer.text
    answer = browser.post(
        "/staff/assisted/", data=hidden(page) | {"agreement": "A01", "reason": "reading", "organisation": "x", "agreed": "y"}
    )
    assert answer.location == "/staff/assisted/BSL"
    assert "jusqu’à" in browser.get("/staff/assisted/BSL").text


def test_an_ended_half_hour_loses_nothing(world: World) -> None:
    browser = begin_help(world)
    page = browser.get("/staff/assisted/BSL")
    world.later(minutes=40)
    sent = hidden(page, 1) | {"code": world.card, "choices": ["1", "4"]}
    late = browser.post("/staff/assisted/BSL", data=sent)
    assert late.status_code == 409
    assert "Rien n’est perdu" in late.text
    assert late.text.count(" checked") == 2
    assert counts(world) == (0, 0, 0)
    done = browser.post("/staff/assisted/BSL", data=sent | {"again": "y"})
    assert done.status_code == 200, done.text
    assert counts(world) == (1, 1, 1)


def test_what_was_done_is_noted_without_the_choice(world: World) -> None:
    browser = begin_help(world)
    page = browser.get("/staff/assisted/BSL")
    browser.post("/staff/assisted/BSL", data=hidden(page, 1) | {"code": world.card, "choices": ["3"]})
    with world.act() as act:
        (done,) = act.session.scalars(select(HelpedAct)).all()
        assert (done.what, done.consultation_id) == ("vote", found(act, "BSL").id)
        assert set(HelpedAct.__table__.columns.keys()) == {
            "id",
            "session_id",
            "participant_id",
            "consultation_id",
            "what",
            "on",
            "sampled",
            "answer",
        }
        done.sampled = True
    page = world.browser().post("/me", data={"step": "enter", "code": world.card})
    assert "C’était bien vous?" in page.text
    draft = re.search('name="draft" value="([^"]*)"', page.text)[1]
    id = re.search('name="act" value="([^"]*)"', page.text)[1]
    page = world.browser().post("/me", data={"step": "helped", "draft": draft, "act": id, "theirs": "no"})
    assert "Une personne va regarder" in page.text
    organiser = world.staff(Role.ORGANISER)
    desk = organiser.get("/staff/")
    assert "n’était pas le sien" in desk.text
    alarm = re.search(r'action="(/staff/alarms/[^"]*)"', desk.text)[1]
    organiser.post(alarm, data=hidden(desk) | {"explanation": "Une erreur de carte."})
    assert "Une erreur de carte." in organiser.get("/staff/").text


def test_who_stands_to_gain_is_told_so(world: World) -> None:
    organiser = world.staff(Role.ORGANISER)
    with world.act() as act:
        id = found(act, "BSL").id
    page = organiser.get(f"/staff/consultations/{id}")
    organiser.post(f"/staff/consultations/{id}/interests", data=hidden(page) | {"organisations": "Maison du coin\nAutre"})
    assert "Maison du coin" in organiser.get(f"/staff/consultations/{id}").text
    browser = begin_help(world)
    page = browser.get("/staff/assisted/BSL")
    page = browser.post("/staff/assisted/BSL", data=hidden(page, 1) | {"code": world.card, "choices": ["3"]})
    assert "peut gagner" in page.text
    form = organiser.get("/staff/cards/")
    page = organiser.post("/staff/cards/", data=hidden(form) | {"agreement": "A01", "group": "maison du COIN", "size": "10"})
    assert "peut gagner" in page.text


def serve(world: World, step: str, **sent: str) -> str:
    browser = begin_help(world)
    page = browser.get("/staff/assisted/person")
    return browser.post("/staff/assisted/person", data=hidden(page, 1) | {"step": step} | sent).text


def test_a_lost_card_is_replaced_with_the_phones_code(world: World) -> None:
    code = by_text(world)
    said = serve(world, "card", number="418 555-0101", phone_code=code, new_code=world.card)
    assert "nouvelle carte est à la personne" in said
    with world.act() as act:
        assert participants.by_card(act, world.card, "A01", asked_from="x").id == participants.by_phone_code(act, PHONE, code).id


def test_a_witness_notes_a_new_number_and_tells_the_code(world: World) -> None:
    by_text(world)
    said = serve(world, "number", number="418 555-0101", new_number="418 555-0155")
    code = re.search(r'class="receipt">(\d{4})<', said)[1]
    with world.act() as act:
        assert participants.by_phone_code(act, "+14185550155", code)
        assert [done.what for done in act.session.scalars(select(HelpedAct))] == ["number"]


@pytest.mark.parametrize(
    ("step", "sent", "said"),
    [
        ("number", {"number": "1"}, "10 chiffres chacun"),
        ("number", {"number": "418 555-0199", "new_number": "418 555-0155"}, "Impossible"),
        ("card", {"code": "12"}, "erreur dans ce code"),
        ("erase", {"number": "418 555-0101", "phone_code": "0000"}, "ne trouvons pas"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(world: World, step: str, sent: dict[str, str], said: str) -> None:
    assert said in serve(world, step, **sent)


def test_consents_are_taken_back_with_help_and_the_vote_stays(world: World) -> None:
    tell_by_web(world, world.card)
    assert "Ses votes restent" in serve(world, "consents", code=world.card)
    with world.act() as act:
        person = participants.by_card(act, world.card, "A01", asked_from="x")
        assert not any(participants.agrees(act.session, person.id, kind) for kind in participants.ConsentKind)
    assert counts(world) == (1, 1, 1)
    assert differences(world) == ""


def test_erasing_with_help_waits_seven_days_too(world: World) -> None:
    tell_by_web(world, world.card)
    assert "7 jours" in serve(world, "erase", code=world.card)
    with world.act() as act:
        assert act.session.scalars(select(Erasure)).one().channel == "assisted"
        rights.undo_erasure(act, participants.by_card(act, world.card, "A01", asked_from="x"))
    assert differences(world) == ""


def test_help_ends_when_it_is_ended(world: World) -> None:
    browser = begin_help(world)
    page = browser.get("/staff/assisted/")
    browser.post("/staff/assisted/end", data=hidden(page))
    assert browser.get("/staff/assisted/person").location == "/staff/assisted/"
    with world.act() as act:
        assert act.session.scalars(select(assistance.HelpSession)).one().ends_at == world.at
