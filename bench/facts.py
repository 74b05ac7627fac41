"""A ledger of millions of facts: `python -m bench.facts [sqlite|postgres] [--facts 10000000] [--people 1000000]`. Prints Markdown tables."""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.run import engine_url, settings
from engage import ledger
from engage.config import serving
from engage.kernel.act import Act, Channel, day_of
from engage.kernel.db import Database
from engage.ledger import Grade, Kind, ParticipationFact, book, counts, tiles
from engage.ledger.models import LedgerCheckpoint
from engage.ledger.tree import Frontier, leaf_hash, proof_ranges
from engage.reports.participation import participation
from engage.reports.target import living, target
from engage.storage import build_storage

AT = datetime(2027, 4, 2, 12, tzinfo=UTC)
YEAR, FIRST, LAST = "2026-2027", date(2026, 4, 1), date(2027, 3, 31)
DAYS = [date(2025, 4, 1) + timedelta(days=number) for number in range(730)]
MECHANISMS = (
    *[("M4", 2, Kind.VOTE_CAST)] * 6, ("M1", 4, Kind.ATTENDED), ("M2", 3, Kind.ATTENDED), ("M3", 3, Kind.SEAT_TAKEN), ("M5", 1, Kind.CONTRIBUTED),
    ("M5", 1, Kind.ANSWERED),
)  # fmt: skip
SHARES = (15, 15, 15, 15, 15, 9, 1, 1, 1, 10, 3)
COLUMNS = [column.name for column in ParticipationFact.__table__.columns]
INDEXES = [index for index in ParticipationFact.__table__.indexes if index.name != "ix_participation_fact_pending"]
WAITING = 100_000


def synthetic(first: int, last: int, people: int, *, placed: bool) -> Iterator[dict[str, Any]]:
    """Facts of 21 agreements over 24 months: a tenth of nobody, a hundredth reversals, a quarter of people in poverty today.

    Ids rise, so that they are laid down in the order of the table; leaves are short.
    """
    dice = random.Random(first)
    statuses = [*["today"] * 5, *["before"] * 3, *["no"] * 8, *["silent"] * 4]
    channels = [*[Channel.SMS] * 4, *[Channel.WEB] * 3, Channel.VOICE, Channel.PAPER, Channel.KIOSK, Channel.ASSISTED]
    mechanisms = dice.choices(range(len(MECHANISMS)), SHARES, k=4096)
    before: dict[str, Any] = {}
    for number in range(first, last):
        drawn = dice.getrandbits(63)
        person = drawn % people
        place = mechanisms[(drawn >> 20) % 4096]
        type, level, kind = MECHANISMS[place]
        agreement, channel = person % 21 + 1, channels[(drawn >> 32) % len(channels)]
        known = (drawn >> 40) % 10 > 0
        leaf = b"%d" % number
        fact = {
            "id": f"{number:024x}{drawn & 0xFFFFFFFF:08x}",
            "agreement_id": f"A{agreement:02d}",
            "mechanism_id": f"{agreement:016x}{place:016x}",
            "mechanism_type": type,
            "level": level,
            "kind": kind.value,
            "on": DAYS[(drawn >> 44) % 730].isoformat(),
            "person_id": f"{person * 0x9E3779B97F4A7C15 % 2**64:032x}" if known else None,
            "status": statuses[person // 21 % 20] if known else None,
            "channel": channel.value,
            "grade": "B" if kind == Kind.ATTENDED else "A-aided" if channel in (Channel.ASSISTED, Channel.PAPER) else "A",
            "rule": ledger.RULE,
            "detail": None,
            "reverses_id": None,
            "leaf": leaf,
            "leaf_hash": leaf_hash(leaf),
            "index": number if placed else None,
        }
        if number % 100 == 99 and before:
            fact |= {name: before[name] for name in ("agreement_id", "mechanism_id", "mechanism_type", "level")}
            fact |= {"kind": Kind.REVERSED.value, "person_id": None, "status": None, "grade": "A", "reverses_id": before["id"]}
        fact["salt"] = fact["leaf_hash"]
        yield fact
        before = fact


def lay_down(db: Database, facts: Iterator[dict[str, Any]]) -> Frontier:
    """Insert through the driver alone; returns the tree over the leaves."""
    frontier = Frontier()

    def rows() -> Iterator[tuple[Any, ...]]:
        for fact in facts:
            frontier.append(fact["leaf_hash"])
            yield tuple(fact[name] for name in COLUMNS)

    names = ", ".join(f'"{name}"' for name in COLUMNS)
    connection = db.engine.raw_connection()
    cursor, rest = connection.cursor(), rows()
    if db.is_sqlite:
        cursor.execute("PRAGMA cache_size = -6000000")
        marks = ", ".join("?" * len(COLUMNS))
        while some := list(islice(rest, 100_000)):
            cursor.execute("BEGIN")
            cursor.executemany(f"INSERT INTO participation_fact ({names}) VALUES ({marks})", some)
            cursor.execute("COMMIT")
            print(f"{frontier.size:,}", file=sys.stderr)
    else:
        with cursor.copy(f"COPY participation_fact ({names}) FROM STDIN") as copy:
            for row in rest:
                copy.write_row(row)
        connection.commit()
    connection.invalidate()
    return frontier


def fill(db: Database, facts: int, people: int) -> None:
    """A log of that many facts, with places, a checkpoint and kept roots."""
    for index in INDEXES:
        index.drop(db.engine)
    if db.is_sqlite:
        with db.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("PRAGMA synchronous = OFF")
    frontier = lay_down(db, synthetic(0, facts, people, placed=True))
    for index in INDEXES:
        index.create(db.engine)
    with db.write() as session:
        session.add(LedgerCheckpoint(size=frontier.size, root=frontier.root(), peaks=b"".join(frontier.peaks), note="", made_on=day_of(AT)))
        session.flush()
        tiles.lay(session, frontier.size)
    if not db.is_sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """The median of that many runs, after one that warms; of one alone, that one."""
    taken = []
    for _ in range(times + (times > 1)):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken[times > 1 :])


def naive(session: Session) -> dict[str, int]:
    """Distinct people of a year, from the facts themselves."""
    fact = ParticipationFact
    counted = (fact.status == "today", fact.grade != Grade.DECLARED, fact.level >= 1)
    query = select(fact.agreement_id, func.count(fact.person_id.distinct())).where(*living(FIRST, LAST), *counted)
    return dict(session.execute(query.group_by(fact.agreement_id)).all())


def reports(db: Database) -> None:
    with db.write() as session:
        mended = seconds(lambda: counts.recount(session), 1)
    with db.read() as session:
        act = Act(session, Channel.SYSTEM, AT)
        assert naive(session) == counts.people(session, YEAR)
        kept = [session.scalar(select(func.count()).select_from(table)) for table in counts.KEPT]
        rows = {
            "distinct people of a year, from the facts": seconds(lambda: naive(session)),
            "the same, from the counts": seconds(lambda: counts.people(session, YEAR)),
            "the whole target": seconds(lambda: target(act, YEAR, FIRST, LAST)),
            "the whole participation table": seconds(lambda: participation(act, YEAR, FIRST, LAST), 1),
            "all counts compared with the facts, once": seconds(lambda: list(counts.faults(session)), 1),
            "all facts counted anew, once": mended,
        }
    print("| | seconds | of the first |\n|---|---|---|")
    for name, taken in rows.items():
        print(f"| {name} | {taken:.3f} | {taken / rows['distinct people of a year, from the facts']:.4f} |")
    print(f"\nperson_count has {kept[0]:,} rows, fact_count {kept[1]:,}.\n", flush=True)


def sequencer(db: Database, facts: int, people: int) -> None:
    """Batches with and without counts by turns, so that what the machine does meanwhile is shared."""
    lay_down(db, synthetic(facts, facts + 2 * WAITING, people, placed=False))
    keep, taken = counts.keep, {True: [0.0], False: [0.0]}
    with db.write() as session:
        ledger.sequence(session, AT)
    for turn in range(2 * (WAITING // book.BATCH) - 1):
        counted = turn % 2 == 0
        counts.keep = keep if counted else lambda *_: None
        started = time.perf_counter()
        with db.write() as session:
            assert ledger.sequence(session, AT) == book.BATCH
        taken[counted].append(time.perf_counter() - started)
    counts.keep = keep
    rate = {counted: book.BATCH / statistics.median(times[1:]) for counted, times in taken.items()}
    print("| sequencer | facts/s | ratio |\n|---|---|---|")
    print(f"| without counts | {rate[False]:,.0f} | |\n| with counts | {rate[True]:,.0f} | {rate[True] / rate[False]:.2f} |\n", flush=True)


def root_of_a_million() -> None:
    """Leaves of a real one's length."""
    leaves = [b'{"commitment":"%064d","person":"%064d","reverses":null,"v":1}' % (number, number) for number in range(1_000_000)]

    def tree() -> None:
        frontier = Frontier()
        for leaf in leaves:
            frontier.append(leaf_hash(leaf))
        frontier.root()

    def bare() -> None:
        for leaf in leaves:
            sha256(leaf).digest()

    alone, whole = seconds(bare), seconds(tree)
    print("| 1,000,000 leaves | seconds | ratio |\n|---|---|---|")
    print(f"| bare SHA-256 of each | {alone:.2f} | |\n| root of the tree | {whole:.2f} | {whole / alone:.1f} |\n", flush=True)


def proofs(db: Database, facts: int) -> None:
    """Inclusion proofs of 200 leaves drawn at each size."""
    read, pieces = [0], tiles._pieces

    def counted(session: Session, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        for piece in pieces(session, first, last):
            read[0] += 1
            yield piece

    tiles._pieces = counted
    print("| inclusion proof in a log of | milliseconds | hashes read | hashes in the proof |\n|---|---|---|---|")
    dice = random.Random(1)
    with db.read() as session:
        for size in (10**power for power in range(4, 8) if 10**power <= facts):
            taken, hashes, lengths = [], [], []
            for index in [dice.randrange(size) for _ in range(200)]:
                read[0], started = 0, time.perf_counter()
                proof = [tiles.root_of(session, *part) for part in proof_ranges(size, index)]
                taken.append(time.perf_counter() - started)
                hashes.append(read[0])
                lengths.append(len(proof))
            middle = statistics.median
            print(f"| {size:,} | {middle(taken) * 1000:.1f} | {middle(hashes):.0f} | {middle(lengths):.0f} |", flush=True)


def run(engine: str, facts: int, people: int) -> None:
    with tempfile.TemporaryDirectory(prefix="engage-bench-") as folder, engine_url(engine, Path(folder)) as url:
        db = build_storage(serving(settings(Path(folder), url)))
        started = time.perf_counter()
        fill(db, facts, people)
        print(f"filled in {time.perf_counter() - started:.0f} s", file=sys.stderr)
        print(f"\n{engine}, {platform.machine()}, {os.cpu_count()} cores, {facts:,} facts of {people:,} people\n", flush=True)
        reports(db)
        sequencer(db, facts, people)
        proofs(db, facts)
        print()
        root_of_a_million()
        db.dispose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", nargs="?", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--facts", type=int, default=10_000_000)
    parser.add_argument("--people", type=int, default=1_000_000)
    given = parser.parse_args()
    run(given.engine, given.facts, given.people)
