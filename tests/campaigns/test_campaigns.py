"""Campaigns: who is reached, what it costs, pause and resume, and an account at the end."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from engage import campaigns, governance, messaging, participants, voting
from engage.campaigns import Campaign, CampaignKind, CampaignStage
from engage.demo.far_end import Trouble
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.messaging import Keeps
from engage.participants import ConsentKind, Participant
from tests.world import World, found


def number(place: int) -> str:
    return f"+1418555{1000 + place}"


def voters(world: World, count: int, *, consenting: bool = True) -> None:
    """People who voted by text and said that they may be written to."""
    with world.act(Channel.SMS) as act:
        consultation = found(act, "BSL")
        for place in range(count):
            person, _code = participants.join_by_phone(act, number(place))
            voting.cast_vote(act, consultation, [1], participant=person)
            voting.say_more(act, consultation, person, status=None, consents={ConsentKind.CONTACT: consenting})


def campaign(world: World, kind: CampaignKind = CampaignKind.INVITATION, text: str = "Le vote avance. Merci de votre avis.") -> UUID:
    with world.act() as act:
        return campaigns.write_campaign(act, found(act, "BSL"), kind, {"fr": text, "en": "The vote goes on. Thank you."}).id


def move(world: World, id: UUID, step: object) -> None:
    with world.act() as act:
        step(act, act.session.get_one(Campaign, id))


def progress(world: World, id: UUID) -> dict[str, int]:
    with world.db.read() as session:
        return campaigns.progress(session, session.get_one(Campaign, id))


def stage(world: World, id: UUID) -> str:
    with world.db.read() as session:
        return session.get_one(Campaign, id).stage


def test_a_campaign_reaches_each_number_once_and_accounts_for_it(world: World) -> None:
    voters(world, 12)
    with world.act(Channel.SMS) as act:
        participants.join_by_phone(act, number(0))
        messaging.keep(act, number(1), Keeps.NOTHING, "person")
    id = campaign(world)
    with world.act() as act:
        made = act.session.get_one(Campaign, id)
        look = campaigns.preview(act.session, made, governance.table_of(act.session, "A01"), act.at)
    assert (look.recipients, look.unreached, look.parts_each, look.parts) == (11, 1, 1, 11)
    with world.far_end(troubles={number(2): Trouble(fails=30005), number(3): Trouble(status=400, code=21610)}) as far_end:
        move(world, id, campaigns.start)
        world.work()
        far_end.settle()
        world.work()
        assert sorted(sent.to for sent in far_end.sent) == sorted(number(place) for place in (0, 2, *range(4, 12)))
        assert {sent.body for sent in far_end.sent} == {"Table Bas-Saint-Laurent: Le vote avance. Merci de votre avis. ARRET: cesser."}
    counts = progress(world, id)
    assert (counts["delivered"], counts["failed"], counts["failed:30005"], counts["failed:21610"]) == (9, 2, 1, 1)
    assert stage(world, id) == CampaignStage.DONE
    world.later(days=5)
    world.work()
    assert progress(world, id)["delivered"] == 9, "the account outlives the numbers"


def test_reminders_leave_voters_alone(world: World) -> None:
    voters(world, 3)
    world.consultation("AUTRE")
    with world.act() as act:
        id = campaigns.write_campaign(act, found(act, "AUTRE"), CampaignKind.REMINDER, {"fr": "Il reste 2 jours pour voter."}).id
        numbers = participants.numbers_of(act.session, list(act.session.scalars(select(Participant.id))))
        voter = next(id for id, its in numbers.items() if its == number(0))
        voting.cast_vote(act, found(act, "AUTRE"), [1], participant=act.session.get_one(Participant, voter))
    move(world, id, campaigns.start)
    world.work()
    assert sorted(parcel.number for parcel in world.sent) == [number(1), number(2)]


def test_pause_holds_what_has_not_left_and_resume_sends_the_rest_once(world: World) -> None:
    voters(world, 8)
    id = campaign(world)
    move(world, id, campaigns.start)
    campaigns.carry_campaigns(world.db, world.at)
    messaging.send_due(world.db, world.at, world, most=3)
    move(world, id, campaigns.pause)
    world.work()
    assert len(world.sent) == 3
    assert progress(world, id)["held"] == 5
    move(world, id, campaigns.resume)
    world.work()
    assert len({parcel.number for parcel in world.sent}) == len(world.sent) == 8


def test_cancelling_stops_the_rest_for_good(world: World) -> None:
    voters(world, 4)
    id = campaign(world)
    move(world, id, campaigns.start)
    campaigns.carry_campaigns(world.db, world.at)
    move(world, id, campaigns.cancel)
    world.work()
    assert world.sent == []
    assert progress(world, id)["expired"] == 4


def test_whoever_said_no_is_not_reached(world: World) -> None:
    voters(world, 3, consenting=False)
    id = campaign(world)
    move(world, id, campaigns.start)
    world.work()
    assert world.sent == []


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("", campaigns.BodyMissing),
        ("mot " * 90, campaigns.BodyTooLong),
        ("Une place au comité réservé vous attend.", campaigns.WordGivesAway),
        ("Des nouvelles de l'aide sociale.", campaigns.WordGivesAway),
    ],
)
def test_a_text_that_costs_or_tells_too_much_is_refused(world: World, text: str, refused: type[Refusal]) -> None:
    with pytest.raises(refused):
        campaign(world, text=text)


def test_a_campaign_beyond_the_months_parts_does_not_start(world: World) -> None:
    voters(world, 5)
    with world.act() as act:
        messaging.allow(act, "A01", parts_a_month=4, time_zone="America/Toronto")
    id = campaign(world)
    with pytest.raises(campaigns.TooCostly):
        move(world, id, campaigns.start)
    assert stage(world, id) == CampaignStage.DRAFT


def test_a_result_is_told_once_it_is_published(world: World) -> None:
    voters(world, 2)
    id = campaign(world, CampaignKind.RESULT)
    with pytest.raises(campaigns.NotPublished):
        move(world, id, campaigns.start)
    world.close()
    move(world, id, campaigns.start)
    world.work()
    assert stage(world, id) in (CampaignStage.RUNNING, CampaignStage.DONE)


def test_an_invitation_to_a_vote_that_ended_does_not_leave(world: World) -> None:
    voters(world, 3)
    id = campaign(world)
    move(world, id, campaigns.start)
    campaigns.carry_campaigns(world.db, world.at)
    world.close()
    assert not any("Merci de votre avis" in parcel.body for parcel in world.sent)
    assert stage(world, id) == CampaignStage.CANCELLED


def test_started_once_only(world: World) -> None:
    voters(world, 2)
    id = campaign(world)
    move(world, id, campaigns.start)
    with pytest.raises(campaigns.AlreadyStarted):
        move(world, id, campaigns.start)
