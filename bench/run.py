"""The benchmarks, as ratios inside one run: `python -m bench.run [sqlite|postgres] [--quick]`. Prints one Markdown table."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import text
from twilio.request_validator import RequestValidator

from bench.apps import BareRow
from bench.load import drive, get, post
from engage.config import serving
from engage.storage import build_storage
from tests import postgres
from tests.world import TABLE, furnish

PUBLIC, TOKEN = "http://engage.test", "bench"
PROCESSES = 2


def settings(home: Path, url: str) -> dict[str, str]:
    return {
        "ENGAGE_HOME": str(home),
        "ENGAGE_DATABASE_URL": url,
        "ENGAGE_SECRET_KEY": "k" * 32,
        "ENGAGE_PUBLIC_URL": PUBLIC,
        "ENGAGE_TWILIO_ACCOUNT_SID": "AC1",
        "ENGAGE_TWILIO_AUTH_TOKEN": TOKEN,
        "ENGAGE_TWILIO_FROM": TABLE,
    }


@contextmanager
def engine_url(engine: str, home: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{home / 'engage.sqlite3'}"
        return
    with postgres.running(durable=True) as url:
        yield url


@contextmanager
def served(kind: str, env: dict[str, str], port: int) -> Iterator[int]:
    """One of the apps on a port; yields the process id of the server."""
    command = [sys.executable, "-m", "bench.serve", str(port), str(PROCESSES)]
    server = subprocess.Popen(command, env=os.environ | env | {"BENCH_APP": kind}, start_new_session=True)
    try:
        for _ in range(100):
            time.sleep(0.1)
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
        time.sleep(1)
        yield server.pid
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def texts(numbers: list[str], body: str, mark: str) -> list[bytes]:
    validator, made = RequestValidator(TOKEN), []
    for number in numbers:
        params = {"MessageSid": f"SM{mark}{number[1:]}", "From": number, "To": TABLE, "Body": body}
        made.append(post("/phone/sms", urlencode(params), validator.compute_signature(PUBLIC + "/phone/sms", params)))
    return made


def memory(pid: int) -> list[float]:
    """Resident megabytes of each worker of a server."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    sizes = []
    for child in children:
        status = Path(f"/proc/{child}/status").read_text()
        size = next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0)
        if size > 30:
            sizes.append(size)
    return sizes


def measure(env: dict[str, str], rounds: int, voters: int) -> dict[str, list[float]]:
    """Each figure once a round, the apps one after the other, so that what the machine does meanwhile is shared."""
    seen: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        seen.setdefault(name, []).append(value)

    for turn in range(rounds):
        numbers = [f"+1418{turn + 1:03d}{line:04d}" for line in range(voters)]
        with served("hello", env, 8911) as pid:
            note("hello", drive(8911, [get("/")] * voters * 2)[0])
        with served("bare", env, 8912) as pid:
            note("bare insert", drive(8912, texts(numbers, "OUI", f"b{turn}"))[0])
        with served("site", env, 8913) as pid:
            drive(8913, [get("/"), get("/v/BSL")] * 10)
            note("home", drive(8913, [get("/")] * voters)[0])
            note("ballot page", drive(8913, [get("/v/BSL")] * voters)[0])
            started = time.perf_counter()
            drive(8913, texts(numbers, "VOTE", f"v{turn}"), expect=b"Logement")
            drive(8913, texts(numbers, "1 4 7", f"c{turn}"), expect=b"OUI")
            rate, slow = drive(8913, texts(numbers, "OUI", f"o{turn}"), expect=b"Preuve")
            note("journey", voters / (time.perf_counter() - started))
            note("confirming webhook", rate)
            note("confirming webhook p99 ms", slow * 1000)
            for size in memory(pid):
                note("memory MB", size)
    return seen


def run(engine: str, *, quick: bool) -> None:
    rounds, voters = (2, 150) if quick else (5, 600)
    home = Path(tempfile.mkdtemp(prefix="engage-bench-"))
    with engine_url(engine, home) as url:
        env = settings(home, url)
        config = serving(env)
        db = build_storage(config)
        BareRow.__table__.create(db.engine)
        furnish(db, config)
        with db.write() as session:
            session.execute(text("UPDATE consultation SET closes_at = '2099-01-01 00:00:00'"))
        seen = measure(env, rounds, voters)
        db.dispose()
    shutil.rmtree(home)
    print(f"\n{engine}, {platform.machine()}, {os.cpu_count()} cores, {PROCESSES} processes, {rounds} rounds of {voters} voters\n")
    print("| figure | median | spread | ratio | aim |\n|---|---|---|---|---|")
    middle = {name: statistics.median(values) for name, values in seen.items()}
    for name, base, aim in (
        ("hello", "", ""),
        ("bare insert", "", ""),
        ("confirming webhook", "bare insert", "0.5"),
        ("journey", "bare insert", "stated"),
        ("home", "hello", "0.12"),
        ("ballot page", "hello", "0.12"),
        ("confirming webhook p99 ms", "", ""),
        ("memory MB", "", "under 120"),
    ):
        ratios = [one / two for one, two in zip(seen[name], seen[base], strict=True)] if base else []
        ratio = f"{statistics.median(ratios):.2f} of {base}" if base else ""
        print(f"| {name} | {middle[name]:.0f} | {min(seen[name]):.0f} to {max(seen[name]):.0f} | {ratio} | {aim} |")


if __name__ == "__main__":
    run("postgres" if "postgres" in sys.argv else "sqlite", quick="--quick" in sys.argv)
