"""A result on one page, for the wall of whoever took part without a screen."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, abort, make_response
from flask_babel import gettext as _

from engage import governance, voting
from engage.doorway import db_session, language, premises, public, today
from engage.kernel.numbers import written
from engage.kernel.paper import pdf, qr_picture
from engage.kernel.words import Wordings
from engage.voting import Consultation
from engage.web.looks import day, money
from engage.web.voting import find

blueprint = Blueprint("wall", __name__, url_prefix="/v/<code>")


@blueprint.get("/result.pdf")
@public
def result(code: str) -> Response:
    consultation = find(code)
    found = voting.result_of(db_session(), consultation.id)
    if found is None or not consultation.is_published:
        abort(404)
    data = _told(consultation, found)
    response = make_response(_drawn(json.dumps(data, sort_keys=True)))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="resultat-{consultation.code}-{language()}.pdf"'
    return response


@lru_cache(maxsize=20)
def _drawn(data: str) -> bytes:
    """Anyone may ask for it again and again, and a published result seldom changes: each is drawn once."""
    read: dict[str, Any] = json.loads(data)
    return pdf("result", read, {"qr.svg": qr_picture(read["link"])})


def _told(consultation: Consultation, found: voting.Result) -> dict[str, Any]:
    texts = voting.wordings(db_session(), consultation)
    table = governance.table_of(db_session(), consultation.agreement_id)
    prefix = "" if language() == "fr" else f"/{language()}"
    link = f"{premises().config.public_url}{prefix}/v/{consultation.code}/results"
    person = written(table.person_number).replace(" ", "\N{NO-BREAK SPACE}") if table and table.person_number else ""
    read = found.read()
    who = table.name if table else "Engage"
    return {
        "lang": language(),
        "table": who,
        "result": _("Résultat:"),
        "question": _own(texts, consultation, "question"),
        "tally": _counts(consultation, texts, read["decisive"]) if read["enough"] else None,
        "none": [
            _("Il y a trop peu de votes pour donner un résultat sans risque."),
            _(
                "Sous 10 cartes ou téléphones, quelqu’un pourrait deviner le choix d’une personne. "
                "Ces votes n’ont donc pas été ouverts. Ils sont détruits."
            ),
        ],
        "apart": _apart(read),
        "promise": _promise(consultation),
        "link": link,
        "address": link.split("//", 1)[1],
        "alt": _("Code QR. Il mène à cette adresse: %(address)s.", address=link),
        "more": _("Tout est ici, en ligne:"),
        "published": _("%(table)s a publié ce résultat le %(day)s.", table=who, day=day(found.published_at)),
        "person": _("Une question? Une personne vous répond: %(number)s.", number=person) if person else "",
    }


def _own(texts: Wordings, owner: Any, field: str) -> dict[str, str]:
    return {"text": texts.text(owner.id, field, language()), "lang": texts.language(owner.id, field, language())}


def _counts(consultation: Consultation, texts: Wordings, tally: dict[str, Any]) -> dict[str, Any]:
    """What came out, then every option in the order of its number, with the bar and the figure that say the same."""
    costs: dict[str, int] = tally.get("costs", {})
    named = {option.number: _own(texts, option, "label") for option in consultation.options}
    most = max([*tally["counts"].values(), 1])

    def price(number: int) -> str:
        return money(costs[str(number)]) if costs else ""

    def why(number: int) -> str:
        completed = tally["why"][str(number)]["how"] == "completed"
        votes = _("%(votes)s personnes l’ont choisi.", votes=tally["counts"][str(number)])
        return f"{votes} {_('Il restait une place. C’est la réponse la plus choisie parmi les autres.')}" if completed else votes

    turnout = _("%(number)s personnes ont voté avec une carte ou un téléphone.", number=tally["ballots"])
    if tally["blank"]:
        turnout += " " + _("%(number)s ont voté blanc.", number=tally["blank"])
    spent = ""
    if costs:
        envelope, left = tally["envelope"], tally["envelope"] - tally["spent"]
        spent = _(
            "En tout: %(spent)s sur %(envelope)s. Il reste %(left)s.",
            spent=money(tally["spent"]),
            envelope=money(envelope),
            left=money(left),
        )
        if left:
            spent += " " + _("Aucun autre projet n’avait assez d’appuis pour cet argent. La table dira à quoi il sert.")
    return {
        "turnout": turnout,
        "came_out": _("Ce que les gens ont choisi"),
        "nothing": ""
        if tally["winners"]
        else _("Tous les votes sont blancs. Rien n’est choisi.")
        if tally["blank"] == tally["ballots"]
        else _("Aucun projet n’a assez d’appuis. Rien n’est choisi."),
        "winners": [named[number] | {"number": number, "price": price(number), "why": why(number)} for number in tally["winners"]],
        "spent": spent,
        "all": _("Tous les votes"),
        "heads": [_("Réponse"), *([_("Prix")] if costs else []), _("Votes"), _("Choisi?")],
        "rows": [
            label
            | {
                "number": number,
                "price": price(number),
                "votes": tally["counts"][str(number)],
                "share": tally["counts"][str(number)] / most,
                "passed": _("Oui") if number in tally["winners"] else _("Non"),
                "is_in": number in tally["winners"],
            }
            for number, label in sorted(named.items())
        ],
        "rule_title": _("Comment on choisit"),
        "rule": _(
            "Chaque personne reçoit la même part de l’argent. Un projet passe si les gens qui l’ont choisi peuvent payer son prix ensemble. "
            "Ainsi, un gros groupe ne prend pas tout."
        )
        if costs
        else _(
            "Chaque personne reçoit la même part. Une réponse passe si les gens qui l’ont choisie peuvent payer sa place ensemble. "
            "Ainsi, un gros groupe ne prend pas tout."
        ),
        "ties": _("Des réponses étaient à égalité. L’ordre tiré au sort avant le vote a tranché.") if tally["ties"] else "",
    }


def _apart(read: dict[str, Any]) -> list[str]:
    """What the page shows beside the decision, so that the wall hides nothing of it."""
    said = []
    if read["anonymous"]:
        said.append(
            _("Environ %(number)s votes sont venus sans carte ni téléphone. Ils ne décident pas.", number=read["anonymous"]["ballots"])
        )
    if read["unreadable"] or read["differs"]:
        said.append(_("Attention: la boîte et la liste des votants ne disent pas le même nombre. Demandez à la table ce qui s’est passé."))
    return said


def _promise(consultation: Consultation) -> dict[str, Any]:
    """What the table said it would do, and whether it did."""
    commitment = db_session().get(voting.Commitment, consultation.id)
    told = {"title": _("Ce que la table va faire"), "words": "", "outcome": ""}
    if commitment is None:
        return told | {"when": _("La table n’a encore rien promis. Appelez-la pour savoir.")}
    said = voting.promise_of(db_session(), consultation.id, language())
    due = day(commitment.due_on)
    if commitment.kept_on:
        when = f"{_('C’est fait.')} ({day(commitment.kept_on)})"
    elif commitment.is_late(today()):
        when = f"{_('En retard.')} {_('La table l’avait promis pour le %(day)s.', day=due)}"
    else:
        when = _("Promis pour le %(day)s.", day=due)
    return told | {"words": said.promise, "when": when, "outcome": said.outcome if commitment.kept_on else ""}
