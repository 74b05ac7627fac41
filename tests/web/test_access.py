"""Who may enter: every view says so, and what it says holds."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from engage import projects, staff
from engage.app import ViewWithoutAccess, create_app
from engage.committees import meetings
from engage.kernel.act import Act
from engage.kernel.db import Base
from engage.kernel.words import folder
from engage.staff import Role
from engage.web import home
from tests.world import World, hidden, set_up

PUBLIC_POSTS = {
    "voting.vote",
    "results.looked_up",
    "card.typed",
    "me.stepped",
    "committees.join",
    "projects.told",
    "accessibility.reported",
    "projects.proposed",
    "feedback.told",
    "feedback.step",
    "feedback.answered",
    "evidence.countersigned",
    "kiosk.card",
    "kiosk.ballots",
    "sign_in.signed_in",
    "sign_in.sign_out",
    "sign_in.accepted",
}


def access_table(app: Flask) -> list[tuple[str, str, str, str]]:
    """(address, methods, view, who may enter), as documented in docs/access.md."""
    return sorted(
        (rule.rule, ",".join(sorted(rule.methods - {"HEAD", "OPTIONS"})), rule.endpoint, app.view_functions[rule.endpoint].access)
        for rule in app.url_map.iter_rules()
    )


def test_the_documented_access_table_is_the_real_one(world: World) -> None:
    table = "\n".join(f"| `{address}` | {methods} | {access} |" for address, methods, _, access in access_table(world.app))
    page = (folder("templates").parent / "docs" / "access.md").read_text(encoding="utf-8")
    assert table in page, table


def test_a_view_without_access_stops_the_start(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(home.trust, "access")
    with pytest.raises(ViewWithoutAccess, match=r"home\.trust"):
        create_app(world.config, world.db)


def test_staff_pages_ask_to_sign_in(world: World) -> None:
    for address, methods, _, access in access_table(world.app):
        if access.startswith("staff"):
            path = re.sub("<[^>]+>", "x", address)
            answer = world.browser().open(path, method=methods.split(",")[0])
            assert answer.status_code == 302, path
            assert "/staff/sign-in" in answer.location


def test_every_role_meets_only_its_own_pages_and_forms(world: World) -> None:
    """Every view, as every role: what a role may not open is refused before anything is looked for."""
    for role in Role:
        browser = world.staff(role)
        for address, methods, view, access in access_table(world.app):
            if access.startswith("staff"):
                path = re.sub("<[^>]+>", "x", address.replace("<agreement_id>", "A01").replace("<code>", "BSL"))
                is_open = role in access.removeprefix("staff: ").split(", ")
                if is_open and role not in OPENED:
                    continue
                for method in methods.split(","):
                    answer = browser.open(path, method=method)
                    assert (answer.status_code == 403) != is_open, (role, view, method, answer.status_code)


OPENED = (Role.AUDITOR, Role.ANSWERER, Role.SECOND)
"""Roles whose own pages are opened too: the others' are walked elsewhere, filled."""


def rows_of(world: World) -> list[tuple[str, str]]:
    """A row of each table that belongs to an agreement, all of A01: table and id."""
    with world.act() as act:
        fill(act, world)
    tables = [mapper.local_table for mapper in Base.registry.mappers if {"agreement_id", "id"} <= set(mapper.local_table.c.keys())]
    found = []
    with world.db.read() as session:
        for table in tables:
            id = session.scalar(select(table.c.id).where(table.c.agreement_id == "A01").limit(1))
            if id is not None:
                found.append((table.name, str(id)))
    return found


def fill(act: Act, world: World) -> None:
    """A committee with its seats, a meeting, a project: all of A01."""
    committee = set_up(act)
    starts_at, agenda = world.at + timedelta(days=30), {"agenda": {"fr": "Quels projets payer."}}
    meetings.call_meeting(act, committee, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), place="Salle 2", texts=agenda)
    texts = {"title": {"fr": "La navette"}, "short": {"fr": "navette"}, "summary": {"fr": "Un petit bus passe le soir."}}
    projects.write_project(act, "A01", code="BUS", texts=texts, plan=projects.Plan("Transports"), money=projects.Money())


def test_no_role_reaches_another_agreement(world: World) -> None:
    """Someone with every role that goes with others, in A02 alone, before every page and form that names a thing of A01."""
    rows = rows_of(world)
    assert {"consultation", "committee", "meeting", "project"} <= {table for table, _ in rows}
    browser = world.staff(Role.MANAGER, "A02", email="all@example.org")
    for role in (Role.ORGANISER, Role.WORKER, Role.CLERK, Role.ANSWERER, Role.SECOND, Role.ADMINISTRATOR):
        world.staff(role, "A02", email="all@example.org")
    token = hidden(browser.get("/staff/account/"))
    tried = 0
    for address, methods, view, access in access_table(world.app):
        if not access.startswith("staff") or "<" not in address or view in NOT_OF_AN_AGREEMENT:
            continue
        bare = address.replace("<agreement_id>", "A01").replace("<code>", "BSL").replace("<year>", "2026-2027").replace("<kind>", "account")
        for path in {re.sub("<[^>]+>", id, bare) for _, id in rows}:
            for method in methods.split(","):
                answer = browser.open(path, method=method, data=token if method == "POST" else None)
                assert answer.status_code == 404, (view, method, path)
                tried += 1
    assert tried > 500


NOT_OF_AN_AGREEMENT = {
    "desk.publish_target",
    "staff_declarations.year",
    "staff_declarations.year_closed",
    "account.passkey_removed",
    "witnesses.by_mail",
    "witnesses.ended",
}
"""Views whose address names a year, or something of one's own."""


def test_every_form_of_staff_needs_its_token(world: World) -> None:
    """And none of the public's may come from another site."""
    browser = world.staff(Role.ADMINISTRATOR, None)
    for address, methods, view, access in access_table(world.app):
        if "POST" not in methods or access in ("signed by twilio", "rehearsal"):
            continue
        assert access.startswith("staff") or view in PUBLIC_POSTS, view
        path = address.replace("<agreement_id>", "A01").replace("<code>", "BSL").replace("<id>", "x").replace("<token>", "x")
        sent = {"step": "enter", "of_age": "y", "residence": "none", "agreement": "A01"}
        answer = browser.post(path, data=sent, headers={"Sec-Fetch-Site": "cross-site"} if access == "public" else {})
        assert answer.status_code == 403 if access == "public" else answer.status_code in (302, 403, 404, 409), path
    assert browser.get("/staff/").status_code == 200, "a forged sign-out changed nothing"


def test_signing_in_takes_password_and_code_and_slows_down(world: World) -> None:
    secret = pyotp.random_base32()
    with world.act() as act:
        token = staff.invite(act, "Camille@Example.org", "Camille", Role.ORGANISER, "A01")
        staff.accept(act, token, "quatre mots pas un de plus", secret, pyotp.TOTP(secret).at(act.at))
    world.later(minutes=5)

    def sign_in(password: str, code: str, next_page: str = "") -> object:
        browser = world.browser()
        page = browser.get("/staff/sign-in")
        sent = {"email": "camille@example.org", "password": password, "code": code, "next": next_page}
        return browser.post("/staff/sign-in", data=hidden(page) | sent)

    code = pyotp.TOTP(secret).at(world.at)
    assert sign_in("faux", code).status_code == 409
    assert sign_in("quatre mots pas un de plus", "000000").status_code == 409
    assert sign_in("quatre mots pas un de plus", code, "https://evil.example/").location == "/staff/"
    assert sign_in("quatre mots pas un de plus", code).status_code == 409, "a code opens once"
    world.later(minutes=1)
    for _ in range(5):
        sign_in("faux", code)
    assert "15 minutes" in sign_in("quatre mots pas un de plus", pyotp.TOTP(secret).at(world.at)).text
    world.later(minutes=16)
    assert sign_in("quatre mots pas un de plus", pyotp.TOTP(secret).at(world.at)).status_code == 302


def test_an_invitation_opens_once_and_not_for_ever(world: World) -> None:
    world.staff(Role.ORGANISER)
    with world.act() as act:
        token = staff.invite(act, "late@example.org", "Late", Role.WORKER, "A01")
    world.later(days=8)
    assert world.browser().get(f"/staff/invitation/{token}").status_code == 409


def test_a_session_ends(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    page = browser.get("/staff/")
    browser.post("/staff/sign-out", data=hidden(page))
    assert browser.get("/staff/").status_code == 302
    browser = world.staff(Role.WORKER)
    world.later(hours=21)
    assert browser.get("/staff/").status_code == 302


def test_the_ministry_reaches_no_person(world: World) -> None:
    browser = world.staff(Role.MINISTRY, None)
    page = browser.get("/staff/").text
    for word in ("Cartes", "Aider", "Nouvelle consultation", "BSL"):
        assert word not in page
