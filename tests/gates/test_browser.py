"""Whole journeys in a real browser, without script and on a narrow screen, and what they weigh."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from engage.staff import Role
from tests.voting.test_voting import counts
from tests.world import World


def weigh(tab: Tab, address: str) -> tuple[int, int, int]:
    """Bytes of the first response with its style sheets, of the whole page, and its requests, as they crossed the wire."""
    wire = tab.context.new_cdp_session(tab)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    wire.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    wire.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])}))
    tab.goto(address, wait_until="networkidle")
    first = sum(size for id, size in sizes.items() if kinds.get(id) in ("Document", "Stylesheet"))
    wire.detach()
    return first, sum(sizes.values()), len(sizes)


def test_a_citizen_page_is_light(site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    world.consultation("BIEN")
    world.people("BIEN", [[1, 2, 3]] * 60)
    world.close("BIEN")
    context = chromium.new_context()
    tab = context.new_page()
    for path in ("/", "/v/BSL", "/trust", "/evidence/", "/v/BIEN/results", "/v/BIEN/receipts", "/reports/target/2026-2027", "/en/"):
        first, whole, requests = weigh(tab, address + path)
        print(f"{path}: first response {first} bytes, whole page {whole} bytes, {requests} requests")
        assert first <= 14 * 1024, path
        assert whole <= 30 * 1024, path
        assert requests <= 5, path
    context.close()


@pytest.mark.parametrize(("prefix", "go_on", "cast"), [("", "Continuer", "Voter"), ("/en", "Continue", "Vote")])
def test_a_vote_without_script_on_a_narrow_screen(site: tuple[str, World], chromium: Browser, prefix: str, go_on: str, cast: str) -> None:
    address, world = site
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 480})
    tab = context.new_page()
    tab.goto(f"{address}{prefix}/v/BSL")
    tab.check("#of_age")
    tab.select_option("#residence", "none")
    tab.click(f"main button:has-text('{go_on}')")
    for number in ("1", "4", "7"):
        tab.check(f"input[name=choices][value='{number}']")
    tab.click(f"main button:has-text('{go_on}')")
    tab.click(f"main button:has-text('{cast}')")
    tab.wait_for_selector(".receipt")
    assert re.search("[0-9A-Z]{4}-[0-9A-Z]{4}", tab.inner_text("main"))
    context.close()
    assert counts(world) == (1, 1, 1)


def test_a_vote_by_keyboard_alone_in_another_language_midway(site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{address}/v/BSL")
    tab.focus("#code")
    tab.keyboard.type(world.card)
    tab.keyboard.press("Enter")
    tab.focus("input[name=choices][value='3']")
    tab.keyboard.press("Space")
    tab.click("header button:has-text('English')")
    tab.wait_for_url("**/en/**")
    expect(tab.locator("input[name=choices][value='3']")).to_be_checked()
    tab.focus("input[name=choices][value='3']")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("main button:has-text('Vote')")
    tab.click("header button:has-text('Français')")
    expect(tab.locator("h1")).to_contain_text("Vérifiez")
    tab.focus("main button")
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".receipt")
    assert re.search("[0-9A-Z]{4}-[0-9A-Z]{4}", tab.inner_text("main"))
    context.close()
    assert counts(world) == (1, 1, 1)


def test_the_price_of_a_text_follows_as_it_is_written(site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    cookie = world.staff(Role.ORGANISER).get_cookie("engage").value
    context = chromium.new_context()
    context.add_cookies([{"name": "engage", "value": cookie, "url": address}])
    tab = context.new_page()
    tab.goto(f"{address}/staff/texts/new")
    tab.type("#body", "Votez d")
    tab.wait_for_selector("#look:has-text('1 partie(s)')")
    tab.type("#body", "ès ce soir, c’est la fête de la concertation")
    tab.wait_for_selector("#look:has-text('Lettres qui coûtent plus cher')")
    assert "concertation" in tab.inner_text("#look li")
    assert tab.input_value("#body").endswith("concertation")
    context.close()


VOICES = """
  window.heard = [];
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => window.silent ? [] : [{ lang: "fr-CA" }, { lang: "en_CA" }], cancel: () => {},
    speak: (words) => { heard.push([words.lang, words.text, words]); } } });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
"""A browser with two voices, and what they said."""


def test_a_page_is_read_aloud_each_part_in_its_language(site: tuple[str, World], chromium: Browser) -> None:
    address, world = site
    world.consultation("SEUL", languages=("fr",))
    context = chromium.new_context(viewport={"width": 320, "height": 480})
    tab = context.new_page()
    tab.goto(f"{address}/")
    expect(tab.locator("main button:has-text('Écouter')")).to_have_count(0)
    tab.add_init_script(VOICES)
    tab.goto(f"{address}/en/v/SEUL")
    tab.check("#of_age")
    tab.select_option("#residence", "none")
    tab.click("main button:has-text('Continue')")
    listen = tab.locator("main button.second").first
    expect(listen).to_have_text("Listen")
    assert listen.bounding_box()["height"] >= 44
    listen.click()
    expect(listen).to_have_text("Stop")
    heard = [(lang, text) for lang, text, _ in tab.evaluate("heard")]
    assert ("fr", "Le logement") in heard
    assert ("en", "Continue") in heard
    assert not any(text in ("Listen", "Stop", "Français") for _, text in heard)
    tab.evaluate("heard[heard.length - 1][2].onend()")
    expect(listen).to_have_text("Listen")
    context.close()


def test_a_vote_in_a_text_browser(site: tuple[str, World], tmp_path: Path) -> None:
    """w3m, driven by keys in a terminal: the whole vote, from the short link to the receipt."""
    assert shutil.which("w3m"), "no w3m: run tests/machine"
    address, world = site
    script = Path(__file__).with_name("w3m_vote.py")
    done = subprocess.run(
        [sys.executable, script, f"{address}/v/BSL", world.card], capture_output=True, text=True, timeout=120, check=False
    )
    assert re.search("[0-9A-Z]{4}-[0-9A-Z]{4}", done.stdout), done.stdout + done.stderr
    assert counts(world) == (1, 1, 1)
