"""A log longer than one batch, sequenced in one session."""

from __future__ import annotations

import pytest

from engage import ledger, participants
from engage.ledger import book
from tests.world import World


def test_batches_follow_one_another(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "BATCH", 4)
    world.people("BSL", [[1]] * 10)
    with world.db.write() as session:
        assert [ledger.sequence(session, world.at) for _ in range(4)] == [4, 4, 3, 0]
    world.work()
    with world.db.read() as session:
        assert list(ledger.verify(session, world.at, participants.person_keys(session))) == []
