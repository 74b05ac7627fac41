"""An act: what every use case is given, so that evidence and time are never forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

QUEBEC = ZoneInfo("America/Toronto")


def utc_now() -> datetime:
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The civil day in Quebec."""
    return moment.astimezone(QUEBEC).date()


def fiscal_year_of(day: date) -> str:
    """From 1 April to 31 March, such as 2026-2027."""
    start = day.year if (day.month, day.day) >= (4, 1) else day.year - 1
    return f"{start}-{start + 1}"


def year_before(year: str) -> str:
    """The fiscal year before one such as 2026-2027."""
    return f"{int(year[:4]) - 1}-{year[:4]}"


class Channel(StrEnum):
    WEB = "web"
    SMS = "sms"
    VOICE = "voice"
    ASSISTED = "assisted"
    PAPER = "paper"
    KIOSK = "kiosk"
    """A tablet that a table lends, in a food bank or a library."""
    SYSTEM = "system"
    """The worker or the operator, in nobody's name."""


class NoSuchHour(ValueError):
    """The clocks move over that hour on that day."""


def local_moment(day: date, at: time) -> datetime:
    """A day and hour on Quebec's clocks. An hour that comes twice is the later one; raises NoSuchHour for one that never comes."""
    moment = datetime.combine(day, at, QUEBEC).replace(fold=1).astimezone(UTC)
    if moment.astimezone(QUEBEC).time() != at:
        raise NoSuchHour
    return moment


@dataclass(frozen=True)
class Act:
    session: Session
    channel: Channel
    at: datetime
    """Aware, any zone."""

    @property
    def day(self) -> date:
        return day_of(self.at)


class Trial:
    """Whether what is tried holds."""

    is_kept = False

    def keep(self) -> None:
        self.is_kept = True


class _Undone(Exception):
    """Undoes what was only tried."""


@contextmanager
def tried(opened: AbstractContextManager[Act]) -> Iterator[tuple[Act, Trial]]:
    """An act that is undone at its end, unless it said `keep()`; an error undoes it too.

    `opened` is what begins the act, and undoes it where it raises: a door's act, or a transaction.
    """
    trial = Trial()
    try:
        with opened as act:
            yield act, trial
            if not trial.is_kept:
                raise _Undone
    except _Undone:
        act.session.expire_all()
