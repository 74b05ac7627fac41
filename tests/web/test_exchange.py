"""The page of files in and out: tried, then kept; within one's own agreements; whatever the file is called."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engage.staff import Role
from tests.world import World, hidden

LINES = b"code;title;short;summary;organisation\r\nJARDIN;Un jardin;jardin;Des fleurs.;Nous\r\n"
THERE = "/staff/exchange/"


@pytest.fixture
def table(world: World) -> FlaskClient:
    return world.staff(Role.ORGANISER)


def send(table: FlaskClient, content: bytes, name: str = "x.csv", **more: str) -> TestResponse:
    data = hidden(table.get(THERE)) | {"agreement": "A01", "kind": "projects", "file": (io.BytesIO(content), name)} | more
    return table.post(THERE, data=data, content_type="multipart/form-data")


def test_a_file_is_tried_before_it_is_kept(table: FlaskClient) -> None:
    tried = send(table, LINES)
    assert "Lignes nouvelles: 1. Changées: 0." in tried.text
    assert "JARDIN" not in table.get(f"{THERE}A01/projects.csv").text
    bad = send(table, LINES + b"X;;;;\r\n", keep="y")
    assert (bad.status_code, "Ligne 3: La colonne «title»" in bad.text) == (409, True)
    assert "JARDIN" not in table.get(f"{THERE}A01/projects.csv").text
    assert "C’est gardé." in send(table, LINES, keep="y").text
    out = table.get(f"{THERE}A01/projects.csv")
    assert "JARDIN" in out.text
    assert "Pareilles: 1" in send(table, out.data, keep="y").text


def test_only_ones_own_agreements_are_there(table: FlaskClient, world: World) -> None:
    assert send(table, LINES, agreement="A02").status_code == 404
    assert table.get(f"{THERE}A02/projects.csv").status_code == 404
    assert table.get(f"{THERE}A01/territories.csv").status_code == 404
    assert "Alliance Saguenay" not in table.get(f"{THERE}?agreement=A02").text
    assert world.staff(Role.WORKER, email="worker@example.org").get(THERE).status_code == 403
    assert "/staff/exchange/" in table.get("/staff/").text


def test_nothing_of_a_files_name_or_choices_is_believed(table: FlaskClient) -> None:
    name = "../../<script>alert(1)</script>.csv"
    page = send(table, b"<script>alert(2)</script>;b\n1;2\n", name)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(2)" in page.text
    for more in ({"kind": "territories"}, {"source": "elsewhere"}, {"csrf_token": ""}):
        assert send(table, LINES, **more).status_code == 409
    assert send(table, b"\x00\x01" * 100).status_code == 409


def test_a_long_list_of_faults_says_how_many_more(table: FlaskClient) -> None:
    page = send(table, LINES + b"X;;;;\r\n" * 60)
    assert "Ligne 2" not in page.text.split("<main")[1].split("Ligne 3")[0]
    assert "Et " in page.text
    assert "Coupez-le en plusieurs" in send(table, LINES + b"".join(b"K%d;T;t;Un mot.;Nous\n" % number for number in range(2_001))).text


def test_a_trial_leaves_nothing_in_the_log_of_staff_and_what_is_kept_does(table: FlaskClient, world: World) -> None:
    world.project()
    manager = world.staff(Role.MANAGER)
    moved = table.get(f"{THERE}A01/projects.csv").data.replace(b"La navette du soir", b"Une autre navette")
    send(table, moved)
    assert "Rien ici" in manager.get("/staff/log/?deed=staff_exchange.brought").text
    send(table, moved, keep="y")
    assert "Rien ici" not in manager.get("/staff/log/?deed=staff_exchange.brought").text
