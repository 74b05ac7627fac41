"""Meetings: one list of answers from every channel, supports with their warning, presence that counts once and can be contested, decisions."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engage import committees, ledger, messaging, participants, rights, voting
from engage.committees import (
    Attendance,
    DayNeeds,
    Meeting,
    Membership,
    Reply,
    SupportLine,
    SupportState,
    attendance,
    decisions,
    meetings,
    supports,
)
from engage.kernel.act import Act, Channel
from engage.kernel.refusal import Refusal
from engage.ledger import Kind, ParticipationFact
from engage.messaging import Keeps
from engage.participants import ConsentKind, Participant, Status
from tests.committees.test_committees import facts, seated
from tests.conftest import ON_SQLITE
from tests.messaging.test_segments import measure
from tests.world import World, found, the_committee

TEXTS = {"agenda": {"fr": "Quels projets payer cette année."}, "papers": {"fr": "Trois projets demandent de l’argent."}}


@pytest.fixture
def world(world: World) -> World:
    world.committee()
    return world


def member(act: Act, number: str = "") -> Membership:
    """One more member, whose number we know when given."""
    membership = seated(act)
    if number:
        person = act.session.get_one(Participant, membership.participant_id)
        participants.give_number(act, person, number)
        participants.confirm_number(act, number)
    return membership


def called(act: Act, days: int = 20, **differs: object) -> Meeting:
    starts_at = act.at + timedelta(days=days)
    given = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), "place": "Salle 2, Rimouski", "texts": TEXTS}
    return meetings.call_meeting(act, the_committee(act), **(given | differs))


def the_meeting(act: Act) -> Meeting:
    return act.session.scalars(select(Meeting)).one()


def held(world: World, members: int = 1) -> tuple[UUID, list[UUID]]:
    """A meeting that begins now; ids of it and of its members."""
    with world.act() as act:
        ids = [member(act).id for _ in range(members)]
        meeting = called(act)
        meetings.invite(act, meeting)
        starts_at, id = meeting.starts_at, meeting.id
    world.at = starts_at
    return id, ids


def test_an_invitation_papers_and_a_reminder_reach_members_by_their_channel(world: World) -> None:
    with world.act() as act:
        member(act, "+14185550160")
        member(act)
        meeting = called(act)
        assert meetings.invite(act, meeting) == 2
        assert meetings.invite(act, meeting) == 2
        assert meeting.papers_on == act.day
    for _ in range(4):
        world.work()
        world.later(days=1)
    world.later(days=14)
    world.work()
    told = [parcel.body for parcel in world.sent]
    assert [any(word in body for body in told) for word in ("Venez-vous?", "les papiers", "Sur place: ICI")] == [True] * 3
    assert sum("Venez-vous?" in body for body in told) == 1
    assert "CLSC, Ville" in next(body for body in told if "Venez-vous?" in body)
    assert all(measure(body).segments <= 2 and not measure(body).costly for body in told)
    world.later(hours=12)
    world.work()
    assert sum("Sur place: ICI" in parcel.body for parcel in world.sent) == 1


def test_a_reminder_keeps_to_hours_opt_out_and_a_no(world: World) -> None:
    with world.act() as act:
        stopped, refusing = member(act, "+14185550160"), member(act, "+14185550161")
        meeting = called(act)
        meetings.invite(act, meeting)
        messaging.keep(act, "+14185550160", Keeps.VOTES, "person")
        meetings.answer(act, meeting, refusing, comes=False)
        starts_at = meeting.starts_at
        assert not committees.telling.reachable(act, stopped.participant_id)
        assert committees.telling.reachable(act, refusing.participant_id)
    world.work()
    world.later(days=1)
    world.work()
    assert {parcel.number for parcel in world.sent} == {"+14185550161"}
    world.sent.clear()
    world.at = starts_at - timedelta(hours=40)
    world.work()
    assert world.sent == []


def test_a_moved_meeting_asks_again_and_keeps_what_one_needs(world: World) -> None:
    with world.act() as act:
        one = member(act, "+14185550160")
        meeting = called(act)
        meetings.invite(act, meeting)
        meetings.answer(act, meeting, one, comes=True, needs=DayNeeds(("ride",), 2, "", "Au coin de la 3e"))
        later = meeting.starts_at + timedelta(days=3)
        called(act, starts_at=later, ends_at=later + timedelta(hours=2), meeting=meeting)
        reply = meetings.replies(act.session, meeting)[one.id]
        assert (meeting.version, reply.version) == (2, 1)
        assert meetings.needs_of(reply).children == 2
        called(act, starts_at=later, ends_at=later + timedelta(hours=3), meeting=meeting)
        assert meeting.version == 2, "a later end moves nobody"
        assert meetings.answer(act, meeting, one, comes=True).version == 2
        assert meetings.needs_of(reply).pick_up == "Au coin de la 3e"
    world.work()
    world.later(days=1)
    world.work()
    assert sum("changement!" in parcel.body for parcel in world.sent) == 1


def test_what_is_called_off_is_told_and_answers_no_more(world: World) -> None:
    with world.act() as act:
        one = member(act, "+14185550160")
        meeting = called(act)
        meetings.invite(act, meeting)
        meetings.call_off(act, meeting)
        with pytest.raises(committees.TooLateToAnswer):
            meetings.answer(act, meeting, one, comes=True)
        with pytest.raises(committees.NotHeldYet):
            attendance.note(act, meeting, one, present=True)
    world.work()
    world.later(days=1)
    world.work()
    assert any("n'a pas lieu" in parcel.body for parcel in world.sent)


def test_answers_of_three_channels_land_in_one_list(world: World) -> None:
    with world.act() as act:
        two = [member(act), member(act)]
        meeting = called(act)
        meetings.invite(act, meeting)
        for membership, channel in zip(two, (Channel.SMS, Channel.VOICE), strict=True):
            here = Act(act.session, channel, act.at)
            meetings.answer(here, meeting, membership, comes=True, needs=DayNeeds(("ride",), 1))
        assert sorted(reply.channel for reply in meetings.replies(act.session, meeting).values()) == ["sms", "voice"]
        assert sorted(line.support for line in supports.lines(act.session, meeting)) == ["care", "care", "ride", "ride"]
        meetings.answer(act, meeting, two[0], comes=False)
        assert sorted(line.support for line in supports.lines(act.session, meeting)) == ["care", "ride"]


def test_after_it_began_nobody_answers_and_strangers_never(world: World) -> None:
    id, (one,) = held(world)
    with world.act() as act:
        meeting = act.session.get_one(Meeting, id)
        with pytest.raises(committees.TooLateToAnswer):
            meetings.answer(act, meeting, act.session.get_one(Membership, one), comes=True)
        stranger = member(act)
        stranger.starts_on = act.day + timedelta(days=1)
        act.session.flush()
        with pytest.raises(committees.NotAMember):
            attendance.note(act, meeting, stranger, present=True)
        with pytest.raises(committees.NotAMember):
            meetings.membership_at(act.session, meeting, UUID(int=0))


def test_presence_counts_once_and_ones_own_word_is_better(world: World) -> None:
    id, (one,) = held(world)
    with world.act() as act:
        meeting, membership = act.session.get_one(Meeting, id), act.session.get_one(Membership, one)
        for _ in range(2):
            attendance.note(act, meeting, membership, present=True)
        (fact,) = facts(act, Kind.ATTENDED)
        assert (fact.grade, fact.status, fact.on, fact.level) == ("B", "today", world.at.date(), 3)
        for _ in range(2):
            attendance.check_in(act, meeting, membership, meeting.door_code, asked_from="x")
        attendance.note(act, meeting, membership, present=False)
        assert [row.grade for row in act.session.scalars(select(Attendance))] == ["A"], "what one said oneself stays"
        assert standing(act) == ["A"]


def standing(act: Act) -> list[str]:
    """Grades of the facts of presence that stand."""
    back = {fact.reverses_id for fact in facts(act, Kind.REVERSED)}
    return [fact.grade for fact in facts(act, Kind.ATTENDED) if fact.id not in back]


def test_what_staff_noted_can_be_taken_back_and_contested(world: World) -> None:
    id, (one, two) = held(world, 2)
    with world.act() as act:
        meeting = act.session.get_one(Meeting, id)
        first, second = (act.session.get_one(Membership, each) for each in (one, two))
        attendance.note(act, meeting, first, present=True)
        attendance.note(act, meeting, first, present=False)
        assert standing(act) == []
        row = attendance.note(act, meeting, second, present=True)
        stranger = act.session.get_one(Participant, first.participant_id)
        attendance.confirm(act, stranger, row.id, theirs=False)
        assert standing(act) == ["B"], "nobody contests for another"
        attendance.confirm(act, act.session.get_one(Participant, second.participant_id), row.id, theirs=False)
        assert standing(act) == []
        assert attendance.present_at(act.session, meeting) == {}
        with pytest.raises(attendance.SaysNotThere):
            attendance.note(act, meeting, second, present=True)
        attendance.confirm(act, act.session.get_one(Participant, second.participant_id), row.id, theirs=True)
        assert standing(act) == ["B"], "a change of mind brings the fact back"
        with pytest.raises(attendance.SaysThere):
            attendance.note(act, meeting, second, present=False)
        attendance.confirm(act, act.session.get_one(Participant, second.participant_id), row.id, theirs=False)
        attendance.check_in(act, meeting, second, meeting.door_code, asked_from="x")
        assert standing(act) == ["A"]
    world.work()
    with world.db.read() as session:
        assert list(ledger.verify(session, world.at, participants.person_keys(session))) == []


def test_the_code_of_the_door_is_for_the_day_and_not_for_guessing(world: World) -> None:
    id, (one,) = held(world)
    with world.act() as act:
        meeting, membership = act.session.get_one(Meeting, id), act.session.get_one(Membership, one)
        wrong = "0000"
        with pytest.raises(committees.DoorCodeWrong):
            attendance.check_in(act, meeting, membership, wrong, asked_from="x")
        for early in (timedelta(hours=2), -timedelta(hours=20)):
            then = Act(act.session, Channel.SMS, meeting.starts_at - early)
            with pytest.raises(committees.NotNow):
                attendance.check_in(then, meeting, membership, meeting.door_code, asked_from="x")


def test_quorum_asks_for_reserved_seats_too(world: World) -> None:
    id, (one, two) = held(world, 2)
    with world.act() as act:
        committee, meeting = the_committee(act), act.session.get_one(Meeting, id)
        committee.quorum, committee.quorum_reserved = 2, 2
        reserved = {seat.id for seat in committees.seats(act, committee.id) if seat.is_reserved}
        attendance.note(act, meeting, act.session.get_one(Membership, one), present=True)
        assert attendance.quorum(act.session, committee, meeting, reserved) == (1, 1, False)
        attendance.note(act, meeting, act.session.get_one(Membership, two), present=True)
        assert attendance.quorum(act.session, committee, meeting, reserved) == (2, 2, True)


def test_an_organisations_seat_is_present_without_a_fact(world: World) -> None:
    with world.act() as act:
        seat = next(place.seat for place in committees.places(act, the_committee(act)) if place.seat.institution)
        one = committees.seat_institution(act, seat, act.day, act.day + timedelta(days=300))
        meeting = called(act)
        world.at = meeting.starts_at
        id, one_id = meeting.id, one.id
    with world.act() as act:
        attendance.note(act, act.session.get_one(Meeting, id), act.session.get_one(Membership, one_id), present=True)
        assert facts(act, Kind.ATTENDED) == []


def a_line(act: Act, support: str = "allowance") -> SupportLine:
    meeting, membership = act.session.scalars(select(Meeting)).first() or called(act), member(act)
    meetings.answer(act, meeting, membership, comes=True, needs=DayNeeds((support,)))
    return supports.line_of(act.session, meeting, membership.id, support)


def test_no_money_before_the_warning_was_said(world: World) -> None:
    with world.act() as act:
        line = a_line(act)
        for state, cents in ((SupportState.PAID, 2500), (SupportState.GIVEN, None), (SupportState.GIVEN, 1000)):
            with pytest.raises(committees.NotToldYet):
                supports.settle(act, line, state, cents=cents)
        supports.settle(act, line, SupportState.REFUSED)
        assert (line.state, line.cents) == ("refused", None)
        supports.settle(act, line, SupportState.PAID, cents=2500, in_advance=True, was_told=True)
        assert (line.state, line.cents, line.in_advance, line.heard_on) == ("paid", 2500, True, act.day)
        supports.settle(act, line, SupportState.PAID, cents=3000)
        meal = a_line(act, "meal")
        supports.settle(act, meal, SupportState.GIVEN)
        with pytest.raises(committees.NotToldYet):
            supports.give_voucher(act, meal, 1500, was_told=False)
        assert supports.give_voucher(act, meal, 1500, was_told=True).replace("-", "") == meal.voucher


@pytest.mark.parametrize("cents", [0, -5, 100_001, None])
def test_an_amount_is_an_amount(world: World, cents: int | None) -> None:
    with world.act() as act, pytest.raises(committees.AmountWrong):
        supports.settle(act, a_line(act), SupportState.PAID, cents=cents, was_told=True)


def test_a_year_of_supports_holds_totals_and_nobody(world: World) -> None:
    with world.act() as act:
        supports.settle(act, a_line(act), SupportState.PAID, cents=2500, in_advance=True, was_told=True)
        supports.settle(act, a_line(act, "ride"), SupportState.REFUSED)
        year = supports.year(act.session, ["A01"], date(2026, 4, 1), date(2027, 3, 31))
        assert (year.total, dict(year.asked), dict(year.given), year.in_advance) == (
            2500,
            {"allowance": 1, "ride": 1},
            {"allowance": 1, "ride": 0},
            1,
        )
        assert supports.year(act.session, ["A01"], date(2027, 4, 1), date(2028, 3, 31)).total == 0
        assert supports.year(act.session, ["A02"], date(2026, 4, 1), date(2027, 3, 31)).total == 0


def test_where_someone_is_picked_up_is_forgotten_after_seven_days(world: World) -> None:
    with world.act() as act:
        one, meeting = member(act), called(act)
        meetings.answer(act, meeting, one, comes=True, needs=DayNeeds(("ride",), pick_up="Au coin de la 3e"))
        ends_at = meeting.ends_at
        stored = act.session.scalars(select(Reply.__table__.c.needs_sealed)).one()
        assert b"coin" not in stored
    for after, left in ((timedelta(days=6), True), (timedelta(days=8), False)):
        world.at = ends_at + after
        world.work()
        with world.act() as act:
            assert (act.session.scalars(select(Reply)).one().needs is not None) is left


DECIDED = {"text": {"fr": "Le comité paie le jardin et les abris."}, "next": {"fr": "La table signe les ententes."}}


def test_a_decision_is_plain_counted_and_told(world: World) -> None:
    id, (one, two) = held(world, 2)
    with world.act() as act:
        meeting = act.session.get_one(Meeting, id)
        person = act.session.get_one(Participant, act.session.get_one(Membership, one).participant_id)
        participants.give_number(act, person, "+14185550160")
        participants.confirm_number(act, "+14185550160")
        for each in (one, two):
            attendance.note(act, meeting, act.session.get_one(Membership, each), present=True)
        made = decisions.write_decision(act, meeting, texts=DECIDED, votes=2, votes_reserved=2, proposed_by=one, due_on=date(2026, 9, 1))
        assert (made.told_on, made.proposed_by) == (act.day, one)
        assert len(facts(act, Kind.DECIDED)) == 1
        decisions.done(act, made)
        assert made.done_on == act.day
        for votes, reserved in ((3, 2), (2, 3), (1, 2), (-1, -1)):
            with pytest.raises(committees.VotesWrong):
                decisions.write_decision(act, meeting, texts=DECIDED, votes=votes, votes_reserved=reserved)
    world.work()
    assert any("Le comité paie le jardin" in parcel.body for parcel in world.sent)


def test_a_decision_that_says_too_much_for_a_shared_phone_is_told_quietly(world: World) -> None:
    for text in ("Le comité ouvre un refuge à Matane.", "Le comité " + "paie des repas et " * 12 + "un abri."):
        told = committees.telling.say_decision("Table", "comité logement", text, "418 555-0191", "fr")
        assert measure(told).segments == 1
        assert "Elle est sur votre page" in told


def test_whoever_voted_and_asked_to_be_told_reads_what_their_vote_served(world: World) -> None:
    with world.act(Channel.SMS) as act:
        voter, _code = participants.join_by_phone(act, "+14185550161")
        voting.cast_vote(act, found(act, "BSL"), [1], participant=voter)
        voting.say_more(act, found(act, "BSL"), voter, status=None, consents={ConsentKind.CONTACT: True})
    id, (one,) = held(world)
    with world.act() as act:
        meeting = act.session.get_one(Meeting, id)
        attendance.note(act, meeting, act.session.get_one(Membership, one), present=True)
        decisions.write_decision(act, meeting, texts=DECIDED, votes=1, votes_reserved=1, consultation_id=found(act, "BSL").id)
    world.work()
    assert any("le vote BSL a servi" in parcel.body for parcel in world.sent)


@pytest.mark.parametrize(
    ("texts", "refusal"),
    [
        ({"text": {"fr": " "}, "next": DECIDED["next"]}, committees.DecisionMissing),
        ({"text": DECIDED["text"], "next": {}}, committees.DecisionMissing),
        ({"text": {"fr": "La concertation continue."}, "next": DECIDED["next"]}, committees.DecisionHard),
        ({"text": {"fr": "Le comité a décidé " + "de donner plus d’argent " * 6}, "next": DECIDED["next"]}, committees.DecisionHard),
    ],
)
def test_a_decision_is_one_plain_sentence(world: World, texts: dict[str, dict[str, str]], refusal: type[Refusal]) -> None:
    id, _ = held(world)
    with world.act() as act, pytest.raises(refusal):
        decisions.write_decision(act, act.session.get_one(Meeting, id), texts=texts)


@ON_SQLITE
@pytest.mark.parametrize(
    ("differs", "refusal"),
    [
        ({"place": " "}, committees.AgendaMissing),
        ({"texts": {"agenda": {"fr": ""}}}, committees.AgendaMissing),
        ({"starts_at": datetime.fromisoformat("2026-05-01T00:00+00:00")}, committees.MeetingInThePast),
        ({"ends_at": datetime.fromisoformat("2026-05-01T00:00+00:00")}, committees.MeetingInThePast),
        ({"place": "Salle des fêtes de l’hôtel de ville, " * 6}, committees.MeetingTextTooLong),
    ],
)
def test_what_a_meeting_cannot_be(world: World, differs: dict[str, object], refusal: type[Refusal]) -> None:
    with world.act() as act, pytest.raises(refusal):
        called(act, **differs)


def test_late_papers_are_seen_in_time(world: World) -> None:
    with world.act() as act:
        meeting = called(act, texts={"agenda": TEXTS["agenda"]})
        meetings.invite(act, meeting)
        on = meeting.starts_at.date()
        assert meetings.late_papers(act.session, ["A01"], on - timedelta(days=8)) == []
        assert meetings.late_papers(act.session, ["A01"], on - timedelta(days=7)) == [meeting]
        called(act, starts_at=meeting.starts_at, ends_at=meeting.ends_at, meeting=meeting)
        assert meeting.papers_on == act.day
        assert meetings.late_papers(act.session, ["A01"], on - timedelta(days=7)) == []


def test_erasure_leaves_counts_and_no_person(world: World) -> None:
    id, (one,) = held(world)
    with world.act() as act:
        meeting, membership = act.session.get_one(Meeting, id), act.session.get_one(Membership, one)
        attendance.note(act, meeting, membership, present=True)
        person = act.session.get_one(Participant, membership.participant_id)
        assert [each["presence"]["grade"] for each in rights.my_data(act, person)["meetings"]] == ["B"]
        person_id = person.id
    with world.act() as act:
        rights.erase_now(act, act.session.get_one(Participant, person_id))
    with world.act() as act:
        assert act.session.scalars(select(Attendance)).one().fact is None
        assert len(act.session.scalars(select(ParticipationFact).where(ParticipationFact.kind == Kind.ATTENDED)).all()) == 1


def test_presence_follows_what_one_agrees_to(world: World) -> None:
    id, (one,) = held(world)
    with world.act() as act:
        meeting, membership = act.session.get_one(Meeting, id), act.session.get_one(Membership, one)
        attendance.note(act, meeting, membership, present=True)
        person = act.session.get_one(Participant, membership.participant_id)
        rights.answer(act, person, status=None, consents={ConsentKind.COUNT: False})
        back = {fact.reverses_id for fact in facts(act, Kind.REVERSED)}
        (fact,) = (fact for fact in facts(act, Kind.ATTENDED) if fact.id not in back)
        assert (fact.person_id, fact.status, fact.on, fact.grade) == (None, None, meeting.starts_at.date(), "B")
        assert membership.status == Status.TODAY


def test_the_last_meeting_that_waits_is_the_one_answered(world: World) -> None:
    with world.act() as act:
        id = member(act).id
        meetings.invite(act, called(act, days=20))
    world.later(days=2)
    with world.act() as act:
        someone, first = act.session.get_one(Membership, id), the_meeting(act)
        second = called(act, days=30)
        meetings.invite(act, second)
        waiting = meetings.upcoming(act.session, someone.participant_id, act.at)
        assert [each.id for each, _ in waiting] == [second.id, first.id]
        meetings.answer(act, second, someone, comes=True)
        assert [each.id for each, _ in meetings.upcoming(act.session, someone.participant_id, act.at)] == [first.id, second.id]


def test_whoever_leaves_and_comes_back_in_a_day_is_there_once(world: World) -> None:
    meeting_id, (id,) = held(world)
    with world.act() as act:
        membership = act.session.get_one(Membership, id)
        person = act.session.get_one(Participant, membership.participant_id)
        committees.leave(act, membership)
        candidacy = committees.ask(act, the_committee(act), person, committees.Wish(reach=committees.Reach(how="par la cuisine")))
        committees.called(act, candidacy)
        seat = act.session.get_one(committees.Seat, membership.seat_id)
        committees.accept(act, committees.offer(act, seat, candidacy, committees.Way.WELCOMED))
        assert [each.id for each in meetings.members_at(act.session, act.session.get_one(Meeting, meeting_id))] == [id]


def test_a_decision_sent_twice_is_one_and_none_is_made_before_its_meeting(world: World) -> None:
    said = {"text": {"fr": "La navette roule le soir."}, "next": {"fr": "Elle part en mars."}}
    with world.act() as act:
        meeting = called(act)
        with pytest.raises(committees.NotHeldYet):
            decisions.write_decision(act, meeting, texts=said)
        starts_at = meeting.starts_at
    world.at = starts_at
    for _ in range(2):
        with world.act() as act:
            decisions.write_decision(act, the_meeting(act), texts=said)
    with world.act() as act:
        assert len(facts(act, Kind.DECIDED)) == 1


def test_a_voucher_asked_for_twice_is_the_same(world: World) -> None:
    with world.act() as act:
        someone = member(act)
        meeting = called(act)
        meetings.answer(act, meeting, someone, comes=True, needs=DayNeeds(("meal",)))
        line = supports.line_of(act.session, meeting, someone.id, "meal")
        first = supports.give_voucher(act, line, 2_500, was_told=True)
        assert supports.give_voucher(act, line, 2_500, was_told=True) == first
        assert supports.give_voucher(act, line, 3_000, was_told=True) != first
