"""Someone who has read nothing lives a first week in a real browser, by links and buttons alone, with script and without."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from engage import staff
from engage.staff import Role
from tests.world import World, found


def signed_in(site: str, world: World, tab: Tab, email: str) -> None:
    """Through the invitation that `engage staff add` prints."""
    with world.act() as act:
        token = staff.invite(act, email, email, Role.ORGANISER, "A01")
    tab.goto(f"{site}/staff/invitation/{token}")
    secret = tab.locator("input[name=secret]").input_value()
    tab.fill("#password", "quatre mots pas un de plus")
    tab.fill("#code", pyotp.TOTP(secret).at(world.at))
    tab.get_by_role("button", name="Commencer").click()
    tab.wait_for_url("**/staff/")


def confirmed(chromium: Browser, address: str, world: World, decision: str) -> None:
    """A colleague says yes, at the address they were given."""
    tab = chromium.new_page()
    signed_in(address, world, tab, "alex@example.org")
    tab.goto(address + decision)
    tab.get_by_role("button", name="Je confirme").click()
    expect(tab.get_by_text("C’est fait.")).to_be_visible()
    tab.close()


def draft_a_budget(tab: Tab, script: bool) -> None:
    tab.get_by_role("link", name="Nouvelle consultation").click()
    tab.get_by_role("link", name="Un budget à partager").click()
    tab.fill("#question", "Quels projets ferons-nous d’abord?")
    tab.fill("#why", "La table a un peu d’argent. Vous dites où il va.")
    tab.fill("#envelope", "10 000")
    for number, (name, told, price) in enumerate(
        [("Un jardin", "Des légumes pour le quartier.", "4000"), ("Un abri", "Attendre au sec.", "7000")]
    ):
        tab.fill(f"#options-{number}-label", name)
        tab.fill(f"#options-{number}-explanation", told)
        tab.fill(f"#options-{number}-cost", price)
    if script:
        tab.wait_for_selector("#look .bubble:has-text('2 Abri 7000$')")
    else:
        tab.get_by_role("button", name="Voir ce que les gens verront").click()
        expect(tab.locator("#look .bubble")).to_contain_text("2 Abri 7000$")
        expect(tab.locator("#options-1-cost"), "nothing typed is lost").to_have_value("7000")
    tab.get_by_label("Deux personnes. La deuxième").check()
    tab.get_by_role("button", name="Garder le brouillon").click()
    expect(tab.get_by_text("Tout est prêt.")).to_be_visible()
    tab.get_by_role("link", name="Essayer la page").click()
    expect(tab.locator("h1")).to_contain_text("Quels projets ferons-nous d’abord?")
    tab.get_by_role("link", name="Finir l’essai").click()


def first_hour(tab: Tab, step: str) -> None:
    tab.get_by_role("link", name="Bureau").click()
    tab.get_by_role("link", name="La première heure").click()
    tab.get_by_role("link", name=step).click()


def print_cards(tab: Tab) -> None:
    first_hour(tab, "Des cartes de participation")
    tab.fill("#group", "Maison du coin")
    tab.fill("#size", "4")
    tab.get_by_role("button", name="Faire les cartes").click()
    expect(tab.get_by_text("Imprimez ces cartes maintenant")).to_be_visible()
    with tab.expect_download() as file:
        tab.get_by_role("button", name="PDF").click()
    assert Path(file.value.path()).read_bytes().startswith(b"%PDF")


def answer_a_comment(tab: Tab, citizen: Tab, address: str) -> None:
    first_hour(tab, "Comment la table reçoit les avis")
    with tab.expect_navigation():
        tab.get_by_role("button", name="Adopter, et recevoir les avis").click()
    citizen.goto(f"{address}/say/A01")
    citizen.fill("#words", "Le bus passe trop tard le soir.")
    citizen.locator("main form button.big").first.click()
    reference = citizen.locator(".receipt").inner_text()
    tab.get_by_role("link", name="Bureau").click()
    tab.get_by_role("link", name="Avis", exact=False).first.click()
    tab.get_by_label("Le bus passe trop tard le soir.").check()
    tab.select_option("#step", "yes")
    tab.fill("#text", "Oui. Le bus partira à 18 h dès lundi.")
    tab.get_by_role("button", name="Répondre à ceux qui sont cochés").click()
    expect(tab.get_by_text("Chaque avis a sa réponse.")).to_be_visible()
    citizen.goto(f"{address}/answer")
    citizen.fill("#reference", reference)
    citizen.get_by_role("button", name="Voir").click()
    expect(citizen.get_by_text("Le bus partira à 18 h dès lundi.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_newcomer_opens_a_consultation_prints_cards_and_answers_a_comment(
    site: tuple[str, World], chromium: Browser, script: bool
) -> None:
    address, world = site
    context = chromium.new_context(java_script_enabled=script, viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    signed_in(address, world, tab, "camille@example.org")
    draft_a_budget(tab, script)
    tab.get_by_role("button", name="Annoncer le vote").click()
    confirmed(chromium, address, world, tab.locator(".notice a.tap").get_attribute("href"))
    with world.act() as act:
        code = found(act, "BUDGET26").code
        assert found(act, code).is_open(world.at + timedelta(minutes=1))
    citizen = chromium.new_page()
    citizen.goto(f"{address}/v/{code}")
    expect(citizen.get_by_text("à partager")).to_be_visible()
    print_cards(tab)
    answer_a_comment(tab, citizen, address)
    citizen.context.close()
    context.close()
