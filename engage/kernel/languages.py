"""The languages of the site: what each catalogue holds, and who stands behind it.

French is the source, and English is written with it: the tests hold both complete. Every other language is a catalogue that
volunteers fill; its own first lines say how it is called and whether someone whose language it is has read it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import localedata
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from engage.kernel import words

OURS = ("fr", "en")
"""What this project writes and stands behind; also what the line hears and speaks, and what staff read."""
NEARLY_WHOLE = 0.9
"""The share of sentences under which a language is not offered: its pages would be French under another name."""


@dataclass(frozen=True)
class Standing:
    """How far a catalogue is, and who answers for it."""

    name: str
    """The language as it calls itself."""
    total: int
    translated: int
    reviewer: str
    """The native speaker who read it, with the day; empty for a draft."""
    misfits: tuple[str, ...]
    """Sentences whose translation has other places to fill than the French: they are shown in French."""

    @property
    def is_nearly_whole(self) -> bool:
        return self.translated >= NEARLY_WHOLE * self.total > 0

    @property
    def told(self) -> str:
        status = f"native-reviewed by {self.reviewer}" if self.reviewer else "draft"
        return f"{status}, {self.translated} of {self.total} sentences"


def known() -> list[str]:
    """Every tag with a catalogue, ours first."""
    found = sorted(path.parents[1].name for path in words.TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))
    return [*OURS, *(tag for tag in found if tag not in OURS)]


@cache
def standing(tag: str) -> Standing:
    """What a catalogue says of itself and holds; fuzzy sentences are not translated. Raises FileNotFoundError."""
    found = words.read(tag)
    told = [message for message in found if message.id and message.string and not message.fuzzy]
    misfits = tuple(str(message.id) for message in told if not words.fits(str(message.id), str(message.string)))
    name = re.search(r"^# Name: (.+)$", found.header_comment, re.MULTILINE)
    by = re.search(r"^# Status: native-reviewed by (.*\S, \d{4}-\d\d-\d\d)$", found.header_comment, re.MULTILINE)
    total = sum(1 for message in found if message.id)
    return Standing(name[1] if name else tag, total, len(told) - len(misfits), by[1] if by else "", misfits)


def is_reviewed(tag: str) -> bool:
    """Whether a ballot may be read in it: we stand behind it, or someone whose language it is has read it."""
    return tag in OURS or (words.path_of(tag).exists() and bool(standing(tag).reviewer))


def name_of(tag: str) -> str:
    """The language as it calls itself."""
    return {"fr": "Français", "en": "English"}.get(tag) or (standing(tag).name if words.path_of(tag).exists() else tag)


def locale_of(tag: str) -> str:
    """Whose days and sums a page in that language writes: the country's, the language's, or French where Babel does not know it."""
    return {"fr": "fr_CA", "en": "en_CA"}.get(tag) or (tag if localedata.exists(tag) else "fr_CA")


_NO_MARKUP_INSIDE = re.compile(r"<(title|option|textarea|svg)\b.*?</\1>|<[^>]*>", re.DOTALL)


def with_french_marked(page: str) -> str:
    """What fell back to French on a page carries `lang="fr"`, wherever an element can stand."""
    if words.OPEN not in page:
        return page
    bare = _NO_MARKUP_INSIDE.sub(lambda found: unmarked(found[0]), page)
    return bare.replace(words.OPEN, '<span lang="fr">').replace(words.SHUT, "</span>")


def unmarked(text: str) -> str:
    return text.replace(words.OPEN, "").replace(words.SHUT, "")


NOT_FOR_CITIZENS = (
    "engage/assistance/", "engage/campaigns/", "engage/cli", "engage/demo/", "engage/exchange/", "engage/filings/", "engage/governance/",
    "engage/phone/", "engage/staff/", "engage/reports/declarations", "engage/voting/drafts", "engage/voting/fairness",
    "engage/voting/kiosks", "engage/voting/opening", "engage/voting/plan", "engage/voting/promises", "engage/voting/sheets",
    "engage/voting/trustees", "engage/committees/telling", "engage/feedback/telling", "engage/feedback/themes", "engage/web/asking",
    "engage/web/assisted", "engage/web/filings", "engage/web/kiosk", "engage/web/staff/", "templates/assisted/", "templates/data/",
    "templates/demo/", "templates/filings/", "templates/kiosk/", "templates/staff/", "templates/components/filing",
    "templates/components/look", "templates/components/passkeys", "templates/components/text",
)  # fmt: skip
"""Where sentences stand that only staff read, that only the line says, or that only documents hold: those are French and English."""


@cache
def sentences() -> dict[str, set[str]]:
    """Every sentence in code and templates that is marked for the catalogue, with the files that it stands in."""
    keywords, options = {"_": None, "gettext": None, "N_": None}, {"**.html": {"trimmed": "true"}}
    found: dict[str, set[str]] = {}
    for place, method in ((Path(__file__).parents[1], ("**.py", "python")), (words.folder("templates"), ("**.html", "jinja2"))):
        for file, _, message, _, _ in extract_from_dir(place, [method], options, keywords=keywords):
            found.setdefault(str(message), set()).add(f"{place.name}/{file}")
    return found


def of_citizens() -> dict[str, list[str]]:
    """The sentences that a catalogue holds, each with the files in which a citizen meets it."""
    met = {message: sorted(file for file in files if not file.startswith(NOT_FOR_CITIZENS)) for message, files in sentences().items()}
    return {message: files for message, files in met.items() if files}


def update(tag: str) -> None:
    """Give a catalogue, new or begun, every sentence that citizens read, and no other; what is translated stays."""
    begun = words.read(tag) if words.path_of(tag).exists() else Catalog(locale=tag, header_comment=f"# Name: {tag}\n# Status: draft")
    anew = Catalog(
        locale=tag,
        project="Engage",
        version="1",
        header_comment=begun.header_comment,
        creation_date=begun.creation_date,
        revision_date=begun.revision_date,
        last_translator=begun.last_translator,
        language_team=begun.language_team,
        msgid_bugs_address="",
        charset="utf-8",
        fuzzy=False,
    )
    for message, files in of_citizens().items():
        before = begun.get(message)
        flags = (before.flags if before else set()) | ({"python-format"} if "%(" in message else set())
        comments = before.user_comments if before else ()
        anew.add(message, before.string if before else "", locations=[(file, 0) for file in files], flags=flags, user_comments=comments)
    words.path_of(tag).parent.mkdir(parents=True, exist_ok=True)
    with words.path_of(tag).open("wb") as file:
        write_po(file, anew, sort_by_file=True, include_lineno=False)
    standing.cache_clear()
    words.catalogue.cache_clear()
