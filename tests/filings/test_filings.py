"""The account, the plan and the note: gaps named, comments settled, signed once, frozen, and the same in every file."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path

import docx
import openpyxl
import page
import pytest

from engage import filings, ledger, reports
from engage.filings import Filing, FilingKind, composing
from engage.governance import partners
from engage.kernel.act import fiscal_year_of
from engage.staff import Role
from tests.reports.test_attack import fill
from tests.world import World, hidden

YEAR = "2026-2027"
WORDS = {
    "summary": "Nous avons écouté des gens de 4 villages.",
    "said": "Le bus part trop tôt.",
    "failed": "Deux rencontres ont été remises à cause de la neige.",
    "next": "Un comité de plus au printemps.",
}


@pytest.fixture
def year(world: World) -> World:
    """A year of facts, over, its tables published, its account written."""
    fill(world, 9, 1, random.Random(3))
    world.committee()
    world.project()
    world.close()
    world.later(days=(date(int(YEAR[5:]), 4, 2) - world.at.date()).days)
    with world.act() as act:
        for kind in reports.KINDS:
            reports.publish(act, kind, YEAR)
        filings.write(act, filings.draft(act, "A01", FilingKind.ACCOUNT, YEAR), WORDS)
        partners.add(act, "A01", name="CDC du Fleuve", kind="cdc", collaboration="concertation", commitment="=2 salles")
    return world


def account(world: World) -> Filing:
    with world.act() as act:
        made = filings.sign(act, filings.draft(act, "A01", FilingKind.ACCOUNT, YEAR), "Camille Roy, coordonnatrice")
        act.session.flush()
        act.session.refresh(made)
        act.session.expunge(made)
        return made


def test_gaps_are_named_and_some_keep_it_from_being_signed(world: World) -> None:
    with world.act() as act:
        draft = filings.draft(act, "A01", FilingKind.ACCOUNT, YEAR)
        filings.comment(act, draft, "Noor", "Et les transports?")
        found = filings.gaps.gaps(act, draft)
        assert {gap.code for gap in found if gap.keeps} == {"year_not_over", "nothing_published", "comments_open", "section_missing"}
        assert {"people", "seats", "answers", "no_signature", "no_territory", "no_envelope"} <= {gap.code for gap in found}
        with pytest.raises(filings.acts.NotReady):
            filings.sign(act, draft, "Camille")


def test_a_signed_account_is_frozen_and_its_hash_is_in_the_ledger(year: World, tmp_path: Path) -> None:
    made = account(year)
    year.work()
    browser = year.browser()
    address = f"/filings/A01/account/{YEAR}/1"
    body = browser.get(f"{address}.json").data
    assert sha256(body).hexdigest() == made.digest
    (tmp_path / "account.json").write_bytes(body)
    (tmp_path / "proof.json").write_text(browser.get(f"{address}/proof").text, encoding="utf-8")
    script = Path(__file__).parents[2] / "docs/verify_ledger.py"
    key = ledger.verifier(year.db.keys.ledger)
    command = [sys.executable, script, "--key", key, tmp_path / "proof.json", "--document", tmp_path / "account.json"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    (tmp_path / "account.json").write_bytes(body.replace(b"4 villages", b"5 villages"))
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    assert json.loads(body)["target"]["minimal"] == "met"


def test_every_file_says_what_the_page_says(year: World) -> None:
    account(year)
    browser, address = year.browser(), f"/filings/A01/account/{YEAR}/1"
    told = browser.get(address).text
    pdf = browser.get(f"{address}.pdf").data
    report = page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1)
    assert report.is_compliant, [failure.message for failure in report.failures]
    word = docx.Document(io.BytesIO(browser.get(f"{address}.docx").data))
    paragraphs = [each.text for each in word.paragraphs]
    sheets = openpyxl.load_workbook(io.BytesIO(browser.get(f"{address}.xlsx").data))
    cells = [str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    lines = browser.get(f"{address}.csv").text
    for words in WORDS.values():
        assert words in told
        assert words in paragraphs
        assert words in cells
        assert words in lines
    assert "Vote sur les priorités".lower() in told.lower()
    english = browser.get(f"/en{address}").text
    assert '<p lang="fr">' in english
    assert "What did not work" in english


def test_nothing_in_a_file_is_run_by_a_spreadsheet(year: World) -> None:
    browser = year.staff(Role.ORGANISER)
    with year.act() as act:
        filings.write(
            act, filings.draft(act, "A01", FilingKind.NOTE, fiscal_year_of(act.day)), {"summary": "=1+1", "next": "un\x0bdeux\x1f"}
        )
    there = f"/staff/filings/A01/note/{fiscal_year_of(year.at.date())}/draft"
    assert browser.get(f"{there}.docx").status_code == browser.get(f"{there}.pdf").status_code == 200
    assert "'=1+1" in browser.get(f"{there}.csv").text
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{there}.xlsx").data))
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_a_second_signature_is_a_version_and_says_what_changed(year: World) -> None:
    account(year)
    with pytest.raises(filings.acts.NothingNew):
        account(year)
    with year.act() as act:
        filings.write(act, filings.draft(act, "A01", FilingKind.ACCOUNT, YEAR), {"failed": "Trois rencontres ont été remises."})
    assert account(year).version == 2
    told = year.browser().get(f"/filings/A01/account/{YEAR}/1/2").text
    assert f"<del>{WORDS['failed']}</del>" in told
    assert "<ins>Trois rencontres ont été remises.</ins>" in told
    assert "version plus neuve" in year.browser().get(f"/filings/A01/account/{YEAR}/1").text


def test_the_work_plan_is_fed_by_votes_committees_and_partners(year: World) -> None:
    with year.act() as act:
        draft = filings.draft(act, "A01", FilingKind.WORK_PLAN, "2024-2029")
        filings.write(act, draft, {"summary": "On agit avec les gens.", "participation": "Deux places gardées à chaque comité."})
        document = composing.compose(act, draft)
        assert [each["code"] for each in document["votes"]] == ["BSL"]
        assert document["committees"][0]["reserved"] == 2
        assert document["partners"][0][0] == "CDC du Fleuve"
        filings.sign(act, draft, "Camille")
    assert "CDC du Fleuve" in year.browser().get("/filings/A01/work_plan/2024-2029/1").text


def test_no_document_holds_a_small_count_or_a_person(world: World) -> None:
    """Three people took part: the document says fewer than five, and nobody's words or number is in it."""
    world.project()
    world.text("NAVETTE La navette part trop tot", "+14185550171")
    with world.act() as act:
        for kind in reports.KINDS:
            reports.publish(act, kind, YEAR)
        document = composing.frozen(composing.compose(act, filings.draft(act, "A01", FilingKind.NOTE, YEAR)))
    assert "trop tot" not in document
    assert "5550171" not in document
    assert json.loads(document)["target"]["people"] == 0


def test_a_document_follows_what_is_published_and_never_the_day(world: World) -> None:
    """Three when the table was published, more since: what everyone reads has not moved, what the table reads has."""
    fill(world, 3, 1, random.Random(3))
    with world.act() as act:
        for kind in reports.KINDS:
            reports.publish(act, kind, YEAR)

    def told() -> tuple[str, set[str]]:
        with world.act() as act:
            draft = filings.draft(act, "A01", FilingKind.NOTE, YEAR)
            document = composing.compose(act, draft)
            parts = filings.telling.tell(document, "fr").parts
            return "".join(note for part in parts for note in part.notes), {gap.code for gap in filings.gaps.gaps(act, draft)}

    before, own = told()
    assert "Première lecture" in before
    assert "people" in own
    fill(world, 9, 1, random.Random(4))
    world.work()
    after, own = told()
    assert after == before
    assert "people" not in own


def test_a_table_writes_comments_and_signs_on_its_page(year: World) -> None:
    browser, there = year.staff(Role.ORGANISER), f"/staff/filings/A01/account/{YEAR}"
    shown = browser.get(there)
    assert "Rien ne manque" not in shown.text
    hard = "Ceci est une phrase beaucoup trop longue pour que qui que ce soit la lise jusqu’au bout sans perdre le fil de ce qu’elle voulait dire."
    kept = browser.post(f"{there}/words", data=hidden(shown) | {"summary": hard})
    assert kept.status_code == 409
    assert hard in kept.text
    assert browser.post(f"{there}/comments", data=hidden(shown) | {"text": ""}).status_code == 409
    browser.post(f"{there}/comments", data=hidden(shown) | {"text": "Et le transport?"})
    waiting = browser.get(there).text
    assert "Commentaires à régler avant de signer: 1." in waiting
    settle = waiting.split('action="/staff/filings/comments/')[1].split('"')[0]
    assert browser.post(f"/staff/filings/comments/{settle}", data=hidden(shown)).status_code == 302
    assert browser.post(f"{there}/sign", data=hidden(shown) | {"by": " "}).status_code == 409
    signed = browser.post(f"{there}/sign", data=hidden(shown) | {"by": "Camille Roy"})
    assert signed.headers["Location"].endswith(f"/filings/A01/account/{YEAR}/1")
    assert browser.get("/staff/filings/A02/account/2026-2027").status_code == 404
    assert browser.get("/staff/filings/A01/account/2026-2028").status_code == 404
