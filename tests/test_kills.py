"""Processes killed at random moments: a campaign reaches everyone once, and no vote that was answered is lost or doubled."""

from __future__ import annotations

import random
import socket
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from engage import campaigns
from engage.demo.far_end import Trouble
from tests import victim
from tests.campaigns.test_campaigns import campaign, move, number, progress, voters
from tests.voting.test_voting import counts
from tests.world import TABLE, TOKEN, World

PEOPLE = 80


def test_workers_killed_in_a_campaign_lose_and_double_nothing(world: World) -> None:
    """Two workers at a time, each killed within a second, against a far end that now and then drops the line or answers nothing."""
    dice = random.Random(7)
    voters(world, PEOPLE)
    id = campaign(world)
    troubles = {number(place): Trouble(dropped=True) for place in range(0, PEOPLE, 9)} | {
        number(place): Trouble(slow=0.2, repeated=True) for place in range(1, PEOPLE, 9)
    }
    with world.far_end(troubles=troubles) as far_end:
        move(world, id, campaigns.start)
        for _ in range(2):
            workers = [victim.start(victim.a_worker, world.config) for _ in range(2)]
            before, enough, deadline = len(far_end.sent), dice.randint(5, 25), time.monotonic() + 8
            while len(far_end.sent) < min(before + enough, PEOPLE) and time.monotonic() < deadline:
                time.sleep(0.005)
                if len(far_end.sent) > before:
                    deadline = min(deadline, time.monotonic() + 1)
            for process in workers:
                victim.kill(process)
        far_end.troubles.clear()
        far_end.settle()
        for _ in range(6):
            world.later(minutes=5)
            world.work()
            far_end.settle()
        times = Counter(sent.to for sent in far_end.sent)
    assert set(times) == {number(place) for place in range(PEOPLE)}, "none lost"
    assert set(times.values()) == {1}, "none doubled"
    assert progress(world, id)["delivered"] == PEOPLE


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_a_site_killed_during_votes_loses_and_doubles_no_answered_vote(world: World) -> None:
    """The provider posts each text again until it is answered, as it does when a connection fails."""
    dice = random.Random(11)
    world.config = replace(world.config, public_url=f"http://127.0.0.1:{free_port()}")
    site = victim.start(victim.a_site, world.config)
    receipts = 0
    try:
        for place in range(8):
            for step, body in enumerate(("VOTE", "1 4", "OUI")):
                if dice.random() < 0.15:
                    victim.kill(site)
                    site = victim.start(victim.a_site, world.config)
                receipts += "Preuve" in posted(world, number(place), body, f"SM{place:02d}{step}", dice)
    finally:
        victim.kill(site)
    assert receipts == 8
    assert counts(world) == (8, 8, 8)


def posted(world: World, sender: str, body: str, sid: str, dice: random.Random) -> str:
    """The reply, asked for until it comes; the first try is sometimes cut off before its answer is read."""
    params = {"MessageSid": sid, "From": sender, "To": TABLE, "Body": body}
    address = world.config.public_url + "/phone/sms"
    headers = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(address, params)}
    request = urllib.request.Request(address, urlencode(params).encode(), headers)
    if dice.random() < 0.3:
        with (
            suppress(OSError, urllib.error.URLError),
            socket.create_connection(("127.0.0.1", int(address.split(":")[2].split("/")[0]))) as line,
        ):
            content = urlencode(params).encode()
            head = f"POST /phone/sms HTTP/1.0\r\nX-Twilio-Signature: {headers['X-Twilio-Signature']}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(content)}\r\n\r\n"
            line.sendall(head.encode() + content)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(request, timeout=5) as answer:
            return str(answer.read().decode())
        time.sleep(0.05)
    raise AssertionError("the site never answered")
