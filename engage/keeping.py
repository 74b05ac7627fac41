"""The commands that keep what there is: backup, restore, a new key for the fields."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from engage import backups, rotation, staff
from engage.config import environment, storage
from engage.kernel.act import Act, Channel, utc_now
from engage.kernel.db import Database
from engage.storage import house

_NEW = click.Path(dir_okay=False, path_type=Path)
_THERE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PASSPHRASE = click.option(
    "--passphrase-file", type=_THERE, help="A file that holds a passphrase of 12 characters or more: everything is sealed with it."
)


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int], Callable[[int], object]]]:
    with ExitStack() as stack:

        def began(total: int) -> Callable[[int], object]:
            return stack.enter_context(click.progressbar(length=total, label=label, file=sys.stderr)).update

        yield began


def _log(db: Database, deed: str, about: str) -> None:
    """These commands are no act of the database: their line in the log comes once they are done."""
    with db.write() as session:
        staff.log.note(Act(session, Channel.SYSTEM, utc_now()), None, deed, about, "")


def _passphrase(file: Path | None) -> bytes | None:
    if file is None:
        return None
    found = file.read_bytes().strip()
    if len(found) < 12:
        raise click.UsageError(f"{file} holds fewer than 12 characters.")
    return found


@click.command()
@click.argument("file", type=_NEW)
@click.option("--keys", "keys_file", type=_NEW, help="Write the keys too, into a file of their own.")
@_PASSPHRASE
def backup(file: Path, keys_file: Path | None, passphrase_file: Path | None) -> None:
    """Write the whole database to FILE, while the site and the worker go on."""
    if keys_file and keys_file.resolve() == file.resolve():
        raise click.UsageError("The keys go into a file of their own, or whoever has the backup reads everything.")
    with house(storage(environment())) as db, _progress("Copying") as began:
        backups.make(db, file, keys_file, _passphrase(passphrase_file), utc_now(), began)
        _log(db, "backup", f"{file.name} {keys_file.name if keys_file else ''}")
    click.echo(f"Written to {file}, without the keys. Forgetting someone holds once this file is gone: keep it 30 days at most.", err=True)
    if keys_file:
        click.echo(
            f"Keys written to {keys_file}: keep it in another place, with another person, and only until the next one. Keys of ballot boxes"
            " are not in it.",
            err=True,
        )


@click.command()
@click.argument("file", type=_THERE)
@click.option("--keys", "keys_file", type=_THERE, help="Put the keys back too, from their own file.")
@_PASSPHRASE
def restore(file: Path, keys_file: Path | None, passphrase_file: Path | None) -> None:
    """Put a backup back where there is no database, verify the ledger, and say what is missing since."""
    config = storage(environment())
    with _progress("Putting back") as began:
        found = backups.restore(config, file, keys_file, _passphrase(passphrase_file), began)
    with house(config) as db:
        _log(db, "restore", f"{file.name} ({found.made_at:%Y-%m-%d %H:%M} UTC)")
    click.echo(
        f"Put back as it was at {found.made_at:%Y-%m-%d %H:%M} UTC. The ledger holds {found.size} facts, root {found.root or 'none'}."
    )
    for line in (*found.faults, *_to_know(found)):
        click.echo(line)
    if found.faults:
        sys.exit(1)
    click.echo("Verified: no alteration found.")


def _to_know(found: backups.Restored) -> Iterator[str]:
    yield (
        f"Lost: everything since then. Before you start `engage worker`: whoever was forgotten, texted STOP or took a consent back"
        f" since {found.made_at:%Y-%m-%d} is back as before. Do it again for each, from the provider's list of stops and your own notes."
    )
    if found.texts_waiting:
        yield f"{found.texts_waiting} texts were waiting and may have left since: pause their campaigns, or people get them twice."
    if found.boxes_without_key:
        yield (
            f"{found.boxes_without_key} votes under way have no box key here (no backup holds one): put box/ID.key back from the old folder"
            " if it still exists, or cancel the vote and hold it again."
        )
    if found.signed_since:
        yield (
            f"This backup is older than the last signed checkpoint, which covered {found.signed_since} facts more. Look for a newer backup"
            " first. If there is none, nothing will be signed until you move ledger.anchor out of the key folder (keep it, it proves the"
            " loss); then write to every witness, for each will see the ledger go back, and say so on the site."
        )


@click.group()
def keys() -> None:
    """The keys of this installation."""


@keys.command()
def rotate() -> None:
    """Encrypt every field under a new key, while everyone works; run again after any interruption, it goes on."""
    with house(storage(environment())) as db, _progress("Encrypting") as began:
        number = rotation.rotate(db, began)
        _log(db, "keys.rotate", f"key {number}")
    click.echo(
        f"Every field is under key {number}; the one before is destroyed here. Make a backup with --keys now, then destroy the older"
        " ones: they open only with the keys of their time. Restart the site and the worker, which still remember the old key.",
        err=True,
    )
