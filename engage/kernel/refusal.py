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
