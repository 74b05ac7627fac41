"""Journeys by text, and everything that can go wrong with one."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from engage import governance, messaging, participants, voting
from engage.committees import telling
from engage.doorway import Premises
from engage.kernel import codes
from engage.kernel.act import Act
from engage.kernel.plain import reading
from engage.kernel.words import day_in_text, say
from engage.messaging import InboundMessage, Keeps, Purpose, measure, plain
from engage.participants import CardMistyped, CardOfAnotherAgreement, ConsentKind, NumberIsFull, TooManyTries
from engage.phone import dialogue, exchange, sentences
from engage.phone.script import meetings, menu, mine, result, seats, waiting
from engage.phone.script import voting as script
from engage.phone.signature import is_genuine
from engage.voting import ConsultationClosed, RollEntry, VoteIsFinal
from engage.voting import texts as voting_texts
from engage.web import asking
from tests.conftest import ON_SQLITE, vectors
from tests.voting.test_voting import counts
from tests.world import PHONE, TABLE, World, found

OTHER = "+14185550102"


def queue(act: Act) -> UUID | None:
    return messaging.queue(act, PHONE, "résultat", sender=TABLE, agreement_id="A01", purpose=Purpose.VOTES)


def code_in(reply: str) -> str:
    return re.search(r"code: (\d{4})", reply)[1]


def vote(world: World, number: str = PHONE, choice: str = "1 4 7") -> str:
    assert "1 Logement" in world.text("VOTE", number)
    assert "OUI" in world.text(choice, number)
    return world.text("OUI", number)


def test_a_vote_takes_three_texts_and_four_segments(world: World) -> None:
    replies = [world.text(body) for body in ("VOTE", "1 4 7", "OUI")]
    assert "Logement, École, Accès" in replies[1]
    assert re.search("[0-9A-Z]{4}-[0-9A-Z]{4}", replies[2])
    assert "Effacez" in replies[2]
    assert sum(measure(reply).segments for reply in replies) <= 4
    assert counts(world) == (1, 1, 1)


def test_being_counted_and_getting_the_result_is_one_exchange(world: World) -> None:
    vote(world)
    reply = world.text("A R")
    assert measure(reply).segments == 1
    for word in ("pauvre", "argent", "revenu", "aide sociale"):
        assert word not in reply.lower()


@pytest.mark.parametrize("choice", ["logement et transport", "Transport, logement svp", "1 9", "19"])
def test_words_vote_as_well_as_numbers(world: World, choice: str) -> None:
    world.text("VOTE")
    assert "Logement, Transport" in world.text(choice)


def test_no_changes_the_choice(world: World) -> None:
    world.text("VOTE")
    world.text("1 2")
    assert "1 Logement" in world.text("NON")
    assert "Transport" in world.text("9")
    assert "Preuve" in world.text("oui")
    assert counts(world) == (1, 1, 1)


def test_the_first_answer_is_the_same_whoever_voted_before(world: World) -> None:
    before = world.text("VOTE")
    vote(world, OTHER)
    vote(world)
    assert world.text("VOTE") == before == world.text("VOTE", OTHER)


def test_a_second_vote_asks_who_is_there(world: World) -> None:
    code = code_in(vote(world))
    world.text("VOTE")
    assert "NOUVEAU" in world.text("2")
    assert "NOUVEAU" in world.text("OUI")
    assert "Preuve" in world.text(code)
    assert counts(world) == (1, 1, 1)


def test_a_code_beside_the_choice_changes_the_vote(world: World) -> None:
    code = code_in(vote(world))
    world.text("VOTE")
    assert "Loisirs" in world.text(f"2 code {code}")
    assert "Preuve" in world.text("OUI")
    assert counts(world) == (1, 1, 1)


def test_several_people_share_a_phone(world: World) -> None:
    codes = {code_in(vote(world))}
    for _ in range(5):
        world.text("VOTE")
        world.text("3")
        codes.add(code_in(world.text("NOUVEAU")))
    assert len(codes) == 6
    assert counts(world) == (6, 6, 6)
    world.text("VOTE")
    world.text("3")
    assert "6 personnes" in world.text("NOUVEAU")
    assert counts(world) == (6, 6, 6)


def test_a_card_votes_by_text_from_any_number_and_stays_one_person(world: World) -> None:
    for number in (PHONE, OTHER):
        assert "1 Logement" in world.text(codes.spaced(world.card).replace("-", " "), number)
        assert "OUI" in world.text("1 4", number)
        reply = world.text("OUI", number)
        assert "Preuve" in reply
        assert "code:" not in reply
    assert counts(world) == (1, 1, 1)


def test_a_card_beside_the_choice_votes_for_its_person(world: World) -> None:
    world.text("VOTE")
    assert "Loisirs" in world.text(f"2 code {world.card}")
    assert "Preuve" in world.text("OUI")
    with world.act() as act:
        assert voting.votes_of(act, participants.by_card(act, world.card, "A01", asked_from="x"))


def test_a_wrong_card_changes_nothing(world: World) -> None:
    world.text("VOTE")
    assert "erreur dans ce code" in world.text("1234 5678 9012")
    unknown = codes.card_code()
    assert "Ce code de carte ne va pas" in world.text(f"carte {unknown}")
    assert "Logement" in world.text("1")
    assert counts(world) == (0, 0, 0)


def test_a_replaced_card_votes_no_more_in_a_thread_that_was_open(world: World) -> None:
    world.text(world.card)
    world.text("9")
    with world.act() as act:
        (fresh,) = participants.make_cards(act, "A01", "Groupe", 1)
        participants.replace_card(act, participants.by_card(act, world.card, "A01", asked_from="x"), fresh, asked_from="x")
    assert "Preuve" not in world.text("OUI")
    assert counts(world) == (0, 0, 0)


def test_a_card_without_an_open_vote_is_kept_for_the_next(world: World) -> None:
    world.people("BSL", [[1]] * 10)
    world.close()
    assert "aucun vote n'est ouvert" in world.text(world.card)


def test_my_data_by_text_needs_the_code_and_changes_consents(world: World) -> None:
    code = code_in(vote(world))
    world.text("A R")
    assert "répondez votre code" in world.text("MES DONNEES")
    assert "Ce code ne va pas" in world.text("0000" if code != "0000" else "1111")
    told = world.text(code)
    assert "Vos votes: 1. Compté: oui. On vous écrit: oui." in told
    assert measure(told).segments == 1
    assert "Vos votes restent" in world.text("1")
    world.later(minutes=1)
    world.text("MES DONNEES")
    assert "Compté: non" in world.text(code)
    with world.act() as act:
        person = participants.by_phone_code(act, PHONE, code)
        assert not participants.agrees(act.session, person.id, ConsentKind.COUNT)


def test_forgetting_by_text_takes_the_code_a_yes_and_seven_days(world: World) -> None:
    code = code_in(vote(world))
    assert "répondez votre code" in world.text("OUBLIER")
    assert "Tout effacer le 11 mai" in world.text(code)
    assert "tout sera effacé le 11 mai" in world.text("oui")
    world.text("MES DONNEES")
    assert "ne rien effacer" in world.text(code)
    assert "rien ne sera effacé" in world.text("3")
    world.text("OUBLIER")
    world.text(code)
    world.text("oui")
    world.later(days=8)
    world.work()
    world.text("MES DONNEES")
    assert "Ce code ne va pas" in world.text(code)
    assert counts(world) == (1, 1, 1)


def test_my_data_left_open_is_not_the_next_persons(world: World) -> None:
    code = code_in(vote(world))
    world.text("OUBLIER")
    world.text(code)
    world.later(minutes=31)
    assert "VOTE pour voter" in world.text("oui")
    world.text("MES DONNEES")
    assert "3 tout effacer" in world.text(code)


def test_a_card_opens_my_data_by_text(world: World) -> None:
    world.text(world.card)
    world.text("1")
    world.text("OUI")
    world.text("MES DONNEES", OTHER)
    assert "Vos votes: 1." in world.text(world.card, OTHER)


def test_guessing_a_code_slows_down(world: World) -> None:
    right = code_in(vote(world))
    wrong = [f"{number:04d}" for number in range(9) if f"{number:04d}" != right]
    for _ in range(3):
        world.text("VOTE")
        world.text("2")
        for guess in wrong[:2]:
            reply = world.text(guess)
    world.text("VOTE")
    world.text("2")
    reply = world.text(right)
    assert "15 minutes" in reply
    world.later(minutes=16)
    world.text("VOTE")
    world.text("2")
    assert "Preuve" in world.text(right)


def test_unknown_words_are_asked_again_twice_then_a_person(world: World) -> None:
    world.text("VOTE")
    replies = [world.text("bof") for _ in range(3)]
    assert replies[0] == replies[1]
    assert "418 555-0191" in replies[2]
    assert "VOTE" in world.text("bof")


def test_more_than_three_is_asked_again_and_never_cut(world: World) -> None:
    world.text("VOTE")
    assert "plus de 3" in world.text("1 2 3 4")
    assert "Logement" in world.text("1")


def test_a_replayed_message_gets_the_same_answer_once(world: World) -> None:
    world.text("VOTE")
    first = world.text("1 4 7", sid="SMa")
    assert world.text("1 4 7", sid="SMa") == first
    receipt = world.text("OUI", sid="SMb")
    assert world.text("OUI", sid="SMb") == receipt
    assert counts(world) == (1, 1, 1)
    replayed = world.text("1 4 7", sid="SMa")
    assert "déjà" in replayed
    assert "Logement" not in replayed
    world.later(minutes=11)
    world.work()
    assert "déjà" in world.text("OUI", sid="SMb")
    assert counts(world) == (1, 1, 1)


def test_nothing_of_a_choice_stays_after_the_vote(world: World) -> None:
    vote(world)
    with world.db.read() as session:
        for message in session.scalars(select(InboundMessage)):
            assert "Logement" not in (message.reply or "") or "1 Logement" in (message.reply or "")
        for conversation in session.scalars(select(messaging.Conversation)):
            assert "choices" not in (conversation.state or "")


def test_two_texts_at_once_are_one_vote(world: World) -> None:
    world.text("VOTE")
    world.text("1")
    assert world.app is not None
    with ThreadPoolExecutor(5) as pool:
        replies = list(pool.map(lambda number: world.text("OUI", sid=f"SMsame{number % 2}"), range(5)))
    assert sum("Preuve" in reply for reply in replies) >= 1
    assert counts(world) == (1, 1, 1)


@pytest.mark.parametrize("word", ["ARRET", "arrêt", "Fin", "désabonner svp"])
def test_our_own_stop_words_get_one_answer_then_silence(world: World, word: str) -> None:
    assert "REPRENDRE" in world.text(word)
    assert world.text(word) == ""
    with world.act() as act:
        assert queue(act) is None
    world.later(seconds=1)
    assert "VOTE" in world.text("REPRENDRE")
    with world.act() as act:
        assert queue(act) is not None


def test_the_providers_stop_words_get_silence(world: World) -> None:
    assert world.text("STOP") == ""
    with world.act() as act:
        assert messaging.keeps(act.session, PHONE) == Keeps.NOTHING


def test_who_stopped_may_still_vote(world: World) -> None:
    world.text("ARRET")
    assert "Preuve" in vote(world)
    with world.act() as act:
        assert messaging.keeps(act.session, PHONE) == Keeps.NOTHING


def test_an_opinion_is_no_stop(world: World) -> None:
    world.text("Arrête de rire lol on se voit demain")
    with world.act() as act:
        assert messaging.keeps(act.session, PHONE) == Keeps.ALL


def test_help_keeps_the_place(world: World) -> None:
    world.text("VOTE")
    reply = world.text("AIDE")
    assert "418 555-0191" in reply
    assert "Logement" in world.text("1")


def test_english_is_one_word_away(world: World) -> None:
    assert "English" in world.text("ENGLISH")
    assert "1 Housing" in world.text("VOTE")
    assert "Housing" in world.text("housing")


def test_a_closed_vote_is_said(world: World) -> None:
    world.text("VOTE")
    world.text("1")
    world.close()
    assert "fini" in world.text("OUI")
    assert "aucun vote" in world.text("VOTE")
    assert counts(world)[1] == 0


def test_the_word_of_a_poster_opens_its_vote(world: World) -> None:
    world.consultation("PARC")
    assert "PARC" in world.text("VOTE")
    assert "1 Logement" in world.text("parc")
    assert "1 Logement" in world.text("BSL", OTHER)


@pytest.mark.parametrize("sender", ["", "anonymous", "12345", "+266696687"])
def test_a_sender_that_is_no_number_gets_silence_or_an_answer(world: World, sender: str) -> None:
    assert world.webhook("/phone/sms", {"MessageSid": "SM1", "From": sender, "To": TABLE, "Body": "VOTE"}).status_code == 200


def test_a_picture_or_an_empty_text_is_answered_and_votes_for_nobody(world: World) -> None:
    """An MMS comes with its words, or none: what it shows is never fetched."""
    sent = {"From": PHONE, "To": TABLE, "NumMedia": "1", "MediaUrl0": "https://x.test/photo", "MediaContentType0": "image/jpeg"}
    for sid, body, words in (("SMa", "", "VOTE pour voter"), ("SMb", "vote", "1 Logement"), ("SMc", "", "1 Logement")):
        answer = world.webhook("/phone/sms", sent | {"MessageSid": sid, "Body": body})
        assert words in answer.text, body
    assert counts(world) == (0, 0, 0)


def test_a_long_text_of_many_parts_is_heard_whole_or_asked_again(world: World) -> None:
    """The provider joins the parts; a long opinion that holds numbers is no vote."""
    world.text("VOTE")
    long = "je pense que le logement est trop cher depuis 3 ans et que 2 enfants sur 4 en souffrent " * 18
    assert "pas compris" in world.text(long[:1600])
    assert "Logement, Transport" in world.text("logement et transport" + " " * 900)
    assert counts(world) == (0, 0, 0)


@pytest.mark.parametrize("body", ["", "\x00\x01", "\u202eabc", "é" * 1600, "🗳️" * 100, "1" * 1600])
def test_odd_bodies_are_answered(world: World, body: str) -> None:
    world.text("VOTE")
    assert world.text(body)


@ON_SQLITE
@pytest.mark.parametrize(
    "path",
    [
        "/phone/sms",
        "/phone/sms/status",
        "/phone/voice",
        "/phone/voice/status",
        "/phone/voice/turn",
        "/phone/voice/out",
        "/phone/voice/out/key",
    ],
)
@pytest.mark.parametrize("signature", [None, "", "wrong", "d3Jvbmc="])
def test_an_unsigned_webhook_is_refused(world: World, path: str, signature: str | None) -> None:
    answer = world.webhook(path, {"MessageSid": "SM1", "From": PHONE, "To": TABLE, "Body": "VOTE"}, signature)
    assert answer.status_code == 403
    with world.db.read() as session:
        assert session.scalar(select(func.count()).select_from(InboundMessage)) == 0


def test_published_signature_vectors(world: World) -> None:
    for case in json.loads(vectors("sms/twilio_signature_vectors.json").read_text()):
        origin, path = re.match(r"(https?://[^/]+)(/.*)", case["url_seen"]).groups()
        world.app.extensions["engage"] = Premises(
            replace(world.config, public_url=origin, twilio_auth_token=case["auth_token"]), world.db, lambda: world.at, sentences
        )
        sent = {"data": case["raw_body"], "content_type": "application/json"} if case["raw_body"] else {"data": case["params"]}
        with world.app.test_request_context(
            path, method="POST", headers={"X-Twilio-Signature": case["x_twilio_signature"]}, environ_overrides={"RAW_URI": path}, **sent
        ):
            assert is_genuine() is case["valid"], case["name"]


OTHERWISE = {"RECEIPT": {"code": "0000"}, "RECEIPT_AGAIN": {"code": "0000"}, "PROOF": {"code": "000000"}, "MINE": {"votes": 12}}
"""What fills some texts otherwise."""


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_text_is_one_segment_and_a_ballot_two(world: World, language: str) -> None:
    """With the longest name of a region, and names in full."""
    with world.act() as act:
        regions = [plain(agreement.territory.split(" (")[0]) for agreement in governance.agreements(act.session)]
        longest = max((name[:30] for name in regions), key=len)
        consultation = found(act, "BSL")
        params = voting.ballot_params(act.session, consultation, longest, language)
        labels = sorted(voting.short_labels(act.session, consultation, language).values(), key=len)[-3:]
    filled = {
        "table": longest.replace("Î", "I"),
        "number": "418 555-0191",
        "labels": ", ".join(labels),
        "winners": ", ".join(labels),
        "receipt": "0000-0000",
        "code": "BSLAUTOMNE26",
        "votes": ", ".join(["BSLAUTOMNE26"] * 5),
        "day": max((day_in_text(language, date(2026, month, 30)) for month in range(3, 13)), key=len),
        "committee": "comité de la participatio",
        "rhythm": "4 soirées par an",
        "place": "A Rimouski",
        "who": "CLSC, Ville, MESS",
        "people": 120,
        "hour": "18 h 30",
        "text": "x",
        "seats": 12,
        "chance": 1000,
        "most": 3,
        "example": "1 5 9",
        "name": "c012",
        "rank": 100,
        "listed": "1 comité de la participatio, 2 comité du logement",
        "age": 14,
        "where": max((say(language, each) for each in (voting_texts.THE_REGION, voting_texts.THE_ZONE)), key=len),
        "told": "",
        "count": say(language, mine.NO),
        "contact": say(language, mine.NO),
        "erase": say(language, mine.KEEP),
    }
    texts = {
        name: value
        for module in (script, menu, mine, result, exchange, asking, seats, telling, meetings, waiting)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and not name.endswith("ALOUD")
    }
    texts |= {"RESULT": voting_texts.RESULT, "TOO_FEW": voting_texts.TOO_FEW, "CANCELLED": voting_texts.CANCELLED, "LOST": dialogue.LOST}
    assert len(texts) > 15
    for name, message in texts.items():
        told = plain(say(language, message, **(params if name == "BALLOT" else filled | OTHERWISE.get(name, {}))))
        measured = measure(told)
        assert not measured.costly, (name, measured.costly, told)
        assert measured.segments <= (2 if name in ("BALLOT", "SEAT", "INVITED", "MOVED") else 1), (name, measured.units, told)


def test_texts_are_plain(world: World) -> None:
    """Every French text, as it is told: short sentences, no word that shuts people out, easy from 30 words up."""
    told = [
        world.text(body)
        for body in ("bof", "AIDE", "VOTE", "bof", "1 2 3 4", "1 4 7", "peut-etre", "OUI", "zzz", "A R", "ARRET", "REPRENDRE")
    ]
    assert len(told) > 10
    hard = {said: faults for said in told if (faults := reading(re.sub(r"(?<=[a-zé]) (?=\d )", ". ", said)).faults())}
    assert hard == {}


def test_refusals_that_are_texted_fit_a_segment_each(world: World) -> None:
    for refusal in (NumberIsFull, TooManyTries, ConsultationClosed, CardMistyped, CardOfAnotherAgreement, VoteIsFinal):
        for language in ("fr", "en"):
            told = plain(say(language, refusal.sentence))
            assert measure(told).segments == 1, (told, measure(told))


def test_a_number_is_kept_encrypted(world: World) -> None:
    vote(world)
    world.text("R")
    with world.db.read() as session:
        tables = session.execute(
            text(
                "SELECT name FROM sqlite_master WHERE type='table'"
                if world.db.is_sqlite
                else "SELECT tablename FROM pg_tables WHERE schemaname='public'"
            )
        ).scalars()
        for table in list(tables):
            for row in session.execute(text(f'SELECT * FROM "{table}"')):
                written = b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
                assert PHONE[2:].encode() not in written, table


def test_the_word_of_another_poster_leads_to_its_vote_whatever_was_asked(world: World) -> None:
    """LOGEMENT is also an answer of the vote under way: it begins the other vote, and never becomes a choice unseen."""
    world.consultation("LOGEMENT")
    world.consultation("BSL2E")
    assert "BSL" in world.text("VOTE")
    world.text("BSL")
    assert "Quelles sont nos 3 priorités" in world.text("LOGEMENT")
    world.text("1")
    assert "Vote noté" in world.text("OUI")
    with world.act() as act:
        rolls = {code: act.session.query(RollEntry).filter_by(consultation_id=found(act, code).id).count() for code in ("BSL", "LOGEMENT")}
    assert rolls == {"BSL": 0, "LOGEMENT": 1}
    assert "Quelles sont nos 3 priorités" in world.text("bsl2e"), "after a vote, and with letters after a digit"
    world.text("logement")
    assert "Votre choix" in world.text("1"), "the word of the vote that was begun is one of its answers or its beginning, never lost"


def test_a_vote_that_ended_does_not_hold_the_word_of_the_next(world: World) -> None:
    world.text("BSL")
    world.close()
    world.consultation("SUITE")
    assert "Quelles sont nos 3 priorités" in world.text("SUITE")
