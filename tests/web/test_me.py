"""My page: opened by a code, everything on it can be changed, and nobody else's number is ever taken for mine."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engage import messaging, participants, rights, voting
from engage.kernel.act import Act
from engage.messaging import Keeps
from engage.participants import Participant
from engage.rights import Erasure
from tests.rights.test_rights import by_text
from tests.test_every_door import tell_by_web, web_vote
from tests.voting.test_reconciliation import differences
from tests.voting.test_voting import counts
from tests.world import PHONE, World, found, hidden

OTHER = "+14185550133"


def enter(world: World, **typed: str) -> tuple[FlaskClient, TestResponse]:
    browser = world.browser()
    return browser, browser.post("/me", data={"step": "enter"} | typed)


def holder_of_card(act: Act, world: World) -> Participant:
    return participants.by_card(act, world.card, "A01", asked_from="x")


def draft_of(page: TestResponse) -> str:
    return re.search('name="draft" value="([^"]*)"', page.text)[1]


def go(browser: FlaskClient, page: TestResponse, step: str, **sent: str) -> TestResponse:
    return browser.post("/me", data={"step": step, "draft": draft_of(page)} | sent)


def opened(world: World) -> tuple[FlaskClient, TestResponse]:
    """The page of whoever voted with the world's card and is counted."""
    tell_by_web(world, world.card)
    browser, page = enter(world, code=world.card)
    assert page.status_code == 200, page.text
    return browser, page


def test_my_page_shows_what_is_kept_and_no_choice(world: World) -> None:
    _, page = opened(world)
    for word in ("Quelles sont nos 3 priorités?", "par le site", "Oui, aujourd’hui", "Télécharger"):
        assert word in page.text
    assert "Logement" not in page.text
    assert "logement" not in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Écrivez le code"),
        ({"code": "12"}, "erreur dans ce code"),
        ({"number": "418 555-0101", "phone_code": "0000"}, "ne trouvons pas ce code"),
        ({"number": "x", "phone_code": "é"}, "ne trouvons pas ce code"),
    ],
)
def test_a_wrong_code_is_one_sentence(world: World, typed: dict[str, str], said: str) -> None:
    _, page = enter(world, **typed)
    assert page.status_code == 409
    assert said in page.text


def test_a_fresh_card_opens_nothing_and_stays_fresh(world: World) -> None:
    _, page = enter(world, code=world.card)
    assert "pas encore servi" in page.text
    with world.act() as act:
        assert act.session.scalars(select(Participant)).all() == []


def test_answers_change_and_come_back(world: World) -> None:
    browser, page = opened(world)
    form = go(browser, page, "answers")
    assert re.search('value="today" checked', form.text)
    page = go(browser, form, "save_answers", status="before", words="y")
    assert "Oui, avant" in page.text
    with world.act() as act:
        data = rights.my_data(act, holder_of_card(act, world))
    assert data["consents"] == {"contact": False, "count": False, "words": True}
    assert differences(world) == ""


def test_a_little_about_me_is_voluntary(world: World) -> None:
    browser, page = opened(world)
    form = go(browser, page, "about")
    page = go(browser, form, "save_about", gender="woman", age="nonsense", disability="yes")
    with world.act() as act:
        assert participants.about(act.session, holder_of_card(act, world).id) == {"gender": "woman", "disability": "yes"}
    go(browser, page, "save_about")
    with world.act() as act:
        assert participants.about(act.session, holder_of_card(act, world).id) == {}


def test_a_number_is_written_to_only_after_its_own_yes(world: World) -> None:
    browser, page = opened(world)
    page = go(browser, page, "save_contact", number="418 555-0133", from_hour="9", to_hour="21", keeps="votes")
    assert "Répondez OUI" in page.text
    world.work()
    (asked,) = world.sent
    assert asked.number == OTHER
    assert "Répondez OUI" in asked.body
    with world.act() as act:
        assert participants.number_of(act.session, holder_of_card(act, world).id) is None
    assert "noté" in world.text("oui", OTHER)
    with world.act() as act:
        assert participants.number_of(act.session, holder_of_card(act, world).id) == OTHER
    browser, page = enter(world, code=world.card)
    page = go(browser, page, "save_contact", number="418 555-0133", from_hour="12", to_hour="14", keeps="votes", caller_name="Julie")
    with world.act() as act:
        assert messaging.safe(act.session, OTHER).from_hour == 12
        assert messaging.safe(act.session, OTHER).caller_name == "", "only whoever has a code behind a number may loosen or silence it"
        assert messaging.keeps(act.session, OTHER) == Keeps.ALL


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"number": "12"}, "10 chiffres"),
        ({"number": "418 555-0101", "from_hour": "20", "to_hour": "9"}, "heure de début"),
        ({"number": "418 555-0101", "from_hour": "9", "to_hour": "20", "caller_name": "Refuge du coin"}, "en dit trop"),
    ],
)
def test_a_wish_that_cannot_be_kept_is_said(world: World, sent: dict[str, str], said: str) -> None:
    code = by_text(world)
    browser, page = enter(world, number="418 555-0101", phone_code=code)
    page = go(browser, page, "save_contact", **sent)
    assert page.status_code == 409
    assert said in page.text


def test_a_page_does_not_flood_a_strangers_phone(world: World) -> None:
    browser, page = opened(world)
    for _ in range(3):
        page = go(browser, page, "save_contact", number="418 555-0133")
    page = go(browser, page, "save_contact", number="418 555-0133")
    assert "Trop de textos" in page.text
    world.work()
    assert len(world.sent) == 3


def code_sent(world: World) -> str:
    world.work()
    return re.search(r"code est (\d{6})", world.sent[-1].body)[1]


def test_a_new_number_is_proved_and_the_old_one_let_go(world: World) -> None:
    old = by_text(world)
    browser, page = enter(world, number="418 555-0101", phone_code=old)
    page = go(browser, page, "send", number="418 555-0133")
    assert "30 minutes" in page.text
    wrong = go(browser, page, "prove", proof="000000")
    assert "ne va pas" in wrong.text
    page = go(browser, page, "prove", proof=code_sent(world))
    fresh = re.search(r'class="receipt">(\d{4})<', page.text)[1]
    assert enter(world, number="418 555-0133", phone_code=fresh)[1].status_code == 200
    assert enter(world, number="418 555-0101", phone_code=old)[1].status_code == 409
    assert counts(world) == (1, 1, 1)


def test_whoever_opened_a_page_with_a_lost_card_is_out(world: World) -> None:
    thief, page = opened(world)
    ballot = thief.post("/v/BSL", data=hidden(thief.get("/v/BSL")) | {"code": world.card})
    with world.act() as act:
        fresh, other = participants.make_cards(act, "A01", "Groupe", 2)
    owner, own_page = enter(world, code=world.card)
    own_page = go(owner, own_page, "save_card", code=fresh)
    assert go(thief, page, "save_card", code=other).status_code == 409
    assert "a été remplacé" in go(thief, page, "see").text
    assert "a été remplacé" in thief.post("/v/BSL", data=hidden(thief.post("/v/BSL", data=hidden(ballot) | {"choices": "2"}))).text
    assert go(owner, own_page, "see").status_code == 200


def test_a_stop_of_the_phone_is_undone_from_the_phone_alone(world: World) -> None:
    code = by_text(world)
    world.text("ARRET")
    browser, page = enter(world, number="418 555-0101", phone_code=code)
    page = go(browser, page, "save_contact", number="418 555-0101", from_hour="9", to_hour="21", keeps="all")
    assert "REPRENDRE" in page.text
    with world.act() as act:
        assert messaging.keeps(act.session, PHONE) == Keeps.NOTHING


def test_a_typed_number_that_stopped_or_cannot_be_disturbed_gets_nothing(world: World) -> None:
    code = by_text(world)
    with world.act() as act:
        person = participants.by_phone_code(act, PHONE, code)
        messaging.wish(act, person.id, PHONE, from_hour=9, to_hour=10)
        messaging.keep(act, OTHER, Keeps.NOTHING, "person")
    for number in ("418 555-0101", "418 555-0133"):
        browser = world.browser()
        page = browser.post("/v/BSL", data=hidden(browser.get("/v/BSL")) | {"number": number})
        assert "Un code est parti" in page.text, "the page tells nothing of a number"
    world.work()
    assert world.sent == []
    browser = world.browser()
    assert "ordinaires du Canada" in browser.post("/v/BSL", data=hidden(browser.get("/v/BSL")) | {"number": "600 555-0100"}).text


def test_a_new_card_takes_over(world: World) -> None:
    browser, page = opened(world)
    with world.act() as act:
        (fresh,) = participants.make_cards(act, "A01", "Groupe", 1)
    page = go(browser, page, "save_card", code=fresh)
    assert "ne sert plus" in page.text
    assert "remplacée" in enter(world, code=world.card)[1].text
    web_vote(world, [2], fresh)
    assert counts(world) == (1, 1, 1)


def test_a_vote_is_withdrawn(world: World) -> None:
    browser, page = opened(world)
    page = go(browser, page, "withdraw", vote="BSL")
    assert "retiré" in page.text
    assert go(browser, page, "withdraw", vote="BSL").status_code == 409
    assert differences(world) == ""
    with world.act() as act:
        assert act.session.scalars(select(voting.RollEntry)).all() == []


def test_my_data_is_a_file_of_my_own(world: World) -> None:
    browser, page = opened(world)
    answer = go(browser, page, "download")
    assert answer.mimetype == "application/json"
    assert json.loads(answer.text)["votes"][0]["keyword"] == "BSL"


def test_erasing_waits_seven_days_and_can_be_undone(world: World) -> None:
    browser, page = opened(world)
    page = go(browser, page, "erase")
    assert "7 jours" in page.text
    page = go(browser, page, "erase_now")
    assert "11 mai 2026" in page.text
    page = go(browser, page, "undo")
    with world.act() as act:
        assert act.session.scalars(select(Erasure)).all() == []
    go(browser, page, "erase_now")
    world.later(days=8)
    world.work()
    assert go(browser, page, "see").status_code == 409, "an old page opens nobody"
    assert "ne trouvons pas" in enter(world, code=world.card)[1].text


def test_a_page_of_someone_erased_meanwhile_votes_for_nobody(world: World) -> None:
    browser = world.browser()
    page = browser.get("/v/BSL")
    page = browser.post("/v/BSL", data=hidden(page) | {"code": world.card})
    page = browser.post("/v/BSL", data=hidden(page) | {"choices": "1"})
    with world.act() as act:
        rights.erase_now(act, holder_of_card(act, world))
    answer = browser.post("/v/BSL", data=hidden(page))
    assert answer.status_code == 409
    assert counts(world) == (0, 0, 0)


def test_a_vote_by_number_proves_the_phone_first(world: World) -> None:
    world.consultation("CODE", voting.Door.CODED)
    browser = world.browser()
    page = browser.get("/v/CODE")
    page = browser.post("/v/CODE", data=hidden(page) | {"number": "418 555-0133"})
    assert "Un code est parti" in page.text
    assert browser.post("/v/CODE", data=hidden(page) | {"proof": "1"}).status_code == 409
    page = browser.post("/v/CODE", data=hidden(page) | {"proof": code_sent(world)})
    page = browser.post("/v/CODE", data=hidden(page) | {"choices": "1"})
    page = browser.post("/v/CODE", data=hidden(page))
    code = re.search(r'class="receipt">(\d{4})<', page.text)[1]
    with world.act() as act:
        assert participants.by_phone_code(act, OTHER, code)
        assert len(act.session.scalars(select(voting.RollEntry)).all()) == 1
        assert found(act, "CODE")


def test_leaving_shows_something_else_and_keeps_nothing(world: World) -> None:
    answer = world.browser().get("/leave")
    assert "Météo" in answer.text
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Engage" not in answer.text


def test_my_page_leaves_no_cookie_and_may_not_be_posted_from_elsewhere(world: World) -> None:
    _, page = opened(world)
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    assert world.browser().post("/me", data={"step": "enter"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert PHONE not in page.text
