-- A PostgreSQL role that reads what is published and the evidence, and can reach nobody. For whoever wants to read the database itself.
-- Run as the owner of the tables, in Engage's database: psql -v password="'…'" -f docs/ministry_role.sql
-- Give no other role to it, and no password of another role to whoever has this one.

CREATE ROLE engage_ministry LOGIN PASSWORD :password NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION CONNECTION LIMIT 4;
ALTER ROLE engage_ministry SET default_transaction_read_only = on;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM engage_ministry;
GRANT USAGE ON SCHEMA public TO engage_ministry;
GRANT SELECT ON publication, agreement, agreement_region, regional_table, agreement_step, agreement_territory, indigenous_organisation, region, territory,
    ledger_checkpoint, ledger_tile, witness, cosignature, filing, practice, year_closing TO engage_ministry;
