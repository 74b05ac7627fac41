"""What a person typed or said: yes or no, some options, a command. Pure; it never raises, and never guesses a vote.

A reading is heard only when every word of the message is understood. What is half understood is doubtful: its value, where there
is one, is worth one question. Nothing said is kept: only the labels, which staff wrote, are remembered between two readings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rapidfuzz.distance import OSA

from engage.phone import options
from engage.phone import vocabulary as known
from engage.phone.folding import fold, in_context, words_of

__all__ = ["NOT_HEARD", "Certainty", "Reading", "choice", "choices", "command", "fold", "is_stop_of_provider", "order", "reading", "yes_no"]


class Certainty(StrEnum):
    HEARD = "heard"
    DOUBTFUL = "doubtful"
    NOT_HEARD = "not heard"


@dataclass(frozen=True)
class Reading:
    certainty: Certainty
    value: Any = None

    @property
    def is_heard(self) -> bool:
        return self.certainty is Certainty.HEARD


NOT_HEARD = Reading(Certainty.NOT_HEARD)


def _reading(value: Any, *, is_sure: bool) -> Reading:
    return Reading(Certainty.HEARD if is_sure else Certainty.DOUBTFUL, value)


def yes_no(text: str) -> Reading:
    """`yes`, `no` or `skip`. Both at once is doubtful, and so is a yes or a no beside words that are not understood."""
    short = " ".join(words_of(text))
    if command(text) == "skip":
        return Reading(Certainty.HEARD, "skip")
    words = known.IDIOM.sub(lambda idiom: known.SIDE_OF_IDIOM[idiom.group()], known.ALONE.get(short, in_context(short))).split()
    sides = [_side(word) for word in words]
    said = {side for side in sides if side}
    loose = {word for word, side in zip(words, sides, strict=True) if not side and word not in known.BESIDE_YES_OR_NO}
    only_numbers = all(word in known.SIDE_OF_NUMBER for word, side in zip(words, sides, strict=True) if side)
    if not said or (only_numbers and not loose <= known.WAVERING):
        return NOT_HEARD
    negatable = words if "yes" in said else words[: sides.index("no")]
    if len(said) > 1 or any(word in known.NEGATIONS and not _side(word) for word in negatable):
        return Reading(Certainty.DOUBTFUL)
    unsettling = loose & (known.WAVERING | known.ASKING | {known.ODD}) or not all(word.isascii() for word in loose)
    speaks_first = bool(sides[0]) and words[0] not in known.SIDE_OF_NUMBER and not unsettling
    return _reading(said.pop(), is_sure=(not loose or speaks_first) and "?" not in text)


def _side(word: str) -> str:
    single = re.sub(r"(.)\1+", r"\1", word) if len(word) > 2 else word
    if word in known.YES or single in known.YES:
        return "yes"
    return "no" if word in known.NO or single in known.NO else known.SIDE_OF_NUMBER.get(word, "")


def choice(text: str, labels: Mapping[int, str]) -> Reading:
    """The one option named, by number, label or letter; two are doubtful."""
    said = options.said(text, labels, "choice") or options.letter(text, labels)
    if said is None:
        return NOT_HEARD
    one = said.numbers[0] if len(set(said.numbers)) == 1 else None
    return _reading(one, is_sure=said.is_sure and one is not None)


def choices(text: str, labels: Mapping[int, str]) -> Reading:
    """The options named, in rising order; an empty list is a blank vote."""
    said = options.said(text, labels, "choices")
    if said:
        return _reading(sorted(set(said.numbers)) or None, is_sure=said.is_sure)
    words = words_of(text)
    if " ".join(words) not in known.BLANK:
        return NOT_HEARD
    return _reading([], is_sure="?" not in text and not options.are_of_labels(words, labels))


def order(text: str, labels: Mapping[int, str]) -> Reading:
    """The options in the order said; ranks may be written beside them (`1er logement 2e transport`). One named twice is doubtful."""
    said = options.said(text, labels, "order")
    if said is None:
        return NOT_HEARD
    once = list(dict.fromkeys(said.numbers))
    return _reading(once or None, is_sure=said.is_sure and once == said.numbers)


def digits(text: str) -> str:
    """The digits that a spoken or keyed code is made of (`mon code est un deux 3 4`); empty when any other word is there."""
    found = ""
    for word in fold(text).split():
        if word.isdecimal():
            found += word
        elif known.NUMBERS.get(word, 10) < 10:
            found += str(known.NUMBERS[word])
        elif word not in known.BESIDE_A_CODE:
            return ""
    return found


def command(text: str) -> str | None:
    """The command that the whole message is, once courtesy is set aside; None for anything else. ARRET may have one letter wrong."""
    if "?" in text and not text.strip(" ?"):
        return "help"
    short = " ".join(words_of(text))
    single = re.sub(r"(.)\1+", r"\1", short)
    mistyped = len(short) > 3 and any(
        single[:1] == word[0] and OSA.distance(single, word, score_cutoff=1) <= 1 for word in known.STOP_MISTYPED
    )
    wish = known.WISHING.sub("", short)
    own_words = (name for name, pattern in known.COMMAND_PATTERN if pattern.fullmatch(short) or pattern.fullmatch(wish))
    return (
        known.COMMAND_OF.get(short)
        or known.COMMAND_OF.get(single)
        or known.COMMAND_OF.get(wish)
        or ("stop" if mistyped else next(own_words, None))
    )


def reading(asked: str, text: str, labels: Mapping[int, str]) -> Reading:
    """The reading of a reply to one type of question: yesno, choice, choices, order, or command."""
    if asked == "command":
        word = command(text)
        return Reading(Certainty.HEARD, word) if word else NOT_HEARD
    if asked == "yesno":
        return yes_no(text)
    return choice(text, labels) if asked == "choice" else order(text, labels) if asked == "order" else choices(text, labels)


def is_stop_of_provider(text: str) -> bool:
    """Whether the provider itself already answered this stop and blocked the number."""
    return fold(text) in known.STOP_OF_PROVIDER
