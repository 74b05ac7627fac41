"""What one thinks, by text and by call: kept at once, shown and counted only where asked, answered where it came from."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from engage import feedback, ledger, participants, staff
from engage.feedback import Feedback, Recording, Stage, alerts, follow_ups, telling
from engage.kernel.words import day_in_text, say
from engage.ledger import Kind, ParticipationFact
from engage.messaging import Callback, measure, plain
from engage.phone.script import feedback as script
from engage.projects import Project, ProjectState
from tests.conftest import vectors
from tests.web.test_odd_input import STRICTER
from tests.world import PHONE, World

OTHER = "+14185550102"


def every(world: World) -> list[Feedback]:
    with world.db.read() as session:
        return list(session.scalars(select(Feedback).order_by(Feedback.on)))


def facts(world: World) -> list[tuple[str, str | None]]:
    with world.db.read() as session:
        taken_back = select(ParticipationFact.reverses_id).where(ParticipationFact.reverses_id.is_not(None))
        found = select(ParticipationFact).where(ParticipationFact.mechanism_type == "M5", ParticipationFact.id.not_in(taken_back))
        return [(each.kind, each.status) for each in session.scalars(found) if each.kind != Kind.REVERSED]


def test_a_face_and_words_in_three_texts(world: World) -> None:
    world.project()
    asked = world.text("Navette!")
    assert "navette du soir" in asked
    assert "ARRET" in asked
    assert "Pourquoi" in world.text("2")
    told = world.text("Il est toujours en retard le vendredi.")
    assert "Réponse ici le 2 aout au plus tard" in told
    (said,) = every(world)
    assert (said.face, said.channel, said.stage, said.may_show, said.participant_id) == (2, "sms", Stage.RECEIVED, False, None)
    assert facts(world) == [("contributed", None)]
    assert "montrés sans nom" in world.text("oui")
    assert every(world)[0].may_show
    counted = world.text("A")
    code = re.search(r"code: (\d{4})", counted)[1]
    assert facts(world) == [("contributed", "today")]
    with world.act() as act:
        person = participants.by_phone_code(act, PHONE, code)
        assert [each.words for each in feedback.said_by(act, person)] == ["Il est toujours en retard le vendredi."]


def test_r_of_the_poster_is_to_be_asked_later(world: World) -> None:
    world.project()
    world.text("NAVETTE beau service")
    world.text("A R")
    world.text("NAVETTE et propre", OTHER)
    world.text("r", OTHER)
    with world.act() as act:
        project = act.session.scalars(select(Project)).one()
        assert {number for _, number in follow_ups.people(act, project)} == {PHONE, OTHER}
    assert sorted(facts(world), key=str) == [("contributed", "today"), ("contributed", None)]


def test_words_right_after_the_posters_word_are_one_text(world: World) -> None:
    world.project()
    assert "C'est noté" in world.text("navette il manque un arrêt à l'épicerie")
    assert "C'est ajouté" in world.text("et un banc")
    (said,) = every(world)
    assert said.project_id is not None
    with world.act() as act:
        assert act.session.get_one(Feedback, said.id).words == "il manque un arrêt à l'épicerie\net un banc"


def test_anything_else_is_heard_too(world: World) -> None:
    world.project()
    assert "ce qui va ou non" in world.text("Avis")
    world.text("Le guichet ferme trop tôt.")
    (said,) = every(world)
    assert (said.project_id, said.face) == (None, None)


def test_a_table_without_procedure_hears_nobody(world: World) -> None:
    assert "écrivez VOTE" in world.text("AVIS")
    assert every(world) == []


@pytest.mark.parametrize("differs", [{"hears": False}, {"state": ProjectState.FINISHED, "hears": False}])
def test_a_word_on_a_project_that_takes_no_more_is_kept_for_the_table(world: World, differs: dict[str, object]) -> None:
    world.project(**differs)
    world.text("NAVETTE")
    world.text("3")
    assert "gardés pour la table" in world.text("Merci pour tout")
    assert every(world)[0].project_id is None


def test_the_same_text_two_hundred_times_is_one_contribution(world: World) -> None:
    world.project()
    told = []
    for _ in range(30):
        world.text("AVIS")
        told.append(world.text("Du spam du spam"))
        world.later(minutes=21)
    assert "déjà noté" in told[-1]
    assert len(every(world)) == 1


def test_one_number_is_slowed_and_loses_nothing(world: World) -> None:
    world.project()
    for number in range(11):
        world.text("AVIS")
        last = world.text(f"Une idée de plus, numéro {number}")
        world.later(minutes=11)
    assert "Rien n'est perdu" in last or "Rien n’est perdu" in last
    assert len(every(world)) == 10
    world.text("AVIS", OTHER)
    assert "C'est noté" in world.text("Et moi?", OTHER)


def test_a_second_person_on_the_phone_is_asked_whose_code(world: World) -> None:
    world.project()
    world.text("VOTE")
    world.text("1")
    code = re.search(r"code: (\d{4})", world.text("OUI"))[1]
    world.text("NAVETTE beau service")
    assert "votre code" in world.text("A")
    assert "Effacez ces textos" in world.text(code)
    (said,) = every(world)
    assert said.participant_id is not None
    world.text("NAVETTE le chauffeur est gentil")
    world.text("B")
    assert "Votre code" in world.text("NOUVEAU")
    assert len({each.participant_id for each in every(world)}) == 2


def test_who_spoke_is_forgotten_by_the_thread_after_half_an_hour(world: World) -> None:
    world.project()
    world.text("NAVETTE beau service")
    world.later(minutes=31)
    assert "VOTE pour voter" in world.text("A")
    assert every(world)[0].participant_id is None


DANGER = ["je veux mourir", "Mon chum me bat", "je dors dehors ce soir", "I want to die", "jai nulle part ou dormir"]


@STRICTER
@pytest.mark.parametrize("words", DANGER)
def test_words_of_danger_have_help_in_the_same_reply_whatever_was_asked(world: World, words: str) -> None:
    world.project()
    for before in ((), ("VOTE",), ("NAVETTE",), ("NAVETTE", "2"), ("PLACE",)):
        for text in before:
            world.text(text)
        told = world.text(words)
        assert told.startswith("Besoin d'aide? 211"), (before, told)
        assert "en direct" in told
        assert "violence" not in told
        world.later(days=4)
    with world.act() as act:
        listed = alerts.waiting(act, ["A01"])
        assert len(listed) == 5
        assert {each.number for each in listed} == {None}
        assert {each.words for each in listed} == {words}
    assert [each.face for each in every(world)] in ([2], [None, 2], [None], [2, None])


def test_a_vote_goes_on_after_the_help_lines(world: World) -> None:
    world.text("VOTE")
    world.text("je veux mourir")
    assert "Votre choix: Logement" in world.text("logement")


def test_a_call_is_made_only_to_who_asks_for_it(world: World) -> None:
    world.project()
    world.text("je suis à la rue")
    assert "Une personne vous appelle" in world.text("soir")
    with world.act() as act:
        (alert,) = alerts.waiting(act, ["A01"])
        assert (alert.number, alert.part_of_day) == (PHONE, "evening")
        assert act.session.scalars(select(Callback)).one().part_of_day == "evening"
        reader = act.session.scalars(select(staff.Staff.id)).first()
        alerts.open_alert(act, alert, reader)
        assert [each.staff_id for each in alerts.openings(act, alert)] == [reader]
        alerts.close(act, alert, "Appelée, elle est au chaud.")
        assert (alert.words, alert.number) == (None, None)
    assert "VOTE pour voter" in world.text("matin")


def test_spam_limits_do_not_hide_the_help_lines(world: World) -> None:
    world.project()
    for number in range(10):
        world.text(f"NAVETTE idée numéro {number}")
        world.later(minutes=31)
    assert world.text("NAVETTE je veux mourir").startswith("Besoin d'aide? 211")
    with world.act() as act:
        assert len(alerts.waiting(act, ["A01"])) == 1


def test_no_known_reply_is_taken_for_danger() -> None:
    cases = vectors("sms/reply_cases.csv").read_text(encoding="utf-8").splitlines()
    assert len(cases) > 100
    assert [line for line in cases if feedback.speaks_of_danger(line)] == []


def test_by_call_a_voice_is_recorded_brought_here_typed_and_forgotten(world: World) -> None:
    world.project()
    with world.far_end() as far_end:
        call = far_end.call(PHONE)
        for key in ("5", "1", "2", "1"):
            call.press(key)
        assert call.state == "recording"
        call.record(12)
        assert "un appel d’ici le 2 aout" in call.heard[-1].text
        call.press("1")
        call.press("1")
        assert "Votre code" in call.heard[-1].text
        far_end.settle()
        world.work()
        assert not call.recordings
    (said,) = every(world)
    assert (said.face, said.channel, said.may_show) == (2, "voice", True)
    assert facts(world) == [("contributed", "today")]
    with world.act() as act:
        own = act.session.get_one(Feedback, said.id)
        recording = feedback.recordings.of(act.session, own)
        assert feedback.recordings.audio(recording)[:4] == b"RIFF"
        assert recording.provider_id is None
        feedback.recordings.type_up(act, own, "Le bus passe trop tôt.")
        assert own.stage == Stage.RECEIVED
    world.later(days=9)
    world.work()
    with world.act() as act:
        assert act.session.scalars(select(Recording)).one().audio is None


def test_an_empty_recording_is_asked_again_and_kept_nowhere(world: World) -> None:
    world.project()
    with world.far_end() as far_end:
        call = far_end.call(PHONE)
        for key in ("5", "8", "#", "1"):
            call.press(key)
        call.record(1)
        assert "rien entendu" in call.heard[-1].text
        call.press("2")
        assert "porte reste ouverte" in " ".join(line.text for line in call.heard[-3:])
        for key in ("5", "8", "#", "1"):
            call.press(key)
        for _ in range(3):
            call.wait()
        assert call.state == "ended", "silence is not listened to for ever"
    assert every(world) == []


def test_a_caller_who_hides_their_number_gets_a_number_to_follow(world: World) -> None:
    world.project()
    with world.far_end() as far_end:
        call = far_end.call("anonymous")
        for key in ("5", "1", "4", "2"):
            call.press(key)
        digits = re.search(r"suivi: ([\d, ]+)", call.heard[-1].text)[1]
    with world.act() as act:
        found = feedback.by_reference(act, digits, asked_from="test")
        assert (found.face, found.number) == (4, None)


def test_every_text_of_an_opinion_fits_one_segment(world: World) -> None:
    world.project()
    for line in ("NAVETTE", "2", "Trop tard", "OUI", "encore un mot", "A"):
        told = world.text(line)
        assert measure(told).segments == 1, told
    for line in ("AVIS", "?!", "je veux mourir", "soir"):
        told = world.text(line, OTHER)
        assert measure(told).segments == 1, told
    for line in ("ENGLISH", "NAVETTE", "2", "Too late", "YES", "A"):
        told = world.text(line, "+14185550103")
        assert measure(told).segments == 1, told


LONGEST = {
    "table": "T" * 30, "short": "x" * 24, "number": "418 555-0191", "code": "1234", "text": "Oui.", "question": "Le transport est-il mieux qu'avant?",
}  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("module", [script, telling, alerts])
def test_every_text_fits_one_segment_with_the_longest_names(module: object, language: str) -> None:
    told = LONGEST | {
        "day": day_in_text(language, date(2026, 9, 30)),
        "why": max((say(language, why) for why in telling.WHY.values()), key=len),
    }
    texts = {name: text for name, text in vars(module).items() if name.isupper() and isinstance(text, str) and "ALOUD" not in name}
    assert len(texts) >= 1
    for name, text in texts.items():
        size = measure(plain(say(language, text, **told)))
        assert size.segments == 1, (name, size)


def test_nothing_of_what_was_said_stands_in_the_ledger(world: World) -> None:
    world.project()
    world.text("NAVETTE toujours en retard")
    world.work()
    with world.db.read() as session:
        assert list(ledger.verify(session, world.at, participants.person_keys(session))) == []
        for fact in session.scalars(select(ParticipationFact)):
            assert b"retard" not in fact.leaf
        assert b"retard" not in session.scalars(select(Feedback)).one().words_sealed
