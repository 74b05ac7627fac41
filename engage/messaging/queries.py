"""What can be looked up about messages."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage.kernel.db import keys_of
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
    Sending,
    Spending,
    VoicePrompt,
)

PARTS_A_MONTH, TIME_ZONE = 5_000, "America/Toronto"
"""Until a table says otherwise."""
_ATLANTIC = {"A11I"}
"""The agreement of Les Îles-de-la-Madeleine, an hour ahead of the rest of Quebec."""


def keeps(session: Session, number: str) -> Keeps:
    """What an E.164 number still wants from us, by its latest word."""
    return _keeps(session, keys_of(session).blind("phone", number))


def _keeps(session: Session, lookup: bytes) -> Keeps:
    latest = select(OptOut.keeps).where(OptOut.number_lookup == lookup).order_by(OptOut.at.desc()).limit(1)
    return Keeps(session.scalar(latest) or Keeps.ALL)


def wanted(keeps: Keeps, purpose: Purpose) -> bool:
    if purpose == Purpose.TYPED:
        return keeps != Keeps.NOTHING
    return purpose == Purpose.ASKED or keeps == Keeps.ALL or keeps.value == purpose.value


def may_start(session: Session, lookup: bytes, purpose: Purpose) -> bool:
    """Whether something may be started to a number: wanted, and not known as dead."""
    return wanted(_keeps(session, lookup), purpose) and session.get(DeadNumber, lookup) is None


def wants(session: Session, number: str, purpose: Purpose) -> bool:
    """The same for an E.164 number."""
    return may_start(session, keys_of(session).blind("phone", number), purpose)


def conversation_of(session: Session, number: str) -> Conversation | None:
    lookup = keys_of(session).blind("phone", number)
    return session.scalar(select(Conversation).where(Conversation.number_lookup == lookup).with_for_update())


def language_of(session: Session, number: str) -> str:
    """The language a number last chose; French before any choice."""
    lookup = keys_of(session).blind("phone", number)
    return session.scalar(select(Conversation.language).where(Conversation.number_lookup == lookup)) or "fr"


def manners_of(session: Session, lookups: Collection[bytes]) -> dict[bytes, tuple[str, bool]]:
    """How each number wants to be met, by keyed hash: its language, and whether by voice. Who never wrote is left out."""
    columns = (Conversation.number_lookup, Conversation.language, Conversation.by_voice)
    rows = session.execute(select(*columns).where(Conversation.number_lookup.in_(lookups)))
    return {lookup: (language, by_voice) for lookup, language, by_voice in rows}


def in_the_middle_of(session: Session, lookups: Collection[bytes], vote: str) -> set[bytes]:
    """Which of some numbers stopped between the question of a vote and its receipt."""
    threads = session.scalars(select(Conversation).where(Conversation.number_lookup.in_(lookups), Conversation.state_sealed.is_not(None)))
    states = [(thread.number_lookup, json.loads(thread.state or "{}")) for thread in threads]
    return {lookup for lookup, state in states if state.get("step") in ("choose", "confirm", "code") and state["memo"].get("vote") == vote}


def was_answered(session: Session, provider_id: str) -> bool:
    """Whether a text, or a turn of a call, was seen."""
    lookup = keys_of(session).blind("provider message", provider_id)
    return session.scalar(select(InboundMessage.id).where(InboundMessage.provider_lookup == lookup)) is not None


def unwanted(session: Session, lookups: Collection[bytes], purpose: Purpose) -> set[bytes]:
    """Which of some numbers want nothing of a purpose, or are dead."""
    said = select(OptOut.number_lookup, OptOut.keeps).where(OptOut.number_lookup.in_(lookups)).order_by(OptOut.at)
    latest = {lookup: Keeps(keeps) for lookup, keeps in session.execute(said)}
    dead = set(session.scalars(select(DeadNumber.number_lookup).where(DeadNumber.number_lookup.in_(lookups))))
    return dead | {lookup for lookup, keeps in latest.items() if not wanted(keeps, purpose)}


def sentence_hash(language: str, sentence: str) -> str:
    return sha256(f"{language} {sentence}".encode()).hexdigest()


def voice_prompts(session: Session, agreement_id: str) -> set[str]:
    """Which sentences of a table's line a human voice says, by hash."""
    return set(session.scalars(select(VoicePrompt.sentence).where(VoicePrompt.agreement_id == agreement_id)))


def voice_prompt(session: Session, agreement_id: str, sentence: str) -> VoicePrompt | None:
    return session.get(VoicePrompt, (agreement_id, sentence))


def allowance(session: Session, agreement_id: str) -> Allowance:
    found = session.get(Allowance, agreement_id)
    return found or Allowance(
        agreement_id=agreement_id, parts_a_month=PARTS_A_MONTH, time_zone="America/Halifax" if agreement_id in _ATLANTIC else TIME_ZONE
    )


def spent(session: Session, agreement_id: str, day: date) -> int:
    """Parts that left in the month of that day, up to it."""
    since = Spending.on >= day.replace(day=1)
    return session.scalar(select(func.sum(Spending.parts)).where(Spending.agreement_id == agreement_id, since, Spending.on <= day)) or 0


def spent_by_month(session: Session, agreement_ids: Sequence[str], since: date) -> list[tuple[str, str, int]]:
    """Month such as 2026-11, agreement, parts that left; the newest month first."""
    months: dict[tuple[str, str], int] = defaultdict(int)
    rows = select(Spending.on, Spending.agreement_id, Spending.parts).where(Spending.agreement_id.in_(agreement_ids), Spending.on >= since)
    for on, agreement_id, parts in session.execute(rows):
        months[f"{on:%Y-%m}", agreement_id] += parts
    return [
        (month, agreement_id, parts)
        for (month, agreement_id), parts in sorted(months.items(), key=lambda each: (each[0][0], each[0][1]), reverse=True)
    ]


def dead_numbers(session: Session, agreement_id: str) -> dict[str, int]:
    """How many numbers of an agreement are gone, by the provider's code."""
    rows = select(DeadNumber.code, func.count()).where(DeadNumber.agreement_id == agreement_id).group_by(DeadNumber.code)
    return dict(session.execute(rows).all())


def lately_dead(session: Session, agreement_ids: Sequence[str], since: date) -> int:
    """How many numbers of these agreements went dead since that day."""
    here = (DeadNumber.agreement_id.in_(agreement_ids), DeadNumber.on >= since)
    return session.scalar(select(func.count()).select_from(DeadNumber).where(*here)) or 0


def wish_of(session: Session, person_id: UUID) -> ContactWish | None:
    """A person's own wish, for them alone."""
    return session.scalar(select(ContactWish).where(ContactWish.participant_id == person_id))


@dataclass(frozen=True)
class Safe:
    """What is safe at a number for everyone who shares it; hours that never meet leave none."""

    from_hour: int
    to_hour: int
    weekdays_only: bool
    voicemail: bool
    caller_name: str
    """Empty for the table's discreet name, also where those who share it wish different ones."""


def safe_at(session: Session, lookups: Collection[bytes]) -> dict[bytes, Safe]:
    """What binds us at some numbers, by keyed hash; where nobody wished anything, none."""
    every: dict[bytes, list[ContactWish]] = {}
    for row in session.scalars(select(ContactWish).where(ContactWish.number_lookup.in_(lookups))):
        every.setdefault(row.number_lookup, []).append(row)
    return {
        lookup: Safe(
            max(row.from_hour for row in rows),
            min(row.to_hour for row in rows),
            any(row.weekdays_only for row in rows),
            all(row.voicemail for row in rows),
            (rows[0].caller_name or "") if len(rows) == 1 else "",
        )
        for lookup, rows in every.items()
    }


def safe(session: Session, number: str) -> Safe | None:
    lookup = keys_of(session).blind("phone", number)
    return safe_at(session, [lookup]).get(lookup)


def callbacks(session: Session, agreement_ids: Collection[str]) -> list[Callback]:
    """Who waits for a person's call, the longest first."""
    return list(session.scalars(select(Callback).where(Callback.agreement_id.in_(agreement_ids)).order_by(Callback.asked_at)))


def due_since(session: Session, at: datetime) -> tuple[int, datetime | None]:
    """How many texts and calls could leave now and have not, and since when the first could."""
    due = (OutboundMessage.state == Sending.WAITING, OutboundMessage.not_before <= at)
    number, since = session.execute(select(func.count(), func.min(OutboundMessage.not_before)).where(*due)).one()
    return number, since
