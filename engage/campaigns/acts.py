"""Writing a campaign, starting it, pausing it, and carrying it out in the background."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engage import governance, messaging
from engage.campaigns import recipients
from engage.campaigns.models import Campaign, CampaignKind, CampaignStage
from engage.kernel import plain as plain_words
from engage.kernel import words
from engage.kernel.act import Act, Channel
from engage.kernel.db import Database
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, Wordings, say
from engage.messaging import Measure, OutboundMessage, Purpose, Sending, measure, plain
from engage.voting import Consultation

BODY = N_("%(table)s: %(text)s ARRET: cesser.")
MOST_PARTS = 2


class BodyMissing(Refusal):
    sentence = N_("Écrivez le texto en français.")


class BodyTooLong(Refusal):
    sentence = N_("Ce texto prend %(parts)s parties. Raccourcissez-le à 2 au plus.")


class WordGivesAway(Refusal):
    sentence = N_("Le mot «%(word)s» en dit trop sur un téléphone partagé. Dites-le autrement.")


class AlreadyStarted(Refusal):
    sentence = N_("Cet envoi est déjà parti. On peut le mettre en pause, plus le changer.")


class NoNumber(Refusal):
    sentence = N_("Votre table n’a pas de numéro de texto. Écrivez-le d’abord dans «Nom et numéros».")


class NotPublished(Refusal):
    sentence = N_("Le résultat n’est pas encore publié. Attendez la fin du vote pour en rendre compte.")


class TooCostly(Refusal):
    sentence = N_("Il faut %(needed)s parties, il en reste %(left)s ce mois-ci. Demandez plus, ou attendez le mois prochain.")


def dressed(text: str, text_name: str, language: str) -> str:
    """Words with who writes and how to stop, as they leave."""
    return plain(say(language, BODY, table=text_name, text=text.strip()))


def told(session: Session, campaign: Campaign, table: governance.RegionalTable, language: str) -> str:
    """The text as it will be read: who writes, the words, how to stop; in French where it was not written in that language."""
    texts = Wordings(session, [campaign.id])
    written_in = texts.language(campaign.id, "body", language)
    return dressed(texts.text(campaign.id, "body", language), table.text_name, written_in)


def check_body(text: str, text_name: str) -> Measure:
    """What a text costs once it is dressed. Raises BodyMissing, BodyTooLong, WordGivesAway."""
    if not text.strip():
        raise BodyMissing
    given_away = plain_words.gives_away(text)
    if given_away:
        raise WordGivesAway(word=given_away)
    cost = measure(dressed(text, text_name, "fr"))
    if cost.segments > MOST_PARTS:
        raise BodyTooLong(parts=cost.segments)
    return cost


def write_campaign(
    act: Act, consultation: Consultation, kind: CampaignKind, texts: dict[str, str], campaign: Campaign | None = None
) -> Campaign:
    """A new draft, or a draft rewritten. Raises BodyMissing, BodyTooLong, WordGivesAway, AlreadyStarted."""
    table = governance.table_of(act.session, consultation.agreement_id)
    for text in (texts["fr"], *(text for tag, text in texts.items() if tag != "fr" and text)):
        check_body(text, table.text_name if table else "")
    if campaign is None:
        campaign = Campaign(consultation_id=consultation.id, agreement_id=consultation.agreement_id, kind=kind, made_at=act.at)
        act.session.add(campaign)
    elif campaign.stage != CampaignStage.DRAFT:
        raise AlreadyStarted
    campaign.kind = kind
    act.session.flush()
    words.write(act.session, campaign.id, "body", texts)
    return campaign


@dataclass(frozen=True)
class Preview:
    """What a campaign would do if it started now."""

    recipients: int
    unreached: int
    """People who agreed to be written to and whose number wants nothing any more, or is dead: to be met another way."""
    parts_each: int
    parts: int
    left: int
    """Parts left of this month's allowance."""


def preview(session: Session, campaign: Campaign, table: governance.RegionalTable, at: datetime) -> Preview:
    """Counted exactly; a text in another language may take a part more or less, the dearest is assumed."""
    each = max(measure(told(session, campaign, table, language)).segments for language in ("fr", "en"))
    reached, unreached = recipients.count(session, campaign)
    allowed = messaging.allowance(session, campaign.agreement_id)
    left = allowed.parts_a_month - messaging.spent(session, campaign.agreement_id, Act(session, Channel.WEB, at).day)
    return Preview(reached, unreached, each, reached * each, max(left, 0))


def start(act: Act, campaign: Campaign) -> None:
    """From now on the worker queues and sends it. Raises AlreadyStarted, NotPublished, NoNumber, TooCostly."""
    act.session.refresh(campaign, with_for_update=True)
    if campaign.stage != CampaignStage.DRAFT:
        raise AlreadyStarted
    consultation = act.session.get_one(Consultation, campaign.consultation_id)
    if campaign.kind == CampaignKind.RESULT and not consultation.is_published:
        raise NotPublished
    table = governance.table_of(act.session, campaign.agreement_id)
    if table is None or not table.text_number:
        raise NoNumber
    look = preview(act.session, campaign, table, act.at)
    if look.parts > look.left:
        raise TooCostly(needed=look.parts, left=look.left)
    campaign.stage, campaign.started_at = CampaignStage.QUEUEING, act.at
    act.session.flush()


def pause(act: Act, campaign: Campaign) -> None:
    """Nothing more leaves until it is resumed; what the provider already has goes its way."""
    act.session.refresh(campaign, with_for_update=True)
    if campaign.stage in (CampaignStage.QUEUEING, CampaignStage.RUNNING):
        campaign.stage = CampaignStage.PAUSED
        _move(act, campaign, Sending.WAITING, Sending.HELD)


def resume(act: Act, campaign: Campaign) -> None:
    act.session.refresh(campaign, with_for_update=True)
    if campaign.stage == CampaignStage.PAUSED:
        campaign.stage = CampaignStage.QUEUEING
        _move(act, campaign, Sending.HELD, Sending.WAITING)


def cancel(act: Act, campaign: Campaign) -> None:
    """What has not left never will."""
    act.session.refresh(campaign, with_for_update=True)
    if campaign.stage not in (CampaignStage.DONE, CampaignStage.CANCELLED):
        campaign.stage = CampaignStage.CANCELLED
        for state in (Sending.WAITING, Sending.HELD):
            _move(act, campaign, state, Sending.EXPIRED)


def _move(act: Act, campaign: Campaign, from_: Sending, to: Sending) -> None:
    rows = update(OutboundMessage).where(OutboundMessage.campaign_id == campaign.id, OutboundMessage.state == from_)
    act.session.flush()
    act.session.execute(rows.values(state=to, error=None))


def carry_campaigns(db: Database, at: datetime) -> None:
    """A job: queue the texts of campaigns that started, a batch a transaction, and end those that are done."""
    with db.read() as session:
        waiting = list(session.scalars(select(Campaign.id).where(Campaign.stage.in_((CampaignStage.QUEUEING, CampaignStage.RUNNING)))))
    for id in waiting:
        while _queue_batch(db, id, at):
            pass


def _queue_batch(db: Database, id: UUID, at: datetime) -> bool:
    """Queue one batch. False when there is nothing left to queue."""
    with db.write() as session:
        campaign = session.scalars(select(Campaign).where(Campaign.id == id).with_for_update()).one()
        if campaign.kind != CampaignKind.RESULT and not session.get_one(Consultation, campaign.consultation_id).is_open(at):
            cancel(Act(session, Channel.SYSTEM, at), campaign)
            return False
        if campaign.stage == CampaignStage.RUNNING:
            _end_if_done(session, campaign)
            return False
        table = governance.table_of(session, campaign.agreement_id)
        if campaign.stage != CampaignStage.QUEUEING or table is None:
            return False
        batch = next(recipients.batches(session, campaign, campaign.queued_to), None)
        if batch is None:
            campaign.stage = CampaignStage.RUNNING
            return False
        consultation = session.get_one(Consultation, campaign.consultation_id)
        expires_at = consultation.closes_at if campaign.kind != CampaignKind.RESULT else None
        ids, people = batch
        campaign.queued_to = ids[-1]
        act = Act(session, Channel.SYSTEM, at)
        bodies = {language: told(session, campaign, table, language) for language in {each.language for each in people}}
        messaging.queue_many(
            act,
            [
                messaging.outbound(
                    act,
                    each.number,
                    bodies[each.language],
                    sender=table.text_number,
                    agreement_id=campaign.agreement_id,
                    purpose=Purpose.VOTES,
                    language=each.language,
                    by_voice=each.by_voice,
                    campaign_id=campaign.id,
                    expires_at=expires_at,
                )
                for each in {each.lookup: each for each in people}.values()
            ],
        )
        return True


def _end_if_done(session: Session, campaign: Campaign) -> None:
    under_way = OutboundMessage.state.in_((Sending.HELD, Sending.WAITING, Sending.SENDING, Sending.UNKNOWN))
    left = select(func.count()).where(OutboundMessage.campaign_id == campaign.id, under_way)
    if not session.scalar(left):
        campaign.stage = CampaignStage.DONE


def progress(session: Session, campaign: Campaign) -> dict[str, int]:
    """How many texts stand where: by state, and failed ones by the provider's code as `failed:CODE`."""
    rows = select(OutboundMessage.state, OutboundMessage.error, func.count(), func.sum(OutboundMessage.parts)).where(
        OutboundMessage.campaign_id == campaign.id
    )
    counts: dict[str, int] = {}
    for state, error, number, parts in session.execute(rows.group_by(OutboundMessage.state, OutboundMessage.error)):
        counts[state] = counts.get(state, 0) + number
        if error:
            counts[f"{state}:{error}"] = number
        if state in (Sending.SENT, Sending.DELIVERED):
            counts["parts"] = counts.get("parts", 0) + parts
    return counts
