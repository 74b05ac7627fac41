"""What the provider asks of a site: signed requests, in their time, each waited for no longer than the provider would."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urldefrag, urlencode, urlsplit

from twilio.request_validator import RequestValidator

from engage.demo.far_end.twiml import BadTwiml

_SOON = 1.0


class Unanswered(Exception):
    """The site did not answer with 2xx in time; `status` is 0 when it did not answer at all."""

    def __init__(self, address: str, status: int) -> None:
        super().__init__(f"{address} answered {status or 'nothing'}")
        self.status = status


@dataclass
class Webhooks:
    """Requests of one account. `asked` counts them as "/phone/sms 200", 0 for no answer."""

    account_sid: str
    auth_token: str
    patience: float = 15.0
    asked: Counter[str] = field(default_factory=Counter)

    def ask(self, address: str, params: dict[str, str], method: str = "POST") -> str:
        """The answer's content. The signature covers the whole address with its query string, and what is posted."""
        address = urldefrag(address).url
        if method == "GET":
            address += ("&" if "?" in address else "?") + urlencode(params)
            params = {}
        parts = urlsplit(address)
        if parts.scheme != "http" or not parts.hostname:
            raise BadTwiml(f"not an address on loopback: {address!r}")
        headers = {"X-Twilio-Signature": RequestValidator(self.auth_token).compute_signature(address, params)}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection(parts.hostname, parts.port, timeout=self.patience)
        status, content = 0, b""
        try:
            target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
            connection.request(method, target, urlencode(params) if method == "POST" else None, headers)
            answer = connection.getresponse()
            status, content = answer.status, answer.read()
        except (OSError, HTTPException) as error:
            raise Unanswered(address, status) from error
        finally:
            connection.close()
            self.asked[f"{parts.path} {status}"] += 1
        if not 200 <= status < 300:
            raise Unanswered(address, status)
        return content.decode()


class Courier:
    """A few threads that do jobs when they are due. A job that a silent site spoils is dropped, as the provider drops it."""

    def __init__(self, workers: int = 8) -> None:
        self.workers = workers
        self.failures: list[BadTwiml] = []
        self._jobs: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._running = 0
        self._threads: list[threading.Thread] = []
        self._stopped = False

    def later(self, seconds: float, job: Callable[[], object]) -> None:
        with self._changed:
            heapq.heappush(self._jobs, (time.monotonic() + seconds, next(self._order), job))
            if not self._threads:
                self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self.workers)]
                for thread in self._threads:
                    thread.start()
            self._changed.notify_all()

    def settle(self, within: float = 10.0) -> None:
        """Wait until nothing is under way nor due within a second; raise the first TwiML a job choked on."""
        limit = time.monotonic() + within
        with self._changed:
            while self._running or (self._jobs and self._jobs[0][0] < time.monotonic() + _SOON):
                if time.monotonic() > limit:
                    raise TimeoutError("callbacks are still under way")
                self._changed.wait(0.1)
            if self.failures:
                raise self.failures[0]

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(1)

    def _work(self) -> None:
        while job := self._next():
            try:
                job()
            except Unanswered:
                pass
            except BadTwiml as error:
                self.failures.append(error)
            finally:
                with self._changed:
                    self._running -= 1
                    self._changed.notify_all()

    def _next(self) -> Callable[[], object] | None:
        with self._changed:
            while not self._stopped:
                wait = self._jobs[0][0] - time.monotonic() if self._jobs else None
                if wait is not None and wait <= 0:
                    self._running += 1
                    return heapq.heappop(self._jobs)[2]
                self._changed.wait(wait)
            return None
