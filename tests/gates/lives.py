"""What a journey takes on the web, and what is told on its way: `python -m tests.gates.lives` writes it all down again.

Each journey of `journeys.py` is walked in each language from a cold cache, without script, by keys alone, on the smallest screen. What
a screen reader tells stands in `tests/transcripts/web-*.md`; what it all costs, and what is held in which conditions, in `docs/lives.md`.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from engage.kernel.plain import Reading, reading
from engage.kernel.words import say
from engage.staff import Role
from engage.storage import build_storage
from tests import transcripts
from tests.conftest import config_for
from tests.gates.conditions import CONDITIONS, NARROW, SMALLEST, wrong
from tests.gates.conftest import FLAGS, browser_path
from tests.gates.journeys import JOURNEYS, NAMES, STAFF, prepare
from tests.gates.walking import Walk
from tests.world import World, furnish

DOCUMENT = Path(__file__).parents[2] / "docs" / "lives.md"
LANGUAGES = ("fr", "en")
LABELLED = ("checkbox", "radio", "textbox", "combobox", "group")


@dataclass
class Life:
    """One journey, lived."""

    told: str
    pages: int
    keys: int
    size: int
    """Bytes to the person over the wire, headers included."""
    requests: int
    """Those that the browser did not answer itself."""
    wrong: list[str] = field(default_factory=list)
    words: str = ""


@contextmanager
def served(world: World) -> Iterator[str]:
    """The world's site on loopback, with all that the journeys need in it."""
    prepare(world)
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def live(chromium: Browser, address: str, world: World, name: str, language: str, *, conditions: bool = False) -> Life:
    """Walk one journey; with `conditions`, look at each of its pages in every one of them."""
    context = chromium.new_context(java_script_enabled=False, reduced_motion="reduce", viewport=NARROW if name in STAFF else SMALLEST)
    sizes: list[int] = []
    found: list[str] = []
    words: list[str] = []

    def seen(walk: Walk) -> None:
        words.append(walk.tab.evaluate("() => document.querySelector('main').innerText"))
        if conditions:
            found.extend(f"{walk.tab.title()}: {each}" for each in wrong(walk))

    prefix = "" if language == "fr" else f"/{language}"
    if name in STAFF:
        cookie = world.staff(Role.ORGANISER, email=f"{name}@example.org").get_cookie("engage")
        context.add_cookies([{"name": "engage", "value": cookie.value, "url": address}])
    walk = Walk(
        context.new_page(), address, prefix, lambda message: NAMES.get(message, "") * (language == "en") or say(language, message), seen
    )
    walk.line.send("Network.enable")
    walk.line.on(
        "Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])) if event["encodedDataLength"] else None
    )
    (STAFF | JOURNEYS)[name](walk, world)
    context.close()
    return Life(_written(walk.lines), walk.pages, walk.keys, sum(sizes), len(sizes), found, "\n".join(words))


def _written(lines: list[str]) -> str:
    """As it is kept: without what differs each time, nor the words of a label a second time; rotated answers in their own order."""
    kept: list[str] = []
    control = ""
    for line in lines:
        role, _, _ = line.removeprefix("← ").partition(": ")
        if role in LABELLED:
            if kept and line.endswith(f": {kept[-1].removeprefix('← ')}"):
                kept.pop()
            control = line
        elif line.startswith("← ") and line.removeprefix("← ") in control:
            continue
        elif not line.startswith("← "):
            control = ""
        kept.append(transcripts.masked(line))
    text = "\n".join(kept)
    return re.sub(r"(?:← checkbox: \d .*\n)+", lambda answers: "".join(sorted(answers[0].splitlines(keepends=True))), text)


def transcript(name: str, language: str, told: str) -> str:
    return f"# {name}, {language}\n\n{JOURNEYS[name].__doc__} By keys alone, as a screen reader tells it.\n{told}\n"


def file_of(name: str, language: str) -> Path:
    return transcripts.FOLDER / f"web-{name}.{language}.md"


A_TEXT, A_MINUTE, A_MEGABYTE = 0.30, 0.65, 0.15
"""Dollars without a plan, each way: the dearest that a carrier of the region publishes for pay-per-use (Solo Mobile, November 2026)."""


def _dollars(sum_: float) -> str:
    return f"{sum_:.2f} $" if sum_ >= 0.01 else f"{sum_:.3f} $"


def by_web(lives: dict[str, Life]) -> Iterator[str]:
    yield "| journey | pages | requests | kB | keys | words | ease | LIX | without a plan |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, life in lives.items():
        read: Reading = reading(life.words)
        size = math.ceil(life.size / 1000)
        price = _dollars(size / 1000 * A_MEGABYTE)
        yield (
            f"| [{name}](journeys/web-{name}.fr.md) | {life.pages} | {life.requests} | {size} | {life.keys} | {read.words} | {read.ease:.0f} |"
            f" {read.lix:.0f} | {price} |"
        )


def by_phone() -> Iterator[str]:
    """From the last line of each transcript."""
    yield "| journey | texts from the person | segments from us | seconds of prompts and keys | without a plan |"
    yield "|---|---|---|---|---|"
    for name in transcripts.names():
        last = (transcripts.FOLDER / f"{name}.md").read_text("utf-8").rstrip("`\n").splitlines()[-1]
        figures = [int(each) for each in re.findall(r"\d+", last)]
        link = f"[{name}](journeys/{name}.md)"
        if name.startswith("text"):
            yield f"| {link} | {figures[0]} | {figures[1]} | | {_dollars(sum(figures[:2]) * A_TEXT)} |"
        else:
            yield f"| {link} | | | {figures[0]} | {_dollars(math.ceil(figures[0] / 60) * A_MINUTE)} |"


TESTS = {
    "lives": "tests/gates/test_lives.py::test_a_journey_is_lived_whole",
    "table": "tests/gates/test_lives.py::test_what_a_table_does_most_is_lived_whole",
    "recent": "tests/gates/test_lives.py::test_nothing_asks_for_a_recent_browser",
    "pages": "tests/gates/test_pages.py::test_every_page_passes",
    "plain": "tests/gates/test_pages.py::test_french_pages_are_plain",
    "light": "tests/gates/test_pages.py::test_every_page_is_light_on_the_wire",
}
"""What the cells of the table call them."""
HELD_BY = {
    "keyboard alone, key after key": "lives",
    "screen reader: order, roles, names": "lives",
    "scripts off": "lives",
    **dict.fromkeys(CONDITIONS, "lives"),
    "320 px": "pages[narrow]",
    "text at 200 %": "pages[enlarged]",
    "dark": "pages[dark]",
    "contrast 7:1, axe with AAA": "pages[light]",
    "44 px targets": "pages[targets]",
    "right to left": "pages[mirrored]",
    "an old browser": "recent",
    "plain words": "plain",
    "weight": "light",
}
"""Each condition, and where it is held. What gates hold of every page, they hold of the pages of each journey."""


OF_CITIZENS = {"240 × 320", "an old browser", "plain words", "weight"}
"""Rules for what a citizen meets; staff's pages are held to 320 × 480."""


def matrix() -> Iterator[str]:
    yield from _matrix(JOURNEYS, "lives", HELD_BY)
    yield ""
    yield from _matrix(STAFF, "table", [each for each in HELD_BY if each not in OF_CITIZENS])
    yield ""


def _matrix(journeys: Iterable[str], lived: str, conditions: Iterable[str]) -> Iterator[str]:
    yield f"| | {' | '.join(journeys)} |"
    yield "|---" * (len(list(journeys)) + 1) + "|"
    for each in conditions:
        where = HELD_BY[each]
        yield f"| {each} | {' | '.join(f'{lived}[{name}]' if where == 'lives' else where for name in journeys)} |"


def tests() -> Iterator[str]:
    for name, test in TESTS.items():
        yield f"*{name}*: `{test}`. "


def document(lives: dict[str, Life]) -> str:
    return "\n".join(
        [
            "# What a journey takes, and in which conditions it is lived",
            "",
            "Written by `python -m tests.gates.lives`; tests hold each figure and each cell. Prices are the dearest for who has no plan:"
            f" {A_TEXT:.2f} $ a text each way, {A_MINUTE:.2f} $ a minute begun, {A_MEGABYTE:.2f} $ a megabyte.",
            "",
            "## On the web",
            "",
            "From a cold cache, without script, on 240 × 320, by keys: one for each step of the focus. *Ease* is Kandel-Moles (70 or more is"
            " plain), *LIX* 35 or less, over all that the journey's pages say.",
            "",
            *by_web(lives),
            "",
            "## By text and by voice",
            "",
            *by_phone(),
            "",
            "## Journeys and conditions",
            "",
            "Each cell names the test that holds it. `test_lives.py` goes through the whole journey, by the names of things alone, and looks at"
            " each of its pages in each condition; `test_pages.py` looks at every page of the site, staff's included, in every state. On a slow"
            " line: [comparison](comparison.md).",
            "",
            *matrix(),
            *tests(),
            "",
        ]
    )


def main() -> None:
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        db = build_storage(config := config_for(Path(folder), f"sqlite:///{folder}/engage.sqlite3"))
        world = furnish(db, config)
        chromium = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        lives = {}
        with served(world) as address:
            for language in LANGUAGES:
                for name in JOURNEYS:
                    life = live(chromium, address, world, name, language)
                    file_of(name, language).write_text(transcript(name, language, life.told), encoding="utf-8")
                    lives[language, name] = life
        chromium.close()
        db.dispose()
    DOCUMENT.write_text(document({name: lives["fr", name] for name in JOURNEYS}), encoding="utf-8")


if __name__ == "__main__":
    main()
