"""Databases, real ones: every test that touches storage runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4
from zlib import crc32

import psycopg
import pytest
from sqlalchemy import make_url

from engage.config import Config
from engage.kernel.db import Database
from engage.kernel.languages import OURS
from engage.ledger import openings
from engage.storage import build_storage, open_storage
from tests import postgres
from tests.world import SITE, TABLE, TOKEN, World, furnish

SHARED = Path(__file__).parents[2] / "shared" / "data"


def vectors(name: str) -> Path:
    """Published third-party material that is not copied into the project; its absence is said aloud."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"MISSING TEST MATERIAL: {path}", allow_module_level=True)
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sqlite")
    build_storage(config_for(home, f"sqlite:///{home / 'engage.sqlite3'}")).dispose()
    return home


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    home = tmp_path_factory.mktemp("postgres")
    name = f"template_{uuid4().hex}"
    admin(postgres_url, f"CREATE DATABASE {name}")
    build_storage(config_for(home, at(postgres_url, name))).dispose()
    return home, name


def admin(url: str, statement: str) -> None:
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        connection.execute(statement)


def at(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def config_for(home: Path, url: str) -> Config:
    return Config(
        home=home,
        keys_dir=home / "keys",
        database_url=url,
        secret_key="k" * 32,
        public_url=SITE,
        hosted_by="Maison commune",
        privacy_contact="Camille, 418 555-0191",
        languages=OURS,
        twilio_account_sid="AC" + "1" * 32,
        twilio_auth_token=TOKEN,
        twilio_from=TABLE,
    )


@pytest.fixture(scope="session")
def sqlite_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest world, furnished once: a test that begins in it copies it."""
    home = tmp_path_factory.mktemp("world") / "home"
    shutil.copytree(sqlite_template, home)
    _furnish_once(config_for(home, f"sqlite:///{home / 'engage.sqlite3'}"))
    return home


@pytest.fixture(scope="session")
def postgres_world(postgres_template: tuple[Path, str], postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    empty, template = postgres_template
    home, name = tmp_path_factory.mktemp("world") / "home", f"world_{uuid4().hex}"
    admin(postgres_url, f"CREATE DATABASE {name} TEMPLATE {template}")
    shutil.copytree(empty, home)
    _furnish_once(config_for(home, at(postgres_url, name)))
    return home, name


def _furnish_once(config: Config) -> None:
    db = open_storage(config)
    (config.home / CARD).write_text(furnish(db, config).card)
    db.dispose()


CARD = "card-of-the-world"


@pytest.fixture
def on_sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    template = "sqlite_world" if "world" in request.fixturenames else "sqlite_template"
    shutil.copytree(request.getfixturevalue(template), tmp_path / "home")
    return config_for(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'engage.sqlite3'}")


@pytest.fixture
def on_postgres(request: pytest.FixtureRequest, postgres_url: str, tmp_path: Path) -> Iterator[Config]:
    template_home, template = request.getfixturevalue("postgres_world" if "world" in request.fixturenames else "postgres_template")
    name = f"test_{uuid4().hex}"
    admin(postgres_url, f"CREATE DATABASE {name} TEMPLATE {template}")
    shutil.copytree(template_home, tmp_path / "home")
    yield config_for(tmp_path / "home", at(postgres_url, name))
    admin(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


ON_SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
"""For what is told or drawn and asks no more of an engine than other tests do."""


ENGINES = ("sqlite", "postgres")


@pytest.fixture
def either(request: pytest.FixtureRequest) -> Config:
    """Whatever stands on votes, messages and the ledger asks of an engine what their tests ask, which run on both: each test runs on one of
    the two, by its name, half on each."""
    named = getattr(request, "param", ENGINES[crc32(request.node.name.encode()) % 2])
    return request.getfixturevalue(f"on_{named}")


@pytest.fixture(params=ENGINES)
def config(request: pytest.FixtureRequest) -> Config:
    return request.getfixturevalue(f"on_{request.param}")


@pytest.fixture
def db(config: Config) -> Iterator[Database]:
    opened = open_storage(config)
    yield opened
    opened.dispose()


@pytest.fixture
def world(db: Database, config: Config) -> Iterator[World]:
    openings._found.clear()
    found = World(db, config, card=(config.home / CARD).read_text())
    yield found
    found.leave()
