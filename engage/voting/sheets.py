"""Ballot sheets: printed in batches, read by two people who must agree, and accounted for to the last one."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from sqlalchemy import and_, func, select, text
from sqlalchemy.orm import Session

from engage.kernel.act import Act, Channel
from engage.kernel.db import keys_of
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.voting import ballot_box
from engage.voting.acts import check_channel, check_choices, check_open, enrol, hold_open, set_aside, slot, take_back
from engage.voting.models import Consultation, Door, RollEntry, Sheet, SheetBatch

READINGS = 3
"""How often one person may read one sheet: more would be guessing what another read."""
LAST = 1_000_000
"""No vote has as many sheets."""


class SheetUnknown(Refusal):
    sentence = N_("Aucune feuille ne porte ce numéro. Regardez-le en bas de la feuille.")


class SheetUsed(Refusal):
    sentence = N_("Cette feuille est déjà dans la boîte. Rien n’a changé.")


class ReadTooOften(Refusal):
    sentence = N_("Vous avez lu cette feuille 3 fois. Une autre personne doit la lire maintenant.")


class NoEnvelope(Refusal):
    sentence = N_("Il y a plus de feuilles que d’enveloppes. Entrez d’abord l’enveloppe de cette feuille.")


class UrnNeedsOpenDoor(Refusal):
    sentence = N_("Pour ce vote, il faut un code. Les feuilles vont dans une enveloppe, avec le code de la carte.")


class CountsAreOff(Refusal):
    sentence = N_("Écrivez deux nombres, de 0 au nombre de feuilles du lot.")


class Entered(StrEnum):
    """What became of one reading of a sheet."""

    FIRST = "first"
    """Kept: someone else must read the same."""
    DIFFERS = "differs"
    """Kept beside another that says something else: look together, enter it again."""
    BOXED = "boxed"


@dataclass(frozen=True)
class Account:
    """A batch in numbers: what was printed must be used, spoiled or unused."""

    batch: SheetBatch
    used: int

    @property
    def difference(self) -> int | None:
        """Sheets that nobody can account for (negative: too many); None until spoiled and unused ones were counted."""
        if self.batch.spoiled is None or self.batch.unused is None:
            return None
        return self.batch.size - self.used - self.batch.spoiled - self.batch.unused


def print_sheets(act: Act, consultation: Consultation, size: int, *, large: bool, enveloped: bool) -> SheetBatch:
    """A batch of numbered sheets for an open vote. Raises ConsultationClosed, NotOpenYet, ChannelClosed, UrnNeedsOpenDoor."""
    check_open(act, consultation)
    check_channel(replace(act, channel=Channel.PAPER), consultation)
    if not enveloped and consultation.door == Door.CODED:
        raise UrnNeedsOpenDoor
    _one_at_a_time(act, consultation)
    last = select(func.max(SheetBatch.first + SheetBatch.size)).where(SheetBatch.consultation_id == consultation.id)
    first = act.session.scalar(last) or 1
    batch = SheetBatch(
        consultation_id=consultation.id, first=first, size=size, large=large, enveloped=enveloped, made_on=act.day, explanation=""
    )
    act.session.add(batch)
    act.session.flush()
    return batch


def _one_at_a_time(act: Act, consultation: Consultation) -> None:
    """Batches and sheets of one vote are counted one after the other; SQLite has one writer anyway."""
    if act.session.get_bind().dialect.name == "postgresql":
        act.session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": consultation.id.int % 2**62})


def order_on(consultation: Consultation, number: int) -> list[int]:
    """The option numbers in the order that a sheet shows them: a rotation that its own number fixes."""
    numbers = sorted(consultation.numbered())
    turn = number % len(numbers)
    return numbers[turn:] + numbers[:turn]


def enter_sheet(act: Act, consultation: Consultation, number: int, choices: Collection[int], clerk: UUID) -> Entered:
    """What one person read on a sheet. Once two different people read the same, the ballot is in the box.

    Readings are kept sealed for the box; one's own new reading replaces one's last. Raises ConsultationClosed, NotOpenYet,
    TooManyChoices, UnknownOption, SheetUnknown, SheetUsed, ReadTooOften, NoEnvelope.
    """
    hold_open(act, consultation)
    check_choices(consultation, choices)
    batch = batch_of(act, consultation, number) if 0 < number < LAST else None
    if batch is None:
        raise SheetUnknown
    sheet = act.session.get(Sheet, (consultation.id, number), with_for_update=True)
    if sheet is None:
        sheet = Sheet(consultation_id=consultation.id, number=number, used=False, readings="{}")
        act.session.add(sheet)
    if sheet.used:
        raise SheetUsed
    readings: dict[str, tuple[str, int]] = json.loads(sheet.readings)
    others = [set(take_back(act, consultation, aside)) for who, (aside, _) in readings.items() if who != str(clerk)]
    times = readings.get(str(clerk), ("", 0))[1] + 1
    if times > READINGS:
        raise ReadTooOften
    if set(choices) in others:
        _into_the_box(act, consultation, batch, sheet, choices)
        return Entered.BOXED
    sheet.readings = json.dumps(readings | {str(clerk): (set_aside(act, consultation, sorted(choices)), times)})
    act.session.flush()
    return Entered.DIFFERS if others else Entered.FIRST


def _into_the_box(act: Act, consultation: Consultation, batch: SheetBatch, sheet: Sheet, choices: Collection[int]) -> None:
    _one_at_a_time(act, consultation)
    if batch.enveloped and envelopes_waiting(act.session, consultation) < 1:
        raise NoEnvelope
    tag = keys_of(act.session).ballot_tag(consultation.id, f"sheet {sheet.number}".encode())
    ballot_box.put(act.session, slot(act, consultation), tag, set(choices), known=batch.enveloped)
    if not batch.enveloped:
        enrol(act, consultation, None, final=True)
    sheet.used, sheet.readings = True, ""
    act.session.flush()


def batch_of(act: Act, consultation: Consultation, number: int) -> SheetBatch | None:
    here = (SheetBatch.consultation_id == consultation.id, SheetBatch.first <= number, SheetBatch.first + SheetBatch.size > number)
    return act.session.scalar(select(SheetBatch).where(*here))


def envelopes_waiting(session: Session, consultation: Consultation) -> int:
    """Accepted envelopes whose sheet is not yet in the box: the pile holds as many. Negative: a sheet without an envelope."""
    accepted = select(func.count()).where(RollEntry.consultation_id == consultation.id, RollEntry.final, RollEntry.known)
    here = and_(SheetBatch.consultation_id == Sheet.consultation_id, SheetBatch.enveloped)
    among = and_(here, SheetBatch.first <= Sheet.number, SheetBatch.first + SheetBatch.size > Sheet.number)
    entered = select(func.count()).select_from(Sheet).join(SheetBatch, among).where(Sheet.consultation_id == consultation.id, Sheet.used)
    return (session.scalar(accepted) or 0) - (session.scalar(entered) or 0)


def count_batch(act: Act, batch: SheetBatch, *, spoiled: int, unused: int, explanation: str) -> None:
    """What came back of a batch. A difference is shown until it has an explanation. Raises CountsAreOff."""
    if not (0 <= spoiled <= batch.size and 0 <= unused <= batch.size):
        raise CountsAreOff
    batch.spoiled, batch.unused, batch.explanation = spoiled, unused, explanation
    act.session.flush()


def accounts(session: Session, consultation: Consultation) -> Sequence[Account]:
    """Every batch of a vote with its sheets in the box."""
    batches = session.scalars(select(SheetBatch).where(SheetBatch.consultation_id == consultation.id).order_by(SheetBatch.first))
    used = session.scalars(select(Sheet.number).where(Sheet.consultation_id == consultation.id, Sheet.used)).all()
    return [Account(batch, sum(batch.first <= number < batch.first + batch.size for number in used)) for batch in batches]


def half_entered(session: Session, consultation: Consultation) -> list[int]:
    """Sheets that one person read so far, or two differently."""
    waiting = select(Sheet.number).where(Sheet.consultation_id == consultation.id, ~Sheet.used).order_by(Sheet.number)
    return list(session.scalars(waiting))


def counted_sheets(session: Session, consultation: Consultation) -> list[int]:
    """The numbers of the sheets in the box, for the public list once the vote is closed."""
    used = select(Sheet.number).where(Sheet.consultation_id == consultation.id, Sheet.used).order_by(Sheet.number)
    return list(session.scalars(used)) if consultation.is_published else []
