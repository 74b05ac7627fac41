"""A closing killed for real (SIGKILL) at any of its steps goes on to the same result, leaves no key, and publishes once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from engage import voting
from engage.kernel.keys import MissingKey
from engage.ledger import ParticipationFact
from engage.voting import GraveKind, KeyMode, Stage, closing
from engage.voting.ballot_box import OpenedBallot, SealedBallot
from tests.victim import settings
from tests.voting.test_opening import draft, someone
from tests.world import World, found

KILLED = """
import json, os, signal, sys
from datetime import datetime
from pathlib import Path
from engage.config import Config
from engage.kernel.db import Database
from engage.storage import open_storage
from engage.voting import closing

text, at, where = sys.argv[1:]
read = json.loads(text)
paths = {name: Path(read[name]) for name in ("home", "keys_dir")}
db = open_storage(Config(**read | paths | {"languages": tuple(read["languages"])}))


def die(*args, **named):
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(real):
    return lambda *args, **named: (real(*args, **named), die())[0]


if where == "shred":
    Database.shred = then_die(Database.shred)
elif where == "key":
    db.keys.destroy_box = then_die(db.keys.destroy_box)
else:
    closing._STEPS[where] = then_die(closing._STEPS[where])
closing.carry_closings(db, datetime.fromisoformat(at))
"""
"""Dies after the step has written everything, just before it would commit; or just after the key or the files are gone."""


def killed(world: World, where: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, settings(world.config), world.at.isoformat(), where], cwd=Path(__file__).parents[2], check=False
    )
    assert done.returncode == -signal.SIGKILL, where


STEPS = [*(str(stage) for stage in closing._STEPS if stage != Stage.CANCELLING), "key", "shred"]


@pytest.mark.parametrize(
    ("mode", "where"),
    [(KeyMode.SERVER, where) for where in STEPS] + [(KeyMode.TRUSTEES, where) for where in (str(Stage.FROZEN), "key")],
)
def test_a_killed_closing_goes_on_to_the_same_result(world: World, mode: KeyMode, where: str) -> None:
    with world.act() as act:
        _, words = voting.ask(act, draft(act, places=1, key_mode=mode), GraveKind.OPEN, someone(act, "Camille"))
    world.later(days=3)
    world.work()
    world.people("NEUF", [[1]] * 9 + [[1, 2]] * 4 + [[]])
    world.later(days=30)
    if mode == KeyMode.TRUSTEES:
        world.work()
        with world.act() as act:
            voting.give_words(act, found(act, "NEUF"), words[:2])
    killed(world, where)
    world.work()
    with world.act() as act:
        vote = found(act, "NEUF")
        assert vote.stage == Stage.CLOSED
        assert voting.result_of(act.session, vote.id).read()["decisive"]["counts"] == {"1": 13, "2": 4}
        assert act.session.scalars(select(OpenedBallot.choices).where(OpenedBallot.consultation_id == vote.id)).all().count("1") == 9
        assert not act.session.scalars(select(SealedBallot.tag).where(SealedBallot.consultation_id == vote.id)).all()
        kinds = act.session.scalars(select(ParticipationFact.kind).where(ParticipationFact.mechanism_id == vote.mechanism_id)).all()
        assert kinds.count("result_published") == 1
        with pytest.raises(MissingKey):
            world.db.keys.box(vote.id)


def test_a_killed_cancellation_goes_on(world: World) -> None:
    world.people("BSL", [[1]] * 5)
    with world.act() as act:
        grave, _ = voting.ask(act, found(act, "BSL"), GraveKind.CANCEL, someone(act, "Camille"), reason="Erreur.")
        voting.opening.carry(act, grave)
    killed(world, Stage.CANCELLING)
    world.work()
    with world.act() as act:
        assert found(act, "BSL").stage == Stage.CANCELLED
        kinds = act.session.scalars(select(ParticipationFact.kind)).all()
        assert (kinds.count("vote_cast"), kinds.count("reversed")) == (5, 5)
