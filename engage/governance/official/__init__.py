"""The 21 known agreements, as far as public pages tell, each with its source and its certainty."""

from __future__ import annotations

import csv
from pathlib import Path

from sqlalchemy.orm import Session

from engage.governance.models import Agreement, AgreementRegion, IndigenousOrganisation


def load(session: Session) -> None:
    """Write agreements and Indigenous organisations that are not there yet. What staff corrected since is left alone."""
    _load_agreements(session)
    with (Path(__file__).parent / "indigenous.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if session.get(IndigenousOrganisation, row["id"]) is None:
                session.add(IndigenousOrganisation(**row))
    session.flush()


def _load_agreements(session: Session) -> None:
    with (Path(__file__).parent / "agreements.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if session.get(Agreement, row["id"]):
                continue
            session.add(
                Agreement(
                    id=row["id"],
                    label=row["label_fr"],
                    territory=row["territory_fr"],
                    kind=row["kind"],
                    mandated_body_2017_2023=row["mandated_body_2017_2023"],
                    mandated_body_2024_2029=row["mandated_body_2024_2029"],
                    source=row["source"],
                    certainty=row["certainty"],
                )
            )
            session.flush()
            if row["region_codes"].isdigit():
                session.add(AgreementRegion(agreement_id=row["id"], region_code=row["region_codes"]))
