"""A process of ours: serving an application, and stopping when asked."""

from __future__ import annotations

import signal
import threading

from granian import Granian
from granian.constants import Interfaces


def serve_wsgi(target: str, host: str, port: int, processes: int) -> None:
    """Serve until stopped. Granian reads a slow request whole before a thread is spent on it."""
    Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=4,
        log_level="warning",  # type: ignore[arg-type]
    ).serve()


def stop_on_signal() -> threading.Event:
    """An event that is set by Ctrl-C or by whoever ends the process."""
    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.set())
    return stopping
