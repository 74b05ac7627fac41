"""The phone line tried out: a whole exchange, from its first word, in a transaction that is undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engage.governance import RegionalTable
from engage.kernel.act import Act, Channel
from engage.phone import exchange

NUMBER = "+14185550100"
"""Kept for fiction."""


def rehearse(act: Act, table: RegionalTable, said: Sequence[str], *, aloud: bool) -> list[tuple[tuple[str, str], ...]]:
    """What the line answers to each thing said, as language and sentence, by text or, with `aloud`, to each key after its greeting."""
    act = replace(act, channel=Channel.VOICE if aloud else Channel.SMS)
    answers = []
    for turn, heard in enumerate([None, *said] if aloud else said):
        told = exchange.once(act, f"rehearsal {turn}", NUMBER, NUMBER, table, heard, "rehearsal" if aloud else f"rehearsal {turn}")
        answers.append(told.words if told else ())
        act.session.commit()
    return answers
