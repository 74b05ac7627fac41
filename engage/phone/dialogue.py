"""Steps, and the engine that carries a conversation from one to the next. No telephone in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engage.governance import RegionalTable
from engage.kernel.act import Act, Channel
from engage.kernel.numbers import written
from engage.kernel.words import N_, say
from engage.messaging import InboundMessage, plain

LOST = N_("Nous n'arrivons pas à nous comprendre, désolés. Une personne peut vous aider: %(number)s. Ou écrivez MENU pour recommencer.")
LOST_ALOUD = N_("Nous n’arrivons pas à nous comprendre, désolés. Une personne peut vous aider: faites le 0.")
PATIENCE = 2
"""How often a question is kindly put again before a person's number is given."""

Memo = dict[str, Any]


@dataclass(frozen=True)
class Phrase:
    """Messages of the catalogue for a text and for a voice, filled only when told, in the listener's language."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    aloud: str = ""
    """What a voice says instead; empty where the text serves both."""

    def told(self, language: str, *, aloud: bool) -> str:
        told = say(language, self.aloud or self.text if aloud else self.text, **self.params)
        return told if aloud else plain(told)


@dataclass(frozen=True)
class Question:
    """What a step asks, and on a keypad how many keys answer it; `hints` help a machine that listens."""

    phrase: Phrase
    keys: int = 1
    hints: tuple[str, ...] = ()
    records: int = 0
    """Seconds of voice at most that the answer is recorded for; 0 for keys and words."""
    other: str = ""
    """A sentence said in the other language, for whoever understood nothing so far."""


@dataclass(frozen=True)
class Caller:
    """Who is at the other end: a number, which is not yet a person."""

    act: Act
    number: str
    """E.164; empty when it is hidden."""
    language: str
    table: RegionalTable
    message: InboundMessage
    via: str
    """The provider's id of this text, or of the whole call."""

    @property
    def aloud(self) -> bool:
        return self.act.channel == Channel.VOICE


def known(caller: Caller) -> dict[str, object]:
    """Who answers, for any phrase."""
    return {"table": caller.table.text_name, "number": written(caller.table.person_number)}


@dataclass(frozen=True)
class Tell:
    """The last word of a journey. On a call, `then` names what the line does: the menu, a person, or nothing more."""

    phrase: Phrase
    then: str = "menu"


@dataclass(frozen=True)
class Go:
    """On to a step, with what it must remember; `first` is told instead of its question."""

    step: str
    memo: Memo
    first: Phrase | None = None


@dataclass(frozen=True)
class Again:
    """The answer was not understood: the same step hears the next one, a few times at most."""

    phrase: Phrase


Turn = Tell | Go | Again


@dataclass(frozen=True)
class Step:
    """A question and the ear for its answer."""

    ask: Callable[[Caller, Memo], Question]
    hear: Callable[[Caller, str, Memo], Turn]
    takes: str = ""
    """Keys with a meaning of this step's own, such as 9 for a ninth option."""
    is_private: bool = False
    """It knows a choice or a person: it waits for a while only, and answers to it are wiped at the provider."""


State = dict[str, Any]
"""`step`, `memo` and `tries`, as kept between two answers."""


@dataclass(frozen=True)
class Said:
    """What is told, the question it ends on if any, and where the conversation then stands."""

    phrase: Phrase
    question: Question | None = None
    state: State | None = None
    then: str = ""
    before: Phrase | None = None
    """Said first, on a call."""


def advance(steps: Mapping[str, Step], caller: Caller, heard: str, state: State) -> Said:
    """One answer, one thing said."""
    return settle(steps, caller, steps[state["step"]].hear(caller, heard, state["memo"]), state)


def settle(steps: Mapping[str, Step], caller: Caller, turn: Turn, state: State | None = None) -> Said:
    if isinstance(turn, Tell):
        return Said(turn.phrase, then=turn.then)
    if isinstance(turn, Go):
        question = steps[turn.step].ask(caller, turn.memo)
        return Said(turn.first or question.phrase, question, {"step": turn.step, "memo": turn.memo, "tries": 0})
    if state is None or state["tries"] >= PATIENCE:
        return Said(lost(caller), then="menu")
    question = steps[state["step"]].ask(caller, state["memo"])
    return Said(turn.phrase, question, state | {"tries": state["tries"] + 1})


def ask_again(steps: Mapping[str, Step], caller: Caller, state: State) -> Said:
    """The same question, told anew."""
    question = steps[state["step"]].ask(caller, state["memo"])
    return Said(question.phrase, question, state)


def lost(caller: Caller) -> Phrase:
    return Phrase(LOST, {"number": written(caller.table.person_number)}, aloud=LOST_ALOUD)
