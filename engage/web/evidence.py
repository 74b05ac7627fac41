"""The evidence, for whoever wants to check it: checkpoints, proofs that the log only grows, and what witnesses sign."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request

from engage import ledger
from engage.doorway import act, db_session, premises, public, sentence, today, uploads
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal

blueprint = Blueprint("evidence", __name__, url_prefix="/evidence")
LONGEST_NOTE = 8_000


@blueprint.get("/")
@public
def explained() -> str:
    return render_template(
        "evidence/explained.html",
        note=ledger.latest_note(db_session()),
        sizes=ledger.signed_sizes(db_session())[:20],
        standing=ledger.standing(db_session(), today()),
        verifier=ledger.verifier(premises().db.keys.ledger),
    )


def _text(body: str) -> Response:
    return Response(body, mimetype="text/plain; charset=utf-8")


@blueprint.get("/checkpoint")
@public
def checkpoint() -> Response:
    """The latest signed checkpoint; 404 before the first."""
    note = ledger.latest_note(db_session())
    return _text(note) if note else abort(404)


@blueprint.get("/checkpoints")
@public
def checkpoints() -> Response:
    """The sizes of every signed checkpoint, one by line, the largest first."""
    return _text("".join(f"{size}\n" for size in ledger.signed_sizes(db_session())))


@blueprint.get("/checkpoints/<int:size>")
@public
def checkpoint_of(size: int) -> Response:
    """One of them, with the lines of the witnesses who saw it."""
    note = ledger.cosigned(db_session(), size) if size < 2**31 else ""
    return _text(note) if note else abort(404)


@blueprint.get("/consistency/<int:first>/<int:second>")
@public
def consistency(first: int, second: int) -> Response:
    """That the log of the first size is a prefix of the second: hashes in hex, one by line (RFC 9162, 2.1.4)."""
    try:
        proof = ledger.consistency(db_session(), first, second)
    except ledger.NotInTheLog as refusal:
        return Response(sentence(refusal) + "\n", status=404, mimetype="text/plain; charset=utf-8")
    return _text("".join(f"{each.hex()}\n" for each in proof))


@blueprint.post("/cosignatures")
@public
@uploads(LONGEST_NOTE)
def countersigned() -> Response:
    """A checkpoint with the line of a witness who saw it, as plain text. Sent twice, it is kept once."""
    text = request.get_data(cache=False).decode("utf-8", "replace")
    try:
        with act(Channel.WEB) as here:
            ledger.countersign(here, text)
    except Refusal as refusal:
        return Response(sentence(refusal) + "\n", status=409, mimetype="text/plain; charset=utf-8")
    return _text("OK\n")
