"""The box: sealed ballots look alike, and one moved to another box opens nothing."""

from __future__ import annotations

from sqlalchemy import select

from engage.voting import ballot_box
from engage.voting.ballot_box import SealedBallot, Slot
from tests.world import World


def test_sealed_ballots_have_one_length(world: World) -> None:
    world.people("BSL", [[], [1], [1, 2, 3], [9]])
    with world.db.read() as session:
        assert len({len(row) for row in session.scalars(select(SealedBallot.choice))}) == 1


def test_a_ballot_of_another_box_or_other_rules_is_unreadable(world: World) -> None:
    here = world.consultation("ONE")
    key = world.db.keys.box(here)
    public = key.public_key().public_bytes_raw()
    with world.db.write() as session:
        right, wrong = Slot(here, "rules", public, b"k"), Slot(here, "other rules", public, b"k")
        for number in range(11):
            ballot_box.put(session, right, bytes([number]) * 32, [1], known=True)
        ballot_box.put(session, wrong, bytes(32)[:-1] + b"x", [2], known=True)
        opening = ballot_box.open_box(session, right, key, enough_credentials=True)
        assert (opening.known, opening.unreadable) == (11, 1)
        assert ballot_box.opened(session, here, known=True) == ["1"] * 11


def test_receipts_are_eight_readable_symbols(world: World) -> None:
    world.people("BSL", [[1]] * 30)
    with world.db.read() as session:
        receipts = list(session.scalars(select(SealedBallot.receipt)))
    assert len(set(receipts)) == 30
    assert all(len(receipt) == 8 and not set(receipt) & set("ILOU") for receipt in receipts)
