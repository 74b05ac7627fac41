"""Texts out, against a far end that is slow, full, wrong or silent: each text leaves once, and none is lost."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from engage import messaging
from engage.demo.far_end import Trouble
from engage.kernel.act import Channel
from engage.messaging import Keeps, OutboundMessage, Purpose, Sending
from engage.messaging.models import DeadNumber, Redaction
from tests.conftest import either as config  # noqa: F401 - each test on one engine, half on each
from tests.world import PHONE, TABLE, World

OTHER = "+14185550102"


def queue(world: World, number: str = PHONE, purpose: Purpose = Purpose.VOTES, body: str = "Le résultat est là.") -> UUID:
    with world.act(Channel.SYSTEM) as act:
        id = messaging.queue(act, number, body, sender=TABLE, agreement_id="A01", purpose=purpose)
        assert id is not None
        return id


def state(world: World, id: UUID) -> str:
    with world.db.read() as session:
        return session.get_one(OutboundMessage, id).state


def test_a_text_leaves_and_arrives(world: World) -> None:
    with world.far_end() as far_end:
        id = queue(world)
        world.work()
        far_end.settle()
        assert [(each.to, each.from_, each.body) for each in far_end.sent] == [(PHONE, TABLE, "Le résultat est là.")]
        assert state(world, id) == Sending.DELIVERED
    with world.db.read() as session:
        assert messaging.spent(session, "A01", world.at.date()) == 1


@pytest.mark.parametrize("trouble", [Trouble(repeated=3), Trouble(shuffled=True), Trouble(early=True), Trouble(early=True, shuffled=True)])
def test_callbacks_in_any_order_end_the_same(world: World, trouble: Trouble) -> None:
    with world.far_end(troubles={"*": trouble}) as far_end:
        id = queue(world)
        world.work()
        far_end.settle()
        assert len(far_end.sent) == 1
        assert state(world, id) == Sending.DELIVERED


@pytest.mark.parametrize("trouble", [Trouble(dropped=True), Trouble(status=500)])
def test_an_unknown_outcome_is_asked_after_and_never_sent_blindly(world: World, trouble: Trouble) -> None:
    """Dropped: the provider took it. 500: it did not, and says so when asked."""
    with world.far_end(troubles={"*": trouble}) as far_end:
        id = queue(world)
        world.work()
        assert state(world, id) in (Sending.UNKNOWN, Sending.SENT, Sending.DELIVERED)
        far_end.troubles.clear()
        far_end.settle()
        for _ in range(3):
            world.later(minutes=11)
            world.work()
        far_end.settle()
        assert state(world, id) == Sending.DELIVERED
        assert len(far_end.sent) == 1


def test_a_busy_provider_is_tried_later(world: World) -> None:
    with world.far_end(troubles={"*": Trouble(throttled=2)}) as far_end:
        id = queue(world)
        world.work()
        assert state(world, id) == Sending.WAITING
        for _ in range(3):
            world.later(minutes=5)
            world.work()
        far_end.settle()
        assert state(world, id) == Sending.DELIVERED
        assert len(far_end.sent) == 1


def test_a_stop_known_to_the_provider_is_heeded(world: World) -> None:
    with world.far_end(troubles={PHONE: Trouble(status=400, code=21610)}):
        id = queue(world)
        world.work()
        assert state(world, id) == Sending.FAILED
    with world.act() as act:
        assert messaging.keeps(act.session, PHONE) == Keeps.NOTHING
        assert messaging.queue(act, PHONE, "x", sender=TABLE, agreement_id="A01", purpose=Purpose.VOTES) is None


def test_a_dead_number_is_followed_up_and_lives_again_when_it_writes(world: World) -> None:
    with world.far_end(troubles={PHONE: Trouble(fails=30005)}) as far_end:
        queue(world)
        world.work()
        far_end.settle()
    with world.act() as act:
        assert messaging.dead_numbers(act.session, "A01") == {"30005": 1}
        assert messaging.queue(act, PHONE, "x", sender=TABLE, agreement_id="A01", purpose=Purpose.VOTES) is None
    world.text("VOTE")
    with world.db.read() as session:
        assert session.scalar(select(func.count()).select_from(DeadNumber)) == 0


def test_a_landline_is_called_instead(world: World) -> None:
    with world.far_end(troubles={PHONE: Trouble(fails=30006)}, answers={PHONE: "human"}) as far_end:
        id = queue(world)
        world.work()
        far_end.settle()
        world.work()
        far_end.settle()
        call = far_end.call_of(PHONE)
        assert call is not None
        assert not any("résultat" in spoken.text for spoken in call.heard)
        call.press("1")
        assert any("Le résultat est là." in spoken.text for spoken in call.heard)
        assert state(world, id) == Sending.DELIVERED


def test_a_machine_is_told_nothing_and_tried_again(world: World) -> None:
    with world.far_end(troubles={PHONE: Trouble(fails=30006)}, answers={PHONE: "machine"}) as far_end:
        id = queue(world)
        world.work()
        far_end.settle()
        world.work()
        far_end.settle()
        call = far_end.call_of(PHONE)
        assert call is not None
        assert call.heard == []
        assert state(world, id) == Sending.WAITING


def test_a_phone_out_of_reach_is_tried_again_some_hours_later_and_not_for_ever(world: World) -> None:
    with world.far_end(troubles={PHONE: Trouble(fails=30003)}) as far_end:
        id = queue(world)
        for _ in range(10):
            world.work()
            far_end.settle()
            world.later(hours=6)
        assert len(far_end.sent) == 4
        assert state(world, id) == Sending.FAILED


def test_nothing_starts_at_night(world: World) -> None:
    world.later(hours=12)
    queue(world)
    asked = queue(world, OTHER, Purpose.ASKED)
    world.work()
    assert [parcel.id for parcel in world.sent] == [asked]
    world.later(hours=10)
    world.work()
    assert len(world.sent) == 2


def test_three_texts_a_day_to_one_number(world: World) -> None:
    for _ in range(5):
        queue(world)
    world.work()
    assert len(world.sent) == 3
    world.later(hours=25)
    world.work()
    assert len(world.sent) == 5


def test_the_months_parts_are_a_limit(world: World) -> None:
    with world.act() as act:
        messaging.allow(act, "A01", parts_a_month=2, time_zone="America/Toronto")
    ids = [queue(world, f"+1418555010{n}") for n in range(3)]
    world.work()
    assert len(world.sent) == 2
    assert Counter(state(world, id) for id in ids)[Sending.WAITING] == 1
    world.later(days=20)
    world.work()
    assert len(world.sent) == 2
    world.later(days=12)
    world.work()
    assert len(world.sent) == 3, "the next month has parts again"


def test_what_someone_asked_for_passes_before_a_campaign(world: World) -> None:
    for n in range(60):
        queue(world, f"+141855502{n:02d}")
    asked = queue(world, OTHER, Purpose.ASKED)
    messaging.send_due(world.db, world.at, world, rate=1)
    assert [parcel.id for parcel in world.sent] == [asked]


@pytest.mark.parametrize("trouble", [Trouble(fails=30008), Trouble(throttled=1)])
def test_nothing_leaves_after_a_stop_whatever_was_under_way(world: World, trouble: Trouble) -> None:
    with world.far_end(troubles={PHONE: trouble}) as far_end:
        queue(world)
        world.work()
        far_end.settle()
        tried = len(far_end.sent)
        far_end.troubles.clear()
        far_end.text_from(PHONE, "ARRET")
        for _ in range(5):
            world.later(hours=5)
            world.work()
            far_end.settle()
        assert len(far_end.sent) == tried


def test_the_pace_is_shared_and_kept(world: World) -> None:
    for n in range(30):
        queue(world, f"+141855501{n:02d}")
    for _ in range(10):
        messaging.send_due(world.db, world.at, world, rate=5)
    assert len(world.sent) == 5
    world.later(seconds=2)
    for _ in range(10):
        messaging.send_due(world.db, world.at, world, rate=5)
    assert len(world.sent) == 10


def test_a_text_whose_time_passed_stays_here(world: World) -> None:
    with world.act() as act:
        messaging.queue(
            act, PHONE, "Dernier jour", sender=TABLE, agreement_id="A01", purpose=Purpose.VOTES, expires_at=world.at + timedelta(hours=1)
        )
    world.later(hours=2)
    world.work()
    assert world.sent == []


def test_who_wants_votes_only_gets_votes_only(world: World) -> None:
    world.text("MOINS")
    world.text("1")
    with world.act() as act:
        assert messaging.queue(act, PHONE, "x", sender=TABLE, agreement_id="A01", purpose=Purpose.MEETINGS) is None
        assert messaging.queue(act, PHONE, "x", sender=TABLE, agreement_id="A01", purpose=Purpose.VOTES) is not None


def test_the_words_of_a_vote_are_wiped_at_the_provider(world: World) -> None:
    with world.far_end() as far_end:
        for body in ("VOTE", "1", "NON", "1 4 7", "OUI", "A R"):
            far_end.text_from(PHONE, body)
        far_end.settle()
        world.later(minutes=2)
        world.work()
        bodies = {message.body for message in far_end.messages.values()}
    assert not any("Logement, École" in body or "Preuve" in body or body in ("1 4 7", "A R", "1") for body in bodies)
    assert "VOTE" in bodies
    with world.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Redaction)) == 0


def test_after_three_days_a_text_has_no_number_and_no_words(world: World) -> None:
    queue(world)
    world.work()
    world.later(days=4)
    world.work()
    with world.db.read() as session:
        assert session.scalar(select(func.count()).select_from(OutboundMessage)) == 0


def test_two_machines_that_answer_each_other_are_cut_short(world: World) -> None:
    replies = [world.text("Je suis absent") for _ in range(60)]
    assert replies[0]
    assert replies[-1] == ""
    world.later(minutes=11)
    assert world.text("VOTE")
