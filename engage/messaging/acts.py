"""Taking a text in once, keeping a conversation, queueing what we start, and stopping when asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.orm import Session

from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.kernel.fields import append
from engage.messaging.models import Conversation, InboundMessage, OptOut, OutboundMessage, Sending
from engage.messaging.queries import has_stopped
from engage.messaging.segments import plain

_TURN = text("SELECT pg_advisory_xact_lock(:turn)")
_PICKED_UP = (
    select(Conversation, InboundMessage)
    .outerjoin(InboundMessage, InboundMessage.provider_lookup == bindparam("provider"))
    .where(Conversation.number_lookup == bindparam("number"))
)
_WIPE = update(InboundMessage.__table__).where(InboundMessage.__table__.c.number_lookup == bindparam("number")).values(reply_sealed=None)  # type: ignore[arg-type]
KEPT = timedelta(minutes=10)
"""How long the answer of a vote serves the provider's retries before it is wiped."""
IDLE = timedelta(days=3)
"""How long a half-finished journey waits for its person."""


def pick_up(act: Act, provider_id: str, number: str) -> tuple[Conversation, InboundMessage, bool]:
    """The conversation of a number, begun if need be, its message, and whether that one was already answered.

    Texts of one number are handled one after the other. A new message is kept by `answered`. A journey left for three days is
    forgotten.
    """
    keys = keys_of(act.session)
    lookups = {"number": keys.blind("phone", number), "provider": keys.blind("provider message", provider_id)}
    if act.session.get_bind().dialect.name == "postgresql":
        turn = int.from_bytes(lookups["number"][:8], signed=True)
        act.session.execute(_TURN, {"turn": turn})
    found = act.session.execute(_PICKED_UP, lookups).first()
    conversation: Conversation | None = found[0] if found else None
    message: InboundMessage | None = found[1] if found else None
    if conversation is None:
        conversation = Conversation(number_lookup=lookups["number"], language="fr", updated_at=act.at)
        act.session.add(conversation)
    elif conversation.updated_at < act.at - IDLE:
        conversation.state = None
    conversation.updated_at = act.at
    if message is not None:
        return conversation, message, True
    fresh = InboundMessage(provider_lookup=lookups["provider"], number_lookup=lookups["number"], received_at=act.at)
    return conversation, fresh, False


def answered(act: Act, message: InboundMessage, reply: str | None) -> None:
    """Keep a message, with the answer that a repeat of it is given."""
    append(act.session, message, reply=reply)


def wipe_replies(act: Act, message: InboundMessage) -> None:
    """Once a vote is stored: every answer kept for that number goes, and what it carried with it."""
    act.session.connection().execute(_WIPE, {"number": message.number_lookup})


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
