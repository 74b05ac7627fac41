"""The part of the walk that goes through committees: asking for a seat, the table's side, a draw, a seat, leaving it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engage import committees, participants
from engage.committees import Candidacy, Membership, Needs, Reach, Seat, Stage, Way, Wish, draws
from engage.committees.selection import Quota
from engage.participants import Status
from tests.world import World, hidden, holder, set_up, the_committee

See = Callable[..., TestResponse]
CODES = {"": "LOGIS", "/en": "HOUSE"}
HERE = Reach(name="Dominique", number="+14185550199", part="morning")
LIVED = Wish(Needs(("ride", "care"), 2, "Une rampe"), HERE, Status.TODAY, counted=True, uses_about=True)


def citizen(world: World, see: See, prefix: str, proof_sent: Callable[[World], str]) -> None:
    """Every page of asking for a seat, and what a member finds on their own."""
    browser, code = world.browser(), CODES[prefix]
    see("committees, none", browser.get(prefix + "/committees")) if not prefix else None
    with world.act() as act:
        committee = set_up(act, code=code)
        committees.add_seats(act, committee, 1, is_reserved=False)
        closed = set_up(act, code=f"PLEIN{len(prefix)}", institutions=[], supports=[])
        closed.is_welcoming = False
    see("committees", browser.get(prefix + "/committees"))
    see("committee that looks for nobody", browser.get(f"{prefix}/committees/PLEIN{len(prefix)}"))
    here = f"{prefix}/committees/{code}"
    see("committee welcome", browser.get(here + "/welcome"))
    page = see("committee", browser.get(here))
    see("committee asks who", browser.post(here, data=hidden(page)), 409)
    see("committee, wrong number", browser.post(here, data=hidden(page) | {"number": "12"}), 409)
    page = see("seat prove", browser.post(here, data=hidden(page) | {"number": f"418 555-012{len(prefix)}"}))
    see("seat prove wrong", browser.post(here, data=hidden(page) | {"proof": "0"}), 409)
    see("seat prove resumed", browser.post(here, data=hidden(page) | {"step": "resume", "place": "prove"}))
    world.work()
    page = see("needs", browser.post(here, data=hidden(page) | {"proof": proof_sent(world)}))
    see("needs resumed", browser.post(here, data=hidden(page) | {"place": "needs", "supports": "ride"}))
    see("needs wrong", browser.post(here, data=hidden(page) | {"number": "12"}), 409)
    page = see("asked", browser.post(here, data=hidden(page) | {"supports": ["ride", "allowance"], "children": "2", "status": "today"}))
    draft = re.search('name="draft" value="([^"]*)"', page.text)[1]
    see("asked resumed", browser.post(here, data={"draft": draft, "step": "resume", "place": "asked"}))


def mine(world: World, see: See, prefix: str) -> None:
    """My page in each stage of a seat."""
    browser, here = world.browser(), prefix + "/me"
    with world.act() as act:
        (card,) = participants.make_cards(act, "A01", "Groupe", 1)
        person = participants.by_card(act, card, "A01", asked_from="tour")
        committee = the_committee(act, CODES[prefix])
        candidacy = committees.ask(act, committee, person, LIVED)
        id = candidacy.id

    def go(page: TestResponse, step: str, must_be: int = 200, name: str = "", **sent: str) -> TestResponse:
        draft = re.search('name="draft" value="([^"]*)"', page.text)[1]
        return see(name or step, browser.post(here, data={"step": step, "draft": draft} | sent), must_be)

    page = see("my page with a wish", browser.post(here, data={"step": "enter", "code": card}))
    with world.act() as act:
        committees.called(act, act.session.get_one(Candidacy, id))
    go(page, "see", name="my page, ready")
    with world.act() as act:
        act.session.get_one(Candidacy, id).rank = 2
        act.session.get_one(Candidacy, id).stage = Stage.ALTERNATE
    go(page, "see", name="my page, next in line")
    with world.act() as act:
        seat = draws.vacant(act, the_committee(act, CODES[prefix]), is_reserved=True)[0]
        membership = str(committees.offer(act, seat, act.session.get_one(Candidacy, id), Way.WELCOMED).id)
    go(page, "see", name="my page with an offer")
    go(page, "answer_offer", 409, name="an offer of nobody", seat="x", wanted="yes")
    go(page, "answer_offer", name="my page with a seat", seat=membership, wanted="yes")
    go(page, "show_self", seat=membership, shown="Dominique")
    go(page, "leave_seat", seat=membership)
    go(page, "left_seat", seat=membership, reason="no_time")


def staff(world: World, see: See, prefix: str, browser: FlaskClient) -> None:
    """The table's pages, with a draw that is fixed, fallen and void."""
    there, code = prefix + "/staff/committees/", CODES[prefix]
    with world.act() as act:
        committee = the_committee(act, code)
        id = committee.id
        of_clsc = str(next(place.seat.id for place in committees.places(act, committee) if place.seat.institution))
        asked = str(committees.ask(act, committee, holder(act), LIVED).id)
        nominated = committees.nominate(act, committee, holder(act), Wish(reach=Reach(how="Par Jo")), "Maison du coin")
        committees.called(act, nominated)
        seat = draws.vacant(act, committee, is_reserved=True)[0]
        rather = committees.ask(act, committee, holder(act), LIVED)
        committees.called(act, rather)
        offered = str(committees.offer(act, seat, rather, Way.WELCOMED).id)
    page = see("committees of the table", browser.get(there))
    page = see("new committee", browser.get(there + "new"))
    see("new committee, wrong", browser.post(there + "new", data=hidden(page) | {"agreement": "A01", "code": "ARRET"}), 409)
    page = see("change a committee", browser.get(f"{there}{id}/edit"))
    see("change a committee, wrong", browser.post(f"{there}{id}/edit", data=hidden(page)), 409)
    page = see("a committee", browser.get(f"{there}{id}"))
    see("seats, wrong", browser.post(f"{there}{id}/seats", data=hidden(page) | {"number": "99", "term_months": "24"}), 409)
    assert browser.post(f"{there}seats/{of_clsc}", data=hidden(page) | {"step": "institution"}).status_code == 302
    see("a seat already held", browser.post(f"{there}seats/{of_clsc}", data=hidden(page) | {"step": "remove"}), 409)
    form = see("a call", browser.get(f"{there}candidacies/{asked}"))
    see("a call, who is there unsaid", browser.post(f"{there}candidacies/{asked}", data=hidden(form) | {"came": "ready"}), 409)
    assert browser.post(f"{there}candidacies/{asked}", data=hidden(form) | {"came": "nobody"}).status_code == 302
    with world.act() as act:
        act.session.get_one(Candidacy, UUID(asked)).call_by = world.at.date() - timedelta(days=1)
    see("a late call", browser.get(f"{there}candidacies/{asked}"))
    see("committees with a late call", browser.get(there))
    see("an offer", browser.get(f"{there}memberships/{offered}"))
    assert browser.post(f"{there}memberships/{offered}", data=hidden(page) | {"step": "accept"}).status_code == 302
    see("committee with one alone", browser.get(f"{there}{id}"))
    see("committees with one alone", browser.get(there))
    see("a member", browser.get(f"{there}memberships/{offered}"))
    _draw(world, see, prefix, browser)
    with world.act() as act:
        membership = act.session.scalars(select(Membership).where(Membership.left_on.is_not(None))).first()
        left = str(membership.id)
    see("a member who left", browser.get(f"{there}memberships/{left}"))


def _draw(world: World, see: See, prefix: str, browser: FlaskClient) -> None:
    there, code = prefix + "/staff/committees/", CODES[prefix]
    with world.act() as act:
        committee = the_committee(act, code)
        id = committee.id
    see("draw of too few", browser.get(f"{there}{id}/draw"))
    with world.act() as act:
        committee = the_committee(act, code)
        for place in range(7):
            someone = holder(act)
            participants.tell_about(act, someone, {"gender": "woman" if place < 3 else "man"})
            committees.called(act, committees.ask(act, committee, someone, LIVED))
    page = see("draw to prepare", browser.get(f"{there}{id}/draw"))
    asked = {"kind": "reserved", "least gender woman": "0", "most gender woman": "0"}
    see("draw without a chance for some", browser.post(f"{there}{id}/draw", data=hidden(page) | asked | {"step": "look"}))
    see("draw, wrong numbers", browser.post(f"{there}{id}/draw", data=hidden(page) | asked | {"least gender woman": "x"}), 409)
    for fell in ("void", "316"):
        with world.act() as act:
            fixed = str(draws.fix(act, the_committee(act, code), [Quota("gender", "woman", 0, 1)], is_reserved=True).id)
        page = see(f"draw fixed {fell}", browser.get(f"{there}draws/{fixed}"))
        see(f"the room, fixed {fell}", browser.get(f"{prefix}/draws/{fixed}"))
        see(f"draw under way {fell}", browser.get(f"{there}{id}/draw"))
        see(f"draw, no dice {fell}", browser.post(f"{there}draws/{fixed}", data=hidden(page) | {"step": "fall", "fell": "3"}), 409)
        see(f"draw, no reason {fell}", browser.post(f"{there}draws/{fixed}", data=hidden(page) | {"step": "void"}), 409)
        done = {"step": "void", "reason": "Il manquait une personne."} if fell == "void" else {"step": "fall", "fell": fell}
        assert browser.post(f"{there}draws/{fixed}", data=hidden(page) | done).status_code == 302
        see(f"draw done {fell}", browser.get(f"{there}draws/{fixed}"))
        see(f"the room, done {fell}", browser.get(f"{prefix}/draws/{fixed}"))
    with world.act() as act:
        assert act.session.scalars(select(Seat).where(Seat.committee_id == id)).all()
    see("a committee after a draw", browser.get(f"{there}{id}"))
    see("committee with draws", world.browser().get(f"{prefix}/committees/{code}"))


def helped(world: World, see: See, prefix: str, browser: FlaskClient) -> None:
    """With someone's help; begun while a help runs, sent once more when it is over."""
    here = f"{prefix}/staff/assisted/seats/{CODES[prefix]}"
    with world.act() as act:
        (card,) = participants.make_cards(act, "A01", "Groupe", 1)
    page = see("helping with a seat", browser.get(here))
    see("helping with a seat, wrong", browser.post(here, data=hidden(page, 1) | {"code": card}), 409)
    told = {"code": card, "how": "Par la Maison du coin", "nominated": "y", "supports": "meal"}
    see("helped with a seat", browser.post(here, data=hidden(page, 1) | told))
