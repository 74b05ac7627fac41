"""Texts that a page asks for: a code that proves a number, or one question before anything is sent there."""

from __future__ import annotations

from engage import governance, messaging, participants
from engage.doorway import address, language_of_line
from engage.kernel.act import Act
from engage.kernel.numbers import may_be_called
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, say

PROOF = N_("%(table)s: votre code est %(code)s. Il sert 30 minutes. Ce n'est pas vous? Ne faites rien.")
MAY_WRITE = N_("%(table)s: quelqu'un a donné ce numéro pour recevoir nos textos. C'est vous? Répondez OUI. Sinon, ne faites rien.")


class NoTextsHere(Refusal):
    sentence = N_("Cette région n’a pas encore de numéro pour les textos. Prenez une carte, ou appelez-nous.")


class NumberNotHere(Refusal):
    sentence = N_("Nous n’écrivons qu’aux numéros ordinaires du Canada.")


def send_proof(act: Act, number: str, agreement_id: str) -> None:
    """Send a code to a number. Raises NoTextsHere, TooManyTexts."""
    _write(act, number, agreement_id, PROOF, code=participants.prove_number(act, number))


def ask_leave(act: Act, number: str, agreement_id: str) -> None:
    """Ask a number whether it wants what was asked for it. Raises NoTextsHere, TooManyTexts."""
    _write(act, number, agreement_id, MAY_WRITE)


def _write(act: Act, number: str, agreement_id: str, message: str, **params: str) -> None:
    if not may_be_called(number):
        raise NumberNotHere
    table = governance.table_of(act.session, agreement_id)
    if table is None or not table.text_number:
        raise NoTextsHere
    body = say(language_of_line(), message, table=table.text_name, **params)
    messaging.write_to(
        act,
        number,
        body,
        sender=table.text_number,
        agreement_id=agreement_id,
        language=language_of_line(),
        asked_from=address(),
    )
