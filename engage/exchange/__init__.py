"""Exchange: files in and out of everything that a table or an operator keeps elsewhere too, one engine for the command and the page."""

from engage.exchange.elsewhere import SOURCES
from engage.exchange.engine import KINDS, Outcome, Told, bring, written
from engage.exchange.kind import Scope
from engage.exchange.reading import MOST_LINES

__all__ = ["KINDS", "MOST_LINES", "Outcome", "SOURCES", "Scope", "Told", "bring", "written"]
