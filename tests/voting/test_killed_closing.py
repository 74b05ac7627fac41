"""A closing killed for real (SIGKILL) at any of its steps goes on to the same result, leaves no key, and publishes once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engage import voting
from engage.kernel.keys import MissingKey
from engage.ledger import ParticipationFact
from engage.voting import GraveKind, KeyMode, Stage, closing
from engage.voting.ballot_box import OpenedBallot, SealedBallot
from tests import victim
from tests.voting.test_opening import draft, someone
from tests.world import World, found


def killed(world: World, where: str) -> None:
    assert victim.dies(victim.a_closing, world.config, world.at, where), where


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
