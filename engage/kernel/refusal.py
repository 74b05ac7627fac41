"""A refusal: the domain says no in one translatable sentence that every door delivers as it is."""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """Expected and explainable. Subclasses set `sentence`, a French message of the catalogue.

    Keyword arguments fill the sentence's `%(name)s` places.
    """

    sentence: ClassVar[str]

    def __init__(self, **params: object) -> None:
        super().__init__(self.sentence % params)
        self.params = params


class FailedAttempt(Refusal):
    """A wrong guess: whoever delivers the refusal counts it against `who` for that `purpose`, outside the act's savepoint."""

    def __init__(self, purpose: str, *who: str) -> None:
        super().__init__()
        self.purpose, self.who = purpose, who
