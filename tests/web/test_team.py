"""Who works at a table: invited, given roles, handed over; grave acts ask again who one is; what is done is in the log."""

from __future__ import annotations

import re

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engage import staff
from engage.kernel.act import Act, Channel
from engage.kernel.db import Database
from engage.kernel.words import write
from engage.staff import LogEntry, Role
from engage.voting import Consultation
from engage.web.staff.deeds import BY_COMMAND, DEEDS
from tests.world import World, hidden, set_up

PASSWORD = "quatre mots pas un de plus"


def link_in(page: str) -> str:
    return re.findall(r"<code>https?://[^/]+(/staff/invitation/[^<]+)</code>", page)[0]


def take_up(world: World, link: str) -> tuple[FlaskClient, str]:
    """A browser of whoever was invited, and their authenticator."""
    browser = world.browser()
    page = browser.get(link)
    secret = hidden(page)["secret"]
    sent = {"password": PASSWORD, "code": pyotp.TOTP(secret).at(world.at)}
    assert browser.post(link, data=hidden(page) | sent).status_code == 302
    return browser, secret


def invite(browser: FlaskClient, email: str, role: Role, agreement: str = "A01") -> str:
    page = browser.get("/staff/team/")
    return browser.post("/staff/team/", data=hidden(page) | {"email": email, "name": "Noor", "role": role, "agreement": agreement}).text


def test_a_manager_makes_a_team_and_hands_it_over(world: World) -> None:
    manager = world.staff(Role.MANAGER)
    assert "Une seule personne porte" in manager.get("/staff/team/").text
    noor, _ = take_up(world, link_in(invite(manager, "noor@example.org", Role.ORGANISER)))
    assert noor.get("/staff/consultations/new").status_code == 200
    assert noor.get("/staff/team/").status_code == 403
    page = manager.get("/staff/team/")
    assert "Une seule personne porte" not in page.text
    leaving = re.findall(r"/staff/team/[0-9a-f-]+/hand-over", page.text)
    mine = next(each for each in leaving if "manager-A01" not in each and "Camille" in manager.get(each).text)
    page = manager.get(mine)
    assert manager.post(mine, data=hidden(page) | {"email": "manager-a01@example.org"}).status_code == 409, "not to oneself"
    gone = manager.post(mine, data=hidden(page) | {"email": "next@example.org", "name": "Suite"})
    after, _ = take_up(world, link_in(gone.text))
    assert after.get("/staff/team/").status_code == 200
    assert manager.get("/staff/").status_code == 302, "whoever handed over is out"


def test_a_manager_gives_no_role_beyond_their_table(world: World) -> None:
    manager = world.staff(Role.MANAGER)
    page = manager.get("/staff/team/")
    for role, agreement in ((Role.ORGANISER, "A02"), (Role.ORGANISER, "*"), (Role.ADMINISTRATOR, "A01"), (Role.MINISTRY, "A01")):
        sent = {"email": "x@example.org", "role": role, "agreement": agreement}
        assert manager.post("/staff/team/", data=hidden(page) | sent).status_code == 404, (role, agreement)


def test_a_link_never_opens_an_account_that_reaches_further(world: World) -> None:
    """An invitation lets someone choose a password: a manager could take over the account of an administrator with one."""
    keeper = world.staff(Role.ADMINISTRATOR, None)
    take_up(world, link_in(invite(keeper, "boss@example.org", Role.ADMINISTRATOR, "*")))
    manager = world.staff(Role.MANAGER)
    answer = invite(manager, "Boss@example.org", Role.WORKER)
    assert "a déjà un compte" in answer
    assert "/staff/invitation/" not in answer


def test_roles_that_do_not_go_together(world: World) -> None:
    keeper = world.staff(Role.ADMINISTRATOR, None)
    link_in(invite(keeper, "look@example.org", Role.AUDITOR))
    assert "ne vont avec aucun autre rôle" in invite(keeper, "look@example.org", Role.ORGANISER)
    link_in(invite(keeper, "work@example.org", Role.ORGANISER))
    assert "ne vont avec aucun autre rôle" in invite(keeper, "work@example.org", Role.MINISTRY, "*")
    assert link_in(invite(keeper, "work@example.org", Role.WORKER)), "others do"


def test_the_last_who_names_people_stays(world: World) -> None:
    manager = world.staff(Role.MANAGER)
    page = manager.get("/staff/team/")
    end = re.findall(r"/staff/team/roles/[0-9a-f-]+/end", page.text)
    answer = manager.post(end[0], data=hidden(page))
    assert answer.status_code == 409
    assert "la seule" in answer.text


def test_a_role_taken_away_ends_at_once(world: World) -> None:
    manager = world.staff(Role.MANAGER)
    noor, _ = take_up(world, link_in(invite(manager, "noor@example.org", Role.WORKER)))
    page = manager.get("/staff/team/").text
    end = re.findall(r"(/staff/team/roles/[0-9a-f-]+/end)", page[page.index("noor@example.org") :])[0]
    manager.post(end, data=hidden(manager.get("/staff/team/")))
    assert noor.get("/staff/").status_code == 302


@pytest.fixture
def late(world: World) -> tuple[FlaskClient, str]:
    """A manager who signed in an hour ago, and their authenticator."""
    keeper = world.staff(Role.ADMINISTRATOR, None)
    browser, secret = take_up(world, link_in(invite(keeper, "late@example.org", Role.MANAGER)))
    world.later(hours=1)
    return browser, secret


def test_a_grave_act_asks_again_and_loses_nothing(world: World, late: tuple[FlaskClient, str]) -> None:
    browser, secret = late
    page = browser.get("/staff/team/")
    sent = hidden(page) | {"email": "grave@example.org", "name": "Léa «Grave»", "role": "worker", "agreement": "A01"}
    asked = browser.post("/staff/team/", data=sent)
    assert "C’est bien vous?" in asked.text
    assert "Léa «Grave»" in asked.text
    kept = hidden(asked)
    wrong = browser.post("/staff/team/", data=kept | {"proof_password": "faux", "proof_code": "000000"})
    assert wrong.status_code == 409
    assert "faux" not in wrong.text, "what proves is not shown again"
    assert "grave@example.org" not in browser.get("/staff/team/").text, "not done before it is proven"
    right = {"proof_password": PASSWORD, "proof_code": pyotp.TOTP(secret).at(world.at)}
    assert link_in(browser.post("/staff/team/", data=kept | right).text)
    assert "Léa «Grave»" in browser.get("/staff/team/").text
    assert link_in(invite(browser, "other@example.org", Role.WORKER)), "for a while it does not ask again"


def test_to_prove_is_no_deed_of_its_own(world: World, late: tuple[FlaskClient, str]) -> None:
    browser, secret = late
    kept = hidden(browser.get("/staff/team/")) | {"email": "no address", "role": "worker", "agreement": "A01"}
    right = {"proof_password": PASSWORD, "proof_code": pyotp.TOTP(secret).at(world.at)}
    assert browser.post("/staff/team/", data=kept | right).status_code == 409
    with world.db.read() as session:
        assert not session.scalars(select(LogEntry).where(LogEntry.at >= world.at)).all()


def test_proving_slows_down(world: World, late: tuple[FlaskClient, str]) -> None:
    browser, secret = late
    kept = hidden(browser.post("/staff/team/", data=hidden(browser.get("/staff/team/")) | {"role": "worker", "agreement": "A01"}))
    for _ in range(5):
        browser.post("/staff/team/", data=kept | {"proof_password": "faux", "proof_code": "000000"})
    right = {"proof_password": PASSWORD, "proof_code": pyotp.TOTP(secret).at(world.at)}
    assert "15 minutes" in browser.post("/staff/team/", data=kept | right).text


def test_an_authenticator_follows_the_standard() -> None:
    """RFC 6238, appendix B, SHA-1: the last 6 of its 8 digits."""
    totp = pyotp.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    vectors = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"}
    assert {at: totp.at(at) for at in vectors} == vectors


def test_a_clock_off_by_minutes_is_told_what_to_do(world: World) -> None:
    manager = world.staff(Role.MANAGER)
    link = link_in(invite(manager, "clock@example.org", Role.WORKER))
    browser = world.browser()
    page = browser.get(link)
    sent = {"password": PASSWORD, "code": pyotp.TOTP(hidden(page)["secret"]).at(world.at, counter_offset=-6)}
    answer = browser.post(link, data=hidden(page) | sent)
    assert answer.status_code == 409
    assert "Attendez le suivant" in answer.text


def test_every_form_of_staff_has_its_words(world: World) -> None:
    logged = {
        rule.endpoint
        for rule in world.app.url_map.iter_rules()
        if "POST" in rule.methods and getattr(world.app.view_functions[rule.endpoint], "is_logged", False)
    }
    assert logged == set(DEEDS) - {"sign_in.signed_in", "sign_in.accepted"} - set(BY_COMMAND)


def test_the_log_says_who_did_what_and_what_changed(world: World) -> None:
    manager = world.staff(Role.MANAGER)
    page = manager.get("/staff/table/A01")
    sent = hidden(page) | {"name": "Table d’ici", "text_name": "Ici", "parts_a_month": "900", "time_zone": "America/Toronto"}
    assert manager.post("/staff/table/A01", data=sent).status_code == 302
    shown = manager.get("/staff/log/").text
    assert "Changer le nom ou les numéros de la table" in shown
    assert "Table d’ici" in shown
    assert "127.0.0.0/24" in shown
    assert "Rien ici" in manager.get("/staff/log/?deed=team.ended").text
    assert "Rien ici" in manager.get("/staff/log/?until=2001-01-01").text
    assert "Table d’ici" in manager.get("/staff/log/?deed=desk.table_described&agreement=A01&since=2001-01-01").text
    assert "Table d’ici" not in world.staff(Role.MANAGER, "A02").get("/staff/log/").text
    assert "Table d’ici" in world.staff(Role.AUDITOR, None).get("/staff/log/").text


def test_a_manager_sees_their_team_come_in_and_nobody_beyond(world: World) -> None:
    keeper = world.staff(Role.ADMINISTRATOR, None)
    take_up(world, link_in(invite(keeper, "noor@example.org", Role.ORGANISER)))
    take_up(world, link_in(invite(keeper, "far@example.org", Role.ORGANISER, "A02")))
    shown = world.staff(Role.MANAGER).get("/staff/log/").text
    assert shown.count('"Quoi">Accepter une invitation') == 1
    assert world.staff(Role.AUDITOR, None).get("/staff/log/").text.count('"Quoi">Accepter une invitation') == 2


def test_what_was_refused_is_not_in_the_log(world: World) -> None:
    manager = world.staff(Role.MANAGER)
    page = manager.get("/staff/table/A01")
    assert manager.post("/staff/table/A01", data=hidden(page) | {"name": ""}).status_code == 409
    with world.db.read() as session:
        assert session.scalars(select(LogEntry)).all() == []


def test_nobody_reads_when_someone_was_helped(world: World) -> None:
    helper = world.staff(Role.WORKER)
    page = helper.get("/staff/assisted/")
    helper.post("/staff/assisted/", data=hidden(page) | {"agreement": "A01", "group": "Ici"})
    with world.db.read() as session:
        assert session.scalars(select(LogEntry)).all() == []


def sealed(world: World) -> Database:
    manager = world.staff(Role.MANAGER)
    invite(manager, "one@example.org", Role.WORKER)
    staff.carry_seals(world.db, world.at)
    with world.db.read() as session:
        assert session.scalars(select(LogEntry.seal)).one() is None, "not before the hour is over"
    world.later(hours=1)
    staff.carry_seals(world.db, world.at)
    invite(manager, "two@example.org", Role.WORKER)
    return world.db


def test_the_log_is_sealed_into_the_ledger(world: World) -> None:
    db = sealed(world)
    with db.read() as session:
        assert list(staff.log.faults(session)) == []
        assert [each.entries for each in staff.log.seals(session)] == [1]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE log_entry SET about = 'x' WHERE seal = 1",
        "DELETE FROM log_entry WHERE seal = 1",
        "UPDATE log_entry SET seal = 1",
        "DELETE FROM log_seal",
    ],
)
def test_a_log_altered_after_its_seal_shows(world: World, tampering: str) -> None:
    db = sealed(world)
    with db.write() as session:
        if tampering.startswith("UPDATE log_entry SET seal"):
            staff.log.note(Act(session, Channel.SYSTEM, world.at), None, "desk.table_described", "/x", "")
        session.connection().exec_driver_sql(tampering)
    with db.read() as session:
        assert list(staff.log.faults(session))


def test_an_old_text_is_taken_back(world: World) -> None:
    manager = world.staff(Role.MANAGER)
    with world.act() as act:
        vote = act.session.scalars(select(Consultation.id)).one()
        committee = set_up(act).id
    assert manager.get(f"/staff/log/consultation/{vote}").status_code == 200
    there = f"/staff/log/committee/{committee}"
    with world.act() as act:
        write(act.session, committee, "name", {"fr": "Comité des loyers"})
    assert "Comité des loyers" in world.browser().get("/committees/LOGIS").text
    shown = manager.get(there)
    assert "Comité des loyers" in shown.text
    assert "Comité du logement" in shown.text
    back = re.findall(rf"{there}/[0-9a-f-]+", shown.text)
    assert len(back) == 1, "what stands now is not offered"
    assert manager.post(back[0], data=hidden(shown)).status_code == 302
    assert "Comité du logement" in manager.get(there).text
    assert "Comité du logement" in world.browser().get("/committees/LOGIS").text
    assert world.staff(Role.ORGANISER, "A02").get(there).status_code == 404
