"""When we may start a text: the local windows, and the change of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engage.messaging.hours import closing_of, next_opening

EAST, ISLES = "America/Toronto", "America/Halifax"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "opens"),
    [
        ("2026-05-04 15:00", EAST, "2026-05-04 15:00"),
        ("2026-05-04 12:59", EAST, "2026-05-04 13:00"),
        ("2026-05-04 12:30", ISLES, "2026-05-04 12:30"),
        ("2026-05-05 01:30", EAST, "2026-05-05 13:00"),
        ("2026-05-09 13:30", EAST, "2026-05-09 14:00"),
        ("2026-05-09 22:00", EAST, "2026-05-10 14:00"),
        ("2026-05-10 22:30", EAST, "2026-05-11 13:00"),
        ("2026-11-01 13:59", EAST, "2026-11-01 15:00"),
    ],
    ids=["open", "too early", "an hour ahead", "at night", "weekend morning", "weekend evening", "sunday to monday", "clocks went back"],
)
def test_the_next_opening(at: str, zone: str, opens: str) -> None:
    assert next_opening(moment(at), zone) == moment(opens)


def test_the_window_ends_in_the_evening() -> None:
    assert closing_of(moment("2026-05-04 15:00"), EAST) == moment("2026-05-05 01:30")
    assert closing_of(moment("2026-05-09 15:00"), EAST) == moment("2026-05-09 22:00")
    assert closing_of(moment("2026-05-09 23:00"), EAST) is None
