"""What is done with an open consultation: vote, and say a word more."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, time
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import bindparam, select

from engage import ledger, participants
from engage.kernel.act import QUEBEC, Act, Channel
from engage.kernel.db import keys_of
from engage.kernel.fields import append
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.ledger import Kind, Where
from engage.participants import ConsentKind, Participant, Status
from engage.voting import ballot_box
from engage.voting.journey import passed
from engage.voting.models import CHANNELS, Consultation, Door, RollEntry, Stage

NO_FIXED_ADDRESS, ELSEWHERE = "none", "elsewhere"
_FINAL = select(RollEntry.final).where(RollEntry.consultation_id == bindparam("vote"), RollEntry.participant_id == bindparam("voter"))


class NotOpenYet(Refusal):
    sentence = N_("Ce vote n’est pas encore ouvert. Revenez bientôt.")


class ConsultationClosed(Refusal):
    sentence = N_("Ce vote est fini. Votre choix n’a pas été gardé.")


class TooManyChoices(Refusal):
    sentence = N_("Choisissez %(most)s réponses au plus. Enlevez-en, puis continuez.")


class UnknownOption(Refusal):
    sentence = N_("Un de vos choix n’est pas dans la liste. Choisissez encore.")


class CodeNeeded(Refusal):
    sentence = N_("Pour ce vote, il faut un code. Il est sur votre carte. Pas de carte? Appelez-nous.")


class TooYoung(Refusal):
    sentence = N_("Pour ce vote, il faut avoir %(age)s ans ou plus.")


class ChannelClosed(Refusal):
    sentence = N_("Ce vote ne se fait pas ainsi. Sur sa page ou avec une personne, vous pouvez voter.")


class LivesElsewhere(Refusal):
    sentence = N_("Ce vote est pour les gens de la région. Merci de votre intérêt.")


class ResidenceMissing(Refusal):
    sentence = N_("Dites où vous vivez, ou choisissez «Je n’ai pas d’adresse fixe».")


class VoteIsFinal(Refusal):
    sentence = N_("Votre vote sur papier est déjà dans la boîte. Il ne change plus.")


class VoteStands(Refusal):
    sentence = N_("Vous avez déjà un vote dans la boîte. Il reste: celui qui attendait est peut-être plus vieux. Vous pouvez voter encore.")


@dataclass(frozen=True)
class Vote:
    """What a voter is told: the receipt code, and whether an earlier vote was replaced."""

    receipt: str
    replaced: bool


def check_choices(consultation: Consultation, choices: Collection[int]) -> None:
    """Raises TooManyChoices or UnknownOption. An empty choice is a blank vote."""
    if len(choices) > consultation.most_choices:
        raise TooManyChoices(most=consultation.most_choices)
    if set(choices) - consultation.numbered().keys():
        raise UnknownOption


def check_open(act: Act, consultation: Consultation) -> None:
    """Raises NotOpenYet or ConsultationClosed."""
    if consultation.stage in (Stage.DRAFT, Stage.ANNOUNCED):
        raise NotOpenYet
    if not consultation.is_open(act.at):
        raise ConsultationClosed


def check_eligible(consultation: Consultation, *, of_age: bool, residence: str) -> None:
    """What someone without a card declares of themselves; nothing of it is kept.

    `residence` is a territory's code, NO_FIXED_ADDRESS or ELSEWHERE. Raises TooYoung, LivesElsewhere, ResidenceMissing.
    """
    for refusal in not_eligible(consultation, of_age=of_age, residence=residence):
        raise refusal


def not_eligible(consultation: Consultation, *, of_age: bool, residence: str) -> list[Refusal]:
    """All that keeps someone without a card from this vote, so that a page can say it at once."""
    found: list[Refusal] = [] if of_age else [TooYoung(age=consultation.minimum_age)]
    if not residence:
        found.append(ResidenceMissing())
    elif residence == ELSEWHERE or (consultation.territories and residence not in (*consultation.territories.split(), NO_FIXED_ADDRESS)):
        found.append(LivesElsewhere())
    return found


def check_channel(act: Act, consultation: Consultation) -> None:
    """Raises ChannelClosed for a channel that the vote was fixed without."""
    if act.channel in CHANNELS.split() and act.channel not in consultation.channels.split():
        raise ChannelClosed


def hold_open(act: Act, consultation: Consultation) -> None:
    """Make sure a vote is open and stays so until this transaction ends: a closing waits for it, or for SQLite's one writer."""
    if act.session.get_bind().dialect.name != "sqlite":
        act.session.refresh(consultation, ["stage", "closes_at"], with_for_update={"read": True})
    check_open(act, consultation)


def cast_vote(
    act: Act,
    consultation: Consultation,
    choices: Collection[int],
    *,
    participant: Participant | None,
    draft: bytes = b"",
    page: bytes = b"",
    waited: bool = False,
) -> Vote:
    """Put a ballot in the box, or replace the voter's earlier one until closing.

    Without a participant the vote is anonymous: allowed at an open door, told apart by its random `draft`. A `page`, random
    bytes that one checked choice alone bears, stays one vote with one receipt however often it is sent. One that `waited` for a
    connection replaces none. Raises ConsultationClosed, NotOpenYet, TooManyChoices, UnknownOption, CodeNeeded, VoteIsFinal,
    ChannelClosed, VoteStands.
    """
    hold_open(act, consultation)
    check_channel(act, consultation)
    check_choices(consultation, choices)
    if participant is None and consultation.door == Door.CODED:
        raise CodeNeeded
    check_not_final(act, consultation, participant)
    tag = tag_of(act, consultation, participant, draft)
    page = page and keys_of(act.session).ballot_tag(consultation.id, b"page " + page)
    known, box = participant is not None, slot(act, consultation)
    receipt, done = ballot_box.put(act.session, box, tag, set(choices), known=known, page=page, replaces=not waited)
    if done is ballot_box.Put.STANDS:
        raise VoteStands
    if done is ballot_box.Put.NEW:
        passed(act, consultation, "voted")
        person, status = enrol(act, consultation, participant)
        if participant and person:
            _seal_status(act, consultation, participant, today=status == Status.TODAY)
    return Vote(receipt, replaced=done is ballot_box.Put.REPLACED)


def check_not_final(act: Act, consultation: Consultation, participant: Participant | None) -> None:
    """Raises VoteIsFinal for whoever's envelope was accepted."""
    if participant and not participant.is_new and act.session.scalar(_FINAL, {"vote": consultation.id, "voter": participant.id}):
        raise VoteIsFinal


def enrol(
    act: Act, consultation: Consultation, participant: Participant | None, *, final: bool = False
) -> tuple[ledger.Person | None, str | None]:
    """One more line of the roll, and its fact. Returns whom the fact names, with what status."""
    person, status = counted(act, consultation, participant)
    fact = ledger.record(act, where(consultation), Kind.VOTE_CAST, person=person, status=status)
    entry = RollEntry(
        consultation_id=consultation.id,
        participant_id=participant.id if participant else None,
        known=participant is not None,
        final=final,
        channel=act.channel,
    )
    append(act.session, entry, fact=str(fact.id))
    if person and participant and not participant.is_new:
        participants.keep_about_then(act, participant, fact.id)
    return person, status


def say_more(
    act: Act, consultation: Consultation, participant: Participant, *, status: Status | None, consents: dict[ConsentKind, bool]
) -> None:
    """The optional questions after a vote: lived experience and consents, which change neither the vote nor its receipt.

    Agreeing to be counted reverses the anonymous fact of the vote and writes one with the person's mark and status.
    """
    act.session.refresh(consultation, ["stage", "closes_at"], with_for_update={"read": True})
    if status is not None:
        participants.declare(act, participant, status)
    for kind, given in consents.items():
        participants.consent(act, participant, kind, given=given)
    set_right(act, consultation, participant)


def set_right(act: Act, consultation: Consultation, participant: Participant) -> None:
    """Make the fact of someone's vote say what they now agree to: the old one is reversed, the new one keeps its day and channel."""
    person, status = counted(act, consultation, participant)
    if consultation.is_open(act.at):
        _seal_status(act, consultation, participant, today=status == Status.TODAY)
    entry = entry_of(act, consultation, participant)
    if entry is None or entry.fact is None:
        return
    fact = act.session.get_one(ledger.ParticipationFact, UUID(entry.fact))
    if (fact.person_id, fact.status) != (person.id if person else None, status):
        write_anew(act, consultation, entry, person, status)
    elif not consultation.is_open(act.at):
        return
    if person:
        participants.keep_about_then(act, participant, UUID(entry.fact))


def write_anew(act: Act, consultation: Consultation, entry: RollEntry, person: ledger.Person | None, status: str | None) -> None:
    """Reverse the fact of a line of the roll, and write it again, of its own day and channel, for someone else or for nobody."""
    fact = act.session.get_one(ledger.ParticipationFact, UUID(entry.fact or ""))
    ledger.reverse(act, fact)
    participants.keep_about_then(act, None, fact.id)
    as_cast = replace(act, channel=Channel(entry.channel), at=datetime.combine(fact.on, time(12), QUEBEC))
    entry.fact = str(ledger.record(as_cast, where(consultation), Kind.VOTE_CAST, person=person, status=status, corrects=True).id)
    act.session.flush()


def entry_of(act: Act, consultation: Consultation, participant: Participant) -> RollEntry | None:
    mine = (RollEntry.consultation_id == consultation.id, RollEntry.participant_id == participant.id)
    return act.session.scalar(select(RollEntry).where(*mine))


def counted(act: Act, consultation: Consultation, participant: Participant | None) -> tuple[ledger.Person | None, str | None]:
    """Who a vote's fact names: nobody without "count me"."""
    if participant is None:
        return None, None
    agrees, status = participants.counted(act.session, participant)
    if not agrees:
        return None, None
    return participants.person_in(act, participant, consultation.agreement_id), status if status != Status.SILENT else None


def _seal_status(act: Act, consultation: Consultation, participant: Participant, *, today: bool) -> None:
    """Only whoever agrees to be counted is in the totals of the opening, too."""
    ballot_box.put_status(act.session, slot(act, consultation), tag_of(act, consultation, participant, b""), today=today)


def tag_of(act: Act, consultation: Consultation, participant: Participant | None, draft: bytes) -> bytes:
    voter = participant.id.bytes if participant else b"draft " + draft
    return keys_of(act.session).ballot_tag(consultation.id, voter)


def slot(act: Act, consultation: Consultation) -> ballot_box.Slot:
    mark_key = keys_of(act.session).ballot_tag(consultation.id, b"marks of the box")
    return ballot_box.Slot(consultation.id, consultation.rules_hash or "", consultation.public_key or b"", mark_key)


def set_aside(act: Act, consultation: Consultation, choices: Collection[int]) -> str:
    """A choice awaiting confirmation, sealed under a key that goes with the box's: no copy outlives it, wherever rows are left behind."""
    nonce = secrets.token_bytes(12)
    sealed: bytes = _aside(act, consultation).encrypt(nonce, bytes(choices), consultation.id.bytes)
    return (nonce + sealed).hex()


def take_back(act: Act, consultation: Consultation, aside: str) -> list[int]:
    """The choice that was set aside. Raises MissingKey once the box is closed."""
    raw = bytes.fromhex(aside)
    return list(_aside(act, consultation).decrypt(raw[:12], raw[12:], consultation.id.bytes))


def _aside(act: Act, consultation: Consultation) -> AESGCM:
    if consultation.stage == Stage.OPEN:
        keys_of(act.session).make_aside(consultation.id)
    return AESGCM(keys_of(act.session).aside(consultation.id))


def where(consultation: Consultation) -> Where:
    """The mechanism, with the level it had when the rules were frozen."""
    mechanism = consultation.frozen()["mechanism"]
    return Where(consultation.agreement_id, consultation.mechanism_id, mechanism["type"], mechanism["level"])
