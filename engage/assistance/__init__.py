"""Assistance: someone holds the pen for someone else, within half an hour, written down, and answerable to the person."""

from engage.assistance.acts import (
    GroupStandsToGain,
    HelpOver,
    ManyBehindNumber,
    NotAgreed,
    OrganisationMissing,
    ReasonMissing,
    StandsToGain,
    check_giver,
    check_no_interest,
    confirm_helped,
    declare_interests,
    end_help,
    explain_alarm,
    folded,
    forget_helped,
    helped,
    join_helped,
    on_paper,
    raise_alarm,
    running,
    start_help,
    takes_part_in,
    witness_number,
)
from engage.assistance.bursts import watch_bursts
from engage.assistance.models import Alarm, AlarmKind, HelpedAct, HelpSession, Reason, What
from engage.assistance.queries import alarms, helped_acts, helping, interests, last_organisation, share_of_largest_helper

__all__ = [
    "Alarm", "AlarmKind", "GroupStandsToGain", "HelpOver", "HelpSession", "HelpedAct", "ManyBehindNumber", "NotAgreed",
    "OrganisationMissing", "Reason", "ReasonMissing", "StandsToGain", "What", "alarms", "check_giver", "check_no_interest",
    "confirm_helped", "declare_interests", "end_help", "explain_alarm", "folded", "forget_helped", "helped", "helped_acts", "helping",
    "interests", "join_helped", "last_organisation", "on_paper", "raise_alarm", "running", "share_of_largest_helper", "start_help",
    "takes_part_in", "watch_bursts", "witness_number",
]  # fmt: skip
