"""Messaging: texts in and out, conversations, and one list of who asked us to stop."""

from engage.messaging.acts import answered, come_back, forget_answers, pick_up, queue, stop, wipe_replies
from engage.messaging.models import Conversation, InboundMessage, OutboundMessage, Sending
from engage.messaging.queries import has_stopped, language_of
from engage.messaging.segments import Measure, measure, plain
from engage.messaging.sending import NotSent, Parcel, Send, TryLater, send_due, status_changed

__all__ = [
    "Conversation", "InboundMessage", "Measure", "NotSent", "OutboundMessage", "Parcel", "Send", "Sending", "TryLater", "answered",
    "come_back", "forget_answers", "has_stopped", "language_of", "measure", "pick_up", "plain", "queue", "send_due", "status_changed",
    "stop", "wipe_replies",
]  # fmt: skip
