"""The part of the walk that goes through projects and what people say of them: citizens' pages, the table's, and a call for projects."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from engage import committees, feedback, participants, projects
from engage.committees import Meeting
from engage.feedback import Feedback, FollowUp, Ground, Said, Step, moderation, responses, themes
from engage.kernel import words
from engage.kernel.act import Act, Channel
from engage.projects import CallForProjects, Money, Plan, Project, ProjectState, calls
from engage.projects.calls import Terms
from engage.staff import Staff
from engage.web.feedback import keep_picture
from tests.gates.seats import CODES
from tests.world import SHUTTLE, World, hidden, the_committee

See = Callable[..., TestResponse]
BUS, END, CALL = {"": "NAVETTE", "/en": "SHUTTLE"}, {"": "FINIBUS", "/en": "ENDBUS"}, {"": "IDEES", "/en": "IDEAS"}


def citizen(world: World, see: See, prefix: str, proof_sent: Callable[[World], str]) -> None:
    """Every page of saying something, and where it is answered."""
    browser, here = world.browser(), f"{prefix}/projects/{BUS[prefix]}"
    if not prefix:
        see("projects, none", browser.get("/projects"))
        see("no table hears", browser.get("/say"))
        see("table that does not hear", browser.get("/say/A01"))
        see("changed, nothing yet", browser.get("/changed/A01"))
        see("money, unwritten", browser.get("/money/A01"))
    _prepare(world, prefix)
    see("projects", browser.get(prefix + "/projects"))
    see("project", browser.get(here))
    see("project that is over", browser.get(f"{prefix}/projects/{END[prefix]}"))
    see("money", browser.get(prefix + "/money/A01"))
    see("changed", browser.get(prefix + "/changed/A01"))
    see("help lines", browser.get(prefix + "/help"))
    if prefix:
        with world.act() as act:
            desk = feedback.FeedbackDesk(agreement_id="A02", mechanism_id=feedback.desk_of(act, "A01").mechanism_id)
            desk.adopted_on, desk.adopted_by, desk.is_open = act.day, feedback.desk_of(act, "A01").adopted_by, True
            act.session.add(desk)
    see("which table", browser.get(prefix + "/say")) if prefix else None
    _barrier(see, browser, prefix)
    see("say something", browser.get(prefix + "/say/A01"))
    see("say nothing", browser.post(here, data={}), 409)
    see("say too much", browser.post(here, data={"words": "x" * 2001, "face": "2"}), 409)
    see(
        "no photo", browser.post(here, data={"words": "Bon", "photo": (io.BytesIO(b"x"), "x.jpg")}, content_type="multipart/form-data"), 409
    )
    see("noted, danger", browser.post(prefix + "/say/A01", data={"words": f"Je dors dehors {prefix}"}))
    page = see("noted", browser.post(here, data={"face": "2", "words": f"Trop tard le soir {prefix}", "may_show": "y"}))
    see("noted before", browser.post(here, data={"face": "2", "words": f"Trop tard le soir {prefix}"}))
    reference = re.search(r'class="receipt">([\d-]+)<', page.text)[1]
    there = prefix + "/said"
    see("noted resumed", browser.post(there, data=hidden(page) | {"step": "resume", "place": "noted"}))
    see("noted, nobody", browser.post(there, data=hidden(page)), 409)
    proof = see(
        "noted, prove", browser.post(there, data=hidden(page) | {"number": f"418 555-013{len(prefix)}", "status": "today", "count": "y"})
    )
    see("noted, prove wrong", browser.post(there, data=hidden(proof) | {"proof": "0"}), 409)
    see("noted, prove resumed", browser.post(there, data=hidden(proof) | {"step": "resume", "place": "prove"}))
    world.work()
    see("known by phone", browser.post(there, data=hidden(proof) | {"proof": proof_sent(world)}))
    with world.act() as act:
        (card,) = participants.make_cards(act, "A01", "Groupe", 1)
    other = browser.post(here, data={"face": "5"})
    see("known by card", browser.post(there, data=hidden(other) | {"code": card}))
    _my_page(see, prefix, browser, card)
    _answer(world, see, prefix, browser, reference)
    see("a call for projects", browser.get(f"{prefix}/calls/{CALL[prefix]}"))
    see("a proposal, wrong", browser.post(f"{prefix}/calls/{CALL[prefix]}", data={"asked": "x", "number": "12"}), 409)
    sent = {"title": "Un jardin", "summary": "Des légumes.", "organisation": "Voisins", "asked": "500", "how": "Par Jo"}
    see("proposed", browser.post(f"{prefix}/calls/{CALL[prefix]}", data=sent))


def _barrier(see: See, browser: FlaskClient, prefix: str) -> None:
    see("accessibility", browser.get(prefix + "/accessibility"))
    see("a barrier, nothing written", browser.post(prefix + "/accessibility"), 409)
    see("a barrier, noted", browser.post(prefix + "/accessibility", data={"agreement": "A01", "words": f"Une marche {prefix}"}))
    see("every point of accessibility", browser.get(prefix + "/accessibility/criteria"))


def _my_page(see: See, prefix: str, browser: FlaskClient, card: str) -> None:
    see("my page with words", browser.post(prefix + "/me", data={"step": "enter", "code": card}))


def _prepare(world: World, prefix: str) -> None:
    """A project with all that a page can show, one that is over, and a call."""
    with world.act() as act:
        if not feedback.hears(act, "A01"):
            feedback.open_desk(act, "A01", "Camille lit les alertes.", a_reader(act))
            projects.fill_envelope(act, "A01", "2026-2027", first_instalment=70_000, grants=200_000)
        plan = Plan("Maison du coin", ProjectState.UNDER_WAY, starts_on=act.day, ends_on=act.day + timedelta(days=300), hears=True)
        bus = projects.write_project(act, "A01", code=BUS[prefix], texts=SHUTTLE, plan=plan, money=Money(20_000, 20_000, 5_000))
        late, later = act.day - timedelta(days=3), act.day + timedelta(days=40)
        projects.set_milestones(act, bus, [("Le bus roule", late, True), ("Un abri", late, False), ("Un arrêt de plus", later, False)])
        projects.set_other_funds(act, bus, [("Ville de Rimouski", 4_000)])
        projects.write_project(
            act,
            "A01",
            code=END[prefix],
            texts=SHUTTLE,
            plan=Plan("Maison du coin", ProjectState.FINISHED),
            money=Money(9_000, 9_000, 9_000),
        )
        _said(act, bus, prefix)
        asked = FollowUp(project_id=bus.id, agreement_id="A01", asked_on=late, closes_on=late, better=9, same=5, worse=1)
        act.session.add(asked)
        act.session.flush()
        words.write(act.session, asked.id, "question", {"fr": "Le transport est-il mieux qu’avant?"})
        terms = Terms(10_000, 5_000, act.day, act.day + timedelta(days=30))
        call = {
            "title": {"fr": "Vos idées pour la rue", "en": "Your ideas"},
            "text": {"fr": "Une idée? Dites-la.", "en": "An idea? Tell us."},
        }
        calls.write_call(act, "A01", code=CALL[prefix], texts=call, terms=terms)


def a_reader(act: Act) -> UUID:
    reader = Staff(email="lectrice@example.org", name="Noor")
    act.session.add(reader)
    act.session.flush()
    return reader.id


def a_picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, "JPEG")
    return made.getvalue()


def _said(act: Act, bus: Project, prefix: str) -> None:
    """Words shown with and without answer, on time and late, one with a photo; enough faces for a chart."""
    given = [
        feedback.give(act, "A01", bus, Said(face, f"Mot {place} {prefix}", may_show=True)).feedback
        for place, face in enumerate((1, 2, 2, 2, 2, 2, 4, 4, 5, 5, 5, 5))
    ]
    for each in given[:4]:
        moderation.show(act, each)
    keep_picture(act, given[0], feedback.pictures.light(a_picture()))
    moderation.show(act, given[0], description="Un arrêt sans banc")
    given[1].due_on = act.day - timedelta(days=1)
    responses.respond(act, "A01", Step.IN_PART, {"fr": "Un bus de plus le vendredi.", "en": "One more bus on Fridays."}, given[2:4])
    responses.respond(
        act,
        "A01",
        Step.NO,
        {"fr": "Non, la rue est trop étroite."},
        [feedback.give(act, "A01", None, Said(None, f"Un banc {prefix}")).feedback],
    )
    theme = themes.make_theme(act, "A01", {"fr": f"Les arrêts {prefix}", "en": f"Stops {prefix}"})
    for each in given[:7]:
        themes.tag(act, each, [theme.id])
    responses.say_why_late(act, "A01", "Nous sommes 2, et l’une est malade.")


def _answer(world: World, see: See, prefix: str, browser: FlaskClient, reference: str) -> None:
    there = prefix + "/answer"
    see("where is my answer", browser.get(there))
    see("wrong reference", browser.post(there, data={"reference": "12"}), 409)
    see("answer waits", browser.post(there, data={"reference": reference}))
    see("not answered yet", browser.post(there, data={"reference": reference, "step": "not_satisfied"}), 409)
    see("hidden", browser.post(there, data={"reference": reference, "step": "hide"}))
    see("shown again", browser.post(there, data={"reference": reference, "step": "show"}))
    with world.act() as act:
        own = feedback.by_reference(act, reference, asked_from="tour")
        moderation.refuse(act, own, Ground.NAMES)
        id = own.id
    see("refused", browser.post(there, data={"reference": reference}))
    see("contested", browser.post(there, data={"reference": reference, "step": "contest"}))
    with world.act() as act:
        own = act.session.get_one(Feedback, id)
        moderation.show(act, own)
        responses.respond(act, "A01", Step.DONE, {"fr": "Le bus passe à 21 h.", "en": "The bus runs at 9."}, [own])
    see("answered", browser.post(there, data={"reference": reference}))
    see("not satisfied", browser.post(there, data={"reference": reference, "step": "not_satisfied"}))
    with world.db.read() as session:
        shown = session.scalars(select(feedback.Photo)).first().feedback_id
    see("photo", browser.get(f"{prefix}/photos/{shown}"))


def staff(world: World, see: See, prefix: str, browser: FlaskClient) -> None:
    """The table's pages: reading, answering, alerts, cards, projects, and a call up to the choice."""
    there = prefix + "/staff/feedback/"
    with world.act(Channel.VOICE) as act:
        heard = feedback.recordings.receive(act, "A01", None, 2, "RE" + "1" * 32, 9, number="", language="fr").feedback
        recording = feedback.recordings.of(act.session, heard)
        recording.audio = "UklGRg=="
        voice = heard.id
        photo = act.session.scalars(select(feedback.Photo)).first().feedback_id
        themes.make_theme(act, "A01", {"fr": f"Horaires {prefix}", "en": f"Times {prefix}"})
        alert = feedback.alerts.look_for_danger(act, "A01", "Je dors dehors", "+14185550133")
        feedback.alerts.want_call(act, alert, "+14185550133", "evening", "fr")
        alert_id = alert.id
    page = see("what people said", browser.get(there))
    see("what people said of a project", browser.get(f"{there}?about={BUS[prefix]}"))
    token = hidden(page, 1)
    see("answer to nobody", browser.post(there + "answer", data=token | {"step": "yes", "text": "La concertation."}), 409)
    see("a voice", browser.get(f"{there}{voice}"))
    see("a voice, nothing typed", browser.post(f"{there}{voice}", data=token | {"step": "type", "words": " "}), 409)
    see("words with a photo", browser.get(f"{there}{photo}"))
    see("words changed", browser.post(f"{there}{photo}", data=token | {"step": "show", "shown": "Autre chose"}), 409)
    see("procedure", browser.get(there + "procedure/A01"))
    see("procedure, empty", browser.post(there + "procedure/A01", data=token | {"step": "open"}), 409)
    see("alerts", browser.get(there + "alerts"))
    see("an alert", browser.post(f"{there}alerts/{alert_id}", data=token))
    see("themes", browser.get(there + "themes/A01"))
    see("themes, none", browser.post(there + "themes/A01", data=token), 409)
    see("card", browser.get(there + "card/A01"))
    see("card, wrong", browser.post(there + "card/A01", data=token | {"reference": "12"}), 409)
    see("card, kept", browser.post(there + "card/A01", data=token | {"reference": f"1111-000{len(prefix)}", "face": "3"}))
    see("papers", browser.get(prefix + "/staff/prints/feedback/A01"))
    _projects(world, see, prefix, browser, token)


def _projects(world: World, see: See, prefix: str, browser: FlaskClient, token: dict[str, str]) -> None:
    there = prefix + "/staff/projects/"
    see("projects of the table", browser.get(there))
    see("new project", browser.get(there + "new/A01"))
    see("new project, wrong", browser.post(there + "new/A01", data=token | {"code": "ARRET", "step_name_0": "Un pas"}), 409)
    with world.act() as act:
        bus = projects.by_code(act.session, BUS[prefix]).id
        garden = calls.proposed(act, calls.by_code(act, CALL[prefix]))[0].id
        call = calls.by_code(act, CALL[prefix]).id
    see("a project", browser.get(f"{there}{bus}"))
    see("a project, list wrong", browser.post(f"{there}{bus}/eligibility", data=token), 409)
    see("a project, question wrong", browser.post(f"{there}{bus}/question", data=token), 409)
    see("change a project", browser.get(f"{there}{bus}/edit"))
    see("a proposed project", browser.get(f"{there}{garden}"))
    there = prefix + "/staff/calls/"
    see("new call", browser.get(there + "new/A01"))
    see("new call, wrong", browser.post(there + "new/A01", data=token | {"opens_on": "x"}), 409)
    see("a call without committee", browser.get(f"{there}{call}"))
    see("no meeting to choose at", browser.get(f"{there}{call}/choose/{garden}"))
    _chosen(world, call, garden, prefix)
    see("a call", browser.get(f"{there}{call}"))
    see("change a call", browser.get(f"{there}{call}/edit"))
    see("a choice", browser.get(f"{there}{call}/choose/{garden}"))
    see("a choice, wrong", browser.post(f"{there}{call}/choose/{garden}", data=token), 409)


def _chosen(world: World, call: UUID, garden: UUID, prefix: str) -> None:
    """The committee that chooses has met; one member steps aside."""
    with world.act() as act:
        body = the_committee(act, CODES[prefix])
        act.session.get_one(CallForProjects, call).committee_id = body.id
        meeting = act.session.scalars(select(Meeting).where(Meeting.committee_id == body.id)).first()
        meeting.starts_at, meeting.ends_at, meeting.cancelled_on = world.at - timedelta(hours=1), world.at + timedelta(hours=1), None
        project = act.session.get_one(Project, garden)
        projects.check_eligibility(act, project, kind="social", bars=(), why="Il sert à tous.")
        for member in committees.members(act.session, body.id, act.day)[:1]:
            calls.declare_conflict(act, project, member)


def helped(see: See, prefix: str, browser: FlaskClient) -> None:
    there = prefix + "/staff/assisted/feedback/A01"
    page = see("helped to say", browser.get(there))
    see("helped to say nothing", browser.post(there, data=hidden(page)), 409)
    see("helped, noted", browser.post(there, data=hidden(page) | {"words": f"Avec de l’aide {prefix}", "face": "3"}))
