"""What must hold of a page for people who see, hear or reach it otherwise: each condition looks at the page that is there and says what is wrong."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.gates.walking import Node, Walk

SMALLEST = {"width": 240, "height": 320}
"""A phone with keys; a citizen's whole walk is made on it."""
NARROW = {"width": 320, "height": 480}
"""Where staff's is made."""
WIDE = "() => document.documentElement.scrollWidth"
STUCK = """() => [...document.querySelectorAll('body *')].filter(each => ['fixed', 'sticky'].includes(getComputedStyle(each).position))
  .map(each => each.outerHTML.slice(0, 80))"""
UNFRAMED = """() => [...document.querySelectorAll('main button, main input:not([type=hidden], [type=checkbox], [type=radio]), main select, main textarea')]
  .filter(each => each.getBoundingClientRect().width && getComputedStyle(each).borderStyle === 'none').map(each => each.outerHTML.slice(0, 80))"""
SHEETS = "off => { for (const each of document.styleSheets) each.disabled = off; }"
PICTURES = "off => document.querySelectorAll('svg, img').forEach(each => { each.style.display = off ? 'none' : ''; })"
WORDLESS = "() => [...document.querySelectorAll('a, button')].filter(each => each.getBoundingClientRect().width && !each.closest('details:not([open])') && !each.innerText.trim()).map(each => each.outerHTML.slice(0, 80))"
READ = "() => document.body.innerText"
OF_BROWSER = ("Show date picker", "Show time picker")
"""Buttons that Chromium puts into a field of its own."""
MOVING = "() => document.getAnimations().length"
PRINTED = """() => { const box = document.querySelector('h1').getBoundingClientRect(), nav = document.querySelector('header');
  return [box.height > 0, nav ? getComputedStyle(nav).display === 'none' : true, document.documentElement.scrollWidth]; }"""


def names(walk: Walk) -> list[tuple[str, str]]:
    """A space that the browser says before a colon is no difference."""
    return [(each.role, each.name.replace(" :", ":")) for each in walk.tree() if each.role != "text"]


@contextmanager
def switched(walk: Walk, script: str) -> Iterator[None]:
    walk.tab.evaluate(script, True)
    yield
    walk.tab.evaluate(script, False)


@contextmanager
def sized(walk: Walk, width: int, height: int) -> Iterator[None]:
    before = walk.tab.viewport_size
    walk.tab.set_viewport_size({"width": width, "height": height})
    yield
    walk.tab.set_viewport_size(before)


def smallest(walk: Walk) -> Iterator[str]:
    """240 x 320 by keys, or staff's 320 x 480: nothing sideways, nothing that stays in the way."""
    if (wide := walk.tab.evaluate(WIDE)) > walk.tab.viewport_size["width"]:
        yield f"{wide} wide"
    yield from walk.tab.evaluate(STUCK)


def enlarged(walk: Walk) -> Iterator[str]:
    """A screen of 1280 x 1024 at 400 %, which is 320 x 256."""
    with sized(walk, 320, 256):
        if (wide := walk.tab.evaluate(WIDE)) > 320:
            yield f"{wide} wide"


def without_styles(walk: Walk) -> Iterator[str]:
    """The same words in the same order, none run into the next."""
    before = walk.tab.evaluate(READ)
    with switched(walk, SHEETS):
        after = walk.tab.evaluate(READ)
    before, after = (" ".join(text.split()).replace(" :", ":").split() for text in (before, after))
    if before != after:
        yield f"read otherwise: {set(before) ^ set(after)}"


def without_images(walk: Walk) -> Iterator[str]:
    """Each thing keeps its word."""
    before = [each for each in names(walk) if each[0] != "image"]
    with switched(walk, PICTURES):
        after = names(walk)
        yield from walk.tab.evaluate(WORDLESS)
    if before != after:
        yield f"told otherwise: {set(before) ^ set(after)}"


def forced_colours(walk: Walk) -> Iterator[str]:
    """Where a person's own colours take the place of ours, what can be pressed or filled keeps a frame."""
    walk.tab.emulate_media(forced_colors="active")
    yield from walk.tab.evaluate(UNFRAMED)
    walk.tab.emulate_media(forced_colors="none")


def still(walk: Walk) -> Iterator[str]:
    """Nothing moves for who asked for stillness."""
    if walk.tab.evaluate(MOVING):
        yield "something moves"


def printed(walk: Walk) -> Iterator[str]:
    """On paper: the page, without what only a screen can do."""
    walk.tab.emulate_media(media="print")
    with sized(walk, 700, 900):
        titled, bare, wide = walk.tab.evaluate(PRINTED)
    walk.tab.emulate_media(media="screen")
    if not (titled and bare and wide <= 700):
        yield f"title {titled}, navigation gone {bare}, {wide} wide"


def as_text(walk: Walk) -> Iterator[str]:
    """In w3m and in lynx all that can be read or pressed is there."""
    page = walk.tab.content().encode()
    for command in (("w3m", "-dump", "-T", "text/html", "-I", "utf-8", "-O", "utf-8", "-cols", "300"), ("lynx", "-dump", "-nolist", "-stdin", "-force_html", "-width=300", "-assume_charset=utf-8", "-display_charset=utf-8")):  # fmt: skip
        shown = subprocess.run(command, input=page, capture_output=True, check=True, timeout=20).stdout.decode(errors="replace")
        flat = "".join(shown.split())
        for each in walk.tree():
            if (
                each.role in ("heading", "button", "link")
                and not each.name.startswith(OF_BROWSER)
                and "".join(_read(each).split()) not in flat
            ):
                yield f"{command[0]} does not show {each.told()}"


def _read(node: Node) -> str:
    return node.name.replace("\u202f", " ")


CONDITIONS: dict[str, Callable[[Walk], Iterator[str]]] = {
    "240 × 320": smallest,
    "400 %": enlarged,
    "styles off": without_styles,
    "images off": without_images,
    "forced colours": forced_colours,
    "reduced motion": still,
    "print": printed,
    "w3m, lynx": as_text,
}


def wrong(walk: Walk) -> list[str]:
    """Everything that does not hold of the page that is there, with its condition."""
    return [f"{name}: {fault}" for name, holds in CONDITIONS.items() for fault in holds(walk)]
