"""Every page in a real browser: accessibility, targets, narrow screens, weight, and whole journeys without script."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Route
from playwright.sync_api import Page as Tab

from engage.kernel.words import folder
from engage.staff import Role
from tests.gates.tour import Page
from tests.voting.test_voting import counts
from tests.world import World

pytestmark = pytest.mark.xdist_group("gates")
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "wcag2aaa"],
    "rules": {
        "target-size": {"enabled": True},
        "color-contrast-enhanced": {"enabled": True},
        "identical-links-same-purpose": {"enabled": True},
    },
    "resultTypes": ["violations"],
}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced"]}, "resultTypes": ["violations"]}
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, select, textarea, input:not([type=hidden])')]
  .map(e => [e, (e.closest('label.pick') || e).getBoundingClientRect()])
  .filter(([e, box]) => box.width && !e.classList.contains('skip') && (box.height < 43.5 || box.width < 43.5))
  .map(([e, box]) => e.outerHTML.slice(0, 90) + ' ' + Math.round(box.width) + 'x' + Math.round(box.height))"""


def show(context: BrowserContext, pages: list[Page]) -> Tab:
    """A tab where /<number> is a page of the tour and static files are the real ones."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            route.fulfill(path=folder("static") / path.split("/", 3)[3])
        else:
            route.fulfill(body=pages[int(path[1:])].html, content_type="text/html; charset=utf-8")

    context.route("**/*", answer)
    return context.new_page()


@pytest.fixture(scope="module")
def found(pages: list[Page], chromium: Browser) -> dict[str, dict[str, object]]:
    """What is wrong with each page, by gate: one visit a page for them all."""
    context = chromium.new_context()
    tab, axe = show(context, pages), Axe()
    found: dict[str, dict[str, object]] = {"light": {}, "dark": {}, "targets": {}, "narrow": {}, "mirrored": {}, "enlarged": {}}

    def violations(options: dict[str, object]) -> list[tuple[str, list[str]]]:
        said = axe.run(tab, options=options).response["violations"]
        return [(each["id"], [node["html"][:120] for node in each["nodes"][:2]]) for each in said]

    def width() -> int:
        return int(tab.evaluate("document.documentElement.scrollWidth"))

    for number, page in enumerate(pages):
        tab.set_viewport_size({"width": 360, "height": 640})
        tab.emulate_media(color_scheme="light")
        tab.goto(f"http://engage.test/{number}")
        found["light"][page.id] = violations(AXE)
        if page.language == "fr":
            tab.emulate_media(color_scheme="dark")
            found["dark"][page.id] = violations(CONTRAST)
        tab.set_viewport_size({"width": 320, "height": 480})
        found["targets"][page.id] = tab.evaluate(SMALL_TARGETS)
        found["narrow"][page.id] = max(width() - 320, 0)
        tab.evaluate("document.documentElement.dir = 'rtl'")
        found["mirrored"][page.id] = max(width() - 320, 0)
        if page.citizen:
            tab.evaluate("document.documentElement.dir = 'ltr'")
            tab.set_viewport_size({"width": 360, "height": 640})
            tab.add_style_tag(content="html { font-size: 225% !important }")
            found["enlarged"][page.id] = max(width() - 360, 0)
    context.close()
    return found


@pytest.mark.parametrize("gate", ["light", "dark", "targets", "narrow", "mirrored", "enlarged"])
def test_every_page_passes(found: dict[str, dict[str, object]], gate: str) -> None:
    """axe in light and contrasts in dark; targets of 44 px and no overflow at 320 px, from right to left too, and at twice the text."""
    assert len(found[gate]) > 50
    assert {page: wrong for page, wrong in found[gate].items() if wrong} == {}


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


def test_every_page_is_light_on_the_wire(pages: list[Page]) -> None:
    """Pages that only a post shows: their markup, compressed as the site does, beside the style sheets."""
    sheets = sum(len(gzip.compress((folder("static") / name).read_bytes(), 6)) for name in ("tokens.css", "engage.css"))
    for page in pages:
        if page.citizen:
            assert len(gzip.compress(page.html.encode(), 6)) + sheets + 1500 <= 14 * 1024, page.id


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
    tab.focus("input[name=choices]")
    tab.keyboard.press("Space")
    tab.keyboard.press("Enter")
    tab.click("header button:has-text('English')")
    assert "Check" in tab.inner_text("h1")
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
