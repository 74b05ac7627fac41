"""From a text to its words: lower case, no accents, no courtesy. Pure; it never raises."""

from __future__ import annotations

import re
import unicodedata

from engage.phone import vocabulary as known


def fold(text: str) -> str:
    """Lower case without accents or signs; words parted by one space. Keycap emoji become their digits, ordinals their number.

    A half, a square or a circled number, money and percents become a word that nothing explains, for they are no choice.
    """
    return " ".join(re.sub(r"(?<=[0-9])[a-z]+", "", token) for token in known.TOKEN.findall(_plain(text)))


def _plain(text: str) -> str:
    """Lower case without accents. Letters of every alphabet stay, for a word that is not understood must be seen."""
    plain = text.translate(known.SIGNS)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", "".join(map(_digit_or_odd, plain)))
        plain = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Mn", "Mc", "Me", "Cf"))
    return plain.casefold().replace("n°", "no ")


def _digit_or_odd(sign: str) -> str:
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    return sign if unicodedata.numeric(sign, None) is None else f" {known.ODD} "


def words_of(text: str) -> list[str]:
    """What is left once courtesy is set aside and drawn out letters are made one: `Ouiiii svp` is `oui`. Ordinals keep their ending."""
    if len(text) > known.LONGEST:
        return [known.ODD]
    plain = known.GLUED.sub(f" {known.ODD} ", known.SMILEY.sub(" ", _plain(text)))
    spoken = known.COURTESY.sub("", " ".join(known.TOKEN.findall(plain)))
    drawn_in = (word if len(set(word)) == 1 else re.sub(r"([a-z])\1{2,}", r"\1", word) for word in spoken.split())
    return [word for word in drawn_in if word not in known.POLITE]


def in_context(short: str) -> str:
    """Numbers told apart by their neighbours: `les deux` and `une seconde` are no choice, `un logement` is no 1."""
    for pattern, instead in known.IN_CONTEXT:
        short = pattern.sub(instead, short)
    return short
