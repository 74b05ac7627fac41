"""What can be said on the phone: each journey is a handful of steps, told as text or as speech."""

from engage.phone.script import feedback, meetings, menu, mine, result, seats, voting, waiting

STEPS = voting.STEPS | menu.STEPS | mine.STEPS | result.STEPS | seats.STEPS | meetings.STEPS | feedback.STEPS | waiting.STEPS
