"""How far people come in a vote, as numbers alone: nobody is followed from one step to the next."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from engage.kernel.act import Act, Channel
from engage.kernel.db import counts_of
from engage.voting.models import Consultation, JourneyCount

STEPS = ("entered", "chosen", "voted")
ALONE = (Channel.WEB, Channel.SMS, Channel.VOICE)
ENOUGH = 20
"""Steps gathered before they are written: a row for each would make every voter wait for the last one."""


def passed(act: Act, consultation: Consultation, step: str) -> None:
    """Count a step of `STEPS`, where someone goes through them alone."""
    if act.channel not in ALONE:
        return
    gathered = counts_of(act.session).add((consultation.id, str(act.channel), step), enough=ENOUGH)
    insert = sqlite_insert if act.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    for key, number in sorted(gathered.items(), key=str):
        consultation_id, channel, name = cast(tuple[UUID, str, str], key)
        row: Any = insert(JourneyCount).values(consultation_id=consultation_id, channel=channel, step=name, number=number)
        keys = ("consultation_id", "channel", "step")
        act.session.execute(row.on_conflict_do_update(index_elements=keys, set_={"number": JourneyCount.number + row.excluded.number}))


def steps(session: Session, consultation_id: UUID) -> dict[str, list[int]]:
    """By channel, how often each of `STEPS` was passed, in fives rounded down; channels with nothing to show are left out."""
    rows = session.execute(
        select(JourneyCount.channel, JourneyCount.step, JourneyCount.number).where(JourneyCount.consultation_id == consultation_id)
    )
    found: dict[str, list[int]] = {}
    for channel, step, number in rows:
        found.setdefault(channel, [0] * len(STEPS))[STEPS.index(step)] = number - number % 5
    return {channel: numbers for channel, numbers in sorted(found.items()) if any(numbers)}
