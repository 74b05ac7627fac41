"""Passkeys, with a virtual authenticator in a real browser: taken up, shown to enter, shown again before a grave act."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pyotp
import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from engage import staff
from engage.staff import Role
from tests.world import World, hidden


@pytest.fixture
def tab(site: tuple[str, World], chromium: Browser) -> Iterator[Tab]:
    """A browser whose device makes passkeys and recognises its owner, at the site's own name."""
    address, world = site
    named = address.replace("127.0.0.1", "localhost")
    premises = world.app.extensions["engage"]
    world.app.extensions["engage"] = replace(premises, config=replace(premises.config, public_url=named))
    context = chromium.new_context(base_url=named)
    tab = context.new_page()
    device = context.new_cdp_session(tab)
    device.send("WebAuthn.enable")
    owner = {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {"protocol": "ctap2", "transport": "internal"} | owner})
    yield tab
    context.close()
    world.app.extensions["engage"] = premises


def invitation(world: World, role: Role) -> str:
    with world.act() as act:
        return "/staff/invitation/" + staff.invite(act, "noor@example.org", "Noor", role, "A01")


def test_a_passkey_is_the_whole_sign_in(site: tuple[str, World], tab: Tab) -> None:
    _, world = site
    link = invitation(world, Role.MANAGER)
    tab.goto(link)
    tab.get_by_role("button", name="Faire ma clé d’accès").click()
    tab.wait_for_url("**/staff/")
    expect(tab.get_by_text("Bonjour Noor")).to_be_visible()
    assert "n’est plus valide" in world.browser().get(link).text
    tab.get_by_role("button", name="Sortir").click()
    sent: list[str] = []
    tab.on("request", lambda request: sent.append(request.post_data or "") if request.url.endswith("/staff/sign-in") else None)
    tab.get_by_role("button", name="Entrer avec ma clé d’accès").click()
    tab.wait_for_url("**/staff/")
    expect(tab.get_by_text("Bonjour Noor")).to_be_visible()

    world.later(minutes=40)
    tab.goto("/staff/team/")
    tab.fill("#email", "lea@example.org")
    tab.fill("#name", "Léa")
    tab.get_by_role("button", name="Faire le lien").click()
    expect(tab.get_by_text("C’est bien vous?").first).to_be_visible()
    expect(tab.get_by_label("Mot de passe"), "who has no password is not asked for one").to_have_count(0)
    tab.get_by_role("button", name="Avec ma clé d’accès").click()
    tab.get_by_text("Donnez ce lien").wait_for()

    tab.goto("/staff/account/")
    tab.get_by_role("button", name="Enlever").click()
    expect(tab.get_by_text("C’est votre seule façon d’entrer.").first).to_be_visible()


def test_a_new_invitation_ends_every_older_way_in(site: tuple[str, World], tab: Tab) -> None:
    """A device that was stolen opens nothing once its owner began anew."""
    _, world = site
    tab.goto(invitation(world, Role.ORGANISER))
    tab.get_by_role("button", name="Faire ma clé d’accès").click()
    tab.wait_for_url("**/staff/")
    anew = world.browser()
    link = invitation(world, Role.ORGANISER)
    page = hidden(anew.get(link))
    sent = {"password": "quatre mots pas un de plus", "code": pyotp.TOTP(page["secret"]).at(world.at)}
    assert anew.post(link, data=page | sent).status_code == 302
    tab.goto("/staff/sign-in")
    tab.get_by_role("button", name="Entrer avec ma clé d’accès").click()
    tab.get_by_text("n’a pas été reconnue").first.wait_for()


def test_an_answer_opens_once_and_only_here(site: tuple[str, World], tab: Tab) -> None:
    """What went over the line is of no use to whoever saw it."""
    _, world = site
    tab.goto(invitation(world, Role.ORGANISER))
    tab.get_by_role("button", name="Faire ma clé d’accès").click()
    tab.wait_for_url("**/staff/")
    tab.get_by_role("button", name="Sortir").click()
    with tab.expect_request(lambda request: request.method == "POST") as caught:
        tab.get_by_role("button", name="Entrer avec ma clé d’accès").click()
    tab.wait_for_url("**/staff/")
    field = re.search(r'name="passkey"\r?\n\r?\n(.*?)\r?\n--', caught.value.post_data or "", re.DOTALL)
    answer = field[1] if field else dict(pair.split("=", 1) for pair in (caught.value.post_data or "").split("&"))["passkey"]
    browser = world.browser()
    page = hidden(browser.get("/staff/sign-in"))
    assert browser.post("/staff/sign-in", data=page | {"passkey": answer}).status_code == 409


@pytest.mark.parametrize("answer", ["x", "{}", "[]", json.dumps({"rawId": "AA", "response": {"clientDataJSON": "e30"}}), '{"response": 3}'])
def test_what_is_no_answer_is_refused_in_words(site: tuple[str, World], answer: str) -> None:
    _, world = site
    browser = world.browser()
    page = hidden(browser.get("/staff/sign-in"))
    refused = browser.post("/staff/sign-in", data=page | {"passkey": answer})
    assert refused.status_code == 409
    assert "n’a pas été reconnue" in refused.text
