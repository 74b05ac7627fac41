"""Projects in and out as CSV: a dry run first, every bad line named, nothing half done; no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from engage.kernel.act import Act
from engage.kernel.cells import harmless
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_, Wordings, say
from engage.projects.acts import Money, Plan, write_project
from engage.projects.models import Project, ProjectKind, ProjectState
from engage.projects.queries import by_code

COLUMNS = (
    "code", "title", "short", "summary", "organisation", "state", "kind", "territory", "devitalised", "starts_on", "ends_on", "asked", "granted",
    "paid", "granted_on", "reason", "hears",
)  # fmt: skip
NEEDED = ("code", "title", "short", "summary", "organisation")
MOST_LINES = 50_000
_YES = {"1", "oui", "yes", "true", "vrai"}
LINE = N_("Ligne %(line)s: %(why)s")
UNKNOWN = N_("la colonne «%(column)s» contient «%(value)s», qui n’est pas permis.")


class FileUnreadable(Refusal):
    sentence = N_("Ce fichier n’est pas un CSV en UTF-8 avec les colonnes: %(columns)s.")


class TooManyLines(Refusal):
    sentence = N_("Ce fichier a plus de 50 000 lignes. Coupez-le.")


class BadCell(ValueError):
    """What stands in a column cannot be read."""

    def __init__(self, column: str, value: str) -> None:
        super().__init__(column)
        self.column, self.value = column, value


def written(session: Session, projects: Sequence[Project]) -> str:
    """Projects as CSV, French words."""
    texts = Wordings(session, [each.id for each in projects])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in projects:
        told = {field: texts.text(each.id, field, "fr") for field in ("title", "short", "summary", "reason")}
        values = {
            "code": each.code, "organisation": each.organisation, "state": each.state, "kind": each.kind, "territory": each.territory_code,
            "devitalised": int(each.is_devitalised), "starts_on": each.starts_on, "ends_on": each.ends_on, "asked": each.asked,
            "granted": each.granted, "paid": each.paid, "granted_on": each.granted_on, "hears": int(each.hears),
        } | told  # fmt: skip
        writer.writerow([harmless("" if values[name] is None else str(values[name])) for name in COLUMNS])
    return out.getvalue()


def read(act: Act, agreement_id: str, content: bytes, language: str) -> list[str]:
    """Write down the projects of a file, new ones and changed ones. Returns what is wrong, a sentence a line; then the caller undoes all.

    Raises FileUnreadable, TooManyLines.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileUnreadable(columns=", ".join(NEEDED)) from error
    if not rows or not set(NEEDED) <= rows[0].keys():
        raise FileUnreadable(columns=", ".join(NEEDED))
    if len(rows) > MOST_LINES:
        raise TooManyLines
    faults = []
    for line, row in enumerate(rows, start=2):
        try:
            _write(act, agreement_id, {name: _bare(row.get(name) or "") for name in COLUMNS})
        except BadCell as bad:
            why = say(language, UNKNOWN, column=bad.column, value=bad.value[:40])
            faults.append(say(language, LINE, line=line, why=why))
        except Refusal as refusal:
            faults.append(say(language, LINE, line=line, why=say(language, refusal.sentence, **refusal.params)))
    return faults


def _bare(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and harmless(cell[1:]) == cell else cell


def _write(act: Act, agreement_id: str, row: dict[str, str]) -> None:
    found = by_code(act.session, row["code"])
    if found is not None and found.agreement_id != agreement_id:
        raise BadCell("code", row["code"])
    state = row["state"] or (found.state if found else ProjectState.PROPOSED)
    if state not in set(ProjectState):
        raise BadCell("state", state)
    if row["kind"] and row["kind"] not in set(ProjectKind):
        raise BadCell("kind", row["kind"])
    plan = Plan(
        row["organisation"],
        ProjectState(state),
        row["kind"],
        row["territory"],
        found.option_id if found else None,
        row["devitalised"].lower() in _YES,
        _day(row, "starts_on"),
        _day(row, "ends_on"),
        row["hears"].lower() in _YES,
    )
    money = Money(_dollars(row, "asked"), _dollars(row, "granted"), _dollars(row, "paid"), _day(row, "granted_on"))
    texts = {field: {"fr": row[field]} for field in ("title", "short", "summary", "reason")}
    write_project(act, agreement_id, code=row["code"], texts=texts, plan=plan, money=money, project=found)


def _day(row: dict[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(row[name]) if row[name] else None
    except ValueError as error:
        raise BadCell(name, row[name]) from error


def _dollars(row: dict[str, str], name: str) -> int:
    typed = "".join(row[name].replace("$", "").split()) or "0"
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise BadCell(name, row[name])
    return int(typed)
