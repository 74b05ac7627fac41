"""Languages that volunteers bring: nothing on a page stands outside the catalogue, and nobody is asked to trust what nobody read."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from engage import voting
from engage.kernel import languages, words
from engage.voting.drafts import NotReviewed, written_fields
from tests.conftest import ON_SQLITE
from tests.gates.test_pages import VOID
from tests.gates.tour import Page, Tour, _vote
from tests.world import PHONE, TABLE, World, hidden

READ, DRAFT = "native-reviewed by Ana Paz, 2026-05-01", "draft"
ACCENTS = str.maketrans("aeiouyAEIOUYcnst", "àéîõüÿÀÉÎÕÜÝçñšť")
SENTENCES = [str(message.id) for message in words.read("es") if message.id]
"""What a volunteer is asked to translate."""
DATA = {
    "Engage", "English", "Français", "ES", "BSL", "LOGIS", "NAVETTE", "CLSC", "Ville", "Table du Bas-Saint-Laurent", "Bas-Saint-Laurent",
    "Comité du logement", "La navette du soir", "Maison commune", "Camille, 418 555-0191", "Kamouraska", "La Matanie", "La Matapédia",
    "La Mitis", "Les Basques", "Rimouski-Neigette", "Rivière-du-Loup", "Témiscouata",
}  # fmt: skip
"""Names and codes, which nobody translates."""
Bring = Callable[..., None]


def pseudo(message: str) -> str:
    """The same in brackets, with accents and about 40 % longer; places to fill are kept."""
    parts = re.split(r"(%\(\w+\)s|%%)", message)
    told = "".join(part if part.startswith("%") else part.translate(ACCENTS) for part in parts)
    return f"⟦{told}{' ~~~~' * (len(message) // 12)}⟧"


def forget() -> None:
    for known in (languages.standing, words.catalogue):
        known.cache_clear()


@pytest.fixture
def bring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, world: World) -> Iterator[Bring]:
    """Put a pseudo catalogue beside our English, and the site in that language."""
    here = tmp_path / "translations"
    here.mkdir()
    (here / "en").symlink_to(words.TRANSLATIONS / "en")

    def put(tag: str, status: str, missing: Collection[str] = ()) -> None:
        made = Catalog(locale=tag, header_comment=f"# Name: {tag.upper()}\n# Status: {status}")
        for message in SENTENCES:
            made.add(message, "" if message in missing else pseudo(message))
        (here / tag / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
        with words.path_of(tag).open("wb") as file:
            write_po(file, made)
        world.config = replace(world.config, languages=(*dict.fromkeys((*world.config.languages, tag)),))
        forget()

    monkeypatch.setattr(words, "TRANSLATIONS", here)
    forget()
    yield put
    forget()


class Shown(HTMLParser):
    """What is read of a page and what is said of its pictures, each with the language it is in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tongues: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        own = given.get("lang") or (self.tongues[-1] if self.tongues else "")
        self.texts += [(own, given[name] or "") for name in ("aria-label", "alt", "placeholder", "data-label") if name in given]
        if tag not in VOID | {"use", "circle", "line"}:
            self.tongues.append(own)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A shape within a picture says nothing."""

    def handle_endtag(self, tag: str) -> None:
        self.tongues.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append((self.tongues[-1] if self.tongues else "", " ".join(data.split())))


def outside(text: str) -> str:
    """What of a text stands in no bracket."""
    before = None
    while before != text:
        before, text = text, re.sub("⟦[^⟦⟧]*⟧", " ", text)
    return " ".join(text.split()).removesuffix("– Engage").strip(" .,:;()")


def walk(world: World, prefix: str) -> list[Page]:
    """The pages that most citizens meet."""
    world.committee()
    world.project()
    tour, browser = Tour(world), world.browser()
    for address in ("/", "/trust", "/committees", "/committees/LOGIS", "/projects", "/projects/NAVETTE", "/me", "/alliances/", "/evidence/",
                    "/reports/target/2025-2026", "/language/es"):  # fmt: skip
        tour.see(address, browser.get(prefix + address))
    tour.see("nothing there", browser.get(prefix + "/v/NOPE"), 404)
    _vote(tour, prefix, "BSL", "")
    return tour.pages


@ON_SQLITE
def test_nothing_that_is_read_stands_outside_the_catalogue(world: World, bring: Bring) -> None:
    bring("es", READ)
    pages = walk(world, "/es")
    assert len(pages) > 20
    strays = set()
    for page in pages:
        assert page.language == "es", page.name
        assert 'class="caution"' not in page.html
        assert not re.search(f"[{words.OPEN}{words.SHUT}]", page.html)
        for tongue, text in Shown(re.sub("<pre.*?</pre>|<p class=.receipt.*?</p>", "", page.html, flags=re.DOTALL)).texts:
            rest = text if tongue == "fr" and text in SENTENCES else outside(html.unescape(text)) if tongue == "es" else ""
            if re.search(r"[^\W\d_]{2}", rest) and rest not in DATA:
                strays.add((page.name, text))
    assert strays == set()


@ON_SQLITE
def test_a_draft_says_so_and_no_ballot_is_read_in_it(world: World, bring: Bring) -> None:
    bring("es", DRAFT)
    browser = world.browser()
    home = browser.get("/es/").text
    assert '<html lang="es" dir="ltr">' in home
    assert re.search('<p class="caution" lang="es" dir="auto">⟦', home)
    assert '<h3><span lang="fr">Quelles sont nos 3 priorités?</span></h3>' in home
    tour = Tour(world)
    _vote(tour, "/es", "BSL", "")
    assert {page.language for page in tour.pages} == {"fr"}
    for page in tour.pages:
        assert re.search('<p class="caution" lang="es" dir="auto">⟦', page.html), page.name
        assert outside(re.sub('<p class="caution".*?</p>', "", page.html)).count("⟦") == 0, page.name
        assert 'hreflang="es"' not in page.html
    plain = browser.get("/v/BSL").text
    assert "caution" not in plain, "a page is kept for the address that it was made for"
    assert 'hreflang="es"' not in plain
    assert 'hreflang="es"' in browser.get("/").text
    for address in ("/es/staff/sign-in", "/es/data/"):
        assert '<html lang="fr"' in browser.get(address).text, address


@ON_SQLITE
def test_a_ballot_opens_in_no_language_that_nobody_read(world: World, bring: Bring) -> None:
    """Though staff wrote it there and said that it was read: neither page, text nor call may come to show it."""
    bring("es", DRAFT)
    with world.act() as act:
        made = voting.draft_consultation(
            act,
            "A01",
            code="NUEVO",
            door=voting.Door.OPEN,
            closes_at=world.at + timedelta(days=21),
            question={"fr": "Quelles sont nos priorités?", "es": "¿Cuáles son nuestras prioridades?"},
            why={"fr": "La table prépare son plan.", "es": "La mesa prepara su plan."},
            languages=("fr", "es"),
        )
        for owner, field in written_fields(made) + [(option.id, "explanation") for option in made.options]:
            words.write(act.session, owner, field, {"es": f"{field} {owner}"})
        assert [type(fault) for fault in voting.faults(act, made)] == [NotReviewed]
        bring("es", READ)
        assert voting.faults(act, made) == []


@ON_SQLITE
def test_the_line_answers_in_french_whoever_reads_in_another_language(world: World, bring: Bring) -> None:
    bring("es", READ)
    browser = world.browser()
    page = browser.get("/es/v/BSL")
    assert browser.post("/es/v/BSL", data=hidden(page) | {"number": PHONE}).status_code == 200
    world.work()
    assert world.sent[-1].language == "fr"
    assert "votre code est" in world.sent[-1].body
    assert world.text("VOTE").startswith("Table Bas-Saint-Laurent demande: Quelles sont nos 3 priorités?")
    call = world.webhook("/phone/voice", {"CallSid": "CA1", "From": PHONE, "To": TABLE, "Direction": "inbound"}).text
    assert set(re.findall('language="([^"]+)"', call)) == {"fr-CA"}


@ON_SQLITE
def test_what_is_not_translated_is_marked_as_french(world: World, bring: Bring) -> None:
    missing = {"Une place à la table", "Aller au contenu", "Vos idées comptent"}
    bring("es", READ, missing)
    page = world.browser().get("/es/").text
    assert set(re.findall('<span lang="fr">([^<]*)</span>', page)) == missing | {"Quelles sont nos 3 priorités?"}
    assert "<title>Vos idées comptent – Engage</title>" in page, "no element stands in a title"


@ON_SQLITE
def test_a_page_is_read_from_right_to_left_by_its_own_language(world: World, bring: Bring) -> None:
    """Whose days it writes is another matter: Babel knows nothing of Cree."""
    bring("ar", READ)
    bring("crk", READ)
    page = world.browser().get("/ar/v/BSL").text
    assert '<html lang="ar" dir="rtl">' in page
    assert "\N{LEFT-TO-RIGHT ISOLATE}418 555-0191\N{POP DIRECTIONAL ISOLATE}" in page
    page = world.browser().get("/crk/v/BSL").text
    assert '<html lang="crk" dir="ltr">' in page
    assert "25 mai 2026" in page
    assert "\N{LEFT-TO-RIGHT ISOLATE}" not in page


def test_style_sheets_know_no_left_or_right() -> None:
    for sheet in (words.folder("static")).glob("*.css"):
        physical = (
            r"(?:margin|padding|border|inset|scroll-margin)-(?:left|right|top|bottom)\b|\b(?:left|right)\s*[:;}]|float\s*:|\bdirection\s*:"
        )
        assert re.findall(physical, sheet.read_text("utf-8")) == [], sheet.name
