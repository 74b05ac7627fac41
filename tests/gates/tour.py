"""A walk through every page in every state and language, kept as the browser would get it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import timedelta

import pyotp
from flask import template_rendered
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engage import campaigns, messaging, participants, reports, staff, voting
from engage.participants import ConsentKind, Status
from engage.staff import Role
from engage.voting import Door
from tests.world import World, found, hidden


@dataclass
class Page:
    name: str
    language: str
    template: str
    html: str
    citizen: bool

    @property
    def id(self) -> str:
        return f"{self.language} {self.name}"


@dataclass
class Tour:
    world: World
    pages: list[Page] = field(default_factory=list)
    last_template: str = ""

    def see(self, name: str, answer: TestResponse, status: int = 200) -> TestResponse:
        """Keep what was answered; `status` is what it must be."""
        assert answer.status_code == status, (name, answer.status_code, answer.text[:2000])
        language = re.search('<html lang="([a-z]+)"', answer.text)[1]
        citizen = not self.last_template.startswith(("staff/", "assisted/", "demo/"))
        self.pages.append(Page(name, language, self.last_template, answer.text, citizen))
        return answer


def walk(world: World) -> list[Page]:
    tour = Tour(world)

    def remember(sender: object, template: object, **_: object) -> None:
        if not template.name.startswith("components/"):
            tour.last_template = template.name

    with template_rendered.connected_to(remember, world.app):
        _prepare(world)
        for prefix in ("", "/en"):
            _citizen(tour, prefix)
            _staff(tour, prefix)
        _after_closing(tour)
    return tour.pages


def _prepare(world: World) -> None:
    world.consultation("CODE", Door.CODED)
    world.consultation("PEU", Door.CODED)
    world.people("PEU", [[1]] * 3)
    world.close("PEU")
    world.consultation("BLANC", Door.CODED)
    world.people("BLANC", [[]] * 12)
    world.close("BLANC")
    world.consultation("BIEN")
    voters = world.people("BIEN", [[1, 2, 3]] * 14 + [[4]] * 8 + [[1, 9]] * 10)
    with world.act() as act:
        for place, voter in enumerate(voters):
            person = act.session.get_one(participants.Participant, voter)
            status = Status.TODAY if place < 21 else Status.NO
            voting.say_more(act, found(act, "BIEN"), person, status=status, consents={ConsentKind.COUNT: True})
        for number in range(11):
            voting.cast_vote(act, found(act, "BIEN"), [5], participant=None, draft=bytes([number]))
    world.close("BIEN")
    world.people("BSL", [[1]] * 10)


def _citizen(tour: Tour, prefix: str) -> None:
    world, see = tour.world, tour.see
    browser = world.browser()
    see("home", browser.get(prefix + "/"))
    see("trust", browser.get(prefix + "/trust"))
    see("evidence", browser.get(prefix + "/evidence/"))
    see("target empty", browser.get(prefix + "/reports/target/2025-2026"))
    for code in ("BIEN", "PEU", "BLANC"):
        see(f"results {code}", browser.get(f"{prefix}/v/{code}/results"))
    see("receipts", browser.get(prefix + "/v/BIEN/receipts"))
    see("receipts before closing", browser.get(prefix + "/v/BSL/receipts"))
    see("not found", browser.get(prefix + "/v/NOPE"), 404)
    see("not allowed", browser.get(prefix + "/staff/sign-out"), 405)
    _vote(tour, prefix, "BSL", "")
    _vote(tour, prefix, "CODE", world.card)
    _cards(tour, prefix, browser)
    page = browser.get(prefix + "/v/BSL")
    see("draft lost", browser.post(prefix + "/v/BSL", data=hidden(page) | {"step": "choose", "draft": "x"}), 409)


def _vote(tour: Tour, prefix: str, code: str, card: str) -> None:
    see, here = tour.see, f"{prefix}/v/{code}"
    browser = tour.world.browser()
    kind = "known" if card else "anonymous"
    page = see(f"welcome {kind}", browser.get(here))
    see(f"welcome {kind} with mistakes", browser.post(here, data=hidden(page) | {"code": "ABC" if card else ""}), 409)
    if not card:
        see("welcome elsewhere", browser.post(here, data=hidden(page) | {"of_age": "y", "residence": "elsewhere"}), 409)
    page = see(f"choose {kind}", browser.post(here, data=hidden(page) | {"code": card, "of_age": "y", "residence": "none"}))
    see(f"choose {kind} with mistakes", browser.post(here, data=hidden(page) | {"choices": list("1234")}), 409)
    see(f"check blank {kind}", browser.post(here, data=hidden(page) | {"blank": "y"}))
    page = see(f"check {kind}", browser.post(here, data=hidden(page) | {"choices": ["1", "9"]}))
    for place in ("check", "choose"):
        see(f"resumed {place} {kind}", browser.post(here, data=hidden(page) | {"step": "resume", "place": place}))
    page = see(f"receipt {kind}", browser.post(here, data=hidden(page)))
    if card:
        see("resumed receipt", browser.post(here, data=hidden(page) | {"step": "resume", "place": "receipt"}))
    if card:
        page = see("more", browser.post(here, data=hidden(page)))
        see("more resumed", browser.post(here, data=hidden(page) | {"step": "resume", "place": "more"}))
        see("more with mistakes", browser.post(here, data=hidden(page) | {"contact": "y", "number": "12"}), 409)
        told = {"status": "today", "count": "y", "contact": "y", "number": "418 555-0123"}
        see("thanks", browser.post(here, data=hidden(page) | told))


def _cards(tour: Tour, prefix: str, browser: FlaskClient) -> None:
    tour.see("card unknown", browser.post(prefix + "/c", data={"code": "0000"}), 409)
    tour.see("card typed in", browser.get(f"{prefix}/c/{tour.world.card}"))
    tour.see("card", browser.post(prefix + "/c", data={"code": tour.world.card}))
    with tour.world.act() as act:
        lonely = participants.make_cards(act, "A02", "Autre groupe", 1)[0]
    tour.see("card without votes", browser.post(prefix + "/c", data={"code": lonely}))


def _staff(tour: Tour, prefix: str) -> None:
    world, see = tour.world, tour.see
    browser = world.browser()
    page = see("sign in", browser.get(prefix + "/staff/sign-in"))
    see("sign in wrong", browser.post(prefix + "/staff/sign-in", data=hidden(page) | {"email": "x@y.z"}), 409)
    with world.act() as act:
        token = staff.invite(act, f"new{len(prefix)}@example.org", "Camille", Role.ORGANISER, "A01")
    page = see("invitation", browser.get(f"{prefix}/staff/invitation/{token}"))
    see("invitation wrong", browser.post(f"{prefix}/staff/invitation/{token}", data=hidden(page) | {"password": "court"}), 409)
    see("invitation over", browser.get(prefix + "/staff/invitation/nope"), 409)
    secret = hidden(page)["secret"]
    accepted = {"password": "quatre mots pas un de plus", "code": pyotp.TOTP(secret).at(world.at)}
    assert browser.post(f"{prefix}/staff/invitation/{token}", data=hidden(page) | accepted).status_code == 302
    see("desk", browser.get(prefix + "/staff/"))
    page = see("table", browser.get(prefix + "/staff/table/A01"))
    see("table wrong", browser.post(prefix + "/staff/table/A01", data=hidden(page) | {"text_name": "Reçu " * 9, "text_number": "1"}), 409)
    page = see("consultation new", browser.get(prefix + "/staff/consultations/new"))
    see("consultation wrong", browser.post(prefix + "/staff/consultations/new", data=hidden(page) | {"agreement": "A01"}), 409)
    written = {
        "agreement": "A01", "question": "Quoi faire d’abord?", "why": "Pour notre plan.", "code": f"NEUF{len(prefix)}", "door": "coded",
        "closes_on": (world.at + timedelta(days=9)).date().isoformat(), "places": "3", "level": "2", "minimum_age": "14",
    }  # fmt: skip
    drafted = browser.post(prefix + "/staff/consultations/new", data=hidden(page) | written)
    assert drafted.status_code == 302, drafted.text
    here = drafted.location
    page = see("consultation draft", browser.get(here))
    assert browser.post(f"{here}/open", data=hidden(page)).status_code == 302
    see("consultation open", browser.get(here))
    voting.reconcile_votes(world.db, world.at)
    see("consultation checked", browser.get(here))
    see("consultation close", browser.get(f"{here}/close"))
    _texts(tour, prefix, browser)
    page = see("voice prompts", browser.get(prefix + "/staff/voice/A01"))
    see("voice prompt wrong", browser.post(prefix + "/staff/voice/A01", data=hidden(page)), 409)
    sound = {"audio": (io.BytesIO(b"ID3" + bytes(200)), "bonjour.mp3")}
    assert browser.post(prefix + "/staff/voice/A01", data=hidden(page) | sound).status_code == 302
    see("voice prompts recorded", browser.get(prefix + "/staff/voice/A01"))
    elsewhere = world.staff(Role.ORGANISER, "A02", email=f"a02{len(prefix)}@example.org")
    see("texts without a table", elsewhere.get(prefix + "/staff/texts/"))
    see("voice prompts without a table", elsewhere.get(prefix + "/staff/voice/A02"))
    page = see("cards", browser.get(prefix + "/staff/cards/"))
    see("cards wrong", browser.post(prefix + "/staff/cards/", data=hidden(page) | {"agreement": "A01", "size": "0"}), 409)
    see("cards print", browser.post(prefix + "/staff/cards/", data=hidden(page) | {"agreement": "A01", "group": "Ici", "size": "3"}))
    see("cards of an old page", browser.post(prefix + "/staff/cards/pdf", data={"csrf_token": "old"}), 409)
    page = see("assisted", browser.get(prefix + "/staff/assisted/BSL"))
    see("assisted wrong", browser.post(prefix + "/staff/assisted/BSL", data=hidden(page)), 409)
    told = {"agreed": "y", "code": world.card, "choices": "2"}
    see("assisted done", browser.post(prefix + "/staff/assisted/BSL", data=hidden(page) | told))
    ministry = world.staff(Role.MINISTRY, None, email=f"ministry{len(prefix)}@example.org")
    see("desk of the ministry", ministry.get(prefix + "/staff/"))
    see("not for you", ministry.get(prefix + "/staff/cards/"), 403)


def _texts(tour: Tour, prefix: str, browser: FlaskClient) -> None:
    see, world = tour.see, tour.world
    see("texts", browser.get(prefix + "/staff/texts/"))
    with world.act() as act:
        consultation = str(found(act, "BSL").id)
    page = see("text new", browser.get(f"{prefix}/staff/texts/new?consultation={consultation}"))
    written = {"consultation": consultation, "kind": "invitation", "body": "Il reste 3 jours pour voter. Merci.", "body_en": ""}
    new = prefix + "/staff/texts/new"
    see("text looked at", browser.post(new, data=hidden(page) | written | {"look": "1", "body": "Être là, c’est la concertation " * 5}))
    see("text wrong", browser.post(new, data=hidden(page) | written | {"body": "L’aide sociale"}), 409)
    made = browser.post(new, data=hidden(page) | written)
    assert made.status_code == 302, made.text
    page = see("text draft", browser.get(made.location))
    with world.act() as act:
        messaging.allow(act, "A01", parts_a_month=0, time_zone="America/Toronto")
    see("text too costly", browser.post(made.location, data=hidden(page) | {"step": "start"}), 409)
    with world.act() as act:
        messaging.allow(act, "A01", parts_a_month=500, time_zone="America/Toronto")
    assert browser.post(made.location, data=hidden(page) | {"step": "start"}).status_code == 302
    see("text queueing", browser.get(made.location))
    campaigns.carry_campaigns(world.db, world.at)
    day = world.at
    world.at = day.replace(hour=8)
    see("text at night", browser.get(made.location))
    world.at = day
    assert browser.post(made.location, data=hidden(page) | {"step": "pause"}).status_code == 302
    see("text paused", browser.get(made.location))
    assert browser.post(made.location, data=hidden(page) | {"step": "resume"}).status_code == 302
    world.work()
    world.work()
    see("text done", browser.get(made.location))
    see("texts sent", browser.get(prefix + "/staff/texts/"))


def _after_closing(tour: Tour) -> None:
    world, see = tour.world, tour.see
    with world.act() as act:
        reports.publish(act, "2026-2027")
        voting.close_consultation(act, found(act, "NEUF0"))
    for prefix in ("", "/en"):
        see("target", world.browser().get(prefix + "/reports/target/2026-2027"))
        see("counting", world.browser().get(prefix + "/v/NEUF0"))
    world.app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken() -> str:
        raise RuntimeError("a planted fault")

    broken.access = "test"  # type: ignore[attr-defined]
    world.app.view_functions["home.home"] = broken
    for prefix in ("", "/en"):
        see("our fault", world.browser().get(prefix + "/"), 500)
