"""A new field key while people go on writing: nothing is lost, nothing is left under the old one, wherever the command is killed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select, update

from engage import rotation
from engage.kernel.fields import Encrypted, Unreadable
from engage.kernel.keys import KeysAreBusy
from engage.models import TABLES
from engage.participants import PhoneCredential, join_by_phone
from engage.storage import open_storage
from tests import victim
from tests.test_dump import lived
from tests.world import World


def quietly(total: int) -> Callable[[int], object]:
    return lambda done: None


def killed(world: World, where: str, calls: int = 1) -> None:
    assert victim.dies(victim.a_rotation, world.config, where, calls), where


def numbers(world: World) -> list[str]:
    db = open_storage(world.config)
    with db.read() as session:
        found = sorted(str(row.number) for row in session.scalars(select(PhoneCredential)))
    db.dispose()
    return found


def keys_in_use(world: World) -> set[int]:
    with world.db.read() as session:
        columns = [TABLES[table.name].c[field.column] for table, fields in rotation.encrypted().items() for field in fields]
        return {stored[0] for column in columns for stored in session.scalars(select(column).where(column.is_not(None)))}


@contextmanager
def writing(world: World, written: list[str], also: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Someone joins all the time, from a process that started before any rotation."""
    stop, troubles = threading.Event(), []

    def write() -> None:
        try:
            while not stop.is_set():
                number = f"+1418556{len(written):04d}"
                with world.act() as act:
                    join_by_phone(act, number)
                also()
                written.append(number)
                stop.wait(0.02)
        except Exception as trouble:
            troubles.append(trouble)
            raise

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert not troubles


@pytest.mark.parametrize(
    ("config", "where", "after"),
    [("sqlite", "_begin", 1), ("postgres", "_anew", 5), ("sqlite", "retire_fields", 1)],
    indirect=["config"],
)
def test_a_killed_rotation_goes_on_while_people_join(world: World, where: str, after: int) -> None:
    written = [f"+1418555{place:04d}" for place in range(200, 220)]
    with world.act() as act:
        for number in written:
            join_by_phone(act, number)
    with writing(world, written):
        killed(world, where, after)
        assert numbers(world)[:1] == ["+14185550200"], "a process that starts now reads all"
        assert rotation.rotate(world.db, quietly) == 2
    assert keys_in_use(world) == {2}
    assert world.db.keys.field_ids() == [2]
    assert numbers(world) == sorted(written)
    assert rotation.rotate(world.db, quietly) == 3, "done, the next is another"
    assert numbers(world) == sorted(written)


def test_whoever_had_begun_to_write_is_waited_for(world: World) -> None:
    rotating = threading.Thread(target=rotation.rotate, args=(world.db, quietly))
    with world.act() as act:
        join_by_phone(act, "+14185550300")
        rotating.start()
        rotating.join(0.4)
        assert rotating.is_alive()
        join_by_phone(act, "+14185550301")
    rotating.join(10)
    assert keys_in_use(world) == {2}
    assert numbers(world) == ["+14185550300", "+14185550301"]


def test_no_encrypted_column_is_forgotten(world: World) -> None:
    """The models say which there are, and so do the sources and the tables."""
    found = {(table.name, field.column) for table, fields in rotation.encrypted().items() for field in fields}
    sealed = {(name, column.name) for name, table in TABLES.items() for column in table.columns if column.name.endswith("_sealed")}
    assert found == {place for place in sealed if isinstance(TABLES[place[0]].c[place[1]].type, LargeBinary)}
    sources = (path.read_text("utf-8") for path in (Path(__file__).parents[1] / "engage").rglob("models.py"))
    assert len(found) == sum(source.count(f"= {Encrypted.__name__}()") for source in sources) > 20
    lived(world)
    rotation.rotate(world.db, quietly)
    assert keys_in_use(world) == {2}


def test_a_row_that_does_not_open_keeps_the_old_key(world: World) -> None:
    with world.act() as act:
        join_by_phone(act, "+14185550300")
        act.session.flush()
        act.session.execute(update(PhoneCredential).values(number_sealed=b"\x01" + bytes(40)))
    with pytest.raises(Unreadable, match="phone_credential"):
        rotation.rotate(world.db, quietly)
    assert world.db.keys.field_ids() == [1, 2]


def test_one_rotation_at_a_time(world: World) -> None:
    with world.db.keys.alone(), pytest.raises(KeysAreBusy):
        rotation.rotate(world.db, quietly)
