"""The example region: Bas-Saint-Laurent with fictional people, made by the same acts as real ones.

Deterministic from a seed and a start day, but for what must be random: keys, codes, secrets.
"""

from __future__ import annotations

import random
import secrets
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import select

from engage import assistance, governance, ledger, messaging, participants, staff, voting
from engage.assistance import AlarmKind
from engage.demo import papers
from engage.demo.opinions import speak
from engage.demo.seats import take_seats
from engage.kernel.act import Act, Channel, day_of, fiscal_year_of
from engage.kernel.db import Database
from engage.participants import ConsentKind, Participant, Status
from engage.staff import Role
from engage.voting import Consultation, Door, Proposed, plan

SEED = 2026
AGREEMENT = "A01"
OPEN_CODE, CLOSED_CODE, FEW_CODE, BUDGET_CODE, ANNOUNCED_CODE = "BSL", "BSL25", "MITIS", "BUDGET25", "PROJET"
FIRST_CODE = "HIVER25"
TABLE_NUMBER = "+14185550190"
PERSON_NUMBER = "+14185550191"
SIMULATED = tuple(f"+1418555018{digit}" for digit in range(5))
"""Handsets of the simulator; 555-01xx is kept for fiction."""
_NUMBERS = [f"+1{area}55501{line:02d}" for area in ("581", "367", "418") for line in range(100) if not (area == "418" and line >= 80)]
_TASTES = (30, 6, 26, 9, 12, 14, 8, 11, 24)
_STATUSES = (Status.TODAY, Status.TODAY, Status.TODAY, Status.BEFORE, Status.NO, Status.SILENT)


def report_year(at: datetime) -> str:
    return fiscal_year_of(day_of(at))


def populate(db: Database, start: datetime) -> str:
    """A few hundred people over all channels, one vote open, one closed with results, one with too few ballots.

    Returns the sign-ins to print.
    """
    dice = random.Random(SEED)  # noqa: S311 - a repeatable example
    past = start - timedelta(days=40)
    with db.write() as session:
        here = Act(session, Channel.WEB, past)
        governance.describe_table(
            here,
            AGREEMENT,
            name="Table du Bas-Saint-Laurent (exemple fictif)",
            text_name="Table Bas-Saint-Laurent",
            text_number=TABLE_NUMBER,
            person_number=PERSON_NUMBER,
        )
        sign_ins = _staff(here)
        cards = participants.make_cards(here, AGREEMENT, "Maison du coin (groupe fictif)", 120)
    winter = papers.winter(start)
    first = _consultation(db, winter, FIRST_CODE, Door.CODED, winter + timedelta(days=30))
    _vote(db, first, winter, dice, cards[:45], [], anonymous=0)
    closed = _consultation(db, past, CLOSED_CODE, Door.OPEN, past + timedelta(days=30))
    _vote(db, closed, past, dice, cards[:80], _NUMBERS[:110], anonymous=40)
    few = _consultation(db, past, FEW_CODE, Door.CODED, past + timedelta(days=20))
    _vote(db, few, past, dice, cards[80:86], [], anonymous=0)
    voting.carry_closings(db, start)
    _budget(db, past, dice, cards[20:60])
    _announced(db, start)
    fresh = _consultation(db, start - timedelta(days=3), OPEN_CODE, Door.OPEN, start + timedelta(days=21))
    _vote(db, fresh, start - timedelta(days=3), dice, cards[:30], _NUMBERS[110:160], anonymous=15)
    _paper_and_help(db, start, cards[110:120])
    drawn = take_seats(db, start, AGREEMENT, cards[90:100])
    speak(db, start, AGREEMENT, cards[100:104])
    with db.write() as session:
        while ledger.sequence(session, start):
            pass
        ledger.sign_checkpoint(session)
    papers.prepare(db, start, AGREEMENT)
    papers.publish(db, start)
    papers.file_papers(db, start, AGREEMENT)
    with db.write() as session:
        ledger.sequence(session, start)
        ledger.sign_checkpoint(session)
    return (
        sign_ins
        + _spare_cards(db, start)
        + f"  One already used, to open /me: {cards[0]}\n  One of someone drawn for a seat, to open /me: {drawn}\n"
    )


def _staff(here: Act) -> str:
    """Ordinary rows, made through ordinary invitations, with random secrets."""
    lines = []
    for email, name, role, agreement in (
        ("camille@exemple.invalid", "Camille (fiction)", Role.ORGANISER, AGREEMENT),
        ("sacha@exemple.invalid", "Sacha (fiction)", Role.WORKER, AGREEMENT),
        ("alex@exemple.invalid", "Alex (fiction)", Role.SECOND, AGREEMENT),
        ("dominique@exemple.invalid", "Dominique (fiction)", Role.CLERK, AGREEMENT),
        ("ministere@exemple.invalid", "Ministère (fiction)", Role.MINISTRY, None),
        ("gestion@exemple.invalid", "Gestion (fiction)", Role.ADMINISTRATOR, None),
    ):
        password, secret = secrets.token_urlsafe(12), pyotp.random_base32()
        token = staff.invite(here, email, name, role, agreement)
        if role == Role.ORGANISER:
            staff.give(here, here.session.scalars(select(staff.Staff).where(staff.Staff.email == email)).one(), Role.MANAGER, agreement)
        staff.accept(here, token, password, secret, pyotp.TOTP(secret).at(here.at))
        lines.append(f"    {role:<11} {email:<26} password {password}   secret {secret}\n")
    return "".join(lines)


def _paper_and_help(db: Database, start: datetime, cards: list[str]) -> None:
    """Envelopes accepted, some sheets read once or twice, someone to call, and something to look at."""
    with db.write() as session:
        here = Act(session, Channel.PAPER, start - timedelta(hours=20))
        vote = session.scalars(select(Consultation).where(Consultation.code == OPEN_CODE)).one()
        voting.sheets.print_sheets(here, vote, 25, large=False, enveloped=True)
        for card in cards[:6]:
            voting.accept_envelope(here, vote, participants.by_card(here, card, AGREEMENT, asked_from="demo"))
        people = session.scalars(select(staff.Staff).order_by(staff.Staff.email)).all()
        for number, choices in ((3, [1, 9]), (8, [3]), (11, [5, 6])):
            for clerk in people[: 1 if number == 11 else 2]:
                voting.sheets.enter_sheet(here, vote, number, choices, clerk.id)
        messaging.want_person(here, AGREEMENT, SIMULATED[4], "afternoon", "fr")
        assistance.raise_alarm(here, AGREEMENT, AlarmKind.BATCH, vote.id.bytes, "Maison du coin (groupe fictif)", 24)


def _spare_cards(db: Database, start: datetime) -> str:
    with db.write() as session:
        codes = participants.make_cards(Act(session, Channel.WEB, start), AGREEMENT, "Cartes de démonstration", 3)
    return "  Participation cards never used: " + "  ".join(codes) + "\n"


def _consultation(db: Database, at: datetime, code: str, door: Door, closes_at: datetime) -> str:
    with db.write() as session:
        here = Act(session, Channel.WEB, at)
        consultation = voting.draft_consultation(
            here,
            AGREEMENT,
            code=code,
            question=plan.QUESTION,
            why=plan.WHY,
            door=door,
            closes_at=closes_at,
            level=2,
        )
        voting.open_consultation(here, consultation)
    return code


_PROJECTS = (
    ("plant", "Un jardin de quartier", "Jardin", "Des légumes pour qui en veut.", 6_000),
    ("bus", "Des abris d’autobus", "Abris", "Attendre au sec et à la lumière.", 9_000),
    ("tools", "Un atelier de réparation", "Atelier", "Réparer un vélo ou un grille-pain ensemble.", 5_000),
    ("wifi", "Internet au parc", "Internet", "Se brancher sans payer.", 4_000),
)


def _projects() -> list[Proposed]:
    return [Proposed(icon, "", {"fr": label}, {"fr": short}, {"fr": told}, cost) for icon, label, short, told, cost in _PROJECTS]


def _budget(db: Database, past: datetime, dice: random.Random, cards: list[str]) -> None:
    """A shared budget with its result, and what the table promised."""
    with db.write() as session:
        here = Act(session, Channel.WEB, past)
        vote = voting.draft_consultation(
            here,
            AGREEMENT,
            code=BUDGET_CODE,
            question={"fr": "Quels projets ferons-nous d’abord?"},
            why={"fr": "La table a 15 000 $ pour le quartier. Vous dites où ils vont."},
            door=Door.CODED,
            closes_at=past + timedelta(days=35),
            kind=voting.BallotKind.BUDGET,
            envelope=15_000,
            options=_projects(),
            languages=("fr",),
            level=4,
        )
        voting.open_consultation(here, vote)
        for card in cards:
            person = participants.by_card(here, card, AGREEMENT, asked_from="demo")
            voting.cast_vote(here, vote, dice.sample(range(1, 5), dice.choice((1, 2))), participant=person)
        promise = "La table paie les projets choisis et montre les travaux au printemps."
        voting.keep_promise(here, vote, promise=promise, due_on=(past + timedelta(days=160)).date())


def _announced(db: Database, start: datetime) -> None:
    """A vote that waits for its second person."""
    with db.write() as session:
        here = Act(session, Channel.WEB, start - timedelta(hours=3))
        vote = voting.draft_consultation(
            here,
            AGREEMENT,
            code=ANNOUNCED_CODE,
            question={"fr": "Quel projet manque le plus ici?"},
            why={"fr": "Le comité choisira avec vous en janvier."},
            door=Door.OPEN,
            closes_at=start + timedelta(days=45),
            places=1,
            options=_projects(),
            languages=("fr",),
            grave_rule=voting.GraveRule.TWO,
            level=3,
        )
        camille = session.scalars(select(staff.Staff.id).where(staff.Staff.email == "camille@exemple.invalid")).one()
        voting.ask(here, vote, voting.GraveKind.OPEN, camille)


def _choices(dice: random.Random) -> list[int]:
    if dice.random() < 0.04:
        return []
    wanted = dice.choice((1, 2, 3, 3, 3))
    picked: set[int] = set()
    while len(picked) < wanted:
        picked |= set(dice.choices(range(1, 10), weights=_TASTES, k=1))
    return sorted(picked)


def _vote(db: Database, code: str, opened: datetime, dice: random.Random, cards: list[str], numbers: list[str], *, anonymous: int) -> None:
    with db.write() as session:
        consultation = session.scalars(select(Consultation).where(Consultation.code == code)).one()
        for place, card in enumerate(cards):
            at = opened + timedelta(minutes=30 + dice.randrange(60 * 24 * 2))
            here = Act(session, Channel.ASSISTED if place % 4 == 0 else Channel.WEB, at)
            _cast(here, consultation, participants.by_card(here, card, AGREEMENT, asked_from="demo"), dice, contact=False)
        for number in numbers:
            at = opened + timedelta(minutes=30 + dice.randrange(60 * 24 * 2))
            here = Act(session, Channel.SMS, at)
            _cast(here, consultation, participants.join_by_phone(here, number)[0], dice, contact=True)
        for _ in range(anonymous):
            here = Act(session, Channel.WEB, opened + timedelta(minutes=30 + dice.randrange(60 * 24 * 2)))
            voting.cast_vote(here, consultation, _choices(dice), participant=None, draft=dice.randbytes(16))


def _cast(here: Act, consultation: Consultation, person: Participant, dice: random.Random, *, contact: bool) -> None:
    for step in ("entered", "entered", "chosen") if dice.random() < 0.2 else ("entered", "chosen"):
        voting.journey.passed(here, consultation, step)
    voting.cast_vote(here, consultation, _choices(dice), participant=person)
    if dice.random() < 0.7:
        consents = {ConsentKind.COUNT: True} | ({ConsentKind.CONTACT: True} if contact else {})
        voting.say_more(here, consultation, person, status=dice.choice(_STATUSES), consents=consents)
