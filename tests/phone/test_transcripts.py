"""Journeys by text and by voice, held word for word to what is really told."""

from __future__ import annotations

import re

import pytest

from engage.kernel.plain import reading
from tests.conftest import ON_SQLITE
from tests.transcripts import FOLDER, names, play
from tests.world import World


@ON_SQLITE
@pytest.mark.parametrize("name", names())
def test_a_journey_is_told_as_written(world: World, name: str) -> None:
    assert play(world, name) == (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def lines(name: str) -> list[str]:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8").splitlines()


def test_a_vote_by_keys_takes_under_90_seconds_of_prompts() -> None:
    (total,) = [line for line in lines("voice-vote.fr") if line.startswith("=")]
    assert int(re.search(r"(\d+) secondes", total)[1]) < 90


def test_a_vote_by_text_takes_three_messages() -> None:
    said = [line for line in lines("text-vote.fr") if line.startswith(("→", "←"))]
    proof = next(place for place, line in enumerate(said) if "Preuve" in line)
    assert sum(line.startswith("→") for line in said[:proof]) == 3
    assert sum(int(re.search(r"\[(\d) segment", line)[1]) for line in said[: proof + 1] if line.startswith("←")) <= 4


@pytest.mark.parametrize("name", [name for name in names() if name.endswith(".fr")])
def test_what_is_told_in_french_is_plain(name: str) -> None:
    told = [line.removeprefix("← ").removeprefix("[fr-CA] ") for line in lines(name) if line.startswith("←") and "[en-CA]" not in line]
    told = [re.sub(r"   \[\d segments?\]$", "", line) for line in told]
    hard = {line: faults for line in told if (faults := reading(re.sub(r"(?<=[a-zé]) (?=\d )", ". ", line)).faults())}
    assert hard == {}


def test_every_voice_prompt_ends_in_something_to_do() -> None:
    """A question names a key; what asks nothing says goodbye or passes on."""
    for name in names():
        if name.startswith("voice"):
            told = [line for line in lines(name) if line.startswith("←")]
            assert re.search(r"faites|press|Au revoir|Goodbye|personne", told[-1]), (name, told[-1])
