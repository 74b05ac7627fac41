"""A small quick HTTP/1.1 server on loopback: threads, connections kept alive, no header read that is not needed."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

_LONGEST_LINE = 65536


@dataclass(frozen=True)
class Request:
    """`query` and `form` are as they came."""

    method: str
    path: str
    query: str
    form: str
    authorization: str


class Dropped(Exception):
    """Close the connection without an answer."""


Answers = Callable[[Request], tuple[int, Any]]


class Server(ThreadingTCPServer):
    """Serves until `shutdown`, which also cuts the connections that are kept alive."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, answers: Answers) -> None:
        self.answers = answers
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Connection)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def shutdown(self) -> None:
        super().shutdown()
        self.server_close()
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Connection(StreamRequestHandler):
    disable_nagle_algorithm = True
    server: Server

    def handle(self) -> None:
        self.server.open.add(self.connection)
        try:
            with suppress(ConnectionError, Dropped):
                while self._one():
                    pass
        finally:
            self.server.open.discard(self.connection)

    def _one(self) -> bool:
        """Answer one request; false when it was the last of its connection."""
        words = self.rfile.readline(_LONGEST_LINE).decode("latin-1").split()
        if len(words) != 3:
            return False
        headers: dict[str, str] = {}
        while (line := self.rfile.readline(_LONGEST_LINE)) not in {b"\r\n", b"\n", b""}:
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        form = self.rfile.read(int(headers.get("content-length", "0"))).decode()
        path, _, query = words[1].partition("?")
        status, document = self.server.answers(Request(words[0], path, query, form, headers.get("authorization", "")))
        is_file = isinstance(document, bytes)
        content = document if is_file else b"" if document is None else json.dumps(document).encode()
        last = headers.get("connection", "").lower() == "close" or words[2] == "HTTP/1.0"
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: {'audio/x-wav' if is_file else 'application/json'}\r\nContent-Length: {len(content)}\r\n"
            f"{'Connection: close' if last else 'Connection: keep-alive'}\r\n\r\n"
        )
        self.wfile.write(head.encode() + content)
        return not last
