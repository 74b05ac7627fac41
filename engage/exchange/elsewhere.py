"""Proposals of other platforms, from their open data: what each file has, made into the lines of a kind. Who wrote them is never read.

Decidim: the proposals of *Open data*, `;`, a column for each language (`title/fr`, `body/fr`), in older ones a single one.
CONSUL: `proposals.csv` of its exporter, `,` or `;`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engage.exchange.columns import NotANumber
from engage.exchange.kind import Kind
from engage.exchange.options import Options
from engage.exchange.plaintext import plain_text, shortened
from engage.exchange.projects import Projects
from engage.exchange.reading import Line, Place, Table
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.messaging import plain
from engage.projects import ShortTitleWrong
from engage.projects.acts import LONGEST_SUMMARY, check_short
from engage.voting import plan

Cells = Mapping[str, str]


class NotFromThere(Refusal):
    sentence = N_("Ce fichier n’est pas celui des propositions de %(platform)s: il n’a pas de colonne «%(columns)s».")


class NoFrench(Refusal):
    sentence = N_("Cette proposition n’a pas de titre ou de texte en français. Traduisez-la, ou enlevez la ligne.")


class PassedOver(Refusal):
    sentence = N_("Cette proposition a été retirée, cachée ou remplacée: elle est laissée de côté.")


class TextCut(Refusal):
    sentence = N_("Ce texte est coupé à %(most)s signes. Relisez-le.")


@dataclass(frozen=True)
class Source:
    """A platform: the letter that its ids begin with here, where its words are, and what is left out.

    Words are looked for in several columns, the first that is filled; one at least of each must be in the file.
    """

    platform: str
    letter: str
    title: Sequence[str]
    body: Sequence[str]
    title_en: str
    body_en: str
    is_gone: Callable[[Cells], bool]


_TRUE = {"true", "t", "1"}
SOURCES = {
    "decidim": Source(
        "Decidim",
        "D",
        ("title/fr", "title/fr-CA", "title", "title/machine_translations/fr"),
        ("body/fr", "body/fr-CA", "body", "body/machine_translations/fr"),
        "title/en",
        "body/en",
        lambda cells: (
            cells.get("state") == "withdrawn" or cells.get("withdrawn", "").lower() in _TRUE or cells.get("is_amend", "").lower() in _TRUE
        ),
    ),
    "consul": Source(
        "CONSUL",
        "C",
        ("title",),
        ("summary", "description"),
        "",
        "",
        lambda cells: bool(cells.get("retired_at") or cells.get("hidden_at") or cells.get("hidden", "").lower() in _TRUE),
    ),
}


_OF_PROJECT = ["code", "title", "short", "summary", "organisation", "title_en", "summary_en"]
_OF_OPTION = ["number", "label", "short", "explanation", "label_en", "explanation_en"]


class SourceNotForKind(Refusal):
    sentence = N_("Les propositions d’ailleurs deviennent des projets, ou les réponses d’un vote. Choisissez l’un des deux.")


class Taken:
    """The lines of a kind that a file of proposals comes to. Raises NotFromThere, SourceNotForKind, VoteMissing at once."""

    def __init__(self, source: Source, kind: Kind, table: Table) -> None:
        self._source, self._table = source, table
        for names in (("id",), source.title, source.body):
            if not set(names) & set(table.columns):
                raise NotFromThere(platform=source.platform, columns=names[0])
        self._make: Callable[[Cells, str, str], dict[str, str]]
        if isinstance(kind, Projects):
            self.columns, self._most, self._make = _OF_PROJECT, LONGEST_SUMMARY, self._project
        elif isinstance(kind, Options):
            kind.only()
            self.columns, self._most = _OF_OPTION, plan.LONGEST["explanation"]
            self._make = lambda cells, title, body: self._option(kind.number_of(title), cells, title, body)
        else:
            raise SourceNotForKind
        self._remarks: list[tuple[Refusal, Place | None]] = []

    def remarks(self) -> list[tuple[Refusal, Place | None]]:
        return self._table.remarks() + self._remarks

    def __iter__(self) -> Iterator[Line]:
        for line in self._table:
            if line.wrong is not None:
                yield line
            elif self._source.is_gone(line.cells):
                self._remarks.append((PassedOver(), line.place))
            else:
                yield self._line(line)

    def _line(self, line: Line) -> Line:
        id, title, body = line.cells["id"], self._first(line.cells, self._source.title), self._first(line.cells, self._source.body)
        title = " ".join(title.split())
        if not (id.isascii() and id.isdigit() and len(id) < 11):
            return Line(line.place, {}, NotANumber(column="id", value=id[:40], least=1, most=9_999_999_999))
        if not (title and body):
            return Line(line.place, {}, NoFrench())
        if len(body) > self._most:
            self._remarks.append((TextCut(most=self._most), line.place))
        return Line(line.place, self._make(line.cells, title, shortened(body, self._most)))

    def _first(self, cells: Cells, names: Sequence[str]) -> str:
        return next((text for name in names if (text := plain_text(cells.get(name, "")))), "")

    def _english(self, cells: Cells) -> tuple[str, str]:
        title, body = (plain_text(cells.get(name, "")) for name in (self._source.title_en, self._source.body_en))
        return " ".join(title.split()), shortened(body, self._most)

    def _project(self, cells: Cells, title: str, body: str) -> dict[str, str]:
        title_en, body_en = self._english(cells)
        return {
            "code": f"{self._source.letter}{int(cells['id']):02d}",
            "title": title,
            "short": _discreet(title),
            "summary": body,
            "organisation": self._source.platform,
            "title_en": title_en,
            "summary_en": body_en,
        }

    def _option(self, number: str, cells: Cells, title: str, body: str) -> dict[str, str]:
        title_en, body_en = self._english(cells)
        return {
            "number": number,
            "label": title,
            "short": plan.shortened(title),
            "explanation": body,
            "label_en": title_en,
            "explanation_en": body_en,
        }


def _discreet(title: str) -> str:
    """A short name for texts, or none where the title gives too much away or has signs that cost: the table then writes it."""
    short = plain(plan.shortened(title))
    try:
        check_short({"short": {"fr": short or "-"}})
    except ShortTitleWrong:
        return ""
    return short
