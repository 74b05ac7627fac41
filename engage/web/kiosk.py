"""The page of a lent tablet, and the sealed ballots it sends when it can. Staff open it; nobody signs in on it."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from engage import governance, participants, voting
from engage.doorway import act, address, db_session, language, premises, public, sentence
from engage.kernel.act import Channel
from engage.kernel.refusal import Refusal
from engage.voting import Consultation, Door, Kiosk, kiosks
from engage.web.looks import script

blueprint = Blueprint("kiosk", __name__, url_prefix="/kiosk")
AT_ONCE = 50


def pin_of(token: str) -> str:
    """Six digits that take the tablet back from the vote: a lock of the screen, nothing more."""
    return f"{int.from_bytes(premises().db.keys.blind('kiosk pin', token)[:4]) % 1_000_000:06d}"


@blueprint.get("/<token>")
@public
def kiosk(token: str) -> Response:
    found = kiosks.by_token(db_session(), token)
    consultation = db_session().get_one(Consultation, found.consultation_id)
    texts = voting.wordings(db_session(), consultation)
    return make_response(
        render_template(
            "kiosk/kiosk.html",
            token=token,
            kiosk=found,
            key=base64.b64encode(kiosks.public_key(found)).decode(),
            pin=sha256(f"{found.id.hex}{pin_of(token)}".encode()).hexdigest(),
            consultation=consultation,
            is_coded=consultation.door == Door.CODED,
            wording=lambda owner, field: texts.text(owner.id, field, language()),
            table=governance.table_of(db_session(), consultation.agreement_id),
        )
    )


@blueprint.get("/worker.js")
@public
def worker() -> Response:
    """The script that shows the tablet's page again after a power cut without a connection."""
    return script("kiosk-worker.js", "no-cache")


@blueprint.post("/<token>/card")
@public
def card(token: str) -> Response:
    """Whether a card opens this vote, before anything is chosen. It stays unused."""
    found = kiosks.by_token(db_session(), token)
    consultation = db_session().get_one(Consultation, found.consultation_id)
    try:
        with act(Channel.KIOSK) as here:
            code, who = str(_sent().get("code", "")), f"kiosk {found.id} {address()}"
            participants.card_in(here, code, consultation.agreement_id, asked_from=who)
    except Refusal as refusal:
        return jsonify(ok=False, why=sentence(refusal))
    return jsonify(ok=True, why="")


@blueprint.post("/<token>/ballots")
@public
def ballots(token: str) -> Response:
    """What the tablet held: each taken once, or turned away with its sentence. One to `wait` is sent again later."""
    sent = _sent().get("ballots", [])
    slips = [each for each in sent[:AT_ONCE] if isinstance(each, dict)] if isinstance(sent, list) else []
    try:
        found = kiosks.by_token(db_session(), token)
    except kiosks.KioskOver as refusal:
        return jsonify(results=[_told(each) | {"why": sentence(refusal)} for each in slips])
    return jsonify(results=[_take(found, each) for each in slips])


def _told(each: dict[str, Any]) -> dict[str, Any]:
    return {"id": each.get("id"), "ok": False, "wait": False, "receipt": "", "why": ""}


def _sent() -> dict[str, Any]:
    try:
        sent = request.get_json(silent=True)
    except RecursionError:
        sent = None
    return sent if isinstance(sent, dict) else {}


def _take(found: Kiosk, each: dict[str, Any]) -> dict[str, Any]:
    told = _told(each)
    try:
        with act(Channel.KIOSK) as here:
            slip = kiosks.unseal(found, str(each.get("sealed", "")), here.at)
            told["receipt"] = kiosks.take_in(here, found, slip, asked_from=address())
            told["ok"] = True
    except participants.TooManyTries:
        told["wait"] = True
    except Refusal as refusal:
        told["why"] = sentence(refusal)
    return told
