"""The ledger for outsiders: proofs that stay short, witnesses who countersign, a history that cannot be remade unseen."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from engage import ledger, participants, rights
from engage.ledger import note, tiles, tree, watching
from engage.ledger.models import LedgerCheckpoint, LedgerTile, ParticipationFact, Witness
from engage.participants import Participant
from engage.staff import Role
from tests.conftest import ON_SQLITE, vectors
from tests.conftest import either as config  # noqa: F401 - each test on one engine, half on each
from tests.ledger.test_book import faults, people_who_count, without_guard
from tests.world import World, hidden

SCRIPT = Path(__file__).parents[2] / "docs/verify_ledger.py"


def key_of(world: World) -> str:
    return ledger.verifier(world.db.keys.ledger)


def latest(world: World) -> str:
    with world.db.read() as session:
        return ledger.latest_note(session)


def ran(*given: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", SCRIPT, *map(str, given)], capture_output=True, text=True, check=False)


def bundle(world: World, path: Path) -> Path:
    with world.db.read() as session:
        path.write_text("\n".join(ledger.export(session)) + "\n", encoding="utf-8")
    return path


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 600), st.data())
def test_ranges_give_the_proofs_of_the_whole_tree(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, size))
    leaves = [tree.leaf_hash(str(each).encode()) for each in range(size)]
    proof = [tree.root(leaves[start:end]) for start, end in tree.consistency_ranges(first, size)]
    assert proof == tree.consistency_proof(leaves, first)
    assert tree.verify_consistency(first, size, tree.root(leaves[:first]), tree.root(leaves), proof)


def test_consistency_ranges_are_the_published_ones() -> None:
    told = json.loads(vectors("rfc6962/vectors.json").read_text(encoding="utf-8"))
    leaves = [tree.leaf_hash(bytes.fromhex(each)) for each in told["leaves_hex"]]
    for case in told["consistency"]:
        parts = tree.consistency_ranges(case["from"], case["to"])
        assert [tree.root(leaves[start:end]).hex() for start, end in parts] == case["path"]


@ON_SQLITE
def test_kept_roots_make_every_proof_of_a_long_log(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With rows of 4 in place of 256, a hundred facts have three levels of them."""
    monkeypatch.setattr(tiles, "WIDTH", 4)
    monkeypatch.setattr(tiles, "HEIGHT", 2)
    world.people("BSL", [[1]] * 40)
    world.work()
    world.people("BSL", [[2]] * 37)
    world.work()
    with world.db.read() as session:
        leaves = session.scalars(select(ParticipationFact.leaf_hash).order_by(ParticipationFact.index)).all()
        assert {tile.level for tile in session.scalars(select(LedgerTile))} >= {1, 2, 3}
        dice = random.Random(7)
        for _ in range(60):
            first = dice.randint(1, len(leaves))
            second = dice.randint(first, len(leaves))
            assert ledger.consistency(session, first, second) == tree.consistency_proof(leaves[:second], first)
        assert list(tiles.faults(session)) == []
    with world.db.write() as session:
        session.execute(
            text("UPDATE ledger_tile SET hash = (SELECT leaf_hash FROM participation_fact LIMIT 1) WHERE level = 2 AND place = 0")
        )
    assert any("kept root" in fault for fault in faults(world))


@pytest.mark.parametrize("sizes", ["0/1", "2/1", "1/100000", "1/99999999999999999999"])
def test_a_consistency_that_is_none_is_said(world: World, sizes: str) -> None:
    people_who_count(world)
    answer = world.browser().get(f"/evidence/consistency/{sizes}")
    assert answer.status_code == 404
    assert "registre" in answer.text


def fetcher(world: World) -> watching.Fetch:
    return lambda path: world.browser().get(f"/evidence/{path}").text


def seconds(world: World) -> int:
    return int(world.at.timestamp())


def test_a_witness_looks_countersigns_and_is_shown(world: World, tmp_path: Path) -> None:
    people_who_count(world)
    memory = watching.Memory.open(tmp_path / "witness.json", "maison-du-coin", key_of(world))
    with world.act() as act:
        ledger.add_witness(act, "Maison du coin", memory.verifier())
    signed = watching.look(memory, fetcher(world), seconds(world))
    posed = signed.replace("\N{EM DASH} maison-du-coin", "\N{EM DASH} maison-du-coin AAAA\n\N{EM DASH} maison-du-coin")
    for sent in (posed, signed):
        assert world.browser().post("/evidence/cosignatures", data=sent).text == "OK\n", "its own line is kept, whatever stands beside it"
    size = note.parse(note.open_note(signed, key_of(world))).size
    assert world.browser().get(f"/evidence/checkpoints/{size}").text == signed
    assert f"a vu {size} lignes" in world.browser().get("/evidence/").text
    world.people("BSL", [[2]] * 3)
    world.work()
    again = watching.Memory.open(tmp_path / "witness.json", "autre nom", key_of(world))
    later = watching.look(again, fetcher(world), seconds(world))
    assert note.parse(note.open_note(later, key_of(world))).size > size
    assert again.verifier() == memory.verifier()
    world.browser().post("/evidence/cosignatures", data=later)
    told = ran(bundle(world, tmp_path / "bundle.jsonl"), "--key", key_of(world), "--witness", memory.verifier())
    assert told.returncode == 0, told.stdout
    assert "le témoin maison-du-coin a vu" in told.stdout
    with pytest.raises(note.BadNote):
        watching.Memory.open(tmp_path / "witness.json", "x", "other+00000000+AA==")


def test_a_history_remade_by_whoever_holds_everything_is_caught_by_an_old_checkpoint(world: World, tmp_path: Path) -> None:
    """The operator has database and keys: drops one fact, numbers the rest again, signs anew. What a witness kept tells."""
    people_who_count(world)
    memory = watching.Memory.open(tmp_path / "witness.json", "temoin", key_of(world))
    watching.look(memory, fetcher(world), seconds(world))
    (tmp_path / "old.txt").write_text(memory.seen, encoding="utf-8")
    without_guard(
        world,
        text(
            "DELETE FROM participation_fact WHERE id = (SELECT id FROM participation_fact WHERE reverses_id IS NULL"
            " AND id NOT IN (SELECT reverses_id FROM participation_fact WHERE reverses_id IS NOT NULL) LIMIT 1)"
        ),
    )
    without_guard(world, text('UPDATE participation_fact SET "index" = NULL'))
    for table in ("ledger_checkpoint", "ledger_tile"):
        without_guard(world, text(f"DELETE FROM {table}"))
    (world.db.keys.folder / "ledger.anchor").unlink()
    world.people("BSL", [[1]] * 2)
    world.work()
    assert latest(world), "the remade log is signed as if nothing had happened"
    remade = bundle(world, tmp_path / "bundle.jsonl")
    assert ran(remade, "--key", key_of(world)).returncode == 0, "by itself it looks whole"
    told = ran(remade, "--key", key_of(world), "--old", tmp_path / "old.txt")
    assert told.returncode == 1
    assert "NON        l'ancien point" in told.stdout
    with pytest.raises(watching.LogForked):
        watching.look(watching.Memory.open(tmp_path / "witness.json", "", key_of(world)), fetcher(world), seconds(world))


def test_what_is_no_countersignature_is_refused_in_words(world: World, tmp_path: Path) -> None:
    people_who_count(world)
    memory = watching.Memory.open(tmp_path / "witness.json", "temoin", key_of(world))
    signed = watching.look(memory, fetcher(world), seconds(world))
    stranger = note.cosign(latest(world), "temoin", Ed25519PrivateKey.generate(), seconds(world))
    foreign = note.sign("engage/ledger/x\n1\nAAAA\n", "engage/ledger/x", Ed25519PrivateKey.generate())
    with world.act() as act:
        ledger.add_witness(act, "Témoin", memory.verifier())
    future = note.cosign(latest(world), "temoin", memory.key, seconds(world) + 100_000)
    altered = signed.replace("\n", "\n1", 1)
    for sent in ("", "rien", "\n\n", latest(world), stranger, foreign, future, altered, "\N{EM DASH} temoin !!!\n", signed * 3):
        answer = world.browser().post("/evidence/cosignatures", data=sent.encode())
        assert answer.status_code in (200, 409), sent
        assert answer.status_code == 409 or sent == signed, sent
        assert len(answer.text) > 20
    assert world.browser().post("/evidence/cosignatures", data=b"x" * 9_000).status_code == 413
    assert world.browser().post("/evidence/cosignatures", data=b"\xff\xfe").status_code == 409


def test_a_witness_by_mail_says_what_they_hold(world: World) -> None:
    people_who_count(world)
    with world.act() as act:
        witness = ledger.add_witness(act, "Ligue des droits")
        checkpoint = act.session.scalars(select(LedgerCheckpoint).order_by(LedgerCheckpoint.size.desc())).first()
        with pytest.raises(ledger.NotOurCheckpoint):
            ledger.confirm_by_mail(act, witness, checkpoint.size, "0" * 64, act.day)
        with pytest.raises(ledger.NotOurCheckpoint):
            ledger.confirm_by_mail(act, witness, 2**40, checkpoint.root.hex(), act.day)
        with pytest.raises(ledger.SeenInTheFuture):
            ledger.confirm_by_mail(act, witness, checkpoint.size, checkpoint.root.hex(), act.day + timedelta(days=1))
        for _ in range(2):
            ledger.confirm_by_mail(act, witness, checkpoint.size, checkpoint.root.hex(), act.day)
        assert not ledger.standing(act.session, act.day).is_late
        assert ledger.standing(act.session, act.day + timedelta(days=93)).is_late
        ledger.end_witness(act, witness)
        assert not ledger.standing(act.session, act.day).seen
        for name, line in (("", ""), ("Ligue des droits", "")):
            with pytest.raises(ledger.WitnessNameMissing):
                ledger.add_witness(act, name, line)
        for line in ("x", "a+b+c", key_of(world)):
            with pytest.raises(ledger.WitnessKeyWrong):
                ledger.add_witness(act, "Autre", line)


def test_ones_own_acts_are_found_in_the_ledger_and_checked_alone(world: World, tmp_path: Path) -> None:
    people_who_count(world)
    with world.db.read() as session:
        marked = session.scalars(select(ParticipationFact.person_id).where(ParticipationFact.person_id.is_not(None))).all()
        everyone = session.scalars(select(Participant)).all()
        mine = next(each for each in everyone if participants.persons_of(session, each.id, ["A01"]) & set(marked))
    with world.act() as act:
        facts = rights.my_evidence(act, act.session.get_one(Participant, mine.id))
        other = next(each for each in everyone if each.id != mine.id)
        theirs = rights.my_evidence(act, act.session.get_one(Participant, other.id))
    assert facts
    assert {json.dumps(each) for each in facts}.isdisjoint({json.dumps(each) for each in theirs})
    document = {"verifier": key_of(world), "facts": facts}
    path = tmp_path / "mes-preuves.json"
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    told = ran(path, "--key", key_of(world))
    assert told.returncode == 0, told.stdout
    assert "elle est inscrite" in told.stdout
    for change in (
        {"kind": "attended"},
        {"on": "2020-01-01"},
        {"proof": facts[0]["proof"] | {"index": facts[0]["proof"]["index"] + 1}},
        {"proof": facts[0]["proof"] | {"salt": "00"}},
    ):
        path.write_text(json.dumps({"facts": [facts[0] | change]}, indent=1), encoding="utf-8")
        assert ran(path, "--key", key_of(world)).returncode == 1, change
    path.write_text(json.dumps({"facts": [facts[0] | {"proof": None}]}), encoding="utf-8")
    assert "PAS ENCORE" in ran(path, "--key", key_of(world)).stdout


def test_my_page_says_that_my_vote_is_written(world: World) -> None:
    world.people("BSL", [[1]])
    browser = world.browser()
    with world.act() as act:
        person = participants.by_card(act, world.card, "A01", asked_from="x")
        rights.answer(act, person, status=None, consents={participants.ConsentKind.COUNT: True})
    page = browser.post("/me", data={"step": "enter", "code": world.card})
    draft = page.text.split('name="draft" value="')[1].split('"')[0]
    shown = browser.post("/me", data={"step": "evidence", "draft": draft})
    assert "Ce qui est inscrit au registre" in shown.text
    proofs = browser.post("/me", data={"step": "proofs", "draft": draft})
    assert proofs.json["verifier"] == key_of(world)


def test_an_administrator_registers_witnesses_and_their_mail(world: World) -> None:
    people_who_count(world)
    assert world.staff(Role.MINISTRY, None).get("/staff/witnesses/").status_code == 403
    browser = world.staff(Role.ADMINISTRATOR, None)
    page = browser.get("/staff/witnesses/")
    assert browser.post("/staff/witnesses/", data=hidden(page) | {"name": "Ligue", "verifier": "x"}).status_code == 409
    assert browser.post("/staff/witnesses/", data=hidden(page) | {"name": "Ligue", "verifier": ""}).status_code == 302
    with world.db.read() as session:
        id = session.scalars(select(Witness.id)).one()
        checkpoint = session.scalars(select(LedgerCheckpoint).order_by(LedgerCheckpoint.size.desc())).first()
        size, root = checkpoint.size, checkpoint.root.hex()
    sent = hidden(page) | {"size": str(size), "root": "ff", "seen_on": ""}
    wrong = browser.post(f"/staff/witnesses/{id}/mail", data=sent)
    assert (wrong.status_code, 'value="ff"' in wrong.text) == (409, True)
    assert browser.post(f"/staff/witnesses/{id}/mail", data=sent | {"seen_on": "hier"}).status_code == 409
    assert browser.post(f"/staff/witnesses/{id}/mail", data=sent | {"root": root}).status_code == 302
    assert "Par la poste." in browser.get("/staff/witnesses/").text
    assert browser.post(f"/staff/witnesses/{id}/end", data=hidden(page)).status_code == 302
    assert "Personne de l’extérieur" in world.browser().get("/evidence/").text
