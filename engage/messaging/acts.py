"""Taking a text in once, keeping a conversation, queueing what we start, and stopping when asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.messaging.models import Conversation, InboundMessage, OptOut, OutboundMessage, Sending
from engage.messaging.queries import has_stopped
from engage.messaging.segments import plain

KEPT = timedelta(minutes=10)
"""How long the answer of a vote serves the provider's retries before it is wiped."""
IDLE = timedelta(days=3)
"""How long a half-finished journey waits for its person."""


def seen(act: Act, provider_id: str) -> InboundMessage | None:
    lookup = keys_of(act.session).blind("provider message", provider_id)
    return act.session.scalar(select(InboundMessage).where(InboundMessage.provider_lookup == lookup))


def take_in(act: Act, provider_id: str, number: str) -> InboundMessage:
    """Keep a message's id. Texts of one number are handled one after the other, and earlier answers are wiped."""
    lookup = keys_of(act.session).blind("phone", number)
    if act.session.get_bind().dialect.name == "postgresql":
        turn = int.from_bytes(lookup[:8], signed=True)
        act.session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": turn})
    message = InboundMessage(
        provider_lookup=keys_of(act.session).blind("provider message", provider_id), number_lookup=lookup, received_at=act.at
    )
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


def forget_answers(session: Session, at: datetime) -> None:
    """Wipe answers older than ten minutes, journeys left for three days, and texts whose journey is over; one left half sent is unknown."""
    session.execute(update(InboundMessage).where(InboundMessage.received_at < at - KEPT).values(reply_sealed=None))
    session.execute(update(Conversation).where(Conversation.updated_at < at - IDLE).values(state_sealed=None))
    stale = (OutboundMessage.state == Sending.SENDING, OutboundMessage.not_before < at - KEPT)
    session.execute(update(OutboundMessage).where(*stale).values(state=Sending.UNKNOWN))
    done = OutboundMessage.state.not_in((Sending.WAITING, Sending.SENDING))
    session.execute(delete(OutboundMessage).where(done, OutboundMessage.not_before < at - IDLE))
