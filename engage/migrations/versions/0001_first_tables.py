"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("territory", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("mandated_body_2017_2023", sa.String(), nullable=False),
        sa.Column("mandated_body_2024_2029", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_table(
        "agreement_person",
        sa.Column("lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_person")),
        sa.UniqueConstraint("lookup", name=op.f("uq_agreement_person_lookup")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attempt",
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_lookup"), "attempt", ["lookup"], unique=False)
    op.create_table(
        "box_opening",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_box_opening")),
    )
    op.create_table(
        "conversation",
        sa.Column("number_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("state_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("number_lookup", name=op.f("uq_conversation_number_lookup")),
    )
    op.create_table(
        "inbound_message",
        sa.Column("provider_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("number_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_message")),
        sa.UniqueConstraint("provider_lookup", name=op.f("uq_inbound_message_provider_lookup")),
    )
    op.create_index(op.f("ix_inbound_message_number_lookup"), "inbound_message", ["number_lookup"], unique=False)
    op.create_table(
        "key_fingerprint",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_key_fingerprint")),
    )
    op.create_table(
        "ledger_checkpoint",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_ledger_checkpoint")),
    )
    op.create_table(
        "opened_ballot",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("choices", sa.String(length=9), nullable=False),
        sa.PrimaryKeyConstraint("consultation_id", "key", name=op.f("pk_opened_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "opt_out",
        sa.Column("number_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opt_out")),
    )
    op.create_index(op.f("ix_opt_out_number_lookup"), "opt_out", ["number_lookup"], unique=False)
    op.create_table(
        "outbound_message",
        sa.Column("number_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sender", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("error", sa.String(length=20), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound_message")),
    )
    op.create_index(
        "ix_outbound_message_due",
        "outbound_message",
        ["not_before"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(op.f("ix_outbound_message_provider_id"), "outbound_message", ["provider_id"], unique=False)
    op.create_table(
        "participant",
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "participation_fact",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("mechanism_id", sa.Uuid(), nullable=False),
        sa.Column("mechanism_type", sa.String(length=4), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("rule", sa.String(length=10), nullable=False),
        sa.Column("detail", sa.String(length=64), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("index", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["reverses_id"], ["participation_fact.id"], name=op.f("fk_participation_fact_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_fact")),
        sa.UniqueConstraint("index", name=op.f("uq_participation_fact_index")),
        sa.UniqueConstraint("leaf_hash", name=op.f("uq_participation_fact_leaf_hash")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_participation_fact_reverses_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_participation_fact_pending",
        "participation_fact",
        ["leaf_hash"],
        unique=False,
        sqlite_where=sa.text('"index" IS NULL'),
        postgresql_where=sa.text('"index" IS NULL'),
    )
    op.create_index("ix_participation_fact_report", "participation_fact", ["agreement_id", "on", "status", "person_id"], unique=False)
    op.create_table(
        "publication",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("year", sa.String(length=9), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_index(op.f("ix_publication_kind"), "publication", ["kind"], unique=False)
    op.create_table(
        "receipt_code",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("consultation_id", "code", name=op.f("pk_receipt_code")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "region",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
    )
    op.create_table(
        "sealed_ballot",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=32), nullable=False),
        sa.Column("choice", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.LargeBinary(), nullable=True),
        sa.Column("receipt", sa.String(length=8), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("consultation_id", "tag", name=op.f("pk_sealed_ballot")),
        sa.UniqueConstraint("consultation_id", "receipt", name=op.f("uq_sealed_ballot_consultation_id_receipt")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sequencing",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_sequencing")),
    )
    op.create_table(
        "staff",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_table(
        "wording",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("owner_id", "field", "language", "version", name=op.f("uq_wording_owner_id_field_language_version")),
    )
    op.create_index(op.f("ix_wording_owner_id"), "wording", ["owner_id"], unique=False)
    op.create_table(
        "agreement_region",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("region_code", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_region_agreement_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_agreement_region_region_code")),
        sa.PrimaryKeyConstraint("agreement_id", "region_code", name=op.f("pk_agreement_region")),
    )
    op.create_table(
        "card_batch",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("group", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_card_batch_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_batch")),
    )
    op.create_index(op.f("ix_card_batch_agreement_id"), "card_batch", ["agreement_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.String(length=30), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_consent_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_consent_participant_id"), "consent", ["participant_id"], unique=False)
    op.create_table(
        "contact_number",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_contact_number_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_number")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_contact_number_participant_id")),
    )
    op.create_table(
        "invitation",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("token_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_invitation_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_lookup", name=op.f("uq_invitation_token_lookup")),
    )
    op.create_table(
        "lived_experience",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("wording", sa.String(length=30), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_lived_experience_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lived_experience")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_lived_experience_participant_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mechanism",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("type", sa.String(length=2), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_mechanism_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mechanism")),
    )
    op.create_index(op.f("ix_mechanism_agreement_id"), "mechanism", ["agreement_id"], unique=False)
    op.create_table(
        "phone_credential",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("number_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_phone_credential_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_credential")),
        sa.UniqueConstraint("number_lookup", "code_lookup", name=op.f("uq_phone_credential_number_lookup_code_lookup")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_phone_credential_number_lookup"), "phone_credential", ["number_lookup"], unique=False)
    op.create_index(op.f("ix_phone_credential_participant_id"), "phone_credential", ["participant_id"], unique=False)
    op.create_table(
        "regional_table",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text_name", sa.String(length=40), nullable=False),
        sa.Column("text_number", sa.String(length=16), nullable=False),
        sa.Column("person_number", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_regional_table_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regional_table")),
        sa.UniqueConstraint("agreement_id", name=op.f("uq_regional_table_agreement_id")),
    )
    op.create_index(
        "uq_regional_table_text_number",
        "regional_table",
        ["text_number"],
        unique=True,
        sqlite_where=sa.text("text_number <> ''"),
        postgresql_where=sa.text("text_number <> ''"),
    )
    op.create_table(
        "staff_role",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("agreement_id", sa.String(length=8), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_role_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_role")),
    )
    op.create_index(op.f("ix_staff_role_staff_id"), "staff_role", ["staff_id"], unique=False)
    op.create_table(
        "staff_session",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("token_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_lookup", name=op.f("uq_staff_session_token_lookup")),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"], unique=False)
    op.create_table(
        "territory",
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(length=3), nullable=False),
        sa.Column("subtype", sa.String(), nullable=False),
        sa.Column("region_code", sa.String(length=2), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_territory_region_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_territory")),
    )
    op.create_table(
        "agreement_territory",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("territory_code", sa.String(length=3), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_territory_agreement_id")),
        sa.ForeignKeyConstraint(["territory_code"], ["territory.code"], name=op.f("fk_agreement_territory_territory_code")),
        sa.PrimaryKeyConstraint("agreement_id", "territory_code", name=op.f("pk_agreement_territory")),
    )
    op.create_table(
        "card",
        sa.Column("lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_card_agreement_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["card_batch.id"], name=op.f("fk_card_batch_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_card_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("lookup", name=op.f("uq_card_lookup")),
    )
    op.create_index(op.f("ix_card_batch_id"), "card", ["batch_id"], unique=False)
    op.create_index(op.f("ix_card_participant_id"), "card", ["participant_id"], unique=False)
    op.create_table(
        "consultation",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("mechanism_id", sa.Uuid(), nullable=False),
        sa.Column("door", sa.String(length=10), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=True),
        sa.Column("rules", sa.String(), nullable=True),
        sa.Column("rules_hash", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_consultation_agreement_id")),
        sa.ForeignKeyConstraint(["mechanism_id"], ["mechanism.id"], name=op.f("fk_consultation_mechanism_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("code", name=op.f("uq_consultation_code")),
    )
    op.create_index(op.f("ix_consultation_agreement_id"), "consultation", ["agreement_id"], unique=False)
    op.create_table(
        "option",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("icon", sa.String(length=30), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_option_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option")),
        sa.UniqueConstraint("consultation_id", "number", name=op.f("uq_option_consultation_id_number")),
    )
    op.create_table(
        "result",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_result_consultation_id")),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_result")),
    )
    op.create_table(
        "roll_entry",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("fact_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_roll_entry_consultation_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_roll_entry_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_entry")),
        sa.UniqueConstraint("consultation_id", "participant_id", name=op.f("uq_roll_entry_consultation_id_participant_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_roll_entry_participant_id"), "roll_entry", ["participant_id"], unique=False)
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


_FROZEN = [
    "id",
    "agreement_id",
    "mechanism_id",
    "mechanism_type",
    "level",
    "kind",
    "on",
    "person_id",
    "status",
    "channel",
    "grade",
    "rule",
    "detail",
    "reverses_id",
    "salt",
    "leaf",
    "leaf_hash",
]
APPEND_ONLY = {
    "sqlite": [
        """CREATE TRIGGER participation_fact_no_delete BEFORE DELETE ON participation_fact
        BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END""",
        f"""CREATE TRIGGER participation_fact_no_update
        BEFORE UPDATE OF {", ".join(f'"{name}"' for name in _FROZEN)} ON participation_fact
        BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END""",
        """CREATE TRIGGER participation_fact_indexed_once
        BEFORE UPDATE OF "index" ON participation_fact WHEN OLD."index" IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END""",
    ],
    "postgresql": [
        """CREATE FUNCTION participation_fact_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'UPDATE' AND OLD."index" IS NULL AND to_jsonb(NEW) - 'index' = to_jsonb(OLD) - 'index' THEN
            RETURN NEW;
          END IF;
          RAISE EXCEPTION 'facts are append-only';
        END $$""",
        """CREATE TRIGGER participation_fact_append_only BEFORE UPDATE OR DELETE ON participation_fact
        FOR EACH ROW EXECUTE FUNCTION participation_fact_append_only()""",
    ],
}
