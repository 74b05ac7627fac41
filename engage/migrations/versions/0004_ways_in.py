"""Ways in: cards that leave their batch, help, paper, kiosks, safe contact, and people's rights."""

from __future__ import annotations

import hashlib
import hmac

import sqlalchemy as sa
from alembic import context, op
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engage.kernel.db import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "alarm",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sa.UniqueConstraint("kind", "subject", "on", name=op.f("uq_alarm_kind_subject_on")),
    )
    op.create_index(op.f("ix_alarm_agreement_id"), "alarm", ["agreement_id"], unique=False)
    op.create_table(
        "callback",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("number_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("part_of_day", sa.String(length=10), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
    )
    op.create_index(op.f("ix_callback_agreement_id"), "callback", ["agreement_id"], unique=False)
    op.create_index(op.f("ix_callback_number_lookup"), "callback", ["number_lookup"], unique=False)
    op.create_table(
        "incident",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("people", sa.String(length=40), nullable=False),
        sa.Column("is_serious", sa.Boolean(), nullable=False),
        sa.Column("told_commission_on", sa.Date(), nullable=True),
        sa.Column("told_people_on", sa.Date(), nullable=True),
        sa.Column("measures", sa.String(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_agreement_id"), "incident", ["agreement_id"], unique=False)
    op.create_table(
        "number_proof",
        sa.Column("number_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_proof")),
    )
    op.create_index(op.f("ix_number_proof_number_lookup"), "number_proof", ["number_lookup"], unique=False)
    op.create_table(
        "pulse",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_pulse_kind_subject")),
    )
    op.create_table(
        "about",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("wording", sa.String(length=30), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_about_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_about")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_about_participant_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "about_then",
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["participation_fact.id"], name=op.f("fk_about_then_fact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_about_then")),
        sa.UniqueConstraint("fact_id", name=op.f("uq_about_then_fact_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact_wish",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("number_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("from_hour", sa.Integer(), nullable=False),
        sa.Column("to_hour", sa.Integer(), nullable=False),
        sa.Column("weekdays_only", sa.Boolean(), nullable=False),
        sa.Column("voicemail", sa.Boolean(), nullable=False),
        sa.Column("caller_name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_contact_wish_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_wish")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_contact_wish_participant_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_contact_wish_number_lookup"), "contact_wish", ["number_lookup"], unique=False)
    op.create_table(
        "erasure",
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_erasure_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_erasure_participant_id")),
    )
    op.create_table(
        "help_session",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("by_phone", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.String(length=30), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_help_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_session")),
    )
    op.create_index(op.f("ix_help_session_staff_id"), "help_session", ["staff_id"], unique=False)
    op.create_table(
        "held_credential",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("is_phone", sa.Boolean(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_held_credential_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_credential")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_held_credential_consultation_id"), "held_credential", ["consultation_id"], unique=False)
    op.create_index(op.f("ix_held_credential_lookup"), "held_credential", ["lookup"], unique=False)
    op.create_table(
        "helped_act",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("consultation_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("sampled", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_helped_act_consultation_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_helped_act_participant_id")),
        sa.ForeignKeyConstraint(["session_id"], ["help_session.id"], name=op.f("fk_helped_act_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helped_act")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_helped_act_consultation_id"), "helped_act", ["consultation_id"], unique=False)
    op.create_index(op.f("ix_helped_act_participant_id"), "helped_act", ["participant_id"], unique=False)
    op.create_index(op.f("ix_helped_act_session_id"), "helped_act", ["session_id"], unique=False)
    op.create_table(
        "interest",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_interest_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
        sa.UniqueConstraint("consultation_id", "folded", name=op.f("uq_interest_consultation_id_folded")),
    )
    op.create_table(
        "kiosk",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("token_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_kiosk_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk")),
        sa.UniqueConstraint("token_lookup", name=op.f("uq_kiosk_token_lookup")),
    )
    op.create_index(op.f("ix_kiosk_consultation_id"), "kiosk", ["consultation_id"], unique=False)
    op.create_table(
        "sheet",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("readings", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_sheet_consultation_id")),
        sa.PrimaryKeyConstraint("consultation_id", "number", name=op.f("pk_sheet")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sheet_batch",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("large", sa.Boolean(), nullable=False),
        sa.Column("enveloped", sa.Boolean(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("spoiled", sa.Integer(), nullable=True),
        sa.Column("unused", sa.Integer(), nullable=True),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_sheet_batch_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_batch")),
    )
    op.create_index(op.f("ix_sheet_batch_consultation_id"), "sheet_batch", ["consultation_id"], unique=False)
    op.create_table(
        "kiosk_ballot",
        sa.Column("lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kiosk_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk.id"], name=op.f("fk_kiosk_ballot_kiosk_id")),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_kiosk_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_kiosk_ballot_kiosk_id"), "kiosk_ballot", ["kiosk_id"], unique=False)

    with op.batch_alter_table("card", recreate="always", table_kwargs={"sqlite_with_rowid": False}) as card:
        card.add_column(sa.Column("replaced_on", sa.Date(), nullable=True))
    op.add_column("participant", sa.Column("turn", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("contact_number", sa.Column("given_on", sa.Date(), nullable=False, server_default=sa.text("'2026-01-01'")))
    op.add_column("card_batch", sa.Column("used", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("reconciliation", sa.Column("waiting", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("roll_entry", sa.Column("known", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("roll_entry", sa.Column("final", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("contact_number", sa.Column("number_lookup", sa.LargeBinary(32), nullable=False, server_default=sa.text("''")))
    op.add_column("contact_number", sa.Column("confirmed_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_contact_number_number_lookup"), "contact_number", ["number_lookup"])
    _carry_over()


def _carry_over() -> None:
    """Votes behind a credential are known; used cards leave their batch; a contact number is found by its keyed hash."""
    roll = sa.table("roll_entry", sa.column("known", sa.Boolean), sa.column("participant_id"))
    op.execute(roll.update().where(roll.c.participant_id.is_not(None)).values(known=True))
    card = sa.table("card", sa.column("batch_id", sa.Uuid), sa.column("participant_id", sa.Uuid))
    batch = sa.table("card_batch", sa.column("id", sa.Uuid), sa.column("used", sa.Integer))
    used = sa.select(sa.func.count()).select_from(card).where(card.c.batch_id == batch.c.id, card.c.participant_id.is_not(None))
    op.execute(batch.update().values(used=used.scalar_subquery()))
    op.execute(card.update().where(card.c.participant_id.is_not(None)).values(batch_id=None))
    keys = context.config.attributes["database"].keys
    names = (sa.column("id", sa.Uuid), sa.column("number_sealed", sa.LargeBinary), sa.column("number_lookup", sa.LargeBinary))
    contact = sa.table("contact_number", *names)
    for id, sealed, _ in op.get_bind().execute(sa.select(contact)).all():
        number = AESGCM(keys.field(sealed[0])).decrypt(sealed[1:13], sealed[13:], f"contact_number.number_sealed.{id}".encode())
        lookup = hmac.digest(keys.index, b"phone\x1f" + number, hashlib.sha256)
        op.execute(contact.update().where(contact.c.id == id).values(number_lookup=lookup))
