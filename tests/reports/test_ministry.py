"""The ministry counts people and can reach nobody: not by its pages, not by the queries they cause, not by its own database role."""

from __future__ import annotations

import random
import re
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, event

from engage import filings, participants, reports
from engage.filings import FilingKind
from engage.kernel.db import Base
from engage.staff import Role
from tests.reports.test_attack import fill
from tests.web.test_access import access_table
from tests.world import World

YEAR = "2026-2027"
PUBLISHED = {
    "publication", "agreement", "agreement_region", "regional_table", "agreement_step", "agreement_territory", "indigenous_organisation", "region", "territory",
    "ledger_checkpoint", "ledger_tile", "witness", "cosignature", "filing", "practice", "year_closing",
}  # fmt: skip
SIGNING_IN = {"staff", "staff_role", "staff_session", "passkey"}
"""Who someone of staff is: never a citizen."""
PAGES = (
    "/staff/", "/staff/account/", f"/reports/review/{YEAR}", f"/reports/target/{YEAR}", f"/reports/participation/{YEAR}", "/alliances/", "/alliances/A01", "/alliances/practices", "/filings/A01", "/filings/A01/note/2026-2027/1", "/filings/A01/note/2026-2027/1.pdf",
    "/reports/indicators", "/data/",
    "/data/datapackage.json", "/data/participation.csv", "/evidence/", "/evidence/checkpoint", "/evidence/checkpoints",
)  # fmt: skip
PLANTED = ("+14185550199", "418 555-0199")


@pytest.fixture
def planted(world: World) -> World:
    """Someone whose number is known to us, among others who count; everything is published."""
    with world.act() as act:
        participants.join_by_phone(act, PLANTED[0])
    fill(world, 9, 1, random.Random(2))
    world.work()
    with world.act() as act:
        for kind in reports.KINDS:
            reports.publish(act, kind, YEAR)
        note = filings.draft(act, "A01", FilingKind.NOTE, YEAR)
        filings.write(act, note, {"summary": "Nous avançons."})
        filings.sign(act, note, "Camille")
    return world


def test_every_page_of_the_ministry_reads_published_tables_alone(planted: World) -> None:
    browser = planted.staff(Role.MINISTRY, None)
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for path in PAGES:
            answer = browser.get(path)
            assert answer.status_code == 200, path
            assert not any(word.encode() in answer.data for word in PLANTED), path
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    read = {name for statement in seen for name in re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+\"?(\w+)", statement)}
    read &= set(Base.metadata.tables)
    assert "publication" in read
    assert read <= PUBLISHED | SIGNING_IN, read - PUBLISHED - SIGNING_IN


def test_its_account_opens_one_page_and_its_own_sign_out(planted: World) -> None:
    opened = {view for _address, _methods, view, access in access_table(planted.app) if "ministry" in access}
    assert opened == {"desk.desk"} | {
        f"account.{name}" for name in ("show", "recovery", "ended", "changed", "passkey_made", "passkey_removed")
    }


@pytest.mark.parametrize("config", ["postgres"], indirect=True)
def test_its_database_role_has_no_right_to_people(planted: World) -> None:
    owner = planted.config.database_url.replace("postgresql+psycopg", "postgresql")
    script = (Path(__file__).parents[2] / "docs/ministry_role.sql").read_text(encoding="utf-8")
    lines = "\n".join(line for line in script.splitlines() if not line.startswith("--")).replace(":password", "'p'")
    name = f"ministry_{planted.db.engine.url.database}"
    with psycopg.connect(owner, autocommit=True) as connection:
        for statement in filter(None, map(str.strip, lines.replace("engage_ministry", name).split(";"))):
            connection.execute(statement)
    try:
        mine = planted.db.engine.url.set(drivername="postgresql", username=name, password="p").render_as_string(hide_password=False)
        with psycopg.connect(mine, autocommit=True) as connection:
            for table in Base.metadata.tables:
                statement = f'SELECT count(*) FROM "{table}"'
                if table in PUBLISHED:
                    connection.execute(statement)
                else:
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        connection.execute(statement)
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
                connection.execute("DELETE FROM publication")
    finally:
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(f'DROP OWNED BY "{name}"')
            connection.execute(f'DROP ROLE "{name}"')
