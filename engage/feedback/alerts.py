"""Words of danger: the help lines are told at once; the worker's list hides who it was, and whoever opens a line is written down."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from engage import messaging
from engage.feedback.danger import speaks_of_danger
from engage.feedback.models import AlertOpening, DangerAlert
from engage.kernel.act import Act
from engage.kernel.db import keys_of
from engage.kernel.words import N_

HELP = N_("Besoin d'aide? 211, jour et nuit. Urgence: 911. Personne ne lit ici en direct. Qu'on vous rappelle: MATIN, MIDI ou SOIR.")
HELP_ALOUD = N_("Besoin d’aide? Faites le 211, jour et nuit. Une urgence: le 911. Personne n’écoute cette ligne en direct.")
FRESH = timedelta(days=2)
"""How long after it a word asks for a call."""
KEPT = timedelta(days=180)


def look_for_danger(act: Act, agreement_id: str, text: str, number: str = "") -> DangerAlert | None:
    """Whether words speak of danger: then an alert is kept for the table, without the number. None otherwise."""
    if not speaks_of_danger(text):
        return None
    alert = DangerAlert(agreement_id=agreement_id, channel=act.channel, at=act.at)
    act.session.add(alert)
    alert.words = text[:500]
    alert.number_lookup = keys_of(act.session).blind("phone", number) if number else None
    act.session.flush()
    return alert


def fresh_alert(act: Act, number: str) -> DangerAlert | None:
    """The last alert of a number, while it may still ask to be called."""
    mine = DangerAlert.number_lookup == keys_of(act.session).blind("phone", number)
    recent = select(DangerAlert).where(mine, DangerAlert.at > act.at - FRESH, DangerAlert.closed_on.is_(None))
    return act.session.scalars(recent.order_by(DangerAlert.at.desc()).limit(1)).first()


def want_call(act: Act, alert: DangerAlert, number: str, part_of_day: str, language: str) -> None:
    """They ask for a call, at a time that is safe: only then is the number shown, and a call to make listed."""
    alert.number, alert.part_of_day = number, part_of_day
    act.session.flush()
    messaging.want_person(act, alert.agreement_id, number, part_of_day, language)


def waiting(act: Act, agreement_ids: Collection[str]) -> Sequence[DangerAlert]:
    """Alerts nobody has closed, newest first."""
    still = select(DangerAlert).where(DangerAlert.agreement_id.in_(agreement_ids), DangerAlert.closed_on.is_(None))
    return act.session.scalars(still.order_by(DangerAlert.at.desc())).all()


def open_alert(act: Act, alert: DangerAlert, staff_id: UUID) -> None:
    """Someone of the table reads the words: who and when is kept."""
    act.session.add(AlertOpening(alert_id=alert.id, staff_id=staff_id, at=act.at))
    act.session.flush()


def openings(act: Act, alert: DangerAlert) -> Sequence[AlertOpening]:
    return act.session.scalars(select(AlertOpening).where(AlertOpening.alert_id == alert.id).order_by(AlertOpening.at)).all()


def close(act: Act, alert: DangerAlert, note: str) -> None:
    """What the procedure asked for was done, or there was nothing to do; the words are forgotten."""
    alert.closed_on, alert.note = act.day, note.strip()[:500]
    alert.words_sealed = alert.number_sealed = alert.number_lookup = None
    act.session.flush()


def forget_old(act: Act) -> None:
    """After six months an alert has no words and no number, whether or not someone closed it."""
    gone = {"words_sealed": None, "number_sealed": None, "number_lookup": None}
    act.session.execute(update(DangerAlert).where(DangerAlert.at < act.at - KEPT).values(gone))
