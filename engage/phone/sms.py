"""The webhooks of the provider for texts."""

from __future__ import annotations

from uuid import UUID
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app, request

from engage import messaging
from engage.doorway import act, db_session, now, premises, signed_by_twilio
from engage.kernel.act import Act, Channel
from engage.messaging import Sending
from engage.phone.exchange import reply
from engage.phone.signature import is_genuine

blueprint = Blueprint("sms", __name__, url_prefix="/phone")
_STATES = {
    "sent": Sending.SENT,
    "delivered": Sending.DELIVERED,
    "undelivered": Sending.FAILED,
    "failed": Sending.FAILED,
    "canceled": Sending.FAILED,
}
_GONE = (Sending.SENT, Sending.DELIVERED, Sending.FAILED)


def twiml(*parts: str) -> Response:
    return Response('<?xml version="1.0" encoding="UTF-8"?><Response>' + "".join(parts) + "</Response>", mimetype="text/xml")


@blueprint.post("/sms")
@signed_by_twilio(is_genuine)
def received() -> Response:
    """One text in, one text out. The inbox row, the vote and the answer share one transaction."""
    form = request.form
    here = Act(db_session(), Channel.SMS, now())
    provider_id = form.get("MessageSid", "")
    if not provider_id:
        return Response("MessageSid is missing\n", status=400, mimetype="text/plain")
    told = reply(here, provider_id, form.get("From", ""), form.get("To", ""), form.get("Body", "")[:1600])
    if told is None:
        return twiml()
    wiped = f' statusCallback="{premises().config.public_url}/phone/sms/status?wipe=1"' if told.is_private else ""
    return twiml(f"<Message{wiped}>{escape(told.text)}</Message>")


@blueprint.post("/sms/status")
@signed_by_twilio(is_genuine)
def status() -> Response:
    """What became of a text of ours; repeats, inversions and unknown words change nothing."""
    form = request.form
    state = _STATES.get(form.get("MessageStatus", ""))
    if request.args.get("wipe"):
        if state in _GONE and form.get("MessageSid"):
            with act(Channel.SMS) as here:
                if messaging.once(here, f"{form['MessageSid']} wipe", form.get("To", "")):
                    messaging.redact(here, [form["MessageSid"]])
        return twiml()
    try:
        id, attempt = UUID(request.args.get("id", "")), int(request.args.get("try", "1"))
    except ValueError:
        current_app.logger.warning("a delivery status came without our id")
        return twiml()
    if state:
        with act(Channel.SMS) as here:
            messaging.status_changed(here, id, attempt, state, form.get("ErrorCode"))
    return twiml()
