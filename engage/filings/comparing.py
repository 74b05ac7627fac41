"""Two versions of a document side by side: what was taken out, what came in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from engage.filings.telling import Document, Part, tell


@dataclass(frozen=True)
class Change:
    """Of one part: lines that are no longer there, and lines that are new."""

    title: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


def changes(before: Document, after: Document, language: str) -> list[Change]:
    """Part by part, in the order of the later version; a part that is the same is left out."""
    old = {part.title: list(_lines(part)) for part in tell(before, language).parts}
    new = {part.title: list(_lines(part)) for part in tell(after, language).parts}
    found = []
    for title in [*new, *(title for title in old if title not in new)]:
        gone, come = _differing(old.get(title, []), new.get(title, []))
        if gone or come:
            found.append(Change(title, gone, come))
    return found


def _differing(old: list[str], new: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    gone: list[str] = []
    come: list[str] = []
    for tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += old[first:last]
            come += new[start:end]
    return tuple(gone), tuple(come)


def _lines(part: Part) -> Iterator[str]:
    yield from part.words
    yield from part.notes
    for table in part.tables:
        for row in table.rows:
            yield " · ".join(str(cell) for cell in row)
