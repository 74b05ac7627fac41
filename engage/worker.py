"""Background work: closing what is due, the ledger's sequence, campaigns, texts that wait, and forgetting in time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Protocol

from engage import assistance, campaigns, committees, feedback, ledger, messaging, rights, staff, voting
from engage.kernel import attempts
from engage.kernel.db import Database
from engage.messaging import Provider as Texts

log = logging.getLogger("engage.worker")


class Provider(Texts, feedback.Recorder, Protocol):
    """Whoever carries our texts and calls, and keeps the voices that were recorded."""


PAUSE = 1.0


def tick(db: Database, at: datetime, provider: Provider | None, rate: float = 100.0) -> None:
    """One round. Each job stands alone: one that fails is logged and tried again next round, the others are done."""
    jobs: list[Callable[[], object]] = [partial(job, db, at) for job in JOBS]
    if provider is not None:
        jobs += [
            partial(job, db, at, provider)
            for job in (partial(_send, rate), messaging.reconcile, messaging.carry_redactions, feedback.carry_recordings)
        ]
    for job in jobs:
        try:
            job()
        except Exception:
            log.exception("a job failed and will be tried again")


def _ledger(db: Database, at: datetime) -> None:
    with db.write() as session:
        ledger.sequence(session, at)
    with db.write() as session:
        ledger.sign_checkpoint(session)


def _reconcile(db: Database, at: datetime) -> None:
    for id in voting.reconcile_votes(db, at):
        log.error("roll, box and facts of consultation %s do not agree: its page in the back office names the step", id)


def _send(rate: float, db: Database, at: datetime, provider: Provider) -> None:
    while messaging.send_due(db, at, provider, rate):
        pass


def _forget(db: Database, at: datetime) -> None:
    with db.write() as session:
        messaging.forget_answers(session, at)
        attempts.forget_old(session, at)
    rights.apply_retention(db, at)


JOBS: tuple[Callable[[Database, datetime], object], ...] = (
    voting.carry_grave_acts,
    voting.carry_closings,
    staff.log.carry_seals,
    _ledger,
    campaigns.carry_campaigns,
    _reconcile,
    assistance.watch_bursts,
    committees.end_terms,
    committees.carry_meetings,
    rights.carry_erasures,
    _forget,
)


def run(db: Database, now: Callable[[], datetime], provider: Provider | None, rate: float, stopping: threading.Event) -> None:
    """Rounds until told to stop."""
    while not stopping.is_set():
        tick(db, now(), provider, rate)
        stopping.wait(PAUSE)
