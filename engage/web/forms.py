"""What all forms share: errors that lose nothing, and for staff a token against forgery."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField

from engage.doorway import premises, sentence
from engage.kernel.act import NoSuchHour, local_moment
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose mistakes come back on the same page, with everything that was typed.

    A citizen's form carries no token and needs no cookie: who they are travels in the form itself, so that another site has
    nothing of theirs to misuse.
    """

    class Meta:
        csrf = False

    def refuse(self, field: Field | None, why: Refusal | str) -> None:
        text = sentence(why) if isinstance(why, Refusal) else why
        if field is None:
            self.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]

    def mistakes(self) -> list[tuple[str, str]]:
        """(id of the field or "", sentence) for the summary at the top of the page."""
        found = [("", str(text)) for text in self.form_errors]
        found += [(field.id, str(text)) for field in self if field.name != "csrf_token" for text in field.errors]
        return found


class StaffForm(Form):
    """A form behind a sign-in, with the token that shows it was posted by our own page."""

    class Meta:
        csrf = True

    def sent_well(self) -> bool:
        """Whether our own page posted it. An old page is told so, and keeps what it holds."""
        return bool(self.validate_on_submit())

    def mistakes(self) -> list[tuple[str, str]]:
        stale = [("", _("La page a attendu trop longtemps. Rien n’est perdu: envoyez-la encore une fois."))]
        return [*(stale if self.csrf_token.errors else []), *super().mistakes()]


class KeywordMeans(Refusal):
    sentence = N_("Ce mot veut déjà dire autre chose dans un texto. Prenez un autre mot-clé.")


def check_keyword(form: Form, field: Field) -> None:
    """The word of a poster says nothing else on the line: nobody is asked to text ARRET."""
    typed = (field.data or "").strip()
    if len(typed) > 2 and premises().line.means_already(typed):
        form.refuse(field, KeywordMeans())


def local_hour(form: Form, on: Field, at: Field) -> datetime | None:
    """A day and an hour as typed, on Quebec's clocks; without an hour, the last minute. What is no moment is refused on its day."""
    try:
        return local_moment(date.fromisoformat((on.data or "").strip()), time.fromisoformat((at.data or "").strip() or "23:59"))
    except NoSuchHour:
        form.refuse(on, _("Cette heure n’existe pas ce jour-là: on avance l’heure. Choisissez-en une autre."))
    except (ValueError, OverflowError):
        form.refuse(on, _("Choisissez un jour, par exemple 2027-03-31, et une heure, par exemple 17:00."))
    return None


def typed_day(form: Form, field: Field, *, needed: bool = False) -> date | None:
    """A day as typed; None where it is left empty, which is refused only where one is needed, as is what is no day."""
    typed = (field.data or "").strip()
    try:
        return date.fromisoformat(typed) if typed or needed else None
    except ValueError:
        form.refuse(field, _("Écrivez le jour comme 2027-03-31."))
        return None


class ChoiceField(StringField):
    """One value out of a list that the page shows and the view checks."""

    choices: Sequence[tuple[str, str]] = ()


class NumberField(IntegerField):
    """A whole number, however it is written: spaces and a dollar sign are no mistake. None when left empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = re.sub(r"[\s$]", "", valuelist[0]) if valuelist else ""
        self.data = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
        if typed and self.data is None:
            self.process_errors = [*self.process_errors, _("Écrivez un nombre entier, en chiffres.")]


def picked_options() -> tuple[int, ...]:
    """The option numbers ticked on a ballot, each once; what is no number is left out."""
    return tuple(
        dict.fromkeys(
            int(number) for number in request.form.getlist("choices") if number.isascii() and number.isdigit() and len(number) < 3
        )
    )
