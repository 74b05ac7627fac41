"""The draw: as equal as the numbers allow, the same for whoever does it again, and refused in time when it cannot be."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path

import highspy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engage.committees import chance, files
from engage.committees.selection import Quota, QuotaImpossible, TooFewCandidates, TooManyFeatures, plain, select
from engage.kernel.refusal import Refusal
from tests.conftest import vectors
from tests.test_cli import engage, inside

SCRIPT = Path(__file__).parents[2] / "docs/verify_draw.py"
ONE_OF_FOUR = {f"c{place:02d}": {"origin": "here" if place < 4 else "elsewhere"} for place in range(23)}


def published() -> tuple[dict[str, dict[str, str]], list[Quota]]:
    folder = vectors("sortition/example_small_20")
    return files.read_people((folder / "respondents.csv").read_text()), files.read_quotas((folder / "categories.csv").read_text())


def replayed(document: dict[str, object], path: Path, *more: str) -> int:
    path.write_text(json.dumps(document), encoding="utf-8")
    return subprocess.run([sys.executable, "-I", SCRIPT, path, *more], capture_output=True, check=False).returncode


def test_the_published_example_gives_everyone_one_chance_in_ten() -> None:
    people, quotas = published()
    ready = select(people, quotas, 20)
    assert ready.minimum == pytest.approx(0.1, abs=1e-9)
    assert {float(each) for each in ready.chances.values()} == {0.1}


def test_three_seats_of_nineteen_when_one_is_kept_for_four() -> None:
    ready = select(ONE_OF_FOUR, [Quota("origin", "here", 1, 1)], 4)
    assert ready.minimum == pytest.approx(3 / 19, abs=1e-6)
    assert {float(ready.chances[who]) for who in ("c00", "c03")} == {0.25}


def best_by_brute_force(people: dict[str, dict[str, str]], quotas: list[Quota], seats: int) -> float:
    """The least chance when every allowed panel of people, each by name, is a column."""
    names = sorted(people)
    panels = [
        panel
        for panel in combinations(names, seats)
        if all(quota.least <= sum(people[who][quota.feature] == quota.value for who in panel) <= quota.most for quota in quotas)
    ]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    weights = [solver.addVariable() for _ in panels]
    level = solver.addVariable(0, 1, 1.0)
    solver.addConstr(solver.qsum(weights) == 1)
    for who in names:
        held = [weight for weight, panel in zip(weights, panels, strict=True) if who in panel]
        solver.addConstr(solver.qsum(held) - level >= 0)
    solver.setMaximize()
    solver.solve()
    return float(solver.val(level))


def test_brute_force_over_every_panel_agrees() -> None:
    dice = random.Random(4)
    people = {
        f"c{place:02d}": {"gender": dice.choice(["woman", "woman", "man"]), "age": dice.choice(["18", "30", "30", "65"])}
        for place in range(23)
    }
    quotas = [Quota("gender", "woman", 2, 2), Quota("age", "18", 1, 2), Quota("age", "65", 1, 1)]
    assert select(people, quotas, 4).minimum == pytest.approx(best_by_brute_force(people, quotas, 4), abs=1e-6)
    assert select(ONE_OF_FOUR, [Quota("origin", "here", 1, 1)], 4).minimum == pytest.approx(
        best_by_brute_force(ONE_OF_FOUR, [Quota("origin", "here", 1, 1)], 4), abs=1e-6
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("wm"), st.sampled_from(["18", "30", ""])), min_size=6, max_size=20), st.integers(1, 5), st.data())
def test_every_ticket_keeps_the_numbers(said: list[tuple[str, str]], seats: int, data: st.DataObject) -> None:
    people = {f"c{place:02d}": {"gender": gender, "age": age} for place, (gender, age) in enumerate(said)}
    least = data.draw(st.integers(0, seats))
    quotas = [Quota("gender", "w", least, seats), Quota("age", "18", 0, data.draw(st.integers(0, seats)))]
    try:
        ready = select(people, quotas, seats)
    except QuotaImpossible as refusal:
        assert any(quota.told() in str(refusal) for quota in quotas)
        return
    assert len(ready.tickets) == chance.TICKETS
    for ticket in ready.tickets:
        assert len(set(ticket)) == seats
        for quota in quotas:
            assert quota.least <= sum(people[who][quota.feature] == quota.value for who in ticket) <= quota.most
    alike = Counter()
    for ticket in ready.tickets:
        alike.update(ticket)
    for profile in set(said):
        times = {alike[f"c{place:02d}"] for place, each in enumerate(said) if each == profile}
        assert max(times) - min(times) <= 1, "people who say the same have the same chance"


def test_the_same_people_give_the_same_tickets_in_any_order() -> None:
    people, quotas = published()
    backwards = dict(reversed(people.items()))
    assert select(people, quotas, 20).tickets == select(backwards, list(reversed(quotas)), 20).tickets


def test_the_published_vector_is_replayed(tmp_path: Path) -> None:
    vector = json.loads(vectors("sortition/draw_vector.json").read_text(encoding="utf-8"))
    assert replayed(vector, tmp_path / "vector.json", "--legacy") == 0
    assert replayed(vector, tmp_path / "vector.json") == 1, "an older document is told apart by whoever asks for it alone"
    assert chance.commitment(chance.written(vector["pool"])) == vector["commit"]
    assert chance.sample(vector["seed"], vector["pool"], vector["k"]) == vector["sample"]
    vector["sample"][0] = "c05"
    assert replayed(vector, tmp_path / "altered.json", "--legacy") == 1


@pytest.mark.parametrize("quotas", [[Quota("origin", "here", 1, 1)], []], ids=["with numbers", "plain"])
@pytest.mark.parametrize("ticket", [None, 316], ids=["seed", "dice"])
def test_the_script_alone_redoes_a_draw_and_finds_every_change(quotas: list[Quota], ticket: int | None, tmp_path: Path) -> None:
    if ticket is not None and not quotas:
        ticket = None
    fell, more = ("dés:316", ()) if ticket else ("tirage du 3 juin", ("--given",))
    document = files.draw(ONE_OF_FOUR, quotas, 4, fell, ticket)
    assert replayed(document, tmp_path / "draw.json", *more) == 0
    assert replayed(document, tmp_path / "draw.json") == (0 if ticket else 1), "a seed that was given did not fall"
    assert replayed(document, tmp_path / "draw.json", *more, "--commitment", document["commitment"]) == 0
    assert replayed(document, tmp_path / "draw.json", *more, "--commitment", "0" * 64) == 1
    other = next(who for who in document["pool"] if who not in document["panel"])
    changes = {
        "panel": [other, *document["panel"][1:]],
        "alternates": document["alternates"][::-1],
        "public_random": "dés:317" if ticket else "tirage du 4 juin",
        "pool": [*document["pool"][:-1], "c99"],
        "seed": "0" * 64,
        "k": 3,
        "quotas": ["origin here: 0-4"],
        "draw": "AUTRE 1",
        "source": "La loterie du 3 juin",
    } | ({"tickets": document["tickets"][::-1], "ticket": 5, "chances": document["chances"] | {other: 0.9}} if quotas else {})
    for name, changed in changes.items():
        assert replayed(document | {name: changed}, tmp_path / "changed.json", *more) == 1, name
    for name in ("commitment", "alternates", "draw", "source", "quotas", "seed", "public_random", "tickets"):
        assert replayed({key: told for key, told in document.items() if key != name}, tmp_path / "short.json", *more) == 1, name
    renamed = {{"commitment": "commit"}.get(key, key): told for key, told in document.items()}
    assert replayed(renamed | {"seed": "0" * 64}, tmp_path / "renamed.json", *more) == 1


def test_what_cannot_be_kept_is_named() -> None:
    quotas = [Quota("origin", "here", 3, 4), Quota("origin", "elsewhere", 2, 4)]
    with pytest.raises(QuotaImpossible, match="here: 3-4; origin elsewhere: 2-4"):
        select(ONE_OF_FOUR, quotas, 4)
    with pytest.raises(QuotaImpossible, match="origin mars: 1-1"):
        select(ONE_OF_FOUR, [Quota("origin", "mars", 1, 1)], 4)


def test_a_profile_without_a_chance_is_known_before() -> None:
    ready = select(ONE_OF_FOUR, [Quota("origin", "here", 0, 0)], 4)
    assert ready.without_chance == ["c00", "c01", "c02", "c03"]
    assert ready.minimum == 0


@pytest.mark.parametrize("seats", [0, 23, 30])
def test_no_draw_without_more_people_than_seats(seats: int) -> None:
    with pytest.raises(TooFewCandidates):
        plain(sorted(ONE_OF_FOUR), seats)
    with pytest.raises(TooFewCandidates):
        select(ONE_OF_FOUR, [Quota("origin", "here", 0, 4)], seats)


def test_three_features_at_most() -> None:
    people = {who: dict.fromkeys("abcd", "x") for who in ONE_OF_FOUR}
    with pytest.raises(TooManyFeatures):
        select(people, [Quota(name, "x", 0, 4) for name in "abcd"], 4)


@pytest.mark.parametrize(
    ("people", "quotas"),
    [
        ("id,a\nx,1\nx,2\n", "category,feature,min,max\n"),
        ("id,a\nx y,1\nz,2\n", "category,feature,min,max\n"),
        ("id,a\nx,1\nz,2\n", "category,feature,min,max\na,1,deux,3\n"),
        ("id,a\nx,1\nz,2\n", "category,feature,min,max\na,1,3,2\n"),
        ("id,a\nx,1\nz,2\n", "categorie,min\na,1\n"),
        ("id,a\nx,1,9,9\nz\n", "category,feature,min,max\na,1\n"),
        ("", ""),
    ],
)
def test_a_bad_file_is_refused_with_its_line(people: str, quotas: str) -> None:
    with pytest.raises(Refusal):
        files.draw(files.read_people(people), files.read_quotas(quotas), 1, "x")


def test_the_command_prints_one_document_that_can_be_replayed(tmp_path: Path) -> None:
    folder = vectors("sortition/example_small_20")
    given = ("--people", str(folder / "respondents.csv"), "--quotas", str(folder / "categories.csv"))
    first, again = (engage(tmp_path, "draw", *given, "--seats", "20", "--seed", "3 juin") for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert first.stdout == again.stdout
    document = json.loads(first.stdout)
    assert document["minimum_chance"] == 0.1
    assert set(document["chances"].values()) == {0.1}
    assert len(document["panel"]) == 20
    assert replayed(document, tmp_path / "draw.json", "--given", "--commitment", document["commitment"]) == 0
    dice = json.loads(inside(tmp_path, "draw", *given, "--seats", "20", "--dice", "7").stdout)
    assert dice["panel"] == dice["tickets"][7].split()
    assert replayed(dice, tmp_path / "dice.json") == 0
    unseeded = [json.loads(inside(tmp_path, "draw", *given, "--seats", "20").stdout)["public_random"] for _ in range(2)]
    assert unseeded[0] != unseeded[1]
    refused = inside(tmp_path, "draw", *given, "--seats", "2", "--seed", "x")
    assert refused.exit_code == 1
    assert "leaning liberal: 9-20" in refused.stderr
    assert inside(tmp_path, "draw", *given, "--seats", "20", "--seed", "x", "--dice", "1").exit_code == 2
