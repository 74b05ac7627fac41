"""Words: sentences of the catalogue in a person's language, and the wordings that staff write."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from uuid import UUID

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.kernel.db import Base, Identified


def folder(name: str) -> Path:
    """Where `templates`, `translations` and `static` lie: inside an installed wheel, or at the project's root."""
    package = Path(__file__).parents[1]
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def N_(message: str) -> str:  # noqa: N802 - gettext's own name
    """Marks a sentence for the catalogue without translating it yet."""
    return message


@cache
def catalogue(language: str) -> NullTranslations:
    """French is the source: its messages are themselves. Other languages are read from their `.po` file."""
    path = folder("translations") / language / "LC_MESSAGES" / "messages.po"
    if language == "fr" or not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def say(language: str, message: str, **params: object) -> str:
    """The message in that language, its `%(name)s` places filled."""
    text = str(catalogue(language).ugettext(message))
    return text % params if params else text


class Wording(Identified, Base):
    """What staff wrote: one text for one field of one thing, in one language. Texts are never edited: a change is a version."""

    __tablename__ = "wording"
    __table_args__ = (UniqueConstraint("owner_id", "field", "language", "version"),)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    field: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str]
    status: Mapped[str] = mapped_column(String(20), default="reviewed")
    version: Mapped[int] = mapped_column(default=1)


class Wordings:
    """The latest wordings of some owners, read in one query."""

    def __init__(self, session: Session, owners: Iterable[UUID]) -> None:
        rows = session.execute(
            select(Wording.owner_id, Wording.field, Wording.language, Wording.text, Wording.id)
            .where(Wording.owner_id.in_(list(owners)))
            .order_by(Wording.version)
        )
        self._texts: dict[tuple[UUID, str, str], tuple[str, UUID]] = {(o, f, lang): (text, id) for o, f, lang, text, id in rows}

    def text(self, owner: UUID, field: str, language: str) -> str:
        """In that language, else in French; empty when it was never written."""
        found = self._texts.get((owner, field, language)) or self._texts.get((owner, field, "fr"))
        return found[0] if found else ""

    def language(self, owner: UUID, field: str, language: str) -> str:
        """The language that `text` answers in, for the `lang` attribute."""
        return language if (owner, field, language) in self._texts else "fr"

    def versions(self) -> list[str]:
        return sorted(str(id) for _, id in self._texts.values())


def write(session: Session, owner: UUID, field: str, texts: dict[str, str]) -> None:
    """Keep a new version of each text that is not empty and differs from the latest."""
    known = Wordings(session, [owner])
    for language, text in texts.items():
        if not text or known._texts.get((owner, field, language), ("",))[0] == text:
            continue
        last = session.scalar(
            select(Wording.version)
            .where(Wording.owner_id == owner, Wording.field == field, Wording.language == language)
            .order_by(Wording.version.desc())
            .limit(1)
        )
        session.add(Wording(owner_id=owner, field=field, language=language, text=text, version=(last or 0) + 1))
    session.flush()
