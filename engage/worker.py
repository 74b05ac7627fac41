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
    """One round. Each step stands alone: what one leaves undone, the next round does."""
    voting.advance(db, at)
    with db.write() as session:
        ledger.sequence(session, at)
    with db.write() as session:
        ledger.sign_checkpoint(session)
    if send is not None:
        while messaging.send_due(db, at, send):
            pass
    with db.write() as session:
        messaging.forget_answers(session, at)
        attempts.forget_old(session, at)


def run(db: Database, now: Callable[[], datetime], send: Send | None, stopping: threading.Event) -> None:
    """Rounds until told to stop. A round that fails is logged and tried again."""
    while not stopping.is_set():
        try:
            tick(db, now(), send)
        except Exception:
            log.exception("a round of background work failed and will be tried again")
        stopping.wait(PAUSE)
