"""Calls: what a caller can do wrong, calls that we make, and a vote begun elsewhere."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from engage import governance, messaging, participants
from engage.demo.far_end import Call, FarEnd
from engage.messaging import Keeps, Purpose
from engage.participants.models import Consent
from engage.phone.script import menu
from engage.voting import Door
from tests.voting.test_voting import counts
from tests.world import PHONE, TABLE, World, hidden

LANDLINE = "+14185550103"


def last(call: Call) -> str:
    return call.heard[-1].text


def vote(far_end: FarEnd, number: str = PHONE, *keys: str) -> Call:
    call = far_end.call(number)
    for key in keys or ("1", "4", "#", "1"):
        call.press(key)
    return call


def said(call: Call, word: str) -> bool:
    return any(word in line.text for line in call.heard)


def test_a_vote_by_keys_counts_once_with_its_fact(world: World) -> None:
    with world.far_end() as far_end:
        call = vote(far_end)
        assert said(call, "Votre vote est noté")
    assert counts(world) == (1, 1, 1)


def test_two_people_on_one_line_each_vote_and_the_first_changes_with_the_code(world: World) -> None:
    with world.far_end() as far_end:
        first = vote(far_end)
        code = re.search(r"changer: (\d), (\d), (\d), (\d)", " ".join(line.text for line in first.heard))
        second = vote(far_end, PHONE, "1", "2", "#", "1")
        assert "code à 4 chiffres" in last(second)
        second.press("#")
        assert said(second, "Votre vote est noté")
        assert counts(world) == (2, 2, 2)
        again = vote(far_end, PHONE, "1", "3", "#", "1")
        again.press("".join(code.groups()))
        assert said(again, "Votre vote est noté")
    assert counts(world) == (2, 2, 2)


def test_a_vote_begun_by_text_is_finished_by_voice_as_one_ballot(world: World) -> None:
    with world.far_end() as far_end:
        far_end.text_from(PHONE, "VOTE")
        far_end.text_from(PHONE, "1 4")
        world.later(days=2)
        call = far_end.call(PHONE)
        assert "Un vote est commencé" in call.heard[1].text
        assert not said(call, "Le logement, L’école")
        call.press("1")
        assert said(call, "Prenez 1 à 3 réponses")
        call.press("9")
        call.press("#")
        call.press("1")
        assert said(call, "noté")
        call.hang_up()
        assert "VOTE" in far_end.text_from(PHONE, "OUI")
    assert counts(world) == (1, 1, 1)


def test_a_call_cut_in_the_middle_goes_on_at_the_question(world: World) -> None:
    with world.far_end() as far_end:
        call = vote(far_end, PHONE, "1", "4")
        call.hang_up()
        again = far_end.call(PHONE)
        again.press("1")
        assert said(again, "Faites leur numéro") or said(again, "Une autre?")


def test_a_call_after_one_cut_in_the_middle_may_be_for_something_else(world: World) -> None:
    """On a shared phone the next caller is not held in somebody's vote."""
    with world.far_end() as far_end:
        vote(far_end, PHONE, "1").hang_up()
        again = far_end.call(PHONE)
        again.press("2")
        assert said(again, "Votre avis, le 5")


def test_every_answer_heard_at_once_is_read_back(world: World) -> None:
    with world.far_end() as far_end:
        call = vote(far_end, PHONE, "1")
        call.speak("le logement et le transport")
        assert said(call, "Le logement, Le transport: bien")
        call.press("4")
        assert said(call, "L’école")


def test_what_a_call_knew_goes_with_it(world: World) -> None:
    """Whoever texts from that phone next finds the question, not the choice."""
    with world.far_end() as far_end:
        vote(far_end, PHONE, "1", "4", "#").hang_up()
        assert "1 Logement" in far_end.text_from(PHONE, "OUI") or "pas compris" in far_end.text_from(PHONE, "OUI")
        assert far_end.text_from(PHONE, "9").startswith("Votre choix: Transport. OUI: je vote")
    assert counts(world) == (0, 0, 0)


def test_ten_wrong_keys_end_with_a_person_and_no_vote(world: World) -> None:
    with world.far_end() as far_end:
        call = far_end.call(PHONE)
        for _ in range(10):
            if call.state != "listening":
                break
            call.press("7")
        assert said(call, "Une personne peut vous aider")
    assert counts(world) == (0, 0, 0)


@pytest.mark.parametrize("sender", ["+266696687", "+86282452253", "anonymous", "", "12345", "+33612345678"])
def test_a_hidden_or_foreign_number_votes_as_nobody_known_at_an_open_door(world: World, sender: str) -> None:
    with world.far_end() as far_end:
        call = vote(far_end, sender)
        assert said(call, "Votre vote est noté")
        assert not said(call, "Votre code")


def test_two_hidden_callers_at_once_are_two(world: World) -> None:
    with world.far_end() as far_end:
        first = vote(far_end, "+266696687", "1", "1", "#")
        second = vote(far_end, "+266696687", "1", "9", "#")
        assert "Le logement" in last(first)
        assert "Le transport" in last(second)
        first.press("1")
        second.press("1")
    assert counts(world) == (2, 2, 2)


def test_words_at_the_code_are_no_new_person(world: World) -> None:
    with world.far_end() as far_end:
        vote(far_end)
        call = vote(far_end, PHONE, "1", "2", "#", "1")
        for words in ("attendez je cherche mon code", "non"):
            call.speak(words)
            assert "Ce code ne va pas" in last(call)
    assert counts(world) == (1, 1, 1)


def test_a_choice_of_one_thread_is_never_confirmed_on_another(world: World) -> None:
    """A call that shows someone's number changes nothing in what they are texting."""
    with world.far_end() as far_end:
        far_end.text_from(PHONE, "VOTE")
        assert "Logement" in far_end.text_from(PHONE, "1")
        vote(far_end, PHONE, "9", "#")
        reply = far_end.text_from(PHONE, "OUI")
        assert "Transport" not in reply or "1 Logement" in reply
    assert counts(world) == (0, 0, 0)


def test_our_own_call_tells_nothing_of_a_vote_under_way(world: World) -> None:
    with world.act() as act:
        messaging.queue(act, PHONE, "Il reste 2 jours.", sender=TABLE, agreement_id="A01", purpose=Purpose.VOTES, by_voice=True)
    with world.far_end(answers={PHONE: "human"}) as far_end:
        far_end.text_from(PHONE, "VOTE")
        far_end.text_from(PHONE, "1 4")
        world.work()
        far_end.settle()
        call = far_end.call_of(PHONE)
        call.press("1")
        assert said(call, "Il reste 2 jours.")
        assert not said(call, "Votre choix")
        assert counts(world) == (0, 0, 0)


def test_a_refusal_said_aloud_is_no_consent(world: World) -> None:
    with world.far_end() as far_end:
        call = vote(far_end)
        call.press("#")
        call.speak("non pas de texto merci")
    with world.db.read() as session:
        assert session.scalars(select(Consent.kind)).all() == []


def test_a_ring_at_night_or_after_a_stop_is_not_called_back(world: World) -> None:
    with world.far_end(answers={"*": "human"}) as far_end:
        far_end.text_from(LANDLINE, "ARRET")
        far_end.call(LANDLINE).hang_up(after=2)
        world.later(hours=12)
        far_end.call(PHONE).hang_up(after=2)
        far_end.settle()
        world.later(hours=12)
        world.work()
        assert all(call.direction == "inbound" for call in far_end.calls.values())


def test_a_ring_that_waited_too_long_is_not_called_back(world: World) -> None:
    with world.far_end(answers={"*": "human"}) as far_end:
        far_end.call(PHONE).hang_up(after=2)
        far_end.settle()
        world.later(minutes=20)
        world.work()
        far_end.settle()
        assert all(call.direction == "inbound" for call in far_end.calls.values())


def test_guesses_on_the_web_slow_down_and_leave_the_phone_alone(world: World) -> None:
    world.text("VOTE")
    world.text("1")
    code = re.search(r"code: (\d{4})", world.text("OUI"))[1]
    browser = world.browser()
    wrong = [f"{n:04d}" for n in range(8) if f"{n:04d}" != code]
    for guess in wrong[:6]:
        page = browser.post("/v/BSL", data=hidden(browser.get("/v/BSL")) | {"number": "418 555-0101", "phone_code": guess})
    assert "Trop d’essais" in page.text
    world.text("VOTE")
    world.text("2")
    assert "Preuve" in world.text(code)


def test_a_hidden_number_meets_a_coded_door_and_is_told_what_to_do(world: World) -> None:
    world.close()
    world.consultation("CODE", door=Door.CODED)
    with world.far_end() as far_end:
        call = far_end.call("anonymous")
        call.press("1")
        assert said(call, "Votre numéro est caché")


def test_no_more_calls_takes_two_keys(world: World) -> None:
    with world.far_end() as far_end:
        call = far_end.call(PHONE)
        call.press("9")
        call.press("2")
        assert call.state == "listening"
        call.press("9")
        call.press("1")
        assert call.state == "ended"
    with world.db.read() as session:
        assert messaging.keeps(session, PHONE) == Keeps.NOTHING


def test_nine_is_an_answer_while_choosing(world: World) -> None:
    with world.far_end() as far_end:
        call = vote(far_end, PHONE, "1", "9", "#")
        assert "Le transport" in last(call)


def test_nobody_answers_at_night_and_a_safe_time_or_a_call_back_is_offered(world: World) -> None:
    world.later(hours=9)
    with world.far_end() as far_end:
        for key in ("2", "8"):
            call = far_end.call(PHONE)
            call.press("0")
            assert said(call, "de 9 heures à 16 heures")
            call.press(key)
            assert call.state == "ended"
    with world.act() as act:
        (wanted,) = messaging.callbacks(act.session, ["A01"])
        assert (wanted.number, wanted.part_of_day) == (PHONE, "afternoon")


def test_a_card_votes_by_keys_from_any_phone(world: World) -> None:
    with world.far_end() as far_end:
        for number in (PHONE, "anonymous"):
            call = far_end.call(number)
            for keys in ("2", "111111111111", world.card, "1", "#", "1"):
                call.press(keys)
            assert said(call, "Votre vote est noté")
            assert not said(call, "Votre code pour changer")
            call.hang_up()
    assert counts(world) == (1, 1, 1)


def test_my_data_by_keys_and_being_forgotten(world: World) -> None:
    with world.far_end() as far_end:
        call = far_end.call(PHONE)
        for keys in ("1", "1", "#", "1"):
            call.press(keys)
        code = "".join(re.search(r"pour changer: ((?:\d, ){3}\d)", " ".join(line.text for line in call.heard))[1].split(", "))
        call.hang_up()
        call = far_end.call(PHONE)
        for keys in ("4", "1", "0000", code):
            call.press(keys)
        assert said(call, "Vos votes: 1. Compté, sans votre nom: non.")
        for keys in ("3", "1"):
            call.press(keys)
        assert said(call, "tout sera effacé le 11 mai")
        for keys in ("4", "1", code, "3"):
            call.press(keys)
        assert said(call, "rien ne sera effacé")


def test_a_machine_is_told_a_neutral_word_only_where_that_is_safe(world: World) -> None:
    with world.act() as act:
        person, _ = participants.join_by_phone(act, PHONE)
        messaging.wish(act, person.id, PHONE, from_hour=0, to_hour=24, voicemail=True, caller_name="Julie")
    with world.far_end(answers={"*": "machine"}) as far_end:
        for number in (PHONE, "+14185550102"):
            far_end.text_from(number, "APPEL")
        world.work()
        far_end.settle()
        told = [[line.text for line in far_end.call_of(number).heard] for number in (PHONE, "+14185550102")]
    assert told == [["Bonjour, ici Julie. Rappelez quand vous voulez au 4, 1, 8, 5, 5, 5, 0, 1, 9, 1. Merci."], []]


def test_appel_by_text_rings_back_and_says_nothing_before_a_key(world: World) -> None:
    with world.far_end(answers={PHONE: "human"}) as far_end:
        assert "appelle" in far_end.text_from(PHONE, "APPEL")
        world.work()
        far_end.settle()
        call = far_end.call_of(PHONE)
        assert [line.text for line in call.heard] == [
            "Bonjour, ici Table Bas-Saint-Laurent. Pour nous entendre, faites le 1. Pour ne plus être appelé, faites le 9."
        ]
        call.press("1")
        assert said(call, "Pour voter, faites le 1")
        call.press("1")
        call.press("2")
        call.press("#")
        call.press("1")
    assert counts(world) == (1, 1, 1)


def test_a_call_back_is_capped_and_stays_in_canada(world: World) -> None:
    with world.far_end(answers={"*": "human"}) as far_end:
        replies = [far_end.text_from(PHONE, "APPEL") for _ in range(4)]
        assert "appelle" in replies[2]
        assert "ne pouvons pas appeler" in replies[3]
        assert "ne pouvons pas appeler" in far_end.text_from("+33612345678", "APPEL")


def test_a_ring_is_called_back_once(world: World) -> None:
    with world.far_end(answers={PHONE: "human"}) as far_end:
        for _ in range(2):
            far_end.call(PHONE).hang_up(after=3)
        far_end.settle()
        world.work()
        far_end.settle()
        assert sum(call.direction != "inbound" for call in far_end.calls.values()) == 1


def test_a_turn_posted_twice_is_one_turn(world: World) -> None:
    def turn(number: int, digits: str) -> str:
        form = {"CallSid": "CA1", "From": PHONE, "To": TABLE, "Direction": "inbound", "Digits": digits}
        return world.webhook(f"/phone/voice/turn?turn={number}", form).text

    world.webhook("/phone/voice", {"CallSid": "CA1", "From": PHONE, "To": TABLE, "Direction": "inbound"})
    for number, digits in enumerate(("1", "4", "#", "1"), start=1):
        first = turn(number, digits)
        assert turn(number, digits) == first or "déjà" in turn(number, digits) or number == 4
    assert counts(world) == (1, 1, 1)


def test_a_number_without_a_table_says_so(world: World) -> None:
    with world.act() as act:
        governance.describe_table(act, "A02", name="Autre", text_name="Autre", text_number="+14185550192", person_number="")
    answer = world.webhook("/phone/voice", {"CallSid": "CA1", "From": PHONE, "To": "+14185550199", "Direction": "inbound"})
    assert "ne sert pas encore" in answer.text


def test_a_recorded_voice_takes_the_place_of_the_machine(world: World) -> None:
    sentence = menu.MENU_ALOUD
    with world.act() as act:
        messaging.record_prompt(act, "A01", "fr", sentence, "audio/mpeg", b"ID3 une voix")
    answer = world.webhook("/phone/voice", {"CallSid": "CA1", "From": PHONE, "To": TABLE, "Direction": "inbound"}).text
    address = re.search("<Play>(.*?)</Play>", answer)[1]
    played = world.browser().get(address)
    assert (played.mimetype, played.data) == ("audio/mpeg", b"ID3 une voix")


def test_the_vote_of_a_phone_is_changed_on_the_web_with_its_code(world: World) -> None:
    world.text("VOTE")
    world.text("1")
    code = re.search(r"code: (\d{4})", world.text("OUI"))[1]
    browser = world.browser()
    page = browser.get("/v/BSL")
    page = browser.post("/v/BSL", data=hidden(page) | {"number": "418 555-0101", "phone_code": code})
    page = browser.post("/v/BSL", data=hidden(page) | {"choices": ["9"]})
    page = browser.post("/v/BSL", data=hidden(page))
    assert "remplace" in page.text
    assert counts(world) == (1, 1, 1)
    wrong = browser.post(
        "/v/BSL", data=hidden(browser.get("/v/BSL")) | {"number": "418 555-0101", "phone_code": "0000" if code != "0000" else "1111"}
    )
    assert wrong.status_code == 409
