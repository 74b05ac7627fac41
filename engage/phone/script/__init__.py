"""What can be said on the phone: each journey is a handful of steps."""

from engage.phone.dialogue import Step
from engage.phone.script import voting

STEPS: dict[str, Step] = {
    "which": voting.which,
    "choose": voting.choose,
    "confirm": voting.confirm,
    "more": voting.more,
}
AGAIN = {"confirm": voting.tell_again}
"""Answers that name choices: never kept, but told anew when the provider repeats their message."""
