"""The phone door: one script, told as text or as speech."""

from engage.phone import sms, voice
from engage.phone.exchange import means_already
from engage.phone.prompts import sentences
from engage.phone.rehearsal import rehearse
from engage.phone.script.voting import ballot_aloud

BLUEPRINTS = (sms.blueprint, voice.blueprint)
__all__ = ["BLUEPRINTS", "ballot_aloud", "means_already", "rehearse", "sentences"]
