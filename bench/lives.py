"""A vote on a slow line and a slow phone: `python -m bench.lives [rounds]`, against the real server, cold cache, 360 × 640.

Slow is 400 kbit/s, 400 ms and a processor slowed four times. *First paint* is the browser's own, of the vote's first page; *usable* when
its first field takes the focus; *voted* is link to receipt with nobody's thinking in between. Also bytes and requests on that way, and
what axe finds on each of its pages, after each press. Over 2 s to the first paint or 3 s to use, it exits 1.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as Tab
from sqlalchemy import text

from bench.run import served, settings
from engage import participants
from engage.config import serving
from engage.storage import build_storage
from tests.gates.conftest import FLAGS, browser_path
from tests.world import furnish

PORT = 8914
PAINT, USABLE = 2.0, 3.0
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
PAINTED = "() => performance.getEntriesByName('first-contentful-paint').map(each => each.startTime)[0]"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
NEXT = "main form button.big"


def vote(browser: Browser, card: str, *, script: bool, slow: bool) -> dict[str, float]:
    """One vote from the link to the receipt, in seconds, bytes over the wire and requests."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, java_script_enabled=script)
    tab = context.new_page()
    line = context.new_cdp_session(tab)
    line.send("Network.enable")
    sizes: list[int] = []
    line.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    if slow:
        line.send("Network.emulateNetworkConditions", SLOW)
        line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    began = time.monotonic()
    tab.goto(f"http://127.0.0.1:{PORT}/v/BSL", wait_until="commit")
    tab.focus("#code")
    usable = time.monotonic() - began
    tab.wait_for_load_state("load")
    while not (painted := tab.evaluate(PAINTED)):
        tab.wait_for_timeout(50)
    seen = {"first paint": painted / 1000, "usable": usable, "first page, bytes": sum(sizes)}
    tab.fill("#code", card)
    tab.click(NEXT)
    tab.check("input[name=choices][value='1']")
    tab.click(NEXT)
    tab.click(f"{NEXT}:has-text('Voter')")
    tab.wait_for_selector(".receipt")
    seen |= {"voted": time.monotonic() - began, "vote, bytes": sum(sizes), "vote, requests": sum(size > 0 for size in sizes)}
    context.close()
    return seen


def faults(browser: Browser, card: str) -> list[int]:
    """How many kinds of faults axe finds on each page of a vote."""
    tab = browser.new_page()
    tab.goto(f"http://127.0.0.1:{PORT}/v/BSL")
    found = [_axe(tab)]
    tab.fill("#code", card)
    for there in ("input[name=choices]", "#cast, form button:has-text('Voter')", ".receipt"):
        tab.click(NEXT if there != ".receipt" else f"{NEXT}:has-text('Voter')")
        tab.wait_for_selector(there)
        found.append(_axe(tab))
        if there == "input[name=choices]":
            tab.check(f"{there}[value='1']")
    tab.close()
    return found


def _axe(tab: Tab) -> int:
    return len(Axe().run(tab, options=RULES).response["violations"])


def main(rounds: int = 5) -> int:
    home = Path(tempfile.mkdtemp(prefix="engage-bench-"))
    env = settings(home, f"sqlite:///{home / 'engage.sqlite3'}")
    db = build_storage(config := serving(env))
    world = furnish(db, config)
    with world.act() as act:
        cards = iter(participants.make_cards(act, "A01", "Groupe", 4 * rounds + 1))
        act.session.execute(text("UPDATE consultation SET closes_at = '2099-01-01 00:00:00'"))
    db.dispose()
    lines = {
        (True, True): "slow, scripts on",
        (False, True): "slow, no script",
        (True, False): "fast, scripts on",
        (False, False): "fast, no script",
    }
    over = False
    with served("site", env, PORT), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        seen = {each: [vote(browser, next(cards), script=each[0], slow=each[1]) for _ in range(rounds)] for each in lines}
        found = faults(browser, next(cards))
        browser.close()
    shutil.rmtree(home)
    names = list(seen[True, True][0])
    print(f"| {rounds} votes, median (longest) | {' | '.join(names)} |\n{'|---' * (len(names) + 1)}|")
    for each, title in lines.items():
        cells = []
        for name in names:
            values = [one[name] for one in seen[each]]
            cells.append(
                f"{statistics.median(values):.2f} s ({max(values):.2f})"
                if name in ("first paint", "usable", "voted")
                else f"{statistics.median(values):,.0f}"
            )
        print(f"| {title} | {' | '.join(cells)} |")
        if each[1]:
            over |= (
                statistics.median(one["first paint"] for one in seen[each]) > PAINT
                or statistics.median(one["usable"] for one in seen[each]) > USABLE
            )
    print(f"\naxe, kinds of faults on each page of the vote: {found}")
    return int(over)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
