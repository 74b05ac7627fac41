"""OUI or NON out of nowhere: an answer to something that we sent. An offered place, a meeting, one question on a project."""

from __future__ import annotations

from engage.kernel.words import N_
from engage.phone import hearing
from engage.phone.dialogue import Again, Caller, Go, Memo, Phrase, Question, Step, Turn
from engage.phone.script import feedback, meetings, seats

WHICH = N_("Une place vous est offerte, et une rencontre attend aussi votre réponse. Vous répondez pour: 1 la place, 2 la rencontre.")


def answer(caller: Caller, heard: str) -> Turn | None:
    """Of the one thing that waits; where a place and a meeting both do, which of the two is asked. Else None."""
    is_offered = seats.is_answer(caller, heard)
    if is_offered and meetings.is_answer(caller, heard):
        return Go("which waits", {"heard": heard})
    return (
        (seats.answer_offer(caller, heard) if is_offered else None) or meetings.answer(caller, heard) or feedback.follow_up(caller, heard)
    )


def _ask(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(WHICH))


def _hear(caller: Caller, heard: str, memo: Memo) -> Turn:
    labels = {1: "place", 2: "rencontre"} if caller.language == "fr" else {1: "seat", 2: "meeting"}
    picked = hearing.choice(heard, labels)
    if not picked.is_heard:
        return Again(Phrase(WHICH))
    turn = seats.answer_offer(caller, memo["heard"]) if int(picked.value) == 1 else meetings.answer(caller, memo["heard"])
    return turn or Again(Phrase(WHICH))


STEPS = {"which waits": Step(_ask, _hear, is_private=True)}
