"""A migration on a database with people in it: nothing they have is lost."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from alembic import command
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engage import migrations, participants, voting
from engage.kernel.act import Act, Channel
from engage.kernel.db import Database
from engage.kernel.keys import KeyRing
from engage.participants import Card, CardBatch
from tests.conftest import admin, at

NUMBER = "+14185550101"


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    keys = KeyRing.create(tmp_path / "keys")
    if request.param == "sqlite":
        db = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}", keys)
        yield db
        db.dispose()
        return
    server, name = request.getfixturevalue("postgres_url"), f"old_{uuid4().hex}"
    admin(server, f"CREATE DATABASE {name}")
    db = Database(at(server, name), keys)
    yield db
    db.dispose()
    admin(server, f"DROP DATABASE {name} WITH (FORCE)")


def put(connection: sa.Connection, table: str, **values: object) -> None:
    kinds = {UUID: sa.Uuid(), date: sa.Date(), datetime: sa.DateTime(timezone=True), bytes: sa.LargeBinary(), bool: sa.Boolean()}
    columns = [sa.column(name, kinds.get(type(value))) for name, value in values.items()]
    connection.execute(sa.insert(sa.table(table, *columns)).values(values))


def test_the_ways_in_carry_over_cards_votes_and_numbers(empty: Database) -> None:
    command.upgrade(migrations._config(empty), "0003")
    person, batch, mechanism, vote, contact = (uuid4() for _ in range(5))
    used, unused = "111111111115", "222222222228"
    sealed = b"\x01" + (nonce := secrets.token_bytes(12))
    sealed += AESGCM(empty.keys.field(1)).encrypt(nonce, NUMBER.encode(), f"contact_number.number_sealed.{contact}".encode())
    day, moment = date(2026, 5, 4), datetime(2026, 5, 4, 15, tzinfo=UTC)
    with empty.engine.connect() as connection:
        known = {"label": "", "territory": "", "kind": "region", "source": "", "certainty": ""}
        bodies = {"mandated_body_2017_2023": "", "mandated_body_2024_2029": ""}
        put(connection, "agreement", id="A01", **known, **bodies)
        put(connection, "participant", id=person, since_on=day)
        put(connection, "card_batch", id=batch, agreement_id="A01", group="Groupe", size=2, made_on=day)
        for code, holder in ((used, person), (unused, None)):
            lookup = empty.keys.blind("card", code)
            held = {"participant_id": holder} if holder else {}
            put(connection, "card", id=uuid4(), lookup=lookup, agreement_id="A01", batch_id=batch, **held)
        put(connection, "contact_number", id=contact, participant_id=person, number_sealed=sealed)
        put(connection, "mechanism", id=mechanism, agreement_id="A01", type="M4", level=2, name="x", starts_on=day)
        put(
            connection, "consultation", id=vote, code="BSL", agreement_id="A01", mechanism_id=mechanism, door="open", minimum_age=14,
            places=3, stage="open", closes_at=moment,
        )  # fmt: skip
        for voter in ({"participant_id": person}, {}):
            put(connection, "roll_entry", id=uuid4(), consultation_id=vote, channel="web", fact_sealed=b"x", **voter)
        connection.commit()
    migrations.upgrade(empty)
    with empty.write() as session:
        act = Act(session, Channel.WEB, moment)
        assert sorted(session.scalars(sa.select(voting.RollEntry.known))) == [False, True]
        assert session.scalars(sa.select(CardBatch.used)).one() == 1
        assert sorted(card.batch_id is None for card in session.scalars(sa.select(Card))) == [False, True]
        assert participants.known_by_card(act, used, asked_from="x").id == person
        assert participants.contact_of(session, person) == (NUMBER, False), "typed once, and not yet confirmed by the phone itself"
        assert not participants.confirm_number(act, NUMBER), "typed long ago: it is asked for again"
