"""Projects of the example, what people said of them by every channel, and what was answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from engage import feedback, participants, projects
from engage.feedback import Feedback, Ground, Said, Stage, Step, moderation, responses, themes
from engage.kernel.act import Act, Channel, fiscal_year_of
from engage.kernel.db import Database
from engage.participants import ConsentKind, Status
from engage.projects import Money, Plan, Project, ProjectState, calls
from engage.projects.calls import Terms
from engage.staff import Staff

PROCEDURE = "1. Sacha lit les alertes chaque jour, avant 10 h. En son absence: Camille.\n2. On ne rappelle que qui l’a demandé."
_PROJECTS = (
    (
        "NAVETTE", ProjectState.UNDER_WAY, "Coop du rang (groupe fictif)", (48_000, 48_000, 20_000),
        {
            "title": {"fr": "La navette du soir", "en": "The evening shuttle"},
            "short": {"fr": "navette du soir", "en": "evening shuttle"},
            "summary": {"fr": "Un petit bus passe le soir dans 4 villages. On paie 2 dollars, ou rien.",
                        "en": "A small bus runs in 4 villages in the evening. It costs 2 dollars, or nothing."},
        },
    ),
    (
        "CUISINE", ProjectState.FUNDED, "Maison du coin (groupe fictif)", (22_000, 18_000, 0),
        {
            "title": {"fr": "Une cuisine pour tous", "en": "A kitchen for all"},
            "short": {"fr": "cuisine pour tous", "en": "kitchen for all"},
            "summary": {"fr": "On cuisine ensemble 2 fois par semaine. Chacun repart avec 4 repas.",
                        "en": "People cook together twice a week. Everyone leaves with 4 meals."},
        },
    ),
    (
        "JARDIN25", ProjectState.FINISHED, "Jardins unis (groupe fictif)", (6_000, 6_000, 6_000),
        {
            "title": {"fr": "Un jardin de quartier", "en": "A neighbourhood garden"},
            "short": {"fr": "jardin de quartier", "en": "neighbourhood garden"},
            "summary": {"fr": "Des légumes pour qui en veut, derrière l’école.", "en": "Vegetables for whoever wants some, behind the school."},
        },
    ),
)  # fmt: skip
_SAID = (
    (2, "La navette part avant la fin de mon travail.", Channel.SMS, True), (1, "Le vendredi elle ne passe pas et je suis prise chez moi.", Channel.SMS, True),
    (4, "Le chauffeur est patient avec ma marchette.", Channel.WEB, True), (5, "Enfin je vais aux cours du soir!", Channel.VOICE, True),
    (2, "Trop loin de chez nous, un arrêt au rang 3 aiderait.", Channel.PAPER, True), (3, "", Channel.WEB, False), (4, "", Channel.SMS, False),
    (5, "Merci à Julie du garage.", Channel.WEB, True), (2, "Pas de banc pour attendre.", Channel.PAPER, True), (4, "", Channel.WEB, False),
    (5, "Ça change ma vie, gardez-la.", Channel.ASSISTED, True), (5, "", Channel.SMS, False),
)  # fmt: skip


def speak(db: Database, start: datetime, agreement_id: str, cards: list[str]) -> None:
    """Three projects and a call, words by every channel, one answer told to several, one late, one refused, one that speaks of danger."""
    past = start - timedelta(days=60)
    with db.write() as session:
        here = Act(session, Channel.WEB, past)
        reader = session.scalars(select(Staff.id).where(Staff.email == "camille@exemple.invalid")).one()
        feedback.open_desk(here, agreement_id, PROCEDURE, reader)
        year = fiscal_year_of(here.day)
        projects.fill_envelope(here, agreement_id, year, first_instalment=projects.FIRST_INSTALMENT, grants=180_000)
        for code, state, carrier, (asked, granted, paid), texts in _PROJECTS:
            is_over = state == ProjectState.FINISHED
            first = here.day - timedelta(days=340) if is_over else here.day
            plan = Plan(carrier, state, starts_on=first, ends_on=first + timedelta(days=330), hears=not is_over)
            made = projects.write_project(here, agreement_id, code=code, texts=texts, plan=plan, money=Money(asked, granted, paid))
            projects.check_eligibility(here, made, kind="social", bars=(), why="Il sert à des gens qui manquent d’argent.")
        bus = session.scalars(select(Project).where(Project.code == "NAVETTE")).one()
        steps = [("Le bus roule", here.day, True), ("Un arrêt de plus", here.day + timedelta(days=120), False)]
        projects.set_milestones(here, bus, steps)
        projects.set_other_funds(here, bus, [("Ville (exemple)", 12_000)])
    for place, (face, words, channel, may_show) in enumerate(_SAID):
        with db.write() as session:
            _say(Act(session, channel, past + timedelta(days=place)), agreement_id, place, Said(face, words, may_show), cards)
    with db.write() as session:
        _answer(Act(session, Channel.WEB, start - timedelta(days=9)), agreement_id)
    with db.write() as session:
        here = Act(session, Channel.SMS, start - timedelta(hours=5))
        feedback.alerts.look_for_danger(here, agreement_id, "on m’a mise dehors, je sais pas où aller ce soir", "+14185550184")
        terms = Terms(25_000, 8_000, here.day, here.day + timedelta(days=45))
        call = {"title": {"fr": "Vos idées pour l’hiver", "en": "Your ideas for winter"},
                "text": {"fr": "Une idée pour mieux passer l’hiver dans votre rue? Dites-la, même à moitié.",
                         "en": "An idea to get through winter better on your street? Tell us, even half of it."}}  # fmt: skip
        calls.write_call(here, agreement_id, code="HIVER", texts=call, terms=terms)


def _say(here: Act, agreement_id: str, place: int, said: Said, cards: list[str]) -> None:
    bus = here.session.scalars(select(Project).where(Project.code == "NAVETTE")).one()
    number = f"+141855501{20 + place}" if here.channel in (Channel.SMS, Channel.VOICE) else ""
    if here.channel == Channel.PAPER:
        feedback.enter_card(here, agreement_id, bus, said, f"4821{place:04d}")
        return
    given = feedback.give(here, agreement_id, bus, said, number=number).feedback
    if place < len(cards):
        someone = participants.by_card(here, cards[place], agreement_id, asked_from="demo")
        participants.declare(here, someone, Status.TODAY)
        participants.consent(here, someone, ConsentKind.COUNT, given=True)
        feedback.be_known(here, given, someone)


def _answer(here: Act, agreement_id: str) -> None:
    heard = here.session.scalars(select(Feedback).where(Feedback.agreement_id == agreement_id).order_by(Feedback.on)).all()
    late = [each for each in heard if each.words and ("avant la fin" in each.words or "vendredi" in each.words or "loin" in each.words)]
    theme = themes.make_theme(here, agreement_id, {"fr": "Horaires et arrêts", "en": "Times and stops"})
    for each in heard:
        if each.words and "Julie" in each.words:
            moderation.refuse(here, each, Ground.NAMES)
        elif each.words and "banc" not in each.words:
            moderation.show(here, each)
        elif not each.words:
            moderation.keep(here, each)
    for each in late:
        themes.tag(here, each, [theme.id])
    answer = {"fr": "La navette part 30 minutes plus tard dès lundi, et passe le vendredi.",
              "en": "From Monday the shuttle leaves 30 minutes later, and runs on Fridays."}  # fmt: skip
    responses.respond(here, agreement_id, Step.YES, answer, late)
    glad = [each for each in heard if each.stage == Stage.SHOWN and each not in late]
    responses.respond(
        here, agreement_id, Step.SEEN, {"fr": "Merci, le comité vous a lus.", "en": "Thank you, the committee read you."}, glad
    )
