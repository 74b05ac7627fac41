"""A territory covered again after an end keeps both periods."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
_KEPT = ("agreement_id", "territory_code", "starts_on", "ends_on", "source", "certainty")


def upgrade() -> None:
    old = sa.table("agreement_territory", *(sa.column(name, sa.Date() if name.endswith("_on") else sa.String()) for name in _KEPT))
    rows = [dict(zip(_KEPT, row, strict=True)) for row in op.get_bind().execute(sa.select(*old.c)).all()]
    op.drop_table("agreement_territory")
    new = op.create_table(
        "agreement_territory",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("territory_code", sa.String(length=3), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_territory_agreement_id")),
        sa.ForeignKeyConstraint(["territory_code"], ["territory.code"], name=op.f("fk_agreement_territory_territory_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_territory")),
    )
    op.create_index(op.f("ix_agreement_territory_agreement_id"), "agreement_territory", ["agreement_id"], unique=False)
    if rows:
        op.bulk_insert(new, [row | {"id": uuid4()} for row in rows])
