"""The statement of accessibility says nothing that it cannot show; what keeps someone from taking part is heard at every door."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import select

from engage import feedback
from engage.feedback import Feedback, barriers, themes
from engage.phone import means_already
from engage.staff import Role
from engage.web.accessibility import criteria
from tests.gates.tour import proof_sent
from tests.web.test_feedback import reference
from tests.web.test_today import listed
from tests.world import PHONE, World, hidden

A_AND_AA = (
    "1.1.1 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.4.1 1.4.2 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 "
    "2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.4.5 2.4.6 2.4.7 2.4.11 2.5.1 2.5.2 2.5.3 2.5.4 2.5.7 2.5.8 "
    "3.1.1 3.1.2 3.2.1 3.2.2 3.2.3 3.2.4 3.2.6 3.3.1 3.3.2 3.3.3 3.3.4 3.3.7 3.3.8 4.1.2 4.1.3"
)
"""All of WCAG 2.2; 4.1.1 was removed."""
HELD = ["1.4.6", "2.2.3", "2.5.5", "3.1.5"]
"""Those of AAA that we hold to."""


def test_every_point_stands_once_with_what_shows_it() -> None:
    assert len(A_AND_AA.split()) == 55
    assert sorted(each.number for each in criteria()) == sorted(A_AND_AA.split() + HELD)
    assert {each.number for each in criteria() if each.level == "AAA"} == set(HELD)
    for each in criteria():
        assert each.status in ("met", "partly", "not applicable"), each.number
        assert each.tests or each.by_hand_fr, (each.number, "nothing shows it")
        assert bool(each.by_hand_fr) == bool(each.by_hand_en) == bool(each.on), each.number
        assert bool(each.gap_fr) == bool(each.gap_en) == (each.status == "partly"), (each.number, "a gap is said where it is partly met")


def test_every_test_that_is_named_exists() -> None:
    named = {name for each in criteria() for name in each.tests.split()}
    assert len(named) > 5
    for name in named:
        path, _, function = name.partition("::")
        written = (Path(__file__).parents[1] / path).read_text(encoding="utf-8")
        assert re.search(rf"^def {function}\(", written, re.MULTILINE), name


class Kept(NamedTuple):
    id: UUID
    channel: str
    words: str | None
    number: str | None
    is_marked: bool


def kept(world: World) -> list[Kept]:
    """What was said, in the order of its words."""
    with world.db.read() as session:
        found = session.scalars(select(Feedback)).all()
        tagged = themes.themes_of(session, [each.id for each in found])
        of = [(each, barriers.theme_of(each.agreement_id) in tagged.get(each.id, ())) for each in found]
        assert all(each.participant_id is None and each.project_id is None and each.reference_lookup for each in found)
        return sorted((Kept(each.id, each.channel, each.words, each.number, mark) for each, mark in of), key=lambda one: one.words or "")


def test_on_the_web_without_name_or_cookie(world: World) -> None:
    world.project()
    browser = world.browser()
    page = browser.post("/accessibility", data={"agreement": "A01", "words": "La page est trop longue pour ma loupe"})
    assert page.status_code == 200, page.text
    assert "Set-Cookie" not in page.headers
    (said,) = kept(world)
    assert said[1:] == ("web", "La page est trop longue pour ma loupe", None, True)
    assert "trop longue" in browser.post("/answer", data={"reference": reference(page.text)}).text
    assert listed(world) == ["Ce qui empêche de prendre part, sans réponse: 1"]
    desk = world.staff(Role.ORGANISER)
    assert desk.get("/staff/feedback/").text.count("<b>Un obstacle.</b>") == 2, "to read, and to answer"
    assert "empêche cette personne" in desk.get(f"/staff/feedback/{said.id}").text


@pytest.mark.parametrize("sent", [{}, {"agreement": "A01"}, {"agreement": "A02", "words": "x"}, {"agreement": "A01", "words": "x" * 2001}])
def test_what_is_missing_is_said_and_nothing_is_lost(world: World, sent: dict[str, str]) -> None:
    world.project()
    page = world.browser().post("/accessibility", data=sent)
    assert page.status_code == 409
    assert sent.get("words", "") in page.text
    assert kept(world) == []


def number_to_answer(world: World) -> str | None:
    with world.db.read() as session:
        return session.scalars(select(Feedback)).one().number


def test_the_answer_comes_as_a_text_to_a_number_that_was_shown_to_be_ones_own(world: World) -> None:
    world.project()
    page = world.browser().post("/accessibility", data={"agreement": "A01", "words": "Une marche à l’entrée"})
    prove = world.browser().post("/said", data=hidden(page) | {"number": PHONE, "answer": "y"})
    assert number_to_answer(world) is None
    world.work()
    world.browser().post("/said", data=hidden(prove) | {"proof": proof_sent(world)})
    assert number_to_answer(world) == PHONE


def test_beside_a_card_no_number_is_shown_to_be_ones_own(world: World) -> None:
    world.project()
    page = world.browser().post("/accessibility", data={"agreement": "A01", "words": "Une marche à l’entrée"})
    known = world.browser().post("/said", data=hidden(page) | {"code": world.card, "number": PHONE, "answer": "y"})
    assert "Ma page" in known.text
    assert number_to_answer(world) is None


@pytest.mark.parametrize("texts", [("Obstacle", "La page ne s'ouvre pas"), ("OBSTACLE la page ne s'ouvre pas",), ("barrier", "It is dark")])
def test_by_text(world: World, texts: tuple[str, ...]) -> None:
    world.project()
    told = [world.text(each) for each in texts]
    assert "2 aout" in told[-1]
    assert [each[1:] for each in kept(world)] == [("sms", texts[-1].removeprefix("OBSTACLE "), PHONE, True)]
    assert means_already(texts[0].split()[0])


def test_by_voice_with_a_reference_for_whoever_hides_their_number(world: World) -> None:
    world.project()
    with world.far_end() as far_end:
        call = far_end.call("anonymous")
        for key in ("5", "7", "1"):
            call.press(key)
        call.record(12)
        digits = re.search(r"suivi: ([\d, ]+)", call.heard[-1].text)[1]
    (said,) = kept(world)
    assert said[1:] == ("voice", None, None, True)
    with world.act() as act:
        assert feedback.by_reference(act, digits, asked_from="test").id == said.id


def test_the_mark_is_a_theme_that_stays_and_that_staff_take_off_what_is_no_barrier(world: World) -> None:
    world.project()
    world.text("AVIS")
    world.text("Le parc est beau")
    world.text("OBSTACLE la rampe est fermée", "+14185550177")
    beautiful, closed = kept(world)
    assert (beautiful.is_marked, closed.is_marked) == (False, True)
    with world.act() as act:
        with pytest.raises(themes.ThemeStays):
            themes.drop_theme(act, act.session.get_one(feedback.Theme, barriers.theme_of("A01")))
        themes.tag(act, act.session.get_one(Feedback, closed.id), [])
    assert not any(each.is_marked for each in kept(world))
