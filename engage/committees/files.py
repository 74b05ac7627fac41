"""A draw told by two files, in the shape that sortition tools use: who may be drawn, and the numbers to keep."""

from __future__ import annotations

import csv
import io
from typing import Any

from engage.committees import chance, selection
from engage.committees.selection import Quota
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_

_ID_COLUMNS = ("id", "nationbuilder_id", "candidate")


class FileWrong(Refusal):
    sentence = N_("%(file)s, ligne %(line)s: %(fault)s")


def read_people(text: str) -> dict[str, dict[str, str]]:
    """A table with one person by line; a column `id` names them, else they are numbered from 1. Raises FileWrong."""
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    people: dict[str, dict[str, str]] = {}
    width = len(str(len(rows)))
    for number, row in enumerate(rows, start=1):
        said = {str(name).strip(): (value or "").strip() for name, value in row.items() if isinstance(value, str) or value is None}
        who = next((said[name] for name in _ID_COLUMNS if said.get(name)), f"{number:0{width}d}")
        if who in people or any(sign.isspace() for sign in who):
            raise FileWrong(file="people", line=number + 1, fault=f"id {who!r}")
        people[who] = said
    return people


def read_quotas(text: str) -> list[Quota]:
    """`category,feature,min,max`: what is asked about, one answer to it, and how many of those who say it. Raises FileWrong."""
    quotas = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))), start=2):
        try:
            quota = Quota(row["category"].strip(), row["feature"].strip(), int(row["min"]), int(row["max"]))
        except (KeyError, ValueError, AttributeError, TypeError):
            raise FileWrong(file="quotas", line=number, fault="category,feature,min,max") from None
        if not 0 <= quota.least <= quota.most:
            raise FileWrong(file="quotas", line=number, fault="0 <= min <= max")
        quotas.append(quota)
    return quotas


def draw(
    people: dict[str, dict[str, str]], quotas: list[Quota], seats: int, public_random: str, ticket: int | None = None
) -> dict[str, Any]:
    """The draw as one document, which `docs/verify_draw.py` replays; `ticket` is what dice showed. Raises as `selection.select`."""
    pool = sorted(people)
    ready = selection.select(people, quotas, seats)
    numbers = [quota.told() for quota in quotas]
    commit = chance.commitment(chance.written(pool, ready.tickets, chance.head("", seats, numbers)))
    drawn = chance.fall(pool, ready.tickets, seats, commit, public_random, ticket)
    return {
        "minimum_chance": round(ready.minimum, 9),
        "chances": {who: float(ready.chances[who]) for who in pool},
        "without_chance": ready.without_chance,
        "draw": "",
        "source": "",
        "numbers": 0,
        "quotas": numbers,
        "commitment": commit,
        "public_random": public_random,
        "seed": drawn.seed,
        "ticket": drawn.ticket,
        "panel": drawn.panel,
        "alternates": drawn.alternates,
        "k": seats,
        "pool": pool,
        "tickets": [" ".join(each) for each in ready.tickets],
    }
