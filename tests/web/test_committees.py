"""Committees on the web: asked for by a card or a number, called about, drawn in front of everyone, and nothing shown that is not the member's choice."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engage import committees, participants
from engage.committees import Candidacy, Committee, Draw, Membership, Needs, Reach, Seat, Stage, Way, Wish, draws
from engage.ledger import Grade, Kind, ParticipationFact
from engage.participants import Participant, Status
from engage.staff import Role
from tests.gates.tour import proof_sent
from tests.printed import squeezed, words
from tests.test_every_door import begin_help
from tests.web.test_prints import is_whole
from tests.world import World, hidden, holder, set_up, the_committee

HERE, STAFF = "/committees/LOGIS", "/staff/committees/"
SCRIPT = Path(__file__).parents[2] / "docs/verify_draw.py"
LIVED = Wish(Needs(("ride",)), Reach("Dominique", "+14185550160"), Status.TODAY, counted=True, uses_about=True)


@pytest.fixture
def world(world: World) -> World:
    world.committee()
    return world


def ask(world: World, browser: FlaskClient, page: TestResponse, **told: object) -> TestResponse:
    said = {"supports": ["ride", "care"], "children": "2", "number": "418 555-0160", "status": "today", "count": "y"} | told
    return browser.post(HERE, data=hidden(page) | said)


def test_a_seat_is_asked_for_with_a_card(world: World) -> None:
    browser = world.browser()
    page = browser.get(HERE)
    for told in ("Il choisit quels projets sont payés.", "CLSC", "Ville", "On ne demande pas de CV", "PLACE", "5 jours au plus"):
        assert told in page.text, told
    page = browser.post(HERE, data=hidden(page) | {"code": world.card})
    page = ask(world, browser, page)
    assert "9 mai 2026" in page.text
    with world.act() as act:
        candidacy = act.session.scalars(select(Candidacy)).one()
        assert committees.needs_of(candidacy) == Needs(("ride", "care"), 2, "")
        assert committees.reach_of(candidacy).number == "+14185550160"
        assert participants.by_card(act, world.card, "A01", asked_from="x").id == candidacy.participant_id


def test_a_seat_is_asked_for_with_a_proved_number(world: World) -> None:
    browser = world.browser()
    page = browser.get(HERE)
    page = browser.post(HERE, data=hidden(page) | {"number": "418 555-0160"})
    world.work()
    page = browser.post(HERE, data=hidden(page) | {"proof": proof_sent(world)})
    page = ask(world, browser, page, number="")
    code = re.search(r'class="receipt">(\d{4})<', page.text)[1]
    mine = browser.post("/me", data={"step": "enter", "number": "418 555-0160", "phone_code": code})
    assert "Comité du logement" in mine.text
    with world.act() as act:
        assert committees.reach_of(act.session.scalars(select(Candidacy)).one()).number == "+14185550160"


def test_nothing_typed_is_lost_with_a_mistake_or_another_language(world: World) -> None:
    browser = world.browser()
    page = browser.post(HERE, data=hidden(browser.get(HERE)) | {"code": world.card})
    wrong = ask(world, browser, page, number="12", more="Une rampe", name="Dominique")
    assert wrong.status_code == 409
    english = browser.post(
        f"/en{HERE}", data=hidden(wrong) | {"place": "needs", "more": "Une rampe", "name": "Dominique", "supports": "meal"}
    )
    counted = ask(world, browser, page, children="deux")
    assert (counted.status_code, "nombre d’enfants en chiffres" in counted.text, 'value="deux"' in counted.text) == (409, True, True)
    assert ask(world, browser, page, children="").status_code == 200
    for answer in (wrong, english):
        assert 'value="Une rampe"' in answer.text
        assert 'value="Dominique"' in answer.text
    assert re.search(r'value="meal" checked', english.text)


def test_my_page_takes_a_seat_shows_what_i_choose_and_leaves_it(world: World) -> None:
    with world.act() as act:
        person = participants.by_card(act, world.card, "A01", asked_from="x")
        candidacy = committees.ask(act, the_committee(act), person, LIVED)
        committees.called(act, candidacy)
        committees.offer(act, draws.vacant(act, the_committee(act), is_reserved=True)[0], candidacy, Way.WELCOMED)
        committees.add_seats(act, the_committee(act), 2, is_reserved=False)
    browser = world.browser()
    page = browser.post("/me", data={"step": "enter", "code": world.card})

    def go(step: str, **sent: str) -> TestResponse:
        draft = re.search('name="draft" value="([^"]*)"', page.text)[1]
        return browser.post("/me", data={"step": step, "draft": draft, "seat": seat} | sent)

    seat = re.search('name="seat" value="([^"]*)"', page.text)[1]
    assert "Votre place" in go("answer_offer", wanted="yes").text
    assert "Dominique" not in world.browser().get(HERE).text
    go("show_self", shown="Dominique")
    assert "Dominique" in world.browser().get(HERE).text
    assert "rien n’est montré" in go("show_self", shown="").text
    assert "Dominique" not in world.browser().get(HERE).text
    assert "laissé votre place" in go("left_seat", reason="not_heard").text
    assert go("left_seat", reason="not_heard").status_code == 409
    with world.act() as act:
        membership = act.session.scalars(select(Membership)).one()
        assert (membership.reason, membership.left_on) == ("not_heard", act.day)


def test_help_brings_a_seat_and_a_group_proposes(world: World) -> None:
    browser = begin_help(world)
    page = browser.get("/staff/assisted/seats/LOGIS")
    told = {"code": world.card, "how": "Par la Maison du coin", "status": "today", "count": "y", "nominated": "y"}
    page = browser.post("/staff/assisted/seats/LOGIS", data=hidden(page, 1) | told)
    assert "9 mai 2026" in page.text
    with world.act() as act:
        candidacy = act.session.scalars(select(Candidacy)).one()
        assert (candidacy.nominated_by, candidacy.channel) == ("Maison du coin", "assisted")


def table(world: World) -> FlaskClient:
    return world.staff(Role.ORGANISER)


def test_a_table_sets_up_a_committee_and_its_seats(world: World) -> None:
    browser = table(world)
    page = browser.get(STAFF + "new")
    told = {
        "agreement": "A01", "code": "repas", "type": "M1", "level": "4", "rule": "Règlement, article 3", "name": "Comité des repas",
        "mandate": "Il décide où va l’argent des repas.", "rhythm": "6 midis par an", "place": "À Matane", "short": "comité repas",
        "institutions": "CISSS\nVille de Matane", "supports": ["meal", "ride"], "call_within": "3", "is_welcoming": "y",
    }  # fmt: skip
    made = browser.post(STAFF + "new", data=hidden(page) | told)
    assert made.status_code == 302, made.text
    page = browser.get(made.location)
    seats = {"number": "3", "is_reserved": "y", "is_voting": "y", "term_months": "12"}
    assert browser.post(f"{made.location}/seats", data=hidden(page) | seats).status_code == 302
    assert browser.post(f"{made.location}/seats", data=hidden(page) | seats | {"number": "1", "institution": "CISSS"}).status_code == 302
    shown = world.browser().get("/committees/REPAS").text
    for word in (
        "Il décide où va l’argent des repas.",
        "Places en tout: 4. Libres, pour des gens d’ici: 3.",
        "Ville de Matane",
        "3 jours au plus",
    ):
        assert word in shown, word
    assert "Règlement, article 3" in browser.get(STAFF).text
    change = browser.get(f"{made.location}/edit")
    refused = browser.post(f"{made.location}/edit", data=hidden(change) | told | {"quorum": "5", "quorum_reserved": "1"})
    assert (refused.status_code, "plus de personnes" in refused.text, 'value="5"' in refused.text) == (409, True, True)
    assert browser.post(f"{made.location}/edit", data=hidden(change) | told | {"quorum": "3", "quorum_reserved": "1"}).status_code == 302
    assert browser.post(f"{made.location}/end", data=hidden(change)).status_code == 302
    assert world.browser().get("/committees/REPAS").status_code == 404


def test_the_call_is_tracked_and_who_is_there_is_said_first(world: World) -> None:
    with world.act() as act:
        candidacy = committees.ask(act, the_committee(act), holder(act), LIVED)
        id = candidacy.id
    world.later(days=6)
    browser = world.staff(Role.WORKER)
    assert "en retard, promis pour le 9 mai 2026" in browser.get(STAFF).text
    here = f"{STAFF}candidacies/{id}"
    page = browser.get(here)
    assert "CLSC, Ville" in page.text
    assert "418 555-0160" in page.text
    assert browser.post(here, data=hidden(page) | {"came": "nobody"}).status_code == 302
    assert "Essais: 1" in browser.get(here).text
    assert browser.post(here, data=hidden(page) | {"came": "ready", "supports": "meal"}).status_code == 409
    said = {"came": "ready", "heard": "y", "supports": "meal", "name": "Andrée", "children": ""}
    assert browser.post(here, data=hidden(page) | said | {"children": "deux"}).status_code == 409
    assert browser.post(here, data=hidden(page) | said).status_code == 302
    with world.act() as act:
        candidacy = act.session.get_one(Candidacy, id)
        assert (candidacy.stage, committees.needs_of(candidacy).supports) == (Stage.READY, ("meal",))
        assert (committees.reach_of(candidacy).number, committees.reach_of(candidacy).name) == ("+14185550160", "Andrée")


def ready(world: World, number: int) -> None:
    with world.act() as act:
        for place in range(number):
            someone = holder(act)
            participants.tell_about(act, someone, {"gender": "woman" if place < 2 else "man"})
            committees.called(act, committees.ask(act, the_committee(act), someone, LIVED))


def test_a_draw_in_front_of_everyone_from_numbers_to_seats(world: World, tmp_path: Path) -> None:
    ready(world, 6)
    browser = table(world)
    with world.act() as act:
        here = f"{STAFF}{the_committee(act).id}"
    page = browser.get(f"{here}/draw")
    numbers = {"kind": "reserved", "least gender woman": "1", "most gender woman": "1"}
    looked = browser.post(f"{here}/draw", data=hidden(page) | numbers | {"step": "look"})
    assert "De 250 à 500 sur 1000" in looked.text
    hopeless = browser.post(
        f"{here}/draw", data=hidden(page) | numbers | {"least gender woman": "0", "most gender woman": "0", "step": "look"}
    )
    assert "aucune chance" in hopeless.text
    impossible = browser.post(f"{here}/draw", data=hidden(page) | {"kind": "reserved", "least age 18 to 29": "2", "step": "look"})
    assert (impossible.status_code, "Élargissez: age 18 to 29" in impossible.text) == (409, True)
    fixed = browser.post(f"{here}/draw", data=hidden(page) | numbers | {"step": "fix"})
    assert fixed.status_code == 302, fixed.text
    room = "/draws/" + fixed.location.rsplit("/", 1)[1]
    before = world.browser().get(room).text
    commitment = re.search(r"<pre class=\"receipt\">([0-9a-f]{64})</pre>", before)[1]
    assert "trois dés à 10 faces" in before
    assert "Femmes: de 1 à 1" in before
    page = browser.get(fixed.location)
    assert browser.post(fixed.location, data=hidden(page) | {"step": "fall", "fell": "31"}).status_code == 409
    assert browser.post(fixed.location, data=hidden(page) | {"step": "fall", "fell": "316"}).status_code == 302
    assert browser.post(fixed.location, data=hidden(page) | {"step": "fall", "fell": "317"}).status_code == 409
    after = world.browser().get(room).text
    assert "dés:316" in after
    assert commitment in after
    document = world.browser().get(room + ".json").get_json()
    (tmp_path / "tirage.json").write_text(json.dumps(document), encoding="utf-8")
    command = [sys.executable, "-I", SCRIPT, tmp_path / "tirage.json", "--commitment", commitment]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    with world.act() as act:
        details = {fact.kind: fact.detail for fact in act.session.scalars(select(ParticipationFact))}
        assert details[Kind.DRAW_FIXED] == commitment
        assert len(act.session.scalars(select(Membership)).all()) == 2
    for word in ("Dominique", "today", "woman", "homme"):
        assert word not in after
        assert word not in json.dumps(document).replace("gender woman: 1-1", "")


def test_a_worker_says_yes_for_a_member_and_the_fact_is_aided(world: World) -> None:
    ready(world, 1)
    with world.act() as act:
        candidacy = act.session.scalars(select(Candidacy)).one()
        id = committees.offer(act, draws.vacant(act, the_committee(act), is_reserved=True)[0], candidacy, Way.WELCOMED).id
    browser = world.staff(Role.WORKER)
    here = f"{STAFF}memberships/{id}"
    page = browser.get(here)
    assert browser.post(here, data=hidden(page) | {"step": "accept"}).status_code == 302
    assert browser.post(here, data=hidden(page) | {"step": "accept"}).status_code == 409
    assert browser.post(here, data=hidden(page) | {"step": "welcome", "name": "Dominique", "buddy": "Jo"}).status_code == 302
    with world.act() as act:
        fact = act.session.scalars(select(ParticipationFact).where(ParticipationFact.kind == Kind.SEAT_TAKEN)).one()
        assert (fact.grade, fact.channel) == (Grade.AIDED, "assisted")
    assert "Une personne seule" not in browser.get(STAFF).text, "told to those who run the table, not to every worker"
    assert "Une personne seule" in table(world).get(STAFF).text


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.WORKER])
def test_another_table_reaches_nothing(world: World, role: Role) -> None:
    ready(world, 4)
    with world.act() as act:
        committee = the_committee(act)
        candidacy = act.session.scalars(select(Candidacy)).first()
        seat = draws.vacant(act, committee, is_reserved=True)[0]
        membership = committees.offer(act, seat, candidacy, Way.WELCOMED)
        draw = draws.fix(act, committee, [], is_reserved=True)
        paths = [
            f"{committee.id}",
            f"{committee.id}/edit",
            f"{committee.id}/draw",
            f"candidacies/{candidacy.id}",
            f"memberships/{membership.id}",
            f"draws/{draw.id}",
        ]
        gestures = [f"{committee.id}/seats", f"{committee.id}/end", f"seats/{seat.id}", *paths[1:]]
    browser = world.staff(role, "A02")
    token = hidden(browser.get("/staff/table/A02")) if role == Role.ORGANISER else {}
    assert "Comité du logement" not in browser.get(STAFF).text
    for path in paths:
        assert browser.get(STAFF + path).status_code in (403, 404), path
    for path in gestures:
        assert browser.post(STAFF + path, data=token | {"step": "accept"}).status_code in (403, 404), path
    with world.act() as act:
        assert act.session.scalars(select(Membership)).one().is_offer
        assert act.session.scalars(select(Seat).where(Seat.ended_on.is_not(None))).all() == []


def test_what_is_not_there_is_not_found(world: World) -> None:
    for path in ("/committees/NOPE", "/draws/x", "/draws/00000000-0000-0000-0000-000000000000", "/draws/x.json"):
        assert world.browser().get(path).status_code == 404, path
    assert world.browser().post(HERE, data={"step": "ask", "draft": "x"}).status_code == 409
    assert world.browser().post(HERE, data={"step": "nope"}).status_code == 302


def test_another_person_cannot_answer_an_offer(world: World) -> None:
    ready(world, 1)
    with world.act() as act:
        candidacy = act.session.scalars(select(Candidacy)).one()
        offer = committees.offer(act, draws.vacant(act, the_committee(act), is_reserved=True)[0], candidacy, Way.WELCOMED)
        seat = str(offer.id)
        participants.by_card(act, world.card, "A01", asked_from="x")
    browser = world.browser()
    page = browser.post("/me", data={"step": "enter", "code": world.card})
    draft = re.search('name="draft" value="([^"]*)"', page.text)[1]
    for step in ("answer_offer", "leave_seat", "left_seat", "show_self", "withdraw_wish"):
        assert browser.post("/me", data={"step": step, "draft": draft, "seat": seat, "wanted": "yes"}).status_code == 409, step


def test_two_committees_bear_two_words(world: World) -> None:
    with world.act() as act:
        set_up(act, code="REPAS")
        assert {each.code for each in act.session.scalars(select(Committee))} == {"LOGIS", "REPAS"}
        assert act.session.scalars(select(Draw)).all() == []
        assert isinstance(holder(act), Participant)
    assert world.browser().get("/committees").text.count("Comité du logement") >= 2


def a_seat(world: World) -> tuple[UUID, UUID]:
    """The committee and the seat of whoever holds the world's card."""
    with world.act() as act:
        candidacy = committees.ask(act, the_committee(act), participants.by_card(act, world.card, "A01", asked_from="x"), LIVED)
        committees.called(act, candidacy)
        member = committees.offer(act, draws.vacant(act, the_committee(act), is_reserved=True)[0], candidacy, Way.WELCOMED)
        committees.accept(act, member)
        return the_committee(act).id, member.id


def test_a_meeting_from_its_call_to_a_decision(world: World) -> None:
    id, member_id = a_seat(world)
    browser = table(world)
    page = browser.get(f"/staff/meetings/new/{id}")
    typed = {
        "on": "2026-05-20",
        "at": "18:30",
        "until": "20:00",
        "place": "Salle 2",
        "agenda": "Quels projets payer.",
        "papers": "Trois projets.",
    }
    made = browser.post(f"/staff/meetings/new/{id}", data=hidden(page) | typed)
    assert made.status_code == 302, made.text
    wrong = browser.post(f"/staff/meetings/new/{id}", data=hidden(page) | typed | {"until": "17:00"})
    assert (wrong.status_code, 'value="Salle 2"' in wrong.text) == (409, True)
    here = made.location
    assert browser.post(here, data=hidden(page) | {"step": "invite"}).status_code == 302
    citizen = world.browser()
    mine = citizen.post("/me", data={"step": "enter", "code": world.card})
    draft = re.search('name="draft" value="([^"]*)"', mine.text)[1]
    meeting = re.search('name="meeting" value="([^"]*)"', mine.text)[1]
    shown = citizen.post("/me", data={"step": "meeting", "draft": draft, "meeting": meeting})
    for word in ("Quels projets payer.", "Trois projets.", "CLSC, Ville", 'value="ride" checked'):
        assert word in shown.text, word
    said = {
        "step": "save_meeting",
        "draft": draft,
        "meeting": meeting,
        "comes": "yes",
        "supports": ["ride", "allowance"],
        "pick_up": "Au coin",
    }
    assert citizen.post("/me", data=said | {"children": "x"}).status_code == 409
    assert "Vous venez." in citizen.post("/me", data=said | {"children": "", "more": ""}).text
    calendar = citizen.post("/me", data={"step": "calendar", "draft": draft, "meeting": meeting})
    assert "DTSTART:20260520T223000Z" in calendar.text
    assert "pauvreté" not in calendar.text
    listed = browser.get(here).text
    for word in ("Dominique", "Vient.", "À prendre: Au coin", "une allocation: Dominique"):
        assert word in listed, word
    line = re.search(r"/staff/meetings/supports/([0-9a-f-]+)\">une allocation", listed)[1]
    refused = browser.post(f"/staff/meetings/supports/{line}", data=hidden(page) | {"state": "paid", "dollars": "25,50"})
    assert (refused.status_code, "Dites d’abord à la personne" in refused.text) == (409, True)
    paid = {"state": "paid", "dollars": "25,50", "was_told": "y", "in_advance": "y"}
    assert browser.post(f"/staff/meetings/supports/{line}", data=hidden(page) | paid).status_code == 302
    assert "25,50\xa0$, d’avance" in browser.get(here).text
    early = browser.post(f"{here}/members/{member_id}", data=hidden(page) | {"step": "present"})
    assert (early.status_code, "n’a pas encore commencé" in early.text) == (409, True)
    world.at = world.at.replace(day=20, hour=22, minute=45)
    browser = world.staff(Role.ORGANISER, email="autre@example.org")
    token = hidden(browser.get("/staff/table/A01"))
    for _ in range(2):
        assert browser.post(f"{here}/members/{member_id}", data=token | {"step": "present"}).status_code == 302
    decision = {"text": "Le comité paie le jardin.", "next": "La table signe.", "votes": "1", "votes_reserved": "1", "due_on": "2026-09-01"}
    hard = browser.post(f"{here}/decisions", data=token | decision | {"text": "La concertation continue."})
    assert (hard.status_code, "concertation" in hard.text) == (409, True)
    assert browser.post(f"{here}/decisions", data=token | decision).status_code == 302
    assert "Le comité paie le jardin." in world.browser().get(HERE).text
    sheet = browser.get(f"{here}/sheet.pdf")
    is_whole(sheet.data)
    for word in ("Comité du logement", "Dominique"):
        assert squeezed(word) in words(sheet.data), word
    assert "gardée" not in words(sheet.data), "nothing says who sits in which kind of seat"
    other = world.staff(Role.ORGANISER, "A02")
    for path in (here, f"{here}/edit", f"{here}/sheet.pdf", f"/staff/meetings/supports/{line}", f"/staff/meetings/new/{id}"):
        assert other.get(path).status_code == 404, path
    with world.act() as act:
        facts = act.session.scalars(select(ParticipationFact).where(ParticipationFact.kind == Kind.ATTENDED)).all()
        assert [(fact.grade, fact.status) for fact in facts] == [(Grade.ATTENDANCE, "today")]


def test_whoever_was_noted_may_say_they_were_not_there(world: World) -> None:
    test_a_meeting_from_its_call_to_a_decision(world)
    citizen = world.browser()
    mine = citizen.post("/me", data={"step": "enter", "code": world.card})
    draft = re.search('name="draft" value="([^"]*)"', mine.text)[1]
    presence = re.search('name="presence" value="([^"]*)"', mine.text)[1]
    assert "n’est plus comptée" in citizen.post("/me", data={"step": "presence", "draft": draft, "presence": presence, "theirs": "no"}).text
    with world.act() as act:
        back = act.session.scalars(select(ParticipationFact).where(ParticipationFact.kind == Kind.REVERSED)).all()
        assert len(back) == 1
