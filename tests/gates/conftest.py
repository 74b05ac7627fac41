"""One walk and one browser for all gates of a test process."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from engage.storage import open_storage
from tests.conftest import config_for
from tests.gates.tour import Page, walk
from tests.world import World, furnish


@pytest.fixture(scope="session")
def pages(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Page]:
    home = tmp_path_factory.mktemp("tour") / "home"
    shutil.copytree(sqlite_template, home)
    config = config_for(home, f"sqlite:///{home / 'engage.sqlite3'}")
    db = open_storage(config)
    walked = walk(furnish(db, config))
    db.dispose()
    return walked


FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def browser_path() -> str:
    path = os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium")
    assert Path(path).exists(), f"no browser at {path}: run tests/machine, or set CHROMIUM_PATH"
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser, or a loud failure."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[str, World]]:
    """The site on loopback with the smallest world in it; stopped at the end."""
    shutil.copytree(sqlite_template, tmp_path / "home")
    config = config_for(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'engage.sqlite3'}")
    db = open_storage(config)
    world = furnish(db, config)
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", world
    server.shutdown()
    thread.join()
    server.server_close()
    db.dispose()
