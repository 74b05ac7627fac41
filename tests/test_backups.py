"""A backup made while people vote comes back whole, elsewhere; one that is not whole, or not ours, puts nothing anywhere."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import Result
from sqlalchemy import func, select, text

from engage import backups, ledger, rotation, voting
from engage.backups import container, passphrase
from engage.config import Config
from engage.kernel.fingerprints import ForeignKeys
from engage.kernel.keys import KeyRing, KeysAreBusy, MissingKey
from engage.models import TABLES
from engage.staff import LogEntry
from engage.storage import Damaged, house, open_storage
from engage.voting.ballot_box import SealedBallot
from tests.conftest import ON_SQLITE, admin, at, config_for
from tests.test_cli import inside
from tests.test_rotation import keys_in_use, quietly, writing
from tests.voting.test_voting import counts
from tests.world import World, found

SECRET = b"correct horse battery"


@pytest.fixture
def elsewhere(world: World, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Config]:
    """Another machine, with the same kind of database, empty."""
    home = tmp_path / "elsewhere"
    if world.db.is_sqlite:
        yield config_for(home, f"sqlite:///{home / 'engage.sqlite3'}")
        return
    server, name = request.getfixturevalue("postgres_url"), f"restored_{uuid4().hex}"
    admin(server, f"CREATE DATABASE {name}")
    yield config_for(home, at(server, name))
    admin(server, f"DROP DATABASE {name} WITH (FORCE)")


def made(world: World, file: Path, keys: Path | None = None, secret: bytes | None = None) -> Path:
    backups.make(world.db, file, keys, secret, world.at, quietly)
    return file


def put_back(config: Config, file: Path, keys: Path | None = None, secret: bytes | None = None) -> backups.Restored:
    return backups.restore(config, file, keys, secret, quietly)


def opened(config: Config, world: World) -> World:
    return World(open_storage(config), config, at=world.at)


def rows(world: World) -> dict[str, int]:
    with world.db.read() as session:
        return {name: session.scalars(select(func.count()).select_from(table)).one() for name, table in TABLES.items()}


def note(world: World) -> str:
    with world.db.read() as session:
        return ledger.latest_note(session)


def result(world: World, code: str) -> object:
    with world.act() as act:
        return voting.result_of(act.session, found(act, code).id).read()


def test_what_was_there_comes_back(world: World, elsewhere: Config, tmp_path: Path) -> None:
    world.people("BSL", [[1]] * 9 + [[1, 2]] * 4 + [[]])
    world.close()
    world.work()
    restored = put_back(elsewhere, made(world, tmp_path / "b", tmp_path / "k"), tmp_path / "k")
    there = opened(elsewhere, world)
    assert (restored.faults, restored.signed_since, restored.made_at) == ([], 0, world.at)
    assert f"\n{restored.size}\n" in note(world) == note(there)
    assert rows(there) == rows(world)
    assert result(there, "BSL") == result(world, "BSL")
    there.consultation("SUITE")
    there.people("SUITE", [[1]] * 3)
    assert counts(there, "SUITE") == (3, 3, 14 + 3)
    there.db.dispose()


def test_a_backup_is_one_picture_while_people_vote(world: World, elsewhere: Config, tmp_path: Path) -> None:
    """Roll, box and facts agree in it, and it has everyone who was there before it began."""
    world.people("BSL", [[1]] * 5)
    joined: list[str] = []
    with writing(world, joined, lambda: world.people("BSL", [[1, 2]])):
        while len(joined) < 5:
            time.sleep(0.01)
        before = len(joined)
        made(world, tmp_path / "b", tmp_path / "k")
    put_back(elsewhere, tmp_path / "b", tmp_path / "k")
    there = opened(elsewhere, world)
    roll, box, facts = counts(there)
    assert roll == box == facts >= 5 + before
    there.db.dispose()


def test_neither_keys_nor_closed_boxes_live_on(world: World, tmp_path: Path) -> None:
    world.people("BSL", [[1]] * 10)
    world.consultation("DEUX")
    made(world, tmp_path / "open", tmp_path / "k")
    names = [name for name, _ in container.read(tmp_path / "k", None)]
    assert names == ["keys.json", "field.key", "index.key", "ledger.key", "tag.key"]
    world.close()
    made(world, tmp_path / "closed")
    content = b"".join(piece for _, piece in container.read(tmp_path / "closed", None))
    for path in world.config.keys_dir.rglob("*.key"):
        assert path.read_bytes() not in content
    tables = {name.split("/")[1] for name, _ in container.read(tmp_path / "closed", None) if "/" in name}
    assert world.db.is_sqlite or not tables & {SealedBallot.__tablename__}


def test_a_backup_made_between_two_halves_of_a_rotation_opens(world: World, elsewhere: Config, tmp_path: Path) -> None:
    world.text("VOTE")
    rotation._begin(world.db)
    world.text("1 4")
    assert keys_in_use(world) == {1, 2}
    put_back(elsewhere, made(world, tmp_path / "b", tmp_path / "k"), tmp_path / "k")
    there = opened(elsewhere, world)
    assert rotation.rotate(there.db, quietly) == 2
    assert keys_in_use(there) == {2}
    there.db.dispose()


def test_an_old_backup_is_told_from_the_last_checkpoint(world: World, elsewhere: Config, tmp_path: Path) -> None:
    world.people("BSL", [[1]] * 3)
    world.work()
    made(world, tmp_path / "b")
    world.people("BSL", [[1]] * 4)
    world.work()
    shutil.copytree(world.config.keys_dir, elsewhere.keys_dir)
    shutil.rmtree(elsewhere.keys_dir / "box")
    restored = put_back(elsewhere, tmp_path / "b")
    assert (restored.signed_since, restored.boxes_without_key) == (4, 1)
    assert restored.faults == [f"the {restored.size + 4} facts of the last signed checkpoint are no longer all there"]
    there = opened(elsewhere, world)
    with pytest.raises(ledger.LedgerRewritten), there.db.write() as session:
        ledger.sequence(session, world.at)
    there.db.dispose()


def test_a_restore_overwrites_nothing(world: World, elsewhere: Config, tmp_path: Path) -> None:
    world.work()
    file, keys = made(world, tmp_path / "b", tmp_path / "k"), tmp_path / "k"
    before = file.read_bytes()
    for again in ((file, tmp_path / "other"), (tmp_path / "other", keys)):
        with pytest.raises(backups.Refused, match="exists already"):
            made(world, *again)
    assert file.read_bytes() == before
    with pytest.raises(backups.Refused, match="database already"):
        put_back(world.config, file)
    with pytest.raises(backups.Refused, match="keys in"):
        put_back(replace(elsewhere, keys_dir=world.config.keys_dir), file, keys)
    with pytest.raises(MissingKey):
        put_back(elsewhere, file)
    KeyRing.create(elsewhere.keys_dir)
    with pytest.raises(ForeignKeys):
        put_back(elsewhere, file)
    shutil.rmtree(elsewhere.keys_dir)
    with pytest.raises(backups.Unusable, match="not what it should be"):
        put_back(elsewhere, keys, file)
    if world.db.is_sqlite:
        (elsewhere.home / "engage.sqlite3-wal").write_bytes(b"of another database")
        with pytest.raises(backups.Refused, match="database already"):
            put_back(elsewhere, file, keys)
        (elsewhere.home / "engage.sqlite3-wal").unlink()
    assert put_back(elsewhere, file, keys).faults == []
    assert file.stat().st_mode & 0o777 == 0o600


def pieces(file: Path) -> list[tuple[str, bytes]] | None:
    try:
        return list(container.read(file, None))
    except backups.Unusable:
        return None


def cut(content: bytes, at: int) -> bytes:
    return content[:at]


def changed(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize("damage", [cut, changed])
@pytest.mark.parametrize("secret", [None, SECRET])
def test_a_damaged_file_puts_nothing_anywhere(
    world: World,
    elsewhere: Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    damage: Callable[[bytes, int], bytes],
    secret: bytes | None,
) -> None:
    monkeypatch.setattr(passphrase, "COST", 1 << 10)
    monkeypatch.setattr(passphrase, "CHUNK", 1 << 12)
    world.work()
    whole = made(world, tmp_path / "b", tmp_path / "k", secret).read_bytes()
    chunk = passphrase.CHUNK + 16
    for place in (0, 40, len(whole) // 2, 32 + (len(whole) - 33) // chunk * chunk, len(whole) - 1):
        (tmp_path / "bad").write_bytes(damage(whole, place))
        if secret is None and pieces(tmp_path / "bad") == pieces(tmp_path / "b"):
            continue  # gzip has more than one way to write the same bytes
        with pytest.raises(backups.Unusable, match="bad"):
            put_back(elsewhere, tmp_path / "bad", tmp_path / "k", secret)
        assert not any(elsewhere.keys_dir.glob("*.key"))
    assert put_back(elsewhere, tmp_path / "b", tmp_path / "k", secret).faults == []


def test_a_passphrase_is_needed_and_none_other(world: World, elsewhere: Config, tmp_path: Path) -> None:
    made(world, tmp_path / "b", tmp_path / "k", SECRET)
    assert b"engage" not in (tmp_path / "b").read_bytes()[len(passphrase.MAGIC) :]
    with pytest.raises(backups.Unusable, match="does not open with this passphrase"):
        put_back(elsewhere, tmp_path / "b", tmp_path / "k", b"another passphrase")
    with pytest.raises(backups.Unusable, match="give the file that holds its passphrase"):
        put_back(elsewhere, tmp_path / "b", tmp_path / "k")


@ON_SQLITE
@pytest.mark.parametrize("table", ["roll_entry", "sqlite_schema"])
def test_a_damaged_page_is_found_and_not_copied(world: World, tmp_path: Path, table: str) -> None:
    world.people("BSL", [[1]] * 5)
    world.db.shred()
    with world.db.read() as session:
        root = session.execute(text("SELECT rootpage FROM sqlite_schema WHERE name = :name"), {"name": table}).scalar() or 1
        page = session.execute(text("PRAGMA page_size")).scalar()
    world.db.dispose()
    file = Path(world.db.url.database or "")
    content = bytearray(file.read_bytes())
    content[root * page - 600 : root * page] = bytes(600)
    file.write_bytes(content)
    with pytest.raises(Damaged, match="engage restore FILE"), house(world.config) as db:
        backups.make(db, tmp_path / "b", None, None, world.at, quietly)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
    assert not list(file.parent.glob("*.copy.*"))


def test_one_backup_or_rotation_at_a_time(world: World, tmp_path: Path) -> None:
    with world.db.keys.alone(), pytest.raises(KeysAreBusy):
        made(world, tmp_path / "b")
    assert not (tmp_path / "b").exists()


def told(result: Result, code: int, *words: str) -> None:
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit | None), result.exception
    for word in words:
        assert word in result.output


def test_the_commands_say_what_to_know(tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    home.mkdir()
    other.mkdir()
    (tmp_path / "words").write_text("correct horse battery\n")
    sealed = ("--passphrase-file", str(tmp_path / "words"))
    file, keys = str(tmp_path / "b"), str(tmp_path / "k")
    told(inside(home, "backup", file), 1, "engage init")
    inside(home, "init")
    told(inside(home, "backup", file, "--keys", file), 2)
    told(inside(home, "keys", "rotate"), 0, "Every field is under key 2")
    told(inside(home, "ledger", "checkpoint"), 0)
    told(inside(home, "backup", file, "--keys", keys, *sealed), 0, "without the keys", "another place")
    told(inside(home, "backup", file), 1, "exists already")
    told(inside(home, "backup", str(tmp_path / "nowhere" / "b")), 1, "cannot be written")
    told(inside(other, "restore", file, *sealed), 1, "restore it")
    told(inside(other, "restore", file, "--keys", keys), 1, "--passphrase-file")
    told(inside(other, "restore", file, "--keys", keys, *sealed), 0, "Put back", "Lost: everything since", "Verified")
    told(inside(other, "restore", file, *sealed), 1, "overwrites nothing")
    told(inside(other, "ledger", "verify"), 0)
    for place, deeds in ((home, ["keys.rotate", "backup"]), (other, ["keys.rotate", "restore"])):
        with house(config_for(place, f"sqlite:///{place / 'engage.sqlite3'}")) as db, db.read() as session:
            assert list(session.scalars(select(LogEntry.deed).order_by(LogEntry.at))) == deeds, "what the operator did is in the log"
