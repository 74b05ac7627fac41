"""A worker or a site in a process of its own, to be killed: `python -m tests.victim worker|site SETTINGS`."""

from __future__ import annotations

import json
import sys
import threading
from datetime import datetime
from pathlib import Path

from werkzeug.serving import make_server

from engage import worker
from engage.app import create_app
from engage.config import Config
from engage.phone.outgoing import Twilio
from engage.storage import open_storage
from tests.world import START, _Silent


def settings(config: Config) -> str:
    return json.dumps({name: str(value) if isinstance(value, Path) else value for name, value in vars(config).items()})


def main(kind: str, text: str) -> None:
    read = json.loads(text)
    config = Config(**read | {name: Path(read[name]) for name in ("home", "keys_dir")} | {"languages": tuple(read["languages"])})
    db = open_storage(config)

    def now() -> datetime:
        return START

    if kind == "worker":
        worker.PAUSE = 0.05
        worker.run(db, now, Twilio(config), 100_000, threading.Event())
    else:
        port = int(config.public_url.rsplit(":", 1)[1])
        make_server("127.0.0.1", port, create_app(config, db, now), threaded=True, request_handler=_Silent).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
