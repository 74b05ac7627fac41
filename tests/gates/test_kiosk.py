"""The lent tablet in a real browser: it votes, forgets, holds what it cannot send, and loses or doubles nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from engage import participants
from engage.kernel.codes import card_code
from engage.voting import kiosks
from engage.web.kiosk import pin_of
from tests.voting.test_reconciliation import differences
from tests.voting.test_voting import counts
from tests.world import World, found


@pytest.fixture
def tablet(site: tuple[str, World], chromium: Browser) -> Iterator[tuple[Tab, BrowserContext, World, str]]:
    address, world = site
    with world.act() as act:
        token = kiosks.open_kiosk(act, found(act, "BSL"), "Banque alimentaire")
    context = chromium.new_context(viewport={"width": 800, "height": 1100})
    tab = context.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.goto(f"{address}/kiosk/{token}")
    tab.evaluate("""async () => {
      while (!navigator.serviceWorker.controller || !(await caches.match(location.href))) await new Promise((done) => setTimeout(done, 20));
    }""")
    yield tab, context, world, token
    context.close()
    assert faults == []


def go(tab: Tab, button: str) -> None:
    tab.click(f"main section:not([hidden]) button:has-text('{button}')")


def choose(tab: Tab, numbers: list[int], card: str = "") -> None:
    """From the first screen to the read-back."""
    go(tab, "Voter")
    if card:
        for digit in card:
            tab.click(f"[data-key='{digit}']")
        go(tab, "Continuer")
    else:
        go(tab, "Je n’ai pas de carte")
        go(tab, "J’ai 14 ans")
    for number in numbers:
        tab.check(f"#options input[value='{number}']")
    go(tab, "Continuer")


def vote(tab: Tab, numbers: list[int], card: str = "") -> str:
    """A whole vote; what the last screen says."""
    choose(tab, numbers, card)
    go(tab, "Voter")
    tab.wait_for_selector("#done:not([hidden])")
    tab.wait_for_selector("#proof:not([hidden]), #held:not(:empty)")
    said = tab.inner_text("#done")
    go(tab, "Fini")
    return said


def waiting(tab: Tab, number: int) -> None:
    if number:
        tab.wait_for_selector(f"#status:has-text('attendent la connexion: {number}')")
    else:
        tab.wait_for_selector("#status:empty", state="attached")


def test_a_vote_with_a_card_shows_its_proof_and_is_forgotten(tablet: tuple[Tab, BrowserContext, World, str]) -> None:
    tab, _, world, _ = tablet
    choose(tab, [1, 9], world.card)
    assert "Le logement, Le transport" in tab.inner_text("#picked")
    go(tab, "Voter")
    tab.wait_for_selector("#proof:not([hidden])")
    assert re.search("[0-9A-Z]{4}-[0-9A-Z]{4}", tab.inner_text("#receipt"))
    go(tab, "Fini")
    assert tab.evaluate("document.querySelectorAll('input:checked').length") == 0
    assert tab.input_value("#code") == ""
    assert tab.inner_text("#start h1") == "Quelles sont nos 3 priorités?"
    tab.go_back(wait_until="commit")
    assert "/kiosk/" in tab.url
    assert counts(world) == (1, 1, 1)
    assert world.card not in tab.content()


def without_posts(_environ: dict[str, object], start_response: Callable[[str, list[tuple[str, str]]], object]) -> list[bytes]:
    """The far side of a line that is cut: what a page under a service worker posts slips past the browser's own emulation."""
    start_response("503 Service Unavailable", [])
    return [b""]


def test_an_hour_without_a_connection_and_a_power_cut_lose_and_double_nothing(tablet: tuple[Tab, BrowserContext, World, str]) -> None:
    tab, context, world, _ = tablet
    with world.act() as act:
        cards = participants.make_cards(act, "A01", "Groupe", 10)
    context.set_offline(True)
    whole = world.app.wsgi_app
    world.app.wsgi_app = without_posts
    for number in range(10):
        assert "sous clé" in vote(tab, [1 + number % 9])
        assert "sous clé" in vote(tab, [1 + number % 9, 1 + (number + 1) % 9], cards[number])
        waiting(tab, 2 * number + 2)
        if number == 4:
            address = tab.url
            tab.close()
            tab = context.new_page()
            tab.goto(address)
            waiting(tab, 10)
    assert counts(world) == (0, 0, 0)
    kept = tab.evaluate("""async () => {
      const [name] = (await indexedDB.databases()).map((each) => each.name);
      const base = await new Promise((done) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); });
      const asked = base.transaction("ballots").objectStore("ballots").getAll();
      return new Promise((done) => { asked.onsuccess = () => done(asked.result); });
    }""")
    assert len(kept) == 20
    assert len({len(each) for each in kept}) == 1, "one length, whatever was chosen"
    assert not any(card in each for each in kept for card in cards)
    world.later(hours=1)
    world.app.wsgi_app = whole
    context.set_offline(False)
    tab.evaluate("dispatchEvent(new Event('online'))")
    waiting(tab, 0)
    assert counts(world) == (20, 20, 20)
    with world.act() as act:
        assert [number for _, number in kiosks.of_consultation(act.session, found(act, "BSL"))] == [20]
    token = tablet[3]
    again = tab.evaluate(
        "([send, sealed]) => fetch(send, {method: 'POST', headers: {'Content-Type': 'application/json'},"
        " body: JSON.stringify({ballots: sealed.map((each, id) => ({id, sealed: each}))})}).then((answer) => answer.json())",
        [f"/kiosk/{token}/ballots", kept],
    )
    assert all(each["ok"] for each in again["results"])
    assert counts(world) == (20, 20, 20)
    assert differences(world) == ""


def test_a_wrong_card_is_said_at_once_and_a_dead_one_when_it_is_sent(tablet: tuple[Tab, BrowserContext, World, str]) -> None:
    tab, context, world, _ = tablet
    go(tab, "Voter")
    tab.fill("#code", "123456789012")
    go(tab, "Continuer")
    assert "erreur dans ce code" in tab.inner_text("#card .says")
    unknown = card_code()
    tab.fill("#code", unknown)
    go(tab, "Continuer")
    tab.wait_for_selector("#card .says:has-text('ne trouvons pas')")
    tab.click("#again")
    context.set_offline(True)
    vote(tab, [3], unknown)
    waiting(tab, 1)
    context.set_offline(False)
    tab.evaluate("dispatchEvent(new Event('online'))")
    waiting(tab, 0)
    assert "n’ont pas pu être gardés: 1" in tab.text_content("#queue")
    assert counts(world) == (0, 0, 0)


def test_nobody_there_for_a_while_and_the_tablet_forgets(site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    with world.act() as act:
        token = kiosks.open_kiosk(act, found(act, "BSL"), "Bibliothèque")
    context = chromium.new_context()
    tab = context.new_page()
    tab.clock.install()
    tab.goto(f"{address}/kiosk/{token}")
    choose(tab, [4])
    tab.clock.run_for(59_000)
    assert tab.is_visible("#check")
    tab.clock.run_for(2_000)
    assert tab.is_visible("#idle")
    go(tab, "Je suis là")
    assert tab.is_visible("#check")
    tab.clock.run_for(61_000)
    tab.clock.run_for(21_000)
    assert tab.is_visible("#start")
    assert tab.evaluate("document.querySelectorAll('input:checked').length") == 0
    context.close()


def test_only_the_code_of_the_tablet_takes_it_back(tablet: tuple[Tab, BrowserContext, World, str]) -> None:
    tab, _, world, token = tablet
    with world.app.test_request_context():
        pin = pin_of(token)
    tab.click("footer [data-go=staff]")
    tab.fill("#pin", "000000" if pin != "000000" else "111111")
    go(tab, "Continuer")
    tab.wait_for_selector("#staff .says:not(:empty)")
    tab.fill("#pin", pin)
    go(tab, "Continuer")
    tab.wait_for_selector("#unlocked:not([hidden])")
    assert "Tout est envoyé" in tab.inner_text("#queue")
