"""Background work: closing what is due, the ledger's sequence, texts that wait, and forgetting in time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from engage import ledger, messaging, voting
from engage.kernel import attempts
from engage.kernel.db import Database
from engage.messaging import Send

log = logging.getLogger("engage.worker")
PAUSE = 1.0


def tick(db: Database, at: datetime, send: Send | None) -> None:
    """One round. Each job stands alone: one that fails is logged and tried again next round, the others are done."""
    for job in (_close, _sequence, _sign, _send, _forget):
        try:
            job(db, at, send)
        except Exception:
            log.exception("%s failed and will be tried again", job.__name__.strip("_"))


def _close(db: Database, at: datetime, _send: Send | None) -> None:
    voting.carry_closings(db, at)


def _sequence(db: Database, at: datetime, _send: Send | None) -> None:
    with db.write() as session:
        ledger.sequence(session, at)


def _sign(db: Database, _at: datetime, _send: Send | None) -> None:
    with db.write() as session:
        ledger.sign_checkpoint(session)


def _send(db: Database, at: datetime, send: Send | None) -> None:
    while send is not None and messaging.send_due(db, at, send):
        pass


def _forget(db: Database, at: datetime, _send: Send | None) -> None:
    with db.write() as session:
        messaging.forget_answers(session, at)
        attempts.forget_old(session, at)


def run(db: Database, now: Callable[[], datetime], send: Send | None, stopping: threading.Event) -> None:
    """Rounds until told to stop."""
    while not stopping.is_set():
        tick(db, now(), send)
        stopping.wait(PAUSE)
