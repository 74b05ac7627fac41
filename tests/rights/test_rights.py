"""Rights: seen, set right, taken back, erased for good; and nothing kept longer than is said."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from engage import ledger, messaging, participants, rights, voting
from engage.kernel.act import Act
from engage.messaging import Keeps
from engage.participants import ConsentKind, Participant, Status
from engage.rights import Erasure
from tests.test_every_door import tell_by_web
from tests.voting.test_reconciliation import differences
from tests.voting.test_roll import standing
from tests.world import PHONE, World, found


def by_text(world: World) -> str:
    """A vote by text, counted, with the result wanted; the personal code."""
    for body in ("VOTE", "1 4 7"):
        world.text(body)
    code = world.text("OUI").split("code: ")[1][:4]
    world.text("A R")
    return code


def me(act: Act, code: str) -> Participant:
    return participants.by_phone_code(act, PHONE, code)


def test_my_data_says_all_that_is_kept_and_never_a_choice(world: World) -> None:
    code = by_text(world)
    with world.act() as act:
        person = me(act, code)
        messaging.wish(act, person.id, PHONE, from_hour=10, to_hour=12, caller_name="Julie")
        participants.tell_about(act, person, {"gender": "woman", "age": ""})
        found_data = rights.my_data(act, person)
    assert found_data["numbers"] == [PHONE]
    assert found_data["status"]["answer"] == "today"
    assert found_data["consents"] == {"contact": True, "count": True, "words": False}
    assert found_data["about"] == {"gender": "woman"}
    assert found_data["safe_contact"]["caller_name"] == "Julie"
    (vote,) = found_data["votes"]
    assert set(vote) == {"keyword", "question", "channel", "final", "open"}
    assert "Logement" not in str(found_data)


def test_every_answer_can_be_changed_and_the_facts_follow(world: World) -> None:
    tell_by_web(world, world.card)
    with world.act() as act:
        person = participants.by_card(act, world.card, "A01", asked_from="x")
        rights.answer(act, person, status=Status.BEFORE, consents={})
        assert [fact.status for fact in standing(act)] == ["before"]
        rights.answer(act, person, status=None, consents={ConsentKind.COUNT: False})
        assert [(fact.person_id, fact.status) for fact in standing(act)] == [(None, None)]
        rights.answer(act, person, status=None, consents={ConsentKind.COUNT: True})
        assert [fact.status for fact in standing(act)] == ["before"]
    assert differences(world) == ""


def then(world: World) -> list[str]:
    with world.act() as act:
        return [str(row.answers) for row in act.session.scalars(select(participants.AboutThen))]


def test_a_fact_keeps_what_was_said_then_and_only_while_counted(world: World) -> None:
    code = by_text(world)
    with world.act() as act:
        rights.tell_about(act, me(act, code), {"gender": "woman"})
    assert then(world) == ['{"gender": "woman"}'], "an open vote follows"
    world.people("BSL", [[1]] * 10)
    world.close()
    with world.act() as act:
        rights.tell_about(act, me(act, code), {"gender": "other"})
    assert then(world) == ['{"gender": "woman"}'], "a closed one keeps what was said"
    with world.act() as act:
        rights.answer(act, me(act, code), status=None, consents={ConsentKind.COUNT: False})
    assert then(world) == []


def test_an_erasure_can_be_taken_back_for_seven_days(world: World) -> None:
    code = by_text(world)
    with world.act() as act:
        assert rights.ask_erasure(act, me(act, code)) == date(2026, 5, 11)
    world.later(days=6)
    with world.act() as act:
        assert rights.ask_erasure(act, me(act, code)) == date(2026, 5, 11), "asked again, it is not put off"
        rights.undo_erasure(act, me(act, code))
    world.later(days=2)
    world.work()
    with world.act() as act:
        assert me(act, code)


def test_an_erasure_really_erases_while_the_vote_and_the_ledger_stay(world: World) -> None:
    code = by_text(world)
    world.text("ARRET")
    with world.act() as act:
        person = me(act, code)
        rights.tell_about(act, person, {"gender": "woman"})
        rights.ask_erasure(act, person)
    world.later(days=7, minutes=1)
    world.work()
    with world.act() as act:
        for table in (
            Participant,
            participants.PhoneCredential,
            participants.Consent,
            participants.About,
            participants.AboutThen,
            messaging.Conversation,
        ):
            assert act.session.scalars(select(table)).all() == [], table
        assert messaging.keeps(act.session, PHONE) == Keeps.NOTHING, "a stop outlives its person, as a keyed hash"
        (erasure,) = act.session.scalars(select(Erasure)).all()
        assert (erasure.participant_id, erasure.done_on) == (None, date(2026, 5, 11))
        (fact,) = standing(act)
        assert fact.status == "today", "the count survives; whose it was does not"
        with pytest.raises(participants.CodeUnknown):
            me(act, code)
        assert list(ledger.verify(act.session, world.at, participants.person_keys(act.session))) == []
    assert differences(world) == ""


def test_a_housemate_keeps_what_is_theirs(world: World) -> None:
    code = by_text(world)
    with world.act() as act:
        other, _ = participants.join_by_phone(act, PHONE)
        other = other.id
        rights.erase_now(act, me(act, code))
    with world.act() as act:
        assert participants.people_behind(act, PHONE) == 1
        assert messaging.conversation_of(act.session, PHONE) is not None
        assert act.session.get(Participant, other)


def test_a_card_that_was_used_apart_joins_two_into_one(world: World) -> None:
    code = by_text(world)
    tell_by_web(world, world.card)
    with world.act() as act:
        kept = rights.take_card(act, me(act, code), world.card, asked_from="x")
        assert kept.id == participants.by_card(act, world.card, "A01", asked_from="x").id == me(act, code).id
        assert len(standing(act)) == 1
    assert differences(world) == ""


def test_being_forgotten_frees_no_place_on_a_phone_before_the_vote_ends(world: World) -> None:
    code = by_text(world)
    world.people("BSL", [[1]] * 9)
    with world.act() as act:
        for _ in range(5):
            participants.join_by_phone(act, PHONE)
    with world.act() as act:
        rights.erase_now(act, me(act, code))
    with world.act() as act, pytest.raises(participants.NumberIsFull):
        participants.join_by_phone(act, PHONE)
    world.close()
    with world.act() as act:
        result = voting.result_of(act.session, found(act, "BSL").id).read()
        assert result["decisive"]["ballots"] == 10, "ten credentials stay ten, one of them erased"
        participants.join_by_phone(act, PHONE)


def test_wishes_of_all_who_share_a_phone_bind_and_each_sees_their_own(world: World) -> None:
    code = by_text(world)
    with world.act() as act:
        mine = me(act, code)
        other, _ = participants.join_by_phone(act, PHONE)
        messaging.wish(act, mine.id, PHONE, from_hour=9, to_hour=12, voicemail=True, caller_name="Julie")
        messaging.wish(act, other.id, PHONE, from_hour=10, to_hour=20, weekdays_only=True)
        safe = messaging.safe(act.session, PHONE)
        assert (safe.from_hour, safe.to_hour, safe.weekdays_only, safe.voicemail, safe.caller_name) == (10, 12, True, False, "")
        assert rights.my_data(act, other)["safe_contact"]["caller_name"] is None
        rights.move_number(act, mine, "+14185550155")
        assert messaging.safe(act.session, "+14185550155").caller_name == "Julie"
        assert messaging.safe(act.session, PHONE).to_hour == 20


def test_whoever_was_silent_for_two_years_is_forgotten(world: World) -> None:
    code = by_text(world)
    world.later(days=700)
    assert rights.apply_retention(world.db, world.at) == 0
    world.later(days=60)
    assert rights.apply_retention(world.db, world.at) == 1
    with world.act() as act, pytest.raises(participants.CodeUnknown):
        me(act, code)


def test_the_register_of_incidents_keeps_five_years(world: World) -> None:
    whole = {
        "happened_on": date(2026, 5, 1), "found_on": date(2026, 5, 2), "what": "Une liste imprimée oubliée dans une salle.",
        "people": "environ 12", "is_serious": False, "told_commission_on": None, "told_people_on": None, "measures": "Broyeur.",
    }  # fmt: skip
    with world.act() as act:
        rights.write_incident(act, "A01", **whole)
        with pytest.raises(rights.IncidentIncomplete):
            rights.write_incident(act, "A01", **whole | {"found_on": None})
        assert len(rights.incidents(act.session, ["A01"])) == 1
        assert rights.incidents(act.session, ["A02"]) == []
    world.later(days=1900)
    rights.apply_retention(world.db, world.at)
    with world.act() as act:
        assert rights.incidents(act.session, ["A01"]) == []


def test_the_vote_of_an_erased_person_counts_at_the_closing(world: World) -> None:
    code = by_text(world)
    world.people("BSL", [[1]] * 10)
    with world.act() as act:
        rights.erase_now(act, me(act, code))
    world.close()
    with world.act() as act:
        result = voting.result_of(act.session, found(act, "BSL").id).read()
    assert result["decisive"]["ballots"] == 11
    assert not result["differs"]
