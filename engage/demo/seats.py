"""Two committees of the example: one whose members were drawn, one that looks for people and has calls to make."""

from __future__ import annotations

from datetime import datetime, timedelta

from engage import committees, participants
from engage.committees import (
    Committee,
    DayNeeds,
    Needs,
    Reach,
    Support,
    SupportState,
    Wish,
    attendance,
    decisions,
    draws,
    meetings,
    supports,
)
from engage.kernel.act import Act, Channel
from engage.kernel.db import Database
from engage.participants import Status

FULL, LOOKING = "SUIVI", "LOGIS"
_TEXTS = {
    FULL: {
        "name": {"fr": "Comité de suivi", "en": "Follow-up committee"},
        "mandate": {
            "fr": "Il décide où va l’argent de l’entente et regarde ce que chaque projet a changé.",
            "en": "It decides where the money of the agreement goes and looks at what each project changed.",
        },
        "rhythm": {"fr": "6 midis par an", "en": "6 lunches a year"},
        "place": {"fr": "À Rimouski, près du bus", "en": "In Rimouski, near the bus"},
        "short": {"fr": "comité de suivi", "en": "follow-up committee"},
    },
    LOOKING: {
        "name": {"fr": "Comité du logement", "en": "Housing committee"},
        "mandate": {"fr": "Il choisit quels projets de logement sont payés.", "en": "It chooses which housing projects are paid for."},
        "rhythm": {"fr": "4 soirées par an", "en": "4 evenings a year"},
        "place": {"fr": "À Matane, avec une rampe", "en": "In Matane, with a ramp"},
        "short": {"fr": "comité logement", "en": "housing committee"},
    },
}
_IN_THE_ROOM = {FULL: ("CISSS", "Ville de Rimouski", "Ministère (MESS)"), LOOKING: ("CISSS", "Office d’habitation", "Maison du coin")}
_NAMES = ("Lou", "Claude", "Andrée", "Noor", "Simone", "Paul", "Ève", "Marcel")
_NEEDS = (Needs((Support.RIDE,)), Needs((Support.RIDE, Support.CARE), 2), Needs((Support.MEAL, Support.ALLY)), Needs((), 0, "Une rampe"))


def take_seats(db: Database, start: datetime, agreement_id: str, cards: list[str]) -> str:
    """With some ten people behind cards of theirs. Returns the card of someone who was drawn."""
    past = start - timedelta(days=30)
    with db.write() as session:
        here = Act(session, Channel.WEB, past)
        full = _committee(here, agreement_id, FULL, type="M1", level=4)
        for place, card in enumerate(cards[:5]):
            committees.called(here, _ask(here, full, card, place))
        draw = draws.fix(here, full, [], is_reserved=True, source=draws.Source("Les six numéros d’une loterie connue, ce soir", 6))
        draws.fall(here, draw, "04 11 23 31 38 44")
        for each in committees.places(here, full):
            if each.membership:
                committees.accept(here, each.membership)
                committees.welcome_member(here, each.membership, name=_NAMES[each.seat.number], buddy="Sacha")
            elif each.seat.institution:
                committees.seat_institution(here, each.seat, here.day, committees.months_later(here.day, 24))
        full.is_welcoming = False
        _meet(here, full)
        looking = _committee(here, agreement_id, LOOKING, type="M2", level=3)
        _ask(here, looking, cards[5], 5)
        lately = Act(session, Channel.SMS, start - timedelta(days=2))
        for place, card in enumerate(cards[6:10], start=6):
            candidacy = _ask(lately, looking, card, place)
            if place > 6:
                committees.called(lately, candidacy)
        held = {each.participant_id for each in committees.members(session, full.id, here.day)}
        return next(card for card in cards if participants.by_card(here, card, agreement_id, asked_from="demo").id in held)


def _meet(here: Act, committee: Committee) -> None:
    """A meeting that was held and decided, and the next one, with answers."""
    for days, agenda in ((20, "Regarder les projets de l’an dernier."), (44, "Choisir les projets de cette année.")):
        starts_at = here.at + timedelta(days=days)
        meeting = meetings.call_meeting(
            here,
            committee,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            place="Salle 2, bibliothèque de Rimouski",
            texts={"agenda": {"fr": agenda}, "papers": {"fr": "Trois projets demandent de l’argent. Chacun est dit en une page."}},
            is_accessible=True,
            by_bus=True,
            prepares_at=starts_at - timedelta(days=1),
            debriefs_at=starts_at + timedelta(days=1),
        )
        meetings.invite(here, meeting)
        members = meetings.members_at(here.session, meeting)
        for place, member in enumerate(members):
            if member.participant_id:
                meetings.answer(here, meeting, member, comes=True, needs=DayNeeds((Support.RIDE,), place % 3, "", "Devant l’épicerie"))
        if days == 20:
            that_day = Act(here.session, Channel.ASSISTED, starts_at + timedelta(hours=1))
            for member in members:
                attendance.note(that_day, meeting, member, present=True)
            for line in supports.lines(here.session, meeting):
                supports.settle(that_day, line, SupportState.GIVEN)
            texts = {
                "text": {"fr": "Le comité paie le jardin et les abris d’autobus."},
                "next": {"fr": "La table signe avec les deux groupes."},
            }
            decisions.write_decision(that_day, meeting, texts=texts, votes=4, votes_reserved=3, due_on=that_day.day + timedelta(days=60))


def _committee(here: Act, agreement_id: str, code: str, *, type: str, level: int) -> Committee:
    made = committees.write_committee(
        here,
        agreement_id,
        code=code,
        type=type,
        level=level,
        rule="Règlement de la table, article 4 (exemple)",
        texts=_TEXTS[code],
        institutions=_IN_THE_ROOM[code],
        supports=list(Support),
    )
    committees.add_seats(here, made, 3 if code == FULL else 2, is_reserved=True)
    for name in _IN_THE_ROOM[code][:2]:
        committees.add_seats(here, made, 1, is_reserved=False, institution=name)
    return made


def _ask(here: Act, committee: Committee, card: str, place: int) -> committees.Candidacy:
    person = participants.by_card(here, card, committee.agreement_id, asked_from="demo")
    reach = Reach(_NAMES[place % len(_NAMES)], f"+141855501{60 + place}", part=committees.PARTS[place % 3])
    return committees.ask(here, committee, person, Wish(_NEEDS[place % len(_NEEDS)], reach, Status.TODAY, counted=True, uses_about=True))
