"""Numbers gathered in a process before they are written, so that nobody waits for a row that everyone counts on."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Hashable


class Counts:
    """Safe between threads. A process that dies loses what it has not written."""

    def __init__(self) -> None:
        self._numbers: Counter[Hashable] = Counter()
        self._lock = threading.Lock()

    def add(self, what: Hashable, *, enough: int) -> Counter[Hashable]:
        """One more; once `enough` are gathered they are handed over, to be written now."""
        with self._lock:
            self._numbers[what] += 1
            if self._numbers.total() < enough:
                return Counter()
            gathered, self._numbers = self._numbers, Counter()
            return gathered
