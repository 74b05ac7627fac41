"""Makes the pictures of docs/screenshots from a fresh demo, in a real browser: `make screenshots`."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pyotp
from playwright.sync_api import Page, sync_playwright

OPEN_VOTE = "tr:has(td:text-is('BSL')) th a"
PLACE = Path(__file__).parent / "screenshots"


def start(home: str) -> tuple[subprocess.Popen[str], str, str]:
    """A demo on a free port, its address and what it printed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {"ENGAGE_HOME": home}
    demo = subprocess.Popen([sys.executable, "-u", "-m", "engage", "demo", "--port", str(port)], env=env, stdout=subprocess.PIPE, text=True)
    printed = ""
    while "Ctrl-C" not in printed:
        printed += demo.stdout.readline()
    return demo, f"http://127.0.0.1:{port}", printed


def shoot(tab: Page, name: str) -> None:
    tab.screenshot(path=PLACE / f"{name}.png", full_page=True)


def text(tab: Page, site: str, number: str, *bodies: str) -> None:
    """From a handset of the simulator."""
    for body in bodies:
        tab.goto(f"{site}/demo/phone?number=%2B{number}")
        tab.fill("#body", body)
        tab.click(".handset button")


def call(tab: Page, site: str, number: str, keys: str) -> None:
    """The table, from a handset of the simulator, and some keys."""
    tab.goto(f"{site}/demo/phone?number=%2B{number}")
    tab.click("text=Appeler la table")
    for key in keys:
        tab.click(f"button[name=digits][value='{key}']")


def citizen(tab: Page, site: str, card: str) -> None:
    tab.goto(site)
    shoot(tab, "home")
    tab.goto(f"{site}/v/BSL")
    shoot(tab, "vote-1-welcome")
    tab.fill("#code", card)
    tab.click("main button")
    for number in ("1", "3", "9"):
        tab.check(f"input[value='{number}']")
    shoot(tab, "vote-2-choose")
    tab.click("main button")
    shoot(tab, "vote-3-check")
    tab.click("main button")
    shoot(tab, "vote-4-receipt")
    tab.click("main button")
    shoot(tab, "vote-5-optional")
    tab.goto(f"{site}/v/BSL25/results")
    shoot(tab, "results")
    tab.goto(f"{site}/v/BUDGET25/results")
    shoot(tab, "results-budget")
    tab.goto(f"{site}/v/PROJET")
    shoot(tab, "vote-announced")
    tab.goto(f"{site}/en/v/BSL")
    shoot(tab, "welcome-english")
    text(tab, site, "14185550180", "VOTE", "logement et transport", "OUI", "A R")
    shoot(tab, "phone")
    tab.goto(f"{site}/me")
    tab.fill("#code", card)
    tab.click("main button")
    shoot(tab, "my-page")
    call(tab, site, "14185550181", "14#")
    shoot(tab, "phone-call")


def seat(tab: Page, site: str, card: str) -> None:
    """A seat asked for with a card, and by text."""
    tab.goto(f"{site}/committees/LOGIS")
    shoot(tab, "seat-1-committee")
    tab.fill("#code", card)
    tab.click("main button.big")
    for support in ("ride", "care"):
        tab.check(f"input[value='{support}']")
    tab.fill("#children", "2")
    tab.fill("#name", "Dominique")
    tab.fill("#number", "418 555-0182")
    tab.check("input[name=status][value=today]")
    shoot(tab, "seat-2-needs")
    tab.click("main button.big")
    shoot(tab, "seat-3-asked")
    text(tab, site, "14185550182", "PLACE", "OUI", "trajet et garde", "2")
    shoot(tab, "seat-phone")


def opinion(tab: Page, site: str) -> None:
    """What one thinks: by text from the stop, by a voice, on the page."""
    tab.goto(f"{site}/projects/NAVETTE")
    shoot(tab, "opinion-1-project")
    tab.check("input[name=face][value='2']")
    tab.fill("#words", "Un banc, ce serait bien.")
    tab.click("main button.big")
    shoot(tab, "opinion-2-noted")
    text(tab, site, "14185550183", "NAVETTE", "2", "Elle part avant la fin de mon travail", "OUI")
    shoot(tab, "opinion-3-text")
    call(tab, site, "14185550182", "5111")
    shoot(tab, "opinion-4-voice")
    tab.click("text=Parler 8 secondes")
    tab.click("button[name=digits][value='1']")
    tab.click("text=Raccrocher")


def office(tab: Page, site: str) -> None:
    """The team, its log, what is in force, the guide."""
    for name, path in (
        ("team", "team/"),
        ("log", "log/"),
        ("settings", "settings/"),
        ("guide", "guide/"),
        ("first-hour", "guide/first-hour/A01"),
    ):
        tab.goto(f"{site}/staff/{path}")
        shoot(tab, f"staff-{name}")


def answering(tab: Page, site: str) -> None:
    """A card typed in, a voice typed up, one answer to the three."""
    tab.goto(f"{site}/staff/feedback/card/A01")
    tab.fill("#reference", "4821-7730")
    tab.select_option("#project", "NAVETTE")
    tab.select_option("#face", "2")
    tab.fill("#words", "Trop tôt pour ma fille")
    tab.click("main button")
    shoot(tab, "staff-opinion-card")
    tab.goto(f"{site}/staff/feedback/")
    while not tab.locator("h2:has-text('Voix à taper') ~ ul a").count():
        tab.reload()
    tab.click("h2:has-text('Voix à taper') ~ ul a >> nth=0")
    tab.fill("#words", "Je manque la navette tous les soirs.")
    shoot(tab, "staff-opinion-voice")
    tab.click("text=Garder ces mots")
    tab.goto(f"{site}/staff/feedback/")
    for words in ("Elle part avant la fin", "Je manque la navette", "Trop tôt pour ma fille"):
        tab.click(f"label.pick:has-text('{words}')")
    tab.select_option("#step", "yes")
    tab.fill("#text", "Oui: dès lundi, la navette part 30 minutes plus tard.")
    shoot(tab, "staff-opinion-answer")
    tab.click("text=Répondre à ceux qui sont cochés")
    tab.goto(f"{site}/staff/feedback/alerts")
    shoot(tab, "staff-alerts")
    tab.goto(f"{site}/staff/projects/")
    shoot(tab, "staff-projects")


def heard(tab: Page, site: str) -> None:
    """Each hears back where they spoke; everyone reads what changed."""
    tab.goto(f"{site}/answer")
    tab.fill("#reference", "4821-7730")
    tab.click("main button.big")
    shoot(tab, "opinion-5-card-answered")
    tab.goto(f"{site}/changed/A01")
    shoot(tab, "opinion-6-changed")
    tab.goto(f"{site}/money/A01")
    shoot(tab, "opinion-7-money")


def member(tab: Page, site: str, card: str) -> None:
    """My page of someone drawn for the other committee, and their next meeting."""
    tab.goto(f"{site}/me")
    tab.fill("#code", card)
    tab.click("main button")
    shoot(tab, "member-my-page")
    tab.click("text=Voir et répondre")
    shoot(tab, "member-meeting")
    tab.goto(f"{site}/committees/SUIVI")
    shoot(tab, "member-decided")
    tab.click("text=Le tirage du")
    tab.set_viewport_size({"width": 1024, "height": 768})
    shoot(tab, "draw-in-the-room")


def committees(tab: Page, site: str) -> None:
    """The table's side: calls, a committee, a draw to prepare, a meeting, the year."""
    tab.goto(f"{site}/staff/committees/")
    shoot(tab, "staff-committees")
    tab.click("main li.result a.tap")
    shoot(tab, "staff-call")
    tab.goto(f"{site}/staff/committees/")
    tab.click("main li.result a:has-text('Comité du logement') >> nth=-1")
    shoot(tab, "staff-committee")
    tab.click("text=Tirer au sort")
    shoot(tab, "staff-draw")
    tab.goto(f"{site}/staff/committees/")
    tab.click("main li.result a:has-text('Comité de suivi') >> nth=-1")
    tab.click("h2:has-text('Les rencontres') ~ ul a >> nth=0")
    shoot(tab, "staff-meeting")
    tab.goto(f"{site}/staff/committees/")
    tab.click("text=L’année des comités")
    shoot(tab, "staff-year")


def staff(tab: Page, site: str, printed: str) -> None:
    password, secret = re.search(r"organiser .* password (\S+) +secret (\S+)", printed).groups()
    tab.goto(f"{site}/staff/")
    tab.fill("#email", "camille@exemple.invalid")
    tab.fill("#password", password)
    tab.fill("#code", pyotp.TOTP(secret).now())
    shoot(tab, "staff-sign-in")
    tab.get_by_role("button", name="Entrer", exact=True).click()
    shoot(tab, "staff-desk")
    office(tab, site)
    committees(tab, site)
    answering(tab, site)
    studio(tab, site)
    tab.goto(f"{site}/staff/")
    tab.click(OPEN_VOTE)
    shoot(tab, "staff-consultation")
    tab.goto(f"{site}/staff/texts/new")
    tab.fill("#body", "Être là compte: il reste 3 jours pour voter.")
    tab.click("button[name=look]")
    shoot(tab, "staff-text-new")
    tab.fill("#body", "Il reste 3 jours pour voter. Merci.")
    tab.click("main button:not([name])")
    shoot(tab, "staff-text")
    tab.goto(f"{site}/staff/voice/A01")
    tab.screenshot(path=PLACE / "staff-voice.png")
    doors(tab, site)
    tab.goto(f"{site}/staff/cards/")
    tab.fill("#group", "Maison du coin")
    tab.fill("#size", "4")
    tab.click("main button")
    shoot(tab, "staff-cards")
    tab.goto(site)
    tab.click("footer a[href*=reports]")
    shoot(tab, "target")
    filed(tab, site)


def filed(tab: Page, site: str) -> None:
    """What the table owes: the draft of its account, the one it signed, and the ministry's review."""
    tab.goto(f"{site}/staff/filings/A01")
    tab.click("text=Le compte de l’année >> nth=1")
    shoot(tab, "staff-account")
    tab.goto(f"{site}/filings/A01")
    tab.click("th a:has-text('Le compte de l’année')")
    shoot(tab, "account")
    tab.goto(f"{site}/reports/indicators")
    shoot(tab, "indicators")
    tab.goto(f"{site}/alliances/practices")
    shoot(tab, "practices")


def studio(tab: Page, site: str) -> None:
    """A consultation from its template to its announcement."""
    tab.goto(f"{site}/staff/consultations/new")
    shoot(tab, "staff-consultation-new")
    tab.click("text=Un budget à partager")
    tab.fill("#question", "Quels projets ferons-nous d’abord?")
    tab.fill("#why", "La table a un peu d’argent. Vous dites où il va.")
    tab.fill("#envelope", "10 000")
    for number, (name, told, price) in enumerate(
        [("Un jardin", "Des légumes pour le quartier.", "4000"), ("Un abri", "Attendre au sec.", "7000")]
    ):
        tab.fill(f"#options-{number}-label", name)
        tab.fill(f"#options-{number}-explanation", told)
        tab.fill(f"#options-{number}-cost", price)
    tab.select_option("#options-0-icon", "plant")
    tab.select_option("#options-1-icon", "bus")
    tab.wait_for_selector("#look .bubble:has-text('7000$')")
    tab.screenshot(path=PLACE / "studio-1-write.png")
    tab.click("text=Garder le brouillon")
    shoot(tab, "studio-2-draft")
    tab.click("text=Essayer la page")
    tab.screenshot(path=PLACE / "studio-3-try.png")
    tab.click("text=Finir l’essai")
    tab.click("text=Annoncer le vote")
    tab.screenshot(path=PLACE / "studio-4-announced.png")


def doors(tab: Page, site: str) -> None:
    """Help, paper and a lent tablet."""
    tab.goto(f"{site}/staff/assisted/?next=BSL")
    tab.check("#agreed")
    tab.check("input[value='reading']")
    tab.fill("#organisation", "Maison du coin")
    shoot(tab, "staff-help")
    tab.click("main button.big")
    shoot(tab, "staff-assisted")
    tab.goto(f"{site}/staff/")
    tab.click("text=Feuilles et enveloppes")
    shoot(tab, "staff-paper")
    tab.goto(f"{site}/staff/")
    tab.click(OPEN_VOTE)
    tab.click("text=Tablettes")
    tab.fill("#place", "Banque alimentaire")
    tab.click("main form:has(#place) button")
    address = tab.inner_text("main pre")
    shoot(tab, "staff-kiosk")
    tablet = tab.context.browser.new_page(viewport={"width": 800, "height": 1100})
    tablet.goto(address)
    tablet.click("section:not([hidden]) button")
    shoot(tablet, "kiosk")
    tablet.close()


def main() -> None:
    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        demo, site, printed = start(home)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium"), args=["--no-sandbox"]
                )
                card, second = re.search(r"never used: (\S+)  (\S+)", printed).groups()
                drawn = re.search(r"drawn for a seat, to open /me: (\S+)", printed)[1]
                citizen(browser.new_page(viewport={"width": 360, "height": 640}), site, card)
                seat(browser.new_page(viewport={"width": 360, "height": 640}), site, second)
                member(browser.new_page(viewport={"width": 360, "height": 640}), site, drawn)
                opinion(browser.new_page(viewport={"width": 360, "height": 640}), site)
                staff(browser.new_page(viewport={"width": 960, "height": 720}), site, printed)
                heard(browser.new_page(viewport={"width": 360, "height": 640}), site)
                browser.close()
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(timeout=30)


if __name__ == "__main__":
    main()
