"""Messaging: texts and calls in and out, conversations, and one list of what each number still wants."""

from engage.messaging.acts import (
    MOST_IN_A_BURST,
    HoursTooFew,
    NameGivesAway,
    TooManyTexts,
    allow,
    answered,
    asked_lately,
    called_back,
    forget_answers,
    forget_number,
    forget_wish,
    give_wish,
    is_alive,
    keep,
    move_wish,
    once,
    outbound,
    pick_up,
    prefer_voice,
    queue,
    queue_many,
    record_prompt,
    redact,
    want_person,
    wipe_replies,
    wish,
    write_to,
)
from engage.messaging.hours import next_opening
from engage.messaging.models import Callback, ContactWish, Conversation, InboundMessage, Keeps, OutboundMessage, Purpose, Sending
from engage.messaging.queries import (
    allowance,
    callbacks,
    conversation_of,
    dead_numbers,
    due_since,
    in_the_middle_of,
    keeps,
    language_of,
    lately_dead,
    manners_of,
    may_start,
    safe,
    sentence_hash,
    spent,
    spent_by_month,
    unwanted,
    voice_prompt,
    voice_prompts,
    wants,
    was_answered,
    wish_of,
)
from engage.messaging.segments import Measure, measure, plain
from engage.messaging.sending import NotSent, Parcel, Provider, TryLater, carry_redactions, reconcile, send_due, status_changed

__all__ = [
    "Callback", "ContactWish", "Conversation", "HoursTooFew", "InboundMessage", "Keeps", "MOST_IN_A_BURST", "Measure", "NameGivesAway",
    "NotSent", "OutboundMessage", "Parcel", "Provider", "Purpose", "Sending", "TooManyTexts", "TryLater", "allow", "allowance",
    "answered", "asked_lately", "callbacks", "called_back", "carry_redactions", "conversation_of", "dead_numbers", "due_since",
    "forget_answers", "forget_number", "forget_wish", "give_wish", "in_the_middle_of", "is_alive", "keep", "keeps", "language_of",
    "lately_dead", "manners_of", "may_start", "measure", "move_wish", "next_opening", "once", "outbound", "pick_up", "plain",
    "prefer_voice", "queue", "queue_many", "reconcile", "record_prompt", "redact", "safe", "send_due", "sentence_hash", "spent",
    "spent_by_month", "status_changed", "unwanted", "voice_prompt", "voice_prompts", "want_person", "wants", "was_answered",
    "wipe_replies", "wish", "wish_of", "write_to",
]  # fmt: skip
