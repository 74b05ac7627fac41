"""Encrypted fields, attempts, keys: what a stolen row or a wrong folder gives."""

from __future__ import annotations

import shutil
import stat

import pytest
from sqlalchemy import text

from engage.kernel import attempts
from engage.kernel.fields import Unreadable
from engage.kernel.fingerprints import ForeignKeys
from engage.kernel.keys import KeyRing, MissingKey
from engage.kernel.refusal import FailedAttempt
from engage.participants import PhoneCredential, join_by_phone
from engage.storage import NotReady, build_storage, open_storage
from tests.world import World


class Guess(FailedAttempt):
    sentence = ""


def two_people(world: World) -> None:
    with world.act() as act:
        join_by_phone(act, "+14185550101")
        join_by_phone(act, "+14185550102")


def test_a_field_reads_back(world: World) -> None:
    two_people(world)
    with world.db.read() as session:
        numbers = {row.number for row in session.query(PhoneCredential)}
    assert numbers == {"+14185550101", "+14185550102"}


def test_two_swapped_ciphertexts_open_nothing(world: World) -> None:
    two_people(world)
    with world.db.write() as session:
        first, second = session.query(PhoneCredential)
        first.number_sealed, second.number_sealed = second.number_sealed, first.number_sealed
    with world.db.read() as session, pytest.raises(Unreadable, match="phone_credential"):
        [row.number for row in session.query(PhoneCredential)]


def test_an_altered_ciphertext_opens_nothing(world: World) -> None:
    two_people(world)
    with world.db.write() as session:
        row = session.query(PhoneCredential).first()
        row.number_sealed = row.number_sealed[:-1] + bytes([row.number_sealed[-1] ^ 1])
    with world.db.read() as session, pytest.raises(Unreadable):
        [row.number for row in session.query(PhoneCredential)]


def test_other_keys_are_refused(world: World) -> None:
    for name in ("field", "index", "tag", "ledger"):
        path = world.config.keys_dir / f"{name}.key"
        kept = path.read_bytes()
        path.write_bytes(bytes(32))
        with pytest.raises(ForeignKeys, match=name):
            open_storage(world.config)
        path.unlink()
        with pytest.raises(MissingKey, match=name):
            open_storage(world.config)
        path.write_bytes(kept)
    open_storage(world.config).dispose()


def test_only_an_empty_database_gets_new_keys(world: World) -> None:
    shutil.rmtree(world.config.keys_dir)
    with pytest.raises(MissingKey):
        build_storage(world.config)
    assert not world.config.keys_dir.exists()


def test_init_twice_changes_nothing(world: World) -> None:
    before = KeyRing(world.config.keys_dir).fingerprints()
    build_storage(world.config).dispose()
    assert KeyRing(world.config.keys_dir).fingerprints() == before
    with world.db.read() as session:
        for table, rows in (("region", 17), ("territory", 104), ("agreement", 21)):
            assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == rows


def test_keys_are_private_files(world: World) -> None:
    for path in world.config.keys_dir.rglob("*.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_old_tables_are_refused(world: World) -> None:
    with world.db.write() as session:
        session.execute(text("DELETE FROM alembic_version"))
    with pytest.raises(NotReady):
        open_storage(world.config)


def test_attempts_slow_one_and_not_another(world: World) -> None:
    with world.act() as act:
        for _ in range(3):
            attempts.note(act.session, act.at, Guess("card", "one"))
        assert attempts.too_many(act.session, act.at, "card", "one", limit=3)
        assert not attempts.too_many(act.session, act.at, "card", "two", limit=3)
    world.later(minutes=16)
    with world.act() as act:
        assert not attempts.too_many(act.session, act.at, "card", "one", limit=3)
