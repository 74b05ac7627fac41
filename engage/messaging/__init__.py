"""Messaging: texts in and out, conversations, and one list of who asked us to stop."""

from engage.messaging.acts import come_back, conversation, forget_answers, queue, seen, stop, take_in, wipe_replies
from engage.messaging.models import Conversation, InboundMessage, OutboundMessage, Sending
from engage.messaging.queries import has_stopped, language_of
from engage.messaging.segments import Measure, measure, plain
from engage.messaging.sending import NotSent, Parcel, Send, TryLater, send_due, status_changed

__all__ = [
    "Conversation", "InboundMessage", "Measure", "NotSent", "OutboundMessage", "Parcel", "Send", "Sending", "TryLater", "come_back",
    "conversation", "forget_answers", "has_stopped", "language_of", "measure", "plain", "queue", "seen", "send_due", "status_changed",
    "stop", "take_in", "wipe_replies",
]  # fmt: skip
