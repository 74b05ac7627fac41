"""Every journey lived whole: by keys and names alone, without script, on the smallest screen, each page looked at in each condition."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from engage.kernel.plain import EASE, LIX, reading
from engage.kernel.words import folder
from engage.storage import open_storage
from tests.conftest import config_for
from tests.gates.journeys import JOURNEYS, STAFF
from tests.gates.lives import DOCUMENT, HELD_BY, TESTS, Life, by_phone, file_of, live, matrix, served, transcript
from tests.world import World, furnish

ROOT = Path(__file__).parents[2]
RECENT = re.compile(
    r",[^{}]*:has\(|:has\([^{}]*,|@container|@layer|@scope|color-mix|\b\d*[ds]v[hw]\b|subgrid|light-dark\(|^\s*&", re.MULTILINE
)
"""What a browser of five years ago does not know and would lose more by than a frame; `:has` loses only the rule that it stands in alone."""


@pytest.fixture(scope="module")
def lived(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, World]]:
    home = tmp_path_factory.mktemp("lives") / "home"
    shutil.copytree(sqlite_template, home)
    config = config_for(home, f"sqlite:///{home / 'engage.sqlite3'}")
    db = open_storage(config)
    world = furnish(db, config)
    with served(world) as address:
        yield address, world
    db.dispose()


def documented(name: str) -> list[int]:
    """Pages, requests and kB that the document promises."""
    (row,) = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith(f"| [{name}]")]
    return [int(cell) for cell in row.split("|")[2:5]]


def check(life: Life, name: str, language: str) -> None:
    assert transcript(name, language, life.told) == file_of(name, language).read_text("utf-8"), (
        "told otherwise: python -m tests.gates.lives"
    )
    pages, requests, size = documented(name)
    assert (life.pages, life.requests) == (pages, requests)
    assert life.size <= size * 1050, "more than the document says"


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_journey_is_lived_whole(lived: tuple[str, World], chromium: Browser, name: str) -> None:
    address, world = lived
    life = live(chromium, address, world, name, "fr", conditions=True)
    assert life.wrong == []
    check(life, name, "fr")
    read = reading(life.words)
    assert (read.ease >= EASE, read.lix <= LIX, read.longest) == (True, True, ""), read


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_journey_is_lived_in_english(lived: tuple[str, World], chromium: Browser, name: str) -> None:
    address, world = lived
    check(live(chromium, address, world, name, "en"), name, "en")


@pytest.mark.parametrize("name", STAFF)
def test_what_a_table_does_most_is_lived_whole(lived: tuple[str, World], chromium: Browser, name: str) -> None:
    address, world = lived
    assert live(chromium, address, world, name, "fr", conditions=True).wrong == []


def test_a_vote_takes_little_from_link_to_receipt() -> None:
    """4 pages and 40 kB, being counted included."""
    told = file_of("vote", "fr").read_text("utf-8")
    assert "## 4. Vote reçu" in told
    assert documented("vote")[2] <= 40


def test_the_document_says_what_the_transcripts_say() -> None:
    written = DOCUMENT.read_text("utf-8").splitlines()
    assert [line for line in by_phone() if line not in written] == []
    assert [line for line in matrix() if line not in written] == []


def test_each_cell_names_a_test_that_exists() -> None:
    assert {where.partition("[")[0] for where in HELD_BY.values()} | {"table"} == set(TESTS)
    for where in TESTS.values():
        file, _, test = where.partition("::")
        functions = [each.name for each in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))) if isinstance(each, ast.FunctionDef)]
        assert test in functions, where
    gates = (ROOT / TESTS["pages"].partition("::")[0]).read_text("utf-8")
    assert all(f'"{where[6:-1]}"' in gates for where in HELD_BY.values() if where.startswith("pages["))


def test_nothing_asks_for_a_recent_browser() -> None:
    for name in ("tokens.css", "engage.css"):
        assert RECENT.findall((folder("static") / name).read_text("utf-8")) == []
    theirs = [path for path in folder("templates").rglob("*.html") if path.parent.name not in ("staff", "demo")]
    kinds = {kind for path in theirs for kind in re.findall(r'<input type="(\w+)"', path.read_text("utf-8"))}
    assert kinds <= {"text", "password", "hidden", "checkbox", "radio", "file"}, "a widget that an old browser does not draw"
