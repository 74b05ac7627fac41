"""What can be said on the phone: each journey is a handful of steps."""

from engage.phone.dialogue import Step
from engage.phone.script import voting

STEPS: dict[str, Step] = {
    "which": voting.which,
    "choose": voting.choose,
    "confirm": voting.confirm,
    "more": voting.more,
}
