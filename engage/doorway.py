"""What all doors share: the session, the one commit, the words of a refusal, and who may enter."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any, Protocol, cast
from uuid import UUID

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from engage import participants, staff, voting
from engage.config import Config
from engage.governance import RegionalTable
from engage.kernel import attempts
from engage.kernel.act import Act, Channel, day_of
from engage.kernel.db import Database, is_lost_line, is_lost_race, keys_of
from engage.kernel.keys import RehearsalKeys
from engage.kernel.languages import OURS, is_reviewed
from engage.kernel.refusal import FailedAttempt, Refusal
from engage.staff import Proof, Role, Site, Staff
from engage.voting import Consultation, Stage

READS = ("GET", "HEAD")
EDITORS = (Role.ORGANISER, Role.MANAGER, Role.ADMINISTRATOR)
View = Callable[..., Any]
Guard = Callable[[], AnyResponse | None]


class Aloud(Protocol):
    def __call__(self, session: Session, consultation: Consultation, table: RegionalTable, language: str) -> str: ...


class Rehearse(Protocol):
    def __call__(self, act: Act, table: RegionalTable, said: Sequence[str], *, aloud: bool) -> list[tuple[tuple[str, str], ...]]: ...


@dataclass(frozen=True)
class Line:
    """The phone line, for pages that show what it says."""

    sentences: Callable[[Session, RegionalTable, datetime, tuple[str, ...]], list[tuple[str, str]]]
    """What it says again and again, each with its language."""
    ballot: Aloud
    """The question of a vote."""
    rehearse: Rehearse
    means_already: Callable[[str], bool]
    """Whether a word says something else on the line."""


@dataclass(frozen=True)
class Premises:
    """What a running site stands on."""

    config: Config
    db: Database
    now: Callable[[], datetime]
    line: Line
    pages: dict[Hashable, tuple[bytes, bytes]] = field(default_factory=dict)
    """Pages kept for everyone, plain and packed."""


def premises() -> Premises:
    return cast(Premises, current_app.extensions["engage"])


def language() -> str:
    """The language of the page: that of the address, `/en/...`, where the page is `spoken` in it; else French."""
    return cast(str, request.environ.get("engage.language", "fr"))


def language_asked() -> str:
    """The language of the address, whether or not the page is in it."""
    return cast(str, request.environ.get("engage.asked", "fr"))


def language_of_line() -> str:
    """The language in which the line writes to whoever reads this page: it hears and speaks ours alone."""
    return language() if language() in OURS else "fr"


def ours() -> tuple[str, ...]:
    """The languages of this site that paper and the line have too."""
    return tuple(tag for tag in premises().config.languages if tag in OURS)


IN_OURS_ALONE = ("/staff/", "/demo/", "/kiosk/", "/filings/", "/data/")
"""Addresses of staff, of a lent tablet, of documents: French and English."""
OF_BALLOTS = "/v/"


def spoken(tag: str, path: str) -> str:
    """The language in which a page is shown to whoever asks for one: a ballot in none that nobody whose language it is has read."""
    if tag in OURS or not (path.startswith(IN_OURS_ALONE) or (path.startswith(OF_BALLOTS) and not is_reviewed(tag))):
        return tag
    return "fr"


def now() -> datetime:
    """The moment of the request, the same from its start to its end."""
    if "now" not in g:
        g.now = premises().now()
    return cast(datetime, g.now)


def db_session() -> Session:
    return cast(Session, g.db_session)


@contextmanager
def act(channel: Channel) -> Iterator[Act]:
    """One act in its own savepoint: a refusal undoes the act alone, and a wrong guess is still counted."""
    changes = db_session().info.get("changes", [])
    before = len(changes)
    try:
        with db_session().begin_nested():
            yield Act(db_session(), channel, now())
        g.acted = True
    except BaseException as failure:
        del changes[before:]
        if isinstance(failure, FailedAttempt):
            attempts.note(db_session(), now(), failure)
        raise


def looking() -> Act:
    """What queries that take an act are given by a page: nothing is done with it."""
    return Act(db_session(), Channel.WEB, now())


def today() -> date:
    return day_of(now())


def address() -> str:
    """Where the request comes from, past the proxies we trust; guesses slow down per address, in IPv6 per /64, which is one line."""
    told = request.remote_addr or "unknown"
    try:
        found = ip_address(told)
    except ValueError:
        return told
    return str(ip_network(f"{told}/64", strict=False)) if found.version == 6 else told


def sentence(refusal: Refusal) -> str:
    return str(gettext(refusal.sentence, **refusal.params))


def person() -> Staff:
    """The staff member at the door of a `staff_only` view."""
    return cast(Staff, g.staff)


def _check_readable() -> None:
    """A null byte is typed by nobody and kept by no database."""
    if "\0" in request.path or any("\0" in value for values in request.form.listvalues() for value in values):
        abort(400)


def public(view: View) -> View:
    """Anyone; a form that the browser says another site sent is turned away."""

    def guard() -> AnyResponse | None:
        _check_readable()
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
            abort(403)
        return None

    return _door(view, "public", guard)


def site() -> Site:
    """What passkeys are bound to."""
    return Site(premises().config.public_url)


def network() -> str:
    """Where staff come from, as the log keeps it: not which device."""
    try:
        found = ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


def staff_only(*roles: Role, is_grave: bool = False, for_citizen: bool = False) -> Callable[[View], View]:
    """Signed-in staff with one of the roles, in some agreement; the view checks which agreement.

    A grave act asks again who one is, unless that was shown lately. What is posted goes to the log, but never what is done for a
    citizen: nobody shall read at what minute someone was helped.
    """

    def guard() -> AnyResponse | None:
        _check_readable()
        token = session.get("staff")
        found = staff.by_session(db_session(), token, now()) if token else None
        if found is None:
            return redirect(url_for("sign_in.sign_in", next=request.path if request.method == "GET" else None))
        if not staff.holds(found, roles):
            abort(403)
        g.staff = found
        return _prove() if is_grave and request.method == "POST" else None

    def decorate(view: View) -> View:
        entered = _door(view, "staff: " + ", ".join(roles), guard)
        entered.is_logged = not for_citizen  # type: ignore[attr-defined]
        return entered

    return decorate


PROOF = ("proof_password", "proof_code", "proof_passkey")


def _prove() -> AnyResponse | None:
    """Ask again who one is, what was typed kept in the page; nothing where it was shown lately, or just now."""
    if staff.is_proven(db_session(), session["staff"], now()):
        return None
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)
    wrong = ""
    if any(request.form.get(name) for name in PROOF):
        try:
            with act(Channel.WEB) as here:
                staff.prove(here, person(), session["staff"], site(), Proof(*(request.form.get(name, "") for name in PROOF)))
            g.pop("acted")
            return None
        except Refusal as refusal:
            wrong = sentence(refusal)
    typed = [(name, value) for name, values in request.form.lists() if name not in PROOF for value in values]
    options = staff.passkeys.request(db_session(), site(), now()) if staff.passkeys.of_person(db_session(), person()) else ""
    page = render_template("staff/prove.html", typed=typed, wrong=wrong, options=options, has_password=bool(person().password_hash))
    return make_response(page, 409 if wrong else 200)


def _log() -> None:
    """What staff did goes to their log, in the transaction that did it."""
    view = current_app.view_functions[request.endpoint or ""]
    if request.method == "POST" and getattr(view, "is_logged", False) and "acted" in g:
        staff.log.note(looking(), person(), request.endpoint or "", request.path, network(), g.get("agreement_id"))


def rehearsal_only(view: View) -> View:
    """A page that exists only within a rehearsal."""
    return _door(view, "rehearsal", lambda: abort(404))


def rehearsed() -> UUID | None:
    """The consultation whose rehearsal this request belongs to: nothing of it is kept."""
    found = request.environ.get("engage.rehearsal")
    return UUID(found) if found else None


def _begin_rehearsal(vote: UUID, access: str) -> AnyResponse | None:
    """Let an editor of its table into a vote that is not open yet, as any citizen would meet it. Raises what keeps it from opening."""
    token = session.get("staff")
    found = staff.by_session(db_session(), token, now()) if token else None
    consultation = db_session().get(Consultation, vote)
    if found is None:
        return redirect(request.environ["engage.outside"] + url_for("sign_in.sign_in").removeprefix(request.script_root))
    may = consultation and staff.holds_in(found, EDITORS, consultation.agreement_id)
    if not may or consultation is None or access not in ("public", "rehearsal") or consultation.stage not in (Stage.DRAFT, Stage.ANNOUNCED):
        abort(404)
    db_session().info["keys"] = RehearsalKeys(keys_of(db_session()))
    here = Act(db_session(), Channel.WEB, now())
    if consultation.stage == Stage.DRAFT:
        voting.open_consultation(here, consultation)
    consultation.stage = Stage.OPEN
    participants.rehearsal_card(here, consultation.agreement_id)
    db_session().commit()
    return None


def signed_by_twilio(check: Callable[[], bool]) -> Callable[[View], View]:
    """The provider alone, by its signature, checked before anything is opened."""

    def decorate(view: View) -> View:
        entered = _door(view, "signed by twilio", lambda: None)

        @wraps(entered)
        def checked(**address: Any) -> Any:
            return entered(**address) if check() else Response("", status=403)

        return checked

    return decorate


def uploads(most: int) -> Callable[[View], View]:
    """A view that takes a file: `most` bytes of the whole request are read before anyone looks at it."""

    def decorate(view: View) -> View:
        view.uploads = most  # type: ignore[attr-defined]
        return view

    return decorate


def _door(view: View, access: str, guard: Guard) -> View:
    most: int | None = getattr(view, "uploads", None)

    @wraps(view)
    def entered(**address: Any) -> AnyResponse:
        if most:
            request.max_content_length = most
        request.form  # noqa: B018 - a slow sender is read before the transaction begins
        try:
            return _answer(view, access, guard, address)
        except DBAPIError as error:
            if not (is_lost_race(error) or (request.method in READS and is_lost_line(error))):
                raise
            return _answer(view, access, guard, address)

    entered.access = access  # type: ignore[attr-defined]
    return entered


def _answer(view: View, access: str, guard: Guard, address: dict[str, Any]) -> AnyResponse:
    db = premises().db
    vote = rehearsed()
    opened = db.rehearse() if vote else db.glance() if request.method in READS else db.write()
    with opened as g.db_session:
        try:
            stopped = _begin_rehearsal(vote, access) if vote else guard()
            if stopped is not None:
                return stopped
            if "staff" in g and request.method not in READS:
                staff.log.watch(db_session())
            response = make_response(view(**address))
            if not vote:
                _log()
            return response
        except Refusal as refusal:
            return make_response(render_template("refusal.html", sentence=sentence(refusal)), 409)
