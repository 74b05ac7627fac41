"""The phone door: one script, told as text or as speech."""

from engage.phone import sms, voice

BLUEPRINTS = (sms.blueprint, voice.blueprint)
