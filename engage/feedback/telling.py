"""What someone who gave their opinion is told afterwards, where they wrote or called from: one text, or the same words in a call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from engage import governance
from engage.feedback.models import Feedback
from engage.kernel.act import Act, Channel
from engage.kernel.numbers import written
from engage.kernel.plain import gives_away
from engage.kernel.words import N_, Wordings, say
from engage.messaging import Purpose, measure, plain
from engage.projects import Project

ANSWERED = N_("%(table)s, votre avis: %(text)s Ça ne va pas? REVOIR.")
ANSWERED_QUIETLY = N_("%(table)s: votre avis a une réponse. On peut vous la lire: %(number)s. Pas d'accord ensuite? REVOIR.")
ANSWERED_ALOUD = N_("Vous nous avez donné votre avis. Voici la réponse. %(text)s")
REFUSED = N_("%(table)s: vos mots sont lus, mais pas montrés: %(why)s. Pas d'accord? REVOIR, ou %(number)s.")
WHY = {"names": N_("ils nomment quelqu'un"), "threats": N_("ils menacent"), "hate": N_("ils blessent un groupe de gens")}
KEPT = timedelta(days=30)
Body = Callable[[str, str, str], str]
"""What is told, from the sender's name, the number of a person, and the language."""


def tell_response(act: Act, feedback: Feedback, texts: Wordings, response_id: UUID) -> None:
    """An answer, back where the contribution came from; one that says too much, or too long, is announced and read on demand."""

    def body(table: str, number: str, language: str) -> str:
        text = texts.text(response_id, "text", language)
        if feedback.channel == Channel.VOICE:
            return say(language, ANSWERED_ALOUD, text=text)
        whole = plain(say(language, ANSWERED, table=table, text=text))
        if measure(whole).segments <= 2 and not gives_away(text):
            return whole
        return plain(say(language, ANSWERED_QUIETLY, table=table, number=number))

    _tell(act, feedback, body)


def tell_refusal(act: Act, feedback: Feedback) -> None:
    def body(table: str, number: str, language: str) -> str:
        return plain(say(language, REFUSED, table=table, number=number, why=say(language, WHY[feedback.ground])))

    _tell(act, feedback, body)


def about(act: Act, feedback: Feedback, language: str) -> str:
    """What it was about: the project's title, or nothing."""
    project = act.session.get(Project, feedback.project_id) if feedback.project_id else None
    return Wordings(act.session, [project.id]).text(project.id, "title", language) if project else ""


def _tell(act: Act, feedback: Feedback, body: Body) -> None:
    governance.write_to(
        act,
        feedback.agreement_id,
        feedback.number,
        lambda table: body(table.text_name, written(table.person_number), feedback.language),
        purpose=Purpose.VOTES,
        language=feedback.language,
        by_voice=feedback.channel == Channel.VOICE,
    )
