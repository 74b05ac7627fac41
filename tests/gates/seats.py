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
from engage.committees import (
    Candidacy,
    DayNeeds,
    Meeting,
    Membership,
    Needs,
    Reach,
    Seat,
    Stage,
    Way,
    Wish,
    attendance,
    draws,
    meetings,
    supports,
)
from engage.committees.selection import Quota
from engage.participants import Status
from tests.world import World, hidden, holder, set_up, the_committee

See = Callable[..., TestResponse]
CODES = {"": "LOGIS", "/en": "HOUSE"}
HERE = Reach(name="Dominique", number="+14185550199", part="morning")
LIVED = Wish(Needs(("ride", "care"), 2, "Rampe"), HERE, Status.TODAY, counted=True, uses_about=True)


def citizen(world: World, see: See, prefix: str, proof_sent: Callable[[World], str]) -> None:
    """Every page of asking for a seat, and what a member finds on their own."""
    browser, code = world.browser(), CODES[prefix]
    see("committees, none", browser.get(prefix + "/committees")) if not prefix else None
    with world.act() as act:
        committee = set_up(act, code=code)
        committees.add_seats(act, committee, 2, is_reserved=False)
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
    _my_meetings(world, go, page, prefix, UUID(membership))
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
    _meetings(world, see, prefix, browser, UUID(offered))
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


def a_meeting(world: World, prefix: str, **differs: object) -> UUID:
    with world.act() as act:
        starts_at = world.at + timedelta(days=9)
        given = {
            "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), "place": "Salle 2, Rimouski", "phone_in": "+14185550190",
            "texts": {"agenda": {"fr": "Quels projets payer."}, "papers": {"fr": "Trois projets demandent de l’argent."}},
            "is_accessible": True, "by_bus": True, "prepares_at": starts_at - timedelta(days=1), "debriefs_at": starts_at + timedelta(days=1),
        }  # fmt: skip
        meeting = meetings.call_meeting(act, the_committee(act, CODES[prefix]), **(given | differs))
        meetings.invite(act, meeting)
        return meeting.id


def now_is(world: World, id: UUID) -> None:
    """The meeting has begun."""
    with world.act() as act:
        meeting = act.session.get_one(Meeting, id)
        meeting.starts_at, meeting.ends_at = world.at, world.at + timedelta(hours=2)


def _my_meetings(world: World, go: Callable[..., TestResponse], page: TestResponse, prefix: str, member: UUID) -> None:
    """On my page: invited, answered, moved, there, noted by the table, called off."""
    first, second, off = (a_meeting(world, prefix) for _ in range(3))
    with world.act() as act:
        meetings.call_off(act, act.session.get_one(Meeting, off))
    go(page, "see", name="my page with meetings")
    form = go(page, "meeting", meeting=str(first))
    go(form, "save_meeting", 409, name="meeting, no answer", meeting=str(first))
    go(page, "save_meeting", name="meeting answered", meeting=str(first), comes="yes", supports="ride", children="2", pick_up="Au coin")
    go(page, "meeting", name="meeting answered before", meeting=str(first))
    go(page, "save_meeting", name="meeting refused", meeting=str(second), comes="no")
    with world.act() as act:
        act.session.get_one(Meeting, second).version = 2
    go(page, "see", name="my page, meeting moved")
    for id in (first, second):
        now_is(world, id)
    go(page, "meeting", name="meeting now", meeting=str(first))
    go(page, "here", 409, name="wrong door code", meeting=str(first), code="0000")
    with world.act() as act:
        attendance.note(act, act.session.get_one(Meeting, second), act.session.get_one(Membership, member), present=True)
        door = act.session.get_one(Meeting, first).door_code
        noted = str(attendance.of_member(act.session, act.session.get_one(Meeting, second), member).id)
    go(page, "here", meeting=str(first), code=door)
    go(page, "meeting", name="meeting where I am", meeting=str(first))
    go(page, "presence", presence=noted, theirs="no")
    go(page, "meeting", 409, name="meeting of nobody", meeting="x")


def _meetings(world: World, see: See, prefix: str, browser: FlaskClient, member: UUID) -> None:
    """The table's pages of a meeting, from its call to a decision."""
    here = prefix + "/staff/meetings/"
    with world.act() as act:
        id = the_committee(act, CODES[prefix]).id
    page = see("new meeting", browser.get(f"{here}new/{id}"))
    see(
        "new meeting, wrong",
        browser.post(f"{here}new/{id}", data=hidden(page) | {"on": "2020-01-01", "at": "18:00", "until": "20:00"}),
        409,
    )
    day = (world.at + timedelta(days=6)).date().isoformat()
    typed = {"on": day, "at": "18:00", "until": "20:00", "place": "Salle 2", "agenda": "La concertation des partenaires."}
    made = browser.post(f"{here}new/{id}", data=hidden(page) | typed)
    assert made.status_code == 302, made.text
    see("committees with late papers", browser.get(prefix + "/staff/committees/"))
    page = see("meeting not sent yet", browser.get(made.location))
    assert browser.post(made.location, data=hidden(page) | {"step": "invite"}).status_code == 302
    see("change a meeting", browser.get(f"{made.location}/edit"))
    with world.act() as act:
        meeting = act.session.get_one(Meeting, UUID(made.location.rsplit("/", 1)[1]))
        needs = DayNeeds(("ride", "care", "allowance"), 2, "Rampe", "Au coin")
        meetings.answer(act, meeting, act.session.get_one(Membership, member), comes=True, needs=needs)
        lines = {line.support: str(line.id) for line in supports.lines(act.session, meeting)}
        meeting_id = meeting.id
    see("meeting with answers", browser.get(made.location))
    money = {"state": "paid", "dollars": "25,50"}
    form = see("a support", browser.get(f"{here}supports/{lines['allowance']}"))
    see("a support, warning unsaid", browser.post(f"{here}supports/{lines['allowance']}", data=hidden(form) | money), 409)
    see("a support, wrong amount", browser.post(f"{here}supports/{lines['ride']}", data=hidden(form) | money | {"dollars": "x"}), 409)
    told = money | {"was_told": "y", "in_advance": "y"}
    assert browser.post(f"{here}supports/{lines['allowance']}", data=hidden(form) | told).status_code == 302
    bon = {"state": "voucher", "dollars": "15", "was_told": "y"}
    assert browser.post(f"{here}supports/{lines['care']}", data=hidden(form) | bon).status_code == 302
    now_is(world, meeting_id)
    assert browser.post(f"{made.location}/members/{member}", data=hidden(form) | {"step": "present"}).status_code == 302
    page = see("meeting with someone there", browser.get(made.location))
    decision = {"text": "Le comité paie le jardin.", "next": "La table signe.", "votes": "1", "votes_reserved": "1", "due_on": day}
    see("decision, too many votes", browser.post(f"{made.location}/decisions", data=hidden(page) | decision | {"votes": "9"}), 409)
    assert browser.post(f"{made.location}/decisions", data=hidden(page) | decision | {"proposed_by": str(member)}).status_code == 302
    see("meeting with a decision", browser.get(made.location))
    see("committee that decided", world.browser().get(f"{prefix}/committees/{CODES[prefix]}"))
    off = a_meeting(world, prefix)
    see("about to call a meeting off", browser.get(f"{here}{off}/off"))
    assert browser.post(f"{here}{off}", data=hidden(page) | {"step": "off"}).status_code == 302
    see("meeting called off", browser.get(f"{here}{off}"))
    see("year of committees", browser.get(f"{here}year/A01/2026-2027"))


def helped(world: World, see: See, prefix: str, browser: FlaskClient) -> None:
    """With someone's help; begun while a help runs, sent once more when it is over."""
    here = f"{prefix}/staff/assisted/seats/{CODES[prefix]}"
    with world.act() as act:
        (card,) = participants.make_cards(act, "A01", "Groupe", 1)
    page = see("helping with a seat", browser.get(here))
    see("helping with a seat, wrong", browser.post(here, data=hidden(page, 1) | {"code": card}), 409)
    told = {"code": card, "how": "Par la Maison du coin", "nominated": "y", "supports": "meal"}
    see("helped with a seat", browser.post(here, data=hidden(page, 1) | told))
