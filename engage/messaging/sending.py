"""Sending what waits: the rows are the queue, leased by one worker each, and never sent twice."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Table, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from engage.kernel.act import Act, Channel, day_of
from engage.kernel.db import Database, add_if_missing
from engage.messaging.acts import keep
from engage.messaging.hours import closing_of, next_opening, next_wished
from engage.messaging.models import DeadNumber, Keeps, OutboundMessage, Pace, Purpose, Redaction, Sending, Spending
from engage.messaging.queries import Safe, allowance, safe_at, spent, unwanted

log = logging.getLogger("engage.sending")
DAILY = 3
"""Texts and calls that one number gets from us in 24 hours, beyond those it asked for."""
TRIES = 4
UNANSWERED = timedelta(minutes=10)
"""A text handed over this long ago without an answer: the provider is asked what became of it."""
TOGETHER = 8
"""Texts on their way to the provider at the same time, from one worker."""
STOPPED = "21610"
DEAD = {"21211", "21614", "30005"}
LANDLINE = "30006"
LATER = {"30003", "30008", "busy", "no-answer", "machine"}
OPERATOR = {"30007", "21408", "21608", "30032"}
"""The provider's codes: it knows a stop, the number is gone, it rings but reads nothing, not now, and what an operator must mend."""
_JUST_NOW = (Purpose.ASKED, Purpose.TYPED)
_RANK = {state: rank for rank, state in enumerate(Sending)}


@dataclass(frozen=True)
class Parcel:
    """A text or a call ready to hand to the provider."""

    id: UUID
    number: str
    body: str
    sender: str
    by_voice: bool
    language: str
    attempt: int
    started_at: datetime
    valid_until: datetime


class NotSent(Exception):
    """The provider refused: `code` is its error."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TryLater(Exception):
    """The provider is busy and has certainly not taken the text."""


class Provider(Protocol):
    """Whoever carries texts and calls. Anything raised beyond what is named leaves the outcome unknown."""

    def send(self, parcel: Parcel) -> str:
        """Hand over a text or start a call; the provider's id. Raises NotSent, TryLater."""

    def find(self, parcel: Parcel) -> str | None:
        """The provider's id of a parcel it took since it was handed over; None when it certainly has none."""

    def redact(self, provider_id: str) -> None:
        """Wipe the words of a text. Raises TryLater while it is still under way."""


_ROW: Table = OutboundMessage.__table__  # type: ignore[assignment]
_DUE = (
    select(_ROW)
    .where(_ROW.c.state == Sending.WAITING, _ROW.c.purpose == bindparam("purpose"), _ROW.c.not_before <= bindparam("at"))
    .order_by(_ROW.c.not_before)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CHANGE = update(_ROW).where(_ROW.c.id == bindparam("row"))
_PUT_OFF = _CHANGE.values(not_before=bindparam("until"), state=bindparam("becomes"), error=bindparam("why"))
_LEASED = _CHANGE.values(state=Sending.SENDING, attempts=_ROW.c.attempts + 1, started_at=bindparam("now"), not_before=bindparam("now"))
_HANDED = _CHANGE.values(provider_id=bindparam("sid"))
_MOVED = _CHANGE.where(or_(_ROW.c.state == Sending.SENDING, _ROW.c.state == Sending.UNKNOWN)).values(
    state=bindparam("becomes"), error=bindparam("why"), not_before=bindparam("until")
)


def lease(session: Session, at: datetime, most: int, rate: float) -> list[Parcel]:
    """Take up to `most` due texts, each by one worker only, within hours, budget, daily cap and `rate` parts a second."""
    rows: list[Any] = []
    for purpose in (Purpose.ASKED, Purpose.TYPED, Purpose.MEETINGS, Purpose.VOTES):
        rows += session.execute(_DUE, {"at": at, "most": most - len(rows), "purpose": purpose}).all() if len(rows) < most else []
    if not rows:
        return []
    buckets = {sender: _refilled(session, sender, at, rate) for sender in sorted({row.sender for row in rows})}
    purses = {id: _Purse.of(session, id, at) for id in sorted({row.agreement_id for row in rows})}
    lookups = [row.number_lookup for row in rows]
    recent = _recent(session, lookups, at)
    unwelcome = {purpose: unwanted(session, set(lookups), purpose) for purpose in {Purpose(row.purpose) for row in rows}}
    wished = safe_at(session, set(lookups))
    leased, put_off = [], []
    for row in rows:
        purse, bucket = purses[row.agreement_id], buckets[row.sender]
        wish = wished.get(row.number_lookup)
        obstacle = _obstacle(row, at, purse, recent[row.number_lookup], wish, welcome=row.number_lookup not in unwelcome[row.purpose])
        if obstacle:
            put_off.append({"row": row.id} | obstacle)
        elif bucket.parts >= min(row.parts, rate):
            recent[row.number_lookup] += 1
            purse.left -= row.parts
            purse.spends += row.parts
            bucket.parts -= row.parts
            leased.append(row)
    if put_off:
        session.connection().execute(_PUT_OFF, put_off)
    if leased:
        session.connection().execute(_LEASED, [{"row": row.id, "now": at} for row in leased])
    for purse in purses.values():
        purse.keep(session, at)
    session.flush()
    return [_parcel(session, row, at, purses[row.agreement_id].time_zone) for row in leased]


def _obstacle(row: Any, at: datetime, purse: _Purse, lately: int, wish: Safe | None, *, welcome: bool) -> dict[str, object] | None:
    """Why a due text does not go now, as what becomes of its row; None when nothing stands in its way."""
    opening = next_opening(at, purse.time_zone)
    if wish:
        opening = next_wished(at, purse.time_zone, wish.from_hour, wish.to_hour, weekdays_only=wish.weekdays_only)
    if (row.expires_at and row.expires_at <= at) or not welcome:
        return {"until": at, "becomes": Sending.EXPIRED, "why": None if welcome else "unwanted"}
    if row.purpose == Purpose.TYPED and wish and opening > at:
        return {"until": at, "becomes": Sending.EXPIRED, "why": "unwanted"}
    if row.purpose not in _JUST_NOW and opening > at:
        return {"until": opening, "becomes": Sending.WAITING, "why": None}
    if row.purpose not in _JUST_NOW and lately >= DAILY:
        return {"until": at + timedelta(days=1), "becomes": Sending.WAITING, "why": None}
    if purse.left < row.parts:
        return {"until": _next_month(at, purse.time_zone), "becomes": Sending.WAITING, "why": "budget"}
    return None


def _next_month(at: datetime, zone: str) -> datetime:
    """The first opening of next month, when there are parts again."""
    return next_opening((at.astimezone(ZoneInfo(zone)).replace(day=1, hour=0, minute=0) + timedelta(days=32)).replace(day=1), zone)


@dataclass
class _Purse:
    """What an agreement may still send this month."""

    agreement_id: str
    time_zone: str
    left: int
    spends: int = 0

    @classmethod
    def of(cls, session: Session, agreement_id: str, at: datetime) -> _Purse:
        allowed = allowance(session, agreement_id)
        add_if_missing(session, Spending(agreement_id=agreement_id, on=day_of(at), parts=0))
        session.get_one(Spending, (agreement_id, day_of(at)), with_for_update=True)
        return cls(agreement_id, allowed.time_zone, allowed.parts_a_month - spent(session, agreement_id, day_of(at)))

    def keep(self, session: Session, at: datetime) -> None:
        if not self.spends:
            return
        session.get_one(Spending, (self.agreement_id, day_of(at))).parts += self.spends


def _recent(session: Session, lookups: list[bytes], at: datetime) -> Counter[bytes]:
    gone = (Sending.SENDING, Sending.UNKNOWN, Sending.SENT, Sending.DELIVERED)
    within = (_ROW.c.number_lookup.in_(lookups), _ROW.c.started_at > at - timedelta(days=1), _ROW.c.state.in_(gone))
    counts = select(_ROW.c.number_lookup, func.count()).where(*within, _ROW.c.purpose.not_in(_JUST_NOW)).group_by(_ROW.c.number_lookup)
    return Counter(dict(session.execute(counts).all()))


def _refilled(session: Session, sender: str, at: datetime, rate: float) -> Pace:
    """The sender's bucket, locked for this transaction; it holds one second's worth at most."""
    add_if_missing(session, Pace(sender=sender, parts=rate, at=at))
    bucket = session.get_one(Pace, sender, with_for_update=True)
    passed = max((at - bucket.at).total_seconds(), 0)
    bucket.parts, bucket.at = min(bucket.parts + passed * rate, rate), max(at, bucket.at)
    return bucket


def _parcel(session: Session, row: Any, at: datetime, zone: str) -> Parcel:
    return Parcel(
        id=row.id,
        number=OutboundMessage.number.opened(session, row.id, row.number_sealed) or "",
        body=OutboundMessage.body.opened(session, row.id, row.body_sealed) or "",
        sender=row.sender,
        by_voice=row.by_voice,
        language=row.language,
        attempt=row.attempts + 1,
        started_at=at,
        valid_until=closing_of(at, zone) or at + timedelta(hours=4),
    )


@dataclass(frozen=True)
class _Outcome:
    parcel: Parcel
    state: Sending
    provider_id: str | None = None
    error: str | None = None


def _hand_over(provider: Provider, parcel: Parcel) -> _Outcome:
    try:
        return _Outcome(parcel, Sending.SENT, provider.send(parcel))
    except NotSent as refusal:
        return _Outcome(parcel, Sending.FAILED, error=refusal.code)
    except TryLater:
        return _Outcome(parcel, Sending.WAITING)
    except Exception as fault:  # noqa: BLE001 - whatever happened, the text may have left: the provider is asked before it is sent again
        log.warning("text %s: %s; whether it left is unknown", parcel.id, type(fault).__name__)
        return _Outcome(parcel, Sending.UNKNOWN)


def send_due(db: Database, at: datetime, provider: Provider, rate: float = 100.0, most: int = 50) -> int:
    """A job: send what is due: leased in one transaction, handed over outside any, noted in another. Returns how many were leased."""
    with db.write() as session:
        parcels = lease(session, at, most, rate)
    if not parcels:
        return 0
    if len(parcels) == 1:
        outcomes = [_hand_over(provider, parcels[0])]
    else:
        with ThreadPoolExecutor(TOGETHER) as pool:
            outcomes = list(pool.map(lambda parcel: _hand_over(provider, parcel), parcels))
    _note(db, at, outcomes)
    return len(parcels)


def _note(db: Database, at: datetime, outcomes: Sequence[_Outcome]) -> None:
    with db.write() as session:
        handed = [{"row": each.parcel.id, "sid": each.provider_id} for each in outcomes if each.provider_id]
        if handed:
            session.connection().execute(_HANDED, handed)
        moved = [
            {
                "row": each.parcel.id,
                "becomes": each.state,
                "why": each.error,
                "until": at + _back_off(each.parcel.attempt) if each.state == Sending.WAITING else at,
            }
            for each in outcomes
        ]
        session.connection().execute(_MOVED, moved)
        for each in outcomes:
            if each.error:
                _heed(Act(session, Channel.SYSTEM, at), session.get_one(OutboundMessage, each.parcel.id), each.error)


def _back_off(attempt: int) -> timedelta:
    """Longer at each try, and never together with others."""
    return timedelta(seconds=min(20 * 2**attempt, 3600) * random.uniform(0.5, 1.5))  # noqa: S311 - spreading, not secrecy


def _heed(act: Act, message: OutboundMessage, code: str) -> None:
    """What an error of the provider asks for, beyond the text having failed."""
    number = message.number
    if code == STOPPED and number:
        keep(act, number, Keeps.NOTHING, "provider")
    elif code in DEAD and message.number_lookup:
        act.session.merge(DeadNumber(number_lookup=message.number_lookup, agreement_id=message.agreement_id, code=code, on=act.day))
    elif code == LANDLINE and not message.by_voice:
        message.by_voice = True
        _again(message, act.at)
    elif code in LATER and message.attempts < TRIES:
        _again(message, act.at + timedelta(hours=2**message.attempts))
    elif code in OPERATOR:
        log.error("the provider refuses texts of %s with %s: see docs/phone.md", message.agreement_id, code)
    act.session.flush()


def _again(message: OutboundMessage, at: datetime) -> None:
    message.state, message.not_before, message.provider_id = Sending.WAITING, at, None


def status_changed(act: Act, id: UUID, attempt: int, state: Sending, error: str | None) -> None:
    """The provider's word on a text of ours; repeats, inversions and words on an earlier try change nothing."""
    message = act.session.get(OutboundMessage, id, with_for_update=True)
    settled = (Sending.WAITING, Sending.HELD, Sending.EXPIRED)
    if message is None or message.attempts != attempt or Sending(message.state) in settled:
        return
    if _RANK[state] > _RANK[Sending(message.state)]:
        message.state, message.error = state, error
        if state == Sending.FAILED and error:
            _heed(act, message, error)


def reconcile(db: Database, at: datetime, provider: Provider, most: int = 50) -> int:
    """A job: ask the provider about texts without an answer; those it never took wait again. Returns how many were settled."""
    unsure = OutboundMessage.state.in_((Sending.SENDING, Sending.UNKNOWN))
    with db.read() as session:
        silent = (OutboundMessage.started_at < at - UNANSWERED, OutboundMessage.not_before <= at)
        rows = session.scalars(select(OutboundMessage).where(unsure, *silent).order_by(OutboundMessage.not_before).limit(most))
        parcels = [
            Parcel(row.id, row.number or "", row.body or "", row.sender, row.by_voice, row.language, row.attempts, row.started_at or at, at)
            for row in rows
        ]
    outcomes, unsettled = [], []
    for parcel in parcels:
        try:
            found = provider.find(parcel)
        except Exception as fault:  # noqa: BLE001 - asked another time, others first
            unsettled.append(
                {"row": parcel.id, "until": at + _back_off(parcel.attempt), "becomes": Sending.UNKNOWN, "why": type(fault).__name__[:20]}
            )
            continue
        outcomes.append(_Outcome(parcel, Sending.SENT if found else Sending.WAITING if parcel.attempt < TRIES else Sending.FAILED, found))
    if unsettled:
        log.warning("the provider cannot say what became of %d texts", len(unsettled))
        with db.write() as session:
            session.connection().execute(_PUT_OFF, unsettled)
    if outcomes:
        _note(db, at, outcomes)
    return len(outcomes)


def carry_redactions(db: Database, at: datetime, provider: Provider, most: int = 50) -> int:
    """A job: have the provider wipe the words of votes. Returns how many were wiped."""
    with db.write() as session:
        due = select(Redaction).where(Redaction.not_before <= at).order_by(Redaction.not_before).limit(most)
        tasks = []
        for row in session.scalars(due.with_for_update(skip_locked=True)):
            row.attempts += 1
            row.not_before = at + _back_off(row.attempts + 2)
            tasks.append((row.id, row.provider_id or "", row.attempts))
    done = []
    for id, provider_id, attempts in tasks:
        try:
            provider.redact(provider_id)
            done.append(id)
        except Exception as fault:  # noqa: BLE001 - tried again later, and loudly
            (log.error if attempts >= TRIES else log.info)("a text of a vote is not yet wiped at the provider: %s", type(fault).__name__)
    with db.write() as session:
        session.execute(delete(Redaction).where(Redaction.id.in_(done)))
    return len(done)
