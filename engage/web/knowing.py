"""Who is at a citizen's page: a card, a phone's code, or a number that a code is sent to first. No account, no cookie."""

from __future__ import annotations

from dataclasses import replace

from wtforms import Field, HiddenField, StringField

from engage import participants
from engage.doorway import address
from engage.kernel.act import Act
from engage.kernel.numbers import e164
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.web.asking import send_proof
from engage.web.draft import Draft
from engage.web.forms import Form


class DraftLost(Refusal):
    sentence = N_("La page a attendu trop longtemps. Rien n’a été envoyé. Recommencez à la première page.")


class NumberNeeded(Refusal):
    sentence = N_("Écrivez un numéro de téléphone à 10 chiffres.")


class StepForm(Form):
    step = HiddenField()
    draft = HiddenField()


class KnownForm(StepForm):
    code = StringField()
    number = StringField()
    phone_code = StringField()

    def refuse_whoever(self, refusal: Refusal) -> None:
        """Say it beside what was typed to be known."""
        if isinstance(refusal, NumberNeeded):
            self.refuse(self.number, refusal)
        else:
            self.refuse(self.phone_code if typed(self.phone_code) else self.code, refusal)


class ProveForm(StepForm):
    proof = StringField()
    phone_code = StringField()


def typed(field: Field) -> str:
    return "".join((field.data or "").split())


def recognised(here: Act, form: KnownForm, draft: Draft, agreement_id: str) -> Draft | None:
    """The draft of whoever enters behind a phone's code or a card, or about to prove a number; None for whoever typed nothing.

    Raises NumberNeeded, and what participants and messages refuse.
    """
    number = e164(form.number.data or "") or ""
    if typed(form.phone_code):
        return draft.of(participants.by_phone_code(here, number, typed(form.phone_code), asked_from=address()))
    if typed(form.code):
        return draft.of(participants.by_card(here, form.code.data or "", agreement_id, asked_from=address()))
    if not typed(form.number):
        return None
    if not number:
        raise NumberNeeded
    send_proof(here, number, agreement_id)
    return replace(draft, number=number)


def proved(here: Act, form: ProveForm, draft: Draft) -> Draft:
    """The phone holds the code: its person comes back with their own, or is someone new behind it, whose code is told once."""
    code, told = typed(form.phone_code), ""
    participants.check_proof(here, draft.number, form.proof.data or "", asked_from=address())
    if code:
        participant = participants.by_phone_code(here, draft.number, code, asked_from=address())
    else:
        participant, told = participants.join_by_phone(here, draft.number)
    return replace(draft.of(participant), personal_code=told)
