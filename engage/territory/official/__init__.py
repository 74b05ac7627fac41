"""The official list: municipal register of the ministry of municipal affairs, copy of 2022."""

from __future__ import annotations

import csv
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engage.territory.models import Region, Territory

FOLDER = Path(__file__).parent


def load(session: Session) -> None:
    """Write the 17 regions and 104 territories that are not there yet. What the operator corrected since is left alone."""
    known = {*session.scalars(select(Region.code)), *session.scalars(select(Territory.code))}
    with (FOLDER / "regions.csv").open(encoding="utf-8") as file:
        session.add_all(
            Region(code=row["code"], name_fr=row["name_fr"], name_en=row["name_en"], population=int(row["population_decree_2022"]))
            for row in csv.DictReader(file)
            if row["code"] not in known
        )
    session.flush()
    with (FOLDER / "territories.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["code"] in known:
                continue
            session.add(
                Territory(
                    code=row["code"],
                    name=row["name_fr"],
                    type=row["type"],
                    subtype=row["subtype"],
                    region_code=row["region_code"],
                    population=int(row["population_decree_2022"]) if row["population_decree_2022"] else None,
                )
            )
