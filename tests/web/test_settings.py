"""What is in force, to read; colours that are enough for weak eyes, by computation."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from engage.kernel.contrast import contrast
from engage.messaging.models import Spending
from engage.staff import Role
from engage.web.staff.settings import pairs
from tests.world import World, hidden


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48), ("#0000ff", "#ffffff", 8.59)],
)
def test_contrast_is_that_of_the_standard(one: str, other: str, ratio: float) -> None:
    """Known pairs: 4.48 is the grey that just fails AA."""
    assert contrast(one, other) == contrast(other, one)
    assert round(contrast(one, other), 2) == ratio


def test_every_colour_is_enough(world: World) -> None:
    with world.app.test_request_context("/"):
        assert [pair for pair in pairs() if not pair.is_enough] == []
        assert len(pairs()) == 22


def test_the_page_says_what_is_in_force_and_no_secret(world: World) -> None:
    with world.act() as act:
        month = act.day.replace(day=1)
        act.session.add_all(
            Spending(agreement_id=agreement, on=on, parts=parts)
            for agreement, on, parts in (("A01", month, 40), ("A01", month - timedelta(days=1), 5), ("A02", month, 7))
        )
    page = world.staff(Role.MANAGER).get("/staff/settings/").text
    assert "Maison commune" in page
    assert "0.80" in page
    assert "0.10" in page
    assert "0.14" not in page, "not what another table spent"
    assert world.config.secret_key not in page
    assert world.config.twilio_auth_token not in page
    assert world.config.twilio_account_sid not in page
    assert "jamais tourné" in page
    assert "Aucune sauvegarde" in page


def test_a_phrase_is_tried(world: World) -> None:
    auditor = world.staff(Role.AUDITOR, None)
    page = auditor.get("/staff/settings/")
    assert "lignes d’aide." in auditor.post("/staff/settings/", data=hidden(page) | {"phrase": "je veux mourir"}).text
    assert "rien de spécial" in auditor.post("/staff/settings/", data=hidden(page) | {"phrase": "le bus passe trop tard"}).text


def test_a_language_behind_an_attestation_asks_first(world: World) -> None:
    """Nothing is proven and nothing kept; staff go straight in."""
    premises = world.app.extensions["engage"]
    world.app.extensions["engage"] = replace(premises, config=replace(premises.config, attested=("en",)))
    browser = world.browser()
    page = browser.get("/trust")
    link = re.findall(r'<a href="([^"]+)" lang="en"', page.text)[0]
    assert link == "/en/language/en?to=%2Ftrust"
    asked = browser.get(link)
    assert re.findall(r'class="button big" href="([^"]+)"', asked.text) == ["/en/trust"]
    assert "Set-Cookie" not in asked.headers
    assert 'href="/en//evil.example"' in browser.get("/en/language/en?to=//evil.example").text, "it stays on this site"
    assert browser.get("/language/fr").status_code == 404
    assert 'href="/en/staff/settings/"' in world.staff(Role.MANAGER).get("/staff/settings/").text
    world.app.extensions["engage"] = premises
