"""Pages that show a choice or a person are filled up, so that their size on the wire does not tell what they show."""

from __future__ import annotations

import gzip

from flask import Response, request

STEP, LEAST = 2048, 8192
PACKED_STEP, PACKED_LEAST = 1024, 4096
"""Bytes. The read-back of a ballot fits in the least whatever it shows; longer pages come in whole steps."""
_EXTRA = 6


def padded(response: Response) -> Response:
    """The page with its filling: behind it in a comment; where the browser takes gzip, in the extra field of its head (RFC 1952, 2.3.1.1)."""
    content = response.get_data()
    response.headers["Vary"] = "Accept-Encoding"
    if request.accept_encodings.quality("gzip") > 0:
        packed = gzip.compress(content, 6, mtime=0)
        filling = _missing(len(packed) + _EXTRA, PACKED_STEP, PACKED_LEAST)
        field = b"EN" + filling.to_bytes(2, "little") + bytes(filling)
        response.set_data(packed[:3] + b"\x04" + packed[4:10] + len(field).to_bytes(2, "little") + field + packed[10:])
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.set_data(content + b"<!--" + b"-" * _missing(len(content) + 7, STEP, LEAST) + b"-->")
        response.headers["Content-Encoding"] = "identity"
    return response


def _missing(size: int, step: int, least: int) -> int:
    return max(-size % step, least - size)
