"""Wrong codes: what they are answered, and how many before an answer has to wait."""

from __future__ import annotations

from engage.kernel.refusal import FailedAttempt, Refusal
from engage.kernel.words import N_

GUESSES, GUESSES_A_DAY, CARD_GUESSES = 5, 20, 60
"""Wrong codes in 15 minutes, or in a day, before an answer has to wait. A card typed wrong is no guess: its check digit shows it, so
that a shelter's shared connection is not shut by slips of the finger."""
GUESS_CARD, GUESS_PERSONAL_CODE = "card guess", "personal code guess"


class CodeUnknown(FailedAttempt):
    sentence = N_("Nous ne trouvons pas ce code. Regardez votre carte et tapez-le encore, chiffre par chiffre.")


class TooManyTries(Refusal):
    sentence = N_("Trop d’essais avec un mauvais code. Attendez 15 minutes, puis essayez encore.")
