"""The sentences that a table's line says again and again, so that a human voice may say them."""

from __future__ import annotations

from datetime import datetime
from types import ModuleType

from sqlalchemy.orm import Session

from engage import voting
from engage.governance import RegionalTable
from engage.kernel.words import say
from engage.phone import voice
from engage.phone.script import menu, mine, result
from engage.phone.script import voting as vote


def sentences(session: Session, table: RegionalTable, at: datetime, languages: tuple[str, ...]) -> list[tuple[str, str]]:
    """Language and sentence: the greeting, the ballots of open votes, and everything without a name or a number in it."""
    found = []
    for language in languages:
        found.append((language, say(language, menu.GREETING_ALOUD, name=table.name)))
        open_votes = voting.open_now(session, at, table.agreement_id)
        found += [(language, vote.ballot_aloud(session, consultation, table, language)) for consultation in open_votes]
        found += [(language, say(language, message)) for module in (menu, vote, mine, result, voice) for message in _fixed(module)]
    return list(dict.fromkeys(found))


def _fixed(module: ModuleType) -> list[str]:
    return [
        message for name, message in vars(module).items() if name.endswith("_ALOUD") and isinstance(message, str) and "%(" not in message
    ]
