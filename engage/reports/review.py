"""The ministry's review: every agreement, both readings, year after year, made of publications alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.reports.models import Publication

TILES = {
    "A10K": (4, 0), "A10C": (3, 1), "A10J": (4, 1), "A09": (6, 1), "A08": (1, 2), "A02": (4, 2), "A11G": (6, 2), "A11I": (7, 2),
    "A07": (1, 3), "A15": (2, 3), "A04": (3, 3), "A03": (4, 3), "A01": (5, 3), "A14": (2, 4), "A13": (1, 4), "A17": (3, 4), "A12": (4, 4),
    "A06": (1, 5), "A16": (2, 5), "A05": (3, 5), "APN": (6, 5),
}  # fmt: skip
"""Where each agreement stands on the map of tiles: column and row, north above; the First Nations, who are in many regions, apart."""


@dataclass
class Review:
    """Of one fiscal year. Sums are of printed numbers, so that they are "at least"."""

    target: Mapping[str, Any]
    trend: list[Mapping[str, Any]] = field(default_factory=list)
    """The target of each published year, the first first."""
    channels: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)


def review(session: Session, year: str) -> Review | None:
    """None where nothing of that year is published."""
    targets = _latest(session, "target")
    if year not in targets:
        return None
    found = Review(targets[year], [targets[each] for each in sorted(targets)])
    for row in _latest(session, "participation").get(year, {}).get("agreements", []):
        found.channels.update(_told(row, "channels"))
        found.answers.update(_told(row, "answers"))
        for support, pair in _told(row, "supports").items():
            found.asked[support] += pair[0]
            found.given[support] += pair[1]
    return found


def _told(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A breakdown of one agreement; empty where it is not told."""
    told = row.get(name)
    return told if isinstance(told, dict) else {}


def _latest(session: Session, kind: str) -> dict[str, dict[str, Any]]:
    """The latest publication of each year."""
    rows = session.scalars(select(Publication).where(Publication.kind == kind).order_by(Publication.published_at))
    return {row.year: row.read() for row in rows}
