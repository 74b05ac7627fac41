"""What can be said on the phone: each journey is a handful of steps, told as text or as speech."""

from engage.phone.script import meetings, menu, mine, opinions, result, seats, voting

STEPS = voting.STEPS | menu.STEPS | mine.STEPS | result.STEPS | seats.STEPS | meetings.STEPS | opinions.STEPS
