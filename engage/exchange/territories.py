"""Territories in and out: the official list comes with the first start; a file corrects a name or a population, or adds what is new."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import select

from engage.exchange.columns import Choice, Column, Number
from engage.exchange.kind import Kind, Row, Scope
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.territory import Region, Territory


class TerritoryStays(Refusal):
    sentence = N_("Le genre et la région d’un territoire viennent de la liste officielle: les chiffres publiés en dépendent. Laissez-les.")


class TerritoryCodeWrong(Refusal):
    sentence = N_("Le code «%(code)s» n’est pas celui d’un territoire: écrivez les trois chiffres du répertoire des municipalités.")


class Territories(Kind):
    key = ("code",)

    def __init__(self, act: Act, scope: Scope) -> None:
        super().__init__(act, scope)
        regions = list(act.session.scalars(select(Region.code).order_by(Region.code)))
        self.columns = (
            Column("code", is_needed=True, longest=3),
            Column("name", is_needed=True, longest=80),
            Choice("type", is_needed=True, values=["MRC", "TE"]),
            Column("subtype", longest=80),
            Choice("region", is_needed=True, values=regions),
            Number("population"),
        )

    def rows(self) -> Iterator[Row]:
        for each in self.act.session.scalars(select(Territory).order_by(Territory.code)):
            yield {
                "code": each.code, "name": each.name, "type": each.type, "subtype": each.subtype, "region": each.region_code,
                "population": "" if each.population is None else str(each.population),
            }  # fmt: skip

    def check(self, row: Row, before: Row | None) -> list[Refusal]:
        if not re.fullmatch("[0-9]{3}", row["code"], re.ASCII):
            raise TerritoryCodeWrong(code=row["code"])
        if before is not None and any(row[name] != before[name] for name in ("type", "subtype", "region")):
            raise TerritoryStays
        return []

    def write(self, row: Row, before: Row | None) -> None:
        population = int(row["population"]) if row["population"] else None
        if before is None:
            self.act.session.add(
                Territory(
                    code=row["code"],
                    name=row["name"],
                    type=row["type"],
                    subtype=row["subtype"],
                    region_code=row["region"],
                    population=population,
                )
            )
        else:
            territory = self.act.session.get_one(Territory, row["code"])
            territory.name, territory.population = row["name"], population
        self.act.session.flush()
