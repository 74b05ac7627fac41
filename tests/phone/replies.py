"""The published replies, and what is right, doubtful, missed or false about a reading of one."""

from __future__ import annotations

import csv
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from engage.phone.hearing import Certainty, Reading
from tests.conftest import vectors

TYPES = {"yesno": "yesno", "choice": "choice", "multi": "choices", "rank": "order", "any": "command"}
UNHEARD = {"ambiguous": Certainty.DOUBTFUL, "invalid": Certainty.NOT_HEARD, "not_stop": Certainty.NOT_HEARD}


class Verdict(StrEnum):
    RIGHT = "right"
    DOUBTFUL = "doubtful"
    MISSED = "missed"
    FALSE = "false"


class Case(NamedTuple):
    asked: str
    labels: dict[int, str]
    text: str
    expected: str

    def value(self) -> Any:
        if self.asked == "choice":
            return int(self.expected)
        if self.asked in ("choices", "order"):
            return [int(number) for number in self.expected.replace(">", ",").split(",") if number]
        return self.expected

    def verdict(self, found: Reading) -> Verdict:
        """False is a value that was not said; doubtful costs a question more than needed, missed has the question asked again."""
        if self.expected in UNHEARD:
            is_right = found.certainty is UNHEARD[self.expected]
        else:
            is_right = found == Reading(Certainty.HEARD, self.value())
        if is_right:
            return Verdict.RIGHT
        others = {Certainty.HEARD: Verdict.FALSE, Certainty.DOUBTFUL: Verdict.DOUBTFUL, Certainty.NOT_HEARD: Verdict.MISSED}
        return others[found.certainty]


def published() -> list[Case]:
    """The published development cases."""
    return _read(vectors("sms/reply_cases.csv"))


def written_apart() -> list[Case]:
    """927 more, written in four lots without sight of the code. Seen first, they scored 81, 75, 94 and 89 % right, three false: bench/README.md."""
    return _read(Path(__file__).with_name("replies.csv"))


def _read(path: Path) -> list[Case]:
    with path.open(encoding="utf-8", newline="") as file:
        return [Case(TYPES[row["question_type"]], _labels(row["options"]), row["text"], row["expected"]) for row in csv.DictReader(file)]


def _labels(options: str) -> dict[int, str]:
    return {int(number): label for number, _, label in (part.partition("=") for part in options.split("|")) if number.isdecimal()}
