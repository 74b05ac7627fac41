"""An act: what every use case is given, so that evidence and time are never forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

QUEBEC = ZoneInfo("America/Toronto")


class Channel(StrEnum):
    WEB = "web"
    SMS = "sms"
    VOICE = "voice"
    ASSISTED = "assisted"
    PAPER = "paper"


@dataclass(frozen=True)
class Act:
    session: Session
    channel: Channel
    at: datetime
    """Aware, any zone."""

    @property
    def day(self) -> date:
        """The civil day in Quebec."""
        return self.at.astimezone(QUEBEC).date()
