"""Open data: the published tables and the register, as a Data Package (Frictionless) with a dictionary in French and English.

Nothing here is computed of people: rows come from publications, which the attacker of small counts has tried, and from public bodies.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.governance import Agreement, AgreementTerritory
from engage.kernel.cells import harmless
from engage.ledger import RULE
from engage.reports.models import Publication
from engage.reports.participation import as_lines

FEW_WORDS = "moins de 5"


@dataclass(frozen=True)
class Field:
    """A column: `type` is one of Table Schema (string, integer, date)."""

    name: str
    type: str
    fr: str
    en: str


@dataclass(frozen=True)
class Table:
    name: str
    fr: str
    en: str
    fields: Sequence[Field]
    rows: Sequence[Mapping[str, Any]]

    def as_csv(self) -> str:
        out = io.StringIO()
        writer = csv.DictWriter(out, [field.name for field in self.fields], lineterminator="\r\n")
        writer.writeheader()
        writer.writerows({name: harmless(value) if isinstance(value, str) else value for name, value in row.items()} for row in self.rows)
        return out.getvalue()

    def as_json(self) -> list[dict[str, Any]]:
        """The same rows; a number of people that is not told is null, like what is unknown."""
        return [{field.name: _plain(row.get(field.name), field) for field in self.fields} for row in self.rows]


def _plain(value: Any, field: Field) -> Any:
    if value in ("", None, FEW_WORDS):
        return None
    return int(value) if field.type == "integer" else value


AGREEMENTS = (
    Field("id", "string", "Identifiant de l’entente", "Id of the agreement"),
    Field("label", "string", "Nom", "Name, in French"),
    Field("territory", "string", "Territoire, en mots", "Territory, in words"),
    Field("kind", "string", "region, city, direct ou indigenous", "region, city, direct or indigenous"),
    Field("starts_on", "date", "En vigueur depuis; vide: présumée", "In force since; empty: presumed"),
    Field("ends_on", "date", "Fin; vide: pas finie", "End; empty: not over"),
    Field("source", "string", "Source", "Source"),
    Field("certainty", "string", "Certitude de la source", "Certainty of the source"),
)
COVERED = (
    Field("agreement", "string", "Entente", "Agreement"),
    Field("territory_code", "string", "Code officiel de la MRC ou du territoire", "Official code of the MRC or territory"),
    Field("starts_on", "date", "Depuis", "Since"),
    Field("ends_on", "date", "Jusqu’à", "Until"),
    Field("source", "string", "Source", "Source"),
)
_DATED = (
    Field("year", "string", "Année financière, du 1er avril au 31 mars", "Fiscal year, 1 April to 31 March"),
    Field("rule", "string", "Version de la règle de comptage", "Version of the counting rule"),
    Field("published_on", "date", "Jour de la publication", "Day of the publication"),
)
TARGET = (
    Field("agreement", "string", "Entente", "Agreement"),
    Field("in_force", "string", "dated ou presumed", "dated or presumed"),
    Field("people", "integer", "Personnes en situation de pauvreté ou d’exclusion, à 5 près", "People in poverty or exclusion, nearest 5"),
    Field("minimal", "string", "Lecture minimale: met, too_few, declared_only, no_data", "Minimal reading"),
    Field("strong", "string", "Lecture forte: met, not_met, declared_only, no_data", "Strong reading"),
    *_DATED,
)
PARTICIPATION = (
    Field("agreement", "string", "Entente", "Agreement"),
    Field("indicator", "string", "Indicateur", "Indicator"),
    Field("part", "string", "Partie de l’indicateur", "Part of the indicator"),
    Field(
        "value",
        "string",
        "Valeur: à 5 près pour des gens, exacte pour des instances",
        "Value: nearest 5 for people, exact for public bodies",
    ),
    *_DATED,
)


def tables(session: Session) -> list[Table]:
    """Every table, the same ones always; a table of what is not published yet is empty."""
    agreements = session.scalars(select(Agreement).order_by(Agreement.id)).all()
    covered = session.scalars(select(AgreementTerritory).order_by(AgreementTerritory.agreement_id, AgreementTerritory.territory_code)).all()
    return [
        Table("agreements", "Les ententes connues", "The known agreements", AGREEMENTS, [_row(each, AGREEMENTS) for each in agreements]),
        Table(
            "agreement-territories",
            "Les territoires inscrits par les tables",
            "Territories entered by the tables",
            COVERED,
            [_row(each, COVERED) | {"agreement": each.agreement_id} for each in covered],
        ),
        Table("target", "La cible, entente par entente", "The target, by agreement", TARGET, list(_target(session))),
        Table(
            "participation",
            "La participation, entente par entente",
            "Participation, by agreement",
            PARTICIPATION,
            list(_participation(session)),
        ),
    ]


def _row(thing: object, fields: Sequence[Field]) -> dict[str, Any]:
    values = {field.name: getattr(thing, field.name, None) for field in fields}
    return {name: value.isoformat() if isinstance(value, date) else value or "" for name, value in values.items()}


def _documents(session: Session, kind: str) -> Iterable[dict[str, Any]]:
    """The latest publication of each year, the first year first."""
    by_year = {
        row.year: row for row in session.scalars(select(Publication).where(Publication.kind == kind).order_by(Publication.published_at))
    }
    for year in sorted(by_year):
        yield by_year[year].read()


def _target(session: Session) -> Iterable[dict[str, Any]]:
    for document in _documents(session, "target"):
        dated = {name: document[name] for name in ("year", "rule", "published_on")}
        for row in document["agreements"]:
            told = {field.name: row[field.name] for field in TARGET if field.name in row}
            yield told | {"people": row["people"] or FEW_WORDS} | dated


def _participation(session: Session) -> Iterable[dict[str, Any]]:
    names = [field.name for field in PARTICIPATION]
    for document in _documents(session, "participation"):
        for line in as_lines(document):
            yield dict(zip(names, line, strict=True))


def package(found: Sequence[Table], site: str) -> dict[str, Any]:
    """The descriptor of the Data Package; `site` is where it is, ending with a slash."""
    return {
        "profile": "tabular-data-package",
        "name": "engage-participation",
        "id": f"{site}data/datapackage.json",
        "homepage": f"{site}data/",
        "title": "Participation aux Alliances pour la solidarité",
        "description": f"Rule {RULE}. People are counted to the nearest 5; “{FEW_WORDS}” is fewer than 5. These figures show who was reached, not who was left out.",
        "licenses": [
            {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "Creative Commons Attribution 4.0"}
        ],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": table.name,
                "path": f"{table.name}.csv",
                "title": table.fr,
                "description": table.en,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [{"name": each.name, "type": each.type, "title": each.fr, "description": each.en} for each in table.fields],
                    "missingValues": ["", FEW_WORDS],
                },
            }
            for table in found
        ],
    }


def openapi(found: Sequence[Table], site: str) -> dict[str, Any]:
    """The read-only API over the same tables, described (OpenAPI 3.1)."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Engage open data", "version": RULE, "license": {"name": "CC-BY-4.0", "identifier": "CC-BY-4.0"}},
        "servers": [{"url": site.rstrip("/")}],
        "paths": {f"/data/{table.name}.json": {"get": _operation(table)} for table in found},
    }


def _operation(table: Table) -> dict[str, Any]:
    fields = {
        each.name: {"type": ["integer" if each.type == "integer" else "string", "null"], "description": each.en} for each in table.fields
    }
    row = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    told = {"description": table.en, "content": {"application/json": {"schema": {"type": "array", "items": row}}}}
    return {"operationId": table.name, "summary": table.en, "responses": {"200": told}}
