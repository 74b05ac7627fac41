"""Codes that are easy to read aloud and to type: digits for cards, Crockford's base32 for proofs. Pure."""

from __future__ import annotations

import re
import secrets
import unicodedata
from hashlib import sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OIL", "011")
CARD_LENGTH = 12


def base32(data: bytes, length: int) -> str:
    """The first `length` symbols of `data`, five bits each."""
    bits = int.from_bytes(data)
    total = len(data) * 8
    return "".join(ALPHABET[bits >> (total - 5 * (i + 1)) & 31] for i in range(length))


def card_code() -> str:
    """A new card code: 11 random digits and a check digit. Digits alone: any keypad types them, any voice says them."""
    body = f"{secrets.randbelow(10 ** (CARD_LENGTH - 1)):011d}"
    return body + _check(body)


def _check(body: str) -> str:
    """ISO/IEC 7064, MOD 11,10: every wrong digit shows, and nearly every pair of neighbours swapped."""
    product = 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((1 - product) % 10)


def tidy(text: str) -> str:
    """Upper case without spaces, hyphens or look-alike letters: O is 0, I and L are 1."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(symbol for symbol in plain.translate(_LOOKALIKES) if symbol.isalnum())


def is_card_code(code: str) -> bool:
    """Whether a tidy text has the shape of a card code and its check digit holds."""
    return re.fullmatch(rf"[0-9]{{{CARD_LENGTH}}}", code) is not None and _check(code[:-1]) == code[-1]


def spaced(code: str) -> str:
    """A code as it is shown: groups of four symbols."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def receipt_code(data: bytes) -> str:
    """Eight symbols of a hash: 40 bits, unique within one consultation."""
    return base32(sha256(data).digest()[:5], 8)


def personal_code() -> str:
    """Four digits that one person keeps on a shared phone."""
    return f"{secrets.randbelow(10_000):04d}"


def one_time_code() -> str:
    """Six digits that prove, for half an hour, that a text was received."""
    return f"{secrets.randbelow(1_000_000):06d}"
