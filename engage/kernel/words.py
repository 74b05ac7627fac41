"""Words: sentences of the catalogue in a person's language, and the wordings that staff write."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from babel.dates import format_date, format_time
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from sqlalchemy import String, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.kernel.act import QUEBEC
from engage.kernel.db import Base, Identified


def folder(name: str) -> Path:
    """Where `templates`, `translations` and `static` lie: inside an installed wheel, or at the project's root."""
    package = Path(__file__).parents[1]
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def N_(message: str) -> str:  # noqa: N802 - gettext's own name
    """Marks a sentence for the catalogue without translating it yet."""
    return message


TRANSLATIONS = folder("translations")
OPEN, SHUT = "\ue000", "\ue001"
"""Around what fell back to French on a page in another language: signs for private use, which no page keeps."""


def path_of(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """The `.po` file of a language, as it is written. Raises FileNotFoundError."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def fits(french: str, translated: str) -> bool:
    """Whether every place to fill is kept, none made up, and no stray % breaks the sentence where it is filled."""
    if "%(" not in french:
        return True
    places = re.findall(r"%\(\w+\)s", translated)
    return set(places) == set(re.findall(r"%\(\w+\)s", french)) and "%" not in re.sub(r"%\(\w+\)s|%%", "", translated)


class _InFrench(NullTranslations):
    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{SHUT}"


@cache
def catalogue(language: str, *, marks: bool = False) -> NullTranslations:
    """French is the source: its messages are themselves. Other languages are read from their `.po` file.

    What is missing there is said in French; between OPEN and SHUT for whoever can mark it as French.
    """
    if language == "fr" or not path_of(language).exists():
        return NullTranslations()
    found, compiled = read(language), io.BytesIO()
    for message in [each for each in found if each.id and each.string and not fits(str(each.id), str(each.string))]:
        found.delete(message.id)
    write_mo(compiled, found)
    compiled.seek(0)
    translations = Translations(compiled)
    if marks:
        translations.add_fallback(_InFrench())
    return translations


def say(language: str, message: str, **params: object) -> str:
    """The message in that language, its `%(name)s` places filled."""
    text = str(catalogue(language).ugettext(message))
    return text % params if params else text


def day_in_text(language: str, day: date) -> str:
    """A day as a text says it; "aout" as the spelling of 1990 allows, for a û costs a part."""
    told = format_date(day, "d MMMM", locale=language).replace("û", "u")
    return told.replace("1 ", "1er ", 1) if language == "fr" and day.day == 1 else told


def hour_in_text(language: str, moment: datetime) -> str:
    """The hour on Quebec's clocks, as a text says it."""
    local = moment.astimezone(QUEBEC)
    if language == "fr":
        return f"{local.hour} h {local.minute:02d}" if local.minute else f"{local.hour} h"
    return format_time(local.time(), "h:mm a", locale=language).replace("\u202f", " ").replace(":00", "").lower()


DRAFT, REVIEWED = "draft", "reviewed"


class Wording(Identified, Base):
    """What staff wrote: one text for one field of one thing, in one language. Texts are never edited: a change is a version."""

    __tablename__ = "wording"
    __table_args__ = (UniqueConstraint("owner_id", "field", "language", "version"),)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    field: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str]
    status: Mapped[str] = mapped_column(String(20), default=REVIEWED)
    """Whether someone who speaks the language has read it beside the French."""
    version: Mapped[int] = mapped_column(default=1)


class Wordings:
    """The latest wordings of some owners, or of those the frozen versions, read in one query."""

    def __init__(self, session: Session, owners: Iterable[UUID], frozen: Collection[UUID] | None = None) -> None:
        query = select(Wording.owner_id, Wording.field, Wording.language, Wording.text, Wording.id, Wording.version, Wording.status)
        query = query.where(Wording.owner_id.in_(list(owners)) if frozen is None else Wording.id.in_(frozen))
        rows = session.execute(query.order_by(Wording.version))
        self._texts = {(owner, field, lang): (text, id, version, status) for owner, field, lang, text, id, version, status in rows}

    def text(self, owner: UUID, field: str, language: str) -> str:
        """In that language, else in French; empty when it was never written."""
        own, french = (self._texts.get((owner, field, tag), ("",))[0] for tag in (language, "fr"))
        return own or french

    def marked(self, owner: UUID, field: str, language: str) -> str:
        """The same for a page: French in another language's place stands between OPEN and SHUT, so that the page marks it as French."""
        text = self.text(owner, field, language)
        return f"{OPEN}{text}{SHUT}" if text and self.language(owner, field, language) != language else text

    def language(self, owner: UUID, field: str, language: str) -> str:
        """The language that `text` answers in, for the `lang` attribute."""
        return language if self._texts.get((owner, field, language), ("",))[0] else "fr"

    def latest(self, owner: UUID, field: str, language: str) -> tuple[str, int]:
        """Text and version in that very language; nothing and 0 before the first."""
        text, _, version, _ = self._texts.get((owner, field, language), ("", None, 0, ""))
        return text, version

    def status(self, owner: UUID, field: str, language: str) -> str:
        """Of the text in that very language; empty when there is none."""
        found = self._texts.get((owner, field, language))
        return found[3] if found and found[0] else ""

    def versions(self, languages: Collection[str]) -> list[str]:
        return sorted(str(id) for (_, _, language), (_, id, _, _) in self._texts.items() if language in languages)


def write(session: Session, owner: UUID, field: str, texts: Mapping[str, str], status: str = REVIEWED) -> None:
    """Keep a new version of each text that differs from the latest; an emptied one is kept empty.

    When the French changes and a translation does not, the translation is a draft again.
    """
    write_fields(session, owner, {field: texts}, status)


def write_fields(session: Session, owner: UUID, fields: Mapping[str, Mapping[str, str]], status: str = REVIEWED) -> None:
    """The same for several fields of one thing, read and kept at once; `fields` holds texts by language, by field."""
    known = Wordings(session, [owner])
    for field, texts in fields.items():
        changed = set()
        for language, text in texts.items():
            written, version = known.latest(owner, field, language)
            if written != text:
                changed.add(language)
                session.add(Wording(owner_id=owner, field=field, language=language, text=text, version=version + 1, status=status))
        if "fr" in changed and known.latest(owner, field, "fr")[1]:
            stale = update(Wording).where(Wording.owner_id == owner, Wording.field == field, Wording.language.not_in(changed))
            session.execute(stale.values(status=DRAFT))
    session.flush()


def versions(session: Session, owner: UUID) -> Sequence[Wording]:
    """All that was ever written of one thing, the newest of each text first."""
    order = (Wording.field, Wording.language.desc(), Wording.version.desc())
    return session.scalars(select(Wording).where(Wording.owner_id == owner).order_by(*order)).all()


def begin(session: Session, owner: UUID, fields: Mapping[str, Mapping[str, str]]) -> None:
    """The first texts of something new, by language, by field; they are flushed with it."""
    session.add_all(
        Wording(owner_id=owner, field=field, language=language, text=text, version=1)
        for field, texts in fields.items()
        for language, text in texts.items()
        if text
    )


def review(session: Session, owner: UUID, field: str, language: str, *, reviewed: bool) -> None:
    """Someone who speaks the language says whether its latest text holds."""
    here = (Wording.owner_id == owner, Wording.field == field, Wording.language == language)
    latest = select(func.max(Wording.version)).where(*here).scalar_subquery()
    session.execute(update(Wording).where(*here, Wording.version == latest).values(status=REVIEWED if reviewed else DRAFT))


def folded(text: str) -> str:
    """Letters and digits alone, without case or accents: equal for what the eye or the ear would take for one."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", "", bare)
