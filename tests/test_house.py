"""The house itself: floors, types, style, words, documentation. Each tool's own verdict is the test."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from dataclasses import fields
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner
from sqlalchemy.orm import configure_mappers

from engage.cli import main
from engage.config import Config
from engage.governance.models import Agreement
from engage.kernel import languages, words
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


def messages() -> set[str]:
    """Every sentence in code and templates that is marked for the catalogue."""
    return set(languages.sentences())


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


BROUGHT = [tag for tag in languages.known() if tag not in languages.OURS]


@pytest.mark.parametrize("tag", BROUGHT)
def test_a_catalogue_holds_what_citizens_read(tag: str) -> None:
    """Every sentence is there to be translated; what was read by a native speaker is nearly whole, and no place to fill is lost."""
    assert {str(message.id) for message in words.read(tag) if message.id} == set(languages.of_citizens()), (
        "run `engage languages --update all`"
    )
    found = languages.standing(tag)
    assert found.misfits == ()
    assert found.is_nearly_whole or not found.reviewer
    assert tag not in INDIGENOUS or found.reviewer or not found.translated


INDIGENOUS = {"iu", "cr", "crk", "cre", "moe", "atj", "mic", "moh", "abe", "alq", "nsk"}
"""Nothing is shipped in them that no native speaker has read."""


def test_the_command_brings_in_what_is_new_and_keeps_what_was_translated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "TRANSLATIONS", tmp_path)
    (tmp_path / "moe/LC_MESSAGES").mkdir(parents=True)
    head = '# Name: Innu-aimun\n# Status: native-reviewed by Uapan, 2027-03-01\nmsgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    told = [("Voter", "A"), ("Plus dite", "B"), ("Fin: %(day)s.", "C")]
    words.path_of("moe").write_text(head + "\n\n".join(f'msgid "{french}"\nmsgstr "{own}"' for french, own in told), "utf-8")
    try:
        shown = CliRunner().invoke(main, ["languages", "--update", "moe"])
        assert shown.exit_code == 1
        assert f"moe\tInnu-aimun\tnative-reviewed by Uapan, 2027-03-01, 1 of {len(languages.of_citizens())} sentences" in shown.stdout
        assert shown.stderr == "moe: other places to fill than the French, so not used: Fin: %(day)s.\n"
        kept = {message.id: message.string for message in words.read("moe") if message.id and message.string}
        assert kept == {"Voter": "A", "Fin: %(day)s.": "C"}
        assert [words.say("moe", french, day="4 mai") for french in ("Voter", "Fin: %(day)s.")] == ["A", "Fin: 4 mai."]
    finally:
        languages.standing.cache_clear()
        words.catalogue.cache_clear()
    assert CliRunner().invoke(main, ["languages", "--update", "en"]).exit_code == 2


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
