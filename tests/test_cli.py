"""The operator's commands on a real folder, and the demo on a real machine."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engage import exchange
from engage.cli import main
from tests.conftest import vectors

GOOD = {"ENGAGE_SECRET_KEY": "k" * 32, "ENGAGE_PUBLIC_URL": "https://engage.example.org"}


def engage(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("ENGAGE_")} | {"ENGAGE_HOME": str(home)} | settings
    command = [sys.executable, "-m", "engage", *arguments]
    return subprocess.run(command, env=env, cwd=home, capture_output=True, text=True, timeout=60, check=False)


def inside(home: Path, *arguments: str, **settings: str) -> Result:
    """The same in this process, which spares a start; exit code, output and errors alike."""
    env = dict.fromkeys(key for key in os.environ if key.startswith("ENGAGE_")) | {"ENGAGE_HOME": str(home)} | settings
    before = Path.cwd()
    os.chdir(home)
    try:
        return CliRunner().invoke(main, arguments, env=env, prog_name="engage")
    finally:
        os.chdir(before)


def test_from_an_empty_folder_to_a_verified_ledger(tmp_path: Path) -> None:
    assert engage(tmp_path, "init").returncode == 0
    added = inside(tmp_path, "staff", "add", "camille@example.org", "--role", "organiser", "--agreement", "A01", **GOOD)
    assert re.match(r"https://engage.example.org/staff/invitation/\S+", added.stdout)
    assert inside(tmp_path, "ledger", "checkpoint").exit_code == 0
    assert "no alteration" in inside(tmp_path, "ledger", "verify").stdout
    report = inside(tmp_path, "report", "target", "--year", "2026-2027", "--format", "json")
    assert len(json.loads(report.stdout)["agreements"]) == 21
    assert engage(tmp_path, "doctor", **GOOD).returncode == 0


def test_what_is_wrong_is_said_in_sentences(tmp_path: Path) -> None:
    missing = engage(tmp_path, "serve")
    assert missing.returncode == 1
    assert "ENGAGE_SECRET_KEY" in missing.stderr
    assert "ENGAGE_PUBLIC_URL" in missing.stderr
    assert "Traceback" not in missing.stderr
    for arguments in (("ledger", "verify"), ("worker",), ("report", "target", "--year", "2026-2027")):
        refused = inside(tmp_path, *arguments, **GOOD)
        assert refused.exit_code == 1, arguments
        assert isinstance(refused.exception, SystemExit), refused.exception
    assert inside(tmp_path, "doctor").exit_code == 1
    assert inside(tmp_path, "nonsense").exit_code == 2
    inside(tmp_path, "init")
    assert "A01" in inside(tmp_path, "staff", "add", "x@y.z", "--role", "worker", "--agreement", "Z9").stderr
    assert "2026-2027" in inside(tmp_path, "report", "target", "--year", "2026").stderr
    for arguments, code in (
        (("accountability", "--agreement", "A01", "--format", "csv"), 0),
        (("accountability", "--agreement", "A01", "--format", "docx", "--output", str(tmp_path / "a.docx")), 0),
        (("accountability", "--agreement", "Z99"), 1),
        (("accountability",), 2),
        (("target", "--format", "pdf"), 2),
        (("target", "--format", "xlsx", "--output", str(tmp_path / "t.xlsx")), 0),
    ):
        told = inside(tmp_path, "report", *arguments, "--year", "2026-2027")
        assert told.exit_code == code, (arguments, told.stderr)
    assert (tmp_path / "t.xlsx").read_bytes()[:2] == b"PK"


def test_files_are_tried_then_kept_and_come_out_again(tmp_path: Path) -> None:
    engage(tmp_path, "init")
    file = tmp_path / "p.csv"
    file.write_text("code;title;short;summary;organisation\nJARDIN;Un jardin;jardin;Des fleurs.;Nous\n", "utf-8")
    brought = ("import", "projects", str(file), "--agreement", "A01")
    tried = inside(tmp_path, *brought)
    assert (tried.exit_code, "Would be added: 1\n  JARDIN" in tried.stdout, "Nothing was kept" in tried.stdout) == (0, True, True)
    assert "JARDIN" not in inside(tmp_path, "export", "projects").stdout
    assert inside(tmp_path, *brought, "--keep").stdout.endswith("Kept.\n")
    assert inside(tmp_path, "export", "projects", "--agreement", "A01", "--output", str(file)).exit_code == 0
    assert "Unchanged: 1" in inside(tmp_path, "import", "projects", str(file)).stdout
    with closing(sqlite3.connect(tmp_path / "engage.sqlite3")) as raw:
        assert raw.execute("SELECT deed, about FROM log_entry").fetchall() == [("import", "projects p.csv")], "a trial is no deed"
    file.write_text(file.read_text("utf-8") + "A01,X,,,,\n" * 60, "utf-8")
    wrong = inside(tmp_path, "import", "projects", str(file), "--keep")
    assert (wrong.exit_code, "Line 3: The column “title” is empty." in wrong.stdout, "more" in wrong.stdout) == (1, True, True)
    assert "Nothing was kept." in wrong.stderr
    for kind in exchange.KINDS:
        assert inside(tmp_path, "export", kind).exit_code == 0, kind
    proposals = str(Path(__file__).parent / "exchange" / "decidim.csv")
    for arguments, code in (
        (("import", "projects", proposals, "--agreement", "A01", "--from", "decidim"), 0),
        (("import", "projects", proposals, "--from", "decidim"), 2),
        (("import", "partners", proposals, "--agreement", "A01", "--from", "consul"), 2),
        (("import", "options", proposals, "--consultation", "NON", "--from", "decidim"), 1),
        (("import", "projects", proposals, "--consultation", "BSL"), 2),
        (("import", "people", proposals), 2),
        (("import", "projects", str(tmp_path / "none.csv")), 2),
        (("export", "projects", "--agreement", "Z9"), 1),
        (("export", "options", "--consultation", "NON"), 1),
    ):
        done = inside(tmp_path, *arguments)
        assert done.exit_code == code, (arguments, done.output)


def test_a_tally_is_recomputed_offline(tmp_path: Path) -> None:
    ballots = tmp_path / "ballots.json"
    ballots.write_text('{"rules": {"places": 1, "tie_order": [2, 1]}, "options": [1, 2], "ballots": [[1], [1], [2]]}')
    assert json.loads(inside(tmp_path, "tally", str(ballots)).stdout)["winners"] == [1]
    counted = inside(tmp_path, "tally", str(vectors("pabulib/poland_wieliczka_2023.pb")), "--rule", "counts")
    assert json.loads(counted.stdout)["winners"]
    ballots.write_text("no ballots")
    refused = inside(tmp_path, "tally", str(ballots))
    assert (refused.exit_code, refused.stdout) == (1, "")


def test_the_demo_refuses_a_real_account(tmp_path: Path) -> None:
    assert engage(tmp_path, "demo", ENGAGE_TWILIO_ACCOUNT_SID="AC" + "1" * 32).returncode == 1


def fetch(address: str, data: dict[str, str] | None = None) -> str:
    body = urllib.parse.urlencode(data).encode() if data is not None else None
    with urllib.request.urlopen(address, body, timeout=20) as answer:
        return answer.read().decode()


def test_the_demo_does_the_main_job(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {key: value for key, value in os.environ.items() if not key.startswith("ENGAGE_")} | {"ENGAGE_HOME": str(tmp_path)}
    command = [sys.executable, "-u", "-m", "engage", "demo", "--port", str(port)]
    demo = subprocess.Popen(command, env=env, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    site = f"http://127.0.0.1:{port}"
    try:
        printed = ""
        while "Ctrl-C" not in printed:
            line = demo.stdout.readline()
            assert line, printed
            printed += line
        assert "organiser" in printed
        assert "Quelles sont nos 3 priorités?" in fetch(site + "/v/BSL")
        assert "Ce que les gens ont choisi" in fetch(site + "/v/BSL25/results")
        assert "trop peu de votes" in fetch(site + "/v/MITIS/results")
        for body, expected in (("VOTE", "1 Logement"), ("logement et transport", "OUI"), ("OUI", "Preuve"), ("A R", "noté")):
            sent = urllib.parse.urlencode({"number": "+14185550180", "body": body}).encode()
            page = urllib.request.urlopen(site + "/demo/phone", sent).read().decode()
            assert expected in page.split("bubble")[-1], page
        for _ in range(30):
            verified = engage(tmp_path, "ledger", "verify", ENGAGE_HOME=str(tmp_path / "demo"))
            if verified.returncode == 0 and "no alteration" in verified.stdout:
                break
            time.sleep(0.2)
        assert verified.returncode == 0, verified.stdout + verified.stderr
        report = engage(tmp_path, "report", "target", "--year", re.search("--year (\\S+)", printed)[1], ENGAGE_HOME=str(tmp_path / "demo"))
        assert "A01,Alliance Bas-Saint-Laurent,region,dated" in report.stdout
        assert ",met,not_met," in report.stdout
        assert len(report.stdout.splitlines()) == 22
        key = re.search(r"engage/ledger/[0-9a-f]{16}\+[0-9a-f]{8}\+[\w+/=]+", fetch(site + "/evidence/"))[0]
        looking = ("ledger", "witness", site, "--verifier", key, "--state", str(tmp_path / "witness.json"))
        assert engage(tmp_path, *looking).returncode == 2, "a witness has a name"
        seen = engage(tmp_path, *looking, "--name", "Maison du coin")
        assert (seen.returncode, "\N{EM DASH} Maison-du-coin " in seen.stdout) == (1, True), seen.stderr
        assert "Maison-du-coin+" in seen.stderr, "the line to register"
        with pytest.raises(urllib.error.HTTPError):
            fetch(site + "/phone/sms", {"MessageSid": "SM1", "From": "+14185550181", "To": "+14185550190", "Body": "VOTE"})
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(timeout=30)
        demo.stdout.close()
    assert demo.returncode == 0
