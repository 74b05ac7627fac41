"""Open data: a Data Package that the Frictionless library accepts, and an API that keeps to what it says of itself."""

from __future__ import annotations

import json
import random
from pathlib import Path

import frictionless
import pytest
import schemathesis
from hypothesis import given, settings

from engage import reports
from engage.governance import Agreement, Signatory, StepKind, register
from tests.reports.test_attack import fill
from tests.test_register import of_region
from tests.world import World

YEAR = "2026-2027"


@pytest.fixture
def told(world: World) -> World:
    """A region with people who took part, two years of tables, and a register that begins."""
    fill(world, 12, 1, random.Random(9))
    with world.act() as act:
        agreement = act.session.get_one(Agreement, "A01")
        register.write_step(act, agreement, StepKind.SIGNED, act.day, signatories=[Signatory.MINISTRY])
        register.cover(act, agreement, of_region(act, "01"), act.day, "=annexe; A")
        for kind in reports.KINDS:
            for year in (YEAR, "2025-2026"):
                reports.publish(act, kind, year)
    return world


def test_the_package_is_one_and_its_files_are_as_described(told: World, tmp_path: Path) -> None:
    browser = told.browser()
    descriptor = browser.get("/data/datapackage.json").json
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    for resource in descriptor["resources"]:
        answer = browser.get(f"/data/{resource['path']}")
        assert answer.mimetype == "text/csv"
        (tmp_path / resource["path"]).write_bytes(answer.data)
    assert "'=annexe; A" in (tmp_path / "agreement-territories.csv").read_text(encoding="utf-8"), (
        "what a table typed runs in no spreadsheet"
    )
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])
    assert {task.name: task.stats["rows"] for task in report.tasks}["target"] == 41, (
        "A01 is signed, so that it is not in force the year before"
    )
    broken = tmp_path / "target.csv"
    broken.write_text(broken.read_text(encoding="utf-8").replace("moins de 5", "peu"), encoding="utf-8")
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid, "the check can fail"


def test_page_files_and_api_say_the_same_before_and_after_a_publication(world: World) -> None:
    browser = world.browser()
    assert browser.get("/data/target.json").json == []
    fill(world, 12, 1, random.Random(9))
    with world.act() as act:
        reports.publish(act, "target", YEAR)
    rows = browser.get("/data/target.json").json
    assert len(rows) == 21
    assert {row["agreement"]: row["people"] for row in rows}["A01"] == 10
    assert {row["agreement"]: row["people"] for row in rows}["A02"] is None
    assert "moins de 5" in browser.get("/data/target.csv").text
    page = browser.get("/data/").text
    for words in ("La cible, entente par entente", "datapackage.json", "Année financière"):
        assert words in page
    for path in ("/data/x.csv", "/data/x.json", "/data/target.xml"):
        assert browser.get(path).status_code == 404


def test_the_api_keeps_to_its_description(told: World) -> None:
    """Every operation, called as its description allows, answers as it says."""
    api = schemathesis.openapi.from_wsgi("/data/openapi.json", told.app)
    operations = [found.ok() for found in api.get_all_operations()]
    assert len(operations) == 4

    for operation in operations:

        @settings(max_examples=15, deadline=None, database=None)
        @given(operation.as_strategy())
        def keeps(case: schemathesis.Case) -> None:
            case.call_and_validate(headers={"Accept-Encoding": "identity"})

        keeps()
