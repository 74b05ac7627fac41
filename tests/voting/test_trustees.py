"""Two of three people open the box with their words; one alone, a stranger, or this server cannot."""

from __future__ import annotations

import itertools

import pytest

from engage import voting
from engage.kernel.keys import MissingKey
from engage.voting import GraveKind, KeyMode, Stage
from engage.voting.trustees import deal, give_words
from tests.voting.test_opening import draft, someone, stage
from tests.world import World, found


def opened(world: World, code: str = "NEUF") -> list[str]:
    """An open vote with trustees, ten votes in its box; the words of the three."""
    with world.act() as act:
        _, words = voting.ask(act, draft(act, code, places=2, key_mode=KeyMode.TRUSTEES), GraveKind.OPEN, someone(act, code))
    world.later(days=3)
    world.work()
    assert stage(world, code) == Stage.OPEN
    world.people(code, [[1]] * 8 + [[2]] * 4)
    return words


def close(world: World, code: str = "NEUF") -> None:
    with world.act() as act:
        voting.close_consultation(act, found(act, code))
    world.work()


def test_the_box_waits_for_two_and_opens_with_any_two(world: World) -> None:
    for code, pair in zip(("UNE", "DEUX", "TROIS"), itertools.combinations(range(3), 2), strict=True):
        words = opened(world, code)
        assert [len(each.split()) for each in words] == [20] * 3
        close(world, code)
        assert stage(world, code) == Stage.FROZEN, "it waits"
        with world.act() as act:
            vote = found(act, code)
            id = vote.id
            with pytest.raises(MissingKey):
                world.db.keys.box(id)
            assert voting.awaits_words(act, vote)
            give_words(act, vote, [f"  {words[each].upper()}\n" for each in pair])
        world.work()
        assert stage(world, code) == Stage.CLOSED
        with world.act() as act:
            assert voting.result_of(act.session, id).read()["decisive"]["counts"] == {"1": 8, "2": 4}
        with pytest.raises(MissingKey):
            world.db.keys.box(id)


def test_votes_by_text_are_confirmed_without_the_key_of_the_box(world: World) -> None:
    opened(world)
    world.text("NEUF")
    assert "Un repas" in world.text("2")
    assert "Preuve" in world.text("OUI")


def test_wrong_words_are_told_apart_and_change_nothing(world: World) -> None:
    words = opened(world)
    with world.act() as act:
        with pytest.raises(voting.NoWordsNeeded):
            give_words(act, found(act, "NEUF"), words[:2])
        others = deal(found(act, "NEUF").id)[1]
    close(world)
    swapped = " ".join(reversed(words[1].split()))
    misspelt = words[1].replace(words[1].split()[5], "logement", 1)
    for said, refusal in (
        ((words[0], swapped), voting.WordsWrong),
        ((words[0], misspelt), voting.WordsWrong),
        ((words[0], ""), voting.WordsWrong),
        ((words[0], " ".join(words[1].split()[:19])), voting.WordsWrong),
        ((words[0], words[0]), voting.WordsTwice),
        ((words[0], others[1]), voting.WordsOfAnother),
        ((others[0], others[1]), voting.WordsOfAnother),
    ):
        with world.act() as act, pytest.raises(refusal):
            give_words(act, found(act, "NEUF"), said)
    world.work()
    assert stage(world) == Stage.FROZEN


def test_no_word_is_kept_anywhere(world: World) -> None:
    words = opened(world)
    kept = b"".join(path.read_bytes() for path in world.config.home.rglob("*") if path.is_file())
    for each in words:
        assert " ".join(each.split()[4:8]).encode() not in kept
