"""A stand-in for the phone provider, on loopback, shared by the demo and the tests: texts, calls, signed webhooks, troubles."""

from engage.demo.far_end.calls import Call, CallError, Expects, Spoken
from engage.demo.far_end.messages import Sent, Text, Trouble
from engage.demo.far_end.routes import ACCEPTED, FarEnd
from engage.demo.far_end.twiml import BadTwiml
from engage.demo.far_end.webhooks import Unanswered

__all__ = ["FarEnd", "Trouble", "Sent", "Text", "Call", "Spoken", "Expects", "CallError", "BadTwiml", "Unanswered", "ACCEPTED"]
