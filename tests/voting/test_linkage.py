"""The linkage attack: with everything a closed database holds, tying a person to a ballot is chance."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import select, text

from engage import voting
from engage.kernel.act import Act, Channel
from engage.kernel.keys import MissingKey
from engage.voting import GraveKind, KeyMode, Proposed, RollEntry
from engage.voting.ballot_box import SUITE, OpenedBallot, SealedBallot
from tests.voting.test_opening import draft, someone
from tests.world import World, found, holder

VOTERS = 90


def an_election(world: World) -> tuple[dict[object, str], list[str]]:
    """Ninety voters in ninety transactions, three choices each of 84: what each chose, and their receipts."""
    dice = random.Random(5)
    truth, receipts = {}, []
    for _ in range(VOTERS):
        picked = sorted(dice.sample(range(1, 10), 3))
        with world.db.write() as session:
            act = Act(session, Channel.WEB, world.at)
            person = holder(act)
            receipts.append(voting.cast_vote(act, found(act, "BSL"), picked, participant=person).receipt)
            truth[person.id] = "".join(map(str, picked))
        world.later(seconds=7)
    world.close()
    return truth, receipts


def guesses(world: World, roll_order: str, box_order: str) -> dict[object, str]:
    """Pair the roll with the box, each in the order an attacker reads them."""
    with world.db.read() as session:
        roll = session.execute(text(f"SELECT participant_id FROM roll_entry ORDER BY {roll_order}")).scalars().all()
        box = session.execute(text(f"SELECT choices FROM opened_ballot ORDER BY {box_order}")).scalars().all()
    return dict(zip(map(str, roll), box, strict=True))


def score(truth: dict[object, str], guessed: dict[object, str]) -> float:
    plain = {str(id).replace("-", ""): picked for id, picked in truth.items()}
    return sum(plain[id.replace("-", "")] == picked for id, picked in guessed.items()) / len(plain)


def test_a_closed_database_links_nobody(world: World) -> None:
    truth, _ = an_election(world)
    orders = (
        [("id", "key"), ("participant_id", "key")]
        if world.db.is_sqlite
        else [("ctid", "ctid"), ("xmin::text::bigint", "ctid"), ("id", "key")]
    )
    chance = sum(list(truth.values()).count(picked) for picked in truth.values()) / VOTERS**2
    for roll_order, box_order in orders:
        reached = score(truth, guesses(world, roll_order, box_order))
        print(f"linkage by {roll_order} and {box_order}: {reached:.3f} (chance {chance:.3f})")
        assert reached <= chance + 0.08


def read_with_keys(world: World, code: str) -> dict[object, str]:
    """What whoever holds the open database and the whole key folder reads: each person's tag, its ballot, and the box's key if it is there."""
    keys, found_out = world.db.keys, {}
    with world.db.read() as session:
        vote = session.scalars(select(voting.Consultation).where(voting.Consultation.code == code)).one()
        info = b"engage ballot " + vote.id.bytes + (vote.rules_hash or "").encode()
        for id in session.scalars(select(RollEntry.participant_id).where(RollEntry.consultation_id == vote.id)).all():
            sealed = session.get_one(SealedBallot, (vote.id, keys.ballot_tag(vote.id, id.bytes))).choice
            try:
                bitmap = int.from_bytes(SUITE.decrypt(sealed, keys.box(vote.id), info=info)[2:4])
            except MissingKey:
                continue
            found_out[id] = "".join(str(n) for n in range(1, 10) if bitmap >> (n - 1) & 1)
    return found_out


@pytest.mark.parametrize("mode", list(KeyMode))
def test_before_closing_the_keys_tell_all_unless_trustees_hold_the_box(world: World, mode: KeyMode) -> None:
    """What docs/secrecy.md says, as figures: database alone nothing; database and keys everything, or with trustees nothing."""
    with world.act() as act:
        options = [Proposed("bulb", "", {"fr": f"Le {n}"}, {"fr": f"N{n}"}, {"fr": ""}) for n in range(1, 10)]
        _, words = voting.ask(act, draft(act, options=options, key_mode=mode, languages=("fr",)), GraveKind.OPEN, someone(act, "Camille"))
    world.later(days=3)
    world.work()
    dice = random.Random(7)
    truth = {}
    for _ in range(30):
        picked = sorted(dice.sample(range(1, 10), 3))
        (id,) = world.people("NEUF", [picked])
        truth[id] = "".join(map(str, picked))
    told = read_with_keys(world, "NEUF")
    print(f"linkage before closing, database and keys, {mode}: {sum(told.get(id) == picked for id, picked in truth.items()) / 30:.3f}")
    assert told == (truth if mode == KeyMode.SERVER else {})
    with world.act() as act:
        voting.close_consultation(act, found(act, "NEUF"))
    world.work()
    if words:
        with world.act() as act:
            voting.give_words(act, found(act, "NEUF"), words[1:])
        world.work()
    with world.db.read() as session, pytest.raises(MissingKey):
        world.db.keys.box(session.scalars(select(voting.Consultation.id).where(voting.Consultation.code == "NEUF")).one())
    roll = sorted(truth, key=lambda id: id.bytes)
    with world.db.read() as session:
        vote = session.scalars(select(voting.Consultation.id).where(voting.Consultation.code == "NEUF")).one()
        opened = session.scalars(select(OpenedBallot.choices).where(OpenedBallot.consultation_id == vote).order_by(OpenedBallot.key)).all()
    chance = sum(list(truth.values()).count(picked) for picked in truth.values()) / 30**2
    reached = sum(truth[id] == guess for id, guess in zip(roll, opened, strict=True)) / 30
    print(f"linkage after closing, database and keys, {mode}: {reached:.3f} (chance {chance:.3f})")
    assert reached <= chance + 0.25, "of thirty, luck alone reaches six once in some hundred runs; a leak reaches all of them"


def test_all_opened_ballots_come_from_one_transaction(world: World) -> None:
    an_election(world)
    with world.db.read() as session:
        keys = [bytes(key) for key in session.scalars(select(OpenedBallot.key))]
        assert len(keys) == VOTERS
        if not world.db.is_sqlite:
            assert len(set(session.execute(text("SELECT xmin::text FROM opened_ballot")).scalars())) == 1
            physical = session.execute(text("SELECT key FROM opened_ballot ORDER BY ctid")).scalars().all()
            assert [bytes(key) for key in physical] == sorted(keys)


def test_the_files_keep_no_sealed_ballot_and_no_key(world: World) -> None:
    """Raw bytes of database, log and keys: nothing sealed, nothing that opens."""
    if not world.db.is_sqlite:
        with world.db.read() as session:
            assert session.execute(text("SELECT pg_relation_size('sealed_ballot')")).scalar() == 0
        return
    with world.db.write() as session:
        act = Act(session, Channel.WEB, world.at)
        for _ in range(12):
            voting.cast_vote(act, found(act, "BSL"), [1, 2, 3], participant=holder(act))
    with world.db.read() as session:
        sealed = [bytes(row) for row in session.execute(text("SELECT choice FROM sealed_ballot")).scalars()]
        tags = [bytes(row) for row in session.execute(text("SELECT tag FROM sealed_ballot")).scalars()]
        box_key = world.db.keys.box(session.scalars(select(voting.Consultation.id)).one()).private_bytes_raw()
    world.close()
    files = [path.read_bytes() for path in Path(world.config.home).rglob("*") if path.is_file()]
    for secret in (*sealed, *tags, box_key):
        assert not any(secret in content for content in files)


def test_the_roll_says_who_and_never_what(world: World) -> None:
    columns = set(RollEntry.__table__.columns.keys())
    assert columns == {"id", "consultation_id", "participant_id", "known", "final", "channel", "fact_sealed"}
    assert set(OpenedBallot.__table__.columns.keys()) == {"consultation_id", "key", "known", "choices"}
