"""What is in force on this site, to read: settings, health, costs, rules, words of danger, colours. Nothing is changed here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, make_response, render_template
from flask_babel import gettext as _
from wtforms import StringField

from engage import backups, feedback, governance, ledger, messaging
from engage.doctor import BACKED_UP_WITHIN
from engage.doorway import db_session, now, premises, staff_only, today
from engage.kernel import fingerprints
from engage.kernel.contrast import contrast
from engage.kernel.words import folder
from engage.messaging.sending import DAILY
from engage.rights.acts import UNDONE_WITHIN
from engage.rights.retention import IDLE
from engage.staff.entering import PROOF_LASTS, SESSION_LASTS
from engage.web.forms import StaffForm
from engage.web.looks import day
from engage.web.staff.reach import AUDITORS, my_agreements

blueprint = Blueprint("settings", __name__, url_prefix="/staff/settings")
MONTHS = 12
INKS = (("ink", "paper"), ("ink", "tint"), ("quiet", "paper"), ("quiet", "tint"), ("accent", "paper"), ("on-accent", "accent"),
        ("wrong", "paper"), ("wrong", "wrong-tint"))  # fmt: skip
"""Colours of text, each with what is behind it: 7 to 1."""
LINES = (("line", "paper"), ("focus", "paper"), ("bar", "paper"))
"""Colours of lines and bars: 3 to 1."""


class PhraseForm(StaffForm):
    phrase = StringField()


@dataclass(frozen=True)
class State:
    text: str
    is_well: bool


@dataclass(frozen=True)
class Pair:
    theme: str
    front: str
    back: str
    ratio: float
    least: int

    @property
    def is_enough(self) -> bool:
        return self.ratio >= self.least


@blueprint.get("/")
@staff_only(*AUDITORS)
def show() -> Response:
    return _page(PhraseForm(formdata=None))


@blueprint.post("/")
@staff_only(*AUDITORS, for_citizen=True)
def tried() -> Response:
    """Whether words would be heard as danger. By post, and kept nowhere."""
    form = PhraseForm()
    return _page(form, feedback.speaks_of_danger(form.phrase.data or "") if form.sent_well() else None)


def _page(form: PhraseForm, heard: bool | None = None) -> Response:
    mine, witnesses = my_agreements(*AUDITORS), ledger.standing(db_session(), today())
    page = render_template(
        "staff/settings.html",
        settings=_settings(),
        states=[*states(), State(_("Témoins du registre: %(number)s", number=len(witnesses.seen)), not witnesses.is_late)],
        costs=_costs([each.id for each in mine]),
        labels={each.id: each.label for each in mine},
        tables=[(each, governance.table_of(db_session(), each.id), messaging.allowance(db_session(), each.id)) for each in mine],
        rules=_rules(),
        pairs=pairs(),
        form=form,
        heard=heard,
    )
    return make_response(page, 409 if form.mistakes() else 200)


def _settings() -> list[tuple[str, str]]:
    config = premises().config
    return [
        (_("Adresse du site"), config.public_url),
        (_("Langues"), ", ".join(f"{tag} ({_('après une attestation')})" if tag in config.attested else tag for tag in config.languages)),
        (_("Hébergé par"), config.hosted_by or _("pas dit")),
        (_("Qui répond des renseignements personnels"), config.privacy_contact or _("pas dit")),
        (_("Base de données"), "SQLite" if config.database_url.startswith("sqlite") else "PostgreSQL"),
        (_("Téléphone"), _("branché") if config.has_phone else _("pas branché: web, papier et aide seulement")),
        (_("Textos, parties par seconde"), f"{config.text_rate:g}"),
        (_("Prix d’une partie"), f"{config.part_price:.3f} $"),
    ]


def states() -> Iterator[State]:
    """How the site is now: worker, texts, backup, keys."""
    session, keys = db_session(), premises().db.keys
    ran = ledger.ran_at(session)
    yield State(_("Le travail de fond tourne.") if ran else _("Le travail de fond n’a jamais tourné."), ran is not None)
    if ran and now() - ran > ledger.PATIENCE:
        yield State(_("Le travail de fond est arrêté depuis le %(day)s: rien ne part, rien ne se ferme.", day=day(ran)), is_well=False)
    number, since = messaging.due_since(session, now())
    late = since is not None and now() - since > ledger.PATIENCE
    yield State(_("Textos et appels en attente: %(number)s", number=number), not late)
    made = backups.last_made(keys)
    if made is None:
        yield State(_("Aucune sauvegarde n’a été faite."), is_well=False)
    else:
        yield State(_("Dernière sauvegarde: %(day)s", day=day(made)), now() - made <= BACKED_UP_WITHIN)
    older = fingerprints.field_ids(session)[:-1]
    yield State(_("Un changement de clé n’est pas fini.") if older else _("Les clés sont en ordre."), not older)


def _costs(agreement_ids: list[str]) -> list[tuple[str, str, int, float]]:
    """Month such as 2026-11, agreement, parts, dollars; the newest first."""
    since = (today().replace(day=1) - timedelta(days=30 * MONTHS)).replace(day=1)
    price = premises().config.part_price
    return [(month, id, parts, parts * price) for month, id, parts in messaging.spent_by_month(db_session(), agreement_ids, since)]


def _rules() -> list[tuple[str, str]]:
    days = _("%(number)s jours")
    return [
        (_("Heures des textos et des appels que nous commençons"), _("semaine 9 h à 21 h 30, fin de semaine 10 h à 18 h")),
        (_("Textos par jour à une personne, au plus"), str(DAILY)),
        (_("Une place ouverte au bureau dure"), _("%(number)s heures", number=SESSION_LASTS.seconds // 3600)),
        (_("Un geste grave redemande qui vous êtes après"), _("%(number)s minutes", number=PROOF_LASTS.seconds // 60)),
        (_("Un avis reçoit une réponse en"), days % {"number": feedback.ANSWERED_WITHIN.days}),
        (_("Tout effacer se défait pendant"), days % {"number": UNDONE_WITHIN.days}),
        (_("Une personne absente est oubliée après"), days % {"number": IDLE.days}),
        (_("Le numéro d’un avis est gardé après la réponse"), days % {"number": feedback.telling.KEPT.days}),
        (_("Une voix est gardée après la frappe"), days % {"number": feedback.recordings.HEARD_FOR.days}),
    ]


def pairs() -> list[Pair]:
    """Every colour of text, line and bar on what is behind it, in the light theme and the dark one, from the token file itself."""
    light, dark = (folder("static") / "tokens.css").read_text(encoding="utf-8").split("@media", 1)
    found = []
    for theme, css in ((_("clair"), light), (_("sombre"), dark)):
        tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))
        for least, asked in ((7, INKS), (3, LINES)):
            found += [Pair(theme, front, back, contrast(tokens[front], tokens[back]), least) for front, back in asked]
    return found
