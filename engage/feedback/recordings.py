"""Voices: brought here from the provider and wiped there, played to the table alone, typed up, then deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engage.feedback.acts import Given, Said, fitting, give
from engage.feedback.alerts import look_for_danger
from engage.feedback.models import Feedback, Recording, Stage
from engage.kernel.act import Act, day_of
from engage.kernel.db import Database
from engage.kernel.fields import packed, unpacked
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.projects import Project

LONGEST_SECONDS = 120
SHORTEST_SECONDS = 2
"""Less is a breath, or somebody who hung up."""
TRIES = 20
HEARD_FOR = timedelta(days=7)
"""After it was typed up, in case a word has to be heard again."""


class NothingTyped(Refusal):
    sentence = N_("Tapez ce qui est dit. Si on n’entend rien, écrivez «rien d’audible».")


class NoVoice(Refusal):
    sentence = N_("Cet avis n’a pas de voix à taper.")


class Recorder(Protocol):
    """Where voices wait: raises on a bad line, and is asked again later."""

    def recording(self, provider_id: str) -> bytes | None:
        """A WAV file; None while it is not ready, or once it is gone."""

    def wipe_recording(self, provider_id: str) -> None: ...


def receive(
    act: Act, agreement_id: str, project: Project | None, face: int | None, provider_id: str, seconds: int, *, number: str, language: str
) -> Given:
    """A voice was recorded by someone who agreed to it. Raises as `give`."""
    given = give(act, agreement_id, project, Said(face), language=language, number=number, is_recorded=True)
    recording = Recording(feedback_id=given.feedback.id, seconds=seconds)
    act.session.add(recording)
    recording.provider_id = provider_id
    act.session.flush()
    return given


def of(session: Session, feedback: Feedback) -> Recording | None:
    return session.scalar(select(Recording).where(Recording.feedback_id == feedback.id))


def audio(recording: Recording) -> bytes | None:
    return unpacked(recording.audio) if recording.audio else None


def to_type(session: Session, agreement_ids: Sequence[str]) -> Sequence[Feedback]:
    """Contributions whose words nobody has typed yet."""
    waiting = select(Feedback).join(Recording, Recording.feedback_id == Feedback.id).where(Recording.typed_on.is_(None))
    return session.scalars(waiting.where(Feedback.agreement_id.in_(agreement_ids)).order_by(Feedback.on)).all()


def type_up(act: Act, feedback: Feedback, words: str) -> None:
    """The typed words are what counts from now on. Raises NothingTyped, WordsTooLong, NoVoice."""
    if not words.strip():
        raise NothingTyped
    told = fitting(words)
    recording = of(act.session, feedback)
    if recording is None:
        raise NoVoice
    feedback.words, recording.typed_on = told, act.day
    if feedback.stage in (Stage.KEPT, Stage.SHOWN):
        feedback.stage, feedback.shown = Stage.RECEIVED, ""
    look_for_danger(act, feedback.agreement_id, words)
    act.session.flush()


def carry_recordings(db: Database, at: datetime, recorder: Recorder) -> int:
    """A job: bring each voice here, then have the provider forget it. Returns how many came.

    A bad line keeps no other voice waiting, and is no try: the first one is raised once all had their turn.
    """
    with db.read() as session:
        due = session.scalars(select(Recording.id).where(Recording.provider_id_sealed.is_not(None), Recording.attempts < TRIES)).all()
    came, bad_lines = 0, []
    for id in due:
        try:
            came += _carry(db, id, recorder)
        except Exception as error:  # noqa: BLE001 - whatever the line did, raised below
            bad_lines.append(error)
    if bad_lines:
        raise bad_lines[0]
    return came


def _carry(db: Database, id: UUID, recorder: Recorder) -> bool:
    """Whether a voice came; one that is not ready, or gone, is asked for a few times."""
    with db.read() as session:
        row = session.get(Recording, id)
        provider_id, is_here = (row.provider_id, row.audio_sealed is not None) if row else (None, False)
    if provider_id is None:
        return False
    heard = None if is_here else recorder.recording(provider_id)
    with db.write() as session:
        row = session.get(Recording, id)
        if row is not None and heard is not None:
            row.audio = packed(heard)
        elif row is not None and not is_here:
            row.attempts += 1
    if heard is None and not is_here:
        return False
    recorder.wipe_recording(provider_id)
    with db.write() as session:
        row = session.get(Recording, id)
        if row is not None:
            row.provider_id_sealed = None
    return heard is not None


def forget_heard(act: Act) -> None:
    """Voices typed up a week ago are deleted."""
    typed = Recording.typed_on < day_of(act.at - HEARD_FOR)
    act.session.execute(update(Recording).where(typed).values(audio_sealed=None))
