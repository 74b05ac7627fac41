"""Chance that anyone can redo: what is fixed before, what falls after, and who is drawn. Pure.

`docs/verify_draw.py` does the same in a file of its own.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from unicodedata import normalize

TICKETS = 1_000
"""Three ten-sided dice pick one."""


def head(draw: str, seats: int, quotas: Sequence[str], source: str = "", numbers: int = 0) -> list[str]:
    """The first lines of what is fixed: which draw, for how many seats, what is kept, and where chance will come from.

    `source` is the announced public event, with how many numbers it publishes, and empty for dice: whoever knows the pool could
    otherwise choose a text that draws whom they like.
    """
    chance = f"{source}, {numbers} numbers" if source else "dice"
    return [f"draw: {draw}", f"seats: {seats}", f"quotas: {'; '.join(quotas)}", f"source: {chance}"]


def written(pool: Sequence[str], tickets: Sequence[Sequence[str]] = (), first: Sequence[str] = ()) -> str:
    """What is fixed, as the text that is hashed, printed and read: its head, the pool one by line, then the tickets, each after its number."""
    lines = [
        *first,
        *pool,
        *(f"{number:03d}: {' '.join(drawn)}" for number, drawn in enumerate(tickets)),
    ]
    return "".join(line + "\n" for line in lines)


def commitment(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def numbers_in(text: str) -> list[int]:
    """What an announced source published, smallest first: however it is copied, it is one and the same."""
    return sorted(int(each) for each in re.findall("[0-9]+", normalize("NFKC", text)))


def seed_of(commit: str, public_random: str) -> str:
    """What fell in public, bound to what was fixed before."""
    return sha256(f"{commit}\n{public_random}\n".encode()).hexdigest()


def sample(seed: str, pool: Sequence[str], size: int) -> list[str]:
    """`size` of a pool, in the order drawn: Fisher and Yates, the numbers being HMAC-SHA256 of the seed over 0, 1, 2..."""
    left = list(pool)
    for place in range(size):
        other = place + _number(seed, place) % (len(left) - place)
        left[place], left[other] = left[other], left[place]
    return left[:size]


def ticket_of(seed: str) -> int:
    """The ticket that a public seed picks; dice pick theirs by themselves."""
    return _number(seed, TICKETS) % TICKETS


def _number(seed: str, place: int) -> int:
    return int.from_bytes(hmac.digest(bytes.fromhex(seed), place.to_bytes(8, "big"), "sha256")[:8], "big")


@dataclass(frozen=True)
class Drawn:
    """What fell."""

    seed: str
    ticket: int | None
    """None in a plain draw."""
    panel: list[str]
    alternates: list[str]
    """Everyone else, in the order in which they are asked when a seat falls free."""


def fall(
    pool: Sequence[str], tickets: Sequence[Sequence[str]], seats: int, commit: str, public_random: str, ticket: int | None = None
) -> Drawn:
    """Who is drawn when `public_random` falls; `ticket`, where dice showed it, is taken as it is."""
    seed = seed_of(commit, public_random)
    if not tickets:
        order = sample(seed, pool, len(pool))
        return Drawn(seed, None, order[:seats], order[seats:])
    number = ticket_of(seed) if ticket is None else ticket
    panel = list(tickets[number])
    others = [who for who in pool if who not in set(panel)]
    return Drawn(seed, number, panel, sample(seed, others, len(others)))
