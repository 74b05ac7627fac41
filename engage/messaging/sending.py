"""Sending what waits: the rows are the queue, leased by one worker each, and never sent twice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.kernel.act import Act, Channel
from engage.kernel.db import Database
from engage.messaging.acts import stop
from engage.messaging.models import OutboundMessage, Sending

log = logging.getLogger("engage.sending")
OPTED_OUT = "21610"
"""The provider's word for a number that stopped with it."""
_FORWARD = [Sending.WAITING, Sending.SENDING, Sending.UNKNOWN, Sending.SENT, Sending.DELIVERED, Sending.FAILED]


@dataclass(frozen=True)
class Parcel:
    """A text ready to hand to the provider."""

    id: UUID
    number: str
    body: str
    sender: str


class NotSent(Exception):
    """The provider refused: `code` is its error. The text is not sent again."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TryLater(Exception):
    """The provider is busy and has certainly not taken the text."""


Send = Callable[[Parcel], str]
"""Hands a text to the provider and returns the provider's id. Raises NotSent, TryLater; anything else leaves the outcome unknown."""


def lease(session: Session, at: datetime, most: int) -> list[Parcel]:
    """Take up to `most` due texts, each by one worker only."""
    due = (
        select(OutboundMessage)
        .where(OutboundMessage.state == Sending.WAITING, OutboundMessage.not_before <= at)
        .order_by(OutboundMessage.not_before)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    parcels = []
    for message in session.scalars(due):
        message.state = Sending.SENDING
        message.attempts += 1
        message.not_before = at
        parcels.append(Parcel(message.id, message.number or "", message.body or "", message.sender))
    return parcels


def send_due(db: Database, at: datetime, send: Send, most: int = 20) -> int:
    """A job: send what is due: leased in one transaction, handed over outside any, noted in another. Returns how many were handed over."""
    with db.write() as session:
        parcels = lease(session, at, most)
    for parcel in parcels:
        state, provider_id, error = Sending.SENT, None, None
        try:
            provider_id = send(parcel)
        except NotSent as refusal:
            state, error = Sending.FAILED, refusal.code
        except TryLater:
            state = Sending.WAITING
        except Exception as fault:  # noqa: BLE001 - whatever happened, the text may have left: never send it twice
            log.warning("text %s: %s; whether it left is unknown", parcel.id, type(fault).__name__)
            state = Sending.UNKNOWN
        with db.write() as session:
            if error == OPTED_OUT:
                stop(Act(session, Channel.SMS, at), parcel.number, "provider")
            _note(session, parcel.id, state, provider_id, error, at)
    return len(parcels)


def _note(session: Session, id: UUID, state: Sending, provider_id: str | None, error: str | None, at: datetime) -> None:
    message = session.get(OutboundMessage, id)
    if message is None:
        return
    message.provider_id = provider_id or message.provider_id
    message.error = error or message.error
    if state == Sending.WAITING:
        message.state, message.not_before = state, at + timedelta(minutes=2**message.attempts)
    elif _FORWARD.index(state) > _FORWARD.index(Sending(message.state)):
        message.state = state


def status_changed(act: Act, id: UUID, state: Sending, error: str | None) -> None:
    """The provider's word on a text of ours; repeats and inversions change nothing."""
    _note(act.session, id, state, None, error, act.at)
