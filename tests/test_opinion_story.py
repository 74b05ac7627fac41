"""Three people, three channels, one answer: each hears back where they spoke, the page shows it, and P8 moves."""

from __future__ import annotations

import re
from datetime import date

from engage import feedback, ledger, participants
from engage.feedback import recordings
from engage.staff import Role
from tests.world import PHONE, World, hidden

CALLER, CARD = "+14185550102", "4821-7730"
ANSWER = "Oui: dès lundi, la navette part 30 minutes plus tard."


def p8(world: World) -> tuple[int, int, int]:
    """Received, answered in time, and of those how many changed something."""
    with world.db.read() as session:
        found = feedback.queries.answering(session, "A01", date(2026, 4, 1), date(2027, 3, 31), world.at.date())
    return found.came, found.in_time, found.changed


def test_a_text_at_the_stop_a_voice_and_a_card_have_one_answer(world: World) -> None:
    world.project()
    with world.far_end() as far_end:
        far_end.text_from(PHONE, "NAVETTE")
        far_end.text_from(PHONE, "2")
        assert "Réponse ici le" in far_end.text_from(PHONE, "Elle part avant la fin de mon travail")
        far_end.text_from(PHONE, "OUI")
        call = far_end.call(CALLER)
        for key in ("5", "1", "1", "1"):
            call.press(key)
        call.record(20)
        call.press("1")
        call.hang_up()
        far_end.settle()
        world.work()
        assert not call.recordings, "the provider keeps no voice"
        the_card_and_the_voice_are_typed(world)
        assert p8(world) == (3, 0, 0)
        assert p8_of_table(world) == "0 répondus à temps"
        reads_shows_and_answers(world)
        assert p8(world) == (3, 3, 3)
        assert p8_of_table(world) == "3 répondus à temps"
        world.work()
        far_end.settle()
        hears_by_text(world, far_end)
        hears_by_call(far_end)
    hears_on_the_wall(world)
    everyone_reads_what_changed(world)
    world.work()
    with world.db.read() as session:
        assert list(ledger.verify(session, world.at, participants.person_keys(session))) == []


def the_card_and_the_voice_are_typed(world: World) -> None:
    clerk = world.staff(Role.CLERK)
    page = clerk.get("/staff/feedback/card/A01")
    card = {"reference": CARD, "face": "2", "words": "Trop tôt pour ma fille", "project": "NAVETTE", "may_show": "y"}
    assert CARD in clerk.post("/staff/feedback/card/A01", data=hidden(page) | card).text
    worker = world.staff(Role.WORKER)
    with world.db.read() as session:
        (voice,) = recordings.to_type(session, ["A01"])
    heard = worker.get(f"/staff/feedback/{voice.id}/voice.wav")
    assert heard.data[:4] == b"RIFF"
    page = worker.get(f"/staff/feedback/{voice.id}")
    worker.post(f"/staff/feedback/{voice.id}", data=hidden(page) | {"step": "type", "words": "Je manque la navette à tous les soirs."})


def p8_of_table(world: World) -> str:
    return re.search(r"\d+ répondus à temps", world.staff(Role.ORGANISER).get("/staff/feedback/").text)[0]


def reads_shows_and_answers(world: World) -> None:
    table = world.staff(Role.ORGANISER)
    page = table.get("/staff/feedback/")
    token = {"csrf_token": hidden(page, 1)["csrf_token"]}
    ids = re.findall(r'name="heard" value="([^"]+)"', page.text)
    assert len(ids) == 3
    for id in ids:
        words = re.search(r"<textarea[^>]*name=\"shown\"[^>]*>([^<]*)<", table.get(f"/staff/feedback/{id}").text)[1]
        table.post(f"/staff/feedback/{id}", data=token | {"step": "show", "shown": words})
    sent = table.post("/staff/feedback/answer", data=token | {"heard": ids, "step": "yes", "text": ANSWER})
    assert sent.status_code == 302


def hears_by_text(world: World, far_end: object) -> None:
    told = [text.body for text in far_end.handsets[PHONE] if not text.mine]
    assert "30 minutes plus tard" in told[-1]
    assert "regarde encore" in far_end.text_from(PHONE, "REVOIR")
    assert p8(world) == (3, 2, 2)


def hears_by_call(far_end: object) -> None:
    call = far_end.call_of(CALLER)
    assert call.direction != "inbound"
    call.answer()
    assert "navette" not in " ".join(line.text for line in call.heard), "nothing of its subject before a key"
    call.press("1")
    assert any("30 minutes plus tard" in line.text for line in call.heard)


def hears_on_the_wall(world: World) -> None:
    table = world.staff(Role.ORGANISER)
    assert table.get("/staff/prints/feedback/A01/answers.pdf").data[:5] == b"%PDF-"
    with world.db.read() as session:
        ((_response, cards),) = feedback.queries.on_the_wall(session, "A01", world.at.date())
    assert cards == ["7730"], "the end of a number opens nothing"
    assert ANSWER in world.browser().post("/answer", data={"reference": CARD}).text


def everyone_reads_what_changed(world: World) -> None:
    page = world.browser().get("/changed/A01").text
    for words in (ANSWER, "Répond à 3 avis.", "La navette du soir"):
        assert words in page
    project = world.browser().get("/projects/NAVETTE").text
    assert project.count("30 minutes plus tard") == 3
    assert "Elle part avant la fin de mon travail" in project
