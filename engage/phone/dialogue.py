"""Ask, Tell, and the engine that carries a conversation from one step to the next. No telephone in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engage.governance import RegionalTable
from engage.kernel.act import Act
from engage.kernel.words import N_, say
from engage.messaging import InboundMessage, plain

LOST = N_("Nous n'arrivons pas à nous comprendre, désolés. Une personne peut vous aider: %(number)s. Ou écrivez VOTE pour recommencer.")
PATIENCE = 2
"""How often a question is kindly put again before a person's number is given."""


@dataclass(frozen=True)
class Phrase:
    """A message of the catalogue, filled only when it is told, in the listener's language."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def told(self, language: str) -> str:
        return plain(say(language, self.message, **self.params))


@dataclass(frozen=True)
class Tell:
    """The last word of a journey."""

    phrase: Phrase


@dataclass(frozen=True)
class Ask:
    """A question, the step that will hear the answer, and what that step must remember."""

    phrase: Phrase
    then: str
    memo: dict[str, Any]
    is_private: bool = False
    """The step knows a person or a choice: it waits 20 hours at most, for the phone may be in other hands by then."""


@dataclass(frozen=True)
class Again:
    """The answer was not understood: the same step hears the next one, a few times at most."""

    phrase: Phrase


Turn = Tell | Ask | Again


@dataclass(frozen=True)
class Caller:
    """Who is at the other end: a number, which is not yet a person."""

    act: Act
    number: str
    language: str
    table: RegionalTable
    message: InboundMessage


Step = Callable[[Caller, str, dict[str, Any]], Turn]
State = dict[str, Any]
"""`step`, `memo`, `tries` and `private`, as kept between two texts."""


def advance(steps: Mapping[str, Step], caller: Caller, heard: str, state: State) -> tuple[Phrase, State | None]:
    """One answer, one phrase, and where the conversation then stands (None: nowhere)."""
    return settle(steps[state["step"]](caller, heard, state["memo"]), caller, state)


def settle(turn: Turn, caller: Caller, state: State | None = None) -> tuple[Phrase, State | None]:
    if isinstance(turn, Tell):
        return turn.phrase, None
    if isinstance(turn, Ask):
        return turn.phrase, {"step": turn.then, "memo": turn.memo, "tries": 0, "private": turn.is_private}
    if state is None or state["tries"] >= PATIENCE:
        return lost(caller), None
    return turn.phrase, state | {"tries": state["tries"] + 1}


def lost(caller: Caller) -> Phrase:
    return Phrase(LOST, {"number": spoken_number(caller.table.person_number)})


def spoken_number(number: str) -> str:
    """An E.164 number of this continent as people write it in a text."""
    return f"{number[2:5]} {number[5:8]}-{number[8:]}" if number.startswith("+1") and len(number) == 12 else number
