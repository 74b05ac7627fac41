"""Segments against the provider's own calculator."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.messaging.segments import BASIC, EXTENSION, measure, plain
from tests.conftest import vectors

CASES = json.loads(vectors("sms/twilio_segment_cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"][:40])
def test_published_segment_cases(case: dict[str, object]) -> None:
    found = measure(case["body"])
    assert (found.encoding, found.segments) == (case["encoding"], case["segments"])


@given(st.text(alphabet=sorted(BASIC | EXTENSION), max_size=500))
def test_no_part_holds_more_than_it_can(text: str) -> None:
    found = measure(text)
    assert found.units <= 160 * found.segments
    assert found.segments <= -(-found.units // 152) if found.units > 160 else found.segments <= 1


@given(st.text(max_size=200))
def test_plain_text_costs_no_more(text: str) -> None:
    assert measure(plain(text)).encoding in (measure(text).encoding, "GSM-7")


def test_the_letters_that_cost_are_named() -> None:
    assert measure("Reçu à l’hôpital").costly == ("ç", "’", "ô")
    assert measure(plain("Saguenay–Lac-Saint-Jean, 3\u202f%")).costly == ()
