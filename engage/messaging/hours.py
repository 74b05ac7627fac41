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


def next_wished(at: datetime, zone: str, from_hour: int, to_hour: int, *, weekdays_only: bool) -> datetime:
    """The first moment from `at` on that is within everyone's hours and within a person's own; two weeks on when they never meet."""
    moment = next_opening(at, zone)
    last = at + timedelta(days=14)
    while moment < last:
        local = moment.astimezone(ZoneInfo(zone))
        if from_hour <= local.hour < to_hour and not (weekdays_only and local.weekday() >= 5):
            return moment
        moment = next_opening(local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), zone)
    return last
