"""Reading before showing: only what the published rules name is left out, its author is told why, and can contest."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import select

from engage.feedback import telling
from engage.feedback.models import Feedback, Ground, Photo, Stage
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_

LEFT_OUT = "[…]"
"""What stands on the page instead of a name."""


class WordsChanged(Refusal):
    sentence = N_("On ne change pas les mots des gens. Remplacez seulement un nom par […].")


class NothingToShow(Refusal):
    sentence = N_("Il n’y a pas de mots à montrer.")


class ShowingNotAsked(Refusal):
    sentence = N_("Cette personne n’a pas demandé que ses mots soient montrés.")


class NotRefused(Refusal):
    sentence = N_("Rien à revoir ici: vos mots sont montrés, ou attendent une réponse.")


def show(act: Act, feedback: Feedback, shown: str | None = None, description: str = "") -> None:
    """Put words on the page as they came, or with names left out. A photo is shown once it is described.

    Raises ShowingNotAsked, NothingToShow, WordsChanged.
    """
    if not feedback.may_show:
        raise ShowingNotAsked
    given = " ".join((feedback.words or "").split())
    if not given:
        raise NothingToShow
    told = " ".join((shown or given).split())
    if not leaves_out_only(given, told):
        raise WordsChanged
    feedback.stage, feedback.shown, feedback.ground, feedback.contested_on = Stage.SHOWN, told, "", None
    photo = photo_of(act, feedback)
    if photo is not None:
        photo.description = description.strip()
    act.session.flush()


def leaves_out_only(given: str, told: str) -> bool:
    """Whether `told` is `given` with parts left out and nothing else."""
    normal = [unicodedata.normalize("NFC", text.replace("[...]", LEFT_OUT)) for text in (given, told)]
    pattern = ".+".join(re.escape(part) for part in normal[1].split(LEFT_OUT))
    return re.fullmatch(pattern, normal[0]) is not None and normal[1].replace(LEFT_OUT, "").strip() != ""


def keep(act: Act, feedback: Feedback) -> None:
    """Read, and kept for the table alone: nobody asked that it be shown, or it has no words."""
    feedback.stage = Stage.KEPT
    act.session.flush()


def refuse(act: Act, feedback: Feedback, ground: Ground) -> None:
    """Not shown, for a reason of the rules, which its author is told. The table still reads it and still answers."""
    feedback.stage, feedback.ground, feedback.shown, feedback.contested_on = Stage.REFUSED, ground, "", None
    act.session.flush()
    telling.tell_refusal(act, feedback)


def contest(act: Act, feedback: Feedback) -> None:
    """The author asks that someone look again. Raises NotRefused."""
    if feedback.stage != Stage.REFUSED:
        raise NotRefused
    feedback.contested_on = feedback.contested_on or act.day
    act.session.flush()


def photo_of(act: Act, feedback: Feedback) -> Photo | None:
    return act.session.scalar(select(Photo).where(Photo.feedback_id == feedback.id))
