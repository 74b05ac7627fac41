"""Closing a big box, against unsealing alone: `python -m bench.closing [sqlite|postgres] [ballots]`. Prints Markdown."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import insert, select, text

from bench.run import engine_url, settings
from engage import voting
from engage.config import serving
from engage.kernel.act import Act, Channel, utc_now
from engage.kernel.codes import receipt_code
from engage.storage import build_storage, open_storage
from engage.voting import ballot_box
from engage.voting.acts import slot as sealing_slot
from engage.voting.ballot_box import SUITE, SealedBallot, Slot
from tests.world import found, furnish

SAMPLE = 100_000
"""Ballots unsealed alone, before and after: a rate, for the whole box would double the time of the bench."""
AT_ONCE = 5_000
CORES = os.cpu_count() or 1
SPAWN = get_context("spawn")


def measured(found: list[tuple[float, float]], job: Callable[..., Any]) -> Callable[..., Any]:
    """The same job, noting its seconds and by how many megabytes this process grew at most meanwhile (Linux)."""

    def run(*args: Any, **named: Any) -> Any:
        Path("/proc/self/clear_refs").write_text("5")
        started, before = time.perf_counter(), resident("VmRSS")
        done = job(*args, **named)
        found.append((time.perf_counter() - started, resident("VmHWM") - before))
        return done

    return run


def sealed_rows(slot: Slot, numbers: range) -> list[dict[str, object]]:
    """Ballots behind no card: those are opened without people to stand behind them."""
    rows = []
    for number in numbers:
        plain = bytes([1, 0]) + (1 << number % 9 | 1 << number * 7 % 9).to_bytes(2) + bytes(12)
        choice, tag = ballot_box.seal(plain, slot.public_key, slot.info), os.urandom(32)
        row = {"consultation_id": slot.consultation_id, "tag": tag, "choice": choice, "receipt": receipt_code(choice)}
        rows.append(row | {"mark": slot.mark(tag, choice, None)})
    return rows


def fill(env: dict[str, str], ballots: int) -> None:
    """Ballots of distinct receipts in the box, sealed by a process a core. Runs apart: its memory is not the closing's."""
    db = open_storage(serving(env))
    with db.write() as session, SPAWN.Pool(CORES) as pool:
        slot = sealing_slot(act := Act(session, Channel.SYSTEM, utc_now()), found(act, "BSL"))
        if db.is_sqlite:
            session.execute(text("PRAGMA cache_size=-1000000"))
        seen: set[object] = set()
        batches = [range(first, min(first + AT_ONCE, ballots)) for first in range(0, ballots, AT_ONCE)]
        for rows in pool.imap_unordered(partial(sealed_rows, slot), batches):
            fresh = [row for row in rows if row["receipt"] not in seen]
            seen.update(row["receipt"] for row in fresh)
            session.execute(insert(SealedBallot), fresh)
    db.dispose()


def unseal(private: bytes, info: bytes, choices: Sequence[bytes]) -> None:
    key = X25519PrivateKey.from_private_bytes(private)
    for choice in choices:
        SUITE.decrypt(choice, key, info=info)


def unsealing_alone(private: bytes, info: bytes, choices: list[bytes]) -> float:
    """Ballots a second, by a process a core that is already up."""
    with SPAWN.Pool(CORES) as pool:
        job = partial(unseal, private, info)
        pool.map(job, [choices[:10]] * CORES, chunksize=1)
        started = time.perf_counter()
        pool.map(job, [choices[first : first + 1_000] for first in range(0, len(choices), 1_000)], chunksize=1)
        return len(choices) / (time.perf_counter() - started)


def resident(name: str) -> float:
    """Megabytes of this process: VmRSS now, VmHWM at most since the last reset."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def run(engine: str, ballots: int) -> None:
    home = Path(tempfile.mkdtemp(prefix="engage-bench-"))
    with engine_url(engine, home) as url:
        env = settings(home, url)
        db = build_storage(serving(env))
        furnish(db, serving(env))
        with ProcessPoolExecutor(1, SPAWN) as apart:
            apart.submit(fill, env, ballots).result()
        with db.write() as session:
            act = Act(session, Channel.SYSTEM, utc_now())
            consultation = found(act, "BSL")
            slot, private = sealing_slot(act, consultation), db.keys.box(consultation.id).private_bytes_raw()
            choices = list(session.scalars(select(SealedBallot.choice).limit(SAMPLE)))
        rates = [unsealing_alone(private, slot.info, choices)]
        found_out: list[tuple[float, float]] = []
        ballot_box.open_box = measured(found_out, ballot_box.open_box)
        started = time.perf_counter()
        assert voting.carry_closings(db, utc_now()) == 5
        whole = time.perf_counter() - started
        rates.append(unsealing_alone(private, slot.info, choices))
        with db.read() as session:
            counted = sum(ballot_box.counted(session, slot.consultation_id, known=False).values())
        assert abs(counted - ballots) <= ballots / 100_000
        db.dispose()
    shutil.rmtree(home)
    alone = ballots * sum(1 / rate for rate in rates) / 2
    (seconds, grown), *_ = found_out
    print(f"| {engine} | {ballots:,} | {alone:.1f} | {seconds:.1f} | {seconds / alone:.2f} | {whole:.1f} | {grown:.0f} |")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    print("| engine | ballots | unsealing alone, s | opening, s | ratio (aim 1.3) | whole closing, s | memory grown by the opening, MB |")
    print("|---|---|---|---|---|---|---|")
    run("postgres" if "postgres" in sys.argv else "sqlite", numbers[0] if numbers else 100_000)
