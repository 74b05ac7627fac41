"""The official list: municipal register of the ministry of municipal affairs, copy of 2022."""

from __future__ import annotations

import csv
from pathlib import Path

from sqlalchemy.orm import Session

from engage.territory.models import Region, Territory

FOLDER = Path(__file__).parent


def load(session: Session) -> None:
    """Write or refresh the 17 regions and 104 territories."""
    with (FOLDER / "regions.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            session.merge(
                Region(code=row["code"], name_fr=row["name_fr"], name_en=row["name_en"], population=int(row["population_decree_2022"]))
            )
    session.flush()
    with (FOLDER / "territories.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            session.merge(
                Territory(
                    code=row["code"],
                    name=row["name_fr"],
                    type=row["type"],
                    subtype=row["subtype"],
                    region_code=row["region_code"],
                    population=int(row["population_decree_2022"]) if row["population_decree_2022"] else None,
                )
            )
