"""Pages that are the same for everyone, made once and kept while nothing behind them changes."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Hashable

from flask import Response, make_response, request

from engage.doorway import language_asked, premises, rehearsed, today

MOST_KEPT = 60


def kept(stamp: Hashable, make: Callable[[], str]) -> Response:
    """The page that `make` writes, or the one kept under the same address, language, day and `stamp`.

    The stamp must hold every value the page is made from that may change; what is asked of a form never comes here.
    """
    if rehearsed():
        return make_response(make())
    pages, key = premises().pages, (request.path, language_asked(), today(), stamp)
    page = pages.get(key)
    if page is None:
        plain = make().encode()
        if len(pages) >= MOST_KEPT:
            pages.clear()
        page = pages[key] = plain, gzip.compress(plain, 6, mtime=0)
    packed = request.accept_encodings.quality("gzip") > 0
    response = Response(page[packed], mimetype="text/html")
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response
