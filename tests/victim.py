"""Processes of their own, to be killed: forked from one that has imported everything, they live as long as a test wants them to."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from werkzeug.serving import make_server

from engage import rotation, worker
from engage.app import create_app
from engage.config import Config
from engage.kernel import fingerprints
from engage.kernel.db import Database
from engage.phone.outgoing import Twilio
from engage.storage import open_storage
from engage.voting import closing
from tests.world import START, _Silent

_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload([__name__])


def start(work: Callable[..., None], *given: object) -> Any:
    """A process that does a work of this module."""
    process = _FORKED.Process(target=work, args=given)
    process.start()
    return process


def kill(process: Any) -> None:
    process.kill()
    process.join()


def dies(work: Callable[..., None], *given: object) -> bool:
    """Whether the work ends by SIGKILL, as it is meant to."""
    process = start(work, *given)
    process.join()
    return bool(process.exitcode == -signal.SIGKILL)


def _now() -> datetime:
    return START


def a_worker(config: Config) -> None:
    worker.PAUSE = 0.05
    worker.run(open_storage(config), _now, Twilio(config), 100_000, threading.Event())


def a_site(config: Config) -> None:
    port = int(config.public_url.rsplit(":", 1)[1])
    app = create_app(config, open_storage(config), _now)
    make_server("127.0.0.1", port, app, threaded=True, request_handler=_Silent).serve_forever()


def _then_die(real: Callable[..., object], calls: int = 1) -> Callable[..., object]:
    left = iter(range(calls - 1, -1, -1))

    def dying(*given: object, **named: object) -> object:
        done = real(*given, **named)
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return dying


def a_closing(config: Config, at: datetime, where: str) -> None:
    """Dies after the step has written everything, just before it would commit; or just after the key or the files are gone."""
    db = open_storage(config)
    if where == "shred":
        Database.shred = _then_die(Database.shred)  # type: ignore[method-assign, assignment]
    elif where == "key":
        db.keys.destroy_box = _then_die(db.keys.destroy_box)  # type: ignore[method-assign, assignment]
    else:
        closing._STEPS[where] = _then_die(closing._STEPS[where])  # type: ignore[index, assignment]
    closing.carry_closings(db, at)


def a_rotation(config: Config, where: str, calls: int) -> None:
    """Dies after the key file and the transaction that names it, between two rows, or when the old key is no longer known but still there."""
    place = fingerprints if where == "retire_fields" else rotation
    setattr(place, where, _then_die(getattr(place, where), calls))
    rotation.AT_ONCE = 3
    rotation.rotate(open_storage(config), lambda total: lambda done: None)
