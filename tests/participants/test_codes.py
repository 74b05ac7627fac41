"""Codes: easy to read aloud, and a slip of the finger shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage import participants
from engage.kernel import codes
from tests.world import World

BODY = st.text(alphabet=codes.ALPHABET, min_size=9, max_size=9)


def test_a_new_code_checks() -> None:
    for _ in range(200):
        code = codes.card_code()
        assert codes.is_card_code(code)
        assert not set(code) & set("ILOU")


@given(BODY, st.integers(0, 9), st.sampled_from(codes.ALPHABET))
def test_one_wrong_symbol_shows_but_for_the_first_and_last_of_the_alphabet(body: str, place: int, wrong: str) -> None:
    code = body + codes._check(body)
    changed = code[:place] + wrong + code[place + 1 :]
    if changed != code and {changed[place], code[place]} != {"0", "Z"}:
        assert not codes.is_card_code(changed)


def test_what_is_typed_is_tidied() -> None:
    assert codes.tidy(" o1l-ab cd ") == "011ABCD"
    assert codes.spaced("ABCDE12345") == "ABCDE-12345"
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
