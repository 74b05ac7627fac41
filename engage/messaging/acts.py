"""Taking a text in once, keeping a conversation, queueing what we start, and stopping when asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from engage.kernel.act import Act, Channel
from engage.kernel.db import Database, keys_of
from engage.messaging.models import Conversation, InboundMessage, OptOut, OutboundMessage, Sending
from engage.messaging.queries import has_stopped
from engage.messaging.segments import plain

KEPT = timedelta(minutes=10)
"""How long the answer of a vote serves the provider's retries before it is wiped."""
IDLE = timedelta(days=3)
"""How long a half-finished journey waits for its person."""
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


def seen(act: Act, provider_id: str) -> InboundMessage | None:
    return act.session.scalar(select(InboundMessage).where(InboundMessage.provider_id == provider_id))


def take_in(act: Act, provider_id: str, number: str) -> InboundMessage:
    """Keep a message's id. Texts of one number are handled one after the other, and earlier answers are wiped."""
    lookup = keys_of(act.session).blind("phone", number)
    if act.session.get_bind().dialect.name == "postgresql":
        turn = int.from_bytes(lookup[:8], signed=True)
        act.session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": turn})
    message = InboundMessage(provider_id=provider_id, number_lookup=lookup, received_at=act.at)
    act.session.add(message)
    act.session.flush()
    return message


def wipe_replies(act: Act, message: InboundMessage) -> None:
    """Once a vote is stored: every answer kept for that number goes, and what it carried with it."""
    act.session.execute(
        update(InboundMessage)
        .where(InboundMessage.number_lookup == message.number_lookup, InboundMessage.id != message.id)
        .values(reply_sealed=None)
    )


def conversation(act: Act, message: InboundMessage) -> Conversation:
    """The conversation of a message's number, begun if need be; a journey left for three days is forgotten."""
    found = act.session.scalar(select(Conversation).where(Conversation.number_lookup == message.number_lookup))
    if found is None:
        found = Conversation(number_lookup=message.number_lookup, updated_at=act.at)
        act.session.add(found)
        act.session.flush()
    elif found.updated_at < act.at - IDLE:
        found.state = None
    found.updated_at = act.at
    return found


def stop(act: Act, number: str, source: str) -> None:
    """Nothing we start goes to this number any more, and what waits for it is dropped."""
    lookup = keys_of(act.session).blind("phone", number)
    act.session.add(OptOut(number_lookup=lookup, stopped=True, channel=act.channel, source=source, at=act.at))
    act.session.execute(delete(OutboundMessage).where(OutboundMessage.number_lookup == lookup, OutboundMessage.state == Sending.WAITING))


def come_back(act: Act, number: str, source: str) -> None:
    """Only ever at the person's own explicit word."""
    lookup = keys_of(act.session).blind("phone", number)
    act.session.add(OptOut(number_lookup=lookup, stopped=False, channel=act.channel, source=source, at=act.at))


def queue(act: Act, number: str, body: str, sender: str) -> OutboundMessage | None:
    """Queue a text we start; None when the number asked us to stop."""
    if has_stopped(act.session, number):
        return None
    message = OutboundMessage(number_lookup=keys_of(act.session).blind("phone", number), sender=sender, not_before=act.at)
    act.session.add(message)
    message.number, message.body = number, plain(body)
    act.session.flush()
    return message


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
        parcels.append(Parcel(message.id, message.number or "", message.body or "", message.sender))
    return parcels


def send_due(db: Database, at: datetime, send: Send, most: int = 20) -> int:
    """Send what is due: leased in one transaction, handed over outside any, noted in another. Returns how many were handed over."""
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
        except Exception:  # noqa: BLE001 - whatever happened, the text may have left: never send it twice
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


def forget_answers(session: Session, at: datetime) -> None:
    """Wipe answers older than ten minutes, journeys left for three days, and texts that have arrived."""
    session.execute(update(InboundMessage).where(InboundMessage.received_at < at - KEPT).values(reply_sealed=None))
    session.execute(update(Conversation).where(Conversation.updated_at < at - IDLE).values(state_sealed=None))
    session.execute(delete(OutboundMessage).where(OutboundMessage.state == Sending.DELIVERED, OutboundMessage.not_before < at - IDLE))
