"""What can be looked up about messages."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.kernel.db import keys_of
from engage.messaging.models import Conversation, OptOut


def has_stopped(session: Session, number: str) -> bool:
    """Whether the latest word of an E.164 number is a stop."""
    lookup = keys_of(session).blind("phone", number)
    latest = select(OptOut.stopped).where(OptOut.number_lookup == lookup).order_by(OptOut.at.desc()).limit(1)
    return bool(session.scalar(latest))


def language_of(session: Session, number: str) -> str:
    """The language a number last chose; French before any choice."""
    lookup = keys_of(session).blind("phone", number)
    return session.scalar(select(Conversation.language).where(Conversation.number_lookup == lookup)) or "fr"
