"""Codes: easy to read aloud, and a slip of the finger shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from engage import participants
from engage.kernel import codes
from engage.participants import Card
from tests.world import World

BODY = st.text(alphabet="0123456789", min_size=11, max_size=11)


def test_a_new_code_checks() -> None:
    for _ in range(200):
        code = codes.card_code()
        assert codes.is_card_code(code)
        assert code.isdecimal()
        assert len(code) == 12


@given(BODY, st.integers(0, 11), st.sampled_from("0123456789"))
def test_any_wrong_digit_shows(body: str, place: int, wrong: str) -> None:
    code = body + codes._check(body)
    changed = code[:place] + wrong + code[place + 1 :]
    assert codes.is_card_code(changed) == (changed == code)


def test_nearly_every_pair_of_neighbours_swapped_shows() -> None:
    missed = tried = 0
    for number in range(2000):
        body = f"{number * 7919_7919 % 10**11:011d}"
        code = body + codes._check(body)
        swapped = [code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(11) if code[i] != code[i + 1]]
        tried += len(swapped)
        missed += sum(map(codes.is_card_code, swapped))
    assert missed < 0.03 * tried


def test_what_is_typed_is_tidied() -> None:
    assert codes.tidy(" o1l-ab cd ") == "011ABCD"
    assert codes.tidy("４１2o-") == "4120"
    assert codes.spaced("123456789012") == "1234-5678-9012"
    assert codes.spaced("ABCD1234") == "ABCD-1234"


def test_a_card_is_one_person_wherever_it_is_used(world: World) -> None:
    with world.act() as act:
        first = participants.by_card(act, world.card, "A01", asked_from="here")
        again = participants.by_card(act, codes.spaced(world.card).lower(), "A01", asked_from="here")
        assert first.id == again.id
        with pytest.raises(participants.CardOfAnotherAgreement):
            participants.by_card(act, world.card, "A02", asked_from="here")
        with pytest.raises(participants.CodeUnknown):
            participants.by_card(act, codes.card_code(), "A01", asked_from="here")
        with pytest.raises(participants.CardMistyped):
            participants.by_card(act, world.card[:-1], "A01", asked_from="here")


def test_a_card_leaves_its_batch_at_its_first_use(world: World) -> None:
    with world.act() as act:
        made = participants.make_cards(act, "A01", "Refuge", 3)
        for _ in range(2):
            participants.by_card(act, made[0], "A01", asked_from="here")
        (batch,) = [batch for batch in participants.batches(act.session, ["A01"]) if batch.group == "Refuge"]
        act.session.refresh(batch)
        assert batch.used == 1
        used = act.session.scalars(select(Card).where(Card.participant_id.is_not(None))).one()
        assert used.batch_id is None


def test_a_lost_card_is_replaced_and_opens_nothing_any_more(world: World) -> None:
    with world.act() as act:
        lost, fresh, others = participants.make_cards(act, "A01", "Groupe", 3)
        person = participants.by_card(act, lost, "A01", asked_from="here")
        participants.by_card(act, others, "A01", asked_from="here")
        with pytest.raises(participants.CardInUse):
            participants.replace_card(act, person, others, asked_from="here")
        participants.replace_card(act, person, fresh, asked_from="here")
        with pytest.raises(participants.CardReplaced):
            participants.by_card(act, lost, "A01", asked_from="here")
        assert participants.by_card(act, fresh, "A01", asked_from="here").id == person.id
