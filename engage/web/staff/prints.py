"""To print and to share: the poster and the handout of a vote, and words that others can pass on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import refresh

from engage import governance, voting
from engage.doorway import EDITORS, db_session, language, now, ours, premises, staff_only
from engage.kernel.act import QUEBEC
from engage.kernel.languages import name_of
from engage.kernel.numbers import written
from engage.kernel.paper import pdf, qr_picture
from engage.kernel.plain import gives_away
from engage.kernel.words import Wordings, folder
from engage.messaging import measure, plain
from engage.voting import Consultation, Door, GraveKind, Stage
from engage.web.looks import clock, day, money
from engage.web.staff.reach import my_row

blueprint = Blueprint("prints", __name__, url_prefix="/staff/prints")
MOST_PARTS = 2
"""Segments of the text that people pass on."""


@dataclass(frozen=True)
class Vote:
    """A vote as paper tells it, in the language of the moment."""

    consultation: Consultation
    table: governance.RegionalTable | None
    texts: Wordings

    def _channel(self, name: str) -> bool:
        return name in self.consultation.channels.split()

    def _line(self, channel: str) -> str:
        """The number of that channel; empty where the vote or the table is without it."""
        return whole(self.table.text_number) if self.table and self._channel(channel) else ""

    @property
    def text_number(self) -> str:
        return self._line("sms")

    @property
    def voice_number(self) -> str:
        return self._line("voice")

    @property
    def person_number(self) -> str:
        return whole(self.table.person_number) if self.table else ""

    @property
    def who_asks(self) -> str:
        return self.table.name if self.table else "Engage"

    @property
    def link(self) -> str:
        """The short link, straight to the pages in this language."""
        prefix = "" if language() == "fr" else f"/{language()}"
        return f"{premises().config.public_url}{prefix}/v/{self.consultation.code}"

    def written(self, owner: Any, field: str) -> dict[str, str]:
        """What staff wrote, with the language that it is in."""
        return {"text": self.texts.text(owner.id, field, language()), "lang": self.texts.language(owner.id, field, language())}

    @property
    def question(self) -> str:
        return self.written(self.consultation, "question")["text"]

    @property
    def options(self) -> list[dict[str, Any]]:
        """In the order of their numbers, all alike."""
        costs = self.consultation.costs
        return [
            self.written(option, "label")
            | {
                "number": option.number,
                "icon": f"{option.icon}.svg",
                "cost": money(costs[option.number]).replace(" ", "\N{NO-BREAK SPACE}") if costs else "",
            }
            for option in sorted(self.consultation.options, key=lambda option: option.number)
        ]

    @property
    def how_many(self) -> str:
        return str(_("Choisissez 1 ou 2 réponses.") if len(self.consultation.options) == 2 else _("Choisissez 1, 2 ou 3 réponses."))

    @property
    def to_share(self) -> str:
        envelope = self.consultation.envelope if self.consultation.costs else None
        return str(_("Il y a %(money)s à partager.", money=money(envelope)) if envelope else "")

    @property
    def last_day(self) -> str:
        """The last day on which one can vote, and its hour where the vote does not last until midnight."""
        closes_at = self.consultation.closes_at
        last = closes_at - timedelta(minutes=1)
        if closes_at.astimezone(QUEBEC).strftime("%H:%M") in ("23:59", "00:00"):
            return day(last)
        return str(_("%(day)s, avant %(hour)s", day=day(last), hour=clock(closes_at)))

    @property
    def first_day(self) -> str:
        """When a vote that is only announced opens; empty once it is open."""
        if self.consultation.stage != Stage.ANNOUNCED:
            return ""
        grave = voting.pending(db_session(), self.consultation.id)
        due: datetime | None = grave.due_at if grave else None
        return str(_("Vous pourrez voter dès le %(day)s.", day=day(due)) if due else _("Ce vote ouvrira bientôt."))

    @property
    def who_votes(self) -> str:
        where = voting.where_from(db_session(), self.consultation, language())
        return str(_("Qui vote? Les gens de %(age)s ans ou plus qui vivent %(where)s.", age=self.consultation.minimum_age, where=where))

    @property
    def what_it_takes(self) -> str:
        by_phone = bool(self.table and self.table.text_number)
        if self.consultation.door == Door.CODED:
            return str(_("Il faut une carte ou un numéro de téléphone.") if by_phone else _("Il faut une carte de participation."))
        if by_phone:
            return str(_("Avec une carte ou un téléphone, votre vote compte dans le résultat. Sans les deux, il est montré à part."))
        return str(_("Avec une carte, votre vote compte dans le résultat. Sans carte, il est montré à part."))

    @property
    def help(self) -> str:
        """Where a person is, and paper."""
        number = self.person_number
        if self._channel("paper"):
            return str(
                _("Sur papier, ou avec de l’aide: appelez le %(number)s.", number=number) if number else _("Sur papier: demandez ici.")
            )
        return str(_("Avec de l’aide: appelez le %(number)s.", number=number) if number else "")

    @property
    def cost(self) -> str:
        has_number = self.text_number or self.voice_number or self.person_number
        return str(_("Un texto ou un appel peut compter dans votre forfait.") if has_number else "")


def whole(number: str) -> str:
    """A number that no line cuts in two."""
    return written(number).replace(" ", "\N{NO-BREAK SPACE}")


def vote_of(consultation: Consultation) -> Vote:
    session = db_session()
    return Vote(consultation, governance.table_of(session, consultation.agreement_id), voting.wordings(session, consultation))


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Words, days and money in another language than the page's."""
    before = language()
    request.environ["engage.language"] = tag
    refresh()
    try:
        yield
    finally:
        request.environ["engage.language"] = before
        refresh()


def _tags(consultation: Consultation) -> list[str]:
    return [tag for tag in consultation.languages.split() if tag in ours()]


def _is_shown(consultation: Consultation) -> bool:
    return consultation.stage == Stage.ANNOUNCED or consultation.is_open(now())


@blueprint.get("/<id>")
@staff_only(*EDITORS)
def prints(id: str) -> str:
    consultation = my_row(Consultation, id)
    vote, tags, shares = vote_of(consultation), _tags(consultation), []
    is_shown = _is_shown(consultation)
    for tag in tags if is_shown else []:
        with speaking(tag):
            shares.append({"tag": tag, "name": name_of(tag), "short": short_words(vote), "long": long_words(vote)})
    grave = voting.pending(db_session(), consultation.id)
    return render_template(
        "staff/prints.html",
        consultation=consultation,
        question=vote.written(consultation, "question"),
        is_shown=is_shown,
        ends_early=grave is not None and grave.kind in (GraveKind.CLOSE, GraveKind.CANCEL),
        shares=[share | {"parts": measure(share["short"]).segments} for share in shares],
    )


@blueprint.get("/<id>/poster.pdf")
@staff_only(*EDITORS)
def poster(id: str) -> Response:
    return _document(my_row(Consultation, id), "affiche", half=False)


@blueprint.get("/<id>/handout.pdf")
@staff_only(*EDITORS)
def handout(id: str) -> Response:
    return _document(my_row(Consultation, id), "feuillet", half=True)


def _document(consultation: Consultation, name: str, *, half: bool) -> Response:
    tag = request.args.get("lang", "fr")
    if tag not in _tags(consultation) or not _is_shown(consultation):
        abort(404)
    vote = vote_of(consultation)
    with speaking(tag):
        data, pictures = _printed(vote), _pictures(vote)
    response = make_response(pdf("poster", data | {"half": half}, pictures))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}-{consultation.code}-{tag}.pdf"'
    return response


def _pictures(vote: Vote) -> dict[str, bytes]:
    icons = {option.icon for option in vote.consultation.options} | {"message", "phone", "user-heart"}
    drawn = {f"{icon}.svg": (folder("static") / "icons" / f"{icon}.svg").read_bytes() for icon in icons}
    return drawn | {"qr.svg": qr_picture(vote.link)}


def _printed(vote: Vote) -> dict[str, Any]:
    code, text, voice = vote.consultation.code, vote.text_number, vote.voice_number
    site = premises().config.public_url.split("//", 1)[1]
    ways = [
        ("message.svg", _("Texto: écrivez %(code)s au %(number)s.", code=code, number=text) if text else ""),
        ("phone.svg", _("Appelez le %(number)s.", number=voice) if voice else ""),
        ("user-heart.svg", vote.help),
    ]
    small = [
        vote.who_votes,
        vote.what_it_takes,
        _("Le ministère n’a pas accès à vos réponses dans cet outil."),
        vote.cost,
        _("Pour ne plus recevoir de textos: répondez ARRET.") if text else "",
        _("Voir ou effacer ce que nous gardons: %(address)s.", address=f"{site}/me"),
    ]
    return {
        "title": vote.question,
        "lang": language(),
        "asks": f"{vote.who_asks} {_('vous demande:')}",
        "question": vote.written(vote.consultation, "question"),
        "why": vote.written(vote.consultation, "why"),
        "share": vote.to_share,
        "how_many": vote.how_many,
        "options": vote.options,
        "vote_here": _("Pour voter"),
        "scan": _("Visez ce carré avec un téléphone, ou écrivez:"),
        "alt": _("Code QR. Il mène à cette adresse: %(address)s.", address=vote.link),
        "address": vote.link.split("//", 1)[1],
        "ways": [{"icon": icon, "line": line} for icon, line in ways if line],
        "first": vote.first_day,
        "last": _("Dernier jour: %(day)s.", day=vote.last_day),
        "promise": _("Votre choix reste secret. Voter ne change rien à vos prestations."),
        "key": _key() if text else None,
        "small": [line for line in small if line],
    }


def _key() -> dict[str, Any]:
    """What A, B and C mean, which the text that follows a vote leaves to the poster."""
    return {
        "title": _("Après votre texto: A, B ou C, si vous voulez"),
        "why": _("C’est pour vous compter, sans votre nom. Vous pouvez aussi ne rien répondre."),
        "question": _("Aujourd’hui ou avant, avez-vous manqué d’argent pour l’essentiel, ou été mis de côté?"),
        "answers": [("A", _("oui, aujourd’hui")), ("B", _("oui, avant")), ("C", _("non"))],
    }


def short_words(vote: Vote) -> str:
    """For a text or a post: the question when it fits two parts and tells nothing of whoever receives it, in any case link and number."""
    named = {
        "table": vote.table.text_name if vote.table else "Engage",
        "day": vote.last_day,
        "link": vote.link,
        "code": vote.consultation.code,
    }
    question = "" if gives_away(vote.question) else vote.question
    tried = [question] if question else []
    for words in [*tried, _("Votre avis compte.")]:
        text = plain(_short(vote, named | {"question": words})).replace("août", "aout")
        if measure(text).segments <= MOST_PARTS:
            return text
    number = vote.text_number or vote.voice_number or vote.person_number
    told: str = _("%(table)s: votez ici: %(link)s", **named)
    return plain(f"{told} {number}").strip()


def _short(vote: Vote, named: dict[str, str]) -> str:
    if vote.text_number:
        return str(
            _(
                "%(table)s: %(question)s Pour voter: %(link)s ou texto %(code)s au %(number)s. Prix d'un texto. Dernier jour: %(day)s. "
                "C'est secret. Voter ne change rien à vos droits.",
                **named,
                number=vote.text_number,
            )
        )
    number = vote.voice_number or vote.person_number
    if number:
        return str(
            _(
                "%(table)s: %(question)s Pour voter: %(link)s ou un appel au %(number)s. Dernier jour: %(day)s. "
                "C'est secret. Voter ne change rien à vos droits.",
                **named,
                number=number,
            )
        )
    return str(
        _("%(table)s: %(question)s Pour voter: %(link)s Dernier jour: %(day)s. C'est secret. Voter ne change rien à vos droits.", **named)
    )


def long_words(vote: Vote) -> str:
    """For an e-mail or a newsletter: all that the poster says."""
    why = vote.written(vote.consultation, "why")["text"].strip()
    options = [f"{each['number']}. {each['text']}" + (f" ({each['cost']})" if each["cost"] else "") for each in vote.options]
    text, voice = vote.text_number, vote.voice_number
    ways = [
        _("Sur le web: %(link)s", link=vote.link),
        _("Par texto: écrivez %(code)s au %(number)s.", code=vote.consultation.code, number=text) if text else "",
        _("Par téléphone: appelez le %(number)s.", number=voice) if voice else "",
        vote.help,
    ]
    parts = [
        [f"{vote.who_asks} {_('vous demande:')} {vote.question}", why],
        [_("Les réponses:"), *options, f"{vote.to_share} {vote.how_many}".strip()],
        [vote.first_day, _("Dernier jour: %(day)s.", day=vote.last_day), vote.who_votes, vote.what_it_takes],
        [_("Pour voter:"), *(f"- {way}" for way in ways if way)],
        [vote.cost, _("Votre choix reste secret. Voter ne change rien à vos prestations.")],
    ]
    return "\n\n".join("\n".join(line for line in part if line) for part in parts)
