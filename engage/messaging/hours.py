"""When we may start a text or a call: in the local time of the people it goes to. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = (time(9), time(21, 30))
WEEKENDS = (time(10), time(18))
"""Canadian calling hours: Unsolicited Telecommunications Rules of the CRTC, part III."""


def _window(local: datetime) -> tuple[datetime, datetime]:
    opens, closes = WEEKENDS if local.weekday() >= 5 else WEEKDAYS
    return datetime.combine(local.date(), opens, local.tzinfo), datetime.combine(local.date(), closes, local.tzinfo)


def closing_of(at: datetime, zone: str) -> datetime | None:
    """When the window that `at` falls in ends; None outside any."""
    local = at.astimezone(ZoneInfo(zone))
    opens, closes = _window(local)
    return closes if opens <= local < closes else None


def next_opening(at: datetime, zone: str) -> datetime:
    """The first moment from `at` on when something may be started."""
    local = at.astimezone(ZoneInfo(zone))
    opens, closes = _window(local)
    if local < opens:
        return opens
    return at if local < closes else _window(datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo))[0]
