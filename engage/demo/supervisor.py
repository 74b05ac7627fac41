"""`engage demo`: one command that keeps site, worker and far end going until Ctrl-C."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import click

from engage.config import Config, storage
from engage.demo import region
from engage.demo.far_end import FarEnd
from engage.kernel.act import utc_now
from engage.process import serve_wsgi, stop_on_signal
from engage.storage import build_storage

ACCOUNT = "AC" + "0" * 32
"""No real account has this SID."""


def run(env: Mapping[str, str], port: int, *, fresh: bool) -> None:
    """Make the region if need be, start everything on loopback, and stop it all at Ctrl-C or when a part dies."""
    if env.get("ENGAGE_TWILIO_ACCOUNT_SID", ACCOUNT) != ACCOUNT:
        click.echo("The demo refuses a real account: unset ENGAGE_TWILIO_ACCOUNT_SID.", err=True)
        sys.exit(1)
    home = Path(env.get("ENGAGE_HOME") or "var") / "demo"
    if fresh:
        shutil.rmtree(home, ignore_errors=True)
    config = storage({"ENGAGE_HOME": str(home)})
    sign_ins = _prepare(config, home)
    token = env.get("ENGAGE_TWILIO_AUTH_TOKEN") or secrets.token_hex(16)
    site = f"http://127.0.0.1:{port}"
    far_end = FarEnd(ACCOUNT, token, site, region.TABLE_NUMBER)
    server = far_end.start()
    far_address = f"http://127.0.0.1:{server.server_address[1]}"
    settings = {key: value for key, value in os.environ.items() if not key.startswith("ENGAGE_")} | {
        "ENGAGE_HOME": str(home),
        "ENGAGE_SECRET_KEY": secrets.token_hex(32),
        "ENGAGE_PUBLIC_URL": site,
        "ENGAGE_TWILIO_ACCOUNT_SID": ACCOUNT,
        "ENGAGE_TWILIO_AUTH_TOKEN": token,
        "ENGAGE_TWILIO_FROM": region.TABLE_NUMBER,
        "ENGAGE_TWILIO_API_URL": far_address,
        "ENGAGE_HOSTED_BY": "un groupe fictif de Rimouski",
        "ENGAGE_PRIVACY_CONTACT": "Camille (fiction), 418 555-0191",
        "ENGAGE_DEMO_FAR_END": far_address,
    }
    parts = [
        subprocess.Popen([sys.executable, "-m", "engage.demo.supervisor", str(port)], env=settings),  # noqa: S603 - our own parts
        subprocess.Popen([sys.executable, "-m", "engage", "worker"], env=settings),
    ]
    stopping = stop_on_signal()
    try:
        _wait_until_ready(site, parts)
        click.echo(_welcome(site, home, sign_ins))
        while not stopping.wait(0.5):
            if any(part.poll() is not None for part in parts):
                click.echo("A part of the demo stopped by itself; its message is above.", err=True)
                sys.exit(1)
    finally:
        for part in parts:
            part.terminate()
        for part in parts:
            part.wait(timeout=15)
        server.shutdown()


def _prepare(config: Config, home: Path) -> str:
    """The region, made once; returns the printed sign-ins, kept beside the throwaway database."""
    printed = home / "sign-ins.txt"
    if not printed.exists():
        click.echo("Making a fictional region...", err=True)
        db = build_storage(config)
        text = region.populate(db, utc_now())
        db.dispose()
        printed.write_text(text, encoding="utf-8")
        printed.chmod(0o600)
    return printed.read_text(encoding="utf-8")


def _wait_until_ready(site: str, parts: list[subprocess.Popen[bytes]]) -> None:
    for _ in range(200):
        if any(part.poll() is not None for part in parts):
            sys.exit(1)
        try:
            with urllib.request.urlopen(site + "/readyz", timeout=2):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    click.echo("The site did not start.", err=True)
    sys.exit(1)


def _welcome(site: str, home: Path, sign_ins: str) -> str:
    return f"""
Engage: a living example. Every person and number in it is fictional.

  {site}/                    the first page, in French ({site}/en/ in English)
  {site}/v/{region.OPEN_CODE}               vote on an old phone, without script
  {site}/demo/phone          a phone on the screen: text VOTE
  {site}/v/{region.CLOSED_CODE}/results      a result that explains itself
  {site}/committees          a seat at the table; text PLACE from the phone on the screen
  {site}/projects            say what you think; text NAVETTE, or call and press 5; what changed: {site}/changed/A01
  {site}/me                  what is kept of a person, with the used card below
  {site}/staff/              the back office; sign-ins:

{sign_ins}
  Codes of the moment for these sign-ins: {site}/demo/
  In another terminal, with ENGAGE_HOME={home}:
    engage ledger verify
    engage report target --year {region.report_year(utc_now())}

Ctrl-C stops everything.
"""


if __name__ == "__main__":
    serve_wsgi("engage.demo.site:app", "127.0.0.1", int(sys.argv[1]), 1)
