"""What the doctor says of a running installation: keys, backups, worker, texts."""

from __future__ import annotations

from pathlib import Path

from engage import backups, doctor, messaging, rotation
from engage.doctor import Finding
from engage.messaging import Purpose
from tests.test_rotation import quietly
from tests.world import PHONE, TABLE, World

KEYS = ["key files are private", "fields are encrypted under key 1"]


def said(world: World) -> list[Finding]:
    return list(doctor.findings_of(world.db, world.at))


def faults(world: World) -> list[str]:
    return [finding.text for finding in said(world) if not finding.ok]


def test_a_fresh_installation_has_no_fault(world: World) -> None:
    assert [finding.text for finding in said(world) if finding.ok] == [
        *KEYS,
        "no backup was ever made: run `engage backup FILE`, and every night from now on",
        "no worker has run yet: start `engage worker`",
        "no text waits",
    ]


def test_a_backup_is_a_week_old_at_most(world: World, tmp_path: Path) -> None:
    world.work()
    world.later(days=8)
    world.work()
    assert faults(world) == ["no backup was ever made: run `engage backup FILE`, and every night from now on"]
    backups.make(world.db, tmp_path / "b", None, None, world.at, quietly)
    assert faults(world) == []
    world.later(days=7, seconds=1)
    world.work()
    assert faults(world) == ["the last backup is 7 days old: run `engage backup FILE` every night"]


def test_a_worker_that_stopped_and_texts_that_wait_are_told(world: World) -> None:
    world.work()
    with world.act() as act:
        messaging.queue(act, PHONE, "Bonjour", sender=TABLE, agreement_id="A01", purpose=Purpose.ASKED, language="fr")
    assert faults(world) == []
    assert "1 texts or calls wait since 2026-05-04 15:00 UTC" in {finding.text for finding in said(world)}
    world.later(minutes=11)
    assert [text.split(":")[0] for text in faults(world)] == [
        "no worker has run since 2026-05-04 15",
        "1 texts or calls wait since 2026-05-04 15",
    ]
    world.work()
    assert faults(world) == []


def test_a_rotation_cut_short_is_told(world: World) -> None:
    rotation._begin(world.db)
    assert faults(world) == ["fields are being encrypted under key 2: if `engage keys rotate` is not running, run it again"]
    rotation.rotate(world.db, quietly)
    assert faults(world) == []


def test_keys_that_others_can_read_are_told(world: World) -> None:
    (world.config.keys_dir / "tag.key").chmod(0o644)
    assert faults(world) == ["key files are readable by others: chmod 600 tag.key"]
