"""Closing: the box is opened shuffled, the key destroyed, the result published; a crash anywhere changes nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, select

from engage import ledger, participants, voting
from engage.kernel.keys import MissingKey
from engage.ledger import ParticipationFact
from engage.participants import ConsentKind, Status
from engage.voting import ballot_box, closing
from engage.voting.ballot_box import OpenedBallot, ReceiptCode, SealedBallot
from engage.voting.tally import blurred, rounded_part
from tests.conftest import either as config  # noqa: F401 - each test on one engine, half on each
from tests.world import World, found, holder


def result(world: World, code: str = "BSL") -> dict[str, object]:
    with world.act() as act:
        kept = voting.result_of(act.session, found(act, code).id)
        assert kept is not None
        return kept.read()


def rows(world: World, model: type) -> int:
    with world.db.read() as session:
        return len(session.scalars(select(model.consultation_id)).all())


def test_a_closing_goes_to_its_end(world: World) -> None:
    consultation_id = world.consultation("FIN")
    world.people("FIN", [[1, 2]] * 8 + [[3]] * 3 + [[]])
    world.close("FIN")
    with world.act() as act:
        assert found(act, "FIN").stage == "closed"
    assert (rows(world, SealedBallot), rows(world, OpenedBallot), rows(world, ReceiptCode)) == (0, 12, 12)
    with pytest.raises(MissingKey):
        world.db.keys.box(consultation_id)
    tally = result(world, "FIN")["decisive"]
    assert (tally["ballots"], tally["blank"]) == (12, 1)
    assert tally["winners"][:2] in ([1, 2], [2, 1])
    assert tally["winners"][2] == 3
    with world.db.read() as session:
        kinds = session.scalars(select(ParticipationFact.kind)).all()
    assert kinds.count("result_published") == 1


def test_a_closing_is_logged_stage_by_stage_for_everyone(world: World) -> None:
    world.people("BSL", [[1]] * 12)
    with world.act() as act:
        act.session.execute(delete(SealedBallot).where(SealedBallot.tag == select(SealedBallot.tag).limit(1).scalar_subquery()))
    world.close()
    with world.act() as act:
        steps = voting.closing_log(act.session, found(act, "BSL").id)
        assert [step.stage for step in steps] == ["frozen", "opened", "tallied", "published", "closed"]
        assert steps[0].found == "ballots -1", "what did not agree is said, not hidden"
        with pytest.raises(voting.ConsultationClosed):
            voting.close_consultation(act, found(act, "BSL"))
    page = world.browser().get("/v/BSL/results").text
    assert "La clé est détruite." in page
    assert "ne concordent pas" in page


def test_a_backup_taken_before_the_end_opens_for_nobody_after_it(world: World, tmp_path: Path) -> None:
    """The sealed ballots of yesterday's copy, and every key that is left."""
    world.people("BSL", [[1, 2]] * 12)
    with world.db.read() as session:
        kept = [bytes(choice) for choice in session.scalars(select(SealedBallot.choice))]
    world.close()
    keys = [path.read_bytes() for path in world.config.keys_dir.rglob("*") if path.is_file()]
    assert len(kept) == 12
    with world.act() as act:
        vote = found(act, "BSL")
        info = b"engage ballot " + vote.id.bytes + vote.rules_hash.encode()
    for key in (key for key in keys if len(key) == 32):
        for sealed in kept:
            with pytest.raises(InvalidTag):
                ballot_box.SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(key), info=info)


def test_the_clock_alone_closes(world: World) -> None:
    world.people("BSL", [[1]] * 10)
    world.later(days=22)
    world.work()
    assert result(world)["decisive"]["ballots"] == 10


def test_under_ten_ballots_nothing_is_opened(world: World) -> None:
    world.people("BSL", [[1]] * 9)
    world.close()
    assert result(world)["decisive"] is None
    assert rows(world, OpenedBallot) == 0
    assert rows(world, ReceiptCode) == 0


def test_a_small_group_is_not_opened_beside_a_large_one(world: World) -> None:
    world.people("BSL", [[1]] * 3)
    with world.act() as act:
        for number in range(12):
            voting.cast_vote(act, found(act, "BSL"), [2], participant=None, draft=bytes([number]))
    world.close()
    assert result(world)["decisive"] is None
    assert result(world)["enough"] is False
    told = result(world)["anonymous"]
    assert set(told) == {"ballots", "counts"}
    assert all(number % 5 == 0 for number in (told["ballots"], *told["counts"].values()))
    with world.db.read() as session:
        assert not any(session.scalars(select(OpenedBallot.known)))


def lived(world: World, statuses: list[Status], choices: list[list[int]]) -> None:
    for voter, status in zip(world.people("BSL", choices), statuses, strict=True):
        with world.act() as act:
            person = act.session.get_one(participants.Participant, voter)
            voting.say_more(act, found(act, "BSL"), person, status=status, consents={ConsentKind.COUNT: True})


def test_lived_experience_is_shown_from_twenty_up(world: World) -> None:
    lived(world, [Status.TODAY] * 20 + [Status.NO] * 10, [[1]] * 20 + [[2]] * 10)
    world.close()
    today = result(world)["today"]
    assert today["ballots"] == 20
    assert today["counts"]["1"] is None, "everyone who chose 1 lives it: told, it would name them"
    assert today["counts"]["2"] == 0


@pytest.mark.parametrize(("today", "rest"), [(19, 11), (20, 9)])
def test_lived_experience_stays_unsaid_for_small_groups(world: World, today: int, rest: int) -> None:
    lived(world, [Status.TODAY] * today + [Status.SILENT] * rest, [[1]] * today + [[2]] * rest)
    world.close()
    assert not result(world)["today"]


def test_who_does_not_agree_to_be_counted_is_in_no_total(world: World) -> None:
    for voter in world.people("BSL", [[1]] * 25 + [[2]] * 15):
        with world.act() as act:
            person = act.session.get_one(participants.Participant, voter)
            voting.say_more(act, found(act, "BSL"), person, status=Status.TODAY, consents={})
    world.close()
    assert not result(world)["today"]


def test_one_phone_with_six_voters_is_one_credential(world: World) -> None:
    """An attacker's own ballots do not lift the threshold over the one ballot beside them."""
    with world.act() as act:
        for number in ("+14185550101", "+14185550102"):
            for _ in range(6):
                person, _code = participants.join_by_phone(act, number)
                voting.cast_vote(act, found(act, "BSL"), [], participant=person)
    world.people("BSL", [[2, 6, 9]])
    world.close()
    assert result(world)["enough"] is False
    assert rows(world, OpenedBallot) == 0


def test_ballots_written_without_the_keys_are_left_out_and_said(world: World) -> None:
    """As whoever holds the database alone: the public key is there, so anyone can seal."""
    world.people("BSL", [[1]] * 15)
    with world.db.write() as session:
        consultation = session.scalars(select(voting.Consultation)).one()
        info = ballot_box.Slot(consultation.id, consultation.rules_hash, consultation.public_key, b"").info
        for row in session.scalars(select(SealedBallot).limit(4)):
            row.choice = ballot_box.seal(bytes([1, 1, 1, 0]) + bytes(12), consultation.public_key, info)
        for number in range(5):
            forged = ballot_box.seal(bytes([1, 1, 1, 0]) + bytes(12), consultation.public_key, info)
            row = SealedBallot(
                consultation_id=consultation.id, tag=bytes([number]) * 32, choice=forged, receipt=f"FORGED0{number}", mark=bytes(32)
            )
            session.add(row)
    world.close()
    document = result(world)
    assert document["decisive"]["counts"]["9"] == 0
    assert (document["decisive"]["ballots"], document["unreadable"], document["differs"]) == (11, 9, True)
    assert "Attention" in world.browser().get("/v/BSL/results").text


def test_one_closing_that_fails_holds_up_nothing_else(world: World) -> None:
    broken = world.consultation("CASSE")
    world.people("CASSE", [[1]] * 10)
    world.people("BSL", [[1]] * 10)
    world.db.keys.destroy_box(broken)
    world.later(days=22)
    world.work()
    assert result(world)["decisive"]["ballots"] == 10
    with world.act() as act:
        assert found(act, "CASSE").stage == "frozen"
        assert ledger.latest_note(act.session)


def test_those_who_asked_get_the_result_once(world: World) -> None:
    for number in ("+14185550110", "+14185550111"):
        for body in ("VOTE", "1", "OUI", "R" if number.endswith("0") else "A"):
            world.text(body, number)
    world.people("BSL", [[1]] * 9)
    world.close()
    world.work()
    assert [(parcel.number, "Logement" in parcel.body) for parcel in world.sent] == [("+14185550110", True)]


class Crash(Exception):
    pass


@pytest.mark.parametrize("step", range(5))
def test_a_crash_at_any_stage_resumes_to_the_same_result(world: World, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world.people("BSL", [[random.randint(1, 9)] for _ in range(30)])
    world.later(days=22)
    stages = list(closing._STEPS)
    real = closing._STEPS[stages[step]]

    def crash(*args: object) -> None:
        real(*args)
        raise Crash

    with monkeypatch.context() as broken:
        broken.setitem(closing._STEPS, stages[step], crash)
        voting.carry_closings(world.db, world.at)
    voting.carry_closings(world.db, world.at)
    assert result(world)["decisive"]["ballots"] == 30
    assert rows(world, SealedBallot) == 0
    with world.db.read() as session:
        assert list(session.scalars(select(ParticipationFact.kind))).count("result_published") == 1


def test_whoever_cast_all_votes_but_one_without_a_card_does_not_learn_that_one() -> None:
    """The exact edge at which a rounded count turns is told to nobody: with four or with five votes, either figure comes out often."""
    shares = [sum(blurred({"1": votes}, votes)["counts"]["1"] >= 5 for _ in range(3000)) / 3000 for votes in (4, 5)]
    assert 0.25 < shares[0] < shares[1] < 0.75
    assert blurred({"1": 4, "2": 7}, 11, lambda: 0) == {"ballots": 10, "counts": {"1": 0, "2": 5}}


@pytest.mark.parametrize("lived_it", range(10))
def test_under_ten_votes_an_option_is_left_out_whatever_its_voters_live(lived_it: int) -> None:
    whole = {"counts": {"9": max(lived_it, 5), "1": 40}}
    part = rounded_part({"today": {"9": lived_it, "1": 20}, "today_ballots": 20 + lived_it}, whole)
    assert part["counts"]["9"] is None
    assert part["counts"]["1"] == 20


def test_envelopes_without_a_sheet_make_no_ten_different_people(world: World) -> None:
    """Ten ballots from two telephones, and eight accepted envelopes whose sheets never came."""
    with world.act() as act:
        vote = found(act, "BSL")
        for number, people in (("+14185550101", 6), ("+14185550102", 4)):
            for _ in range(people):
                voter, _code = participants.join_by_phone(act, number)
                voting.cast_vote(act, vote, [1], participant=voter)
        for _ in range(8):
            voting.roll.accept_envelope(act, vote, holder(act))
    world.close()
    assert result(world)["decisive"] is None
