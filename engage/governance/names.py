"""What plans and ministries are called, and since when: names are data, with dates."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Name:
    """Of a `plan` or of the `ministry` that carries it; `certainty` is that of its days."""

    kind: str
    short: str
    name_fr: str
    name_en: str
    years: str
    """Of a plan, in its own title."""
    starts_on: date
    ends_on: date | None
    certainty: str


@cache
def every() -> Sequence[Name]:
    text = resources.files("engage.governance.official").joinpath("names.csv").read_text(encoding="utf-8")
    return [
        Name(
            row["kind"],
            row["short"],
            row["name_fr"],
            row["name_en"],
            row["years"],
            date.fromisoformat(row["starts_on"]),
            date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
            row["certainty"],
        )
        for row in csv.DictReader(text.splitlines())
    ]


def on(kind: str, day: date) -> Name:
    """The name that holds on a day; the first one before it, the last one after it."""
    known = sorted((each for each in every() if each.kind == kind), key=lambda each: each.starts_on)
    return next((each for each in reversed(known) if each.starts_on <= day), known[0])


def called(kind: str, day: date) -> dict[str, str]:
    """In French and in English, with the years of a plan."""
    found = on(kind, day)
    years = f" {found.years}" if found.years else ""
    return {"short": found.short, "fr": found.name_fr + years, "en": found.name_en + years}


def years_of_plan(day: date) -> str:
    return on("plan", day).years
