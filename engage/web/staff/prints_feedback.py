"""Paper for feedback: cards to fill in with a stub to keep, the poster of a project, and answers to hang where the cards were left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext as _

from engage import feedback, governance, projects
from engage.doorway import EDITORS, db_session, language, ours, premises, staff_only, today
from engage.feedback import queries
from engage.kernel.codes import spaced
from engage.kernel.languages import name_of
from engage.kernel.paper import pdf, qr_picture
from engage.kernel.words import Wordings, folder
from engage.projects import Project
from engage.web.feedback import ICONS, face_names, step_names
from engage.web.looks import day
from engage.web.staff.prints import speaking, whole
from engage.web.staff.reach import mine, my_row

blueprint = Blueprint("staff_prints_feedback", __name__, url_prefix="/staff/prints/feedback")
CARDS = 4
ON_WALL = timedelta(days=120)


@blueprint.get("/<agreement_id>")
@staff_only(*EDITORS)
def papers(agreement_id: str) -> str:
    listed = projects.hearing(db_session(), mine(agreement_id))
    return render_template(
        "staff/feedback_prints.html",
        agreement_id=agreement_id,
        listed=listed,
        titles=projects.titles(db_session(), [each.id for each in listed], language()),
        languages=[(tag, name_of(tag)) for tag in ours()],
        on_wall=len(queries.on_the_wall(db_session(), agreement_id, today() - ON_WALL)),
    )


def _asked() -> str:
    """The language that was asked for, or the page's own."""
    tag = request.args.get("lang", "")
    return tag if tag in ours() else language()


def _known(agreement_id: str, tag: str) -> dict[str, Any]:
    """What every paper says: whose it is, where to go on, and that nothing of it touches benefits."""
    table = governance.table_of(db_session(), agreement_id)
    prefix = "" if tag == "fr" else f"/{tag}"
    return {
        "lang": tag,
        "table": table.name if table else "Engage",
        "site": f"{premises().config.public_url}{prefix}",
        "text_number": whole(table.text_number) if table and table.text_number else "",
        "person_number": whole(table.person_number) if table and table.person_number else "",
        "trust": str(_("Sans nom. Votre avis ne change rien à vos prestations. Le ministère n’a pas accès à vos réponses dans cet outil.")),
        "help": str(_("Besoin d’aide? 211, jour et nuit. Parler: 988. Peur à la maison: 1 800 363-9010. Urgence: 911.")),
    }


def _sent(document: bytes, name: str) -> Response:
    response = Response(document, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _faces() -> tuple[list[dict[str, str]], dict[str, bytes]]:
    icons = {f"{name}.svg": (folder("static") / "icons" / f"{name}.svg").read_bytes() for name in ICONS.values()}
    plain = {name: content.replace(b"currentColor", b"#000") for name, content in icons.items()}
    return [{"icon": f"{ICONS[face]}.svg", "name": name} for face, name in face_names().items()], plain


@blueprint.get("/<agreement_id>/cards.pdf")
@staff_only(*EDITORS)
def cards(agreement_id: str) -> Response:
    """Four cards, each with its own number: on the card, and on the stub that the person keeps."""
    mine(agreement_id)
    tag = _asked()
    with speaking(tag):
        faces, icons = _faces()
        known = _known(agreement_id, tag)
        data = known | {
            "title": str(_("Dites-nous en vos mots")),
            "about": str(_("Sur quoi? Un projet, un lieu, autre chose:")),
            "ask": str(_("C’est comment, pour vous? Cochez un visage.")),
            "words": str(_("Dites-nous en vos mots, sans nom de gens:")),
            "show": str(_("Vous pouvez montrer mes mots à tous, sans mon nom")),
            "keep": str(_("Gardez ce bout. La réponse sera affichée ici, avec la fin de votre numéro, au plus tard 90 jours après.")),
            "see": str(_("Ou voyez-la ici: %(address)s/answer", address=known["site"])),
            "number": str(_("Numéro de suivi:")),
            "faces": faces,
            "cards": [spaced(feedback.new_reference()) for _place in range(CARDS)],
        }
        return _sent(pdf("feedback_cards", data, icons), "cartes-avis")


@blueprint.get("/poster/<id>.pdf")
@staff_only(*EDITORS)
def poster(id: str) -> Response:
    """What hangs in the place itself: the word to text, the number to call, the page."""
    project = my_row(Project, id)
    tag = _asked()
    with speaking(tag):
        known, texts = _known(project.agreement_id, tag), Wordings(db_session(), [project.id])
        faces, icons = _faces()
        address = f"{known['site']}/projects/{project.code}"
        data = known | {
            "title": texts.text(project.id, "title", tag),
            "ask": str(_("C’est comment, pour vous?")),
            "faces": faces,
            "address": address.split("://", 1)[1],
            "alt": str(_("Code QR vers la page de ce projet")),
            "scan": str(_("Avec un téléphone: visez ce carré, ou tapez l’adresse.")),
            "by_text": str(_("Par texto: écrivez %(word)s au %(number)s. Prix d’un texto.", word=project.code, number=known["text_number"]))
            if known["text_number"]
            else "",
            "by_voice": str(_("De vive voix: appelez le %(number)s et faites le 5.", number=known["text_number"]))
            if known["text_number"]
            else "",
            "by_person": str(_("Une personne vous écoute: %(number)s.", number=known["person_number"])) if known["person_number"] else "",
            "promise": str(_("La table répond dans les 90 jours, et montre ce qui change.")),
            "letters": str(
                _(
                    "Être compté, sans votre nom? Aujourd’hui ou avant, avez-vous manqué d’argent pour l’essentiel, ou été mis de côté? A: oui, aujourd’hui. B: oui, avant. C: non. Ajoutez R pour qu’on vous écrive."
                )
            ),
        }
        return _sent(pdf("project_poster", data, icons | {"qr.svg": qr_picture(address)}), f"affiche-{project.code}")


@blueprint.get("/<agreement_id>/answers.pdf")
@staff_only(*EDITORS)
def answers(agreement_id: str) -> Response:
    """To hang where cards were left: each answer, and the end of the numbers that it answers."""
    found = queries.on_the_wall(db_session(), mine(agreement_id), today() - ON_WALL)
    if not found:
        abort(404)
    tag = _asked()
    with speaking(tag):
        said, steps = queries.said_of(db_session(), [each for each, _stubs in found], tag), step_names()
        data = _known(agreement_id, tag) | {
            "title": str(_("La table vous répond")),
            "lead": str(_("Cherchez la fin du numéro de votre carte.")),
            "again": str(_("Cette réponse ne vous va pas? Dites-le une fois, avec votre numéro:")),
            "answers": [
                {
                    "step": steps[each.step],
                    "text": said[each.id],
                    "day": day(each.made_on),
                    "cards": str(_("Cartes qui finissent par: %(numbers)s", numbers=", ".join(stubs))),
                }
                for each, stubs in found
            ],
        }
        return _sent(pdf("answers", data), "reponses")
