"""The box: sealed ballots look alike, and one moved to another box opens nothing."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from engage.voting import ballot_box
from engage.voting.ballot_box import BoxWillNotOpen, OpenedBallot, ReceiptCode, SealedBallot, Slot
from tests.world import World


def slot(world: World, consultation: UUID, rules: str = "rules") -> Slot:
    return Slot(consultation, rules, world.db.keys.box(consultation).public_key().public_bytes_raw(), b"k")


def fill(session: Session, slot: Slot, choices: list[list[int]], *, known: bool, today: int = 0) -> list[str]:
    """Ballots and their receipts; the first `today` of them say that their voter lives in poverty."""
    receipts = []
    for number, each in enumerate(choices):
        tag = bytes([known, number % 7, number]).ljust(32, b"x")
        receipts.append(ballot_box.put(session, slot, tag, each, known=known)[0])
        ballot_box.put_status(session, slot, tag, today=number < today)
    return receipts


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


@pytest.mark.parametrize("many", [1, 1_000], ids=["processes", "one process"])
def test_a_box_opens_alike_whatever_its_size(world: World, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    """In batches, by other processes or by this one: the same counts, the same lists, and nothing sealed left."""
    monkeypatch.setattr(ballot_box, "MANY", many)
    monkeypatch.setattr(ballot_box, "AT_ONCE", 8)
    here, choices = world.consultation("ONE"), [[1, 2], [9], []] * 12
    with world.db.write() as session:
        right = slot(world, here)
        receipts = fill(session, right, choices, known=True, today=21) + fill(session, right, [[3]] * 10, known=False)
        ballot_box.put(session, slot(world, here, "other rules"), bytes(32), [4], known=True)
        opening = ballot_box.open_box(session, right, world.db.keys.box(here), enough_credentials=True)
        assert (opening.known, opening.anonymous, opening.unreadable) == (36, 10, 1)
        assert (opening.today, opening.today_ballots) == ({"1": 7, "2": 7, "9": 7}, 21)
        assert ballot_box.counted(session, here, known=True) == {"12": 12, "9": 12, "": 12}
        assert ballot_box.counted(session, here, known=True) == Counter(ballot_box.opened(session, here, known=True))
        assert ballot_box.counted(session, here, known=False) == {"3": 10}
        assert list(ballot_box.receipt_codes(session, here)) == sorted(receipts)
        assert not session.scalar(select(func.count()).where(SealedBallot.consultation_id == here))


def test_rows_are_stored_in_the_order_of_keys_and_codes(world: World) -> None:
    here = world.consultation("ONE")
    with world.db.write() as session:
        fill(session, slot(world, here), [[number % 9 + 1] for number in range(200)], known=True)
        ballot_box.open_box(session, slot(world, here), world.db.keys.box(here), enough_credentials=True)
        place = "" if world.db.is_sqlite else "ORDER BY ctid"
        keys = [bytes(key) for key in session.scalars(text(f"SELECT key FROM opened_ballot {place}"))]
        codes = list(session.scalars(text(f"SELECT code FROM receipt_code {place}")))
    assert (keys, codes) == (sorted(set(keys)), sorted(set(codes)))
    assert (len(keys), len(codes), {len(key) for key in keys}) == (200, 200, {16})


def test_a_small_group_is_never_written(world: World) -> None:
    here = world.consultation("ONE")
    with world.db.write() as session:
        fill(session, slot(world, here), [[1]] * 12, known=True)
        fill(session, slot(world, here), [[2]] * 9, known=False)
        opening = ballot_box.open_box(session, slot(world, here), world.db.keys.box(here), enough_credentials=False)
        assert (opening.known, opening.anonymous) == (12, 9)
        assert not session.scalar(select(func.count(OpenedBallot.key)).where(OpenedBallot.consultation_id == here))
        assert session.scalar(select(func.count(ReceiptCode.code)).where(ReceiptCode.consultation_id == here)) == 21


def test_a_box_that_no_key_reads_stays_whole(world: World) -> None:
    here = world.consultation("ONE")
    with world.db.write() as session:
        fill(session, slot(world, here), [[1]] * 12, known=True)
    with pytest.raises(BoxWillNotOpen), world.db.write() as session:
        ballot_box.open_box(session, slot(world, here), X25519PrivateKey.generate(), enough_credentials=True)
    with world.db.read() as session:
        assert session.scalar(select(func.count()).where(SealedBallot.consultation_id == here)) == 12


def test_an_empty_box_opens_on_nothing(world: World) -> None:
    here = world.consultation("ONE")
    with world.db.write() as session:
        opening = ballot_box.open_box(session, slot(world, here), world.db.keys.box(here), enough_credentials=True)
    assert (opening.known, opening.anonymous, opening.unreadable, opening.today) == (0, 0, 0, None)
