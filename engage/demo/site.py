"""The demo's site: production's application, with the demo's pages mounted."""

from __future__ import annotations

import os

from engage.app import create_app
from engage.config import environment, serving
from engage.demo.pages import blueprint
from engage.storage import open_storage

config = serving(environment())
app = create_app(config, open_storage(config), also=[blueprint])
app.config["DEMO_FAR_END"] = os.environ["ENGAGE_DEMO_FAR_END"]
