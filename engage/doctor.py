"""What could be wrong with this installation, each with what mends it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage import backups, ledger, messaging
from engage.config import BadSettings, Config, serving, storage
from engage.kernel import fingerprints, languages
from engage.kernel.act import day_of, utc_now
from engage.kernel.db import SQLITE, SQLITE_IS_SAFE, Database
from engage.kernel.fingerprints import ForeignKeys
from engage.kernel.keys import KeyRing, MissingKey
from engage.ledger import LedgerCheckpoint
from engage.participants import person_keys
from engage.storage import Damaged, NotReady, open_storage

BACKED_UP_WITHIN = timedelta(days=7)


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
    yield from findings_of_languages(config)
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
    try:
        yield Finding(True, "database, tables and keys belong together")
        yield from findings_of(db, utc_now())
        yield from findings_of_ledger(db, utc_now())
    finally:
        db.dispose()
    year = utc_now().year
    yield Finding(year >= 2026, f"the clock says {year}" + ("" if year >= 2026 else ": set it, for dates are evidence"))
    if os.geteuid() == 0:
        yield Finding(True, "running as root: a service should have its own user")


def findings_of_languages(config: Config) -> Iterator[Finding]:
    for tag in config.languages:
        if tag not in languages.OURS and tag in languages.known():
            ballots = "" if languages.is_reviewed(tag) else "; its pages say so, and no ballot is shown in it"
            yield Finding(True, f"{tag} is {languages.standing(tag).told}{ballots}")


def findings_of(db: Database, at: datetime) -> Iterator[Finding]:
    """What a running installation shows of its keys, its backups, its worker and its texts. Quick: a page may ask."""
    yield private_keys(db.keys)
    with db.read() as session:
        yield field_keys(session)
        yield backup(db.keys, session, at)
        yield worker(session, at)
        yield texts(session, at)


def private_keys(keys: KeyRing) -> Finding:
    loose = [path.name for path in keys.folder.glob("*.key") if path.stat().st_mode & 0o077]
    return Finding(not loose, f"key files are readable by others: chmod 600 {' '.join(loose)}" if loose else "key files are private")


def field_keys(session: Session) -> Finding:
    *older, newest = fingerprints.field_ids(session)
    if older:
        return Finding(False, f"fields are being encrypted under key {newest}: if `engage keys rotate` is not running, run it again")
    return Finding(True, f"fields are encrypted under key {newest}")


def backup(keys: KeyRing, session: Session, at: datetime) -> Finding:
    """None yet is a fault once the ledger is older than a backup may be."""
    last = backups.last_made(keys)
    if last is not None:
        days = (at - last).days
        stale = at - last > BACKED_UP_WITHIN
        return Finding(not stale, f"the last backup is {days} days old" + (": run `engage backup FILE` every night" if stale else ""))
    began = session.scalar(select(func.min(LedgerCheckpoint.made_on)))
    is_fresh = began is None or began >= day_of(at - BACKED_UP_WITHIN)
    return Finding(is_fresh, "no backup was ever made: run `engage backup FILE`, and every night from now on")


def worker(session: Session, at: datetime) -> Finding:
    ran = ledger.ran_at(session)
    if ran is None:
        return Finding(True, "no worker has run yet: start `engage worker`")
    if at - ran > ledger.PATIENCE:
        return Finding(False, f"no worker has run since {ran:%Y-%m-%d %H:%M} UTC: start `engage worker`")
    return Finding(True, "a worker runs")


def texts(session: Session, at: datetime) -> Finding:
    number, since = messaging.due_since(session, at)
    if since is None:
        return Finding(True, "no text waits")
    is_late = at - since > ledger.PATIENCE
    return Finding(
        not is_late,
        f"{number} texts or calls wait since {since:%Y-%m-%d %H:%M} UTC"
        + (": look at `engage worker` and at the provider" if is_late else ""),
    )


def findings_of_ledger(db: Database, at: datetime) -> Iterator[Finding]:
    """Every fact is verified, which takes the longer the more there are."""
    with db.read() as session:
        faults = list(ledger.verify(session, at, person_keys(session)))
        witnesses = ledger.standing(session, day_of(at))
    yield from (Finding(False, fault) for fault in faults)
    if not faults:
        yield Finding(True, "the ledger verifies")
    yield Finding(
        not witnesses.is_late,
        "no witness has seen the ledger for a quarter: send the checkpoint of /evidence/ out, by mail if need be"
        if witnesses.is_late
        else f"witnesses of the ledger: {len(witnesses.seen)}" + ("" if witnesses.seen else ". Nobody checks yet: find two"),
    )
