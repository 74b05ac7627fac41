"""One story, told by web, by text and with help: the same ballots, the same roll, the same facts."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engage import ledger, participants
from engage.ledger import ParticipationFact
from engage.staff import Role
from engage.voting import RollEntry, ballot_box
from engage.voting.ballot_box import SealedBallot
from tests.world import World, found, hidden


def web_vote(world: World, choices: list[int], card: str = "", code: str = "BSL") -> tuple[FlaskClient, TestResponse]:
    """From the short link to the receipt."""
    browser = world.browser()
    here = f"/v/{code}"
    page = browser.get(here)
    page = browser.post(here, data=hidden(page) | ({"code": card} if card else {"of_age": "y", "residence": "none"}))
    assert page.status_code == 200, page.text
    page = browser.post(here, data=hidden(page) | {"choices": [str(number) for number in choices]} | ({} if choices else {"blank": "y"}))
    assert page.status_code == 200, page.text
    page = browser.post(here, data=hidden(page))
    assert page.status_code == 200, page.text
    return browser, page


def tell_by_web(world: World, card: str) -> None:
    browser, page = web_vote(world, [1, 4, 7], card)
    page = browser.post("/v/BSL", data=hidden(page))
    page = browser.post("/v/BSL", data=hidden(page) | {"status": "today", "count": "y"})
    assert page.status_code == 200


def tell_by_text(world: World) -> None:
    for body in ("VOTE", "1 4 7", "OUI", "A"):
        assert world.text(body)


def begin_help(world: World, role: Role = Role.WORKER, **differs: str) -> FlaskClient:
    """A worker's browser, in a half hour of help."""
    browser = world.staff(role)
    page = browser.get("/staff/assisted/")
    said = {"agreed": "y", "reason": "reading", "agreement": "A01", "organisation": "Maison du coin"} | differs
    assert browser.post("/staff/assisted/", data=hidden(page) | said).status_code == 302
    return browser


def tell_with_help(world: World, card: str) -> None:
    browser = begin_help(world)
    page = browser.get("/staff/assisted/BSL")
    told = {"code": card, "choices": ["1", "4", "7"], "status": "today", "count": "y"}
    page = browser.post("/staff/assisted/BSL", data=hidden(page, 1) | told)
    assert page.status_code == 200, page.text
    assert re.search("[0-9A-Z]{4}-[0-9A-Z]{4}", page.text)


def test_the_same_story_leaves_the_same_ballots_and_facts(world: World) -> None:
    with world.act() as act:
        cards = participants.make_cards(act, "A01", "Groupe", 2)
    tell_by_web(world, cards[0])
    tell_by_text(world)
    tell_with_help(world, cards[1])
    world.work()
    with world.db.read() as session:
        roll = session.scalars(select(RollEntry)).all()
        assert sorted(entry.channel for entry in roll) == ["assisted", "sms", "web"]
        assert all(entry.participant_id for entry in roll)
        votes = session.scalars(select(ParticipationFact).where(ParticipationFact.kind == "vote_cast")).all()
        reversed_ids = set(session.scalars(select(ParticipationFact.reverses_id)))
        standing = [fact for fact in votes if fact.id not in reversed_ids]
        assert len(standing) == 3
        assert len({fact.person_id for fact in standing}) == 3
        assert {(fact.agreement_id, fact.mechanism_type, fact.level, fact.status) for fact in standing} == {("A01", "M4", 2, "today")}
        assert {fact.channel: fact.grade for fact in standing} == {"web": "A", "sms": "A", "assisted": "A-aided"}
        assert len(session.scalars(select(SealedBallot.tag)).all()) == 3
        assert list(ledger.verify(session, world.at, participants.person_keys(session))) == []


def test_the_three_ballots_hold_the_same_choice(world: World) -> None:
    world.people("BSL", [[2]] * 7)
    with world.act() as act:
        cards = participants.make_cards(act, "A01", "Groupe", 2)
    tell_by_web(world, cards[0])
    tell_by_text(world)
    tell_with_help(world, cards[1])
    world.close()
    with world.act() as act:
        opened = ballot_box.opened(act.session, found(act, "BSL").id, known=True)
    assert sorted(opened) == ["147"] * 3 + ["2"] * 7
