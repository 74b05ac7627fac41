"""A vote on a lost connection, in a real browser: never lost, never doubled, kept only where asked, gone with "Quitter vite"."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect
from playwright.sync_api import Page as Tab

from engage.web.draft import ONE_SIZE, unseal
from tests.voting.test_voting import counts
from tests.world import World, found

KEPT = """async () => {
  if (!await caches.has('kept vote')) return [];
  const box = await caches.open('kept vote');
  return Promise.all((await box.keys()).map(async (key) => (await box.match(key)).json()));
}"""
LEFT = "async () => [await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length]"
Site = Callable[[dict[str, object], Callable[..., object]], list[bytes]]


class Line:
    """The line to the site: whole, cut, or losing every answer on its way."""

    def __init__(self, world: World) -> None:
        self.app, self.whole = world.app, world.app.wsgi_app

    def back(self) -> None:
        self.app.wsgi_app = self.whole

    def cut(self, *, hears: bool = False, reads: bool = False) -> None:
        """Of a line that `hears` only the answers are lost; one that `reads` loses only what is sent."""

        def lost(environ: dict[str, object], start_response: Callable[..., object]) -> list[bytes]:
            if reads and environ["REQUEST_METHOD"] == "GET":
                return self.whole(environ, start_response)
            if hears:
                b"".join(self.whole(environ, lambda *_: None))
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            start_response("200 OK", [])
            return [b""]

        self.app.wsgi_app = lost


@pytest.fixture
def voter(site: tuple[str, World], chromium: Browser) -> Iterator[tuple[Tab, Line, World]]:
    """Someone on the last page of a vote, whose browser is ready for a line that is cut."""
    address, world = site
    context = chromium.new_context(base_url=address, viewport={"width": 320, "height": 640})
    context.clock.set_fixed_time(world.at)
    tab = context.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.goto("/v/BSL")
    tab.fill("#code", world.card)
    tab.click("main button")
    for number in (1, 9):
        tab.check(f"input[name=choices][value='{number}']")
    tab.click("main button")
    tab.evaluate("""async () => {
      while (!navigator.serviceWorker.controller || !(await caches.match('/en/offline'))) await new Promise((done) => setTimeout(done, 20));
    }""")
    line = Line(world)
    yield tab, line, world
    line.back()
    context.close()
    assert faults == []


def told(tab: Tab) -> Locator:
    return tab.get_by_role("alert")


def keep(tab: Tab, line: Line) -> None:
    line.cut()
    tab.click("#cast button")
    expect(told(tab)).to_contain_text("La connexion est coupée")
    expect(told(tab)).to_be_focused()
    assert tab.evaluate(KEPT) == [], "nothing before it is asked for"
    tab.click("button:has-text('Garder mon vote')")
    expect(told(tab)).to_contain_text("gardé dans cet appareil")


def elsewhere(tab: Tab, path: str) -> Tab:
    """The vote's page is closed; another is opened on the same device."""
    context: BrowserContext = tab.context
    tab.close()
    other = context.new_page()
    other.goto(path)
    return other


def test_a_kept_vote_is_sealed_and_leaves_when_the_line_is_back(voter: tuple[Tab, Line, World]) -> None:
    tab, line, world = voter
    keep(tab, line)
    (held,) = tab.evaluate(KEPT)
    assert held.keys() == {"action", "draft", "until"}
    assert held["action"].endswith("/v/BSL")
    assert len(base64.urlsafe_b64decode(held["draft"])) == ONE_SIZE + 28, "one length, whatever was chosen"
    with world.act() as act:
        draft = unseal(held["draft"], world.config.secret_key, found(act, "BSL").id, "voting", world.at)
    assert (set(draft.choices), round(draft.ends_at.timestamp() * 1000)) == ({1, 9}, held["until"])
    tab.click("button:has-text('Effacer ce vote')")
    expect(told(tab)).to_contain_text("effacé de cet appareil")
    assert tab.evaluate(KEPT) == []
    tab.click("button:has-text('Garder mon vote')")
    expect(told(tab)).to_contain_text("gardé dans cet appareil")
    assert counts(world) == (0, 0, 0)
    line.back()
    tab.evaluate("dispatchEvent(new Event('online'))")
    expect(tab.locator("h1")).to_contain_text("dans la boîte")
    expect(tab.locator(".receipt")).to_have_count(1)
    assert counts(world) == (1, 1, 1)
    assert tab.evaluate(KEPT) == []


def test_an_answer_lost_on_its_way_is_one_vote(voter: tuple[Tab, Line, World]) -> None:
    tab, line, world = voter
    line.cut(hears=True)
    tab.click("#cast button")
    expect(told(tab)).to_contain_text("n’est pas confirmé")
    assert counts(world) == (1, 1, 1)
    line.back()
    tab.click("button:has-text('Réessayer')")
    expect(tab.locator("h1")).to_contain_text("dans la boîte")
    expect(tab.locator("main")).not_to_contain_text("remplace")
    assert counts(world) == (1, 1, 1)
    assert tab.evaluate(KEPT) == []


def test_what_became_of_a_kept_vote_waits_on_the_next_page(voter: tuple[Tab, Line, World]) -> None:
    tab, line, world = voter
    keep(tab, line)
    line.back()
    other = elsewhere(tab, "/")
    other.click("main a:has-text('Votre vote gardé')")
    expect(other.locator("#kept .receipt")).to_contain_text("-")
    assert counts(world) == (1, 1, 1)
    (held,) = other.evaluate(KEPT)
    proof = other.inner_text("#kept .receipt")
    other.click("button:has-text('Voir la page de ma preuve')")
    expect(other.locator("main > .receipt")).to_have_text(proof)
    with world.act() as act:
        assert unseal(held["draft"], world.config.secret_key, found(act, "BSL").id, "done", world.at).choices == (), "it votes no more"
    other.goto("/offline")
    other.click("button:has-text('Effacer ceci')")
    expect(other.locator("#kept")).to_contain_text("Aucun vote")
    other.goto("/")
    assert other.evaluate("caches.has('kept vote')") is False


def test_a_kept_vote_that_comes_too_late_is_told_in_the_sites_own_words(voter: tuple[Tab, Line, World]) -> None:
    tab, line, world = voter
    keep(tab, line)
    world.later(hours=21)
    line.back()
    tab.evaluate("dispatchEvent(new Event('online'))")
    expect(told(tab)).to_contain_text("La page a attendu trop longtemps. Rien n’a été envoyé.")
    assert counts(world) == (0, 0, 0)
    assert tab.evaluate(KEPT) == []


def test_without_a_line_a_page_stands_in_and_leaving_wipes_all(voter: tuple[Tab, Line, World]) -> None:
    tab, line, world = voter
    keep(tab, line)
    tab.goto("/en/trust")
    expect(tab.locator("h1")).to_have_text("When there is no connection")
    expect(tab.locator("#kept")).to_contain_text("waiting for a connection")
    assert tab.evaluate("getComputedStyle(document.querySelector('.top')).display") == "flex", "dressed from the device alone"
    tab.click(".leave")
    tab.wait_for_url("**/leave")
    assert tab.inner_text("body") == ""
    line.back()
    tab.goto("/trust")
    assert tab.evaluate(LEFT) == [[], 0]
    assert counts(world) == (0, 0, 0)


def test_leaving_clears_queue_cache_and_worker(voter: tuple[Tab, Line, World]) -> None:
    tab, line, world = voter
    keep(tab, line)
    line.cut(reads=True)
    tab.evaluate("document.querySelector('.leave').replaceWith(document.querySelector('.leave').cloneNode(true))")
    tab.click(".leave")
    expect(tab.locator("h1")).to_have_text("Météo")
    assert tab.evaluate(LEFT) == [[], 0]
    assert counts(world) == (0, 0, 0)
