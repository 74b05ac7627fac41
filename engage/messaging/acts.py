"""Taking a text in once, keeping a conversation, queueing what we start, and stopping when asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.orm import Session

from engage.kernel import attempts
from engage.kernel.act import Act, Channel
from engage.kernel.db import add_if_missing, keys_of
from engage.kernel.fields import append
from engage.kernel.plain import gives_away
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.messaging.models import (
    Allowance,
    Callback,
    ContactWish,
    Conversation,
    DeadNumber,
    InboundMessage,
    Keeps,
    OptOut,
    OutboundMessage,
    Purpose,
    Redaction,
    Sending,
    VoicePrompt,
)
from engage.messaging.queries import manners_of, may_start, sentence_hash, wanted, was_answered
from engage.messaging.segments import measure, plain

_TURN = text("SELECT pg_advisory_xact_lock(:turn)")
_PICKED_UP = (
    select(Conversation, InboundMessage)
    .outerjoin(InboundMessage, InboundMessage.provider_lookup == bindparam("provider"))
    .where(Conversation.number_lookup == bindparam("number"))
)
_WIPE = update(InboundMessage.__table__).where(InboundMessage.__table__.c.number_lookup == bindparam("number")).values(reply_sealed=None)  # type: ignore[arg-type]
EARLIEST, LATEST = 9, 21
"""Hours that every weekday opens with and closes on: a wish must leave one of them."""
LONGEST_NAME = 30
TYPED = "typed text"
TYPED_A_DAY, TYPED_AT_ONCE, TYPED_FROM, TYPED_BY_ALL, TYPED_LASTS = 3, 20, 60, 300, timedelta(minutes=30)
"""Texts that a page may ask for: to one number a day, from one address in 15 minutes and a day, within one agreement a day; and how long one is
worth sending."""
CALLBACKS_KEPT = timedelta(days=30)
BURST, MOST_IN_A_BURST = timedelta(minutes=10), 40
"""More texts than this from one number in that time, and it is no person: silence."""
KEPT = timedelta(minutes=10)
"""How long the answer of a vote serves the provider's retries before it is wiped."""
SEEN, SILENT = timedelta(days=30), timedelta(days=730)
"""When a text no longer says which number it came from (its own id stays, so that it is never heard twice), and when a number that
said nothing since is forgotten with its language."""
NOBODY = b""
IDLE = timedelta(days=3)
"""How long a half-finished journey waits for its person."""


class HoursTooFew(Refusal):
    sentence = N_("Choisissez une heure de début et une heure de fin, entre 9 h et 21 h, la fin après le début.")


class TooManyTexts(Refusal):
    sentence = N_("Trop de textos demandés. Attendez jusqu’à demain, ou appelez-nous.")


class NameGivesAway(Refusal):
    sentence = N_("Le mot «%(word)s» en dit trop sur un téléphone partagé. Choisissez un nom discret, comme un prénom.")


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
        conversation = Conversation(
            number_lookup=lookups["number"], language="fr", by_voice=False, burst=0, burst_since=act.at, updated_at=act.at
        )
        act.session.add(conversation)
    elif conversation.updated_at < act.at - IDLE:
        conversation.state = None
    if conversation.burst_since < act.at - BURST:
        conversation.burst, conversation.burst_since = 0, act.at
    conversation.burst += message is None and act.channel == Channel.SMS
    conversation.updated_at = act.at
    if message is not None:
        return conversation, message, True
    fresh = InboundMessage(provider_lookup=lookups["provider"], number_lookup=lookups["number"], received_at=act.at)
    return conversation, fresh, False


def once(act: Act, event: str, number: str) -> bool:
    """Whether a signed event of the provider is new: it may post the same again for ever."""
    if was_answered(act.session, event):
        return False
    keys = keys_of(act.session)
    lookups = {"provider_lookup": keys.blind("provider message", event), "number_lookup": keys.blind("phone", number)}
    append(act.session, InboundMessage(**lookups, received_at=act.at))
    return True


def answered(act: Act, message: InboundMessage, reply: str | None) -> None:
    """Keep a message, with the answer that a repeat of it is given."""
    append(act.session, message, reply=reply)


def wipe_replies(act: Act, message: InboundMessage) -> None:
    """Once a vote is stored: every answer kept for that number goes, and what it carried with it."""
    act.session.connection().execute(_WIPE, {"number": message.number_lookup})


def keep(act: Act, number: str, keeps: Keeps, source: str) -> None:
    """What a number wants from now on, at the person's own word or the provider's; what it no longer wants is dropped from the queue.

    Only ever widened at the person's own explicit word.
    """
    lookup = keys_of(act.session).blind("phone", number)
    append(act.session, OptOut(number_lookup=lookup, keeps=keeps, channel=act.channel, source=source, at=act.at))
    dropped = [purpose for purpose in Purpose if not wanted(keeps, purpose)]
    waiting = OutboundMessage.state.in_((Sending.WAITING, Sending.HELD))
    gone = update(OutboundMessage).where(OutboundMessage.number_lookup == lookup, waiting, OutboundMessage.purpose.in_(dropped))
    act.session.execute(gone.values(state=Sending.EXPIRED, error="unwanted"))


def prefer_voice(act: Act, number: str, *, wanted: bool) -> None:
    """Whether what we start to a number is said rather than written."""
    lookup = keys_of(act.session).blind("phone", number)
    act.session.execute(update(Conversation).where(Conversation.number_lookup == lookup).values(by_voice=wanted))


def asked_lately(act: Act, number: str) -> int:
    """How often a number asked us to call or write in the last 24 hours."""
    lookup = keys_of(act.session).blind("phone", number)
    lately = (OutboundMessage.number_lookup == lookup, OutboundMessage.not_before > act.at - timedelta(days=1))
    return act.session.scalar(select(func.count()).where(*lately, OutboundMessage.purpose == Purpose.ASKED)) or 0


def is_alive(act: Act, number: str) -> None:
    """Someone wrote or called from it: a number that was given up is not dead after all."""
    act.session.execute(delete(DeadNumber).where(DeadNumber.number_lookup == keys_of(act.session).blind("phone", number)))


def queue(
    act: Act,
    number: str,
    body: str,
    *,
    sender: str,
    agreement_id: str,
    purpose: Purpose,
    language: str = "fr",
    by_voice: bool = False,
    expires_at: datetime | None = None,
) -> UUID | None:
    """Queue a text, or a call, that we start; None when the number does not want it or is dead."""
    row = outbound(act, number, body, sender=sender, agreement_id=agreement_id, purpose=purpose, language=language)
    if not may_start(act.session, row.number_lookup or b"", purpose):
        return None
    manners = manners_of(act.session, [row.number_lookup or b""]).get(row.number_lookup or b"")
    row.by_voice, row.expires_at = by_voice or bool(manners and manners[1] and purpose != Purpose.TYPED), expires_at
    append(act.session, row)
    return row.id


def write_to(act: Act, number: str, body: str, *, sender: str, agreement_id: str, language: str, asked_from: str) -> None:
    """A text that whoever is at a page asked for just now, to a number that may not be theirs.

    Few a day per number, per address and per agreement. A number that stopped gets nothing, and the page does not say so.
    Raises TooManyTexts.
    """
    here = f"agreement {agreement_id}"
    limits = (
        (number, TYPED_A_DAY, attempts.DAY),
        (asked_from, TYPED_AT_ONCE, attempts.WINDOW),
        (f"day {asked_from}", TYPED_FROM, attempts.DAY),
        (here, TYPED_BY_ALL, attempts.DAY),
    )
    if any(attempts.too_many(act.session, act.at, TYPED, who, limit=limit, within=within) for who, limit, within in limits):
        raise TooManyTexts
    for who, _, _ in limits:
        attempts.count(act.session, act.at, TYPED, who)
    queue(
        act,
        number,
        body,
        sender=sender,
        agreement_id=agreement_id,
        purpose=Purpose.TYPED,
        language=language,
        expires_at=act.at + TYPED_LASTS,
    )


def outbound(
    act: Act,
    number: str,
    body: str,
    *,
    sender: str,
    agreement_id: str,
    purpose: Purpose,
    language: str,
    by_voice: bool = False,
    campaign_id: UUID | None = None,
    expires_at: datetime | None = None,
) -> OutboundMessage:
    """A row of the queue, not yet inserted; whoever makes it has asked whether it is wanted."""
    row = OutboundMessage(
        number_lookup=keys_of(act.session).blind("phone", number),
        sender=sender,
        agreement_id=agreement_id,
        purpose=purpose,
        campaign_id=campaign_id,
        parts=measure(plain(body)).segments or 1,
        language=language,
        by_voice=by_voice,
        not_before=act.at,
        expires_at=expires_at,
    )
    row.number_sealed = OutboundMessage.number.sealed(act.session, row.id, number)
    row.body_sealed = OutboundMessage.body.sealed(act.session, row.id, plain(body))
    return row


def queue_many(act: Act, rows: Iterable[OutboundMessage]) -> None:
    """Insert the texts of a campaign; a number that already has its text is passed over."""
    add_if_missing(act.session, *rows)


def redact(act: Act, provider_ids: Iterable[str]) -> None:
    """Ask the provider to forget the words of texts, once it has finished with them."""
    for provider_id in provider_ids:
        append(act.session, Redaction(not_before=act.at + timedelta(minutes=1)), provider_id=provider_id)


def record_prompt(act: Act, agreement_id: str, language: str, sentence: str, media_type: str, audio: bytes) -> None:
    """A human voice for a sentence of a table's line; empty audio gives it back to the machine."""
    key = (agreement_id, sentence_hash(language, sentence))
    held = act.session.get(VoicePrompt, key)
    if held and not audio:
        act.session.delete(held)
    elif audio:
        act.session.merge(VoicePrompt(agreement_id=agreement_id, sentence=key[1], media_type=media_type, audio=audio, made_on=act.day))
    act.session.flush()


def wish(
    act: Act,
    person_id: UUID,
    number: str,
    *,
    from_hour: int,
    to_hour: int,
    weekdays_only: bool = False,
    voicemail: bool = False,
    caller_name: str = "",
) -> None:
    """How someone can safely be reached at their E.164 number (see `ContactWish`). Raises HoursTooFew, NameGivesAway."""
    if not (0 <= from_hour < to_hour <= 24) or to_hour <= EARLIEST or from_hour >= LATEST:
        raise HoursTooFew
    if given_away := gives_away(caller_name):
        raise NameGivesAway(word=given_away)
    lookup = keys_of(act.session).blind("phone", number)
    row = act.session.scalar(select(ContactWish).where(ContactWish.participant_id == person_id))
    if row is None:
        row = ContactWish(participant_id=person_id)
        act.session.add(row)
    row.number_lookup = lookup
    row.from_hour, row.to_hour, row.weekdays_only, row.voicemail = from_hour, to_hour, weekdays_only, voicemail
    row.caller_name = caller_name[:LONGEST_NAME] or None
    act.session.flush()


def move_wish(act: Act, person_id: UUID, number: str) -> None:
    """Someone has another number: what is safe for them goes with it."""
    moved = update(ContactWish).where(ContactWish.participant_id == person_id)
    act.session.execute(moved.values(number_lookup=keys_of(act.session).blind("phone", number)))


def give_wish(act: Act, person_id: UUID, other_id: UUID) -> None:
    act.session.execute(update(ContactWish).where(ContactWish.participant_id == person_id).values(participant_id=other_id))


def forget_wish(act: Act, person_id: UUID) -> None:
    act.session.execute(delete(ContactWish).where(ContactWish.participant_id == person_id))


def want_person(act: Act, agreement_id: str, number: str, part_of_day: str, language: str) -> None:
    """Someone wants a person of the table to call; one wish a number, the latest."""
    lookup = keys_of(act.session).blind("phone", number)
    act.session.execute(delete(Callback).where(Callback.number_lookup == lookup))
    row = Callback(agreement_id=agreement_id, number_lookup=lookup, language=language, part_of_day=part_of_day, asked_at=act.at)
    append(act.session, row, number=number)


def called_back(act: Act, callback: Callback) -> None:
    act.session.delete(callback)


def forget_number(act: Act, number: str) -> None:
    """Erasure: everything kept of what was said with a number. That it wants nothing from us stays, as a keyed hash, so that it holds."""
    lookup = keys_of(act.session).blind("phone", number)
    for table in (Conversation, InboundMessage, Callback, DeadNumber):
        act.session.execute(delete(table).where(table.number_lookup == lookup))
    mine = OutboundMessage.number_lookup == lookup
    waiting = OutboundMessage.state.in_((Sending.WAITING, Sending.HELD))
    act.session.execute(update(OutboundMessage).where(mine, waiting).values(state=Sending.EXPIRED, error="unwanted"))
    gone = update(OutboundMessage).where(mine, OutboundMessage.state.not_in((Sending.SENDING, Sending.UNKNOWN)))
    act.session.execute(gone.values(number_lookup=None, number_sealed=None, body_sealed=None))


def allow(act: Act, agreement_id: str, *, parts_a_month: int, time_zone: str) -> None:
    """What a table may spend on texts, and where its people live."""
    act.session.merge(Allowance(agreement_id=agreement_id, parts_a_month=parts_a_month, time_zone=time_zone))
    act.session.flush()


def forget_answers(session: Session, at: datetime) -> None:
    """Wipe answers older than ten minutes, journeys left for three days, and the numbers and words of texts whose journey is over."""
    session.execute(update(InboundMessage).where(InboundMessage.received_at < at - KEPT).values(reply_sealed=None))
    session.execute(update(Conversation).where(Conversation.updated_at < at - IDLE).values(state_sealed=None))
    session.execute(delete(Callback).where(Callback.asked_at < at - CALLBACKS_KEPT))
    done = OutboundMessage.state.in_((Sending.SENT, Sending.EXPIRED, Sending.FAILED, Sending.DELIVERED))
    old = (done, OutboundMessage.not_before < at - IDLE)
    session.execute(delete(OutboundMessage).where(*old, OutboundMessage.campaign_id.is_(None)))
    wiped = update(OutboundMessage).where(*old, OutboundMessage.number_lookup.is_not(None))
    session.execute(wiped.values(number_lookup=None, number_sealed=None, body_sealed=None, provider_id=None))
    seen = update(InboundMessage).where(InboundMessage.received_at < at - SEEN, InboundMessage.number_lookup != NOBODY)
    session.execute(seen.values(number_lookup=NOBODY))
    session.execute(delete(Conversation).where(Conversation.updated_at < at - SILENT))
