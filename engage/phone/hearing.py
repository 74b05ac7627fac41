"""What a person typed or said: yes or no, some choices, a command word. Pure; it never raises, and never guesses a vote."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rapidfuzz import fuzz


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
_POLITE = {
    "svp", "stp", "merci", "please", "pls", "plz", "thanks", "bonjour", "allo", "hello", "hi", "salut", "s", "il", "vous", "te",
    "plait", "sil",
}  # fmt: skip
_FILLERS = _POLITE | {
    "et", "and", "puis", "then", "ensuite", "aussi", "le", "la", "les", "l", "de", "du", "des", "d", "the", "no", "num", "numero",
    "numeros", "option", "choix", "choice", "je", "choisis", "prends", "veux", "vote", "pour", "for", "mes", "mon", "ma", "i",
    "choose", "want", "my", "c", "est",
}  # fmt: skip
_NUMBERS = {
    "zero": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
_NEGATIONS = {"pas", "non", "sauf", "ni", "ne", "jamais", "not", "no", "except", "never", "nor", "moins", "contre", "against", "sans"}
_BLANK = {"0", "zero", "blanc", "vote blanc", "aucun", "aucune", "rien", "blank", "none", "nothing"}
_YES = {
    "oui", "ouais", "ouai", "ouep", "ouip", "wi", "ui", "oki", "ok", "okay", "dac", "d accord", "daccord", "yes", "yep", "yeah", "y",
    "o", "1", "un", "bien sur", "ca marche", "c est bon", "correct", "parfait", "exact", "c est ca", "sure", "right",
}  # fmt: skip
_NO = {"non", "nan", "nn", "nope", "no", "n", "2", "deux", "pas d accord", "nah", "changer", "change"}
_STOP_OF_PROVIDER = {"stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout"}
_COMMANDS = {
    "stop": _STOP_OF_PROVIDER
    | {"arret", "arreter", "arrete", "arretez", "fin", "desabonner", "me desabonner", "desabonnement", "arrret", "aret", "arrets"},
    "start": {"start", "unstop", "abonner", "reprendre", "reabonner"},
    "help": {"aide", "help", "info", "aidez moi", "aide moi", "?"},
    "lang:en": {"en", "english", "anglais"},
    "lang:fr": {"fr", "francais", "french"},
    "menu": {"menu"},
}


_ODD = "zzz"


def fold(text: str) -> str:
    """Lower case without accents or signs; words parted by one space. Keycap emoji become their digits.

    A half, a square or a circled number becomes a word that nothing explains, for it is no choice.
    """
    text = "".join(f" {_ODD} " if _is_odd_number(sign) else sign for sign in text)
    plain = unicodedata.normalize("NFKD", text.replace("👍", " oui ").replace("👌", " oui ").replace("👎", " non "))
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()
    return " ".join(re.findall(r"[a-z]+|[0-9]+", re.sub(r"([0-9])(er|ere|e|eme|nd|st|rd|th)\b", r"\1", kept)))


def _is_odd_number(sign: str) -> bool:
    return unicodedata.numeric(sign, None) is not None and unicodedata.decimal(sign, None) is None


def yes_no(text: str) -> Reading:
    """`yes` or `no`. Both at once is doubtful."""
    folded = fold(text)
    words = [word for word in folded.split() if word not in _POLITE]
    short = " ".join(words)
    squeezed = re.sub(r"(.)\1+", r"\1", short)
    heard = {
        name for name, known in (("yes", _YES), ("no", _NO)) if short in known or squeezed in {re.sub(r"(.)\1+", r"\1", k) for k in known}
    }
    if heard:
        return Reading(Certainty.HEARD, heard.pop()) if len(heard) == 1 else Reading(Certainty.DOUBTFUL)
    says_yes = any(word in _YES for word in words)
    says_no = any(word in _NO or word in _NEGATIONS for word in words)
    if says_yes and says_no:
        return Reading(Certainty.DOUBTFUL)
    if words and words[0] in ("oui", "yes"):
        return Reading(Certainty.HEARD, "yes")
    if words and words[0] in ("non", "no") and len(words) <= 4:
        return Reading(Certainty.HEARD, "no")
    return NOT_HEARD


def choices(text: str, labels: Mapping[int, str]) -> Reading:
    """The option numbers named, by digit, word or label, in rising order; an empty list is a blank vote.

    Heard only when every word is understood; words beside a choice make it doubtful, a negation makes it not heard.
    """
    folded = fold(text)
    if folded in _BLANK:
        return Reading(Certainty.HEARD, [])
    words = folded.split()
    if not words or any(word in _NEGATIONS - {"no"} for word in words) or re.search(r"\bles (deux|trois)\b", folded):
        return NOT_HEARD
    label_words = {number: [word for word in fold(label).split() if word not in _FILLERS] for number, label in labels.items()}
    found: set[int] = set()
    unexplained = 0
    for word in words:
        named = _named(word, label_words)
        if named is None:
            unexplained += word not in _FILLERS and word not in ("ou", "or")
        elif not named <= labels.keys():
            return NOT_HEARD
        else:
            found |= named
    if not found or unexplained:
        return NOT_HEARD
    doubtful = any(word in ("ou", "or") for word in words)
    return Reading(Certainty.DOUBTFUL if doubtful else Certainty.HEARD, sorted(found))


def _named(word: str, label_words: Mapping[int, list[str]]) -> set[int] | None:
    """The options that one word names; None when it names none, or could be two."""
    if word.isdigit():
        return {int(digit) for digit in word}
    if word in _NUMBERS:
        return {_NUMBERS[word]}
    if word in _FILLERS or len(word) < 4:
        return {number for number, known in label_words.items() if word in known} or None
    matching = {
        number
        for number, known in label_words.items()
        if any(word == k or word.rstrip("s") == k.rstrip("s") or (len(k) >= 5 and fuzz.ratio(word, k) >= 84) for k in known)
    }
    return matching if len(matching) == 1 else None


def command(text: str) -> str | None:
    """The command that the whole message is, once politeness is set aside; None for anything else."""
    if text.strip() in ("?", "??"):
        return "help"
    words = [word for word in fold(text).split() if word not in _POLITE]
    short = " ".join(words)
    return next((name for name, known in _COMMANDS.items() if short in known), None)


def is_stop_of_provider(text: str) -> bool:
    """Whether the provider itself already answered this stop and blocked the number."""
    return fold(text) in _STOP_OF_PROVIDER
