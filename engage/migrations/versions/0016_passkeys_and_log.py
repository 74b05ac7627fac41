"""Passkeys, when someone last showed who they are, and the log of what staff did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engage.kernel.db import Moment

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "log_seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_log_seal")),
    )
    op.create_table(
        "log_entry",
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("agreement_id", sa.String(length=8), nullable=True),
        sa.Column("deed", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("network", sa.String(length=50), nullable=False),
        sa.Column("seal", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_log_entry_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
    )
    for column in ("at", "deed", "seal", "staff_id"):
        op.create_index(op.f(f"ix_log_entry_{column}"), "log_entry", [column], unique=False)
    op.create_table(
        "passkey",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("used_at", Moment(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_passkey_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    op.create_index(op.f("ix_passkey_staff_id"), "passkey", ["staff_id"], unique=False)
    never = sa.text("'1970-01-01 00:00:00'")
    op.add_column("staff_session", sa.Column("proven_at", Moment(timezone=True), nullable=False, server_default=never))
