"""Projects: words, money that an envelope holds, the fund's list, a call, and a committee that chooses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engage import committees, projects
from engage.committees import Meeting, attendance, meetings
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.ledger import Kind, ParticipationFact
from engage.projects import CallForProjects, Money, Plan, Project, ProjectState, calls
from engage.projects.calls import Choice, Terms
from tests.committees.test_committees import LIVED
from tests.conftest import ON_SQLITE
from tests.world import PHONE, SHUTTLE, World, holder, the_committee

PLAN = Plan("Maison du coin", ProjectState.UNDER_WAY)
CALL = {"title": {"fr": "Un coup de pouce"}, "text": {"fr": "Vous avez une idée pour votre rue? Dites-la."}}


def write(act: Act, code: str = "NAVETTE", **differs: object) -> Project:
    given = {"texts": SHUTTLE, "plan": PLAN, "money": Money(20_000, 20_000, 5_000)}
    return projects.write_project(act, "A01", code=code, **(given | differs))


@ON_SQLITE
@pytest.mark.parametrize(
    ("differs", "kind"),
    [
        ({"texts": SHUTTLE | {"title": {"fr": ""}}}, projects.ProjectWordsMissing),
        ({"texts": SHUTTLE | {"short": {"fr": ""}}}, projects.ProjectWordsMissing),
        ({"texts": SHUTTLE | {"short": {"fr": "Aide aux sans refuge"}}}, projects.ShortTitleWrong),
        ({"texts": SHUTTLE | {"short": {"fr": "Rôle"}}}, projects.ShortTitleWrong),
        ({"texts": SHUTTLE | {"short": {"fr": "x" * 25}}}, projects.ShortTitleWrong),
        ({"texts": SHUTTLE | {"summary": {"fr": "La concertation des partenaires."}}}, projects.ProjectHard),
        ({"code": "BSL"}, projects.ProjectKeyword),
        ({"code": "un mot"}, projects.ProjectKeyword),
        ({"money": Money(1, 1, 2)}, projects.MoneyWrong),
        ({"money": Money(-1)}, projects.MoneyWrong),
        ({"plan": replace(PLAN, state=ProjectState.REFUSED)}, projects.ReasonMissing),
        ({"plan": replace(PLAN, organisation=" ")}, projects.ProjectWordsMissing),
    ],
)
def test_what_is_wrong_with_a_project_is_said(world: World, differs: dict[str, object], kind: type[Refusal]) -> None:
    with world.act() as act, pytest.raises(kind):
        write(act, **differs)


def test_no_grant_goes_beyond_the_envelope_of_its_year(world: World) -> None:
    with world.act() as act:
        envelope = projects.fill_envelope(act, "A01", "2026-2027", first_instalment=70_000, grants=30_000)
        first = write(act, money=Money(90_000, 90_000))
        assert projects.left(act, envelope) == 10_000
        with pytest.raises(projects.EnvelopeSpent):
            write(act, "AUTRE", money=Money(10_001, 10_001))
        write(act, "AUTRE", money=Money(10_000, 10_000))
        assert projects.left(act, envelope) == 0
        write(act, project=first, money=Money(90_000, 80_000))
        assert projects.left(act, envelope) == 10_000
        write(act, "AVANT", money=Money(50_000, 50_000, 0, date(2026, 3, 31)))
        assert projects.left(act, envelope) == 10_000, "another year"


def test_the_funds_list_is_gone_through_with_a_reason(world: World) -> None:
    with world.act() as act:
        project = write(act)
        for kind, bars, why in (("", (), "Oui"), ("social", (), " "), ("x", ("y",), "Oui")):
            with pytest.raises(projects.NotEligible):
                projects.check_eligibility(act, project, kind=kind, bars=bars, why=why)
        assert projects.check_eligibility(act, project, kind="social", bars=(), why="Il relie 4 villages.")
        assert not projects.check_eligibility(act, project, kind="social", bars=("capital",), why="Il achète un bâtiment.")
        assert project.eligibility == "Il achète un bâtiment."


def test_steps_and_other_money_are_kept_in_order(world: World) -> None:
    with world.act() as act:
        project = write(act)
        steps = [("Le bus roule", date(2026, 6, 1), True), ("Un arrêt de plus", date(2026, 9, 1), False)]
        projects.set_milestones(act, project, steps)
    world.later(days=3)
    with world.act() as act:
        project = act.session.scalars(select(Project)).one()
        projects.set_milestones(act, project, steps)
        done, next = projects.milestones(act, project)
        assert (done.done_on, next.done_on) == (date(2026, 5, 4), None)
        projects.set_other_funds(act, project, [("Ville", 5_000)])
        with pytest.raises(projects.MoneyWrong):
            projects.set_other_funds(act, project, [("Ville", 0)])
        assert [(each.source, each.dollars) for each in projects.other_funds(act, project)] == [("Ville", 5_000)]


def a_call(act: Act, *, committee: bool = True) -> CallForProjects:
    chooses = the_committee(act).id if committee else None
    terms = Terms(10_000, 6_000, act.day, act.day + timedelta(days=30), chooses)
    return calls.write_call(act, "A01", code="COUPDE", texts=CALL, terms=terms)


def propose(act: Act, call: CallForProjects, title: str = "Un jardin", **differs: object) -> Project:
    given = {
        "title": title, "summary": "On plante des légumes ensemble.", "organisation": "Les voisins", "asked": 4_000,
        "contact": {"name": "Lou", "number": PHONE}, "language": "fr",
    }  # fmt: skip
    return calls.apply(act, call, **(given | differs))


def test_anyone_proposes_on_one_page(world: World) -> None:
    world.committee()
    with world.act() as act:
        a_call(act)
    browser = world.browser()
    assert "Un coup de pouce" in browser.get("/projects").text
    assert browser.get("/calls/coupde").status_code == 200
    wrong = browser.post(
        "/calls/COUPDE", data={"title": "Un jardin", "asked": "7000", "summary": "x", "organisation": "y", "how": "Par Jo"}
    )
    assert wrong.status_code == 409
    assert "Un jardin" in wrong.text
    sent = {"title": "Un jardin", "summary": "Des légumes.", "organisation": "Les voisins", "asked": "4 000 $", "how": "Par Jo"}
    assert "C’est noté" in browser.post("/calls/COUPDE", data=sent).text
    with world.act() as act:
        (project,) = calls.proposed(act, calls.by_code(act, "COUPDE"))
        assert (project.asked, projects.contact_of(project)["how"], project.is_public) == (4_000, "Par Jo", False)
        assert browser.get(f"/projects/{project.code}").status_code == 404
    world.later(days=31)
    assert "fini" in browser.post("/calls/COUPDE", data=sent).text


@ON_SQLITE
@pytest.mark.parametrize(
    ("differs", "kind"),
    [({"asked": 0}, calls.AskedTooMuch), ({"asked": 6_001}, calls.AskedTooMuch), ({"title": ""}, projects.ProjectWordsMissing),
     ({"contact": {}}, calls.ReachMissing)],
)  # fmt: skip
def test_what_is_wrong_with_a_proposal_is_said(world: World, differs: dict[str, object], kind: type[Refusal]) -> None:
    with world.act() as act:
        call = a_call(act, committee=False)
        with pytest.raises(kind):
            propose(act, call, **differs)


def seated(world: World) -> UUID:
    """A committee with two people of reserved seats and one of an organisation, all at a meeting. Its id."""
    world.committee()
    with world.act() as act:
        committee = the_committee(act)
        for place in committees.places(act, committee):
            if place.seat.institution:
                committees.seat_institution(act, place.seat, act.day, act.day + timedelta(days=700))
                continue
            someone = holder(act)
            candidacy = committees.ask(act, committee, someone, LIVED)
            committees.called(act, candidacy)
            committees.accept(act, committees.offer(act, place.seat, candidacy, committees.Way.WELCOMED))
    with world.act() as act:
        starts_at = world.at + timedelta(days=2)
        meeting = meetings.call_meeting(
            act, the_committee(act), starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), place="Salle 1",
            texts={"agenda": {"fr": "Quels projets payer."}, "papers": {"fr": "Deux projets."}},
        )  # fmt: skip
        id = meeting.id
    world.later(days=2)
    with world.act() as act:
        meeting = act.session.get_one(Meeting, id)
        for member in meetings.members_at(act.session, meeting):
            attendance.note(act, meeting, member, present=True)
    return id


def test_a_committee_chooses_those_who_gain_step_aside_and_each_hears_why(world: World) -> None:
    meeting_id = seated(world)
    with world.act() as act:
        projects.fill_envelope(act, "A01", "2026-2027", first_instalment=0, grants=5_000)
        call, meeting = a_call(act), act.session.get_one(Meeting, meeting_id)
        garden, oven, other = (propose(act, call, title) for title in ("Un jardin", "Un four", "Un mur"))
        yes, no = Choice(True, 4_000, "Il sert à tout le quartier.", 3, 2), Choice(False, 0, "Le four existe déjà.", 2, 1)
        with pytest.raises(calls.NotChecked):
            calls.choose(act, call, garden, meeting, yes)
        for each in (garden, oven, other):
            projects.check_eligibility(act, each, kind="social", bars=(), why="Oui.")
        members = meetings.members_at(act.session, meeting)
        lived = [each for each in members if each.participant_id]
        calls.declare_conflict(act, oven, lived[0])
        calls.declare_conflict(act, oven, lived[0])
        decision = calls.choose(act, call, garden, meeting, yes)
        assert (garden.state, garden.granted, garden.decision_id) == (ProjectState.FUNDED, 4_000, decision.id)
        with pytest.raises(committees.VotesWrong):
            calls.choose(act, call, oven, meeting, replace(no, votes=3, votes_reserved=2))
        calls.choose(act, call, oven, meeting, no)
        assert (oven.state, oven.granted) == (ProjectState.REFUSED, 0)
        with pytest.raises(projects.EnvelopeSpent):
            calls.choose(act, call, other, meeting, replace(yes, granted=2_000))
        for each in lived:
            calls.declare_conflict(act, other, each)
        with pytest.raises(calls.NobodyReserved):
            calls.choose(act, call, other, meeting, no)
        facts = act.session.scalars(select(ParticipationFact).where(ParticipationFact.kind == Kind.DECIDED)).all()
        assert {fact.mechanism_type for fact in facts} == {"M2"}
        assert len(facts) == 2
    world.work()
    told = [parcel.body for parcel in world.sent]
    assert any("votre projet est choisi" in body for body in told)
    assert any("Le four existe" in body for body in told)
    assert "Le projet «Un jardin» est choisi" in world.browser().get("/committees/LOGIS").text


def test_whoever_proposed_is_forgotten_a_year_after_the_answer(world: World) -> None:
    with world.act() as act:
        project = propose(act, a_call(act, committee=False))
        calls.told(act, project)
        id = project.id
    world.later(days=366)
    world.work()
    with world.act() as act:
        assert projects.contact_of(act.session.get_one(Project, id)) == {}
