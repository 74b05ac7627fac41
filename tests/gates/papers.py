"""The pages of what a table files: accounts, plans and notes, partners, declarations, a year that closes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engage import filings, reports
from engage.committees import Committee
from engage.filings import FilingKind
from engage.kernel.act import fiscal_year_of
from engage.staff import Role
from engage.voting import Consultation
from tests.world import World, hidden

See = Callable[..., TestResponse]
HARD = "Nous avons " + "vraiment beaucoup et très longtemps " * 5 + "écouté."


def write(world: World, see: See, prefix: str, browser: FlaskClient) -> None:
    """A table's own pages, empty, wrong and filled."""
    year = fiscal_year_of(world.at.date())
    world.prove()
    page = see("account", browser.get(f"{prefix}/staff/account/"))
    see("recovery codes", browser.post(f"{prefix}/staff/account/codes", data=hidden(page)))
    see("password wrong", browser.post(f"{prefix}/staff/account/password", data=hidden(page) | {"old": "x", "new": "y"}), 409)
    team(see, prefix, browser, world)
    see("filings of a table", browser.get(f"{prefix}/staff/filings/A01"))
    there = f"{prefix}/staff/filings/A01/note/{year}"
    page = see("draft empty", browser.get(there))
    see("draft too hard", browser.post(f"{there}/words", data=hidden(page) | {"summary": HARD}), 409)
    see("comment missing", browser.post(f"{there}/comments", data=hidden(page) | {"text": ""}), 409)
    browser.post(f"{there}/words", data=hidden(page) | {"summary": f"On avance bien{prefix}.", "failed": "Le bus part trop tôt."})
    browser.post(f"{there}/comments", data=hidden(page) | {"text": f"Et le bus {prefix}?"})
    see("draft with a comment", browser.get(there))
    settle = browser.get(there).text.split("/staff/filings/comments/")[1].split('"')[0]
    browser.post(f"{prefix}/staff/filings/comments/{settle}", data=hidden(page))
    see("signed by nobody", browser.post(f"{there}/sign", data=hidden(page) | {"by": ""}), 409)
    assert browser.post(f"{there}/sign", data=hidden(page) | {"by": "Camille"}).status_code == 302
    see("draft once signed", browser.get(there))
    there = f"{prefix}/staff/filings/A01/partners"
    page = see("partners", browser.get(there))
    see("partner wrong", browser.post(there, data=hidden(page) | {"name": ""}), 409)
    browser.post(there, data=hidden(page) | {"name": "CDC", "kind": "cdc", "collaboration": "concertation", "commitment": "2 salles"})
    see("partners some", browser.get(there))
    there = f"{prefix}/staff/declarations/A01"
    page = see("declarations", browser.get(there))
    see("declaration wrong", browser.post(there, data=hidden(page) | {"year": "2026", "mechanism": "M3", "people": "x"}), 409)
    file = {"file": (io.BytesIO(b"agreement,year\nA01,2026\n"), "a.csv")}
    see("file wrong", browser.post(f"{there}/import", data=hidden(page) | file, content_type="multipart/form-data"), 409)
    line = {"year": year, "mechanism": "M3", "name": f"Comité {prefix}", "people": "12", "source": "PV"}
    assert browser.post(there, data=hidden(page) | line).status_code == 302
    see("declarations some", browser.get(there))
    _exchange(see, prefix, browser)
    there = f"{prefix}/staff/practices/A01"
    page = see("practices of a table", browser.get(there))
    see("practice wrong", browser.post(there, data=hidden(page) | {"what": "Un repas"}), 409)
    if not prefix:
        see("practices none", world.browser().get("/alliances/practices"))
        see("practices none", world.browser().get("/en/alliances/practices"))
    told = {
        "what": "Un repas avant le vote.",
        "for_whom": "Les gens du coin.",
        "worked": "Ils restent.",
        "failed": "Le soir, peu viennent.",
    }
    assert browser.post(there, data=hidden(page) | told).status_code == 302
    see("practices some", browser.get(there))
    see("practices", world.browser().get(f"{prefix}/alliances/practices"))
    see("facts", browser.get(f"{prefix}/staff/facts/A01/{year}"))
    see("facts none", browser.get(f"{prefix}/staff/facts/A01/2020-2021"))
    see("indicators", world.browser().get(f"{prefix}/reports/indicators"))
    see("nothing filed", world.browser().get(f"{prefix}/filings/A02"))


def team(see: See, prefix: str, browser: FlaskClient, world: World) -> None:
    """Who works here, the log of what they did, and what changed on one thing."""
    account = browser.get(f"{prefix}/staff/account/")
    see("passkey wrong", browser.post(f"{prefix}/staff/account/passkeys", data=hidden(account) | {"passkey": "x"}), 409)
    manager = world.staff(Role.MANAGER, email=f"manager{len(prefix)}@example.org")
    page = page_of_team = see("team", manager.get(f"{prefix}/staff/team/"))
    sent = hidden(page) | {"email": f"noor{len(prefix)}@example.org", "name": "Noor", "role": "worker", "agreement": "A01"}
    see("team wrong", manager.post(f"{prefix}/staff/team/", data=sent | {"email": "x"}), 409)
    see("team invited", manager.post(f"{prefix}/staff/team/", data=sent))
    leaver = page.text.split("/hand-over")[0].rpartition("/")[2]
    there = f"{prefix}/staff/team/{leaver}/hand-over"
    page = see("hand over", manager.get(there))
    see("hand over wrong", manager.post(there, data=hidden(page) | {"email": "x"}), 409)
    own = re.findall(r"/staff/team/([0-9a-f-]+)/hand-over", page_of_team.text.split(f"manager{len(prefix)}@example.org")[1])[0]
    see("log", manager.get(f"{prefix}/staff/log/"))
    see("log of nothing", manager.get(f"{prefix}/staff/log/?until=2001-01-01"))
    see("log wrong", manager.get(f"{prefix}/staff/log/?until=x"), 409)
    with world.act() as act:
        vote = act.session.scalars(select(Consultation.id).where(Consultation.code == "BSL")).one()
        committee = act.session.scalars(select(Committee.id).limit(1)).first()
    assert committee is not None
    page = see("settings", manager.get(f"{prefix}/staff/settings/"))
    see("settings tried", manager.post(f"{prefix}/staff/settings/", data=hidden(page) | {"phrase": "je veux mourir"}))
    see("guide", manager.get(f"{prefix}/staff/guide/"))
    see("first hour", manager.get(f"{prefix}/staff/guide/first-hour/A01"))
    page = see("search", manager.get(f"{prefix}/staff/search/"))
    for name, words, status in (("short", "a", 409), ("found", "logis", 200), ("nothing", "zzzz", 200), ("person", "1234 5678 9014", 200)):
        see(f"search {name}", manager.post(f"{prefix}/staff/search/", data=hidden(page) | {"q": words}), status)
    see("history of a vote", manager.get(f"{prefix}/staff/log/consultation/{vote}"))
    see("history of a committee", manager.get(f"{prefix}/staff/log/committee/{committee}"))
    see("desk of the auditor", world.staff(Role.AUDITOR, None, email=f"auditor{len(prefix)}@example.org").get(f"{prefix}/staff/"))
    world.prove(timedelta(hours=1))
    see("is it you", manager.post(f"{prefix}/staff/team/", data=sent))
    see("is it you, wrong", manager.post(f"{prefix}/staff/team/", data=sent | {"proof_password": "x"}), 409)
    world.prove()
    see(
        "handed over",
        manager.post(f"{prefix}/staff/team/{own}/hand-over", data=hidden(page) | {"email": f"suite{len(prefix)}@example.org"}),
    )


def _exchange(see: See, prefix: str, browser: FlaskClient) -> None:
    there = f"{prefix}/staff/exchange/"
    page = see("exchange", browser.get(there))
    asked = hidden(page) | {"agreement": "A01", "kind": "partners", "vote": "", "source": ""}
    wrong = {"file": (io.BytesIO(b"name,kind,collaboration\nCDC,x,\n" * 60), "a.csv")}
    see("exchange wrong", browser.post(there, data=asked | wrong, content_type="multipart/form-data"), 409)
    good = {"file": (io.BytesIO("name,kind,collaboration\nÉcole,school,services\nCDC,cdc,concertation\n".encode("cp1252")), "a.csv")}
    see("exchange tried", browser.post(there, data=asked | good, content_type="multipart/form-data"))


def read(world: World, see: See) -> None:
    """What everyone reads, once tables are published; and a year that is closed."""
    year = fiscal_year_of(world.at.date())
    with world.act() as act:
        filings.sign(act, filings.draft(act, "A01", FilingKind.NOTE, year), "Camille")
    keeper = world.staff(Role.ADMINISTRATOR, None, "keeper@example.org")
    for prefix in ("", "/en"):
        there = f"{prefix}/staff/declarations/years/2025-2026"
        page = see("year to close", keeper.get(there))
        see("year not sure", keeper.post(there, data=hidden(page)), 409)
    with world.act() as act:
        reports.close_year(act, "2025-2026", "Gestion")
    for prefix in ("", "/en"):
        see("year closed", keeper.get(f"{prefix}/staff/declarations/years/2025-2026"))
        see("filed", world.browser().get(f"{prefix}/filings/A01"))
        for version in (1, 3):
            see(f"filing {version}", world.browser().get(f"{prefix}/filings/A01/note/{year}/{version}"))
        see("compared", world.browser().get(f"{prefix}/filings/A01/note/{year}/1/2"))
        see("compared with itself", world.browser().get(f"{prefix}/filings/A01/note/{year}/2/2"))
