"""The house itself: floors, types, style, words, documentation. Each tool's own verdict is the test."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from dataclasses import fields
from functools import cache
from pathlib import Path

import click
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from sqlalchemy.orm import configure_mappers

from engage.cli import main
from engage.config import Config
from engage.governance.models import Agreement
from engage.kernel.refusal import Refusal
from engage.models import TABLES

ROOT = Path(__file__).parents[1]
TOOLS = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "--quiet", "."],
        ["ruff", "format", "--quiet", "--check", "."],
        ["mypy"],
        ["lint-imports", "--no-cache"],
        ["djlint", "templates", "--lint", "--quiet"],
    ],
    ids=["ruff", "format", "mypy", "floors", "templates"],
)
def test_the_tools_find_nothing(command: list[str]) -> None:
    done = subprocess.run([TOOLS / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@cache
def messages() -> set[str]:
    """Every sentence in code and templates that is marked for the catalogue."""
    keywords = {"_": None, "gettext": None, "N_": None}
    found = set()
    for place, methods in (("engage", [("**.py", "python")]), ("templates", [("**.html", "jinja2")])):
        options = {"**.html": {"trimmed": "true"}}
        for _, _, message, _, _ in extract_from_dir(ROOT / place, methods, options, keywords=keywords):
            found.add(message)
    return found


def test_english_is_complete_and_not_stale() -> None:
    with (ROOT / "translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale="en")
    assert {message.id for message in catalogue if message.fuzzy} == set()
    written = {message.id: message.string for message in catalogue if message.id}
    assert messages() - written.keys() == set(), "not translated"
    assert written.keys() - messages() == set(), "stale"
    assert [id for id, text in written.items() if not text] == []
    for id, text in written.items():
        assert set(re.findall(r"%\((\w+)\)s", id)) == set(re.findall(r"%\((\w+)\)s", text)), id


def test_french_typography_is_kept() -> None:
    """On the web the apostrophe is curly; in a text it is straight, for a curly one costs a segment. Never both in one sentence."""
    for message in messages():
        assert not ("’" in message and "'" in message), message
        assert "  " not in message
        assert not re.search(r"\b(a\s+la|deja|meme|etes|ete)\b", message), message


def refusals(kind: type = Refusal) -> list[type[Refusal]]:
    every = [each for sub in kind.__subclasses__() for each in (sub, *refusals(sub))]
    return [each for each in every if each.__module__.startswith("engage.") and hasattr(each, "sentence")]


def test_every_refusal_is_a_sentence_of_the_catalogue() -> None:
    assert len(refusals()) > 15
    for refusal in refusals():
        assert refusal.sentence in messages(), refusal


def documented() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")) + (ROOT / "README.md").read_text("utf-8")


def test_every_setting_is_documented() -> None:
    page = documented()
    for setting in fields(Config):
        assert f"`ENGAGE_{setting.name.upper()}`" in page, setting.name


def commands(group: click.Group, prefix: str = "engage") -> list[str]:
    found = []
    for name, command in group.commands.items():
        path = f"{prefix} {name}"
        found += commands(command, path) if isinstance(command, click.Group) else [path]
    return found


def test_every_command_is_documented() -> None:
    page = documented()
    for command in commands(main):
        assert f"`{command}" in page, command


def test_every_table_is_in_the_glossary() -> None:
    configure_mappers()
    assert Agreement.__tablename__ in TABLES
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    for table in TABLES:
        assert f"`{table}`" in glossary, table


def test_the_locks_pin_by_hash_and_name_no_host() -> None:
    for name in ("run", "test"):
        lock = (ROOT / f"requirements/{name}.txt").read_text()
        assert "://" not in lock
        for block in re.split(r"\n(?=\S)", lock):
            if re.match(r"[a-zA-Z]", block):
                assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_wheel_carries_templates_translations_and_static(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, ROOT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    for name in (
        "engage/templates/base.html",
        "engage/static/engage.css",
        "engage/translations/en/LC_MESSAGES/messages.po",
        "engage/territory/official/territories.csv",
        "engage/migrations/versions/0001_first_tables.py",
    ):
        assert name in names, name
