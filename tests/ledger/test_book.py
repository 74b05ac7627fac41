"""The book: any altered byte of any fact is found, and named."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from engage import ledger, participants
from engage.kernel.act import Channel
from engage.ledger import ParticipationFact
from engage.ledger.models import LedgerCheckpoint
from engage.participants import ConsentKind, Status
from engage.voting import say_more
from tests.conftest import ON_SQLITE
from tests.world import World, found

TABLE = ParticipationFact.__table__


def people_who_count(world: World) -> None:
    voters = world.people("BSL", [[1], [2], [3]])
    with world.act() as act:
        for voter in voters:
            person = act.session.get_one(participants.Participant, voter)
            say_more(act, found(act, "BSL"), person, status=Status.TODAY, consents={ConsentKind.COUNT: True})
    world.work()


def faults(world: World) -> list[str]:
    with world.db.read() as session:
        return list(ledger.verify(session, world.at, participants.person_keys(session)))


def without_guard(world: World, statement: object) -> None:
    """As an attacker who holds the database: the triggers go first."""
    with world.db.write() as session:
        if world.db.is_sqlite:
            for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                session.execute(text(f"DROP TRIGGER {name}"))
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
        else:
            session.execute(text("ALTER TABLE participation_fact DISABLE TRIGGER ALL"))
        session.execute(statement)


def altered(value: object) -> object:
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if isinstance(value, int):
        return value + 1000
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, str):
        return "x" + value[1:]
    return uuid4()


def test_an_untouched_ledger_verifies(world: World) -> None:
    people_who_count(world)
    assert faults(world) == []


@ON_SQLITE
@pytest.mark.parametrize("column", [column.name for column in TABLE.columns])
def test_any_altered_column_is_found_and_its_fact_named(world: World, column: str) -> None:
    people_who_count(world)
    with world.db.read() as session:
        facts = session.scalars(select(ParticipationFact).order_by(ParticipationFact.index)).all()
        victim = next(fact for fact in facts if fact.reverses_id is None and fact.person_id)
        value = getattr(victim, column)
        new = altered(value) if value is not None else "x"
        if column == "reverses_id":
            new = next(fact.id for fact in facts if fact.kind == "rules_fixed")
            victim = next(fact for fact in facts if fact.reverses_id is None and fact.id != new)
        name = str(new if column == "id" else victim.id)
    without_guard(world, update(TABLE).where(TABLE.c.id == victim.id).values({column: new}))
    assert any(name in fault for fault in faults(world)), faults(world)


def test_a_removed_fact_is_found(world: World) -> None:
    people_who_count(world)
    with world.db.read() as session:
        last = session.scalars(select(ParticipationFact).order_by(ParticipationFact.index.desc())).first()
        assert last is not None
        id = last.id
        reverses = session.scalars(select(ParticipationFact.id).where(ParticipationFact.reverses_id == id)).all()
    for gone in (*reverses, id):
        without_guard(world, TABLE.delete().where(TABLE.c.id == gone))
    assert faults(world)


def test_facts_are_append_only(world: World) -> None:
    people_who_count(world)
    for statement in (TABLE.delete(), update(TABLE).values(level=4), update(TABLE).values(index=TABLE.c.index + 100)):
        with pytest.raises(DBAPIError, match="append-only"), world.db.write() as session:
            session.execute(statement)


def test_a_forged_checkpoint_is_found(world: World) -> None:
    people_who_count(world)
    with world.db.write() as session:
        row = session.scalars(select(LedgerCheckpoint)).first()
        assert row is not None
        row.note = row.note.replace("\n", "\n1", 1)
    assert any("checkpoint" in fault for fault in faults(world))


def test_a_fact_that_waits_too_long_is_said(world: World) -> None:
    people_who_count(world)
    world.people("BSL", [[1]])
    assert faults(world) == []
    world.later(minutes=11)
    assert any("wait" in fault for fault in faults(world))
    world.work()
    assert faults(world) == []


def test_places_follow_hashes_not_time(world: World) -> None:
    people_who_count(world)
    with world.db.read() as session:
        rows = session.execute(select(ParticipationFact.index, ParticipationFact.leaf_hash).order_by(ParticipationFact.index)).all()
    assert [index for index, _ in rows] == list(range(len(rows)))
    assert [hash for _, hash in rows] == sorted(hash for _, hash in rows)


def test_a_leaf_says_nothing_of_a_person(world: World) -> None:
    people_who_count(world)
    with world.db.read() as session:
        for fact in session.scalars(select(ParticipationFact)):
            assert set(json.loads(fact.leaf)) == {"v", "commitment", "person", "reverses"}
            assert str(fact.person_id or "-" * 8) not in fact.leaf.decode()


def test_a_bundle_verifies_without_the_database(world: World) -> None:
    people_who_count(world)
    with world.db.read() as session:
        lines = list(ledger.export(session))
    key = ledger.verifier(world.db.keys.ledger)
    assert ledger.bundle_verifier(lines) == key
    assert list(ledger.verify_bundle(lines, key)) == []
    assert list(ledger.verify_bundle([*lines[:2], *lines[3:]], key))
    other = ledger.verifier(Ed25519PrivateKey.generate())
    assert list(ledger.verify_bundle(lines, other))
    document = json.loads(lines[1])
    document["leaf"] = "A" + document["leaf"][1:]
    assert list(ledger.verify_bundle([lines[0], json.dumps(document), *lines[2:]], key))


def test_help_is_graded_as_help(world: World) -> None:
    world.people("BSL", [[1]], Channel.ASSISTED)
    with world.db.read() as session:
        fact = session.scalars(select(ParticipationFact).where(ParticipationFact.kind == "vote_cast")).one()
    assert (fact.grade, fact.channel) == ("A-aided", "assisted")


def test_a_log_rebuilt_without_some_facts_is_neither_signed_nor_verified(world: World) -> None:
    """As whoever holds the database and no key: drop facts, number the rest again, and leave no old checkpoint."""
    people_who_count(world)
    without_guard(world, text("DELETE FROM participation_fact WHERE status = 'today' AND reverses_id IS NULL"))
    without_guard(world, text('UPDATE participation_fact SET "index" = NULL'))
    without_guard(world, text("DELETE FROM ledger_checkpoint"))
    assert any("signed" in fault for fault in faults(world))
    with pytest.raises(ledger.LedgerRewritten), world.db.write() as session:
        ledger.sequence(session, world.at)
    world.work()
    with world.db.read() as session:
        assert session.scalars(select(LedgerCheckpoint)).all() == []
