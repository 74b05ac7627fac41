"""One seat from a text to stepping down: what each step leaves in the indicators of the agreement."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from engage import committees, ledger, participants, reports
from engage.committees import Candidacy, Meeting, Membership, Stage, attendance, decisions, draws, meetings, supports
from engage.committees.supports import SupportState
from engage.kernel.act import Act, Channel
from engage.reports import Indicators
from engage.staff import Role
from tests.committees.test_committees import LIVED
from tests.world import PHONE, World, hidden, holder, the_committee

YEAR = date(2026, 4, 1), date(2027, 3, 31)
TEXTS = {"agenda": {"fr": "Quels projets payer."}, "papers": {"fr": "Trois projets demandent de l’argent."}}


def figures(world: World) -> Indicators:
    """As they stand once the sequencer has passed, a second later at most."""
    with world.db.write() as session:
        ledger.sequence(session, world.at)
        return reports.indicators(session, "A01", *YEAR)


def a_meeting(world: World, number: int) -> str:
    """Called twenty days ahead with its papers, everyone invited; then it begins. Returns the code of the door."""
    with world.act() as act:
        starts_at = world.at + timedelta(days=20)
        meeting = meetings.call_meeting(
            act, the_committee(act), starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), place=f"Salle {number}", texts=TEXTS,
            prepares_at=starts_at - timedelta(days=1), debriefs_at=starts_at + timedelta(days=1),
        )  # fmt: skip
        meetings.invite(act, meeting)
        door = meeting.door_code
    world.work()
    return door


def begins(world: World) -> None:
    with world.act() as act:
        world.at = act.session.scalars(select(Meeting).order_by(Meeting.starts_at.desc())).first().starts_at


def others_come(act: Act, mine: Membership) -> None:
    meeting = act.session.scalars(select(Meeting).order_by(Meeting.starts_at.desc())).first()
    for member in meetings.members_at(act.session, meeting):
        if member.id != mine.id:
            attendance.note(act, meeting, member, present=True)


def test_from_a_text_to_stepping_down(world: World) -> None:
    world.committee()
    assert (figures(world).reserved, figures(world).filled) == (2, 0)
    assert dict(figures(world).active) == {"M2": 1, "M4": 1}
    assert figures(world).with_people["M2"] == 0
    code = asks(world)
    is_drawn(world)
    assert figures(world).filled == 0, "an offer is no seat"
    member = takes_the_seat(world, code)
    told = figures(world)
    assert (told.filled, told.with_people["M2"], told.held, told.came) == (2, 1, 0, (0, 0))
    for number in (1, 2, 3):
        comes_to_a_meeting(world, number, member)
    told = figures(world)
    assert (told.held, told.came, told.others_came) == (3, (5, 6), (2, 3))
    assert (told.with_any, told.never_alone) == (1, 0), "alone at the second meeting"
    always = ("ride", "papers", "preparation", "debrief")
    assert {name: told.offered[name] for name in always} == dict.fromkeys(always, 3)
    helps_decide(world, member)
    assert figures(world).votes == 2
    is_told_what_changed(world)
    steps_down(world, code)
    told = figures(world)
    assert (told.filled, dict(told.reasons)) == (2, {"unsaid": 1}), "held at some time of the year"
    with world.db.read() as session:
        later = reports.indicators(session, "A01", date(2027, 4, 1), date(2028, 3, 31))
    assert (later.filled, later.still_there) == (1, (1, 2)), "one of two is still there after twelve months"
    the_ledger_holds_and_the_table_reads_it(world)


def asks(world: World) -> str:
    world.text("PLACE")
    world.text("OUI")
    world.text("trajet et garde")
    code = re.search(r"code: (\d{4})", world.text("2"))[1]
    world.text("A")
    return code


def is_drawn(world: World) -> None:
    with world.act() as act:
        mine = act.session.scalars(select(Candidacy)).one()
        assert committees.needs_of(mine).supports == ("ride", "care")
        committees.called(act, mine)
        for _ in range(5):
            committees.called(act, committees.ask(act, the_committee(act), holder(act), LIVED))
        draw = draws.fix(act, the_committee(act), [], is_reserved=True)
        named = mine.pseudonym
        assert mine.chance == 333
        six, dice = [f"c{place:02d}" for place in range(1, 7)], (f"{number:05d}" for number in range(500))
        fell = next(each for each in dice if named in draws.chance.fall(six, [], 2, draw.commitment, f"dés:{each}").panel)
        draws.fall(act, draw, fell)
        assert mine.stage == Stage.OFFERED


def takes_the_seat(world: World, code: str) -> UUID:
    assert "La place est à vous" in world.text("OUI")
    with world.act() as act:
        (other,) = (each for each in act.session.scalars(select(Membership)) if each.is_offer)
        committees.accept(act, other)
        seat = next(place.seat for place in committees.places(act, the_committee(act)) if place.seat.institution)
        committees.seat_institution(act, seat, act.day, act.day + timedelta(days=700))
        person = participants.by_phone_code(act, PHONE, code)
        return committees.current(act.session, the_committee(act).id, person.id).id


def comes_to_a_meeting(world: World, number: int, member: UUID) -> None:
    door = a_meeting(world, number)
    assert "Besoin?" in world.text("OUI 2")
    assert "Où vous prendre" in world.text("1")
    world.text("Coin 3e rue")
    begins(world)
    assert "vous voilà" in world.text(f"ICI {door}")
    with world.act() as act:
        if number != 2:
            others_come(act, act.session.get_one(Membership, member))


def helps_decide(world: World, member: UUID) -> None:
    with world.act(Channel.ASSISTED) as act:
        meeting = act.session.scalars(select(Meeting).order_by(Meeting.starts_at.desc())).first()
        lines = [line for line in supports.lines(act.session, meeting) if line.membership_id == member]
        assert sorted(line.support for line in lines) == ["care", "ride"]
        for line in lines:
            supports.settle(act, line, SupportState.GIVEN)
        decisions.write_decision(
            act, meeting, texts={"text": {"fr": "Le comité paie le jardin."}, "next": {"fr": "La table signe."}},
            votes=3, votes_reserved=2, proposed_by=member,
        )  # fmt: skip


def is_told_what_changed(world: World) -> None:
    world.later(days=1)
    world.work()
    assert any("Le comité paie le jardin." in parcel.body for parcel in world.sent)
    assert "Le comité paie le jardin." in world.browser().get("/committees/LOGIS").text


def steps_down(world: World, code: str) -> None:
    world.text("RETIRER")
    world.text(code)
    assert "c'est laissé" in world.text("1")


def the_ledger_holds_and_the_table_reads_it(world: World) -> None:
    world.work()
    with world.db.read() as session:
        assert list(ledger.verify(session, world.at, participants.person_keys(session))) == []

    table = world.staff(Role.ORGANISER)
    page = table.get("/staff/meetings/year/A01/2026-2027")
    for word in ("2 / 2", "5 / 6", "2 / 3", "sans le dire (1)"):
        assert word in page.text, word
    assert hidden(table.get("/staff/committees/new"))["csrf_token"]
    assert world.staff(Role.ORGANISER, "A02").get("/staff/meetings/year/A01/2026-2027").status_code == 404
