"""Pages that show a choice or a person are filled up, so that their size on the wire does not tell what they show."""

from __future__ import annotations

from flask import Response

STEP = 2048


def padded(response: Response) -> Response:
    """The page uncompressed, in whole steps of 2 KB."""
    content = response.get_data()
    response.set_data(content + b"<!--" + b"-" * (-(len(content) + 7) % STEP) + b"-->")
    response.headers["Content-Encoding"] = "identity"
    return response
