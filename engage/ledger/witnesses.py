"""Witnesses: people outside who check that the log only grows, and countersign. With none, nobody checks, and it is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.kernel.act import Act, day_of
from engage.kernel.db import keys_of
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.ledger import note
from engage.ledger.book import note_of, verifier
from engage.ledger.models import Cosignature, LedgerCheckpoint, Witness

QUARTER = timedelta(days=92)
ENOUGH = 2
_EARLY = timedelta(minutes=10)


class WitnessNameMissing(Refusal):
    sentence = N_("Écrivez le nom du témoin. Un nom ne sert qu’une fois.")


class WitnessKeyWrong(Refusal):
    sentence = N_("Cette clé ne va pas. Recopiez la ligne entière que le témoin vous a donnée, ou laissez vide s’il répond par la poste.")


class NotAWitness(Refusal):
    sentence = N_("Aucun témoin inscrit n’a signé cette note.")


class NotOurCheckpoint(Refusal):
    sentence = N_(
        "Ce point de contrôle n’est pas un des nôtres. Si un témoin l’a reçu de nous, quelqu’un a refait le registre: gardez-le et appelez."
    )


class SeenInTheFuture(Refusal):
    sentence = N_("Le témoin dit avoir vu ce point de contrôle plus tard que maintenant. Vérifiez son horloge.")


@dataclass(frozen=True)
class Standing:
    """What witnesses have said so far."""

    seen: Sequence[tuple[Witness, Cosignature | None]]
    """Each with the largest checkpoint that they saw."""
    is_late: bool
    """Whether none has spoken for a quarter, though there is something to see."""


def add_witness(act: Act, name: str, verifier_line: str = "") -> Witness:
    """Raises WitnessNameMissing, WitnessKeyWrong."""
    name, line = " ".join(name.split())[:120], verifier_line.strip()
    if not name or act.session.scalar(select(Witness.id).where(Witness.name == name)):
        raise WitnessNameMissing
    if line:
        try:
            note.read_verifier(line, note.COSIGNATURE)
        except note.BadNote:
            raise WitnessKeyWrong from None
    witness = Witness(name=name, verifier=line, since_on=act.day)
    act.session.add(witness)
    act.session.flush()
    return witness


def end_witness(act: Act, witness: Witness) -> None:
    """They look no more; what they saw stays."""
    witness.ended_on = witness.ended_on or act.day
    act.session.flush()


def countersign(act: Act, text: str) -> list[Cosignature]:
    """Keep what witnesses signed under a checkpoint of ours. Said twice, it is kept once; an older checkpoint is kept as such.

    Raises NotOurCheckpoint, NotAWitness, SeenInTheFuture.
    """
    text = text.replace("\r\n", "\n")
    size = _our_size(act.session, text)
    kept = []
    for witness in act.session.scalars(select(Witness).where(Witness.verifier != "", Witness.ended_on.is_(None))):
        try:
            line, seconds = note.open_cosigned(text, witness.verifier)
        except note.BadNote:
            continue
        seen_at = datetime.fromtimestamp(min(seconds, 2**35), UTC)
        if seen_at > act.at + _EARLY:
            raise SeenInTheFuture
        kept.append(_keep(act, witness, size, day_of(seen_at), line))
    if not kept:
        raise NotAWitness
    return kept


def _our_size(session: Session, text: str) -> int:
    """The size of a checkpoint that we signed, word for word. Raises NotOurCheckpoint."""
    try:
        body = note.open_note(text, verifier(keys_of(session).ledger))
        size = note.parse(body).size
    except note.BadNote:
        raise NotOurCheckpoint from None
    if not 0 < size < 2**31 or not note_of(session, size).startswith(body):
        raise NotOurCheckpoint
    return size


def confirm_by_mail(act: Act, witness: Witness, size: int, root: str, seen_on: date) -> Cosignature:
    """A witness wrote back with the size and the fingerprint that they hold: 64 signs in hex, or as on the note.

    Raises NotOurCheckpoint, SeenInTheFuture.
    """
    if seen_on > act.day:
        raise SeenInTheFuture
    found = act.session.get(LedgerCheckpoint, size) if 0 < size < 2**31 else None
    typed = "".join(root.split())
    if found is None or not found.note or typed not in (found.root.hex(), found.note.splitlines()[2]):
        raise NotOurCheckpoint
    return _keep(act, witness, size, seen_on, "")


def _keep(act: Act, witness: Witness, size: int, seen_on: date, line: str) -> Cosignature:
    found = act.session.scalar(select(Cosignature).where(Cosignature.witness_id == witness.id, Cosignature.size == size))
    if found is None:
        found = Cosignature(witness_id=witness.id, size=size, seen_on=seen_on, line=line)
        act.session.add(found)
        act.session.flush()
    return found


def standing(session: Session, today: date) -> Standing:
    """Every witness who still looks, and whether that is enough."""
    seen = []
    for witness in session.scalars(select(Witness).where(Witness.ended_on.is_(None)).order_by(Witness.name)):
        last = select(Cosignature).where(Cosignature.witness_id == witness.id).order_by(Cosignature.size.desc()).limit(1)
        seen.append((witness, session.scalar(last)))
    first = session.scalar(select(LedgerCheckpoint.made_on).where(LedgerCheckpoint.note != "").order_by(LedgerCheckpoint.size).limit(1))
    days = [each.seen_on for _, each in seen if each]
    return Standing(seen, first is not None and max(days, default=first) < today - QUARTER)


def cosigned(session: Session, size: int) -> str:
    """The signed checkpoint of that size with the lines of its witnesses; empty where there is none."""
    text = note_of(session, size)
    lines = session.scalars(select(Cosignature.line).where(Cosignature.size == size, Cosignature.line != "").order_by(Cosignature.line))
    return text + "".join(f"{line}\n" for line in lines) if text else ""
