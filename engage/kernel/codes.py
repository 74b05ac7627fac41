"""Codes that are easy to read aloud and to type: Crockford's base32, with its check symbol where a slip must show. Pure."""

from __future__ import annotations

import secrets
import unicodedata
from hashlib import sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OIL", "011")


def base32(data: bytes, length: int) -> str:
    """The first `length` symbols of `data`, five bits each."""
    bits = int.from_bytes(data)
    total = len(data) * 8
    return "".join(ALPHABET[bits >> (total - 5 * (i + 1)) & 31] for i in range(length))


def card_code() -> str:
    """A new card code: 9 random symbols (45 bits) and one check symbol from the same alphabet."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(9))
    return body + _check(body)


def _check(body: str) -> str:
    return ALPHABET[sum((place + 1) * ALPHABET.index(symbol) for place, symbol in enumerate(body)) % 31]


def tidy(text: str) -> str:
    """Upper case without spaces, hyphens or look-alike letters: O is 0, I and L are 1."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(symbol for symbol in plain.translate(_LOOKALIKES) if symbol.isalnum())


def is_card_code(code: str) -> bool:
    """Whether a tidy text has the shape of a card code and its check symbol holds."""
    return len(code) == 10 and all(symbol in ALPHABET for symbol in code) and _check(code[:9]) == code[9]


def spaced(code: str) -> str:
    """A code as it is shown: groups of four or five symbols."""
    size = 5 if len(code) == 10 else 4
    return "-".join(code[i : i + size] for i in range(0, len(code), size))


def receipt_code(data: bytes) -> str:
    """Eight symbols of a hash: 40 bits, unique within one consultation."""
    return base32(sha256(data).digest()[:5], 8)


def personal_code() -> str:
    """Four digits that one person keeps on a shared phone."""
    return f"{secrets.randbelow(10_000):04d}"
