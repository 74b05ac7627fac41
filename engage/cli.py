"""The operator's commands. Exit 0 done, 1 a check failed or work was refused, 2 wrong usage."""

from __future__ import annotations

import json
import re
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, NoReturn

import click
from sqlalchemy.orm import Session

from engage import backups, exchange, filings, governance, keeping, ledger, migrations, participants, reports, staff
from engage import doctor as checkup
from engage.committees import files
from engage.config import BadSettings, Config, environment, serving, storage
from engage.filings import FilingKind
from engage.filings.shapes import DRAFT_MARK
from engage.kernel import languages
from engage.kernel.act import Act, Channel, utc_now
from engage.kernel.db import SQLITE_IS_SAFE, Database
from engage.kernel.fields import Unreadable
from engage.kernel.fingerprints import ForeignKeys
from engage.kernel.keys import KeysAreBusy, MissingKey
from engage.kernel.languages import OURS
from engage.kernel.refusal import Refusal
from engage.kernel.words import say
from engage.ledger import watching
from engage.ledger.note import BadNote
from engage.phone import means_already
from engage.process import serve_wsgi, stop_on_signal
from engage.storage import Damaged, NotReady, build_storage, house, open_storage
from engage.voting import recount

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ACCOUNTABILITY = "accountability"
_EXPECTED = (
    BadSettings, NotReady, ForeignKeys, MissingKey, KeysAreBusy, Unreadable, Refusal, backups.Refused, backups.Unusable, Damaged,
    migrations.UnknownVersion,
)  # fmt: skip


def _stop(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)


class _Group(click.Group):
    """Whatever is expected to go wrong becomes its sentences and exit 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except _EXPECTED as fault:
            _stop(str(fault))


@click.group(cls=_Group, help=__doc__)
@click.version_option(package_name="engage")
def main() -> None:
    pass


def _house() -> AbstractContextManager[Database]:
    return house(storage(environment()))


@main.command()
def init() -> None:
    """Migrate, load the reference data, and make the keys of an empty database."""
    config = storage(environment())
    build_storage(config).dispose()
    click.echo(f"Ready. Keys are in {config.keys_dir}: keep a copy of that folder elsewhere.", err=True)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--processes", default=2, show_default=True)
def serve(host: str, port: int, processes: int) -> None:
    """Serve the site and the webhooks."""
    _warn_of_sqlite(_checked())
    serve_wsgi("engage.wsgi:app", host, port, processes)


def _checked() -> Config:
    config = serving(environment())
    open_storage(config).dispose()
    return config


def _warn_of_sqlite(config: Config) -> None:
    if config.database_url.startswith("sqlite") and not SQLITE_IS_SAFE:
        click.echo("This SQLite can corrupt a busy database (WAL-reset bug): see `engage doctor`.", err=True)


@main.command()
def worker() -> None:
    """Background work: closings, the ledger, texts that wait. Any number may run."""
    from engage.phone.outgoing import Twilio  # noqa: PLC0415 - the provider's library is heavy
    from engage.worker import run  # noqa: PLC0415

    config = _checked()
    with _house() as db:
        run(db, utc_now, Twilio(config) if config.has_phone else None, config.text_rate, stop_on_signal())


@main.command()
def doctor() -> None:
    """Check settings, database, clock, provider and keys; say what to mend."""
    faults = False
    for finding in checkup.findings(environment()):
        click.echo(f"{'ok    ' if finding.ok else 'MEND  '} {finding.text}")
        faults |= not finding.ok
    sys.exit(1 if faults else 0)


@main.command("languages")
@click.option(
    "--update", "tags", multiple=True, metavar="TAG", help="Give this catalogue every sentence that citizens read; `all` for each."
)
def languages_(tags: tuple[str, ...]) -> None:
    """Each language with its status and how much of it is translated; exit 1 when a translation cannot be used."""
    for tag in [tag for tag in languages.known() if tag not in OURS] if "all" in tags else tags:
        if tag in OURS or not re.fullmatch(r"[a-z]{2,3}", tag):
            raise click.UsageError("--update takes the tag of a language of two or three letters, such as es, but never fr or en.")
        languages.update(tag)
    faults = False
    for tag in languages.known():
        found = None if tag in OURS else languages.standing(tag)
        click.echo(f"{tag}\t{languages.name_of(tag)}\t{found.told if found else 'complete'}")
        for misfit in found.misfits if found else ():
            click.echo(f"{tag}: other places to fill than the French, so not used: {misfit}", err=True)
            faults = True
    sys.exit(1 if faults else 0)


@main.group("staff")
def staff_group() -> None:
    """Who works here."""


@staff_group.command("add")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([role.value for role in staff.Role]))
@click.option("--agreement", help="Id such as A01; without it, every agreement.")
@click.option("--name", default="")
def staff_add(email: str, role: str, agreement: str | None, name: str) -> None:
    """Give a role and print an invitation link."""
    config = storage(environment())
    with _house() as db, db.write() as session:
        known = [each.id for each in governance.agreements(session)]
        if agreement and agreement not in known:
            _stop(f"There is no agreement {agreement}. Known: {', '.join(known)}.")
        act = Act(session, Channel.SYSTEM, utc_now())
        token = staff.invite(act, email, name, staff.Role(role), agreement)
        staff.log.note(act, None, "staff.add", f"{email} {role}", "", agreement)
    click.echo(f"{config.public_url or 'http://127.0.0.1:8000'}/staff/invitation/{token}")


@main.command()
@click.argument("kind", type=click.Choice([*reports.KINDS, ACCOUNTABILITY]))
@click.option("--year", required=True, help="Fiscal year, such as 2026-2027.")
@click.option("--agreement", help="Id such as A01: only its row.")
@click.option("--format", "format_", type=click.Choice(["csv", "json", "xlsx", "pdf", "docx"]), default="csv", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--publish", is_flag=True, help="Make a new dated publication first.")
def report(kind: str, year: str, agreement: str | None, format_: str, output: Path | None, publish: bool) -> None:
    """The latest publication of a report; the first of a year is made when there is none.

    `accountability` is the yearly account of one agreement: the version signed last, or else the draft, which says so.
    """
    if kind == ACCOUNTABILITY:
        _write(_account(year, agreement, format_), output)
        return
    if format_ not in ("csv", "json", "xlsx"):
        raise click.UsageError(f"{kind} is told as csv, json or xlsx.")
    with _house() as db, db.write() as session:
        act = Act(session, Channel.SYSTEM, utc_now())
        reports.fiscal_year(year)
        found = None if publish else reports.latest(session, kind, year)
        document = (found or reports.publish(act, kind, year)).read()
    if agreement:
        document["agreements"] = [row for row in document["agreements"] if row["agreement"] == agreement]
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n" if format_ == "json" else reports.KINDS[kind][1](document)
    _write(filings.shapes.sheet_of(text, f"{kind} {year}") if format_ == "xlsx" else text.encode(), output)


def _account(year: str, agreement: str | None, format_: str) -> bytes:
    if not agreement:
        raise click.UsageError("accountability needs --agreement, such as --agreement A01.")
    with _house() as db, db.read() as session:
        act = Act(session, Channel.SYSTEM, utc_now())
        if session.get(governance.Agreement, agreement) is None:
            _stop(f"There is no agreement {agreement}.")
        filed = filings.latest_filed(session, agreement, FilingKind.ACCOUNT, year)
        document = filed.read() if filed else filings.composing.compose(act, filings.look_up(act, agreement, FilingKind.ACCOUNT, year))
        mark = f"SHA-256: {filed.digest}" if filed else say("fr", DRAFT_MARK)
        return filings.shapes.SHAPES[format_][1](document, "fr", mark)


def _write(content: bytes, output: Path | None) -> None:
    if output:
        output.write_bytes(content)
        click.echo(f"Written to {output}.", err=True)
    else:
        click.echo(content, nl=False)


_MOST_SHOWN = 50


def _scope(session: Session, kind: str, agreement: str | None, consultation: str | None) -> exchange.Scope:
    if consultation and kind != "options":
        raise click.UsageError("--consultation is for options.")
    known = [each.id for each in governance.agreements(session)]
    if agreement and agreement not in known:
        _stop(f"There is no agreement {agreement}. Known: {', '.join(known)}.")
    return exchange.Scope([agreement] if agreement else known, means_already, consultation or "")


@main.command("import")
@click.argument("kind", type=click.Choice(list(exchange.KINDS)))
@click.argument("file", type=_FILE)
@click.option("--agreement", help="Id such as A01: where lines do not name it, and the only one that they may name.")
@click.option("--consultation", metavar="CODE", help="The vote, still a draft, whose options are meant.")
@click.option("--from", "source", type=click.Choice(list(exchange.SOURCES)), help="Proposals of another platform, for projects or options.")
@click.option("--keep", is_flag=True, help="Keep it, where every line is right; without it, it is only tried.")
def import_(kind: str, file: Path, agreement: str | None, consultation: str | None, source: str | None, *, keep: bool) -> None:
    """Read a CSV file: tried first, every bad line named, all kept or nothing."""
    if source and not {"projects": agreement, "options": consultation}.get(kind):
        raise click.UsageError("--from needs projects with --agreement, or options with --consultation.")
    with _house() as db, file.open("rb") as content, _progress() as bar:
        with db.read() as session:
            scope = _scope(session, kind, agreement, consultation)
        outcome = exchange.bring(
            _operating(db, "import", f"{kind} {file.name}"),
            kind,
            content,
            scope,
            source=source or "",
            keep=keep,
            seen=lambda part: bar.update(int(part * 1000) - bar.pos),
        )
    for title, told in (("Wrong", outcome.faults), ("Look again", outcome.remarks)):
        if told:
            _listed(title, [each.sentence("en") for each in told])
    if outcome.faults:
        _stop("Nothing was kept.")
    for title, keys in (
        ("Added" if keep else "Would be added", outcome.added),
        ("Changed" if keep else "Would be changed", outcome.changed),
    ):
        _listed(title, keys)
    click.echo(f"Unchanged: {outcome.unchanged}")
    click.echo("Kept." if keep else "Nothing was kept: this was a trial. Add --keep to keep it.")


@contextmanager
def _operating(db: Database, deed: str, about: str) -> Iterator[Act]:
    """What the operator does here, with its line in the log."""
    with db.write() as session:
        act = Act(session, Channel.SYSTEM, utc_now())
        yield act
        staff.log.note(act, None, deed, about, "")


def _progress() -> AbstractContextManager[Any]:
    return click.progressbar(length=1000, file=sys.stderr, hidden=not sys.stderr.isatty())


def _listed(title: str, lines: Sequence[str]) -> None:
    click.echo(f"{title}: {len(lines)}")
    for line in lines[:_MOST_SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > _MOST_SHOWN:
        click.echo(f"  and {len(lines) - _MOST_SHOWN} more")


@main.command("export")
@click.argument("kind", type=click.Choice(list(exchange.KINDS)))
@click.option("--agreement", help="Id such as A01; without it, every agreement.")
@click.option("--consultation", metavar="CODE", help="The vote whose options are meant; without it, every vote.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path))
def export_(kind: str, agreement: str | None, consultation: str | None, output: Path | None) -> None:
    """Write the CSV file that `engage import` reads."""
    with _house() as db, db.read() as session:
        scope = _scope(session, kind, agreement, consultation)
        _write("".join(exchange.written(Act(session, Channel.SYSTEM, utc_now()), kind, scope)).encode(), output)


@main.group("ledger")
def ledger_group() -> None:
    """The evidence."""


@ledger_group.command()
def checkpoint() -> None:
    """Sequence what waits, sign, and print the latest checkpoint."""
    with _house() as db:
        with db.write() as session:
            ledger.sequence(session, utc_now())
        with db.write() as session:
            note = ledger.sign_checkpoint(session)
    click.echo(note, nl=False)


@ledger_group.command()
@click.argument("bundle", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--verifier", help="The key line of /evidence/, had from elsewhere than the bundle.")
def verify(bundle: Path | None, verifier: str | None) -> None:
    """Verify the whole log, or an exported bundle without the database."""
    if bundle:
        lines = bundle.read_text(encoding="utf-8").splitlines()
        key = verifier or ledger.bundle_verifier(lines)
        if not verifier:
            click.echo(f"Compare this key with the one published at /evidence/, or give it with --verifier:\n{key}", err=True)
        faults = list(ledger.verify_bundle(lines, key))
        count = "the bundle"
    else:
        with _house() as db, db.read() as session:
            faults = [*ledger.verify(session, utc_now(), participants.person_keys(session)), *staff.log.faults(session)]
            count = f"{ledger.size(session)} facts"
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo(f"Verified: {count}, no alteration found.")


@ledger_group.command("recount")
@click.option("--mend", is_flag=True, help="Count all facts anew where something differs.")
def recount_facts(*, mend: bool) -> None:
    """Compare the counts that reports read with what the facts come to."""
    with _house() as db:
        differs = False
        with db.read() as session:
            for fault in ledger.counts.faults(session):
                click.echo(fault)
                differs = True
        if differs and not mend:
            sys.exit(1)
        if differs:
            with db.write() as session:
                ledger.counts.recount(session)
    click.echo("Mended: every count is now what the facts give." if differs else "Recounted: every count is what the facts give.")


@ledger_group.command()
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
def export(output: Path) -> None:
    """Write a bundle that anyone can verify without the database."""
    with _house() as db, db.read() as session, output.open("w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in ledger.export(session))
    click.echo(f"Written to {output}.", err=True)


@ledger_group.command()
@click.argument("url")
@click.option("--verifier", required=True, help="The key line of the ledger, had from elsewhere than that site.")
@click.option("--state", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where this witness keeps key and memory.")
@click.option("--name", default="", help="The witness's name, without spaces; needed the first time.")
def witness(url: str, verifier: str, state: Path, name: str) -> None:
    """Look, as a witness from outside, whether the ledger at URL only grew, and countersign. Run it each week; it needs no database."""
    import requests  # noqa: PLC0415 - only a witness needs it

    name = "-".join(name.split())
    if not state.exists() and not name:
        raise click.UsageError("Give --name the first time.")
    base = url.rstrip("/") + "/evidence/"

    def fetch(path: str) -> str:
        answer = requests.get(base + path, timeout=30)
        if answer.status_code != HTTPStatus.OK:
            _stop(f"{base}{path}: {answer.status_code} {answer.text.strip()[:200]}")
        answer.encoding = "utf-8"
        return answer.text

    try:
        memory = watching.Memory.open(state, name, verifier)
        signed = watching.look(memory, fetch, int(utc_now().timestamp()))
        sent = requests.post(base + "cosignatures", data=signed.encode(), headers={"Content-Type": "text/plain"}, timeout=30)
    except watching.LogForked as fork:
        _stop(f"THE LEDGER WAS REWRITTEN. Keep these two checkpoints, and tell the other witnesses:\n\n{fork}")
    except (BadNote, requests.RequestException, ValueError, KeyError) as fault:
        _stop(f"{base}: {fault}")
    click.echo(signed, nl=False)
    if sent.status_code != HTTPStatus.OK:
        _stop(
            f"Seen and signed, but not taken: {sent.text.strip()[:200]}\nYour key line, for the operator to register:\n{memory.verifier()}"
        )
    click.echo("Seen, signed and sent.", err=True)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rule", type=click.Choice(["shares", "counts"]), default="shares", show_default=True)
@click.option("--seats", type=int)
def tally(file: Path, rule: str, seats: int | None) -> None:
    """Recompute a result from its ballots, offline: our download (JSON) or a Pabulib .pb file."""
    try:
        click.echo(json.dumps(recount.recount(file.read_text(encoding="utf-8-sig"), rule, seats), ensure_ascii=False, indent=1))
    except recount.NotBallots as fault:
        _stop(f"{file}: {fault}")


@main.command()
@click.option("--people", required=True, type=_FILE, help="CSV, one person a line; a column `id` names them.")
@click.option("--quotas", required=True, type=_FILE, help="CSV: category,feature,min,max. An empty list is a plain draw.")
@click.option("--seats", required=True, type=click.IntRange(min=1))
@click.option("--seed", help="What fell in public, as text; without it, a random one, which is told.")
@click.option("--dice", type=click.IntRange(0, 999), help="What three ten-sided dice showed, such as 316, instead of a seed.")
def draw(people: Path, quotas: Path, seats: int, seed: str | None, dice: int | None) -> None:
    """Draw seats by lot, with chances as equal as the quotas allow. The document can be replayed with docs/verify_draw.py."""
    if seed is not None and dice is not None:
        raise click.UsageError("Give --seed or --dice, not both.")
    public_random = f"dés:{dice:03d}" if dice is not None else secrets.token_hex(16) if seed is None else seed
    asked, numbers = files.read_people(people.read_text(encoding="utf-8")), files.read_quotas(quotas.read_text(encoding="utf-8"))
    click.echo(json.dumps(files.draw(asked, numbers, seats, public_random, dice), ensure_ascii=False, indent=1))


@main.command()
@click.argument("type_", metavar="TYPE", type=click.Choice(["yesno", "choice", "choices", "order", "command"]))
@click.option("--options", help="Labels, such as 'Logement|Transport' or '1=Logement|2=Transport'.")
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", help="Whichever it is, both languages are understood.")
def hear(type_: str, options: str | None, lang: str) -> None:
    """How replies would be understood: lines on standard input, one JSON object a line.

    TYPE is yesno, choice, choices, order or command.
    """
    from engage.phone import hearing  # noqa: PLC0415 - the provider's library is heavy

    if type_ in ("choice", "choices", "order") and not options:
        raise click.UsageError(f"{type_} needs --options, such as --options 'Logement|Transport'.")
    labels = _labels(options) if options and type_ in ("choice", "choices", "order") else {}
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        reading = hearing.reading(type_, text, labels)
        found = {"text": text, "reading": reading.certainty.value, "value": reading.value}
        click.echo(json.dumps(found, ensure_ascii=False).encode())


def _labels(options: str) -> dict[int, str]:
    """Options in order, all numbered or none."""
    parts = [re.fullmatch(r"(?:\s*([1-9][0-9]{0,2})\s*=)?\s*(.*?)\s*", part, re.DOTALL) for part in options.split("|")]
    found = [(part[1], part[2]) for part in parts if part]
    numbers = [int(number) for number, _ in found if number] or list(range(1, len(found) + 1))
    if len(set(numbers)) != len(found) or not all(label for _, label in found):
        raise click.UsageError("--options needs one label each, all numbered or none, no number twice: 'Logement|Transport'.")
    return {number: label for number, (_, label) in zip(numbers, found, strict=True)}


@main.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--fresh", is_flag=True, help="Throw the last demo away first.")
def demo(port: int, fresh: bool) -> None:
    """A living example: site, worker and a local far end on an embedded database, on this machine only."""
    from engage.demo.supervisor import run  # noqa: PLC0415 - nothing of the demo is loaded in production

    run(environment(), port, fresh=fresh)


for command in (keeping.backup, keeping.restore, keeping.keys):
    main.add_command(command)
