"""The smallest world: one table, one organiser and one worker, one person with a phone, one with a card, one open vote."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from twilio.request_validator import RequestValidator
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from engage import committees, feedback, governance, participants, projects, staff, voting, worker
from engage.app import create_app
from engage.committees import Committee, Support
from engage.config import Config
from engage.demo.far_end import FarEnd
from engage.kernel.act import Act, Channel
from engage.kernel.db import Database
from engage.messaging import Parcel, Provider
from engage.phone.outgoing import Twilio
from engage.projects import Money, Plan, ProjectState
from engage.staff import Role
from engage.voting import Consultation, Door

SITE = "http://engage.test"
TOKEN = "token-of-the-tests"
TABLE, PERSON = "+14185550190", "+14185550191"
PHONE = "+14185550101"
START = datetime(2026, 5, 4, 15, 0, tzinfo=UTC)


_LEFT: dict[tuple[object, ...], list[Flask]] = {}
"""Sites that no world lives in, by what they were made for."""


@dataclass
class World:
    db: Database
    config: Config
    at: datetime = START
    card: str = ""
    sent: list[Parcel] = field(default_factory=list)
    redacted: list[str] = field(default_factory=list)
    provider: Provider | None = None
    message_ids: Iterator[int] = field(default_factory=itertools.count)
    lives_in: tuple[object, ...] | None = None

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)

    @contextmanager
    def act(self, channel: Channel = Channel.WEB) -> Iterator[Act]:
        with self.db.write() as session:
            yield Act(session, channel, self.at)

    @cached_property
    def app(self) -> Flask:
        """The site. Its routes and templates are compiled once: a world moves into the site that another has left."""
        asks = (self.config.languages, self.config.proxies, self.config.secret_key, self.config.public_url.startswith("https:"))
        free = _LEFT.setdefault(asks, [])
        site = free.pop() if free else create_app(self.config, self.db, lambda: self.at)
        built = site.extensions.setdefault("as built", site.extensions["engage"])
        site.extensions["engage"] = replace(built, config=self.config, db=self.db, now=lambda: self.at, pages={})
        self.lives_in = asks
        return site

    def leave(self) -> None:
        """Let the next world have the site."""
        if self.lives_in is not None:
            _LEFT[self.lives_in].append(self.__dict__.pop("app"))
            self.lives_in = None

    def browser(self) -> FlaskClient:
        return self.app.test_client()

    def consultation(self, code: str = "BSL", door: Door = Door.OPEN, **differs: object) -> UUID:
        """An open consultation on the nine priorities, closing in 21 days."""
        with self.act() as act:
            made = voting.draft_consultation(
                act,
                "A01",
                code=code,
                question={"fr": "Quelles sont nos 3 priorités?", "en": "What are our 3 priorities?"},
                why={"fr": "La table prépare son plan.", "en": "The table is making its plan."},
                door=door,
                closes_at=self.at + timedelta(days=21),
                level=2,
                **differs,
            )
            voting.open_consultation(act, made)
            return made.id

    def committee(self, code: str = "LOGIS") -> UUID:
        """A committee that looks for two people who live it."""
        with self.act() as act:
            return set_up(act, code=code).id

    def project(self, code: str = "NAVETTE", **differs: object) -> UUID:
        """A project under way, of a table that hears what people think of it."""
        with self.act() as act:
            if not feedback.hears(act, "A01"):
                reader = staff.Staff(email="noor@example.org", name="Noor")
                act.session.add(reader)
                act.session.flush()
                feedback.open_desk(act, "A01", "Noor lit les alertes chaque matin.", reader.id)
            plan = Plan(**({"organisation": "Maison du coin", "state": ProjectState.UNDER_WAY, "hears": True} | differs))
            return projects.write_project(act, "A01", code=code, texts=SHUTTLE, plan=plan, money=Money(20_000, 20_000, 5_000)).id

    def people(self, code: str, choices: list[list[int]], channel: Channel = Channel.WEB) -> list[UUID]:
        """One known voter for each choice; returns their participant ids."""
        with self.act(channel) as act:
            consultation = found(act, code)
            voters = [holder(act) for _ in choices]
            for voter, picked in zip(voters, choices, strict=True):
                voting.cast_vote(act, consultation, picked, participant=voter)
            return [voter.id for voter in voters]

    def close(self, code: str = "BSL") -> None:
        with self.act() as act:
            voting.close_consultation(act, found(act, code))
        self.work()

    def work(self) -> None:
        worker.tick(self.db, self.at, self.provider or self, 10_000)

    @contextmanager
    def far_end(self, **settings: object) -> Iterator[FarEnd]:
        """The provider for real: the site served over HTTP on loopback, and Twilio's own library between the two."""
        site = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=_Silent)
        address = f"http://127.0.0.1:{site.server_port}"
        far_end = FarEnd(self.config.twilio_account_sid, TOKEN, address, TABLE, lag=0.01, **settings)
        far_end.start()
        before = self.config, self.provider
        self.config = replace(self.config, public_url=address, twilio_api_url=far_end.address)
        site.app = create_app(self.config, self.db, lambda: self.at)
        self.provider = Twilio(self.config)
        serving = threading.Thread(target=site.serve_forever, args=(0.02,), daemon=True)
        serving.start()
        try:
            yield far_end
        finally:
            far_end.stop()
            site.shutdown()
            serving.join()
            site.server_close()
            self.config, self.provider = before

    def send(self, parcel: Parcel) -> str:
        """The world is its own provider unless a test asks for the far end."""
        self.sent.append(parcel)
        return f"SM{len(self.sent)}"

    def find(self, parcel: Parcel) -> str | None:
        return None

    def recording(self, provider_id: str) -> bytes | None:
        return b"RIFF voice"

    def wipe_recording(self, provider_id: str) -> None:
        self.redacted.append(provider_id)

    def redact(self, provider_id: str) -> None:
        self.redacted.append(provider_id)

    def text(self, body: str, number: str = PHONE, sid: str | None = None) -> str:
        """A text through the signed webhook; the reply, empty for silence."""
        sid = sid or f"SM{next(self.message_ids):032d}"
        answer = self.webhook("/phone/sms", {"MessageSid": sid, "From": number, "To": TABLE, "Body": body})
        assert answer.status_code == 200, answer.text
        found = re.search("<Message[^>]*>(.*)</Message>", answer.text, re.DOTALL)
        return found.group(1).replace("&amp;", "&") if found else ""

    def webhook(self, path: str, params: dict[str, str], signature: str | None = "right") -> TestResponse:
        if signature == "right":
            signature = RequestValidator(TOKEN).compute_signature(SITE + path, params)
        headers = {"X-Twilio-Signature": signature} if signature is not None else {}
        content = urlencode(params)
        return self.app.test_client().post(path, data=content, headers=headers, content_type="application/x-www-form-urlencoded")

    def prove(self, ago: timedelta = timedelta()) -> None:
        """Everyone who is signed in showed who they are, so long ago."""
        with self.act() as act:
            act.session.execute(update(staff.StaffSession).values(proven_at=act.at - ago))

    def staff(self, role: Role, agreement: str | None = "A01", email: str = "") -> FlaskClient:
        """A browser signed in as someone with that role. How one signs in has tests of its own."""
        email = email or f"{role}-{agreement}@example.org"
        with self.act() as act:
            staff.invite(act, email, "Camille", role, agreement)
            person = act.session.scalars(select(staff.Staff).where(staff.Staff.email == email.lower())).one()
            token = staff.start_session(act, person)
        browser = self.browser()
        with browser.session_transaction() as kept:
            kept["staff"] = token
        return browser


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Tests print nothing."""


SHUTTLE = {
    "title": {"fr": "La navette du soir", "en": "The evening shuttle"},
    "short": {"fr": "navette du soir", "en": "evening shuttle"},
    "summary": {"fr": "Un petit bus passe le soir dans 4 villages.", "en": "A small bus runs in 4 villages in the evening."},
}
TEXTS = {
    "name": {"fr": "Comité du logement", "en": "Housing committee"},
    "mandate": {"fr": "Il choisit quels projets sont payés.", "en": "It chooses which projects are paid for."},
    "rhythm": {"fr": "4 soirées par an", "en": "4 evenings a year"},
    "place": {"fr": "À Rimouski", "en": "In Rimouski"},
    "short": {"fr": "comité logement", "en": "housing committee"},
}


def set_up(act: Act, *, reserved: int = 2, code: str = "LOGIS", **differs: object) -> Committee:
    """A committee with reserved seats and one of an organisation."""
    given = {"type": "M2", "level": 3, "rule": "Règle 4", "texts": TEXTS, "institutions": ["CLSC", "Ville"], "supports": list(Support)}
    made = committees.write_committee(act, "A01", code=code, **(given | differs))
    committees.add_seats(act, made, reserved, is_reserved=True)
    committees.add_seats(act, made, 1, is_reserved=False, institution="CLSC")
    return made


def the_committee(act: Act, code: str = "LOGIS") -> Committee:
    found = committees.by_code(act.session, code)
    assert found is not None
    return found


def holder(act: Act) -> participants.Participant:
    """Someone new behind a card of their own."""
    (code,) = participants.make_cards(act, "A01", "Groupe", 1)
    return participants.by_card(act, code, "A01", asked_from="test")


def found(act: Act, code: str) -> Consultation:
    return act.session.scalars(select(Consultation).where(Consultation.code == code)).one()


def hidden(page: TestResponse, form: int = -1) -> dict[str, str]:
    """The hidden fields of a form of the page's main part; by default of the first form that holds a step, else of the first."""
    main = page.text[page.text.index("<main") :]
    forms = re.findall(r"<form.*?</form>", main, re.DOTALL)
    picked = forms[form if form >= 0 else 0]
    tags = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", picked)
    return {re.search('name="([^"]*)"', tag)[1]: re.search('value="([^"]*)"', tag)[1] for tag in tags}


def furnish(db: Database, config: Config) -> World:
    world = World(db, config)
    with world.act() as act:
        governance.describe_table(
            act, "A01", name="Table du Bas-Saint-Laurent", text_name="Table Bas-Saint-Laurent", text_number=TABLE, person_number=PERSON
        )
        world.card = participants.make_cards(act, "A01", "Maison du coin", 1)[0]
    world.consultation()
    return world
