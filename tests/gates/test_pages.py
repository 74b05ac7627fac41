"""Every page, checked without a browser: markup, words, weight of words, and that no page was forgotten."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest

from engage.kernel.plain import reading
from engage.kernel.words import folder
from tests.gates.tour import Page

pytestmark = pytest.mark.xdist_group("gates")
VOID = {"meta", "link", "input", "br", "img", "hr", "rect", "path"}


class Outline(HTMLParser):
    """What a checker needs of a page: ids, labels, headings, forms and the words in between."""

    def __init__(self, text: str, *, scripts: bool = False) -> None:
        super().__init__()
        self.may_have_scripts = scripts
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str]] = []
        self.forms: list[dict[str, str]] = []
        self.tokens = 0
        self.targets: list[str] = []
        self.h1 = self.open_labels = 0
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
        assert "style" not in given, "no inline style"
        assert not any(name.startswith("on") for name in given), "no inline script"
        assert tag != "script" or self.may_have_scripts

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


def test_every_page_is_well_formed(pages: list[Page]) -> None:
    for page in pages:
        outline = Outline(page.html, scripts=page.template in ("kiosk/kiosk.html", "staff/studio.html", "staff/text_new.html"))
        assert outline.h1 == 1, page.id
        leaves = page.template == "home/left.html"
        assert re.search(r"<title>[^<]+</title>" if leaves else r"<title>[^<]+ – Engage</title>", page.html), page.id
        assert len(outline.ids) == len(set(outline.ids)), page.id
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
