"""Campaigns: invitations, reminders and results by text, previewed, paced, paused and accounted for."""

from engage.campaigns.acts import (
    AlreadyStarted,
    BodyMissing,
    BodyTooLong,
    NoNumber,
    NotPublished,
    Preview,
    TooCostly,
    WordGivesAway,
    cancel,
    carry_campaigns,
    dressed,
    pause,
    preview,
    progress,
    resume,
    start,
    told,
    write_campaign,
)
from engage.campaigns.models import Campaign, CampaignKind, CampaignStage
from engage.campaigns.queries import of_agreements, reached

__all__ = [
    "AlreadyStarted", "BodyMissing", "BodyTooLong", "Campaign", "CampaignKind", "CampaignStage", "NoNumber", "NotPublished", "Preview",
    "TooCostly", "WordGivesAway", "cancel", "carry_campaigns", "dressed", "of_agreements", "pause", "preview", "progress", "reached",
    "resume", "start", "told", "write_campaign",
]  # fmt: skip
