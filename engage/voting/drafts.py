"""Preparing a consultation: write it, copy another, and say what is missing before it can open."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engage import governance
from engage.kernel import languages as tongues
from engage.kernel import words
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, Wordings, folded
from engage.messaging import measure
from engage.voting.models import CHANNELS, BallotKind, Commitment, Consultation, Door, GraveAct, GraveRule, KeyMode, Option, Stage
from engage.voting.plan import NINE, Proposed
from engage.voting.texts import ballot_text, wordings

MOST_OPTIONS = 9
"""The box keeps a choice as nine bits."""
FEWEST_OPTIONS = 2
MOST_PARTS = 2
NOTICE = timedelta(hours=48)
"""How long what is grave is announced before it takes effect."""
LONGEST_AHEAD = timedelta(days=731)
"""Segments of the ballot by text."""
OF_CONSULTATION, OF_OPTION = ("question", "why"), ("label", "short", "explanation")


class AlreadyOpen(Refusal):
    sentence = N_("Ce vote est déjà annoncé ou ouvert. On ne peut plus le modifier.")


class ClosesTooSoon(Refusal):
    sentence = N_("La date de fin est déjà passée, ou vient avant l’ouverture. Choisissez un jour à venir.")


class WordingMissing(Refusal):
    sentence = N_("La question n’est pas écrite en français.")


class WhyMissing(WordingMissing):
    sentence = N_("Le «pourquoi» n’est pas écrit en français.")


class AnswerMissing(WordingMissing):
    sentence = N_("La réponse %(number)s n’a pas tous ses mots en français: son nom, et son nom court.")


class BadKeyword(Refusal):
    sentence = N_("Le mot-clé doit avoir 3 à 12 lettres ou chiffres, sans espace.")


class BadPlaces(Refusal):
    sentence = N_("Le nombre de priorités retenues va de 1 à 5, et pas plus que de réponses.")


class BadAge(Refusal):
    sentence = N_("L’âge minimal va de 12 à 99 ans.")


class BadLevel(Refusal):
    sentence = N_("Dites ce que vous ferez du résultat.")


class CodeTaken(Refusal):
    sentence = N_("Un autre vote porte déjà ce mot-clé. Choisissez-en un autre.")


class ClosesTooLate(Refusal):
    sentence = N_("Un vote finit dans les deux ans. Choisissez un jour plus proche.")


class EndsBeforeNotice(Refusal):
    sentence = N_("L’annonce dure 48 heures: ce vote finirait avant de commencer. Choisissez une fin plus tard.")


class WasAnnounced(Refusal):
    sentence = N_("Ce vote a déjà été annoncé: le registre en garde la trace. Il ne s’efface plus, mais vous pouvez le changer.")


class TooFewOptions(Refusal):
    sentence = N_("Il faut de 2 à 9 réponses.")


class SameLabels(Refusal):
    sentence = N_("Deux réponses ont le même nom: %(label)s. Chaque réponse doit avoir le sien, aussi dans les textos.")


class BadCosts(Refusal):
    sentence = N_("Écrivez l’enveloppe, et pour chaque projet un prix entre 1 $ et l’enveloppe.")


class BallotTooLong(Refusal):
    sentence = N_("Le texto du vote prend %(parts)s parties. Raccourcissez la question ou les noms courts: 2 au plus.")


class NotReviewed(Refusal):
    sentence = N_("La traduction (%(tag)s) n’est pas toute écrite et relue. Faites-la relire, ou enlevez cette langue.")


def draft_consultation(
    act: Act,
    agreement_id: str,
    *,
    code: str,
    question: dict[str, str],
    why: dict[str, str],
    door: Door,
    closes_at: datetime,
    opens_at: datetime | None = None,
    places: int = 3,
    level: int = 1,
    minimum_age: int = 14,
    options: Iterable[Proposed] = NINE,
    kind: BallotKind = BallotKind.PRIORITIES,
    envelope: int | None = None,
    channels: Collection[str] = CHANNELS.split(),
    languages: Collection[str] = ("fr", "en"),
    territories: Collection[str] = (),
    key_mode: KeyMode = KeyMode.SERVER,
    grave_rule: GraveRule = GraveRule.NOTICE,
    consultation: Consultation | None = None,
) -> Consultation:
    """A consultation not yet open, and the M4 mechanism it belongs to; or a draft written anew. What is missing may come later.

    A French text that changed leaves its translations to be reviewed again. Raises AlreadyOpen, BadKeyword, CodeTaken,
    ClosesTooSoon, ClosesTooLate, WordingMissing, BadPlaces, BadAge, BadLevel, TooFewOptions.
    """
    if consultation is not None:
        act.session.refresh(consultation, with_for_update=True)
    proposed = list(options)
    for holds, refusal in (
        (consultation is None or consultation.stage == Stage.DRAFT, AlreadyOpen),
        (re.fullmatch("[A-Za-z0-9]{3,12}", code), BadKeyword),
        (closes_at > max(act.at, opens_at or act.at), ClosesTooSoon),
        (closes_at <= act.at + LONGEST_AHEAD, ClosesTooLate),
        (question.get("fr"), WordingMissing),
        (len(proposed) <= MOST_OPTIONS, TooFewOptions),
        (places in range(1, 6), BadPlaces),
        (minimum_age in range(12, 100), BadAge),
        (level in range(1, 5), BadLevel),
    ):
        if not holds:
            raise refusal
    taken = act.session.scalar(select(Consultation.id).where(Consultation.code == code.upper()))
    if taken and (consultation is None or taken != consultation.id):
        raise CodeTaken
    if consultation is None:
        mechanism = governance.start_mechanism(act, agreement_id, type="M4", level=level, name=question["fr"])
        consultation = Consultation(agreement_id=agreement_id, mechanism_id=mechanism.id)
        act.session.add(consultation)
    else:
        mechanism = act.session.get_one(governance.Mechanism, consultation.mechanism_id)
        mechanism.level, mechanism.name = level, question["fr"]
    consultation.code, consultation.door, consultation.kind = code.upper(), door, kind
    consultation.opens_at, consultation.closes_at = opens_at, closes_at
    consultation.places, consultation.envelope, consultation.minimum_age = places, envelope, minimum_age
    consultation.channels = " ".join(each for each in CHANNELS.split() if each in channels)
    consultation.languages = " ".join(dict.fromkeys(("fr", *languages)))
    consultation.territories = " ".join(territories)
    consultation.key_mode, consultation.grave_rule = key_mode, grave_rule
    act.session.flush()
    words.write(act.session, consultation.id, "question", question)
    words.write(act.session, consultation.id, "why", why)
    _write_options(act, consultation, proposed)
    act.session.refresh(consultation)
    return consultation


def _write_options(act: Act, consultation: Consultation, proposed: list[Proposed], translations: str = words.REVIEWED) -> None:
    """Options keep their number's row, so that a word changed leaves its other languages in place."""
    known = {option.number: option for option in consultation.options}
    act.session.execute(delete(Option).where(Option.consultation_id == consultation.id, Option.number > len(proposed)))
    for number, each in enumerate(proposed, start=1):
        option = known.get(number) or Option(consultation_id=consultation.id, number=number)
        option.icon, option.cost = each.icon, each.cost if consultation.kind == BallotKind.BUDGET else None
        act.session.add(option)
        act.session.flush()
        for field in OF_OPTION:
            texts = dict(getattr(each, field))
            words.write(act.session, option.id, field, {"fr": texts.pop("fr", "")})
            words.write(act.session, option.id, field, texts, translations)


def write_options(act: Act, consultation: Consultation, proposed: list[Proposed]) -> None:
    """The options of a draft, all of them, and nothing else of it. A translation that is new waits to be read by someone who speaks it.

    Raises AlreadyOpen, TooFewOptions.
    """
    act.session.refresh(consultation, with_for_update=True)
    if consultation.stage != Stage.DRAFT:
        raise AlreadyOpen
    if len(proposed) > MOST_OPTIONS:
        raise TooFewOptions
    _write_options(act, consultation, proposed, words.DRAFT)
    act.session.refresh(consultation)


def discard(act: Act, consultation: Consultation) -> None:
    """A draft that nobody wants. Raises AlreadyOpen, WasAnnounced."""
    act.session.refresh(consultation, with_for_update=True)
    if consultation.stage != Stage.DRAFT:
        raise AlreadyOpen
    if act.session.scalar(select(GraveAct.id).where(GraveAct.consultation_id == consultation.id).limit(1)):
        raise WasAnnounced
    mechanism = act.session.get_one(governance.Mechanism, consultation.mechanism_id)
    for owner in (consultation.id, *(option.id for option in consultation.options)):
        act.session.execute(delete(words.Wording).where(words.Wording.owner_id == owner))
    for table in (Option, Commitment):
        act.session.execute(delete(table).where(table.consultation_id == consultation.id))
    act.session.flush()
    act.session.delete(consultation)
    act.session.flush()
    act.session.delete(mechanism)


class DraftMoved(Refusal):
    sentence = N_("Quelqu’un a changé ce vote pendant ce temps. Regardez-le encore, puis recommencez.")


_OF_A_DRAFT = (
    "code", "door", "kind", "places", "envelope", "minimum_age", "channels", "languages", "territories", "key_mode", "grave_rule", "opens_at",
    "closes_at", "stage",
)  # fmt: skip


def mark_of(session: Session, consultation: Consultation) -> str:
    """A fingerprint of all that a draft says, so that what one person looked at is what they announce or write over."""
    owners = [consultation.id, *(option.id for option in consultation.options)]
    settings = [str(getattr(consultation, name)) for name in _OF_A_DRAFT] + [
        f"{option.icon} {option.cost}" for option in consultation.options
    ]
    level = session.scalar(select(governance.Mechanism.level).where(governance.Mechanism.id == consultation.mechanism_id))
    versions = Wordings(session, owners).versions(["fr", "en"])
    return sha256("\n".join([*settings, str(level), *versions]).encode()).hexdigest()[:16]


def check_mark(session: Session, consultation: Consultation, seen: str) -> None:
    """Raises DraftMoved."""
    if seen != mark_of(session, consultation):
        raise DraftMoved


def proposed_of(session: Session, consultation: Consultation) -> list[Proposed]:
    """The options of a consultation in every language, to write them anew or to begin another from them."""
    texts = wordings(session, consultation)
    tags = consultation.languages.split()

    def written(option: Option, field: str) -> dict[str, str]:
        return {tag: texts.text(option.id, field, tag) for tag in tags if texts.language(option.id, field, tag) == tag}

    return [
        Proposed(option.icon, "", written(option, "label"), written(option, "short"), written(option, "explanation"), option.cost)
        for option in consultation.options
    ]


def faults(act: Act, consultation: Consultation) -> list[Refusal]:
    """All that keeps a draft from opening, in the order in which a page shows it."""
    texts = Wordings(act.session, [consultation.id, *(option.id for option in consultation.options)])
    table = governance.table_of(act.session, consultation.agreement_id)
    said = (
        ballot_text(act.session, consultation, table.text_name if table else "", tag)
        for tag in consultation.languages.split()
        if tag in tongues.OURS
    )
    parts = max(measure(text).segments for text in said)
    count, is_budget = len(consultation.options), consultation.kind == BallotKind.BUDGET
    found: list[Refusal] = []
    unwritten = {owner for owner, field in written_fields(consultation) if not texts.text(owner, field, "fr")}
    if consultation.id in unwritten:
        found += [
            fault() for field, fault in (("question", WordingMissing), ("why", WhyMissing)) if not texts.text(consultation.id, field, "fr")
        ]
    found += [AnswerMissing(number=option.number) for option in consultation.options if option.id in unwritten]
    if count not in range(FEWEST_OPTIONS, MOST_OPTIONS + 1):
        found.append(TooFewOptions())
    found += [SameLabels(label=label) for label in _same_labels(consultation, texts)[:1]]
    if is_budget and not all(0 < (option.cost or 0) <= (consultation.envelope or 0) for option in consultation.options):
        found.append(BadCosts())
    if not is_budget and consultation.places > count:
        found.append(BadPlaces())
    if "sms" in consultation.channels.split() and parts > MOST_PARTS:
        found.append(BallotTooLong(parts=parts))
    found += [NotReviewed(tag=tag) for tag in consultation.languages.split() if tag != "fr" and not is_reviewed(consultation, texts, tag)]
    if consultation.closes_at <= max(act.at, consultation.opens_at or act.at):
        found.append(ClosesTooSoon())
    elif consultation.grave_rule == GraveRule.NOTICE and consultation.closes_at <= act.at + NOTICE:
        found.append(EndsBeforeNotice())
    return found


def written_fields(consultation: Consultation) -> list[tuple[UUID, str]]:
    """Owner and field of every text that a ballot cannot do without."""
    own = [(consultation.id, field) for field in OF_CONSULTATION]
    return own + [(option.id, field) for option in consultation.options for field in OF_OPTION if field != "explanation"]


def is_reviewed(consultation: Consultation, texts: Wordings, language: str) -> bool:
    """Whether a ballot is whole in a language, every text of it read by someone who speaks it, and so the sentences of the site around it."""
    if not tongues.is_reviewed(language):
        return False
    needed = written_fields(consultation)
    explained = [(option.id, "explanation") for option in consultation.options if texts.text(option.id, "explanation", "fr")]
    return all(texts.status(owner, field, language) == words.REVIEWED for owner, field in needed + explained)


def _same_labels(consultation: Consultation, texts: Wordings) -> list[str]:
    """Labels that another option bears too, in any language, however it is spelled."""
    doubled = []
    for tag in consultation.languages.split():
        for field in ("label", "short"):
            seen: set[str] = set()
            for option in consultation.options:
                label = texts.text(option.id, field, tag)
                if label and folded(label) in seen:
                    doubled.append(label)
                seen.add(folded(label))
    return doubled
