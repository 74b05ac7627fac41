"""A throwaway site on loopback that notes what the provider asks and answers what a test tells it to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import RequestValidator

Params = dict[str, str]


@dataclass
class Asked:
    path: str
    query: Params
    params: Params
    method: str
    genuine: bool


@dataclass
class Site:
    """`pages` by path: the verbs of a document, or a function of the parameters that returns them; a number is an HTTP status."""

    token: str
    pages: dict[str, str | int | Callable[[Params], str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    slow: float = 0.0

    def start(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                form = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                params, parts = dict(parse_qsl(form, keep_blank_values=True)), urlsplit(self.path)
                query = dict(parse_qsl(parts.query, keep_blank_values=True))
                signature = self.headers["X-Twilio-Signature"]
                genuine = RequestValidator(site.token).validate(site.address + self.path, params, signature)
                site.asked.append(Asked(parts.path, query, params, self.command, genuine))
                time.sleep(site.slow)
                page = site.pages.get(parts.path, "")
                verbs = page(params or query) if callable(page) else page
                self.send_response(verbs if isinstance(verbs, int) else 200)
                self.send_header("Content-Type", "text/xml")
                self.end_headers()
                try:
                    self.wfile.write(f"<Response>{verbs}</Response>".encode())
                except ConnectionError:
                    return

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def to(self, path: str) -> list[Params]:
        """The parameters of what was asked of a path, in order; each must have been signed."""
        found = [each for each in self.asked if each.path == path]
        assert all(each.genuine for each in found)
        return [each.params for each in found]

    def statuses(self, path: str = "/status") -> list[str]:
        return [params["MessageStatus"] for params in self.to(path)]
