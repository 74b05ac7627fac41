"""One person through every door: at each step one person, one ballot, one count, and a ledger that verifies."""

from __future__ import annotations

import json
import re

from sqlalchemy import func, select

from engage import ledger, participants, voting
from engage.ledger import ParticipationFact
from engage.staff import Role
from engage.voting import RollEntry
from engage.voting.ballot_box import SealedBallot
from engage.web.draft import LASTS
from tests.phone.test_texts import code_in, vote
from tests.test_every_door import begin_help, web_vote
from tests.voting.test_reconciliation import differences
from tests.world import World, found, hidden


def people_counted(world: World) -> int:
    """Distinct people in poverty or exclusion over the facts that stand (P2), in the agreement and year."""
    taken_back = select(ParticipationFact.reverses_id).where(ParticipationFact.reverses_id.is_not(None))
    standing = (ParticipationFact.agreement_id == "A01", ParticipationFact.status == "today", ParticipationFact.id.not_in(taken_back))
    with world.db.read() as session:
        return session.scalar(select(func.count(ParticipationFact.person_id.distinct())).where(*standing))


def holds(world: World, step: str, *, waiting: int = 0) -> None:
    """Two lines of the roll (hers and her housemate's), a ballot for each, one person counted, nothing out of order."""
    world.work()
    with world.db.read() as session:
        assert session.scalar(select(func.count()).select_from(RollEntry)) == 2, step
        assert session.scalar(select(func.count()).select_from(SealedBallot)) == 2 - waiting, step
        assert list(ledger.verify(session, world.at, participants.person_keys(session))) == [], step
    assert people_counted(world) == 1, step
    assert differences(world) == "", step


def my_page(world: World, **code: str) -> str:
    """The draft of her page, opened with a code."""
    page = world.browser().post("/me", data={"step": "enter"} | code)
    assert page.status_code == 200, page.text
    return re.search('name="draft" value="([^"]*)"', page.text)[1]


def step(world: World, draft: str, name: str, **sent: str) -> str:
    page = world.browser().post("/me", data={"step": name, "draft": draft} | sent)
    assert page.status_code == 200, page.text
    return page.text


def test_one_person_is_one_person_whatever_happens(world: World) -> None:
    vote(world)
    assert "NOUVEAU" in world.text("VOTE") + world.text("1 4")
    code = code_in(world.text("NOUVEAU"))
    world.text("A")
    holds(world, "voted by text on a phone that another person uses")

    world.later(days=1)
    web_vote(world, [2], world.card)
    draft = my_page(world, number="418 555-0101", phone_code=code)
    assert "est à vous" in step(world, draft, "save_card", code=world.card)
    holds(world, "lost the number, came back with a card, and said that both were hers")

    _, page = web_vote(world, [3, 7], world.card)
    assert "remplace" in page.text
    holds(world, "changed the vote on the web")

    world.later(days=1)
    helper, clerk = begin_help(world), world.staff(Role.CLERK)
    with world.act() as act:
        here = f"/staff/paper/{found(act, 'BSL').id}"
    helper.post(here, data=hidden(helper.get(here)) | {"size": "3"})
    sent = hidden(helper.get(here + "/envelope")) | {"code": world.card, "signed": "y"}
    assert "Enveloppe acceptée" in helper.post(here + "/envelope", data=sent).text
    holds(world, "helped on paper: the envelope is in, the sheet waits", waiting=1)
    for hand in (helper, clerk):
        hand.post(here + "/sheet", data=hidden(hand.get(here + "/sheet")) | {"number": "2", "choices": ["5"]})
    holds(world, "the sheet is in the box")
    browser = world.browser()
    page = browser.post("/v/BSL", data=hidden(browser.get("/v/BSL")) | {"code": world.card})
    assert "ne change plus" in page.text, "said before anything is chosen"
    holds(world, "final from then on")

    draft = my_page(world, code=world.card)
    mine = json.loads(step(world, draft, "download"))
    assert [(each["keyword"], each["channel"], each["final"]) for each in mine["votes"]] == [("BSL", "paper", True)]
    assert mine["status"]["answer"] == "today"
    assert [each["what"] for each in mine["helped"]] == ["envelope"]
    holds(world, "asked for her data")

    step(world, draft, "erase_now")
    holds(world, "asked to be forgotten")
    world.later(days=8)
    assert LASTS.days == 0
    holds(world, "was forgotten")
    for typed in ({"code": world.card}, {"number": "418 555-0101", "phone_code": code}):
        assert world.browser().post("/me", data={"step": "enter"} | typed).status_code == 409
    world.people("BSL", [[1]] * 10)
    world.close()
    with world.act() as act:
        result = voting.result_of(act.session, found(act, "BSL").id).read()
        assert result["decisive"]["ballots"] == 12
        assert not result["differs"]
        assert list(ledger.verify(act.session, world.at, participants.person_keys(act.session))) == []
    assert people_counted(world) == 1
