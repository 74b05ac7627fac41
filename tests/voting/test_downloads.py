"""Whoever downloads a result can check it with nothing of ours, and any change to it shows."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage import ledger, voting
from engage.voting import BallotKind
from engage.voting.recount import recount
from engage.voting.tally import tally
from tests.conftest import either as config  # noqa: F401 - each test on one engine, half on each
from tests.voting.test_opening import draft, option
from tests.world import World, found

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_result.py"


def published(world: World, code: str) -> dict[str, Any]:
    """A closed vote of each kind, and its download as anyone gets it."""
    budget = {
        "kind": BallotKind.BUDGET,
        "envelope": 1_000,
        "options": [option("Un banc", cost=300), option("=Un abri", cost=900), option("Un parc", cost=650)],
    }
    places = {"places": 2, "options": [option("Un toit"), option("Un repas"), option("Un bus")]}
    with world.act() as act:
        voting.open_consultation(act, draft(act, code, **(budget if code == "ARGENT" else places)))
    world.people(code, [[1, 2]] * 6 + [[3]] * 5 + [[2, 3]] * 3 + [[]])
    with world.act() as act:
        voting.cast_vote(act, found(act, code), [1], participant=None, draft=b"somebody")
    world.close(code)
    world.work()
    return json.loads(world.browser().get(f"/v/{code}/ballots.json").text)


def verified(document: object, tmp_path: Path, *options: str) -> tuple[int, str]:
    file = tmp_path / "ballots.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", SCRIPT, file, *options], capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.mark.parametrize("code", ["ARGENT", "PLACES"])
def test_a_result_is_checked_with_nothing_of_ours(world: World, tmp_path: Path, code: str) -> None:
    document = published(world, code)
    key = ledger.verifier(world.db.keys.ledger)
    proof = document["receipts"][3]
    status, told = verified(document, tmp_path, "--key", key, "--receipt", f"{proof[:4]}-{proof[4:]}".lower())
    assert status == 0, told
    assert told.count("OK") == 12
    assert verified(document, tmp_path, "--receipt", "00000000")[0] == 1
    with world.act() as act:
        result = voting.result_of(act.session, found(act, code).id).read()["decisive"]
    for text in (json.dumps(document), world.browser().get(f"/v/{code}/ballots.pb").text):
        assert recount(text, "shares", None)["winners"] == result["winners"]
        assert recount(text, "counts", None)["winners"] == result["greedy"]
        assert recount(text, "shares", None)["counts"] == result["counts"]


def _set(*path: object, to: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = to(document[path[-1]]) if callable(to) else to

    return change


def _result(name: str, to: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        said = json.loads(document["result_text"])
        said["decisive"][name] = to
        document["result_text"] = json.dumps(said, sort_keys=True)

    return change


CHANGES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (_set("ballots", 0, to=[3]), "les votes sont ceux du résultat"),
    (lambda document: document["ballots"].pop(), "autant de votes que dit"),
    (lambda document: document["receipts"].pop(), "les codes de preuve sont ceux du résultat"),
    (_set("labels", "1", to=lambda label: f"{label} neuf"), "les réponses portent leurs noms"),
    (_set("consultation", to=lambda code: "AUTRE"), "les réponses portent leurs noms"),
    (_set("receipts", 0, to=lambda code: code[::-1]), "les codes de preuve sont ceux du résultat"),
    (_set("rules_text", to=lambda text: text.replace("14", "18")), "les règles sont celles du résultat"),
    (_set("rules", "tie_order", to=lambda order: order[::-1]), "les règles sont celles du résultat"),
    (_result("winners", [2, 1]), "le résultat est au registre"),
    (_result("winners", [2]), "le choix suit la règle"),
    (_result("counts", {"1": 9, "2": 9, "3": 9}), "les nombres sont justes"),
    (_set("evidence", "result", "proof", to=lambda proof: ["00" * 32, *proof[1:]]), "le résultat est au registre"),
    (_set("evidence", "rules", "salt", to="00" * 32), "les règles sont au registre"),
    (
        _set("evidence", "rules", "checkpoint", to=lambda note: note.replace("engage/ledger", "engage/autre", 1)),
        "les règles sont au registre",
    ),
    (_set("evidence", "rules", "index", to=lambda index: index + 1), "les règles sont au registre"),
    (_set("verifier", to=lambda line: line[:-8] + "AAAAAAA="), "les règles sont au registre"),
]


def test_any_change_shows_and_is_named(world: World, tmp_path: Path) -> None:
    whole = json.dumps(published(world, "PLACES"))
    for change, named in CHANGES:
        document = json.loads(whole)
        change(document)
        status, told = verified(document, tmp_path)
        assert status == 1
        assert named in [line[10:].strip() for line in told.splitlines() if line.startswith("NON")], (named, told)


def test_what_the_ledger_has_not_signed_yet_is_said(world: World, tmp_path: Path) -> None:
    document = published(world, "PLACES")
    status, told = verified(document | {"evidence": {"rules": None, "result": None}}, tmp_path)
    assert status == 1
    assert told.count("PAS ENCORE") == 2


def test_another_key_than_the_published_one_is_refused(world: World, tmp_path: Path) -> None:
    document = published(world, "PLACES")
    other = ledger.note.verifier_key(document["verifier"].split("+")[0], ledger.book.Ed25519PrivateKey.generate().public_key())
    assert verified(document, tmp_path, "--key", other)[0] == 1


def test_a_spreadsheet_runs_nothing_and_a_researcher_reads_it(world: World) -> None:
    published(world, "ARGENT")
    browser = world.browser()
    rows = list(csv.DictReader(io.StringIO(browser.get("/v/ARGENT/results.csv").get_data().decode("utf-8-sig"))))
    assert [row["votes"] for row in rows] == ["6", "9", "8"]
    assert rows[1]["reponse"] == "'=Un abri"
    assert "\nproject_id;cost;votes;name;selected\n1;300;6;Un banc;" in browser.get("/v/ARGENT/ballots.pb").text


def test_nothing_is_downloaded_before_the_end_or_under_ten(world: World) -> None:
    world.people("BSL", [[1]] * 9)
    for name in ("ballots.json", "ballots.pb", "results.csv", "receipts.txt"):
        assert world.browser().get(f"/v/BSL/{name}").status_code == 404
    world.close()
    for name in ("ballots.json", "ballots.pb", "results.csv"):
        assert world.browser().get(f"/v/BSL/{name}").status_code == 404


def test_a_proof_is_looked_up_on_the_page(world: World) -> None:
    document = published(world, "PLACES")
    browser, here = world.browser(), "/v/PLACES/receipts"
    assert document["receipts"][0][:4] in browser.get(here).text
    for typed in (document["receipts"][0].lower(), f" {document['receipts'][0][:4]} {document['receipts'][0][4:]} "):
        assert "Oui, ce code est dans la liste." in browser.post(here, data={"receipt": typed}).text
    for typed in ("", "x", "0" * 8, "é" * 500):
        assert "Oui, ce code" not in browser.post(here, data={"receipt": typed}).text
    assert len(browser.get("/v/PLACES/receipts.txt").text.splitlines()) == len(document["receipts"])


def _verifier() -> Any:
    spec = importlib.util.spec_from_file_location("verify_result", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@given(
    st.lists(st.sets(st.integers(1, 4), max_size=3), min_size=1, max_size=9),
    st.permutations([1, 2, 3, 4]),
    st.one_of(st.integers(1, 3), st.tuples(st.integers(5, 40), st.lists(st.integers(1, 25), min_size=4, max_size=4))),
)
def test_two_counts_written_apart_agree(ballots: list[set[int]], order: list[int], size: Any) -> None:
    rules: dict[str, Any] = {"tie_order": order}
    rules |= (
        {"places": size}
        if isinstance(size, int)
        else {"envelope": size[0], "costs": {str(n): cost for n, cost in enumerate(size[1], start=1)}}
    )
    every = [sorted(ballot) for ballot in ballots]
    assert _verifier().winners({"rules": rules, "ballots": every}) == tally(every, [1, 2, 3, 4], rules)["winners"]
