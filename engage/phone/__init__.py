"""The phone door: one script, told as text or as speech."""

from engage.phone import sms, voice
from engage.phone.prompts import sentences

BLUEPRINTS = (sms.blueprint, voice.blueprint)
__all__ = ["BLUEPRINTS", "sentences"]
