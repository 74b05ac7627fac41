"""A campaign queued and drained against the local far end: `python -m bench.campaign [sqlite|postgres] [recipients] [--kill]`.

Real worker processes send through Twilio's own library. The drain is a ratio of what the far end itself can take over bare
kept connections in the same run. With `--kill`, a worker is killed (SIGKILL) and replaced every two seconds and one text in 200
meets a dropped line; at the end each recipient must have been taken exactly once.
"""

from __future__ import annotations

import base64
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import func, select

from bench.load import drive
from engage import campaigns, messaging
from engage.campaigns import Campaign, CampaignKind
from engage.config import Config
from engage.demo.far_end import FarEnd, Trouble
from engage.kernel.act import Act, Channel
from engage.kernel.db import Database, add_if_missing, keys_of
from engage.messaging import OutboundMessage, Sending
from engage.participants import ConsentKind, Participant, PhoneCredential
from engage.participants.models import Consent
from engage.phone.outgoing import Twilio
from engage.storage import build_storage
from engage.voting import RollEntry
from tests import postgres
from tests.conftest import config_for
from tests.victim import settings
from tests.world import START, TABLE, TOKEN, found, furnish

CREATES = 4_000


def number(place: int) -> str:
    return f"+1{4_180_000_000 + place}"


def people(db: Database, many: int) -> None:
    """Voters who said that they may be written to, written straight into the tables."""
    for first in range(0, many, 5_000):
        with db.write() as session:
            consultation = session.scalar(select(RollEntry.consultation_id).limit(1)) or campaign_of(db)
            voters = [Participant(since_on=START.date()) for _ in range(min(5_000, many - first))]
            add_if_missing(session, *voters)
            phones, consents, roll = [], [], []
            for place, voter in enumerate(voters, start=first):
                phone = PhoneCredential(
                    participant_id=voter.id,
                    number_lookup=keys_of(session).blind("phone", number(place)),
                    code_lookup=place.to_bytes(32),
                )
                phone.number_sealed = PhoneCredential.number.sealed(session, phone.id, number(place))
                phones.append(phone)
                consents.append(
                    Consent(participant_id=voter.id, kind=ConsentKind.CONTACT, given=True, wording="w", channel="sms", at=START)
                )
                entry = RollEntry(consultation_id=consultation, participant_id=voter.id, channel="sms")
                entry.fact_sealed = RollEntry.fact.sealed(session, entry.id, str(entry.id))
                roll.append(entry)
            for rows in (phones, consents, roll):
                add_if_missing(session, *rows)


def campaign_of(db: Database) -> UUID:
    with db.read() as session:
        return found(Act(session, Channel.WEB, START), "BSL").id


def ceiling(far_end: FarEnd) -> float:
    """Creates a second that the far end takes over bare kept connections."""
    port = int(far_end.address.rsplit(":", 1)[1])
    account = base64.b64encode(f"{far_end.account_sid}:{TOKEN}".encode()).decode()
    body = urlencode({"To": "+14185559999", "From": TABLE, "Body": "Table: trois mots. ARRET: cesser."})
    request = (
        f"POST /2010-04-01/Accounts/{far_end.account_sid}/Messages.json HTTP/1.1\r\nHost: far\r\nAuthorization: Basic {account}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    return drive(port, [request.encode()] * CREATES, status=b" 201 ")[0]


def drain(db: Database, config: Config, far_end: FarEnd, workers: int, many: int, *, kill: bool) -> float:
    """Seconds until every text is with the provider, asked after where a worker died."""
    dice = random.Random(1)

    def fresh() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "tests.victim", "worker", settings(config)], stderr=subprocess.DEVNULL)

    crew = [fresh() for _ in range(workers)]
    while not far_end.sent:
        time.sleep(0.01)
    started = killed = time.perf_counter()
    while waiting(db):
        if kill and time.perf_counter() - killed > 2:
            victim = dice.randrange(workers)
            crew[victim].kill()
            crew[victim].wait()
            crew[victim] = fresh()
            killed = time.perf_counter()
        time.sleep(0.1)
    time.sleep(1)
    spent = time.perf_counter() - started - 1
    for worker in crew:
        worker.kill()
        worker.wait()
    far_end.troubles.clear()
    far_end.troubles["*"] = Trouble(silent=True)
    provider = Twilio(config)
    later = START + timedelta(minutes=10)
    while messaging.reconcile(db, later, provider) or messaging.send_due(db, later, provider, 1_000_000):
        later += timedelta(minutes=10)
    return spent


def waiting(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).where(OutboundMessage.state == Sending.WAITING)) or 0


def round_of(engine: str, workers: int, many: int, *, kill: bool) -> str:
    home = Path(tempfile.mkdtemp(prefix="engage-bench-"))
    with postgres.running(durable=True) if engine == "postgres" else nullcontext(f"sqlite:///{home / 'engage.sqlite3'}") as url:
        far_end = FarEnd("AC" + "1" * 32, TOKEN, "http://127.0.0.1:9", TABLE, troubles={"*": Trouble(silent=True)})
        far_end.start()
        config = replace(config_for(home, url), public_url="http://127.0.0.1:9", twilio_api_url=far_end.address)
        db = build_storage(config)
        world = furnish(db, config)
        top = ceiling(far_end)
        far_end.sent.clear()
        far_end.messages.clear()
        people(db, many)
        with world.act() as act:
            messaging.allow(act, "A01", parts_a_month=10 * many, time_zone="America/Toronto")
            made = campaigns.write_campaign(act, found(act, "BSL"), CampaignKind.INVITATION, {"fr": "Trois mots ici."})
            campaigns.start(act, made)
            id = made.id
        started = time.perf_counter()
        campaigns.carry_campaigns(db, START)
        queued = many / (time.perf_counter() - started)
        if kill:
            far_end.troubles |= {number(place): Trouble(dropped=True, silent=True) for place in range(0, many, 200)}
        rate = many / drain(db, config, far_end, workers, many, kill=kill)
        times = Counter(sent.to for sent in far_end.sent)
        doubled, lost = sum(count > 1 for count in times.values()), many - len(times)
        with db.read() as session:
            states = campaigns.progress(session, session.get_one(Campaign, id))
        far_end.stop()
        db.dispose()
    shutil.rmtree(home)
    assert states.get("sent") == many, states
    return f"| {engine} | {workers} | {queued:,.0f} | {rate:,.0f} | {top:,.0f} | {rate / top:.2f} | {lost} | {doubled} |"


if __name__ == "__main__":
    many = next((int(word) for word in sys.argv[1:] if word.isdigit()), 100_000)
    engines = [word for word in sys.argv[1:] if word in ("sqlite", "postgres")] or ["sqlite", "postgres"]
    print(f"{many:,} recipients{', workers killed' if '--kill' in sys.argv else ''}\n")
    print("| engine | workers | queued/s | drained/s | far end's ceiling/s | ratio | lost | doubled |\n|---|---|---|---|---|---|---|---|")
    for engine in engines:
        for workers in (1, 2, 4):
            print(round_of(engine, workers, many, kill="--kill" in sys.argv), flush=True)
