"""Whatever is typed, posted or linked to, the answer is a sentence: never a 500, never a stack trace."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

from engage.staff import Role
from engage.voting import kiosks
from tests.conftest import ON_SQLITE
from tests.test_every_door import begin_help
from tests.web.test_access import access_table
from tests.world import World, found, hidden

STRICTER = pytest.mark.parametrize("config", ["postgres"], indirect=True)
"""The engine that refuses more: numbers too large, null bytes."""
ODD = ["", "\0", "9" * 40, "-1", "²", "٣", "x" * 5_000, "\u202e<script>' OR 1=1 --💥", "1e999"]
FIELDS = (
    "step", "draft", "receipt", "said", "reason", "until_on", "until_time", "first", "second", "promise", "due_on", "outcome", "look", "opens_on",
    "closes_time", "envelope", "channels", "territories", "languages", "key_mode", "grave_rule", "options-0-label", "options-0-cost",
    "options-8-icon", "question", "why", "code", "number", "phone_code", "proof", "choices", "status", "vote", "act", "theirs", "from_hour", "to_hour",
    "caller_name", "keeps", "gender", "agreement", "organisation", "reason", "agreed", "next", "new_code", "new_number", "again", "size",
    "spoiled", "unused", "explanation", "signed", "place", "token", "organisations", "happened_on", "found_on", "what", "people", "measures",
    "group", "mixed", "consultation", "kind", "body", "closes_on", "places", "level", "minimum_age", "name", "text_name", "parts_a_month",
)  # fmt: skip


def paths(world: World, *, staff: bool) -> list[str]:
    with world.act() as act:
        id = str(found(act, "BSL").id)
    return [
        re.sub("<[^>]+>", "x", address.replace("<agreement_id>", "A01").replace("<code>", "BSL").replace("<id>", id))
        for address, methods, view, access in access_table(world.app)
        if "POST" in methods and access.startswith("staff" if staff else "public") and not view.startswith("sign_in")
    ]


def answers(browser: FlaskClient, world: World, path: str, token: dict[str, str]) -> set[int]:
    steps = (
        ("", "enter", "choose", "cast", "sent", "proved", "save_contact", "send", "prove", "card", "number", "erase")
        if "/staff" not in path
        else ("",)
    )
    return {
        browser.post(path, data=dict.fromkeys(FIELDS, odd) | ({"step": step} if step else {}) | token).status_code
        for odd in ODD
        for step in steps
    }


@STRICTER
def test_public_forms_answer_anything(world: World) -> None:
    for path in paths(world, staff=False):
        assert answers(world.browser(), world, path, {}) <= {200, 302, 400, 403, 404, 409, 413}, path


@STRICTER
def test_staff_forms_answer_anything(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    token = hidden(browser.get("/staff/cards/"))
    for path in paths(world, staff=True):
        assert answers(browser, world, path, token) <= {200, 302, 400, 403, 404, 409}, path


@STRICTER
def test_my_page_answers_anything_once_opened(world: World) -> None:
    browser = begin_help(world)
    page = browser.get("/staff/assisted/BSL")
    browser.post("/staff/assisted/BSL", data=hidden(page, 1) | {"code": world.card, "choices": "1"})
    for step in ("save_answers", "save_about", "save_contact", "send", "prove", "save_card", "withdraw", "helped"):
        for odd in ODD:
            page = world.browser().post("/me", data={"step": "enter", "code": world.card})
            draft = re.search('name="draft" value="([^"]*)"', page.text)[1]
            sent = dict.fromkeys(FIELDS, odd) | {"step": step, "draft": draft}
            assert world.browser().post("/me", data=sent).status_code in (200, 400, 409), (step, odd)


@ON_SQLITE
@pytest.mark.parametrize("path", ["/v/%00", "/v/BSL%00", "/c/%00", "/kiosk/%00", "/v/" + "x" * 3000, "/en/v/%F0%9F%92%A5", "/v/%E2%80%AE"])
def test_odd_addresses_are_answered(world: World, path: str) -> None:
    assert world.browser().get(path).status_code in (200, 400, 404, 409)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"[]",
        b"null",
        b'{"ballots": {}}',
        b'{"ballots": [1, null, {}]}',
        b'{"ballots": [{"id": [], "sealed": {"a": 1}}]}',
        b'{"code": {}}',
        b"\xff",
    ],
)
def test_a_kiosk_answers_any_body(world: World, body: bytes) -> None:
    with world.act() as act:
        token = kiosks.open_kiosk(act, found(act, "BSL"), "Bibliothèque")
    for name in ("ballots", "card"):
        answer = world.browser().post(f"/kiosk/{token}/{name}", data=body, content_type="application/json")
        assert answer.status_code == 200, name
        assert json.loads(answer.text) is not None
