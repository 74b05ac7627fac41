"""Plain French: Kandel-Moles, LIX, sentence length and words that shut people out. A smoke alarm, not a proof. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_SENTENCE = 20
LONGEST_WORD, MANY_SYLLABLES = 10, 4
EASE, LIX = 70.0, 35.0
COUNTED_FROM = 30
"""The two formulas mean nothing under this many words."""
BANNED = (
    "mécanisme", "concertation", "mandataire", "reddition", "bénéficiaire", "clientèle", "démuni", "pauvre", "gouvernance",
    "modalité", "susmentionné", "afin de", "dans le cadre de", "veuillez", "préalablement", "ci-après", "mobilisation",
    "arrimage", "intersectoriel", "falc", "usager",
)  # fmt: skip
GIVES_AWAY = (
    "pauvre", "pauvrete", "demuni", "aide sociale", "bien etre social", "violence", "refuge", "itinerance", "itinerant", "comite reserve",
    "poor", "poverty", "welfare", "shelter", "homeless", "homelessness", "abuse",
)  # fmt: skip
"""Words that tell too much on a phone that others read, without accents; a hyphen is a space."""
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|\d+", re.UNICODE)
_SENTENCE_END = re.compile(r"[.!?:;…]+(?=\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    words: int
    ease: float
    """Kandel-Moles (1958): 207 - 1.015 words a sentence - 73.6 syllables a word; 70 or more is plain."""
    lix: float
    """Words a sentence plus the share in % of words over six letters (Björnsson); 35 or less is plain."""
    longest: str
    """The longest sentence when it has over 20 words, else empty."""
    hard: tuple[str, ...]
    """Words of four syllables or more, or over ten letters, each once: what a reader may stumble over."""
    banned: tuple[str, ...]

    def faults(self) -> list[str]:
        found = []
        if self.words >= COUNTED_FROM and self.ease < EASE:
            found.append(f"reading ease {self.ease:.0f} under {EASE:.0f}")
        if self.words >= COUNTED_FROM and self.lix > LIX:
            found.append(f"LIX {self.lix:.0f} over {LIX:.0f}")
        if self.longest:
            found.append(f"a sentence over {LONGEST_SENTENCE} words: {self.longest}")
        return found + [f"banned word: {word}" for word in self.banned]


def reading(text: str) -> Reading:
    """How hard a French text is to read."""
    text = unicodedata.normalize("NFC", text)
    sentences = [found for part in _SENTENCE_END.split(text) if (found := _WORD.findall(part))]
    every = [word for sentence in sentences for word in sentence]
    if not every:
        return Reading(0, 100.0, 0.0, "", (), ())
    per_sentence = len(every) / len(sentences)
    syllables = sum(_syllables(word) for word in every) / len(every)
    long_words = sum(len(word) > 6 for word in every) / len(every)
    longest = max(sentences, key=len)
    lower = text.lower()
    return Reading(
        words=len(every),
        ease=207 - 1.015 * per_sentence - 73.6 * syllables,
        lix=per_sentence + 100 * long_words,
        longest=" ".join(longest) if len(longest) > LONGEST_SENTENCE else "",
        hard=tuple(dict.fromkeys(word.lower() for word in every if len(word) > LONGEST_WORD or _syllables(word) >= MANY_SYLLABLES)),
        banned=tuple(word for word in BANNED if re.search(rf"\b{word}(?!té)", lower)),
    )


def gives_away(text: str) -> str:
    """The first word that tells too much about whoever receives it; empty when there is none."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))
    spaced = re.sub(r"[\W_]+", " ", bare)
    return next((word for word in GIVES_AWAY if re.search(rf"\b{word.replace(' ', 's? ')}s?\b", spaced)), "")


def _syllables(word: str) -> int:
    """Vowel groups, without the mute e, es or ent that ends a word of several."""
    groups = _VOWELS.findall(word)
    count = len(groups)
    if count > 1 and re.search(r"[^aeiouyàâéèêîôû](e|es|ent)$", word, re.IGNORECASE):
        count -= 1
    return max(1, count)
