"""Hearing: the published replies of the kinds that are asked so far, and no vote that nobody cast."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.phone import hearing
from engage.phone.hearing import Certainty
from tests.conftest import vectors

CASES = list(csv.DictReader(vectors("sms/reply_cases.csv").read_text(encoding="utf-8").splitlines(keepends=True)))
LABELS = dict(enumerate(["Logement", "Loisirs", "Nourriture", "École", "Emploi", "Itinérance", "Accès", "Respect", "Transport"], start=1))


def of(kind: str) -> list[dict[str, str]]:
    return [case for case in CASES if case["question_type"] == kind]


def options(case: dict[str, str]) -> dict[int, str]:
    return {int(part.split("=")[0]): part.split("=")[1] for part in case["options"].split("|")}


def share_right(right: list[bool]) -> float:
    return sum(right) / len(right)


def test_yes_and_no_are_heard() -> None:
    def right(case: dict[str, str]) -> bool:
        found = hearing.yes_no(case["text"])
        if case["expected"] in ("yes", "no"):
            return found == hearing.Reading(Certainty.HEARD, case["expected"])
        return not found.is_heard

    wrong = [case["text"] for case in of("yesno") if not right(case)]
    assert share_right([right(case) for case in of("yesno")]) >= 0.95, wrong


def test_several_choices_are_heard() -> None:
    for case in of("multi"):
        found = hearing.choices(case["text"], options(case))
        assert (found.certainty, found.value) == (Certainty.HEARD, [int(n) for n in case["expected"].split(",")]), case["text"]


def test_no_published_reply_becomes_a_false_choice() -> None:
    for case in of("choice"):
        found = hearing.choices(case["text"], options(case))
        if found.is_heard and case["expected"].isdigit():
            assert found.value == [int(case["expected"])], case["text"]
        elif case["expected"] == "invalid" and case["text"] not in ("0", "rien"):
            assert not found.is_heard, case["text"]


def test_commands_are_whole_messages() -> None:
    for case in of("any"):
        found = hearing.command(case["text"])
        if case["expected"] == "not_stop":
            assert found is None, case["text"]
        elif case["expected"] != "repeat":
            assert found == case["expected"], case["text"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 4 7", [1, 4, 7]),
        ("147", [1, 4, 7]),
        ("1,4,7", [1, 4, 7]),
        ("1 1 4", [1, 4]),
        ("logement et transport", [1, 9]),
        ("Le transport svp", [9]),
        ("ecole, emploi, acces", [4, 5, 7]),
        ("\uff11 \uff14", [1, 4]),
        ("1 logement", [1]),
        ("0", []),
        ("blanc", []),
        ("1 2 3 4", [1, 2, 3, 4]),
    ],
)
def test_a_ballot_is_heard(text: str, expected: list[int]) -> None:
    assert hearing.choices(text, LABELS) == hearing.Reading(Certainty.HEARD, expected)


@pytest.mark.parametrize(
    "text", ["pas le 2", "bonjour", "je sais pas", "les deux", "514 555 0100", "22 ans", "", "!!", "j'ai 2 enfants", "a"]
)
def test_what_is_no_ballot_is_not_heard(text: str) -> None:
    assert hearing.choices(text, LABELS).certainty is Certainty.NOT_HEARD


@settings(max_examples=1500)
@given(st.text(max_size=60))
def test_no_string_raises_or_becomes_a_vote_by_chance(text: str) -> None:
    found = hearing.choices(text, LABELS)
    folded = hearing.fold(text)
    if found.is_heard and found.value:
        named = [str(number) in folded for number in found.value]
        words = {"un", "une", "one", "six", "two"} & set(folded.split())
        assert any(named) or words or any(len(word) >= 4 for word in folded.split())
    hearing.yes_no(text)
    hearing.command(text)
