"""An attacker with the whole live database and every log, and no key: no number, code, name, declaration or choice."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engage import messaging, participants, rights, voting
from engage.kernel.act import Channel
from engage.models import TABLES
from engage.participants import Participant
from engage.staff import Role
from engage.voting import kiosks
from tests.phone.test_texts import code_in, vote
from tests.test_every_door import begin_help, tell_by_web
from tests.voting.test_kiosks import sealed
from tests.world import PHONE, World, found, hidden

OTHER, CONTACT = "+14185550144", "+14185550166"
NAME, WORDS = "Zénobie", "Mon loyer a doublé rue Xylographe"
OFFICIAL = {"wording", "territory", "region", "agreement", "agreement_region", "agreement_territory"}
"""Tables of what anyone may read."""


def lived(world: World) -> dict[str, list[str]]:
    """Something of every kind happens to live people; what must not be found, by kind."""
    personal = [code_in(vote(world))]
    world.text("A R")
    world.text(WORDS)
    vote(world, OTHER, "2 6 8")
    world.text("VOTE", OTHER)
    world.text("2 6 8", OTHER)
    with world.act() as act:
        cards = participants.make_cards(act, "A01", "Groupe", 4)
        messaging.want_person(act, "A01", OTHER, "evening", "fr")
        person = participants.by_phone_code(act, PHONE, personal[0])
        messaging.wish(act, person.id, PHONE, from_hour=9, to_hour=12, caller_name=NAME)
        rights.tell_about(act, person, {"gender": "woman", "indigenous": "yes"})
        rights.ask_erasure(act, person)
        kiosk = kiosks.by_token(act.session, kiosks.open_kiosk(act, found(act, "BSL"), "Banque alimentaire"))
        kiosks.take_in(act, kiosk, kiosks.unseal(kiosk, sealed(kiosk, [2, 6, 8], cards[0]), act.at))
    tell_by_web(world, world.card)
    browser = world.browser()
    page = browser.post("/me", data={"step": "enter", "code": world.card})
    draft = re.search('name="draft" value="([^"]*)"', page.text)[1]
    browser.post("/me", data={"step": "save_contact", "draft": draft, "number": CONTACT})
    browser.post("/me", data={"step": "send", "draft": draft, "number": "418 555-0167"})
    helper = begin_help(world)
    helper.post("/staff/assisted/BSL", data=hidden(helper.get("/staff/assisted/BSL"), 1) | {"code": cards[1], "choices": ["2", "6", "8"]})
    clerk = world.staff(Role.CLERK)
    with world.act(Channel.PAPER) as act:
        here = f"/staff/paper/{found(act, 'BSL').id}"
        voting.sheets.print_sheets(act, found(act, "BSL"), 3, large=False, enveloped=True)
    clerk.post(here + "/envelope", data=hidden(clerk.get(here + "/envelope")) | {"code": cards[2], "signed": "y", "status": "before"})
    clerk.post(here + "/sheet", data=hidden(clerk.get(here + "/sheet")) | {"number": "2", "choices": ["2", "6", "8"]})
    world.work()
    sent = [re.search(r"\d{6}", parcel.body) for parcel in world.sent]
    proofs = [found_code[0] for found_code in sent if found_code]
    assert proofs
    return {
        "numbers": [PHONE, OTHER, CONTACT, "+14185550167"],
        "codes": [*cards, world.card],
        "short codes": [*personal, *proofs],
        "names and words": [NAME, WORDS, "Xylographe"],
        "declarations": ["woman", "indigenous"],
        "choices": ["268", "[2, 6, 8]", "2 6 8", "2,6,8"],
    }


def rows(world: World) -> list[tuple[str, dict[str, Any]]]:
    with world.db.read() as session:
        return [(name, dict(row._mapping)) for name, table in TABLES.items() for row in session.execute(select(table))]


def written(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def test_a_dump_and_the_logs_without_the_keys_give_nobody_away(
    world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    planted = lived(world)
    logs = caplog.text + "".join(capfd.readouterr())
    every = [(table, name, written(value)) for table, row in rows(world) if table not in OFFICIAL for name, value in row.items()]
    assert len(every) > 500
    raw = (
        b"".join(path.read_bytes() for path in Path(world.config.home).rglob("*.sqlite3*")).decode("latin-1") if world.db.is_sqlite else ""
    )
    for kind, values in planted.items():
        for value in values:
            forms = {value, value.removeprefix("+1"), value.encode().decode("latin-1")}
            for form in forms:
                alone = (
                    re.compile(rf"(?<![\w-]){re.escape(form)}(?![\w-])")
                    if kind in ("short codes", "choices")
                    else re.compile(re.escape(form))
                )
                assert [(table, name) for table, name, text in every if alone.search(text)] == [], (kind, form)
                assert not alone.search(logs), (kind, form)
                if kind not in ("short codes", "choices", "declarations"):
                    assert form not in raw, (kind, form)


def test_no_row_ties_a_person_to_what_they_declared(world: World) -> None:
    """A fact says that someone declared something; only an encrypted row says who, and under which random id."""
    lived(world)
    with world.db.read() as session:
        people = {id for (id,) in session.execute(select(Participant.id))}
    assert len(people) >= 5
    for table, row in rows(world):
        holds = {value for value in row.values() if isinstance(value, UUID)} & people
        told = {str(value) for value in row.values()} & {"today", "before", "no", "silent"}
        assert not (holds and told), table
    facts = [row for table, row in rows(world) if table == "participation_fact"]
    assert {fact["status"] for fact in facts} >= {"today"}
    persons = {fact["person_id"] for fact in facts if fact["person_id"]}
    elsewhere = [
        (table, name)
        for table, row in rows(world)
        for name, value in row.items()
        if value in persons and table not in ("participation_fact", "person_count")
    ]
    assert elsewhere == []
