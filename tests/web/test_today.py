"""The first page of staff says what needs the team now, and leads to the act."""

from __future__ import annotations

import re
from datetime import timedelta

from engage import feedback, filings
from engage.feedback import Feedback
from engage.filings import FilingKind
from engage.messaging.models import DeadNumber
from engage.staff import Role
from engage.voting import Reconciliation
from tests.world import World, found


def listed(world: World, role: Role = Role.ORGANISER, agreement: str | None = "A01") -> list[str]:
    page = world.staff(role, agreement).get("/staff/").text
    part = page.split("<h2>Aujourd’hui</h2>")
    return re.findall(r"<li><a href=\"[^\"]*\">([^<]*)</a>", part[1].split("</ul>")[0]) if len(part) > 1 else []


def test_nothing_late_is_said_too(world: World) -> None:
    assert listed(world) == []
    assert "Rien n’est en retard aujourd’hui." in world.staff(Role.ORGANISER).get("/staff/").text


def test_what_is_late_or_wrong_is_first(world: World) -> None:
    world.project()
    world.text("NAVETTE Le bus part trop tot", "+14185550171")
    with world.act() as act:
        act.session.add(
            Reconciliation(consultation_id=found(act, "BSL").id, at=act.at, roll=3, ballots=2, waiting=0, facts=3, differences="ballots")
        )
        filings.comment(act, filings.draft(act, "A01", FilingKind.NOTE, "2026-2027"), "Noor", "Et le bus?")
        assert act.session.query(Feedback).count() == 1
    world.work()
    world.later(days=95)
    assert listed(world) == [
        "Avis dont la réponse est en retard: 1",
        "Les comptes du vote BSL ne s’accordent pas",
        "Commentaires à régler, 2026-2027: 1",
    ]
    assert listed(world, Role.ORGANISER, "A02") == []
    kept = listed(world, Role.ADMINISTRATOR, None)
    assert "Aucun témoin n’a parlé depuis trois mois." in kept
    assert kept[-1] == "Aucune sauvegarde n’a été faite."


def test_a_message_of_danger_comes_before_all(world: World) -> None:
    world.project()
    with world.act() as act:
        feedback.alerts.look_for_danger(act, "A01", "on m’a mise dehors, je sais pas où aller ce soir", "+14185550184")
    assert listed(world)[0] == "Messages qui parlent de danger: 1"


def test_numbers_that_went_dead_are_news_for_a_month(world: World) -> None:
    with world.act() as act:
        for number, (agreement, days) in enumerate((("A01", 3), ("A01", 40), ("A02", 3))):
            act.session.add(
                DeadNumber(number_lookup=bytes([number]) * 32, agreement_id=agreement, code="30005", on=act.day - timedelta(days=days))
            )
    assert listed(world) == ["Numéros qui ne répondent plus, depuis un mois: 1"]
