"""What could be wrong with this installation, each with what mends it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engage import ledger
from engage.config import BadSettings, serving, storage
from engage.kernel.act import day_of, utc_now
from engage.kernel.db import SQLITE, SQLITE_IS_SAFE
from engage.kernel.fingerprints import ForeignKeys
from engage.kernel.keys import MissingKey
from engage.participants import person_keys
from engage.storage import Damaged, NotReady, open_storage


@dataclass(frozen=True)
class Finding:
    ok: bool
    text: str


def findings(env: Mapping[str, str]) -> Iterator[Finding]:
    try:
        config = serving(env)
        yield Finding(True, "settings are complete")
    except BadSettings as bad:
        config = storage(env)
        yield from (Finding(False, fault) for fault in bad.faults)
    if not config.has_phone:
        yield Finding(True, "no phone provider is set: people can take part on the web and with help only")
    if config.public_url and not config.public_url.startswith("https:"):
        yield Finding(False, "ENGAGE_PUBLIC_URL is not https: votes would travel in the clear")
    if not config.hosted_by or not config.privacy_contact:
        yield Finding(True, "ENGAGE_HOSTED_BY and ENGAGE_PRIVACY_CONTACT are not set: people cannot read who keeps their data")
    if re.search(r"\b(MESS|MTESS)\b|minist[eè]re", config.hosted_by, re.IGNORECASE):
        yield Finding(False, "the ministry that counts people must not be able to see who they are: host this site elsewhere")
    if config.database_url.startswith("sqlite") and not SQLITE_IS_SAFE:
        yield Finding(
            False, f"SQLite {SQLITE.sqlite_version} can corrupt a busy database (WAL-reset bug, mended in 3.51.3): install `pysqlite3`"
        )
    try:
        db = open_storage(config)
    except (NotReady, MissingKey, ForeignKeys, Damaged) as fault:
        yield Finding(False, str(fault))
        return
    yield Finding(True, "database, tables and keys belong together")
    loose = [path.name for path in config.keys_dir.glob("*.key") if path.stat().st_mode & 0o077]
    yield Finding(not loose, f"key files are readable by others: chmod 600 {' '.join(loose)}" if loose else "key files are private")
    with db.read() as session:
        faults = list(ledger.verify(session, utc_now(), person_keys(session)))
    yield from (Finding(False, fault) for fault in faults)
    if not faults:
        yield Finding(True, "the ledger verifies")
    with db.read() as session:
        witnesses = ledger.standing(session, day_of(utc_now()))
    yield Finding(
        not witnesses.is_late,
        "no witness has seen the ledger for a quarter: send the checkpoint of /evidence/ out, by mail if need be"
        if witnesses.is_late
        else f"witnesses of the ledger: {len(witnesses.seen)}" + ("" if witnesses.seen else ". Nobody checks yet: find two"),
    )
    year = utc_now().year
    yield Finding(year >= 2026, f"the clock says {year}" + ("" if year >= 2026 else ": set it, for dates are evidence"))
    if os.geteuid() == 0:
        yield Finding(True, "running as root: a service should have its own user")
    db.dispose()
