"""My page's part about what I said: its answer, showing my words or not, and saying once that an answer does not do."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request
from flask_babel import gettext as _

from engage import feedback
from engage.doorway import act
from engage.feedback import Feedback
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.web.draft import Draft
from engage.web.me import person_here, see


class WordsGone(Refusal):
    sentence = N_("Cet avis n’est pas le vôtre, ou n’est plus là. Rien n’a changé.")


def _mine(draft: Draft) -> Feedback:
    """What the form names, when whoever is here said it. Raises WordsGone."""
    with act(Channel.WEB) as here:
        said = {str(each.id): each for each in feedback.said_by(here, person_here(draft))}
    found = said.get(request.form.get("feedback", ""))
    if found is None:
        raise WordsGone
    return found


def _show(draft: Draft) -> Response:
    shows, own = request.form.get("shown") == "yes", _mine(draft)
    with act(Channel.WEB) as here:
        feedback.let_show(here, own, given=shows)
    return see(
        draft,
        _("C’est noté: vos mots seront lus, puis montrés sans votre nom.") if shows else _("C’est noté: vos mots restent pour la table."),
    )


def _again(draft: Draft) -> Response:
    own = _mine(draft)
    with act(Channel.WEB) as here:
        if own.stage == feedback.Stage.REFUSED and own.answered_on is None:
            feedback.moderation.contest(here, own)
        else:
            feedback.responses.not_satisfied(here, own)
    return see(draft, _("C’est noté. La table regarde encore."))


STEPS: dict[str, Callable[[Draft], Response]] = {"show_words": _show, "look_again": _again}
