"""Counts kept by the sequencer, filled from the facts that have a place."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_FIRST = {
    "sqlite": """CAST(strftime('%Y', "on", '-3 months') AS INTEGER)""",
    "postgresql": """CAST(extract(year FROM "on" - INTERVAL '3 months') AS INTEGER)""",
}
_SIGNED = """
WITH signed AS (
  SELECT fact.*, 1 AS sign FROM participation_fact AS fact WHERE fact."index" IS NOT NULL
  UNION ALL
  SELECT fact.*, -1 FROM participation_fact AS reversal JOIN participation_fact AS fact ON fact.id = reversal.reverses_id
  WHERE reversal."index" IS NOT NULL AND reversal.reverses_id IS NOT NULL
), dated AS (SELECT signed.*, FIRST AS first FROM signed)"""
_PEOPLE = """
INSERT INTO person_count (year, agreement_id, person_id, number)
WITH_SIGNED
SELECT first || '-' || (first + 1), agreement_id, person_id, sum(sign) FROM dated
WHERE status = 'today' AND person_id IS NOT NULL AND grade <> 'C' AND level >= 1 AND kind NOT IN (
  'rules_fixed', 'result_published', 'vote_extended', 'vote_cancelled', 'seat_left', 'decided', 'draw_fixed', 'draw_done', 'draw_voided',
  'answered_late', 'reversed')
GROUP BY first, agreement_id, person_id HAVING sum(sign) <> 0"""
_FACTS = """
INSERT INTO fact_count (year, agreement_id, mechanism_id, mechanism_type, kind, level, channel, grade, status, is_anonymous, number)
WITH_SIGNED
SELECT first || '-' || (first + 1), agreement_id, mechanism_id, mechanism_type, kind, level, channel, grade, coalesce(status, ''),
  person_id IS NULL, sum(sign) FROM dated
WHERE kind <> 'reversed'
GROUP BY first, agreement_id, mechanism_id, mechanism_type, kind, level, channel, grade, coalesce(status, ''), person_id IS NULL
HAVING sum(sign) <> 0"""


def upgrade() -> None:
    attended = sa.text("kind = 'attended'")
    columns = ["on", "agreement_id", "mechanism_id", "level", "status", "person_id", "kind"]
    op.create_index("ix_participation_fact_attended", "participation_fact", columns, sqlite_where=attended, postgresql_where=attended)
    op.create_table(
        "person_count",
        sa.Column("year", sa.String(length=9), nullable=False),
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", "agreement_id", "person_id", name=op.f("pk_person_count")),
        sqlite_with_rowid=False,
    )
    gone = sa.text("number = 0")
    op.create_index("ix_person_count_gone", "person_count", ["number"], sqlite_where=gone, postgresql_where=gone)
    key: tuple[sa.Column[Any], ...] = (
        sa.Column("year", sa.String(length=9), nullable=False),
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("mechanism_id", sa.Uuid(), nullable=False),
        sa.Column("mechanism_type", sa.String(length=4), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "fact_count",
        *key,
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*(column.name for column in key), name=op.f("pk_fact_count")),
        sqlite_with_rowid=False,
    )
    signed = _SIGNED.replace("FIRST", _FIRST[op.get_bind().dialect.name])
    for fill in (_PEOPLE, _FACTS):
        op.execute(fill.replace("WITH_SIGNED", signed))
