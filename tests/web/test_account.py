"""One's own account: a lost telephone, a session left open somewhere, a password that changes."""

from __future__ import annotations

import re

import pyotp
import pytest
from flask.testing import FlaskClient

from engage import staff
from engage.staff import Role
from tests.world import World, hidden

EMAIL, PASSWORD = "noor@example.org", "quatre mots pas un de plus"


@pytest.fixture
def secret(world: World) -> str:
    """The authenticator of someone who accepted their invitation."""
    secret = pyotp.random_base32()
    with world.act() as act:
        token = staff.invite(act, EMAIL, "Noor", Role.ORGANISER, "A01")
        staff.accept(act, token, PASSWORD, secret, pyotp.TOTP(secret).at(act.at))
    world.later(minutes=2)
    return secret


def enter(world: World, code: str, password: str = PASSWORD) -> tuple[FlaskClient, int]:
    browser = world.browser()
    page = browser.get("/staff/sign-in")
    return browser, browser.post("/staff/sign-in", data=hidden(page) | {"email": EMAIL, "password": password, "code": code}).status_code


def test_a_recovery_code_opens_once(world: World, secret: str) -> None:
    browser, status = enter(world, pyotp.TOTP(secret).at(world.at))
    assert status == 302
    page = browser.post("/staff/account/codes", data=hidden(browser.get("/staff/account/")))
    codes = re.findall("<code>([0-9A-Z-]+)</code>", page.text)
    assert len(set(codes)) == 8
    assert codes[0] not in browser.get("/staff/account/").text, "shown once"
    assert enter(world, codes[0].lower(), password="autre chose de long")[1] == 409
    assert enter(world, codes[0].lower())[1] == 302
    assert enter(world, codes[0])[1] == 409
    browser.post("/staff/account/codes", data=hidden(browser.get("/staff/account/")))
    assert enter(world, codes[1])[1] == 409, "new codes replace the old ones"


def test_a_session_left_open_elsewhere_is_ended(world: World, secret: str) -> None:
    first, _ = enter(world, pyotp.TOTP(secret).at(world.at))
    world.later(minutes=2)
    second, _ = enter(world, pyotp.TOTP(secret).at(world.at))
    page = second.get("/staff/account/")
    assert page.text.count("depuis le") == 2
    assert second.post("/staff/account/sessions", data=hidden(page)).status_code == 302
    assert first.get("/staff/").status_code == 302
    assert second.get("/staff/").status_code == 200


def test_a_password_changes_for_whoever_knows_it(world: World, secret: str) -> None:
    browser, _ = enter(world, pyotp.TOTP(secret).at(world.at))
    page = browser.get("/staff/account/")
    for old, new in (("pas celui-ci du tout", "un autre de douze"), (PASSWORD, "court")):
        assert browser.post("/staff/account/password", data=hidden(page) | {"old": old, "new": new}).status_code == 409
    assert browser.post("/staff/account/password", data=hidden(page) | {"old": PASSWORD, "new": "un autre de douze"}).status_code == 302
    world.later(minutes=2)
    assert enter(world, pyotp.TOTP(secret).at(world.at))[1] == 409
    assert enter(world, pyotp.TOTP(secret).at(world.at), "un autre de douze")[1] == 302


def test_whoever_guesses_a_password_is_slowed(world: World, secret: str) -> None:
    browser, _ = enter(world, pyotp.TOTP(secret).at(world.at))
    page = browser.get("/staff/account/")
    for _ in range(6):
        said = browser.post("/staff/account/password", data=hidden(page) | {"old": "x", "new": "un autre de douze"})
    assert "Trop d’essais" in said.text
