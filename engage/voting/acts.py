"""What is done with a consultation: draft it, open it, vote, say a word more, close it."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from hashlib import sha256
from uuid import UUID

from sqlalchemy import bindparam, select

from engage import governance, ledger, participants
from engage.kernel import words
from engage.kernel.act import QUEBEC, Act, Channel
from engage.kernel.db import keys_of
from engage.kernel.fields import append
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.ledger import Kind, Where
from engage.participants import ConsentKind, Participant, Status
from engage.voting import ballot_box
from engage.voting.models import Consultation, Door, Option, RollEntry, Stage
from engage.voting.plan import NINE, Priority
from engage.voting.texts import wordings

MOST_CHOICES = 3
MOST_OPTIONS = 9
"""The box keeps a choice as nine bits."""
NO_FIXED_ADDRESS, ELSEWHERE = "none", "elsewhere"
_FINAL = select(RollEntry.final).where(RollEntry.consultation_id == bindparam("vote"), RollEntry.participant_id == bindparam("voter"))


class NotOpenYet(Refusal):
    sentence = N_("Ce vote n’est pas encore ouvert. Revenez bientôt.")


class ConsultationClosed(Refusal):
    sentence = N_("Ce vote est fini. Votre choix n’a pas été gardé.")


class TooManyChoices(Refusal):
    sentence = N_("Choisissez 3 réponses au plus. Enlevez-en, puis continuez.")


class UnknownOption(Refusal):
    sentence = N_("Un de vos choix n’est pas dans la liste. Choisissez encore.")


class CodeNeeded(Refusal):
    sentence = N_("Pour ce vote, il faut un code. Il est sur votre carte. Pas de carte? Appelez-nous.")


class AlreadyOpen(Refusal):
    sentence = N_("Ce vote est déjà ouvert. On ne peut plus le modifier.")


class ClosesTooSoon(Refusal):
    sentence = N_("La date de fin est déjà passée. Choisissez un jour à venir.")


class WordingMissing(Refusal):
    sentence = N_("Il manque la question ou une réponse en français. Écrivez-la avant d’ouvrir.")


class BadKeyword(Refusal):
    sentence = N_("Le mot-clé doit avoir 3 à 12 lettres ou chiffres, sans espace.")


class BadPlaces(Refusal):
    sentence = N_("Le nombre de priorités retenues va de 1 à 5.")


class BadAge(Refusal):
    sentence = N_("L’âge minimal va de 12 à 99 ans.")


class BadLevel(Refusal):
    sentence = N_("Dites ce que vous ferez du résultat.")


class TooYoung(Refusal):
    sentence = N_("Pour ce vote, il faut avoir %(age)s ans ou plus.")


class LivesElsewhere(Refusal):
    sentence = N_("Ce vote est pour les gens de la région. Merci de votre intérêt.")


class ResidenceMissing(Refusal):
    sentence = N_("Dites où vous vivez, ou choisissez «Je n’ai pas d’adresse fixe».")


class VoteIsFinal(Refusal):
    sentence = N_("Votre vote sur papier est déjà dans la boîte. Il ne change plus.")


class CodeTaken(Refusal):
    sentence = N_("Un autre vote porte déjà ce mot-clé. Choisissez-en un autre.")


@dataclass(frozen=True)
class Vote:
    """What a voter is told: the receipt code, and whether an earlier vote was replaced."""

    receipt: str
    replaced: bool


def draft_consultation(
    act: Act,
    agreement_id: str,
    *,
    code: str,
    question: dict[str, str],
    why: dict[str, str],
    door: Door,
    closes_at: datetime,
    places: int = 3,
    level: int = 1,
    minimum_age: int = 14,
    priorities: Iterable[Priority] = NINE,
) -> Consultation:
    """A consultation not yet open, and the M4 mechanism it belongs to.

    Raises BadKeyword, CodeTaken, ClosesTooSoon, WordingMissing, BadPlaces, BadAge, BadLevel.
    """
    options = list(priorities)
    for holds, refusal in (
        (re.fullmatch("[A-Za-z0-9]{3,12}", code), BadKeyword),
        (closes_at > act.at, ClosesTooSoon),
        (question.get("fr") and why.get("fr") and 1 <= len(options) <= MOST_OPTIONS, WordingMissing),
        (places in range(1, 6), BadPlaces),
        (minimum_age in range(12, 100), BadAge),
        (level in range(1, 5), BadLevel),
    ):
        if not holds:
            raise refusal
    if act.session.scalar(select(Consultation.id).where(Consultation.code == code.upper())):
        raise CodeTaken
    mechanism = governance.start_mechanism(act, agreement_id, type="M4", level=level, name=question["fr"])
    consultation = Consultation(
        code=code.upper(),
        agreement_id=agreement_id,
        mechanism_id=mechanism.id,
        door=door,
        closes_at=closes_at,
        places=places,
        minimum_age=minimum_age,
    )
    act.session.add(consultation)
    act.session.flush()
    words.write(act.session, consultation.id, "question", question)
    words.write(act.session, consultation.id, "why", why)
    for number, priority in enumerate(options, start=1):
        option = Option(consultation_id=consultation.id, number=number, icon=priority.icon)
        act.session.add(option)
        act.session.flush()
        words.write(act.session, option.id, "label", priority.label)
        words.write(act.session, option.id, "short", priority.short)
        words.write(act.session, option.id, "explanation", priority.explanation)
    act.session.refresh(consultation)
    return consultation


def open_consultation(act: Act, consultation: Consultation) -> None:
    """Freeze everything that decides the result, write its hash into the ledger, and let people vote.

    The key that opens the box is made in the key ring. Raises AlreadyOpen, ClosesTooSoon, WordingMissing.
    """
    if consultation.stage != Stage.DRAFT:
        raise AlreadyOpen
    if consultation.closes_at <= act.at:
        raise ClosesTooSoon
    texts = wordings(act.session, consultation)
    if not texts.text(consultation.id, "question", "fr") or not all(
        texts.text(option.id, field, "fr") for option in consultation.options for field in ("label", "short")
    ):
        raise WordingMissing
    public_key = keys_of(act.session).make_box(consultation.id)
    mechanism = act.session.get_one(governance.Mechanism, consultation.mechanism_id)
    tie_order = [option.number for option in consultation.options]
    secrets.SystemRandom().shuffle(tie_order)
    rules = {
        "v": 1,
        "consultation": str(consultation.id),
        "rule": "equal-shares-unit/1, completed by approvals",
        "mechanism": {"type": mechanism.type, "level": mechanism.level},
        "places": consultation.places,
        "most_choices": MOST_CHOICES,
        "options": {str(option.number): str(option.id) for option in consultation.options},
        "tie_order": tie_order,
        "wordings": texts.versions(),
        "door": consultation.door,
        "decided_by": "ballots behind a card or a number",
        "fewest_ballots": ballot_box.FEWEST,
        "closes_at": consultation.closes_at.isoformat(),
        "box_key": public_key.hex(),
    }
    consultation.rules = json.dumps(rules, sort_keys=True, ensure_ascii=False)
    consultation.rules_hash = sha256(consultation.rules.encode()).hexdigest()
    consultation.public_key = public_key
    consultation.stage, consultation.opened_at = Stage.OPEN, act.at
    ledger.record(act, where(consultation), Kind.RULES_FIXED, detail=consultation.rules_hash)


def check_choices(consultation: Consultation, choices: Collection[int]) -> None:
    """Raises TooManyChoices or UnknownOption. An empty choice is a blank vote."""
    if len(choices) > MOST_CHOICES:
        raise TooManyChoices
    if set(choices) - consultation.numbered().keys():
        raise UnknownOption


def check_open(act: Act, consultation: Consultation) -> None:
    """Raises NotOpenYet or ConsultationClosed."""
    if consultation.stage == Stage.DRAFT:
        raise NotOpenYet
    if not consultation.is_open(act.at):
        raise ConsultationClosed


def check_eligible(consultation: Consultation, *, of_age: bool, residence: str) -> None:
    """What someone without a card declares of themselves; nothing of it is kept.

    `residence` is a territory's code, NO_FIXED_ADDRESS or ELSEWHERE. Raises TooYoung, LivesElsewhere, ResidenceMissing.
    """
    if not of_age:
        raise TooYoung(age=consultation.minimum_age)
    if residence == ELSEWHERE:
        raise LivesElsewhere
    if not residence:
        raise ResidenceMissing


def hold_open(act: Act, consultation: Consultation) -> None:
    """Make sure a vote is open and stays so until this transaction ends: a closing waits for it, or for SQLite's one writer."""
    if act.session.get_bind().dialect.name != "sqlite":
        act.session.refresh(consultation, ["stage", "closes_at"], with_for_update={"read": True})
    check_open(act, consultation)


def cast_vote(
    act: Act, consultation: Consultation, choices: Collection[int], *, participant: Participant | None, draft: bytes = b""
) -> Vote:
    """Put a ballot in the box, or replace the voter's earlier one until closing.

    Without a participant the vote is anonymous: allowed at an open door, told apart by its random `draft` so that a page sent
    twice stays one vote. Raises ConsultationClosed, NotOpenYet, TooManyChoices, UnknownOption, CodeNeeded, VoteIsFinal.
    """
    hold_open(act, consultation)
    check_choices(consultation, choices)
    if participant is None and consultation.door == Door.CODED:
        raise CodeNeeded
    check_not_final(act, consultation, participant)
    tag = tag_of(act, consultation, participant, draft)
    receipt, is_new = ballot_box.put(act.session, slot(act, consultation), tag, set(choices), known=participant is not None)
    if is_new:
        person, status = enrol(act, consultation, participant)
        if participant and person:
            _seal_status(act, consultation, participant, today=status == Status.TODAY)
    return Vote(receipt, replaced=not is_new)


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
    entry.fact = str(ledger.record(as_cast, where(consultation), Kind.VOTE_CAST, person=person, status=status).id)
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


def set_aside(consultation: Consultation, choices: Collection[int]) -> str:
    """A choice awaiting confirmation, sealed for the box: no copy of it outlives the key, wherever rows are left behind."""
    info = b"set aside " + consultation.id.bytes
    return ballot_box.seal(bytes(choices), consultation.public_key or b"", info).hex()


def take_back(act: Act, consultation: Consultation, aside: str) -> list[int]:
    """The choice that was set aside. Raises MissingKey once the box is closed."""
    info = b"set aside " + consultation.id.bytes
    return list(ballot_box.SUITE.decrypt(bytes.fromhex(aside), keys_of(act.session).box(consultation.id), info=info))


def where(consultation: Consultation) -> Where:
    """The mechanism, with the level it had when the rules were frozen."""
    mechanism = consultation.frozen()["mechanism"]
    return Where(consultation.agreement_id, consultation.mechanism_id, mechanism["type"], mechanism["level"])
