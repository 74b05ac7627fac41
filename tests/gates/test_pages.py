"""Every page: markup, words, weight, that none was forgotten; then each in a real browser: axe, targets, widths."""

from __future__ import annotations

import gzip
import html
import re
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import ClassVar

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from engage.kernel.plain import reading
from engage.kernel.words import folder
from tests.gates.tour import Page

AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "wcag2aaa"],
    "rules": {
        "target-size": {"enabled": True},
        "color-contrast-enhanced": {"enabled": True},
        "identical-links-same-purpose": {"enabled": True},
    },
    "resultTypes": ["violations"],
}
OF_COLOUR = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
"""What the dark theme can change of axe's verdict."""
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button:not(.hidden[tabindex="-1"]), select, textarea, input:not([type=hidden])')]
  .map(e => [e, (e.closest('label.pick') || e).getBoundingClientRect()])
  .filter(([e, box]) => box.width && !e.classList.contains('skip') && (box.height < 43.5 || box.width < 43.5))
  .map(([e, box]) => e.outerHTML.slice(0, 90) + ' ' + Math.round(box.width) + 'x' + Math.round(box.height))"""
WIDTHS = """() => {
  const root = document.documentElement, found = [root.scrollWidth];
  root.dir = 'rtl'; found.push(root.scrollWidth);
  root.dir = 'ltr';
  return found; }"""
"""As it is, and from right to left."""
SHOW = """html => {
  const next = new DOMParser().parseFromString(html, 'text/html'), root = document.documentElement;
  for (const each of [...root.attributes]) root.removeAttribute(each.name);
  for (const each of next.documentElement.attributes) root.setAttribute(each.name, each.value);
  document.title = next.title;
  document.body.replaceWith(document.adoptNode(next.body)); }"""
"""Another page in the same document, where its style sheets are the same: a tenth of the time that opening it takes."""
ENLARGED = "() => { document.documentElement.style.fontSize = '225%'; return document.documentElement.scrollWidth; }"
VOID = {"meta", "link", "input", "br", "img", "hr", "rect", "path"}


class Outline(HTMLParser):
    """What a checker needs of a page: ids, labels, headings, forms and the words in between."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scripts: list[dict[str, str]] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str]] = []
        self.forms: list[dict[str, str]] = []
        self.tokens = 0
        self.targets: list[str] = []
        self.h1 = self.open_labels = 0
        self.headings: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "label":
            self.open_labels += 1
            self.labelled.add(given.get("for", ""))
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            self.fields.append(given | {"wrapped": "yes" if self.open_labels else ""})
        if tag == "form":
            self.forms.append(given)
        if tag == "input" and given.get("name") == "csrf_token":
            self.tokens += 1
        if tag == "a" and given.get("href", "").startswith("#"):
            self.targets.append(given["href"][1:])
        self.h1 += tag == "h1"
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        assert "style" not in given, "no inline style"
        assert not any(name.startswith("on") for name in given), "no inline script"
        if tag == "script":
            self.scripts.append(given)

    def handle_endtag(self, tag: str) -> None:
        self.open_labels -= tag == "label"


def sentences(page: Page) -> str:
    """The words of the main part, one block a line, without what people typed or official names and codes."""
    main = page.html[page.html.index("<main") : page.html.index("</main>")]
    main = re.sub(r"<(pre|code|select|svg|table)\b.*?</\1>", "\n", main, flags=re.DOTALL)
    main = re.sub(r"</?(p|li|h\d|ul|ol|form|div|fieldset|legend|label|button|b|span|dt|dd|caption)\b[^>]*>", "\n", main)
    return html.unescape(re.sub("<[^>]+>", "", main))


def test_the_tour_misses_no_template(pages: list[Page]) -> None:
    layouts = {"base.html", "step.html", "staff/staff.html", "me/back.html", "assisted/banner.html"}
    every = {str(path.relative_to(folder("templates"))) for path in folder("templates").rglob("*.html")}
    own = {name for name in every if not name.startswith(("components/", "demo/"))} - layouts
    for language in ("fr", "en"):
        seen = {page.template for page in pages if page.language == language}
        assert own - seen == set()


SCRIPTS = {
    "home/left.html": set[str](),
    "voting/check.html": {"listen.js", "held.js"},
    "home/offline.html": {"listen.js", "held.js"},
    "kiosk/kiosk.html": {"kiosk.js"},
    "staff/studio.html": {"look.js"},
    "staff/text_new.html": {"look.js"},
    **{f"staff/{name}.html": {"passkey.js"} for name in ("sign_in", "invitation", "account", "prove")},
}
"""What improves pages that all work without it (a tablet's aside): any other page of citizens has `listen.js` alone, of staff none."""


def scripts(page: Page) -> set[str]:
    return SCRIPTS.get(page.template, {"listen.js"} if page.citizen else set())


def test_scripts_are_small_files_of_ours_that_wait_for_the_page(pages: list[Page]) -> None:
    for page in pages:
        found = Outline(page.html).scripts
        names = sorted(each["src"].rpartition("/")[2] for each in found)
        assert names == sorted(scripts(page)) if page.citizen else set(names) <= scripts(page), page.id
        assert all(re.fullmatch(r"/static/[0-9a-f]{12}/\w+\.js", each["src"]) and "defer" in each for each in found), page.id
        assert len(found) == page.html.count("</script>") == len(re.findall(r"<script [^>]*></script>", page.html)), "no inline script"
    for name in ("listen.js", "held.js"):
        assert len(gzip.compress((folder("static") / name).read_bytes(), 6)) < 3 * 1024


def test_every_page_is_well_formed(pages: list[Page]) -> None:
    for page in pages:
        outline = Outline(page.html)
        assert outline.h1 == 1, page.id
        leaves = page.template == "home/left.html"
        assert re.search(r"<title>[^<]+</title>" if leaves else r"<title>[^<]+ – Engage</title>", page.html), page.id
        assert len(outline.ids) == len(set(outline.ids)), page.id
        assert all(after <= before + 1 for before, after in pairwise(outline.headings)), (page.id, outline.headings)
        for target in outline.targets:
            assert target in outline.ids, (page.id, target)
        for field in outline.fields:
            assert field["wrapped"] or field.get("id") in outline.labelled, (page.id, field)
        posting = [form for form in outline.forms if form.get("method") == "post"]
        keeps_no_session = page.citizen or page.template.startswith("kiosk/")
        assert outline.tokens == (0 if keeps_no_session else len(posting)), page.id


def test_french_pages_are_plain(pages: list[Page]) -> None:
    hard = {page.id: found for page in pages if page.citizen and page.language == "fr" and (found := reading(sentences(page)).faults())}
    assert hard == {}


def test_nothing_personal_stands_in_an_address_or_a_title(pages: list[Page]) -> None:
    for page in pages:
        title = re.search("<title>(.*?)</title>", page.html)[1]
        assert not re.search(r"\d{3}", title.replace("404", "").replace("403", "").replace("405", "").replace("500", "")), page.id
        for address in re.findall(r'(?:href|action)="([^"]*)"', page.html):
            assert not re.search(r"[?&](code|number|draft|participant)=", address), page.id


def test_english_pages_hold_no_french(pages: list[Page]) -> None:
    french = {"votre", "vous", "pour", "avec", "les", "une", "nous", "est", "dans"}
    for page in pages:
        if page.language == "en":
            text = re.sub(r'<[^>]*lang="fr"[^>]*>[^<]*<|<select.*?</select>', "<", page.html, flags=re.DOTALL)
            words = re.findall(r"[a-zéèàêç’]+", html.unescape(re.sub("<[^>]+>", " ", text)).lower())
            assert not french & set(words) or not page.citizen, (page.id, french & set(words))


def test_every_page_is_light_on_the_wire(pages: list[Page]) -> None:
    """Pages that only a post shows: their markup, compressed as the site does, beside the style sheets."""
    sheets = sum(len(gzip.compress((folder("static") / name).read_bytes(), 6)) for name in ("tokens.css", "engage.css"))
    for page in pages:
        if page.citizen:
            assert len(gzip.compress(page.html.encode(), 6)) + sheets + 1500 <= 14 * 1024, page.id


def shape(page: Page) -> str:
    """A page without its words, a list as long as one line: pages of one shape get one verdict from axe, in whichever language."""
    worded = r' (href|action|formaction|value|lang|hreflang|content|title|aria-label|alt|src|id|for|aria-describedby|name)="[^"]*"'
    bare = re.sub(r"<title>.*?</title>|<!--.*?-->", "", re.sub(worded, "", page.html), flags=re.DOTALL)
    bare = re.sub(r">[^<]*<", "><", bare)
    for tag in ("option", "li", "tr", "label", "p"):
        bare = re.sub(rf"(<{tag}\b(?:(?!<{tag}\b).)*?</{tag}>)\1+", r"\1", bare)
    return bare


class _Styles(HTMLParser):
    """Every element with the two around it, by tag and class: what a style sheet can tell apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.chain: list[str] = []
        self.seen: set[tuple[str, ...]] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        name = f"{tag}.{known.get('class') or ''}.{known.get('type') or ''}.{'aria-invalid' in known}"
        self.seen.add((*self.chain[-2:], name))
        if tag not in VOID:
            self.chain.append(name)

    def handle_endtag(self, tag: str) -> None:
        if self.chain and self.chain[-1].split(".")[0] == tag:
            self.chain.pop()


def styles(page: Page) -> set[tuple[str, ...]]:
    return _Styles(page.html).seen


class _Pages(BaseHTTPRequestHandler):
    """/<number> is a page of the tour; static files are the real ones, which a browser keeps."""

    pages: ClassVar[list[Page]]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        content, kind = b"", "text/html; charset=utf-8"
        if self.path.startswith("/static/"):
            content, kind = (folder("static") / self.path.split("/", 3)[3]).read_bytes(), "text/css"
        elif self.path == "/axe.js":
            content, kind = Axe().axe_script.encode(), "text/javascript"
        elif self.path[1:].isdigit():
            content = self.pages[int(self.path[1:])].html.encode()
        self.send_response(200 if content else 404)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(content))), ("Cache-Control", "max-age=3600")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Tests print nothing."""


@pytest.fixture(scope="module")
def shown(pages: list[Page]) -> Iterator[str]:
    _Pages.pages = pages
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def found(pages: list[Page], shown: str, chromium: Browser) -> dict[str, dict[str, object]]:
    """What is wrong with each page, by gate: one visit a page for them all, on the narrowest screen.

    A page in English is visited where no French page has its shape. axe reads a page that holds an element which, among
    its parents, was not read yet: what it says of a page as a whole, heading by heading, is checked of every page without a browser.
    """
    context = chromium.new_context(viewport={"width": 320, "height": 480})
    tab = context.new_page()
    found: dict[str, dict[str, object]] = {"light": {}, "dark": {}, "targets": {}, "narrow": {}, "mirrored": {}, "enlarged": {}}

    def violations(options: dict[str, object]) -> list[tuple[str, list[str]]]:
        if not tab.evaluate("'axe' in window"):
            tab.add_script_tag(url=f"{shown}/axe.js")
        said = tab.evaluate("options => axe.run(document, options).then(found => found.violations)", options)
        return [(each["id"], [node["html"][:120] for node in each["nodes"][:2]]) for each in said]

    dressed: list[str] = []
    known: set[tuple[str, ...]] = set()
    dark: set[tuple[str, ...]] = set()
    shapes = [shape(page) for page in pages]
    in_french = {shape for shape, page in zip(shapes, pages, strict=True) if page.language == "fr"}
    for number, page in enumerate(pages):
        if page.language != "fr" and shapes[number] in in_french:
            continue
        if (sheets := re.findall('<link rel="stylesheet"[^>]*>', page.html)) == dressed:
            tab.evaluate(SHOW, page.html)
        else:
            tab.goto(f"{shown}/{number}")
            dressed = sheets
        elements = styles(page)
        if not elements <= known:
            known |= elements
            found["light"][page.id] = violations(AXE)
        if not (coloured := {chain[-2:] for chain in elements}) <= dark:
            dark |= coloured
            tab.emulate_media(color_scheme="dark")
            found["dark"][page.id] = violations(OF_COLOUR)
            tab.emulate_media(color_scheme="light")
        found["targets"][page.id] = tab.evaluate(SMALL_TARGETS)
        narrow, mirrored = tab.evaluate(WIDTHS)
        found["narrow"][page.id], found["mirrored"][page.id] = max(narrow - 320, 0), max(mirrored - 320, 0)
        if page.citizen:
            tab.set_viewport_size({"width": 360, "height": 640})
            found["enlarged"][page.id] = max(tab.evaluate(ENLARGED) - 360, 0)
            tab.set_viewport_size({"width": 320, "height": 480})
    context.close()
    return found


@pytest.mark.parametrize("gate", ["light", "dark", "targets", "narrow", "mirrored", "enlarged"])
def test_every_page_passes(found: dict[str, dict[str, object]], gate: str) -> None:
    """axe in light and in dark; targets of 44 px and no overflow at 320 px, from right to left too, and at twice the text."""
    assert len(found[gate]) > 40
    assert {page: wrong for page, wrong in found[gate].items() if wrong} == {}
